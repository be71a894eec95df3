"""The letters of the seeded year: composed from the decisions and frozen as those of the desk are, and the log."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from candour.desk.clearing.frozen import package_digest
from candour.desk.clearing.rules import default_rules
from candour.desk.models import (
    AnsweredQuestion,
    ClearanceStep,
    Publication,
    PublicationMark,
    PublishedFile,
    Response,
    ResponseFile,
    ResponseState,
)
from candour.desk.models.response import LetterKind
from candour.desk.publishing.publish import entry_of, facets_of, marks_of, slug_of
from candour.desk.publishing.topics import proposed, saved
from candour.letters.compose import compose
from candour.letters.model import Letter
from candour.letters.response import Answer, Asked
from candour.letters.response import Response as LetterResponse
from candour.letters.stored import to_plain
from candour.letters.write import FORMATS, write
from candour.site.year.made import Made

_QUICK, _FULL = ("txt", "html"), ("txt", "html", "pdf")


@dataclass(frozen=True, slots=True)
class Frozen:
    """A letter that was put up, and when; `voided` when it was sent back instead."""

    response: Response
    files: list[ResponseFile]
    letter: Letter
    given: LetterResponse
    prepared_at: datetime


def store_letters(made: list[Made], full: int) -> dict[int, list[Response]]:
    """Write the letters that were put up by today, with what of them is on the log, by the key of their case.

    What still has to go out is whole, and so are the latest `full` that went; of older ones the PDF was not set.
    """
    went = sorted((at for each in made if (at := each.done("send"))), reverse=True)
    since = went[min(full, len(went)) - 1] if went else None
    pairs = []
    for each in made:
        sent = each.done("send")
        formats = _FULL if sent is None or (since and sent >= since) else _QUICK
        pairs += [(each, frozen) for frozen in _frozen(each, formats)]
    Response.objects.bulk_create([frozen.response for _, frozen in pairs])
    for _, frozen in pairs:
        frozen.response.prepared_at = frozen.prepared_at
        for file in frozen.files:
            file.response = frozen.response
    Response.objects.bulk_update([frozen.response for _, frozen in pairs], ["prepared_at"], batch_size=200)
    ResponseFile.objects.bulk_create([file for _, frozen in pairs for file in frozen.files], batch_size=200)
    holding = [(each, frozen.response) for each, frozen in pairs if frozen.response.state != ResponseState.VOID]
    AnsweredQuestion.objects.bulk_create(
        [
            AnsweredQuestion(response=response, case=each.case, question=question)
            for each, response in holding
            for question in each.questions
        ]
    )
    ClearanceStep.objects.bulk_create([_step(response) for _, response in holding])
    _publish([(each, frozen) for each, frozen in pairs if each.done("publish") and frozen.response.sent_at])
    letters: dict[int, list[Response]] = {}
    for each, frozen in pairs:
        letters.setdefault(each.case.pk, []).append(frozen.response)
    return letters


def _step(response: Response) -> ClearanceStep:
    """The one step that the desk’s own rule asks for, taken by whoever cleared the letter."""
    (((step,),),) = (rule.rounds for rule in default_rules())
    return ClearanceStep(
        response=response,
        round=1,
        position=1,
        key=step.key,
        name=step.name,
        roles=list(step.roles),
        only=step.only,
        done_by=response.cleared_by,
        done_at=response.cleared_at,
        digest=response.cleared_digest,
    )


def _frozen(each: Made, formats: tuple[str, ...]) -> list[Frozen]:
    """The letters of one case in the order in which they were put up."""
    ups = [step for step in each.planned.steps if step.what == "prepare"]
    backs = [step for step in each.planned.steps if step.what == "send_back"]
    found = []
    for position, step in enumerate(ups):
        back = backs[position] if position < len(backs) else None
        dated = (each.done("send") if back is None else None) or step.at
        frozen = _freeze(each, dated, step.at, formats if back is None else _QUICK)
        if back:
            frozen.response.state, frozen.response.void_because = ResponseState.VOID, back.why
        else:
            _took(each, frozen.response)
        found.append(frozen)
    return found


def _freeze(each: Made, dated: datetime, at: datetime, formats: tuple[str, ...]) -> Frozen:
    case, authority = each.case, each.case.authority
    asked = tuple(Asked(question.number, question.text) for question in each.questions)
    given = LetterResponse(
        sender=authority.sender,
        review_contact=authority.review_contact.strip(),
        reference=case.reference,
        subject=case.title,
        received=case.received,
        dated=timezone.localtime(dated).date(),
        questions=asked,
        answers=tuple(each.answers),
        requester=case.requester.name,
        opening=each.opening,
    )
    letter = compose(given, authority.words)
    response = Response(
        case=case,
        kind=LetterKind.ANSWER,
        dated=given.dated,
        recipient=case.requester.email,
        mail_subject=f"Freedom of Information request {case.reference}: our response",
        frozen={"letter": to_plain(letter), "response": to_plain(replace(given, requester=""))},
        tree_digest=hashlib.sha256(letter.digest().encode()).hexdigest(),
        prepared_by=each.people["officer"],
    )
    files = _files(case.reference, letter, formats)
    response.digest = package_digest(response, files)
    return Frozen(response, files, letter, given, at)


def _took(each: Made, response: Response) -> None:
    """Write into the letter that it was cleared and sent, as far as it had got."""
    cleared, sent = each.done("clear"), each.done("send")
    if cleared:
        response.state, response.cleared_at = ResponseState.CLEARED, cleared
        response.cleared_by, response.cleared_digest = each.people["approver"], response.digest
    if sent:
        response.state, response.sent_at = ResponseState.SENT, sent


def _files(reference: str, letter: Letter, formats: tuple[str, ...]) -> list[ResponseFile]:
    stem = f"{reference.replace('/', '-')}_letter"
    written = [(kind, write(letter, kind)) for kind in formats]
    return [
        ResponseFile(
            position=position,
            purpose=ResponseFile.Purpose.LETTER,
            name=f"{stem}.{kind}",
            media_type=FORMATS[kind].media_type,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for position, (kind, content) in enumerate(written)
    ]


def _publish(pairs: list[tuple[Made, Frozen]]) -> None:
    """The entries of the log, made from the letter without who asked."""
    entries: list[tuple[Publication, Frozen, tuple[Answer, ...]]] = []
    for each, frozen in pairs:
        published_at = each.done("publish")
        assert frozen.response.sent_at is not None
        assert published_at is not None
        sent = timezone.localtime(frozen.response.sent_at)
        public = compose(frozen.given.published(), each.case.authority.words)
        public = replace(public, salutation=each.case.authority.words.say("salutation_public"), addressee="")
        answers = frozen.given.answers
        entry = Publication(
            response=frozen.response,
            authority=each.case.authority,
            reference=each.case.reference,
            title=each.case.title,
            slug=slug_of(each.case.reference, each.case.title),
            received=each.case.received,
            responded=sent.date(),
            year=sent.year,
            published_at=published_at,
            topics=saved(proposed(each.case.title, (question.text for question in each.questions))),
            **entry_of(answers, public, {}),
        )
        entry.facets = facets_of(marks_of(entry, answers))
        entries.append((entry, frozen, answers))
    Publication.objects.bulk_create([entry for entry, _, _ in entries], batch_size=200)
    PublicationMark.objects.bulk_create([mark for entry, _, answers in entries for mark in marks_of(entry, answers)])
    PublishedFile.objects.bulk_create(
        [file for entry, frozen, _ in entries for file in _tables(entry, frozen.given.answers)]
    )


def _tables(entry: Publication, answers: tuple[Answer, ...]) -> list[PublishedFile]:
    from candour.tables import write_csv

    files = []
    tables = [exhibit.table for answer in answers for exhibit in answer.exhibits]
    for number, table in enumerate(tables, start=1):
        content = write_csv(table.columns, table.rows, table.notes)
        name = f"{slug_of(entry.reference, '')}-table-{number}.csv"
        files.append(
            PublishedFile(
                publication=entry,
                position=number - 1,
                name=name,
                title=table.title,
                media_type="text/csv; charset=utf-8",
                content=content,
                size=len(content),
            )
        )
    return files
