"""A stored proof held against what is claimed of it: the rules asked for, the table it is of, and what is printed.

The registers of a proof show that a table protects under the rules that the proof names. Whoever can write to the file
could name weaker rules, or put the proof of another table in its place. So the rules come from whoever verifies, and
every digest is worked out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from candour.tables.counts import CountTable, Labels
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
    found = [*mismatches(proof, table, printed, rules), *faults(proof, table, printed, rules.overrides)]
    if found:
        return Reproof(tuple(found), "registers", proof.cells)
    again = reprove(table, printed, proof, rules.overrides, going=going)
    if again.safe and again.cells != proof.cells:
        words = f"The proof speaks of {proof.cells:,} sensitive cells, but there are {again.cells:,}."
        return Reproof((words,), again.method, again.cells)
    return again


def mismatches(proof: Proof, table: CountTable, printed: Mapping[Labels, int | None], rules: Protection) -> list[str]:
    """Where the proof is of other rules, of another table or of another print than these."""
    asked, named = rules.settings(), dict(proof.settings)
    found = [
        f"The proof is of other rules: {name} is {named.get(name)} in it, and {asked.get(name)} is asked for. "
        "Give the options with which the table was made."
        for name in sorted({*asked, *named})
        if asked.get(name) != named.get(name)
    ]
    if proof.input_digest != table_digest(table):
        found.append("The proof is of another table: the true counts or their labels are not those it was made for.")
    cells = [ProtectedCell(labels, printed[labels], Status.SHOWN) for labels in table.cells() if labels in printed]
    if proof.output_digest != cells_digest(cells):
        found.append("The proof is of another print: a figure was shown, withheld or altered since.")
    if not proof.safe:
        found.append("The proof itself says that the table is not safe.")
    return found
