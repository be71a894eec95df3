"""The outcome of a review leaves through the outbox as an answer does: tried again, never twice, its fate known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from desk.world import EMAIL, NOW, TODAY, World, decision_on, make_staff, sent
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from candour.desk.jobs import run_due
from candour.desk.models import Case, EventKind, InternalReview, Requester, ReviewState, StaffMember
from candour.desk.refusals import Refused
from candour.desk.reviewing.review import find, give_review, open_review
from candour.post import outbox
from candour.post.models import Fate, MailState, OutgoingMail, Purpose
from candour.post.send_review import resolve_review, send_review, take_back_review
from candour.post.take_in import take_in
from post.mails import bounce
from post.smtp_server import Inbox, mail_server

UPHELD = {"result": "upheld", "reasons": "The reasons hold."}
ON_THE_SITE = "request-1234-0a1b2c3d@whatdotheyknow.com"


@pytest.fixture
def reviewer(world: World) -> StaffMember:
    """Who had no part in the answer."""
    return make_staff(world.force, "ria", "Ria", "reviewer")


@pytest.fixture
def ready(world: World, reviewer: StaffMember) -> InternalReview:
    """A review with a finding on each decision, of an answer that was sent."""
    opened = open_review(sent(world).case_id, TODAY, "The harm is not shown.", world.officer)
    give_review(opened.pk, reviewer, world.officer)
    for number in ("1", "2"):
        find(opened.pk, current(opened).version, decision_on(opened.case, number), UPHELD, reviewer)
    mail.outbox.clear()
    return current(opened)


@pytest.fixture
def inbox(ready: InternalReview, settings: Settings) -> Iterator[Inbox]:
    """What a real server took, after the answer had gone."""
    with mail_server(settings) as taken:
        yield taken


def current(review: InternalReview) -> InternalReview:
    """The review as it stands in the database."""
    return InternalReview.objects.select_related("case__authority", "case__requester").get(pk=review.pk)


def later(minutes: int) -> None:
    """What the worker does some time later."""
    with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
        run_due()


def mails_of(review: InternalReview) -> list[OutgoingMail]:
    """Every message of the review, the oldest first."""
    return list(review.outgoing_mail.order_by("pk"))


def test_the_server_receives_the_letter_that_was_frozen(
    ready: InternalReview, reviewer: StaffMember, inbox: Inbox
) -> None:
    """The bytes in the outbox are those that the server took, and the message carries the digest of the files."""
    done = send_review(ready.pk, ready.version, reviewer)
    assert done.state == ReviewState.ANSWERED
    (content,), (stored,) = inbox.messages, mails_of(done)
    assert content == bytes(stored.content)
    assert (stored.state, stored.purpose, stored.key) == (MailState.TAKEN, Purpose.REVIEW, done.digest[:40])
    assert inbox.envelopes == [("foi@westvale.police.example", [EMAIL])]


def test_a_server_that_is_away_is_tried_again_until_it_takes_the_letter(
    ready: InternalReview, reviewer: StaffMember, inbox: Inbox
) -> None:
    """The review waits as being sent; the worker sends the same letter later, in the name of who asked for it."""
    inbox.to_data = "451 Later"
    waiting = send_review(ready.pk, ready.version, reviewer)
    assert (waiting.state, waiting.answered_on) == (ReviewState.SENDING, None)
    inbox.to_data = "250 OK"
    later(5)
    done = current(ready)
    assert (done.state, done.digest, len(inbox.messages)) == (ReviewState.ANSWERED, waiting.digest, 1)
    event = done.case.events.filter(kind=EventKind.REVIEW).last()
    assert event is not None
    assert (event.actor, "sent by e-mail" in event.detail) == (reviewer, True)
    later(600)
    assert len(inbox.messages) == 1


def test_a_server_that_stays_away_for_two_days_opens_the_review_again(
    ready: InternalReview, reviewer: StaffMember, inbox: Inbox
) -> None:
    """Nothing of the letter is left that was never sent, and the trail says why it did not go."""
    inbox.to_recipient = "451 Later"
    send_review(ready.pk, ready.version, reviewer)
    for hour in range(60):
        later(60 * hour)
    again = current(ready)
    assert (again.state, again.digest, again.dated, again.files.count()) == (ReviewState.OPEN, "", None, 0)
    assert "within two days" in again.case.events.filter(kind=EventKind.REVIEW).last().why  # type: ignore[union-attr]


def test_what_the_server_refuses_for_good_can_be_sent_again(
    ready: InternalReview, reviewer: StaffMember, inbox: Inbox
) -> None:
    """The reviewer is told at once, without the address; the second letter goes as the first would have."""
    inbox.to_recipient = f"550 <{EMAIL}> is unknown"
    with pytest.raises(Refused, match=r"Nothing was sent") as refused:
        send_review(ready.pk, ready.version, reviewer)
    assert EMAIL not in str(refused.value)
    assert current(ready).state == ReviewState.OPEN
    inbox.to_recipient = "250 OK"
    send_review(ready.pk, ready.version, reviewer)
    assert [each.state for each in mails_of(ready)] == [MailState.REFUSED, MailState.TAKEN]
    assert len(inbox.messages) == 1


def test_a_review_is_sent_once(ready: InternalReview, reviewer: StaffMember, inbox: Inbox) -> None:
    """Not by a second press, nor while the first waits, nor by two workers; the database holds it too."""
    inbox.to_data = "451 Later"
    send_review(ready.pk, ready.version, reviewer)
    with pytest.raises(Refused, match="being sent"):
        send_review(ready.pk, ready.version, reviewer)
    inbox.to_data = "250 OK"
    (stored,) = mails_of(ready)
    later(5)
    later(5)
    outbox.deliver(stored.pk, lambda _: None)
    assert len(inbox.messages) == 1
    stored.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        stored.save(force_insert=True)


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["_claim", "_mark", "_settled"])
def test_a_sender_that_is_killed_loses_nothing_and_sends_nothing_twice(
    ready: InternalReview,
    reviewer: StaffMember,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    """While the server cannot have it, it goes by itself; afterwards a person says what became of it."""

    def dying(*_: Any, **__: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, moment, dying)
        with pytest.raises(Killed):
            send_review(ready.pk, ready.version, reviewer)
    with pytest.raises(Refused, match="not interrupted"):
        resolve_review(ready.pk, was_sent=True, actor=reviewer)
    for minutes in (1, 10, 60):
        later(minutes)
    if moment == "_settled":
        assert current(ready).state == ReviewState.SENDING
        with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
            resolve_review(ready.pk, was_sent=True, actor=reviewer)
    assert current(ready).state == ReviewState.ANSWERED
    assert len(inbox.messages) == 1


def test_a_review_that_waits_can_be_taken_back(ready: InternalReview, reviewer: StaffMember, inbox: Inbox) -> None:
    """The review is open, and no worker sends the letter any more."""
    inbox.to_data = "451 Later"
    send_review(ready.pk, ready.version, reviewer)
    take_back_review(ready.pk, reviewer)
    inbox.to_data = "250 OK"
    later(600)
    assert (current(ready).state, inbox.messages) == (ReviewState.OPEN, [])
    with pytest.raises(Refused, match="does not wait"):
        take_back_review(ready.pk, reviewer)


def test_a_bounce_finds_the_review(world: World, ready: InternalReview, reviewer: StaffMember) -> None:
    """Its page and its case show that the letter came back, until somebody says how the requester was reached."""
    done = send_review(ready.pk, ready.version, reviewer)
    take_in(bounce(done.digest[:40] + "@westvale.police.example"))
    (stored,) = mails_of(done)
    assert stored.fate == Fate.RETURNED
    client = Client()
    client.force_login(world.officer)
    review_page = reverse("desk:review", args=[done.case_id, done.number])
    page = client.get(review_page).content.decode()
    assert "Came back" in page
    assert reverse("post:returned", args=[stored.pk]) in page
    assert EMAIL not in page
    case_page = client.get(reverse("desk:case", args=[done.case_id])).content.decode()
    assert "Outcome of the internal review" in case_page
    assert "the requester has not had it" in case_page
    client.post(reverse("post:returned", args=[stored.pk]), {"how": "Posted today."})
    assert "Dealt with: Posted today." in client.get(review_page).content.decode()


def test_the_page_shows_a_letter_that_waits_and_tries_it_now(
    ready: InternalReview, reviewer: StaffMember, inbox: Inbox
) -> None:
    """What the server said, when the next try is, and the two things that a person may do."""
    inbox.to_data = "451 Later"
    client = Client()
    client.force_login(reviewer)
    place = reverse("post:send-review", args=[ready.case_id, ready.number])
    told = client.post(place, {"version": ready.version}, follow=True).content.decode()
    assert "tried again by itself for two days" in told
    page = client.get(place).content.decode()
    assert "451 Later" in page
    assert "Try now" in page
    assert "Take it back" in page
    inbox.to_data = "250 OK"
    told = client.post(place, {"action": "try_now"}, follow=True).content.decode()
    assert "The outcome of the review is sent." in told
    assert current(ready).state == ReviewState.ANSWERED


def test_what_would_be_published_at_once_needs_a_word(ready: InternalReview, reviewer: StaffMember) -> None:
    """A review for WhatDoTheyKnow goes only when the reviewer says that they know what that means."""
    Requester.objects.filter(cases=ready.case_id).update(email=ON_THE_SITE)
    with pytest.raises(Refused, match="published the moment it is sent"):
        send_review(ready.pk, ready.version, reviewer)
    client = Client()
    client.force_login(reviewer)
    place = reverse("post:send-review", args=[ready.case_id, ready.number])
    assert 'name="public"' in client.get(place).content.decode()
    client.post(place, {"version": ready.version, "public": "on"})
    assert current(ready).state == ReviewState.ANSWERED


def test_who_gave_no_address_is_written_to_by_post(ready: InternalReview, reviewer: StaffMember) -> None:
    """Nothing is put into the outbox, and the trail says how it went."""
    Requester.objects.filter(cases=ready.case_id).update(email="")
    done = send_review(ready.pk, ready.version, reviewer)
    assert (done.state, mails_of(done), outbox.mail_of(done)) == (ReviewState.ANSWERED, [], None)
    assert "sent by post" in done.case.events.filter(kind=EventKind.REVIEW).last().detail  # type: ignore[union-attr]


def test_two_reviews_of_a_case_have_messages_of_their_own(
    world: World, ready: InternalReview, reviewer: StaffMember
) -> None:
    """The rule that a case has one message of a purpose is not about reviews."""
    send_review(ready.pk, ready.version, reviewer)
    second = open_review(ready.case_id, TODAY, "", world.officer)
    give_review(second.pk, reviewer, world.officer)
    for number in ("1", "2"):
        find(second.pk, current(second).version, decision_on(second.case, number), UPHELD, reviewer)
    send_review(second.pk, current(second).version, reviewer)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2
    assert Case.objects.get(pk=ready.case_id).outgoing_mail.filter(purpose=Purpose.REVIEW).count() == 2
