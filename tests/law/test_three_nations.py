"""Two years of bank holidays in the form in which the government lists them: each date that follows, counted by hand.

`three_nations.json` was written for this test, with the keys and divisions of that list and the days of 2025 and 2026.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from candour.law.calendars import Holiday, conduct_calendar, foia_calendar, foisa_calendar
from candour.law.working_days import due_date

LISTED: dict[str, list[date]] = {
    division: [date.fromisoformat(event["date"]) for event in content["events"]]
    for division, content in json.loads(Path(__file__).with_name("three_nations.json").read_text()).items()
}
FIRST, LAST = date(2025, 1, 1), date(2026, 11, 27)
"""Receipts whose twenty working days end within the list."""
RECEIPTS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def counted(received: date, *divisions: str) -> date:
    """The twentieth working day, one day at a time, by those divisions of the list."""
    off = {day for division in divisions for day in LISTED[division]}
    day, left = received, 20
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in off
    return day


def test_every_receipt_is_due_as_the_list_of_all_nations_has_it() -> None:
    """On each weekday, each day off and the eve of each."""
    wrong = {day: due_date(day) for day in RECEIPTS if due_date(day) != counted(day, *LISTED)}
    assert wrong == {}


@pytest.mark.parametrize("division", LISTED)
def test_the_days_of_each_nation_move_some_date_by_themselves(division: str) -> None:
    """An English force heeds them all: without the list of any one nation some date would be another."""
    rest = [each for each in LISTED if each != division]
    alone = {day for day in LISTED[division] if not any(day in LISTED[each] for each in rest)}
    assert bool(alone) == (division != "england-and-wales")
    assert any(due_date(day) != counted(day, *rest) for day in RECEIPTS) == bool(alone)


def test_calendars_of_fewer_nations_count_by_their_own_lists() -> None:
    """Scotland’s own Act, and the conduct of police officers in England and Wales."""
    for day in RECEIPTS:
        assert foisa_calendar().after(day, 20) == counted(day, "scotland")
        assert conduct_calendar().after(day, 20) == counted(day, "england-and-wales")


@pytest.mark.parametrize("nation", ["E&W", "SCT", "NI"])
def test_a_day_added_for_any_nation_moves_whoever_counts_over_it(nation: str) -> None:
    """From the eve back to the nineteenth working day before, and nobody else."""
    day = date(2026, 9, 16)
    added = foia_calendar().with_holidays({day: Holiday("A feast", (nation,))})
    moved = [each for each in RECEIPTS if added.after(each, 20) != due_date(each)]
    assert moved == [each for each in RECEIPTS if each < day <= due_date(each)]
