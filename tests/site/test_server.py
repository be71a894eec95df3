"""A server starts only on a database that fits it."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from gunicorn.config import Config
from gunicorn.http.errors import LimitRequestLine
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

from candour.site.server import LONGEST_ADDRESS, Threads, missing_columns


@pytest.mark.django_db
def test_a_migrated_database_has_every_column() -> None:
    """The migrations make all that the models need."""
    assert missing_columns() == []


@pytest.mark.django_db
def test_a_column_that_a_database_from_before_has_not_is_named() -> None:
    """So that the start says so, and not a page long after."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_request RENAME COLUMN submission TO was")
    assert missing_columns() == ["desk_request.submission"]


def test_what_a_server_loads_at_its_start_is_never_looked_through_for_garbage(tmp_path: Path) -> None:
    """In a process of its own; the pages are loaded by then as well."""
    program = (
        "import gc, sys; import candour.site.wsgi; "
        "print(gc.get_freeze_count() > 100_000, 'candour.desk.views.case' in sys.modules)"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "candour.site.settings", "CANDOUR_DATA_DIR": str(tmp_path)}
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, check=True, env={**os.environ, **settings})
    assert done.stdout.split() == ["True", "True"]


def request_for(address: str) -> Request:
    """The request as gunicorn reads it with the limits of our server."""
    settings = Config()
    settings.set("limit_request_line", LONGEST_ADDRESS)
    lines = f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return Request(settings, IterUnreader(iter([lines.encode()])), ("127.0.0.1", 1))


def test_a_search_of_the_longest_words_is_read_and_a_longer_address_is_told_so_in_plain_words() -> None:
    """Not with the bare page of the web server, in both languages, and without a word of the address."""
    room = LONGEST_ADDRESS - len("GET /?q= HTTP/1.1\r\n")
    assert request_for(f"/?q={'x' * room}").path == "/"
    with pytest.raises(LimitRequestLine) as refused:
        request_for(f"/?q={'x' * (room + 10)}")
    worker = Threads.__new__(Threads)
    worker.log = logging.getLogger("tests")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.handle_error(None, ours, ("127.0.0.1", 1), refused.value)
        ours.shutdown(socket.SHUT_WR)
        head, _, page = theirs.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 414 URI Too Long\r\n")
    assert f"Content-Length: {len(page)}\r\n".encode() in head + b"\r\n"
    assert "The address is too long" in page.decode()
    assert "Mae’r cyfeiriad yn rhy hir" in page.decode()
    assert b"xxx" not in page
