"""Tables that were pasted into an answer as they are: read as counts, laid to a register by their labels, or unread.

A table is of the register whose earlier releases have its labels. Small counts that it shows need a reason of their own
(`candour.desk.safe_figures.small_counts`), so the audit asks here what it tells besides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils import timezone

from candour.desk.answering.letter import keys_of_decisions
from candour.desk.models import Case, Exhibit, LedgerRelease, ProtectedCounts
from candour.desk.safe_figures.letter_figures import period_in
from candour.desk.safe_figures.releases import free_reference
from candour.desk.safe_figures.small_counts import is_small
from candour.tables.audit.building import build
from candour.tables.audit.contradiction import fits
from candour.tables.csv import TableError
from candour.tables.dimensions import TOTAL
from candour.tables.ledger.ledger import Ledger, PrintedCell, Release
from candour.tables.ledger.pasted import Pasted, has_figures, read_pasted
from candour.tables.ledger.places import normal
from candour.tables.ledger.statements import statements
from candour.tables.ledger.typed import unit_of
from candour.tables.protection import Aim, Protection

_RECENT = 200
"""So many of the latest releases of a force are searched for labels."""

Labels = dict[str, dict[str, str]]
"""For each register, each label as it is compared, with its dimension."""


@dataclass(frozen=True, slots=True)
class PastedRelease:
    """A pasted table as a release; `register` is empty where no earlier release has its labels."""

    title: str
    register: str
    release: Release

    def rules(self, threshold: int) -> Protection:
        """What its readers may not find out: where it says itself that a count is small, only the number."""
        told = any(_SAYS_SMALL.match(cell.printed) for cell in self.release.cells)
        return Protection(threshold, Aim.UNDETERMINED if told else Aim.BELIEVABLE)


_SAYS_SMALL = re.compile(r"\s*(?:<|≤|fewer|less|under|below|up to|at most)", re.IGNORECASE)


def unread_tables(case: Case) -> list[str]:
    """A sentence for each pasted table with numbers that cannot be read as counts, in whole or in part."""
    found = []
    for exhibit in _pasted(case):
        table = read_pasted(exhibit.columns, exhibit.rows)
        if table is None and has_figures(exhibit.rows):
            found.append(f"The table “{exhibit.title}” cannot be read as counts, so it is not audited.")
        elif (
            table
            and _as_it_adds_up(Release("table", timezone.localdate(), columns=table.columns, cells=table.cells)) is None
        ):
            found.append(
                f"The rows of the table “{exhibit.title}” overlap: there are groups among them, or "
                "its totals are wrong. So it is not audited."
            )
        elif table and table.unread:
            columns = " and ".join(f"“{name}”" for name in table.unread)
            found.append(f"Of the table “{exhibit.title}”, {columns} cannot be read as counts and is not audited.")
    return found


def pasted_releases(case: Case, known: Callable[[str], Ledger]) -> Iterator[PastedRelease]:
    """Each pasted table that can be read, as a release of the register that it is of."""
    tables = [(each, table) for each in _pasted(case) if (table := read_pasted(each.columns, each.rows))]
    labels = _labels_of(case) if tables else {}
    for exhibit, table in tables:
        register, names = _register_of(table, labels)
        ledger = known(register) if register else Ledger()
        release = Release(
            free_reference(f"{case.reference} {exhibit.title[:60]}", "table", ledger),
            timezone.localdate(),
            _unit(exhibit, ledger),
            exhibit.title,
            period=period_in(exhibit.title),
            columns=table.named(names),
            cells=_with_reasons(table.cells, case.authority.threshold),
        )
        if fitting := _as_it_adds_up(release):
            yield PastedRelease(exhibit.title, register, fitting)


def _pasted(case: Case) -> list[Exhibit]:
    decisions = keys_of_decisions(case)
    built = set(
        ProtectedCounts.objects.filter(decision__in=decisions, exhibit__isnull=False).values_list("exhibit", flat=True)
    )
    return [each for decision in case.decisions.all() for each in decision.exhibits.all() if each.pk not in built]


def _labels_of(case: Case) -> Labels:
    found: Labels = {}
    rows = LedgerRelease.objects.filter(authority=case.authority).order_by("-pk")
    for register, content in rows.values_list("register", "content")[:_RECENT]:
        labels = found.setdefault(register, {})
        for at, column in enumerate(content.get("columns", [])):
            if not column.get("period"):
                name = column.get("dimension") or column["name"]
                cells = (each["labels"] if isinstance(each, dict) else each for each in content.get("cells", []))
                labels |= {normal(cell[at]): name for cell in cells if cell[at] != TOTAL}
        for figure in content.get("figures", []):
            labels |= {normal(label): name for name, label in figure.get("where", {}).items() if name != "date"}
    return found


def _register_of(table: Pasted, labels: Labels) -> tuple[str, dict[int, str]]:
    """The register that knows most labels of a table, and what its columns are called there."""
    best, score = ("", dict[int, str]()), 0
    for register, known in labels.items():
        names: dict[int, str] = {}
        hits = 0
        for at, column in enumerate(table.columns):
            if column.is_period:
                continue
            found = [known[normal(label)] for label in table.labels(at) if normal(label) in known]
            if found and 2 * len(found) >= len(table.labels(at)):
                names[at] = max(set(found), key=found.count)
                hits += len(found)
        if hits > score and len(set(names.values())) == len(names):
            best, score = (register, names), hits
    return best


def _unit(exhibit: Exhibit, ledger: Ledger) -> str:
    units = {release.unit for release in ledger.releases}
    said = unit_of(" ".join([exhibit.title, *exhibit.columns]))
    return (said if said in units or len(units) != 1 else units.pop()) or "cases"


def _with_reasons(cells: Iterable[PrintedCell], threshold: int) -> tuple[PrintedCell, ...]:
    """The cells with small counts taken as decided on: they go only with a reason that somebody gives for them."""
    reason = "Confirmed with a reason when the letter went up."
    return tuple(replace(cell, accepted=reason) if is_small(cell.printed, threshold) else cell for cell in cells)


def _as_it_adds_up(release: Release) -> Release | None:
    """The release, without the claim that it lists everything where its totals say otherwise; None where none fits."""
    some = replace(release, columns=tuple(replace(column, complete=False) for column in release.columns))
    for each in (release, some):
        ledger = Ledger((each,))
        try:
            if fits(build(ledger, statements(ledger), [0])):
                return each
        except TableError:
            return None
    return None
