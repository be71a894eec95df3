"""The seeded year of the demonstration looks like life, and is as true as if people had made it at the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from candour.desk.audit_trail.verification import cases_without_trail, letter_findings, verify_chain
from candour.desk.audit_trail.writing import record_for_force
from candour.desk.caseload.overview import overview
from candour.desk.clearing.clear import clear
from candour.desk.deadlines.clock import clock_of
from candour.desk.models import (
    Authority,
    Case,
    Decision,
    Event,
    EventKind,
    InternalReview,
    Publication,
    Response,
    ResponseState,
    ReviewFinding,
    StaffMember,
)
from candour.desk.reviewing.review import had_a_part
from candour.desk.stage import Stage
from candour.law import foia_calendar, missing
from candour.post.models import EntryState, QueueEntry
from candour.post.send import send
from candour.site.demo import load_examples
from candour.site.year.answers import answers_of
from candour.site.year.plan import LONDON, described, plan_force
from candour.site.year.rows import load_year

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=LONDON)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole demonstration, loaded once for the tests of this file and taken back after them."""
    with time_machine.travel(NOW, tick=True), django_db_blocker.unblock(), transaction.atomic():
        load_examples(with_year=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def year(loaded: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, with what one test does to it taken back."""
    with time_machine.travel(NOW, tick=True), django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_three_forces_have_some_six_hundred_cases(year: None) -> None:
    """At every stage, of the last twelve months, with several people in each role that works."""
    assert Authority.objects.count() == 3
    assert Case.objects.count() == sum(force["requests"] for force in described()["forces"].values()) + 6
    found: Counter[Stage] = Counter()
    for force in Authority.objects.all():
        found.update(overview(force, force.staff.all()[0], timezone.localdate()).stages)
        assert force.staff.filter(role="officer").count() > 2
        assert set(force.staff.values_list("role", flat=True)) > {"officer", "approver", "manager", "reviewer"}
    assert all(found[stage] for stage in Stage)
    earliest = min(Case.objects.values_list("received", flat=True))
    assert timedelta(days=330) < NOW.date() - earliest <= timedelta(days=366)


def test_the_trail_of_the_year_is_whole(year: None) -> None:
    """Every event is chained, every case has one, and the letters are those that the trail names."""
    forces = list(Authority.objects.all())
    for force in forces:
        report = verify_chain(force)
        assert report.broken is None
        assert report.events > 1000
        times = list(Event.objects.filter(authority=force).order_by("sequence").values_list("at", flat=True))
        assert times == sorted(times)
        assert times[-1] <= NOW + timedelta(minutes=10)
    assert cases_without_trail(forces) == []
    assert letter_findings(forces) == []


def test_every_due_date_is_the_one_of_the_clock(year: None) -> None:
    """The copy on the case is what its events come to, and some answers were late."""
    late = 0
    for case in Case.objects.prefetch_related("clock_events"):
        clock = clock_of(case)
        assert case.due == clock.due
        late += any(finding.kind.value == "late" for finding in clock.findings) or bool(
            clock.deadlines and clock.deadlines[0].met_on and clock.deadlines[0].met_on > clock.deadlines[0].due
        )
    assert late > 50


def test_the_letters_of_the_year_go_on_as_those_of_the_desk(year: None) -> None:
    """What waits composes from its decisions to the same letter: it can be cleared, and then sent."""
    of_one_step = Response.objects.annotate(rounds=Count("steps")).filter(rounds__lte=1)
    waiting = list(of_one_step.filter(state=ResponseState.AWAITING_CLEARANCE).select_related("case__authority"))
    assert len(waiting) > 3
    for letter in waiting:
        clear(letter.pk, letter.digest, somebody(letter, "manager"))
    cleared = Response.objects.filter(state=ResponseState.CLEARED).select_related("case__authority")
    assert len(cleared) > len(waiting)
    for letter in cleared:
        assert send(letter.pk, somebody(letter, "officer")).state == ResponseState.SENT


def test_nobody_clears_what_they_made(year: None) -> None:
    """As at the desk."""
    for response in Response.objects.exclude(cleared_by=None):
        assert response.cleared_by_id != response.prepared_by_id


def test_nothing_published_names_who_asked(year: None) -> None:
    """The entries of the log hold no name of a requester of the year."""
    for entry in Publication.objects.select_related("response__case__requester"):
        name = entry.response.case.requester.name
        assert name not in entry.words
        assert all(name not in str(answer) for answer in entry.content.get("answers", ()))


def test_some_answers_were_reviewed_by_who_had_no_part(year: None) -> None:
    """Most were upheld and not all; nobody reviews what they had a part in."""
    reviews = list(InternalReview.objects.select_related("case"))
    assert len(reviews) > 12
    assert all(review.reviewer_id not in had_a_part(review.case) for review in reviews)
    results = Counter(ReviewFinding.objects.values_list("result", flat=True))
    assert results["upheld"] > results["varied"] > 0


def test_outcomes_are_mixed(year: None) -> None:
    """Nearly every outcome that the law knows is there, and no one of them is all."""
    found = Counter(Decision.objects.values_list("outcome", flat=True))
    assert len(found - Counter()) >= 8
    assert max(found.values()) < 0.75 * sum(found.values())


def somebody(letter: Response, role: str) -> StaffMember:
    return letter.case.authority.staff.filter(role=role).order_by("-pk")[0]


@pytest.mark.django_db
def test_a_force_that_has_a_trail_gets_no_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trail grows at its end only, so nothing is written before what is there."""
    monkeypatch.setitem(described()["forces"]["northmarch"], "requests", 2)
    force = Authority.objects.create(slug="northmarch", name="Northmarch Police", email="foi@northmarch.example")
    for role in ("officer", "approver"):
        StaffMember.objects.create(username=role, authority=force, role=role, password="!")
    record_for_force(force, EventKind.REGISTER_CHANGED, None, "Something.")
    with pytest.raises(ValueError, match="has a trail already"):
        load_year(force, frozenset())
    assert not Case.objects.exists()


# The plan itself, which knows no database


@pytest.mark.parametrize("slug", sorted(described()["forces"]))
@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 1, 2, 9, tzinfo=LONDON),
        datetime(2026, 8, 31, 23, tzinfo=LONDON),
        datetime(2026, 11, 29, 1, tzinfo=LONDON),
    ],
)
def test_the_plan_is_the_same_each_time_and_keeps_the_order_of_work(slug: str, day: datetime) -> None:
    """On any day: nothing lies ahead, numbers grow and are not taken, steps follow each other, decisions are whole."""
    plans = plan_force(slug, foia_calendar(), day, frozenset({190}), 4)
    assert plans == plan_force(slug, foia_calendar(), day, frozenset({190}), 4)
    numbers = [(plan.received.year, plan.number) for plan in plans]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)
    order = ["received", "save", "complete", "prepare", "clear", "send", "publish"]
    for plan in plans:
        assert plan.number != 190
        assert plan.when("received"), "a request that has not come in yet is none of the year"
        assert all(step.at <= day for step in plan.steps)
        last = [max(step.at for step in plan.steps if step.what == what) for what in order if plan.when(what)]
        assert last == sorted(last)
        assert all(not missing(answer.decision) for answer in answers_of(plan, slug))


@pytest.mark.parametrize("hour", [0, 3, 7, 9, 23])
def test_every_request_has_come_at_whatever_hour_the_demonstration_is_begun(hour: int) -> None:
    """What came on the day itself came before now, so that the demonstration starts at night as well."""
    for day in range(7):
        now = datetime(2026, 11, 23 + day, hour, 38, tzinfo=LONDON)
        for plan in plan_force("westvale", foia_calendar(), now, frozenset(), 3):
            assert [step.what for step in plan.steps].count("received") == 1
            assert all(step.at <= now for step in plan.steps)


@pytest.mark.usefixtures("year")
def test_mail_of_every_kind_waits_in_the_queue() -> None:
    """A request, one of WhatDoTheyKnow, what is none, what seems to belong to a case; and an answer has joined one."""
    mail = QueueEntry.objects.filter(authority__slug="westvale")
    assert mail.filter(state=EntryState.WAITING).count() == 5
    assert mail.filter(suggested__isnull=False).count() == 1
    joined = mail.get(state=EntryState.JOINED)
    assert [file.name for file in joined.message.read.attachments] == ["map of the area.txt"]
    assert mail.filter(message__sender_address__contains="@whatdotheyknow.com").count() == 1
