"""The guard of the trail inside the database: triggers that refuse to change, delete or empty it.

They hold for every program that speaks to the database, `candour manage shell` and raw SQL included. Whoever may change
tables can take them away; `candour verify` says when they are gone. They are laid by a migration and again after every
later one, because SQLite makes a table anew, without its triggers, when a migration changes it.

One change is let through: the words and the salt of an event are emptied when its case was destroyed by the rule of
retention. Everything that the chain is made of stays as it is.
"""

from __future__ import annotations

from django.db import NotSupportedError
from django.db.backends.base.base import BaseDatabaseWrapper

_CHAINED = (
    *("id", "authority_id", "sequence", "case_id", "kind", "at", "actor_id", "who"),
    *("words", "facts", "previous", "digest"),
)
_SAME = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in _CHAINED)
_SAME_STANDARD = _SAME.replace(" IS ", " IS NOT DISTINCT FROM ")
_EMPTIED = "NEW.detail = '' AND NEW.why = '' AND NEW.salt = '' AND OLD.kind <> 'destroyed'"
_OF_DESTROYED = "EXISTS (SELECT 1 FROM desk_case WHERE id = OLD.case_id AND destroyed_at IS NOT NULL)"
"""What a change of an event has to be, to be let through."""

_SQLITE = {
    "candour_event_changed": (
        "desk_event",
        f"""BEFORE UPDATE ON desk_event WHEN NOT ({_SAME} AND {_EMPTIED} AND {_OF_DESTROYED})
        BEGIN SELECT RAISE(ABORT, 'an event of the trail is written once and not changed'); END""",
    ),
    "candour_event_deleted": (
        "desk_event",
        """BEFORE DELETE ON desk_event
        BEGIN SELECT RAISE(ABORT, 'an event of the trail is not deleted'); END""",
    ),
    # INSERT OR REPLACE takes the old row away without asking the trigger on DELETE.
    "candour_event_replaced": (
        "desk_event",
        """BEFORE INSERT ON desk_event WHEN EXISTS (
            SELECT 1 FROM desk_event
            WHERE id = NEW.id OR (authority_id = NEW.authority_id AND sequence = NEW.sequence)
        ) BEGIN SELECT RAISE(ABORT, 'an event of the trail is written once and not changed'); END""",
    ),
    "candour_head_back": (
        "desk_trailhead",
        """BEFORE UPDATE ON desk_trailhead
        WHEN NEW.sequence <> OLD.sequence + 1 OR NEW.authority_id <> OLD.authority_id
        BEGIN SELECT RAISE(ABORT, 'the head of the trail only moves forward'); END""",
    ),
    "candour_head_deleted": (
        "desk_trailhead",
        """BEFORE DELETE ON desk_trailhead
        BEGIN SELECT RAISE(ABORT, 'the head of the trail is not deleted'); END""",
    ),
    "candour_head_replaced": (
        "desk_trailhead",
        """BEFORE INSERT ON desk_trailhead WHEN EXISTS (
            SELECT 1 FROM desk_trailhead WHERE authority_id = NEW.authority_id
        ) BEGIN SELECT RAISE(ABORT, 'the head of the trail only moves forward'); END""",
    ),
}

_FUNCTION = """
CREATE OR REPLACE FUNCTION candour_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_FUNCTION_OF_CHANGES = f"""
CREATE OR REPLACE FUNCTION candour_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_SAME_STANDARD} AND {_EMPTIED} AND {_OF_DESTROYED} THEN RETURN NEW; END IF;
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_SETTLE = "SET CONSTRAINTS ALL IMMEDIATE"
"""Checks what a transaction has put off until its end, because PostgreSQL changes no table before that."""
_POSTGRESQL = {
    "candour_event_changed": (
        "desk_event",
        """BEFORE UPDATE ON desk_event FOR EACH ROW
        EXECUTE FUNCTION candour_refuse_change('an event of the trail is written once and not changed')""",
    ),
    "candour_event_deleted": (
        "desk_event",
        """BEFORE DELETE ON desk_event FOR EACH ROW
        EXECUTE FUNCTION candour_refuse('an event of the trail is not deleted')""",
    ),
    "candour_event_emptied": (
        "desk_event",
        """BEFORE TRUNCATE ON desk_event FOR EACH STATEMENT
        EXECUTE FUNCTION candour_refuse('an event of the trail is not deleted')""",
    ),
    "candour_head_back": (
        "desk_trailhead",
        """BEFORE UPDATE ON desk_trailhead FOR EACH ROW
        WHEN (NEW.sequence IS DISTINCT FROM OLD.sequence + 1 OR NEW.authority_id IS DISTINCT FROM OLD.authority_id)
        EXECUTE FUNCTION candour_refuse('the head of the trail only moves forward')""",
    ),
    "candour_head_deleted": (
        "desk_trailhead",
        """BEFORE DELETE ON desk_trailhead FOR EACH ROW
        EXECUTE FUNCTION candour_refuse('the head of the trail is not deleted')""",
    ),
    "candour_head_emptied": (
        "desk_trailhead",
        """BEFORE TRUNCATE ON desk_trailhead FOR EACH STATEMENT
        EXECUTE FUNCTION candour_refuse('the head of the trail is not deleted')""",
    ),
}


def lay_guard(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that are not there, on tables that are."""
    absent, tables = set(missing_guard(connection)), set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if absent and connection.vendor == "postgresql":
            cursor.execute(_SETTLE)
            cursor.execute(_FUNCTION)
            cursor.execute(_FUNCTION_OF_CHANGES)
        for name, (table, body) in _triggers(connection).items():
            if name in absent and table in tables:
                # One of that name which does something else is no guard.
                cursor.execute(_drop(connection, name, table))
                cursor.execute(f"CREATE TRIGGER {name} {body}")


def lift_guard(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away. The product never does: it is for tests, which empty their database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_SETTLE)
        for name, (table, _) in _triggers(connection).items():
            cursor.execute(_drop(connection, name, table))


def _drop(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "")


def missing_guard(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not, are switched off, or do something else than they should."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            laid = dict(cursor.fetchall())
            return [name for name, (_, body) in _SQLITE.items() if not str(laid.get(name, "")).endswith(body)]
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true), prosrc FROM pg_trigger "
            "JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
            "AND relnamespace = current_schema()::regnamespace AND pronamespace = current_schema()::regnamespace"
        )
        found = {name: (_bare(definition), source) for name, definition, source in cursor.fetchall()}
        return [name for name, wanted in _wanted_on_postgresql().items() if found.get(name) != wanted]


def _wanted_on_postgresql() -> dict[str, tuple[str, str]]:
    """By the name of each trigger, what it is and the source of the function that it calls."""
    refuse, refuse_change = (function.split("$$")[1] for function in (_FUNCTION, _FUNCTION_OF_CHANGES))
    return {
        name: (_bare(f"CREATE TRIGGER {name} {body}"), refuse_change if "candour_refuse_change(" in body else refuse)
        for name, (_, body) in _POSTGRESQL.items()
    }


def _bare(definition: str) -> str:
    """A trigger as text to compare: PostgreSQL gives it back with other spaces, parentheses and small letters."""
    return "".join(definition.translate(str.maketrans("", "", "()")).casefold().split())


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """By their names, the table and the body of each trigger."""
    if connection.vendor not in {"sqlite", "postgresql"}:
        raise NotSupportedError(f"the trail has no guard on {connection.vendor}; use SQLite or PostgreSQL")
    return _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
