"""`candour records`: describe an extract, import it into a data set, ask saved counts again, draw a chart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from candour.commands.terminal import FINDINGS, Format, Output, UnusableInput, one_line_errors, print_json, read_text

if TYPE_CHECKING:
    from candour.records.dataset import Imported

app = typer.Typer(
    help="Case-level data sets: describe, import, ask again.", no_args_is_help=True, rich_markup_mode=None
)
_SHOWN = 20


@app.command("describe")
def describe_extract(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, XLS or ODS.", metavar="FILE")],
    out: Annotated[Path | None, typer.Option("-o", "--output", help="Write the description here, as TOML.")] = None,
    sheet: Annotated[str, typer.Option(help="The sheet of a workbook.")] = "",
) -> None:
    """What an extract seems to hold, as a description to be corrected: columns, kinds, keys, every assumption."""
    from candour.records import RecordsError
    from candour.records.describing import describe
    from candour.records.description import write_description
    from candour.records.findings import Findings

    with one_line_errors():
        findings = Findings()
        try:
            proposed, staged = describe(file, findings, sheet)
        except RecordsError as error:
            raise UnusableInput(str(error)) from error
        text = write_description(proposed)
        told = [f"# {file.name}: {staged.rows:,} rows. Correct what is wrong, then import with --describe."]
        told += [f"# Assumed: {assumption}" for assumption in findings.assumptions]
        told += [f"# Not understood: {problem}" for problem in findings.problems[:_SHOWN]]
        whole = "\n".join(" ".join(line.split()) for line in told) + "\n\n" + text
        if out:
            out.write_text(whole, encoding="utf-8")
            typer.echo(f"{out}: {len(proposed.kept)} columns described, {staged.rows:,} rows read.")
        else:
            typer.echo(whole, nl=False)


@app.command("import")
def import_extract(  # noqa: PLR0917  a command has as many options as it has
    data_set: Annotated[
        Path, typer.Argument(help="The data set, NAME.records; it is made if there is none.", metavar="DATASET")
    ],
    files: Annotated[list[Path], typer.Argument(help="Extracts in the order of their editions.", metavar="FILE...")],
    describe: Annotated[Path | None, typer.Option(help="The description of a new data set, as TOML.")] = None,
    join: Annotated[Path | None, typer.Option(help="Another extract that says more of each case or person.")] = None,
    on: Annotated[str, typer.Option(help="With --join: the headings that join the two, with commas.")] = "",
    as_at: Annotated[str, typer.Option(help="The day that the data of the extract are true for.")] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Import although some rows were not understood.")] = False,
    output: Format = Output.TEXT,
) -> None:
    """Import extracts: all of each or nothing. An extract that is in the data set already changes nothing."""
    from candour.commands.count import joined_by
    from candour.records import RecordsError
    from candour.records.dataset import SUFFIX, DataSet
    from candour.records.describing import describe as propose
    from candour.records.description import read_description
    from candour.records.filters import parse_day
    from candour.records.findings import Findings

    with one_line_errors():
        try:
            if data_set.suffix != SUFFIX:
                raise UnusableInput(f"{data_set}: the name of a data set ends in {SUFFIX}")
            day = parse_day(as_at, "--as-at") if as_at else None
            joined = joined_by(join, on)
            fresh = not data_set.exists()
            if fresh:
                if describe:
                    description = read_description(describe.read_text(encoding="utf-8-sig"), str(describe))
                else:
                    description, _ = propose(files[0], Findings(), "", joined)
                held = DataSet.create(data_set, description, describe.parent if describe else data_set.parent)
            elif describe:
                raise UnusableInput(f"{data_set} has its own description; leave --describe out")
            else:
                held = DataSet.open(data_set)
            done: list[Imported] = []
            try:
                with held:
                    done.extend(held.import_extract(file, as_at=day, accept=accept, join=joined) for file in files)
            except BaseException:
                if fresh and not done:
                    data_set.unlink(missing_ok=True)
                raise
        except RecordsError as error:
            raise UnusableInput(str(error)) from error
        if output is Output.JSON:
            print_json([each.as_data() for each in done])
            return
        for each in done:
            _tell(each)


def _tell(done: Imported) -> None:
    if done.known:
        typer.echo(
            f"{done.name}: this extract is in the data set already, as edition {done.edition}; nothing was changed."
        )
        return
    typer.echo(
        f"{done.name}: edition {done.edition}, {done.rows:,} rows; {done.new:,} new, {done.same:,} there already, "
        f"{done.changed:,} changed, {done.gone:,} no longer in it."
    )
    for assumption in done.assumptions:
        typer.echo(f"  assumed: {assumption}")
    for problem in done.problems[:_SHOWN]:
        typer.echo(f"  not understood: {problem}")
    if (more := done.set_aside + done.not_understood - _SHOWN) > 0:
        typer.echo(f"  not understood: {more:,} more; --format json lists them.")


@app.command("show")
def show_data_set(
    data_set: Annotated[Path, typer.Argument(metavar="DATASET")],
    output: Format = Output.TEXT,
) -> None:
    """What a data set is: its columns, its editions, the counts saved with it. No row is shown."""
    from candour.records import RecordsError
    from candour.records.asking_again import saved
    from candour.records.dataset import DataSet

    with one_line_errors():
        try:
            with DataSet.open(data_set, read_only=True) as held:
                description, editions, kept = held.description, held.editions, saved(held)
        except RecordsError as error:
            raise UnusableInput(str(error)) from error
        if output is Output.JSON:
            print_json(
                {
                    "title": description.title,
                    "row": description.row,
                    "keys": {role: list(names) for role, names in description.keys.items()},
                    "columns": [
                        {"name": each.name, "heading": each.heading, "kind": each.kind.value, "terms": each.terms}
                        for each in description.kept
                    ],
                    "editions": [
                        {
                            "edition": each.number,
                            "extract": each.name,
                            "sha256": each.digest,
                            "imported": each.imported.isoformat(),
                            "as_at": each.as_at.isoformat() if each.as_at else None,
                            "rows": each.rows,
                        }
                        for each in editions
                    ],
                    "saved": [{"name": each.name, **each.definition.as_data()} for each in kept],
                }
            )
            return
        typer.echo(f"{description.title}: one row for each {description.row}.")
        for role, names in description.keys.items():
            typer.echo(f"  {role} is told apart by {', '.join(names)}")
        for each in description.kept:
            typer.echo(f"  {each.name}: {each.kind.value}{f', {each.terms}' if each.terms else ''} “{each.heading}”")
        for edition in editions:
            typer.echo(
                f"  edition {edition.number}: {edition.name}, {edition.rows:,} rows, {edition.imported:%Y-%m-%d}"
            )
        for count in kept:
            by = ", ".join(count.definition.by) or "nothing"
            typer.echo(f"  saved count “{count.name}”: {count.definition.unit} by {by}")


@app.command("ask")
def ask(
    data_set: Annotated[Path, typer.Argument(metavar="DATASET")],
    name: Annotated[str, typer.Argument(help="The name of the saved count.")],
    rows: Annotated[bool, typer.Option("--rows", help="List the rows behind the difference: case-level data.")] = False,
    output: Format = Output.TEXT,
) -> None:
    """A saved count again, on the latest extract, compared with last time; ends with 1 where a figure changed."""
    from candour.commands.count import as_text
    from candour.records import RecordsError
    from candour.records.asking_again import ask_again, row_changes
    from candour.records.dataset import DataSet

    with one_line_errors():
        try:
            with DataSet.open(data_set, read_only=True) as held:
                again = ask_again(held, name)
                changes = (
                    row_changes(held, again.counted.definition, again.before_edition, again.counted.source["edition"])
                    if rows
                    else ()
                )
        except RecordsError as error:
            raise UnusableInput(str(error)) from error
        listed = [
            {"what": each.what, "line": each.line, "values": dict(each.values), "before": dict(each.before)}
            for each in changes
        ]
        if output is Output.JSON:
            print_json({**again.as_data(), **({"row_changes": listed} if rows else {})})
        else:
            for line in as_text(again.counted):
                typer.echo(line)
            typer.echo("")
            total = again.row_totals
            typer.echo(
                f"Since edition {again.before_edition}: {len(again.cells):,} figures changed; "
                f"{total['new']:,} rows new, {total['gone']:,} gone, {total['changed']:,} changed."
            )
            for cell in again.cells:
                typer.echo(f"  {', '.join(cell.labels) or 'all'}: {cell.before:,} then, {cell.now:,} now")
            for each in listed:
                typer.echo(f"  {json.dumps(each, ensure_ascii=False)}")
        if again.cells:
            raise typer.Exit(FINDINGS)


@app.command("chart")
def chart(
    table: Annotated[
        str, typer.Argument(help="The CSV that `candour protect -o` wrote; - for standard input.", metavar="SAFE")
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="Write the figure here, as HTML.")],
    title: Annotated[str, typer.Option(help="What the chart shows.")],
    unit: Annotated[str, typer.Option(help="What is counted.")] = "cases",
) -> None:
    """Bars from a protected table, as HTML with inline SVG and the data table beside it."""
    from candour.records import RecordsError
    from candour.records.chart import bar_chart, printed_csv

    with one_line_errors():
        try:
            drawn = bar_chart(printed_csv(read_text(table), title, unit))
        except RecordsError as error:
            raise UnusableInput(f"{table}: {error}") from error
        out.write_text(drawn + "\n", encoding="utf-8")
        typer.echo(f"{out} ({len(drawn.encode()):,} bytes)")


@app.command("copy")
def copy(
    data_set: Annotated[Path, typer.Argument(metavar="DATASET")],
    address: Annotated[str, typer.Option("--to", help="postgresql://…")],
    table: Annotated[str, typer.Option(help="The table to make, in the place of one of that name.")] = "rows",
) -> None:
    """Copy the current rows into PostgreSQL, where `candour count --database` counts them."""
    from candour.records import RecordsError
    from candour.records.dataset import DataSet
    from candour.records.elsewhere import copy_rows

    with one_line_errors():
        try:
            with DataSet.open(data_set, read_only=True) as held:
                total = copy_rows(held, address, table)
        except RecordsError as error:
            raise UnusableInput(str(error)) from error
        typer.echo(f"{total:,} rows copied into {table}.")
