"""The stage of a case is derived from its decisions and its letter, in one query, and is never wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.desk.answering.decide import changing
from candour.desk.caseload.known_cases import forget_cases
from candour.desk.caseload.overview import overview
from candour.desk.caseload.queues import Queue
from candour.desk.clearing.clear import send_back
from candour.desk.clearing.put_up import prepare
from candour.desk.clearing.void import void
from candour.desk.models import (
    AnsweredQuestion,
    Case,
    Decision,
    Publication,
    PublicationDecision,
    Question,
    QuestionPart,
    Response,
    ResponseState,
)
from candour.desk.refusals import Refused
from candour.desk.stage import (
    NEXT_STEP,
    Stage,
    case_standing,
    mark_final,
    standing,
    with_standing,
)
from candour.law import Outcome
from candour.letters.response import Answer
from candour.post.send import send
from candour.site.demo import decide
from desk.world import (
    RECEIVED,
    TODAY,
    World,
    cleared,
    decide_all,
    decision_on,
    denial,
    disclosure,
    open_case,
    prepared,
    published,
    sent,
    taken_back,
)


def stage(case: Case) -> Stage:
    """The stage of the case today."""
    return case_standing(case, TODAY).stage


def recounted(case: Case) -> Stage:
    """The stage of the case, counted slowly and row by row."""
    letters = [row for row in Response.objects.filter(case=case) if row.state != ResponseState.VOID]
    for row in letters:
        if row.state != ResponseState.SENT:
            waits = row.state == ResponseState.AWAITING_CLEARANCE
            return Stage.AWAITING_CLEARANCE if waits else Stage.CLEARED
    decisions = list(Decision.objects.filter(case=case))
    gone = {each.question_id for row in letters for each in row.answered.all()}
    asked = {question.pk for question in Question.objects.filter(case=case)}
    asked |= {None for decision in decisions if decision.question_id is None}
    if letters and asked <= gone:
        settled = all(Publication.objects.filter(response=row).exists() or _declined(row) for row in letters)
        return Stage.CLOSED if settled else Stage.SENT
    if not decisions:
        return Stage.NEW
    if any(not decision.completed for decision in decisions):
        return Stage.DECIDING
    done = all(is_decided(question, decisions) for question in Question.objects.filter(case=case))
    return Stage.READY if done and Question.objects.filter(case=case).exists() else Stage.DECIDING


def _declined(letter: Response) -> bool:
    """Whether it was decided last that the letter is not published."""
    last = letter.publication_decisions.order_by("at", "pk").last()
    return last is not None and last.choice == PublicationDecision.Choice.NOT


def is_decided(question: Question, decisions: list[Decision]) -> bool:
    """Whether a question is decided as a whole, or in each of its parts."""
    own = [decision for decision in decisions if decision.question_id == question.pk and decision.completed]
    if any(decision.part_id is None for decision in own):
        return True
    parts = {part.pk for part in QuestionPart.objects.filter(question=question)}
    return bool(parts) and parts <= {decision.part_id for decision in own}


def test_a_case_goes_through_the_stages_in_order(world: World) -> None:
    """New, deciding, ready, awaiting clearance, cleared, sent, published: each step takes it on by one."""
    case = open_case(world)
    seen = [stage(case)]
    decide(case, Answer(denial(), ("1",)), world.officer)
    seen.append(stage(case))
    given, exhibit = disclosure()
    decide(case, Answer(given, ("2",), (exhibit,)), world.officer)
    seen.append(stage(case))
    seen += [stage(prepared(world, case).case)]
    void(Response.objects.get(), None, "x")
    seen += [stage(cleared(world, case).case)]
    seen += [stage(send(Response.objects.exclude(state=ResponseState.VOID).get().pk, world.officer).case)]
    assert [*seen, Stage.CLOSED, Stage.ENDED] == list(Stage)
    assert stage(published(world).response.case) is Stage.CLOSED


def test_a_letter_that_was_sent_back_takes_the_case_back(world: World) -> None:
    """After it was sent back, the case is ready again; after a change, it is being decided."""
    response = prepared(world)
    send_back(response.pk, "Say more.", world.approver)
    assert stage(response.case) is Stage.READY
    decision = decision_on(response.case, "1")
    with changing(decision, decision.version, world.officer, "more"):
        pass
    assert stage(response.case) is Stage.DECIDING


SHAPES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["nothing", "whole", "parts", "some parts", "whole, unfinished", "parts, one unfinished"]),
    ),
    min_size=1,
    max_size=3,
)
LETTERS = st.sampled_from([None, *ResponseState])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    shapes=SHAPES,
    rest=st.sampled_from([None, True, False]),
    letters=st.lists(LETTERS, max_size=2),
    on_log=st.booleans(),
    choices=st.lists(st.sampled_from(["hold", "not"]), max_size=2),
    answered=st.sampled_from([1, 2, 3]),
    rest_too=st.booleans(),
)
def test_the_derived_stage_is_that_of_a_slow_recount(  # noqa: PLR0917  what hypothesis draws
    world: World,
    shapes: list[tuple[int, str]],
    rest: bool | None,
    letters: list[ResponseState | None],
    on_log: bool,
    choices: list[str],
    answered: int,
    rest_too: bool,
) -> None:
    """For any questions, parts, decisions and letters, the query counts as a person would, one by one."""
    # BUG (reported): where no question is decided as yet but every decision begun is complete (part a of two, or the
    # rest alone), `decided_total` is NULL and the case is in no stage at all.
    with taken_back():
        case = open_case(world, "x")
        case.questions.all().delete()
        request = case.requests.get()
        for place, (parts, decided) in enumerate(shapes, start=1):
            question = Question.objects.create(case=case, request=request, position=place, number=str(place), text="?")
            rows = [
                QuestionPart.objects.create(question=question, position=n, letter="abc"[n], text="?")
                for n in range(parts)
            ]
            if decided.startswith("whole"):
                Decision.objects.create(case=case, question=question, completed="unfinished" not in decided)
            elif "parts" in decided:
                for number, part in enumerate(rows[1:] if decided.startswith("some") else rows):
                    finished = "unfinished" not in decided or number > 0
                    Decision.objects.create(case=case, question=question, part=part, completed=finished)
        if rest is not None:
            Decision.objects.create(case=case, completed=rest)
        for state in letters:
            if state is not None and (state == ResponseState.VOID or not _live(case)):
                letter = Response.objects.create(case=case, state=state, dated=TODAY, prepared_by=world.officer)
                if state != ResponseState.VOID:
                    _answer(letter, answered, rest_too=rest is not None and rest_too)
        if on_log and (live := _live(case)):
            _publish(live)
        for choice in choices:
            if live := _live(case):
                _decide_on(live, choice, world)
        mark_final(Case.objects.filter(pk=case.pk))
        assert stage(case) is recounted(case)
        assert Case.objects.get(pk=case.pk).final_stage == (Stage.CLOSED if stage(case) is Stage.CLOSED else "")
        seen = overview(world.force, world.officer, TODAY)
        assert {known: count for known, count in seen.stages.items() if count} == {stage(case): 1}
        assert [known for known in Stage if list(seen.chosen("", known, ""))] == [stage(case)]


def _answer(letter: Response, count: int, *, rest_too: bool) -> None:
    """Let the letter answer the first questions of its case, and any other information."""
    held: list[Question | None] = [*Question.objects.filter(case=letter.case)[:count]]
    for question in held + [None] * rest_too:
        AnsweredQuestion.objects.create(response=letter, case=letter.case, question=question)


def _live(case: Case) -> Response | None:
    return Response.objects.filter(case=case).exclude(state=ResponseState.VOID).first()


def _publish(response: Response) -> None:
    response.state = ResponseState.SENT
    response.save()
    Publication.objects.create(
        response=response,
        authority=response.case.authority,
        slug=f"entry-{response.pk}",
        received=TODAY,
        responded=TODAY,
        year=2026,
        published_at=timezone.now(),
    )


def _decide_on(response: Response, choice: str, world: World) -> None:
    PublicationDecision.objects.create(
        response=response, choice=choice, reason="x", by=world.officer, at=timezone.now()
    )


def test_progress_counts_questions_and_not_parts(world: World) -> None:
    """A question decided part by part counts once, when all its parts are decided."""
    case = open_case(world, "1. How many\na) horses\nb) carts\ndo you keep?\n2. Why?")
    decide(case, Answer(denial(), ("1a",)), world.officer)
    assert case_standing(case, TODAY).progress == "0 of 2 decided"
    decide(case, Answer(denial(), ("1b",)), world.officer)
    assert case_standing(case, TODAY).progress == "1 of 2 decided"


def test_a_case_with_one_part_decided_is_being_decided(world: World) -> None:
    """A case is found under its stage although no question of it is decided as a whole yet."""
    # BUG (reported): as above.
    case = open_case(world, "1. How many\na) horses\nb) carts\ndo you keep?")
    decide(case, Answer(denial(), ("1a",)), world.officer)
    assert overview(world.force, world.officer, TODAY).stages[Stage.DECIDING] == 1


def test_the_counts_of_the_stages_are_those_of_the_cases(world: World) -> None:
    """Each case is counted in one stage, and only those of the force."""
    open_case(world)
    open_case(world)
    sent(world)
    counts = overview(world.force, world.officer, TODAY).stages
    assert {known: count for known, count in counts.items() if count} == {Stage.NEW: 2, Stage.SENT: 1}
    assert sum(overview(world.elsewhere, world.outsider, TODAY).stages.values()) == 0


def test_stages_and_queues_are_known_in_few_queries(world: World, django_assert_num_queries: object) -> None:
    """However many there are: three of who looks, one for the trail, two for what changed, one for how many ended."""
    for _ in range(3):
        decide(open_case(world), Answer(denial(), ("1",)), world.officer)
        open_case(world)
    published(world)
    forget_cases()
    with django_assert_num_queries(6):  # type: ignore[operator]
        overview(world.force, world.officer, TODAY)
    open_case(world)
    with django_assert_num_queries(7):  # type: ignore[operator]
        overview(world.force, world.officer, TODAY)
    with django_assert_num_queries(4):  # type: ignore[operator]
        seen = overview(world.force, world.officer, TODAY)
        counts, queues = seen.stages, seen.queues
    assert len(queues[Queue.MINE]) == 7
    assert {known: count for known, count in counts.items() if count} == {
        Stage.NEW: 4,
        Stage.DECIDING: 3,
        Stage.CLOSED: 1,
    }


@pytest.mark.parametrize("known", Stage)
def test_every_stage_says_what_is_next(known: Stage) -> None:
    """Nobody has to know the stages by heart."""
    assert NEXT_STEP[known]


@pytest.mark.parametrize(
    ("today", "left", "late"),
    [
        (date(2026, 4, 8), 1, False),
        (date(2026, 4, 9), 0, False),
        (date(2026, 4, 10), -1, True),
        (date(2026, 4, 12), -1, True),
        (date(2026, 4, 13), -2, True),
    ],
)
def test_days_left_are_working_days(world: World, today: date, left: int, late: bool) -> None:
    """On the due date no day is left and the case is not late; weekends do not make it later."""
    found = case_standing(open_case(world), today)
    assert (found.due, found.days_left, found.late, found.days_late) == (date(2026, 4, 9), left, late, max(0, -left))


def test_the_weekend_after_the_due_date_is_late_by_a_day(world: World) -> None:
    """No working day has passed, and yet nobody is told that it is late by none: the clock counts the same."""
    found = case_standing(open_case(world, received=date(2026, 1, 9)), date(2026, 2, 7))
    assert (found.due, found.late, found.days_late) == (date(2026, 2, 6), True, 1)


def test_what_was_sent_is_not_late(world: World) -> None:
    """After the letter has gone, the passing of the due date means nothing."""
    assert not case_standing(sent(world).case, date(2026, 6, 1)).late


def test_past_the_calendar_no_due_date_is_told(world: World) -> None:
    """A case whose due date cannot be told is shown without one, and the page still works."""
    case = open_case(world)
    Case.objects.filter(pk=case.pk).update(received=date(2028, 12, 20), due=None)
    found = case_standing(case, TODAY)
    assert (found.due, found.days_left, found.late) == (None, None, False)
    client = Client()
    client.force_login(world.officer)
    assert client.get(reverse("desk:caseload")).status_code == 200
    assert client.get(reverse("desk:case", args=[case.pk])).status_code == 200


# The caseload


def caseload(world: World, query: str = "") -> tuple[str, int]:
    """The page of the caseload, and the queries that it took."""
    client = Client()
    client.force_login(world.officer)
    forget_cases()
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("desk:caseload") + query)
    assert page.status_code == 200
    return page.content.decode(), len(queries)


def test_the_caseload_takes_as_many_queries_for_many_cases_as_for_few(world: World) -> None:
    """Ten cases or sixty, at every stage: the number of queries is the same."""
    for _ in range(5):
        decide(open_case(world), Answer(denial(), ("1",)), world.officer)
        open_case(world)
    _, few = caseload(world, "?stage=all")
    for _ in range(25):
        decide(open_case(world), Answer(denial(), ("1",)), world.officer)
        open_case(world)
    page, many = caseload(world, "?stage=all")
    assert "60 cases" in page
    assert many == few < 25


@pytest.mark.parametrize("name", ["case", "questions", "letter"])
def test_a_page_of_a_case_takes_as_many_queries_for_many_questions_as_for_few(world: World, name: str) -> None:
    """Two questions or forty, each decided: the number of queries is the same."""

    def queries(count: int) -> int:
        case = open_case(world, "\n".join(f"{number}. Number {number}?" for number in range(1, count + 1)))
        for number in range(1, count + 1):
            decide(case, Answer(denial(), (str(number),)), world.officer)
        client = Client()
        client.force_login(world.officer)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"desk:{name}", args=[case.pk])).status_code == 200
        return len(captured)

    assert queries(2) == queries(40)


def test_the_caseload_shows_the_earliest_due_first(world: World) -> None:
    """What is due first stands first, whenever it was entered."""
    late, early = open_case(world), open_case(world, received=RECEIVED - timedelta(days=3))
    page, _ = caseload(world)
    assert page.index(f">{early.reference}<") < page.index(f">{late.reference}<")


def test_the_caseload_leaves_out_what_is_closed_unless_asked(world: World) -> None:
    """Published cases are under all cases, and open ones are shown at first."""
    done = published(world).response.case
    open_one = open_case(world)
    page, _ = caseload(world)
    assert f">{open_one.reference}<" in page
    assert f">{done.reference}<" not in page
    assert f">{done.reference}<" in caseload(world, "?stage=all")[0]
    assert f">{done.reference}<" in caseload(world, "?stage=closed")[0]


def test_the_caseload_is_searched_and_filtered(world: World) -> None:
    """By words of the title, by reference, by stage and by whose case it is."""
    horses, carts = open_case(world), open_case(world, title="Carts")
    Case.objects.filter(pk=carts.pk).update(officer=world.second)
    for query, shown, hidden in (
        ("?q=HORSES+police", horses, carts),
        ("?q=2A", carts, horses),
        ("?queue=mine", horses, carts),
    ):
        page, _ = caseload(world, query)
        assert f">{shown.reference}<" in page, query
        assert f">{hidden.reference}<" not in page, query
    assert "No case matches" in caseload(world, "?stage=cleared")[0]


@pytest.mark.parametrize(
    "query",
    [
        "?page=-1",
        "?page=abc",
        "?page=99999",
        "?stage=x",
        "?q=%25",
        "?q=%27%22)--",
        "?q=%00",
        "?mine=2",
        "?q=" + "x" * 9_000,
    ],
)
def test_the_caseload_survives_any_query(world: World, query: str) -> None:
    """Whatever stands in the address, the page answers."""
    # BUG (reported, PostgreSQL only): NUL in `q` is passed to the database, which refuses it.
    open_case(world)
    caseload(world, query)


def test_an_outcome_is_no_stage() -> None:
    """Stages and outcomes are different words."""
    assert not {known.value for known in Stage} & {outcome.value for outcome in Outcome}


def test_a_letter_cannot_be_put_up_twice(world: World) -> None:
    """A case has one live letter, so its stage is never two things."""
    case = decide_all(world, open_case(world))
    prepared(world, case)
    with pytest.raises(Refused, match="already up for clearance"):
        prepare(case.pk, TODAY, world.officer)


def test_the_standing_reads_what_the_query_annotated(world: World, django_assert_num_queries: object) -> None:
    """Working out the standing of a case that was loaded takes no query."""
    open_case(world)
    case = with_standing(Case.objects.all()).get()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert standing(case, TODAY).stage is Stage.NEW
