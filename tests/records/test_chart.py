"""Charts: from protected tables only, with every figure in words beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lxml import etree, html

from candour.records.chart import bar_chart, printed, printed_csv, printed_for_readers
from candour.records.findings import RecordsError
from candour.tables.counts import CountTable
from candour.tables.dimensions import Dimension
from candour.tables.protected import suppressed
from candour.tables.protection import Protection
from candour.tables.suppress import suppress

TABLE = CountTable(
    (Dimension("year", ("2022", "2023", "2024")), Dimension("nature", ("Theft & fraud", "Assault", "Other"))),
    np.array([[20, 3, 14], [31, 9, 12], [2, 11, 40]]),
    "cases",
)


@pytest.fixture(scope="module")
def safe() -> Any:
    return suppressed(suppress(TABLE, Protection(threshold=5)))


def test_the_chart_has_a_title_a_description_and_the_same_figures_as_a_table(safe: Any) -> None:
    figure = html.fromstring(bar_chart(printed(safe, "Cases <by> year")))
    svg = figure.find(".//svg")
    assert svg.get("role") == "img"
    named = svg.get("aria-labelledby").split()
    assert figure.get_element_by_id(named[0]).text == "Cases <by> year"
    cells = [[cell.text_content() for cell in row] for row in figure.findall(".//tbody/tr")]
    shown = {cell.labels: cell.value for cell in safe.cells}
    for row in cells:
        for nature, text in zip(("Theft & fraud", "Assault", "Other"), row[1:], strict=True):
            value = shown[row[0], nature]
            assert text == ("withheld" if value is None else str(value))
    assert "Total" not in [row[0] for row in cells]


def test_a_withheld_figure_has_no_bar_and_is_said(safe: Any) -> None:
    drawn = bar_chart(printed(safe, "Cases"))
    inner = [cell for cell in safe.cells if "Total" not in cell.labels]
    bars = list(etree.fromstring(drawn[drawn.index("<svg") : drawn.index("</svg>") + 6].encode()).iter("{*}rect"))
    with_bar = sum(1 for cell in inner if cell.value)
    assert len(bars) == with_bar + 3, "and one for each entry of the legend"
    hidden = sum(1 for cell in inner if cell.value is None)
    assert f"{hidden} figures are withheld and have no bar." in drawn


def test_the_length_of_a_bar_is_in_proportion(safe: Any) -> None:
    one = printed_csv("year,value,status\n2022,10,shown\n2023,40,shown\nTotal,50,shown\n", "Cases")
    drawn = bar_chart(one)
    widths = [
        int(rect.get("width"))
        for rect in etree.fromstring(drawn[drawn.index("<svg") : drawn.index("</svg>") + 6]).iter("{*}rect")
    ]
    assert widths[1] == 4 * widths[0]


def test_what_is_not_protected_makes_no_chart() -> None:
    with pytest.raises(TypeError, match="protected table only"):
        printed(TABLE, "Cases")  # type: ignore[arg-type]  # what is refused
    with pytest.raises(RecordsError, match="the CSV that `candour protect -o` writes"):
        printed_csv("year,value\n2022,3\n", "Cases")


def test_a_table_too_wide_for_bars_is_refused_with_what_to_do() -> None:
    rows = "".join(f"2022,N{at},5,shown\n" for at in range(9))
    with pytest.raises(RecordsError, match="fewer or coarser categories"):
        printed_csv(f"year,nature,value,status\n{rows}", "Cases")


def test_nothing_in_the_chart_needs_a_style_or_a_script(safe: Any) -> None:
    drawn = bar_chart(printed(safe, "Cases"))
    assert "style=" not in drawn
    assert "<script" not in drawn


def test_the_table_of_readers_is_drawn_without_its_totals() -> None:
    rows = [["2022", "4", "withheld", "12"], ["Early, total", "4", "withheld", "12"], ["Total", "9", "8", "17"]]
    shown = printed_for_readers("Cases", ["Year", "Theft", "Fraud", "Total"], rows)
    assert shown.rows == ("2022",)
    assert shown.series == ("Theft", "Fraud")
    assert shown.values == {("2022", "Theft"): 4, ("2022", "Fraud"): None}
    one = printed_for_readers("Cases", ["Year", "Cases"], [["2022", "0"], ["2023", "withheld"], ["Total", "5"]])
    assert one.values == {("2022", ""): 0, ("2023", ""): None}


def test_a_table_with_words_among_its_figures_makes_no_chart() -> None:
    with pytest.raises(RecordsError, match="one or two dimensions"):
        printed_for_readers("Cases", ["Year", "Nature", "Cases"], [["2022", "Theft", "5"]])


def test_a_withheld_figure_is_a_mark_and_a_zero_is_not(safe: Any) -> None:
    drawn = bar_chart(printed_for_readers("Cases", ["Year", "Cases"], [["2022", "0"], ["2023", "withheld"]]))
    assert drawn.count('fill="none" stroke="#505a5f"') == 1
    assert ">0</text>" in drawn


def test_categories_are_told_apart_without_colour(safe: Any) -> None:
    drawn = etree.fromstring(bar_chart(printed(safe, "Cases")).replace("<figure", "<figure", 1).encode())
    patterns = drawn.findall(".//{http://www.w3.org/2000/svg}pattern")
    marks = [tuple(path.get("d") for path in each) for each in patterns]
    assert len(set(marks)) == len(patterns) == 3
