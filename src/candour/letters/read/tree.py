"""What a response says, as values: the tree that reading gives, each part with its place in the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from candour.law.provision import Provision
from candour.letters.passages import Block
from candour.letters.read.outcome import ReadOutcome


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the text that was read: its line from 1, its first character from 0, and its end."""

    line: int
    start: int
    end: int

    def as_json(self) -> dict[str, int]:
        """The place as other programs rely on it."""
        return {"line": self.line, "offset": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the response and their place."""

    text: str
    place: Place

    def as_json(self) -> dict[str, Any]:
        """The words as other programs rely on them."""
        return {"text": self.text, **self.place.as_json()}


class Lines:
    """Finds the line of a place."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def place(self, start: int, end: int) -> Place:
        """The place from one offset to another."""
        return Place(bisect_right(self._starts, start), start, max(start, end))

    def of(self, block: Block, first: int = 0, last: int | None = None) -> Place:
        """The place of some of a block's words; of all of them, with its mark, when none are named."""
        start = block.start if not first and last is None and block.mark else block.at(first)
        return self.place(start, block.end if last is None else block.at(max(first, last - 1)) + 1)

    def words(self, block: Block) -> Words:
        """A block's words and their place."""
        return Words(block.text, self.of(block))

    def across(self, blocks: Iterable[Block]) -> Place | None:
        """The place from the first of several blocks to the last."""
        each = list(blocks)
        return self.place(each[0].start, max(block.end for block in each)) if each else None


@dataclass(frozen=True, slots=True)
class LimbCited:
    """One citation: the provisions that it names, as printed, and where."""

    provisions: tuple[Provision, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class ClaimRead:
    """The reasons given for limbs of one section. None stands for reasons that the text does not give for these limbs.

    limbs: what is claimed; empty for reasons that the text gives without saying for which limb. by_virtue_of: the
    grounds through which they are reached. about: the questions concerned, where the text shows them.
    """

    limbs: tuple[Provision, ...]
    by_virtue_of: tuple[Provision, ...] = ()
    about: tuple[str, ...] = ()
    harm: tuple[Words, ...] | None = None
    favouring: tuple[Words, ...] | None = None
    against: tuple[Words, ...] | None = None
    balance: tuple[Words, ...] | None = None
    personal_data: tuple[Words, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        """The claim as other programs rely on it."""
        parts = ("harm", "favouring", "against", "balance", "personal_data")
        given = {name: getattr(self, name) for name in parts}
        return {
            "exemptions": [str(limb) for limb in self.limbs],
            "by_virtue_of": [str(limb) for limb in self.by_virtue_of],
            "questions": list(self.about),
            **{name: None if words is None else [each.as_json() for each in words] for name, words in given.items()},
        }


@dataclass(frozen=True, slots=True)
class LinkRead:
    """An address that the response points to, the words that stand for it, and its place."""

    words: str
    url: str
    place: Place


@dataclass(frozen=True, slots=True)
class PartRead:
    """A part of a question that is answered for itself."""

    letter: str
    outcome: ReadOutcome | None
    exemptions: tuple[Provision, ...] = ()
    outcome_place: Place | None = None


@dataclass(frozen=True, slots=True)
class QuestionRead:
    """One question as the response repeats it, and what it came to; outcome None where the text does not show it."""

    number: str
    text: str
    outcome: ReadOutcome | None
    exemptions: tuple[Provision, ...] = ()
    parts: tuple[PartRead, ...] = ()
    place: Place | None = None
    outcome_place: Place | None = None

    def as_json(self) -> dict[str, Any]:
        """The question as other programs rely on it."""
        return {
            "number": self.number,
            "text": self.text,
            "outcome": self.outcome.value if self.outcome else None,
            "exemptions": [str(provision) for provision in self.exemptions],
            "parts": [
                {
                    "letter": part.letter,
                    "outcome": part.outcome.value if part.outcome else None,
                    "exemptions": [str(provision) for provision in part.exemptions],
                }
                for part in self.parts
            ],
            "place": self.place.as_json() if self.place else None,
            "outcome_place": self.outcome_place.as_json() if self.outcome_place else None,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What a response says. None stands for what the text does not show; without a response the flags are None.

    places: where single things stand, by their name in the JSON. other: what is decided on any other information.
    text: the text that was read, in which every place counts.
    """

    authority: str | None
    reference: str | None
    received: date | None
    responded: date | None
    outcome: ReadOutcome | None
    questions: tuple[QuestionRead, ...]
    exemptions: tuple[Provision, ...]
    ncnd: bool | None
    refusal_notice: bool | None
    harm: bool | None
    public_interest_test: bool | None
    balance: bool | None
    internal_review: bool | None
    ico: bool | None
    attachments: tuple[str, ...]
    other: QuestionRead | None = None
    reasons: tuple[ClaimRead, ...] = ()
    citations: tuple[LimbCited, ...] = ()
    links: tuple[LinkRead, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)
    kind: str = "text"
    text: str = field(default="", repr=False)

    def as_json(self) -> dict[str, Any]:
        """The reading as other programs rely on it."""
        return {
            "authority": self.authority,
            "reference": self.reference,
            "received": self.received.isoformat() if self.received else None,
            "responded": self.responded.isoformat() if self.responded else None,
            "outcome": self.outcome.value if self.outcome else None,
            "questions": [question.as_json() for question in self.questions],
            "exemptions": [str(provision) for provision in self.exemptions],
            "ncnd": self.ncnd,
            "refusal_notice": self.refusal_notice,
            "harm": self.harm,
            "public_interest_test": self.public_interest_test,
            "balance": self.balance,
            "internal_review": self.internal_review,
            "ico": self.ico,
            "attachments": list(self.attachments),
            "other_information": self.other.as_json() if self.other else None,
            "reasons": [claim.as_json() for claim in self.reasons],
            "citations": [
                {"exemptions": [str(limb) for limb in cited.provisions], **cited.words.as_json()}
                for cited in self.citations
            ],
            "links": [{"text": link.words, "url": link.url, **link.place.as_json()} for link in self.links],
            "places": {name: place.as_json() for name, place in self.places.items()},
        }
