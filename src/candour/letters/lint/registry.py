"""The register of checks: which function looks for the breach of which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot

Check = Callable[[Document], Iterator[Spot]]

SUBJECTS = (
    "header",
    "request",
    "outcome",
    "explanations",
    "limbs",
    "classes",
    "harm",
    "public_interest",
    "ncnd",
    "personal_data",
    "law_names",
    "rights",
    "text_quality",
    "attachments",
    "advice",
    "cost",
    "published",
    "notices",
    "regimes",
)
"""The modules that hold the checks, one to a subject."""

_CHECKS: dict[str, list[Check]] = {}


def check(code: str) -> Callable[[Check], Check]:
    """Register a function as a check for the rule `code`; a rule may have several."""

    def register(function: Check) -> Check:
        _CHECKS.setdefault(code, []).append(function)
        return function

    return register


@cache
def checks() -> dict[str, list[Check]]:
    """Every check by the code of its rule."""
    for subject in SUBJECTS:
        import_module(f"candour.letters.lint.{subject}")
    return _CHECKS


def look(document: Document, codes: Iterable[str]) -> Iterator[tuple[str, Spot]]:
    """What the checks for `codes` find, each with the code of its rule."""
    registered = checks()
    for code in codes:
        for function in registered.get(code, ()):
            for spot in function(document):
                yield code, spot
