"""Publication: a snapshot of the answer for the disclosure log, with nothing of the requester in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from candour.desk.letter import load, response_of
from candour.desk.models import (
    Case,
    EventKind,
    Publication,
    PublishedFile,
    Requester,
    Response,
    ResponseState,
    StaffMember,
)
from candour.desk.refusals import Refused
from candour.desk.trail import record
from candour.letters.compose import compose
from candour.letters.model import Letter, Section, SectionKind
from candour.letters.response import Answer
from candour.letters.response import Response as LetterResponse
from candour.letters.write import FORMATS, write
from candour.letters.write.html import sections_fragment
from candour.tables import write_csv

REMOVED = "[personal details removed]"
"""What stands in the published copy where the requester's name or contact stood."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/])(?:\+44\s?\(?0?\)?\s?|\(?0)\d(?:[\s()-]?\d){8,10}(?!\w)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b")
_SHORTEST_NAME = 3

T = TypeVar("T")


def masked_response(case: Case, response: Response) -> tuple[LetterResponse, tuple[str, ...]]:
    """The response as it may be published, and each text that was taken out of it.

    Taken out are the requester's name, e-mail and postal address wherever they stand, and from the words of the request
    every e-mail address, telephone number and postcode.
    """
    taken: list[str] = []
    own = _own_details(case.requester)

    def mask(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
        for pattern in patterns:
            taken.extend(match.group() for match in pattern.finditer(text))
            text = pattern.sub(REMOVED, text)
        return text

    whole = response_of(case, response.dated, requester="")
    contacts = (*own, _EMAIL, _PHONE, _POSTCODE)
    public = replace(
        whole,
        opening=mask(whole.opening, contacts),
        subject=mask(whole.subject, contacts),
        questions=_map_text(whole.questions, lambda text: mask(text, contacts)),
        answers=_map_text(whole.answers, lambda text: mask(text, own)),
    )
    return public, tuple(dict.fromkeys(taken))


def publish(response_pk: int, actor: StaffMember) -> Publication:
    """Put the sent answer on the disclosure log, once.

    Raises Refused when the letter has not been sent or is already published.
    """
    with transaction.atomic():
        response = Response.objects.select_for_update().get(pk=response_pk)
        if response.state != ResponseState.SENT or response.sent_at is None:
            raise Refused("Only an answer that has been sent can be published.")
        if Publication.objects.filter(response=response).exists():
            raise Refused("This answer is already on the disclosure log.")
        case = load(response.case_id)
        public, _ = masked_response(case, response)
        letter = compose(public, case.authority.words)
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
            **_entry(public, letter),
        )
        PublishedFile.objects.bulk_create(_published_files(publication, public, letter))
        record(case, EventKind.PUBLISHED, actor, "Without the requester’s name and contact.")
        return publication


def _entry(public: LetterResponse, letter: Letter) -> dict[str, Any]:
    outcomes = list(dict.fromkeys(answer.decision.outcome for answer in public.answers if answer.decision.outcome))
    answers = [
        _with_attached_tables(section, public.answers)
        for section in letter.sections
        if section.kind is SectionKind.ANSWER
    ]
    rest = [section for section in letter.sections if section.kind not in (SectionKind.ANSWER, SectionKind.CLOSING)]
    limbs = dict.fromkeys(limb.name for answer in public.answers for claim in answer.decision.claims for limb in claim.known)
    return {
        "outcomes": [outcome.value for outcome in outcomes],
        "outcome_keys": "|" + "|".join(outcomes) + "|",
        "content": {
            "answers": [{"title": section.title, "html": sections_fragment((section,), 3)} for section in answers],
            "opening": sections_fragment([part for part in rest if part.kind is SectionKind.OPENING], 2),
            "reasons": sections_fragment([part for part in rest if part.kind is not SectionKind.OPENING], 2),
            "limbs": list(limbs),
        },
        "search_text": " ".join(_words(letter)).casefold(),
    }


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


def _published_files(publication: Publication, public: LetterResponse, letter: Letter) -> list[PublishedFile]:
    stem = slugify(re.sub(r"[^\w]+", "-", publication.reference))
    pdf = write(letter, "pdf")
    files = [(f"{stem}-letter.pdf", "The letter as PDF", FORMATS["pdf"].media_type, pdf)]
    number = 0
    for answer in public.answers:
        for exhibit in answer.exhibits:
            number += 1
            name = exhibit.file or f"{stem}-table-{number}.csv"
            table = exhibit.table
            content = write_csv(table.columns, table.rows, table.notes)
            files.append((name, table.title, "text/csv; charset=utf-8", content))
    return [
        PublishedFile(
            publication=publication, position=position, name=name, title=title, media_type=kind, content=content, size=len(content)
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
    _map_text(kept, gather)
    return words


def _free_slug(case: Case) -> str:
    stem = slugify(re.sub(r"[^\w]+", "-", f"{case.reference}-{case.title}"))[:100].strip("-") or "entry"
    taken = set(Publication.objects.filter(authority=case.authority, slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _own_details(requester: Requester) -> tuple[re.Pattern[str], ...]:
    lines = [line.strip() for line in requester.address.splitlines() if len(line.strip()) > _SHORTEST_NAME]
    exact = [text for text in (requester.name.strip(), requester.email.strip(), *lines) if text]
    names = [word for word in re.findall(r"[^\W\d_][\w’'-]+", requester.name) if len(word) >= _SHORTEST_NAME]
    return (
        *(re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE) for text in exact),
        # Single names only as written with a capital, so that Mark and mark are told apart.
        *(re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in names),
    )


def _map_text(value: T, change: Callable[[str], str]) -> T:
    """The same value with every text in it changed; enumerations are not texts."""
    result: Any = value
    if type(value) is str:
        result = change(value)
    elif isinstance(value, tuple):
        result = tuple(_map_text(item, change) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        result = replace(value, **{field.name: _map_text(getattr(value, field.name), change) for field in fields(value)})
    return result
