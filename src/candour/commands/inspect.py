"""`candour inspect`: what is in a file that a reader cannot see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from candour.commands.progress import progress
from candour.commands.terminal import FINDINGS, Format, Output, UnusableInput, content, one_line_errors, print_json

if TYPE_CHECKING:
    from candour.files import Inspection

_GRAVITY = {"C": "critical", "H": "high", "M": "moderate", "L": "low"}


def inspect(
    files: Annotated[
        list[str],
        typer.Argument(help="Workbooks, documents, PDF, pictures, mail, ZIP; - for standard input.", metavar="FILE..."),
    ],
    output: Format = Output.TEXT,
) -> None:
    """What is in a file that a reader cannot see; ends with 1 when anything is found or a file is blocked."""
    from candour.files import Gate, Status

    reports: list[Inspection] = []
    with one_line_errors():
        contents = [(name, content(name)) for name in files]
        if not contents:
            raise UnusableInput("name at least one file")
        with Gate() as gate:
            for name, data in contents:
                with progress(name) as tell:
                    report = gate.inspect(data, name, tell)
                reports.append(report)
                if output is Output.TEXT:
                    _print(report)
    if output is Output.JSON:
        print_json([report.as_data() for report in reports])
    if any(report.status is not Status.CLEAN for report in reports):
        raise typer.Exit(FINDINGS)


def _print(report: Inspection) -> None:
    from candour.files import Status
    from candour.files.catalogue import hiding_place

    share = f"{report.classified:.0%} classified"
    if report.status is Status.CLEAN:
        typer.echo(f"{report.file}: nothing hidden ({report.kind}, {share})")
        return
    if report.status is Status.BLOCKED:
        typer.echo(f"{report.file}: blocked. {report.reason}")
    else:
        count = len(report.findings)
        typer.echo(f"{report.file}: {count:,} finding{'' if count == 1 else 's'} ({report.kind}, {share})")
    for finding in sorted(report.findings, key=lambda finding: "CHML".index(finding.severity)):
        title = hiding_place(finding.code).title
        evidence = f" {finding.evidence}" if finding.evidence else ""
        typer.echo(
            f"  {_GRAVITY[finding.severity]}: {title}: {finding.count:,} ({finding.code}, {finding.place}){evidence}"
        )
        if finding.severity.grave:
            typer.echo(f"      who could see it: {finding.recovery}")
