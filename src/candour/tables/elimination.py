"""Which cells can be shown before a sensitive one follows from them: elimination over a finite field.

A sensitive cell is exactly determined by the cells shown when its row lies in the span of theirs. Cells are taken in
order of what readers need most; each is shown unless a sensitive cell would then lie in the span. The idea of deciding
this by elimination, largest first, is Langsrud's (PSD 2024, doi 10.1007/978-3-031-69651-0_6); this way of doing it is
our own: instead of carrying every sensitive row through the elimination, a few random vectors of the null space stand
for all of them. Two rows are proportional modulo the span exactly when these vectors say so, but for a chance of one
in 10^15.

What this gives is a candidate. Whether it protects is decided by alternative registers, in whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem
from candour.tables.compiled import compiled

_PRIME = 67_108_859
"""The largest prime below 2^26: a product of two residues, added up 2^10 times, stays within 64 bits."""

_VECTORS = 32
_FEWEST = 4
_SHIFT = 1 << 26


def shown_by_elimination(
    system: CellSystem, sensitive: NDArray[np.bool_], order: NDArray[np.int64], slack: int
) -> NDArray[np.bool_]:
    """Of each class, whether it is shown: the classes of `order` one by one, while no sensitive class is determined.

    `slack` is how many dimensions of freedom must remain: with few left, every alternative register is far from the
    truth, and none may exist in whole numbers.
    """
    shown: NDArray[np.bool_] = _eliminate(
        len(system.inner),
        order.astype(np.int64),
        system.below_start,
        system.below,
        np.flatnonzero(sensitive).astype(np.int64),
        system.inner.astype(np.int64),
        slack,
    )
    return shown


@compiled
def _power(base: int, exponent: int) -> int:
    result = 1
    base %= _PRIME
    while exponent > 0:
        if exponent & 1:
            result = result * base % _PRIME
        base = base * base % _PRIME
        exponent >>= 1
    return result


@compiled
def _draw(
    null: NDArray[np.int64],
    rank: int,
    pivots: NDArray[np.int64],
    pivot_of: NDArray[np.int64],
    starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    factors: NDArray[np.int64],
) -> None:
    """Fill `null` with random vectors of the null space: free places at random, pivots from the last back."""
    n, vectors = null.shape
    for j in range(n):
        if pivot_of[j] < 0:
            for k in range(vectors):
                null[j, k] = np.random.randint(1, _PRIME)
    total = np.zeros(vectors, dtype=np.int64)
    for t in range(rank - 1, -1, -1):
        total[:] = 0
        pending = 0
        for q in range(starts[t], starts[t + 1]):
            j = columns[q]
            if j != pivots[t]:
                for k in range(vectors):
                    total[k] += factors[q] * null[j, k]
                pending += 1
                if pending == 1000:
                    for k in range(vectors):
                        total[k] %= _PRIME
                    pending = 0
        for k in range(vectors):
            null[pivots[t], k] = (_PRIME - total[k] % _PRIME) % _PRIME


@compiled
def _image(
    row: int, starts: NDArray[np.int64], members: NDArray[np.int32], null: NDArray[np.int64], out: NDArray[np.int64]
) -> None:
    """What each vector of the null space says of a class."""
    out[:] = 0
    for q in range(starts[row], starts[row + 1]):
        for k in range(len(out)):
            out[k] += null[members[q], k]
    for k in range(len(out)):
        out[k] %= _PRIME


@compiled
def _directions(
    sensitive: NDArray[np.int64], starts: NDArray[np.int64], members: NDArray[np.int32], null: NDArray[np.int64]
) -> set[int]:
    """The direction of each sensitive class modulo the span, as one number; one inversion serves them all."""
    count = len(sensitive)
    images = np.zeros((count, 3), dtype=np.int64)
    products = np.ones(count + 1, dtype=np.int64)
    for a in range(count):
        for q in range(starts[sensitive[a]], starts[sensitive[a] + 1]):
            for k in range(3):
                images[a, k] += null[members[q], k]
        for k in range(3):
            images[a, k] %= _PRIME
        products[a + 1] = products[a] * images[a, 0] % _PRIME
    inverse = _power(products[count], _PRIME - 2)
    directions = {-1}
    for a in range(count - 1, -1, -1):
        one = inverse * products[a] % _PRIME
        inverse = inverse * images[a, 0] % _PRIME
        directions.add((images[a, 1] * one % _PRIME) * _SHIFT + images[a, 2] * one % _PRIME)
    return directions


@compiled
def _eliminate(
    n: int,
    order: NDArray[np.int64],
    member_starts: NDArray[np.int64],
    members: NDArray[np.int32],
    sensitive: NDArray[np.int64],
    preference: NDArray[np.int64],
    slack: int,
) -> NDArray[np.bool_]:
    np.random.seed(20_000)  # the same table gives the same pattern
    shown = np.zeros(len(member_starts) - 1, dtype=np.bool_)
    room = 1 << 16
    columns = np.zeros(room, dtype=np.int32)
    factors = np.zeros(room, dtype=np.int64)
    starts = np.zeros(n + 1, dtype=np.int64)
    pivots = np.zeros(n, dtype=np.int64)
    pivot_of = np.full(n, -1, dtype=np.int64)
    null = np.zeros((n, _VECTORS), dtype=np.int64)
    row = np.zeros(n, dtype=np.int64)
    image = np.zeros(_VECTORS, dtype=np.int64)
    rank = 0
    live = _VECTORS
    _draw(null, rank, pivots, pivot_of, starts, columns, factors)
    directions = _directions(sensitive, member_starts, members, null)
    for index in range(len(order)):
        candidate = order[index]
        _image(candidate, member_starts, members, null, image)
        if image[0] == 0 and image[1] == 0 and image[2] == 0:
            shown[candidate] = True  # it follows from what is shown already
            continue
        if n - rank <= slack:
            continue
        one = _power(image[0], _PRIME - 2)
        if (image[1] * one % _PRIME) * _SHIFT + image[2] * one % _PRIME in directions:
            continue
        shown[candidate] = True
        for q in range(member_starts[candidate], member_starts[candidate + 1]):
            row[members[q]] = 1
        for t in range(rank):
            factor = row[pivots[t]]
            if factor != 0:
                for q in range(starts[t], starts[t + 1]):
                    row[columns[q]] = (row[columns[q]] + (_PRIME - factor) * factors[q]) % _PRIME
        best = -1
        for j in range(n):
            if row[j] != 0 and (best < 0 or preference[j] > preference[best]):
                best = j
        end = starts[rank]
        while end + n > room:
            room *= 2
            columns = np.concatenate((columns, np.zeros(room - len(columns), dtype=np.int32)))
            factors = np.concatenate((factors, np.zeros(room - len(factors), dtype=np.int64)))
        inverse = _power(row[best], _PRIME - 2)
        for j in range(n):
            if row[j] != 0:
                columns[end] = j
                factors[end] = row[j] * inverse % _PRIME
                row[j] = 0
                end += 1
        pivots[rank] = best
        pivot_of[best] = rank
        rank += 1
        starts[rank] = end
        live -= 1
        if live < _FEWEST or image[live] == 0:
            _draw(null, rank, pivots, pivot_of, starts, columns, factors)
            live = _VECTORS
        else:
            # One vector is given up to make the others vanish on the new row.
            inverse = _power(image[live], _PRIME - 2)
            for k in range(live):
                image[k] = _PRIME - image[k] * inverse % _PRIME
            for j in range(n):
                if null[j, live] != 0:
                    for k in range(live):
                        null[j, k] = (null[j, k] + image[k] * null[j, live]) % _PRIME
                    null[j, live] = 0
        directions = _directions(sensitive, member_starts, members, null)
    return shown
