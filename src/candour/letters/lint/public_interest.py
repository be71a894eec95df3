"""The public interest test: made where it is owed, on both sides, of the right question, with the Act's conclusion."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.law import absolute, qualified
from candour.letters.lint.registry import check
from candour.letters.lint.signs import KindOfLetter
from candour.letters.lint.words import phrase

_WEIGHED = phrase(
    r"\b(?:factors|arguments|considerations|reasons) (?:in favour|favouring|for|against|supporting)\b"
    r"|\boutweigh|\bon balance\b|\bbalanc(?:e|ing)\b"
    r"|\bpublic interest (?:test\s*:?\n|(?:\w+ ){0,2}(?:lies|resides?)|in (?:maintaining|withholding"
    r"|disclos|releas|not|protecting|preserving|allowing|knowing))|\b(?:in|not in|contrary to"
    r"|against) the public interest\b"
    r"|\bpublic interest (?:arguments|factors|considerations)|\bpublic interest (?:would|is) (?:not |best "
    r"|better )?(?:be )?served"
)
_ONLY_DISCLAIMED = re.compile(
    r"no requirement to consider|not required to|is not required|no need to|not subject to|does not apply"
    r"|no public interest test"
)
_ELSEWHERE = phrase(
    r"\b(?:public interest test|pit)\b[^.\n]{0,60}\b(?:attached|enclosed|appendix|annex|separate)"
    r"|\b(?:attached|enclosed|appendix|annex)\b[^.\n]{0,60}\b(?:public interest|pit)\b",
    "attached",
    "enclosed",
    "appendix",
    "annex",
    "separate",
)
_FOR = phrase(
    r"\b(?:factors|arguments|considerations) (?:in favour of|favouring|for"
    r"|supporting) (?:the )?(?:complying|compliance|confirm|disclos|releas)|transparen|accountab|openness"
    r"|public debate|better inform|public interest in (?:disclos|releas|knowing|transparen)|promot"
)
_AGAINST = phrase(
    r"\b(?:factors|arguments|considerations) (?:against|(?:in favour of|favouring|for) (?:not |non"
    r"|maintain|withhold|exempt|neither))|\bagainst (?:disclos|releas|confirm)"
    r"|maintain(?:ing)? the (?:exemption|exclusion)|\bhowever\b|\bbut\b"
    r"|\bwould (?:be likely to )?(?:prejudice|harm|undermine|damage|hinder|compromise|inhibit)"
    r"|non-?disclosure|withhold"
)
_SINGLE_BALANCE = re.compile(r"\bsections? \d\d")
_CONCLUDES = phrase(
    r"\boutweigh|\bpublic interest (?:therefore )?(?:lies|is best served|favours|falls|rests)"
    r"|\bbalance (?:therefore )?(?:lies|is in favour|falls|favours|weighs|is weighted|rests|tips)"
    r"|\bfavours? (?:of )?(?:the )?(?:maintain|withhold|non|not|neither|exempt)|\bon balance\b"
    r"|not (?:be )?in the public interest to|greater (?:weight|public interest)|\bstronger\b|\bprevail"
    r"|in favour of (?:the )?(?:maintain|withhold|non|not|exempt)"
)
_STATES = phrase(
    r"\bbalance test for\b|\btherefore\b|\bin conclusion\b|\bit is (?:our|my|the force's) (?:opinion|view|decision)\b"
)
_THRESHOLD = phrase(
    r"\bonly be (?:overridden|outweighed|disclosed|released) in exceptional circumstances"
    r"|\bexceptional circumstances\b[^.\n]{0,60}\b(?:disclos|releas|overrid)",
    "exceptional circumstances",
)
_REVERSED = phrase(
    r"\b(?:disclos\w+|releas\w+|benefits?|transparency|openness|favour of disclosure"
    r"|additional information you are seeking)\b[^.\n]{0,80}\b(?:do(?:es)? not|is not sufficient to"
    r"|are not sufficient to|cannot|insufficient to) outweigh",
    "outweigh",
)
_ABOUT_DISCLOSURE = phrase(
    r"(?:(?<=\n\n)|(?<=\. )|\A)(?:disclosure|releas(?:e|ing)|disclosing)(?: of)?(?: the"
    r"| this)?(?: requested)?(?: information)? (?:would|could|may|will|might)\b"
    r"|(?:\btest|\(pit\)) on disclosure\b",
    "disclos",
    "releas",
)
_IRRELEVANT = phrase(
    r"\bflippant|\btakes? advantage of (?:its|our|the) (?:ability|right|powers?)|\bembarrass|\b(?:damage"
    r"|harm) (?:to )?(?:the|our|its) reputation\b|\breputation of the (?:force|council|police)\b",
    "flippant",
    "advantage",
    "embarrass",
    "reputation",
)
_SIDE_AGAINST = re.compile(
    r"(?:factors|arguments|considerations|reasons) (?P<way>against|(?:favouring|in favour of|for) (?:not"
    r"|non|neither|maintain\w*|withhold\w*))"
)


def _owed(document: Document) -> list[str]:
    """The sections cited that owe a public interest test, whichever of their limbs is meant."""
    return [section for section, cite in document.first_cites.items() if qualified(cite.provision)]


@check("L-PIT-01")
def no_test(document: Document) -> Iterator[Spot]:
    """A qualified exemption is cited and nothing is weighed, here or in an attachment that the letter names."""
    owed = _owed(document)
    if not owed or document.own.has(_ELSEWHERE) or document.is_of(KindOfLetter.ENVIRONMENT, KindOfLetter.EXTENSION):
        return
    for found in document.own.find(_WEIGHED):
        start, end = document.own.sentence(found.start())
        if not _ONLY_DISCLAIMED.search(document.own.text, start, end):
            return
    cite = document.first_cites[owed[0]]
    yield document.own.spot(cite.start, cite.end, f"section {' and '.join(owed)}")


@check("L-PIT-01")
def no_test_decided(document: Document) -> Iterator[Spot]:
    """A claim owes a public interest test and has none."""
    start = document.first_words
    for decided in document.claims:
        claim = decided.claim
        if claim.wants_public_interest and not (claim.favouring or claim.against or claim.balance.strip()):
            yield Spot(start.start, start.end, f"section {claim.cited}", decided.about)


@check("L-PIT-02")
def one_sided(document: Document) -> Iterator[Spot]:
    """Factors stand under a heading for one side, and the letter has no word for the other."""
    owed = _owed(document)
    if not owed:
        return
    sides = {heading.kind: heading for heading in document.headings if heading.kind.startswith("factors")}
    if len(sides) != 1:
        return
    kind, heading = next(iter(sides.items()))
    place = document.own.paragraphs[heading.paragraph]
    answered = document.own.has(_FOR) if kind == "factors_against" else document.own.has(_AGAINST, place[1])
    if not answered:
        yield document.own.spot(*place)


@check("L-PIT-02")
def one_sided_decision(document: Document) -> Iterator[Spot]:
    """A claim has factors on one side only."""
    start = document.first_words
    for decided in document.claims:
        claim = decided.claim
        if claim.wants_public_interest and bool(claim.favouring) != bool(claim.against):
            yield Spot(start.start, start.end, f"section {claim.cited}", decided.about)


@check("L-PIT-03")
def one_balance(document: Document) -> Iterator[Spot]:
    """One balancing section follows the factors of several qualified exemptions."""
    owed = _owed(document)
    balances = list(document.under("balance"))
    factors = [heading for heading in document.headings if heading.kind == "factors_for"]
    if len(owed) < 2 or len(balances) != 1 or len(factors) < 2:
        return
    heading, below = balances[0]
    if below and not _SINGLE_BALANCE.search(heading.words):
        yield document.own.spot(*document.own.paragraphs[below[0]], f"sections {', '.join(owed)}")


@check("L-PIT-04")
def no_conclusion(document: Document) -> Iterator[Spot]:
    """A balance is announced, and no sentence below the heading says which interest outweighs."""
    for _, below in document.under("balance"):
        paragraphs = [document.own.paragraphs[number] for number in below]
        if not paragraphs or not _owed(document) or document.own.has(_CONCLUDES, paragraphs[0][0], paragraphs[-1][1]):
            continue
        stated = [found for start, end in paragraphs if (found := document.own.first(_STATES, start, end))]
        place = stated[-1].start() if stated else paragraphs[-1][0]
        yield document.own.spot(*document.own.sentence(place))


@check("L-PIT-04")
def balance_undecided(document: Document) -> Iterator[Spot]:
    """A claim has factors and no balance."""
    start = document.first_words
    for decided in document.claims:
        claim = decided.claim
        if claim.wants_public_interest and (claim.favouring or claim.against) and not claim.balance.strip():
            yield Spot(start.start, start.end, f"section {claim.cited}", decided.about)


@check("L-PIT-05")
def turned_round(document: Document) -> Iterator[Spot]:
    """Disclosure is made to outweigh, or an exceptional case is asked for."""
    if not document.cites:
        return
    for sought in (_THRESHOLD, _REVERSED):
        for found in document.own.find(sought):
            yield document.own.at(found)


@check("L-PIT-06")
def wrong_question(document: Document) -> Iterator[Spot]:
    """In a letter whose qualified limbs only lift the duty to confirm or deny, disclosure is what is weighed."""
    owed = set(_owed(document))
    if document.denial is None or not owed <= document.denying_sections or not owed:
        return
    sides = {
        number
        for kind in ("factors_for", "factors_against", "balance")
        for _, below in document.under(kind)
        for number in below
    }
    for found in document.own.find(_ABOUT_DISCLOSURE):
        if document.own.paragraph(found.start()) in sides or "on disclosure" in found.group():
            yield document.own.at(found)


@check("L-PIT-07")
def test_not_owed(document: Document) -> Iterator[Spot]:
    """Factors are given under a heading that names an absolute exemption."""
    for heading in document.headings:
        if heading.kind in {"factors_for", "pit"}:
            cites = document.cited_in.get(heading.paragraph, [])
            if cites and all(absolute(cite.provision) for cite in cites):
                yield document.own.spot(*document.own.paragraphs[heading.paragraph])


@check("L-PIT-07")
def test_not_owed_decided(document: Document) -> Iterator[Spot]:
    """A claim owes no test and makes one."""
    start = document.first_words
    for decided in document.claims:
        claim = decided.claim
        if not claim.wants_public_interest and (claim.favouring or claim.against):
            yield Spot(start.start, start.end, f"section {claim.cited}", decided.about)


@check("L-PIT-08")
def irrelevant_factor(document: Document) -> Iterator[Spot]:
    """A factor is about reputation, convenience or the force's own powers."""
    sides = {
        number for kind in ("factors_for", "factors_against") for _, below in document.under(kind) for number in below
    }
    for found in document.own.find(_IRRELEVANT) if sides else ():
        if document.own.paragraph(found.start()) in sides:
            yield document.own.at(found)


@check("L-PIT-09")
def uneven_headings(document: Document) -> Iterator[Spot]:
    """The heading for the factors against differs in kind from the first one."""
    ways = [
        (heading, found["way"].split(" ")[0])
        for heading in document.headings
        if heading.kind == "factors_against" and (found := _SIDE_AGAINST.search(heading.words))
    ]
    for heading, way in ways[1:]:
        if way != ways[0][1]:
            yield document.own.spot(*document.own.paragraphs[heading.paragraph])
