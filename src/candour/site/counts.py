"""Counts that the table builder makes safe, for the examples of the demonstration."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from candour.desk.answering.decide import changing
from candour.desk.models import Decision, ProtectedCounts, StaffMember
from candour.desk.safe_figures.protect import agree, work_out
from candour.law import Outcome
from candour.tables.guess import guess_columns


def enter_counts(decision: Decision, described: dict[str, Any], source: str, officer: StaffMember) -> Decision:
    """Disclose a table of counts in the decision, with small counts withheld; the stored decision is returned.

    `described`: its title, register, unit and notes. `source`: the true counts as they are pasted.
    """
    meaning = guess_columns(source).columns()
    threshold = decision.case.authority.threshold
    with changing(decision, decision.version, officer, f"counts of “{described['title']}” entered") as stored:
        stored.outcome = Outcome.DISCLOSED
        counts = ProtectedCounts(
            decision=stored,
            title=described["title"],
            register=described["register"],
            extracted=timezone.localdate(),
            source=source,
            unit=described["unit"],
            columns={"count": meaning.count, "hierarchy": dict(meaning.hierarchy or {}), "by": list(meaning.by)},
            threshold=threshold,
        )
        counts.candidates = work_out(counts.table, counts.protection, decision.case.authority.slug)
        counts.save()
        agree(counts, "suppress", "letter", described["notes"], officer)
    return stored
