"""What must hold between counts of distinct units: a part is never more than its whole, a whole than all its parts.

A person may be in several cells, so totals of persons are no sums: the largest part <= total <= the sum of the parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from candour.tables.audit.axes import Axis, Box


def relations(
    boxes: Sequence[Box], known: Mapping[str, Axis]
) -> tuple[list[tuple[Box, Box]], list[tuple[Box, tuple[Box, ...]]]]:
    """Pairs of part and whole, and wholes with parts that make them up, along one dimension each."""
    lines: dict[tuple[str, Box], dict[frozenset[int], Box]] = {}
    for box in boxes:
        for at, (name, atoms) in enumerate(box):
            lines.setdefault((name, (*box[:at], *box[at + 1 :])), {})[frozenset(atoms)] = box
    present = set(boxes)
    pairs: list[tuple[Box, Box]] = []
    covers: list[tuple[Box, tuple[Box, ...]]] = []
    for (name, others), line in lines.items():
        if others in present:
            line[frozenset(range(known[name].size))] = others
        for inside, whole in line.items():
            parts = [each for each in line if each < inside]
            pairs += [(line[each], whole) for each in parts]
            largest = [each for each in parts if not any(each < other for other in parts)]
            smallest = [each for each in parts if not any(other < each for other in parts)]
            for cover in (largest, smallest) if largest != smallest else (largest,):
                if cover and frozenset[int]().union(*cover) == inside:
                    covers.append((whole, tuple(line[each] for each in cover)))  # noqa: PERF401  under a condition
    return pairs, covers
