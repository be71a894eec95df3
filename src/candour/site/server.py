"""Starting the server: the demonstration with its examples, or the real one on the settings of the environment."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from candour.site.logs import WithoutWords

LOCALHOST = "127.0.0.1"
MARK = ".candour-demo"
"""The file that marks a folder as one of the demonstration's, which alone may be emptied."""
LONGEST_ADDRESS = 8_190
"""Bytes of the first line of a request, the most that gunicorn takes and about what proxies pass on."""


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with our application and these options."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from candour.site.wsgi import application

        return application


class Threads(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The worker with threads of gunicorn, which says in plain words that an address is too long."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what went wrong before Django was asked; named by gunicorn."""
        if not isinstance(exc, LimitRequestLine | LimitRequestHeaders):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("A request was refused: its first lines are too long.")
        try:
            write_nonblock(client, _too_long())
        except OSError:
            self.log.debug("Who sent it is gone.")


def _too_long() -> bytes:
    """The answer to a request whose address, or what a browser sends with it, is too long (RFC 9110, 15.5.15)."""
    from django.template.loader import render_to_string

    page = render_to_string("too_long.html").encode()
    head = "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
    return f"{head}Cache-Control: no-store\r\nContent-Length: {len(page)}\r\n\r\n".encode() + page


class _ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """The log of the web server itself, whose lines hold as little as those of the settings."""

    def setup(self, cfg: Any) -> None:
        """Named by gunicorn."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(WithoutWords(self.error_fmt, self.datefmt))


def serve_demo(port: int, data: Path, *, fresh: bool) -> None:
    """Serve the desk with examples from the folder `data`, on this machine only.

    Raises OSError when the port is taken, the folder cannot be used or its database is of another version.
    """
    _check_port(LOCALHOST, port)
    if fresh and (data / MARK).exists():
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    (data / MARK).touch()
    os.environ.update(
        {
            "CANDOUR_DATA_DIR": str(data),
            "CANDOUR_DATABASE": "",
            "CANDOUR_MAIL_FOLDER": str(data / "mail"),
            "CANDOUR_SMTP_HOST": "",
            "DJANGO_SETTINGS_MODULE": "candour.site.settings",
        }
    )
    _migrate()
    base = f"http://localhost:{port}"
    # In a process of its own: what sets the letters as PDF must not have run before the server forks its worker.
    loading = get_context("spawn").Process(target=load_demo, args=(f"{base}/",))
    loading.start()
    loading.join()
    if loading.exitcode:
        raise OSError(f"the examples could not be loaded into {data}; begin again with --fresh")
    from django.db import connection

    from candour.desk.models import StaffMember
    from candour.site.demo import PASSWORD

    people = list(StaffMember.objects.exclude(authority=None).select_related("authority").order_by("pk"))
    # The first of each role and force: the others of the seeded year do the same work.
    people = list({(person.authority_id, person.role): person for person in reversed(people)}.values())
    people.sort(key=lambda person: (str(person.authority), person.role))
    lines = [
        "",
        f"  Staff desk      {base}/desk/",
        f"  Disclosure log  {base}/",
        f"  Letters sent    {data / 'mail'}",
        "",
        f"  Log-ins, all with the password {PASSWORD}",
        *(f"    {person.username:<22} {person.get_role_display():<22} {person.authority}" for person in people),
        "",
        "  Stop with Ctrl+C.",
        "",
    ]
    print("\n".join(lines), flush=True)  # noqa: T201  what the command says
    # The connection of this process is not the worker's.
    connection.close()
    _run(LOCALHOST, port, 1, with_work=True)


def load_demo(site: str) -> None:
    """Load the examples into the database of the settings, if it is empty. `site`: where the desk is served."""
    import django

    django.setup()
    from candour.site.demo import load_examples

    if load_examples(with_year=True, site=site):
        print("The examples are loaded.", flush=True)  # noqa: T201  what the command says


def serve_settings(host: str, port: int, workers: int, *, with_work: bool = False) -> None:
    """Serve on the settings of the environment, bringing the database up to date first.

    `with_work`: each serving process also does background work, in a thread of its own.
    Raises OSError when the port is taken or the database is of another version.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "candour.site.settings")
    _check_port(host, port)
    _migrate()
    _run(host, port, workers, with_work=with_work)


def _migrate() -> None:
    import django
    from django.core.management import call_command
    from django.db import DatabaseError

    django.setup()
    other = "the database was made by an unreleased version of Candour and {lacks}; "
    other += "keep it if you need it and begin a new one (for the demonstration: make demo FRESH=1)"
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise OSError(other.format(lacks=f"cannot be brought up to date ({error})")) from error
    if missing := missing_columns():
        raise OSError(other.format(lacks=f"has no {missing[0]}"))


def missing_columns() -> list[str]:
    """The columns, as "table.column", that our models need and the migrated database has not.

    A database from before the first release can lack some: until then the first migration is rewritten.
    """
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        stored = {
            table: {column.name for column in connection.introspection.get_table_description(cursor, table)}
            for table in connection.introspection.table_names(cursor)
        }
    return [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.column not in stored.get(model._meta.db_table, ())
    ]


def _run(host: str, port: int, workers: int, *, with_work: bool) -> None:
    sys.argv = sys.argv[:1]
    working = {"post_worker_init": _begin_work, "worker_exit": _end_work} if with_work else {}
    _Server(
        {
            **working,
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": 8,
            "worker_class": "candour.site.server.Threads",
            "limit_request_line": LONGEST_ADDRESS,
            "loglevel": "warning",
            "logger_class": _ServerLog,
            "timeout": 120,
        }
    ).run()


_AT_WORK: list[Any] = []
"""The worker of this serving process and its thread."""


def _begin_work(_: Any) -> None:
    from candour.desk.jobs import Worker

    worker = Worker()
    _AT_WORK[:] = [worker, worker.start()]


def _end_work(_server: Any, _worker: Any) -> None:
    if _AT_WORK:
        worker, thread = _AT_WORK
        worker.end()
        thread.join(timeout=5)


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OSError(
                error.errno, f"port {port} cannot be used ({error.strerror}); name another with PORT=8001"
            ) from error
