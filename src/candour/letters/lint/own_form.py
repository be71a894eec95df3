"""A letter in our own form, laid out by its shape alone: what the requester asked is indented under its heading."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FACTS = re.compile(
    r"^[ ]*Our reference:[^\n]*\n(?:[^\n]*\n){0,6}?[ ]*Date received:[^\n]*\n+[ ]*Date of this letter:", re.MULTILINE
)
_HEAD = 60_000
_QUOTED = "    "
_RULE = re.compile(r"\s*(?P<mark>[=.-])(?P=mark){2,}\s*$")
_ITEM = re.compile(r"[ ]*[-•][ ]+\S")
_NAMES_QUESTION = re.compile(
    r"(?:(?P<group>[^,\n]{1,60}), )?(?:part (?P<part>\w) of )?question (?P<label>[^\n]{1,60})", re.IGNORECASE
)

Piece = tuple[int, str]
Run = list[Piece]


def is_ours(text: str) -> bool:
    """Whether the head of the text is that of a letter of ours."""
    head = text[:_HEAD]
    return "Our reference:" in head and bool(_FACTS.search(head))


def runs(text: str) -> Iterator[tuple[Run, bool]]:
    """The paragraphs and list items of a letter of ours, each with whether it is the requester's."""
    run = Run()
    quoted = True
    start = 0
    for line in text.splitlines(keepends=True):
        words = line.strip()
        ruled = bool(_RULE.match(line))
        if run and (not words or ruled or _ITEM.match(line)):
            yield run, quoted
            run, quoted = Run(), True
        if words and not ruled:
            run.append((start + line.index(words), words))
            quoted = quoted and line.startswith(_QUOTED)
        start += len(line)
    if run:
        yield run, quoted


def question_named(heading: str) -> str | None:
    """The question that a heading of ours names, as `Asked.label` has it; None for any other heading."""
    found = _NAMES_QUESTION.fullmatch(heading)
    if found is None:
        return None
    label = found["label"] + (found["part"] or "")
    return f"{found['group']}, {label}" if found["group"] else label
