"""What a way to make a table safe does to it, in words and as an officer's view of the table, marks included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from candour.desk.answering.letter import keys_of_decisions
from candour.desk.models import Case, ProtectedCounts
from candour.desk.safe_figures.methods import Candidate, Method, methods
from candour.tables.counts import Labels
from candour.tables.dimensions import TOTAL
from candour.tables.layout import layout
from candour.tables.protected import Status
from candour.tables.protection import Aim, Protection

_NAMED = 6


@dataclass(frozen=True)
class Card:
    """One way beside the others: what it does, what readers lose, what its proof says; or why it is not to be had."""

    method: Method
    candidate: Candidate | None
    refused: str
    protection: Protection

    @property
    def is_offered(self) -> bool:
        """Whether it can be agreed to."""
        return self.candidate is not None and not self.candidate.lacks

    @property
    def loss(self) -> str:
        """How many of the figures readers do not get as they are."""
        made = self.candidate
        if made is None:
            return ""
        withheld = sum(cell.value is None for cell in made.cells)
        rounded = sum(cell.status is Status.ROUNDED for cell in made.cells)
        if made.lost:
            return f"{made.lost}{f'; {withheld:,} more are withheld' if withheld else ''}."
        if rounded:
            return f"All {rounded:,} figures are rounded; none is withheld."
        return f"{withheld:,} of {len(made.cells):,} figures are not shown." if withheld else "Nothing: all are shown."

    @property
    def totals(self) -> str:
        """Which totals and subtotals are withheld."""
        made = self.candidate
        if made is None:
            return ""
        groups = [{TOTAL, *(label for level in each.levels for label in level)} for each in made.table.dimensions]
        lost = [
            cell.labels
            for cell in made.cells
            if cell.value is None and any(label in group for label, group in zip(cell.labels, groups, strict=True))
        ]
        if not lost:
            return "None."
        named = [_told_apart(labels) for labels in lost[:_NAMED]]
        more = len(lost) - _NAMED
        return "; ".join(named) + (f"; and {more:,} more." if more > 0 else ".")

    @property
    def proof(self) -> str:
        """What is proven, and how."""
        made = self.candidate
        if made is None:
            return ""
        if made.lacks:
            return made.lacks
        if not made.sensitive:
            return "No count is small, so there is nothing to work out."
        return f"{_promise(self.protection)} {_evidence(made.registers)}"

    @property
    def shown_by_decision(self) -> str:
        """How many cells are left unprotected because a person said so."""
        count = sum(not each.sensitive for each in self.protection.overrides.values())
        if not count:
            return ""
        return f"{'One cell is' if count == 1 else f'{count:,} cells are'} not protected, by decision."

    @property
    def narrowest(self) -> str:
        """The smallest range that a reader is left with."""
        made = self.candidate
        if made is None or made.smallest is None:
            return "Does not apply."
        return f"{made.smallest:,} between the smallest and the largest count that is possible."

    @property
    def fewest(self) -> str:
        """Whether fewer figures could be withheld."""
        made = self.candidate
        if made is None or not any(cell.value is None for cell in made.cells):
            return ""
        if made.minimal:
            return "None of the withheld figures could be shown again by itself."
        return "It is not proven that each of them has to be withheld."

    @property
    def changes(self) -> str:
        """Which categories were put together."""
        return "; ".join(self.candidate.changes) if self.candidate else ""


def _told_apart(labels: Labels) -> str:
    """A cell by the labels that tell it apart: `Theft, 2024`; `all` for the total of everything."""
    told = [label for label in labels if label != TOTAL]
    return ", ".join(told) if told else "the total of all"


def _promise(protection: Protection) -> str:
    counts = "small count, and every 0," if protection.zeros else "small count"
    if protection.aim is Aim.WIDTH:
        return f"For every {counts} a reader is left with a range of at least {protection.width}."
    if protection.aim is Aim.UNDETERMINED:
        return (
            f"Every {counts} could be at least one other number, for all that a reader can work out. It may still be "
            "known to be small."
        )
    up = f"{protection.threshold} or more"
    return f"Every {counts} could be 0 and could be {up}, for all that a reader can work out."


def _evidence(registers: int) -> str:
    other = "one other register" if registers == 1 else f"{registers:,} other registers"
    return f"Proven with {other}, checked in whole numbers."


def officers_view(made: Candidate, protection: Protection) -> dict[str, Any]:
    """The table with the true counts and the marks, each in words: which figures are withheld, and for whose sake."""
    arranged = layout(made.table)
    cells = {cell.labels: cell for cell in made.cells}
    last = len(arranged.columns) - 1
    printed = made.printed
    rows = []
    for head, places in zip(arranged.heads, arranged.cells, strict=True):
        figures = [
            {
                "printed": printed[at] if cells[at].value is None else f"{cells[at].value:,}",
                "true": f"{made.table.value(at):,}",
                "status": cells[at].status.value,
                "decided": at in protection.overrides,
            }
            for at in places
        ]
        rows.append({"heads": head, "figures": figures, "is_total": head[-1] == TOTAL or head[-1].endswith(", total")})
    return {"columns": arranged.columns, "heads": last and len(arranged.heads[0]), "rows": rows}


def readers_view(made: Candidate) -> dict[str, Any]:
    """The table as readers will see it."""
    arranged = layout(made.table)
    heads = len(arranged.heads[0])
    return {
        "columns": arranged.columns,
        "rows": arranged.rows(made.printed),
        "numeric": list(range(heads, len(arranged.columns))),
    }


def agreed_tables(case: Case) -> list[dict[str, Any]]:
    """Each table of the case that the builder made: its decision, its card, and the cells that a person decided on."""
    agreed = ProtectedCounts.objects.filter(decision__in=keys_of_decisions(case), exhibit__isnull=False).exclude(
        method=""
    )
    known = {method.key: method for method in methods(case.authority.slug)}
    return [
        {
            "counts": counts,
            "card": Card(
                known[counts.method], Candidate.of_data(counts.candidate(counts.method) or {}), "", counts.protection
            ),
        }
        for counts in agreed.select_related("decision__question", "decision__part", "agreed_by")
    ]
