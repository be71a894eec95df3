"""`candour work`: do the background work of the desk."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from candour.commands.database import desk_database
from candour.commands.terminal import UnusableInput, one_line_errors


def work(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False,
) -> None:
    """Do the background work: long jobs that staff or the desk have asked for. Start several for more at a time."""
    with one_line_errors(), desk_database():
        from django.db import connection

        from candour.desk.jobs import Worker, run_due
        from candour.desk.models import Job

        if Job._meta.db_table not in connection.introspection.table_names():
            raise UnusableInput("the database is not up to date; run “candour manage migrate” first")
        if once:
            done = run_due()
            typer.echo(f"{done} job{'s' if done != 1 else ''} done.")
            return
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.end())
        typer.echo("Working. Stop with Ctrl+C; the job at hand is then given back.")
        worker.run()
