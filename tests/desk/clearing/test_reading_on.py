"""Whoever comes to a letter, or to where none is, learns whom it waits for and where to go on."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.answering.checks import lint_case
from candour.desk.caseload.profile import set_profile
from candour.desk.clearing.clear import clear, send_back
from candour.desk.clearing.passages import comment
from candour.desk.clearing.put_up import prepare
from candour.desk.models import Case, EventKind, Profile, Response, StaffMember
from candour.post.send import send
from desk.world import TODAY, World, cleared, decide_all, make_staff, open_case, prepared, sent

RULES = """
[steps.legal]
name = "Legal adviser"
roles = ["legal"]

[steps.press]
name = "Press office"
roles = ["press"]

[steps.approver]
name = "Approver"
roles = ["approver"]

[[rules]]
name = "High"
profile = ["high"]
steps = [["legal", "press"], ["approver"]]

[[rules]]
name = "Others"
steps = [["approver"]]
"""


@pytest.fixture
def legal(world: World) -> StaffMember:
    """A legal adviser of a force that asks legal and press about high-profile cases."""
    world.force.clearance = RULES
    world.force.save()
    return make_staff(world.force, "legal", "Leo", "legal")


def high(world: World) -> Response:
    case = decide_all(world, open_case(world))
    set_profile(case.pk, Profile.HIGH, "In the news.", world.officer)
    return prepared(world, Case.objects.get(pk=case.pk))


def read(client: Client, name: str, *args: Any, **query: Any) -> str:
    """The text of a page of the desk, redirects followed."""
    return html.unescape(client.get(reverse(f"desk:{name}", args=args), query, follow=True).content.decode())


@pytest.mark.parametrize("page", ["clearance", "publish"])
def test_a_case_without_a_letter_says_what_is_missing(world: World, client: Client, page: str) -> None:
    """The address of the letter leads to what it lacks; of a case of another force nothing is told."""
    client.force_login(world.officer)
    case = open_case(world)
    found = read(client, page, case.pk)
    assert "No letter of this case is up for clearance yet. This page says what it lacks." in found
    assert "What is missing" in found
    client.force_login(world.outsider)
    assert client.get(reverse(f"desk:{page}", args=[case.pk])).status_code == 404


@pytest.mark.parametrize("page", ["notice-clearance", "publish-letter"])
def test_a_letter_that_went_back_leads_to_its_case(world: World, client: Client, page: str) -> None:
    """Its address says why it does not hold any more; one that never was is not found."""
    client.force_login(world.officer)
    letter = prepared(world)
    send_back(letter.pk, "Name the limb.", world.approver)
    found = read(client, page, letter.case_id, letter.pk)
    assert "That letter does not hold any more. Name the limb." in found
    assert client.get(reverse(f"desk:{page}", args=[letter.case_id, letter.pk + 1])).status_code == 404


def test_an_answer_that_was_not_sent_leads_to_its_clearance(world: World, client: Client) -> None:
    """Who came to publish it reads how far it has got."""
    client.force_login(world.officer)
    letter = prepared(world)
    found = read(client, "publish", letter.case_id)
    assert "Only an answer that has been sent can be published, and this one is awaiting clearance." in found
    assert "The letter, word for word" in found


def test_the_case_says_whom_its_letter_waits_for(world: World, client: Client, legal: StaffMember) -> None:
    """All of a round, then who is left; in the words of the step when it is put up, too."""
    client.force_login(world.officer)
    case = decide_all(world, open_case(world))
    set_profile(case.pk, Profile.HIGH, "In the news.", world.officer)
    form = {"dated_day": TODAY.day, "dated_month": TODAY.month, "dated_year": TODAY.year}
    path = reverse("desk:letter", args=[case.pk])
    page = client.post(path, form | {"small_counts": "Read.", "unaudited": "Compared."}, follow=True).content.decode()
    assert "It waits for: Legal adviser, Press office." in page
    letter = Response.objects.get()
    assert "The letter waits for: Legal adviser, Press office." in read(client, "clearance", case.pk)
    clear(letter.pk, letter.digest, legal)
    page = read(client, "case", case.pk)
    assert "Press office, to clear the letter, for less than a working day" in page
    assert "Legal adviser, to clear" not in page


def test_what_waits_for_a_step_stands_first_for_who_takes_it(world: World, client: Client, legal: StaffMember) -> None:
    """The adviser is told, the approver only when it is their turn, and nobody of what they took or made."""
    letter = high(world)
    path = reverse("desk:clearance", args=[letter.case_id])

    def is_told(person: StaffMember) -> bool:
        client.force_login(person)
        page = read(client, "caseload")
        return "Read and clear the letter" in page and f'href="{path}"' in page

    press = make_staff(world.force, "press", "Pia", "press")
    everybody = (legal, press, world.approver, world.second, world.officer)
    assert [is_told(each) for each in everybody] == [True, True, False, False, False]
    clear(letter.pk, letter.digest, legal)
    assert [is_told(each) for each in everybody] == [False, True, False, False, False]
    clear(letter.pk, letter.digest, press)
    assert [is_told(each) for each in (legal, press, world.approver, world.officer)] == [False, False, True, False]


def test_an_open_comment_stands_where_the_letter_is_cleared(world: World, client: Client) -> None:
    """In place of the button; whoever presses it all the same is told on the letter, where they can settle it."""
    letter = prepared(world)
    comment(letter.pk, 3, "Say more here.", world.officer)
    client.force_login(world.approver)
    page = read(client, "clearance", letter.case_id)
    assert "The letter cannot be cleared before this comment is settled" in page
    assert "Clear this letter" not in page
    path = reverse("desk:clearance", args=[letter.case_id])
    answer = client.post(path, {"action": "clear", "digest": letter.digest})
    assert answer.headers["Location"] == path
    assert "1 comment on it waits to be settled" in read(client, "case", letter.case_id)


def test_a_comment_names_its_passage_wherever_it_is_read(world: World, client: Client) -> None:
    """In the trail, in the form that makes it and in the one that settles it; a number of nothing opens no form."""
    letter = prepared(world)
    client.force_login(world.approver)
    said = comment(letter.pk, 3, "Say more here.", world.officer)
    recorded = letter.case.events.get(kind=EventKind.COMMENTED)
    assert " ".join(said.quote.split())[:20] in recorded.detail
    page = read(client, "clearance", letter.case_id, said=said.pk)
    assert "Settle a comment" in page and "Say more here.</blockquote>" in page
    for query in ({"passage": "999"}, {"passage": "x"}, {"said": str(said.pk + 1)}, {"said": "x"}):
        page = read(client, "clearance", letter.case_id, **query)
        assert "Comment on passage" not in page.replace("Comment<span", "") and "Settle a comment" not in page


def test_who_mends_a_letter_reads_what_was_said_of_it(world: World, client: Client) -> None:
    """After it went back, the case says by whom and why, and the letter as it stands shows what was not settled."""
    letter = prepared(world)
    comment(letter.pk, 3, "Say more here.", world.approver)
    send_back(letter.pk, "See my comment.", world.approver)
    client.force_login(world.officer)
    page = read(client, "case", letter.case_id)
    assert f"{world.approver} sent it back on 27 March 2026: See my comment." in page
    assert "Read the 1 comment left on it" in page
    assert "Say more here." in read(client, "letter", letter.case_id)
    prepare(letter.case_id, TODAY, world.officer)
    assert "Comments that are not settled" not in read(client, "letter", letter.case_id)


def test_a_cleared_letter_leads_to_its_sending(world: World, client: Client) -> None:
    """From the letter itself, for whoever may send it; not any more once it went."""
    letter = cleared(world)
    going = f'href="{reverse("post:send", args=[letter.case_id])}"'
    client.force_login(world.officer)
    assert going in read(client, "clearance", letter.case_id)
    client.force_login(make_staff(world.force, "press", "Pia", "press"))
    assert going not in read(client, "clearance", letter.case_id)
    send(letter.pk, world.officer)
    client.force_login(world.officer)
    assert going not in read(client, "clearance", letter.case_id)


def test_the_name_that_is_filled_in_later_is_no_finding(world: World, client: Client) -> None:
    """The check of the letter would else warn of every letter."""
    case = decide_all(world, open_case(world))
    case = Case.objects.get(pk=case.pk)
    client.force_login(world.officer)
    assert "[name of the requester]" in read(client, "letter", case.pk)
    assert all("name of the requester" not in (each.quote or "") for each in lint_case(case, TODAY).findings)


def test_nothing_open_is_left_to_triage(world: World, client: Client) -> None:
    """A page without questions says why and how there could be one, and offers nothing to save."""
    client.force_login(world.officer)
    page = read(client, "triage", sent(world).case_id)
    assert "No question is open." in page
    assert ">Save<" not in page
