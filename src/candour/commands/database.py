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
        told = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UnusableInput(
            f"the database cannot be used ({told}); bring it up to date with “candour manage migrate”"
        ) from error
