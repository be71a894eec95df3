"""What the different texts of a column mean: typed values, or categories with their labels. Each text is read once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from candour.records.cleaning import LINE
from candour.records.description import LINES, Column, Kind
from candour.records.findings import Findings, RecordsError
from candour.records.readings import (
    ERRORS,
    NOT_UNDERSTOOD,
    Unread,
    in_figures,
    is_month_first,
    is_serial,
    read_date,
    read_number,
    read_yes_no,
)
from candour.records.vocabulary import TermList, vocabulary_for

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_MOST_SPELLINGS, _MOST_TERMS, _MOST_OTHERS = 20, 40, 10

Raw = tuple[str, int]
"""A text as the extract has it, and how often."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text of a column means: one value, or several; `bad` says why it was not understood."""

    raw: str
    values: tuple[str | None, ...]
    bad: str = ""


def typed(column: Column, raws: Sequence[Raw], findings: Findings) -> list[Meaning]:
    """The texts of a column of dates, numbers, or yes and no."""
    texts = [raw for raw, _ in raws]
    month_first = column.kind is Kind.DATE and _month_first(column, texts, findings)
    if column.kind is Kind.DATE and (serials := sum(times for raw, times in raws if is_serial(raw))):
        findings.assume(f"{serials:,} numbers are read as a spreadsheet’s count of days.", column.heading)
    meanings = []
    for raw in texts:
        try:
            if column.kind is Kind.DATE:
                value = read_date(raw, month_first=month_first).isoformat()
            elif column.kind is Kind.NUMBER:
                value = repr(read_number(raw))
            else:
                value = "true" if read_yes_no(raw) else "false"
        except Unread as error:
            meanings.append(Meaning(raw, (None,), str(error)))
        else:
            meanings.append(Meaning(raw, (value,)))
    return meanings


def _month_first(column: Column, texts: Sequence[str], findings: Findings) -> bool:
    """Whether the month comes first: as described, or as the dates show; the day does where nothing tells."""
    if column.month_first is not None:
        return column.month_first
    shown = is_month_first(texts)
    if in_figures(texts):
        order = "month" if shown else "day"
        why = "none shows the order" if shown is None else "some can be read in no other way"
        findings.assume(f"Dates in figures are read with the {order} first: {why}.", column.heading)
    return bool(shown)


def categories(column: Column, raws: Sequence[Raw], findings: Findings, beside: Path | None) -> list[Meaning]:
    """The texts of a column of categories: several in one cell parted, known terms named, spellings put together.

    `raws` has the most frequent text first; its spelling is the one that stays.
    """
    labels = _Labels(column, _terms(column, beside))
    meanings = []
    several = 0
    for raw, times in raws:
        if ERRORS.fullmatch(raw):
            meanings.append(Meaning(raw, (NOT_UNDERSTOOD,), "is an error of the spreadsheet and no value."))
            continue
        pieces = _pieces(raw, column.parts) or [raw]
        several += times if len(pieces) > 1 else 0
        meanings.append(Meaning(raw, tuple(dict.fromkeys(labels.of(piece, times) for piece in pieces))))
    if several:
        findings.assume(f"{several:,} cells hold several values, and each of them is counted.", column.heading)
    labels.tell(findings)
    return meanings


def _terms(column: Column, beside: Path | None) -> TermList | None:
    if not column.terms:
        return None
    name, _, which = column.terms.rpartition("/")
    lists = vocabulary_for(name, beside).lists
    if which not in lists:
        raise RecordsError(f"The vocabulary “{name}” has no list “{which}”. It has {', '.join(lists)}.")
    return lists[which]


def _pieces(raw: str, parts: str) -> list[str]:
    if not parts:
        return [raw]
    if parts == LINES:
        parts = LINE
    if parts == "list":
        return [first or second for first, second in _QUOTED.findall(raw) if (first or second).strip()]
    return [piece for piece in (" ".join(each.split()) for each in raw.split(parts)) if piece]


@dataclass
class _Labels:
    """The label of each text, and what is to be told about how it came by it."""

    column: Column
    terms: TermList | None
    spelled: dict[str, str] = field(default_factory=dict)
    other: dict[str, int] = field(default_factory=dict)
    named: dict[str, tuple[str, int]] = field(default_factory=dict)
    merged: dict[str, set[str]] = field(default_factory=dict)

    def of(self, piece: str, times: int) -> str:
        """The label of a text that stands so many times."""
        if self.terms and (term := self.terms.term(piece)):
            if term.label != piece:
                self.named[piece] = (term.label, self.named.get(piece, ("", 0))[1] + times)
            return term.label
        if self.terms:
            self.other[piece] = self.other.get(piece, 0) + times
        if self.column.kind is Kind.KEY:
            return piece
        label = self.spelled.setdefault(piece.casefold(), piece)
        if label != piece:
            self.merged.setdefault(label, set()).add(piece)
        return label

    def tell(self, findings: Findings) -> None:
        """Say what was put together, named and not known."""
        heading = self.column.heading
        for label, pieces in list(self.merged.items())[:_MOST_SPELLINGS]:
            shown = ", ".join(f"“{piece}”" for piece in sorted(pieces)[:5])
            findings.assume(f"“{label}” is also written {shown}; they are one category.", heading)
        if (more := len(self.merged) - _MOST_SPELLINGS) > 0:
            findings.assume(f"{more:,} further categories are written in several ways, and put together.", heading)
        for piece, (label, times) in list(self.named.items())[:_MOST_TERMS]:
            findings.assume(f"“{piece}” ({times:,} times) is read as “{label}”.", heading)
        if (more := len(self.named) - _MOST_TERMS) > 0:
            findings.assume(f"{more:,} further texts are read as terms of “{self.column.terms}”.", heading)
        if self.other:
            shown = ", ".join(f"“{piece}” ({times:,})" for piece, times in list(self.other.items())[:_MOST_OTHERS])
            findings.assume(
                f"{len(self.other):,} values are not in “{self.column.terms}” and stay as they are: {shown}.",
                heading,
            )
