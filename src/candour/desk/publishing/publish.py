"""Publication: a snapshot of the answer for the disclosure log, with nothing of the requester in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from candour.desk.answering.letter import load
from candour.desk.audit_trail.writing import lock_letter, record
from candour.desk.breaches.stopped import is_stopped, stopped_at
from candour.desk.clearing.frozen import letter_facts
from candour.desk.models import (
    Case,
    EventKind,
    Publication,
    PublicationChange,
    PublicationMark,
    PublishedFile,
    Response,
    ResponseState,
    StaffMember,
    TakenOut,
)
from candour.desk.publishing.decision import Choice, beginning_of, day_of_publication, denies, note_decision
from candour.desk.publishing.masking import (
    REMOVED,
    change_text,
    published_answers,
    published_letter,
    published_questions,
)
from candour.desk.publishing.topics import chosen, proposed, read, saved
from candour.desk.refusals import Refused
from candour.desk.workflow import require
from candour.letters.labels import OTHER, in_words
from candour.letters.model import Facts, Letter, Section, SectionKind
from candour.letters.response import Answer, Exhibit
from candour.letters.response import Response as LetterResponse
from candour.letters.stored import from_plain
from candour.letters.write import FORMATS, write
from candour.letters.write.html import sections_fragment
from candour.records import RecordsError
from candour.records.chart import bar_chart, printed_for_readers
from candour.tables import write_csv


def publish(
    response_pk: int,
    actor: StaffMember,
    also: Iterable[str] = (),
    at: datetime | None = None,
    why: str = "",
    *,
    topics: Iterable[str] = (),
) -> Publication:
    """Put the sent answer on the disclosure log, once, and note the decision with its reason.

    `also`: words to take out besides the requester's details. `at`: the moment on whose day readers see it first, today
    if not given; an answer that neither confirms nor denies has the day of the rule (see `day_by_the_rule`). `topics`:
    what it is about; if not given, and always where it neither confirms nor denies, what the words of the request
    propose. Raises Refused when the letter has not been sent, is already published, `at` is past, the rule leaves no
    choice of day, the topics are none of the log, or a personal data breach of the case stopped it.
    """
    now = timezone.now()
    if at is not None and at < now:
        raise Refused("Give a day that is still to come, or publish now.")
    with transaction.atomic():
        response = lock_letter(response_pk)
        require("publish", response.case, actor)
        if response.state != ResponseState.SENT or response.sent_at is None:
            raise Refused("Only an answer that has been sent can be published.")
        if Publication.objects.filter(response=response).exists():
            raise Refused("This answer is already on the disclosure log.")
        if is_stopped(response.sent_at, stopped_at(response.case_id)):
            raise Refused("This answer was sent before a personal data breach was recorded on its case, and stays off.")
        day = day_of_publication(response, timezone.localtime(at).date() if at else None)
        case = load(response.case_id)
        publication = Publication(
            response=response,
            authority=case.authority,
            reference=case.reference,
            received=case.received,
            responded=timezone.localtime(response.sent_at).date(),
            year=timezone.localtime(response.sent_at).year,
            # Only the day is published: an hour would tell when somebody at the desk got round to it.
            published_at=beginning_of(day),
            topics=_chosen(topics),
        )
        _fill(publication, case, also)
        detail = "Without the requester’s name and contact."
        if not publication.is_visible:
            detail += f" Readers see it from {date_format(day, 'j F Y')}."
        note_decision(response, Choice.NOW if at is None else Choice.ON_DATE, why, actor, day)
        record(case, EventKind.PUBLISHED, actor, detail, why=why, facts=letter_facts(response))
        return publication


def correct(publication_pk: int, also: Iterable[str], reason: str, actor: StaffMember) -> Publication:
    """Make the entry anew without further words that should not have been published; readers are told the reason.

    Raises Refused when the entry was withdrawn or a word to take out is not in it.
    """
    with transaction.atomic():
        publication = locked_entry(publication_pk, "correct_entry", actor)
        case = load(publication.response.case_id)
        wanted = [words.strip() for words in also if words.strip()]
        before = _public_words(published_letter(case, publication.response)[0])
        if absent := [words for words in wanted if words.casefold() not in before]:
            raise Refused(f"“{absent[0]}” does not stand in the entry. Enter it as it stands there.")
        publication.files.all().delete()
        publication.marks.all().delete()
        _fill(publication, case, wanted)
        PublicationChange.objects.create(publication=publication, at=timezone.now(), reason=reason)
        record(case, EventKind.CORRECTED, actor, why=reason)
        return publication


def withdraw(publication_pk: int, reason: str, actor: StaffMember) -> Publication:
    """Take the entry off the log at once: its address stays and gives the reason, everything else of it is removed.

    Raises Refused when it was withdrawn already.
    """
    with transaction.atomic():
        publication = locked_entry(publication_pk, "withdraw_entry", actor)
        publication.withdrawn_at, publication.withdrawn_because = timezone.now(), reason
        publication.content, publication.words, publication.outcomes = {}, "", []
        publication.facets = publication.topics = ""
        publication.save()
        publication.files.all().delete()
        publication.marks.all().delete()
        record(publication.response.case, EventKind.WITHDRAWN, actor, why=reason)
        return publication


def file_under(publication_pk: int, topics: Iterable[str], actor: StaffMember) -> Publication:
    """File the entry under other topics. The answer itself stays as it is, so that readers are told of no correction.

    Raises Refused when the entry was withdrawn, the topics are none of the log, or the answer neither confirms nor
    denies: its topics follow from the request.
    """
    with transaction.atomic():
        publication = locked_entry(publication_pk, "correct_entry", actor)
        if denies(publication.response):
            raise Refused("The topics of an answer that neither confirms nor denies follow from the request alone.")
        value = _chosen(topics)
        if not value:
            raise Refused("Choose at least one topic. What fits none is “Other”.")
        publication.topics = value
        publication.save(update_fields=["topics"])
        publication.marks.filter(kind=PublicationMark.Kind.TOPIC).delete()
        PublicationMark.objects.bulk_create(_topic_marks(publication))
        record(publication.response.case, EventKind.CORRECTED, actor, f"Filed under: {', '.join(read(value))}.")
        return publication


def topics_of_request(case: Case, response: Response, also: Iterable[str] = ()) -> tuple[str, ...]:
    """The topics that the words of the request propose, as they may be published. The answer plays no part."""
    title, questions = published_questions(case, response, also)
    return proposed(title, questions)


def _chosen(topics: Iterable[str]) -> str:
    given = tuple(topics)
    try:
        return saved(chosen(given)) if given else ""
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong


def locked_entry(publication_pk: int, event: str, actor: StaffMember) -> Publication:
    """The entry, locked with its letter. Raises NotAllowed; Refused when it is withdrawn."""
    lock_letter(Publication.objects.values_list("response", flat=True).get(pk=publication_pk))
    publication = Publication.objects.select_for_update().get(pk=publication_pk)
    require(event, publication.response.case, actor)
    if publication.withdrawn_at is not None:
        raise Refused("This entry has been withdrawn already.")
    return publication


def _fill(publication: Publication, case: Case, also: Iterable[str]) -> None:
    """Write what readers see into the entry, from the letter as it was sent, and save it with its files and marks."""
    response = publication.response
    for words in dict.fromkeys(words.strip() for words in also if words.strip()):
        TakenOut.objects.get_or_create(response=response, words=words)
    letter, _ = published_letter(case, response)
    answers = published_answers(case, response)
    if letter.subject != publication.title:
        # A corrected title gets a corrected address too: the old one would go on telling what was taken out.
        publication.title = letter.subject
        publication.slug = _free_slug(publication)
    for name, value in entry_of(answers, letter, _stage(response)).items():
        setattr(publication, name, value)
    if not publication.topics or denies(response):
        publication.topics = saved(topics_of_request(case, response))
    marks = marks_of(publication, answers)
    publication.facets = facets_of(marks)
    publication.save()
    PublicationMark.objects.bulk_create(marks)
    PublishedFile.objects.bulk_create(_published_files(publication, answers, letter))


def _stage(response: Response) -> dict[str, str]:
    """Which questions the letter answered, and which were left, where it was one of several; else nothing."""
    sent: LetterResponse = from_plain(response.frozen["response"])
    if not sent.in_stages:
        return {}
    rest = tuple(OTHER for answer in sent.answers if answer.decision.other_information)
    here = (*(asked.label for asked in sent.questions), *rest)
    return {"answers": in_words(here), "left": in_words(sent.following)}


def marks_of(publication: Publication, answers: tuple[Answer, ...]) -> list[PublicationMark]:
    """What an entry with these answers is found and counted by."""
    limbs = dict.fromkeys(
        limb.provision for answer in answers for claim in answer.decision.claims for limb in claim.known
    )
    values = [
        *((PublicationMark.Kind.OUTCOME, value) for value in publication.outcomes),
        *((PublicationMark.Kind.SECTION, value) for value in dict.fromkeys(limb.section for limb in limbs)),
        *((PublicationMark.Kind.LIMB, str(limb)) for limb in limbs),
    ]
    marks = [PublicationMark(publication=publication, kind=kind, value=value) for kind, value in values]
    return [*marks, *_topic_marks(publication)]


def _topic_marks(publication: Publication) -> list[PublicationMark]:
    return [
        PublicationMark(publication=publication, kind=PublicationMark.Kind.TOPIC, value=slug)
        for slug in read(publication.topics)
    ]


def facets_of(marks: Iterable[PublicationMark]) -> str:
    """The outcomes and sections among the marks in one value, for entries that share them to be counted together."""
    kinds = (PublicationMark.Kind.OUTCOME, PublicationMark.Kind.SECTION)
    found = list(marks)
    return "|".join(" ".join(sorted(mark.value for mark in found if mark.kind == kind)) for kind in kinds)[:500]


def _public_words(letter: Letter) -> str:
    return " ".join(_words(letter)).casefold()


def entry_of(given: tuple[Answer, ...], letter: Letter, stage: dict[str, str]) -> dict[str, Any]:
    """The fields of an entry that hold what readers see, from the answers and the letter as they may be published.

    `stage` says which questions the letter answered and which were left, where it was one of several.
    """
    outcomes = list(dict.fromkeys(answer.decision.outcome for answer in given if answer.decision.outcome))
    answers = [
        _with_attached_tables(section, given) for section in letter.sections if section.kind is SectionKind.ANSWER
    ]
    rest = [section for section in letter.sections if section.kind not in (SectionKind.ANSWER, SectionKind.CLOSING)]
    limbs = dict.fromkeys(limb.name for answer in given for claim in answer.decision.claims for limb in claim.known)
    return {
        "part": stage.get("answers", "")[:400],
        "outcomes": [outcome.value for outcome in outcomes],
        "content": {
            "answers": [{"title": section.title, "html": sections_fragment((section,), 3)} for section in answers],
            "opening": sections_fragment(
                [_without_facts(part) for part in rest if part.kind is SectionKind.OPENING], 2
            ),
            "reasons": sections_fragment([part for part in rest if part.kind is not SectionKind.OPENING], 2),
            "limbs": list(limbs),
            "charts": [chart for answer in given for exhibit in answer.exhibits if (chart := chart_of(exhibit))],
            **({"stage": stage} if stage else {}),
        },
        "words": " ".join(_words(replace(letter, sections=(*answers, *rest)))),
    }


def chart_of(exhibit: Exhibit) -> str:
    """The bars of a table that was made safe; empty for any other, and for one that has no fitting chart."""
    if not exhibit.charted:
        return ""
    table = exhibit.table
    try:
        return bar_chart(printed_for_readers(table.title, table.columns, table.rows))
    except RecordsError:
        return ""


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
        if exhibit.file and not exhibit.is_file
    )
    parts = tuple(_with_attached_tables(part, answers) for part in section.sections)
    return replace(section, blocks=(*section.blocks, *tables), sections=parts)


def _published_files(publication: Publication, answers: tuple[Answer, ...], letter: Letter) -> list[PublishedFile]:
    stem = slugify(re.sub(r"[^\w]+", "-", publication.reference))
    pdf = write(letter, "pdf")
    files = [(f"{stem}-letter.pdf", "The letter as PDF", FORMATS["pdf"].media_type, pdf)]
    number = 0
    for answer in answers:
        for exhibit in answer.exhibits:
            number += 1
            name = exhibit.file or f"{stem}-table-{number}.csv"
            table = exhibit.table
            if exhibit.is_file:
                sent = publication.response.files.get(name=name)
                files.append((name, table.title, sent.media_type, bytes(sent.content)))
                continue
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
    words: list[str] = []

    def gather(text: str) -> str:
        words.append(text)
        return text

    kept: tuple[Section, ...] = tuple(
        section
        for section in letter.sections
        if section.kind not in (SectionKind.INTERNAL_REVIEW, SectionKind.COMMISSIONER, SectionKind.CLOSING)
    )
    change_text(kept, gather)
    # Last, so that a passage shown beside the title does not begin by repeating it.
    return [*words, letter.reference, letter.subject, letter.sender.name]


def slug_of(reference: str, title: str) -> str:
    """The address of an entry of that reference and title, where nothing else has it."""
    return slugify(re.sub(r"[^\w]+", "-", f"{reference}-{title}"))[:100].strip("-") or "entry"


def _free_slug(publication: Publication) -> str:
    """An address of its own, from the reference and the title as readers see it."""
    stem = slug_of(publication.reference, publication.title.replace(REMOVED, " "))
    others = Publication.objects.filter(authority=publication.authority, slug__startswith=stem)
    taken = set(others.exclude(pk=publication.pk).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
