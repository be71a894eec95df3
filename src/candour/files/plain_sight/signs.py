"""Signs of people in a text: every identifier by its code, counted, with a masked example."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from candour.files.masked import masked
from candour.files.plain_sight import identifiers
from candour.files.plain_sight.references import ForcePatterns

_BIRTH = re.compile(
    r"\b(?:born(?: on)?|d\.?o\.?b\.?|date of birth|birth ?date)\b[\s:–(-]{0,4}(?:is |was |the )?"
    r"(?:\d{1,2}[./ -]\d{1,2}[./ -]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]{2,8},? \d{4})",
    re.IGNORECASE,
)
_ABOUT_A_VEHICLE = re.compile(r"\b(?:registration|reg|vrm|vrn|index|vehicle|car|van|plate)\b", re.IGNORECASE)
_OF_THE_FORCE = frozenset({"V.collar_number", "V.crime_reference"})
_DIGIT = re.compile(r"\d")
_INWARD = re.compile(r"\d[A-Z]{2}")
_MARK = re.compile(r"\d ?[A-Z]{3}|[A-Z]{2} ?\d")


@dataclass(slots=True)
class Sign:
    """How often an identifier was seen, where first, and what it looks like, masked."""

    place: str
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, texts: list[str]) -> None:
        """Count some more."""
        self.count += len(texts)
        for text in texts[: 3 - len(self.examples)]:
            self.examples.append(masked(text, 40))

    @property
    def evidence(self) -> str:
        """The examples, with commas."""
        return ", ".join(dict.fromkeys(self.examples))


def signs_in(text: str, patterns: ForcePatterns) -> Iterator[tuple[str, list[str]]]:
    """Each kind of identifier in one text: its code and what was found."""
    digits = len(_DIGIT.findall(text))
    if not digits and "@" not in text:
        return
    taken: list[str] = []
    finders = (
        *_FINDERS,
        ("V.collar_number", _has_two_digits, patterns.collar_numbers),
        ("V.crime_reference", _has_a_reference, patterns.crime_references),
    )
    for code, may_be, find in finders:
        own = patterns.own and code in _OF_THE_FORCE  # their forms may be of any kind
        if not own and not may_be(text, digits):
            continue
        hits = [hit for hit in find(text) if not any(hit in other for other in taken)]
        if hits:
            taken += hits
            yield code, hits
    if births := _BIRTH.findall(text):
        yield "V.birth_date", births


def _marks(text: str) -> list[str]:
    hits = identifiers.registration_marks(text)
    return hits + (identifiers.older_registration_marks(text) if _ABOUT_A_VEHICLE.search(text) else [])


def _has_two_digits(text: str, digits: int) -> bool:
    return digits >= 2 and not text.isdigit()


def _has_a_reference(text: str, digits: int) -> bool:
    return digits >= 7 or ("/" in text and digits >= 4)


def _digits(least: int, *, characters: int = 0, mark: str = "") -> Callable[[str, int], bool]:
    """A cheap look at a text before the pattern: so many digits, characters, and a mark that must be there."""
    return lambda text, digits: digits >= least and len(text) >= characters and mark in text


_FINDERS: tuple[tuple[str, Callable[[str, int], bool], Callable[[str], list[str]]], ...] = (
    ("V.email", _digits(0, mark="@"), identifiers.emails),
    ("V.national_insurance", _digits(6), identifiers.national_insurance_numbers),
    ("V.driving_licence", _digits(6, characters=16), identifiers.driving_licences),
    ("V.police_identifier", _digits(3, mark="/"), identifiers.national_computer_ids),
    ("V.police_identifier", _digits(3, mark="/"), identifiers.criminal_record_numbers),
    ("V.nhs_number", _digits(10), identifiers.nhs_numbers),
    ("V.phone", _digits(10), identifiers.phones),
    ("V.postcode", lambda text, digits: digits >= 2 and _INWARD.search(text) is not None, identifiers.postcodes),
    ("V.registration_mark", lambda text, digits: digits >= 1 and _MARK.search(text) is not None, _marks),
)
