"""A view of the caseload as a file for spreadsheets: what stands on the screen, and nothing of who asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet

from candour.desk.caseload.awaiting import Wait, waits
from candour.desk.caseload.overview import Overview
from candour.desk.models import Case
from candour.desk.stage import Standing, standing, still_open, with_standing
from candour.tables.csv import write_csv

MOST_ROWS = 10_000
"""Cases in one file. Where a view has more, the file says so at its end."""
COLUMNS = ("Case", "Title", "Received", "Due", "Late", "Stage", "Progress", "Next", "Waits for", "Officer")


def caseload_csv(seen: Overview, chosen: Sequence[int] | QuerySet[Case, int], today: date) -> bytes:
    """The cases that `Overview.chosen` found, in that order, as CSV; in eight queries at most, however many there are.

    Dates as 2026-03-03, which spreadsheets read. A cell that would be run as a formula is text.
    """
    keys = list(chosen[: MOST_ROWS + 1])
    whole = len(keys) <= MOST_ROWS
    told = _told(seen, chosen, today)
    # Asked of all open cases instead of those keys, which may be more than one query of the database takes.
    on_whom = waits(still_open(seen.every_case), today) if keys else {}
    rows = (_row(*told[key], on_whom.get(key, [])) for key in keys[:MOST_ROWS] if key in told)
    notes = () if whole else (f"Only the first {MOST_ROWS:,} cases stand here. Narrow the view to see the others.",)
    return write_csv(COLUMNS, rows, notes)


def _told(seen: Overview, chosen: Sequence[int] | QuerySet[Case, int], today: date) -> dict[int, tuple[Case, Standing]]:
    """Each case with where it stands, in one query: of open ones the overview knows that by now."""
    if isinstance(chosen, QuerySet):
        cases = with_standing(Case.objects.filter(pk__in=chosen[:MOST_ROWS])).select_related("officer")
        return {case.pk: (case, standing(case, today)) for case in cases}
    open_ones = still_open(seen.every_case).select_related("officer").order_by()
    return {case.pk: (case, seen.by_key[case.pk].standing(today)) for case in open_ones if case.pk in seen.by_key}


def _row(case: Case, stands: Standing, on_whom: Iterable[Wait]) -> list[str]:
    return [
        case.reference,
        case.title,
        case.received.isoformat(),
        stands.due.isoformat() if stands.due and not stands.is_over else "",
        "late" if stands.late else "",
        stands.stage.label,
        stands.why_ended or stands.progress,
        stands.next_step,
        "; ".join(f"{wait.whom} {wait.since}{', late' if wait.late else ''}" for wait in on_whom),
        str(case.officer or ""),
    ]
