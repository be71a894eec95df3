"""`candour protect`: a table of counts made safe, with the proof."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from candour.commands.terminal import FINDINGS, Format, Output, UnusableInput, one_line_errors, print_json, read_text

if TYPE_CHECKING:  # the tables load numba and HiGHS, which the other commands can do without
    import numpy as np
    from numpy.typing import NDArray

    from candour.tables.counts import CountTable
    from candour.tables.protection import Protection


class Method(StrEnum):
    """How a table is made safe."""

    SUPPRESS = "suppress"


def protect(  # noqa: PLR0917  a command has as many options as it has
    table: Annotated[
        str, typer.Argument(help="CSV, one row for each innermost cell or each case; - for standard input.")
    ],
    out: Annotated[Path | None, typer.Option("-o", "--output", help="Write the safe table here, as CSV.")] = None,
    count: Annotated[str, typer.Option(help="The column of counts; without it, each row is one case.")] = "",
    hierarchy: Annotated[
        list[str] | None, typer.Option(help="A column and the column of its groups, as offence=ogroup. Repeatable.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="The columns to count by, with commas between; every other one if left out.")
    ] = "",
    unit: Annotated[str, typer.Option(help="What is counted.")] = "cases",
    threshold: Annotated[int, typer.Option(help="Counts of 1 to one less than this are sensitive.", min=1)] = 5,
    method: Annotated[Method, typer.Option(help="How the table is made safe.")] = Method.SUPPRESS,
    aim: Annotated[
        str,
        typer.Option(help="What an attacker must be left with: believable (0 or the threshold), width, undetermined."),
    ] = "believable",
    width: Annotated[int, typer.Option(help="With the aim “width”: how wide the range of counts must be.", min=0)] = 0,
    view: Annotated[
        list[str] | None,
        typer.Option(help="The answer has several tables: the columns of one, with commas between. Repeatable."),
    ] = None,
    zeros: Annotated[bool, typer.Option("--zeros", help="Counts of 0 are sensitive too.")] = False,
    readers: Annotated[Path | None, typer.Option(help="Write the table as it may be published here, as CSV.")] = None,
    proof: Annotated[Path | None, typer.Option(help="Write the whole proof here. It tells the true counts.")] = None,
    verify: Annotated[
        Path | None, typer.Option(help="Make nothing: check this safe table (CSV) against the true one by --proof.")
    ] = None,
    output: Format = Output.TEXT,
) -> None:
    """The table made safe, so that no small count can be worked out, with the proof; ends with 1 if a proof fails."""
    from candour.tables.csv import TableError
    from candour.tables.protection import Aim, Protection
    from candour.tables.read_counts import Columns, read_counts

    with one_line_errors():
        try:
            if aim not in set(Aim):
                raise UnusableInput(f"“{aim}” is no aim; known are {', '.join(Aim)}")
            columns = Columns(
                count or None,
                _pairs(hierarchy or []),
                tuple(name.strip() for name in by.split(",") if name.strip()),
                unit,
            )
            counts = read_counts(read_text(table), columns)
            rules = Protection(threshold=threshold, aim=Aim(aim), width=width, zeros=zeros)
            if verify:
                _verify(counts, _printed(counts, view), verify, proof)
                return
            _suppress(counts, rules, _printed(counts, view), _Files(out, readers, proof), output)
        except TableError as error:
            raise UnusableInput(f"{table}: {error}") from error


def _pairs(hierarchy: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in hierarchy:
        child, found, parent = text.partition("=")
        if not (found and child.strip() and parent.strip()):
            raise UnusableInput(f"--hierarchy {text}: write the column, = and the column of its groups")
        if child.strip() in pairs:
            raise UnusableInput(f"--hierarchy {text}: “{child.strip()}” has two columns of groups")
        pairs[child.strip()] = parent.strip()
    return pairs


@dataclass(frozen=True, slots=True)
class _Files:
    """Where the results go: the table with its statuses, the table for readers, the proof."""

    table: Path | None
    readers: Path | None
    proof: Path | None


def _printed(counts: CountTable, views: list[str] | None) -> NDArray[np.bool_] | None:
    if not views:
        return None
    return counts.in_views([[name.strip() for name in view.split(",") if name.strip()] for view in views])


def _suppress(
    counts: CountTable, rules: Protection, printed: NDArray[np.bool_] | None, files: _Files, output: Output
) -> None:
    from candour.tables.protected import suppressed
    from candour.tables.suppress import suppress

    safe = suppressed(suppress(counts, rules, printed=printed), printed)
    if files.table:
        files.table.write_bytes(safe.as_csv())
    if files.readers:
        files.readers.write_bytes(safe.for_readers())
    if files.proof:
        files.proof.write_text(json.dumps(safe.proof.as_data()) + "\n", encoding="utf-8")
    if output is Output.JSON:
        print_json(safe.as_data())
    elif not files.table:
        typer.echo(safe.as_csv().decode(), nl=False)
    if output is Output.TEXT:
        typer.echo(
            f"{len(safe.cells):,} cells, {safe.proof.cells:,} sensitive, {safe.hidden:,} withheld "
            f"(no safe table withholds fewer than {safe.proof.least:,}); "
            + ("proven safe" if safe.proof.safe else "NOT SAFE")
            + (f", narrowest range {safe.proof.smallest_interval}" if safe.proof.smallest_interval is not None else "")
            + ".",
            err=True,
        )
    if not safe.proof.safe:
        raise typer.Exit(FINDINGS)


def _verify(counts: CountTable, printed: NDArray[np.bool_] | None, safe: Path, proof: Path | None) -> None:
    from candour.tables.proof import faults, read_proof
    from candour.tables.read_protected import read_protected

    if proof is None:
        raise UnusableInput("--verify needs the proof: name its file with --proof")
    try:
        stored = read_proof(json.loads(proof.read_text(encoding="utf-8")))
    except ValueError as error:
        raise UnusableInput(f"{proof}: {error}") from error
    found = faults(stored, counts, read_protected(read_text(str(safe)), counts, printed))
    for fault in found:
        typer.echo(fault)
    if found:
        raise typer.Exit(FINDINGS)
    typer.echo(
        f"Proven again, in whole numbers: {stored.cells:,} sensitive cells, {len(stored.registers):,} registers."
    )
