"""The signs by which a letter shows what it does: its phrases, headings, kind and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from candour.letters.lint.words import Words, phrase
from candour.letters.read.header import read_date

DENIAL = phrase(
    r"neither (?:to )?confirm(?:s|ing)?,? n?or (?:to )?den(?:y|ies|ying)"
    r"|not (?:obliged|required|able) to (?:either )?confirm (?:n?or deny|whether)"
    r"|can(?:not)? (?:n?either )?confirm n?or deny"
    r"|unable to confirm or deny|refuses? to confirm or deny",
    "confirm",
)
GIVES = phrase(
    r"\b(?:decided|pleased|happy|(?<!not )(?<!not be )able) to (?:partially |fully |also )?(?:disclose|provide|release)"
    r"|(?:find|see) (?:the )?(?:information |data |figures |response |relevant )?(?:attached|attachments?"
    r"|enclosed|appended)\b(?! our refusal)"
    r"|(?:find|see) (?:the )?(?:tables?|information|data|figures)(?: relevant| requested)?[^.\n]{0,20}\bbelow"
    r"|we are attaching|(?:is|are) (?:provided|disclosed|set out|shown) (?:below|in the (?:attached|attachment|table))"
    r"|(?:table|figures|data) (?:below|above)|disclose (?:some|part) of"
    r"|we (?:hold this information and )?disclose (?:it|part)"
    r"|attached (?:spreadsheet|document|table|file)|below information relevant",
    "decided to",
    "able to",
    "pleased to",
    "happy to",
    "attach",
    "enclosed",
    "appended",
    "below",
    "above",
    "in the table",
    "disclose it",
    "disclose some",
    "disclose part",
)
REFUSES = phrase(
    r"\bexempt(?:ed|ion|ions|ing)?\b|withh(?:e|o)ld|redact|refus(?:e|al|ing)|not (?:obliged|required) to"
    r"|unable to (?:disclose|provide|release)"
    r"|exceed|excess of|decided not to|vexatious|accessible (?:to you )?(?:via|by) other means"
    r"|already (?:reasonably )?accessible",
    "exempt",
    "withh",
    "redact",
    "refus",
    "not obliged",
    "not required",
    "unable to",
    "exceed",
    "excess of",
    "decided not to",
    "vexatious",
    "accessible",
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: what it heads, the paragraph that it is, and its words."""

    kind: str
    paragraph: int
    words: str


_LONGEST_HEADING = 170
_HEADING = re.compile(
    r"(?P<factors_against>(?:.{0,60}?[ -])?(?:factors|arguments|considerations|reasons) (?:against (?!.*\bnot\b)|"
    r"(?:in favour of|favouring|for|supporting) (?:the )?(?:not|non|neither|maintain|withhold|exempt|refus"
    r"|main)).{0,120}$"
    r"|against (?:disclosure|confirm).{0,40}$)"
    r"|(?P<factors_for>(?:.{0,60}?[ -])?(?:factors|arguments|considerations|reasons) "
    r"(?:in favour of|favouring|for|supporting) (?:the )?(?:complying|compliance|confirm|disclos|releas).{0,120}$"
    r"|favouring (?:disclosure|confirm).{0,40}$)"
    r"|(?P<harm>(?:the )?(?:overall )?(?:evidence of )?(?:the )?(?:harm|prejudice)(?: test| considerations?)?\s*[:.-]*$"
    r"|evidence of harm\b.{0,120}$|harm (?:test|in)\b.{0,100}$)"
    r"|(?P<balance>(?:the )?balanc(?:e|ing)(?: test| of the public interest| exercise)?\b.{0,60}$"
    r"|public interest balance.{0,40}$|conclusion\s*:?$)"
    r"|(?P<pit>(?:the )?public interest (?:test|considerations?)\b.{0,100}$)"
    r"|(?P<attachments>(?:attachments?|enclosures?|documents attached)\s*:?$)"
    r"|(?P<rights>(?:your )?(?:complaint|right)s?\b.{0,60}$|internal review\b.{0,30}$|if you are not satisfied.{0,60}$)"
    r"|(?P<other>(?:disclosure|decision|reasons? for (?:the )?decision|of note|advice and assistance|response"
    r"|our response|refusal notice|no inference|what we rely on|published information.{0,40}"
    r"|request \d+(?:, question \d+)?|question \d+[a-z]?)\s*:?$)"
)


def headings(words: Words) -> tuple[Heading, ...]:
    """The headings among paragraphs; a sentence that ends in a full stop is none."""
    found = []
    for number, (start, end) in enumerate(words.paragraphs):
        if end - start > _LONGEST_HEADING or words.text[start:end].endswith((".", ",", "?")):
            continue
        matched = _HEADING.match(words.text, start, end)
        if matched and matched.end() == end and matched.lastgroup:
            found.append(Heading(matched.lastgroup, number, words.text[start:end]))
    return tuple(found)


class KindOfLetter(Enum):
    """What a letter is, beside a plain answer under the Act; it may be several of these."""

    CLARIFICATION = auto()
    FEES = auto()
    EXTENSION = auto()
    REVIEW = auto()
    ENVIRONMENT = auto()
    SCOTLAND = auto()


_KINDS = {
    KindOfLetter.CLARIFICATION: phrase(
        r"(?:require|need|would be grateful for|seek(?:ing)?|request(?:ing)?"
        r"|ask(?:ing)? (?:you )?for) (?:some |further |your )*clarification"
        r"|(?:ask|asking) you to clarify|please (?:could you |can you )?clarify|under section 1 ?\(3\)",
        "clarif",
        "1(3)",
        "1 (3)",
    ),
    KindOfLetter.FEES: phrase(
        r"\bfees notice\b|under section 9\b(?! ?\d)|section 9 ?\(1\)", "fees notice", "section 9"
    ),
    KindOfLetter.EXTENSION: phrase(
        r"(?:extend(?:ed|ing)?|further|additional|more) (?:the )?time[^.\n]{0,120}public interest"
        r"|public interest[^.\n]{0,160}(?:extend|extension|further time|additional time|more time)|section 10 ?\(3\)",
        "public interest",
        "10(3)",
        "10 (3)",
    ),
    KindOfLetter.REVIEW: phrase(
        r"(?:completed|conducted|carried out|undertaken) (?:the|an|your|my|our"
        r"|this) (?:requested )?internal review|(?<!with )(?:the|this is the) (?:result|outcome) of (?:the"
        r"|your|our) internal review (?:is|was|of)"
        r"|i have (?:now )?reviewed (?:the|our|your)|internal review (?:decision|outcome|response)",
        "internal review",
        "reviewed",
    ),
    KindOfLetter.ENVIRONMENT: phrase(r"environmental information regulations|\beir\b", "environmental info", "eir"),
    KindOfLetter.SCOTLAND: phrase(
        r"freedom of information \(scotland\) act|\bfoisa\b|police scotland|police service of scotland",
        "scotland",
        "foisa",
    ),
}


def is_of(words: Words, *kinds: KindOfLetter) -> bool:
    """Whether the authority's words show one of these kinds."""
    return any(words.has(_KINDS[kind]) for kind in kinds)


@dataclass(frozen=True, slots=True)
class Dates:
    """When the request came and when the letter went, as far as it shows."""

    received: date | None
    dated: date | None


_MONTHS = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan"
    r"|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_DATE = (
    rf"(?P<date>\d{{1,2}} ?\^?(?:st|nd|rd|th)?,? (?:of )?{_MONTHS},? \d{{4}}"
    r"|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})(?!\d)|\d{4}-\d{2}-\d{2})"
)
_RECEIVED = phrase(
    rf"(?:\breceived\b[^.\n?]{{0,60}}?|\bdate (?:of (?:your )?request|received) ?:? {{0,20}}"
    rf"|\brequest\b[^.\n?]{{0,60}}?\b(?:dated|on the|on|of|made) ){_DATE}",
    "receiv",
    "request",
)
_DATED = phrase(
    rf"\b(?:date of (?:this )?(?:letter|response|reply)|date responded|response date|responded(?: on)?"
    rf"|(?:(?<=\n\n)|\A)date) {{0,3}}:? {{0,20}}{_DATE}",
    "date",
    "responded",
)
_LONE = re.compile(rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?{_DATE}$")
_YEAR = re.compile(r"20[012]\d(?!\d)(?<!\d{5})")
_YEAR_OF_REFERENCE = re.compile(r"[./]foi[./](\d\d)\b")


def read_dates(own: Words) -> Dates:
    """The dates of receipt and of the letter as printed."""
    received = own.first(_RECEIVED)
    labelled = own.first(_DATED)
    dated = read_date(labelled["date"]) if labelled else _lone_date(own)
    return Dates(read_date(received["date"]) if received else None, dated)


def latest_year(*voices: Words) -> int:
    """The latest calendar year that a letter names, in words or in a reference; 0 where it names none."""
    named = [int(found.group()) for words in voices for found in _YEAR.finditer(words.text)]
    named += [2000 + int(found.group(1)) for words in voices for found in _YEAR_OF_REFERENCE.finditer(words.text)]
    return max(named, default=0)


def _lone_date(words: Words) -> date | None:
    """A date that stands alone near the head or the end of a letter."""
    count = len(words.paragraphs)
    for start, end in (*words.paragraphs[:20], *words.paragraphs[max(20, count - 6) :]):
        if 6 <= end - start <= 40 and (found := _LONE.fullmatch(words.text, start, end)):
            return read_date(found["date"])
    return None
