# ruff: noqa: INP001, T201, S603 -- a script that prints a table and runs a peer with its own Python
"""What suppression costs readers, and what an attacker still learns: ours beside peers on the same tables.

Run `python benchmarks/protect_tables.py FOLDER [S L3 L]`: FOLDER holds S.csv, L3.csv and L.csv (made-up registers
with a column `freq` and the groups `ogroup` and `region`). Every sensitive cell of S, and a sample of the others, is
attacked with linear programs over what is printed. Where CANDOUR_PEERS names a Python that has pytauargus, it runs in
the same script; the figures of R packages were measured on 2026-10 with GaussSuppression 1.2.3 and sdcTable 0.34.0
and are quoted.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import highspy
import numpy as np
from numpy.typing import NDArray

from candour.tables.cells import CellSystem, cell_system
from candour.tables.counts import CountTable
from candour.tables.elimination import shown_by_elimination
from candour.tables.protection import Aim, Protection
from candour.tables.read_counts import Columns, read_counts
from candour.tables.suppress import suppress

THRESHOLD = 5
SAMPLE = {"S": 0, "L3": 300, "L": 40}
"""How many sensitive cells are attacked; 0 for all."""

GROUPS = {"offence": "ogroup", "force": "region"}
QUOTED = {
    "S": ["GaussSuppression default: 297, 0 exact, 21 of 198 known", "GaussSuppression singletons off: 262, 0 exact"],
    "L3": [
        "GaussSuppression default: 2,948, 0 exact, 35 of 300 known",
        "GaussSuppression singletons off: 2,551, 0 exact",
    ],
    "L": ["GaussSuppression default: 18,566, 0 exact, 589 s"],
}


def read(folder: Path, name: str) -> CountTable:
    """One of the registers."""
    text = (folder / f"{name}.csv").read_text(encoding="utf-8")
    header = text.split("\n", 1)[0].split(",")
    return read_counts(text, Columns("freq", {child: group for child, group in GROUPS.items() if child in header}))


def attack(system: CellSystem, withheld: NDArray[np.bool_], sample: int) -> tuple[int, int, int]:
    """How many sensitive cells were attacked, how many are exactly known, how many are known to be small or not 0."""
    lp = highspy.HighsLp()
    rows = [system.below[system.below_start[i] : system.below_start[i + 1]] for i in np.flatnonzero(~withheld)]
    lp.num_col_, lp.num_row_ = len(system.inner), len(rows)
    lp.col_cost_ = np.zeros(len(system.inner))
    lp.col_lower_, lp.col_upper_ = np.zeros(len(system.inner)), np.full(len(system.inner), highspy.kHighsInf)
    lp.row_lower_ = lp.row_upper_ = system.value[~withheld].astype(np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([*rows, np.zeros(0, dtype=np.int32)])
    lp.a_matrix_.value_ = np.ones(int(lp.a_matrix_.start_[-1]))
    model = highspy.Highs()
    for option, value in (("output_flag", False), ("presolve", "off"), ("simplex_strategy", 4), ("threads", 1)):
        model.setOptionValue(option, value)
    model.passModel(lp)
    sensitive = np.flatnonzero((system.value > 0) & (system.value < THRESHOLD)).tolist()
    targets = random.Random(1).sample(sensitive, sample) if sample else sensitive  # noqa: S311  a sample, no secret
    exact = known = 0
    for target in targets:
        members = system.below[system.below_start[target] : system.below_start[target + 1]]
        bounds = []
        for sign in (1.0, -1.0):
            model.changeColsCost(len(system.inner), np.arange(len(system.inner)), np.zeros(len(system.inner)))
            model.changeColsCost(len(members), members, np.full(len(members), sign))
            model.run()
            bounded = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
            bounds.append(sign * model.getInfo().objective_function_value if bounded else float("inf"))
        low, high = np.ceil(bounds[0] - 1e-6), np.floor(bounds[1] + 1e-6)
        exact += low == high
        known += low >= 1 or high < THRESHOLD
    return len(targets), int(exact), int(known)


def row(name: str, system: CellSystem, withheld: NDArray[np.bool_], seconds: float, sample: int) -> None:
    """One line of the report."""
    attacked, exact, known = attack(system, withheld, sample)
    hidden = int(system.copies[withheld].sum())
    print(f"  {name:<44}{hidden:>8,}{exact:>6} of {attacked:<6}{known:>6} of {attacked:<6}{seconds:>8.2f}", flush=True)


def timed(work: Callable[[], NDArray[np.bool_]]) -> tuple[NDArray[np.bool_], float]:
    """What `work` withholds, and in how many seconds."""
    start = time.perf_counter()
    withheld = work()
    return withheld, time.perf_counter() - start


def peer(folder: Path, name: str, system: CellSystem) -> None:
    """The peer pytauargus on the same table, where there is one."""
    python = os.environ.get("CANDOUR_PEERS")
    if not python or name == "L":
        return
    for method in ("MOD(1)", "OPT(1)"):
        script = Path(__file__).with_name("peer_pytauargus.py")
        try:
            done = subprocess.run(
                [python, str(script), str(folder / f"{name}.csv"), method], capture_output=True, text=True, timeout=300,
                check=True,
            )  # fmt: skip
        except (subprocess.SubprocessError, OSError) as error:
            print(f"  pytauargus {method}: did not run ({type(error).__name__})")
            continue
        *_, seconds, cells = done.stdout.strip().split("\n")[-1].split("\t")
        hidden = {tuple(labels.split("|")) for labels in cells.split(";")}
        withheld = np.zeros(len(system.value), dtype=bool)
        for labels, class_ in system.cells():
            if class_ >= 0 and labels in hidden:
                withheld[class_] = True
        row(f"pytauargus {method}", system, withheld, float(seconds), SAMPLE[name])


def main(folder: Path, names: list[str]) -> None:
    """Print the report."""
    suppress(read(folder, "S"))  # compiles the inner loops, once for ever
    print(f"  {'':<44}{'hidden':>8}{'exact':>14}{'known small/not 0':>18}{'seconds':>8}")
    for name in names:
        report(folder, name)
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def report(folder: Path, name: str) -> None:
    """The lines of one register."""
    table = read(folder, name)
    system = cell_system(table)
    sensitive = (system.value > 0) & (system.value < THRESHOLD)
    sample = SAMPLE[name]
    print(f"{name}: {table.size:,} cells, {int(system.copies[sensitive].sum()):,} sensitive")
    row("primary only (acro 1.0.2 goes no further)", system, sensitive, 0.0, sample)
    candidates = np.flatnonzero(~sensitive)
    order = candidates[np.lexsort((-system.value[candidates], -system.copies[candidates]))]
    withheld, seconds = timed(lambda: ~shown_by_elimination(system, sensitive, order, _slack(system)))
    row("ours, elimination alone: a peer's criterion", system, withheld, seconds, sample)
    for aim in (Aim.UNDETERMINED, Aim.BELIEVABLE):
        start = time.perf_counter()
        result = suppress(table, Protection(aim=aim))
        seconds = time.perf_counter() - start
        row(f"ours, aim {aim.value}, proven in whole numbers", system, result.withheld, seconds, sample)
    print(f"  no safe table withholds fewer than {result.least:,}")
    peer(folder, name, system)
    for line in QUOTED[name]:
        print(f"  quoted, 2026-10: {line}")


def _slack(system: CellSystem) -> int:
    return round(0.22 * len(system.inner)) if len(system.inner) > 3_000 else 0


if __name__ == "__main__":
    default = Path(__file__).parents[2] / "shared" / "data" / "tables"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default, sys.argv[2:] or ["S", "L3", "L"])
