"""Charts of workbooks: drawn anew from the cells that a reader sees, or left out with the reason."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from candour.files import inside
from candour.files.limits import Limits
from files.packages import Package, workbook
from files.samples import FOLDER

CHART = "xl/charts/chart1.xml"
SECRET = "Quentin"
_RANGE = re.compile(r"'?([^'!]+)'?!\$([A-Z]+)\$(\d+)(?::\$([A-Z]+)\$(\d+))?")


def _charted(write: Any = None, values: str = "=Figures!$B$2:$B$3", **options: Any) -> bytes:
    """A small table with a column chart of it."""

    def also(book: Any, sheet: Any) -> None:
        if write:
            write(book, sheet)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"name": "=Figures!$B$1", "categories": "=Figures!$A$2:$A$3", "values": values})
        chart.set_title({"name": "Horses by force"})
        for name, value in options.items():
            getattr(chart, name)(*([] if value is None else [value]))
        sheet.insert_chart("E2", chart)

    return workbook(also)


def _rebuilt(data: bytes) -> tuple[bytes, list[str]]:
    made = inside.rebuild(data, "figures.xlsx", Limits(), "test")
    assert made.proof.holds
    assert made.proof.clean
    return made.rebuilt.outputs[0].data, made.rebuilt.lost


def _charts(data: bytes) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = sorted(name for name in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name))
        return [etree.fromstring(archive.read(name)) for name in names]


def _drawn(data: bytes) -> list[list[str]]:
    """What each series of the charts draws, read from the cells that it refers to by another library."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    formulas = [formula for chart in _charts(data) for formula in chart.iterfind(".//{*}val//{*}f")]
    return [[text for text in _cells(book, formula.text or "") if text] for formula in formulas]


def _cells(book: openpyxl.Workbook, formula: str) -> Iterator[str]:
    match = _RANGE.match(formula)
    assert match, formula
    name, left, top, right, bottom = match.groups()
    for row in book[name][f"{left}{top}:{right or left}{bottom or top}"]:
        yield from ("" if cell.value is None else _plain(cell.value) for cell in row)


def _remembered(data: bytes) -> list[list[str]]:
    """What each series of the charts remembers."""
    return [
        [_plain(point.text or "") for point in values.iterfind(".//{*}pt/{*}v")]
        for chart in _charts(data)
        for values in chart.iterfind(".//{*}val")
    ]


def _plain(value: object) -> str:
    try:
        return f"{float(str(value)):g}"
    except ValueError:
        return str(value)


def test_a_chart_is_drawn_anew_from_the_cells_and_remembers_nothing() -> None:
    data, lost = _rebuilt(_charted())

    assert _drawn(data) == [["12", "7"]]
    assert not [point for chart in _charts(data) for point in chart.iterfind(".//{*}pt")]
    assert "Horses by force" in "".join(_charts(data)[0].itertext())
    assert any("drawn anew" in what for what in lost)


def test_a_chart_draws_only_the_rows_that_are_shown() -> None:
    def hide(_: Any, sheet: Any) -> None:
        sheet.set_row(1, None, None, {"hidden": True})

    package = Package(_charted(hide))
    package.replace(CHART, '<c:ptCount val="2"/><c:pt idx="0"><c:v>12</c:v></c:pt>', '<c:ptCount val="1"/>')
    package.replace(CHART, '<c:ptCount val="2"/><c:pt idx="0"><c:v>Avon</c:v></c:pt>', '<c:ptCount val="1"/>')
    data, _ = _rebuilt(package.packed())

    assert _drawn(data) == [["7"]]


def test_a_chart_draws_what_a_cell_shows_and_not_what_it_stores() -> None:
    def round_off(book: Any, sheet: Any) -> None:
        sheet.write(1, 1, 12.3456, book.add_format({"num_format": "0"}))

    assert _drawn(_rebuilt(_charted(round_off))[0]) == [["12", "7"]]


def _secret_sheet(book: Any, _: Any) -> None:
    sheet = book.add_worksheet("Staff")
    sheet.write_column(0, 0, [3, 4])
    sheet.hide()


def _secret_row(_: Any, sheet: Any) -> None:
    sheet.write_row(3, 0, (SECRET, 99))
    sheet.set_row(3, None, None, {"hidden": True})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (_charted(_secret_sheet, "=Staff!$A$1:$A$2"), "sheet Staff, which a reader cannot see"),
        (_charted(_secret_row, "=Figures!$B$2:$B$4", show_hidden_data=None), "cells that a reader cannot see"),
        (
            Package(_charted()).replace(CHART, "Figures!$B$2:$B$3", "[1]Other!$B$2:$B$3").packed(),
            "draws on another file",
        ),
        (Package(_charted()).replace(CHART, "Figures!$B$2:$B$3", "the_figures").packed(), "no range of cells"),
        (
            Package(_charted())
            .replace(CHART, "<c:numRef><c:f>Figures!$B$2:$B$3</c:f><c:numCache>", "<c:numLit>")
            .replace(CHART, "</c:numCache></c:numRef></c:val>", "</c:numLit></c:val>")
            .packed(),
            "values that stand in no cell",
        ),
    ],
    ids=["a hidden sheet", "hidden rows that are drawn", "another file", "a name", "values of its own"],
)
def test_a_chart_of_anything_else_is_left_out_with_the_reason(data: bytes, why: str) -> None:
    made, lost = _rebuilt(data)

    assert not _charts(made)
    assert [what for what in lost if "“Horses by force”" in what and why in what]


def test_a_chart_that_draws_more_than_its_cells_show_is_left_out() -> None:
    def blank(book: Any, sheet: Any) -> None:
        sheet.write(1, 1, 12, book.add_format({"num_format": ";;;"}))

    made, lost = _rebuilt(_charted(blank))

    assert not _charts(made)
    assert any("cells that a reader cannot see" in what for what in lost)


@pytest.mark.parametrize(
    "name",
    ["alaveteli__chartsheet.xlsx", "calamine__any_sheets.xlsx", "open-xml-sdk__Bug539654_529755.xlsm"],
)
def test_charts_of_real_workbooks_keep_their_figures(name: str) -> None:
    path: Path = FOLDER / "release" / name
    if not path.exists():
        pytest.skip("the samples of real files are not beside the repository")
    data = path.read_bytes()

    drawn = _drawn(_rebuilt(data)[0])

    assert drawn
    assert drawn == [[text for text in series if text] for series in _remembered(data)][: len(drawn)]


def test_a_chart_of_another_file_in_a_real_workbook_is_left_out() -> None:
    path = FOLDER / "release" / "aspose-cells-for-net__sampleConvertingColumnChartToImage.xlsx"
    if not path.exists():
        pytest.skip("the samples of real files are not beside the repository")

    made, lost = _rebuilt(path.read_bytes())

    assert not _charts(made)
    assert any("another file" in what for what in lost)


def test_a_chart_in_a_document_is_left_out_with_what_to_do() -> None:
    path = FOLDER / "release" / "open-xml-sdk__chart-Pie.docx"
    if not path.exists():
        pytest.skip("the samples of real files are not beside the repository")

    made = inside.rebuild(path.read_bytes(), "chart.docx", Limits(), "test")

    assert any("1 chart: " in what and "Give them as a table" in what for what in made.rebuilt.lost)
    assert {output.kind for output in made.rebuilt.outputs} == {"docx", "pdf"}
