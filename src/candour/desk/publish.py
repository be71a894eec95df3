"""Publication: a snapshot of the answer for the disclosure log, with nothing of the requester in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from candour.desk.clear import letter_facts
from candour.desk.letter import load
from candour.desk.masking import change_text, published_letter
from candour.desk.models import (
    Case,
    EventKind,
    Publication,
    PublishedFile,
    ResponseState,
    StaffMember,
)
from candour.desk.refusals import Refused
from candour.desk.trail import lock_letter, record
from candour.desk.workflow import require
from candour.letters.model import Facts, Letter, Section, SectionKind
from candour.letters.response import Answer
from candour.letters.response import Response as LetterResponse
from candour.letters.stored import from_plain
from candour.letters.write import FORMATS, write
from candour.letters.write.html import sections_fragment
from candour.tables import write_csv


def publish(response_pk: int, actor: StaffMember) -> Publication:
    """Put the sent answer on the disclosure log, once.

    Raises Refused when the letter has not been sent or is already published.
    """
    with transaction.atomic():
        response = lock_letter(response_pk)
        require("publish", response.case, actor)
        if response.state != ResponseState.SENT or response.sent_at is None:
            raise Refused("Only an answer that has been sent can be published.")
        if Publication.objects.filter(response=response).exists():
            raise Refused("This answer is already on the disclosure log.")
        case = load(response.case_id)
        letter, _ = published_letter(case, response)
        answered: LetterResponse = from_plain(response.frozen["response"])
        publication = Publication.objects.create(
            response=response,
            authority=case.authority,
            slug=_free_slug(case),
            reference=case.reference,
            title=letter.subject,
            received=case.received,
            responded=timezone.localtime(response.sent_at).date(),
            year=timezone.localtime(response.sent_at).year,
            published_at=timezone.now(),
            **_entry(answered, letter),
        )
        PublishedFile.objects.bulk_create(_published_files(publication, answered, letter))
        record(
            case,
            EventKind.PUBLISHED,
            actor,
            "Without the requester’s name and contact.",
            facts=letter_facts(response),
        )
        return publication


def _entry(answered: LetterResponse, letter: Letter) -> dict[str, Any]:
    outcomes = list(dict.fromkeys(answer.decision.outcome for answer in answered.answers if answer.decision.outcome))
    answers = [
        _with_attached_tables(section, answered.answers)
        for section in letter.sections
        if section.kind is SectionKind.ANSWER
    ]
    rest = [section for section in letter.sections if section.kind not in (SectionKind.ANSWER, SectionKind.CLOSING)]
    limbs = dict.fromkeys(
        limb.name for answer in answered.answers for claim in answer.decision.claims for limb in claim.known
    )
    return {
        "outcomes": [outcome.value for outcome in outcomes],
        "outcome_keys": "|" + "|".join(outcomes) + "|",
        "content": {
            "answers": [{"title": section.title, "html": sections_fragment((section,), 3)} for section in answers],
            "opening": sections_fragment(
                [_without_facts(part) for part in rest if part.kind is SectionKind.OPENING], 2
            ),
            "reasons": sections_fragment([part for part in rest if part.kind is not SectionKind.OPENING], 2),
            "limbs": list(limbs),
        },
        "search_text": " ".join(_words(replace(letter, sections=(*answers, *rest)))).casefold(),
    }


def _without_facts(section: Section) -> Section:
    """The section without the reference and the dates, which head the page already."""
    return replace(section, blocks=tuple(block for block in section.blocks if not isinstance(block, Facts)))


def _with_attached_tables(section: Section, answers: tuple[Answer, ...]) -> Section:
    """The section with the tables that were sent as files, which a reader of the page sees without opening any."""
    tables = tuple(
        exhibit.table
        for answer in answers
        if set(answer.about) & set(section.about)
        for exhibit in answer.exhibits
        if exhibit.file
    )
    parts = tuple(_with_attached_tables(part, answers) for part in section.sections)
    return replace(section, blocks=(*section.blocks, *tables), sections=parts)


def _published_files(publication: Publication, answered: LetterResponse, letter: Letter) -> list[PublishedFile]:
    stem = slugify(re.sub(r"[^\w]+", "-", publication.reference))
    pdf = write(letter, "pdf")
    files = [(f"{stem}-letter.pdf", "The letter as PDF", FORMATS["pdf"].media_type, pdf)]
    number = 0
    for answer in answered.answers:
        for exhibit in answer.exhibits:
            number += 1
            name = exhibit.file or f"{stem}-table-{number}.csv"
            table = exhibit.table
            content = write_csv(table.columns, table.rows, table.notes)
            files.append((name, table.title, "text/csv; charset=utf-8", content))
    return [
        PublishedFile(
            publication=publication,
            position=position,
            name=name,
            title=title,
            media_type=kind,
            content=content,
            size=len(content),
        )
        for position, (name, title, kind, content) in enumerate(files)
    ]


def _words(letter: Letter) -> list[str]:
    words = [letter.reference, letter.subject, letter.sender.name]

    def gather(text: str) -> str:
        words.append(text)
        return text

    kept: tuple[Section, ...] = tuple(
        section
        for section in letter.sections
        if section.kind not in (SectionKind.INTERNAL_REVIEW, SectionKind.COMMISSIONER, SectionKind.CLOSING)
    )
    change_text(kept, gather)
    return words


def _free_slug(case: Case) -> str:
    stem = slugify(re.sub(r"[^\w]+", "-", f"{case.reference}-{case.title}"))[:100].strip("-") or "entry"
    taken = set(
        Publication.objects.filter(authority=case.authority, slug__startswith=stem).values_list("slug", flat=True)
    )
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
