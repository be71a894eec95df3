"""Whether any register agrees with every claim, and if none does, a few releases that already contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from candour.tables.audit.programs import Answer, Program, Rows
from candour.tables.audit.propagation import propagate
from candour.tables.audit.system import NOBODY, UNBOUNDED, System


def fits(system: System, releases: Sequence[int] | None = None) -> bool:
    """Whether some register, in whole numbers, meets the claims of these releases, or of all; doubt is a yes."""
    low, high = system.bounds(releases)
    if propagate(system, low, high).fails:
        return False
    claimed = np.flatnonzero((low > -UNBOUNDED) | (high < UNBOUNDED))
    parts = [slice(system.starts[row], system.starts[row + 1]) for row in claimed]
    nothing = np.zeros(0, dtype=np.int64)
    rows = Rows(
        np.concatenate([[0], np.cumsum([part.stop - part.start for part in parts])]).astype(np.int64),
        np.concatenate([nothing, *(system.columns[part] for part in parts)]),
        np.concatenate([nothing, *(system.factors[part] for part in parts)]),
        low[claimed],
        high[claimed],
        np.zeros(system.count, dtype=np.int64),
        np.full(system.count, system.largest, dtype=np.int64),
    )
    program = Program(rows)
    costs = np.zeros(system.count)
    answer, _, at = program.lowest(costs)
    if answer is not Answer.FOUND:
        return answer is not Answer.IMPOSSIBLE
    if program.whole(at) is not None:
        return True
    return program.fewest(costs, exact=False)[0] is not Answer.IMPOSSIBLE


def contradicting(system: System) -> list[int]:
    """Releases of which each is needed for the contradiction: without any one of them some register fits the others."""
    kept = sorted(set(map(int, system.release)) - {NOBODY})
    size = max(1, len(kept) // 2)
    while True:
        at = 0
        while at < len(kept):
            fewer = kept[:at] + kept[at + size :]
            if fewer and not fits(system, fewer):
                kept = fewer
            else:
                at += size
        if size == 1:
            return kept
        size //= 2
