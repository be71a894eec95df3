"""A response written as a TOML file: the request, the questions and the decision on each (see `docs/write.md`)."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from candour.law.catalogue import UnknownLimb, catalogue
from candour.law.decision import (
    Claim,
    CostEstimate,
    Decision,
    LawfulnessFailsAt,
    Likelihood,
    Locator,
    Outcome,
    PersonalDataReasoning,
    QualifiedOpinion,
    SensitiveData,
)
from candour.law.provision import CitationError, Provision, parse_citation
from candour.law.requirements import countable_activities
from candour.letters.model import DataTable, Sender
from candour.letters.response import Answer, Asked, AskedPart, Exhibit, Response

_BY_VIRTUE = re.compile(r"\bby\s+virtue\s+of\b", re.IGNORECASE)


class DecisionsFileError(ValueError):
    """The file cannot be read as a response; the message names the entry and what is wrong with it."""


T = TypeVar("T")


@dataclass(frozen=True)
class _Entry:
    """One table of the file with the name to use for it in errors; every value it gives is checked for its type."""

    name: str
    data: dict[str, Any]

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self.data.get(key, default)
        if value is None:
            raise DecisionsFileError(f"{self.name}: “{key}” is missing")
        if kind is float:
            value = _number(value)
        if not isinstance(value, kind) or (kind is date and isinstance(value, datetime)):
            raise DecisionsFileError(f"{self.name}: “{key}” must be {_KINDS.get(kind, kind.__name__)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.get(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise DecisionsFileError(f"{self.name}: “{key}” must be a list of texts")
        return tuple(values)

    def entries(self, key: str) -> list[_Entry]:
        values = self.get(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            raise DecisionsFileError(f"{self.name}: “{key}” must be tables, written [[...{key}]]")
        return [_Entry(f"{self.name}, {key} {number}", value) for number, value in enumerate(values, start=1)]

    def entry(self, key: str) -> _Entry | None:
        return _Entry(f"{self.name}, {key}", self.get(key, dict)) if key in self.data else None

    def only(self, *keys: str) -> None:
        unknown = sorted(set(self.data) - set(keys))
        if unknown:
            raise DecisionsFileError(f"{self.name}: “{unknown[0]}” is not known; known are {', '.join(sorted(keys))}")


def _number(value: object) -> float | None:
    """A value as a finite number; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


_KINDS = {
    str: "a text",
    date: "a date such as 2026-03-03, without a time of day",
    float: "a number",
    list: "a list",
    dict: "a table",
    bool: "true or false",
}


def load_response(text: str) -> Response:
    """The response that the file describes.

    Raises DecisionsFileError when it is not TOML, an entry is missing, of the wrong kind or unknown, or a limb cited is
    not in the Act. Whether the decisions are complete in law is not checked here: see `candour.letters.compose.gaps`.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise DecisionsFileError(f"not valid TOML: {error}") from error
    whole = _Entry("the file", data)
    whole.only("authority", "request", "question", "decision")
    authority, request = _required(whole, "authority"), _required(whole, "request")
    authority.only("name", "unit", "address", "email", "review_contact", "signatory")
    request.only("reference", "subject", "received", "dated", "requester", "requester_email", "opening", "text")
    email = authority.get("email", str, "")
    return Response(
        sender=Sender(authority.get("name", str), authority.get("unit", str, ""), authority.texts("address"), email),
        review_contact=authority.get("review_contact", str, "") or email or authority.get("name", str),
        reference=request.get("reference", str),
        subject=request.get("subject", str),
        received=request.get("received", date),
        dated=request.get("dated", date),
        requester=request.get("requester", str, ""),
        opening=request.get("opening", str, ""),
        signatory=authority.get("signatory", str, ""),
        questions=tuple(_question(entry) for entry in whole.entries("question")),
        answers=tuple(_answer(entry) for entry in whole.entries("decision")),
    )


def parse_claimed(cited: str) -> tuple[tuple[Provision, ...], tuple[Provision, ...]]:
    """The limbs and the grounds of a claim as cited: `30(3) by virtue of 30(1)(a)(i)`.

    Raises CitationError or UnknownLimb.
    """
    limbs_text, *grounds_text = _BY_VIRTUE.split(cited, maxsplit=1)
    limbs = parse_citation(limbs_text)
    grounds = parse_citation(grounds_text[0]) if grounds_text else ()
    for provision in (*limbs, *grounds):
        catalogue().limb(provision)
    return limbs, grounds


def _required(whole: _Entry, key: str) -> _Entry:
    entry = whole.entry(key)
    if entry is None:
        raise DecisionsFileError(f"[{key}] is missing")
    return _Entry(f"[{key}]", entry.data)


def _question(entry: _Entry) -> Asked:
    entry.only("number", "group", "text", "lead_in", "part")
    parts = tuple(AskedPart(part.get("letter", str), part.get("text", str)) for part in entry.entries("part"))
    return Asked(
        entry.get("number", str),
        entry.get("text", str),
        entry.get("group", str, ""),
        entry.get("lead_in", str, ""),
        parts,
    )


def _answer(entry: _Entry) -> Answer:
    entry.only(
        "about", "other_information", "outcome", "explanation", "disclosed", "withheld", "scope", "advice",
        "publication", "claim", "table", "locator", "signpost", "estimate",
    )  # fmt: skip
    exhibits = tuple(_exhibit(table) for table in entry.entries("table"))
    decision = Decision(
        outcome=_choice(entry, "outcome", Outcome),
        explanation=entry.get("explanation", str, ""),
        disclosed=entry.get("disclosed", str, ""),
        data=tuple(exhibit.table.title for exhibit in exhibits),
        withheld=entry.get("withheld", str, ""),
        scope=entry.get("scope", str, ""),
        claims=tuple(_claim(claim) for claim in entry.entries("claim")),
        locators=tuple(_locator(locator) for locator in entry.entries("locator")),
        signposts=tuple(_locator(signpost) for signpost in entry.entries("signpost")),
        estimate=_estimate(entry.entry("estimate")),
        publication=entry.get("publication", str, ""),
        advice=entry.get("advice", str, ""),
        other_information=entry.get("other_information", bool, False),
    )
    about = entry.texts("about")
    if not about and not decision.other_information:
        raise DecisionsFileError(f"{entry.name}: “about” is missing: say which questions it decides")
    if about and decision.other_information:
        raise DecisionsFileError(
            f"{entry.name}: “about” and “other_information” exclude each other: a decision is about one or the other"
        )
    return Answer(decision, about, exhibits)


def _claim(entry: _Entry) -> Claim:
    entry.only(
        "cite", "in_the_alternative", "why", "likelihood", "harm", "favouring", "against", "balance", "function",
        "enactment", "personal_data", "qualified_opinion",
    )  # fmt: skip
    try:
        limbs, grounds = parse_claimed(entry.get("cite", str))
    except (CitationError, UnknownLimb) as error:
        raise DecisionsFileError(f"{entry.name}: {error}") from error
    return Claim(
        limbs=limbs,
        by_virtue_of=grounds,
        in_the_alternative=entry.get("in_the_alternative", bool, False),
        why=entry.get("why", str, ""),
        likelihood=_choice(entry, "likelihood", Likelihood) if entry.data.get("likelihood") else None,
        harm=entry.get("harm", str, ""),
        favouring=entry.texts("favouring"),
        against=entry.texts("against"),
        balance=entry.get("balance", str, ""),
        personal_data=_personal_data(entry.entry("personal_data")),
        qualified_opinion=_qualified_opinion(entry.entry("qualified_opinion")),
        enactment=entry.get("enactment", str, ""),
        function=entry.get("function", str, ""),
    )


def _personal_data(entry: _Entry | None) -> PersonalDataReasoning | None:
    if entry is None:
        return None
    texts = ("whose", "identifiable", "gateway", "purpose", "necessity", "balance")
    entry.only(*texts, "sensitive", "fails_at")
    return PersonalDataReasoning(
        **{key: entry.get(key, str, "") for key in texts},
        sensitive=_choice(entry, "sensitive", SensitiveData) if entry.data.get("sensitive") else None,
        fails_at=_choice(entry, "fails_at", LawfulnessFailsAt) if entry.data.get("fails_at") else None,
    )


def _qualified_opinion(entry: _Entry | None) -> QualifiedOpinion | None:
    if entry is None:
        return None
    entry.only("person", "given_on", "opinion")
    return QualifiedOpinion(entry.get("person", str), entry.get("given_on", date), entry.get("opinion", str))


def _exhibit(entry: _Entry) -> Exhibit:
    entry.only("title", "columns", "rows", "notes", "as", "file")
    rows = entry.get("rows", list)
    if not all(isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in rows):
        raise DecisionsFileError(f"{entry.name}: “rows” must be lists of texts")
    try:
        table = DataTable(
            entry.get("title", str), entry.texts("columns"), tuple(map(tuple, rows)), entry.texts("notes")
        )
    except ValueError as error:
        raise DecisionsFileError(f"{entry.name}: {error}") from error
    place = entry.get("as", str, "letter")
    if place not in {"letter", "attachment"}:
        raise DecisionsFileError(f"{entry.name}: “as” must be “letter” or “attachment”")
    return Exhibit(table, entry.get("file", str) if place == "attachment" else "")


def _locator(entry: _Entry) -> Locator:
    entry.only("title", "url", "answers")
    url = entry.get("url", str)
    if not url.startswith(("https://", "http://")):
        raise DecisionsFileError(f"{entry.name}: “url” must be a web address that starts with https://")
    return Locator(entry.get("title", str), url, entry.get("answers", str, ""))


def _estimate(entry: _Entry | None) -> CostEstimate | None:
    if entry is None:
        return None
    keys = tuple(activity.key for activity in countable_activities())
    entry.only("hours", "basis", *keys)
    activities = tuple((key, entry.get(key, float)) for key in keys if key in entry.data)
    whole = sum(hours for _, hours in activities)
    try:
        return CostEstimate(entry.get("hours", float, whole), entry.get("basis", str), activities)
    except ValueError as error:
        raise DecisionsFileError(f"{entry.name}: {error}") from error


_E = TypeVar("_E", Outcome, Likelihood, SensitiveData, LawfulnessFailsAt)


def _choice(entry: _Entry, key: str, kind: type[_E]) -> _E:
    value = entry.get(key, str)
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(f"“{choice.value}”" for choice in kind)
        raise DecisionsFileError(f"{entry.name}: “{key}” is “{value}”; it must be one of {known}") from None
