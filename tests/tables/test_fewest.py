"""Of a small table nothing safe loses less: against every way to withhold figures, tried one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from candour.tables.counts import CountTable
from candour.tables.dimensions import Dimension
from candour.tables.protection import Aim, Protection
from candour.tables.suppress import suppress
from tables.drawn import believed, registers_to_try, tables

FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@FEW
@given(tables(most_dimensions=2, most=3, largest=5), st.sampled_from([Aim.BELIEVABLE, Aim.UNDETERMINED]), st.data())
def test_where_it_says_cheapest_every_cheaper_choice_gives_a_small_count_away(
    table: CountTable, aim: Aim, data: st.DataObject
) -> None:
    few = st.sampled_from([0.1, 0.3, 0.7])
    weight = np.array(data.draw(st.lists(few, min_size=table.size, max_size=table.size)))
    result = suppress(table, Protection(threshold=3, aim=aim), weight=weight)
    assume(result.cheapest and result.sensitive.any())
    known = result.system.class_of >= 0
    loses = np.bincount(result.system.class_of[known], weight[known], len(result.withheld))
    others = np.flatnonzero(~result.sensitive)
    assume(len(others) <= 7)
    for chosen in product([False, True], repeat=len(others)):
        withheld = result.sensitive.copy()
        withheld[others[list(chosen)]] = True
        if loses[withheld].sum() >= loses[result.withheld].sum() - 1e-9:
            continue
        assume(registers_to_try(result.system, withheld, 6) <= 3_000)
        sums = list(believed(result.system, withheld, 6))
        least, most = np.min(sums, axis=0), np.max(sums, axis=0)
        small = result.sensitive
        if aim is Aim.BELIEVABLE:
            assert (least[small] > 0).any() or (most[small] < 3).any()
        else:
            assert (least[small] == most[small]).any()


def test_two_by_three_is_proven() -> None:
    axes = (Dimension("kind", ("a", "b")), Dimension("year", ("2022", "2023", "2024")))
    result = suppress(CountTable(axes, np.array([[1, 20, 30], [12, 9, 8]])))
    assert result.cheapest
    assert result.hidden == 4
