"""Advice and assistance: what could be asked instead, and who may hold what the authority does not."""

from __future__ import annotations

from collections.abc import Iterator

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.outcome import only_not_central
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_HELP = phrase(
    r"\badvice and assistance\b|\bsection 16\b|\brefin(?:e|ing)\b|\bnarrow|\bresubmit"
    r"|\bif you (?:would like|wish|were) to (?:ask|see|submit|refine|narrow|request|revise)"
    r"|\byou may (?:wish|want|like|find)\b|\bwe (?:would )?suggest|\bmay be able to (?:help|assist"
    r"|provide)|\b(?:could|can) be (?:asked|found|obtained|accessed|requested)\b"
    r"|\bplease (?:visit|refer to|see|contact) (?:the |our )?(?:following|website|link|https?|www)"
    r"|https?://|\bwww\.|\bpublished (?:on|at)\b|\bif you (?:tell us|can)\b",
    "advice and assistance",
    "section 16",
    "refin",
    "narrow",
    "resubmit",
    "if you ",
    "you may",
    "suggest",
    "may be able",
    "could be",
    "can be",
    "please",
    "http",
    "www.",
    "published",
)
_LINKS = phrase(r"https?://|\bwww\.", "http", "www.")
_SIGNPOST = phrase(r"\b(?:regularly|routinely) publish|\bpublished items\b", "publish")
_NOT_HELD = phrase(
    r"\b(?:do|does) not (?:currently )?hold\b[^.\n]{0,60}\b(?:information|data|records?|details|this|any)\b",
    "not hold",
    "not currently hold",
)
_MAY_HOLD = phrase(
    r"\bmay (?:be )?(?:hold|held|have)|\b(?:is|are|would be) held by\b|\bheld by\b|\bplease contact\b"
    r"|\bcontact\b[^.\n]{0,40}\b(?:directly|authority|department|agency)|\bhttps?://|\bwww\."
    r"|\bno other (?:body|authority)|\bsome other\b|\bmight hold\b|\bresponsibility of\b"
    r"|\bresponsible for\b"
)


@check("L-ADV-01")
def no_help(document: Document) -> Iterator[Spot]:
    """A refusal in full, or neither confirming nor denying in full, without a word of help."""
    refused = document.only_denies or (document.refuses and not document.gives and bool(document.cites))
    if not refused or document.own.has(_LINKS) or document.own.has(_HELP):
        return
    own = document.own
    found = own.first(_SIGNPOST)
    yield own.spot(*own.sentence(found.start())) if found else own.spot(*own.paragraphs[-1])


@check("L-ADV-01")
def no_help_with_records(document: Document) -> Iterator[Spot]:
    """How records are kept is given for an answer, and nothing else."""
    yield from only_not_central(document)


@check("L-ADV-02")
def nobody_named(document: Document) -> Iterator[Spot]:
    """Not held, and no word on who may hold it."""
    found = document.own.first(_NOT_HELD) if not document.cites and not document.gives else None
    if found and not document.own.has(_MAY_HOLD):
        yield document.own.at(found)
