"""What of a letter is frozen: its files as they will be sent, and the digests that are compared ever after."""

from __future__ import annotations

import hashlib
import json

from candour.desk.answering.letter import (
    compose_letter,
    keys_of_decisions,
    letter_gaps,
    load_letter,
)
from candour.desk.answering.notices import compose_case_notice, notice_from
from candour.desk.models import (
    Case,
    CleanFile,
    Response,
    ResponseFile,
    Unproven,
)
from candour.desk.models.response import LetterKind
from candour.letters.model import Letter
from candour.letters.write import FORMATS, write
from candour.tables import write_csv

_LETTER_FORMATS = ("txt", "html", "pdf")


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


def content_digest(case: Case, letter: Letter, kind: LetterKind) -> str:
    """SHA-256 of what the letter says and what is attached to it."""
    attached = "".join(hashlib.sha256(content).hexdigest() for _, _, content in _attachments(case, kind))
    return hashlib.sha256(f"{letter.digest()}{attached}".encode()).hexdigest()


def composes_the_same(response: Response) -> bool:
    """Whether the case composes to the letter as it was put up, and it goes to whom it was to go."""
    case = load_letter(response)
    if case.requester.email != response.recipient:
        return False
    try:
        letter = _composed(case, response)
        return content_digest(case, letter, LetterKind(response.kind)) == response.tree_digest
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


def files_of(case: Case, letter: Letter, kind: LetterKind) -> list[ResponseFile]:
    """The files of the letter as they will be sent, not stored yet. Raises `Unproven` for one without a proof."""
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
