"""A message as stored bytes, read as a value; nothing here knows Django or the desk."""

from candour.post.reading.message import Address, Attachment, Authentication, Delivery, Kind, ReadMessage
from candour.post.reading.read import attached_file, read_beginning, read_message

__all__ = [
    "Address",
    "Attachment",
    "Authentication",
    "Delivery",
    "Kind",
    "ReadMessage",
    "attached_file",
    "read_beginning",
    "read_message",
]
