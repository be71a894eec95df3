"""Bytes as characters, whatever the message claims that they are."""

from __future__ import annotations

import re

_OTHER_NAMES = {
    "unicode-1-1-utf-7": "utf-7",
    "hz-gb-2312": "hz",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
"""Names of character sets in mails, and what Python calls them or a set that holds them."""

_WESTERN = frozenset({"", "us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "utf-8"})
"""Sets that mail programs claim when they do not know; what is valid UTF-8 is read as that first."""

_NO_TEXT = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "unicode-escape"})
"""Codecs of Python that are no character sets of mails."""

REPLACED = "\ufffd"
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def decoded(data: bytes, charset: str, *, cleaned: bool = True) -> str:
    """The bytes as text, made `clean` unless told otherwise. What cannot be told becomes the replacement character."""
    text = _decoded(data, charset)
    return clean(text) if cleaned else text


def _decoded(data: bytes, charset: str) -> str:
    name = charset.strip("\"' ").casefold()
    name = _OTHER_NAMES.get(name, name)
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    if name in _WESTERN:
        return _western(data)
    if name not in _NO_TEXT:
        try:
            return data.decode(name)
        except (LookupError, ValueError, TypeError):
            pass
        if is_utf8(data) or name.startswith("utf"):
            return data.decode("utf-8-sig", "replace")
        try:
            return data.decode(name, "replace")
        except (LookupError, ValueError, TypeError):
            pass
    return _western(data)


def clean(text: str) -> str:
    """The text with line feeds alone, without NULs, controls and halves of characters, which no database keeps."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").removeprefix("\ufeff")
    return _UNPRINTED.sub("", text)


def one_line(text: str, longest: int = 500) -> str:
    """The text on one line, at most so many characters long."""
    line = " ".join(clean(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _western(data: bytes) -> str:
    if is_utf8(data):
        return data.decode("utf-8-sig")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        # More is readable as UTF-8 with a few bad bytes than as Latin letters that nobody wrote.
        by_utf8 = data.decode("utf-8", "replace")
        return by_utf8 if by_utf8.count(REPLACED) * 3 < _high(data) else data.decode("cp1252", "replace")


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8, as those of plain ASCII are."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _high(data: bytes) -> int:
    return sum(byte > 0x7F for byte in data[:100_000])
