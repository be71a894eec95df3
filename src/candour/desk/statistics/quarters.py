"""The figures of each quarter of a force, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear

from candour.desk.models import (
    Appeal,
    AppealResult,
    Authority,
    Complaint,
    InternalReview,
    NoticeResult,
    ReviewFinding,
    ReviewResult,
    ReviewState,
)
from candour.desk.statistics.fields import Field, groups
from candour.desk.statistics.kinds import kinds_by_quarter

_MONTHS = {1: "January to March", 2: "April to June", 3: "July to September", 4: "October to December"}


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter in which the day lies."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - timedelta(days=1)

    @property
    def after(self) -> Quarter:
        """The quarter that follows."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        """The quarter that it follows."""
        return Quarter.of(self.first - timedelta(days=1))

    @property
    def name(self) -> str:
        """As people write it: January to March 2026."""
        return f"{_MONTHS[self.number]} {self.year}"

    @property
    def short(self) -> str:
        """As a chart and a file write it: 2026 Q1."""
        return f"{self.year} Q{self.number}"


@dataclass(frozen=True, slots=True)
class QuarterFigures:
    """The figures of one quarter, by the name of their field."""

    quarter: Quarter
    figures: dict[str, int]

    @property
    def in_time_rate(self) -> float | None:
        """Of those answered, the share that was in time or in extended time, from 0 to 1; None when none was."""
        closed = self.figures["closed"]
        return (self.figures["in_time"] + self.figures["in_extended_time"]) / closed if closed else None

    @property
    def percent_in_time(self) -> str:
        """That share in words."""
        return "–" if self.in_time_rate is None else f"{self.in_time_rate:.0%}"


def last_quarters(today: date, count: int = 5) -> list[Quarter]:
    """The quarter of today and those before it, the earliest first."""
    found = [Quarter.of(today)]
    while len(found) < count:
        found.insert(0, found[0].before)
    return found


def figures_by_quarter(authority: Authority, quarters: Iterable[Quarter], today: date) -> list[QuarterFigures]:
    """Every field for each of the quarters, as things stand on the day, in four queries."""
    wanted = sorted(quarters)
    if not wanted:
        return []
    span = (wanted[0].first, wanted[-1].last)
    found: dict[Quarter, Counter[str]] = {quarter: Counter() for quarter in wanted}
    fields = [field for group in groups() for field in group.fields]
    of_requests = [field for field in fields if field.of == "request"]
    for year, number, held, total in kinds_by_quarter(authority.cases.filter(received__range=span), today):
        _add(found, Quarter(year, number), ((field.name, total) for field in of_requests if field.takes(held)))
    for rows in (_reviews(authority, span), _complaints(authority, span), _appeals(authority, span)):
        for row in rows:
            _add(found, Quarter(row.pop("year"), row.pop("quarter")), row.items())
    return [QuarterFigures(quarter, _complete(found[quarter], fields)) for quarter in wanted]


def _add(found: dict[Quarter, Counter[str]], quarter: Quarter, figures: Iterable[tuple[str, int]]) -> None:
    if quarter in found:
        found[quarter].update(dict(figures))


def _complete(figures: Counter[str], fields: list[Field]) -> dict[str, int]:
    return {field.name: figures[field.name] for field in fields}


def _reviews(authority: Authority, span: tuple[date, date]) -> list[dict[str, int]]:
    findings = ReviewFinding.objects.filter(review=OuterRef("pk"))
    changed = {
        result: Exists(findings.filter(result=result)) for result in (ReviewResult.VARIED, ReviewResult.OVERTURNED)
    }
    rows = InternalReview.objects.filter(case__authority=authority, asked_on__range=span).annotate(
        varied=changed[ReviewResult.VARIED], overturned=changed[ReviewResult.OVERTURNED]
    )
    answered = Q(state=ReviewState.ANSWERED)
    counts = {
        "reviews": Q(),
        "reviews_in_time": answered & Q(answered_on__lte=F("target")),
        "reviews_in_longer_time": answered & Q(answered_on__gt=F("target"), answered_on__lte=F("latest")),
        "reviews_late": answered & Q(answered_on__gt=F("latest")),
        "reviews_upheld": answered & Q(varied=False, overturned=False),
        "reviews_varied": answered & Q(varied=True, overturned=False),
        "reviews_overturned": answered & Q(overturned=True),
    }
    return _counted(rows, "asked_on", counts)


def _complaints(authority: Authority, span: tuple[date, date]) -> list[dict[str, int]]:
    rows = Complaint.objects.filter(case__authority=authority, told_on__range=span)
    results = NoticeResult
    counts = {
        "complaints": Q(),
        "complaints_not_upheld": Q(result=results.NOT_UPHELD),
        "complaints_partly_upheld": Q(result=results.PARTLY_UPHELD),
        "complaints_upheld": Q(result=results.UPHELD),
        "complaints_otherwise": Q(result__in=(results.INFORMAL, results.WITHDRAWN)),
    }
    return _counted(rows, "told_on", counts)


def _appeals(authority: Authority, span: tuple[date, date]) -> list[dict[str, int]]:
    rows = Appeal.objects.filter(complaint__case__authority=authority, lodged_on__range=span)
    counts = {
        "appeals": Q(),
        "appeals_dismissed": Q(result=AppealResult.DISMISSED),
        "appeals_allowed": Q(result__in=(AppealResult.ALLOWED, AppealResult.PARTLY)),
    }
    return _counted(rows, "lodged_on", counts)


def _counted(rows: QuerySet[Any], day: str, counts: dict[str, Q]) -> list[dict[str, int]]:
    grouped = rows.order_by().annotate(year=ExtractYear(day), quarter=ExtractQuarter(day)).values("year", "quarter")
    return list(grouped.annotate(**{name: Count("pk", filter=condition) for name, condition in counts.items()}))
