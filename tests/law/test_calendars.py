"""Four calendars that cannot stand in for one another, equal to what a second source knows."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mypy import api as mypy

from candour.law.calendars import (
    ConductCalendar,
    EirCalendar,
    FoiaCalendar,
    FoisaCalendar,
    Holiday,
    PastHorizon,
    WorkingCalendar,
    WrongCalendar,
    conduct_calendar,
    demand,
    eir_calendar,
    foia_calendar,
    foisa_calendar,
)
from candour.law.clock import EirClock, FoiaClock, FoisaClock, Received, aggregation_window

FOIA = foia_calendar()
ALL: tuple[WorkingCalendar, ...] = (FOIA, eir_calendar(), foisa_calendar(), conduct_calendar())
days = st.dates(date(2019, 2, 1), date(2028, 10, 1))


@pytest.mark.parametrize(
    ("calendar", "parts"),
    [
        (FOIA, ("ENG", "WLS", "SCT", "NIR")),
        (eir_calendar(), ("ENG", "WLS", "SCT", "NIR")),
        (foisa_calendar(), ("SCT",)),
        (conduct_calendar(), ("ENG", "WLS")),
    ],
    ids=lambda value: value.regime if isinstance(value, WorkingCalendar) else "",
)
def test_every_weekday_agrees_with_the_holidays_package(calendar: WorkingCalendar, parts: tuple[str, ...]) -> None:
    """On each weekday of ten years the calendar and the package agree whether it is a holiday of those parts."""
    years = range(calendar.first.year, calendar.last.year + 1)
    oracle = {day for part in parts for day in holidays.country_holidays("GB", subdiv=part, years=years)}
    span = (calendar.last - calendar.first).days + 1
    weekdays = [day for n in range(span) if (day := calendar.first + timedelta(days=n)).weekday() < 5]
    assert [day for day in weekdays if calendar.is_working(day) is (day in oracle)] == []


@pytest.mark.parametrize(
    ("calendar", "nation"), [(foisa_calendar(), "scotland"), (conduct_calendar(), "england-and-wales")]
)
def test_the_calendar_of_one_nation_is_the_list_of_the_government(
    calendar: WorkingCalendar, nation: str, shared: Path
) -> None:
    """The weekday holidays of the nation's calendar are the rows that the reference table has for the nation."""
    with (shared / "reference" / "bank_holidays_uk.csv").open(encoding="utf-8") as file:
        listed = {date.fromisoformat(row["date"]) for row in csv.DictReader(file) if row["nation"] == nation}
    ours = set(calendar.holidays)
    assert {day for day in ours if day.weekday() < 5} == {day for day in listed if day.weekday() < 5}


@pytest.mark.parametrize(
    ("received", "foia", "foisa", "conduct"),
    [
        (date(2024, 3, 11), date(2024, 4, 11), date(2024, 4, 9), date(2024, 4, 10)),
        (date(2023, 3, 13), date(2023, 4, 13), date(2023, 4, 11), date(2023, 4, 12)),
    ],
)
def test_three_regimes_count_one_receipt_to_three_dates(received: date, foia: date, foisa: date, conduct: date) -> None:
    """The worked examples of R-50: twenty working days end on another day under each regime."""
    assert [calendar.after(received, 20) for calendar in ALL] == [foia, foia, foisa, conduct]


def test_good_friday_is_a_scottish_holiday_and_easter_monday_is_not() -> None:
    """FOISA s73 does not name Good Friday; it is a bank holiday in Scotland, and Easter Monday is none."""
    assert foisa_calendar().why_not(date(2024, 3, 29)) == "Good Friday"
    assert foisa_calendar().is_working(date(2024, 4, 1))
    assert not conduct_calendar().is_working(date(2024, 4, 1))


@pytest.mark.parametrize(
    "mix",
    [
        lambda: FoiaClock.replay([Received(date(2024, 3, 11))], eir_calendar()),  # type: ignore[arg-type]
        lambda: EirClock.replay([Received(date(2024, 3, 11))], FOIA),  # type: ignore[arg-type]
        lambda: FoisaClock.replay([Received(date(2024, 3, 11))], conduct_calendar()),  # type: ignore[arg-type]
        lambda: aggregation_window(date(2024, 3, 11), foisa_calendar()),  # type: ignore[arg-type]
        lambda: demand(WorkingCalendar(FOIA.first, FOIA.last, FOIA.holidays), FoiaCalendar),
        lambda: demand("2024", FoiaCalendar),
    ],
)
def test_the_calendar_of_another_regime_is_refused(mix: Callable[[], object]) -> None:
    """Counting on a calendar of another regime, or of none, says which one is wanted and which one was given."""
    with pytest.raises(WrongCalendar, match=r"on the calendar of \w+ \(.+\), not on "):
        mix()


def test_mixing_calendars_is_an_error_of_types(tmp_path: Path) -> None:
    """The type checker accepts each clock with its own calendar and refuses it with any other."""
    names = {"foia": "FoiaClock", "eir": "EirClock", "foisa": "FoisaClock"}
    lines = ["from datetime import date", "from candour.law import calendars, clock", "e = [clock.Received(date.min)]"]
    wrong = []
    for own, name in names.items():
        for other in (*names, "conduct"):
            lines.append(f"clock.{name}.replay(e, calendars.{other}_calendar())")
            wrong += [len(lines)] if own != other else []
    program = tmp_path / "mixed.py"
    program.write_text("\n".join(lines), encoding="utf-8")
    options = ["--config-file", "", "--cache-dir", str(tmp_path / "cache"), "--python-executable", sys.executable]
    told, problem, _ = mypy.run([*options, "--follow-imports=silent", str(program)])
    found = [int(line.split(":")[1]) for line in told.splitlines() if "[arg-type]" in line]
    assert (found, problem) == (wrong, ""), told


@pytest.mark.parametrize("calendar", ALL, ids=lambda calendar: calendar.regime)
def test_a_day_beyond_the_horizon_is_refused(calendar: WorkingCalendar) -> None:
    """A count that would pass the last known year says so, and what to do."""
    with pytest.raises(PastHorizon, match=r"2029 are not known: the calendar runs from 2019-01-01 to 2028-12-31"):
        calendar.after(date(2028, 12, 15), 20)


def test_a_day_proclaimed_later_is_added_to_a_new_calendar() -> None:
    """The new calendar is of the same regime and does not count the day; the old one is as it was."""
    day = date(2026, 9, 14)
    added = FOIA.with_holidays({day: "A state funeral"})
    assert type(added) is FoiaCalendar
    assert (added.why_not(day), FOIA.why_not(day)) == ("A state funeral", "")
    assert added.after(date(2026, 9, 1), 20) == date(2026, 9, 30) != FOIA.after(date(2026, 9, 1), 20)


def test_a_day_of_one_nation_stops_only_the_calendars_that_heed_it() -> None:
    """A one-off holiday in Scotland stops the clocks of FOIA, EIR and FOISA, not that of the conduct regulations."""
    day = date(2026, 9, 14)
    added = [calendar.with_holidays({day: Holiday("A feast", ("SCT",))}) for calendar in ALL]
    assert [calendar.why_not(day) for calendar in added] == ["A feast (Scotland)"] * 3 + [""]


def test_a_second_holiday_on_one_day_keeps_both_names() -> None:
    """A day that is already a holiday somewhere keeps its name beside the new one, and is kept in both places."""
    added = FOIA.with_holidays({date(2026, 3, 17): Holiday("A feast", ("E&W", "SCT"))})
    assert added.why_not(date(2026, 3, 17)) == "St Patrick's Day and A feast"


def test_the_horizon_moves_when_a_year_is_added() -> None:
    """With the holidays of the next year a calendar answers for it; it cannot be cut short."""
    longer = FOIA.with_holidays({date(2029, 1, 1): "New Year's Day"}, last=date(2029, 12, 31))
    assert longer.after(date(2028, 12, 29), 1) == date(2029, 1, 2)
    with pytest.raises(ValueError, match="cannot be cut back to 2027-12-31"):
        FOIA.with_holidays({}, last=date(2027, 12, 31))


@pytest.mark.parametrize("nations", [(), ("ENG",)])
def test_a_holiday_names_the_parts_that_keep_it(nations: tuple[str, ...]) -> None:
    """A holiday of nowhere, or of a part that is unknown, cannot be made."""
    with pytest.raises(ValueError, match="E&W, SCT, NI"):
        Holiday("A feast", nations)


@given(start=days, number=st.integers(1, 40), calendar=st.sampled_from(ALL))
def test_counting_forward_and_back_and_between_agree(start: date, number: int, calendar: WorkingCalendar) -> None:
    """`after`, `before`, `between` and `explain` are one arithmetic."""
    end = calendar.after(start, number)
    assert calendar.is_working(end)
    assert calendar.between(start, end) == number
    assert calendar.after(calendar.before(end, number), number) == end
    explained = calendar.explain(start, number)
    assert [day.number for day in explained if day.counts] == list(range(1, number + 1))
    assert [day.date for day in explained] == [start + timedelta(days=n) for n in range((end - start).days + 1)]


@given(start=days, calendar=st.sampled_from([FoiaCalendar, EirCalendar, FoisaCalendar, ConductCalendar]))
def test_no_regime_counts_longer_than_foia(start: date, calendar: type[WorkingCalendar]) -> None:
    """FOIA heeds the holidays of every nation, so the calendar of one nation never gives a later date."""
    other = next(known for known in ALL if type(known) is calendar)
    assert other.after(start, 20) <= FOIA.after(start, 20)
