"""A saved count asked again at the desk: the figures that changed, and the rows behind them for those who may look.

A small data set is compared while somebody waits, a large one in the background. What that work finds of rows is kept
sealed, beside the rows that it was found in and no longer than they, until somebody who may look gives a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from candour.desk.counting.data_set_counts import SEE_ROWS, StillCounting
from candour.desk.counting.data_sets import AT_ONCE, note
from candour.desk.counting.records_files import changed_rows, keep_changed_rows, reading, size_of
from candour.desk.jobs import enqueue
from candour.desk.models import EventKind, JobState, SavedCount, StaffMember
from candour.desk.refusals import NotAllowed
from candour.records.asking_again import CellChange, RowChange, compare, row_changes, row_totals
from candour.records.counted import Counted, counted_of
from candour.records.counting import count_data_set
from candour.records.findings import Watch, unwatched
from candour.records.question import definition_of

COMPARE = "records.compare"
"""The kind of work that asks a saved count of a large data set again."""


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A saved count on the current rows: the table, the figures that are others, how many rows are behind them."""

    counted: Counted
    cells: tuple[CellChange, ...]
    totals: Mapping[str, int]


def asked_again(saved: SavedCount, by: StaffMember) -> AskedAgain:
    """A saved count on the current rows. Raises RecordsError; StillCounting for a large one until it is done."""
    if size_of(saved.record_set) <= AT_ONCE:
        counted, totals, _ = compare_now(saved, rows=False)
    else:
        told = _told(saved, by)
        counted, totals = counted_of(told["counted"]), told["totals"]
    before = {tuple(labels): int(value) for labels, value in saved.cells}
    return AskedAgain(counted, compare(before, counted), totals)


def compare_now(
    saved: SavedCount, watch: Watch = unwatched, *, rows: bool = True
) -> tuple[Counted, dict[str, int], Sequence[RowChange]]:
    """Count again while the caller waits: the table, how many rows changed, with `rows` which. Raises RecordsError."""
    definition = definition_of(saved.definition)
    with reading(saved.record_set) as held:
        watch("Counting", 0, 0)
        counted = count_data_set(held, definition)
        editions = saved.edition, int(counted.source["edition"])
        watch("Counting the rows that changed", 0, 0)
        totals = row_totals(held, definition, *editions)
        return counted, totals, row_changes(held, definition, *editions, watch) if rows else ()


def rows_changed(saved: SavedCount, by: StaffMember, reason: str) -> Sequence[RowChange]:
    """The rows behind a difference, for somebody who may see them; the look and its reason are recorded.

    Raises NotAllowed, RecordsError, and StillCounting for a large data set until it is compared.
    """
    if not by.has_perm(SEE_ROWS):
        raise NotAllowed("You may not look at case-level rows. An administrator can give you that permission.")
    if size_of(saved.record_set) <= AT_ONCE:
        with reading(saved.record_set) as held:
            definition = definition_of(saved.definition)
            found: Sequence[RowChange] = row_changes(held, definition, saved.edition, held.editions[-1].number)
    else:
        _told(saved, by)
        found = [RowChange(**each) for each in changed_rows(saved)]
    detail = f"Rows that changed behind “{saved.title}”."
    note(saved.record_set, EventKind.ROWS_SEEN, by, detail, reason, saved.decision.case if saved.decision else None)
    return found


def compare_and_keep(saved: SavedCount, watch: Watch) -> dict[str, Any]:
    """Compare a large data set: what is told of it, without a row; the rows are kept sealed. Raises RecordsError."""
    counted, totals, changes = compare_now(saved, watch)
    watch("Sealing the rows that changed", len(changes), len(changes))
    keep_changed_rows(saved, [asdict(each) for each in changes])
    said = ", ".join(f"{number:,} rows {what}" for what, number in totals.items())
    return {"says": f"It is compared: {said}.", "counted": counted.stored(), "totals": totals}


def _told(saved: SavedCount, by: StaffMember) -> dict[str, Any]:
    """What the work on a large data set found, asked for once for the rows as they are. Raises StillCounting."""
    job = enqueue(
        COMPARE,
        f"{saved.pk} {saved.record_set.file}",
        {"saved": saved.pk},
        authority=saved.record_set.authority,
        made_by=by,
    )
    if job.state != JobState.DONE:
        raise StillCounting(job)
    found: dict[str, Any] = job.result
    return found
