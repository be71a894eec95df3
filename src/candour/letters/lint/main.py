"""The linter as the command line uses it: files in, one report and one exit code out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from candour.letters.lint.findings import Severity
from candour.letters.lint.output import Linted, as_json, as_sarif, as_text
from candour.letters.lint.run import chosen, lint_text
from candour.letters.read import UnreadableText, open_source

FINE, FOUND, UNUSABLE = 0, 1, 2

FORMATS: dict[str, Callable[[Sequence[Linted]], str]] = {"text": as_text, "json": as_json, "sarif": as_sarif}
"""How a report can be written."""


def lint_main(
    files: Iterable[Path | tuple[str, str]],
    *,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    severity: Severity = Severity.INFO,
    format: str = "text",
) -> tuple[str, int]:
    """The report on letters, and the exit code: 1 when there is an error among the findings, else 0.

    files: paths of letters in any form that the reader opens, or pairs of a name and a text. One that cannot be read
    makes the code 2 and the report a line that says why: nothing half-read passes for read. Raises UnknownRule for a
    code that names no rule, KeyError for a format that is not in `FORMATS`.
    """
    write = FORMATS[format]
    chosen(select, ignore, severity)
    linted = []
    for file in files:
        name = str(file) if isinstance(file, Path) else file[0]
        try:
            text = open_source(file).text if isinstance(file, Path) else file[1]
            found = lint_text(text, select=select, ignore=ignore, severity=severity)
        except (UnreadableText, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            return f"{name}: {reason}", UNUSABLE
        linted.append(Linted(name, found))
    errors = any(finding.severity is Severity.ERROR for entry in linted for finding in entry.findings)
    return write(linted), FOUND if errors else FINE
