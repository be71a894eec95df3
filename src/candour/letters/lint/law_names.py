"""The names of Acts, regulations and bodies, as they are on the date of the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_LAST_DAY_OF_1998_ACT = date(2018, 5, 24)
_LAST_DAY_OF_EU_GDPR = date(2020, 12, 31)
_ACT_1998 = phrase(r"\bdata protection act,? (?:of )?1998|\bdpa (?:19)?98\b", "98")
_HISTORY = re.compile(r"\b(?:former|formerly|previous|then in force|replaced|repealed|superseded|at the time)\b")
_REGULATION = phrase(r"\bgeneral data protection regulations?\b", "general data protection")
_UK = re.compile(r"\b(?:uk|united kingdom) (?:gdpr |'s )?$|\bretained (?:version of the )?(?:eu )?$")
_UK_ANYWHERE = phrase(r"\buk gdpr\b|\(uk gdpr\)|\bgdpr \(uk\)", "uk gdpr", "gdpr (uk)")
_FIRST_PRINCIPLE = phrase(
    r"\bfirst data protection (?:act )?principle|\bfirst principle of (?:the )?(?:data protection|gdpr"
    r"|dpa)|\bprinciple (?:1|one) of the data protection",
    "first data",
    "principle",
)
_NEW_ACT = phrase(r"\bdata protection act 2018|\bgdpr\b", "2018", "gdpr")
_FEES = phrase(
    r"\bfreedom of information \((?:fees and appropriate limit|appropriate limit and fees"
    r"|fees)\) regulations|\bdata protection \((?:appropriate limit and fees"
    r"|fees)\) regulations(?<!and data protection \(appropriate limit and fees\) regulations)",
    "limit",
    "fees",
)
_COMMUNITY = phrase(
    r"\b(?:retained )?(?:eu|community) (?:law )?obligations?\b|\bretained eu (?:law|obligation)", "eu ", "community"
)
_OUTDATED = phrase(
    r"\bwww\.app\.college\.police\.uk|\bapp\.college\.police\.uk|\bico\.gsi\.gov\.uk|\bipcc\b"
    r"|\bindependent police complaints commission\b"
    r"|\bwww\.ipcc\.gov\.uk|\bcentral referral unit of acpo|\bacpo\b",
    "app.college",
    "ico.gsi",
    "ipcc",
    "independent police complaints",
    "acpo",
)


@check("L-LAW-01")
def act_of_1998(document: Document) -> Iterator[Spot]:
    """The Act of 1998 is cited in a letter that is certainly later, and not as history."""
    for found in document.own.find(_ACT_1998):
        start, end = document.own.sentence(found.start())
        if document.after(_LAST_DAY_OF_1998_ACT) and not _HISTORY.search(document.own.text, start, end):
            yield document.own.at(found)
            return


@check("L-LAW-02")
def misnamed_regulation(document: Document) -> Iterator[Spot]:
    """The plural, or the regulation without “UK” in a letter that is certainly later than 2020."""
    for found in document.own.find(_REGULATION):
        plural = found.group().endswith("s")
        named = _UK.search(document.own.text, max(0, found.start() - 30), found.start())
        if plural or not (named or document.own.has(_UK_ANYWHERE) or not document.after(_LAST_DAY_OF_EU_GDPR)):
            yield document.own.at(found)
            return


@check("L-LAW-03")
def first_principle(document: Document) -> Iterator[Spot]:
    """The first principle is spoken of in a letter under the present law."""
    found = document.own.first(_FIRST_PRINCIPLE)
    if found and (document.after(_LAST_DAY_OF_1998_ACT) or document.own.has(_NEW_ACT)):
        yield document.own.at(found)


@check("L-LAW-04")
def fees_regulations(document: Document) -> Iterator[Spot]:
    """The fees regulations have another title than their own."""
    found = document.own.first(_FEES)
    if found:
        yield document.own.at(found)


@check("L-LAW-05")
def obligation(document: Document) -> Iterator[Spot]:
    """Section 44(1)(b) is explained by EU, community or retained obligations."""
    if "44" not in document.first_cites or not document.after(date(2023, 12, 31)):
        return
    if found := document.own.first(_COMMUNITY):
        yield document.own.at(found)


@check("L-LAW-06")
def outdated(document: Document) -> Iterator[Spot]:
    """An address or a body that is no more."""
    for found in document.own.find(_OUTDATED):
        body = found.group() in {"ipcc", "acpo", "independent police complaints commission"}
        if not body or document.after(_LAST_DAY_OF_1998_ACT):
            yield document.own.at(found)
            return
