"""What a published figure counts: cases with certain labels, in certain periods, in words that two releases share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

Span = tuple[int, int]
"""Days from the first to before the second, as `date.toordinal` numbers them."""


def normal(label: str) -> str:
    """A label as it is compared: without regard to case and spacing."""
    return " ".join(label.split()).casefold()


@dataclass(frozen=True, slots=True)
class Picked:
    """Labels of one dimension: these, or all but these where `out` is true."""

    labels: frozenset[str]
    out: bool = False

    def meet(self, other: Picked) -> Picked:
        """What both pick."""
        if self.out and other.out:
            return Picked(self.labels | other.labels, out=True)
        if self.out:
            return Picked(other.labels - self.labels)
        return Picked(self.labels - other.labels if other.out else self.labels & other.labels)

    def rest(self) -> Picked:
        """What this does not pick."""
        return Picked(self.labels, not self.out)


@dataclass(frozen=True, slots=True)
class Periods:
    """Days of one dimension of dates: spans that do not touch, in order."""

    spans: tuple[Span, ...]

    def meet(self, other: Periods) -> Periods:
        """The days of both."""
        both = ((max(a, c), min(b, d)) for a, b in self.spans for c, d in other.spans)
        return periods(span for span in both if span[0] < span[1])


def periods(spans: Iterable[Span]) -> Periods:
    """Spans put together where they touch or overlap."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return Periods(tuple(joined))


def outside(days: Periods) -> Periods:
    """The days that these are not."""
    ends = [0, *(day for span in days.spans for day in span), date.max.toordinal()]
    return periods((ends[at], ends[at + 1]) for at in range(0, len(ends), 2) if ends[at] < ends[at + 1])


Condition = Picked | Periods


def _both(one: Condition, two: Condition) -> Condition:
    if isinstance(one, Picked):
        if isinstance(two, Picked):
            return one.meet(two)
    elif isinstance(two, Periods):
        return one.meet(two)
    raise TypeError


@dataclass(frozen=True, slots=True)
class Place:
    """What a figure counts: a condition for some dimensions, in the order of their names; the others count whole."""

    conditions: tuple[tuple[str, Condition], ...] = ()

    def meet(self, dimension: str, condition: Condition) -> Place:
        """The place with a further condition. Raises TypeError where dates meet labels."""
        known = dict(self.conditions)
        known[dimension] = _both(known[dimension], condition) if dimension in known else condition
        return Place(tuple(sorted(known.items(), key=lambda pair: pair[0])))
