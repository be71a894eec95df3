"""Words whose UTF-8 was taken for Western letters on its way and encoded again: “Ð”s and “Ã”s that nobody wrote."""

from __future__ import annotations

import re

_MOST_TIMES = 3
_FEWEST = 5
"""So many characters have to come right: a letter that shows what such words look like has fewer."""

_UNDEFINED = "\x81\x8d\x8f\x90\x9d"
"""What Windows-1252 leaves undefined, and programs pass on as it is."""

_LETTERS = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0x100) if chr(byte) not in _UNDEFINED}
_LETTERS |= {ord(character): character for character in _UNDEFINED}
_BYTES = {character: byte for byte, character in _LETTERS.items()}
_BYTES |= {chr(byte): byte for byte in range(0x80, 0x100)}
_LEAD = "".join(character for character, byte in _BYTES.items() if 0xC2 <= byte <= 0xF4)
_TAIL = "".join(character for character, byte in _BYTES.items() if 0x80 <= byte <= 0xBF)
_WRONG = re.compile(f"[{re.escape(_LEAD)}][{re.escape(_TAIL)}]{{1,3}}")


def undone(text: str) -> str:
    """The words as they were before, where most of what is beyond ASCII comes right; else the text as it is."""
    for _ in range(_MOST_TIMES):
        text, again = _once(text)
        if not again:
            break
    return text


def _once(text: str) -> tuple[str, bool]:
    beyond = sum(character > "\x7f" for character in text)
    if beyond < 2 * _FEWEST:
        return text, False
    righted = covered = 0

    def right(found: re.Match[str]) -> str:
        nonlocal righted, covered
        kept = found[0]
        # The tail may run on into what follows: the longest beginning that is one character counts.
        for length in range(len(kept), 1, -1):
            try:
                character = bytes(_BYTES[each] for each in kept[:length]).decode("utf-8")
            except UnicodeDecodeError:
                continue
            if len(character) == 1:
                righted += 1
                covered += length
                return character + kept[length:]
        return kept

    made = _WRONG.sub(right, text)
    if righted < _FEWEST or covered * 2 < beyond:
        return text, False
    return made, True
