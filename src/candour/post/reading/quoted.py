"""What the sender wrote, told apart from the thread that their program quotes below it."""

from __future__ import annotations

import re

_WROTE = re.compile(
    r"(?:on|le|am|el|op)\s.{4,200}(?:wrote|a écrit|schrieb|escribió|schreef)\s*:?\s*$", re.IGNORECASE | re.DOTALL
)
_DIVIDER = re.compile(
    r"\s*(?:[-_*]{2,}\s*(?:original message|forwarded message|forwarded by .{0,80}|reply separator)\s*[-_*]*"
    r"|[-_*]{2,}\s*ursprüngliche nachricht\s*[-_*]*|begin forwarded message:?|[-_]{2,}\s*forwarded message.*)\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(?:from|von|de)\s?:\*?\s*\S", re.IGNORECASE)
_OTHER_FIELD = re.compile(r"\s*\*?(?:sent|date|to|cc|subject|gesendet|an|betreff)\s?:\*?", re.IGNORECASE)
_RULE = re.compile(r"\s*_{10,}\s*")
_MOST_LINES = 100_000
_NEEDED_FIELDS = 2


def split_quoted(text: str) -> tuple[str, str]:
    """The sender's own words and the quoted thread below; joined they are `text`, character for character."""
    lines = text.splitlines(keepends=True)
    start = next((place for place in range(min(len(lines), _MOST_LINES)) if _begins(lines, place)), None)
    marked = _marked_tail(lines)
    places = [place for place in (start, marked) if place is not None]
    if not places:
        return text, ""
    place = min(places)
    own = "".join(lines[:place])
    return own, text[len(own) :]


def _begins(lines: list[str], place: int) -> bool:
    line = lines[place]
    if line.startswith(">"):
        return False
    if _DIVIDER.fullmatch(line.rstrip("\n")):
        return True
    if line[:3].lower() in {"on ", "le ", "am ", "el ", "op "}:
        # Programs fold this line, so that “wrote:” stands one or two below.
        joined = ""
        for ahead in lines[place : place + 3]:
            joined += ahead
            if _WROTE.fullmatch(joined.strip()):
                return True
    if _RULE.fullmatch(line.rstrip("\n")) and place + 1 < len(lines):
        return _is_head(lines, place + 1) or (not lines[place + 1].strip() and _is_head(lines, place + 2))
    return _is_head(lines, place)


def _is_head(lines: list[str], place: int) -> bool:
    """Whether the head of a message is quoted here: From, and at least two more fields in the lines after it."""
    if place >= len(lines) or not _FROM.match(lines[place]):
        return False
    return sum(bool(_OTHER_FIELD.match(line)) for line in lines[place + 1 : place + 8]) >= _NEEDED_FIELDS


def _marked_tail(lines: list[str]) -> int | None:
    """Where the lines marked with ">" begin that nothing of the sender's own follows."""
    place = len(lines)
    found = None
    while place > 0:
        line = lines[place - 1]
        if line.startswith(">"):
            found = place - 1
        elif line.strip():
            break
        place -= 1
    return found
