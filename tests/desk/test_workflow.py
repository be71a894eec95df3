"""The workflow is one table: every role, in every state, with every event, does what it says and nothing else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from candour.desk import workflow as module
from candour.desk.aggregation import look_for_requests
from candour.desk.assign import assign
from candour.desk.clear import clear, prepare, prepare_notice, send_back
from candour.desk.clock import record_event
from candour.desk.decide import changing, complete, remove
from candour.desk.jobs import enqueue, stop
from candour.desk.models import Case, Decision, Event, Publication, Response, ResponseState, StaffMember
from candour.desk.models.response import LetterKind
from candour.desk.models.staff import Role
from candour.desk.publish import correct, publish, withdraw
from candour.desk.questions import correct_questions
from candour.desk.receive import add_request, receive_request
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.stage import Stage, case_standing
from candour.desk.workflow import PROGRAM, WorkflowError, read, require, require_of_force, target, workflow
from candour.law.clock import Withdrawn
from candour.letters.notices import Clarification, Unclear
from candour.letters.response import Answer
from candour.post.send import resolve_interrupted, send
from candour.site.demo import decide
from desk.world import (
    TODAY,
    World,
    decide_all,
    decision_on,
    denial,
    incoming,
    make_staff,
    open_case,
    prepared,
    taken_back,
)

NOTICE = Clarification((Unclear("police horses", "which years you mean.", "we keep figures by year."),))
PEOPLE = [*Role.values, PROGRAM]
TEXT = module.resources.files("candour.desk").joinpath("workflow.toml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Situation:
    """A case somewhere on its way. The letters in it were made by people who take no other step here."""

    world: World
    case: Case
    state: Stage
    answer: Response | None
    notice: Response | None
    interrupted: bool

    def now(self) -> Stage:
        """The state of the case."""
        return case_standing(Case.objects.get(pk=self.case.pk), timezone.localdate()).stage


def one_open(world: World, case: Case) -> None:
    """One decision is complete, of two questions."""
    decide(case, Answer(denial(), ("1",)), world.officer)


def last_open(world: World, case: Case) -> None:
    """Everything is decided, and one decision is still to be completed."""
    decide_all(world, case)
    decision = decision_on(case, "1")
    with changing(decision, decision.version, world.officer, "x"):
        pass


def up(world: World, case: Case) -> Response:
    """The letter is up for clearance."""
    return prepared(world, decide_all(world, case))


def cleared(world: World, case: Case) -> Response:
    """The letter is cleared."""
    letter = up(world, case)
    return clear(letter.pk, letter.digest, world.second)


def interrupted(world: World, case: Case) -> None:
    """The process died while the letter was on its way."""
    Response.objects.filter(pk=cleared(world, case).pk).update(state=ResponseState.SENDING)


def sent(world: World, case: Case) -> Response:
    """The letter was sent."""
    return send(cleared(world, case).pk, world.officer)


SITUATIONS: dict[str, tuple[Stage, Callable[[World, Case], object]]] = {
    "new": (Stage.NEW, lambda *_: None),
    "one of two decided": (Stage.DECIDING, one_open),
    "one left to complete": (Stage.DECIDING, last_open),
    "ready": (Stage.READY, decide_all),
    "awaiting clearance": (Stage.AWAITING_CLEARANCE, up),
    "cleared": (Stage.CLEARED, cleared),
    "sending interrupted": (Stage.CLEARED, interrupted),
    "sent": (Stage.SENT, sent),
    "published": (Stage.PUBLISHED, lambda world, case: publish(sent(world, case).pk, world.officer)),
}


def an_open_decision(at: Situation) -> Decision:
    """A stored decision, one that is not complete if there is one, or a new one."""
    stored = Decision.objects.filter(case=at.case).order_by("completed", "pk").first()
    return stored or decision_on(at.case, "1")


def change(at: Situation, actor: StaffMember) -> None:
    decision = decision_on(at.case, "1")
    with changing(decision, decision.version, actor, "x"):
        pass


def reword(at: Situation, actor: StaffMember) -> None:
    """Other words for each question, so that a decision on it has to be completed anew."""
    entries = [
        {
            "question": each.pk,
            "number": each.number,
            "group": each.group,
            "lead_in": each.lead_in,
            "text": f"{each.text} More?",
            "parts": each.asked.parts,
            "remove": False,
        }
        for each in at.case.questions.all()
    ]
    correct_questions(at.case, entries, actor)


def with_letter(event: str, act: Callable[[Response, StaffMember], object]) -> Callable[[Situation, Any], object]:
    """What is done with the letter; where there is none yet, only the workflow can be asked."""

    def acted(at: Situation, actor: StaffMember) -> None:
        letter = at.notice if event.endswith("_notice") else at.answer
        if letter is None:
            require(event, at.case, actor)
            raise AssertionError("nothing can be done with a letter that there is not")
        act(letter, actor)

    return acted


def with_entry(event: str, act: Callable[[Publication, StaffMember], object]) -> Callable[[Situation, Any], object]:
    """What is done with the entry of the log; where there is none, only the workflow can be asked."""

    def acted(at: Situation, actor: StaffMember) -> None:
        entry = Publication.objects.filter(response__case=at.case).first()
        if entry is None:
            require(event, at.case, actor)
            raise AssertionError("nothing can be done with an entry that there is not")
        act(entry, actor)

    return acted


def confirmed(*, was_sent: bool) -> Callable[[Response, StaffMember], object]:
    """Saying what became of a letter whose sending was interrupted."""
    return lambda letter, who: resolve_interrupted(letter.pk, was_sent=was_sent, actor=who)


def take_over(at: Situation, actor: StaffMember) -> None:
    through_the_page(at, actor, reverse("desk:take-over", args=[at.case.pk]))


def look(at: Situation, actor: StaffMember) -> None:
    through_the_page(at, actor, reverse("desk:requester", args=[at.case.pk]), reason="It came back.")


def keep_register(at: Situation, actor: StaffMember) -> None:
    through_the_page(
        at,
        actor,
        reverse("desk:ncnd-new"),
        title=f"Topic of {actor}",
        granularity="unit",
        limbs="30(3)",
        in_force="on",
    )


def check_trail(at: Situation, actor: StaffMember) -> None:
    through_the_page(at, actor, reverse("desk:jobs"))


def audit_releases(at: Situation, actor: StaffMember) -> None:
    through_the_page(at, actor, reverse("desk:ledger"))


def through_the_page(at: Situation, actor: StaffMember, path: str, **posted: str) -> None:
    """Post the page as that person would. Raises NotAllowed for what the page answers with 403."""
    client = Client()
    client.force_login(actor)
    answer = client.post(path, posted)
    if answer.status_code == 403:
        raise NotAllowed


def steer_work(at: Situation, actor: StaffMember) -> None:
    stop(enqueue("trail.verify", str(uuid.uuid4()), authority=at.world.force).pk, actor)


ACTIONS: dict[str, Callable[[Situation, Any], object]] = {
    "receive": lambda at, who: receive_request(at.world.force, incoming(), who),
    "join_request": lambda at, who: add_request(at.case, incoming(), who),
    "correct_questions": reword,
    "decide": change,
    "complete": lambda at, who: complete(an_open_decision(at), an_open_decision(at).version, who),
    "remove_decision": lambda at, who: remove(an_open_decision(at), an_open_decision(at).version, who),
    "prepare": lambda at, who: prepare(at.case.pk, TODAY, who),
    "clear": with_letter("clear", lambda letter, who: clear(letter.pk, letter.digest, who)),
    "send_back": with_letter("send_back", lambda letter, who: send_back(letter.pk, "x", who)),
    "send": with_letter("send", lambda letter, who: send(letter.pk, who)),
    "confirm_sent": with_letter(
        "confirm_sent", lambda letter, who: resolve_interrupted(letter.pk, was_sent=True, actor=who)
    ),
    "confirm_not_sent": with_letter(
        "confirm_not_sent", lambda letter, who: resolve_interrupted(letter.pk, was_sent=False, actor=who)
    ),
    "publish": with_letter("publish", lambda letter, who: publish(letter.pk, who)),
    "correct_entry": with_entry("correct_entry", lambda entry, who: correct(entry.pk, ["horses"], "x", who)),
    "withdraw_entry": with_entry("withdraw_entry", lambda entry, who: withdraw(entry.pk, "x", who)),
    "prepare_notice": lambda at, who: prepare_notice(at.case.pk, LetterKind.CLARIFICATION, NOTICE, TODAY, who),
    "clear_notice": with_letter("clear_notice", lambda letter, who: clear(letter.pk, letter.digest, who)),
    "send_back_notice": with_letter("send_back_notice", lambda letter, who: send_back(letter.pk, "x", who)),
    "send_notice": with_letter("send_notice", lambda letter, who: send(letter.pk, who)),
    "record_event": lambda at, who: record_event(at.case, Withdrawn(TODAY), who),
    "take_over": take_over,
    "assign": lambda at, who: assign(at.case.pk, at.world.second, "x", who),
    "look": look,
    "look_for_requests": lambda at, who: look_for_requests(at.case, who),
    "keep_register": keep_register,
    "steer_work": steer_work,
    "check_trail": check_trail,
    "audit_releases": audit_releases,
}
PAGES = {"take_over", "look", "keep_register", "check_trail", "audit_releases"}
OF_NOTICES = {"prepare_notice", "clear_notice", "send_back_notice", "send_notice"}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b.*", re.IGNORECASE)
BY_THE_SESSION = ("django_session", "desk_staffmember", "desk_job")


@contextmanager
def writes() -> Iterator[list[str]]:
    """What is written to the database meanwhile, the sign-in and the job of the test itself left out."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if WRITES.match(sql) and not any(name in sql for name in BY_THE_SESSION):
            seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield seen


def situation(world: World, name: str) -> Situation:
    """The case taken as far as the situation says."""
    state, build = SITUATIONS[name]
    case = open_case(world)
    build(world, case)
    live = Response.objects.filter(case=case, kind=LetterKind.ANSWER).exclude(state=ResponseState.VOID).first()
    return Situation(world, case, state, live, None, interrupted=name == "sending interrupted")


def with_notice(at: Situation, event: str) -> Situation:
    """The same with a notice as far on its way as the event needs it."""
    if at.state in {Stage.SENT, Stage.PUBLISHED} or event == "prepare_notice":
        return at
    letter = prepare_notice(at.case.pk, LetterKind.CLARIFICATION, NOTICE, TODAY, at.world.officer)
    if event == "send_notice":
        letter = clear(letter.pk, letter.digest, at.world.second)
    return Situation(at.world, at.case, at.state, at.answer, letter, at.interrupted)


def expected(event: str, role: str, at: Situation) -> Stage | None:
    """The state to which the table says that the event leads; None where it is refused."""
    wanted = workflow().events[event]
    if role not in wanted.roles:
        return None
    if not wanted.concerns_a_case:
        return at.state
    if at.state not in wanted.moves:
        return None
    if any(module.GUARDS[guard](at.case) for guard in wanted.guards):
        return None
    if event in {"complete", "remove_decision"}:
        return target(event, at.case, decision=an_open_decision(at))
    return target(event, at.case)


@pytest.fixture
def people(world: World) -> dict[str, StaffMember | None]:
    """Somebody of each role who had no part in anything yet, and the program itself."""
    found: dict[str, StaffMember | None] = {
        role: make_staff(world.force, f"new-{role}", role.title(), role) for role in Role.values
    }
    return {**found, PROGRAM: None}


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_role_and_event_does_what_the_table_says(
    world: World, people: dict[str, StaffMember | None], name: str
) -> None:
    """Allowed, with the one target of the table; or refused, with nothing written."""
    at = situation(world, name)
    assert at.now() == at.state
    allowed = 0
    for event, act in ACTIONS.items():
        with taken_back():
            here = with_notice(at, event) if event in OF_NOTICES else at
            for role, person in people.items():
                if person is None and event in PAGES:
                    continue
                if event in OF_NOTICES - {"prepare_notice"} and here.notice is None:
                    continue  # once the answer has gone, no notice is on its way that the test could take
                wanted = expected(event, role, here)
                with taken_back(), writes() as written:
                    if wanted is None:
                        with pytest.raises(Refused):
                            act(here, person)
                        assert written == [], (event, role)
                    else:
                        act(here, person)
                        assert here.now() == wanted, (event, role)
                        allowed += 1
    assert allowed


def test_every_event_of_the_table_is_taken_above() -> None:
    """An event that the table gets is one that the test above walks."""
    assert set(ACTIONS) == set(workflow().events)
    assert {state for state, _ in SITUATIONS.values()} == set(Stage)


@pytest.mark.parametrize("event", sorted(set(workflow().events)))
def test_nobody_takes_a_step_in_another_force(world: World, event: str) -> None:
    """Whatever the role, and whatever the state of the case: forces are separate."""
    case = open_case(world)
    for role in Role.values:
        stranger = make_staff(world.elsewhere, f"far-{role}", "Far", role)
        with pytest.raises(NotAllowed, match="another force"):
            require(event, case, stranger)
        with pytest.raises(NotAllowed, match="another force"):
            require_of_force(event, world.force, stranger)


# What a refusal says


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return str(refused.value)


def test_a_refusal_says_what_stands_in_the_way(world: World) -> None:
    """In the words of the work: which question, which letter."""
    case = open_case(world)
    say = lambda: refusal(lambda: require("send", case, world.officer))  # noqa: E731  the same question five times
    assert say() == "You cannot send the letter: question 1 has no outcome."
    decide(case, Answer(denial(), ("1",)), world.officer)
    assert say() == "You cannot send the letter: question 2 has no outcome."
    last_open(world, case)
    assert say() == "You cannot send the letter: the decision on question 1 is not marked as complete."
    decision = decision_on(case, "1")
    complete(decision, decision.version, world.officer)
    assert say() == "You cannot send the letter: it has not been cleared."
    press = make_staff(world.force, "press", "Pia", "press")
    assert refusal(lambda: require("send", case, press)) == (
        "You cannot send the letter: your role, Press office, is not among those that do."
    )


def test_a_notice_that_was_sent_leaves_the_decisions_open(world: World) -> None:
    """Only the answer closes them."""
    case = open_case(world)
    letter = prepare_notice(case.pk, LetterKind.CLARIFICATION, NOTICE, TODAY, world.officer)
    send(clear(letter.pk, letter.digest, world.approver).pk, world.officer)
    decide_all(world, case)
    assert case_standing(case, TODAY).stage == Stage.READY


# Who sees what


@pytest.mark.parametrize("role", Role.values)
def test_each_role_sees_and_changes_what_it_may(world: World, role: str) -> None:
    """Contacts, the national unit and administrators open no case; readers open each and change none."""
    case = decide_all(world, open_case(world))
    client = Client()
    client.force_login(make_staff(world.force, role, "Ro", role))
    sees = workflow().sights[role] == "cases"
    for name in ("caseload", "jobs"):
        assert client.get(reverse(f"desk:{name}")).status_code == (200 if sees else 403)
    assert client.get(reverse("desk:case", args=[case.pk])).status_code == (200 if sees else 403)
    events = Event.objects.count()
    answer = client.post(reverse("desk:letter", args=[case.pk]), {})
    works = role in {"officer", "approver", "manager"}
    assert answer.status_code == (200 if works else 403)
    assert Event.objects.count() == events


def test_an_auditor_sees_who_asked_and_is_written_down(world: World) -> None:
    """Reading everything includes the requester; the look is in the trail like any other."""
    case = open_case(world)
    client = Client()
    client.force_login(make_staff(world.force, "auditor", "Ada", "auditor"))
    page = client.post(reverse("desk:requester", args=[case.pk]), {"reason": "Audit of looks."}).content.decode()
    assert "Quillfeather" in page
    assert case.events.filter(why="Audit of looks.").count() == 1


# The table is checked


BROKEN = {
    "an unknown role": ('roles = ["officer", "approver", "manager", "program"]\nopens', 'roles = ["clerk"]\nopens'),
    "an unknown state": ('moves = { sent = "published" }', 'moves = { posted = "published" }'),
    "an unknown target": ('moves = { sent = "published" }', 'moves = { sent = "burnt" }'),
    "an unknown guard": ('guards = ["nobody_is_sending_it"]', 'guards = ["the_moon_is_full"]'),
    "an unknown reason": ('new = "@what_is_undecided"', 'new = "@whatever"'),
    "an unknown condition": ("it_is_the_only_one", "it_is_tuesday"),
    "an unknown key": ('does = "publish the answer"', 'does = "publish the answer"\nwho = "me"'),
    "an event twice": ('name = "publish"', 'name = "send"'),
    "a state that nothing leads to": ('moves = { sent = "published" }', 'moves = { sent = "sent" }'),
    "both possible and refused": ('published = "it is already on the disclosure log"', 'sent = "it is not"'),
    "a role without sight": ('press = "cases"', 'press = "everything"'),
    "a role left out": ('press = "cases"', ""),
    "no TOML": ("[states.new]", "[states.new"),
    "no target otherwise": ('{ it_is_the_only_one = "new", otherwise = "deciding" }', '{ it_is_the_only_one = "new" }'),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_table_that_contradicts_itself_is_refused(what: str) -> None:
    """At the start and not in the middle of a case."""
    old, new = BROKEN[what]
    assert old in TEXT
    with pytest.raises(WorkflowError):
        read(TEXT.replace(old, new, 1))
