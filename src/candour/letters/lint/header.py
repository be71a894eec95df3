"""The head of a letter: its reference, its dates, and whether it is in time."""

from __future__ import annotations

from collections.abc import Iterator

from candour.law.working_days import PastHorizon, due_date
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.signs import KindOfLetter
from candour.letters.lint.words import phrase

_REFERENCE = phrase(
    r"\bref(?:erence)?s?\b[^\n]{0,40}\d|\b(?:foia?|eir)(?: ?[/.-] ?| )\w{0,6}[/.-]?\d{2,}"
    r"|\bcase (?:no|number)\b[^\n]{0,20}\d|\b01[./]foi[./]\d{2}[./]\d+",
    "ref",
    "foi",
    "eir",
    "case n",
)
_PRINTED = phrase(r"\(\d{1,5}[a-z]?[/_]\d{2,4}\)")
_MOVED = phrase(
    r"clarif|extend|extension|fees notice|further time|additional time|apolog|sorry for the delay|delay in",
)


@check("L-HDR-01")
def no_reference(document: Document) -> Iterator[Spot]:
    """The authority's words show no reference."""
    if not document.own.has(_PRINTED) and not document.own.has(_REFERENCE):
        yield document.first_words


@check("L-HDR-02")
def no_dates(document: Document) -> Iterator[Spot]:
    """The date of receipt or the date of the letter is not shown."""
    dates = document.dates
    missing = [name for name, day in (("of receipt", dates.received), ("of the letter", dates.dated)) if day is None]
    if missing:
        spot = document.first_words
        yield Spot(spot.start, spot.end, f"missing: the date {' and the date '.join(missing)}")


@check("L-HDR-03")
def late(document: Document) -> Iterator[Spot]:
    """The date of the letter lies past the twentieth working day, and nothing is said of an event that moved it."""
    dates = document.dates
    if dates.received is None or dates.dated is None or document.desk.moved:
        return
    try:
        due = due_date(dates.received)
    except PastHorizon:
        return
    if dates.dated > due and not document.is_of(*_OTHER_CLOCKS) and not document.own.has(_MOVED):
        spot = document.first_words
        yield Spot(spot.start, spot.end, f"received {dates.received}, due {due}, dated {dates.dated}")


_OTHER_CLOCKS = (
    KindOfLetter.REVIEW,
    KindOfLetter.EXTENSION,
    KindOfLetter.FEES,
    KindOfLetter.CLARIFICATION,
    KindOfLetter.SCOTLAND,
)
