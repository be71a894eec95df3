"""A letter in our own form cut into paragraphs and list items, indented ones told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_ITEM = re.compile(r"(?P<indent>[ ]*)(?P<mark>[-•])[ ]+(?=\S)")
_RULE = re.compile(r"(?:-{3,}|={3,}|\.{3,})")
"""The line under a heading: it parts as an empty one does."""
_QUOTED = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph, or one item of a list: its words on one line, its place, whether it is indented as a quote is."""

    text: str
    start: int
    end: int
    indented: bool
    item: bool = False


def read_pieces(text: str) -> Iterator[Piece]:
    """The paragraphs of a text, parted by empty lines, and the items of its lists."""
    run: list[tuple[int, str]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        words = line.rstrip()
        if words and not _RULE.fullmatch(words):
            run.append((start, words))
        elif run:
            yield from _items(run)
            run = []
        start += len(line)
    if run:
        yield from _items(run)


def _items(run: list[tuple[int, str]]) -> Iterator[Piece]:
    first = _ITEM.match(run[0][1])
    whole = _piece(run)
    if first is None or whole.indented:
        yield whole
        return
    begins = [index for index, (_, line) in enumerate(run) if (found := _ITEM.match(line)) and found[0] == first[0]]
    for begin, end in zip(begins, [*begins[1:], len(run)], strict=True):
        (start, line), width = run[begin], first.end()
        yield replace(_piece([(start + width, line[width:]), *run[begin + 1 : end]]), item=True)


def _piece(run: list[tuple[int, str]]) -> Piece:
    lead = len(run[0][1]) - len(run[0][1].lstrip())
    indented = all(len(line) - len(line.lstrip()) >= _QUOTED for _, line in run)
    last_start, last = run[-1]
    return Piece(
        " ".join(" ".join(line for _, line in run).split()), run[0][0] + lead, last_start + len(last), indented
    )
