"""Text in the engine as it is compared and stored: single spaces, nothing around it, blank where nothing is left."""

from __future__ import annotations


def clean(column: str) -> str:
    """The expression for the text of a column, tidied; NULL where it is blank."""
    return f"nullif(trim(regexp_replace({column}, '[\\s\\x{{00A0}}\\x{{FEFF}}\\x{{200B}}]+', ' ', 'g')), '')"


def whole(column: str) -> str:
    """The expression for a key: a whole number that a program wrote with `.0` is the same key without."""
    return f"regexp_replace({column}, '^(-?[0-9]+)\\.0+$', '\\1')"
