"""Bytes to text: UTF-8, UTF-16, UTF-32 and Windows-1252, each only where the bytes bear it out."""

from __future__ import annotations

import codecs

from candour.letters.read.source import UnreadableText

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNKNOWN = "The text is in a character encoding that is not known: save it as UTF-8 and try again."
_MOST_ODD = 0.15
"""The share of characters beyond ASCII above which a text is not taken for Windows-1252, which British letters use."""


def decode_text(data: bytes) -> str:
    """The text in `data`. Raises UnreadableText when no known encoding fits, or when it is not text at all."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\0" in data[:4000]:
        return _without_mark(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _windows(data)


def decode_as(data: bytes, charset: str) -> str:
    """The text of `data` in the character set that its sender names.

    Raises UnreadableText when there is no such character set, or the bytes are not in it.
    """
    try:
        codecs.lookup(charset)
        "".encode(charset)
    except (LookupError, ValueError):
        raise UnreadableText(
            f"The text is said to be in the character set “{charset[:40]}”, which is not known."
        ) from None
    if charset.lower().replace("_", "-") in {"us-ascii", "ascii", "utf-8", "utf8", "iso-8859-1", "latin-1"}:
        return decode_text(data)
    return _strictly(data, charset)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, ValueError):
        raise UnreadableText(f"The text is said to be {encoding.upper()}, and is not: it cannot be decoded.") from None


def _without_mark(data: bytes) -> str:
    """UTF-16 without its mark shows as every other byte being zero; anything else with zeros is no text."""
    sample = data[:4000]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[offset::2].count(0), sample[1 - offset :: 2].count(0)
        if zeros * 10 > len(sample) * 3 and not others:
            return _strictly(data, encoding)
    raise UnreadableText("This is not text: it looks like a binary file.")


def _windows(data: bytes) -> str:
    odd = sum(map(data.count, (bytes([value]) for value in range(0x80, 0x100))))
    if odd > _MOST_ODD * len(data):
        raise UnreadableText(_UNKNOWN)
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise UnreadableText(_UNKNOWN) from None
