"""A case is answered in stages: each letter holds its questions and is cleared, sent and published by itself."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from candour.desk.answering.decide import changing, remove
from candour.desk.answering.letter import Portion, load, open_portion
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare, prepare_notice
from candour.desk.deadlines.clock import clock_of
from candour.desk.models import AnsweredQuestion, Case, Decision, LedgerRelease, Response, ResponseState
from candour.desk.models.response import LetterKind
from candour.desk.publishing.publish import publish
from candour.desk.refusals import Refused
from candour.desk.stage import Stage, case_standing
from candour.law import Decision as LawDecision
from candour.law import Outcome, Provision
from candour.letters.notices import Extension
from candour.letters.read import read_text
from candour.letters.response import Answer
from candour.post.send import send
from candour.site.demo import decide, dismiss_figures
from desk.world import (
    RECEIVED,
    TODAY,
    World,
    decide_all,
    decision_on,
    denial,
    disclosure,
    open_case,
    portion,
)


def first_decided(world: World) -> Case:
    """A case of two questions of which the first is decided."""
    case = open_case(world)
    decide(case, Answer(denial(), ("1",)), world.officer)
    return case


def stage_of(world: World, case: Case, *numbers: str) -> Response:
    """A letter to these questions, sent."""
    letter = prepare(case.pk, TODAY, world.officer, portion=portion(case, *numbers))
    return send(clear(letter.pk, letter.digest, world.approver).pk, world.officer)


def decide_second(world: World, case: Case) -> None:
    given, exhibit = disclosure()
    decide(case, Answer(given, ("2",), (exhibit,)), world.officer)


def text_of(letter: Response) -> str:
    return bytes(letter.files.get(media_type__startswith="text/plain").content).decode()


def stage(case: Case) -> Stage:
    return case_standing(case, TODAY).stage


def test_a_letter_of_a_stage_says_what_it_answers_and_what_follows(world: World) -> None:
    """The first letter names what follows, the last one what went before and when; neither repeats the other."""
    case = first_decided(world)
    first = stage_of(world, case, "1")
    decide_second(world, case)
    last = prepare(case.pk, TODAY, world.officer)
    one, two = (" ".join(text_of(letter).split()) for letter in (first, last))
    assert "This letter answers question 1." in one
    assert "Another letter will answer question 2." in one
    assert "This letter answers question 2." in two
    assert "Our letter of 27 March 2026 answered question 1." in two
    assert "every part of your request has been answered" in two
    assert "how many horses did the force keep" not in one.lower()
    assert "under investigation?" not in two


def test_each_stage_is_read_back_as_it_was_written(world: World) -> None:
    """The reader finds in each letter its own questions with their outcomes, and no other."""
    case = first_decided(world)
    first = stage_of(world, case, "1")
    decide_second(world, case)
    last = stage_of(world, case, "2")
    read = [read_text(text_of(letter)) for letter in (first, last)]
    assert [[question.number for question in each.questions] for each in read] == [["1"], ["2"]]
    assert [each.questions[0].outcome for each in read] == ["ncnd", "full"]
    assert read[1].attachments and not read[0].attachments


def test_a_single_letter_says_nothing_of_stages(world: World) -> None:
    """The plain way stays as plain as it was."""
    letter = prepare(decide_all(world, open_case(world)).pk, TODAY, world.officer)
    assert "stages" not in text_of(letter)
    assert letter.answered.count() == 2


def test_the_case_is_where_its_open_questions_are(world: World) -> None:
    """Sent is the case only when every question has gone; published when every letter is on the log."""
    case = first_decided(world)
    first = stage_of(world, case, "1")
    assert stage(case) is Stage.DECIDING
    assert case_standing(case, TODAY).progress == "1 of 2 decided, 1 of them answered"
    publish(first.pk, world.officer)
    assert stage(case) is Stage.DECIDING
    decide_second(world, case)
    assert stage(case) is Stage.READY
    last = stage_of(world, case, "2")
    assert stage(case) is Stage.SENT
    publish(last.pk, world.officer)
    assert stage(case) is Stage.CLOSED


def test_a_decision_that_was_sent_is_frozen_while_others_go_on(world: World) -> None:
    """The first question cannot be changed or removed any more; the second can."""
    case = first_decided(world)
    stage_of(world, case, "1")
    decision = decision_on(case, "1")
    said = "Question 1 was answered in the letter of 27 March 2026"
    with pytest.raises(Refused, match=said), changing(decision, decision.version, world.officer, "x"):
        pass
    with pytest.raises(Refused, match="was answered"):
        remove(decision, decision.version, world.officer)
    decide_second(world, case)
    assert Decision.objects.get(case=case, question__number="2").completed


def test_only_the_letter_that_holds_a_changed_decision_becomes_void(world: World) -> None:
    """While the letter to question 1 is up, question 2 is worked on; a change of question 1 voids the letter."""
    case = first_decided(world)
    letter = prepare(case.pk, TODAY, world.officer, portion=portion(case, "1"))
    decide_second(world, case)
    letter.refresh_from_db()
    assert letter.state == ResponseState.AWAITING_CLEARANCE
    clear(letter.pk, letter.digest, world.approver)
    decision = decision_on(case, "1")
    with changing(decision, decision.version, world.officer, "x"):
        pass
    letter.refresh_from_db()
    assert letter.state == ResponseState.VOID
    assert not letter.answered.exists()


def test_a_new_decision_on_the_rest_voids_a_letter_that_does_not_announce_it(world: World) -> None:
    """A letter that says what follows has to say all of it."""
    case = first_decided(world)
    letter = prepare(case.pk, TODAY, world.officer, portion=portion(case, "1"))
    decision = Decision(case=case)
    with changing(decision, 0, world.officer, "x"):
        pass
    letter.refresh_from_db()
    assert letter.state == ResponseState.VOID


def test_no_question_is_answered_twice(world: World) -> None:
    """Neither by the page nor by the database, whoever writes to it."""
    case = first_decided(world)
    first = stage_of(world, case, "1")
    with pytest.raises(Refused, match="no letter has answered yet"):
        prepare(case.pk, TODAY, world.officer, portion=portion(case, "1"))
    other = Response.objects.create(case=case, dated=TODAY, prepared_by=world.officer, state=ResponseState.SENT)
    question = first.answered.get().question
    with pytest.raises(IntegrityError), transaction.atomic():
        AnsweredQuestion.objects.create(response=other, case=case, question=question)
    AnsweredQuestion.objects.create(response=other, case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnsweredQuestion.objects.create(response=first, case=case)


def test_one_letter_of_a_case_is_up_at_a_time(world: World) -> None:
    """What follows is clear only then."""
    case = decide_all(world, open_case(world))
    prepare(case.pk, TODAY, world.officer, portion=portion(case, "1"))
    with pytest.raises(Refused, match="already up for clearance"):
        prepare(case.pk, TODAY, world.officer, portion=portion(case, "2"))


def test_an_undecided_question_cannot_go_in_a_stage(world: World) -> None:
    """Each question of the letter has its decision."""
    case = first_decided(world)
    whole = open_portion(case.pk)
    with pytest.raises(Refused, match=r"[Qq]uestion 2"):
        prepare(case.pk, TODAY, world.officer)
    second = portion(case, "2")
    with pytest.raises(Refused, match="Decide this question"):
        prepare(case.pk, TODAY, world.officer, portion=second)
    with pytest.raises(Refused, match="at least one question"):
        prepare(case.pk, TODAY, world.officer, portion=Portion(frozenset(), rest=False))
    assert whole.questions > second.questions


def test_the_clock_runs_until_the_last_question(world: World) -> None:
    """The due date stays after the first letter, and the statutory answer is the last one."""
    case = first_decided(world)
    due = clock_of(load(case.pk)).due
    stage_of(world, case, "1")
    still = clock_of(load(case.pk))
    assert still.due == due == date(2026, 4, 9)
    assert case_standing(Case.objects.get(pk=case.pk), date(2026, 4, 10)).late
    decide_second(world, case)
    stage_of(world, case, "2")
    assert not case_standing(Case.objects.get(pk=case.pk), date(2026, 4, 10)).late
    kinds = [(event.kind, event.details["questions"]) for event in case.clock_events.all()]
    assert kinds == [("responded", ["1"]), ("responded", [])]


def test_each_stage_takes_only_its_own_tables(world: World) -> None:
    """The attachment of question 2 does not go with the letter to question 1."""
    case = decide_all(world, open_case(world))
    first = prepare(case.pk, TODAY, world.officer, portion=portion(case, "1"))
    assert [file.name for file in first.files.filter(purpose="attachment")] == []
    send(clear(first.pk, first.digest, world.approver).pk, world.officer)
    assert LedgerRelease.objects.count() == 0
    last = prepare(case.pk, TODAY, world.officer)
    assert [file.name for file in last.files.filter(purpose="attachment")] == ["horses.csv"]
    assert {file.name for file in first.files.all()}.isdisjoint({file.name for file in last.files.all()})


def test_answered_questions_stay_as_they_were_put(world: World, client: Client) -> None:
    """Correcting the questions of a case leaves those alone that went."""
    case = first_decided(world)
    stage_of(world, case, "1")
    client.force_login(world.officer)
    page = client.get(reverse("desk:questions", args=[case.pk]))
    form = page.context["formset"]
    data = {f"questions-{name}": form.management_form[name].value() for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for each in form:
        for name in each.fields:
            value = each[name].value()
            data[each.add_prefix(name)] = "" if value in (None, False) else value
    data["questions-0-text"] = "How many carts?"
    answer = client.post(reverse("desk:questions", args=[case.pk]), data)
    assert "Question 1 was answered in an earlier letter" in answer.content.decode()
    assert case.questions.get(number="1").text.startswith("How many police horses")


def test_entries_of_one_request_lead_to_each_other(world: World, client: Client) -> None:
    """Each letter has an entry of its own, which says what it answers and where the others are."""
    case = first_decided(world)
    first = publish(stage_of(world, case, "1").pk, world.officer)
    decide_second(world, case)
    last = publish(stage_of(world, case, "2").pk, world.officer)
    address = {entry.pk: reverse("portal:entry", args=[world.force.slug, entry.slug]) for entry in (first, last)}
    for here, there, says in ((first, last, "question 1"), (last, first, "question 2")):
        page = client.get(address[here.pk]).content.decode()
        assert f"This letter answers {says}." in page
        assert address[there.pk] in page
    assert address[first.pk] in client.get(reverse("portal:log"), {"q": "horses"}).content.decode()
    assert "(question 1), answered" in client.get(reverse("portal:log")).content.decode()
    data = client.get(reverse("portal:entry-data", args=[world.force.slug, first.slug])).json()
    assert data["stage"] == {"answers": "question 1", "left": "question 2"}


def test_the_pages_lead_through_a_stage(world: World, client: Client) -> None:
    """Choose what is ready, read that letter, put it up: the page says what follows."""
    case = first_decided(world)
    client.force_login(world.officer)
    question = case.questions.get(number="1")
    whole = client.get(reverse("desk:letter", args=[case.pk])).content.decode()
    assert "Answer in stages" in whole
    part = client.get(reverse("desk:letter", args=[case.pk]), {"question": question.pk}).content.decode()
    assert "This letter answers question 1 only." in part
    assert "Nothing is missing" in part
    client.post(
        reverse("desk:letter", args=[case.pk]),
        {"question": question.pk, "dated_day": "27", "dated_month": "3", "dated_year": "2026"},
    )
    letter = Response.objects.get(case=case)
    assert [each.question for each in letter.answered.all()] == [question]
    shown = client.get(reverse("desk:clearance", args=[case.pk])).content.decode()
    assert "It answers question 1." in shown
    send(clear(letter.pk, letter.digest, world.approver).pk, world.officer)
    page = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "Answered in the letter of 27 March 2026" in page
    assert reverse("desk:publish-letter", args=[case.pk, letter.pk]) in page
    assert client.get(reverse("desk:notice-clearance", args=[case.pk, letter.pk])).status_code == 200
    assert client.get(reverse("desk:publish-letter", args=[case.pk, letter.pk])).status_code == 200


@pytest.mark.parametrize("chosen", ["x", "0", "-1", "999999", "rest"])
def test_a_choice_that_cannot_be_is_shown_as_a_mistake(world: World, client: Client, chosen: str) -> None:
    """Whatever stands in the address, the page answers and nothing is put up."""
    case = first_decided(world)
    client.force_login(world.officer)
    page = client.get(reverse("desk:letter", args=[case.pk]), {"question": chosen})
    assert page.status_code == 200
    client.post(reverse("desk:letter", args=[case.pk]), {"question": chosen})
    assert not Response.objects.exists()


def test_a_stage_may_come_late_in_a_long_request(world: World) -> None:
    """Five questions in three letters: each once, in any order."""
    case = open_case(world, "\n".join(f"{number}. Number {number}?" for number in range(1, 6)), received=RECEIVED)
    for number in ("4", "2"):
        decide(case, Answer(LawDecision(Outcome.NOT_HELD, explanation=f"None, {number}."), (number,)), world.officer)
    dismiss_figures(case, world.officer, "They number the questions.")
    letter = stage_of(world, case, "2", "4")
    assert "This letter answers questions 2 and 4." in " ".join(text_of(letter).split())
    assert "questions 1, 3 and 5" in text_of(letter).replace("\n", " ")
    for number in ("1", "3", "5"):
        decide(case, Answer(LawDecision(Outcome.NOT_HELD, explanation=f"None, {number}."), (number,)), world.officer)
    dismiss_figures(case, world.officer, "They number the questions.")
    stage_of(world, case, "5")
    last = stage_of(world, case, "1", "3")
    words = " ".join(text_of(last).split())
    assert "answered questions 2 and 4." in words
    assert "answered question 5." in words
    assert stage(case) is Stage.SENT


def test_more_time_for_one_question_leaves_the_other_due(world: World) -> None:
    """Only the question with the qualified exemption gets it; the other is owed on day 20, and may go first."""
    case = open_case(world)
    more = Extension((Provision.parse("31(1)(a)"),), (), "question 1", "It is live.", date(2026, 4, 30))
    letter = prepare_notice(case.pk, LetterKind.EXTENSION, more, TODAY, world.officer)
    send(clear(letter.pk, letter.digest, world.approver).pk, world.officer)
    assert Case.objects.get(pk=case.pk).due == date(2026, 4, 9)
    decide_second(world, case)
    stage_of(world, case, "2")
    assert Case.objects.get(pk=case.pk).due == date(2026, 4, 30)
    case.questions.filter(number="1").update(number="7")
    assert clock_of(load(case.pk)).due is not None
