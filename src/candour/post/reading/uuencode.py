"""Files that old mail programs put into the text itself, between "begin 644 name" and "end"."""

from __future__ import annotations

import binascii
import re

_BEGIN = re.compile(rb"begin ([0-7]{3,4}) ([^\r\n]{1,200})\r?\n")
_MOST_FILES = 100


def take_files(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text without the files in it, and each file as name and content; where one stood, its name is left.

    A block in which less than half the lines decode, or without its end, is no file and stays in the text.
    """
    files: list[tuple[bytes, bytes]] = []
    kept: list[bytes] = []
    position = 0
    for _ in range(_MOST_FILES):
        found = _next(data, position)
        if found is None:
            break
        end, content = _decode(data, found.end())
        if end < 0:
            kept.append(data[position : found.end()])
            position = found.end()
            continue
        kept.append(data[position : found.start()])
        kept.append(b"[file: " + found[2].strip() + b"]\n")
        files.append((found[2].strip(), content))
        position = end
    kept.append(data[position:])
    return b"".join(kept), files


def _next(data: bytes, position: int) -> re.Match[bytes] | None:
    while found := _BEGIN.search(data, position):
        if found.start() == 0 or data[found.start() - 1] == 0x0A:
            return found
        position = found.end()
    return None


def _decode(data: bytes, position: int) -> tuple[int, bytes]:
    """Where the block ends, and its content; -1 where it is none."""
    content: list[bytes] = []
    wrong = 0
    while position < len(data):
        stop = data.find(b"\n", position)
        stop = len(data) if stop < 0 else stop
        line = data[position:stop].rstrip(b"\r")
        position = min(stop + 1, len(data))
        if line.startswith(b"begin "):
            return -1, b""
        if line.strip() == b"end":
            return (position, b"".join(content)) if wrong * 2 <= len(content) else (-1, b"")
        piece = _line(line)
        if piece is None:
            wrong += 1
            if wrong > len(content) + 2:
                return -1, b""
        else:
            content.append(piece)
    return -1, b""


def _line(line: bytes) -> bytes | None:
    if not line.strip(b"` "):
        return b""
    if any(not 0x20 <= byte <= 0x60 for byte in line):
        return None
    length = (line[0] - 0x20) & 0x3F
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders write a wrong length; what is there is decoded with the length that it has.
        wanted = (length * 4 + 2) // 3
        try:
            return binascii.a2b_uu(line[: wanted + 1])
        except binascii.Error:
            return None
