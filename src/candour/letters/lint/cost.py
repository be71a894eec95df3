"""The cost limit and vexatious requests: the limb, the figures, the estimate, and what is said of holding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.law.provision import Provision
from candour.law.requirements import cost_limit, missing
from candour.law.steps import Step
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.outcome import only_not_central
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_OVER = phrase(
    r"\bexceed(?:s|ed|ing)? (?:the|our) [^.\n]{0,40}\b(?:appropriate|cost|costs|time|fees?|18"
    r"|eighteen)\b[^.\n]{0,14}\b(?:limit|threshold|hours?)"
    r"|\b(?:in )?excess of (?:the )?(?:appropriate limit|cost limit|costs? limit|18 hours)"
    r"|\bover the (?:cost|appropriate) limit|\bcost more than the limit",
    "exceed",
    "excess",
    "over the",
    "more than the limit",
)
_ELSE = phrase(r"\b(?:if|should|were)\b[^.\n]{0,80}\bexceed", "exceed")
_CONDITIONAL = re.compile(r"\b(?:if|should|unless|whether|may)\b")
_LIMB_ONE = Provision("12", ("1",))
_LIMB_TWO = Provision("12", ("2",))
_FIGURES = phrase(
    r"£ ?\d{3}|\b18 hours|\beighteen hours|\b(?:2[.,]5|18)[- ]?(?:hour|day)", "£", "18", "eighteen", "2.5", "2,5"
)
_UNITS = phrase(
    r"\b\d[\d,.]* (?:[\w-]+ ){0,3}(?:records?|files?|cases?|crimes?|reports?|e-?mails?|documents?|entries"
    r"|incidents?|investigations?|complaints?|allegations?|officers?|pages?|hours|minutes|mins|invoices?"
    r"|contracts?|rows?|properties|logs)\b|\bminutes\b",
)
_LIMIT_ITSELF = re.compile(r"^(?:18|18\.0|450|600) ")
_HOLDS = phrase(
    r"\b(?:we|i|force|constabulary|police|council|authority|mps)\b[^.\n]{0,40}\b(?:hold|holds|held)\b"
    r"|\b(?:is|are) held\b|\binformation (?:that )?(?:is )?held\b|\bnot h[eo]ld|\bconfirm\b",
    "hold",
    "held",
    "confirm",
)
_CONFIRMS = phrase(
    r"\b(?:can|do|we|i) confirm (?:that )?[^.\n]{0,60}\b(?:hold|holds|is held|are held)\b"
    r"|(?<!whether )\bwe hold (?:this|the|information)",
    "hold",
    "held",
)
_NARROW = phrase(
    r"\brefin|\bnarrow|\breduc(?:e|ing)|\bwithin (?:the )?(?:cost|time|appropriate|fees?|18)"
    r"|\badvice and assistance|\bsection 16|\bresubmit|\bif you (?:were to|would like|wish)|\bsuggest"
    r"|\bshorter (?:period|time)|\brevis|\blimit(?:ing)? (?:your|the) request|\bmay be able to"
    r"|\bcould be (?:given|asked|answered)"
)
_VEXATIOUS = phrase(r"\bsections? ?14\b|\bs\.? ?14\b", "14")
_PERSON = phrase(
    r"\byou are (?:being )?(?:a )?vexatious|\bvexatious (?:requester|applicant|person|individual|complainant)",
    "vexatious",
)


def _refused_for_cost(document: Document) -> Spot | None:
    """Where the letter relies on the cost limit: at section 12, or at the words."""
    cite = document.first_cites.get("12")
    if cite:
        return document.own.spot(cite.start, cite.end)
    for found in document.own.find(_OVER):
        start, end = document.own.sentence(found.start())
        if not _CONDITIONAL.search(document.own.text, start, end):
            return document.own.at(found)
    return None


@check("L-S12-01")
def limb_unnamed(document: Document) -> Iterator[Spot]:
    """The cost limit is relied on and neither 12(1) nor 12(2) is named."""
    spot = _refused_for_cost(document)
    if spot and not document.provisions & {_LIMB_ONE, _LIMB_TWO}:
        yield spot


@check("L-S12-02")
def limit_unstated(document: Document) -> Iterator[Spot]:
    """No figure for the limit."""
    spot = _refused_for_cost(document)
    if spot and not document.own.has(_FIGURES):
        limit = cost_limit()
        yield Spot(spot.start, spot.end, f"£{limit.pounds}, {limit.hours} hours at £{limit.pounds_per_hour}")


@check("L-S12-03")
def no_estimate(document: Document) -> Iterator[Spot]:
    """No number of records or minutes other than the limit itself."""
    spot = _refused_for_cost(document)
    if spot and all(_LIMIT_ITSELF.match(found.group()) for found in document.own.find(_UNITS)):
        yield spot


@check("L-S12-03")
def records_without_estimate(document: Document) -> Iterator[Spot]:
    """“Not recorded centrally” speaks of effort and does not estimate it."""
    yield from only_not_central(document)


@check("L-S12-04")
def holding_unsaid(document: Document) -> Iterator[Spot]:
    """12(1) is relied on, and nothing says whether the information is held."""
    cite = next((cite for cite in document.citing("12") if cite.provision.within(_LIMB_ONE)), None)
    if cite and _LIMB_TWO not in document.provisions and not document.own.has(_HOLDS):
        yield document.own.spot(cite.start, cite.end)


@check("L-S12-05")
def no_narrowing(document: Document) -> Iterator[Spot]:
    """The cost limit is relied on without help to bring the request within it."""
    spot = _refused_for_cost(document)
    if spot and not document.own.has(_NARROW):
        yield spot


@check("L-S12-05")
def records_without_help(document: Document) -> Iterator[Spot]:
    """“Not recorded centrally” ends the answer, and nothing helps to ask otherwise."""
    yield from only_not_central(document)


@check("L-S12-05")
def no_narrowing_decided(document: Document) -> Iterator[Spot]:
    """A decision on the cost limit lacks advice."""
    start = document.first_words
    for answer in document.response.answers if document.response else ():
        for lack in missing(answer.decision):
            if lack.step is Step.HELP:
                yield Spot(start.start, start.end, lack.what, ", ".join(answer.about) or None)


@check("L-S12-06")
def confirmed_all_the_same(document: Document) -> Iterator[Spot]:
    """Only 12(2) is relied on, and the letter confirms holding."""
    if _LIMB_TWO in document.provisions and _LIMB_ONE not in document.provisions and not document.gives:
        found = document.own.first(_CONFIRMS)
        if found and {cite.section for cite in document.cites} == {"12"}:
            yield document.own.at(found)


@check("L-S14-01")
def which_of_fourteen(document: Document) -> Iterator[Spot]:
    """Section 14 is relied on without its subsection."""
    cite = document.first_cites.get("14")
    if cite and not any(item.section == "14" and item.steps for item in document.provisions):
        yield document.own.spot(cite.start, cite.end)


@check("L-S14-02")
def person_labelled(document: Document) -> Iterator[Spot]:
    """The person, not the request, is called vexatious."""
    for found in document.own.find(_PERSON):
        yield document.own.at(found)
