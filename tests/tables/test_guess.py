"""What pasted columns seem to mean."""

from __future__ import annotations

import pytest

from candour.tables import TableError
from candour.tables.guess import guess_columns

CELLS = """\
Kind,Offence,Year,{count}
Acquisitive,Burglary,2024,31
Acquisitive,Theft,2024,3
Acquisitive,Theft,2025,44
Other,Arson,2025,2"""


@pytest.mark.parametrize("heading", ["Cases", "Number of people", "freq", "Horses stolen", "n"])
def test_the_column_of_counts_and_the_groups_are_found(heading: str) -> None:
    found = guess_columns(CELLS.format(count=heading))
    assert (found.count, found.groups, found.unused) == (heading, {"Offence": "Kind"}, ())
    assert found.columns().by == ("Offence", "Year")


@pytest.mark.parametrize("wrong", ["-3", "3.5", "three"])
def test_a_column_headed_like_counts_is_one_even_where_a_count_is_wrong(wrong: str) -> None:
    assert guess_columns(CELLS.format(count="Cases").replace(",3\n", f",{wrong}\n")).count == "Cases"


def test_years_are_no_counts() -> None:
    found = guess_columns("Station,Year\nNorth,2024\nSouth,2024\nNorth,2025")
    assert found.count is None
    assert found.columns().by == ("Station", "Year")


def test_a_column_that_numbers_the_rows_is_left_out() -> None:
    rows = "\n".join(f"{number},{'north' if number % 3 else 'south'}" for number in range(1, 40))
    found = guess_columns(f"Reference,Station\n{rows}")
    assert (found.count, found.unused) == (None, ("Reference",))


def test_groups_of_groups_are_found_nearest_first() -> None:
    rows = "\n".join(f"f{at % 8},r{at % 8 // 2},c{at % 8 // 4},{2020 + at // 8},{at}" for at in range(24))
    assert guess_columns(f"force,region,country,year,count\n{rows}").groups == {"force": "region", "region": "country"}


def test_a_heading_that_is_empty_is_told() -> None:
    with pytest.raises(TableError, match="Every column needs a heading"):
        guess_columns("\tCount\nTheft\t3")
