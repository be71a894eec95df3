"""Tokens of an RTF: groups, control words, text. Rich Text Format Specification 1.9.1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from candour.files.findings import Blocked
from candour.files.limits import Budget

DEEPEST = 500
_WORD = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?")
_PLAIN = re.compile(rb"[^\\{}\r\n]+")


class Kind(Enum):
    """What a token is."""

    OPEN = "{"
    CLOSE = "}"
    WORD = "word"
    SYMBOL = "symbol"
    BYTE = "byte"
    TEXT = "text"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `name` of a control word or symbol, `number` its parameter, `data` the bytes of text."""

    kind: Kind
    name: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes, budget: Budget) -> Iterator[tuple[Token, int]]:
    """Every token with the position after it. Raises `Blocked` for groups that do not close or nest too deep."""
    position, depth, count = 0, 0, 0
    size = len(data)
    while position < size:
        count += 1
        if count % 50_000 == 0:
            budget.check_time()
        token, position = _next(data, position)
        if token is None:
            continue
        if token.kind is Kind.OPEN:
            depth += 1
            if depth > DEEPEST:
                raise Blocked("The file nests its groups so deep that no office program wrote it. Ask for it again.")
        elif token.kind is Kind.CLOSE:
            depth -= 1
            if depth < 0:
                raise Blocked("The file is damaged: a group ends that never began. Ask for it again.")
        yield token, position
        if depth == 0 and token.kind is Kind.CLOSE:
            return
    raise Blocked("The file is cut short: a group does not end. Ask for it again.")


def _next(data: bytes, position: int) -> tuple[Token | None, int]:  # noqa: PLR0911  one for each kind of token
    character = data[position : position + 1]
    if character == b"{":
        return Token(Kind.OPEN), position + 1
    if character == b"}":
        return Token(Kind.CLOSE), position + 1
    if character in {b"\r", b"\n"}:
        return None, position + 1
    if character != b"\\":
        match = _PLAIN.match(data, position)
        assert match
        return Token(Kind.TEXT, data=match.group()), match.end()
    if (match := _WORD.match(data, position)) is not None:
        name = match.group(1).decode("ascii")
        number = int(match.group(2)) if match.group(2) else None
        if name == "bin" and number is not None and number > 0:
            end = match.end() + number
            return Token(Kind.BINARY, data=data[match.end() : end]), min(end, len(data))
        return Token(Kind.WORD, name, number), match.end()
    symbol = data[position + 1 : position + 2]
    if symbol == b"'":
        digits = data[position + 2 : position + 4]
        try:
            return Token(Kind.BYTE, data=bytes([int(digits, 16)])), position + 4
        except ValueError:
            return Token(Kind.BYTE, data=b"?"), position + 4
    return Token(Kind.SYMBOL, symbol.decode("latin-1")), position + 2
