"""Whether the categories of a dimension have an order of their own: years, months, quarters, age bands, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = {
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
}
_LONG_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
_SHORT = {*_MONTHS, *_DAYS, "sept", "tues", "thur", "thurs"}
_NOT_KNOWN = {"not recorded", "not known", "not stated", "unknown"}

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_QUARTER = re.compile(r"\b(?:q|quarter ?)([1-4])\b")
_DAY = re.compile(r"(?:19|20)[0-9]{2}-([0-9]{2})(?:-([0-9]{2}))?")
_BAND = re.compile(
    r"(?:aged? )?([0-9]{1,6})(?: ?(?:-|–|to) ?[0-9]{1,6}| ?\+| (?:and|or) (?:over|above|more|older))(?: years)?"
)
_BELOW = re.compile(r"(?:aged? )?(?:under|below|less than|up to|<) ?([0-9]{1,6})(?: years)?")
_OR_BELOW = re.compile(r"(?:aged? )?([0-9]{1,6})(?: years)? (?:and|or) (?:under|below|younger|less|fewer)")
_ABOVE = re.compile(r"(?:aged? )?(?:over|above|more than|>) ?([0-9]{1,6})(?: years)?")
_NUMBER = re.compile(r"[0-9]{1,9}")

Place = tuple[float, ...]


def order_of(labels: Sequence[str]) -> dict[str, int] | None:
    """The place of each label in their order; None where they have none that all share.

    Labels for what is not recorded stand outside the order and get no place.

    Codes such as `O01` have none: that one offence has the next number to another brings them no closer.
    """
    labels = [label for label in labels if label.lower() not in _NOT_KNOWN]
    for place_of in (_band, _time):
        places = [place_of(" ".join(label.lower().split())) for label in labels]
        known = [place for place in places if place is not None]
        if len(known) == len(labels) > 1 and len(set(known)) == len(known):
            row = sorted(zip(known, labels, strict=True))
            return {label: index for index, (_, label) in enumerate(row)}
    return None


def _band(label: str) -> Place | None:
    if found := _BELOW.fullmatch(label) or _OR_BELOW.fullmatch(label):
        return (int(found[1]), -1.0)
    if found := _ABOVE.fullmatch(label):
        return (int(found[1]), 1.0)
    found = _BAND.fullmatch(label) or _NUMBER.fullmatch(label)
    return (int(re.findall(r"[0-9]+", label)[0]), 0.0) if found else None


def _time(label: str) -> Place | None:
    """A year, or a part of one, as year, month or quarter, day; 0 for what is not said."""
    year = float(found[0]) if (found := _YEAR.search(label)) else 0.0
    if (found := _DAY.search(label)) is not None:
        return (year, float(found[1]), float(found[2] or 0))
    if (found := _QUARTER.search(label)) is not None:
        return (year, float(found[1]), 0.0)
    for word in re.findall(r"[a-z]+", label):
        if word in _LONG or (word in _SHORT and word[:3] in _MONTHS):
            return (year, float(_MONTHS.index(word[:3]) + 1), 0.0)
        if word in _LONG_DAYS or word in _SHORT:
            return (year, 0.0, float(_DAYS.index(word[:3]) + 1))
    return (year, 0.0, 0.0) if year else None
