"""Whether two deliveries are one message: mail servers deliver twice, and add marks of the way each time."""

from __future__ import annotations

import hashlib
import re

_WRITTEN = (
    *(b"message-id", b"from", b"to", b"cc", b"subject", b"date", b"content-type", b"content-transfer-encoding"),
    *(b"in-reply-to", b"references", b"x-failed-recipients"),
)
"""The fields that whoever wrote the message set; all others may be added on its way."""

_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:((?:.*)(?:\r?\n[ \t].*)*)", re.MULTILINE)
_SPACE = re.compile(rb"\s+")


def identity_of(raw: bytes) -> str:
    """SHA-256, in hexadecimal, that is equal for deliveries of one message.

    With a Message-ID it is over what the sender wrote, so that a copy that came another way is known again, and another
    message under the same Message-ID is not. Without one it is over all bytes, but for the line ends.
    """
    end = _BLANK.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    fields: dict[bytes, list[bytes]] = {}
    for name, value in _FIELD.findall(head):
        if name.lower() in _WRITTEN:
            fields.setdefault(name.lower(), []).append(_SPACE.sub(b" ", value).strip())
    digest = hashlib.sha256()
    if not any(fields.get(b"message-id", ())):
        digest.update(b"whole\0")
        digest.update(_ends(raw))
        return digest.hexdigest()
    for name in _WRITTEN:
        for value in fields.get(name, ()):
            digest.update(name + b"\0" + value + b"\0")
    digest.update(b"\0")
    digest.update(_ends(body))
    return digest.hexdigest()


def _ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").rstrip(b"\r\n")
