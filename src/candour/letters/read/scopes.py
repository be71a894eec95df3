"""Which questions a passage of a response is about, as in "In relation to questions 1 and 2" or "Request 2 - Q4"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from candour.letters.numbering import Mark, MarkKind
from candour.letters.passages import Block
from candour.letters.read.cues import cues
from candour.letters.read.parts import heads_a_section


@dataclass(slots=True)
class Passage:
    """A run of blocks about the same questions. `whole_group`: about a request as a whole, not this question of it."""

    about: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)
    whole_group: bool = False
    direct: bool = False
    before: tuple[Block, ...] = ()
    label: int = 0
    """How many characters of the first block only name the questions."""


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
    r"|as (?:to|regards)|please (?:also )?(?:note that|find|see)|section \d\d\S{0,12} (?:refers|applies|relates) to"
    r"|turning to|your|our|the|q\d|questions?|response|request|parts?|points?|to answer)\b",
    re.IGNORECASE,
)
_OF_OURSELVES = re.compile(r"(?:i|we) (?:am|are|have|can|do|did|hold|will)\b", re.IGNORECASE)
_IN_HEADING = re.compile(r"\((?P<named>(?:questions?|requests?)\s[^()]{1,120})\)\s?$", re.IGNORECASE)
_HEAD = 90
_OPENING = 400
_POSSIBLE = tuple(map(str, range(1, 41)))
_NAMES_ALONE = re.compile(
    r"(?:questions?|points?|parts?|requests?|q)\s?\d{1,2}[a-h]?\s?[:.)\u2013-]\s?(?=\S)", re.IGNORECASE
)
"""A label and nothing more before the answer: `Point 2: 211`."""
_LABEL = r"\(?(?:\d{1,2}[a-h]?[.)]?|[a-h][.)])"
_SEVERAL = re.compile(
    rf"(?P<list>{_LABEL}(?:\s?(?:(?:,|&|and|to|-|\u2013)\s?){{1,2}}{_LABEL}){{1,12}})(?:(?<=[.)])|\s?[:\u2013-]|$)",
    re.IGNORECASE,
)
"""Several labels with their punctuation, as in `1 and 2.`, `a., b. and c.`, `(a) to (c)`."""
_NAMING = {MarkKind.NAMED, MarkKind.GROUP}
_NO_LABEL = str.maketrans("\u2013\u2014", "--", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
_DASHED = re.compile(r"(?P<label>\d{1,2}[a-h]?)\s?[-\u2013]\s{1,4}(?=\S)", re.IGNORECASE)
"""A number before a figure, as in `2 - 612`: a label only where it is the next question's."""
_FROM_TO = re.compile(
    r"(?P<first>\d{1,2}[a-h]?)(?:[.)]?\s?(?:-|\u2013|to)\s?\(?(?:q(?:uestion)?\s?)?(?P<last>\d{1,2})\b)?"
    r"|\b(?P<lettered>[a-h])[.)](?:\s?(?:-|\u2013|to)\s?\(?(?P<last_lettered>[a-h])[.)])?"
)
"""A number or letter of a list, or two of them with all between."""
_LETTERED = re.compile(
    r"(?P<list>\(?[a-h]\)(?:\s?(?:,|&|and|to|-|\u2013){1,2}\s?(?:and\s)?\(?[a-h]\)){0,7})", re.IGNORECASE
)
_BRACKETED = re.compile(
    r"(?<![\w)])(?<!\d )(?P<list>\(\d{1,2}\)(?:\s?(?:,|&|and|to|-|\u2013){1,2}\s?(?:and\s)?\(\d{1,2}\)){0,9})"
)


def find_passages(response: Iterable[Block], asked: tuple[str, ...]) -> list[Passage]:
    """The passages of a response that name the questions they answer, in order. `asked`: the questions' numbers."""
    found: list[Passage] = []
    current: Passage | None = None
    group, reached = "", 0
    style: str | None = None
    recent: list[Block] = []
    for block in response:
        group = _group_heading(block) or group
        about, whole, group = _scope(block, asked, group)
        listed = False
        if not about:
            about, reached = _numbered(block, asked, reached, style)
            listed = bool(about)
            if listed and block.mark:
                style = _style(block.mark)
        if about:
            whole = whole and not listed
            label = _label_width(block, about)
            before = () if listed or label else tuple(recent[-2:])
            current = Passage(about, [block], whole, bool(block.mark) or listed or label > 0, before, label)
            found.append(current)
        elif heads_a_section(block) or _group_heading(block) or cues().beyond_questions.search(block.text[:_OPENING]):
            current = None
        elif current:
            current.blocks.append(block)
        recent.append(block)
    return found


def _label_width(block: Block, about: tuple[str, ...]) -> int:
    """How much of a block only names the questions that it is about, before the answer begins."""
    several = _SEVERAL.match(block.unmarked.text) if len(about) > 1 else None
    if block.mark and not several:
        return len(block.mark.printed)
    label = several or _DASHED.match(block.text) or _NAMES_ALONE.match(block.text)
    return label.end() if label else 0


def _style(mark: Mark) -> str:
    """How a mark is set: its punctuation."""
    return mark.printed.translate(_NO_LABEL)


def _numbered(block: Block, asked: tuple[str, ...], reached: int, style: str | None) -> tuple[tuple[str, ...], int]:
    """The questions whose numbers alone a block begins with, and how many of those asked are then behind.

    Numbers count only in the order asked, so that a list inside an answer is not taken for the next answers.
    """
    ahead = asked[reached:]
    if several := _SEVERAL.match(block.unmarked.text):
        numbers = [number for number in _numbers(several["list"].lower()) if number in ahead]
        if len(numbers) > 1:
            return tuple(numbers), asked.index(numbers[-1]) + 1
    mark = block.mark
    if mark is None and (dashed := _DASHED.match(block.text)) and dashed["label"].lower() in ahead[:1]:
        return (dashed["label"].lower(),), reached + 1
    if mark is None or mark.kind is MarkKind.BULLET or (style is not None and style != _style(mark)):
        return (), reached
    label = mark.label
    near = ahead[:1] if mark.kind is MarkKind.NUMBER and reached else ahead[: 1 + (mark.kind is not MarkKind.NUMBER)]
    if label in near or (not reached and label in asked[:1]):
        return (label,), asked.index(label) + 1
    return (), reached


def named_questions(response: Iterable[Block]) -> tuple[str, ...]:
    """The questions that a response must have had, by those that it names: whoever answers a third had a second.

    Empty where fewer than two are named.
    """
    named = {number for block in response for number in _scope(block, _POSSIBLE, "")[0]}
    return _POSSIBLE[: max(map(int, named))] if len(named) > 1 else ()


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
    mark = block.mark
    if mark and mark.kind is MarkKind.NAMED and not mark.printed.lower().startswith("questions"):
        # What follows the mark is the answer: `Question 1 - Four` names no fourth question.
        words = mark.printed
    else:
        words = f"{mark.printed} {block.text}" if mark and mark.kind in _NAMING else block.text
    head = _SPELLED.sub(lambda found: _WORDS[found.group(1).lower()], words[: 2 * _HEAD])[:_HEAD]
    if _OF_OURSELVES.match(head):
        about, group_named = _mentioned(head, group, asked)
        # `We give 1 and 2. As to 3, we hold nothing` is about each of them in its own sentence, and told from neither.
        return (about, False, group_named) if about == _mentioned(words, group, asked)[0] else ((), False, group)
    if not _LEADS.match(head):
        return (), False, group
    about, group = _mentioned(head, group, asked)
    if about:
        return about, False, group
    if lettered := _LETTERED.search(head):
        named = re.findall(r"[a-h](?=\))", lettered["list"].lower())
        if named and all(letter in asked for letter in named):
            return tuple(_filled(named, lettered["list"])), False, group
    if bracketed := _BRACKETED.search(head):
        return tuple(number for number in _numbers(bracketed["list"]) if number in asked), False, group
    whole = _WHOLE_GROUP.search(head)
    if whole and not _group_heading(block):
        if whole["group"] in asked:
            return (whole["group"],), False, group
        group = f"R{whole['group']}"
        return tuple(number for number in asked if number.startswith(group + ".")), True, group
    return (), False, group


def _filled(letters: list[str], words: str) -> list[str]:
    """Letters in a list, with those between when it says `(a) to (d)`."""
    if len(letters) == 2 and re.search(r"\bto\b|[-\u2013]", words):
        return [chr(code) for code in range(ord(letters[0]), ord(letters[1]) + 1)]
    return letters


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
    for match in _FROM_TO.finditer(words.lower()):
        if match["lettered"]:
            last = match["last_lettered"] or match["lettered"]
            found += [chr(code) for code in range(ord(match["lettered"]), ord(last) + 1)]
        elif match["last"] and match["first"].isdigit():
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
