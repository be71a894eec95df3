# ruff: noqa: INP001, T201, S603 -- a script that prints a table and runs a peer with its own Python
"""What suppression costs readers, and what an attacker still learns: ours beside peers on the same tables.

Run `python benchmarks/protect_tables.py FOLDER [S L3 L]`: FOLDER holds S.csv, L3.csv and L.csv (made-up registers
with a column `freq` and the groups `ogroup` and `region`). Every sensitive cell of S, and a sample of the others, is
attacked with linear programs over what is printed, which `attack.py` builds from the labels alone. Where CANDOUR_PEERS
names a Python that has acro or pytauargus, they run in the same script (`peer_acro.py`, `peer_pytauargus.py`); acro is
attacked with the true totals, which any other release may give, as it adds its own up anew from what it shows, so that
they are false. Where there is none, a row “primary only” emulates what acro hides, the counts below the threshold and
no others. The figures of R packages were measured on 2026-10 with GaussSuppression 1.2.3 and sdcTable 0.34.0 and are
quoted.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from attack import Attacker
from numpy.typing import NDArray

from candour.tables.cells import CellSystem, cell_system
from candour.tables.counts import CountTable, Labels
from candour.tables.elimination import shown_by_elimination
from candour.tables.protected import suppressed
from candour.tables.protection import Aim, Protection
from candour.tables.read_counts import Columns, read_counts
from candour.tables.suppress import suppress

THRESHOLD = 5
Made = TypeVar("Made")
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


def row(name: str, system: CellSystem, withheld: NDArray[np.bool_], seconds: tuple[float, float], sample: int) -> None:
    """One line of the report, with what the independent attack gains."""
    table = system.table
    printed: dict[Labels, int | None] = {
        labels: (0 if class_ < 0 else None if withheld[class_] else int(system.value[class_]))
        for labels, class_ in system.cells()
    }
    small = [labels for labels, class_ in system.cells() if class_ >= 0 and 0 < system.value[class_] < THRESHOLD]
    groups = [
        dict(zip(dimension.categories, dimension.levels[0], strict=True)) if dimension.levels else {}
        for dimension in table.dimensions
    ]
    attacked, exact, known = Attacker(printed, groups).gained(small, THRESHOLD, sample)
    hidden = sum(value is None for value in printed.values())
    print(
        f"  {name:<47}{hidden:>7,}{exact:>6} of {attacked:<5}{known:>6} of {attacked:<5}"
        f"{seconds[0]:>8.2f}{seconds[1]:>8.2f}",
        flush=True,
    )


def timed(work: Callable[[], Made]) -> tuple[Made, tuple[float, float]]:
    """What `work` makes, in how many seconds on the clock, and in how many of the processor."""
    start, used = time.perf_counter(), time.process_time()
    made = work()
    return made, (time.perf_counter() - start, time.process_time() - used)


def peers(folder: Path, name: str, system: CellSystem) -> None:
    """The peers acro and pytauargus on the same table, where there is a Python that has them."""
    if not os.environ.get("CANDOUR_PEERS") or name == "L":
        row("primary only, an emulation: acro was not run", system, _small(system), (0.0, 0.0), SAMPLE[name])
        return
    if said := _run("peer_acro.py", folder, name):
        seconds, cells, wrong = said
        row(
            "acro, true totals known from elsewhere", system, _named(system, cells), (float(seconds), 0.0), SAMPLE[name]
        )
        print(f"    acro adds up anew from what it shows: {wrong} totals of the finest table are printed false")
    for method in ("MOD(1)", "OPT(1)"):
        if said := _run("peer_pytauargus.py", folder, name, method):
            *_, seconds, cells = said
            row(f"pytauargus {method}", system, _named(system, cells), (float(seconds), 0.0), SAMPLE[name])


def _run(script: str, folder: Path, name: str, *more: str) -> list[str]:
    """What a peer says on its last line; nothing where it did not run."""
    program = str(Path(__file__).with_name(script).resolve())
    python = os.environ["CANDOUR_PEERS"]
    try:
        with tempfile.TemporaryDirectory() as litter:  # a peer leaves files where it runs
            done = subprocess.run(
                [python, program, str((folder / f"{name}.csv").resolve()), *more],
                capture_output=True, text=True, timeout=300, check=True, cwd=litter,
            )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        print(f"  {' '.join((script, *more))}: did not run ({type(error).__name__})")
        return []
    return done.stdout.strip().split("\n")[-1].split("\t")


def _named(system: CellSystem, cells: str) -> NDArray[np.bool_]:
    hidden = {tuple(labels.split("|")) for labels in cells.split(";")}
    withheld = np.zeros(len(system.value), dtype=bool)
    for labels, class_ in system.cells():
        if class_ >= 0 and labels in hidden:
            withheld[class_] = True
    return withheld


def _small(system: CellSystem) -> NDArray[np.bool_]:
    return (system.value > 0) & (system.value < THRESHOLD)


def main(folder: Path, names: list[str]) -> None:
    """Print the report."""
    suppress(read(folder, "S"))  # compiles the inner loops, once for ever
    print(f"  {'':<47}{'hidden':>7}{'exact':>14}{'small/not 0':>14}{'clock s':>8}{'cpu s':>8}")
    for name in names:
        report(folder, name)
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def report(folder: Path, name: str) -> None:
    """The lines of one register."""
    table = read(folder, name)
    system = cell_system(table)
    sensitive = _small(system)
    sample = SAMPLE[name]
    print(f"{name}: {table.size:,} cells, {int(system.copies[sensitive].sum()):,} sensitive")
    candidates = np.flatnonzero(~sensitive)
    order = candidates[np.lexsort((-system.value[candidates], -system.copies[candidates]))]
    withheld, seconds = timed(lambda: ~shown_by_elimination(system, sensitive, order, _slack(system)))
    row("ours, elimination alone: a peer's criterion", system, withheld, seconds, sample)
    for aim in (Aim.UNDETERMINED, Aim.BELIEVABLE):
        result, seconds = timed(partial(suppress, table, Protection(aim=aim)))
        safe = suppressed(result).proof.safe
        proven = "proven in whole numbers" if safe else "NOT PROVEN"
        row(f"ours, aim {aim.value}, {proven}", system, result.withheld, seconds, sample)
        print(f"    no safe table withholds fewer than {result.least:,}", flush=True)
    peers(folder, name, system)
    for line in QUOTED[name]:
        print(f"  quoted, 2026-10: {line}")


def _slack(system: CellSystem) -> int:
    return round(0.22 * len(system.inner)) if len(system.inner) > 3_000 else 0


if __name__ == "__main__":
    default = Path(__file__).parents[2] / "shared" / "data" / "tables"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default, sys.argv[2:] or ["S", "L3", "L"])
