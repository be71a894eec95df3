"""`candour protect --method round` and `--method coarsen`: tables made safe without gaps in them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from candour.commands.terminal import FINDINGS, Output, UnusableInput, print_json, write_together

if TYPE_CHECKING:  # the tables load numba and HiGHS, which the other commands can do without
    from candour.tables.coarsening import Proposal
    from candour.tables.counts import CountTable

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Files:
    """Where the results go: the table with its statuses, the table for readers, the proof."""

    table: Path | None
    readers: Path | None
    proof: Path | None

    def write(self, table: bytes, readers: bytes, proof: bytes = b"") -> None:
        """Write those that are asked for: all of them, or none where one cannot be written."""
        asked = ((self.table, table), (self.readers, readers), (self.proof, proof))
        write_together({path: content for path, content in asked if path})


def round_counts(
    counts: CountTable, threshold: int, base: int, *, key: Path | None, files: Files, output: Output
) -> None:
    """Print or write the rounded table; ends with 1 where a small count can still be known to be small."""
    from candour.tables.csv import write_csv
    from candour.tables.rounded_intervals import rounding_proof
    from candour.tables.rounding import round_table

    try:
        rounded = round_table(counts, _key(key), base)
    except ValueError as error:
        raise UnusableInput(str(error)) from error
    found = rounding_proof(rounded, threshold)
    safe = found.holds() and not found.known_small and not found.determined
    names = [dimension.name for dimension in counts.dimensions]
    rows = [[*labels, str(value)] for labels, value in zip(counts.cells(), rounded.values, strict=True)]
    note = (
        f"Every figure is rounded to a multiple of {base}; parts add up to their totals. "
        f"A figure may differ from the true one by up to {rounded.largest_deviation}."
    )
    proof: dict[str, Any] = {
        "safe": safe,
        "cells": len(found.places),
        "smallest_interval": found.smallest_interval,
        "known_small": found.known_small,
        "not_0": found.without_zero,
        "below_threshold": found.without_threshold,
        "largest_deviation": rounded.largest_deviation,
        "method": "round",
        "settings": {"threshold": threshold, "base": base, "within": rounded.within},
    }
    table = write_csv([*names, "value", "status"], [[*row, "rounded"] for row in rows], mark=False)
    registers = [register.ravel().tolist() for register in found.registers]
    whole = {**proof, "rounded": rounded.rounded.counts.ravel().tolist(), "registers": registers}
    readers = write_csv([*names, counts.unit.capitalize()], rows, [note])
    files.write(table, readers, json.dumps(whole).encode() + b"\n")
    if output is Output.JSON:
        cells = [
            {**dict(zip(names, labels, strict=True)), "value": value, "status": "rounded"}
            for labels, value in zip(counts.cells(), rounded.values, strict=True)
        ]
        print_json({"unit": counts.unit, "dimensions": names, "cells": cells, "notes": [note], "proof": proof})
    else:
        if not files.table:
            typer.echo(table.decode(), nl=False)
        typer.echo(
            f"{len(rows):,} cells, {len(found.places):,} sensitive; {found.known_small:,} of them known to be small; "
            f"{found.without_zero:,} known not to be 0, {found.without_threshold:,} known to be below {threshold}; "
            f"largest deviation {rounded.largest_deviation}.",
            err=True,
        )
    if not safe:
        raise typer.Exit(FINDINGS)


def _key(path: Path | None) -> bytes:
    if path:
        return path.read_bytes().strip()
    typer.echo(
        "candour: rounded under a key drawn for this run, so the next release may round unchanged figures another way. "
        "Name a file with a secret of 16 bytes or more by --key, and keep it.",
        err=True,
    )
    return secrets.token_bytes(_KEY_BYTES)


def propose_coarser(counts: CountTable, threshold: int, files: Files, output: Output) -> None:
    """Print the proposals, and write the best of them; ends with 1 where every one still has small counts."""
    from candour.tables.coarsening import propose
    from candour.tables.csv import write_csv

    proposals = propose(counts, threshold)
    best = proposals[0]
    if files.proof:
        raise UnusableInput("a coarser table shows true counts and needs no proof; leave --proof out")
    names = [dimension.name for dimension in best.table.dimensions]
    rows = [[*labels, str(best.table.value(labels))] for labels in best.table.cells()]
    table = write_csv([*names, "value", "status"], [[*row, "shown"] for row in rows], mark=False)
    files.write(table, write_csv([*names, counts.unit.capitalize()], rows))
    if output is Output.JSON:
        print_json([_as_data(proposal) for proposal in proposals])
    else:
        for number, proposal in enumerate(proposals, start=1):
            left = f"{proposal.sensitive:,} small counts left" if proposal.sensitive else "nothing needs hiding"
            typer.echo(
                f"{number}. {'; '.join(proposal.changes) or 'as it is'}: {left}; {proposal.cells_lost:,} cells fewer, "
                f"{proposal.information_lost:.0%} of the information lost."
            )
    if not best.is_safe:
        raise typer.Exit(FINDINGS)


def _as_data(proposal: Proposal) -> dict[str, Any]:
    names = [dimension.name for dimension in proposal.table.dimensions]
    cells = [
        {**dict(zip(names, labels, strict=True)), "value": proposal.table.value(labels), "status": "shown"}
        for labels in proposal.table.cells()
    ]
    return {
        "changes": list(proposal.changes),
        "sensitive": proposal.sensitive,
        "cells_lost": proposal.cells_lost,
        "coarser": round(proposal.coarser, 4),
        "information_lost": round(proposal.information_lost, 4),
        "unit": proposal.table.unit,
        "dimensions": names,
        "cells": cells,
    }
