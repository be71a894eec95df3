"""The command `candour`: a thin face over the packages.

Every command reads files or standard input, prints text for people or JSON for programs, writes errors to standard
error as one line, and ends with 0 for fine, 1 for findings, 2 for bad use or unreadable input.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from candour import __version__
from candour.commands.audit import audit
from candour.commands.count import count
from candour.commands.inspect import inspect
from candour.commands.post import post
from candour.commands.protect import protect
from candour.commands.rebuild import rebuild
from candour.commands.records import app as records
from candour.commands.retention import retention
from candour.commands.terminal import (
    FINDINGS,
    UNUSABLE,
    Format,
    Output,
    UnusableInput,
    content,
    one_line_errors,
    print_json,
    read_text,
)
from candour.commands.verify import verify
from candour.commands.work import work

app = typer.Typer(
    name="candour",
    help="The Freedom of Information desk of a UK police force.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def due(
    received: Annotated[str, typer.Argument(help="The date of receipt, as 2026-03-03.", metavar="DATE")],
    output: Format = Output.TEXT,
) -> None:
    """The statutory date, and every day until then with why it counts or not."""
    from candour.law.working_days import RESPONSE_DAYS, PastHorizon, foia_calendar, minority_due_date
    from candour.letters.model import day as written

    with one_line_errors():
        try:
            start = date.fromisoformat(received)
        except ValueError:
            raise UnusableInput(f"“{received}” is not a date. Write it as 2026-03-03.") from None
        try:
            days = foia_calendar().explain(start, RESPONSE_DAYS)
        except PastHorizon as error:
            raise UnusableInput(str(error)) from error
    minority = minority_due_date(start)
    if output is Output.JSON:
        listed = [{"date": day.date.isoformat(), "counts": day.counts, "why": day.why} for day in days]
        print_json(
            {
                "received": start.isoformat(),
                "due": days[-1].date.isoformat(),
                "working_days": RESPONSE_DAYS,
                "minority_due": minority.isoformat() if minority else None,
                "days": listed,
            }
        )
        return
    typer.echo(f"Received {written(start)}. Due {written(days[-1].date)}, a {days[-1].date:%A}.")
    if minority:
        typer.echo(
            "For information: authorities that take a request of a day off as received on the next working day"
            f" would say {written(minority)}."
        )
    for day in days:
        number = f"{day.number:>3}" if day.number else "  -"
        typer.echo(f"{number}  {day.date:%a} {written(day.date)}{'' if day.counts else ': ' + day.why}")


@app.command()
def read(
    file: Annotated[str, typer.Argument(help="Text, HTML, DOCX, PDF or e-mail; - for standard input.", metavar="FILE")],
    output: Format = Output.TEXT,
) -> None:
    """A published or drafted response as structure: questions, outcomes, limbs, sections, attachments."""
    from candour.letters.read import UnreadableText, read_file

    with one_line_errors():
        try:
            reading = read_file(content(file), file).as_json()
        except UnreadableText as error:
            raise UnusableInput(f"{file}: {error}") from error
    if output is Output.JSON:
        print_json(reading)
        return
    for key, value in reading.items():
        if key == "questions":
            for question in value:
                limbs = f" ({', '.join(question['exemptions'])})" if question["exemptions"] else ""
                words = " ".join((question["text"] or "").split())
                typer.echo(f"question {question['number']}: {question['outcome'] or 'not shown'}{limbs}: {words[:100]}")
        elif key not in _READ_ASIDE and not _nested(value):
            typer.echo(f"{key.replace('_', ' ')}: {_plain(value)}")


_READ_ASIDE = ("places", "citations", "reasons", "links", "other_information")
"""What programs are given and people are not: it is long, and stands in the JSON."""


class LintOutput(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


@app.command()
def lint(  # noqa: PLR0917  a command has as many options as it has
    files: Annotated[list[str] | None, typer.Argument(help="Letters; - for standard input.", metavar="FILE...")] = None,
    select: Annotated[str, typer.Option(help="Only these codes or beginnings of codes, with commas between.")] = "",
    ignore: Annotated[str, typer.Option(help="Not these codes or beginnings of codes.")] = "",
    severity: Annotated[str, typer.Option(help="The least grave to report: error, warning or info.")] = "info",
    output: Annotated[LintOutput, typer.Option("--format", help="Text, JSON or SARIF.")] = LintOutput.TEXT,
    explain: Annotated[str, typer.Option(help="Explain one rule instead, by its code.")] = "",
    list_rules: Annotated[bool, typer.Option("--list", help="List every rule instead, as Markdown.")] = False,
) -> None:
    """Defects in a response, by rule code, with the line and the legal basis; ends with 1 when there is an error."""
    from candour.letters.lint import Severity, UnknownRule, lint_main
    from candour.letters.lint import explain as explain_rule
    from candour.letters.lint.rules_page import rules_page
    from candour.letters.read import UnreadableText, open_source

    with one_line_errors():
        try:
            if explain:
                typer.echo(explain_rule(explain))
                return
            if list_rules:
                typer.echo(rules_page(), nl=False)
                return
            if not files:
                raise UnusableInput("name at least one letter, or a rule with --explain")
            if severity not in set(Severity):
                raise UnusableInput(f"“{severity}” is no severity; known are {', '.join(Severity)}")
            letters = []
            for name in files:
                try:
                    letters.append((name, open_source(content(name), name).text))
                except UnreadableText as error:
                    raise UnusableInput(f"{name}: {error}") from error
            report, code = lint_main(
                letters,
                select=_codes(select),
                ignore=_codes(ignore),
                severity=Severity(severity),
                format=output.value,
            )
        except UnknownRule as error:
            raise UnusableInput(str(error)) from error
        if code == UNUSABLE:
            raise UnusableInput(report)
    typer.echo(report)
    raise typer.Exit(code)


@app.command()
def write(
    decisions: Annotated[str, typer.Argument(help="The decisions as TOML; - for standard input.", metavar="DECISIONS")],
    out: Annotated[Path, typer.Option("-o", "--output", help="The letter: .html, .docx, .pdf or .txt.")],
    wording: Annotated[Path | None, typer.Option(help="The force's own wording, as TOML.")] = None,
    draft: Annotated[bool, typer.Option(help="Write it although something is missing.")] = False,
) -> None:
    """The letter from decisions, with its attachments beside it."""
    from candour.letters.compose import IncompleteResponse, compose
    from candour.letters.decisions_file import DecisionsFileError, load_response
    from candour.letters.wording import WordingError, english
    from candour.letters.write import FORMATS
    from candour.letters.write import write as write_letter
    from candour.tables import write_csv

    with one_line_errors():
        kind = out.suffix.removeprefix(".").lower()
        if kind not in FORMATS:
            known = ", ".join(f".{name}" for name in FORMATS)
            raise UnusableInput(f"{out}: a letter is written as one of {known}")
        try:
            response = load_response(read_text(decisions))
            words = english().overridden(read_text(str(wording))) if wording else english()
            letter = compose(response, words, draft=draft)
        except (DecisionsFileError, WordingError) as error:
            raise UnusableInput(f"{wording if isinstance(error, WordingError) else decisions}: {error}") from error
        except IncompleteResponse as error:
            typer.echo(f"{decisions}: the letter is not complete.", err=True)
            for gap in error.gaps:
                typer.echo(f"  {gap.about}: {gap.what}, because {gap.why}.", err=True)
            raise typer.Exit(FINDINGS) from error
        files = {out: write_letter(letter, kind)}
        listed = {attachment.name for attachment in letter.attachments}
        for exhibit in (exhibit for answer in response.answers for exhibit in answer.exhibits):
            if exhibit.file in listed:
                path = out.parent / Path(exhibit.file).name
                content = write_csv(exhibit.table.columns, exhibit.table.rows, exhibit.table.notes)
                taken = next((known for known in files if known.name.casefold() == path.name.casefold()), path)
                if files.get(taken, content) != content:
                    raise UnusableInput(f"{decisions}: {path} would be written over {taken}; name the attachment anew")
                files[taken] = content
        for path, content in files.items():
            path.write_bytes(content)
            typer.echo(f"{path} ({len(content):,} bytes)")


@app.command()
def demo(
    port: Annotated[int, typer.Option(envvar="PORT", help="The port to listen on.", min=1, max=65535)] = 8000,
    data: Annotated[Path, typer.Option(help="Where the demonstration keeps its data.")] = Path("var/demo"),
    fresh: Annotated[bool, typer.Option(help="Begin again with the examples alone.")] = False,
) -> None:
    """The whole desk on SQLite with example forces, staff, requests and data."""
    from candour.site.server import serve_demo

    with one_line_errors():
        serve_demo(port, data, fresh=fresh)


@app.command()
def serve(
    port: Annotated[int, typer.Option(envvar="PORT", help="The port to listen on.", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes that serve.", min=1, max=64)] = 1,
    with_work: Annotated[bool, typer.Option("--with-work", help="Do the background work too.")] = False,
) -> None:
    """The server on the settings given in the environment (see docs/operate.md)."""
    from candour.site.server import serve_settings

    with one_line_errors():
        serve_settings(host, port, workers, with_work=with_work)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context) -> None:
    """Django's own commands, such as `candour manage migrate` or `candour manage createsuperuser`."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "candour.site.settings")
    execute_from_command_line(["candour manage", *context.args])


app.command()(protect)
app.command()(inspect)
app.command()(rebuild)
app.command()(verify)
app.command()(retention)
app.command()(work)
app.command()(count)
app.add_typer(records, name="records")
app.command()(audit)
app.command()(post)


@app.callback(invoke_without_command=True)
def _whole(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"candour {__version__}")
        raise typer.Exit


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()]


def _nested(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _plain(value: object) -> str:
    if value is None:
        return "not shown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)


main: Callable[[], None] = app

if __name__ == "__main__":
    main()
