"""Limbs as cited: whether they exist, are exact enough, and can stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.law.requirements import missing
from candour.letters.lint.document import Cite, Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.words import Phrase, phrase

_PURPOSE_ALONE = phrase(
    r"31 ?\(1\)(?: ?(?:,|and|&)? ?\([a-f]\))+ ?(?:,|and|&)? ?\(2\)(?: ?\([a-j]\))?|(?<![\d(])31 ?\(2\)(?: ?\([a-j]\))?",
    "31(1)",
    "31 (1)",
    "31(2)",
    "31 (2)",
)
_FUNCTIONS = re.compile(r"31 ?\(1\) ?(?:\([a-f]\) ?(?:,|and|&)? ?)*\([ghi]\)|31 ?\(1\)[^\n]{0,40}?(?:and|,) ?\([ghi]\)")
_FORTY_FIVE = phrase(r"\bs(?:ections?|\.)? ?40 ?\( ?5 ?\)", "40(5", "40 (5", "40( 5", "40 ( 5")
_OLD_CONDITIONS = phrase(
    r"\b40 ?\(2\) ?(?:,|and|&)? ?\(3\)|\b40 ?\([34]\)(?! ?\(?[ab]\)? of the)",
    "40(2)",
    "40 (2)",
    "40(3)",
    "40(4)",
    "40 (3)",
    "40 (4)",
)
_MATTER = phrase(r"31 ?\(1\) ?\(?[a-i]\)", "31(1)", "31 (1)")
_IMPROPER = phrase(r"responsible for (?:any )?(?:conduct which is improper|improper conduct)", "improper")
_THIRTY_EIGHT = phrase(r"38 ?\(1\) ?\(?[ab]\)", "38(1)", "38 (1)")
_THIRTY = phrase(r"30 ?\(1\)|30 ?\(2\)", "30(1)", "30 (1)", "30(2)", "30 (2)")
_ALTERNATIVE = phrase(
    r"\balternative(?:ly)?\b|\bto the extent that\b|\b(?:so|in so) far as\b|\bonly so far\b|not (?:exempt"
    r"|caught|covered) (?:under|by) section 30",
    "alternative",
    "to the extent",
    "so far",
    "section 30",
)
_THIRTY_CONSIDERED = phrase(
    r"(?:considered|rule out|not rely on|not claim(?:ed)?|do not apply) (?:whether )?section 30", "section 30"
)
_NOT_POLICE = phrase(
    r"\bsections? ?3[35]\b(?! ?\d)|\bs\.? ?3[35]\b(?! ?\d)" r"|(?<!otherwise than under section )\b36 ?\(2\) ?\(a\)",
    "33",
    "35",
    "36(2)",
    "36 (2)",
)
_POLICE = phrase(r"\bpolice\b|constabulary|\bmps\b", "police", "constabulary", "mps")
_MISBRACKETED = phrase(
    r"\b(?:3 ?\(a\)|3 ?\(b\)|4 ?\(a\))(?= ?(?:[,.;)]| and\b| or\b| of\b|\(a\)|\(b\)))",
    "3(a)",
    "3(b)",
    "4(a)",
    "3 (a)",
    "3 (b)",
    "4 (a)",
)
_SUBSECTIONS = re.compile(r"(?:sub-?sections?|conditions?|paragraphs?)[^.\n]{0,60}$|40 ?(?:\(2\))? ?\(?$")
_WRONG_ACT = phrase(r"\(?(?:3a|3b|4a)\)? of (?:the )?(?:data protection act|dpa)", "data protection act", "dpa")
_MISCONDUCT = phrase(
    r"(?:misconduct|disciplinary) (?:investigation|inquir|enquir|proceeding|matter|process)"
    r"|misconduct or (?:potentially )?criminal",
    "misconduct",
    "disciplinary",
)
_NOT_DISCIPLINARY = phrase(
    r"disciplinary and nothing more|only disciplinary|purely disciplinary|criminal investigations only",
    "disciplinary",
    "only",
)


@check("L-LIM-01")
def purpose_alone(document: Document) -> Iterator[Spot]:
    """31(2) is cited and neither (g), (h) nor (i) of 31(1) stands near it."""
    if "31" not in document.first_cites:
        return
    seen: set[str] = set()
    reached = _FUNCTIONS.search(document.own.text)
    for found in document.own.find(_PURPOSE_ALONE):
        words = found.group().replace(" ", "")
        if words not in seen and not (reached and words.startswith("31(2)")):
            seen.add(words)
            yield document.own.at(found)


@check("L-LIM-02")
def repealed_denial(document: Document) -> Iterator[Spot]:
    """Section 40(5) is cited."""
    found = document.own.first(_FORTY_FIVE) if "40" in document.first_cites else None
    if found:
        yield document.own.at(found)


@check("L-LIM-03")
def repealed_conditions(document: Document) -> Iterator[Spot]:
    """Section 40(3) or (4) is cited, alone or after 40(2)."""
    found = document.own.first(_OLD_CONDITIONS) if "40" in document.first_cites else None
    if found:
        yield document.own.at(found)


@check("L-LIM-04")
def matter_unnamed(document: Document) -> Iterator[Spot]:
    """Section 31 is claimed and no paragraph of 31(1) is named anywhere."""
    cite = document.first_cites.get("31")
    if cite and not document.own.has(_MATTER):
        yield document.own.spot(cite.start, cite.end)


@check("L-LIM-04")
def function_unnamed(document: Document) -> Iterator[Spot]:
    """The reasons are those of 31(2)(b), which is reached through 31(1)(g) alone, and neither is cited."""
    if "31" not in document.first_cites or _FUNCTIONS.search(document.own.text) or document.own.has(_PURPOSE_ALONE):
        return
    found = document.own.first(_IMPROPER)
    if found:
        yield document.own.at(found, "improper conduct is the purpose in section 31(2)(b), reached through 31(1)(g)")


@check("L-LIM-05")
def danger_unnamed(document: Document) -> Iterator[Spot]:
    """Section 38 is claimed and neither 38(1)(a) nor (b) is named."""
    yield from _unless(document, document.first_cites.get("38"), _THIRTY_EIGHT)


@check("L-LIM-06")
def class_unnamed(document: Document) -> Iterator[Spot]:
    """Section 30 is claimed and no class in 30(1) or (2) is named."""
    yield from _unless(document, document.first_cites.get("30"), _THIRTY)


def _unless(document: Document, cite: Cite | None, named: Phrase) -> Iterator[Spot]:
    if cite and not document.own.has(named):
        yield document.own.spot(cite.start, cite.end)


@check("L-LIM-07")
def both_at_once(document: Document) -> Iterator[Spot]:
    """Sections 30 and 31 are claimed together, and neither an alternative nor different information is spoken of."""
    first, second = document.first_cites.get("30"), document.first_cites.get("31")
    if not first or not second or document.own.has(_ALTERNATIVE) or document.own.has(_THIRTY_CONSIDERED):
        return
    together = abs(first.paragraph - second.paragraph) <= 1
    if together:
        yield document.own.spot(second.start, second.end)


@check("L-LIM-07")
def not_in_the_alternative(document: Document) -> Iterator[Spot]:
    """A decision claims a section that covers only what an earlier claim of it does not."""
    start = document.first_words
    for answer in document.response.answers if document.response else ():
        for lack in missing(answer.decision):
            if "in the alternative" in lack.what:
                yield Spot(start.start, start.end, lack.what, ", ".join(answer.about) or None)


@check("L-LIM-08")
def not_for_the_police(document: Document) -> Iterator[Spot]:
    """Section 33, 35 or 36(2)(a) is cited by a police force."""
    if not any(cite.section in {"33", "35", "36"} for cite in document.cites) or not document.own.has(_POLICE):
        return
    found = document.own.first(_NOT_POLICE)
    if found:
        yield document.own.at(found)


@check("L-LIM-09")
def misbracketed(document: Document) -> Iterator[Spot]:
    """3(A), 3(B) or 4(A) is written, or a condition of section 40 is ascribed to another Act."""
    if "40" not in document.first_cites:
        return
    told: set[int] = set()
    for found in document.own.find(_MISBRACKETED):
        paragraph = document.own.paragraph(found.start())
        before = document.own.text[document.own.paragraphs[paragraph][0] : found.start()]
        if paragraph not in told and _SUBSECTIONS.search(before) and document.own.cased[found.end() - 2].isupper():
            told.add(paragraph)
            yield document.own.at(found)
    for found in document.own.find(_WRONG_ACT):
        if document.own.paragraph(found.start()) not in told:
            yield document.own.at(found)


@check("L-LIM-10")
def misconduct_is_no_charge(document: Document) -> Iterator[Spot]:
    """Section 30 is claimed, the reasons speak of misconduct inquiries, and 31(1)(g) is not claimed."""
    cite = document.first_cites.get("30")
    if cite is None or _FUNCTIONS.search(document.own.text) or document.own.has(_NOT_DISCIPLINARY):
        return
    if document.own.has(_MISCONDUCT):
        yield document.own.spot(cite.start, cite.end)
