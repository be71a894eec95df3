"""Everything that a letter is composed from: who answers whom, what was asked, and what was decided."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources

from candour.law.decision import Decision
from candour.letters.model import DataTable, Sender

ACT_IN_FORCE = date(2005, 1, 1)
"""The day from which requests are answered under the Act (FOIA s87; SI 2004/3122)."""


@dataclass(frozen=True, slots=True)
class AskedPart:
    """A lettered part of a question."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as put. `group` names the request it belongs to when one letter answers several ("Request 1")."""

    number: str
    text: str
    group: str = ""
    lead_in: str = ""
    parts: tuple[AskedPart, ...] = ()

    @property
    def label(self) -> str:
        """How the question is named among all questions of the letter: `3`, or `Request 1, 3`."""
        return f"{self.group}, {self.number}" if self.group else self.number

    @property
    def name(self) -> str:
        """The question as a heading names it: `Question 3`, or `Request 1, question 3`."""
        return f"{self.group}, question {self.number}" if self.group else f"Question {self.number}"

    def part_label(self, letter: str) -> str:
        """How one part is named: `3a`."""
        return f"{self.label}{letter}"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table given with an answer: shown in the letter, or sent as the file `file` when that is named.

    With `is_file`, what is given is the file itself, rebuilt by the gate: the table then only carries its title. A
    table that is `charted` may be drawn as bars where it is published.
    """

    table: DataTable
    file: str = ""
    is_file: bool = False
    charted: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision and what it is about: labels of questions or parts; none for "any other information"."""

    decision: Decision
    about: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class AnsweredBefore:
    """An earlier letter about the same request: what it answered or handed over, as labels, and its date."""

    about: tuple[str, ...]
    dated: date
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One letter's matter. `requester` is empty in the copy that is published.

    Where the request is answered in stages, `questions` holds those of this letter alone; `before` says what earlier
    letters answered, and `following` the labels of what a later one will. Both are empty for a single letter.
    """

    sender: Sender
    review_contact: str
    reference: str
    subject: str
    received: date
    dated: date
    questions: tuple[Asked, ...]
    answers: tuple[Answer, ...]
    requester: str = ""
    opening: str = ""
    signatory: str = ""
    before: tuple[AnsweredBefore, ...] = ()
    following: tuple[str, ...] = ()

    @property
    def in_stages(self) -> bool:
        """Whether this is one of several letters that answer the request."""
        return bool(self.following or any(not earlier.handed_over for earlier in self.before))

    def published(self) -> Response:
        """The same response without the requester's name."""
        return replace(self, requester="")


@dataclass(frozen=True, slots=True)
class Regulator:
    """Whom a requester complains to, since when, and how to reach it."""

    since: date
    name: str
    contact: str
    source: str


def regulator(on: date) -> Regulator:
    """The regulator on the date of a letter; the first there was, for the draft of a letter dated before the Act."""
    entries = sorted(_regulators(), key=lambda entry: entry.since)
    return next((entry for entry in reversed(entries) if entry.since <= on), entries[0])


@cache
def _regulators() -> tuple[Regulator, ...]:
    text = resources.files("candour.letters").joinpath("regulator.toml").read_text(encoding="utf-8")
    return tuple(Regulator(**entry) for entry in tomllib.loads(text)["regulator"])
