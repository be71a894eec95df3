"""What a template leaves behind: doubled words, gaps, unfilled fields, open quotation marks, slips, foreign topics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import compress
from operator import eq

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_DOUBLED = re.compile(
    r"(?<![\w'.@/-])(?!that |had |very |ha |no |so |is |bora |knock |tut )([a-z]{2,}) +\1(?![\w'@/-])"
)
_MARKS = ',.;:?!()"'
_STRAY = re.compile(
    r" [b-hj-np-wyz](?= [A-Z][a-z]{2,})(?<=[a-z] .)"
    r"(?<!class .)(?<!section .)(?<!part .)(?<!plan .)(?<!option .)(?<!category .)(?<!type .)(?<!group .)(?<!band .)"
    r"(?<!schedule .)(?<!level .)(?<!grade .)(?<!vitamin .)(?<!paragraph .)(?<!hepatitis .)(?<!annex .)(?<!appendix .)"
)
"""A letter by itself before a capitalised word, unless it is that of a class, a band, a schedule."""
_MARK_OF_TABLES = "withheld"
"""It stands in cell after cell of a table in which figures are not shown, and is no slip there."""
_GAP = re.compile(r"(?<=[a-z]) {2,}(?=[a-z]{2,})")
_COLUMNS = re.compile(r" {2,}")
_FIELD = phrase(
    r"\{\{|\}\}|\[(?:insert|enter|add|name|date|delete|xx)\b[^\]\n]{0,40}\]?|<(?:insert|enter|name"
    r"|date)\b[^>\n]{0,40}>|(?<![\w.@])xxx+(?![\w.@])|\battachment_(?=\s*(?:\n|\Z))|\blorem ipsum\b",
    "{{",
    "}}",
    *(f"[{word}" for word in ("insert", "enter", "add", "name", "date", "delete", "xx")),
    *(f"<{word}" for word in ("insert", "enter", "name", "date")),
    "xxx",
    "attachment_",
    "lorem",
)
_SLIPS = phrase(
    r"\bif the freedom of information act 2000 does not apply|\bwill not further processed"
    r"|\bpublic interests? test test\b",
    "freedom of information act 2000 does",
    "not further processed",
    "test test",
)
_MISWRITTEN = phrase(r"section(?:[1-9]\d?\(\d| \d+\( ?\d+ ?(?=[^)\d \w])(?![-,/&] ?\d))", "section")
"""A section without a space before its number, or with a bracket that is not closed."""
_TOPICS = (
    (
        phrase(r"\bsexual harassment\b", "sexual harassment"),
        re.compile(r"sex|harass|misconduct|domestic|complain|rape gang"),
    ),
    (
        phrase(r"\bdomestic (?:abuse|violence) affects\b", "domestic"),
        re.compile(r"domestic|abus|violence|misconduct|relationship"),
    ),
    (
        phrase(r"\bthe threat from terrorism\b|\bterrorist (?:threat|attack)s?\b", "terroris"),
        re.compile(r"terror|security|firearm|armed|extrem|protect|counter|cyber|drone|taser|weapon|camera|anpr"),
    ),
)
_LONG_WORDS = 3


@check("L-TXT-01")
def residue(document: Document) -> Iterator[Spot]:
    """A doubled word, a stray letter, a field that was not filled in."""
    own = document.own
    for found in _DOUBLED.finditer(own.text) if _may_double(own.text) else ():
        if own.cased[found.end() - len(found.group(1))].islower() and found.group(1) != _MARK_OF_TABLES:
            yield own.at(found)
    for found in own.find(_FIELD):
        yield own.at(found)
    for found in _STRAY.finditer(own.cased):
        letter = found.end() - 1
        start, end = own.sentence(letter)
        yield own.spot(max(start, letter - 20), min(end, found.end() + 25))


def _may_double(text: str) -> bool:
    """Whether a word stands twice in a row, marks aside: asked first, because few letters have it."""
    for mark in _MARKS:
        text = text.replace(mark, " ")
    words = text.split()
    return any(map(str.isalpha, compress(words, map(eq, words, words[1:]))))


@check("L-TXT-01")
def gaps(document: Document) -> Iterator[Spot]:
    """A gap of several spaces in running text; a paragraph with many is a table."""
    own = document.own
    for start, end in own.paragraphs if "  " in own.cased else ():
        if own.cased.find("  ", start, end) < 0:
            continue
        found = _GAP.search(own.cased, start, end)
        if found and end - start > 80 and len(_COLUMNS.findall(own.text, start, end)) <= _LONG_WORDS:
            yield own.spot(max(start, found.start() - 20), min(end, found.end() + 20))


@check("L-TXT-02")
def unclosed(document: Document) -> Iterator[Spot]:
    """More marks open than close in one paragraph; an apostrophe may close, so only excess of openings counts."""
    own = document.own
    carried = False
    for number, (start, end) in enumerate(own.paragraphs):
        open_here = _is_open(own.cased[start:end])
        next_end = own.paragraphs[number + 1][1] if number + 1 < len(own.paragraphs) else end
        closed_below = open_here and not _is_open(own.cased[start:next_end])
        if open_here and not closed_below and not carried:
            yield own.spot(start, end)
        carried = closed_below


def _is_open(words: str) -> bool:
    return (
        words.count("(") > words.count(")")
        or words.count("“") != words.count("”")
        or words.count("‘") > words.count("’")
    )


@check("L-TXT-03")
def foreign_topic(document: Document) -> Iterator[Spot]:
    """A standing paragraph is about a topic of which the request has no word."""
    if not document.asked.text.strip():
        return
    for topic, related in _TOPICS:
        found = document.own.first(topic)
        if found and not related.search(document.asked.text):
            yield document.own.spot(*document.own.sentence(found.start()))


@check("L-TXT-04")
def slips(document: Document) -> Iterator[Spot]:
    """Known slips of templates."""
    for sought in (_SLIPS, _MISWRITTEN):
        for found in document.own.find(sought):
            yield document.own.at(found)
