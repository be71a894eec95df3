"""`candour post`: mail into the desk by every way that mail takes, and what waits in the outbox out of it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from candour.commands.database import words_of
from candour.commands.terminal import FINDINGS, UnusableInput, one_line_errors, wrong_settings

TRY_LATER = 75
"""EX_TEMPFAIL: what tells a mail server to keep the message and deliver it again, where 2 would have it sent back."""

_LEFT_OVER_EVERY = 60.0
"""Seconds between two looks for messages that a process that died has left unread, while listening."""


def post(  # noqa: PLR0917  one for each way that mail takes
    to: Annotated[
        list[str] | None, typer.Option(help="The address that the server delivered it to; may be repeated.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Take in every file of this folder instead.", metavar="DROP")
    ] = None,
    mailbox: Annotated[
        bool, typer.Option("--mailbox", help="Take in what is new in the mailbox that the settings name (IMAP).")
    ] = False,
    smtp: Annotated[
        str | None, typer.Option(help="Listen there for a mail server that delivers over SMTP.", metavar="[HOST:]PORT")
    ] = None,
    lmtp: Annotated[
        str | None, typer.Option(help="Listen there for a mail server that delivers over LMTP.", metavar="[HOST:]PORT")
    ] = None,
    outbox: Annotated[
        bool, typer.Option("--outbox", help="Offer what waits in the outbox to the mail server now.")
    ] = False,
    whatdotheyknow: Annotated[
        bool, typer.Option("--whatdotheyknow", help="Look on WhatDoTheyKnow for requests that never arrived.")
    ] = False,
    every: Annotated[
        int | None,
        typer.Option(min=1, help="Do so again each time after so many seconds, until stopped.", metavar="SECONDS"),
    ] = None,
) -> None:
    """Mail into the desk: one message on standard input, or by another way; ends with 0 only when all are stored."""
    import django
    from django.db import DatabaseError

    with one_line_errors():
        ways = [way for way in (folder, mailbox, smtp, lmtp, outbox, whatdotheyknow) if way]
        if len(ways) > 1:
            raise UnusableInput("choose one of --folder, --mailbox, --smtp, --lmtp, --outbox and --whatdotheyknow")
        if to and ways:
            raise UnusableInput("--to goes with a message on standard input")
        if every is not None and (smtp or lmtp or not ways):
            raise UnusableInput("--every goes with --folder, --mailbox, --outbox or --whatdotheyknow")
        if folder is not None and not folder.is_dir():
            raise UnusableInput(f"{folder}: there is no such folder")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "candour.site.settings")
        if not ways:
            with _kept_by_the_server():
                django.setup()
                _take_one(to or [])
            return
        django.setup()
        try:
            if smtp or lmtp:
                _listen(smtp or lmtp or "", by_lmtp=bool(lmtp))
            elif folder is not None:
                _again_and_again(lambda: _take_all(folder), every)
            elif mailbox:
                _again_and_again(_take_mailbox, every)
            elif whatdotheyknow:
                _again_and_again(_look_on_site, every)
            else:
                _again_and_again(_send_waiting, every)
        except DatabaseError as error:
            typer.echo(f"candour: the database does not answer ({words_of(error)}); try again", err=True)
            raise typer.Exit(TRY_LATER) from error


@contextmanager
def _kept_by_the_server() -> Iterator[None]:
    """Have the mail server keep the message whatever goes wrong: no mistake of ours sends it back to its sender."""
    from django.db import DatabaseError

    try:
        yield
    except (UnusableInput, typer.Exit):
        raise
    except Exception as error:
        # The words of any other error may quote the message.
        known = isinstance(error, OSError | DatabaseError)
        said = words_of(error) if known else type(error).__name__
        why = wrong_settings(error) if isinstance(error, ValidationError) else said
        typer.echo(f"candour: the message could not be stored ({why}); deliver it again", err=True)
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


def _take_all(folder: Path) -> bool:
    from candour.post.drop_folder import take_folder
    from candour.post.take_in import read_left_over

    stored = troubled = 0
    for taken in take_folder(folder):
        stored += taken.message is not None
        troubled += bool(taken.trouble)
        if taken.trouble:
            typer.echo(f"{taken.name}: {taken.trouble}{' Set aside.' if taken.set_aside else ''}", err=True)
    read_left_over()
    typer.echo(_stored(stored))
    return not troubled


def _take_mailbox() -> bool:
    from candour.post.mailbox import MailboxError, read_mailbox
    from candour.post.take_in import read_left_over
    from candour.site.config import config

    if not config().imap_host:
        raise UnusableInput("no mailbox is set: give CANDOUR_IMAP_HOST, CANDOUR_IMAP_USER and CANDOUR_IMAP_PASSWORD")
    stored = troubled = 0
    try:
        for fetched in read_mailbox(config()):
            stored += fetched.message is not None
            troubled += bool(fetched.trouble)
            if fetched.trouble:
                typer.echo(f"Message {fetched.uid} of the mailbox: {fetched.trouble}", err=True)
    except MailboxError as error:
        typer.echo(f"candour: {error}", err=True)
        raise typer.Exit(TRY_LATER) from error
    read_left_over()
    typer.echo(_stored(stored))
    return not troubled


def _send_waiting() -> bool:
    from candour.post.background import deliver_due

    gone, waiting = deliver_due()
    typer.echo(f"{gone} sent, {waiting} still waiting.")
    return not waiting


def _look_on_site() -> bool:
    from candour.desk.models import Authority
    from candour.post.elsewhere import FeedError, reconcile
    from candour.site.config import config

    named = Authority.objects.exclude(whatdotheyknow="")
    if not named:
        raise UnusableInput("no force has a name on WhatDoTheyKnow; an administrator enters it under Authorities")
    lost = 0
    for authority in named:
        try:
            count = reconcile(authority, config().whatdotheyknow)
        except FeedError as error:
            typer.echo(f"candour: {error}", err=True)
            raise typer.Exit(TRY_LATER) from error
        lost += count
        typer.echo(f"{authority.name}: {count} request{'s' if count != 1 else ''} of the site did not arrive.")
    return not lost


def _again_and_again(once: Callable[[], bool], every: int | None) -> None:
    """Do it, and do it again until a signal says to stop; ends with 1 where the only or last time had findings."""
    stopped = _stop_on_signals() if every is not None else None
    while True:
        try:
            fine = once()
        except typer.Exit:
            # A mailbox that is away for a while is waited for, once this is to run for good.
            if stopped is None:
                raise
            fine = False
        if stopped is None or every is None or stopped.wait(every):
            break
    if not fine:
        raise typer.Exit(FINDINGS)


def _listen(where: str, *, by_lmtp: bool) -> None:
    from candour.post.listen import Address, listener
    from candour.post.take_in import read_left_over

    try:
        address = Address.read(where)
    except ValueError as error:
        raise UnusableInput(str(error)) from error
    server = listener(address, by_lmtp=by_lmtp)
    stopped = _stop_on_signals()
    server.start()
    try:
        protocol = "LMTP" if by_lmtp else "SMTP"
        typer.echo(f"Listening for {protocol} on {address.host}, port {address.port}. Stop with Ctrl+C.")
        while not stopped.wait(_LEFT_OVER_EVERY):
            read_left_over()
    finally:
        server.stop()


def _stop_on_signals() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _stored(count: int) -> str:
    return f"{count} message{'s' if count != 1 else ''} stored."
