"""Which questions a passage of a response is about, as in "In relation to questions 1 and 2" or "Request 2 - Q4"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from candour.letters.numbering import MarkKind
from candour.letters.passages import Block
from candour.letters.read.parts import heads_a_section


@dataclass(slots=True)
class Passage:
    """A run of blocks about the same questions. `whole_group`: about a request as a whole, not this question of it."""

    about: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)
    whole_group: bool = False
    direct: bool = False
    before: tuple[Block, ...] = ()


_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"}
_SPELLED = re.compile(r"\b(" + "|".join(_WORDS) + r")(?:\s?\(\d\))?(?=[\s,.&):-]|$)", re.IGNORECASE)
_MENTION = re.compile(
    r"(?:\brequests?\s?(?P<group>\d{1,2})\s?[:,\u2013-]?\s?)?\b(?:questions?|response|q|part|parts"
    r"|points?)\.?\s?(?P<list>\d{1,2}[a-h]?(?:\s?(?:,|&|and|to|\u2013|-)\s?(?:and\s)?(?:questions?\s?"
    r"|q\s?)?\d{1,2}[a-h]?\b)*)",
    re.IGNORECASE,
)
_WHOLE_GROUP = re.compile(r"\brequest\s?(?P<group>\d{1,2})\b", re.IGNORECASE)
_LEADS = re.compile(
    r"(?:(?:in|with) (?:relation|regards?|respect|response|answer|reference) (?:to|of)|regarding|for"
    r"|as (?:to|regards)|please (?:also )?note that|section \d\d\S{0,12} (?:refers|applies|relates) to"
    r"|turning to|your|our|the|q\d|questions?|response|request|parts?|points?|to answer)\b",
    re.IGNORECASE,
)
_IN_HEADING = re.compile(r"\((?P<named>(?:questions?|requests?)\s[^()]{1,120})\)\s?$", re.IGNORECASE)
_HEAD = 90


def find_passages(response: Iterable[Block], asked: tuple[str, ...]) -> list[Passage]:
    """The passages of a response that name the questions they answer, in order. `asked`: the questions' numbers."""
    found: list[Passage] = []
    current: Passage | None = None
    group, expected, style = "", 1, ""
    recent: list[Block] = []
    for block in response:
        group = _group_heading(block) or group
        about, whole, group = _scope(block, asked, group)
        if not about and block.mark and block.mark.kind is MarkKind.NUMBER and block.mark.number == expected:
            punctuation = block.mark.printed.lstrip("0123456789 ").replace("\u2013", "-")
            if str(expected) in asked and style in {"", punctuation}:
                about, whole, style, expected = (str(expected),), False, punctuation, expected + 1
        if about:
            direct = bool(block.mark)
            current = Passage(about, [block], whole, direct, tuple(recent[-2:]))
            found.append(current)
        elif heads_a_section(block) or _group_heading(block):
            current = None
        elif current:
            current.blocks.append(block)
        recent.append(block)
    return found


def headed_reasons(response: Iterable[Block], asked: tuple[str, ...]) -> list[Passage]:
    """Sections whose heading ends by naming questions: `Why we refuse this (questions 1 and 2)`."""
    found: list[Passage] = []
    current: Passage | None = None
    for block in response:
        named = _IN_HEADING.search(block.text)
        if named and len(block.text) < 160:
            current = Passage(_mentioned(named["named"], "", asked)[0])
            found.append(current)
        elif current:
            current.blocks.append(block)
    return found


def _group_heading(block: Block) -> str:
    found = re.fullmatch(
        r"request\s?(\d{1,2})\s?:?", f"{block.mark.printed if block.mark else ''} {block.text}".strip(), re.IGNORECASE
    )
    return f"R{found.group(1)}" if found else ""


def _scope(block: Block, asked: tuple[str, ...], group: str) -> tuple[tuple[str, ...], bool, str]:
    """What the head of a block says it is about; the group last named goes on until another is named."""
    words = f"{block.mark.printed} {block.text}" if block.mark and block.mark.kind is MarkKind.NAMED else block.text
    head = _SPELLED.sub(lambda found: _WORDS[found.group(1).lower()], words[: 2 * _HEAD])[:_HEAD]
    if not _LEADS.match(head):
        return (), False, group
    about, group = _mentioned(head, group, asked)
    if about:
        return about, False, group
    whole = _WHOLE_GROUP.search(head)
    if whole and not _group_heading(block):
        group = f"R{whole['group']}"
        return tuple(number for number in asked if number.startswith(group + ".")), True, group
    return (), False, group


def _mentioned(words: str, group: str, asked: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The questions that words name, and the group named last."""
    about: list[str] = []
    for mention in _MENTION.finditer(words):
        group = f"R{mention['group']}" if mention["group"] else group
        about += _resolve(_numbers(mention["list"]), group, asked)
    return tuple(dict.fromkeys(about)), group


def _numbers(words: str) -> list[str]:
    """Numbers in a list such as `1, 2 and 4` or `2-5`."""
    found: list[str] = []
    for match in re.finditer(
        r"(?P<first>\d{1,2}[a-h]?)(?:\s?(?:-|\u2013|to)\s?(?:q(?:uestion)?\s?)?(?P<last>\d{1,2})\b)?", words
    ):
        if match["last"] and match["first"].isdigit():
            found += [
                str(number)
                for number in range(int(match["first"]), min(int(match["last"]), int(match["first"]) + 60) + 1)
            ]
        else:
            found.append(match["first"])
    return found


def _resolve(numbers: list[str], group: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The questions that these numbers mean: in the group named, else as they stand, else without their letter."""
    known = set(asked)
    found: list[str] = []
    for number in numbers:
        for candidate in (f"{group}.{number}", number, number.lstrip("0123456789"), number.rstrip("abcdefgh")):
            if candidate and candidate in known:
                found.append(candidate)
                break
    return tuple(found)
