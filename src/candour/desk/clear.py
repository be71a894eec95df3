"""Clearance: a letter is frozen, a second person reads exactly those bytes, and clears their digest.

Whatever is changed afterwards voids the clearance: at once when a decision is saved, and once more when the letter is
sent, by composing it again and comparing.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date

from django.db import transaction
from django.utils import timezone

from candour.desk.letter import compose_letter, letter_gaps, load
from candour.desk.models import Case, EventKind, NcndTopic, Response, ResponseFile, ResponseState, StaffMember
from candour.desk.models.response import LIVE_STATES
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.trail import record
from candour.law import Outcome
from candour.letters.model import Letter
from candour.letters.write import FORMATS, write
from candour.tables import write_csv

_LETTER_FORMATS = ("txt", "html", "pdf")


def prepare(case_pk: int, dated: date, actor: StaffMember) -> Response:
    """Freeze the letter of the case and put it up for clearance.

    Raises Refused when something is missing, when a letter is already up, cleared or sent, or the date cannot be.
    """
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case_pk)
        case = load(case_pk)
        if case.responses.filter(state__in=LIVE_STATES).exists():
            raise Refused("A letter of this case is already up for clearance, cleared or sent.")
        if dated > timezone.localdate():
            raise Refused("The letter cannot be dated in the future.")
        lacking = letter_gaps(case, dated)
        if lacking:
            raise Refused("; ".join(f"{gap.about}: {gap.what}" for gap in lacking))
        letter = compose_letter(case, dated, case.requester.name)
        response = Response(
            case=case,
            dated=dated,
            recipient=case.requester.email,
            mail_subject=f"Freedom of Information request {case.reference}: our response",
            tree_digest=letter.digest(),
            prepared_by=actor,
        )
        files = _files(case, letter)
        response.digest = package_digest(response, files)
        response.save()
        for file in files:
            file.response = response
        ResponseFile.objects.bulk_create(files)
        _note_register(case, dated)
        record(
            case,
            EventKind.PREPARED,
            actor,
            f"Letter dated {dated:%-d %B %Y}, {len(files)} files, digest {response.digest[:16]}.",
        )
        return response


def clear(response_pk: int, digest: str, actor: StaffMember) -> Response:
    """Clear exactly the bytes that `digest` names.

    Raises NotAllowed when the person may not clear, or made the letter; Refused when it is no longer up, or is not what
    the person read.
    """
    with transaction.atomic():
        response = Response.objects.select_for_update().get(pk=response_pk)
        if reason := why_not_clear(response, actor):
            raise NotAllowed(reason)
        if response.state != ResponseState.AWAITING_CLEARANCE:
            raise Refused("This letter is no longer awaiting clearance. Open the case again to see why.")
        if digest != response.digest or package_digest(response, list(response.files.all())) != digest:
            raise Refused("The letter is not the one that you read. Read it again before you clear it.")
        if not _composes_the_same(response):
            _void(response, actor, "The case has changed since the letter was put up.")
            raise_after = (
                "The case has changed since this letter was put up, so it is void. The officer has to put it up again."
            )
        else:
            raise_after = ""
            response.state = ResponseState.CLEARED
            response.cleared_by = actor
            response.cleared_at = timezone.now()
            response.cleared_digest = digest
            response.save()
            record(response.case, EventKind.CLEARED, actor, f"Digest {digest[:16]}.")
    if raise_after:
        raise Refused(raise_after)
    return response


def why_not_clear(response: Response, actor: StaffMember) -> str:
    """Why the person may not clear the letter, whatever its state; empty when they may."""
    if not actor.may_clear:
        return "Only an approver can clear a letter."
    if actor.pk in _makers(response):
        return "You had a hand in this letter, so another approver has to clear it."
    return ""


def send_back(response_pk: int, reason: str, actor: StaffMember) -> None:
    """Give the letter back to the officer with a reason. Raises NotAllowed, Refused."""
    with transaction.atomic():
        response = Response.objects.select_for_update().get(pk=response_pk)
        if not actor.may_clear:
            raise NotAllowed("Only an approver can send a letter back.")
        if response.state not in (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED):
            raise Refused("This letter is no longer awaiting clearance. Open the case again to see why.")
        response.state = ResponseState.VOID
        response.void_because = reason
        response.save()
        record(response.case, EventKind.SENT_BACK, actor, reason)


def void_live_letter(case: Case, actor: StaffMember | None, reason: str) -> None:
    """Void a letter that is up for clearance or cleared, because what it says has changed."""
    waiting = (ResponseState.AWAITING_CLEARANCE, ResponseState.CLEARED)
    for response in Response.objects.select_for_update().filter(case=case, state__in=waiting):
        _void(response, actor, reason)


def require_unchanged(response: Response) -> None:
    """Raise Refused unless the stored bytes are those that were cleared, and the case still composes to them."""
    if package_digest(response, list(response.files.all())) != response.cleared_digest:
        raise Refused("The files of this letter are not those that were cleared. It cannot be sent.")
    if not _composes_the_same(response):
        raise Refused("The case has changed since this letter was cleared. It has to be put up and cleared again.")


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


def _note_register(case: Case, dated: date) -> None:
    """Remember in the register when its entries were used."""
    used = NcndTopic.objects.filter(decisions__case=case, decisions__outcome=Outcome.NCND)
    used.update(last_used=dated)
    used.filter(first_used__isnull=True).update(first_used=dated)


def _composes_the_same(response: Response) -> bool:
    case = load(response.case_id)
    if letter_gaps(case, response.dated):
        return False
    if case.requester.email != response.recipient:
        return False
    return compose_letter(case, response.dated, case.requester.name).digest() == response.tree_digest


def _makers(response: Response) -> set[int | None]:
    """Everyone who wrote what the letter says: who put it up, and who saved a decision that it holds."""
    saved = response.case.decisions.values_list("saved_by", flat=True)
    return {response.prepared_by_id, *saved}


def _void(response: Response, actor: StaffMember | None, reason: str) -> None:
    response.state = ResponseState.VOID
    response.void_because = reason
    response.save(update_fields=("state", "void_because"))
    record(response.case, EventKind.VOIDED, actor, reason)


def _files(case: Case, letter: Letter) -> list[ResponseFile]:
    stem = f"{case.reference.replace('/', '-')}_letter"
    files = [
        (f"{stem}.{kind}", ResponseFile.Purpose.LETTER, FORMATS[kind].media_type, write(letter, kind))
        for kind in _LETTER_FORMATS
    ]
    for decision in case.decisions.all():
        for exhibit in decision.answer.exhibits:
            if exhibit.file:
                content = write_csv(exhibit.table.columns, exhibit.table.rows, exhibit.table.notes)
                files.append((exhibit.file, ResponseFile.Purpose.ATTACHMENT, "text/csv; charset=utf-8", content))
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
