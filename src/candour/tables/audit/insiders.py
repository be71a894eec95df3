"""What somebody learns who knows one case already: their own, in a cell whose count is small.

The insider adds one thing to what was published: that the cell of their own case counts one at least. So each small
cell is audited once more with that as one release more, and what is told only then is a finding: told by releases
together with a case of one's own. That a figure which counts the own case is one or more is no finding, since its owner
knows it anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from candour.tables.audit.releases import Audit, Contradictory, Finding, Going, audit
from candour.tables.ledger.ledger import Figure, Labels, Ledger, Release
from candour.tables.ledger.periods import period_in_words
from candour.tables.ledger.places import Periods, Place
from candour.tables.ledger.statement import Statement
from candour.tables.ledger.statements import statements
from candour.tables.protection import Protection

MOST_INSIDERS = 500
"""Of so many small cells the insiders are asked for; beyond, nothing is known to be safe."""

_NAME = "a case of one’s own in"


@dataclass(frozen=True, slots=True)
class _Insider:
    """The cell of the own case, and what its owner knows as a release."""

    name: str
    knows: Release


def audit_with_insiders(
    ledger: Ledger, candidate: Release | None, protection: Protection, going: Going = lambda: True
) -> Audit:
    """The audit of `candour.tables.audit.releases`, with the findings of everybody who knows a case of their own.

    Those that the candidate has no part in are under `already`. Raises what that audit raises.
    """
    plain = replace(protection, insiders=False)
    found = audit(ledger, candidate, plain, going)
    whole = ledger.with_release(candidate) if candidate else ledger
    findings, already, notes = list(found.findings), list(found.already), list(found.notes)
    open_ = False
    seen: set[tuple[str, str]] = set()
    insiders = list(_insiders(whole, protection))
    for number, insider in enumerate(insiders):
        if number >= MOST_INSIDERS or not going():
            open_ = True
            left = len(insiders) - number
            notes.append(f"Of {left:,} small cells it was not decided what somebody learns whose own case is in one.")
            break
        try:
            knowing = audit(whole, insider.knows, plain, going)
        except Contradictory:
            continue  # the releases together say that the cell is empty, so nobody has a case in it
        if not knowing.settled:
            open_ = True
            continue
        for each in knowing.findings:
            key = insider.name, each.cell
            if key in seen or _is_own(knowing, each, protection):
                continue
            seen.add(key)
            mine = candidate is None or candidate.reference in each.because or each.undecided
            (findings if mine else already).append(each)
    return replace(
        found,
        safe=not findings and not open_ and found.settled,
        findings=tuple(findings),
        already=tuple(already),
        notes=tuple(notes),
        protection=protection,
    )


def _insiders(ledger: Ledger, protection: Protection) -> Iterator[_Insider]:
    """Everybody whose case lies in a cell that is known to be small, once for each place."""
    done: set[tuple[str, bool, Place]] = set()
    for each in statements(ledger):
        small = each.upper is not None and 1 <= each.upper < protection.threshold
        key = each.unit, each.distinct, each.place
        if (each.primary or small) and not each.unlisted and each.upper != 0 and key not in done:
            done.add(key)
            yield _Insider(each.name, _knows(each))


def _knows(cell: Statement) -> Release:
    where: dict[str, Labels] = {}
    without: dict[str, Labels] = {}
    for dimension, condition in cell.place.conditions:
        if isinstance(condition, Periods):
            where[dimension] = tuple(period_in_words(span) for span in condition.spans)
        elif condition.out:
            without[dimension] = tuple(sorted(condition.labels))
        else:
            where[dimension] = tuple(sorted(condition.labels))
    return Release(
        f"{_NAME} {cell.name}",
        cell.extracted,
        cell.unit,
        distinct=cell.distinct,
        where=where,
        without=without,
        figures=(Figure({}, "at least 1"),),
    )


def _is_own(knowing: Audit, finding: Finding, protection: Protection) -> bool:
    """Whether all that is told is that a figure which counts the own case is no less than one."""
    if finding.undecided or finding.lower > 1 or knowing.system is None or knowing.found is None:
        return False
    if finding.upper is not None and finding.upper < protection.threshold:
        return False
    system, last = knowing.system, knowing.releases - 1
    own = [at for at, target in enumerate(system.targets) if last in target.releases]
    counted = system.target_row(finding.target)[0]
    # Cells that are empty in every register do not tell two figures apart.
    rows = ((row := system.target_row(at)[0])[knowing.found.possible[row]] for at in own)
    return any(np.isin(row, counted).all() for row in rows)
