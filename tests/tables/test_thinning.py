"""How much may be spent on showing cells again is counted in steps of the solver, never in time."""

from __future__ import annotations

import numpy as np
import pytest

from candour.tables.alternatives import Evidence, disproved
from candour.tables.cells import CellSystem, cell_system
from candour.tables.counts import CountTable
from candour.tables.dimensions import Dimension
from candour.tables.freedom import Freedom
from candour.tables.protection import Protection, demands, sensitive_classes
from candour.tables.thinning import Thinning

RULES = Protection()
MOST_FOR_ONE = 2_000
"""More than any single question about this table takes."""


def table() -> CountTable:
    """Eight kinds in six years, made up; a third of the counts are small."""
    axes = (Dimension("kind", tuple("abcdefgh")), Dimension("year", ("2019", "2020", "2021", "2022", "2023", "2024")))
    counts = np.random.default_rng(3).poisson(np.outer([1, 2, 4, 6, 9, 14, 20, 30], [1, 1, 1, 2, 2, 1])) + 1
    return CountTable(axes, counts)


def thinned(system: CellSystem, steps: int) -> tuple[np.ndarray, Evidence, bool | None, int]:
    """What is left of everything withheld, and how many steps it took."""
    sensitive = sensitive_classes(system, RULES)
    withheld = np.ones(len(system.value), dtype=bool)
    freedom = Freedom(system, withheld)
    work = Thinning(freedom, lambda _: None, lambda _: True, lambda: True, 1 << 20, 0, 400, steps)
    order = [int(class_) for class_ in np.flatnonzero(~sensitive)]
    left, evidence, minimal = work.run(withheld, Evidence(system, demands(system, sensitive, RULES)), order)
    return left, evidence, minimal, freedom.steps


@pytest.mark.parametrize("steps", [0, 500, 2_000, 5_000])
def test_when_the_steps_are_spent_it_ends_and_says_that_more_may_be_shown(steps: int) -> None:
    system = cell_system(table())
    left, evidence, minimal, spent = thinned(system, steps)
    assert spent <= steps + MOST_FOR_ONE
    assert minimal is None
    assert disproved(system, ~left, evidence.registers) == ""
    assert thinned(system, steps)[3] == spent


def test_with_steps_enough_each_cell_is_shown_or_shown_to_be_needed() -> None:
    system = cell_system(table())
    left, evidence, minimal, _ = thinned(system, 1 << 30)
    assert minimal
    assert not evidence.missing
    assert 0 < left.sum() < len(left) / 2
