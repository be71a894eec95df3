"""A stored proof held against what is claimed of it: the rules asked for, the table it is of, and what is printed.

The registers of a proof show that a table protects under the rules that the proof names. Whoever can write to the file
could name weaker rules, or put the proof of another table in its place. So the rules come from whoever verifies, and
every digest is worked out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from candour.tables.counts import CountTable, Labels
from candour.tables.distinct import DistinctTable
from candour.tables.distinct_suppression import distinct_digest, distinct_faults
from candour.tables.proof import Proof, faults
from candour.tables.protected import ProtectedCell, Status, cells_digest, table_digest
from candour.tables.protection import Protection
from candour.tables.reproof import Reproof, reprove


def _always() -> bool:
    return True


def verified(
    proof: Proof,
    table: CountTable,
    printed: Mapping[Labels, int | None],
    rules: Protection,
    going: Callable[[], bool] = _always,
) -> Reproof:
    """What two methods say of a release: the registers of its proof, and another search in exact fractions.

    `printed` as `candour.tables.proof.faults` takes it. The second method is asked only where the first finds nothing;
    `going` as `reprove` takes it, so that a stopped run rests on the registers, which were checked in full.
    """
    found = mismatches(proof, table, printed, rules)
    if proof.settings == rules.settings():  # of rules that nobody asked for there is nothing to prove
        found += faults(proof, table, printed, rules.overrides)
    if found:
        return Reproof(tuple(found), "registers", proof.cells)
    again = reprove(table, printed, proof, rules.overrides, going=going)
    if again.safe and again.cells != proof.cells:
        words = f"The proof speaks of {proof.cells:,} sensitive cells, but there are {again.cells:,}."
        return Reproof((words,), again.method, again.cells)
    return again


def distinct_verified(
    proof: Proof, table: DistinctTable, printed: Mapping[Labels, int | None], rules: Protection
) -> list[str]:
    """Why a proof does not stand for a table of people, this print of it and these rules; empty where it does."""
    asked = rules.settings() | {"distinct": table.repeated}
    found = _mismatches(proof, asked, distinct_digest(table), _digest(table, printed))
    return found + distinct_faults(proof, table, printed, rules.overrides) if proof.settings == asked else found


def mismatches(proof: Proof, table: CountTable, printed: Mapping[Labels, int | None], rules: Protection) -> list[str]:
    """Where the proof is of other rules, of another table or of another print than these."""
    return _mismatches(proof, rules.settings(), table_digest(table), _digest(table, printed))


def _digest(table: CountTable | DistinctTable, printed: Mapping[Labels, int | None]) -> str:
    return cells_digest(
        [ProtectedCell(labels, printed[labels], Status.SHOWN) for labels in table.cells() if labels in printed]
    )


def _mismatches(proof: Proof, asked: Mapping[str, Any], input_digest: str, output_digest: str) -> list[str]:
    named = dict(proof.settings)
    found = [
        f"The proof is of other rules: {name} is {named.get(name)} in it, and {asked.get(name)} is asked for. "
        "Give the options with which the table was made."
        for name in sorted({*asked, *named})
        if asked.get(name) != named.get(name)
    ]
    if proof.input_digest != input_digest:
        found.append("The proof is of another table: the true counts or their labels are not those it was made for.")
    if proof.output_digest != output_digest:
        found.append("The proof is of another print: a figure was shown, withheld or altered since.")
    if not proof.safe:
        found.append("The proof itself says that the table is not safe.")
    return found
