"""What the writers share: the head of a letter, safe addresses, the depth of headings, which columns hold numbers."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from candour.letters.model import DataTable, Facts, Letter, Section, SectionKind, day

DEEPEST_HEADING = 6
LONGEST_ADDRESS = 2000
WIDE = 8
"""A table of more columns than this is printed on a page turned sideways."""

_NUMBER = re.compile("[<>≤≥~]? ?[-+\N{MINUS SIGN}\N{EN DASH}]?[£$€]?\\d[\\d, \N{NO-BREAK SPACE}]*(\\.\\d+)? ?%?")
_NO_NUMBER = frozenset({"", "-", "\N{EN DASH}", "—", "*", "..", "n/a", "N/A", "nil", "Nil", "not held", "withheld"})
_URI_CHARACTERS = "!#$&'()*+,/:;=?@[]~%"


def head_facts(letter: Letter) -> Facts | None:
    """The reference and the dates, to stand above the subject; None if the letter's opening gives facts itself."""
    openings = (section for section in letter.walk() if section.kind is SectionKind.OPENING)
    if any(isinstance(block, Facts) for section in openings for block in section.blocks):
        return None
    dates = (("Date", day(letter.dated)), ("Request received", day(letter.received)))
    rows = (("Our reference", letter.reference), *dates)
    return Facts(tuple(row for row in rows if row[1]))


def below(level: int, section: Section) -> int:
    """The heading level of what is inside a section at `level`: a section without a title adds no level."""
    return min(level + bool(section.title), DEEPEST_HEADING)


def href(url: str) -> str | None:
    """The address as a link may carry it, percent-encoded; None unless it is a sound http, https or mailto address.

    An address with a user name before the host is refused: it can pass for another site.
    """
    try:
        parts = urlsplit(url)
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError:
        return None
    if any(character.isspace() for character in url) or not port_is_number:
        return None
    if parts.scheme in {"http", "https"}:
        sound = bool(parts.hostname) and "@" not in parts.netloc
    else:
        sound = parts.scheme == "mailto" and "@" in parts.path
    if not sound:
        return None
    encoded = quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", url), safe=_URI_CHARACTERS)
    after_host = encoded.find("/", len(parts.scheme) + 3)
    if after_host >= 0:
        encoded = encoded[:after_host] + encoded[after_host:].replace("[", "%5B").replace("]", "%5D")
    return encoded if len(encoded) <= LONGEST_ADDRESS else None


def mail(address: str) -> str | None:
    """A mailto link for an e-mail address, if it is one."""
    return href(f"mailto:{address}") if re.fullmatch(r"[^\s@?&]+@[^\s@?&]+", address) else None


def numeric_columns(table: DataTable) -> frozenset[int]:
    """Columns after the first in which every cell is a number or a mark for a missing one, and some are numbers."""
    found = set()
    for index in range(1, len(table.columns)):
        cells = [row[index] for row in table.rows]
        numbers = [cell for cell in cells if _NUMBER.fullmatch(cell)]
        if numbers and all(cell in _NO_NUMBER for cell in cells if not _NUMBER.fullmatch(cell)):
            found.add(index)
    return frozenset(found)
