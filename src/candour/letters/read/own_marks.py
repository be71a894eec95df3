"""The fixed words of our own letters as patterns, made from the wording itself, so that both change together."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from candour.law.catalogue import catalogue
from candour.law.decision import Outcome
from candour.letters.wording import english


class Head(StrEnum):
    """What a heading of our own letters heads."""

    QUESTION = "question"
    PART = "part"
    OTHER = "other"
    REASONS = "reasons"
    RELY = "rely"
    HARM = "harm"
    PUBLIC_INTEREST = "public_interest"
    FAVOURING = "favouring"
    AGAINST = "against"
    BALANCE = "balance"
    PERSONAL = "personal"
    QUALIFIED = "qualified"
    COST = "cost"
    NO_INFERENCE = "no_inference"
    NOTICE = "notice"
    HELP = "help"
    ATTACHMENTS = "attachments"
    REVIEW = "review"
    COMMISSIONER = "commissioner"


WITHIN_REASONS = frozenset(
    {Head.RELY, Head.HARM, Head.PUBLIC_INTEREST, Head.FAVOURING, Head.AGAINST, Head.BALANCE, Head.PERSONAL}
    | {Head.QUALIFIED, Head.COST, Head.NO_INFERENCE}
)
"""Headings that stand inside the reasons of a refusal."""

_LONGEST = 5000
_ENTRIES: dict[Head, tuple[str, ...]] = {
    Head.PART: ("part_title",),
    Head.QUESTION: ("question_title_grouped", "question_title"),
    Head.OTHER: ("other_title",),
    Head.REASONS: (
        "title_withhold", "title_deny", "title_cost", "title_vexatious", "title_repeated", "title_accessible",
        "title_publication",
    ),
    Head.HARM: ("harm_title",),
    Head.PUBLIC_INTEREST: ("public_interest_title",),
    Head.FAVOURING: ("favouring_deny", "favouring_withhold"),
    Head.AGAINST: ("against_deny", "against_withhold"),
    Head.BALANCE: ("balance_title",),
    Head.PERSONAL: ("personal_title",),
    Head.QUALIFIED: ("qualified_title",),
    Head.COST: ("cost_title",),
    Head.NO_INFERENCE: ("no_inference_title",),
    Head.NOTICE: ("refusal_notice_title",),
    Head.HELP: ("signposts_title", "advice_title"),
    Head.ATTACHMENTS: ("attachments_title",),
    Head.REVIEW: ("review_title",),
    Head.COMMISSIONER: ("commissioner_title",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marks:
    """Every pattern, compiled once."""

    heads: tuple[tuple[Head, re.Pattern[str]], ...]
    tells: tuple[tuple[str, Outcome], ...]
    undecided: str
    relied: re.Pattern[str]
    scope: re.Pattern[str]

    def readings(self, words: str) -> Iterator[tuple[Head, re.Match[str]]]:
        """What the words can head, with what they name; nothing when they are no heading."""
        if len(words) <= _LONGEST:
            for head, pattern in self.heads:
                if found := pattern.fullmatch(words):
                    yield head, found

    def outcome(self, words: str) -> Outcome | None:
        """The outcome that the words begin by telling."""
        return next((outcome for tells, outcome in self.tells if words.startswith(tells)), None)


@cache
def marks() -> Marks:
    """The patterns for the wording shipped with the package."""
    heads = [(head, _pattern(entry)) for head, entries in _ENTRIES.items() for entry in entries]
    tells = sorted(((outcome.facts.tells, outcome) for outcome in Outcome), key=lambda pair: -len(pair[0]))
    titles = "|".join(re.escape(title) for title in _titles())
    return Marks(
        heads=((Head.RELY, re.compile(re.escape(english().phrases["rely_title"].text))), *heads),
        tells=tuple(tells),
        undecided=english().say("undecided"),
        relied=_pattern("exemption", title=titles),
        scope=_pattern("other_scope"),
    )


def _titles() -> Iterable[str]:
    for exemption in catalogue().exemptions:
        head, tail = exemption.title[:1], exemption.title[1:]
        yield exemption.title if tail[:1].isupper() else head.lower() + tail


def _pattern(entry: str, **known: str) -> re.Pattern[str]:
    """One entry of the wording as a pattern; what stands in a field is a group of its name."""
    parts = []
    for text, name, _, _ in string.Formatter().parse(english().phrases[entry].text):
        parts.append(re.escape(text))
        if name:
            parts.append(f"(?P<{name}>{known.get(name, '.+?')})")
    return re.compile("".join(parts), re.DOTALL)
