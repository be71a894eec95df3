"""`candour audit`: what an attacker can infer from every release of a ledger together, with a candidate or without."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from candour.commands.rule_options import AIM, THRESHOLD, AimName, Threshold, Width, Zeros, names_in, rules_of
from candour.commands.terminal import (
    FINDINGS,
    Format,
    Output,
    UnusableInput,
    one_line_errors,
    print_json,
    read_text,
    write_whole,
)

if TYPE_CHECKING:  # the tables load numba and HiGHS, which the other commands can do without
    from candour.tables.audit.releases import Audit
    from candour.tables.ledger.entry import Entry
    from candour.tables.ledger.ledger import Ledger, Release
    from candour.tables.ledger.marks import Rounding

_CANDIDATE = "this table"
"""What a candidate is called that has no reference yet."""


def audit(  # noqa: PLR0917  a command has as many options as it has
    ledger: Annotated[Path, typer.Argument(help="The ledger: a folder, or a file of JSON or TOML.", metavar="LEDGER")],
    table: Annotated[
        str, typer.Argument(help="A table about to leave: what “candour protect -o” wrote, or a release as JSON.")
    ] = "",
    threshold: Threshold = THRESHOLD,
    aim: AimName = AIM,
    width: Width = 0,
    zeros: Zeros = False,
    insiders: Annotated[
        bool,
        typer.Option("--insiders", help="The attacker may also be anybody who knows a case of their own. Slower."),
    ] = False,
    add: Annotated[bool, typer.Option("--add", help="Enter the table into the ledger instead of auditing it.")] = False,
    reference: Annotated[str, typer.Option(help="The reference of the table’s release.")] = "",
    extracted: Annotated[str, typer.Option(help="The day of the extract it counts, as 2024-03-31.")] = "",
    unit: Annotated[str, typer.Option(help="What the table counts.")] = "cases",
    distinct: Annotated[
        bool, typer.Option("--distinct", help="Each cell counts distinct units (persons): totals are no sums.")
    ] = False,
    where: Annotated[
        list[str] | None, typer.Option(help="The population, as dimension=label or label,label. Repeatable.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Who is left out of it, as dimension=label,label. Repeatable.")
    ] = None,
    period: Annotated[str, typer.Option(help="The period, as 2023, 2022/23 or two dates with “to”.")] = "",
    hierarchy: Annotated[
        list[str] | None, typer.Option(help="A column and the column of its groups, as offence=ogroup. Repeatable.")
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="With --hierarchy: a CSV that has both columns, such as the table protected.")
    ] = None,
    dimension: Annotated[
        list[str] | None,
        typer.Option(help="A column that has another name in the register, as year=“date recorded”. Repeatable."),
    ] = None,
    categories: Annotated[str, typer.Option(help="Columns whose labels look like periods and are none.")] = "",
    incomplete: Annotated[str, typer.Option(help="Columns that leave out labels with cases.")] = "",
    rounding: Annotated[
        str, typer.Option(help="The base that figures are rounded to, and how far they may be off, as 5 or 5:2.")
    ] = "",
    mark: Annotated[
        list[str] | None, typer.Option(help="What a mark means, as “<5=1:4” or “-=0:0”. Repeatable.")
    ] = None,
    percent_of: Annotated[
        str, typer.Option(help="Columns at whose total the percentages in the table are a share, with commas between.")
    ] = "",
    percentages: Annotated[
        Path | None,
        typer.Option(help="CSV of percentages and averages printed beside the table, as for “candour protect”."),
    ] = None,
    by: Annotated[str, typer.Option(help="Who published it, if not the force.")] = "",
    corrects: Annotated[str, typer.Option(help="The release whose figures were wrong.")] = "",
    withdraw: Annotated[
        str, typer.Option(help="Mark the release of this reference as withdrawn; who read it still knows it.")
    ] = "",
    on: Annotated[str, typer.Option(help="With --withdraw: the day, today where it is left out.")] = "",
    seconds: Annotated[
        int, typer.Option(help="Stop after so many seconds; what is open then is not safe.", min=1)
    ] = 600,
    proof: Annotated[
        Path | None, typer.Option(help="Write the proof here. It tells of no case, but stays inside.")
    ] = None,
    verify: Annotated[
        Path | None, typer.Option(help="Prove again, without the solver, what this proof claims.")
    ] = None,
    output: Format = Output.TEXT,
) -> None:
    """What can be inferred from every release together, and from which; ends with 1 where something is told."""
    from candour.tables.audit.insiders import audit_with_insiders
    from candour.tables.audit.proof import faults, proof_of
    from candour.tables.audit.releases import audit as audited
    from candour.tables.audit.search import within
    from candour.tables.csv import TableError
    from candour.tables.ledger.entry import Entry
    from candour.tables.ledger.file import read_ledger

    with one_line_errors():
        _refuse_proof_of_insiders(insiders, proof)
        try:
            rules = rules_of(threshold, aim, width, zeros=zeros, insiders=insiders)
            if withdraw:
                _withdraw(ledger, withdraw, on, table)
                return
            if verify:
                if table:
                    raise UnusableInput("--verify proves a whole ledger again: leave the table out, or enter it first")
                _verified(faults(_json(verify), read_ledger(ledger), rules), verify)
                return
            candidate = None
            if table:
                entry = Entry(
                    reference or ("" if add else _CANDIDATE),
                    _day(extracted, needed=add),
                    unit,
                    by=by,
                    distinct=distinct,
                    where=_limits(where, "--where"),
                    without=_limits(without, "--without"),
                    period=period,
                    groups=_groups(hierarchy, groups),
                    dimensions={name: labels[0] for name, labels in _limits(dimension, "--dimension").items()},
                    incomplete=frozenset(names_in(incomplete)),
                    plain=frozenset(names_in(categories)),
                    rounding=_rounding(rounding),
                    marks=_marks(mark),
                    percent_of=names_in(percent_of),
                    corrects=corrects,
                )
                candidate = _candidate(table, entry, percentages)
            if add:
                _enter(ledger, candidate)
                return
            look = audit_with_insiders if insiders else audited
            result = look(read_ledger(ledger), candidate, rules, within(seconds))
        except TableError as error:
            raise UnusableInput(str(error)) from error
        if proof:
            write_whole(proof, json.dumps(proof_of(result), ensure_ascii=False).encode() + b"\n")
    if output is Output.JSON:
        print_json(result.as_data())
    else:
        _print(result, candidate)
    if not result.safe:
        raise typer.Exit(FINDINGS)


def _withdraw(ledger: Path, reference: str, on: str, table: str) -> None:
    from candour.tables.ledger.withdrawal import withdraw

    if table:
        raise UnusableInput("--withdraw marks a release that is in the ledger: leave the table out")
    marked = withdraw(ledger, reference, _day(on, needed=False, option="--on"))
    typer.echo(f"Marked release {reference} as withdrawn: {marked}")


def _enter(ledger: Path, candidate: Release | None) -> None:
    from candour.tables.ledger.file import add_release

    if candidate is None:
        raise UnusableInput("--add needs the table: name its file after the ledger")
    if not candidate.reference:
        raise UnusableInput("--add needs the reference of the release: give --reference")
    _checked(_known(ledger), candidate)
    typer.echo(f"Entered release {candidate.reference}: {add_release(ledger, candidate)}")


def _refuse_proof_of_insiders(insiders: bool, proof: Path | None) -> None:
    if insiders and proof:
        raise UnusableInput("--proof keeps what every reader can infer: leave --insiders out for one")


def _print(result: Audit, candidate: Release | None) -> None:
    for note in result.notes:
        typer.echo(f"Note: {note}")
    for finding in result.findings:
        typer.echo(finding.words)
        if finding.because and not finding.is_shortest and not finding.undecided:
            typer.echo("  (a smaller set of releases may tell it too)")
    if result.already:
        typer.echo(f"{len(result.already):,} more are told without this table already.")
    what = f"{result.releases:,} releases" + (", the candidate among them" if candidate else "")
    told = f"{len(result.findings):,} told" if result.findings else "nothing told"
    if not result.safe and not result.findings:
        told = "NOT SHOWN TO BE SAFE"
    typer.echo(f"{what}, {result.targets:,} counts looked at: {told}.", err=True)


def _verified(found: list[str], proof: Path) -> None:
    for fault in found:
        typer.echo(fault)
    if found:
        raise typer.Exit(FINDINGS)
    typer.echo(f"Proven again, in whole numbers: {proof}")


def _json(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise UnusableInput(f"{path}: no JSON: line {error.lineno}, {error.msg}") from error
    if not isinstance(data, dict):
        raise UnusableInput(f"{path}: this is no proof of an audit")
    return data


def _candidate(table: str, entry: Entry, percentages: Path | None) -> Release:
    from candour.tables.ledger.beside import with_beside
    from candour.tables.ledger.entry import release_of_table
    from candour.tables.ledger.file import release_of

    text = read_text(table)
    if table.endswith(".json"):
        try:
            release = release_of(json.loads(text))
        except json.JSONDecodeError as error:
            raise UnusableInput(f"{table}: no JSON: line {error.lineno}, {error.msg}") from error
    else:
        release = release_of_table(text, entry)
    return with_beside(release, read_text(str(percentages))) if percentages else release


def _known(path: Path) -> Ledger:
    from candour.tables.ledger.file import read_ledger
    from candour.tables.ledger.ledger import Ledger

    return read_ledger(path) if path.exists() and (not path.is_dir() or any(path.iterdir())) else Ledger()


def _checked(ledger: Ledger, release: Release) -> None:
    """Raise where the release cannot be read together with what the ledger holds."""
    from candour.tables.ledger.statements import statements

    statements(ledger.with_release(release))


def _day(text: str, *, needed: bool, option: str = "--extracted") -> date:
    if not text and not needed:
        return date.today()  # noqa: DTZ011  a day of the calendar of whoever runs the command
    try:
        return date.fromisoformat(text)
    except ValueError:
        if not text:
            raise UnusableInput("--add needs the day of the extract: give --extracted, as 2024-03-31") from None
        raise UnusableInput(f"{option} {text}: write the day as 2024-03-31") from None


def _limits(given: list[str] | None, option: str) -> dict[str, tuple[str, ...]]:
    limits: dict[str, tuple[str, ...]] = {}
    for text in given or []:
        name, found, labels = text.partition("=")
        if not (found and name.strip() and names_in(labels)):
            raise UnusableInput(f"{option} {text}: write the dimension, = and its labels with commas between")
        limits[name.strip()] = limits.get(name.strip(), ()) + names_in(labels)
    return limits


def _groups(hierarchy: list[str] | None, path: Path | None) -> dict[str, dict[str, tuple[str, ...]]]:
    from candour.tables.ledger.entry import groups_of

    if not hierarchy:
        return {}
    if path is None:
        raise UnusableInput("--hierarchy needs a table that has both columns: name it with --groups")
    pairs = {name: labels[0] for name, labels in _limits(hierarchy, "--hierarchy").items()}
    return groups_of(read_text(str(path)), pairs)


def _rounding(text: str) -> Rounding | None:
    from candour.tables.ledger.marks import Rounding

    if not text:
        return None
    base, _, within = text.partition(":")
    if not base.isdigit() or (within and not within.isdigit()):
        raise UnusableInput(f"--rounding {text}: write the base, or the base and how far figures are off, as 5:2")
    return Rounding(int(base), int(within) if within else int(base) - 1)


def _marks(given: list[str] | None) -> dict[str, tuple[int, int | None]]:
    marks: dict[str, tuple[int, int | None]] = {}
    for text in given or []:
        mark, found, meaning = text.rpartition("=")
        low, _, high = meaning.partition(":")
        if not found or not low.isdigit() or (high and not high.isdigit()):
            raise UnusableInput(f"--mark {text}: write the mark, = and the least and most count, as <5=1:4")
        marks[mark.strip()] = int(low), int(high) if high else None
    return marks
