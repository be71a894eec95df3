"""The workflow is one table: every role, in every state, with every event, does what it says and nothing else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post.mails import mail as some_mail

from candour.desk import workflow as module
from candour.desk.answering.decide import changing, complete, remove
from candour.desk.answering.letter import Portion, decided_questions, open_portion
from candour.desk.breaches.record import assess, close, start
from candour.desk.business_areas.referral import advise, refer
from candour.desk.business_areas.tasks import ask
from candour.desk.caseload.assign import assign
from candour.desk.caseload.away import record_absence
from candour.desk.caseload.filters import share, take_back
from candour.desk.caseload.known_cases import KnownCases, forget_cases, known_cases
from candour.desk.caseload.notes import write_note
from candour.desk.caseload.profile import set_profile
from candour.desk.caseload.restrict import lift_restriction, name_on_case, restrict, take_off_case
from candour.desk.caseload.watching import add_watcher
from candour.desk.clearing.chain import step_of
from candour.desk.clearing.clear import bypass, clear, send_back
from candour.desk.clearing.passages import comment
from candour.desk.clearing.put_up import prepare, prepare_notice
from candour.desk.deadlines.clock import record_event
from candour.desk.deadlines.ending import close_lapsed, end_request
from candour.desk.intake.aggregation import look_for_requests
from candour.desk.intake.hear import hear
from candour.desk.intake.questions import correct_questions
from candour.desk.intake.receive import add_request, receive_request
from candour.desk.intake.triage import triage
from candour.desk.jobs import enqueue, stop
from candour.desk.keeping.retention import ask_destruction, hold
from candour.desk.models import (
    Authority,
    Breach,
    BusinessArea,
    Case,
    Decision,
    Event,
    Hold,
    InternalReview,
    NamedPerson,
    Profile,
    Publication,
    Referral,
    RequesterMessage,
    Response,
    ResponseState,
    Restriction,
    SavedFilter,
    Sharing,
    StaffMember,
)
from candour.desk.models.response import LetterKind
from candour.desk.models.staff import Role
from candour.desk.publishing.decision import Choice, put_off
from candour.desk.publishing.publish import correct, publish, withdraw
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.reviewing.bundle import export_bundle
from candour.desk.reviewing.complaint import open_complaint
from candour.desk.reviewing.review import find, open_review
from candour.desk.stage import FINAL, Stage, case_standing
from candour.desk.workflow import PROGRAM, WorkflowError, read, require, require_of_force, target, workflow
from candour.law.clock import ClarificationAsked, ClarificationGiven, CommissionerComplaint, Withdrawn
from candour.letters.notices import Clarification, HandOver, Unclear
from candour.letters.response import Answer
from candour.post.acknowledge import acknowledge
from candour.post.deal import deal_with_returned, not_request, put_to_case
from candour.post.deal import take_back as take_mail_back
from candour.post.models import EntryState
from candour.post.send import resolve_interrupted, send
from candour.post.take_in import take_in
from candour.site.demo import decide
from desk.world import (
    TODAY,
    World,
    decide_all,
    decision_on,
    denial,
    disclosure,
    incoming,
    mail_that_came_back,
    make_staff,
    open_case,
    portion,
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
    area: BusinessArea
    referral: Referral

    def now(self) -> Stage:
        """The state of the case, with which the mark that open cases are found by agrees."""
        case = Case.objects.get(pk=self.case.pk)
        state = case_standing(case, timezone.localdate()).stage
        assert case.final_stage == (state if state in FINAL else "")
        return state


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


def declined(world: World, case: Case) -> None:
    """The letter was sent, and somebody has decided that it is not published."""
    put_off(sent(world, case).pk, Choice.NOT, "It repeats what is published.", world.officer)


def stage_up(world: World, case: Case) -> Response:
    """A letter to the first question is up, and the second is still open."""
    one_open(world, case)
    return prepare(case.pk, TODAY, world.officer, portion=portion(case, "1"))


def stage_sent(world: World, case: Case) -> Response:
    """A letter to the first question was sent, and the second is still open."""
    letter = stage_up(world, case)
    return send(clear(letter.pk, letter.digest, world.second).pk, world.officer)


def rest_ready(world: World, case: Case) -> None:
    """A letter to the first question was sent, and the second is decided."""
    stage_sent(world, case)
    given, exhibit = disclosure()
    decide(case, Answer(given, ("2",), (exhibit,)), world.officer)


def withdrawn(world: World, case: Case) -> None:
    """The requester withdrew while the letter was up."""
    up(world, case)
    end_request(case, Withdrawn(TODAY), world.officer)


def lapsed(world: World, case: Case) -> None:
    """Clarification was asked for and did not come."""
    asked = TODAY - timedelta(days=1)
    record_event(case, ClarificationAsked(asked, reply_by=asked), world.officer)
    close_lapsed(case, world.officer)


def rest_lapsed(world: World, case: Case) -> None:
    """The first question was answered, and the other lapsed."""
    stage_sent(world, case)
    lapsed(world, case)


SITUATIONS: dict[str, tuple[Stage, Callable[[World, Case], object]]] = {
    "new": (Stage.NEW, lambda *_: None),
    "one of two decided": (Stage.DECIDING, one_open),
    "one left to complete": (Stage.DECIDING, last_open),
    "a stage up": (Stage.AWAITING_CLEARANCE, stage_up),
    "a stage sent, the rest open": (Stage.DECIDING, stage_sent),
    "a stage sent, the rest ready": (Stage.READY, rest_ready),
    "a stage published": (Stage.DECIDING, lambda world, case: publish(stage_sent(world, case).pk, world.officer)),
    "ready": (Stage.READY, decide_all),
    "awaiting clearance": (Stage.AWAITING_CLEARANCE, up),
    "cleared": (Stage.CLEARED, cleared),
    "sending interrupted": (Stage.CLEARED, interrupted),
    "sent": (Stage.SENT, sent),
    "published": (Stage.CLOSED, lambda world, case: publish(sent(world, case).pk, world.officer)),
    "not to be published": (Stage.CLOSED, declined),
    "withdrawn with a letter up": (Stage.ENDED, withdrawn),
    "lapsed": (Stage.ENDED, lapsed),
    "a stage sent, the rest lapsed": (Stage.ENDED, rest_lapsed),
}


def an_open_decision(at: Situation) -> Decision:
    """A stored decision, one that is not complete if there is one, or a new one."""
    still = open_portion(at.case.pk).decisions
    stored = Decision.objects.filter(still, case=at.case).order_by("completed", "pk").first()
    return stored or first_open(at)


def first_open(at: Situation) -> Decision:
    """The decision on the first question that no letter which was sent has answered, or on the first at all."""
    still = at.case.questions.filter(pk__in=open_portion(at.case.pk).questions).first()
    return decision_on(at.case, still.number if still else "1")


def change(at: Situation, actor: StaffMember) -> None:
    decision = first_open(at)
    with changing(decision, decision.version, actor, "x"):
        pass


def reword(at: Situation, actor: StaffMember) -> None:
    """Other words for each question, so that a decision on it has to be completed anew."""
    still = open_portion(at.case.pk).questions
    entries = [
        {
            "question": each.pk,
            "number": each.number,
            "group": each.group,
            "lead_in": each.lead_in,
            "text": f"{each.text} More?" if each.pk in still else each.text,
            "parts": each.asked.parts,
            "remove": False,
        }
        for each in at.case.questions.all()
    ]
    correct_questions(at.case, entries, actor)


def put_up_a_stage(at: Situation, actor: StaffMember) -> None:
    """A letter to the first open question that is decided, or to the first of all."""
    still = open_portion(at.case.pk)
    ready = decided_questions(at.case.pk, still)
    chosen = ready[0] if ready else at.case.questions.filter(pk__in=still.questions).first()
    chosen = chosen or at.case.questions.get(number="1")
    prepare(at.case.pk, TODAY, actor, portion=Portion(frozenset({chosen.pk}), rest=False))


def with_letter(event: str, act: Callable[[Response, StaffMember], object]) -> Callable[[Situation, Any], object]:
    """What is done with the letter; where there is none yet, only the workflow can be asked."""

    def acted(at: Situation, actor: StaffMember) -> None:
        letter = at.notice if event.endswith("_notice") else at.answer
        if letter is None:
            require(event, at.case, actor)
            raise AssertionError("nothing can be done with a letter that there is not")
        act(letter, actor)

    return acted


def ask_area(at: Situation, actor: StaffMember | None) -> None:
    """The desk itself only reminds, so for it the table alone is asked."""
    if actor is None:
        require("ask_area", at.case, None)
        return
    ask(at.case.questions.all()[0], at.area, "x", TODAY, "https://foi.westvale.police.example/", actor)


def refer_it(at: Situation, actor: StaffMember) -> None:
    refer(at.case.questions.all()[0], at.world.elsewhere, "x", actor)


def say_something(at: Situation, actor: StaffMember) -> None:
    """A comment on the letter that there is; the states without one have a notice here."""
    letter = at.notice or at.answer
    assert letter is not None
    comment(letter.pk, 1, "x", actor)


def has_a_step(event: str, at: Situation, person: StaffMember | None) -> bool:
    """Whether the chain of the letter has a step for the person's role: the table leaves that to the chain."""
    letter = at.notice if event.endswith("_notice") else at.answer
    return bool(letter and person and step_of(letter, person))


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


def own(at: Situation, actor: StaffMember | None, *, restricted: bool = True) -> Case:
    """The case as that of whoever may say who sees it: it is for its officer to say, and for a manager."""
    if actor is not None and not module.why_not_allowed("restrict_case", at.case.authority_id, actor):
        Case.objects.filter(pk=at.case.pk).update(officer=actor)
        if restricted:
            made = Restriction.objects.create(case_id=at.case.pk, why="x", set_by=actor, set_at=timezone.now())
            for person in (actor, at.world.second):
                NamedPerson.objects.create(restriction=made, person=person)
    return at.case


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


def hear_from(at: Situation, actor: StaffMember | None) -> None:
    """Only the requester says something: the step is the program's own, so a person is asked about by the table."""
    if actor is not None:
        require("hear_requester", at.case, actor)
    kind = RequesterMessage.Kind.REVIEW if at.state in {Stage.SENT, Stage.CLOSED} else RequesterMessage.Kind.NARROW
    hear(at.case.pk, kind, "x", uuid.uuid4())


def somebody_else(at: Situation, actor: StaffMember | None) -> StaffMember:
    """A colleague, whose days are not the actor’s own to tell."""
    own = actor.pk if actor else None
    return StaffMember.objects.filter(authority=at.world.force).exclude(pk=own).order_by("pk")[0]


def filter_of(person: StaffMember) -> SavedFilter:
    """A filter that the person keeps, not stored: whether the step is theirs is all that is asked of it."""
    return SavedFilter(person=person, name="Late", query="queue=late")


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


def hold_it(at: Situation, actor: StaffMember) -> None:
    hold(at.case.pk, Hold.Kind.LITIGATION, "x", actor)


def start_a_record(at: Situation, actor: StaffMember) -> None:
    start(at.case.pk, uuid.uuid4(), {"way": "other", "what": "x", "aware_at": timezone.now()}, actor, end_links=True)


def a_record(at: Situation) -> Breach:
    """The open record of the case."""
    return at.case.breaches.get()


def read_breaches(at: Situation, actor: StaffMember) -> None:
    """Whoever may read them opens the list; nothing is written."""
    client = Client()
    client.force_login(actor)
    if client.get(reverse("desk:breaches")).status_code == 403:
        raise NotAllowed


def review_it(at: Situation, actor: StaffMember) -> None:
    """Write a finding; a review is there wherever an answer has gone, and is given to whoever may write it."""
    review = at.case.reviews.first()
    if review is None:
        require("review", at.case, actor)
        raise AssertionError("nothing can be reviewed where no answer has gone")
    if not module.why_not_allowed("review", at.case.authority_id, actor):
        InternalReview.objects.filter(pk=review.pk).update(reviewer=actor)
    values = {"result": "upheld", "reasons": "x"}
    find(review.pk, review.version, decision_on(at.case, "1"), values, actor)


def with_what_it_needs(at: Situation, event: str) -> Situation:
    """The same with a review that is open, where there can be one, or with an open record of a breach."""
    if event == "review" and at.state in {Stage.SENT, Stage.CLOSED}:
        open_review(at.case.pk, TODAY, "", at.world.officer)
    if event in {"handle_breach", "close_breach"}:
        # Without anything of the case having been stopped, which would change its state.
        given = {"way": "other", "what": "x", "submission": uuid.uuid4(), "number": 1, "aware_at": timezone.now()}
        made = {"started_at": timezone.now(), "started_by": at.world.officer, "authority": at.world.force}
        Breach.objects.create(case=at.case, **given, **made)
    return at


ACTIONS: dict[str, Callable[[Situation, Any], object]] = {
    "receive": lambda at, who: receive_request(at.world.force, incoming(), who),
    "join_request": lambda at, who: add_request(at.case, incoming(), who),
    "correct_questions": reword,
    "decide": change,
    "complete": lambda at, who: complete(an_open_decision(at), an_open_decision(at).version, who),
    "remove_decision": lambda at, who: remove(an_open_decision(at), an_open_decision(at).version, who),
    "prepare": lambda at, who: prepare(at.case.pk, TODAY, who),
    "prepare_stage": put_up_a_stage,
    "clear": with_letter("clear", lambda letter, who: clear(letter.pk, letter.digest, who)),
    "bypass": with_letter("bypass", lambda letter, who: bypass(letter.pk, letter.digest, "x", who)),
    "send_back": with_letter("send_back", lambda letter, who: send_back(letter.pk, "x", who)),
    "send": with_letter("send", lambda letter, who: send(letter.pk, who)),
    "confirm_sent": with_letter(
        "confirm_sent", lambda letter, who: resolve_interrupted(letter.pk, was_sent=True, actor=who)
    ),
    "confirm_not_sent": with_letter(
        "confirm_not_sent", lambda letter, who: resolve_interrupted(letter.pk, was_sent=False, actor=who)
    ),
    "publish": with_letter("publish", lambda letter, who: publish(letter.pk, who)),
    "hold_publication": with_letter("hold_publication", lambda letter, who: put_off(letter.pk, Choice.HOLD, "x", who)),
    "decline_publication": with_letter(
        "decline_publication", lambda letter, who: put_off(letter.pk, Choice.NOT, "x", who)
    ),
    "correct_entry": with_entry("correct_entry", lambda entry, who: correct(entry.pk, ["horses"], "x", who)),
    "withdraw_entry": with_entry("withdraw_entry", lambda entry, who: withdraw(entry.pk, "x", who)),
    "prepare_notice": lambda at, who: prepare_notice(at.case.pk, LetterKind.CLARIFICATION, NOTICE, TODAY, who),
    "clear_notice": with_letter("clear_notice", lambda letter, who: clear(letter.pk, letter.digest, who)),
    "bypass_notice": with_letter("bypass_notice", lambda letter, who: bypass(letter.pk, letter.digest, "x", who)),
    "hand_over": with_letter("_notice", lambda letter, who: send(letter.pk, who)),
    "triage": lambda at, who: triage(at.case.pk, {}, who),
    "ask_area": ask_area,
    "refer": refer_it,
    "advise": lambda at, who: advise(at.referral.pk, "x", who),
    "comment": say_something,
    "restrict_case": lambda at, who: restrict(own(at, who, restricted=False).pk, "x", who),
    "name_on_case": lambda at, who: name_on_case(own(at, who).pk, at.world.approver, "x", who),
    "take_off_case": lambda at, who: take_off_case(own(at, who).pk, at.world.second, "x", who),
    "lift_restriction": lambda at, who: lift_restriction(own(at, who).pk, "x", who),
    "acknowledge": lambda at, who: acknowledge(at.case, who),
    "note": lambda at, who: write_note(at.case.pk, "x", who),
    "set_watchers": lambda at, who: add_watcher(at.case.pk, at.world.second, who),
    "share_filter": lambda at, who: share(filter_of(who or at.world.officer), Sharing.FORCE, who),
    "take_back_filter": lambda at, who: take_back(filter_of(somebody_else(at, who)), who),
    "record_absence": lambda at, who: record_absence(somebody_else(at, who), TODAY, TODAY, who),
    "set_profile": lambda at, who: set_profile(at.case.pk, Profile.HIGH, "x", who),
    "send_back_notice": with_letter("send_back_notice", lambda letter, who: send_back(letter.pk, "x", who)),
    "send_notice": with_letter("send_notice", lambda letter, who: send(letter.pk, who)),
    "take_up_review": lambda at, who: open_review(at.case.pk, TODAY, "", who),
    "review": review_it,
    "handle_complaint": lambda at, who: open_complaint(at.case.pk, {"reference": "IC-1", "told_on": TODAY}, who),
    "export_bundle": lambda at, who: export_bundle(at.case.pk, "x", who),
    "hold": hold_it,
    "start_breach": start_a_record,
    "handle_breach": lambda at, who: assess(a_record(at).pk, 0, "likely", "x", who),
    "close_breach": lambda at, who: close(a_record(at).pk, 0, "x", who, was_breach=False),
    "read_breaches": read_breaches,
    "destroy": lambda at, who: ask_destruction(at.world.force, [], who),
    "record_event": lambda at, who: record_event(at.case, CommissionerComplaint(TODAY, "IC-9"), who),
    "end_request": lambda at, who: end_request(at.case, Withdrawn(TODAY), who),
    "take_up_again": lambda at, who: record_event(at.case, ClarificationGiven(TODAY), who),
    "handle_mail": lambda at, who: deal_with_returned(at.case.outgoing_mail.get(response=None).pk, "x", who),
    "handle_post": lambda at, who: not_request(at.world.force.mail.get(state="waiting").pk, "x", who),
    "put_mail": lambda at, who: put_to_case(at.world.force.mail.get(state="waiting").pk, at.case, who),
    "take_mail_out": lambda at, who: take_mail_back(at.case.mail.get().pk, "x", who),
    "hear_requester": hear_from,
    "take_over": take_over,
    "assign": lambda at, who: assign(at.case.pk, at.world.second, "x", who),
    "look": look,
    "look_for_requests": lambda at, who: look_for_requests(at.case, who),
    "keep_register": keep_register,
    "steer_work": steer_work,
    "check_trail": check_trail,
    "audit_releases": audit_releases,
}
PAGES = {"take_over", "look", "keep_register", "check_trail", "audit_releases", "read_breaches"}
NO_CHANGE = {"record_absence", "share_filter", "take_back_filter"}
"""A day off may be of health and is no matter for a trail that is kept for ever; every other step that writes leaves an
event in it."""
OF_NOTICES = {
    "prepare_notice",
    "clear_notice",
    "bypass_notice",
    "send_back_notice",
    "send_notice",
    "hand_over",
    "comment",
}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b.*", re.IGNORECASE)
BY_THE_SESSION = ("desk_staffsession", "desk_signinrecord", "desk_staffmember", "desk_job")


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
    mail_that_came_back(case)
    take_in(some_mail())
    joined = take_in(some_mail("It is about the case.\n", message_id="<two@requester.example>"))
    joined.entries.update(state=EntryState.ATTACHED, case=case)
    build(world, case)
    live = Response.objects.filter(case=case, kind=LetterKind.ANSWER).exclude(state=ResponseState.VOID).first()
    area = BusinessArea.objects.create(authority=world.force, name="Stables", email="stables@westvale.police.example")
    question = case.questions.all()[0]
    # Referred to the force itself, so that the people of the test are those of the unit.
    referral = Referral.objects.create(case=case, question=question, to=world.force, asked="x", made_by=world.officer)
    make_staff(world.elsewhere, "unit", "Una", "national")
    return Situation(world, case, state, live, None, name == "sending interrupted", area, referral)


def handing_over(at: Situation) -> Situation:
    """The same with a cleared letter that hands over a question, where one is left that is not decided."""
    left = at.case.questions.filter(answered_questions__isnull=True, decisions__isnull=True).first()
    if left is None:
        return at
    rest = at.case.questions.filter(answered_questions__isnull=True).count() > 1
    notice = HandOver("routine", ((left.label, left.text),), "The stables", "stables@westvale.police.example", rest)
    letter = prepare_notice(at.case.pk, LetterKind.HAND_OVER, notice, TODAY, at.world.officer)
    letter = clear(letter.pk, letter.digest, at.world.second)
    return replace(at, notice=letter, state=case_standing(at.case, TODAY).stage)


def with_notice(at: Situation, event: str) -> Situation:
    """The same with a notice as far on its way as the event needs it."""
    if at.state in {Stage.SENT, Stage.CLOSED, Stage.ENDED} or event == "prepare_notice":
        return at
    if event == "hand_over":
        return handing_over(at)
    letter = prepare_notice(at.case.pk, LetterKind.CLARIFICATION, NOTICE, TODAY, at.world.officer)
    if event == "send_notice":
        letter = clear(letter.pk, letter.digest, at.world.second)
    return replace(at, notice=letter)


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
    if event == "decide":
        return target(event, at.case, decision=first_open(at))
    return target(event, at.case)


@pytest.fixture
def people(world: World) -> dict[str, StaffMember | None]:
    """Somebody of each role who had no part in anything yet, and the program itself."""
    found: dict[str, StaffMember | None] = {
        role: make_staff(world.force, f"new-{role}", role.title(), role) for role in Role.values
    }
    return {**found, PROGRAM: None}


def as_stored(force: Authority) -> KnownCases:
    """The cases as the database has them, whatever the process knew."""
    forget_cases()
    return known_cases(force)


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_role_and_event_does_what_the_table_says(
    world: World, people: dict[str, StaffMember | None], name: str
) -> None:
    """Allowed, with the one target of the table, in the trail, known to the caseload; or refused and not written."""
    at = situation(world, name)
    assert at.now() == at.state
    allowed = 0
    for event, act in ACTIONS.items():
        with taken_back():
            here = with_notice(at, event) if event in OF_NOTICES else with_what_it_needs(at, event)
            for role, person in people.items():
                if person is None and event in PAGES:
                    continue
                letter = here.notice or (here.answer if event == "comment" else None)
                if event in OF_NOTICES - {"prepare_notice"} and letter is None:
                    continue  # once the answer has gone, no notice is on its way that the test could take
                wanted = expected(event, role, here)
                if event in {"clear", "clear_notice"} and wanted and not has_a_step(event, here, person):
                    wanted = None
                with taken_back(), writes() as written:
                    if wanted is None:
                        with pytest.raises(Refused):
                            act(here, person)
                        assert written == [], (event, role)
                    else:
                        before = Event.objects.count()
                        known_cases(world.force)
                        act(here, person)
                        assert here.now() == wanted, (event, role)
                        assert known_cases(world.force) == as_stored(world.force), (event, role)
                        assert Event.objects.count() > before or not written or event in NO_CHANGE, (event, role)
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
    assert client.get(reverse("desk:caseload")).status_code == (200 if sees else 302)
    assert client.get(reverse("desk:jobs")).status_code == (200 if sees else 403)
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
    "an unknown state": ('moves = { ready = "awaiting_clearance" }', 'moves = { posted = "awaiting_clearance" }'),
    "an unknown target": ('moves = { ready = "awaiting_clearance" }', 'moves = { ready = "burnt" }'),
    "an unknown guard": ('guards = ["nobody_is_sending_it"]', 'guards = ["the_moon_is_full"]'),
    "an unknown reason": ('new = "@what_is_undecided"', 'new = "@whatever"'),
    "an unknown condition": ("it_is_the_only_one", "it_is_tuesday"),
    "an unknown key": ('does = "publish the answer"', 'does = "publish the answer"\nwho = "me"'),
    "an event twice": ('name = "publish"', 'name = "send"'),
    "a state that nothing leads to": ('= "awaiting_clearance"', '= "deciding"'),
    "both possible and refused": ('closed = "it has already been sent"', 'cleared = "it is not"'),
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
        read(TEXT.replace(old, new))
