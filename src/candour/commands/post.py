"""`candour post`: mail into the desk, from a mail server's pipe or out of a drop folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from candour.commands.terminal import FINDINGS, UnusableInput, one_line_errors

TRY_LATER = 75
"""EX_TEMPFAIL: what tells a mail server to keep the message and deliver it again, where 2 would have it sent back."""


def post(
    to: Annotated[
        list[str] | None, typer.Option(help="The address that the server delivered it to; may be repeated.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Take in every file of this folder instead.", metavar="DROP")
    ] = None,
) -> None:
    """Mail into the desk: one message on standard input, or a folder of them; ends with 0 only when all are stored."""
    import django
    from django.db import DatabaseError

    with one_line_errors():
        if folder is not None and to:
            raise UnusableInput("--to goes with a message on standard input, not with --folder")
        if folder is not None and not folder.is_dir():
            raise UnusableInput(f"{folder}: there is no such folder")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "candour.site.settings")
        django.setup()
        try:
            if folder is None:
                _take_one(to or [])
            else:
                _take_all(folder)
        except DatabaseError as error:
            typer.echo(f"candour: the message could not be stored ({_in_one_line(error)}); deliver it again", err=True)
            raise typer.Exit(TRY_LATER) from error


def _take_one(to: list[str]) -> None:
    from candour.post.take_in import LARGEST_MESSAGE, TooLarge, read_left_over, take_in

    raw = sys.stdin.buffer.read(LARGEST_MESSAGE + 1)
    if not raw:
        raise UnusableInput("there is no message on standard input; write: candour post < message")
    try:
        message = take_in(raw, to)
    except TooLarge as error:
        raise UnusableInput(str(error)) from error
    typer.echo(f"Stored as message {message.pk}.")
    read_left_over()


def _take_all(folder: Path) -> None:
    from candour.post.drop_folder import take_folder
    from candour.post.take_in import read_left_over

    stored = troubled = 0
    for taken in take_folder(folder):
        stored += taken.message is not None
        troubled += bool(taken.trouble)
        if taken.trouble:
            typer.echo(f"{taken.name}: {taken.trouble}{' Set aside.' if taken.set_aside else ''}", err=True)
    read_left_over()
    typer.echo(f"{stored} message{'s' if stored != 1 else ''} stored.")
    if troubled:
        raise typer.Exit(FINDINGS)


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
