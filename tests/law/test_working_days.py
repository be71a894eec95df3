"""The clock counts every working day of the United Kingdom, and no other."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.law.working_days import RESPONSE_DAYS, PastHorizon, due_date, foia_calendar

CALENDAR = foia_calendar()
LAST_RECEIPT = date(2028, 11, 1)
"""A request received by then is due within the calendar, and forty working days later as well."""

receipts = st.dates(CALENDAR.first, LAST_RECEIPT)
numbers = st.integers(0, 40)


def working_days() -> st.SearchStrategy[date]:
    """Days that count."""
    return receipts.filter(CALENDAR.is_working)


def test_every_worked_example_of_the_reference_comes_out(shared: Path) -> None:
    """All rows of the reference table have the due date, and the fortieth day, that two other programs computed."""
    with (shared / "reference" / "deadline_examples.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 30
    computed = [
        (due_date(received).isoformat(), CALENDAR.after(received, 40).isoformat()) for received in map(_receipt, rows)
    ]
    assert computed == [(row["due_20"], row["pit_40"]) for row in rows]


def _receipt(row: dict[str, str]) -> date:
    return date.fromisoformat(row["receipt"])


@pytest.mark.parametrize(
    ("received", "due", "because"),
    [
        (date(2022, 12, 19), date(2023, 1, 20), "3 January 2023 is a holiday in Scotland"),
        (date(2023, 5, 8), date(2023, 6, 6), "it was received on the coronation holiday, which is day 0"),
        (date(2024, 2, 1), date(2024, 2, 29), "29 February is an ordinary working day"),
        (date(2025, 3, 22), date(2025, 4, 22), "it was received on a Saturday, and Easter lies between"),
        (date(2026, 6, 14), date(2026, 7, 14), "both 15 June (Scotland) and 13 July (Northern Ireland) stop the clock"),
        (date(2027, 12, 10), date(2028, 1, 13), "both days after Christmas and New Year have substitutes"),
        (date(2026, 9, 1), date(2026, 9, 29), "no holiday lies between: four weeks"),
    ],
)
def test_the_due_date_is_the_twentieth_working_day(received: date, due: date, because: str) -> None:
    """A request received on the one day is due on the other."""
    assert due_date(received) == due, because


def test_a_holiday_in_scotland_alone_moves_the_date_of_an_english_force() -> None:
    """The clock stops on 15 June 2026 for everybody, and says that it is a Scottish holiday."""
    day = date(2026, 6, 15)
    assert not CALENDAR.is_working(day)
    assert "(Scotland)" in CALENDAR.why_not(day)
    assert CALENDAR.holidays[day].nations == ("SCT",)
    assert due_date(date(2026, 5, 22)) == date(2026, 6, 23), "22 June in a calendar of England alone"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 7, 4), "a Saturday"),
        (date(2026, 7, 5), "a Sunday"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 4, 6), "Easter Monday (England and Wales and Northern Ireland)"),
        (date(2026, 7, 6), ""),
    ],
)
def test_a_day_that_does_not_count_says_why(day: date, why: str) -> None:
    """The reason names the weekday or the holiday, and the parts of the country that keep it unless all do."""
    assert CALENDAR.why_not(day) == why


@pytest.mark.parametrize(
    "received", [date(2018, 12, 31), date(2028, 12, 5), date(2028, 12, 31), date(2029, 1, 1), date.min, date.max]
)
def test_past_the_horizon_no_date_is_told(received: date) -> None:
    """Where the holidays are not known, an error says so and names the horizon."""
    with pytest.raises(PastHorizon, match="the calendar runs from 2019-01-01 to 2028-12-31"):
        due_date(received)


def test_the_last_receipt_within_the_horizon_is_still_told() -> None:
    """A request whose twentieth day is the last known working day has a due date."""
    received = CALENDAR.before(date(2028, 12, 29), RESPONSE_DAYS)
    assert due_date(received) == date(2028, 12, 29)


@pytest.mark.parametrize("year", range(2019, 2029))
def test_weekday_holidays_are_those_of_all_four_nations(year: int) -> None:
    """The weekdays that do not count are the union of the holidays of England, Wales, Scotland and Northern Ireland."""
    elsewhere = {
        day
        for nation in ("ENG", "WLS", "SCT", "NIR")
        for day in holidays.country_holidays("GB", subdiv=nation, years=year)
        if day.weekday() < 5
    }
    days = (date(year, 1, 1) + timedelta(days=offset) for offset in range(366))
    ours = {day for day in days if day.year == year and day.weekday() < 5 and not CALENDAR.is_working(day)}
    assert ours == elsewhere


@given(receipts)
def test_the_due_date_lies_after_receipt_and_is_a_working_day(received: date) -> None:
    """An answer is never due on the day of receipt nor on a day on which the clock stands still."""
    due = due_date(received)
    assert due > received
    assert CALENDAR.is_working(due)


@given(receipts)
def test_twenty_days_are_counted_one_by_one(received: date) -> None:
    """Counted naively from the day after receipt, exactly twenty days up to the due date are working days."""
    due = due_date(received)
    days = [received + timedelta(days=offset) for offset in range(1, (due - received).days + 1)]
    assert sum(map(CALENDAR.is_working, days)) == 20
    assert CALENDAR.between(received, due) == 20


@given(receipts, receipts)
def test_a_later_request_is_never_due_earlier(one: date, other: date) -> None:
    """The due date does not fall as the day of receipt rises."""
    first, second = sorted((one, other))
    assert due_date(first) <= due_date(second)


@given(working_days(), numbers)
def test_counting_back_inverts_counting_on(start: date, number: int) -> None:
    """From a working day, so many working days on and as many back lead to the same day."""
    assert CALENDAR.before(CALENDAR.after(start, number), number) == start


@given(st.dates(date(2019, 4, 1), CALENDAR.last).filter(CALENDAR.is_working), numbers)
def test_counting_on_inverts_counting_back(end: date, number: int) -> None:
    """From a working day, so many working days back and as many on lead to the same day."""
    assert CALENDAR.after(CALENDAR.before(end, number), number) == end


@given(receipts, receipts)
def test_working_days_between_two_dates_change_sign_with_direction(one: date, other: date) -> None:
    """What lies between two days is the same either way but for its sign."""
    assert CALENDAR.between(one, other) == -CALENDAR.between(other, one)


@given(receipts, numbers)
def test_the_explanation_accounts_for_every_day(received: date, number: int) -> None:
    """Each day from receipt to the last stands there once, numbered if it counts, and with a reason."""
    days = CALENDAR.explain(received, number)
    assert [day.date for day in days] == [received + timedelta(days=offset) for offset in range(len(days))]
    assert [day.number for day in days if day.counts] == list(range(1, number + 1))
    assert all(day.why for day in days)
    assert days[0].why == "the day of receipt is day 0"
    assert not days[0].counts
