# ruff: noqa: INP001, T201 -- a script that another Python runs
"""pytauargus (PyPI, the tau-ARGUS engine) on one of the made-up registers; run by `protect_tables.py`.

Prints the seconds and the labels of every cell that it withholds, on one line.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from pathlib import Path

from pytauargus import protect

GROUPS = {"offence": "ogroup", "force": "region"}


def main(source: Path, method: str) -> None:
    """Protect the register and print what is withheld."""
    with source.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    groups = {child: group for child, group in GROUPS.items() if child in rows[0]}
    names = [name for name in rows[0] if name != "freq" and name not in groups.values()]
    cases: dict[str, list[object]] = {name: [] for name in [*names, "cases"]}
    for row in rows:
        for _ in range(int(row["freq"])):
            for name in names:
                cases[name].append(row[name])
            cases["cases"].append(1.0)
    folder = Path(tempfile.mkdtemp())
    hierarchies = {}
    for child, group in groups.items():
        below: dict[str, set[str]] = {}
        for row in rows:
            below.setdefault(row[group], set()).add(row[child])
        path = folder / f"{child}.hrc"
        path.write_text(
            "".join(f"{label}\n" + "".join(f"@{one}\n" for one in sorted(below[label])) for label in sorted(below))
        )
        hierarchies[child] = str(path)
    start = time.perf_counter()
    result = protect(
        cases, names, response="cases", safety_rules="FREQ(5,20)", suppress=method, hrc=hierarchies,
        hierleadstring="@", workdir=str(folder),
    )  # fmt: skip
    seconds = time.perf_counter() - start
    table = result.tables[0]
    frame = table.dataframe()
    columns = [list(frame[name]) for name in names]
    hidden = [
        "|".join(str(label).strip() or "Total" for label in labels)
        for labels, status in zip(zip(*columns, strict=True), table.status(), strict=True)
        if status in {"U", "M"}
    ]
    print(f"{seconds:.3f}\t{';'.join(hidden)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
