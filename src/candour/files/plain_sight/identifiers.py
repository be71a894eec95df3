"""Identifiers of people, with their check digits where they have them. Each check is a pure function of a text."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_TEN_DIGITS = re.compile(r"(?<![\w./-])\d{3}(?P<gap>[ -]?)\d{3}(?P=gap)\d{4}(?![\w/-]|\.\d)")
_NINO = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2})[ -]?(\d{2})[ -]?(\d{2})[ -]?(\d{2})[ -]?([A-D])(?![A-Za-z0-9])")
_NINO_ANY_CASE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})(\d{6})([A-Da-d])(?![A-Za-z0-9])")
_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])(?P<area>[A-Z]{1,2})(?P<district>\d[0-9A-Z]?)(?: ?|\u00a0)(?P<inward>\d[ABD-HJLNP-UW-Z]{2})"
    r"(?![A-Za-z0-9])"
)
_DISTRICT = re.compile(r"(?P<area>[A-Z]{1,2})\d[0-9A-Z]?")
_EMAIL = re.compile(
    r"(?<![\w.+-])(?P<local>[A-Za-z0-9][\w.+'-]{0,63})@(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24})\b"
)
_PHONE = re.compile(
    r"(?<![\w./+-])(?:(?:\+|00)44[ -]?(?:\(0\)[ -]?)?|\(?0)(?P<rest>[1-37]\d{1,4}\)?(?:[ -]?\d){5,8})(?![\w/-])"
)
_MARK_NOW = re.compile(
    r"(?<![A-Za-z0-9])(?P<tag>[A-HJ-PR-Y][A-HJ-PR-Y])(?P<age>\d{2}) ?(?P<random>[A-HJ-PR-Z]{3})(?![A-Za-z0-9])"
)
_MARK_OLDER = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-HJ-NPR-TV-Y]\d{1,3} ?[A-HJ-PR-Z]{3}|[A-HJ-PR-Z]{3} ?\d{1,3}[A-HJ-NPR-TV-Y]"
    r"|(?=[A-Z]*[IZ])[A-Z]{3} ?\d{1,4})(?![A-Za-z0-9])"
)
_PNC = re.compile(
    r"(?<![\w/])(?:(?:19|20)(?P<long>\d{2})|(?P<short>\d{2}))/(?P<serial>\d{1,7})(?P<check>[A-HJ-NP-RT-Z])(?![\w/])"
)
_CRO = re.compile(r"(?<![\w/])(?P<serial>\d{1,6})/(?P<year>\d{2})(?P<check>[A-HJ-NP-RT-Z])(?![\w/])")
_LICENCE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{1,5}9{0,4}(?<=.{5})\d(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z9]{2}[A-Z0-9][A-Z]{2}"
    r"(?![A-Za-z0-9])"
)
_NATIONAL_CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


@cache
def facts() -> dict[str, Any]:
    """`identifiers.toml`: prefixes, areas, mailboxes of an office, with their sources."""
    return tomllib.loads((files(__package__) / "identifiers.toml").read_text(encoding="utf-8"))


@cache
def _listed(table: str, key: str) -> frozenset[str]:
    return frozenset(str(facts()[table][key]).split())


def national_insurance_numbers(text: str) -> list[str]:
    """National Insurance numbers with a prefix that HMRC allocates (its manual, NIM39110)."""
    hits = [match for match in _NINO.finditer(text) if _prefix(match.group(1))]
    closed = [match for match in _NINO_ANY_CASE.finditer(text) if _prefix(match.group(1).upper())]
    return list(dict.fromkeys(match.group() for match in hits + closed))


def _prefix(letters: str) -> bool:
    rules = facts()["national_insurance"]
    return (
        letters[0] not in rules["never_first"]
        and letters[1] not in rules["never_second"]
        and letters not in _listed("national_insurance", "never_allocated")
    )


def ten_digits(text: str) -> list[str]:
    """Every run of ten digits that is written as an NHS number may be: closed up, or 3-3-4."""
    return [match.group() for match in _TEN_DIGITS.finditer(text)]


def is_nhs_number(text: str) -> bool:
    """Whether ten digits carry the check digit of an NHS or CHI number: weights 10 to 2, modulo 11."""
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check != 10 and digits[9] == check % 11


def nhs_numbers(text: str) -> list[str]:
    """NHS numbers with a right check digit."""
    return [number for number in ten_digits(text) if is_nhs_number(number)]


def postcodes(text: str) -> list[str]:
    """Full postcodes, in an area that exists."""
    return [
        match.group()
        for match in _POSTCODE.finditer(text)
        if match["area"] in _listed("postcode", "areas") and match["district"] != "0A"
    ]


def is_postcode_district(text: str) -> bool:
    """Whether a whole cell is the outward half of a postcode (`B12`, `SW1A`), which thousands of people share."""
    match = _DISTRICT.fullmatch(text.strip())
    return match is not None and match["area"] in _listed("postcode", "areas")


def emails(text: str) -> list[str]:
    """Addresses of people: those of an office (`foi@`, `enquiries@`) are left out."""
    return [match.group() for match in _EMAIL.finditer(text) if not _of_an_office(match["local"])]


def _of_an_office(local: str) -> bool:
    words = [word for word in re.split(r"[^a-z]+", local.casefold()) if word]
    office = _listed("mailbox", "words")
    return any(word in office for word in words) or "".join(words) in office


def phones(text: str) -> list[str]:
    """Numbers of people: mobiles and geographic numbers. Service numbers (03, 08, 09) are left out."""
    hits = []
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match["rest"])
        if len(digits) == 10 or (len(digits) == 9 and digits[0] == "1"):
            if digits[0] == "3" or (digits[0] == "7" and digits[1] == "0"):
                continue
            hits.append(match.group())
    return hits


def registration_marks(text: str) -> list[str]:
    """Vehicle registration marks of the form in use since September 2001, with an age identifier that was issued."""
    ages = _listed("registration_mark", "age_identifiers")
    return [match.group() for match in _MARK_NOW.finditer(text) if match["age"] in ages]


def older_registration_marks(text: str) -> list[str]:
    """Marks of the older forms and of Northern Ireland: too common a shape to count outside a column of them."""
    return [match.group() for match in _MARK_OLDER.finditer(text)]


def national_computer_ids(text: str) -> list[str]:
    """PNC IDs (`2004/0712343H`) whose check letter is that of year and serial number modulo 23."""
    hits = []
    for match in _PNC.finditer(text):
        year = match["long"] or match["short"]
        if _check_letter(f"{year}{int(match['serial']):07d}") == match["check"]:
            hits.append(match.group())
    return hits


def criminal_record_numbers(text: str) -> list[str]:
    """CRO numbers (`265416/21G`) whose check letter is that of year and serial number modulo 23."""
    return [
        match.group()
        for match in _CRO.finditer(text)
        if _check_letter(f"{match['year']}{int(match['serial']):06d}") == match["check"]
        or _check_letter(f"{int(match['serial'])}{match['year']}") == match["check"]
    ]


def _check_letter(digits: str) -> str:
    return _NATIONAL_CHECK_LETTERS[int(digits) % 23]


def driving_licences(text: str) -> list[str]:
    """Driver numbers of Great Britain: surname, date of birth, initials and check characters in sixteen places."""
    return [match.group() for match in _LICENCE.finditer(text) if len(match.group()) == 16]
