"""Evidence of harm: that there is some, for each limb, at one level, and following from what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.law import turns_on_harm
from candour.letters.lint.registry import check
from candour.letters.lint.signs import KindOfLetter
from candour.letters.lint.words import phrase

_HARM = phrase(
    r"\b(?:would|could|can|may|might|likely to|will|risk of|potential(?:ly)?)\b[^.\n]{0,160}?\b(?:prejudic"
    r"|endanger|harm|undermin|compromis|hinder|jeopardi|risk"
    r"|damag|impact|inhibit|disadvantag|advantage|threat|danger|weaken|deter|reduce|affect|vulnerab|target"
    r"|easier|allow|enable|expos|disrupt|interfere|imped|increase|lead to)"
    r"|\bprejudicial to\b|\bto the detriment\b"
)
_HARM_ELSEWHERE = phrase(
    r"\b(?:attached|enclosed|appendix|annex|below|separate)\b[^.\n]{0,80}\b(?:harm|prejudice"
    r"|public interest)|\b(?:harm|prejudice|public interest test|pit)\b[^.\n]{0,80}\b(?:attached|enclosed"
    r"|appendix|annex)",
    "attached",
    "enclosed",
    "appendix",
    "annex",
    "below",
    "separate",
)
_BOTH_LEVELS = phrase(
    r"\bwould,? or would be likely(?: to)?\b|\bwould,? or would likely\b|\bwould or be likely to\b",
    "would or",
    "would, or",
)
_THIRD_LEVEL = phrase(
    r"\b(?:would|will) (?:most certainly|almost certainly|undoubtedly|certainly"
    r"|definitely)(?: be likely to)? (?:prejudice|endanger)",
    "prejudice",
    "endanger",
)
_RECITAL = re.compile(
    r"\bexempt(?:s|ion|ed)?\b|\bprovid(?:es|ed)\b|\bstates?\b|\bwhere\b|\bif\b|\bwhether\b|\btest\b"
    r"|\bthreshold\b|\bact\b|\bsections?\b|\bs\.? ?\d\d\b|\brequires\b"
)
_OF_DISCLOSURE = re.compile(
    r"disclos|releas|confirm|deny|denial|publish|publication|information|reveal|provid|known|knowledge"
)
_WOULD_HAPPEN = re.compile(r"\b(?:would|could|can|may|might|will)\b")
_LABELLED = phrase(r"\bharm ?: [^\n]{0,80}\b(?:would|could|can|may|might|will)\b", "harm:", "harm :")
_GOES_ON = re.compile(r"\W{0,3}(?:this|that|these|it|they|such)\b")
_APPLIED = re.compile(r"\b(?:our|this information|the (?:requested )?information requested|in this case)\b")
_COUNT = phrase(r"\bhow many\b|\b(?:total )?number of\b|\bcount of\b", "how many", "number of", "count of")
_TIPS_OFF = phrase(
    r"\b(?:highlight|alert|inform|tip off|reveal|make (?:it )?(?:known|aware))\w* (?:it )?(?:to )?(?:the "
    r"|an? |any )?(?:suspects?|offenders?|perpetrators?|criminals?)\b"
    r"|\b(?:suspects?|offenders?|perpetrators?)\b[^.\n]{0,40}\b(?:made aware|alerted|tipped off)",
    "suspect",
    "offender",
    "perpetrator",
    "criminal",
)
_ABOUT_COUNTS = re.compile(r"\b(?:totals?|figures?|counts?|numbers?|statistics?|aggregate)\b")
_CONFIDENCE = phrase(
    r"\bloss of (?:public )?confidence\b|\b(?:public )?confidence (?:would|could) be (?:lost|undermined|damaged)",
    "confidence",
)


@check("L-HRM-01")
def no_harm(document: Document) -> Iterator[Spot]:
    """A harm-based exemption is cited, and nowhere does the letter say what would happen."""
    own = document.own
    owed = [cite for cite in document.first_cites.values() if cite.section != "24" and turns_on_harm(cite.provision)]
    if not owed or document.is_of(KindOfLetter.EXTENSION):
        return
    if own.has(_HARM_ELSEWHERE) or own.has(_LABELLED) or _argued_under_a_heading(document):
        return
    if any(_follows_from_disclosure(document, hit.start()) for hit in own.find(_HARM)):
        return
    for cite in owed:
        yield own.spot(cite.start, cite.end)


def _argued_under_a_heading(document: Document) -> bool:
    """Whether a heading of harm has something below it that would or could happen."""
    bounds = (document.own.paragraphs[number] for _, below in document.under("harm") for number in below)
    return any(_WOULD_HAPPEN.search(document.own.text, start, end) for start, end in bounds)


def _follows_from_disclosure(document: Document, position: int) -> bool:
    """Whether the sentence speaks of disclosing or confirming, or goes on from one that does: `This would endanger`."""
    own = document.own
    start, end = own.sentence(position)
    if _GOES_ON.match(own.text, start, end) and start > own.paragraphs[own.paragraph(position)][0]:
        start, _ = own.sentence(start - 2)
    return bool(_OF_DISCLOSURE.search(own.text, start, end))


@check("L-HRM-01")
def harm_undecided(document: Document) -> Iterator[Spot]:
    """A claim owes evidence of harm and has none."""
    start = document.first_words
    for decided in document.claims:
        if decided.claim.wants_harm and not decided.claim.harm.strip():
            yield Spot(start.start, start.end, f"section {decided.claim.cited}", decided.about)


@check("L-HRM-02")
def two_levels(document: Document) -> Iterator[Spot]:
    """The letter pleads both levels at once, or another level, of its own case and not in reciting the Act."""
    for sought in (_BOTH_LEVELS, _THIRD_LEVEL) if document.cites else ():
        for found in document.own.find(sought):
            start, end = document.own.sentence(found.start())
            pleaded = not _RECITAL.search(document.own.text, start, found.start()) and _APPLIED.search(
                document.own.text, start, end
            )
            if sought is _THIRD_LEVEL or pleaded:
                yield document.own.at(found)
                break


@check("L-HRM-02")
def no_level(document: Document) -> Iterator[Spot]:
    """A claim owes a level of likelihood and has none."""
    start = document.first_words
    for decided in document.claims:
        if decided.claim.wants_likelihood and decided.claim.likelihood is None:
            yield Spot(start.start, start.end, f"section {decided.claim.cited}", decided.about)


@check("L-HRM-03")
def one_for_all(document: Document) -> Iterator[Spot]:
    """Under one heading of harm no section is named, while several exemptions turn on harm."""
    sections = {item.section for item in document.provisions if turns_on_harm(item)}
    headed = list(document.under("harm"))
    if len(sections) < 2 or len(headed) != 1:
        return
    heading, below = headed[0]
    if any(number in document.cited_in for number in (heading.paragraph, *below)) or not below:
        return
    yield document.own.spot(*document.own.paragraphs[below[0]], f"sections {' and '.join(sorted(sections))}")


@check("L-HRM-04")
def finer_than_asked(document: Document) -> Iterator[Spot]:
    """A number was asked for; the harm is that one suspect learns of his own case."""
    if document.denial is None or not document.asked.has(_COUNT):
        return
    told: set[int] = set()
    for found in document.own.find(_TIPS_OFF):
        paragraph = document.own.paragraph(found.start())
        if paragraph not in told and not _ABOUT_COUNTS.search(document.own.words(paragraph)):
            told.add(paragraph)
            yield document.own.at(found)


@check("L-HRM-05")
def confidence_is_no_danger(document: Document) -> Iterator[Spot]:
    """Under section 38 the harm is a loss of confidence."""
    if "38" not in document.first_cites:
        return
    for found in document.own.find(_CONFIDENCE):
        if "38" in document.governing[document.own.paragraph(found.start())]:
            yield document.own.at(found)
            return
