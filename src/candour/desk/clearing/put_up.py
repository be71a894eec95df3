"""Putting a letter up for clearance: what it lacks is said, then it is frozen and its chain is laid."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.answering.checks import lint_case
from candour.desk.answering.letter import (
    Portion,
    compose_letter,
    letter_gaps,
    load,
    open_portion,
    response_of,
)
from candour.desk.answering.notices import compose_case_notice, details_of, heading_of
from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.clearing.chain import lay_chain
from candour.desk.clearing.frozen import content_digest, file_faults, files_of, letter_facts, package_digest
from candour.desk.deadlines.clock import clock_of, event_of_letter, require_possible
from candour.desk.models import (
    AnsweredQuestion,
    Case,
    EventKind,
    NcndTopic,
    Question,
    Response,
    ResponseFile,
    StaffMember,
)
from candour.desk.models.response import PENDING_STATES, LetterKind
from candour.desk.publishing.published_at_once import goes_public, public_faults
from candour.desk.refusals import Refused
from candour.desk.safe_figures.ledger import require_untold
from candour.desk.safe_figures.letter_figures import require_explained
from candour.desk.safe_figures.protect import table_faults
from candour.desk.safe_figures.small_counts import require_confirmed
from candour.desk.workflow import require
from candour.law import Outcome
from candour.letters.labels import in_words
from candour.letters.model import Letter
from candour.letters.notices import HandOver, Notice, notice_gaps
from candour.letters.stored import to_plain

_SUBJECTS = {
    LetterKind.ANSWER: "our response",
    LetterKind.CLARIFICATION: "we need to know more",
    LetterKind.FEES_NOTICE: "fees notice",
    LetterKind.EXTENSION: "we need more time",
    LetterKind.HAND_OVER: "part of it is dealt with in another way",
}


def prepare(
    case_pk: int,
    dated: date,
    actor: StaffMember,
    override: str = "",
    confirmed: str = "",
    *,
    unaudited: str = "",
    portion: Portion | None = None,
) -> Response:
    """Freeze the answer of the case and put it up for clearance: to all that is still open, or to a portion of it.

    A letter in which the linter finds an error goes on only with `override`, the reason why it is right all the same,
    which the trail keeps; one with small counts that were not made safe only with `confirmed`, the reason why they may
    be shown; one whose tables could not be audited with earlier ones only with `unaudited`, the reason to go on. Raises
    Refused when something is missing, when a figure in its words is not explained, when its tables tell something with
    earlier ones, when an answer is already up, cleared or sent, or the date cannot be. Where the answer is published
    the moment it is sent, no reason excuses small counts, what a file shows in plain sight, or tables that could not be
    audited.
    """
    with transaction.atomic():
        opened = open_portion(case_pk)
        part = portion if portion and portion != opened else None
        if part and not (part.questions <= opened.questions and part.rest <= opened.rest and (part.questions)):
            raise Refused("Choose at least one question that no letter has answered yet.")
        case = _locked(case_pk, dated, "prepare_stage" if part else "prepare", actor, part or opened)
        lacking = letter_gaps(case, dated)
        if lacking:
            raise Refused("; ".join(f"{gap.about}: {gap.what}" for gap in lacking))
        if found := table_faults(case) + file_faults(case) + public_faults(case):
            raise Refused(" ".join(found))
        require_explained(case)
        require_untold(case, actor, unaudited, excusable=not goes_public(case))
        _require_clean(case, dated, actor, override)
        require_confirmed(case, actor, confirmed)
        letter = compose_letter(case, dated, case.requester.name)
        response = _freeze(case, LetterKind.ANSWER, {}, letter, dated, actor)
        _hold_questions(response, case)
        _note_register(case, dated)
        return response


def prepare_notice(case_pk: int, kind: LetterKind, notice: Notice, dated: date, actor: StaffMember) -> Response:
    """Freeze a letter that is no answer and put it up for clearance.

    Raises Refused when it lacks something in law, when another notice is on its way, or the answer has gone.
    """
    with transaction.atomic():
        case = _locked(case_pk, dated, "prepare_notice", actor)
        if case.responses.filter(state__in=PENDING_STATES).exclude(kind=LetterKind.ANSWER).exists():
            raise Refused("Another letter of this case, which is no answer, is on its way. Finish that one first.")
        lacking = notice_gaps(heading_of(case, dated), notice)
        if lacking:
            raise Refused("; ".join(gap.what for gap in lacking))
        letter = compose_case_notice(case, notice, dated, case.requester.name)
        handed = _to_hand_over(case, notice) if isinstance(notice, HandOver) else []
        if not handed:
            intended = Response(case=case, kind=kind, details=details_of(notice))
            require_possible(case, event_of_letter(intended, dated))
        if kind == LetterKind.EXTENSION and (why_not := clock_of(case).if_extended(dated).why_not):
            raise Refused(f"More time cannot be claimed: {why_not}.")
        response = _freeze(case, kind, details_of(notice), letter, dated, actor)
        AnsweredQuestion.objects.bulk_create(
            AnsweredQuestion(response=response, case=case, question=question) for question in handed
        )
        return response


def _require_clean(case: Case, dated: date, actor: StaffMember, override: str) -> None:
    errors = lint_case(case, dated).errors
    if not errors:
        return
    codes = ", ".join(dict.fromkeys(finding.code for finding in errors))
    if not override.strip():
        raise Refused(f"The check of the letter found errors ({codes}). Put them right, or give a reason to go on.")
    record(case, EventKind.OVERRIDDEN, actor, f"{codes}.", override.strip())


def _note_register(case: Case, dated: date) -> None:
    """Remember in the register when its entries were used."""
    used = NcndTopic.objects.filter(decisions__case=case, decisions__outcome=Outcome.NCND)
    used.update(last_used=dated)
    used.filter(first_used__isnull=True).update(first_used=dated)


def _locked(case_pk: int, dated: date, event: str, actor: StaffMember, portion: Portion | None = None) -> Case:
    """The case, locked until the transaction ends. Raises NotAllowed, Refused when a letter cannot have that date."""
    lock_case(case_pk)
    case = load(case_pk, portion)
    require(event, case, actor)
    if dated > timezone.localdate():
        raise Refused("The letter cannot be dated in the future.")
    return case


def _freeze(  # noqa: PLR0917  what a stored letter is made of
    case: Case, kind: LetterKind, details: dict[str, Any], letter: Letter, dated: date, actor: StaffMember
) -> Response:
    """Store the letter with its files as they will be sent."""
    response = Response(
        case=case,
        kind=kind,
        details=details,
        dated=dated,
        recipient=case.requester.email,
        mail_subject=f"Freedom of Information request {case.reference}: {_SUBJECTS[kind]}",
        frozen={"letter": to_plain(letter), "response": to_plain(response_of(case, dated, ""))},
        tree_digest=content_digest(case, letter, kind),
        prepared_by=actor,
    )
    files = files_of(case, letter, kind)
    response.digest = package_digest(response, files)
    response.save()
    for file in files:
        file.response = response
    ResponseFile.objects.bulk_create(files)
    rule = lay_chain(response, case)
    detail = f"{_named(kind, case)} dated {dated:%-d %B %Y}, {len(files)} files, digest {response.digest[:16]}."
    if response.steps.count() > 1:
        detail += f" Cleared by the rule “{rule}”."
    record(case, EventKind.PREPARED, actor, detail, facts=letter_facts(response))
    return response


def _named(kind: LetterKind, case: Case) -> str:
    """The letter as the trail names it: in stages, with the questions that it answers."""
    if not (case.before or case.following):
        return kind.label
    return f"{kind.label} to {in_words(tuple(question.label for question in case.questions.all()))}"


def _hold_questions(response: Response, case: Case) -> None:
    """Write down which questions the letter answers; the database lets no other letter that holds have them."""
    held = [AnsweredQuestion(response=response, case=case, question=question) for question in case.questions.all()]
    if any(decision.question_id is None for decision in case.decisions.all()):
        held.append(AnsweredQuestion(response=response, case=case))
    AnsweredQuestion.objects.bulk_create(held)


def _to_hand_over(case: Case, notice: HandOver) -> list[Question]:
    """The questions that the letter hands over. Raises Refused for one that is decided, or stands in another letter."""
    wanted = {label for label, _ in notice.questions}
    found = [question for question in case.questions.all() if question.label in wanted]
    held = {each.question_id for each in case.answered_questions.all()}
    decided = {decision.question_id for decision in case.decisions.all()}
    for question in found:
        if question.pk in held:
            raise Refused(f"{question.asked.name} stands in another letter already.")
        if question.pk in decided:
            raise Refused(f"{question.asked.name} has been decided. Take its decision away before you hand it over.")
    if len(found) < len(wanted):
        raise Refused("A question was changed meanwhile. Open the page again.")
    return found
