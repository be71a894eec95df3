"""`candour count`: a table from case-level data."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from candour.commands.terminal import UnusableInput, one_line_errors, print_json

if TYPE_CHECKING:  # the engine is loaded only where something is counted
    from candour.records.counted import Counted
    from candour.records.description import Description
    from candour.records.joining import Join
    from candour.records.question import CountDefinition


class CountOutput(StrEnum):
    """How the counts are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def count(  # noqa: PLR0917  a command has as many options as it has
    data_set: Annotated[
        Path,
        typer.Argument(
            help="A data set (.records), an extract (CSV or workbook; - for standard input), a description (.toml).",
            metavar="DATASET",
        ),
    ],
    by: Annotated[
        str, typer.Option(help="Columns, or year, quarter, month (year:closed for another date), with commas.")
    ] = "",
    unit: Annotated[str, typer.Option(help="What is counted: cases, persons, allegations or rows.")] = "rows",
    where: Annotated[str, typer.Option(help="A filter, such as 'rank = \"constable\" and outcome is not blank'.")] = "",
    period: Annotated[str, typer.Option(help="Which years: calendar or financial.")] = "calendar",
    date: Annotated[str, typer.Option(help="The column of dates that periods go by.")] = "",
    as_at: Annotated[str, typer.Option(help="Only what was open at the end of this day.")] = "",
    since: Annotated[str, typer.Option(help="The first day of the period.")] = "",
    until: Annotated[str, typer.Option(help="The last day of the period.")] = "",
    part: Annotated[
        list[str] | None, typer.Option(help="An “of which” part, as 'Suspended: status = \"suspended\"'. Repeatable.")
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(help="Subtotals: offence=offence_group, or rank=groups for those of the vocabulary. Repeatable."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Count each in one category only, so that the parts add up.")
    ] = False,
    describe: Annotated[Path | None, typer.Option(help="The description of an extract, as TOML.")] = None,
    sheet: Annotated[str, typer.Option(help="The sheet of a workbook.")] = "",
    join: Annotated[Path | None, typer.Option(help="Another extract that says more of each case or person.")] = None,
    on: Annotated[str, typer.Option(help="With --join: the headings that join the two, with commas.")] = "",
    edition: Annotated[int, typer.Option(help="Count an earlier edition of the data set.", min=0)] = 0,
    accept: Annotated[bool, typer.Option("--accept", help="Count although some rows were not understood.")] = False,
    save: Annotated[str, typer.Option(help="Keep the definition in the data set under this name.")] = "",
    database: Annotated[
        str, typer.Option(help="Count where the data lie: postgresql://…; DATASET gives the description.")
    ] = "",
    table: Annotated[str, typer.Option(help="With --database: the table.")] = "rows",
    output: Annotated[CountOutput, typer.Option("--format", help="table for people, csv, json.")] = CountOutput.TABLE,
) -> None:
    """A table from case-level data: cases, persons, allegations or rows by categories and periods, with margins."""
    from candour.records import RecordsError
    from candour.records.asking_again import save as keep
    from candour.records.counting import count_data_set
    from candour.records.dataset import SUFFIX, opened_for_count

    with one_line_errors():
        try:
            definition = _definition(unit, by, where, period, date, (as_at, since, until), part, groups, once, edition)
            if database:
                counted = _elsewhere(data_set, database, table, definition)
            else:
                described = _described(describe) if describe else None
                stored = data_set.suffix == SUFFIX
                joined = joined_by(join, on)
                if stored and described:
                    raise UnusableInput(f"{data_set} has its own description; leave --describe out.")
                if save and not stored:
                    raise UnusableInput("a definition is kept in a data set; import the extract into one first.")
                with (
                    given(data_set) as extract,
                    opened_for_count(
                        extract, described, sheet=sheet, accept=accept, writable=bool(save), join=joined
                    ) as (held, assumed),
                ):
                    counted = count_data_set(held, definition)
                    for assumption in assumed:
                        typer.echo(f"assumed: {assumption}", err=True)
                    if save:
                        keep(held, save, counted)
        except RecordsError as error:
            raise UnusableInput(str(error)) from error
        show(counted, output)


@contextmanager
def given(path: Path) -> Iterator[Path]:
    """The file, or for `-` standard input as a file that is taken away again."""
    if str(path) != "-":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="candour-input-") as folder:
        held = Path(folder) / "standard-input"
        held.write_bytes(sys.stdin.buffer.read())
        yield held


def joined_by(path: Path | None, on: str) -> Join | None:
    """The other extract of a join. Raises UnusableInput where half of it is named."""
    from candour.records.joining import Join

    names = tuple(name.strip() for name in on.split(",") if name.strip())
    if bool(path) != bool(names):
        raise UnusableInput("--join and --on go together: another extract, and the headings that join the two")
    return Join(path, names) if path else None


def _described(path: Path) -> Description:
    from candour.records.description import read_description

    return read_description(path.read_text(encoding="utf-8-sig"), str(path))


def _definition(  # noqa: PLR0917  all of what was asked
    unit: str,
    by: str,
    where: str,
    period: str,
    date: str,
    days: tuple[str, str, str],
    part: list[str] | None,
    groups: list[str] | None,
    once: bool,
    edition: int,
) -> CountDefinition:
    from candour.records.filters import parse_day
    from candour.records.question import CountDefinition, Part, Period

    if period not in set(Period):
        raise UnusableInput(f"“{period}” is no period; known are {', '.join(Period)}")
    as_at, since, until = (
        parse_day(text, what) if text else None
        for text, what in zip(days, ("--as-at", "--since", "--until"), strict=True)
    )
    parts = []
    for text in part or []:
        label, found, picked = text.partition(":")
        if not (found and label.strip() and picked.strip()):
            raise UnusableInput(f"--part {text}: write a label, a colon and a filter")
        parts.append(Part(label.strip(), picked.strip()))
    pairs = {}
    for text in groups or []:
        name, found, above = text.partition("=")
        if not (found and name.strip() and above.strip()):
            raise UnusableInput(f"--groups {text}: write a column, = and the column of its subtotals")
        pairs[name.strip()] = above.strip()
    names = tuple(name.strip() for name in by.split(",") if name.strip())
    return CountDefinition(
        unit, names, where, Period(period), date, as_at, since, until, tuple(parts), pairs, once, edition or None
    )


def _elsewhere(path: Path, address: str, table: str, definition: CountDefinition) -> Counted:
    """The same count on a table in PostgreSQL that is laid out like the rows of a data set."""
    from candour.records.counting import Place, count
    from candour.records.dataset import SUFFIX, DataSet
    from candour.records.engine import PostgreSQL, identifier

    if path.suffix == SUFFIX:
        with DataSet.open(path, read_only=True) as held:
            description = held.description
    else:
        description = _described(path)
    engine = PostgreSQL(address)
    try:
        source = {"data_set": description.title, "edition": 0, "extract": f"table {table}", "sha256": "", "as_at": None}
        return count(
            Place(engine, identifier(table), "until_edition IS NULL", source, path.parent), description, definition
        )
    finally:
        engine.close()


def show(counted: Counted, output: CountOutput) -> None:
    """Print a counted table."""
    if output is CountOutput.JSON:
        print_json(counted.as_data())
    elif output is CountOutput.CSV:
        typer.echo(counted.as_csv().decode("utf-8-sig"), nl=False)
    else:
        for line in as_text(counted):
            typer.echo(line)


def as_text(counted: Counted) -> list[str]:
    """The table for people, the last dimension across where it is narrow, with the notes beneath."""
    if not counted.dimensions:
        return [f"{counted.total:,} {counted.unit}", "", *counted.notes]
    heads, rows, texts = counted.as_rows()
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    table = [
        "  ".join(
            cell.ljust(width) if at < texts else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [heads, *rows]
    ]
    return [*table, "", *counted.notes]
