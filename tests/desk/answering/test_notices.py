"""Letters that are no answer: written, cleared and sent like one, and known to the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from candour.desk.answering.notices import details_of, notice_from
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare_notice
from candour.desk.deadlines.clock import record_event
from candour.desk.models import Case, ResponseState
from candour.desk.models.response import LetterKind
from candour.desk.refusals import NotAllowed, Refused
from candour.law import Provision
from candour.law.clock import ClarificationAsked, ClarificationGiven
from candour.letters.notices import Clarification, Extension, FeesNotice, Notice, Unclear
from candour.post.send import send
from desk.world import NAME, TODAY, World, cleared, decide_all, open_case, sent

CLARIFICATION = Clarification((Unclear("police horses", "which years you mean.", "we keep figures by year."),))
FEES = FeesNotice((("Printing 240 pages", Decimal("24.00")),), "By cheque.", date(2026, 6, 26))
EXTENSION = Extension((Provision.parse("31(1)(a)"),), (), "question 1", "The matter is live.", date(2026, 4, 30))
EVERY = [
    (LetterKind.CLARIFICATION, CLARIFICATION, "clarification_asked"),
    (LetterKind.FEES_NOTICE, FEES, "fees_notice"),
    (LetterKind.EXTENSION, EXTENSION, "extension_notified"),
]


@pytest.mark.parametrize(("kind", "notice", "event"), EVERY)
def test_a_notice_is_cleared_sent_and_told_to_the_clock(
    world: World, kind: LetterKind, notice: Notice, event: str
) -> None:
    """It goes out as cleared, names the requester, and the clock records what it means; the case stays open."""
    case = open_case(world)
    response = prepare_notice(case.pk, kind, notice, TODAY, world.officer)
    with pytest.raises(NotAllowed):
        clear(response.pk, response.digest, world.officer)
    send(clear(response.pk, response.digest, world.approver).pk, world.officer)
    assert NAME in mail.outbox[0].body
    assert [stored.kind for stored in case.clock_events.all()] == [event]
    assert not case.responses.filter(kind=LetterKind.ANSWER).exists()


@pytest.mark.parametrize(("kind", "notice", "event"), EVERY)
def test_a_notice_is_kept_as_plain_values(kind: LetterKind, notice: Notice, event: str) -> None:
    """What is stored makes the same notice again."""
    assert notice_from(kind, details_of(notice)) == notice


@pytest.mark.parametrize(
    ("kind", "notice", "why"),
    [
        (LetterKind.CLARIFICATION, Clarification(()), "what has to be made clear"),
        (LetterKind.CLARIFICATION, Clarification((Unclear("", "what?", " "),)), "why you need it"),
        (LetterKind.FEES_NOTICE, FeesNotice((), "By cheque.", date(2026, 6, 26)), "what the fee is for"),
        (LetterKind.FEES_NOTICE, FeesNotice((("Staff time", Decimal(75)),), "x", date(2026, 6, 26)), "time of staff"),
        (LetterKind.EXTENSION, Extension((Provision.parse("40(1)"),), (), "1", "x", date(2026, 4, 30)), "40\\(1\\)"),
        (LetterKind.EXTENSION, Extension((Provision.parse("12(1)"),), (), "1", "x", date(2026, 4, 30)), "12\\(1\\)"),
        (LetterKind.EXTENSION, replace(EXTENSION, estimated=date(2026, 7, 30)), "estimated date"),
    ],
)  # fmt: skip
def test_what_the_law_asks_of_a_notice_is_asked(world: World, kind: LetterKind, notice: Notice, why: str) -> None:
    """A notice that lacks something is not put up, and the reason says what to do."""
    with pytest.raises(Refused, match=why):
        prepare_notice(open_case(world).pk, kind, notice, TODAY, world.officer)


def test_an_extension_after_the_twentieth_day_is_refused(world: World) -> None:
    """The notice is owed by the twentieth working day (s10(3), s17(1))."""
    case = open_case(world, received=date(2026, 2, 2))
    with pytest.raises(Refused, match="too late"):
        prepare_notice(case.pk, LetterKind.EXTENSION, EXTENSION, TODAY, world.officer)


def test_no_more_time_is_claimed_while_the_time_stands_still(world: World) -> None:
    """Nothing is owed before the requester has said what is meant; the period that begins then can be extended."""
    case = open_case(world)
    record_event(case, ClarificationAsked(TODAY), world.officer)
    with pytest.raises(Refused, match="claim it once the time runs again"):
        prepare_notice(case.pk, LetterKind.EXTENSION, EXTENSION, TODAY, world.officer)
    record_event(case, ClarificationGiven(TODAY), world.officer)
    assert prepare_notice(case.pk, LetterKind.EXTENSION, EXTENSION, TODAY, world.officer).pk


def test_a_notice_leaves_an_answer_that_is_cleared_alone(world: World) -> None:
    """Two letters of a case do not stand in each other's way, but two notices do."""
    response = cleared(world)
    prepare_notice(response.case_id, LetterKind.CLARIFICATION, CLARIFICATION, TODAY, world.officer)
    response.refresh_from_db()
    assert response.state == ResponseState.CLEARED
    with pytest.raises(Refused, match="on its way"):
        prepare_notice(response.case_id, LetterKind.EXTENSION, EXTENSION, TODAY, world.officer)


def test_after_the_answer_there_is_nothing_to_announce(world: World) -> None:
    """No notice goes out once the answer has."""
    case = sent(world).case
    with pytest.raises(Refused, match="has been sent"):
        prepare_notice(case.pk, LetterKind.CLARIFICATION, CLARIFICATION, TODAY, world.officer)


def test_a_notice_is_written_in_the_browser(world: World, client: Client) -> None:
    """The page says what is missing, then puts the letter up and leads to its clearance."""
    case: Case = decide_all(world, open_case(world))
    client.force_login(world.officer)
    address = reverse("desk:new-notice", args=[case.pk, "extension"])
    given = {"citation": "40(1)", "questions": "1", "why": "Live.", "estimated_day": "30", "estimated_month": "4"}
    given |= {"estimated_year": "2026", "dated_day": "27", "dated_month": "3", "dated_year": "2026"}
    assert "no public interest test applies to it" in client.post(address, given).content.decode()
    assert client.post(address, given | {"citation": "31(1)(a)"}).status_code == 302
    response = case.responses.get(kind=LetterKind.EXTENSION)
    page = client.get(reverse("desk:notice-clearance", args=[case.pk, response.pk])).content.decode()
    assert "We need more time to consider the public interest" in page
    assert NAME not in page


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("clarification", ("Say what we need to know", "Say why we need it")),
        ("fees_notice", ("Say what is charged", "Enter how many pounds it costs", "Say how it can be paid")),
        ("extension", ("Name the qualified exemption", "Say for which questions", "Say why we need more time")),
    ],
)
def test_an_empty_form_says_what_to_do(world: World, client: Client, kind: str, says: tuple[str, ...]) -> None:
    """Each message names what it wants, for in the summary of errors it stands alone."""
    case: Case = decide_all(world, open_case(world))
    client.force_login(world.officer)
    page = client.post(reverse("desk:new-notice", args=[case.pk, kind]), {}).content.decode()
    assert all(words in page for words in says)
    assert "This field is required" not in page


def test_a_second_notice_is_refused_before_it_is_written(world: World, client: Client) -> None:
    """The page leads to the one that is on its way, and offers no form until that one went."""
    case = open_case(world)
    first = prepare_notice(case.pk, LetterKind.CLARIFICATION, CLARIFICATION, TODAY, world.officer)
    client.force_login(world.officer)
    address = reverse("desk:new-notice", args=[case.pk, "fees_notice"])
    page = client.get(address).content.decode()
    assert "The request for clarification of 27 March 2026 is awaiting clearance" in page
    assert reverse("desk:notice-clearance", args=[case.pk, first.pk]) in page
    assert "Put it up for clearance" not in page
    send(clear(first.pk, first.digest, world.approver).pk, world.officer)
    assert "Put it up for clearance" in client.get(address).content.decode()


def test_what_is_decided_is_not_offered_to_be_handed_over(world: World, client: Client) -> None:
    """With no question to choose, the page says what to do in place of a form that could not be sent."""
    client.force_login(world.officer)
    address = reverse("desk:new-notice", args=[decide_all(world, open_case(world)).pk, "hand_over"])
    page = client.get(address).content.decode()
    assert "take its decision away first" in page
    assert "Put it up for clearance" not in page


def test_a_citation_that_cannot_be_read_says_how_it_is_written(world: World, client: Client) -> None:
    """Whoever wrote one learns an example."""
    client.force_login(world.officer)
    address = reverse("desk:new-notice", args=[open_case(world).pk, "extension"])
    assert "Write it like 31(1)(a) and (b)" in client.post(address, {"citation": "nonsense"}).content.decode()


def test_half_a_row_of_a_fees_notice_is_an_error_and_not_lost(world: World, client: Client) -> None:
    """What is charged without its amount, or an amount for nothing, would be missing from the letter."""
    case: Case = decide_all(world, open_case(world))
    client.force_login(world.officer)
    given = {"item_0": "Postage", "amount_0": "4", "item_1": "Copies", "amount_2": "9", "how_to_pay": "By card."}
    given |= {"dated_day": "27", "dated_month": "3", "dated_year": "2026"}
    page = client.post(reverse("desk:new-notice", args=[case.pk, "fees_notice"]), given).content.decode()
    assert "Enter how many pounds it costs" in page
    assert "Say what is charged" in page
    assert not case.responses.exists()
