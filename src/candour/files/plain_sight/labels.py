"""Names and identifiers in what stands around the cells: names of sheets, titles, headings, words of charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from candour.files.catalogue import found
from candour.files.findings import Finding
from candour.files.masked import masked
from candour.files.plain_sight.columns import Sheetful
from candour.files.plain_sight.names import is_person
from candour.files.visible import Bundle, Grid, Transcript, Visible

_FEW = 3
_SHARE = 0.3


def labels_of(visible: Visible, sheets: Iterable[Sheetful], within: str = "") -> Iterator[tuple[str, str]]:
    """The texts with their places, once the tables were read."""
    for sheet in sheets:
        yield from ((f"{sheet.name}, row {number}", cell) for number, cell in sheet.above)
    yield from _beside(visible, within)


def lists_of_names(visible: Visible, sheets: list[Sheetful]) -> Iterator[Finding]:
    """`V.names` where sheets or columns are called by people, one for each: names that stand across."""
    for sheet in sheets:
        across = (
            _listed(f"{sheet.name}, row {number}", [cell.strip() for cell in row if cell.strip()])
            for number, row in enumerate(sheet.first, 1)
        )
        yield from next(filter(None, map(list, across)), [])
    if isinstance(visible, Grid):
        yield from _listed("names of the sheets", [sheet.name for sheet in visible.sheets])


def _listed(place: str, labels: list[str]) -> Iterator[Finding]:
    people = {label for label in labels if is_person(label)}
    if len(people) >= _FEW and len(people) > _SHARE * len(labels):
        yield found("V.names", place, len(people), ", ".join(masked(name, 30) for name in sorted(people)[:3]))


def _beside(visible: Visible, within: str) -> Iterator[tuple[str, str]]:
    if isinstance(visible, Grid):
        for sheet in visible.sheets:
            yield f"{within}name of a sheet", sheet.name
        for chart in visible.charts:
            yield from ((f"{within}a chart", text) for text in chart.words)
    elif isinstance(visible, Transcript | Bundle):
        for name, inner in visible.attachments if isinstance(visible, Transcript) else visible.files:
            yield f"{within}name of a file", name
            yield from _beside(inner, f"{within}{name}: ")
