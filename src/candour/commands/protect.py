"""`candour protect`: a table of counts made safe, with the proof."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from candour.commands.other_methods import Files, propose_coarser, round_counts
from candour.commands.rule_options import AIM, THRESHOLD, AimName, Threshold, Width, Zeros, names_in, rules_of
from candour.commands.rules import NEUTRAL, RuleFiles, possible, tells_small, weight_of, with_files
from candour.commands.stopping import stoppable
from candour.commands.terminal import (
    FINDINGS,
    Format,
    Output,
    UnusableInput,
    one_line_errors,
    print_json,
    read_text,
)

if TYPE_CHECKING:  # the tables load numba and HiGHS, which the other commands can do without
    import numpy as np
    from numpy.typing import NDArray

    from candour.tables.counts import CountTable, Labels
    from candour.tables.distinct import DistinctTable
    from candour.tables.proof import Proof
    from candour.tables.protected import ProtectedTable
    from candour.tables.protection import Protection
    from candour.tables.read_counts import Columns


class Method(StrEnum):
    """How a table is made safe."""

    SUPPRESS = "suppress"
    ROUND = "round"
    COARSEN = "coarsen"


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
    threshold: Threshold = THRESHOLD,
    method: Annotated[Method, typer.Option(help="How the table is made safe.")] = Method.SUPPRESS,
    aim: AimName = AIM,
    width: Width = 0,
    base: Annotated[int, typer.Option(help="With the method “round”: every figure a multiple of this.", min=2)] = 5,
    key: Annotated[
        Path | None,
        typer.Option(help="With the method “round”: a file with the secret that stays the same for all releases."),
    ] = None,
    view: Annotated[
        list[str] | None,
        typer.Option(help="The answer has several tables: the columns of one, with commas between. Repeatable."),
    ] = None,
    of_which: Annotated[
        list[str] | None,
        typer.Option(help="Only this part of the total is printed, not the rest, as sex=Female. Repeatable."),
    ] = None,
    distinct: Annotated[
        str, typer.Option(help="The column in which a person may stand several times: its totals are given, no sums.")
    ] = "",
    zeros: Zeros = False,
    full: Annotated[
        list[str] | None,
        typer.Option(help="Nobody may know that all of a group fall into one category of this column. Repeatable."),
    ] = None,
    insiders: Annotated[
        bool, typer.Option("--insiders", help="The attacker may also be anybody who knows a case of their own.")
    ] = False,
    mark: Annotated[
        str, typer.Option(help="What readers see for a withheld figure; “<5” for small counts alone tells them more.")
    ] = NEUTRAL,
    public: Annotated[Path | None, typer.Option(help="CSV of cells that were published elsewhere already.")] = None,
    impossible: Annotated[Path | None, typer.Option(help="CSV of combinations that cannot occur.")] = None,
    override: Annotated[
        Path | None, typer.Option(help="CSV of cells that a person decided on: decision (protect, show) and reason.")
    ] = None,
    population: Annotated[
        Path | None, typer.Option(help="CSV of how many people stand behind a label: dimension, label, people.")
    ] = None,
    least_population: Annotated[
        int, typer.Option(help="With --population: every count of a group of fewer people is sensitive.", min=0)
    ] = 0,
    percentages: Annotated[
        Path | None, typer.Option(help="CSV of percentages and averages that are printed beside the counts.")
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(help="What readers need most, as year=2024:5, or year:5 for the totals by year. Repeatable."),
    ] = None,
    weights: Annotated[Path | None, typer.Option(help="CSV of cells with a column weight.")] = None,
    seconds: Annotated[
        float | None, typer.Option(help="Stop after so long with the best safe table so far.", min=0)
    ] = None,
    readers: Annotated[Path | None, typer.Option(help="Write the table as it may be published here, as CSV.")] = None,
    proof: Annotated[Path | None, typer.Option(help="Write the whole proof here. It tells the true counts.")] = None,
    verify: Annotated[
        Path | None, typer.Option(help="Make nothing: check this safe table (CSV) against the true one by --proof.")
    ] = None,
    output: Format = Output.TEXT,
) -> None:
    """The table made safe, so that no small count can be worked out, with the proof; ends with 1 if a proof fails."""
    from candour.tables.csv import TableError
    from candour.tables.read_counts import Columns, read_counts

    with one_line_errors():
        try:
            rules = rules_of(
                threshold,
                aim,
                width,
                zeros=zeros,
                insiders=insiders,
                least_population=least_population,
                full=tuple(full or ()),
                tells_small=tells_small(mark, threshold),
            )
            text = read_text(table)
            pairs = _those_in(text, _pairs(hierarchy or []))
            columns = Columns(count or None, pairs, names_in(by), unit, _parts(of_which or []))
            told = RuleFiles(public, impossible, override, population, percentages)
            files = Files(out, readers, proof)
            if method is not Method.SUPPRESS:
                if (
                    distinct
                    or view
                    or zeros
                    or insiders
                    or of_which
                    or full
                    or mark != NEUTRAL
                    or any(astuple(told))
                    or weight
                ):
                    raise UnusableInput(
                        "--view, --zeros, --insiders and what else is said of single cells go with the method "
                        f"“suppress”, not with “{method}”"
                    )
                counts = read_counts(text, columns)
                if method is Method.ROUND:
                    round_counts(counts, threshold, base, key=key, files=files, output=output)
                else:
                    propose_coarser(counts, threshold, files, output)
                return
            if distinct:
                _distinct(text, columns, rules, (distinct, told, seconds), (files, verify, output))
                return
            counts = possible(read_counts(text, columns), told)
            rules = with_files(rules, counts, told)
            printed = _printed(counts, view, columns.of_which)
            if verify:
                _verify(counts, rules, printed, verify, proof)
                return
            work = _Work(counts, rules, printed, weight_of(weight or [], weights, counts), mark, seconds)
            _suppress(work, files, output)
        except TableError as error:
            raise UnusableInput(f"{table}: {error}") from error


@dataclass(frozen=True, eq=False)
class _Work:
    """A table, the rules for it, and how it is to be printed."""

    counts: CountTable
    rules: Protection
    printed: NDArray[np.bool_] | None
    weight: NDArray[np.float64] | None
    mark: str
    seconds: float | None


def _parts(asked: list[str]) -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    for text in asked:
        name, found, label = (word.strip() for word in text.partition("="))
        if not (found and name and label):
            raise UnusableInput(f"--of-which {text}: write the column, = and the category that is printed")
        parts[name] = (*parts.get(name, ()), label)
    return parts


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


def _those_in(text: str, pairs: dict[str, str]) -> dict[str, str]:
    """The hierarchies of the table: one command line may serve several tables, so what is not there at all is told.

    Where only one of the two columns is missing it is a mistake, which the reading of the table refuses.
    """
    from candour.tables.read_counts import read_rows

    header, _ = read_rows(text)
    absent = {child: parent for child, parent in pairs.items() if child not in header and parent not in header}
    for child, parent in absent.items():
        typer.echo(f"candour: --hierarchy {child}={parent}: the table has neither column; left out.", err=True)
    return {child: parent for child, parent in pairs.items() if child not in absent}


def _printed(
    counts: CountTable, views: list[str] | None, of_which: Mapping[str, tuple[str, ...]]
) -> NDArray[np.bool_] | None:
    if not views and not of_which:
        return None
    printed = counts.of_which(of_which)
    return printed & counts.in_views([names_in(view) for view in views]) if views else printed


def _suppress(work: _Work, files: Files, output: Output) -> None:
    from candour.tables.protected import suppressed
    from candour.tables.suppress import Stopped, suppress

    with stoppable(work.seconds) as going:
        try:
            result = suppress(work.counts, work.rules, weight=work.weight, printed=work.printed, going=going)
        except Stopped:
            raise UnusableInput("stopped before a safe table was found; nothing was written") from None
        early = not going()
    safe = suppressed(result, work.printed)
    marks = (work.mark, "*") if work.rules.tells_small else (work.mark, work.mark)
    _deliver(safe, marks, files, output, early=early)


def _distinct(
    text: str,
    columns: Columns,
    rules: Protection,
    said: tuple[str, RuleFiles, float | None],
    asked: tuple[Files, Path | None, Output],
) -> None:
    """A table of people whose totals are no sums: made safe, or checked again."""
    from candour.tables.distinct import read_distinct
    from candour.tables.distinct_suppression import protect_distinct
    from candour.tables.suppress import Stopped
    from candour.tables.verification import distinct_verified

    name, told, seconds = said
    files, verify, output = asked
    if any(astuple(told)) or columns.of_which:
        raise UnusableInput("--distinct goes with the threshold, --zeros and the aim, not with files on single cells")
    people = read_distinct(text, columns, name)
    if verify:
        stored = _stored(files.proof)
        _tell(stored, distinct_verified(stored, people, _read_safe(verify, people), rules))
        return
    with stoppable(seconds) as going:
        try:
            safe = protect_distinct(people, rules, going)
        except Stopped:
            raise UnusableInput("stopped before a safe table was found; nothing was written") from None
        early = not going()
    _deliver(safe, (NEUTRAL, NEUTRAL), files, output, early=early)


def _deliver(safe: ProtectedTable, marks: tuple[str, str], files: Files, output: Output, *, early: bool) -> None:
    """Write and print a safe table; ends with 1 where its proof does not stand."""
    proof = json.dumps(safe.proof.as_data()).encode() + b"\n"
    files.write(safe.as_csv(), safe.for_readers(*marks), proof)
    if output is Output.JSON:
        print_json(safe.as_data())
    elif not files.table:
        typer.echo(safe.as_csv().decode(), nl=False)
    if output is Output.TEXT:
        typer.echo(_said(safe, early=early), err=True)
    if not safe.proof.safe:
        raise typer.Exit(FINDINGS)


def _said(safe: ProtectedTable, *, early: bool) -> str:
    """What was done, in one line."""
    proof = safe.proof
    if safe.hidden == proof.least:
        fewest = "proven fewest"
    else:
        fewest = f"no safe table withholds fewer than {proof.least:,}"
        if proof.cheapest:
            fewest += "; proven that none loses less of what readers need"
        elif proof.minimal:
            fewest += "; proven that none can be shown again"
        else:
            fewest += "; not proven that none can be shown again"
    words = [
        f"{len(safe.cells):,} cells, {proof.cells:,} sensitive, {safe.hidden:,} withheld ({fewest})",
        "proven safe" if proof.safe else "NOT SAFE",
    ]
    if proof.smallest_interval is not None:
        words.append(f"narrowest range {proof.smallest_interval}")
    if early:
        words.append("stopped early, this is the best so far")
    return f"{'; '.join(words)}."


def _verify(
    counts: CountTable, rules: Protection, printed: NDArray[np.bool_] | None, safe: Path, proof: Path | None
) -> None:
    from candour.tables.verification import verified

    stored = _stored(proof)
    again = verified(stored, counts, _read_safe(safe, counts, printed), rules)
    _tell(stored, list(again.faults))
    how = {
        "exact": "A second search, in exact fractions and without the registers, found the same.",
        "exact and registers": "A second search, in exact fractions, found the same but for "
        f"{again.by_registers:,} beliefs that the registers alone show.",
    }
    typer.echo(how.get(again.method, "For a second search in fractions it is too large: the registers alone show it."))


def _read_safe(
    path: Path, table: CountTable | DistinctTable, printed: NDArray[np.bool_] | None = None
) -> dict[Labels, int | None]:
    from candour.tables.csv import TableError
    from candour.tables.read_protected import read_protected

    try:
        return read_protected(read_text(str(path)), table, printed)
    except TableError as error:
        raise UnusableInput(f"{path}: {error}") from error


def _stored(path: Path | None) -> Proof:
    from candour.tables.proof import read_proof

    if path is None:
        raise UnusableInput("--verify needs the proof: name its file with --proof")
    try:
        return read_proof(json.loads(read_text(str(path))))
    except json.JSONDecodeError as error:
        raise UnusableInput(f"{path}: no JSON: line {error.lineno}, {error.msg}") from error
    except ValueError as error:
        raise UnusableInput(f"{path}: {error}") from error


def _tell(proof: Proof, found: list[str]) -> None:
    for fault in found:
        typer.echo(fault)
    if found:
        raise typer.Exit(FINDINGS)
    typer.echo(f"Proven again, in whole numbers: {proof.cells:,} sensitive cells, {len(proof.registers):,} registers.")
