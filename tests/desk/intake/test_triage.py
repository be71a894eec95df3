"""What is not for the Act leaves the request by a letter, with a trace, and the rest goes on."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.answering.decide import changing
from candour.desk.answering.letter import load, open_portion
from candour.desk.clearing.clear import clear, send_back
from candour.desk.clearing.put_up import prepare, prepare_notice
from candour.desk.deadlines.clock import clock_of
from candour.desk.intake.triage import triage
from candour.desk.models import Case, EventKind, Handling, Response
from candour.desk.models.response import LetterKind
from candour.desk.publishing.publish import publish
from candour.desk.refusals import Refused
from candour.desk.stage import Stage, case_standing
from candour.letters.notices import HandOver
from candour.letters.response import Answer
from candour.post.send import send
from candour.site.demo import decide
from desk.world import NAME, TODAY, World, decide_all, decision_on, denial, open_case, portion

TO = {"to": "the data protection team", "contact": "data@westvale.police.example"}


def hand_over(world: World, case: Case, *numbers: str, under: str = "access") -> Response:
    """A letter that hands these questions over, up for clearance."""
    asked = [question for question in case.questions.all() if question.number in numbers]
    rest = case.questions.count() > len(asked)
    notice = HandOver(under, tuple((each.label, each.text) for each in asked), **TO, rest=rest)
    return prepare_notice(case.pk, LetterKind.HAND_OVER, notice, TODAY, world.officer)


def gone(world: World, letter: Response) -> Response:
    return send(clear(letter.pk, letter.digest, world.approver).pk, world.officer)


def text_of(letter: Response) -> str:
    return " ".join(bytes(letter.files.get(media_type__startswith="text/plain").content).decode().split())


def stage(case: Case) -> Stage:
    return case_standing(case, TODAY).stage


def test_a_hybrid_request_is_split(world: World) -> None:
    """One question goes by a letter of its own; the other is answered, and its letter says where the first is."""
    case = open_case(world)
    due = case.due
    letter = gone(world, hand_over(world, case, "2"))
    said = text_of(letter)
    assert "you ask for information about yourself" in said
    assert "the data protection team" in said and "How many horses did the force keep" in said
    assert "The rest of your request stays with us" in said
    decide(case, Answer(denial(), ("1",)), world.officer)
    assert stage(case) is Stage.READY
    answer = prepare(case.pk, TODAY, world.officer)
    words = text_of(answer)
    assert "Our letter of 27 March 2026 said who deals with question 2." in words
    assert "in stages" not in words and "How many horses" not in words
    assert clock_of(load(case.pk)).due == due
    publish(gone(world, answer).pk, world.officer)
    assert stage(case) is Stage.CLOSED
    assert case.events.filter(kind=EventKind.SENT).count() == 2


@pytest.mark.parametrize("under", ["eir", "access", "routine", "transfer"])
def test_each_way_says_its_own_rights_and_times(world: World, under: str) -> None:
    """Environmental information in 20 working days, one’s own data in a month, ordinary business at once.

    What another authority holds goes to it with the requester’s agreement, and is not said to be for another law.
    """
    case = open_case(world)
    said = text_of(hand_over(world, case, "1", "2", under=under))
    expected = {
        "eir": "Environmental Information Regulations 2004",
        "access": "one month",
        "routine": "ordinary course",
        "transfer": "You agreed that we pass this part on",
    }
    assert expected[under] in said
    assert ("another law or an easier way" in said) == (under != "transfer")
    assert "The rest of your request" not in said


def test_a_case_of_which_everything_was_handed_over_is_closed(world: World) -> None:
    """Nothing is left to answer or to publish."""
    case = open_case(world)
    gone(world, hand_over(world, case, "1", "2"))
    assert stage(case) is Stage.CLOSED
    assert clock_of(load(case.pk)).due is not None
    assert not case_standing(case, TODAY.replace(month=6)).late


def test_a_question_stands_in_one_letter_only(world: World) -> None:
    """What is decided, answered or on its way is not handed over; what is handed over is not decided."""
    case = decide_all(world, open_case(world))
    with pytest.raises(Refused, match="has been decided"):
        hand_over(world, case, "1")
    other = open_case(world)
    letter = hand_over(world, other, "2")
    assert open_portion(other.pk).questions == portion(other, "1").questions
    with pytest.raises(Refused, match="is on its way"):
        hand_over(world, other, "2")
    gone(world, letter)
    said = "handed over in the letter of 27 March 2026"
    with pytest.raises(Refused, match=said), changing(decision_on(other, "2"), 0, world.officer, "x"):
        pass
    with pytest.raises(Refused, match="no letter has answered yet"):
        prepare(other.pk, TODAY, world.officer, portion=portion(other, "2"))


def test_a_hand_over_that_was_sent_back_leaves_the_question_here(world: World) -> None:
    """It is open again, as if nothing had been."""
    case = open_case(world)
    letter = hand_over(world, case, "2")
    send_back(letter.pk, "It is not their own data.", world.approver)
    assert open_portion(case.pk).questions == portion(case, "1", "2").questions
    decide_all(world, case)
    assert stage(case) is Stage.READY


def test_a_question_that_is_triaged_away_keeps_the_answer_back(world: World) -> None:
    """Until it is handed over or triaged anew, and the letter page says so."""
    case = decide_all(world, open_case(world))
    keys = {question.number: question.pk for question in case.questions.all()}
    assert triage(case.pk, {keys["1"]: Handling.EIR, keys["2"]: Handling.FOI}, world.officer) == 1
    with pytest.raises(Refused, match="Hand it over, or triage it anew"):
        prepare(case.pk, TODAY, world.officer)
    triage(case.pk, {keys["1"]: Handling.FOI}, world.officer)
    assert prepare(case.pk, TODAY, world.officer)
    with pytest.raises(Refused, match="on its way or has gone"):
        triage(case.pk, {keys["1"]: Handling.EIR}, world.officer)
    said = case.events.filter(kind=EventKind.TRIAGED).first()
    assert said is not None and said.detail == "Question 1: Environmental Information Regulations."


def test_the_pages_lead_from_triage_to_the_letter(world: World, client: Client) -> None:
    """What was triaged is chosen there already; nobody sees who asked on the way."""
    case = open_case(world)
    client.force_login(world.officer)
    first, second = (f"q{question.pk}" for question in case.questions.all())
    path = reverse("desk:triage", args=[case.pk])
    assert NAME not in client.get(path).content.decode()
    answer = client.post(path, {first: "foi", second: "access"}, follow=True)
    page = answer.content.decode()
    assert "Which questions are handed over?" in page
    assert 'value="2" checked' in " ".join(page.split()) or "checked" in page
    form = {"handed": ["2"], "under": "access", **TO}
    form |= {"dated_day": "27", "dated_month": "3", "dated_year": "2026"}
    client.post(reverse("desk:new-notice", args=[case.pk, "hand_over"]), form)
    letter = Response.objects.get()
    assert letter.kind == LetterKind.HAND_OVER
    gone(world, letter)
    shown = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "Handed over in the letter of 27 March 2026" in shown
    assert client.get(path).status_code == 200
    assert client.post(path, {second: "foi"}, follow=True).status_code == 200


def test_the_case_offers_what_can_be_done_with_a_letter_that_hands_over(world: World, client: Client) -> None:
    """While it is on its way no stage is offered that has nothing to answer; once it is cleared, it can be sent."""
    case = open_case(world)
    letter = hand_over(world, case, "2")
    client.force_login(world.officer)
    path = reverse("desk:case", args=[case.pk])
    assert "Answer in stages" not in client.get(path).content.decode()
    going = reverse("post:send-notice", args=[case.pk, letter.pk])
    assert going not in client.get(path).content.decode()
    clear(letter.pk, letter.digest, world.approver)
    assert going in client.get(path).content.decode()
    send(letter.pk, world.officer)
    page = client.get(path).content.decode()
    assert going not in page and "Answer in stages" not in page
    third = open_case(world)
    decide(third, Answer(denial(), ("1",)), world.officer)
    assert "Answer in stages" in client.get(reverse("desk:case", args=[third.pk])).content.decode()
