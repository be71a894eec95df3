"""Tables of counts read from delimited text, and what is said of those that cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from candour.tables.csv import TableError
from candour.tables.read_counts import Columns, read_counts

CELLS = "offence,group,year,n\nTheft,Property,2022,7\nTheft,Property,2023,2\nRobbery,Violence,2022,4\n"
MEANT = Columns("n", {"offence": "group"})


def test_one_row_for_each_cell_and_a_missing_cell_is_zero() -> None:
    table = read_counts(CELLS, MEANT)
    assert [dimension.name for dimension in table.dimensions] == ["offence", "year"]
    assert table.counts.tolist() == [[7, 2], [4, 0]]
    assert table.value(("Property", "Total")) == 9
    assert table.value(("Total", "2022")) == 11


def test_one_row_for_each_case_counts_the_rows() -> None:
    table = read_counts("offence\tyear\nTheft\t2022\nTheft\t2022\nFraud\t2023\n", Columns())
    assert table.counts.tolist() == [[2, 0], [0, 1]]


def test_only_the_columns_asked_for_are_counted_by() -> None:
    table = read_counts("id,offence,year\n1,Theft,2022\n2,Theft,2023\n", Columns(by=("offence",)))
    assert table.counts.tolist() == [2]


def test_margins_among_the_rows_are_checked_and_not_needed() -> None:
    table = read_counts(CELLS + "Property,Property,Total,9\nTotal,,2022,11\n", MEANT)
    assert int(np.sum(table.counts)) == 13
    with pytest.raises(TableError, match="Line 5: offence Property, year Total is 8, but its parts add up to 9"):
        read_counts(CELLS + "Property,Property,Total,8\n", MEANT)


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        ("", Columns(), "empty"),
        ("a,b\n", Columns(), "no rows"),
        ("a,\n1,2\n", Columns(), "needs a heading"),
        ("a,a\n1,2\n", Columns(), "Two columns are headed “a”"),
        ("a,b\n1\n", Columns(), "Line 2 has 1 cells"),
        ("a,n\nx,-1\n", Columns("n"), "Line 2: a x is “-1”"),
        ("a,n\nx,1.5\n", Columns("n"), "Line 2: a x is “1.5”"),
        ("a,n\nx,many\n", Columns("n"), "a count is a whole number"),
        ("a,n\nx,99999999999\n", Columns("n"), "more than 1,000,000,000"),
        ("a,n\nx,1\nx,2\n", Columns("n"), "Line 3: a x is given twice, first on line 2"),
        ("a,n\nx,1\n,2\n", Columns("n"), "Line 3: a is empty"),
        ("a,n\nTotal,1\n", Columns("n"), "every row is a margin"),
        ("a,b,n\nx,g,1\nx,h,2\n", Columns("n", {"a": "b"}), "“h”, but “g” on line 2"),
        ("a,b,n\nx,g,1\n", Columns("n", {"a": "b", "b": "a"}), "loop"),
        ("a,b,n\nx,g,1\n", Columns("n", {"a": "c"}), "no column “c”"),
        ("a,n\nx,1\n", Columns("m"), "no column “m”"),
        ("a,b,n\nx,,1\n", Columns("n", {"a": "b"}), "Line 2: b is empty"),
        ('a,n\n"x,1\n', Columns("n"), "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, columns: Columns, words: str) -> None:
    with pytest.raises(TableError, match=words):
        read_counts(text, columns)


def test_a_table_of_a_million_cells_is_refused_before_it_is_worked_on() -> None:
    lines = ["a,b,n", *(f"a{i},b{i},1" for i in range(1_200))]
    with pytest.raises(TableError, match="1,442,401 cells with its margins"):
        read_counts("\n".join(lines), Columns("n"))


@pytest.mark.parametrize(
    ("text", "columns", "told"),
    [
        (CELLS + "Property,Property,2022,9\nViolence,Robbery,2022,4\n", MEANT, "“Robbery” stands for a category"),
        (CELLS + "Violence,Theft,2022,4\n", MEANT, "“Violence” stands for a category|“Theft”"),
        ("offence,year\nTheft,2022\nTotal,2022\n", Columns(), "Line 3: each row is one case, but “Total” is the label"),
        (CELLS, Columns("n", {"offence": "group", "group": "offence"}, ("year",)), "goes in a loop"),
        ("\tn\nTheft\t3\n", Columns("n"), "Every column needs a heading"),
    ],
)
def test_labels_that_stand_for_two_things_are_told(text: str, columns: Columns, told: str) -> None:
    """A label of a group is no category, a total is no case, and nothing is counted in a wrong cell."""
    with pytest.raises(TableError, match=told):
        read_counts(text, columns)


def test_a_table_of_too_many_cells_is_refused_before_it_takes_room() -> None:
    rows = "\n".join(",".join(f"{letter}{row}" for letter in "abcdef") for row in range(300))
    with pytest.raises(TableError, match="400,000 are the most"):
        read_counts(f"a,b,c,d,e,f\n{rows}\n", Columns())


@pytest.mark.parametrize(
    ("text", "columns", "cell"),
    [
        ("a,b,n\nx,y,-1\n", Columns("n"), "a x, b y"),
        ("a,b,n\nx,y,1.5\n", Columns("n"), "a x, b y"),
        ("a,b,n\nx,y,1\nx,y,2\n", Columns("n"), "a x, b y"),
        ("a,b,n\nx,y,1\nx,z,2\nx,Total,4\n", Columns("n"), "a x, b Total"),
        ("a,b,n\nx,y,1\nTotal,y,2\n", Columns("n"), "a Total, b y"),
    ],
)
def test_what_is_wrong_with_a_count_names_its_cell(text: str, columns: Columns, cell: str) -> None:
    with pytest.raises(TableError, match=cell):
        read_counts(text, columns)
