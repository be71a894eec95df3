"""Whether each exemption is said to be relied on, cited exactly, and explained from the facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.law.catalogue import Need
from candour.law.requirements import claim_needs
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.law import choices
from candour.letters.lint.registry import check
from candour.letters.lint.signs import REFUSES, KindOfLetter
from candour.letters.lint.words import phrase

_EXEMPT = phrase(
    r"\b(?:information|data|it|this|these|they|details|request)\b[^.\n]{0,60}\b(?:is|are|be|was"
    r"|were) (?:also |therefore |considered (?:to be )?)?exempt(?:ed)? from (?:disclosure|release)",
    "exempt",
)
_OTHER_GROUND = phrase(r"\b(?:section|s\.?|regulation|reg\.?) ?\d|\bunder (?:eir|the environmental)|\bexceptions?\b")
_AT_START = 3
_OWN_RULES = frozenset({"12", "14", "30", "31", "38"})
_ELSEWHERE = phrase(
    r"\b(?:reasons|explanation|harm|public interest)\b[^.\n]{0,60}\b(?:attached|enclosed|appendix|annex|attachment)",
    "attached",
    "enclosed",
    "appendix",
    "annex",
    "attachment",
)
_GENERIC = phrase(
    r"\binternally sensitive\b|\bfor (?:operational|obvious|sensitivity) reasons\b|\b(?:due to|for"
    r"|because of) (?:data protection|gdpr)(?: reasons)?\b(?! act| principle| law)",
    "internally sensitive",
    "reasons",
    "data protection",
    "gdpr",
)
_LINK_ONLY = phrase(
    r"\b(?:this|these|the) exemptions?(?: and (?:the )?explanatory notes)? (?:is|are|can be) (?:shown"
    r"|found|explained|viewed|set out) (?:here|at|via|on|in the link)",
    "exemption",
)
_OPINION = phrase(
    r"\bqualified person\b|\bmonitoring officer\b|\breasonable opinion\b",
    "qualified person",
    "monitoring officer",
    "reasonable opinion",
)
_REQUIRED = phrase(
    r"\brequired\b[^.\n]{0,60}\bnational security|\bsafeguard(?:ing)? national security",
    "national security",
)
_ENACTMENT = phrase(
    r"\b(?:act|order|regulations?|rules|measure) (?:19|20)\d\d|\bcontempt of court|\b(?:act"
    r"|regulations) \d{4}|\bcourt\b|\bthe prohibition is in: *[a-z0-9]"
)
_PROHIBITION = phrase(r"\bthe prohibition is in:", "prohibition")
_OTHER_PROHIBITION = re.compile(r"44 ?\(1\) ?\([bc]\)")
_FOI_ACT = re.compile(r"freedom of information act 2000")


@check("L-REF-01")
def refusal_unsaid(document: Document) -> Iterator[Spot]:
    """Exemptions are listed, and no word says that anything is exempt, withheld or refused."""
    if document.named and not document.cites:
        listed = [
            cite for cite in document.named if cite.start - document.own.paragraphs[cite.paragraph][0] < _AT_START
        ]
        if len(listed) > 1 or (listed and listed[0].provision.steps):
            yield document.own.spot(*document.own.paragraphs[listed[0].paragraph])


@check("L-REF-02")
def exempt_under_nothing(document: Document) -> Iterator[Spot]:
    """Information is said to be exempt, and no provision of any law is named."""
    found = None if document.cites else document.own.first(_EXEMPT)
    if found and not document.own.has(_OTHER_GROUND):
        yield document.own.at(found)


@check("L-REF-02")
def section_alone(document: Document) -> Iterator[Spot]:
    """A section with several limbs is cited, and never with a subsection."""
    if not document.refuses:
        return
    for section, cite in document.first_cites.items():
        exact = any(item.section == section and item.steps for item in document.provisions)
        if not exact and section not in _OWN_RULES and choices(section) > 1:
            yield document.own.spot(cite.start, cite.end, f"section {section} has {choices(section)} limbs")


@check("L-REF-03")
def only_named(document: Document) -> Iterator[Spot]:
    """A section stands in the list of exemptions and is never spoken of again."""
    listed = len(document.first_cites) > 1 and any(document.is_bare(number) for number in document.cited_in)
    if not listed or document.own.has(_ELSEWHERE) or any(True for _ in document.under("harm")):
        return
    spoken = {cite.section for cite in document.cites if not document.is_bare(cite.paragraph)}
    spoken |= {
        section
        for number, about in enumerate(document.governing)
        if number not in document.cited_in
        for section in about
    }
    silent = [section for section in document.first_cites if section not in spoken]
    if silent and len(silent) < len(document.first_cites):
        last = document.cites[-1]
        yield document.own.spot(*document.own.sentence(last.start), f"nothing is said of section {' or '.join(silent)}")


@check("L-REF-03")
def why_undecided(document: Document) -> Iterator[Spot]:
    """A claim has no reason."""
    start = document.first_words
    for decided in document.claims:
        if not decided.claim.why.strip() and document.desk.reasons_recorded is not True:
            yield Spot(start.start, start.end, f"section {decided.claim.cited}", decided.about)


@check("L-REF-04")
def unrecorded(document: Document) -> Iterator[Spot]:
    """Reasons are left out and nothing is on record about it."""
    if document.desk.reasons_recorded is False and any(not decided.claim.why.strip() for decided in document.claims):
        yield document.first_words


@check("L-EXP-01")
def general_explanation(document: Document) -> Iterator[Spot]:
    """A stock reason stands in the explanation of a refusal."""
    if not document.cites:
        return
    for found in document.own.find(_GENERIC):
        yield document.own.at(found)


@check("L-EXP-02")
def link_explains(document: Document) -> Iterator[Spot]:
    """The exemptions are said to be explained behind a link."""
    found = document.own.first(_LINK_ONLY)
    if found:
        yield document.own.at(found)


@check("L-S36-01")
def no_opinion(document: Document) -> Iterator[Spot]:
    """Section 36 is claimed and no qualified person appears."""
    cite = document.first_cites.get("36")
    if cite and document.own.has(REFUSES) and not document.own.has(_OPINION):
        yield document.own.spot(cite.start, cite.end)


@check("L-S36-01")
def opinion_undecided(document: Document) -> Iterator[Spot]:
    """A claim rests on an opinion that is not recorded in full."""
    start = document.first_words
    for decided in document.claims:
        opinion = decided.claim.qualified_opinion
        complete = opinion and opinion.person and opinion.given_on and opinion.opinion.strip()
        if Need.QUALIFIED_PERSON in claim_needs(decided.claim) and not complete:
            yield Spot(start.start, start.end, "", decided.about)


@check("L-S24-01")
def security_unexplained(document: Document) -> Iterator[Spot]:
    """Section 24 is claimed, and nothing says why exemption is required."""
    cite = document.first_cites.get("24")
    if cite and not document.own.has(_REQUIRED):
        yield document.own.spot(cite.start, cite.end)


@check("L-S44-01")
def prohibition_unnamed(document: Document) -> Iterator[Spot]:
    """Section 44 is claimed, and no other enactment is named."""
    cite = document.first_cites.get("44")
    if cite is None or _OTHER_PROHIBITION.search(document.own.text) or document.is_of(KindOfLetter.SCOTLAND):
        return
    near = {number for number, about in enumerate(document.governing) if "44" in about}
    near |= {document.own.paragraph(found.start()) for found in document.own.find(_PROHIBITION)}
    words = " ".join(_FOI_ACT.sub("", document.own.words(number)) for number in near)
    if not _ENACTMENT.pattern.search(words):
        yield document.own.spot(cite.start, cite.end)
