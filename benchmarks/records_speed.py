# ruff: noqa: INP001, T201, S608 -- a script that prints a table, with statements of its own
"""Seconds and memory to import an extract and to count it four ways, beside pandas and plain DuckDB SQL.

Run `python benchmarks/records_speed.py EXTRACT DESCRIPTION`, or without arguments on a generated extract of 100,000
rows. What is counted are persons by the year of the date and the first three categories that the description has, with
all margins; every program must come to the same total. Processor time is that of the whole process, its start included:
it tells more than the clock on a shared machine. `--rows 10000000` generates that many and runs ours alone, in
a process whose memory the kernel reports; 1 when it took more than 4 GiB. A process of its own for each round, so that
none warms up another; the median of three.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3
LIMIT = 4 * 1024**2
"""Of memory in KiB, as the kernel counts: a small laptop."""

DESCRIPTION = """
row = "row"
date = "received"
[keys]
case = ["case_ref"]
person = ["subject_ref"]
[columns.case_ref]
heading = "Case Ref"
kind = "key"
[columns.subject_ref]
heading = "Subject Ref"
kind = "key"
[columns.received]
heading = "Received"
kind = "date"
[columns.rank]
heading = "Rank"
[columns.allegation]
heading = "Allegation"
[columns.outcome]
heading = "Outcome"
"""
_HEADINGS = ("Case Ref", "Subject Ref", "Received", "Rank", "Allegation", "Outcome")


def generate(path: Path, rows: int) -> None:
    """An invented register: a person has about four rows, a case about two."""
    draw = random.Random(7)  # noqa: S311  invented data
    days = [f"{2019 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}" for day in range(336 * 5)]
    ranks = ["Constable"] * 8 + ["Sergeant"] * 3 + ["Inspector", ""]
    natures = [f"Allegation {letter}" for letter in "ABCDEFGHJKL"]
    outcomes = ["No action", "Learning", "Written warning", "Dismissed", ""]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        for at in range(rows):
            writer.writerow(
                (
                    f"case {at // 2}",
                    f"subject {draw.randrange(rows // 4 + 1)}",
                    days[draw.randrange(len(days))],
                    draw.choice(ranks),
                    draw.choice(natures),
                    draw.choice(outcomes),
                )
            )


def columns(description: Path) -> tuple[str, str, list[str]]:
    """The headings of the person and the date, and those of three categories."""
    from candour.records.description import Kind, read_description

    described = read_description(description.read_text(encoding="utf-8"))
    person, date = (described.column(name).heading for name in (described.keys["person"][0], described.date))
    return person, date, [each.heading for each in described.kept if each.kind is Kind.CATEGORY][:3]


def ours(extract: Path, description: Path, folder: Path) -> tuple[float, float, int]:
    """Import seconds, count seconds, the total."""
    from candour.records.counting import count_data_set
    from candour.records.dataset import DataSet
    from candour.records.description import name_of, read_description
    from candour.records.question import CountDefinition

    _, _, categories = columns(description)
    start = time.perf_counter()
    held = DataSet.create(folder / "bench.records", read_description(description.read_text(encoding="utf-8")))
    held.import_extract(extract, accept=True)
    done = time.perf_counter()
    total = count_data_set(held, CountDefinition("persons", ("year", *map(name_of, categories)))).total
    return done - start, time.perf_counter() - done, total


def pandas_alone(extract: Path, description: Path, folder: Path) -> tuple[float, float, int]:
    """The same in pandas: read, store as Parquet, and count every combination of margins."""
    from itertools import combinations

    import pandas as pd

    person, date, categories = columns(description)
    start = time.perf_counter()
    frame = pd.read_csv(extract, dtype=str, keep_default_na=False, na_values=[""])
    frame["year"] = pd.to_datetime(frame[date], errors="coerce").dt.year
    frame.to_parquet(folder / "bench.parquet")
    done = time.perf_counter()
    by = ["year", *categories]
    for size in range(1, 5):
        for names in combinations(by, size):
            frame.groupby(list(names), dropna=False)[person].nunique()
    return done - start, time.perf_counter() - done, int(frame[person].nunique())


def duckdb_alone(extract: Path, description: Path, folder: Path) -> tuple[float, float, int]:
    """The same in DuckDB, its own reader and one statement."""
    import duckdb

    person, date, categories = columns(description)
    by = ", ".join(f'"{name}"' for name in categories)
    start = time.perf_counter()
    connection = duckdb.connect(str(folder / "bench.duckdb"))
    connection.execute("SET threads = 2")
    connection.execute(
        f'CREATE TABLE rows AS SELECT *, year(TRY_CAST("{date}" AS DATE)) AS y'
        f" FROM read_csv('{extract}', all_varchar = true, delim = ',', quote = '\"', escape = '\"', header = true)"
    )
    done = time.perf_counter()
    found = connection.execute(
        f'SELECT y, {by}, count(DISTINCT "{person}") FROM rows GROUP BY CUBE (y, {by})'
    ).fetchall()
    return done - start, time.perf_counter() - done, max(row[-1] for row in found)


PROGRAMS = {"candour": ours, "pandas": pandas_alone, "DuckDB": duckdb_alone}


def one(program: str, extract: Path, description: Path) -> None:
    """One round, its result as JSON."""
    with tempfile.TemporaryDirectory(dir=extract.parent) as folder:
        imported, counted, total = PROGRAMS[program](extract, description, Path(folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps({"import": imported, "count": counted, "total": total, "memory": used.ru_maxrss, "cpu": cpu}))


def measured(program: str, extract: Path, description: Path, rounds: int) -> dict[str, float]:
    """The medians of several rounds, each in a process of its own."""
    found = []
    for _ in range(rounds):
        command = [sys.executable, __file__, str(extract), str(description), "--one", program]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  this script
        found.append(json.loads(done.stdout))
    return {key: statistics.median(each[key] for each in found) for key in found[0]}


def main() -> int:
    """Print the table; 1 when totals differ, or the large extract took too much memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("extract", nargs="?", type=Path)
    parser.add_argument("description", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--one", choices=PROGRAMS)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.extract, asked.description)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        extract, description = asked.extract, asked.description
        if extract is None:
            extract, description = Path(folder) / "extract.csv", Path(folder) / "description.toml"
            generate(extract, asked.rows)
            description.write_text(DESCRIPTION, encoding="utf-8")
        print(f"{extract.name}: {extract.stat().st_size / 1e6:,.0f} MB, {asked.rows:,} rows if generated")
        large = asked.extract is None and asked.rows > 1_000_000
        programs = ["candour"] if large else list(PROGRAMS)
        results = {name: measured(name, extract, description, 1 if large else ROUNDS) for name in programs}
    first = results["candour"]
    for name, each in results.items():
        print(
            f"{name:<8} import {each['import']:>7.2f} s ({first['import'] / each['import']:.2f})  "
            f"count {each['count']:>6.2f} s ({first['count'] / each['count']:.2f})  "
            f"processor {each['cpu']:>6.2f} s ({first['cpu'] / each['cpu']:.2f})  "
            f"{each['memory'] / 1024:>6,.0f} MiB  total {each['total']:,.0f}"
        )
    print("In brackets: how many times as long ours takes.")
    differ = len({each["total"] for each in results.values()}) > 1
    return int(differ or (large and first["memory"] > LIMIT))


if __name__ == "__main__":
    raise SystemExit(main())
