"""Small ledgers that hypothesis draws, and an attacker who tries every register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from hypothesis import strategies as st

from candour.tables.audit.system import System
from candour.tables.ledger.ledger import Column, Figure, Ledger, PrintedCell, Release
from candour.tables.ledger.marks import Rounding

OFFENCES = ("Theft", "Fraud", "Arson")
SEXES = ("Female", "Male")
HALVES = ("2022-04-01 to 2022-12-31", "2023-01-01 to 2023-03-31", "2023-04-01 to 2023-12-31")
"""Pieces of time that calendar and financial years cut: 2022 here is the first, 2022/23 the first two, and so on."""

PERIODS = {
    "2022-04-01 to 2022-12-31": (0,),
    "2022/23": (0, 1),
    "2023": (1, 2),
    "Q4 2022/23": (1,),
    "2022-04-01 to 2023-12-31": (0, 1, 2),
}
DAY = date(2024, 4, 1)
Cell = tuple[str, str, int]
"""Offence, sex and piece of time."""
World = Mapping[Cell, int]


@dataclass(frozen=True)
class Drawn:
    """A ledger with the true register it is of, the cells of the register, and what each figure says of a world."""

    ledger: Ledger
    truth: World
    cells: tuple[Cell, ...]
    checks: tuple[tuple[tuple[Cell, ...], tuple[Cell, ...], str], ...]

    def agrees(self, world: World) -> bool:
        """Whether a world agrees with every printed figure, read as a person reads it."""
        return all(_agrees(printed, _sum(world, cells), _sum(world, base)) for cells, base, printed in self.checks)

    def small_cells(self, threshold: int) -> set[frozenset[Cell]]:
        """The cells of the register under each figure that says by its mark or number that it counts 1 to few."""
        few, more = range(1, threshold), range(threshold, 20)
        found = {frozenset(self.cells)} if sum(self.truth.values()) < threshold else set()
        for cells, base, printed in self.checks:
            whole = _sum(self.truth, base)
            is_known = any(_agrees(printed, n, whole) for n in few) and not any(
                _agrees(printed, n, whole) for n in more
            )
            if is_known or (printed == "" and 0 < _sum(self.truth, cells) < threshold):
                found.add(frozenset(cells))
        return found - {frozenset()}

    def worlds(self, most: int) -> Iterator[dict[Cell, int]]:
        """Every world with as many cases as the true one, cell by cell; none of more than `most` cases."""
        total = sum(self.truth.values())
        assert total <= most
        for counts in _spread(total, len(self.cells)):
            world = dict(zip(self.cells, counts, strict=True))
            if self.agrees(world):
                yield world


def _spread(total: int, places: int) -> Iterator[tuple[int, ...]]:
    if places == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _spread(total - first, places - 1):
            yield (first, *rest)


def _sum(world: World, cells: tuple[Cell, ...]) -> int:
    return sum(world[cell] for cell in cells)


def _agrees(printed: str, count: int, base: int) -> bool:
    if printed == "":
        return True
    if printed.startswith("<"):
        return count < int(printed[1:])
    if printed.startswith("~"):
        return abs(count - int(printed[1:])) <= 2
    if printed.endswith("%"):
        places = len(printed[:-1].partition(".")[2])
        return base > 0 and abs(100 * count - float(printed[:-1]) * base) <= (0.5 * 10**-places + 1e-9) * base
    return count == int(printed)


@st.composite
def drawn_ledgers(draw: st.DrawFn, most_releases: int = 3, most_cases: int = 6) -> Drawn:
    """One to three releases over a register of a few cells: cuts of time, populations, marks, rounding, percentages."""
    offences = OFFENCES[: draw(st.integers(2, 3))]
    sexes = SEXES[: draw(st.integers(1, 2))] if len(offences) == 2 else SEXES[:1]
    pieces = draw(st.sampled_from([1, 2, 3])) if len(offences) * len(sexes) < 4 else draw(st.sampled_from([1, 2]))
    cells = tuple(product(offences, sexes, range(pieces)))
    counts = draw(st.lists(st.sampled_from([0, 0, 1, 1, 2, 3]), min_size=len(cells), max_size=len(cells)))
    while sum(counts) > most_cases:
        counts[counts.index(max(counts))] -= 1
    truth = dict(zip(cells, counts, strict=True))
    spans = {0: "2022-04-01 to 2022-12-31", 1: "2022/23", 2: "2022-04-01 to 2023-12-31"}
    total = Release(
        "total",
        DAY,
        columns=(Column("offence"), Column("sex")),
        period=spans[pieces - 1],
        cells=(
            *(PrintedCell((each, "Total"), "") for each in offences),
            *(PrintedCell(("Total", each), "") for each in sexes),
            PrintedCell(("Total", "Total"), str(sum(counts))),
        ),
    )
    checks: list[tuple[tuple[Cell, ...], tuple[Cell, ...], str]] = []
    releases = [total]
    for number in range(draw(st.integers(1, most_releases))):
        release, more = draw(releases_of(f"r{number}", cells, truth))
        releases.append(release)
        checks += more
    return Drawn(Ledger(tuple(releases)), truth, cells, tuple(checks))


@st.composite
def releases_of(
    draw: st.DrawFn, reference: str, cells: tuple[Cell, ...], truth: World
) -> tuple[Release, list[tuple[tuple[Cell, ...], tuple[Cell, ...], str]]]:
    """One release of a register, true in all it prints."""
    pieces = {cell[2] for cell in cells}
    cuts = [name for name, inside in PERIODS.items() if set(inside) <= pieces]
    offences = tuple(dict.fromkeys(cell[0] for cell in cells))
    sexes = tuple(dict.fromkeys(cell[1] for cell in cells))
    by_sex = draw(st.booleans())
    left_out = draw(st.sampled_from([(), (), (offences[-1],)]))
    years = draw(st.lists(st.sampled_from(cuts), min_size=1, max_size=2, unique=True))
    style = draw(st.sampled_from(["plain", "plain", "marks", "rounded", "percent"]))
    listed = [each for each in offences if each not in left_out]
    rows: list[PrintedCell] = []
    checks = []

    def members(offence: str, sex: str, years_: list[str]) -> tuple[Cell, ...]:
        inside = {piece for year in years_ for piece in PERIODS[year]}
        return tuple(
            cell
            for cell in cells
            if cell[2] in inside
            and cell[0] not in left_out
            and offence in {cell[0], "Total"}
            and sex in {cell[1], "Total"}
        )

    for offence, sex, year in product(
        [*listed, "Total"], [*sexes, "Total"] if by_sex else ["Total"], [*years, "Total"]
    ):
        counted = members(offence, sex, years if year == "Total" else [year])
        base = members("Total", sex, years if year == "Total" else [year])
        value, whole = _sum(truth, counted), _sum(truth, base)
        printed, says = str(value), str(value)
        if draw(st.booleans()):
            printed = says = ""
            if style == "marks" and value < 3:
                printed = says = "<3"
        elif style == "rounded":
            near = 5 * ((value + 2) // 5)
            printed, says = str(near), f"~{near}"
        elif style == "percent" and whole and offence != "Total":
            printed = says = f"{100 * value / whole:.0f}%"
        rows.append(PrintedCell((offence, *([sex] if by_sex else []), year), printed, 0 < value < 3 and printed == ""))
        checks.append((counted, base, says))
    release = Release(
        reference,
        DAY,
        columns=(Column("offence"), *([Column("sex")] if by_sex else []), Column("year", is_period=True)),
        without={"offence": left_out} if left_out else {},
        cells=tuple(rows),
        rounding=Rounding(5, 2) if style == "rounded" else None,
        marks={"<3": (0, 2)},
        percent_of=("offence",),
    )
    return release, checks


def counted_by(system: System, target: int, cells: tuple[Cell, ...]) -> tuple[Cell, ...] | None:
    """The cells of the register that a target counts, read off its box; None where it counts other times as well."""
    box = dict(system.targets[target].box)
    if "date" not in box or system.axes["date"].rest in box["date"]:
        return None

    def inside(cell: Cell) -> bool:
        for name, value in (("offence", cell[0]), ("sex", cell[1])):
            if name in box:
                axis = system.axes[name]
                atom = next((at for at in range(axis.size) if value in axis.labels[at]), axis.rest)
                if atom not in box[name]:
                    return False
        axis = system.axes["date"]
        day = (date(2022, 6, 1), date(2023, 2, 1), date(2023, 6, 1))[cell[2]].toordinal()
        return any(any(a <= day < b for a, b in axis.spans[at]) for at in box["date"])

    return tuple(cell for cell in cells if inside(cell))


def with_figure(ledger: Ledger, figure: Figure) -> Release:
    """A release of one figure in words."""
    return Release("letter", DAY, period="2022-04-01 to 2023-12-31", figures=(figure,))
