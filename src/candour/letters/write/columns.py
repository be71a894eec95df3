"""The columns of a table: which hold numbers, and how many still fit an upright page."""

from __future__ import annotations

import re

from candour.letters.model import DataTable

WIDE = 8
"""A table of more columns than this is printed on a page turned sideways."""

_NUMBER = re.compile("[<>≤≥~]? ?[-+\N{MINUS SIGN}\N{EN DASH}]?[£$€]?\\d[\\d, \N{NO-BREAK SPACE}]*(\\.\\d+)? ?%?")
_NO_NUMBER = frozenset({"", "-", "\N{EN DASH}", "—", "*", "..", "n/a", "N/A", "nil", "Nil", "not held", "withheld"})


def numeric_columns(table: DataTable) -> frozenset[int]:
    """Columns after the first in which every cell is a number or a mark for a missing one, and some are numbers."""
    found = set()
    for index in range(1, len(table.columns)):
        cells = [row[index] for row in table.rows]
        numbers = [cell for cell in cells if _NUMBER.fullmatch(cell)]
        if numbers and all(cell in _NO_NUMBER for cell in cells if not _NUMBER.fullmatch(cell)):
            found.add(index)
    return frozenset(found)
