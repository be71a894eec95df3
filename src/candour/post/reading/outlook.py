"""A message that Outlook saved (.msg, .oft): its words and its files, read out of the compound file ([MS-OXMSG])."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import olefile

from candour.post.reading.characters import decoded
from candour.post.reading.markup import from_markup
from candour.post.reading.rich_text import from_rich_text, unpack

MAGIC = olefile.MAGIC
_MOST_FILES = 200
_BODY, _HTML, _RTF, _SUBJECT, _FROM_NAME, _FROM, _TO = "1000", "1013", "1009", "0037", "0C1A", "0C1F", "0E04"
_LONG_NAME, _NAME, _DATA = "3707", "3704", "3701"
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    EOFError,
)
"""What the reader of compound files raises on a damaged one."""


@dataclass
class Saved:
    """What the saved message says."""

    subject: str = ""
    sender: str = ""
    recipients: str = ""
    text: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)


def read_outlook(data: bytes) -> Saved | None:
    """The saved message; None where the file is none, or is damaged."""
    if not data.startswith(MAGIC):
        return None
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as stored:
            streams = {"/".join(path) for path in stored.listdir()}
            if "__properties_version1.0" not in streams:
                return None
            return _read(stored, streams)
    except _UNREADABLE:
        return None


def _read(stored: olefile.OleFileIO, streams: set[str]) -> Saved:
    markup = _string(stored, streams, "", _HTML) or _binary_string(stored, streams, _HTML)
    rich = _bytes(stored, streams, f"__substg1.0_{_RTF}0102")
    text = (
        _string(stored, streams, "", _BODY)
        or (from_markup(markup)[0] if markup else "")
        or (from_rich_text(unpack(rich)) if rich else "")
    )
    name, address = _string(stored, streams, "", _FROM_NAME), _string(stored, streams, "", _FROM)
    folders = sorted({path.partition("/")[0] for path in streams if path.startswith("__attach_version1.0_")})
    files = []
    for folder in folders[:_MOST_FILES]:
        named = _string(stored, streams, f"{folder}/", _LONG_NAME) or _string(stored, streams, f"{folder}/", _NAME)
        files.append((named, _bytes(stored, streams, f"{folder}/__substg1.0_{_DATA}0102")))
    return Saved(
        subject=_string(stored, streams, "", _SUBJECT),
        sender=f"{name} <{address}>" if "@" in address else name or address,
        recipients=_string(stored, streams, "", _TO),
        text=text,
        files=files,
    )


def _string(stored: olefile.OleFileIO, streams: set[str], folder: str, name: str) -> str:
    if found := _bytes(stored, streams, f"{folder}__substg1.0_{name}001F"):
        return decoded(found, "utf-16-le").rstrip("\0")
    return decoded(_bytes(stored, streams, f"{folder}__substg1.0_{name}001E").rstrip(b"\0"), "")


def _binary_string(stored: olefile.OleFileIO, streams: set[str], name: str) -> str:
    return decoded(_bytes(stored, streams, f"__substg1.0_{name}0102"), "")


def _bytes(stored: olefile.OleFileIO, streams: set[str], path: str) -> bytes:
    if path not in streams:
        return b""
    with stored.openstream(path) as stream:
        content: bytes = stream.read()
    return content
