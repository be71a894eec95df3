# ruff: noqa: INP001, T201 -- a script that prints a table
"""The audit of a ledger of up to 1,000 tables over one register, with planted differencing attacks.

Run `python benchmarks/audit_ledger.py [RELEASES ...]` (default 50 100 200 500 1000). The register is made up: cases by
offence (in groups), outcome, rank, station and month. The tables are views of one table that was made safe as a whole
(`candour.tables.suppress`), so that together they give nothing away; then attacks of two, three and four releases are
planted: a population with and without a station, a calendar year beside its parts, financial and calendar years that
overlap. Set-up (the register, the table that is made safe, its views, the first call of what is compiled) is timed by
itself and printed first. Then, of the audit alone: its size, its seconds and those it kept a core busy, how many of the
planted attacks are found with the right number of releases, and how many findings do not rest on a planted release.
The peak is of the process so far, set-up and the tables of the largest ledger with it.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np

from candour.tables.audit.releases import Audit, audit
from candour.tables.cells import cell_system
from candour.tables.counts import CountTable
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.ledger.ledger import Column, Figure, Ledger, PrintedCell, Release
from candour.tables.protection import Protection
from candour.tables.suppress import suppress

OFFENCES = tuple(f"Offence {letter}" for letter in "ABCDEFGHIJKL")
GROUPS = tuple(f"Group {1 + at // 3}" for at in range(len(OFFENCES)))
OUTCOMES = ("No case", "Words of advice", "Written warning", "Dismissed", "Not recorded")
RANKS = ("Constable", "Sergeant", "Inspector", "Staff")
YEARS = tuple(str(year) for year in range(2019, 2025))
STATIONS = ("North", "Harbour", "Airport")
DAY = date(2025, 2, 1)


@dataclass(frozen=True)
class Planted:
    """An attack: what it tells, and the references that only it has."""

    cell: tuple[str, str]
    value: int
    releases: frozenset[str]
    size: int


def register(seed: int) -> tuple[CountTable, np.random.Generator]:
    """Counts by offence, year, outcome and rank, skewed as such registers are."""
    draw = np.random.default_rng(seed)
    weights = [draw.dirichlet(np.full(size, 0.9)) for size in (len(OFFENCES), len(OUTCOMES), len(RANKS))]
    years = draw.dirichlet(np.full(len(YEARS), 30.0))
    mean = np.einsum("i,j,k,l->ijkl", weights[0], years, weights[1], weights[2]) * 3000
    axes = (
        Dimension("offence", OFFENCES, (GROUPS,)),
        Dimension("year", YEARS),
        Dimension("outcome", OUTCOMES),
        Dimension("rank", RANKS),
    )
    return CountTable(axes, draw.poisson(mean).astype(np.int64)), draw


def views(table: CountTable, many: int, seed: int) -> list[Release]:
    """Tables of the register as different requests ask for them, all out of one table that is safe as a whole."""
    made = suppress(table, Protection(threshold=5))
    system = cell_system(table)
    printed = {
        labels: "" if class_ >= 0 and made.withheld[class_] else str(table.value(labels) if class_ >= 0 else 0)
        for labels, class_ in system.cells()
    }
    small = {
        labels for labels, class_ in system.cells() if class_ >= 0 and made.withheld[class_] and made.sensitive[class_]
    }
    draw = random.Random(seed)  # noqa: S311  tables of a benchmark
    names = [dimension.name for dimension in table.dimensions]
    groups = {offence: (group,) for offence, group in zip(OFFENCES, GROUPS, strict=True)}
    releases = []
    for number in range(many):
        asked = sorted(draw.sample(range(4), draw.choice([1, 2, 2, 3])))
        fixed = {at: TOTAL for at in range(4) if at not in asked}
        if fixed and draw.random() < 0.5:
            at = draw.choice(sorted(fixed))
            fixed[at] = draw.choice(table.dimensions[at].categories)
        cells = []
        for labels in product(*(table.dimensions[at].nodes for at in asked)):
            whole = tuple(fixed[at] if at in fixed else labels[asked.index(at)] for at in range(4))
            cells.append(PrintedCell(labels, printed[whole], whole in small))
        limits = {names[at]: (label,) for at, label in fixed.items() if label != TOTAL and names[at] != "year"}
        period = fixed.get(1, TOTAL)
        releases.append(
            Release(
                f"{2020 + number // 100}/{number % 100:03}",
                DAY,
                where=limits,
                period="2019 to 2024" if period == TOTAL and 1 not in asked else "" if 1 in asked else period,
                columns=tuple(
                    Column(names[at], is_period=names[at] == "year", groups=groups if at == 0 else {}) for at in asked
                ),
                cells=tuple(cells),
            )
        )
    return releases


def attacks(table: CountTable, many: int, seed: int) -> tuple[list[Release], list[Planted]]:
    """Planted attacks, each on an offence in a year whose total is printed: of two, three and four releases in turn."""
    draw = random.Random(seed)  # noqa: S311  attacks of a benchmark
    large = [(o, y) for o in OFFENCES for y in YEARS[:-1] if table.value((o, y, TOTAL, TOTAL)) >= 40]
    draw.shuffle(large)
    releases: list[Release] = []
    planted: list[Planted] = []
    apart: list[tuple[str, str]] = []
    for offence, year in large:  # a financial year reaches into the next: no two attacks may share it
        if all(offence != other or abs(int(year) - int(at)) > 1 for other, at in apart):
            apart.append((offence, year))
    for number, (offence, year) in zip(range(many), apart, strict=False):
        count = table.value((offence, year, TOTAL, TOTAL))
        small = draw.randint(1, 4)
        names = [f"planted {number} {letter}" for letter in "abcd"]

        def say(reference: str, period: str, value: int, without: str = "", offence: str = offence) -> None:
            releases.append(
                Release(
                    reference,
                    DAY,
                    period=period,
                    without={"station": (without,)} if without else {},
                    figures=(Figure({"offence": offence}, str(value)),),
                )
            )

        cut = draw.randint(10, count - small - 10)
        kind = number % 4
        if kind == 0:
            say(names[0], year, count)
            say(names[1], year, count - small, STATIONS[number // 4 % 3])
        elif kind == 1:
            say(names[0], year, count)
            say(names[1], f"{year}-04-01 to {year}-12-31", count - small)
        elif kind == 2:
            say(names[0], year, count)
            say(names[1], f"{year}-04-01 to {year}-07-31", cut)
            say(names[2], f"{year}-08-01 to {year}-12-31", count - small - cut)
        else:
            # Financial year + January and February + March - calendar year is the quarter after it.
            say(names[0], year, count)
            say(names[1], f"{year}-01-01 to {year}-02-{29 if int(year) % 4 == 0 else 28}", 6)
            say(names[2], f"{year}-03", 7)
            say(names[3], f"{year}/{int(year) % 100 + 1}", count - 13 + small)
        mine = frozenset(names[: (2, 2, 3, 4)[kind]])
        planted.append(Planted((offence, year), small, mine, len(mine)))
    return releases, planted


def score(result: Audit, planted: list[Planted]) -> tuple[int, int]:
    """How many planted attacks are found with as many releases as it takes, and how many findings are invented."""
    every = frozenset().union(*(each.releases for each in planted))
    found = sum(
        any(
            len(finding.because) == attack.size
            and finding.lower == finding.upper == attack.value
            and attack.releases - {min(attack.releases)} <= set(finding.because)
            for finding in result.findings
        )
        for attack in planted
    )
    return found, sum(not set(finding.because) & every for finding in result.findings)


class Clock:
    """Seconds by the wall and of the processor since it was made."""

    def __init__(self) -> None:
        self._wall, self._busy = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Both since then."""
        return time.perf_counter() - self._wall, time.process_time() - self._busy


def peak() -> int:
    """The most memory of the process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Print what set-up took, then a row for each size."""
    sizes = sorted(int(each) for each in sys.argv[1:]) or [50, 100, 200, 500, 1000]
    rules = Protection(threshold=5)
    clock = Clock()
    table, _ = register(7)
    planted_releases, planted = attacks(table, 12, 11)
    pool = views(table, max(sizes), 5)
    audit(Ledger(tuple(planted_releases)), protection=rules)
    seconds, busy = clock.read()
    print(f"set-up, not counted below: {seconds:.1f} seconds, {busy:.1f} CPU, peak {peak():,} MB")
    print("releases  figures  unknowns  targets  seconds      CPU  findings  planted found  invented  peak MB")
    for size in sizes:
        ledger = Ledger((*pool[: size - len(planted_releases)], *planted_releases))
        clock = Clock()
        result = audit(ledger, protection=rules)
        seconds, busy = clock.read()
        found, invented = score(result, planted)
        figures = sum(len(each.cells) + len(each.figures) for each in ledger.releases)
        print(
            f"{len(ledger.releases):8}  {figures:7,}  {result.unknowns:8,}  {result.targets:7,}  {seconds:7.1f}  "
            f"{busy:7.1f}  {len(result.findings):8}  {found:6} of {len(planted):2}  {invented:8}  {peak():7,}",
            flush=True,
        )


if __name__ == "__main__":
    main()
