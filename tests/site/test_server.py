"""A server starts only on a database that fits it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from candour.site.server import missing_columns


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
