"""What every command does alike that speaks to the desk's database: set Django up, say plainly if there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from candour.commands.terminal import UnusableInput


@contextmanager
def desk_database() -> Iterator[None]:
    """Django, set up on the settings of the environment. Raises UnusableInput when the database cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "candour.site.settings")
    import django
    from django.conf import settings
    from django.db import DatabaseError

    django.setup()
    used = settings.DATABASES["default"]
    if used["ENGINE"].endswith("sqlite3") and not Path(used["NAME"]).exists():
        raise UnusableInput(f"{used['NAME']}: there is no database; CANDOUR_DATA_DIR or CANDOUR_DATABASE names it")
    try:
        yield
    except DatabaseError as error:
        raise UnusableInput(
            f"the database cannot be used ({words_of(error)}); bring it up to date with “candour manage migrate”"
        ) from error


def words_of(error: Exception) -> str:
    """What the database said, in one line, or the kind of error only where its words would quote what was stored."""
    from django.db import DataError, IntegrityError

    said = str(error).strip().splitlines()
    return type(error).__name__ if not said or isinstance(error, DataError | IntegrityError) else said[0][:200]
