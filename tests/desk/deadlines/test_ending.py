"""A request that ends without an answer: out of the queues, counted as such, without a clock, and taken up again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.caseload.overview import overview
from candour.desk.caseload.queues import Queue
from candour.desk.deadlines.clock import record_event
from candour.desk.deadlines.ending import close_lapsed, end_request
from candour.desk.models import Case, ResponseState
from candour.desk.refusals import Refused
from candour.desk.stage import Stage, case_standing
from candour.desk.statistics.quarters import Quarter, figures_by_quarter
from candour.law.clock import ClarificationAsked, ClarificationGiven, Transferred, Withdrawn
from desk.world import TODAY, World, open_case, prepared


def figures(world: World) -> dict[str, int]:
    quarters = {Quarter.of(day) for day in Case.objects.values_list("received", flat=True)}
    found = [each.figures for each in figures_by_quarter(world.force, quarters, TODAY)]
    return {name: sum(each[name] for each in found) for name in ("received", "open", "withdrawn", "closed")}


def lapse(world: World) -> Case:
    """A case whose requester was asked what is meant, and whose day to say so has passed."""
    case = open_case(world)
    asked = TODAY - timedelta(days=1)
    record_event(case, ClarificationAsked(asked, reply_by=asked), world.officer)
    return case


def test_a_withdrawn_request_leaves_the_queues_and_is_counted_as_such(world: World) -> None:
    """Its letter that was up is void, and no date runs any more."""
    letter = prepared(world)
    other = open_case(world)
    end_request(letter.case, Withdrawn(TODAY), world.officer)
    letter.refresh_from_db()
    assert letter.state == ResponseState.VOID
    stands = case_standing(letter.case, TODAY)
    assert (stands.stage, stands.why_ended, stands.days_left) == (Stage.ENDED, "The requester withdrew it", None)
    seen = overview(world.force, world.officer, TODAY)
    assert (seen.stages[Stage.ENDED], seen.stages[Stage.CLOSED], sum(seen.stages.values())) == (1, 0, 2)
    assert not seen.queues[Queue.AWAITING]
    assert list(seen.chosen("", Stage.ENDED, "")) == [letter.case_id]
    assert not seen.chosen("", Stage.CLOSED, "")
    assert seen.chosen("", Stage.NEW, "") == [other.pk]
    assert figures(world) == {"received": 2, "open": 1, "withdrawn": 1, "closed": 0}


def test_the_questions_of_a_request_that_ended_are_not_answered(world: World, client: Client) -> None:
    """While it is open, nobody has started; then nobody will."""
    case = open_case(world)
    client.force_login(world.officer)
    page = reverse("desk:case", args=[case.pk])
    assert "Not started" in client.get(page).content.decode()
    end_request(case, Withdrawn(TODAY), world.officer)
    text = client.get(page).content.decode()
    assert "Not started" not in text and "Not answered" in text


def test_what_was_withdrawn_is_not_taken_up_again(world: World) -> None:
    """In law anything further is a new request."""
    case = lapse(world)
    end_request(case, Withdrawn(TODAY), world.officer)
    with pytest.raises(Refused, match="anything further is a new request"):
        record_event(case, ClarificationGiven(TODAY), world.officer)
    with pytest.raises(Refused, match="closed already"):
        end_request(case, Withdrawn(TODAY), world.officer)


def test_a_lapsed_request_is_closed_on_the_page_of_its_clock_and_taken_up_when_clarification_comes(
    world: World,
) -> None:
    """Only once the requester's day has passed; the reason is said on the case, and the clock begins anew."""
    with pytest.raises(Refused, match="has not lapsed"):
        close_lapsed(open_case(world), world.officer)
    case = lapse(world)
    client = Client()
    client.force_login(world.officer)
    page = reverse("desk:clock", args=[case.pk])
    assert "Close the request" in client.get(page).content.decode()
    client.post(page)
    assert "the requester did not answer in time" in client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "Close the request" not in client.get(page).content.decode()
    assert Case.objects.get(pk=case.pk).final_stage == Stage.ENDED
    record_event(case, ClarificationGiven(TODAY), world.officer)
    stands = case_standing(case, TODAY)
    assert (stands.stage, stands.days_left) == (Stage.NEW, 20)
    assert not Case.objects.get(pk=case.pk).final_stage


def test_a_request_that_went_to_another_authority_has_ended(world: World) -> None:
    """With the requester's agreement; without it nothing changes."""
    case = open_case(world)
    with pytest.raises(Refused):
        end_request(case, Transferred(TODAY, "Kingsferry Police"), world.officer)
    assert case_standing(case, TODAY).stage is Stage.NEW
    end_request(case, Transferred(TODAY, "Kingsferry Police", agreed=True), world.officer)
    assert case_standing(case, TODAY).why_ended == "It went to another authority"
