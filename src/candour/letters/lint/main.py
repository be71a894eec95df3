"""The linter as the command line uses it: files in, one report and one exit code out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from candour.letters.lint.findings import Severity
from candour.letters.lint.output import Linted, as_json, as_sarif, as_text
from candour.letters.lint.run import chosen, lint_text
from candour.letters.read import UnreadableText

FINE, FOUND, UNUSABLE = 0, 1, 2

FORMATS: dict[str, Callable[[Sequence[Linted]], str]] = {"text": as_text, "json": as_json, "sarif": as_sarif}
"""How a report can be written."""


def lint_main(
    files: Iterable[tuple[str, str]],
    *,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    severity: Severity = Severity.INFO,
    format: str = "text",
) -> tuple[str, int]:
    """The report on letters given as pairs (name, text), and the exit code: 1 when there is an error, else 0.

    A letter that cannot be read makes the code 2 and the report a line that says why, and nothing else is reported:
    nothing half-read passes for read. Raises UnknownRule for a code that names no rule.
    """
    chosen(select, ignore, severity)
    linted = []
    for name, text in files:
        try:
            found = lint_text(text, select=select, ignore=ignore, severity=severity)
        except UnreadableText as error:
            return f"{name}: {error}", UNUSABLE
        linted.append(Linted(name, found))
    errors = any(finding.severity is Severity.ERROR for entry in linted for finding in entry.findings)
    return FORMATS[format](linted), FOUND if errors else FINE
