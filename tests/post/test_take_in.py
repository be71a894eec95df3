"""Mail comes in: stored before anything else, once, and put where it belongs or left for a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import time_machine
from desk.world import EMAIL, NOW, World, incoming, open_case, sent, taken_back
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from candour.desk.intake.receive import receive_request
from candour.desk.models import Case, EventKind, Response
from candour.desk.refusals import Refused
from candour.desk.stage import case_standing
from candour.post import take_in as module
from candour.post.deal import give_to_force, make_request, not_request, not_the_suggested, put_to_case, take_back
from candour.post.emptying import empty_mail
from candour.post.forms import request_form
from candour.post.identity import identity_of
from candour.post.models import EntryState, Fate, Message, MessageBytes, OutgoingMail, QueueEntry
from candour.post.reading import Kind
from candour.post.take_in import MOST_ATTEMPTS, TooLarge, read_left_over, store, take_in
from post.mails import OUR_ADDRESS, REQUEST_WORDS, bounce, mail, old_bounce

REQUESTER = f"Robin Quillfeather <{EMAIL}>"


def entry_of(raw: bytes) -> QueueEntry:
    """The only entry of a message that is taken in."""
    return take_in(raw).entries.get()


def key_of(response: Response) -> str:
    """The Message-ID of a letter that we sent."""
    return f"{response.digest[:40]}@westvale.police.example"


def test_a_message_is_stored_byte_for_byte_and_waits_in_the_queue_of_its_force(world: World) -> None:
    raw = mail()
    entry = entry_of(raw)
    assert bytes(entry.message.copies.get().content) == raw
    assert (entry.authority, entry.state, entry.case) == (world.force, EntryState.WAITING, None)
    assert entry.message.sender_address == "sorrel@requester.example"
    assert Case.objects.count() == 0


@pytest.mark.django_db
def test_every_real_message_is_stored_read_and_waits(shared: Path) -> None:
    folder = shared / "data" / "alaveteli_emails"
    if not folder.is_dir():
        pytest.skip("the real messages are not here")
    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        raw = path.read_bytes()
        message = take_in(raw)
        assert raw in [bytes(copy.content) for copy in message.copies.all()]
        assert message.read_at
    assert MessageBytes.objects.count() == len(files) == 97
    # Two of the files are one message that came on two ways: it waits once, and both copies are kept.
    assert Message.objects.count() == QueueEntry.objects.filter(state=EntryState.WAITING).count() == 96


@pytest.mark.django_db
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_stored_and_wait(raw: bytes) -> None:
    with taken_back():
        message = take_in(raw)
        assert bytes(message.copies.get().content) == raw
        assert message.entries.get().state == EntryState.WAITING


@pytest.mark.usefixtures("world")
def test_a_message_that_is_delivered_twice_is_stored_once() -> None:
    raw = mail()
    first = take_in(raw)
    again = take_in(b"Received: from elsewhere\nX-Spam: no\n" + raw.replace(b"\n", b"\r\n"))
    assert first.pk == again.pk
    assert take_in(raw).copies.count() == 2
    assert QueueEntry.objects.count() == 1


@pytest.mark.usefixtures("world")
def test_another_message_under_the_same_message_id_is_stored_too() -> None:
    take_in(mail())
    take_in(mail("Something else entirely.\n"))
    take_in(mail(sender="Mallory <m@elsewhere.example>"))
    assert Message.objects.count() == QueueEntry.objects.count() == 3


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_messages_are_the_same_only_if_they_say_the_same(one: bytes, other: bytes) -> None:
    assert identity_of(one) == identity_of(one)
    plain = [each.replace(b"\r\n", b"\n").rstrip(b"\r\n") for each in (one, other)]
    if b"essage" not in one + other:
        assert (identity_of(one) == identity_of(other)) == (plain[0] == plain[1])


def test_a_message_to_two_forces_waits_in_both_queues(world: World) -> None:
    message = take_in(mail(to=f"{OUR_ADDRESS}, {world.elsewhere.email}"))
    assert {entry.authority for entry in message.entries.all()} == {world.force, world.elsewhere}


def test_a_blind_copy_reaches_the_force_that_the_server_names(world: World) -> None:
    raw = mail(to="undisclosed@elsewhere.example")
    assert entry_of(raw).authority is None
    take_in(raw, [world.force.email])
    assert [entry.authority for entry in QueueEntry.objects.all()] == [world.force]


def test_a_tag_in_our_address_is_no_other_address(world: World) -> None:
    assert entry_of(mail(to="FOI+web@westvale.police.example")).authority == world.force


def test_mail_for_nobody_here_waits_for_an_administrator(world: World) -> None:
    entry = entry_of(mail(to="somebody@nowhere.example"))
    assert entry.authority is None
    world.officer.is_superuser = True
    give_to_force(entry.pk, world.force, world.officer)
    assert QueueEntry.objects.get().authority == world.force


def test_a_reply_of_the_requester_to_our_letter_joins_its_case_and_is_in_the_trail(world: World) -> None:
    response = sent(world)
    due, count = response.case.due, response.case.requests.count()
    entry = entry_of(mail("Thank you.\n", sender=REQUESTER, In_Reply_To=f"<{key_of(response)}>", subject="Re: answer"))
    assert (entry.state, entry.case) == (EntryState.JOINED, response.case)
    event = response.case.events.filter(kind=EventKind.MAIL).get()
    assert "Robin" not in event.detail
    case = Case.objects.get(pk=response.case_id)
    assert (case.due, case.requests.count()) == (due, count)


def test_a_message_of_the_requester_that_names_the_reference_joins_the_case(world: World) -> None:
    case = open_case(world)
    entry = entry_of(mail("Any news?\n", sender=REQUESTER, subject=f"FOI {case.reference.lower()}"))
    assert (entry.state, entry.case) == (EntryState.JOINED, case)


def test_a_message_to_two_cases_of_its_sender_has_a_copy_in_each(world: World) -> None:
    one, other = open_case(world), receive_request(world.force, incoming(text="1. How many horses?"), world.officer)
    message = take_in(mail(sender=REQUESTER, subject=f"{one.reference} and {other.reference}"))
    assert {(entry.case, entry.state) for entry in message.entries.all()} == {
        (one, EntryState.JOINED),
        (other, EntryState.JOINED),
    }
    take_in(mail(sender=REQUESTER, subject=f"{one.reference} and {other.reference}"))
    assert message.entries.count() == 2
    take_back(message.entries.get(case=one).pk, "It asks nothing there", world.officer)
    assert [entry.case for entry in message.entries.all()] == [other]
    take_back(message.entries.get().pk, "Nor there", world.officer)
    assert message.entries.get().state == EntryState.WAITING


def test_a_person_puts_a_message_to_several_cases(world: World) -> None:
    one, other = open_case(world), receive_request(world.force, incoming(text="1. How many horses?"), world.officer)
    entry = entry_of(mail())
    put_to_case(entry.pk, one, world.officer)
    with pytest.raises(Refused, match="dealt with"):
        put_to_case(entry.pk, other, world.officer)
    put_to_case(entry.pk, other, world.officer, also=True)
    with pytest.raises(Refused, match="already"):
        put_to_case(entry.pk, other, world.officer, also=True)
    assert {copy.case for copy in entry.message.entries.all()} == {one, other}


def test_a_message_that_came_past_the_server_that_checks_senders_waits(world: World, settings: Settings) -> None:
    settings.CANDOUR_MAIL_CHECKED_BY = ["mx.westvale.example"]
    case = open_case(world)
    entry = entry_of(mail(sender=REQUESTER, subject=case.reference))
    assert (entry.state, entry.suggested) == (EntryState.WAITING, case)
    passed = b"Authentication-Results: mx.westvale.example; dmarc=pass\n"
    joined = entry_of(passed + mail("Again.\n", sender=REQUESTER, subject=case.reference))
    assert joined.state == EntryState.JOINED


def test_a_second_field_of_the_sender_joins_no_case(world: World) -> None:
    case = open_case(world)
    forged = b"From: Mallory <mallory@elsewhere.example>\n" + mail(sender=REQUESTER, subject=case.reference)
    for raw in (
        forged,
        mail(sender=REQUESTER, subject=case.reference).replace(b"\nTo:", b"\nFrom: <m@e.example>\nTo:"),
    ):
        entry = entry_of(raw)
        assert entry.state == EntryState.WAITING


def test_a_withdrawal_by_a_forged_sender_withdraws_and_reveals_nothing(world: World) -> None:
    case = open_case(world)
    stage, sent_before = case_standing(case, NOW.date()).stage, OutgoingMail.objects.count()
    entry = entry_of(mail("I withdraw my request. Send me the file.\n", sender=REQUESTER, subject=case.reference))
    assert entry.case == case
    assert not entry.message.read.authentication.is_proven
    assert case_standing(case, NOW.date()).stage == stage
    assert OutgoingMail.objects.count() == sent_before


def test_a_stranger_who_names_a_case_waits_for_a_person(world: World) -> None:
    case = open_case(world)
    entry = entry_of(mail("I withdraw it.\n", subject=f"Re: {case.reference}"))
    assert (entry.state, entry.case, entry.suggested) == (EntryState.WAITING, None, case)


def test_a_forged_sender_does_not_join_a_case(world: World) -> None:
    case = open_case(world)
    checks = b"Authentication-Results: mx; spf=fail; dmarc=fail\n"
    entry = entry_of(checks + mail("I withdraw it.\n", sender=REQUESTER, subject=case.reference))
    assert (entry.state, entry.suggested) == (EntryState.WAITING, case)
    assert "checks of the sender failed" in entry.why_waiting


def test_the_reference_of_another_force_leads_nowhere(world: World) -> None:
    case = open_case(world)
    entry = entry_of(mail("Hello.\n", sender=REQUESTER, to=world.elsewhere.email, subject=case.reference))
    assert (entry.authority, entry.suggested) == (world.elsewhere, None)


def test_a_requester_who_names_no_case_waits(world: World) -> None:
    open_case(world)
    entry = entry_of(mail("A further question: how many dogs?\n", sender=REQUESTER))
    assert (entry.state, entry.suggested) == (EntryState.WAITING, None)


def test_a_bounce_comes_back_to_its_case_and_changes_nothing_else(world: World) -> None:
    response = sent(world)
    entry = entry_of(bounce(key_of(response)))
    assert (entry.state, entry.case, entry.message.kind) == (EntryState.JOINED, response.case, Kind.BOUNCE)
    assert "came back" in response.case.events.filter(kind=EventKind.MAIL).get().detail
    response.refresh_from_db()
    assert response.state == "sent"


def test_a_bounce_of_a_server_that_writes_no_reports_comes_back_to_its_case(world: World) -> None:
    response = sent(world)
    entry = entry_of(old_bounce(key_of(response)))
    assert (entry.case, entry.message.kind) == (response.case, Kind.BOUNCE)
    assert not OutgoingMail.objects.filter(response=response).exclude(fate=Fate.RETURNED)


def test_a_bounce_of_a_letter_that_we_never_sent_waits(world: World) -> None:
    response = sent(world)
    entry = entry_of(bounce("0" * 40 + "@westvale.police.example"))
    assert (entry.state, entry.message.kind) == (EntryState.WAITING, Kind.BOUNCE)
    assert not response.case.events.filter(kind=EventKind.MAIL).exists()


def test_an_automatic_reply_opens_and_closes_nothing(world: World) -> None:
    response = sent(world)
    count = Case.objects.count()
    raw = mail("I am away.\n", sender=REQUESTER, subject="Automatic reply", In_Reply_To=f"<{key_of(response)}>")
    entry = entry_of(raw)
    assert (entry.state, entry.message.kind) == (EntryState.JOINED, Kind.AUTO_REPLY)
    assert entry_of(mail("Away.\n", subject="Out of office", message_id="<2@x>")).state == EntryState.WAITING
    assert Case.objects.count() == count


def test_a_message_whose_reading_is_interrupted_is_read_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "read_message", killed)
        with pytest.raises(KeyboardInterrupt):
            take_in(mail())
    assert Message.objects.get().read_at is None
    assert read_left_over() == 0, "another process may be reading it at this moment"
    with time_machine.travel(NOW.replace(hour=11)):
        assert read_left_over() == 1
    assert QueueEntry.objects.get().authority == world.force
    assert take_in(mail()).pk == Message.objects.get().pk


@pytest.mark.usefixtures("world")
def test_a_message_that_cannot_be_placed_for_an_error_of_ours_is_acknowledged_and_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(*_given: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(module, "place", failing)
        number = take_in(mail()).pk
        for hour in range(11, 11 + MOST_ATTEMPTS):
            with time_machine.travel(NOW.replace(hour=hour)):
                read_left_over()
    module.read_stored(number)
    assert "could not be read" in QueueEntry.objects.get().why_waiting
    assert bytes(Message.objects.get().copies.get().content) == mail()


def test_a_message_that_kills_its_reader_each_time_waits_with_its_beginning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> Any:
        raise KeyboardInterrupt

    case = open_case(world)
    number = store(mail(sender=REQUESTER, subject=case.reference)).pk
    monkeypatch.setattr(module, "read_message", killed)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            module.read_stored(number)
    module.read_stored(number)
    entry = QueueEntry.objects.get()
    assert "could not be read" in entry.why_waiting
    assert (entry.state, entry.authority, entry.suggested) == (EntryState.WAITING, world.force, case)
    assert "How many drones" in entry.message.read.own


@pytest.mark.usefixtures("world")
def test_nothing_is_stored_when_the_bytes_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(**_given: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(MessageBytes.objects, "create", failing)
    with pytest.raises(DatabaseError):
        take_in(mail())
    assert not Message.objects.exists()


@pytest.mark.usefixtures("world")
def test_a_message_beyond_all_measure_is_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_MESSAGE", 100)
    with pytest.raises(TooLarge):
        take_in(mail())
    assert not Message.objects.exists()


def test_a_message_becomes_one_request_however_often_it_is_confirmed(world: World) -> None:
    entry = entry_of(mail())
    form = request_form(entry)
    given = incoming(text=form.initial["text"], submission=form.initial["submission"], title=form.initial["title"])
    case = make_request(entry.pk, given, world.officer)
    assert [question.text for question in case.questions.all()] == [
        "How many drones does the force own?",
        "What did each of them cost?",
    ]
    assert case.events.filter(kind=EventKind.MAIL).exists()
    with pytest.raises(Refused):
        make_request(entry.pk, given, world.officer)
    assert Case.objects.count() == 1


def test_what_is_done_with_a_message_can_be_undone_and_is_in_the_trail(world: World) -> None:
    case = open_case(world)
    entry = entry_of(mail())
    put_to_case(entry.pk, case, world.officer)
    take_back(entry.pk, "It is about drones.", world.officer)
    details = list(case.events.filter(kind=EventKind.MAIL).values_list("detail", flat=True))
    assert details == ["A message was put to the case.", "A message was taken out of the case: It is about drones."]
    not_the_suggested(entry.pk, world.officer)
    not_request(entry.pk, "An advertisement.", world.officer)
    entry.refresh_from_db()
    assert (entry.state, entry.case, entry.suggested) == (EntryState.NOT_REQUEST, None, None)
    assert bytes(entry.message.copies.get().content) == mail()


def test_nobody_deals_with_the_mail_of_another_force(world: World) -> None:
    entry = entry_of(mail())
    for step in (
        lambda: not_request(entry.pk, "x", world.outsider),
        lambda: put_to_case(entry.pk, open_case(world), world.outsider),
        lambda: take_back(entry.pk, "x", world.outsider),
        lambda: give_to_force(entry.pk, world.elsewhere, world.outsider),
    ):
        with pytest.raises(Refused):
            step()
    entry.refresh_from_db()
    assert entry.state == EntryState.WAITING


@pytest.mark.usefixtures("world")
def test_what_was_read_is_kept_with_the_message() -> None:
    take_in(mail())
    assert REQUEST_WORDS.strip() in Message.objects.get().read.text


def test_destroying_a_case_leaves_the_copy_of_a_message_in_the_other(world: World) -> None:
    one, other = open_case(world), receive_request(world.force, incoming(text="1. How many horses?"), world.officer)
    message = take_in(mail(sender=REQUESTER, subject=f"{one.reference} and {other.reference}"))
    empty_mail(one.pk)
    assert [entry.case for entry in message.entries.all()] == [other]
    assert message.copies.count() == 1
    empty_mail(other.pk)
    assert not Message.objects.exists()
    assert not MessageBytes.objects.exists()
