"""The dimensions of a count: what each is in SQL, and how its values are called and ordered in a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from candour.records.description import Description, Kind
from candour.records.findings import RecordsError
from candour.records.question import CountDefinition, Period
from candour.records.readings import NOT_RECORDED, NOT_UNDERSTOOD
from candour.records.vocabulary import TermList, vocabulary_for
from candour.tables.dimensions import TOTAL

MORE_THAN_ONE = "More than one"
PERIODS = ("year", "quarter", "month")
_TAKEN = frozenset({"value", "status", "part"})
"""What a cell has under these names in JSON is no category."""

_BLANK, _BAD, _SEVERAL = -1, -2, -3
_LAST = (MORE_THAN_ONE, NOT_UNDERSTOOD, NOT_RECORDED)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Axis:
    """One dimension. `sql` is never NULL: blanks have a value of their own; `several` is the value for more than one.

    `group` maps a label to that of its subtotal, where there are subtotals.
    """

    name: str
    sql: str
    several: str
    label: Callable[[object], str]
    order: Callable[[str], object]
    about: str
    group_sql: str = ""
    group_name: str = ""


def axis(name: str, definition: CountDefinition, description: Description, beside: Path | None = None) -> Axis:
    """The dimension that a word of `by` names. Raises RecordsError where there is no such column."""
    head, _, tail = name.partition(":")
    if head in PERIODS and (tail or definition.date or description.has_dates or not description.has(head)):
        return _period(name, head, tail, definition, description)
    column = description.column(name)
    held = f"c_{column.name}"
    terms: TermList | None = None
    if column.terms:
        vocabulary, _, which = column.terms.rpartition("/")
        terms = vocabulary_for(vocabulary, beside).lists.get(which)
    if column.kind is Kind.YES_NO:
        sql = (
            f"CASE WHEN bad_{column.name} THEN '{NOT_UNDERSTOOD}' WHEN {held} THEN 'Yes'"
            f" WHEN NOT {held} THEN 'No' ELSE '{NOT_RECORDED}' END"
        )
    elif column.kind in {Kind.NUMBER, Kind.DATE}:
        text = f"coalesce(CAST({held} AS VARCHAR), '{NOT_RECORDED}')"
        sql = f"CASE WHEN bad_{column.name} THEN '{NOT_UNDERSTOOD}' ELSE {text} END"
    else:
        sql = f"coalesce({held}, '{NOT_RECORDED}')"
    group_sql, group_name = "", ""
    if above := definition.groups.get(name):
        group_sql, group_name = _group(above, sql, column.heading, terms, description)
    places = {term.label: place for place, term in enumerate(terms.terms)} if terms else {}
    return Axis(
        column.name if name in _TAKEN else name,
        sql,
        f"'{MORE_THAN_ONE}'",
        _plain_number if column.kind is Kind.NUMBER else _category,
        lambda label: _order(label, places),
        f"“{column.heading}”",
        group_sql,
        group_name,
    )


def _group(above: str, sql: str, heading: str, terms: TermList | None, description: Description) -> tuple[str, str]:
    """The subtotals: another column, or the groups of the vocabulary."""
    if above == "groups":
        if not terms or not terms.has_groups:
            raise RecordsError(f"“{heading}” has no vocabulary with groups; name the column of its subtotals.")
        cases = " ".join(
            f"WHEN {sql} = {_quoted(term.label)} THEN {_quoted(term.group)}" for term in terms.terms if term.group
        )
        return f"CASE {cases} ELSE 'Other values' END", f"groups of {terms.title.lower()}"
    column = description.column(above)
    return f"coalesce(CAST(c_{column.name} AS VARCHAR), '{NOT_RECORDED}')", f"“{column.heading}”"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _period(name: str, head: str, tail: str, definition: CountDefinition, description: Description) -> Axis:
    wanted = description.date_to_go_by(tail or definition.date)
    if not wanted:
        dates = [column.name for column in description.kept if column.kind is Kind.DATE]
        known = f" Columns of dates are {', '.join(dates)}." if dates else " The data set has no column of dates."
        raise RecordsError(f"Counting by {head} needs the date to go by.{known}")
    column = description.column(wanted)
    if column.kind is not Kind.DATE:
        raise RecordsError(f"“{column.heading}” holds no dates, so it has no {head}.")
    financial = definition.period is Period.FINANCIAL
    day = f"c_{column.name}"
    year = f"CAST(EXTRACT(YEAR FROM {day}) AS INTEGER)"
    month = f"CAST(EXTRACT(MONTH FROM {day}) AS INTEGER)"
    number = f"{year} - CASE WHEN {month} < 4 THEN 1 ELSE 0 END" if financial else year
    if head == "quarter":
        # The months from April are 1 to 12 of a financial year.
        within = f"((({month} + 8) % 12) / 3)" if financial else f"(({month} - 1) / 3)"
        number = f"({number}) * 10 + CAST(FLOOR({within}) AS INTEGER) + 1"
    elif head == "month":
        number = f"{year} * 100 + {month}"
    sql = f"CASE WHEN bad_{column.name} THEN {_BAD} WHEN {day} IS NULL THEN {_BLANK} ELSE {number} END"
    kind = f"{'financial' if financial else 'calendar'} {head}" if head != "month" else "month"
    months = " (1 April to 31 March)" if financial and head == "year" else ""
    return Axis(
        name,
        sql,
        str(_SEVERAL),
        lambda value: _period_label(int(str(value)), head, financial=financial),
        lambda label: _order(label, {}, period=head),
        f"the {kind}{months} of “{column.heading}”",
    )


def _period_label(value: int, head: str, *, financial: bool) -> str:
    if value < 0:
        return {_BLANK: NOT_RECORDED, _BAD: NOT_UNDERSTOOD, _SEVERAL: MORE_THAN_ONE}[value]
    if head == "month":
        return f"{_MONTHS[value % 100 - 1]} {value // 100}"
    year = value // 10 if head == "quarter" else value
    told = f"{year}/{(year + 1) % 100:02}" if financial else str(year)
    return f"{told} Q{value % 10}" if head == "quarter" else told


def _category(value: object) -> str:
    text = str(value)
    return f"{TOTAL} (category)" if text == TOTAL else text


def _plain_number(value: object) -> str:
    try:
        number = float(str(value))
    except ValueError:
        return str(value)
    return str(int(number)) if number.is_integer() else repr(number)


def _order(label: str, places: Mapping[str, int], *, period: str = "") -> object:
    if label in _LAST:
        return (2, _LAST.index(label), ())
    if period == "month":
        month, _, year = label.partition(" ")
        return (0, int(year) * 100 + _MONTHS.index(month), ())
    pieces = tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece.casefold())
        for piece in _DIGITS.split(label)
        if piece
    )
    return (0, places[label], ()) if label in places else (1, 0, pieces)


def in_order(labels: Iterable[str], axis_of: Axis) -> tuple[str, ...]:
    """The labels as a table prints them."""
    return tuple(sorted(labels, key=axis_of.order))  # type: ignore[arg-type]  # the keys of one axis compare
