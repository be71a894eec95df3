"""Text in the engine as it is compared and stored: single spaces, nothing around it, blank where nothing is left."""

from __future__ import annotations

_ODD = (9, 10, 11, 12, 13, 0xA0, 0x200B, 0xFEFF)
"""White space other than a space, and marks without width."""


def clean(column: str, *, even: bool = False) -> str:
    """The expression for a column, tidied; NULL where it is blank. Only the rare odd text meets a pattern.

    `even` says that no text is odd: then only what stands around it has to be taken away.
    """
    if even:
        return f"nullif(trim({column}), '')"
    odd = " OR ".join([f"contains({column}, '  ')", *(f"contains({column}, chr({code}))" for code in _ODD)])
    tidied = f"trim(regexp_replace({column}, '[\\s\\x0B\\x{{00A0}}\\x{{FEFF}}\\x{{200B}}]+', ' ', 'g'))"
    return f"nullif(CASE WHEN {odd} THEN {tidied} ELSE trim({column}) END, '')"


LINE = "\x1e"
"""What parts the lines of a cell of which each is a value."""


def lines(column: str) -> str:
    """The expression for a column whose cells hold a value on each line: the breaks are kept as `LINE`."""
    return f"regexp_replace({column}, '[\\r\\n]+', chr({ord(LINE)}), 'g')"


def whole(column: str) -> str:
    """The expression for a key: a whole number that a program wrote with `.0` is the same key without."""
    return (
        f"CASE WHEN ends_with({column}, '.0') THEN regexp_replace({column}, '^(-?[0-9]+)\\.0+$', '\\1')"
        f" ELSE {column} END"
    )
