"""The steps of a data set at the desk: uploaded, understood, confirmed; counted, asked again; looked at."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from candour.desk.decide import changing
from candour.desk.models import (
    Authority,
    Decision,
    EventKind,
    KeptSource,
    ProtectedCounts,
    RecordSet,
    RecordsEvent,
    RecordsEventKind,
    RecordsUpload,
    SavedCount,
    StaffMember,
    Unit,
)
from candour.desk.records_files import file_of, forget, reading, seal, unsealed, working_copy
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.trail import record
from candour.records import RecordsError
from candour.records.asking_again import CellChange, RowChange, compare, row_changes
from candour.records.counted import Counted
from candour.records.counting import count_data_set
from candour.records.dataset import DataSet, Imported
from candour.records.describing import describe
from candour.records.description import Description, read_description, write_description
from candour.records.filters import parse_filter
from candour.records.findings import Findings
from candour.records.question import CountDefinition, definition_of
from candour.site.config import config
from candour.tables.dimensions import TOTAL
from candour.tables.distinct import DistinctTable

SEE_ROWS = "desk.see_case_rows"
"""The permission to look at case-level rows."""

MOST_ROWS_SHOWN = 50
_MOST_TOLD = 200
_UNITS = {"cases": Unit.CASES, "persons": Unit.PEOPLE, "allegations": Unit.ALLEGATIONS}


def upload(  # noqa: PLR0917  what is uploaded, by whom and for what
    authority: Authority,
    record_set: RecordSet | None,
    title: str,
    name: str,
    content: bytes,
    sheet: str,
    by: StaffMember,
) -> RecordsUpload:
    """Take an extract in and try it. Nothing of it is kept where it cannot be read: raises RecordsError, Refused."""
    largest = config().records_largest
    if len(content) > largest * 1_000_000:
        raise Refused(
            f"{name} is larger than {largest} MB, which takes too long while you wait. Leave out columns that no "
            "question needs, or ask an administrator to raise the limit."
        )
    waiting = RecordsUpload(
        authority=authority,
        record_set=record_set,
        title=record_set.title if record_set else title,
        name=name,
        sheet=sheet,
        file=uuid.uuid4(),
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    seal(content, waiting.file)
    try:
        understand(waiting)
    except RecordsError:
        forget(waiting.file)
        raise
    waiting.save()
    return waiting


def understand(waiting: RecordsUpload, description: Description | None = None) -> None:
    """Try an extract: propose a description unless one is given, and note what an import would tell.

    Raises RecordsError where the extract, or the description, cannot be used.
    """
    with unsealed(waiting) as path, working_copy(waiting.record_set) as copy:
        seen: list[str] = []
        if waiting.record_set:
            held = DataSet.open(copy)
        else:
            if description is None:
                findings = Findings()
                description, _ = describe(path, findings, waiting.sheet)
                description = replace(description, title=waiting.title)
                seen = [str(each) for each in findings.assumptions]
            held = DataSet.create(copy, description)
        with held:
            done = held.import_extract(path, accept=True, name=waiting.name)
            waiting.description = write_description(held.description)
        waiting.told = _told(done, seen)


def _told(done: Imported, seen: Sequence[str]) -> dict[str, Any]:
    assumptions = list(dict.fromkeys([*seen, *(str(each) for each in done.assumptions)]))
    return {
        "rows": done.rows,
        "new": done.new,
        "same": done.same,
        "changed": done.changed,
        "gone": done.gone,
        "known": done.known,
        "assumptions": assumptions[:_MOST_TOLD],
        "problems": [str(each) for each in done.problems[:_MOST_TOLD]],
        "set_aside": done.set_aside,
        "not_understood": done.not_understood,
    }


def confirm(waiting: RecordsUpload, by: StaffMember) -> RecordSet:
    """Import an extract that was looked at: all of it or nothing. Raises RecordsError, Refused."""
    fresh = waiting.record_set is None
    record_set = waiting.record_set or RecordSet(
        authority=waiting.authority, title=waiting.title, created_by=by, created_at=timezone.now()
    )
    if fresh and RecordSet.objects.filter(authority=waiting.authority, title=waiting.title).exists():
        raise Refused(f"There is a data set “{waiting.title}” already. Give the new one another name.")
    with unsealed(waiting) as path, working_copy(waiting.record_set) as copy:
        held = DataSet.create(copy, read_description(waiting.description)) if fresh else DataSet.open(copy)
        with held:
            done = held.import_extract(path, accept=True, name=waiting.name)
        with transaction.atomic():
            record_set.save()
            said = "was in it already; nothing was changed" if done.known else f"{done.rows:,} rows, {done.new:,} new"
            note(record_set, RecordsEventKind.IMPORTED, by, f"{waiting.name} (SHA-256 {done.digest[:12]}…): {said}.")
            keep = config().records_keep_source and not done.known
            if keep:
                KeptSource.objects.create(
                    record_set=record_set, edition=done.edition, name=waiting.name, file=waiting.file
                )
            name = waiting.file
            waiting.delete()
            copy.replace(file_of(record_set))
        if not keep:
            forget(name)
    return record_set


def discard(waiting: RecordsUpload) -> None:
    """Forget an extract that was not confirmed."""
    forget(waiting.file)
    waiting.delete()


def note(record_set: RecordSet, kind: RecordsEventKind, by: StaffMember, detail: str) -> None:
    """Write an event into the trail of a data set."""
    RecordsEvent.objects.create(record_set=record_set, kind=kind, at=timezone.now(), actor=by, detail=detail)


def counted(record_set: RecordSet, definition: CountDefinition) -> Counted:
    """Count in a data set. Raises RecordsError."""
    with reading(record_set) as held:
        return count_data_set(held, definition)


def attach(  # noqa: PLR0917  what is counted, for what, and who does it
    decision: Decision, version: int, record_set: RecordSet, title: str, definition: CountDefinition, by: StaffMember
) -> ProtectedCounts:
    """Hand a count to the table builder, where it is protected before it goes into the answer.

    Raises RecordsError where the count makes no table that can be protected, ChangedMeanwhile and Refused.
    """
    found = counted(record_set, definition)
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
        SavedCount.objects.create(
            record_set=record_set,
            decision=stored,
            table=made,
            title=title,
            definition=definition.as_data(),
            cells=[[list(labels), value] for labels, value in found.values.items()],
            notes=list(found.notes),
            edition=int(found.source["edition"]),
            made_by=by,
            made_at=timezone.now(),
        )
        about = f"{found.unit} by {', '.join(found.dimensions)}"
        note(record_set, RecordsEventKind.COUNTED, by, f"{about}, for {stored.case.reference}: {title}.")
    return made


def asked_again(saved: SavedCount) -> tuple[Counted, tuple[CellChange, ...], Mapping[str, int]]:
    """A saved count on the current rows: the table, what changed since, and how many rows are behind it."""
    definition = definition_of(saved.definition)
    before = {tuple(labels): int(value) for labels, value in saved.cells}
    with reading(saved.record_set) as held:
        now = count_data_set(held, definition)
        totals = dict.fromkeys(("new", "gone", "changed"), 0)
        for each in row_changes(held, definition, saved.edition, int(now.source["edition"])):
            totals[each.what] += 1
    return now, compare(before, now), totals


def rows_changed(saved: SavedCount, by: StaffMember, reason: str) -> tuple[RowChange, ...]:
    """The rows behind a difference, for somebody who may see them; the look and its reason are recorded."""
    _refuse_looking(by)
    with reading(saved.record_set) as held:
        found = row_changes(held, definition_of(saved.definition), saved.edition, held.editions[-1].number)
    detail = f"Rows that changed behind “{saved.title}”. Reason: {reason}"
    note(saved.record_set, RecordsEventKind.ROWS_SEEN, by, detail)
    if saved.decision:
        record(saved.decision.case, EventKind.ROWS_SEEN, by, f"Data set “{saved.record_set}”. {detail}")
    return found


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
    note(record_set, RecordsEventKind.ROWS_SEEN, by, f"Rows where {where.strip() or 'anything'}. Reason: {reason}")
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
