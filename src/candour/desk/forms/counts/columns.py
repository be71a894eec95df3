"""What the columns of pasted counts mean: as chosen on the page, and as stored."""

from __future__ import annotations

from typing import Any

from candour.tables.guess import Guess
from candour.tables.read_counts import Columns

COUNTS, CATEGORY, UNUSED, GROUPS = "counts", "category", "unused", "groups:"
"""What a column can be chosen to be; the last is followed by the column whose categories it groups."""


def as_data(meaning: Columns) -> dict[str, Any]:
    """The meaning of the columns as it is stored."""
    return {"count": meaning.count, "hierarchy": dict(meaning.hierarchy or {}), "by": list(meaning.by)}


def fits(columns: dict[str, Any], guess: Guess) -> bool:
    """Whether the columns that were chosen for other figures are there in these as well."""
    named = {*columns["by"], *columns["hierarchy"], *columns["hierarchy"].values(), columns["count"]} - {None}
    return named <= set(guess.header)


def role_of(columns: dict[str, Any], name: str) -> str:
    """What a column was chosen to be."""
    if name == columns["count"]:
        return COUNTS
    children = [child for child, parent in columns["hierarchy"].items() if parent == name]
    if children:
        return f"{GROUPS}{children[0]}"
    return CATEGORY if name in columns["by"] else UNUSED
