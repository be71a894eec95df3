# ruff: noqa: INP001, T201 -- a script that prints figures
"""How long rounding and coarsening take, what a reader can infer, and how much moves between releases.

    python benchmarks/rounding_and_coarsening.py ../shared/data/tables S L3

Tables have the count in `freq` and groups in `ogroup` (of `offence`) and `region` (of `force`).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from candour.tables.cells import every_cell
from candour.tables.coarsening import propose
from candour.tables.counts import CountTable
from candour.tables.read_counts import Columns, read_counts
from candour.tables.rounded_intervals import rounding_proof
from candour.tables.rounding import RoundedTable, round_table

KEY = b"a key for measurements, no other"
GROUPS = {"offence": "ogroup", "force": "region"}
SMALL_ENOUGH = 1_000
"""Cells up to which ten later releases are rounded as well."""


def read(path: Path) -> CountTable:
    """The table in a file."""
    text = path.read_text(encoding="utf-8")
    header = text.split("\n", 1)[0].split(",")
    return read_counts(text, Columns("freq", {child: group for child, group in GROUPS.items() if child in header}))


def rounding(table: CountTable) -> RoundedTable:
    """Round, prove, print."""
    begun = time.perf_counter()
    rounded = round_table(table, KEY)
    seconds = time.perf_counter() - begun
    deviations = np.abs(every_cell(table) - every_cell(rounded.rounded))
    print(
        f"  rounded in {seconds:.1f} s: largest deviation {rounded.largest_deviation},"
        f" {int((deviations >= rounded.base).sum())} cells of {table.size:,} off by the base or more,"
        f" cheapest proven: {rounded.cheapest}"
    )
    begun = time.perf_counter()
    proof = rounding_proof(rounded)
    print(
        f"  proof in {time.perf_counter() - begun:.1f} s: {len(proof.places):,} sensitive,"
        f" smallest interval {proof.smallest_interval}, not shown as 0: {proof.without_zero:,},"
        f" not shown as 5 or more: {proof.without_threshold:,}, neither: {proof.known_small},"
        f" determined: {proof.determined}; {len(proof.registers)} registers,"
        f" holds: {proof.holds()}, exact: {proof.exact}"
    )
    return rounded


def moving(table: CountTable, rounded: RoundedTable) -> None:
    """How many cells with the same count move when cases are added, with and without the earlier rounding."""
    random = np.random.default_rng(0)
    for added in (1, 10):
        moved: dict[bool, list[float]] = {False: [], True: []}
        for _ in range(10):
            counts = table.counts.copy()
            for _ in range(added):
                counts[tuple(random.integers(0, many) for many in counts.shape)] += 1
            later = CountTable(table.dimensions, counts)
            same = every_cell(later) == every_cell(table)
            for known, shares in moved.items():
                again = round_table(later, KEY, earlier=[rounded] if known else [])
                moves = (every_cell(again.rounded) != every_cell(rounded.rounded)) & same
                shares.append(moves.sum() / same.sum())
        print(
            f"  {added} more cases: of unchanged cells {np.mean(moved[False]):.1%} move,"
            f" {np.mean(moved[True]):.1%} with the earlier rounding"
        )


def main() -> None:
    """Each table named, one after the other."""
    folder, *names = sys.argv[1:]
    for name in names:
        table = read(Path(folder) / f"{name}.csv")
        print(f"{name}: {table.size:,} cells")
        rounded = rounding(table)
        if table.size <= SMALL_ENOUGH:
            moving(table, rounded)
        begun = time.perf_counter()
        proposals = propose(table)
        print(f"  coarsened in {time.perf_counter() - begun:.1f} s:")
        for proposal in proposals:
            print(
                f"    {proposal.sensitive} sensitive left, {proposal.cells_lost:,} cells lost,"
                f" information lost {proposal.information_lost:.0%}: {'; '.join(proposal.changes)}"
            )


if __name__ == "__main__":
    main()
