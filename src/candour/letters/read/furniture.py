"""What surrounds a response on the page: banners, navigation, file lists, quoted mail. Set aside, with every line kept.

A line that is furniture becomes a line of spaces, so that lines and offsets stay those of the text as given.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from candour.letters.read.cues import cues
from candour.letters.read.source import LONGEST_TEXT, MOST_LINES, UnreadableText


@dataclass(frozen=True, slots=True)
class Page:
    """A page: the response's own words, line for line, and the names of files that the page lists."""

    own: str
    files: tuple[str, ...]


_LISTS_FILES = re.compile(r"\d{1,2} attachments?$", re.IGNORECASE)
_FILE_SIZE = re.compile(r"\d{1,4}(?:\.\d{1,2})?\s?[KM]B?$", re.IGNORECASE)
_HEAD_FIELD = re.compile(r"(?:sent|to|subject|date|cc):", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")
_PRINTABLE = re.compile(r"\w")
_REPEATS = 3
_FAR_RIGHT = 30
_LONGEST_FURNITURE = 400


def read_page(text: str) -> Page:
    """The page that `text` shows.

    Raises UnreadableText when it is empty, too long, not text, or holds only furniture.
    """
    _refuse_binary(text)
    whole = text.splitlines(keepends=True)
    if len(text) > LONGEST_TEXT or len(whole) > MOST_LINES:
        raise UnreadableText(
            f"The text is too long for a letter: no more than {LONGEST_TEXT // 1_000_000} million characters"
            f" in {MOST_LINES:,} lines are read."
        )
    lines = text.splitlines()
    stripped = [line.strip() for line in lines]
    repeated = _repeated_headers(lines)
    cut = _quoted_mail_starts(lines, stripped)
    files, listed = _listed_files(stripped)
    own = [
        " " * len(line) + full[len(line) :]
        if index >= cut or index in listed or index in repeated or _is_furniture(words)
        else full
        for index, (line, words, full) in enumerate(zip(lines, stripped, whole, strict=True))
    ]
    if not any(_PRINTABLE.search(line) for line in own):
        raise UnreadableText("The text holds only page furniture (banners, menus, quoted mail), no response.")
    return Page("".join(own), files)


def _refuse_binary(text: str) -> None:
    if not text.strip():
        raise UnreadableText("The text is empty.")
    sample = text[:100_000]
    if "\0" in sample or len(_UNPRINTABLE.findall(sample)) * 20 > len(sample):
        raise UnreadableText("This is not text: it looks like a binary file.")


def _is_furniture(words: str) -> bool:
    return bool(words) and len(words) <= _LONGEST_FURNITURE and bool(cues().furniture.match(words))


def _repeated_headers(lines: list[str]) -> set[int]:
    """Lines set far to the right that come back on every page of a printed letter, after their first showing."""
    places: Counter[str] = Counter()
    again: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line[:_FAR_RIGHT].isspace() and len(line) > _FAR_RIGHT and (words := line.strip()):
            places[words] += 1
            again.setdefault(words, []).append(index)
    return {index for words, count in places.items() if count >= _REPEATS for index in again[words][1:]}


def _quoted_mail_starts(lines: list[str], stripped: list[str]) -> int:
    """The line at which earlier mail is quoted underneath, or mail boilerplate begins; past the end when nowhere."""
    seen = False
    quoted_mail = cues().quoted_mail
    for index, words in enumerate(stripped):
        if not seen:
            seen = len(words) > _FAR_RIGHT and not _underlines(lines, index)
        elif (
            quoted_mail.match(words[:_LONGEST_FURNITURE])
            and (not words.lower().startswith("from:") or _has_mail_head(stripped, index))
            and not _underlines(lines, index)
        ):
            return index
    return len(lines)


def _underlines(lines: list[str], index: int) -> bool:
    """Whether a line only rules off the heading above it, as plain text does."""
    rule = lines[index].strip()
    return len(set(rule)) == 1 and not rule.isalnum() and index > 0 and len(lines[index - 1].rstrip()) == len(rule)


def _has_mail_head(stripped: list[str], index: int) -> bool:
    return any(_HEAD_FIELD.match(words) for words in stripped[index + 1 : index + 5])


def _listed_files(stripped: list[str]) -> tuple[tuple[str, ...], set[int]]:
    """The files that a page lists above the letter: a count, then each name followed by its size."""
    first = next((index for index, words in enumerate(stripped[:20]) if _LISTS_FILES.match(words)), None)
    if first is None:
        return (), set()
    names, listed = [], {first}
    for index in range(first + 1, min(first + 200, len(stripped) - 1)):
        if _FILE_SIZE.match(stripped[index + 1]):
            names.append(stripped[index])
            listed |= {index, index + 1}
    return tuple(names), listed
