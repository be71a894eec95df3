"""The guard of the trail knows its own triggers: one that is there in name only counts as missing."""

from __future__ import annotations

import pytest
from django.db import connection

from candour.desk.audit_trail.guard import lay_guard, missing_guard

pytestmark = pytest.mark.django_db

_NOTHING = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
_EMPTY = {
    "sqlite": "CREATE TRIGGER candour_event_deleted BEFORE DELETE ON desk_event BEGIN SELECT 1; END",
    "postgresql": "CREATE TRIGGER candour_event_deleted BEFORE DELETE ON desk_event FOR EACH ROW WHEN (false) "
    "EXECUTE FUNCTION candour_refuse('an event of the trail is not deleted')",
}


def test_a_trigger_of_the_right_name_that_does_something_else_is_missing() -> None:
    """And is laid anew."""
    assert missing_guard(connection) == []
    with connection.cursor() as cursor:
        on = " ON desk_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER candour_event_deleted{on}")
        assert missing_guard(connection) == ["candour_event_deleted"]
        cursor.execute(_EMPTY[connection.vendor])
    assert missing_guard(connection) == ["candour_event_deleted"]
    lay_guard(connection)
    assert missing_guard(connection) == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only on PostgreSQL does a trigger call a function")
@pytest.mark.parametrize("function", ["candour_refuse", "candour_refuse_change"])
def test_a_function_that_was_emptied_takes_away_every_trigger_that_calls_it(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE FUNCTION {function}() {_NOTHING}")
    missing = missing_guard(connection)
    assert ("candour_event_changed" in missing) is (function == "candour_refuse_change")
    assert ("candour_head_back" in missing) is (function == "candour_refuse")
    lay_guard(connection)
    assert missing_guard(connection) == []
