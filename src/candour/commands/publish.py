"""`candour publish`: the disclosure log as plain files for any web server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from candour.commands.database import desk_database
from candour.commands.terminal import Format, Output, UnusableInput, one_line_errors, print_json


def publish(
    out: Annotated[Path, typer.Argument(help="The folder to write; one that an export made is replaced.")],
    address: Annotated[
        str, typer.Option(help="Where readers will find it, such as https://foi.example.org.")
    ] = "http://localhost",
    service: Annotated[str, typer.Option(help="The address of the running service, for making requests.")] = "",
    output: Format = Output.TEXT,
) -> None:
    """The disclosure log as plain files: the same addresses, and a search that needs no server."""
    with one_line_errors(), desk_database():
        from candour.portal.static_export import Unexportable, export

        try:
            count = export(out, address, service, _progress)
        except Unexportable as error:
            raise UnusableInput(str(error)) from error
        except OSError as error:
            raise UnusableInput(f"{out} cannot be written: {error.strerror or error}") from error
    if output is Output.JSON:
        print_json({"folder": str(out), "entries": count})
    else:
        typer.echo(f"{count:,} {'entry' if count == 1 else 'entries'} written to {out}")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and (done % 50 == 0 or done == total):
        typer.echo(f"\r{done:,} of {total:,}", err=True, nl=done == total)
