"""Small counts in tables that were given without the builder: named, and confirmed with a reason or made safe."""

from __future__ import annotations

import re
from dataclasses import dataclass

from candour.desk.answering.letter import keys_of_decisions
from candour.desk.audit_trail.writing import record
from candour.desk.models import Case, EventKind, Exhibit, ProtectedCounts, StaffMember
from candour.desk.refusals import Refused

_WHOLE = re.compile(r"[1-9][0-9]*")
_NAMED = 6


@dataclass(frozen=True, slots=True)
class SmallCounts:
    """The small counts of one table: each with the words of its row and column."""

    about: str
    """The label of the question; empty for any other information."""

    title: str
    cells: tuple[str, ...]

    @property
    def named(self) -> str:
        """The first of them in words, and how many more there are."""
        more = len(self.cells) - _NAMED
        return "; ".join(self.cells[:_NAMED]) + (f"; and {more:,} more" if more > 0 else "")


def small_counts(case: Case) -> list[SmallCounts]:
    """The tables of the case, given without the builder, that hold counts below the force's threshold."""
    safe = set(
        ProtectedCounts.objects.filter(decision__in=keys_of_decisions(case), exhibit__isnull=False).values_list(
            "exhibit", flat=True
        )
    )
    return [
        SmallCounts(decision.about, exhibit.title, cells)
        for decision in case.decisions.all()
        for exhibit in decision.exhibits.all()
        if exhibit.pk not in safe and (cells := small_cells(exhibit, case.authority.threshold))
    ]


def small_cells(exhibit: Exhibit, threshold: int) -> tuple[str, ...]:
    """The cells that hold a whole number from 1 to below the threshold; the first column heads the rows."""
    return tuple(
        f"{row[0]}, {column} is {cell}" if row[0] else f"{column} is {cell}"
        for row in exhibit.rows
        for column, cell in zip(exhibit.columns[1:], row[1:], strict=False)
        if is_small(cell, threshold)
    )


def is_small(cell: str, threshold: int) -> bool:
    """Whether what is printed is a whole number from 1 to below the threshold."""
    return _WHOLE.fullmatch(cell) is not None and int(cell) < threshold


def require_confirmed(case: Case, actor: StaffMember, reason: str) -> None:
    """Record why small counts are disclosed. Raises Refused where there are some and no reason is given."""
    found = small_counts(case)
    if not found:
        return
    if not reason.strip():
        named = "; ".join(f"“{each.title}”: {each.named}" for each in found)
        raise Refused(
            f"Small counts can identify people ({named}). Make the table safe in the table builder, or give a reason "
            "why they may be shown."
        )
    titles = ", ".join(f"“{each.title}”" for each in found)
    record(case, EventKind.SMALL_COUNTS, actor, f"{titles}.", reason.strip())
