"""Small letters in our own words: for every rule one that breaks it and one that does not."""

from __future__ import annotations

from letters.lint import pairs_on_reasons, pairs_on_the_rest

PAIRS: dict[str, tuple[str, str]] = {**pairs_on_reasons.PAIRS, **pairs_on_the_rest.PAIRS}
"""Letters by rule: the first breaks it, the second does not."""

DESK_ONLY = frozenset({"L-SEC-01", "L-REF-04", "L-NCND-09"})
"""Rules that no text can break: they turn on what only the desk knows."""
