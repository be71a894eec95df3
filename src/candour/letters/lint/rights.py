"""The rights that a refusal states: review, the Commissioner, and the time and address for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.signs import KindOfLetter
from candour.letters.lint.words import phrase
from candour.letters.model import SectionKind
from candour.letters.response import regulator

_REVIEW = phrase(
    r"\binternal review|\bcomplain|\b(?:request(?:ed|ing)?|ask(?: for| us to)?|right to"
    r"|entitled to)(?: [\w']+){0,6} review(?:ed)?\b|\breview procedure|\bappeal\b",
    "review",
    "complain",
    "appeal",
)
_COMMISSIONER = phrase(r"\binformation commission(?:er)?\b|\bico\b|\bico\.org\.uk|casework@ico", "commission", "ico")
_TO_COMPLAIN = re.compile(
    r"complain|apply|appeal|decision|contact|refer|dissatisf|unhappy|section 50|review|right|write|address"
    r"|website|ico\.org\.uk"
)
_NOTICE = phrase(r"\brefusal notice\b|\bnotice under section 17\b|\bnotice in accordance with section 17", "notice")
_INFERENCE = phrase(r"\bno inference", "no inference")
_WINDOW = phrase(
    r"\b(?:within|up to|no later than)\b[^.\n]{0,30}\b(?:\d+|two|three|six|forty"
    r"|eight)\b[^.\n]{0,20}\b(?:working days|days|weeks|months?)|\b40 working days|\btwo months\b",
    "days",
    "week",
    "month",
)
_PHONE = re.compile(r"(?<!\d)(0\d{2,4}[ -]?\d{3}[ -]?\d{3,4}|0845[ -]?6[ -]?30[ -]?60[ -]?60)(?!\d)")
_OLD_PLACE = phrase(
    r"\binformationcommissioner\.gov\.uk|\bico\.gsi\.gov\.uk|\bdata protection registrar",
    "informationcommissioner.gov",
    "gsi.gov",
    "registrar",
)
_SCOTTISH_REVIEW = phrase(r"\breview\b", "review")
_SCOTTISH_COMMISSIONER = phrase(
    r"\bscottish information commissioner|itspublicknowledge|foi\.scot", "scottish info", "itspublic", "foi.scot"
)
_NOT_HELD = phrase(r"\b(?:do|does) not hold\b|\bnot held\b", "not h")


def _owes_rights(document: Document) -> bool:
    """Whether the letter is a notice under section 17: it refuses, extends time or asks for a fee."""
    return document.refuses or document.is_of(KindOfLetter.EXTENSION, KindOfLetter.FEES)


def _place(document: Document) -> Spot:
    """Where the rights are missed: at the notice, else where the letter ends."""
    own = document.own
    found = own.first(_NOTICE)
    if found:
        return own.spot(*own.sentence(found.start()))
    for kind in ("attachments",):
        for heading, _ in document.under(kind):
            return own.spot(*own.paragraphs[heading.paragraph])
    found = own.first(_INFERENCE)
    return own.spot(*(own.paragraphs[own.paragraph(found.start())] if found else own.paragraphs[-1]))


@check("L-RTS-01")
def no_review(document: Document) -> Iterator[Spot]:
    """A refusal without a word on a review or a complaint."""
    if _owes_rights(document) and not document.own.has(_REVIEW) and not document.is_of(KindOfLetter.REVIEW):
        yield _place(document)


@check("L-RTS-01")
def no_review_section(document: Document) -> Iterator[Spot]:
    """A letter of our own refuses and has no section on internal review."""
    letter = document.letter
    if (
        letter
        and document.refuses
        and all(section.kind is not SectionKind.INTERNAL_REVIEW for section in letter.walk())
    ):
        yield _place(document)


@check("L-RTS-02")
def no_commissioner(document: Document) -> Iterator[Spot]:
    """A refusal without a word on the Commissioner as the one to go to."""
    own = document.own
    if not _owes_rights(document) or document.is_of(KindOfLetter.SCOTLAND):
        return
    for found in own.find(_COMMISSIONER):
        if _TO_COMPLAIN.search(own.words(own.paragraph(found.start()))):
            return
    yield _place(document)


@check("L-RTS-02")
def no_commissioner_section(document: Document) -> Iterator[Spot]:
    """A letter of our own refuses and has no section on the Commissioner."""
    letter = document.letter
    if letter and document.refuses and all(section.kind is not SectionKind.COMMISSIONER for section in letter.walk()):
        yield _place(document)


@check("L-RTS-03")
def no_time_for_review(document: Document) -> Iterator[Spot]:
    """A review is offered, and no time is given for asking."""
    found = document.own.first(_REVIEW) if _owes_rights(document) else None
    if found and "review" in found.group() and not document.own.has(_WINDOW):
        yield document.own.at(found)


@check("L-RTS-04")
def other_regulator(document: Document) -> Iterator[Spot]:
    """Beside the Commissioner stands a telephone number or address that the settings do not have."""
    own = document.own
    if (old := own.first(_OLD_PLACE)) and document.after(date(2018, 12, 31)):
        yield own.at(old)
    if document.dates.dated is None:
        return
    contact = re.sub(r"\D", "", regulator(document.dates.dated).contact)
    for found in own.find(_COMMISSIONER):
        start, end = found.end(), min(own.paragraphs[own.paragraph(found.start())][1], found.end() + 300)
        for phone in _PHONE.finditer(own.text, start, end):
            if re.sub(r"\D", "", phone.group()) not in contact:
                yield own.at(phone)
                return


@check("L-RTS-05")
def scottish_rights(document: Document) -> Iterator[Spot]:
    """A Scottish refusal or not-held notice lacks the review or the Scottish Information Commissioner."""
    own = document.own
    if not document.is_of(KindOfLetter.SCOTLAND) or not (document.refuses or own.has(_NOT_HELD)):
        return
    if not own.has(_SCOTTISH_REVIEW) or not own.has(_SCOTTISH_COMMISSIONER):
        yield _place(document)
