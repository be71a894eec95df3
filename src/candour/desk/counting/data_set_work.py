"""The work on large data sets that is done in the background: an extract, a count, a count asked again."""

from __future__ import annotations

from typing import Any

from candour.desk.counting.count_again import COMPARE, compare_and_keep
from candour.desk.counting.data_set_counts import COUNT, count_now
from candour.desk.counting.data_sets import IMPORT, UNDERSTAND, confirm, understand
from candour.desk.jobs import JobFailed, Run, job
from candour.desk.models import RecordSet, RecordsUpload, SavedCount
from candour.records import RecordsError
from candour.records.description import read_description
from candour.records.findings import Watch
from candour.records.question import definition_of

_ATTEMPTS = 3


@job(UNDERSTAND, "Read an extract", attempts=_ATTEMPTS)
def understand_extract(run: Run) -> None:
    """Try an extract. Raises JobFailed, with what is wrong with it, where it cannot be used."""
    waiting = _waiting(run)
    corrected = run.payload["description"]
    try:
        understand(waiting, read_description(corrected) if corrected else None, following(run))
    except RecordsError as error:
        raise JobFailed(str(error)) from error
    problems = waiting.told["set_aside"] + waiting.told["not_understood"]
    said = f"{waiting.told['rows']:,} rows were read; {problems:,} rows or cells were not understood."
    with run.effect({"says": said}):
        waiting.save(update_fields=["description", "told"])


@job(IMPORT, "Import an extract", attempts=_ATTEMPTS)
def import_extract(run: Run) -> None:
    """Import an extract: all of it, with the event in the trail, or nothing."""
    waiting = _waiting(run)
    assert run.made_by is not None
    try:
        confirm(waiting, run.made_by, following(run), run.effect)
    except RecordsError as error:
        raise JobFailed(str(error)) from error


@job(COUNT, "Count from a data set", attempts=_ATTEMPTS)
def count_from(run: Run) -> dict[str, Any]:
    """Count in a large data set; the table is the result."""
    record_set = RecordSet.objects.get(pk=run.payload["record_set"])
    following(run)("Counting", 0, 0)
    try:
        found = count_now(record_set, definition_of(run.payload["definition"]))
    except RecordsError as error:
        raise JobFailed(str(error)) from error
    return {"says": "It is counted.", "counted": found.stored()}


@job(COMPARE, "Compare a saved count with the latest extract", attempts=_ATTEMPTS)
def compare_again(run: Run) -> dict[str, Any]:
    """Ask a saved count of a large data set again. The result has no row: those lie sealed beside the data set."""
    saved = SavedCount.objects.select_related("record_set").filter(pk=run.payload["saved"]).first()
    if saved is None:
        raise JobFailed("The saved count is not there any more.")
    try:
        return compare_and_keep(saved, following(run))
    except RecordsError as error:
        raise JobFailed(str(error)) from error


def _waiting(run: Run) -> RecordsUpload:
    found = RecordsUpload.objects.select_related("record_set", "authority").filter(pk=run.payload["upload"]).first()
    if found is None:
        raise JobFailed("The extract was discarded, or is imported already.")
    return found


def following(run: Run) -> Watch:
    """Progress of the records as progress of the job; a job that was stopped ends there."""

    def follow(what: str, done: int, total: int) -> None:
        run.progress(done, total, what if total else f"{what}: {done:,} so far" if done else what)

    return follow
