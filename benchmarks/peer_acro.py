# ruff: noqa: INP001, T201 -- a script that another Python runs
"""acro (PyPI) on one of the made-up registers; run by `protect_tables.py`.

acro knows no hierarchies: each level of the register is a table of its own, with suppression on and the threshold of
the others. Prints the seconds, the labels of every cell whose count it does not print, and how many totals of the table
of the finest categories it prints with another number than the true one, on one line.
"""

from __future__ import annotations

import itertools
import logging
import sys
import time
from pathlib import Path

import pandas as pd
from acro import ACRO

GROUPS = {"offence": "ogroup", "force": "region"}
THRESHOLD = 5


def main(source: Path) -> None:
    """Print what acro withholds of the register."""
    logging.disable(logging.CRITICAL)
    rows = pd.read_csv(source)
    cases = rows.loc[rows.index.repeat(rows["freq"])].reset_index(drop=True)
    names = [name for name in rows.columns if name != "freq" and name not in GROUPS.values()]
    levels = [[name, *([GROUPS[name]] if GROUPS.get(name) in rows.columns else []), ""] for name in names]
    tables = ACRO(suppress=True)
    tables.config |= {"safe_threshold": THRESHOLD, "zeros_are_disclosive": False}
    hidden: list[str] = []
    seconds = 0.0
    for chosen in itertools.product(*levels):
        by = [level for level in chosen if level] or ["All"]
        table = cases.assign(All="Total")
        left, *above = by
        start = time.perf_counter()
        printed = tables.crosstab(table[left], [table[name] for name in above or ["All"]])
        seconds += time.perf_counter() - start
        true = pd.crosstab(table[left], [table[name] for name in above or ["All"]])
        for first, rest in itertools.product(true.index, true.columns):
            count = true.loc[first, rest]
            if count and not (rest in printed.columns and first in printed.index and printed.loc[first, rest] == count):
                found = iter([first, *(rest if isinstance(rest, tuple) else (rest,))] if above else [first])
                hidden.append("|".join(str(next(found)) if level else "Total" for level in chosen))
    print(f"{seconds:.3f}\t{';'.join(hidden)}\t{_false_totals(tables, cases, names)}")


def _false_totals(tables: ACRO, cases: pd.DataFrame, names: list[str]) -> int:
    left, *above = names
    columns = [cases[name] for name in above]
    printed = tables.crosstab(cases[left], columns, margins=True)
    true = pd.crosstab(cases[left], columns, margins=True)
    rows = [each for each in true.index if each in printed.index]
    wrong = sum(float(printed.loc[each].iloc[-1]) != float(true.loc[each].iloc[-1]) for each in rows)
    last = [each for each in true.columns if each in printed.columns]
    return wrong + sum(float(printed[each].iloc[-1]) != float(true[each].iloc[-1]) for each in last[:-1])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
