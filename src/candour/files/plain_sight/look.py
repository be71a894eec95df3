"""What is visible in a file and should not be: the gate for what a rebuild cannot take away.

`look` takes the visible model of a file (what `Inspected.visible` holds) and, where the officer declared it, the shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from candour.files.catalogue import found
from candour.files.findings import Finding, Severity
from candour.files.masked import masked
from candour.files.plain_sight.columns import Sheetful
from candour.files.plain_sight.labels import labels_of, lists_of_names
from candour.files.plain_sight.names import is_person, people_in
from candour.files.plain_sight.references import ForcePatterns, usual_patterns
from candour.files.plain_sight.shape import OF_PEOPLE, Shape, mismatches
from candour.files.plain_sight.signs import Sign, signs_in
from candour.files.plain_sight.small_counts import SmallCounts, shown_small_counts
from candour.files.plain_sight.tables_seen import look_at_table
from candour.files.visible import Bundle, Document, Grid, Paragraph, Table, Transcript, Visible

LINES_OF_NAMES = 5
"""So many lines that are nothing but a name, and a third of all short lines, are a list of people."""

_FEW_IN_TEXT = 5
"""A letter shows its office’s address and telephone; from so many on, they are a list."""

_GRAVE_ONLY_IN_NUMBER = frozenset({"V.postcode", "V.phone"})


def look(
    visible: Visible,
    shapes: tuple[Shape, ...] = (),
    patterns: ForcePatterns | None = None,
    small_counts: SmallCounts | None = None,
) -> list[Finding]:
    """The findings (codes `V.*`) of what a reader sees.

    `shapes` declares one table each, in the order of the file; without them no shape is checked. `patterns` are the
    force’s own references; `small_counts` judges a table (rows, the heading first) in place of the plain rule.
    Severity C blocks: the file may not leave until its content or the declared shape is changed.
    """
    known = patterns or usual_patterns()
    judge = small_counts or shown_small_counts
    sheets: list[Sheetful] = []
    findings: list[Finding] = []
    for name, rows in _tables(visible):
        sheet, seen = look_at_table(name, rows, known, judge)
        sheets.append(sheet)
        findings += seen
    findings += _running_text(chain(_texts(visible), labels_of(visible, sheets)), known)
    findings += lists_of_names(visible, sheets)
    if shapes:
        findings += [found("V.shape", place, 1, difference) for place, difference in mismatches(shapes, sheets)]
        findings += [
            found("V.rows_are_people", sheet.name, sheet.rows, f"a row is declared to be a {shape.row_is}")
            for shape, sheet in zip(shapes, [sheet for sheet in sheets if sheet.rows], strict=False)
            if shape.row_is.casefold() in OF_PEOPLE
        ]
    return findings


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings forbids that the file leaves as it is."""
    return any(finding.severity is Severity.CRITICAL for finding in findings)


def _tables(visible: Visible, within: str = "") -> Iterator[tuple[str, Iterable[list[str]]]]:
    if isinstance(visible, Grid):
        for sheet in visible.sheets:
            yield within + (sheet.name or "table"), sheet.rows
    elif isinstance(visible, Document):
        number = 0
        for block in visible.blocks:
            if isinstance(block, Table):
                number += 1
                yield f"{within}table {number}", [list(row) for row in block.rows]
    elif isinstance(visible, Transcript):
        for name, inner in visible.attachments:
            yield from _tables(inner, f"{within}{name}: ")
    elif isinstance(visible, Bundle):
        for name, inner in visible.files:
            yield from _tables(inner, f"{within}{name}: ")


def _texts(visible: Visible, within: str = "") -> Iterator[tuple[str, str]]:
    """Running text by its place. Cells of tables are looked at with their columns instead."""
    if isinstance(visible, Grid):
        return
    if isinstance(visible, Document):
        for number, block in enumerate(visible.blocks, 1):
            if isinstance(block, Paragraph):
                yield f"{within}paragraph {number}", block.text
        return
    if isinstance(visible, Transcript):
        yield from ((f"{within}body", text) for text in visible.body)
        for name, inner in visible.attachments:
            yield from _texts(inner, f"{within}{name}: ")
        return
    if isinstance(visible, Bundle):
        for name, inner in visible.files:
            yield from _texts(inner, f"{within}{name}: ")
        return
    for number, text in enumerate(visible.texts(), 1):
        yield f"{within}page {number}", text


def _running_text(texts: Iterable[tuple[str, str]], patterns: ForcePatterns) -> Iterator[Finding]:
    signs: dict[str, Sign] = {}
    named: Sign | None = None
    lines: list[str] = []
    short = 0
    for place, text in texts:
        for code, hits in signs_in(text, patterns):
            signs.setdefault(code, Sign(place)).add(hits)
        if people := people_in(text):
            named = named or Sign(place)
            named.add(people)
        for line in text.splitlines():
            if 0 < len(line.strip()) <= 60:
                short += 1
                if is_person(line.strip()):
                    lines.append(line.strip())
    for code, sign in signs.items():
        few = code in _GRAVE_ONLY_IN_NUMBER and sign.count < _FEW_IN_TEXT
        yield found(code, sign.place, sign.count, sign.evidence, severity=Severity.MODERATE if few else None)
    if named:
        yield found("V.names_in_text", named.place, named.count, named.evidence)
    if len(set(lines)) >= LINES_OF_NAMES and len(lines) > 0.3 * short:
        yield found("V.names", "lines of the text", len(lines), ", ".join(masked(line, 30) for line in lines[:3]))
