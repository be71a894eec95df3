"""What left is stopped in one step or not at all, by the first of two who press the button."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse
from post.smtp_server import mail_server
from pytest_django.fixtures import Settings

from candour.desk.breaches.contain import TOLD_READERS
from candour.desk.breaches.record import OpenAlready, StaleBreach, assess, close, learn, start
from candour.desk.business_areas.tasks import LinkGone, task_of, token_of
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.jobs import run_due
from candour.desk.keeping.retention import lift
from candour.desk.models import (
    Breach,
    Event,
    EventKind,
    Hold,
    InternalReview,
    Publication,
    Response,
    ResponseState,
    ReviewState,
    StaffMember,
    TaskState,
)
from candour.desk.publishing.publish import publish
from candour.desk.refusals import Refused
from candour.desk.reviewing.review import find, give_review, open_review
from candour.portal.models import FollowLink, digest_of
from candour.post import outbox
from candour.post.models import MailState, OutgoingMail
from candour.post.outgoing import NotTaken
from candour.post.send import attempt, resolve_interrupted, send
from candour.post.send_review import send_review
from desk.breaches.records import KNOWN, answer_all, manager_of, started, task_asked
from desk.world import NOW, TODAY, World, cleared, decision_on, make_staff, open_case
from desk.world import published as published_entry
from desk.world import sent as sent_letter


def waiting(world: World) -> Response:
    """A letter in the outbox, whose mail server is away."""
    letter = cleared(world)
    with patch("candour.post.outbox.hand_over", side_effect=NotTaken("451 later", is_final=False)):
        send(letter.pk, world.officer)
    return Response.objects.get(pk=letter.pk)


# What is stopped


def test_the_published_entry_and_its_files_are_gone_at_once(world: World) -> None:
    """The next reader gets 410 at the entry and each file, a reason that tells nothing, and finds it in no list."""
    entry = published_entry(world)
    files = [file.name for file in entry.files.all()]
    started(entry.response.case, world.officer)
    client, path = Client(), reverse("portal:entry", args=[world.force.slug, entry.slug])
    assert client.get(path).status_code == 410
    assert TOLD_READERS in client.get(path).content.decode()
    assert "breach" not in client.get(path).content.decode()
    for name in files:
        assert client.get(f"{path}{name}").status_code == 410
    for listing in ("log", "log-data", "feed", "whole-log", "sitemap"):
        answer_of = client.get(reverse(f"portal:{listing}"))
        content = b"".join(answer_of.streaming_content) if answer_of.streaming else answer_of.content  # type: ignore[attr-defined]  # of a streaming answer
        assert entry.slug.encode() not in content, listing


def test_a_letter_that_waits_in_the_outbox_is_not_sent(world: World) -> None:
    """It is taken back and void; the worker finds nothing to send, and it cannot be sent without being cleared anew."""
    letter = waiting(world)
    breach = started(letter.case, world.officer)
    with time_machine.travel(NOW + timedelta(days=1)):
        run_due()
    letter.refresh_from_db()
    assert letter.state == ResponseState.VOID
    assert OutgoingMail.objects.get(response=letter).state == MailState.TAKEN_BACK
    assert any("stopped before the mail server took it" in line for line in breach.contained)
    with pytest.raises(Refused):
        send(letter.pk, world.officer)


def test_a_letter_that_is_being_offered_to_the_server_is_stopped_before_its_last_command(
    world: World, settings: Settings
) -> None:
    """Who is at work on it finds it taken back, and the server never gets it."""
    letter = waiting(world)
    mail = OutgoingMail.objects.get(response=letter)
    hand_over = outbox.hand_over

    def meanwhile(content: bytes, sender: str, recipient: str, last: Any) -> None:
        started(letter.case, world.officer)
        hand_over(content, sender, recipient, last)

    with mail_server(settings) as taken, patch("candour.post.outbox.hand_over", meanwhile):
        outbox.hurry(mail.pk)
        attempt(mail.pk)
        assert taken.messages == []
    assert OutgoingMail.objects.get(pk=mail.pk).state == MailState.TAKEN_BACK


def test_a_letter_that_may_have_left_is_said_and_is_not_tried_again(world: World) -> None:
    """After the last command nobody can know. Where the server refuses it for now, that is the end of it."""
    letter = waiting(world)
    mail = OutgoingMail.objects.get(response=letter)

    def refused_for_now(_content: bytes, _sender: str, _recipient: str, last: Any) -> None:
        last()
        started(letter.case, world.officer)
        raise NotTaken("451 later", is_final=False)

    outbox.hurry(mail.pk)
    with patch("candour.post.outbox.hand_over", refused_for_now), pytest.raises(Refused, match="it was stopped"):
        attempt(mail.pk)
    mail.refresh_from_db()
    assert mail.state == MailState.REFUSED
    assert any("could not be stopped" in line for line in Breach.objects.get().contained)
    letter.refresh_from_db()
    assert letter.state == ResponseState.CLEARED
    with pytest.raises(Refused, match="personal data breach"):
        send(letter.pk, world.officer)
    letter.refresh_from_db()
    assert letter.state == ResponseState.VOID


def test_an_interrupted_letter_is_not_sent_without_being_cleared_anew(world: World) -> None:
    """Somebody finds out later that it had not left: it is void, and a letter that is cleared after that can go."""
    letter = cleared(world)
    Response.objects.filter(pk=letter.pk).update(state=ResponseState.SENDING)
    started(letter.case, world.officer)
    resolve_interrupted(letter.pk, was_sent=False, actor=world.officer)
    with pytest.raises(Refused, match="put it up again"):
        send(letter.pk, world.officer)
    with time_machine.travel(NOW + timedelta(hours=2)):
        anew = prepare(letter.case_id, TODAY, world.officer)
        clear(anew.pk, anew.digest, world.approver)
        assert send(anew.pk, world.officer).state == ResponseState.SENT


def test_an_answer_that_was_sent_is_not_published_any_more(world: World) -> None:
    """A colleague who does not know of the breach is told; where it was none, the answer can be published."""
    letter = sent_letter(world)
    breach = started(letter.case, world.officer)
    with pytest.raises(Refused, match="personal data breach"):
        publish(letter.pk, world.officer)
    close(breach.pk, breach.version, "Nothing had left.", manager_of(world), was_breach=False)
    assert publish(letter.pk, world.officer).is_visible


def test_the_outcome_of_a_review_that_waits_is_stopped(world: World) -> None:
    """The review is open again."""
    case = sent_letter(world).case
    review = open_review(case.pk, TODAY, "", world.officer)
    person = make_staff(world.force, "rita", "Rita", "reviewer")
    give_review(review.pk, person, world.officer)
    for number in ("1", "2"):
        review.refresh_from_db()
        find(review.pk, review.version, decision_on(case, number), {"result": "upheld", "reasons": "x"}, person)
    review.refresh_from_db()
    with patch("candour.post.outbox.hand_over", side_effect=NotTaken("451 later", is_final=False)):
        send_review(review.pk, review.version, person)
    started(case, world.officer)
    assert InternalReview.objects.get(pk=review.pk).state == ReviewState.OPEN
    assert OutgoingMail.objects.get(review=review).state == MailState.TAKEN_BACK


@pytest.mark.parametrize("end_links", [True, False])
def test_links_of_areas_are_ended_where_that_is_asked_for(world: World, *, end_links: bool) -> None:
    """The link leads nowhere from then on; without the tick it leads where it led."""
    case = open_case(world)
    task = task_asked(world, case)
    token = token_of(task)
    start(case.pk, uuid.uuid4(), KNOWN, world.officer, end_links=end_links)
    task.refresh_from_db()
    if end_links:
        assert task.state == TaskState.REVOKED
        with pytest.raises(LinkGone):
            task_of(token)
    else:
        assert task_of(token) == task


def test_the_requester_s_own_page_gives_the_files_no_more(world: World) -> None:
    """What was sent is still told, its files are not given; where it was no breach they are given again."""
    letter = sent_letter(world)
    FollowLink.objects.create(case=letter.case, digest=digest_of("private-secret"))
    name = letter.files.first().name  # type: ignore[union-attr]  # a sent letter has files
    path = reverse("portal:sent-file", args=["private-secret", 1, name])
    assert Client().get(path).status_code == 200
    breach = started(letter.case, world.officer)
    assert Client().get(path).status_code == 410
    page = Client().get(reverse("portal:follow", args=["private-secret"])).content.decode()
    assert "The files of this letter are not available at the moment" in page
    assert name not in page
    close(breach.pk, breach.version, "It was public already.", manager_of(world), was_breach=False)
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("part", ["hold_case", "_withdraw_entries", "stop_waiting", "_take_letters_back", "_end_links"])
def test_if_one_part_fails_nothing_is_done(world: World, part: str) -> None:
    """No record, no withdrawal, no hold, no event: whoever pressed the button is told, and presses again."""
    entry = published_entry(world)
    before = Event.objects.count()
    module = "candour.desk.breaches.contain"
    with patch(f"{module}.{part}", side_effect=RuntimeError("the disk is full")), pytest.raises(RuntimeError):
        started(entry.response.case, world.officer)
    assert not Breach.objects.exists()
    assert not Hold.objects.exists()
    assert Event.objects.count() == before
    assert Publication.objects.get(pk=entry.pk).withdrawn_at is None
    assert started(entry.response.case, world.officer).number == 1


def test_the_case_is_held_until_the_record_is_closed_and_a_person_lifts_that(world: World) -> None:
    """The hold cannot be lifted while the record is open, stays after it, and goes where there was no breach."""
    breach, boss = started(open_case(world), world.officer), manager_of(world)
    held = breach.case.holds.get()
    with pytest.raises(Refused, match="still open"):
        lift(held.pk, boss)
    answer_all(breach, world.officer)
    close(breach.pk, Breach.objects.get().version, "Look at hidden sheets.", boss)
    assert breach.case.holds.get().lifted_at is None
    lift(held.pk, boss)
    other = started(breach.case, world.officer)
    close(other.pk, other.version, "It was published before.", boss, was_breach=False)
    assert not breach.case.holds.filter(lifted_at=None).exists()


# Two people


def test_a_form_that_is_posted_twice_starts_one_record(world: World) -> None:
    """The second post gives the record that the first started."""
    case, form = open_case(world), uuid.uuid4()
    first, second = (start(case.pk, form, KNOWN, world.officer, end_links=True) for _ in range(2))
    assert first == second
    assert Breach.objects.count() == 1


def test_of_two_people_one_starts_the_record_and_the_other_is_led_to_it(world: World) -> None:
    """The second keeps what they wrote, and is told which record is open."""
    case = open_case(world)
    first = started(case, world.officer)
    with pytest.raises(OpenAlready) as told:
        started(case, world.approver)
    assert told.value.breach == first
    client = Client()
    client.force_login(world.approver)
    fields = {"way": "letter", "what": "My own words.", "submission": str(uuid.uuid4()), "aware_at": "09:00"}
    day = {"aware_on_day": str(TODAY.day), "aware_on_month": str(TODAY.month), "aware_on_year": str(TODAY.year)}
    page = client.post(reverse("desk:breach-new", args=[case.pk]), fields | day).content.decode()
    assert "My own words." in page
    assert reverse("desk:breach", args=[first.pk]) in page
    assert Breach.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_at_the_same_moment_start_one_record(world: World) -> None:
    """One wins, the other is told; the entry is withdrawn once."""
    case = published_entry(world).response.case
    ready, told = threading.Barrier(2), []

    def press(actor: StaffMember) -> None:
        ready.wait()
        try:
            started(case, actor)
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connections.close_all()

    people = [threading.Thread(target=press, args=[actor]) for actor in (world.officer, world.approver)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert Breach.objects.count() == 1
    assert len(told) == 1
    assert case.events.filter(kind=EventKind.WITHDRAWN).count() == 1


def test_what_somebody_else_saved_is_not_overwritten(world: World) -> None:
    """Whoever saves on an older state of the record is told."""
    breach = started(open_case(world), world.officer)
    assess(breach.pk, 0, "likely", "Names.", world.officer)
    with pytest.raises(StaleBreach):
        assess(breach.pk, 0, "unlikely", "Nobody saw it.", world.approver)
    with pytest.raises(StaleBreach):
        learn(breach.pk, 0, KNOWN, "More people.", world.approver)
    assert Breach.objects.get().risk == "likely"
