"""The clock of a case: what happened moves its date, and the date is only a copy of what the clock computes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from candour.desk.admin import OneOffHolidayAdmin
from candour.desk.caseload.moved import moved_dates
from candour.desk.deadlines.calendar_picture import Mark, months_of
from candour.desk.deadlines.clock import clock_of, event_from, record_event, redate_open_cases
from candour.desk.deadlines.ending import end_request
from candour.desk.models import Case, Event, EventKind, OneOffHoliday
from candour.desk.refusals import Refused
from candour.law.clock import (
    ClarificationAsked,
    ClarificationGiven,
    DecisionNotice,
    ExtensionNotified,
    FeePaid,
    FeesNotice,
    Received,
    StepOrdered,
    Transferred,
)
from candour.law.working_days import due_date, foia_calendar
from desk.world import NOW, RECEIVED, TODAY, World, open_case, sent


def test_a_new_case_is_due_on_the_twentieth_working_day(world: World) -> None:
    """The copy on the case is what the law computes from receipt."""
    assert open_case(world).due == due_date(RECEIVED)


def test_clarification_starts_a_fresh_period(world: World) -> None:
    """While the requester is asked no date runs; the answer begins twenty days anew."""
    case = open_case(world)
    record_event(case, ClarificationAsked(date(2026, 3, 16)), world.officer)
    assert Case.objects.get(pk=case.pk).due is None
    record_event(case, ClarificationGiven(date(2026, 3, 25)), world.officer)
    assert Case.objects.get(pk=case.pk).due == due_date(date(2026, 3, 25))


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([ClarificationGiven(date(2026, 3, 20))], "clarification"),
        ([FeePaid(date(2026, 3, 20))], "fee"),
        ([ExtensionNotified(date(2026, 3, 20), "40(1)", date(2026, 4, 30))], "extension"),
        ([ExtensionNotified(date(2026, 3, 20), "31(1)(a)", date(2026, 4, 30))] * 2, "extension"),
    ],
)
def test_what_cannot_be_in_law_is_refused_and_not_written(world: World, events: list[object], why: str) -> None:
    """An impossible event is told with its reason; the events before it stay, and nothing else is written."""
    case = open_case(world)
    *before, last = events
    for event in before:
        record_event(case, event, world.officer)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=why):
        record_event(case, last, world.officer)  # type: ignore[arg-type]
    assert case.clock_events.count() == len(before)


def test_a_request_is_not_passed_on_before_it_came(world: World) -> None:
    """Nothing is written, and the request goes on."""
    case = open_case(world)
    with pytest.raises(Refused, match="transfer"):
        end_request(case, Transferred(date(2026, 3, 1), "another force", agreed=True), world.officer)
    assert not case.clock_events.exists()


def test_events_come_back_from_the_database_as_they_were(world: World) -> None:
    """Amounts, dates and steps survive storage."""
    case = open_case(world)
    happened = [
        FeesNotice(date(2026, 3, 11), Decimal("12.50")),
        FeePaid(date(2026, 3, 13)),
        ExtensionNotified(date(2026, 3, 20), "40(2)", date(2026, 4, 30), "40(3B)"),
    ]
    for event in happened:
        record_event(case, event, world.officer)
    assert list(clock_of(Case.objects.get(pk=case.pk)).events) == [Received(RECEIVED), *happened]
    step = DecisionNotice(TODAY, (StepOrdered("Disclose it", date(2026, 5, 1)),))
    assert event_from("decision_notice", TODAY, {"steps": [["Disclose it", "2026-05-01"]]}) == step


def test_a_holiday_that_is_added_moves_every_open_case_and_no_other(world: World) -> None:
    """A day proclaimed for one nation moves open cases by one working day, with an event each; answered ones stay."""
    answered, waiting = sent(world).case, open_case(world)
    day = next(day for day in (TODAY + timedelta(days=n) for n in range(1, 20)) if foia_calendar().is_working(day))
    OneOffHoliday.objects.create(on=day, name="A state funeral", nations=["SCT"], source="Proclamation")
    assert redate_open_cases() == 1
    after = foia_calendar().with_holidays({day: "A state funeral"}).after(RECEIVED, 20)
    assert Case.objects.get(pk=waiting.pk).due == after > due_date(RECEIVED)
    assert EventKind.REDATED in [event.kind for event in waiting.events.all()]
    assert Case.objects.get(pk=answered.pk).due == due_date(RECEIVED)


def test_officers_are_told_of_dates_that_moved_without_them(world: World, client: Client) -> None:
    """On their first page for some days, and under “My day” with what, whence and why; of theirs alone, once each."""
    mine, theirs = open_case(world), open_case(world)
    Case.objects.filter(pk=theirs.pk).update(officer=world.second)
    OneOffHoliday.objects.create(on=date(2026, 3, 31), name="A day off", source="Proclamation")
    redate_open_cases(None, "Bank holiday added: A day off, 31 March 2026.")
    client.force_login(world.officer)
    assert "The date of one of your cases has moved." in client.get(reverse("desk:caseload")).content.decode()
    page = client.get(reverse("desk:my-day")).content.decode()
    assert "From 9 April 2026 to 10 April 2026. Reason: Bank holiday added: A day off, 31 March 2026." in page
    assert mine.reference in page and theirs.reference not in page
    with time_machine.travel(NOW + timedelta(days=5)):
        client.force_login(world.officer)
        assert "has moved" not in client.get(reverse("desk:caseload")).content.decode()
        assert "From 9 April 2026" in client.get(reverse("desk:my-day")).content.decode()
    assert moved_dates(world.officer, TODAY + timedelta(days=1)) == moved_dates(world.officer, TODAY)
    Case.objects.update(final_stage="closed")
    assert not moved_dates(world.officer, TODAY)


def test_what_the_officer_did_themselves_is_not_told(world: World) -> None:
    """They know why the date moved."""
    case = open_case(world)
    record_event(case, ClarificationAsked(RECEIVED), world.officer)
    record_event(case, ClarificationGiven(TODAY), world.officer)
    assert case.events.filter(kind=EventKind.REDATED).exists()
    assert not moved_dates(world.officer, TODAY)


def test_a_deadline_is_counted_for_any_day(world: World, client: Client) -> None:
    """With the holidays that were added, the reason for each day left out, and a plain word where there is no date."""
    client.force_login(world.officer)

    def counted(day: str, month: str, year: str) -> str:
        given = {"received_day": day, "received_month": month, "received_year": year}
        return client.get(reverse("desk:count-days"), given).content.decode()

    assert "Due on" not in client.get(reverse("desk:count-days")).content.decode()
    page = counted("9", "3", "2026")
    assert "Due on Thursday 9 April 2026" in page and "3 April 2026: Good Friday" in page
    OneOffHoliday.objects.create(on=date(2026, 3, 31), name="A day off", source="Proclamation")
    page = counted("9", "3", "2026")
    assert "Due on Friday 10 April 2026" in page and "31 March 2026: A day off" in page
    assert "by that reading it would be due on" in counted("7", "3", "2026")
    assert "There is a problem" in counted("31", "2", "2026")
    assert "Due on" not in counted("1", "6", "2099")


def test_the_settings_page_of_a_holiday_dates_cases_anew(world: World, client: Client) -> None:
    """An administrator who saves a holiday is told how many cases moved."""
    open_case(world)
    world.officer.is_staff = world.officer.is_superuser = True
    world.officer.save()
    client.force_login(world.officer)
    form = {"on": "2026-03-31", "name": "A day off", "nations": '["E&W"]', "source": "Proclamation"}
    page = client.post(reverse("admin:desk_oneoffholiday_add"), form, follow=True).content.decode()
    assert "1 open case has another due date now." in page
    assert OneOffHolidayAdmin.list_display
    event = Event.objects.get(kind=EventKind.REDATED)
    assert (event.actor, event.detail) == (world.officer, "From 9 April 2026 to 10 April 2026.")
    assert event.why == "Bank holiday added: A day off, 31 March 2026 (Proclamation)."
    taken = client.post(
        reverse("admin:desk_oneoffholiday_delete", args=[OneOffHoliday.objects.get().pk]), {"post": "yes"}, follow=True
    )
    assert "1 open case has another due date now." in taken.content.decode()
    assert (
        Event.objects.filter(kind=EventKind.REDATED).last().why == "Bank holiday taken away: A day off, 31 March 2026."
    )  # type: ignore[union-attr]
    assert Case.objects.get().due == due_date(RECEIVED)


@pytest.mark.parametrize("nations", ['["ENG"]', '"SCT"', '[["SCT"]]', "{}"])
def test_a_holiday_of_no_part_of_the_country_is_refused(world: World, client: Client, nations: str) -> None:
    """It would stop every page that counts days."""
    world.officer.is_staff = world.officer.is_superuser = True
    world.officer.save()
    client.force_login(world.officer)
    form = {"on": "2026-03-31", "name": "A day off", "nations": nations, "source": "Proclamation"}
    page = client.post(reverse("admin:desk_oneoffholiday_add"), form).content.decode()
    assert "Name the parts that keep it" in page
    assert not OneOffHoliday.objects.exists()


def test_the_page_shows_every_day_and_why(world: World, client: Client) -> None:
    """Deadlines, the holiday between, and what an extension would come to are on the page."""
    client.force_login(world.officer)
    page = client.get(reverse("desk:clock", args=[open_case(world).pk])).content.decode()
    for words in ("The time to answer is running", "St Patrick", "Deadlines", "If more time were taken", "April 2026"):
        assert words in page
    assert "The request is late from the day after: FOIA s10(1) is broken" in page


def test_an_event_is_recorded_in_the_browser_or_refused_in_words(world: World, client: Client) -> None:
    """The form writes a possible event and tells why another cannot be."""
    case = open_case(world)
    client.force_login(world.officer)
    address = reverse("desk:new-event", args=[case.pk, "withdrawn"])
    posted = {"on_day": "20", "on_month": "3", "on_year": "2026"}
    refused = client.post(reverse("desk:new-event", args=[case.pk, "fee_paid"]), posted)
    told = refused.content.decode()
    assert "no fees notice was open (FOIA s9). Check the day, and what was recorded before it." in told
    assert client.post(address, posted).status_code == 302
    assert [event.kind for event in case.clock_events.all()] == ["withdrawn"]
    assert client.get(reverse("desk:new-event", args=[case.pk, "nonsense"])).status_code == 404


def test_the_picture_marks_receipt_holidays_and_the_due_day(world: World) -> None:
    """In the months of a period each day stands once, as what it is."""
    clock = clock_of(open_case(world))
    months = months_of(clock.explain(), clock.due, TODAY)
    days = [day for month in months for week in month.weeks for day in week if day]
    assert [month.name for month in months] == ["March 2026", "April 2026"]
    assert sum(day.mark is Mark.DUE for day in days) == sum(day.mark is Mark.RECEIPT for day in days) == 1
    assert sum(day.mark is Mark.COUNTS for day in days) == 19
    assert "St Patrick" in next(day.says for day in days if day.number == 17)
    assert months_of((), None, TODAY) == ()
