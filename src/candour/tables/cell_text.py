"""Values from other programs as the text of a cell: numbers, yes or no, dates, with one way to write each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from candour.tables.csv import TableError

_UNITS = {"s": 1, "m": 1_000, "u": 1_000_000, "n": 1_000_000_000}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def yes_or_no(flags: Sequence[int]) -> list[str]:
    """Flags as a person writes them."""
    return ["yes" if flag else "no" for flag in flags]


def plain(number: float) -> str:
    """A number as a person writes it: a library turns whole numbers to floats where some are missing."""
    return str(int(number)) if number % 1 == 0 else str(number)


def moment(form: str, name: str) -> Callable[[int], str]:
    """How to write a date or time in the Arrow format `form`: days, or a time since 1970.

    Raises TableError for another format, naming the column.
    """
    if form.startswith("tdD"):
        return lambda at: (_EPOCH + timedelta(days=at)).date().isoformat()
    if form.startswith("ts") and form[2:3] in _UNITS:
        unit = _UNITS[form[2]]
        return lambda at: _written(_EPOCH + timedelta(seconds=at // unit, microseconds=at % unit * 1_000_000 // unit))
    raise TableError(f"The dates of “{name}” are in a form that cannot be read. Give them as text.")


def _written(at: datetime) -> str:
    """A date where the time is midnight, else date and time."""
    plain = at.replace(tzinfo=None)
    return plain.date().isoformat() if at.time() == datetime.min.time() else plain.isoformat(sep=" ")
