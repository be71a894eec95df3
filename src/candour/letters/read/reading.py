"""A response read back into its structure, for search, checking and comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from candour.law.provision import Provision
from candour.letters.passages import Block
from candour.letters.read.attachments import read_attachments
from candour.letters.read.citations import exact, find_citations
from candour.letters.read.flags import read_flags
from candour.letters.read.furniture import Page, read_page
from candour.letters.read.header import read_header
from candour.letters.read.language import refuse_other_languages
from candour.letters.read.outcome import ReadOutcome, Signal, denies, judge, signals, together, told
from candour.letters.read.own import OwnLetter, read_own
from candour.letters.read.own_marks import Head
from candour.letters.read.parts import find_parts
from candour.letters.read.questions import announces_its_answer, joined, read_questions, said_at
from candour.letters.read.reasons import read_reasons
from candour.letters.read.source import Anchor, Source
from candour.letters.read.tree import LimbCited, Lines, LinkRead, Place, QuestionRead, Reading, Words

__all__ = ["QuestionRead", "Reading", "read_source", "read_text"]

_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"”’|]{3,2000}", re.IGNORECASE)
_MOST_LINKS = 10_000


def read_text(text: str) -> Reading:
    """The structure of a response given as plain text.

    Raises UnreadableText when there is no response to read in it.
    """
    return read_source(Source(text, "text"))


def read_source(source: Source) -> Reading:
    """The structure of a response whose file was opened as text; see `read_text`."""
    page = read_page(source.text)
    refuse_other_languages(page.own)
    lines = Lines(source.text)
    # A letter of ours is read as it stands: what looks like furniture or a numbered question may be a wrapped heading.
    own = read_own(source.text, lines) or read_own(page.own, lines)
    if own:
        return _ours(own, source, page, lines)
    parts = find_parts(page.own)
    answers = [block for answered in parts.answered for block in answered.answer]
    body = sorted([*parts.response, *answers], key=lambda block: block.start)
    body_words = joined(body)
    citations = _citations(body, lines)
    exemptions = exact(provision for citation in citations for provision in citation.provisions)
    questions, shown = read_questions(parts, exemptions, lines)
    header = read_header(page.own, joined([*parts.head, *body, *parts.tail]))
    flags = read_flags(body, [*parts.head, *parts.tail], exemptions, lines)
    outcome = _whole(
        questions, shown, signals(body_words, exemptions), joined(parts.response) if parts.answered else ""
    )
    if outcome is None and body and announces_its_answer([*parts.head, *body]):
        outcome = ReadOutcome.FULL
    attachments = read_attachments((*page.files, *source.files), [*body, *parts.tail])
    places = {name: lines.place(*span) for name, span in header.places.items()}
    if where := said_at(body, outcome, lines):
        places["outcome"] = where
    return Reading(
        authority=header.authority,
        reference=header.reference,
        received=header.received,
        responded=header.responded,
        outcome=outcome,
        questions=questions,
        exemptions=exemptions,
        ncnd=flags.ncnd,
        refusal_notice=flags.refusal_notice,
        harm=flags.harm,
        public_interest_test=flags.public_interest_test,
        balance=flags.balance,
        internal_review=flags.internal_review,
        ico=flags.ico,
        attachments=attachments,
        reasons=read_reasons(body, exemptions, questions, lines),
        citations=citations,
        links=_links(page.own, source.anchors, lines),
        places={**places, **dict(flags.places), **_named(attachments, page.own, lines)},
        kind=source.kind,
        text=source.text,
    )


def _ours(own: OwnLetter, source: Source, page: Page, lines: Lines) -> Reading:
    """A letter in our own form as a reading."""
    asked = [*own.questions, *([own.other] if own.other else [])]
    exemptions = exact(limb for question in asked for limb in question.exemptions)
    outcomes = [question.outcome for question in asked]
    files = tuple(dict.fromkeys([*(words.text for words in own.attachments), *source.files]))
    parts = find_parts(page.own)
    answers = [block for answered in parts.answered for block in answered.answer]
    body = sorted([*parts.response, *answers], key=lambda block: block.start)
    names = {
        "refusal_notice": Head.NOTICE,
        "harm": Head.HARM,
        "public_interest_test": Head.PUBLIC_INTEREST,
        "balance": Head.BALANCE,
        "internal_review": Head.REVIEW,
        "ico": Head.COMMISSIONER,
    }
    places = {name: lines.place(*span) for name, span in own.facts.places.items() if span[1] > span[0]}
    places |= {name: own.heads[head] for name, head in names.items() if head in own.heads}
    return Reading(
        authority=own.facts.authority or None,
        reference=own.facts.reference,
        received=own.facts.received,
        responded=own.facts.dated,
        outcome=together(outcomes),
        questions=own.questions,
        exemptions=exemptions,
        ncnd=any(denies(limb) for limb in exemptions),
        refusal_notice=Head.NOTICE in own.heads,
        harm=any(claim.harm for claim in own.claims),
        public_interest_test=any(claim.favouring or claim.against for claim in own.claims),
        balance=any(claim.balance for claim in own.claims),
        internal_review=Head.REVIEW in own.heads,
        ico=Head.COMMISSIONER in own.heads,
        attachments=files,
        other=own.other,
        reasons=own.claims,
        citations=_citations(body, lines),
        links=_links(page.own, source.anchors, lines),
        places={**places, **_named(files, page.own, lines)},
        kind=source.kind,
        text=source.text,
    )


def _whole(questions: tuple[QuestionRead, ...], shown: bool, said: frozenset[Signal], other: str) -> ReadOutcome | None:
    """The outcome of the response; `other` holds what is said of any other information, under none of the questions."""
    each = [question.outcome for question in questions]
    if shown and None not in each and (outcome := together([*each, *filter(None, [told(other)])])):
        return outcome
    if len({question.outcome for question in questions if question.outcome}) > 1:
        return ReadOutcome.MIXED
    return judge(said)


def _citations(body: Sequence[Block], lines: Lines) -> tuple[LimbCited, ...]:
    """Every citation of the authority's own, as printed."""
    return tuple(
        LimbCited(
            _once(citation.provisions),
            Words(citation.surface, lines.of(block, citation.start, citation.start + len(citation.surface))),
        )
        for block in (block.unmarked for block in body)
        for citation in find_citations(block.text)
    )


def _once(provisions: Iterable[Provision]) -> tuple[Provision, ...]:
    return tuple(dict.fromkeys(provisions))


def _links(own: str, anchors: Iterable[Anchor], lines: Lines) -> tuple[LinkRead, ...]:
    """Every address that the page prints or links to, in order; the page's own words for it where it has any."""
    found = [
        LinkRead(anchor.words, anchor.url, lines.place(anchor.start, anchor.start + len(anchor.words)))
        for anchor in anchors
    ]
    linked = {link.url.rstrip("/") for link in found}
    for printed in _URL.finditer(own):
        url = printed.group().rstrip(".,;:)]>")
        if url.rstrip("/") not in linked and len(found) < _MOST_LINKS:
            found.append(LinkRead(url, url, lines.place(printed.start(), printed.start() + len(url))))
    return tuple(sorted(found, key=lambda link: link.place.start))


def _named(attachments: Iterable[str], own: str, lines: Lines) -> dict[str, Place]:
    """Where the first of the attachments is named."""
    for name in attachments:
        if (start := own.find(name)) >= 0:
            return {"attachments": lines.place(start, start + len(name))}
    return {}
