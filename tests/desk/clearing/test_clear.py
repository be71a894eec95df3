"""A second person clears exactly what will be sent, and any change afterwards voids it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.desk.answering.decide import changing, complete, save_fields
from candour.desk.clearing.clear import clear, send_back, why_not_clear
from candour.desk.clearing.frozen import package_digest
from candour.desk.clearing.put_up import prepare
from candour.desk.clearing.void import void_if_changed
from candour.desk.models import Authority, EventKind, Question, Requester, Response, ResponseFile, ResponseState
from candour.desk.refusals import NotAllowed, Refused
from candour.post.send import send
from desk.world import EMAIL, NAME, TODAY, World, cleared, decide_all, decision_on, open_case, prepared, taken_back

Change = Callable[[World, Response], object]


def change_decision(world: World, response: Response) -> None:
    """Somebody saves another explanation."""
    decision = decision_on(response.case, "1")
    with changing(decision, decision.version, world.officer, "explained") as stored:
        save_fields(stored, {"explanation": "Otherwise."})


def change_force(**values: str) -> Change:
    """An administrator changes what the force says of itself."""
    return lambda world, _: Authority.objects.filter(pk=world.force.pk).update(**values)


def change_requester(**values: str) -> Change:
    """The requester turns out to be somebody else, or somewhere else."""
    return lambda _, response: Requester.objects.filter(pk=response.case.requester_id).update(**values)


def change_table(**values: list[object]) -> Change:
    """A table that is attached has other cells or notes."""
    return lambda _, response: decision_on(response.case, "2").exhibits.update(**values)


CHANGES: dict[str, Change] = {
    "a decision": change_decision,
    "a question": lambda _, response: Question.objects.filter(case=response.case, number="1").update(text="Other?"),
    "the wording of the force": change_force(wording='closing = "With kind regards"'),
    "the address of the force": change_force(unit="FOI"),
    "where a review is asked for": change_force(review_contact="x"),
    "the name of the requester": change_requester(name="Jo Other"),
    "where it is sent": change_requester(email="other@requester.example"),
    "a figure": change_table(rows=[["2024", "13"], ["2025", "9"]]),
    "a note beneath the figures": change_table(notes=["x"]),
}


# Putting up


def test_a_letter_is_frozen_as_the_bytes_that_will_be_sent(world: World) -> None:
    """Text, HTML, PDF and each attachment are stored with their digests, to the requester's address."""
    response = prepared(world)
    files = list(response.files.all())
    assert [(file.name, file.purpose) for file in files] == [
        ("1A-26_letter.txt", "letter"),
        ("1A-26_letter.html", "letter"),
        ("1A-26_letter.pdf", "letter"),
        ("horses.csv", "attachment"),
    ]
    assert all(file.sha256 == hashlib.sha256(bytes(file.content)).hexdigest() for file in files)
    assert (response.recipient, response.dated, response.state) == (EMAIL, TODAY, ResponseState.AWAITING_CLEARANCE)
    assert f"Dear {NAME}".encode() in bytes(files[0].content)
    assert response.digest == package_digest(response, files)


def test_the_digest_is_of_everything_that_will_be_sent(world: World) -> None:
    """Another recipient, subject, date, name, order or byte is another digest."""
    response = prepared(world)
    files = list(response.files.all())
    seen = {package_digest(response, files)}
    for name, value in (("recipient", "x@y.example"), ("mail_subject", "x"), ("dated", TODAY - timedelta(days=1))):
        kept = getattr(response, name)
        setattr(response, name, value)
        seen.add(package_digest(response, files))
        setattr(response, name, kept)
    for name, value in (("name", "x"), ("media_type", "x/y"), ("purpose", "letter"), ("content", b"x")):
        kept = getattr(files[-1], name)
        setattr(files[-1], name, value)
        seen.add(package_digest(response, files))
        setattr(files[-1], name, kept)
    seen.add(package_digest(response, files[:-1]))
    assert len(seen) == 9


def test_an_incomplete_letter_is_not_put_up(world: World) -> None:
    """What is missing is told by question, and nothing is stored."""
    with pytest.raises(Refused, match="question 1: Decide this question; question 2: Decide this question"):
        prepared(world, open_case(world))
    assert not Response.objects.exists()


def test_a_decision_that_nobody_completed_is_not_put_up(world: World) -> None:
    """Complete in law is not enough: whoever decides says when it is done."""
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "1")
    with changing(decision, decision.version, world.officer, "x"):
        pass
    with pytest.raises(Refused, match="Question 1: Mark the decision as complete"):
        prepared(world, case)


@pytest.mark.parametrize(("days", "says"), [(1, "in the future"), (-30, "on or after the day of receipt")])
def test_a_letter_has_a_date_that_it_can_have(world: World, days: int, says: str) -> None:
    """Neither a day to come nor a day before receipt."""
    case = decide_all(world, open_case(world))
    with pytest.raises(Refused, match=says):
        prepare(case.pk, TODAY + timedelta(days=days), world.officer)


def test_putting_up_is_in_the_trail(world: World) -> None:
    """The trail names who, the date and the digest."""
    response = prepared(world)
    event = response.case.events.last()
    assert event is not None
    assert (event.kind, event.actor) == (EventKind.PREPARED, world.officer)
    assert response.digest[:16] in event.detail
    assert NAME not in event.detail


# Clearing


def test_an_approver_clears_what_they_read(world: World) -> None:
    """Clearance keeps who, when and the digest, and is in the trail."""
    response = cleared(world)
    assert (response.state, response.cleared_by, response.cleared_digest) == (
        ResponseState.CLEARED,
        world.approver,
        response.digest,
    )
    assert response.cleared_at is not None
    assert response.case.events.last().kind == EventKind.CLEARED  # type: ignore[union-attr]


def test_an_officer_cannot_clear(world: World) -> None:
    """Clearing takes an approver, whoever made the letter."""
    case = decide_all(world, open_case(world))
    response = prepare(case.pk, TODAY, world.approver)
    with pytest.raises(NotAllowed, match="Only an approver"):
        clear(response.pk, response.digest, world.officer)
    assert Response.objects.get().state == ResponseState.AWAITING_CLEARANCE


def test_nobody_clears_what_they_put_up(world: World) -> None:
    """An approver who put the letter up needs another approver."""
    response = prepare(decide_all(world, open_case(world)).pk, TODAY, world.approver)
    with pytest.raises(NotAllowed, match="had a hand in this letter"):
        clear(response.pk, response.digest, world.approver)
    assert clear(response.pk, response.digest, world.second).state == ResponseState.CLEARED


def test_nobody_clears_what_they_decided(world: World) -> None:
    """An approver who saved one of its decisions needs another approver."""
    case = open_case(world)
    decide_all(World(world.force, world.approver, world.approver, world.second, world.elsewhere, world.outsider), case)
    response = prepared(world, case)
    assert why_not_clear(response, world.approver)
    with pytest.raises(NotAllowed, match="had a hand in this letter"):
        clear(response.pk, response.digest, world.approver)


def test_nobody_clears_what_they_wrote_before_somebody_else_saved_it(world: World) -> None:
    """Whoever wrote the reasons had a hand in them, though another person pressed the last button."""
    # BUG (reported): only the last saver of a decision counts, so that an approver writes everything, lets an officer
    # save once more, and clears it.
    case = open_case(world)
    decide_all(World(world.force, world.approver, world.approver, world.second, world.elsewhere, world.outsider), case)
    for number in ("1", "2"):
        decision = decision_on(case, number)
        with changing(decision, decision.version, world.officer, "looked at"):
            pass
        complete(decision_on(case, number), decision.version + 1, world.officer)
    response = prepared(world, case)
    with pytest.raises(NotAllowed, match="had a hand in this letter"):
        clear(response.pk, response.digest, world.approver)


def test_an_approver_of_another_force_cannot_clear(world: World) -> None:
    """A letter is cleared within the force that sends it."""
    # BUG (reported): `clear` and `send_back` rely on the page for this; `send` checks it itself.
    response = prepared(world)
    with pytest.raises(NotAllowed):
        clear(response.pk, response.digest, world.outsider)


@pytest.mark.parametrize("digest", ["", "0" * 64, "x"])
def test_another_digest_is_not_cleared(world: World, digest: str) -> None:
    """Who clears names the digest of what they read, and only that is cleared."""
    response = prepared(world)
    with pytest.raises(Refused, match="not the one that you read"):
        clear(response.pk, digest, world.approver)
    assert Response.objects.get().state == ResponseState.AWAITING_CLEARANCE


def test_bytes_that_were_changed_in_the_store_are_not_cleared(world: World) -> None:
    """The digest is taken again from the bytes at the moment of clearance."""
    response = prepared(world)
    ResponseFile.objects.filter(name="horses.csv").update(content=b"Year,Horses\r\n2024,99\r\n")
    with pytest.raises(Refused, match="not the one that you read"):
        clear(response.pk, response.digest, world.approver)


def test_a_letter_is_cleared_once(world: World) -> None:
    """A second approver is told that it is no longer up."""
    response = cleared(world)
    with pytest.raises(Refused, match="no longer awaiting clearance"):
        clear(response.pk, response.digest, world.second)
    assert Response.objects.get().cleared_by == world.approver


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_since_it_was_put_up_is_not_cleared(world: World, what: str) -> None:
    """The letter becomes void instead, so that it can be put up again, and that is in the trail."""
    # BUG (reported): the cells of a table that goes as a file are not in `tree_digest`, so their change is not noticed.
    response = prepared(world)
    CHANGES[what](world, response)
    with pytest.raises(Refused):
        clear(response.pk, response.digest, world.approver)
    response.refresh_from_db()
    assert response.state == ResponseState.VOID
    assert response.void_because
    assert EventKind.VOIDED in [event.kind for event in response.case.events.all()]


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_since_it_was_cleared_is_not_sent(world: World, what: str) -> None:
    """No change of decision, question, figure, wording or recipient after clearance leaves the force."""
    # BUG (reported): as above.
    response = cleared(world)
    CHANGES[what](world, response)
    with pytest.raises(Refused):
        send(response.pk, world.officer)
    assert mail.outbox == []
    response.refresh_from_db()
    assert response.state not in {ResponseState.SENT, ResponseState.SENDING}


@pytest.mark.parametrize("what", CHANGES)
def test_after_a_change_the_letter_can_be_put_up_again(world: World, what: str) -> None:
    """A clearance that no longer holds does not stand in the way of a new one."""
    # BUG (reported): as above, for figures.
    response = cleared(world)
    CHANGES[what](world, response)
    with pytest.raises(Refused):
        send(response.pk, world.officer)
    for number in ("1", "2"):
        decision = decision_on(response.case, number)
        complete(decision, decision.version, world.officer)
    again = prepare(response.case_id, TODAY, world.officer)
    assert send(clear(again.pk, again.digest, world.approver).pk, world.officer).state == ResponseState.SENT


def tampered_content(response: Response) -> None:
    """Somebody changes a byte in the store."""
    file = response.files.get(name="1A-26_letter.pdf")
    ResponseFile.objects.filter(pk=file.pk).update(content=bytes(file.content) + b"\n")


TAMPERING: dict[str, Callable[[Response], object]] = {
    "a byte": tampered_content,
    "a name": lambda response: response.files.filter(name="horses.csv").update(name="carts.csv"),
    "a file less": lambda response: response.files.filter(name="horses.csv").delete(),
    "a file more": lambda response: ResponseFile.objects.create(
        response=response,
        position=9,
        purpose="attachment",
        name="x.csv",
        media_type="text/csv",
        sha256="",
        content=b"x",
    ),
    "the recipient": lambda response: Response.objects.filter(pk=response.pk).update(recipient="x@y.example"),
    "the subject": lambda response: Response.objects.filter(pk=response.pk).update(mail_subject="x"),
    "the cleared digest": lambda response: Response.objects.filter(pk=response.pk).update(cleared_digest="0" * 64),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_tampered_with_is_not_sent(world: World, what: str) -> None:
    """Whatever is changed in the store after clearance, nothing is sent and the letter is void."""
    response = cleared(world)
    TAMPERING[what](response)
    with pytest.raises(Refused, match="not those that were cleared"):
        send(response.pk, world.officer)
    assert mail.outbox == []
    assert Response.objects.get().state == ResponseState.VOID


def test_one_other_byte_anywhere_makes_sending_impossible(world: World) -> None:
    """Whichever byte of whichever file of letter and attachments, also where its own digest is put right with it."""
    response = cleared(world)
    files = list(response.files.all())
    assert {file.media_type.partition(";")[0] for file in files} == {
        "text/plain",
        "text/html",
        "application/pdf",
        "text/csv",
    }

    @settings(max_examples=25)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(files))
        content = bytearray(bytes(file.content))
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        digests = {"sha256": hashlib.sha256(content).hexdigest()} if data.draw(st.booleans()) else {}
        with taken_back():
            ResponseFile.objects.filter(pk=file.pk).update(content=bytes(content), **digests)
            with pytest.raises(Refused, match="not those that were cleared"):
                send(response.pk, world.officer)
            assert Response.objects.get().state == ResponseState.VOID

    holds()
    assert mail.outbox == []
    assert send(response.pk, world.officer).state == ResponseState.SENT


def test_what_nobody_changed_is_found_unchanged(world: World) -> None:
    """Time passing voids nothing."""
    response = cleared(world)
    assert void_if_changed(response, world.officer) == ""
    assert Response.objects.get().state == ResponseState.CLEARED


# Sending back


def test_a_letter_is_sent_back_with_a_reason(world: World) -> None:
    """The officer reads the reason on the case, and the decisions stay as they are."""
    response = prepared(world)
    send_back(response.pk, "The balance says too little.", world.approver)
    response.refresh_from_db()
    assert (response.state, response.void_because) == (ResponseState.VOID, "The balance says too little.")
    event = response.case.events.last()
    assert event is not None
    assert (event.kind, event.why) == (EventKind.SENT_BACK, "The balance says too little.")
    assert all(decision.completed for decision in response.case.decisions.all())


def test_a_cleared_letter_can_still_be_sent_back(world: World) -> None:
    """Until it is sent, an approver can think again."""
    response = cleared(world)
    send_back(response.pk, "Wait.", world.second)
    with pytest.raises(Refused, match="has not been cleared"):
        send(response.pk, world.officer)


def test_an_officer_cannot_send_back(world: World) -> None:
    """Sending back is for approvers, as clearing is."""
    response = prepared(world)
    with pytest.raises(NotAllowed):
        send_back(response.pk, "x", world.officer)
    assert Response.objects.get().state == ResponseState.AWAITING_CLEARANCE


def test_a_sent_letter_is_not_sent_back(world: World) -> None:
    """What has gone cannot be called back."""
    response = send(cleared(world).pk, world.officer)
    with pytest.raises(Refused):
        send_back(response.pk, "x", world.approver)
    assert Response.objects.get().state == ResponseState.SENT
