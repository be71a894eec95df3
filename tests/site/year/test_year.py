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
from candour.desk.business_areas.tasks import due_for_chasing
from candour.desk.caseload.overview import overview
from candour.desk.caseload.queues import Queue
from candour.desk.caseload.watching import news
from candour.desk.clearing.clear import clear
from candour.desk.deadlines.clock import clock_of
from candour.desk.deadlines.ending import has_lapsed
from candour.desk.keeping.retention import preview
from candour.desk.models import (
    Appeal,
    Authority,
    Case,
    Complaint,
    Decision,
    Event,
    EventKind,
    Handling,
    InternalReview,
    Job,
    JobState,
    NoticeStep,
    PassageComment,
    Publication,
    PublicationDecision,
    Question,
    Response,
    ResponseState,
    ReviewFinding,
    ReviewState,
    StaffMember,
    Task,
    TaskState,
)
from candour.desk.models.response import LetterKind
from candour.desk.publishing.decision import shares
from candour.desk.reviewing.review import had_a_part
from candour.desk.stage import LAPSED, Stage
from candour.law import foia_calendar, missing
from candour.law.clock_values import DeadlineKind
from candour.post.models import EntryState, QueueEntry
from candour.post.send import send
from candour.site.demo import load_examples
from candour.site.year.answers import answers_of
from candour.site.year.plan import LONDON, described, plan_force
from candour.site.year.rows import load_year

ANSWERS = (DeadlineKind.RESPONSE, DeadlineKind.EXTENDED_RESPONSE)
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=LONDON)
SITE = "http://localhost:8123/"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole demonstration, loaded once for the tests of this file and taken back after them."""
    with time_machine.travel(NOW, tick=True), django_db_blocker.unblock(), transaction.atomic():
        load_examples(with_year=True, site=SITE)
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
    forces = described()["forces"].values()
    assert Case.objects.count() == sum(force["requests"] + force["older"] for force in forces) + 6
    found: Counter[Stage] = Counter()
    for force in Authority.objects.all():
        found.update(overview(force, force.staff.all()[0], timezone.localdate()).stages)
        assert force.staff.filter(role="officer").count() > 2
        assert set(force.staff.values_list("role", flat=True)) > {"officer", "approver", "manager", "reviewer"}
    assert all(found[stage] for stage in Stage)
    ages = [NOW.date() - received for received in Case.objects.values_list("received", flat=True)]
    assert timedelta(days=330) < max(age for age in ages if age <= timedelta(days=366))
    assert sum(age > timedelta(days=366) for age in ages) == sum(force["older"] for force in forces)


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
    """The copy on the case is the day on which its first open question is owed, and some answers were late."""
    late = 0
    for case in Case.objects.prefetch_related("clock_events"):
        clock = clock_of(case)
        owed = [each.due for each in clock.deadlines if each.open and each.kind in ANSWERS]
        assert case.due == (min(owed) if clock.due and owed else clock.due)
        late += any(finding.kind.value == "late" for finding in clock.findings) or bool(
            clock.deadlines and clock.deadlines[0].met_on and clock.deadlines[0].met_on > clock.deadlines[0].due
        )
    assert late > 50


def test_the_letters_of_the_year_go_on_as_those_of_the_desk(year: None) -> None:
    """What waits composes from its decisions to the same letter: it can be cleared, and then sent."""
    settled = Response.objects.exclude(pk__in=PassageComment.objects.filter(settled_at=None).values("response"))
    of_one_step = settled.annotate(rounds=Count("steps")).filter(rounds__lte=1)
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
    entries = Publication.objects.filter(response__case__destroyed_at=None)
    for entry in entries.select_related("response__case__requester"):
        name = entry.response.case.requester.name
        assert name not in entry.words
        assert all(name not in str(answer) for answer in entry.content.get("answers", ()))


def test_some_answers_were_reviewed_by_who_had_no_part(year: None) -> None:
    """Most were upheld and not all; some are open, extended or withdrawn; nobody reviews what they had a part in."""
    reviews = list(InternalReview.objects.select_related("case"))
    assert len(reviews) > 12
    assert all(review.reviewer_id not in had_a_part(review.case) for review in reviews)
    assert {review.state for review in reviews} >= {ReviewState.OPEN, ReviewState.ANSWERED, ReviewState.WITHDRAWN}
    assert any(review.extended_until for review in reviews)
    assert all(review.files.count() for review in reviews if review.state == ReviewState.ANSWERED)
    results = Counter(ReviewFinding.objects.values_list("result", flat=True))
    assert results["upheld"] > results["varied"] > 0


def test_the_commissioner_was_told_of_some(year: None) -> None:
    """Complaints wait, ended without a notice and with one; steps are taken, late and to take; a tribunal has one."""
    complaints = list(Complaint.objects.all())
    assert len(complaints) > 8
    found = Counter(complaint.result for complaint in complaints)
    assert {"", "upheld", "partly_upheld", "not_upheld", "informal", "withdrawn"} == set(found)
    steps = list(NoticeStep.objects.all())
    assert any(step.done_on is None for step in steps)
    assert any(step.done_on and step.done_on > step.by for step in steps)
    assert any(step.done_on and step.done_on <= step.by for step in steps)
    assert {bool(appeal.decided_on) for appeal in Appeal.objects.all()} == {True, False}


def test_business_areas_are_at_every_point_of_their_tasks(year: None) -> None:
    """Asked, late, reminded, escalated, and back with figures and with the hours of an estimate; each had its mail."""
    for force in Authority.objects.all():
        tasks = Task.objects.filter(case__authority=force)
        waiting = tasks.filter(state=TaskState.OPEN)
        assert waiting.filter(wanted_by__lt=NOW.date()).exists()
        assert waiting.filter(reminded_at__isnull=False).exists()
        assert tasks.filter(escalated_at__isnull=False).exists()
        answered = tasks.filter(state=TaskState.ANSWERED)
        assert answered.filter(replies__text__regex=r"20\d\d: \d").exists()
        assert answered.filter(replies__hours_taken=True).exists()
        assert Decision.objects.filter(case__authority=force, outcome="cost_limit", estimate_basis__contains="As rec")
    # What the day after brings is done already: nobody is written to twice when the worker starts.
    to_remind, to_escalate = due_for_chasing(NOW.date())
    assert not to_remind
    assert not to_escalate
    assert not Job.objects.filter(kind="task.mail", state=JobState.FAILED).exists()


def test_requests_leave_the_desk_in_other_ways_too(year: None) -> None:
    """By a letter that hands questions over, and because nobody said what was meant; more time is claimed by letter."""
    for force in Authority.objects.all():
        letters = Response.objects.filter(case__authority=force)
        sent = {letter.kind for letter in letters.filter(state=ResponseState.SENT)}
        assert sent >= {LetterKind.CLARIFICATION, LetterKind.EXTENSION, LetterKind.HAND_OVER, LetterKind.ANSWER}
        asked = [case for case in force.cases.all() if case.clock_events.filter(kind="clarification_asked").exists()]
        assert any(has_lapsed(case) and not case.final_stage for case in asked)
        assert any(case.clock_events.filter(kind=LAPSED).exists() and case.final_stage == Stage.ENDED for case in asked)
    assert set(Question.objects.values_list("handling", flat=True)) == set(Handling.values)


def test_one_letter_went_past_its_clearance(year: None) -> None:
    """By a manager, with the reason, and it was sent."""
    letter = Response.objects.exclude(bypassed_because="").get()
    assert letter.state == ResponseState.SENT
    assert letter.cleared_by
    assert letter.cleared_by.role == "manager"
    assert letter.steps.filter(bypassed=True).exists()


def test_what_is_sent_is_published_held_or_kept_off_and_its_small_counts_are_in_the_ledger(year: None) -> None:
    """In every force: decisions with reasons, a rule in its own words, and a release that later ones meet."""
    for force in Authority.objects.all():
        found = {share.label: share.count for share in shares(force)}
        assert found["On the disclosure log"] > found["Not to be published"] + found["Held"]
        assert found["Not to be published"]
        assert force.publication_rule
        assert force.ledger_releases.exists()
    assert PublicationDecision.objects.filter(choice="hold").exclude(reason="").exists()


def test_people_talk_about_letters(year: None) -> None:
    """Some comments are settled, and some keep a letter from being cleared."""
    assert PassageComment.objects.filter(settled_at=None).exists()
    assert PassageComment.objects.filter(settled_at__isnull=False).exists()


def test_people_are_away_hand_over_watch_and_keep_filters(year: None) -> None:
    """In every force: a queue of who is away, a note with each hand-over, watched cases, filters that are kept."""
    for force in Authority.objects.all():
        manager, officer = (force.staff.filter(role=role).earliest("pk") for role in ("manager", "officer"))
        queues = overview(force, officer, NOW.date()).queues
        assert queues[Queue.AWAY]
        assert queues[Queue.WATCHED]
        assert queues[Queue.AWAITING]
        assert Event.objects.filter(authority=force, kind=EventKind.ASSIGNED).exclude(why="").exists()
        assert manager.saved_filters.count() == officer.saved_filters.count() == len(described()["day"]["filters"])
    managers = StaffMember.objects.filter(role="manager")
    assert any(news(manager) for manager in managers)
    assert Case.objects.filter(profile="high").count() > 1


def test_what_has_lain_for_its_time_is_due_held_or_gone(year: None) -> None:
    """In every force: cases that the preview shows, one that proceedings keep, and a certificate of one that went."""
    for force in Authority.objects.all():
        going, kept = preview(force, NOW.date())
        assert going
        assert [each.why for each in kept] == ["held: legal proceedings"]
        certificate = force.destructions.get()
        assert certificate.cases == 1
        assert "CERTIFICATE OF DESTRUCTION 1" in certificate.certificate


def test_outcomes_are_mixed(year: None) -> None:
    """Nearly every outcome that the law knows is there, and no one of them is all."""
    found = Counter(Decision.objects.values_list("outcome", flat=True))
    assert len(found - Counter()) >= 8
    assert max(found.values()) < 0.75 * sum(found.values())


def somebody(letter: Response, role: str) -> StaffMember:
    return letter.case.authority.staff.filter(role=role).order_by("-pk")[0]


def test_links_of_tasks_lead_to_where_the_desk_is_served(year: None) -> None:
    """Whatever port it was given: that of the mails that are written is that of the tasks."""
    assert set(Task.objects.values_list("base", flat=True)) == {SITE}


@pytest.mark.django_db
def test_a_force_that_has_a_trail_gets_no_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trail grows at its end only, so nothing is written before what is there."""
    monkeypatch.setitem(described()["forces"]["northmarch"], "requests", 2)
    force = Authority.objects.create(slug="northmarch", name="Northmarch Police", email="foi@northmarch.example")
    for role in ("officer", "approver"):
        StaffMember.objects.create(username=role, authority=force, role=role, password="!")
    record_for_force(force, EventKind.REGISTER_CHANGED, None, "Something.")
    with pytest.raises(ValueError, match="has a trail already"):
        load_year(force, frozenset(), SITE)
    assert not Case.objects.exists()


# The plan itself, which knows no database


@pytest.mark.parametrize("slug", sorted(described()["forces"]))
@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 1, 2, 9, tzinfo=LONDON),
        datetime(2026, 8, 31, 23, tzinfo=LONDON),
        datetime(2026, 11, 29, 1, tzinfo=LONDON),
        datetime(2026, 11, 25, 0, 2, tzinfo=LONDON),
    ],
)
def test_the_plan_is_the_same_each_time_and_keeps_the_order_of_work(slug: str, day: datetime) -> None:
    """On any day: nothing lies ahead, numbers grow and are not taken, steps follow each other, decisions are whole."""
    plans = plan_force(slug, foia_calendar(), day, frozenset({190}), 4)
    assert plans == plan_force(slug, foia_calendar(), day, frozenset({190}), 4)
    numbers = [(plan.received.year, plan.number) for plan in plans]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)
    assert all(plan.steps for plan in plans)
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
