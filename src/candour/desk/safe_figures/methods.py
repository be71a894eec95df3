"""The ways to make a table safe, each with what it made of a table and how that is checked again.

To add a way is one entry of METHODS. A candidate that does not meet the rules is shown with the reason, and cannot be
agreed to.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import thread_time
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from candour.tables.coarsening import propose
from candour.tables.counts import CountTable, Labels
from candour.tables.csv import TableError
from candour.tables.dimensions import Dimension
from candour.tables.distinct import DistinctTable
from candour.tables.distinct_suppression import distinct_digest, protect_distinct
from candour.tables.layout import WITHHELD
from candour.tables.proof import read_proof
from candour.tables.protected import ProtectedCell, ProtectedTable, Status, suppressed, table_digest
from candour.tables.protection import Aim, Protection
from candour.tables.rounded_intervals import RoundingProof, rounding_proof
from candour.tables.rounding import check as check_rounding
from candour.tables.rounding import round_table
from candour.tables.suppress import Going, Stopped, suppress
from candour.tables.verification import distinct_verified, verified

Shown = Mapping[Labels, int | None]
Table = CountTable | DistinctTable


@dataclass(frozen=True, eq=False)
class Candidate:
    """What a method made of a table.

    `table`: the true counts behind it, coarser than those pasted where categories were put together (`changes`).
    `lacks`: why it does not meet the rules; empty where it does. `sensitive`, `smallest` and `registers` are what its
    proof says in numbers; `proof` is the whole of it. `small`: the withheld cells that carry `small_mark`, which tells
    that they are small; all others carry the mark that tells nothing.
    """

    method: str
    table: CountTable | DistinctTable
    cells: tuple[ProtectedCell, ...]
    notes: tuple[str, ...]
    proof: dict[str, Any]
    sensitive: int
    smallest: int | None
    registers: int
    lacks: str = ""
    minimal: bool | None = None
    changes: tuple[str, ...] = ()
    lost: str = ""
    small: frozenset[Labels] = frozenset()
    small_mark: str = ""

    def as_data(self) -> dict[str, Any]:
        """The candidate as it is stored."""
        dimensions = [[each.name, each.categories, each.levels] for each in self.table.dimensions]
        return {
            "method": self.method,
            "dimensions": dimensions,
            "counts": _figures(self.table).ravel().tolist(),
            "repeated": self.table.repeated if isinstance(self.table, DistinctTable) else "",
            "unit": self.table.unit,
            "values": [cell.value for cell in self.cells],
            "statuses": [cell.status.value for cell in self.cells],
            "notes": self.notes,
            "proof": self.proof,
            "sensitive": self.sensitive,
            "smallest": self.smallest,
            "registers": self.registers,
            "lacks": self.lacks,
            "minimal": self.minimal,
            "changes": self.changes,
            "lost": self.lost,
            "small": [list(labels) for labels in sorted(self.small)],
            "small_mark": self.small_mark,
        }

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions of the table."""
        return self.table.dimensions

    @property
    def marks(self) -> dict[Labels, str]:
        """What stands in the place of the withheld figures that are told to be small."""
        return dict.fromkeys(self.small, self.small_mark) if self.small_mark else {}

    @property
    def printed(self) -> dict[Labels, str]:
        """What readers see in each cell."""
        marks = self.marks
        return {
            cell.labels: marks.get(cell.labels, WITHHELD) if cell.value is None else str(cell.value)
            for cell in self.cells
        }

    @classmethod
    def of_data(cls, data: dict[str, Any]) -> Candidate:
        """The candidate from what `as_data` gave."""
        dimensions = tuple(
            Dimension(name, tuple(categories), tuple(tuple(level) for level in levels))
            for name, categories, levels in data["dimensions"]
        )
        repeated = data.get("repeated", "")
        shape = [len(each.nodes if each.name == repeated else each.categories) for each in dimensions]
        counts = np.array(data["counts"], dtype=np.int64).reshape(shape)
        table = (
            DistinctTable(dimensions, repeated, counts, data["unit"])
            if repeated
            else CountTable(dimensions, counts, data["unit"])
        )
        printed = zip(table.cells(), data["values"], data["statuses"], strict=True)
        cells = tuple(ProtectedCell(labels, value, Status(status)) for labels, value, status in printed)
        plain = ("method", "proof", "sensitive", "smallest", "registers", "lacks", "minimal", "lost")
        return cls(
            table=table,
            cells=cells,
            notes=tuple(data["notes"]),
            changes=tuple(data["changes"]),
            small=frozenset(tuple(labels) for labels in data.get("small", ())),
            small_mark=data.get("small_mark", ""),
            **{name: data[name] for name in plain},
        )


@dataclass(frozen=True)
class Method:
    """One way to make a table safe: its name for people, what it does, the work, and the check of what it made."""

    key: str
    name: str
    tells: str
    work: Callable[[Table, Protection, Going], Candidate]
    faults: Callable[[Candidate, Table, Protection, Shown], list[str]]


def _figures(table: Table) -> NDArray[np.int64]:
    return table.values if isinstance(table, DistinctTable) else table.counts


def _by_suppression(table: Table, protection: Protection, going: Going) -> Candidate:
    if isinstance(table, DistinctTable):
        return _suppressed("suppress", protect_distinct(table, protection, going), table)
    made = _suppressed("suppress", suppressed(suppress(table, protection, going=going)), table)
    return replace(made, small_mark=f"<{protection.threshold}" if protection.tells_small else "")


def _sums(table: Table, what: str) -> CountTable:
    """The table, whose totals are sums. Raises TableError where they are not."""
    if isinstance(table, DistinctTable):
        raise TableError(
            f"{what} takes totals for sums, and here one person may stand in several categories of “{table.repeated}”."
        )
    return table


def _suppressed(method: str, made: ProtectedTable, table: Table) -> Candidate:
    proof = made.proof
    lacks = "" if proof.safe else "The proof did not stand its check."
    return Candidate(
        method,
        table,
        made.cells,
        made.notes,
        proof.as_data(),
        proof.cells,
        proof.smallest_interval,
        len(proof.registers),
        lacks,
        proof.minimal,
        small=made.small,
    )


def _suppression_faults(candidate: Candidate, source: Table, protection: Protection, shown: Shown) -> list[str]:
    if isinstance(source, DistinctTable):
        return _people_faults(candidate, source, protection, shown)
    assert isinstance(candidate.table, CountTable)
    if table_digest(source) != table_digest(candidate.table):
        return ["The counts are not those that the table was made from."]
    return _proof_faults(candidate, protection, shown)


def _people_faults(candidate: Candidate, source: DistinctTable, protection: Protection, shown: Shown) -> list[str]:
    if not isinstance(candidate.table, DistinctTable) or distinct_digest(source) != distinct_digest(candidate.table):
        return ["The counts are not those that the table was made from."]
    return distinct_verified(read_proof(candidate.proof), source, shown, protection)


def _proof_faults(candidate: Candidate, protection: Protection, shown: Shown) -> list[str]:
    assert isinstance(candidate.table, CountTable)
    # The page waits for this: past its time the registers decide alone, and they were checked before.
    until = thread_time() + _VERIFYING_SECONDS
    found = verified(
        read_proof(candidate.proof), candidate.table, shown, protection, going=lambda: thread_time() < until
    )
    return list(found.faults)


_VERIFYING_SECONDS = 2.0


def _by_coarsening(place: int, method: str, source: Table, protection: Protection, going: Going) -> Candidate:
    table = _sums(source, "Putting categories together")
    if protection.public:
        raise TableError("Figures that are public already tell what categories that are put together would hide.")
    safe = [each for each in propose(table, protection.threshold, going=going) if each.is_safe]
    if not going():
        raise Stopped  # what half a search proposes would not be found again when the table is checked
    if len(safe) <= place:
        raise TableError(
            "No coarser table was found in which nothing needs hiding."
            if not place
            else "There is no second way to put categories together so that nothing needs hiding."
        )
    chosen = safe[place]
    rules = _of_cells_in(chosen.table, protection)
    made = suppressed(suppress(chosen.table, rules, going=going))
    return replace(
        _suppressed(method, made, chosen.table),
        changes=chosen.changes,
        lost=f"{chosen.cells_lost:,} figures of the table as pasted are no longer in it; "
        f"about {chosen.information_lost:.0%} of what it says about a case is lost",
    )


def _of_cells_in(table: CountTable, protection: Protection) -> Protection:
    """The rules without decisions on cells that the coarser table no longer has."""
    known = set(table.cells())
    return replace(
        protection, overrides={labels: each for labels, each in protection.overrides.items() if labels in known}
    )


def _coarsening_faults(candidate: Candidate, source: Table, protection: Protection, shown: Shown) -> list[str]:
    source = _sums(source, "Putting categories together")
    assert isinstance(candidate.table, CountTable)
    wanted = table_digest(candidate.table)
    if all(table_digest(each.table) != wanted for each in propose(source, protection.threshold)):
        return ["The counts do not come from those that were pasted by putting categories together."]
    return _proof_faults(candidate, _of_cells_in(candidate.table, protection), shown)


def _by_rounding(key: bytes, source: Table, protection: Protection, going: Going) -> Candidate:
    table = _sums(source, "Rounding")
    if protection.full or protection.least_population or protection.public:
        raise TableError(
            "Rounding treats every figure alike, so it cannot protect full or small groups, or count with figures that "
            "are public already."
        )
    if protection.zeros:
        raise TableError("Rounding prints 0 as 0, so it cannot keep a 0 from being known.")
    if any(each.sensitive for each in protection.overrides.values()):
        raise TableError("Rounding treats every figure alike, so it cannot protect a single cell that you named.")
    base = protection.threshold
    rounded = round_table(table, key, base, time_limit=_ROUNDING_SECONDS, going=going)
    found = rounding_proof(rounded, protection.threshold)
    cells = tuple(
        ProtectedCell(labels, value, Status.ROUNDED)
        for labels, value in zip(table.cells(), rounded.values, strict=True)
    )
    note = (
        f"Every figure is rounded to a multiple of {base}, up or down, so that nobody can be identified. "
        f"A figure may differ from the true one by up to {rounded.within}."
    )
    proof = {
        "method": "round",
        "base": base,
        "within": rounded.within,
        "rounded": rounded.rounded.counts.ravel().tolist(),
        "places": found.places.tolist(),
        "lower": found.lower.tolist(),
        "upper": found.upper.tolist(),
        "registers": [register.ravel().tolist() for register in found.registers],
        "input": table_digest(table),
    }
    lacks = _rounding_lacks(found, protection)
    return Candidate(
        "round", table, cells, (note,), proof, len(found.places), found.smallest_interval, len(found.registers), lacks
    )


_ROUNDING_SECONDS = 20.0


def _rounding_lacks(found: RoundingProof, protection: Protection) -> str:
    known = len(found.places)
    short = int(((found.lower > 0) | (found.upper < found.threshold)).sum())
    if protection.aim is Aim.BELIEVABLE and short:
        base = found.rounded.base
        return (
            f"Of {known:,} small counts, {short:,} cannot be both 0 and {found.threshold} or more: who reads 0 knows "
            f"that there are fewer than {base}, and who reads {base} knows that there is somebody. To round, ask for a "
            "range instead."
        )
    smallest = found.smallest_interval
    if protection.aim is Aim.WIDTH and smallest is not None and smallest < protection.width:
        return f"The narrowest range left to a reader spans {smallest}; you asked for {protection.width}."
    if protection.aim is Aim.UNDETERMINED and found.determined:
        return f"Of {known:,} small counts, {found.determined:,} can be worked out exactly."
    return ""


def _rounding_faults(candidate: Candidate, source: Table, protection: Protection, shown: Shown) -> list[str]:
    source = _sums(source, "Rounding")
    proof = candidate.proof
    if proof["input"] != table_digest(source) or proof["base"] != protection.threshold:
        return ["The proof is of another table, or of other rules."]
    inner = np.array(proof["rounded"], dtype=np.int64).reshape(source.counts.shape)
    try:
        rounded = check_rounding(source, inner, proof["base"], proof["within"])
    except TableError as error:
        return [str(error)]
    if dict(shown) != dict(zip(source.cells(), rounded.values, strict=True)):
        return ["What is printed is not the rounded table."]
    registers = tuple(np.array(each, dtype=np.int64).reshape(inner.shape) for each in proof["registers"])
    places, lower, upper = (np.array(proof[name], dtype=np.int64) for name in ("places", "lower", "upper"))
    found = RoundingProof(rounded, protection.threshold, places, lower, upper, registers)
    if not found.holds():
        return ["The other registers do not show what the proof says."]
    lacks = _rounding_lacks(found, protection)
    return [lacks] if lacks else []


def rounding_key(slug: str) -> bytes:
    """The secret by which a force rounds; the same for all its tables, so that none tells on another."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"candour rounding {slug}".encode(), hashlib.sha256)


def methods(slug: str) -> tuple[Method, ...]:
    """The ways to make a table of a force safe, in the order in which they are offered."""
    return (
        Method(
            "suppress",
            "Withhold figures",
            "Small counts are withheld, and with them the figures from which they could be worked out. "
            "Every figure that is shown is exact.",
            _by_suppression,
            _suppression_faults,
        ),
        Method(
            "round",
            "Round every figure",
            "Every figure is rounded, and the rounded figures still add up. Nothing is withheld, and nothing is exact.",
            partial(_by_rounding, rounding_key(slug)),
            _rounding_faults,
        ),
        Method(
            "coarsen",
            "Put categories together",
            "Categories are put together until no small count is left. Every figure is exact and none is withheld, "
            "but readers see less detail.",
            partial(_by_coarsening, 0, "coarsen"),
            _coarsening_faults,
        ),
        Method(
            "coarsen-2",
            "Put categories together in another way",
            "The next best way to put categories together.",
            partial(_by_coarsening, 1, "coarsen-2"),
            _coarsening_faults,
        ),
    )
