"""Counts at the desk: made from a data set, handed to the table builder; and looks at case-level rows.

A small data set is counted while somebody waits, a large one in the background; what was counted is the result of that
work, and is used again for as long as the data set is the same.
"""

from __future__ import annotations

import hashlib
import json

from django.db import transaction
from django.utils import timezone

from candour.desk.answering.decide import changing
from candour.desk.counting.data_sets import AT_ONCE, note
from candour.desk.counting.records_files import reading, size_of
from candour.desk.jobs import enqueue
from candour.desk.models import (
    Decision,
    EventKind,
    Job,
    JobState,
    ProtectedCounts,
    RecordSet,
    SavedCount,
    StaffMember,
    Unit,
)
from candour.desk.refusals import NotAllowed
from candour.records import RecordsError
from candour.records.counted import Counted, counted_of
from candour.records.counting import count_data_set
from candour.records.filters import parse_filter
from candour.records.question import CountDefinition, definition_of
from candour.tables.dimensions import TOTAL
from candour.tables.distinct import DistinctTable

COUNT = "records.count"
SEE_ROWS = "desk.see_case_rows"
"""The permission to look at case-level rows."""

MOST_ROWS_SHOWN = 50
_UNITS = {"cases": Unit.CASES, "persons": Unit.PEOPLE, "allegations": Unit.ALLEGATIONS}


class StillCounting(Exception):
    """The data set is large and is being counted in the background, or that went wrong: `job` says which."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__("The data set is being counted in the background.")


def counted(record_set: RecordSet, definition: CountDefinition, by: StaffMember | None = None) -> Counted:
    """Count in a data set. Raises RecordsError, and StillCounting for a large one until it is counted."""
    if size_of(record_set) <= AT_ONCE:
        return count_now(record_set, definition)
    asked = hashlib.sha256(definition.as_text().encode()).hexdigest()
    job = enqueue(
        COUNT,
        f"{record_set.pk} {record_set.file} {asked}",
        {"record_set": record_set.pk, "definition": definition.as_data()},
        authority=record_set.authority,
        made_by=by,
    )
    if job.state != JobState.DONE:
        raise StillCounting(job)
    return counted_of(job.result["counted"])


def count_now(record_set: RecordSet, definition: CountDefinition) -> Counted:
    """Count in a data set while the caller waits. Raises RecordsError."""
    with reading(record_set) as held:
        return count_data_set(held, definition)


def attach(  # noqa: PLR0917  what is counted, for what, and who does it
    decision: Decision, version: int, record_set: RecordSet, title: str, definition: CountDefinition, by: StaffMember
) -> ProtectedCounts:
    """Hand a count to the table builder, where it is protected before it goes into the answer.

    Raises RecordsError where the count makes no table that can be protected, ChangedMeanwhile and Refused.
    """
    found = counted(record_set, definition, by)
    # Each refuses what cannot be protected.
    made_of = found.count_table() if found.additive else found.distinct_table()
    repeated = made_of.repeated if isinstance(made_of, DistinctTable) else ""
    heading = f"number of {found.unit}"
    lines = ["\t".join([*found.dimensions, heading])]
    lines += [
        "\t".join([*labels, str(value)])
        for labels, value in found.cells()
        if all(
            label in known or (name == repeated and label == TOTAL)
            for name, label, known in zip(found.dimensions, labels, found.labels, strict=True)
        )
    ]
    name = f"counts of “{title}” made from the data set “{record_set}”"
    with changing(decision, version, by, name) as stored:
        made = ProtectedCounts.objects.create(
            decision=stored,
            title=title,
            register=str(record_set),
            extracted=timezone.localdate(),
            repeated=repeated,
            source="\n".join(lines),
            unit=_UNITS[found.unit],
            columns={"count": heading, "hierarchy": {}, "by": list(found.dimensions)},
            threshold=stored.case.authority.threshold,
        )
        _keep(record_set, title, found, by, decision=stored, table=made)
        about = f"{found.unit} by {', '.join(found.dimensions)}"
        counted_for = f"{about}, for {stored.case.reference}: {title}."
        note(record_set, EventKind.RECORDS_COUNTED, by, counted_for, case=stored.case)
    return made


def keep_count(record_set: RecordSet, title: str, definition: CountDefinition, by: StaffMember) -> SavedCount:
    """Keep a count with its data set, for no question in particular, to be asked again. Raises RecordsError."""
    found = counted(record_set, definition, by)
    with transaction.atomic():
        kept = _keep(record_set, title, found, by)
        note(record_set, EventKind.RECORDS_COUNTED, by, f"{title}.")
    return kept


def _keep(  # noqa: PLR0917  what a kept count is made of
    record_set: RecordSet,
    title: str,
    found: Counted,
    by: StaffMember,
    decision: Decision | None = None,
    table: ProtectedCounts | None = None,
) -> SavedCount:
    return SavedCount.objects.create(
        record_set=record_set,
        decision=decision,
        table=table,
        title=title,
        definition=found.definition.as_data(),
        cells=[[list(labels), value] for labels, value in found.values.items()],
        notes=list(found.notes),
        edition=int(found.source["edition"]),
        made_by=by,
        made_at=timezone.now(),
    )


def rows_seen(
    record_set: RecordSet, where: str, reason: str, by: StaffMember
) -> tuple[list[str], list[list[str]], int]:
    """The headings, the first rows that a filter keeps, and how many it keeps; the look is recorded with its reason.

    Raises NotAllowed for somebody without the permission, and RecordsError for a filter that cannot be read.
    """
    _refuse_looking(by)
    with reading(record_set) as held:
        table, valid = held.table()
        test, values = "true", ()
        if where.strip():
            condition = parse_filter(where, held.description, table, valid)
            test, values = condition.sql, condition.values
        columns = held.description.kept
        listed = ", ".join(f"CAST(c_{column.name} AS VARCHAR)" for column in columns)
        begin = f"FROM {table} WHERE {valid} AND {test}"
        total = int(held.engine.rows(f"SELECT count(*) {begin}", values)[0][0])
        found = held.engine.rows(f"SELECT line, {listed} {begin} ORDER BY row_id LIMIT {MOST_ROWS_SHOWN}", values)
    note(record_set, EventKind.ROWS_SEEN, by, f"Rows where {where.strip() or 'anything'}.", reason)
    headings = ["Line", *(column.heading for column in columns)]
    return headings, [["" if value is None else str(value) for value in row] for row in found], total


def _refuse_looking(by: StaffMember) -> None:
    if not by.has_perm(SEE_ROWS):
        raise NotAllowed("You may not look at case-level rows. An administrator can give you that permission.")


def definition_from(text: str) -> CountDefinition:
    """A definition as an address carries it. Raises RecordsError."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise RecordsError("The count cannot be read; choose again what to count.") from error
    if not isinstance(data, dict):
        raise RecordsError("The count cannot be read; choose again what to count.")
    return definition_of(data)
