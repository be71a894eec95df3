"""Clearance: a letter is frozen, a second person reads exactly those bytes, and clears their digest.

Whatever is changed afterwards voids the clearance: at once when a decision is saved, and once more when the letter is
sent, by composing it again and comparing.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.checks import lint_case
from candour.desk.clearance_chain import is_through, lay_chain, step_of, why_no_step
from candour.desk.clock import event_of_letter, require_possible
from candour.desk.ledger import require_untold, told_by_tables
from candour.desk.letter import (
    Portion,
    compose_letter,
    keys_of_decisions,
    letter_gaps,
    load,
    load_letter,
    open_portion,
    portion_of,
    response_of,
)
from candour.desk.letter_figures import require_explained
from candour.desk.models import (
    AnsweredQuestion,
    Case,
    CleanFile,
    Decision,
    EventKind,
    NcndTopic,
    Question,
    Response,
    ResponseFile,
    ResponseState,
    StaffMember,
    Unproven,
)
from candour.desk.models.response import PENDING_STATES, LetterKind
from candour.desk.notices import compose_case_notice, details_of, heading_of, notice_from
from candour.desk.protect import table_faults
from candour.desk.published_at_once import goes_public, public_faults
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.small_counts import require_confirmed
from candour.desk.trail import lock_case, lock_letter, record
from candour.desk.workflow import require, why_not_allowed
from candour.law import Outcome
from candour.letters.labels import in_words
from candour.letters.model import Letter
from candour.letters.notices import HandOver, Notice, notice_gaps
from candour.letters.stored import to_plain
from candour.letters.write import FORMATS, write
from candour.tables import write_csv

_LETTER_FORMATS = ("txt", "html", "pdf")
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
        response = _freeze(case, kind, details_of(notice), letter, dated, actor)
        AnsweredQuestion.objects.bulk_create(
            AnsweredQuestion(response=response, case=case, question=question) for question in handed
        )
        return response


def clear(response_pk: int, digest: str, actor: StaffMember) -> Response:
    """Clear exactly the bytes that `digest` names.

    Raises NotAllowed when the person may not clear, or made the letter; Refused when it is no longer up, or is not what
    the person read.
    """
    with transaction.atomic():
        response = lock_letter(response_pk)
        if reason := why_not_clear(response, actor):
            raise NotAllowed(reason)
        require(event_about(response, "clear"), response.case, actor)
        if response.state != ResponseState.AWAITING_CLEARANCE:
            raise Refused("This letter is no longer awaiting clearance. Open the case again to see why.")
        if digest != response.digest or package_digest(response, list(response.files.all())) != digest:
            raise Refused("The letter is not the one that you read. Read it again before you clear it.")
        if said := response.comments.filter(settled_at=None).count():
            open_ones = "a comment that is" if said == 1 else f"{said} comments that are"
            raise Refused(f"The letter has {open_ones} not settled. Settle it, or send the letter back.")
        if not _composes_the_same(response):
            void(response, actor, "The case has changed since the letter was put up.")
            raise_after = (
                "The case has changed since this letter was put up, so it is void. The officer has to put it up again."
            )
        elif response.kind == LetterKind.ANSWER and (
            found := table_faults(held := load_letter(response))
            or [each.words for each in told_by_tables(held).findings]
        ):
            raise_after = f"{' '.join(found)} Send the letter back until that is done."
        else:
            raise_after = ""
            _take_step(response, actor)
    if raise_after:
        raise Refused(raise_after)
    return response


def why_not_clear(response: Response, actor: StaffMember) -> str:
    """Why the person may not clear the letter, whatever its state; empty when they may."""
    if reason := why_not_allowed(event_about(response, "clear"), response.case.authority_id, actor):
        return reason
    if actor.pk in _makers(response):
        # Who could not clear it anyway is told that, which is what does not change.
        others = "" if step_of(response, actor) else why_no_step(response, actor)
        return others or "You had a hand in this letter, so another approver has to clear it."
    return why_no_step(response, actor)


def bypass(response_pk: int, digest: str, reason: str, actor: StaffMember) -> Response:
    """Clear the letter in an emergency without the steps that are open; the reason is shown with it for ever.

    Raises NotAllowed when the person may not, or made the letter; Refused when it is not what the person read.
    """
    with transaction.atomic():
        response = lock_letter(response_pk)
        require(event_about(response, "bypass"), response.case, actor)
        if actor.pk in _makers(response):
            raise NotAllowed("You had a hand in this letter, so another manager has to bypass its clearance.")
        if response.state != ResponseState.AWAITING_CLEARANCE:
            raise Refused("This letter is no longer awaiting clearance. Open the case again to see why.")
        if not reason.strip():
            raise Refused("Give the reason why the letter cannot wait.")
        if digest != response.digest or package_digest(response, list(response.files.all())) != digest:
            raise Refused("The letter is not the one that you read. Read it again before you clear it.")
        if not _composes_the_same(response):
            raise Refused("The case has changed since this letter was put up. Put it up again.")
        held = load_letter(response)
        if response.kind == LetterKind.ANSWER and (found := table_faults(held)):
            raise Refused(" ".join(found))
        left = [step for step in response.steps.all() if step.is_open]
        for step in left:
            step.bypassed, step.done_at, step.digest = True, timezone.now(), digest
            step.save()
        response.bypassed_because = reason.strip()
        named = ", ".join(step.name for step in left)
        record(response.case, EventKind.BYPASSED, actor, f"Without: {named}.", reason.strip(), letter_facts(response))
        _clear_all(response, actor)
        return response


def _take_step(response: Response, actor: StaffMember) -> None:
    """Write down the step that the person takes; the last one clears the letter."""
    step = step_of(response, actor)
    assert step is not None
    step.done_by, step.done_at, step.digest = actor, timezone.now(), response.digest
    step.save()
    steps = list(response.steps.all())
    if len(steps) > 1:
        said = f"{step.name}: {'seen' if step.informs else 'cleared'}, digest {response.digest[:16]}."
        record(response.case, EventKind.STEP_CLEARED, actor, said, facts=letter_facts(response))
    if is_through(steps) and not step.informs:
        _clear_all(response, actor)


def _clear_all(response: Response, actor: StaffMember) -> None:
    response.state = ResponseState.CLEARED
    response.cleared_by = actor
    response.cleared_at = timezone.now()
    response.cleared_digest = response.digest
    response.save()
    record(response.case, EventKind.CLEARED, actor, f"Digest {response.digest[:16]}.", facts=letter_facts(response))


def event_about(response: Response, event: str) -> str:
    """The event as the workflow names it: of an answer, or of a letter that is none."""
    if response.kind == LetterKind.HAND_OVER and event == "send":
        return "hand_over"
    return event if response.kind == LetterKind.ANSWER else f"{event}_notice"


def send_back(response_pk: int, reason: str, actor: StaffMember) -> None:
    """Give the letter back to the officer with a reason. Raises NotAllowed, Refused."""
    with transaction.atomic():
        response = lock_letter(response_pk)
        require(event_about(response, "send_back"), response.case, actor)
        if response.state not in (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED):
            raise Refused("This letter is no longer awaiting clearance. Open the case again to see why.")
        _let_go(response, reason)
        record(response.case, EventKind.SENT_BACK, actor, why=reason, facts=letter_facts(response))


def void_live_letter(case: Case, actor: StaffMember | None, reason: str) -> None:
    """Void a letter that is up for clearance or cleared, because what it says has changed."""
    waiting = (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED)
    for response in Response.objects.select_for_update().filter(case=case, kind=LetterKind.ANSWER, state__in=waiting):
        void(response, actor, reason)


def void_letter_about(decision: Decision, actor: StaffMember, reason: str, *, anew: bool = False) -> None:
    """Void the pending letter that answers what the decision is about; `anew`: it is a new one, or it goes.

    A letter about other questions stays, unless what it says of later letters has changed: a decision on any other
    information that is new, or that goes, does that.
    """
    waiting = (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED)
    pending = Response.objects.select_for_update().filter(
        case=decision.case_id, kind=LetterKind.ANSWER, state__in=waiting
    )
    for response in pending:
        held = portion_of(response)
        if decision.question_id in held.questions if decision.question_id else held.rest or anew:
            void(response, actor, reason)


def void_if_changed(response: Response, actor: StaffMember) -> str:
    """Void the cleared letter unless its bytes are those cleared and the case still composes to them; say why if so."""
    digest = package_digest(response, list(response.files.all()))
    taken = [step for step in response.steps.all() if not step.is_open]
    if digest != response.cleared_digest or any(step.digest != digest for step in taken):
        reason = "The files of this letter are not those that were cleared."
    elif not _composes_the_same(response):
        reason = "The case has changed since this letter was cleared."
    else:
        return ""
    void(response, actor, reason)
    return f"{reason} It is void and was not sent: put the letter up again."


def package_digest(response: Response, files: list[ResponseFile]) -> str:
    """SHA-256 over everything that will be sent: to whom, under which subject, and the bytes of every file."""
    manifest = {
        "to": response.recipient,
        "subject": response.mail_subject,
        "dated": response.dated.isoformat(),
        "files": [
            [file.name, file.purpose, file.media_type, hashlib.sha256(bytes(file.content)).hexdigest()]
            for file in sorted(files, key=lambda file: file.position)
        ],
    }
    return hashlib.sha256(json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def letter_facts(response: Response) -> dict[str, str | int]:
    """Which letter an event is about, and the digest of its bytes, for programs."""
    return {"letter": response.pk, "kind": str(response.kind), "digest": response.digest}


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


def _composes_the_same(response: Response) -> bool:
    case = load_letter(response)
    if case.requester.email != response.recipient:
        return False
    try:
        letter = _composed(case, response)
        return _content_digest(case, letter, LetterKind(response.kind)) == response.tree_digest
    except ValueError:
        # What made the letter complete has been taken away since.
        return False


def _composed(case: Case, response: Response) -> Letter:
    """The letter as the case composes it now. Raises ValueError when it is not complete any more."""
    if response.kind != LetterKind.ANSWER:
        notice = notice_from(response.kind, response.details)
        return compose_case_notice(case, notice, response.dated, case.requester.name)
    if letter_gaps(case, response.dated):
        raise ValueError("the answer is not complete any more")
    return compose_letter(case, response.dated, case.requester.name)


def _content_digest(case: Case, letter: Letter, kind: LetterKind) -> str:
    """SHA-256 of what the letter says and what is attached to it."""
    attached = "".join(hashlib.sha256(content).hexdigest() for _, _, content in _attachments(case, kind))
    return hashlib.sha256(f"{letter.digest()}{attached}".encode()).hexdigest()


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
        tree_digest=_content_digest(case, letter, kind),
        prepared_by=actor,
    )
    files = _files(case, letter, kind)
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


def _let_go(response: Response, reason: str) -> None:
    response.state = ResponseState.VOID
    response.void_because = reason
    response.save(update_fields=("state", "void_because"))
    response.answered.all().delete()


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


def _makers(response: Response) -> set[int | None]:
    """Everyone who wrote what the letter says: who put it up, and who saved a decision that it holds."""
    if response.kind != LetterKind.ANSWER:
        return {response.prepared_by_id}
    wrote = (EventKind.DECISION_SAVED, EventKind.DECISION_COMPLETED, EventKind.FIGURE)
    writers = response.case.events.filter(kind__in=wrote).values_list("actor", flat=True)
    return {response.prepared_by_id, *writers}


def void(response: Response, actor: StaffMember | None, reason: str) -> None:
    """Take the pending letter back: its questions are open again."""
    _let_go(response, reason)
    record(response.case, EventKind.VOIDED, actor, why=reason, facts=letter_facts(response))


def _files(case: Case, letter: Letter, kind: LetterKind) -> list[ResponseFile]:
    stem = f"{case.reference.replace('/', '-')}_{'letter' if kind is LetterKind.ANSWER else kind.value}"
    if case.before:
        stem += f"_{len(case.before) + 1}"
    files = [
        (f"{stem}.{kind}", ResponseFile.Purpose.LETTER, FORMATS[kind].media_type, write(letter, kind))
        for kind in _LETTER_FORMATS
    ]
    files += [
        (name, ResponseFile.Purpose.ATTACHMENT, media_type, content)
        for name, media_type, content in _attachments(case, kind)
    ]
    return [
        ResponseFile(
            position=position,
            purpose=purpose,
            name=name,
            media_type=media_type,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for position, (name, purpose, media_type, content) in enumerate(files)
    ]


def _attachments(case: Case, kind: LetterKind) -> list[tuple[str, str, bytes]]:
    """The files that go with the letter, with their media types. Raises `Unproven` for one without a proof.

    Tables are written anew from their values; files were rebuilt, each with a proof that names its digest.
    """
    if kind is not LetterKind.ANSWER:
        return []
    exhibits = [exhibit for decision in case.decisions.all() for exhibit in decision.answer.exhibits if exhibit.file]
    tables = [
        (
            exhibit.file,
            "text/csv; charset=utf-8",
            write_csv(exhibit.table.columns, exhibit.table.rows, exhibit.table.notes),
        )
        for exhibit in exhibits
        if not exhibit.is_file
    ]
    rebuilt = CleanFile.objects.filter(
        checked__decision__in=keys_of_decisions(case), checked__agreed_at__isnull=False, attached=True
    ).select_related("checked")
    return tables + [(file.name, file.media_type, file.proven) for file in rebuilt.order_by("checked", "position")]


def file_faults(case: Case) -> list[str]:
    """Why the letter cannot go with the files that it holds; empty where it can."""
    try:
        _attachments(case, LetterKind.ANSWER)
    except Unproven as unproven:
        return [f"{unproven} Take it away, and give it again."]
    return []
