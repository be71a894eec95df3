"""The ledger of releases: every table of counts enters it when it is sent, and is audited against it before.

Tables of one register are audited together. What they tell together blocks a letter; what could not be decided in the
time that a page may take needs a reason of a person to go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from candour.desk.letter import keys_of_decisions, load_letter
from candour.desk.methods import Candidate
from candour.desk.models import Authority, Case, EventKind, LedgerRelease, ProtectedCounts, Response, StaffMember
from candour.desk.refusals import Refused
from candour.desk.trail import record
from candour.tables.audit.releases import audit
from candour.tables.audit.search import within
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.ledger.file import release_as_data, release_of
from candour.tables.ledger.ledger import Column, Ledger, LedgerError, PrintedCell, Release
from candour.tables.ledger.marks import Rounding
from candour.tables.ledger.periods import read_period

_SECONDS = 20.0
"""How long the audit of one table may take before a person has to say that it may go on."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the tables of a letter tell together with earlier ones, and why one could not be audited to the end."""

    findings: tuple[str, ...]
    undecided: tuple[str, ...]


class NotAudited(Refused):
    """Whether tables tell something with earlier ones could not be decided; a person may go on with a reason."""


def told_by_tables(case: Case) -> Told:
    """What the agreed tables of a case tell with everything that was sent of their registers, in sentences."""
    findings: list[str] = []
    undecided: list[str] = []
    entered: dict[str, Ledger] = {}
    for counts in _agreed(case):
        ledger = entered.get(counts.register) or ledger_of(case.authority, counts.register)
        release = release_of_counts(counts, ledger)
        try:
            result = audit(ledger, release, replace(counts.protection, overrides={}), within(_SECONDS))
        except LedgerError as error:
            undecided.append(f"The table “{counts.title}” cannot be audited with earlier ones: {error}")
            continue
        sure = [each for each in result.findings if not each.undecided]
        findings += [
            f"Together with what was sent before, the table “{counts.title}” tells: {each.words}" for each in sure
        ]
        if not result.safe and not sure:
            undecided.append(f"Whether the table “{counts.title}” tells something with earlier ones was not decided.")
        entered[counts.register] = ledger.with_release(release)
    return Told(tuple(findings), tuple(undecided))


def require_untold(case: Case, actor: StaffMember, reason: str) -> None:
    """Raise Refused where the tables of a case tell something together with earlier ones.

    Where that could not be decided, a reason to go on is needed, which the trail keeps: else NotAudited is raised.
    """
    told = told_by_tables(case)
    if told.findings:
        raise Refused(" ".join(told.findings))
    if told.undecided:
        if not reason.strip():
            raise NotAudited(f"{' '.join(told.undecided)} Give a reason to go on.")
        record(case, EventKind.OVERRIDDEN, actor, f"audit of releases: {reason.strip()}")


def enter_releases(response: Response) -> None:
    """Enter the tables of a letter that has been sent into the ledger; once."""
    ledger: dict[str, Ledger] = {}
    for counts in _agreed(load_letter(response)):
        known = ledger.get(counts.register) or ledger_of(response.case.authority, counts.register)
        release = release_of_counts(counts, known)
        LedgerRelease.objects.get_or_create(
            authority=response.case.authority,
            register=counts.register,
            reference=release.reference,
            defaults={
                "response": response,
                "title": counts.title,
                "extracted": release.extracted,
                "content": release_as_data(release),
            },
        )
        ledger[counts.register] = known.with_release(release)


def ledger_of(authority: Authority, register: str) -> Ledger:
    """Everything that was sent of a register."""
    rows = LedgerRelease.objects.filter(authority=authority, register=register).order_by("pk")
    return Ledger(tuple(release_of(row.content) for row in rows))


def release_of_counts(counts: ProtectedCounts, ledger: Ledger) -> Release:
    """An agreed table as a release, under the reference of its case and a number where that is taken."""
    stored = counts.candidate(counts.method)
    assert stored is not None and "refused" not in stored
    candidate = Candidate.of_data({**stored, "proof": counts.proof})
    reference = counts.decision.case.reference
    taken = {each.reference for each in ledger.releases}
    names = (reference, *(f"{reference} table {number}" for number in range(2, len(taken) + 3)))
    decided = {labels: each.reason for labels, each in counts.decided_cells.items() if not each.sensitive}
    proof = counts.proof
    return Release(
        next(name for name in names if name not in taken),
        _day(counts),
        counts.unit,
        counts.title,
        columns=tuple(_column(dimension) for dimension in candidate.table.dimensions),
        cells=tuple(
            PrintedCell(
                cell.labels,
                "" if cell.value is None else str(cell.value),
                cell.status.value == "primary",
                decided.get(cell.labels, ""),
            )
            for cell in candidate.cells
        ),
        rounding=Rounding(int(proof["base"]), max(int(proof["within"]), int(proof["base"]) - 1))
        if counts.method == "round"
        else None,
    )


def _agreed(case: Case) -> Iterable[ProtectedCounts]:
    found = ProtectedCounts.objects.filter(decision__in=keys_of_decisions(case), exhibit__isnull=False).exclude(
        register=""
    )
    return [each for each in found.select_related("decision__case__authority").order_by("pk") if each.is_agreed]


def _day(counts: ProtectedCounts) -> date:
    return timezone.localdate(counts.agreed_at) if counts.agreed_at else timezone.localdate()


def _column(dimension: Dimension) -> Column:
    labels = [label for label in dimension.nodes if label != TOTAL]
    groups = {
        category: tuple(level[at] for level in dimension.levels) for at, category in enumerate(dimension.categories)
    }
    return Column(
        dimension.name,
        is_period=all(read_period(label) for label in labels),
        groups=groups if dimension.levels else {},
    )
