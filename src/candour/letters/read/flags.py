"""What a response shows by its words: a denial, harm, a public interest test, a refusal notice, rights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from candour.law.provision import Provision
from candour.letters.passages import Block
from candour.letters.read.citations import NEEDS_HARM, owes_test
from candour.letters.read.cues import cues
from candour.letters.read.flat import Joined
from candour.letters.read.outcome import Signal
from candour.letters.read.tree import Lines, Place

_REFUSAL_NOTICE = re.compile(
    r"\brefusal notice\b|\bnotice under section 17\b|\bsection 17\s?\(\d\)|\bsection 17 of (?:the|this)", re.IGNORECASE
)
_HARM_HEADING = re.compile(
    r"\b(?:evidence of harm|prejudice test|harm test)\b(?!.{0,20}not required)|^(?:the |overall )?harm(?:\s?[:\u2013-]"
    r"|$| (?:in|of|for|from|caused|considerations?|argument)\b)",
    re.IGNORECASE,
)
_HARM_LABEL = re.compile(r"(?:^|[.;] )(?:overall )?harm\s?: ", re.IGNORECASE)
_HARM = re.compile(r"\b(?:would|could|likely to)\b[^.]{0,80}?\b(?:prejudice|endanger)", re.IGNORECASE)
_FACTORS = re.compile(
    r"\b(?:factors?|arguments?|considerations?)(?: \w+){0,2}? (?:in )?(?:favour(?:ing|s)?|for|against|supporting)\b"
    r"|\boutweigh|\bpublic interest (?:in favour of|against)\b"
    r"|\bfor: [^\u00b6]{1,400}\bagainst: |\bfavours? (?:release|releasing|disclos|non-disclos|withholding)",
    re.IGNORECASE,
)
_TEST_HEADING = re.compile(
    r"(?:s(?:ection|\.)? ?\d\d\S{0,12} ?[:\u2013-]? ?)?(?:the |overall )?public interest (?:test|considerations?"
    r"|factors?|argument?s?)\b.{0,40}$",
    re.IGNORECASE,
)
_BALANCE = re.compile(
    r"\boutweigh|\bon balance\b|\bbalanc(?:e|ing) test\b|(?:^|¶ )balance\s?[:\u2013-]"
    r"|\bpublic interest (?:test )?(?:therefore )?(?:favours|lies in|falls|is (?:better|best) served)\b"
    r"|\bbalance (?:of the public interest )?(?:lies|falls|favours|is (?:in favour|against))\b",
    re.IGNORECASE,
)
_REVIEW = re.compile(
    r"\binternal review|\b(?:request(?:ed)?|ask (?:\w+ ){0,2}(?:for|to)|right to|entitled to"
    r"|requesting|would like|wish to have|seek|want)(?: [\w\u2019']+){0,5} review(?:ed)?\b|\breview procedure",
    re.IGNORECASE,
)
_COMMISSIONER = re.compile(r"\bInformation Commissioner|\bICO\b|\bico\.org\.uk", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Flags:
    """Each flag, None when the page holds no response; and where the words stand that raise it."""

    ncnd: bool | None = None
    refusal_notice: bool | None = None
    harm: bool | None = None
    public_interest_test: bool | None = None
    balance: bool | None = None
    internal_review: bool | None = None
    ico: bool | None = None
    places: tuple[tuple[str, Place], ...] = ()


def read_flags(body: Sequence[Block], around: Sequence[Block], exemptions: Iterable[Provision], lines: Lines) -> Flags:
    """The flags of a response. `body` holds its reasons and answers, `around` its head and its closing besides."""
    words, whole = Joined(body), Joined(sorted([*body, *around], key=lambda block: block.start))
    if not words.text.strip():
        return Flags()
    limbs = tuple(exemptions)
    weighed = any(owes_test(provision) for provision in limbs)
    found: list[tuple[str, Place | None]] = [
        ("ncnd", _sentence(cues().outcomes[Signal.NCND], words, lines)),
        ("refusal_notice", _sentence(_REFUSAL_NOTICE, whole, lines)),
        ("harm", _harm(body, limbs, lines)),
        ("public_interest_test", _test(body, lines) if weighed else None),
        ("balance", _sentence(_BALANCE, words, lines) if weighed else None),
        ("internal_review", _sentence(_REVIEW, whole, lines)),
        ("ico", _sentence(_COMMISSIONER, whole, lines)),
    ]
    flags = {name: place is not None for name, place in found}
    return Flags(**flags, places=tuple((name, place) for name, place in found if place))


def _sentence(pattern: re.Pattern[str], words: Joined, lines: Lines) -> Place | None:
    found = pattern.search(words.text)
    return lines.place(*words.sentence(*found.span())) if found else None


def _harm(blocks: Sequence[Block], exemptions: Iterable[Provision], lines: Lines) -> Place | None:
    for block in blocks:
        if (len(block.text) < 80 and _HARM_HEADING.search(block.text)) or _HARM_LABEL.search(block.text):
            return lines.of(block)
    if not any(provision.section in NEEDS_HARM for provision in exemptions):
        return None
    return next((lines.of(block) for block in blocks if _HARM.search(block.text)), None)


def _test(blocks: Sequence[Block], lines: Lines) -> Place | None:
    return next(
        (lines.of(block) for block in blocks if _FACTORS.search(block.text) or _TEST_HEADING.match(block.text)), None
    )
