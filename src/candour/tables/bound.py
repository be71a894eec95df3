"""No safe table withholds fewer cells than this: a lower bound, with its proof in whole numbers.

Wherever a total and its parts are printed side by side, exactly one of them cannot be withheld alone: it would be the
difference. So each such relation withholds none of its cells or two at least. The least number of cells that
satisfies all these relations is a bound for every safe table, and the linear program that relaxes it is a bound for
that. Its dual prices are rounded down to fractions of 2^20 and checked as integers: what is claimed rests on no
tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.dimensions import Dimension

_SCALE = 1 << 20
_MOST_ROWS = 60_000
_MANY_ROWS = 10_000


def least_withheld(system: CellSystem, sensitive: NDArray[np.bool_], copies: NDArray[np.int64]) -> int:
    """How many cells every safe table withholds at least, sensitive ones included.

    `copies`: how many printed cells each class has. A relation with a class that has none asks nothing: nobody reads
    the class, and the others may tell it without harm.
    """
    own = int(copies[sensitive].sum())
    rows = _rows(system, sensitive, copies > 0)
    if not rows:
        return own
    prices = _prices(copies, rows)
    total = _claimed(copies, rows, prices)
    return own + -(-total // _SCALE)


def _relations(system: CellSystem) -> Iterator[NDArray[np.int64]]:
    """Each total with its parts, as distinct classes; a total that equals one of its parts says nothing."""
    shape = [len(dimension.nodes) for dimension in system.table.dimensions]
    grid = system.class_of.reshape(shape)
    for axis, dimension in enumerate(system.table.dimensions):
        planes = np.moveaxis(grid, axis, 0).reshape(shape[axis], prod(shape) // shape[axis])
        for parent, children in _families(dimension):
            block = planes[[parent, *children]]
            for column in block.T:
                classes = column[column >= 0]
                if len(classes) > 1 and len(np.unique(classes)) == len(classes):
                    yield classes


def _families(dimension: Dimension) -> Iterator[tuple[int, list[int]]]:
    """Each node above the categories with the nodes directly below it."""
    places = dimension.ancestors
    for level in range(1, places.shape[1]):
        for parent in np.unique(places[:, level]):
            below = np.unique(places[places[:, level] == parent, level - 1])
            yield int(parent), [int(node) for node in below]


def _rows(
    system: CellSystem, sensitive: NDArray[np.bool_], printed: NDArray[np.bool_]
) -> list[tuple[NDArray[np.int64], int, int]]:
    """What the relations ask: some classes, the class that needs one of them, and how many they must be without it.

    A sensitive class is withheld anyway: then the second is -1 and the third 1.
    """
    rows = []
    second = []
    for classes in _relations(system):
        if not printed[classes].all():
            continue
        inside = sensitive[classes]
        if inside.sum() == 1:
            rows.append((classes[~inside], -1, 1))
        elif not inside.any():
            second.append(classes)
    if len(rows) + sum(map(len, second)) <= _MOST_ROWS:
        for classes in second:
            rows.extend((classes[classes != one], int(one), 0) for one in classes)
    return rows


def _prices(copies: NDArray[np.int64], rows: list[tuple[NDArray[np.int64], int, int]]) -> NDArray[np.int64]:
    """The dual prices of the relaxation as multiples of 2^-20, rounded down."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(copies), len(rows)
    lp.col_cost_ = copies.astype(np.float64)
    lp.col_lower_, lp.col_upper_ = np.zeros(len(copies)), np.full(len(copies), highspy.kHighsInf)
    lp.row_lower_ = np.array([float(needed) for _, _, needed in rows])
    lp.row_upper_ = np.full(len(rows), highspy.kHighsInf)
    columns = [np.append(classes, one) if one >= 0 else classes for classes, one, _ in rows]
    values = [np.append(np.ones(len(classes)), -1.0) if one >= 0 else np.ones(len(classes)) for classes, one, _ in rows]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in columns])]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate(columns).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate(values)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("solver", "ipm" if len(rows) > _MANY_ROWS else "simplex")
    model.passModel(lp)
    model.run()
    dual = np.array(model.getSolution().row_dual) if len(model.getSolution().row_dual) else np.zeros(len(rows))
    prices: NDArray[np.int64] = np.floor(np.maximum(dual, 0.0) * _SCALE).astype(np.int64)
    return prices


def _claimed(
    copies: NDArray[np.int64], rows: list[tuple[NDArray[np.int64], int, int]], prices: NDArray[np.int64]
) -> int:
    """What the prices prove, in multiples of 2^-20: where a class is charged more than it costs, all prices shrink."""
    allowed = copies * _SCALE
    while True:
        charged = np.zeros(len(copies), dtype=np.int64)
        for (classes, one, _), price in zip(rows, prices.tolist(), strict=True):
            charged[classes] += price
            if one >= 0:
                charged[one] -= price
        over = np.flatnonzero(charged > allowed)
        if not len(over):
            return sum(price * needed for (_, _, needed), price in zip(rows, prices.tolist(), strict=True))
        worst = max(over.tolist(), key=lambda i: int(charged[i]) / int(allowed[i]))
        # Rounding down takes up to one from every price, so a little more than the excess is taken off.
        prices = prices * allowed[worst] // (charged[worst] + len(rows))
