"""Displayed numbers as numbers again, exactly as exact as they are shown: “12.3%” is 0.123 under the format 0.0%."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"^(-?)([£$€]?)(0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(\.\d+)?(%?)$")
_LONGEST = 15
"""Digits that a spreadsheet keeps of a number."""


def as_number(text: str) -> tuple[float, str] | None:
    """The number that a displayed text is, and the format that shows it in just that way; None for any other text."""
    match = _NUMBER.match(text)
    if match is None:
        return None
    sign, currency, whole, decimals, percent = match.groups()
    if len(re.sub(r"\D", "", text)) > _LONGEST or (sign and not Decimal(whole.replace(",", "") + (decimals or ""))):
        return None
    value = Decimal(sign + whole.replace(",", "") + (decimals or ""))
    if percent:
        value /= 100
    places = "." + "0" * (len(decimals) - 1) if decimals else ""
    grouped = "#,##0" if "," in whole else "0"
    if not (currency or percent or "," in whole or (decimals or "").endswith("0")) and _plain(value):
        return float(value), "General"
    code = f'"{currency}"' if currency else ""
    return float(value), f"{code}{grouped}{places}{percent}"


def _plain(value: Decimal) -> bool:
    """Whether the format General shows the number in full."""
    return len(str(value).replace("-", "")) <= 11 and "E" not in str(value)


def same(one: str, other: str) -> bool:
    """Whether two readers show the same: the same text, or the same number."""
    if one == other:
        return True
    mine = as_number(one)
    if mine is None:
        return False
    theirs = as_number(other)
    try:
        value = theirs[0] if theirs else float(other)
    except ValueError:
        return False
    return value == mine[0]
