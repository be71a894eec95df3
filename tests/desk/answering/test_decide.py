"""Decisions are saved one person at a time, completed when the law is satisfied, and frozen once sent."""

from __future__ import annotations

import pytest

from candour.desk.answering.decide import (
    add_claim,
    changing,
    complete,
    copy_from,
    remove,
    renumber,
    save_fields,
    target,
    target_name,
)
from candour.desk.models import Case, Decision, Event, EventKind, Question, QuestionPart, ResponseState, StaffMember
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.law import Decision as LawDecision
from candour.law import Outcome, Step
from candour.letters.response import Answer
from candour.site.demo import decide
from desk.complete import claim
from desk.complete import complete as completed
from desk.world import World, decide_all, decision_on, denial, disclosure, open_case, prepared, sent


def explain(case: Case, number: str, text: str, actor: StaffMember, version: int | None = None) -> Decision:
    """Save an explanation, as the page of the outcome does."""
    decision = decision_on(case, number)
    with changing(decision, decision.version if version is None else version, actor, "explained") as stored:
        save_fields(stored, {"explanation": text})
    return stored


def kinds(case: Case) -> list[str]:
    """What the trail says, after the request was received."""
    return [event.kind for event in case.events.all()][1:]


# Saving


def test_a_save_is_stored_counted_and_recorded(world: World) -> None:
    """A change is written with a new version, by whom, and one event in the trail."""
    case = open_case(world)
    explain(case, "1", "We looked.", world.officer)
    decision = decision_on(case, "1")
    assert (decision.explanation, decision.version, decision.saved_by) == ("We looked.", 1, world.officer)
    event = case.events.last()
    assert event is not None
    assert (event.kind, event.actor, event.detail) == (
        EventKind.DECISION_SAVED,
        world.officer,
        "Question 1: explained.",
    )


def test_the_second_of_two_people_is_told_and_nothing_is_lost(world: World) -> None:
    """A save on an older version is refused, names who saved meanwhile, and leaves what they wrote."""
    case = open_case(world)
    explain(case, "1", "The first.", world.officer)
    explain(case, "1", "The approver's.", world.approver)
    before = Event.objects.count()
    with pytest.raises(ChangedMeanwhile, match="Wendy Hart saved this decision while you were working") as told:
        explain(case, "1", "The officer's.", world.officer, version=1)
    assert told.value.current.explanation == "The approver's."
    assert decision_on(case, "1").explanation == "The approver's."
    assert Event.objects.count() == before


def test_two_people_who_begin_the_same_decision_make_one(world: World) -> None:
    """Both opened an empty page: the first save is kept and the second person is told."""
    case = open_case(world)
    blank = decision_on(case, "1")
    explain(case, "1", "The first.", world.officer)
    with pytest.raises(ChangedMeanwhile), changing(blank, 0, world.approver, "explained"):
        pytest.fail("the block must not run")
    assert case.decisions.count() == 1


def test_an_error_within_a_change_undoes_all_of_it(world: World) -> None:
    """What fails half-way leaves neither values nor claims nor an event."""
    case = open_case(world)
    decision = decision_on(case, "1")

    def half() -> None:
        with changing(decision, 0, world.officer, "x") as stored:
            save_fields(stored, {"explanation": "half"})
            add_claim(stored, ["31(1)(a)"], [], in_the_alternative=False)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert not Decision.objects.exists()
    assert kinds(case) == []


def test_a_decision_that_was_taken_away_meanwhile_is_told(world: World) -> None:
    """A save on a decision that somebody removed is refused and does not bring it back."""
    case = open_case(world)
    decision = explain(case, "1", "The first.", world.officer)
    remove(decision, decision.version, world.approver)
    with pytest.raises(Refused, match="taken away meanwhile"):
        explain(case, "1", "Again.", world.officer, version=1)
    assert not Decision.objects.exists()


def test_positions_stay_without_gaps(world: World) -> None:
    """When a claim is taken away, those after it move up."""
    case = open_case(world)
    decision = decision_on(case, "1")
    with changing(decision, 0, world.officer, "claims") as stored:
        for limb in ("31(1)(a)", "38(1)(a)", "43(2)"):
            add_claim(stored, [limb], [], in_the_alternative=False)
        stored.claims.get(position=1).delete()
        renumber(stored)
    assert list(decision_on(case, "1").claims.values_list("position", "limbs")) == [(0, ["31(1)(a)"]), (1, ["43(2)"])]


# Completing


def test_a_decision_is_not_completed_while_something_is_missing(world: World) -> None:
    """What the law misses is returned, and neither the decision nor the trail changes."""
    case = open_case(world)
    with changing(decision_on(case, "1"), 0, world.officer, "outcome") as stored:
        save_fields(stored, {"outcome": Outcome.NCND.value})
    decision = decision_on(case, "1")
    lacking = complete(decision, decision.version, world.officer)
    assert [lack.step for lack in lacking] == [Step.EXEMPTIONS]
    assert not decision_on(case, "1").completed
    assert decision_on(case, "1").version == 1
    assert kinds(case) == [EventKind.DECISION_SAVED]


def test_a_complete_decision_is_completed_once(world: World) -> None:
    """Completing is recorded, and completing again changes nothing."""
    case = open_case(world)
    decide(case, Answer(denial(), ("1",)), world.officer)
    decision = decision_on(case, "1")
    assert decision.completed
    assert complete(decision, decision.version, world.officer) == ()
    assert decision_on(case, "1").version == decision.version
    assert kinds(case) == [EventKind.DECISION_SAVED, EventKind.DECISION_COMPLETED]


def test_completing_an_older_version_is_refused(world: World) -> None:
    """Nobody completes what they have not read."""
    case = open_case(world)
    decide(case, Answer(denial(), ("1",)), world.officer)
    explain(case, "1", "More.", world.approver)
    with pytest.raises(ChangedMeanwhile):
        complete(decision_on(case, "1"), 2, world.officer)
    assert not decision_on(case, "1").completed


def test_a_change_makes_a_completed_decision_unfinished(world: World) -> None:
    """Whoever changes a decision has to complete it again."""
    case = open_case(world)
    decide(case, Answer(denial(), ("1",)), world.officer)
    explain(case, "1", "More.", world.officer)
    assert not decision_on(case, "1").completed


@pytest.mark.parametrize(
    "value",
    [
        completed(Outcome.WITHHELD, claim("31(1)(a)"), claim("40(2)", "40(3A)(a)")),
        completed(Outcome.WITHHELD, claim("31(1)(g)", "31(2)(b)"), claim("44(1)(a)")),
        completed(Outcome.NCND, claim("38(2)", "38(1)(a)"), claim("31(3)", "31(1)(a)")),
        completed(Outcome.ALREADY_ACCESSIBLE, claim("21(1)")),
        completed(Outcome.INTENDED_FOR_PUBLICATION, claim("22(1)")),
        completed(Outcome.VEXATIOUS, claim("14(1)")),
        completed(Outcome.NOT_HELD),
    ],
)
def test_what_is_stored_is_what_was_decided(world: World, value: LawDecision) -> None:
    """A decision comes back from the database as the law sees it, with every reason."""
    case = open_case(world)
    decide(case, Answer(value, ("1",)), world.officer)
    assert decision_on(case, "1").value == value


# Copying and removing


def test_reasons_are_taken_over_from_another_question(world: World) -> None:
    """Outcome, claims and reasons are copied, the other decision keeps its own, and tables are not copied."""
    case = decide_all(world, open_case(world))
    source, decision = decision_on(case, "1"), decision_on(case, "2")
    copy_from(decision, source, decision.version, world.officer)
    copied = decision_on(case, "2")
    assert copied.value.claims == decision_on(case, "1").value.claims == denial().claims
    assert copied.outcome == Outcome.NCND
    assert not copied.completed
    assert decision_on(case, "1").completed


def test_tables_of_the_source_are_not_copied(world: World) -> None:
    """A table belongs to one question."""
    case = decide_all(world, open_case(world, "1. One?\n2. Two?\n3. Three?"))
    blank = decision_on(case, "3")
    copy_from(blank, decision_on(case, "2"), 0, world.officer)
    assert decision_on(case, "3").outcome == Outcome.DISCLOSED
    assert decision_on(case, "3").exhibits.count() == 0


def test_reasons_are_not_taken_over_from_another_case(world: World) -> None:
    """What was decided for somebody else's request stays there."""
    case, other = open_case(world), decide_all(world, open_case(world))
    with pytest.raises(Refused, match="of the same case"):
        copy_from(decision_on(case, "1"), decision_on(other, "1"), 0, world.officer)
    assert not case.decisions.exists()


def test_a_denial_taken_over_does_not_stand_beside_a_table(world: World) -> None:
    """A decision that had a table and takes over a denial is not complete until the table is gone."""
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "2")
    copy_from(decision, decision_on(case, "1"), decision.version, world.officer)
    copied = decision_on(case, "2")
    assert [lack.step for lack in complete(copied, copied.version, world.officer)] == [Step.OUTCOME]


def test_a_decision_is_taken_away_with_its_reasons(world: World) -> None:
    """It can be decided anew, and the trail keeps that it was taken away."""
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "2")
    remove(decision, decision.version, world.officer)
    assert decision_on(case, "2").pk is None
    assert case.events.last().detail == "Question 2: taken away."  # type: ignore[union-attr]


def test_taking_away_an_older_version_is_refused(world: World) -> None:
    """Nobody takes away what somebody else has just written."""
    case = open_case(world)
    decision = explain(case, "1", "The first.", world.officer)
    explain(case, "1", "The second.", world.approver)
    with pytest.raises(ChangedMeanwhile):
        remove(decision, 1, world.officer)
    assert case.decisions.count() == 1


# Frozen


def test_a_change_voids_a_letter_that_is_up(world: World) -> None:
    """The approver cannot clear what is no longer decided so, and reads why."""
    response = prepared(world)
    explain(response.case, "1", "More.", world.officer)
    response.refresh_from_db()
    assert (response.state, response.void_because) == (ResponseState.VOID, "Question 1 was changed.")


def test_after_sending_nothing_is_changed(world: World) -> None:
    """Saving, completing, copying and taking away are refused once the letter has gone, and leave no trace."""
    case = sent(world).case
    decision = decision_on(case, "1")
    events = case.events.count()
    with pytest.raises(Refused, match="has been sent"):
        explain(case, "1", "More.", world.officer)
    with pytest.raises(Refused, match="has been sent"):
        complete(decision, decision.version, world.officer)
    with pytest.raises(Refused, match="has been sent"):
        remove(decision, decision.version, world.officer)
    with pytest.raises(Refused, match="has been sent"):
        copy_from(decision, decision_on(case, "2"), decision.version, world.officer)
    with pytest.raises(Refused, match="has been sent"), changing(target(case, "other"), 0, world.officer, "x"):
        pytest.fail("the block must not run")
    assert case.events.count() == events
    assert case.decisions.count() == 2


def test_while_the_letter_is_on_its_way_nothing_is_changed(world: World) -> None:
    """A letter that is being sent freezes its decisions as well."""
    response = prepared(world)
    response.state = ResponseState.SENDING
    response.save()
    with pytest.raises(Refused, match="is being sent"):
        explain(response.case, "1", "More.", world.officer)


# Addresses


def test_every_thing_to_decide_has_a_name_that_finds_it(world: World) -> None:
    """A question, a part and the rest are found by the names that their pages carry."""
    case = open_case(world, "1. How many\na) horses\nb) carts\ndo you keep?")
    question = case.questions.get()
    part = question.parts.first()
    assert part is not None
    for name in (f"q{question.pk}", f"p{part.pk}", "other"):
        assert target_name(target(case, name)) == name


def test_a_name_of_another_case_finds_nothing(world: World) -> None:
    """A question of another case cannot be decided through this one."""
    case, other = open_case(world), open_case(world)
    for name in (f"q{other.questions.all()[0].pk}", "q0", "p0", "q", "px", "x", ""):
        with pytest.raises((Question.DoesNotExist, QuestionPart.DoesNotExist)):
            target(case, name)


def test_the_register_of_exhibits_is_part_of_the_answer(world: World) -> None:
    """A table that is given is named in the decision, so that the law knows that something is disclosed."""
    case = decide_all(world, open_case(world))
    given, exhibit = disclosure()
    assert decision_on(case, "2").value.data == (exhibit.table.title,)
    assert decision_on(case, "2").answer == Answer(given, ("2",), (exhibit,))
