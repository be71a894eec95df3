"""Section 40: the condition, the principle, the three steps, sensitive data, and the words of the repealed Act."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.law.personal_data import PERSONAL_DATA_STEPS
from candour.law.provision import Provision
from candour.law.requirements import missing
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_OWN = (Provision("40", ("1",)), Provision("40", ("5A",)))
_FIRST_CONDITION = tuple(Provision("40", steps) for steps in (("3A",), ("5B", "a"), ("5",)))
_OTHER_CONDITIONS = tuple(Provision("40", steps) for steps in (("3B",), ("4A",), ("5B", "b"), ("5B", "c"), ("5B", "d")))
_CONDITION = phrase(
    r"\b3 ?\(?a\)|\(3a\)|\b3 ?\(b\)|\(3b\)|\(4a\)|\b4 ?\(a\)|\b(?:first|second|third) condition\b|5b\)"
    r"|40 ?\(3\) ?\(a\)",
    "3a",
    "3(a",
    "3 (a",
    "3 a)",
    "3b",
    "3(b",
    "3 (b",
    "4a",
    "4(a",
    "4 (a",
    "condition",
    "5b)",
    "(3)(a",
    "(3) (a",
)
_PRINCIPLE = phrase(
    r"\bprinciples?\b|\barticle 5\b|\blawful(?:ly|ness)?\b|\bunlawful|\bfair(?:ly|ness)?\b|\bunfair"
    r"|\barticle 6\b|\blegitimate interest",
    "principle",
    "article",
    "lawful",
    "fair",
    "legitimate",
)
_WRONG_SOURCE = phrase(r"right to privacy|data protection act|\bgdpr\b|data protection (?:law|legislation)")
_INTEREST = phrase(
    r"\blegitimate (?:public )?interest|\blegitimate,? (?:or )?(?:wider )?interest|\barticle 6\b|\b6 ?\(1\) ?\(f\)",
    "legitimate",
    "article",
    "(f)",
)
_NO_INTEREST = phrase(r"\bno (?:strong |compelling |overriding |sufficient |such )?legitimate", "legitimate")
_NECESSITY = phrase(
    r"\bnecess|\bproportionate|\bless intrusive|\bneeded\b", "necess", "proportionate", "less intrusive", "needed"
)
_BALANCE = phrase(
    r"\bbalanc|\boverrid|\boutweigh|\brights and freedoms|\bfundamental rights"
    r"|\binterests? of the (?:individual|data subject)|\bdistress|\bprivacy"
)
_SENSITIVE_BAR = phrase(
    r"\barticles? (?:9|10)\b|\bspecial category|\bcriminal offence data|\bsection 11 ?\(2\)"
    r"|\bsensitive personal data\b|schedule 1\b",
    "article",
    "special category",
    "criminal offence data",
    "section 11",
    "sensitive personal",
    "schedule 1",
)
_OFFENCES = phrase(
    r"\b(?:sexual|rape|assault|domestic (?:abuse|violence)|convict|criminal|offen[cd]|misconduct"
    r"|allegation|arrest|charged|victim|suspect|health|medical|sickness|disab|mental)"
)
_REASONS = re.compile(
    r"\b(?:personal data|individuals?|identif(?!ied that)|fair\b|unfair|lawful|expect|privacy|data subjects?)"
)
_TESTED = re.compile(
    r"\b(?:reasonabl[ey] expect|expect|fair\b|unfair|lawful basis|requirements|breach|contravene|principle)"
)
_CIRCLE = phrase(
    r"\b(?:release|disclosure) would not be fair and therefore"
    r"|\bnot (?:be )?fair[^.\n]{0,30}\btherefore\b[^.\n]{0,60}\babsolute",
    "fair",
)
_UNWARRANTED = phrase(
    r"\bunwarranted harm|\bwould be unwarranted|\bunwarranted (?:interference|prejudice|intrusion)|\bcause unwarranted",
    "unwarranted",
)
_OFFERS = phrase(
    r"\bwould not identify|\bnot identify (?:the|any) individual|\banonymi[sz]ed|\bno names\b"
    r"|\bwithout (?:names|identif)|\bexclud\w+ (?:names|personal)|\bredact",
    "identif",
    "anonymi",
    "no names",
    "without names",
    "exclud",
    "redact",
)
_TAKEN_UP = phrase(
    r"anonymi|\bband(?:s|ed)?\b|\baggregat|\bredact|\bround(?:ed|ing)\b|\bremov\w+ (?:the )?(?:names"
    r"|details|personal)|without naming|summari[sz]ed|shortened|take out|took out|broken down further"
    r"|pseudonym"
)
_MISASCRIBED = phrase(
    r"\bdata protection act(?: 2018)? principles"
    r"|\bunder the data protection act(?: 2018)?,? (?:the )?(?:disclosure"
    r"|processing) of personal data is (?:considered )?(?:to be )?lawful"
    r"|\bprinciples? (?:of|in|under|set out in) the data protection act(?: 2018)?\b(?! and)",
    "data protection act",
)


def _claimed(document: Document) -> list[int]:
    """The paragraphs that cite section 40 for other people's data, by the condition that turns on the principles."""
    if any(item.within(other) for item in document.provisions for other in _OTHER_CONDITIONS) and not any(
        item.within(first) for item in document.provisions for first in _FIRST_CONDITION
    ):
        return []
    cites = [cite for cite in document.citing("40") if not any(cite.provision.within(own) for own in _OWN)]
    return [] if len(cites) < len(list(document.citing("40"))) else [cite.paragraph for cite in cites]


def _reasoning(document: Document) -> list[int]:
    """The paragraphs that reason about section 40, and not only name it or say what it is."""
    own = document.own
    return [
        number
        for number, about in enumerate(document.governing)
        if "40" in about and _REASONS.search(own.words(number)) and not document.is_bare(number)
    ]


def _withholding(document: Document) -> Spot | None:
    """Where section 40(2) is claimed."""
    for cite in document.citing("40"):
        if cite.provision.steps[:1] == ("2",):
            return document.own.spot(cite.start, cite.end)
    return None


@check("L-S40-01")
def no_condition(document: Document) -> Iterator[Spot]:
    """40(2) is claimed; neither a condition nor the principle that the first one turns on is named."""
    spot = _withholding(document)
    if spot and not document.own.has(_CONDITION) and not document.own.has(_PRINCIPLE):
        yield spot


@check("L-S40-01")
def no_condition_decided(document: Document) -> Iterator[Spot]:
    """A claim on 40(2) has no ground."""
    start = document.first_words
    for decided in document.claims:
        if Provision("40", ("2",)) in decided.claim.limbs and not decided.claim.by_virtue_of:
            yield Spot(start.start, start.end, "", decided.about)


@check("L-S40-02")
def no_principle(document: Document) -> Iterator[Spot]:
    """Section 40 is claimed and no principle, lawfulness or fairness is spoken of."""
    paragraphs = _claimed(document)
    if not paragraphs or document.own.has(_PRINCIPLE):
        return
    found = document.own.first(_WRONG_SOURCE)
    place = document.own.sentence(found.start()) if found else document.own.paragraphs[paragraphs[0]]
    yield document.own.spot(*place)


@check("L-S40-03")
def not_tested(document: Document) -> Iterator[Spot]:
    """Section 40 is claimed without a legitimate interest, or with one and no further step."""
    own = document.own
    if not _claimed(document) or own.has(_SENSITIVE_BAR):
        return
    lacking = [] if own.has(_INTEREST) else ["legitimate interest"]
    if not own.has(_NO_INTEREST) and not own.has(_NECESSITY):
        lacking.append("necessity")
    if lacking == ["necessity"] and own.has(_BALANCE):
        return
    if not lacking:
        return
    reasons = _reasoning(document)
    tested = [number for number in reasons if _TESTED.search(own.words(number))]
    for number in (tested or reasons)[-1:] or _claimed(document)[:1]:
        yield own.spot(*own.paragraphs[number], f"missing: {' and '.join(lacking)}")


@check("L-S40-03")
def not_tested_decided(document: Document) -> Iterator[Spot]:
    """A claim on section 40 lacks a step."""
    start = document.first_words
    for answer in document.response.answers if document.response else ():
        for lack in missing(answer.decision):
            if lack.step in PERSONAL_DATA_STEPS:
                yield Spot(start.start, start.end, lack.what, ", ".join(answer.about) or None)


@check("L-S40-04")
def sensitive_unconsidered(document: Document) -> Iterator[Spot]:
    """The data are about offences, health or sex life, and no stricter rule is mentioned."""
    if not _claimed(document) or document.own.has(_SENSITIVE_BAR):
        return
    reasons = _reasoning(document)
    if reasons and (document.asked.has(_OFFENCES) or document.own.has(_OFFENCES, *document.own.paragraphs[reasons[0]])):
        yield document.own.spot(*document.own.paragraphs[reasons[0]])


@check("L-S40-05")
def circular(document: Document) -> Iterator[Spot]:
    """Unfair, and therefore absolute."""
    found = document.own.first(_CIRCLE) if document.cites else None
    if found:
        yield document.own.at(found)


@check("L-S40-06")
def old_wording(document: Document) -> Iterator[Spot]:
    """The last step is called unwarranted harm."""
    found = document.own.first(_UNWARRANTED)
    if found and _claimed(document):
        yield document.own.at(found)


@check("L-S40-07")
def offer_ignored(document: Document) -> Iterator[Spot]:
    """The requester would do without identifying detail; the letter refuses and does not take that up."""
    offered = list(document.asked.find(_OFFERS))
    if offered and _claimed(document) and not document.own.has(_TAKEN_UP):
        yield document.asked.spot(*document.asked.sentence(offered[-1].start()))


@check("L-S40-08")
def misascribed(document: Document) -> Iterator[Spot]:
    """The principles, or the lawful basis, are said to be those of the Data Protection Act 2018."""
    if _claimed(document):
        for found in document.own.find(_MISASCRIBED):
            yield document.own.at(found)
