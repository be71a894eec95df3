"""Which targets follow exactly from exact claims: a rank test by elimination over a finite field.

A target is determined when its row lies in the span of the rows with one possible sum. A random vector of the null
space gives 0 for such a row, and anything else for any other, but for a chance of one in two thousand million; a
second vector makes that one in 10^18. The test only spares linear programs: whatever it says is reported with bounds
that are proven in whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from candour.tables.audit.programs import Rows
from candour.tables.compiled import compiled

_PRIME = 2_147_483_647
MOST_WORK = 2_000_000_000
"""Multiplications that an elimination may take at most; larger parts are left to the linear programs."""


def null_vectors(rows: Rows) -> NDArray[np.int64] | None:
    """Two random vectors (n x 2) of the null space of the rows with one possible sum, modulo 2^31 - 1; or None."""
    exact = np.flatnonzero(rows.low == rows.high)
    count = len(rows.least)
    if len(exact) * min(len(exact), count) * count // 3 > MOST_WORK:
        return None
    return _null(count, rows.starts, rows.columns, rows.factors, exact)


def vanishes(vectors: NDArray[np.int64], columns: NDArray[np.int64], factors: NDArray[np.int64]) -> bool:
    """Whether a row is 0 on both vectors."""
    products = (factors[:, None] % _PRIME) * vectors[columns] % _PRIME
    return not (products.sum(axis=0) % _PRIME).any()


@compiled
def _inverse(number: int) -> int:
    result, base, exponent = 1, number % _PRIME, _PRIME - 2
    while exponent > 0:
        if exponent & 1:
            result = result * base % _PRIME
        base = base * base % _PRIME
        exponent >>= 1
    return result


@compiled
def _null(
    count: int,
    starts: NDArray[np.int64],
    columns: NDArray[np.int64],
    factors: NDArray[np.int64],
    exact: NDArray[np.int64],
) -> NDArray[np.int64]:
    kept = np.zeros((min(len(exact), count), count), dtype=np.int64)
    pivots = np.zeros(len(kept), dtype=np.int64)
    pivot_of = np.full(count, -1, dtype=np.int64)
    rank = 0
    row = np.zeros(count, dtype=np.int64)
    for each in exact:
        row[:] = 0
        for at in range(starts[each], starts[each + 1]):
            row[columns[at]] = factors[at] % _PRIME
        for t in range(rank):
            factor = row[pivots[t]]
            if factor != 0:
                factor = _PRIME - factor
                for j in range(count):
                    if kept[t, j] != 0:
                        row[j] = (row[j] + factor * kept[t, j]) % _PRIME
        best = -1
        for j in range(count):
            if row[j] != 0:
                best = j
                break
        if best < 0:
            continue
        inverse = _inverse(row[best])
        for j in range(count):
            if row[j] != 0:
                kept[rank, j] = row[j] * inverse % _PRIME
        pivots[rank] = best
        pivot_of[best] = rank
        rank += 1
        if rank == len(kept):
            break
    np.random.seed(4)
    null = np.zeros((count, 2), dtype=np.int64)
    for j in range(count):
        if pivot_of[j] < 0:
            null[j, 0] = np.random.randint(1, _PRIME)
            null[j, 1] = np.random.randint(1, _PRIME)
    for t in range(rank - 1, -1, -1):
        first, second = np.int64(0), np.int64(0)
        for j in range(count):
            if kept[t, j] != 0 and j != pivots[t]:
                first = (first + kept[t, j] * null[j, 0]) % _PRIME
                second = (second + kept[t, j] * null[j, 1]) % _PRIME
        null[pivots[t], 0] = (_PRIME - first) % _PRIME
        null[pivots[t], 1] = (_PRIME - second) % _PRIME
    return null
