"""What is pasted comes in as the cells that a reader sees, and goes out as text that is safe to open."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.tables import TableError, read_cells, write_csv
from candour.tables.csv import MAX_CELLS

harmless = st.text(
    st.characters(categories=("L", "Nd", "P", "Zs", "Sc"), max_codepoint=0x2FF), min_size=1, max_size=12
).map(lambda text: " ".join(("n" + text).split()))
"""Cells in one line that begin with a letter."""
anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
dangerous = st.builds(lambda start, rest: start + rest, st.sampled_from("=+-@\t\r"), anything)
numbers = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.integers(-(10**9), 10**9).map("{:,}".format),
    st.floats(-1e6, 1e6).map("{:.2f}".format),
    st.integers(-100, 100).map("{}%".format),
    st.integers(0, 10**6).map("+{}".format),
)


def grids(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Tables of up to four columns and five lines, the headings first."""
    return st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width).map(tuple), min_size=2, max_size=5)
    )


def opened(content: bytes) -> list[list[str]]:
    """The cells as a spreadsheet reads the file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@given(grids(harmless))
def test_harmless_cells_come_back_as_they_went_out(grid: list[tuple[str, ...]]) -> None:
    """A table written as CSV is read again as the same headings and rows."""
    columns, *rows = grid
    assert read_cells(write_csv(columns, rows).decode("utf-8-sig")) == (columns, tuple(rows))


@given(grids(harmless).filter(lambda grid: len(grid[0]) > 1 and '"' not in "".join(map("".join, grid))))
def test_cells_pasted_from_a_spreadsheet_are_read(grid: list[tuple[str, ...]]) -> None:
    """Tab-separated lines, as a spreadsheet puts them on the clipboard, are the same table; commas in them are text."""
    columns, *rows = grid
    assert read_cells("\r\n".join("\t".join(line) for line in grid)) == (columns, tuple(rows))


@given(grids(st.one_of(dangerous, anything, numbers)))
def test_no_cell_is_taken_for_a_formula(grid: list[tuple[str, ...]]) -> None:
    """Whatever a cell holds, it does not begin as a formula does unless it is a plain number."""
    columns, *rows = grid
    for cell in (cell for line in opened(write_csv(columns, rows, [grid[0][0]])) for cell in line):
        assert not cell.startswith(("=", "@", "\t", "\r"))
        if cell.startswith(("+", "-")):
            float(cell.replace(",", "").rstrip("%"))


@given(numbers)
def test_a_number_stays_a_number(number: str) -> None:
    """Figures, also negative ones and percentages, can be calculated with."""
    assert opened(write_csv(["Count"], [[number]])) == [["Count"], [number]]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=CMD|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "-", "+", "--5", "+-5", "\t=1", "\r=1", "-1.2.3", "-१२"],
)
def test_what_a_spreadsheet_would_run_is_marked_as_text(cell: str) -> None:
    """A cell that begins as a formula is preceded by an apostrophe."""
    assert opened(write_csv(["Count"], [[cell]]))[1] == [f"'{cell}"]


def test_headings_and_notes_are_made_safe_as_well() -> None:
    """Nothing in the file escapes the rule."""
    lines = opened(write_csv(["=A", "B"], [["1", "2"]], ["@note", "A note"]))
    assert lines == [["'=A", "B"], ["1", "2"], [], ["'@note"], ["A note"]]


def test_the_file_says_that_it_is_utf_8() -> None:
    """A byte order mark stands first, so that a spreadsheet shows accents, and lines end as they do in CSV."""
    assert write_csv(["Heddlu Gŵyr"], [["é"]]) == b"\xef\xbb\xbfHeddlu G\xc5\xb5yr\r\n\xc3\xa9\r\n"


def test_the_same_table_is_always_the_same_bytes() -> None:
    """A file can be cleared by its digest."""
    assert write_csv(["A"], [["1"]], ["n"]) == write_csv(("A",), (("1",),), ("n",))


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("Year,Cases\n2025,7", ("Year", "Cases"), (("2025", "7"),)),
        ("Year\tCases\n2025\t1,204\n", ("Year", "Cases"), (("2025", "1,204"),)),
        ("\ufeffYear,Cases\r\n2025,7\r\n", ("Year", "Cases"), (("2025", "7"),)),
        ('Year,Cases\n2025,"1,204"', ("Year", "Cases"), (("2025", "1,204"),)),
        (",2024,2025\nHorses,1,2", ("", "2024", "2025"), (("Horses", "1", "2"),)),
        ("Year,Cases\n\n \n2025,7\n\n", ("Year", "Cases"), (("2025", "7"),)),
        ("Year,Cases\n 2025 ,  7  or  8 ", ("Year", "Cases"), (("2025", "7 or 8"),)),
        ('Year,Cases\n"20\n25",7', ("Year", "Cases"), (("20 25", "7"),)),
        ("Ye\x00ar,Cases\n2025,7", ("Year", "Cases"), (("2025", "7"),)),
        ("Year,Cases\n2025,", ("Year", "Cases"), (("2025", ""),)),
    ],
)
def test_a_table_is_read_as_people_give_it(
    text: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
) -> None:
    """Tabs or commas, a byte order mark, empty lines and stray spaces are no part of what a reader sees."""
    assert read_cells(text) == (columns, rows)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Give a line of column headings and at least one row"),
        (" \n\t\n", "Give a line of column headings and at least one row"),
        ("Year,Cases", "Give a line of column headings and at least one row"),
        ("Year,\n2025,7", "Every column after the first needs a heading"),
        ("Year,Cases\n2025,7\n2026,8,9", "Line 3 has 3 cells, but there are 2 headings"),
        ("Year,Cases\n2025", "Line 2 has 1 cells, but there are 2 headings"),
        ('Year,Cases\n2025,"7', "The table cannot be read"),
        ('Year,Cases\n2025,"7"x', "The table cannot be read"),
        ("Year,Cases\n" + "2025,7\n" * (MAX_CELLS // 2), f"more than {MAX_CELLS:,} cells"),
        ("Year,Cases\n2025," + "7" * 200_000, "The table cannot be read"),
    ],
)
def test_what_is_no_table_is_told_in_words(text: str, says: str) -> None:
    """An error says which line is wrong, or what is wanted."""
    with pytest.raises(TableError, match=says):
        read_cells(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [("Year,Cases\n\n\n2025", 4), ('Year,Cases\n"20\n25",7\n2026', 4), ("\nYear,Cases\n2025,7\n2026", 4)],
)
def test_the_line_named_is_the_line_of_the_text(text: str, line: int) -> None:
    """The number is the one that a person counts in what they pasted, empty lines and broken cells included."""
    with pytest.raises(TableError, match=f"Line {line} "):
        read_cells(text)


def test_the_largest_table_is_still_read() -> None:
    """Exactly as many cells as are allowed make a table."""
    columns, rows = read_cells("Year,Cases\n" + "2025,7\n" * (MAX_CELLS // 2 - 1))
    assert len(columns) * (1 + len(rows)) == MAX_CELLS


@given(st.text(st.sampled_from("a1,\t\n\r \"'\x00=;\ufeff"), max_size=40))
def test_any_text_is_a_table_or_an_error_in_words(text: str) -> None:
    """Nothing that is pasted fails in another way, and what is read is rectangular, in single lines, without NUL."""
    try:
        columns, rows = read_cells(text)
    except TableError as error:
        assert str(error).endswith(".")  # noqa: PT017  either outcome is right
    else:
        assert {len(row) for row in rows} == {len(columns)}
        assert all(cell == " ".join(cell.split()) and "\x00" not in cell for row in (columns, *rows) for cell in row)
