"""What shows the log can reach published entries alone: the database refuses it everything else, and so do imports."""

from __future__ import annotations

import ast
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from desk.world import World, published
from django.db import DatabaseError, connection, transaction
from django.test import Client

from candour.desk.models import Authority, Case, Publication, PublicationMark, Response
from candour.portal.static_export import export
from portal.surfaces import ENTRIES, LISTINGS, OTHERS, surfaces

MODELS = {"Authority", "Publication", "PublicationChange", "PublicationMark", "PublishedFile"}
"""The models of the desk that the log may know."""
TABLES = {f"desk_{name.lower()}" for name in MODELS}
INDEX = "log_index"
CHANGES = "log_change"
"""Tokens of the changes of entries, of nothing else: the triggers of their table leave them."""
READ_ONLY = ("about", "cookies", "accessibility", "explained", "catalogue", "openapi", "robots", "theme", "figures")
CONTRACT = "The log reads published snapshots, and knows no case"


@contextmanager
def published_alone() -> Iterator[None]:
    """The connection as one that may read the tables of published entries, and nothing else."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.set_authorizer(_refuses)
        try:
            yield
        finally:
            connection.connection.set_authorizer(None)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE log_reader")
        cursor.execute("GRANT USAGE ON SCHEMA public TO log_reader")
        cursor.execute(f"GRANT SELECT ON {', '.join(sorted({*TABLES, CHANGES}))} TO log_reader")
        cursor.execute("SET LOCAL ROLE log_reader")
        yield
        cursor.execute("RESET ROLE")
        cursor.execute("DROP OWNED BY log_reader")
        cursor.execute("DROP ROLE log_reader")


def _refuses(action: int, table: str | None, *_more: object) -> int:
    changes = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
    named = table or ""
    of_database = named.startswith(("sqlite_", INDEX, CHANGES))
    if action == sqlite3.SQLITE_READ and named not in TABLES and not of_database:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY if action in changes and not of_database else sqlite3.SQLITE_OK


def test_every_page_of_the_log_is_shown_by_a_connection_that_can_read_nothing_else(world: World) -> None:
    """Lists, searches, entries, files, feeds and data: all of them without one table of cases."""
    entry = published(world)
    others = {name: OTHERS[name] for name in READ_ONLY}
    with published_alone():
        for path in surfaces(entry, {**LISTINGS, **ENTRIES, **others}):
            answer = Client().get(path)
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[arg-type]
            assert answer.status_code == 200, path


def test_the_export_is_written_by_a_connection_that_can_read_nothing_else(world: World, tmp_path: Path) -> None:
    """The log as plain files comes from published entries alone."""
    published(world)
    with published_alone():
        assert export(tmp_path / "out", "https://foi.example.org", "") == 1


@pytest.mark.parametrize("model", [Case, Response])
def test_that_connection_reads_no_case_and_changes_nothing(world: World, model: type) -> None:
    """Were the log to ask for a case, the page would fail: the tests above prove something."""
    entry = published(world)
    with published_alone():
        assert Publication.objects.get() == entry
        assert Authority.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.first()  # type: ignore[attr-defined]
        with pytest.raises(DatabaseError), transaction.atomic():
            PublicationMark.objects.all().delete()
    assert model.objects.exists()  # type: ignore[attr-defined]


def test_no_module_of_the_log_imports_a_model_of_cases() -> None:
    """The contract on imports sees modules; this sees the names that are taken out of the one that holds all models."""
    contracts = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    listed = contracts["tool"]["importlinter"]["contracts"]
    modules = next(each["source_modules"] for each in listed if each["name"] == CONTRACT)
    taken = {}
    for module in modules:
        spec = find_spec(module)
        assert spec is not None and spec.origin is not None
        for node in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("candour.desk.models"):
                taken[module] = {name.name for name in node.names} - MODELS
    assert len(taken) > 5
    assert {module: names for module, names in taken.items() if names} == {}
