"""Information published or to be published: where it is, what it answers, and when it comes."""

from __future__ import annotations

from collections.abc import Iterator

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_ADDRESS = phrase(
    r"https?://(?!\S{0,12}ico\.org)|\bwww\.(?!ico\.)|\b(?!ico\.)[\w-]+\.(?:gov|org|co|police)\.uk\b"
    r"|\bisbn\b|\blibrary\b|\[\d{1,2}\]",
    "http",
    "www.",
    ".uk",
    "isbn",
    "library",
    "[",
)
_LINK = phrase(r"\b(?:this|the|following) link\b|\blink below\b|\blink-?:", "link")
_UNMAPPED = phrase(
    r"\blinks? (?:below|above)?[^.\n]{0,40}?\b(?:include|contain|provide)s? (?:an "
    r"|the )?answers? to your (?:request|questions?)"
    r"|\b(?:includes?|contains?) (?:an |the )?answers? to your request as well as",
    "answer",
)
_INTENDED = phrase(
    r"\bintend|\bintention|\bwill be published|\b(?:due|planned|scheduled) (?:to be published"
    r"|for publication)|\bfuture publication|\bplan to publish|\bto be published",
    "intend",
    "intention",
    "publish",
    "publication",
)
_SETTLED = phrase(
    r"\b(?:at the time|when|before) (?:of |you made |we received )?(?:your|the) request"
    r"|\balready (?:intended|planned|decided|settled|scheduled)|\bsettled\b|\bprior to (?:your|the"
    r"|receipt)|\bpre-?exist|\bwhat will be published:",
    "published",
    "time",
    "when",
    "before",
    "already",
    "settled",
    "prior to",
    "exist",
)
_REASONABLE = phrase(r"\breasonable\b", "reasonable")


@check("L-S21-01")
def no_address(document: Document) -> Iterator[Spot]:
    """Section 21 is claimed and the letter has no address; a title after “this link” is none."""
    cite = document.first_cites.get("21")
    if cite is None or document.own.has(_ADDRESS):
        return
    own = document.own
    links = [own.paragraph(found.start()) for found in own.find(_LINK)]
    place = own.paragraphs[min(links[-1] + 1, len(own.paragraphs) - 1)] if links else (cite.start, cite.end)
    yield own.spot(*place)


@check("L-S21-01")
def no_locator(document: Document) -> Iterator[Spot]:
    """A decision rests on section 21 and has no locator, or one that did not answer."""
    start = document.first_words
    for answer in document.response.answers if document.response else ():
        rests = any(limb.section == "21" for claim in answer.decision.claims for limb in claim.limbs)
        dead = [item.url for item in answer.decision.locators if item.url in document.desk.unreachable]
        if rests and (dead or not answer.decision.locators):
            yield Spot(start.start, start.end, ", ".join(dead), ", ".join(answer.about) or None)


@check("L-S21-02")
def answers_what(document: Document) -> Iterator[Spot]:
    """A link is said to answer “your request”, among other things."""
    if "21" in document.first_cites:
        for found in document.own.find(_UNMAPPED):
            yield document.own.at(found)


@check("L-S22-01")
def intention_unshown(document: Document) -> Iterator[Spot]:
    """Section 22 is claimed without intention, without its time, or without reasonableness."""
    cite = document.first_cites.get("22")
    if cite is None:
        return
    lacking = [
        name
        for name, sign in (
            ("the intention", _INTENDED),
            ("that it was settled before the request", _SETTLED),
            ("why waiting is reasonable", _REASONABLE),
        )
        if not document.own.has(sign)
    ]
    if "the intention" in lacking or len(lacking) == 2:
        yield document.own.spot(cite.start, cite.end, f"missing: {', '.join(lacking)}")


@check("L-S22-01")
def publication_undecided(document: Document) -> Iterator[Spot]:
    """A decision rests on section 22 and does not say what will be published."""
    start = document.first_words
    for decided in document.claims:
        if any(limb.section == "22" for limb in decided.claim.limbs) and not decided.decision.publication.strip():
            yield Spot(start.start, start.end, "", decided.about)
