"""The catalogue of hiding places: what each code means, how grave it is, who could get it back, and what to do.

The entries are data in `hiding_places/`, one TOML file for each family of formats. A code that ends in `*` stands for
every code that begins so (`E.hdr:*`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from candour.files.findings import Finding, Severity
from candour.files.masked import plain


class UnknownCode(LookupError):
    """A code that the catalogue does not hold."""


@dataclass(frozen=True, slots=True)
class HidingPlace:
    """One entry: `title` says in plain words what is counted; `recovery` who could get it back and how."""

    code: str
    severity: Severity
    title: str
    recovery: str
    advice: str
    source: str


@cache
def catalogue() -> dict[str, HidingPlace]:
    """Every hiding place by its code."""
    entries: dict[str, HidingPlace] = {}
    for file in sorted((files(__package__) / "hiding_places").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in entries:
                raise ValueError(f"{file.name}: {code} is in the catalogue twice")
            entries[code] = HidingPlace(
                code, Severity(entry["severity"]), entry["title"], entry["recovery"], entry["advice"], entry["source"]
            )
    return entries


def hiding_place(code: str) -> HidingPlace:
    """The entry of a code, or of the longest beginning that ends in `*`.

    Raises `UnknownCode`: a finding that nobody has explained must not be reported.
    """
    entries = catalogue()
    if code in entries:
        return entries[code]
    for end in range(len(code), 0, -1):
        if (family := f"{code[:end]}*") in entries:
            return entries[family]
    raise UnknownCode(f"the catalogue has no {code}")


def found(
    code: str, place: str, count: int = 1, evidence: str = "", *, severity: Severity | None = None, recovery: str = ""
) -> Finding:
    """A finding with the severity and the recovery of its entry, unless this one is graver or lighter."""
    entry = hiding_place(code)
    return Finding(
        code, severity or entry.severity, plain(place), count, plain(evidence, 400), recovery or entry.recovery
    )
