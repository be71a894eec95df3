"""Text over text: which text objects must not be taken away together, because one could vouch for the other."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

_SHARE = 0.15
"""Of the smaller character's box: less overlap is kerning and tight lines."""
_SAME_PLACE = 0.2
"""Of a character's size: identical text drawn twice so near itself is bold print."""
_MOST_TURNS = 12
_CELL = 24.0
"""Points: the grid in which neighbours are looked for."""


def in_turns(texts: list[str], boxes: NDArray[np.float64], owners: NDArray[np.int64], count: int) -> list[list[int]]:
    """The numbers 0 to `count` of text objects in as few groups as leave no object beside one that it overlaps.

    Objects that draw the same characters in the same place stay together. At most twelve groups are made; whatever
    would need more joins the last, where overlapping text hides behind its own kind and so counts as unseen.
    """
    clashes, twins = _clashes(texts, boxes, owners)
    leader = list(range(count))
    for one, other in twins:
        leader[_root(leader, one)] = _root(leader, other)
    avoid: dict[int, set[int]] = defaultdict(set)
    for one, other in clashes:
        first, second = _root(leader, one), _root(leader, other)
        if first != second:
            avoid[first].add(second)
            avoid[second].add(first)
    turn_of: dict[int, int] = {}
    turns: list[list[int]] = []
    for number in range(count):
        root = _root(leader, number)
        if root not in turn_of:
            taken = {turn_of[other] for other in avoid[root] if other in turn_of}
            turn_of[root] = min(next(turn for turn in range(len(taken) + 1) if turn not in taken), _MOST_TURNS - 1)
        while len(turns) <= turn_of[root]:
            turns.append([])
        turns[turn_of[root]].append(number)
    return [turn for turn in turns if turn]


def _clashes(
    texts: list[str], boxes: NDArray[np.float64], owners: NDArray[np.int64]
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs of objects that overlap, and pairs that draw the same in the same place."""
    overlapping: dict[tuple[int, int], int] = defaultdict(int)
    same: dict[tuple[int, int], int] = defaultdict(int)
    for one, other in _near(boxes, owners):
        pair = (min(owners[one], owners[other]), max(owners[one], owners[other]))
        key = (int(pair[0]), int(pair[1]))
        overlapping[key] += 1
        if texts[one] == texts[other] and _same_place(boxes[one], boxes[other]):
            same[key] += 1
    sizes = np.bincount(owners) if len(owners) else np.zeros(0, dtype=np.int64)
    twins = {key for key, number in same.items() if number >= 0.8 * max(sizes[key[0]], sizes[key[1]])}
    return set(overlapping), twins


def _near(boxes: NDArray[np.float64], owners: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Pairs of characters of different objects whose boxes overlap by more than a little."""
    pairs: list[tuple[int, int]] = []
    left, bottom, right, top = boxes.T if len(boxes) else np.zeros((4, 0))
    area = np.maximum(0.0, right - left) * np.maximum(0.0, top - bottom)
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index in np.flatnonzero((area > 0) & np.isfinite(area)):
        for column in range(int(left[index] // _CELL), int(right[index] // _CELL) + 1)[:64]:
            for row in range(int(bottom[index] // _CELL), int(top[index] // _CELL) + 1)[:64]:
                cells[column, row].append(int(index))
    for members in cells.values():
        if len(members) < 2 or len(set(owners[members].tolist())) < 2:
            continue
        chosen = np.array(members)
        wide = np.minimum(right[chosen][:, None], right[chosen]) - np.maximum(left[chosen][:, None], left[chosen])
        high = np.minimum(top[chosen][:, None], top[chosen]) - np.maximum(bottom[chosen][:, None], bottom[chosen])
        shared = np.maximum(0.0, wide) * np.maximum(0.0, high)
        smaller = np.minimum(area[chosen][:, None], area[chosen])
        clash = (shared > _SHARE * smaller) & (owners[chosen][:, None] != owners[chosen])
        pairs.extend((int(chosen[one]), int(chosen[other])) for one, other in np.argwhere(np.triu(clash, 1)))
    return sorted(set(pairs))


def _same_place(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    size = max(one[2] - one[0], one[3] - one[1])
    return bool(np.abs(one - other).max() <= _SAME_PLACE * size)


def _root(leader: list[int], number: int) -> int:
    while leader[number] != number:
        leader[number] = leader[leader[number]]
        number = leader[number]
    return number
