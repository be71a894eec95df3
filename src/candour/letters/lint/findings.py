"""What a check reports: the rule, the place in the text, and what to do about it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    """A defect in law: the letter does not go out with it."""
    WARNING = "warning"
    """Poor practice, or likely to be challenged."""
    INFO = "info"
    """Advice on the drafting."""

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class DecidedBy(StrEnum):
    """What a rule needs to see before it can say anything."""

    TEXT = "text"
    DECISIONS = "decisions"
    DESK = "desk"
    """What only the desk knows: the register of topics, events and their dates, the inside of attachments."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `rules.toml`: what is wrong, under which law, and what to write instead."""

    code: str
    severity: Severity
    subject: str
    basis: str
    message: str
    instead: str
    decided_by: DecidedBy
    source: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a check found a defect: a span of the text as given. `detail` goes after the message of the rule."""

    start: int
    end: int
    detail: str = ""
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect. Lines and columns count from 1; `offset` and `end` are those of the text as given.

    `quote` is None where something is absent; `question` names the question concerned, where one can be told.
    """

    code: str
    severity: Severity
    message: str
    basis: str
    instead: str
    line: int
    column: int
    offset: int
    end: int
    quote: str | None = None
    question: str | None = None


class UnknownRule(ValueError):
    """There is no rule with that code; the message names codes that begin alike."""

    def __init__(self, code: str) -> None:
        head = code[:5].upper()
        near = ", ".join(known for known in rules() if known.startswith(head))
        super().__init__(f"There is no rule “{code}”." + (f" Known are {near}." if near else ""))


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its code, in the order of the file."""
    text = resources.files("candour.letters.lint").joinpath("rules.toml").read_text(encoding="utf-8")
    return {code: _rule(code, entry) for code, entry in tomllib.loads(text).items()}


def explain(code: str) -> str:
    """A rule in full, for a person. Raises UnknownRule."""
    rule = rules().get(code.upper())
    if rule is None:
        raise UnknownRule(code)
    seen = {
        DecidedBy.TEXT: "the text of the letter",
        DecidedBy.DECISIONS: "the decisions behind the letter; from the text only in plain cases",
        DecidedBy.DESK: "what only the desk knows (register, events, files)",
    }
    return "\n".join(
        (
            f"{rule.code} ({rule.severity}, {rule.subject.replace('_', ' ')})",
            "",
            rule.message,
            "",
            f"Instead: {rule.instead}",
            f"Basis:   {rule.basis}",
            f"Decided by {seen[rule.decided_by]}.",
            f"Source:  {rule.source}",
        )
    )


def _rule(code: str, entry: dict[str, str]) -> Rule:
    kinds = {"severity": Severity(entry["severity"]), "decided_by": DecidedBy(entry["decided_by"])}
    texts = {key: entry[key] for key in ("subject", "basis", "message", "instead", "source")}
    return Rule(code, severity=kinds["severity"], decided_by=kinds["decided_by"], **texts)  # type: ignore[arg-type]
