"""A server starts only on a database that fits it."""

from __future__ import annotations

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
