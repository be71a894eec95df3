"""Making a table of counts safe: working out what each method makes of it, agreeing to one, checking it again."""

from __future__ import annotations

from time import thread_time
from typing import Any

from django.utils import timezone

from candour.desk.answering.letter import keys_of_decisions
from candour.desk.models import Case, Decision, Exhibit, ProtectedCounts, StaffMember
from candour.desk.refusals import Refused
from candour.desk.safe_figures.methods import Candidate, Method, Table, methods
from candour.tables.csv import TableError
from candour.tables.distinct import DistinctTable
from candour.tables.layout import WITHHELD, layout
from candour.tables.protection import Protection
from candour.tables.suppress import Stopped

MOST_INNERMOST = 2_000
"""With more innermost cells than this, a table is not worked out while somebody waits."""

_SECONDS = 25.0
"""How long one method may work before the best safe table so far is taken. Its own work counts, and not what else the
machine does: else a table would be found safe on one day and not on the next."""


def refuse_if_large(table: Table) -> None:
    """Raise TableError where the table has too many innermost cells to be worked out in a page."""
    if isinstance(table, DistinctTable):
        # It refuses by itself what takes too long.
        return
    if table.counts.size > MOST_INNERMOST:
        sizes = " by ".join(f"{len(each.categories):,} of “{each.name}”" for each in table.dimensions)
        raise TableError(
            f"The table has {table.counts.size:,} innermost cells ({sizes}); {MOST_INNERMOST:,} are the most that are "
            "worked out here. Leave a column out, or put categories into groups before you paste the table."
        )


def work_out(table: Table, protection: Protection, slug: str) -> list[dict[str, Any]]:
    """What each method makes of the table, as stored; where it makes nothing, its key and why it was `refused`."""
    refuse_if_large(table)
    return [_worked_out(method, table, protection) for method in methods(slug)]


def _worked_out(method: Method, table: Table, protection: Protection) -> dict[str, Any]:
    until = thread_time() + _SECONDS
    try:
        return method.work(table, protection, lambda: thread_time() < until).as_data()
    except Stopped:
        return {
            "method": method.key,
            "refused": f"No safe table was found within {_SECONDS:.0f} seconds. Leave a column out, or put categories "
            "into groups.",
        }
    except TableError as error:
        return {"method": method.key, "refused": str(error)}


def agree(counts: ProtectedCounts, method: str, place: str, notes: list[str], actor: StaffMember) -> None:
    """Give the answer what the method made, and keep its proof; within `changing`.

    Raises Refused where the method made nothing that meets the rules, or its proof does not stand.
    """
    stored = counts.candidate(method)
    if stored is None or "refused" in stored or stored["lacks"]:
        raise Refused("That way does not make the table safe under these rules. Choose another, or change the rules.")
    candidate = Candidate.of_data(stored)
    exhibit = counts.exhibit or Exhibit(decision=counts.decision, position=counts.decision.exhibits.count())
    arranged = layout(candidate.table)
    exhibit.title, exhibit.columns, exhibit.rows = (
        counts.title,
        list(arranged.columns),
        arranged.rows(candidate.printed),
    )
    exhibit.notes = [f"These figures count {counts.unit}.", *candidate.notes, *notes]
    exhibit.charted = True
    exhibit.file = file_name(counts.decision, exhibit) if place == "attachment" else ""
    counts.method, counts.proof = method, candidate.proof
    if found := _faults(counts, candidate, exhibit):
        raise Refused(f"The proof does not stand, so the table was not given: {found[0]}")
    exhibit.save()
    counts.exhibit, counts.agreed_by, counts.agreed_at = exhibit, actor, timezone.now()
    counts.save()


def withdraw_agreement(counts: ProtectedCounts) -> None:
    """Note that the table was changed: what the exhibit shows does not count as agreed any more."""
    counts.method, counts.proof, counts.agreed_by, counts.agreed_at = "", {}, None, None


def table_faults(case: Case) -> list[str]:
    """Why the letter cannot go with the tables of counts that it holds, each with what to do; empty where it can."""
    found = []
    for counts in ProtectedCounts.objects.filter(
        decision__in=keys_of_decisions(case), exhibit__isnull=False
    ).select_related("exhibit", "decision__case__authority", "decision__question", "decision__part"):
        where = f"{counts.decision.name}: the table “{counts.exhibit}”"
        if not counts.is_agreed:
            found.append(
                f"{where} was changed in the table builder and not agreed again. Open it there and agree to it."
            )
        elif reasons := check_again(counts):
            found.append(
                f"{where} is no longer proven safe: {reasons[0]} Open it in the table builder and agree to it again."
            )
    return found


def check_again(counts: ProtectedCounts) -> list[str]:
    """Check the proof of an agreed table against the true counts and what the exhibit prints; empty where it stands."""
    stored = counts.candidate(counts.method)
    if stored is None or "refused" in stored or counts.exhibit is None:
        return ["Its proof is missing."]
    return _faults(counts, Candidate.of_data({**stored, "proof": counts.proof}), counts.exhibit)


def _faults(counts: ProtectedCounts, candidate: Candidate, exhibit: Exhibit) -> list[str]:
    slug = counts.decision.case.authority.slug
    method = next(each for each in methods(slug) if each.key == candidate.method)
    try:
        arranged = layout(candidate.table)
        marks = {WITHHELD, candidate.small_mark} - {""}
        shown = arranged.read_back(exhibit.columns, exhibit.rows, marks)
        found = method.faults(candidate, counts.table, counts.protection, shown)
    except (TableError, ValueError, KeyError) as error:
        return [str(error)]
    if not found and [list(row) for row in exhibit.rows] != arranged.rows(candidate.printed):
        return ["A figure or a mark that is printed is not the one that was proven."]
    return found


def file_name(stored: Decision, exhibit: Exhibit) -> str:
    """A name that no other attachment of the case has."""
    if exhibit.file:
        return exhibit.file
    reference = "".join(character if character.isalnum() else "-" for character in stored.case.reference)
    about = "".join(character if character.isalnum() else "-" for character in stored.about.lower()) or "other"
    stem = f"{reference}_question_{about}"
    taken = set(Exhibit.objects.filter(decision__case=stored.case).values_list("file", flat=True))
    return next(
        name for name in (f"{stem}.csv", *(f"{stem}_{n}.csv" for n in range(2, len(taken) + 3))) if name not in taken
    )
