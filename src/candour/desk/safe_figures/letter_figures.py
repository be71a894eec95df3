"""The figures in the words of an answer: found, explained by a person or dismissed with a reason, ready to be audited.

A figure is known by its decision, its sentence, its words and its place among equal ones. Whoever changes the sentence
has to say again what the figure in it counts.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.models import (
    Case,
    Decision,
    EventKind,
    Exhibit,
    LedgerRelease,
    LetterFigure,
    ProtectedCounts,
    StaffMember,
)
from candour.desk.refusals import Refused
from candour.desk.workflow import require
from candour.tables.dimensions import TOTAL
from candour.tables.ledger.periods import read_period
from candour.tables.ledger.typed import TypedFigure, typed_figures

_TEXTS = ("explanation", "disclosed", "withheld", "scope", "advice", "publication")
_CLAIM_TEXTS = ("why", "harm", "balance", "enactment", "function")
_PERSONAL_TEXTS = ("whose", "identifiable", "purpose", "necessity", "balance")
_NAMED = 3


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """One figure of an answer: in which decision, what was found, and what a person said of it, if anything."""

    key: str
    about: str
    found: TypedFigure
    said: LetterFigure | None


def figures_of(case: Case) -> list[FoundFigure]:
    """Every figure in the words of the answer, in their order."""
    said = {each.key: each for each in case.letter_figures.select_related("said_by")}
    seen: Counter[str] = Counter()
    figures = []
    for decision, text, answers in _texts(case):
        for found in typed_figures(text, reasons=not answers):
            # By decision, so that a figure is the same in a letter that answers some questions only.
            plain = f"{decision.pk}|{found.sentence}|{found.text}"
            seen[plain] += 1
            key = hashlib.sha256(f"{plain}|{seen[plain]}".encode()).hexdigest()[:24]
            figures.append(FoundFigure(key, decision.name, found, said.get(key)))
    return figures


def counted_figures(case: Case) -> list[LetterFigure]:
    """The figures that enter the ledger."""
    return [each.said for each in figures_of(case) if each.said and not each.said.dismissal]


def unexplained(case: Case) -> list[FoundFigure]:
    """The figures of which nobody has said what they count."""
    return [each for each in figures_of(case) if each.said is None]


def require_explained(case: Case) -> None:
    """Raise Refused, naming figures with their sentences, where nobody has said what they count."""
    if open_ := unexplained(case):
        named = "; ".join(f"{each.about}: “{each.found.text}” in “{each.found.sentence}”" for each in open_[:_NAMED])
        more = f"; and {len(open_) - _NAMED:,} more" if len(open_) > _NAMED else ""
        raise Refused(
            f"Say under “Figures in the words” what each figure counts, or why it counts nobody: {named}{more}."
        )


def say(case: Case, figure: FoundFigure, said: LetterFigure, actor: StaffMember) -> None:
    """Keep what a person said of a figure. Raises NotAllowed, Refused."""
    lock_case(case.pk)
    require("decide", case, actor)
    said.case, said.key = case, figure.key
    said.sentence, said.text, said.said_by = figure.found.sentence, figure.found.text[:200], actor
    fields = {field.attname: getattr(said, field.attname) for field in said._meta.concrete_fields if field.name != "id"}
    LetterFigure.objects.update_or_create(case=case, key=figure.key, defaults=fields)
    told = (
        f"{said.get_dismissal_display()}."
        if said.dismissal
        else f"counts {said.unit} of “{said.register}” ({in_words(said)})."
    )
    record(case, EventKind.FIGURE, actor, f"“{said.text}” in “{said.sentence}”: {told}", said.reason or said.accepted)


def in_words(said: LetterFigure) -> str:
    """What a figure is of, in words."""
    named = [f"{name} {label}" for name, label in said.where.items()]
    return ", ".join([*named, *([said.period] if said.period else [])]) or "everything"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a sentence seems to say of its figure."""

    register: str
    where: dict[str, str]
    period: str


def recognise(case: Case, found: TypedFigure, registers: list[str]) -> Recognised:
    """Register, labels and period by the words of the sentence; labels are those of earlier releases and of tables."""
    plain = found.sentence.casefold()
    tables = list(case_tables(case))
    named = [each for each in registers if each.casefold() in plain]
    of_tables = list(dict.fromkeys(each.register for each in tables if each.register))
    register = next(iter([*named, *of_tables, *(registers if len(registers) == 1 else [])]), "")
    where: dict[str, str] = {}
    labels = dict(_labels(case, register))
    for label in sorted(labels, key=len, reverse=True):
        dimension = labels[label]
        if dimension not in where and re.search(rf"(?<!\w){re.escape(label.casefold())}(?!\w)", plain):
            where[dimension] = label
    return Recognised(register, where, period_in(found.sentence))


def case_tables(case: Case) -> Iterator[ProtectedCounts]:
    """The tables in the builder of a case."""
    yield from ProtectedCounts.objects.filter(decision__case=case).order_by("pk")


def _labels(case: Case, register: str) -> Iterator[tuple[str, str]]:
    """Each label that is known of a register with its dimension; periods are none."""
    rows = LedgerRelease.objects.filter(authority=case.authority, register=register).order_by("-pk")
    for content in rows.values_list("content", flat=True)[:_RECENT]:
        columns = content.get("columns", [])
        for at, column in enumerate(columns):
            if not column.get("period"):
                name = column.get("dimension") or column["name"]
                yield from ((cell[at], name) for cell in content.get("cells", []) if cell[at] != TOTAL)
    for counts in case_tables(case):
        if counts.register == register:
            for dimension in counts.table.dimensions:
                labels = [label for label in dimension.nodes if label != TOTAL]
                if not all(read_period(label) for label in labels):
                    yield from ((label, dimension.name) for label in labels)


_RECENT = 40
"""So many of the latest releases of a register are searched for labels."""


def period_in(sentence: str) -> str:
    """The longest stretch of words that is a period."""
    words = re.findall(r"[\w/’–-]+", sentence)
    for size in range(min(9, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            stretch = " ".join(words[at : at + size])
            if any(each.isdigit() for each in stretch) and read_period(stretch):
                return stretch
    return ""


def _texts(case: Case) -> Iterator[tuple[Decision, str, bool]]:
    """The words that people wrote into the answer, each with its decision, and whether they answer or give reasons."""
    decisions = case.decisions.all()
    built = {each.exhibit_id: each for each in ProtectedCounts.objects.filter(decision__in=decisions)}
    for decision in decisions:
        for text, answers in _texts_of(decision, built):
            if text.strip():
                yield decision, text, answers


def _texts_of(decision: Decision, built: dict[int | None, ProtectedCounts]) -> Iterator[tuple[str, bool]]:
    yield from ((getattr(decision, name), True) for name in _TEXTS)
    for claim in decision.claims.all():
        reasons = (getattr(claim, name) for name in _CLAIM_TEXTS)
        personal = (str(claim.personal_data.get(name, "")) for name in _PERSONAL_TEXTS)
        yield from ((text, False) for text in (*reasons, *claim.favouring, *claim.against, *personal))
    for exhibit in decision.exhibits.all():
        yield from ((note, True) for note in _notes(exhibit, built.get(exhibit.pk)))


def _notes(exhibit: Exhibit, counts: ProtectedCounts | None) -> Iterator[str]:
    """The notes beneath a table that a person wrote; the builder's own speak of the table that is audited."""
    if counts is None:
        yield from exhibit.notes
    elif counts.is_agreed:
        made = counts.candidate(counts.method) or {}
        own = {*made.get("notes", ()), f"These figures count {counts.unit}."}
        yield from (note for note in exhibit.notes if note not in own)
