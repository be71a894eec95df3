"""Other regimes and stages: environmental information, own data, internal reviews, Scotland."""

from __future__ import annotations

from collections.abc import Iterator

from candour.law.provision import Provision
from candour.law.working_days import RESPONSE_DAYS, PastHorizon, foia_calendar
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.signs import KindOfLetter
from candour.letters.lint.words import phrase

_UNDER_EIR = phrase(
    r"(?:exempt|except(?:ed|ion)s?|refus\w+|withh\w+|not (?:obliged"
    r"|required))\b[^.\n]{0,80}\b(?:environmental information regulations|\beir\b)"
    r"|(?:environmental information regulations|\beir\b)[^.\n]{0,80}\b(?:exempt|exception|refus|withh)"
    r"|\bregulation 1[23] ?\(",
    "environmental information",
    "eir",
    "regulation 12",
    "regulation 13",
)
_EXCEPTION = phrase(r"\b(?:regulation|reg\.?|eir) ?1[23]\b|\b12 ?\([45]\)|\b13 ?\(1\)", "12", "13")
_ONLY_THIRTEEN = phrase(r"\b(?:regulation|reg\.?) ?12\b|\b12 ?\([45]\)", "12")
_NOT_HELD = phrase(r"12 ?\(4\) ?\(a\)", "12")
_PUBLIC_INTEREST = phrase(r"\bpublic interest\b", "public interest")
_REPRESENTATIONS = phrase(
    r"\breview|\brepresentations|\bregulation 11\b|\bcomplain", "review", "representations", "regulation 11", "complain"
)
_COMMISSIONER = phrase(r"\binformation commission|\bico\b|\bregulation 18\b", "commission", "ico", "regulation 18")
_PRESUMPTION = phrase(r"\bpresumption\b", "presumption")
_REFUSES_OWN = phrase(
    r"\b(?:exempt|withh\w+|refus\w+|(?:can ?not|unable to|do not|not) (?:be )?(?:provided?|disclosed?"
    r"|released?))\b[^.\n]{0,120}\b(?:your own personal|personal (?:data|information) (?:about"
    r"|relating to) (?:you\b|yourself)|you are the data subject)"
    r"|\b(?:your own personal (?:data|information)|you are the data subject)\b[^.\n]{0,120}\b(?:exempt"
    r"|withh|refus|can ?not be|not be (?:disclosed|provided)|unable)",
    "your own personal",
    "about you",
    "relating to you",
    "yourself",
    "data subject",
)
_ACCESS = phrase(
    r"\bsubject access|\bright of access|\barticle 15\b", "subject access", "right of access", "article 15"
)
_FORTY_ONE, _FORTY_FIVE_A = Provision("40", ("1",)), Provision("40", ("5A",))
_INDEPENDENT = phrase(
    r"\b(?:not|no|never|without) (?:been )?(?:previously )?(?:part|involved|involvement|connected)"
    r"|\bindependent|\bhad no part|\bwas not involved|\bdifferent officer|\bfresh\b|\bafresh\b|\bi am (?:a"
    r"|the) (?:senior|head|director|review)",
    "not",
    "no ",
    "never",
    "without",
    "independent",
    "different",
    "fresh",
    "i am",
)
_REVIEWED = phrase(
    r"\b(?:uph(?:eld|old)|overturn|chang|maintain|vary|varied|revers|agree|not uph|partially|correct"
    r"|incorrect|satisfied that|conclu|decision (?:was|is)|found that|now (?:disclose|provide|release))"
)
_REASON = phrase(
    r"\bapolog|\bsorry|\bdelay|\bcomplex|\bextend|\bvolumin|\bthird part",
    "apolog",
    "sorry",
    "delay",
    "complex",
    "extend",
    "volumin",
    "third part",
)
_ACT_2000 = phrase(r"\bfreedom of information act 2000|\bfoia 2000", "act 2000", "foia 2000")
_HELD = phrase(r"\bhold|\bheld\b", "hold", "held")
_EIGHTEEN = phrase(r"\bsections? 18\b|\bs\.? ?18\b", "18")


def _environmental_refusal(document: Document) -> Spot | None:
    """Where environmental information is refused."""
    if not document.is_of(KindOfLetter.ENVIRONMENT):
        return None
    found = document.own.first(_UNDER_EIR)
    return document.own.at(found) if found else None


@check("L-EIR-01")
def no_exception(document: Document) -> Iterator[Spot]:
    """No exception is cited, or one under regulation 12 without the public interest."""
    spot, own = _environmental_refusal(document), document.own
    if spot is None or own.has(_NOT_HELD):
        return
    weighed = own.has(_PUBLIC_INTEREST) or not own.has(_ONLY_THIRTEEN)
    if not own.has(_EXCEPTION) or not weighed:
        yield spot


@check("L-EIR-02")
def no_rights(document: Document) -> Iterator[Spot]:
    """No way to make representations, or no Commissioner."""
    spot, own = _environmental_refusal(document), document.own
    if spot and not (own.has(_REPRESENTATIONS) and own.has(_COMMISSIONER)):
        yield spot


@check("L-EIR-03")
def no_presumption(document: Document) -> Iterator[Spot]:
    """The presumption in favour of disclosure is not mentioned."""
    spot = _environmental_refusal(document)
    if spot and document.own.has(_EXCEPTION) and not document.own.has(_PRESUMPTION):
        yield spot


@check("L-SAR-01")
def own_data(document: Document) -> Iterator[Spot]:
    """The requester's own data are refused without 40(1) or 40(5A), or without the way to get them."""
    found = document.own.first(_REFUSES_OWN)
    cited = document.provisions & {_FORTY_ONE, _FORTY_FIVE_A}
    if found and not (cited and document.own.has(_ACCESS)):
        yield document.own.at(found)


@check("L-IR-01")
def same_person(document: Document) -> Iterator[Spot]:
    """The one who decided reviews the decision."""
    desk = document.desk
    if desk.reviewed_by and desk.reviewed_by == desk.decided_by:
        spot = document.first_words
        yield Spot(spot.start, spot.end, desk.reviewed_by)


@check("L-IR-01")
def independence_unsaid(document: Document) -> Iterator[Spot]:
    """A review does not say that someone else made it."""
    if document.is_of(KindOfLetter.REVIEW) and not document.own.has(_INDEPENDENT) and not document.desk.reviewed_by:
        yield document.first_words


@check("L-IR-02")
def not_afresh(document: Document) -> Iterator[Spot]:
    """A review comes to nothing."""
    if document.is_of(KindOfLetter.REVIEW) and not document.own.has(_REVIEWED):
        yield document.first_words


@check("L-IR-03")
def review_late(document: Document) -> Iterator[Spot]:
    """A review took more than twenty working days and gives no reason."""
    received, dated = document.dates.received, document.dates.dated
    if received is None or dated is None or not document.is_of(KindOfLetter.REVIEW):
        return
    try:
        due = foia_calendar().after(received, RESPONSE_DAYS)
    except PastHorizon:
        return
    if dated > due and not document.own.has(_REASON):
        spot = document.first_words
        yield Spot(spot.start, spot.end, f"asked for {received}, due {due}, dated {dated}")


@check("L-SCT-01")
def sections_of_another_act(document: Document) -> Iterator[Spot]:
    """A letter under the Scottish Act cites the Act of 2000, or subsections that only that Act has."""
    if not document.is_of(KindOfLetter.SCOTLAND):
        return
    found = document.own.first(_ACT_2000)
    foreign = next((cite for cite in document.cites if cite.section in {"40", "43", "44", "42"}), None)
    if found:
        yield document.own.at(found)
    elif foreign:
        yield document.own.spot(foreign.start, foreign.end)


@check("L-SCT-02")
def holding_unsaid(document: Document) -> Iterator[Spot]:
    """A Scottish refusal neither says that the information is held nor relies on section 18."""
    own = document.own
    if document.is_of(KindOfLetter.SCOTLAND) and document.refuses and not own.has(_HELD) and not own.has(_EIGHTEEN):
        yield document.first_words
