"""The index of the log's words, which the database itself keeps in step with the entries.

FTS5 reads the text from the entries (an "external content" table), so nothing is stored twice; triggers tell it of each
change. PostgreSQL works its index out as a generated column.

Each change of the entries leaves a token, by which who holds them in memory knows that they have changed: drawn by lot,
so that what was taken back and done anew is told apart too. The last thousand are kept; PostgreSQL passes over those
that somebody else is clearing away, so that nobody waits for another's change.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = (
    """
    CREATE VIRTUAL TABLE log_index USING fts5(
        title, words, content='desk_publication', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    "INSERT INTO log_index(log_index, rank) VALUES ('rank', 'bm25(5.0, 1.0)')",
    "INSERT INTO log_index(log_index) VALUES ('rebuild')",
    """
    CREATE TRIGGER log_index_insert AFTER INSERT ON desk_publication BEGIN
        INSERT INTO log_index(rowid, title, words) VALUES (new.id, new.title, new.words);
    END
    """,
    """
    CREATE TRIGGER log_index_delete AFTER DELETE ON desk_publication BEGIN
        INSERT INTO log_index(log_index, rowid, title, words) VALUES ('delete', old.id, old.title, old.words);
    END
    """,
    """
    CREATE TRIGGER log_index_update AFTER UPDATE OF id, title, words ON desk_publication BEGIN
        INSERT INTO log_index(log_index, rowid, title, words) VALUES ('delete', old.id, old.title, old.words);
        INSERT INTO log_index(rowid, title, words) VALUES (new.id, new.title, new.words);
    END
    """,
    "CREATE TABLE log_change (id integer PRIMARY KEY AUTOINCREMENT, token integer NOT NULL)",
    *(
        f"""
        CREATE TRIGGER log_change_{change.lower()} AFTER {change} ON desk_publication BEGIN
            DELETE FROM log_change WHERE id <= (SELECT max(id) - 1000 FROM log_change);
            INSERT INTO log_change(token) VALUES (abs(random() % 1000000000000));
        END
        """  # noqa: S608  the names of our own
        for change in ("INSERT", "DELETE", "UPDATE")
    ),
)
# The words of English without its stop words left out, so that “neither nor” is found as on SQLite. A vector holds a
# megabyte at most, so the words of a giant entry are indexed as far as they surely fit.
POSTGRES = (
    "CREATE TEXT SEARCH DICTIONARY log_stem (TEMPLATE = snowball, Language = english)",
    "CREATE TEXT SEARCH CONFIGURATION log_words (COPY = english)",
    """
    ALTER TEXT SEARCH CONFIGURATION log_words
        ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH log_stem
    """,
    """
    ALTER TABLE desk_publication ADD COLUMN log_index tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('log_words', title), 'A') || setweight(to_tsvector('log_words', left(words, 200000)), 'D')
    ) STORED
    """,
    # The texts stand apart from what is counted by, so that to count every entry with a word reads few pages.
    "ALTER TABLE desk_publication SET (toast_tuple_target = 256)",
    "CREATE INDEX desk_publication_log_index ON desk_publication USING gin (log_index)",
    # PostgreSQL does not take “withdrawn_at IS NULL” for a value to order or group beside, so that the entries that
    # are not withdrawn have indexes of their own: the newest of them, and what they are counted by.
    """
    CREATE INDEX log_newest ON desk_publication (published_at DESC, slug DESC, authority_id) WHERE withdrawn_at IS NULL
    """,
    """
    CREATE INDEX log_counted ON desk_publication (year, authority_id, facets, published_at, topics)
        WHERE withdrawn_at IS NULL
    """,
    "CREATE TABLE log_change (id bigserial PRIMARY KEY, token bigint NOT NULL)",
    """
    CREATE FUNCTION log_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM log_change WHERE id IN (
            SELECT id FROM log_change WHERE id <= (SELECT max(id) - 1000 FROM log_change) FOR UPDATE SKIP LOCKED
        );
        INSERT INTO log_change(token) VALUES (floor(random() * 1000000000000)::bigint);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON desk_publication
        FOR EACH STATEMENT EXECUTE FUNCTION log_changed()
    """,
)


def make_index(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index in the way of the database."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement, params=None)


def drop_index(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the index away."""
    if schema_editor.connection.vendor == "sqlite":
        for name in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER log_index_{name}")
            schema_editor.execute(f"DROP TRIGGER log_change_{name}")
        schema_editor.execute("DROP TABLE log_index")
    else:
        schema_editor.execute("DROP TRIGGER log_change ON desk_publication")
        schema_editor.execute("DROP FUNCTION log_changed")
        for name in ("log_newest", "log_counted"):
            schema_editor.execute(f"DROP INDEX {name}")
        schema_editor.execute("ALTER TABLE desk_publication DROP COLUMN log_index")
        schema_editor.execute("DROP TEXT SEARCH CONFIGURATION log_words")
        schema_editor.execute("DROP TEXT SEARCH DICTIONARY log_stem")
    schema_editor.execute("DROP TABLE log_change")


class Migration(migrations.Migration):
    """After the entries themselves."""

    dependencies = [("desk", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
