"""Percentages and averages beside a table are statements, and tell with what is released later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.tables.audit.releases import audit
from candour.tables.ledger.beside import with_beside
from candour.tables.ledger.entry import Entry, release_of_table
from candour.tables.ledger.file import release_as_data, release_of
from candour.tables.ledger.ledger import Column, Figure, Ledger, LedgerError, PrintedCell, Release
from candour.tables.ledger.statements import statements
from candour.tables.protection import Aim, Protection

DAY = date(2024, 4, 1)
NUMBER = Protection(aim=Aim.UNDETERMINED)
"""A percentage other than 0 says that there is somebody, so only the number can be kept from readers."""
ALL_WITHHELD = "offence,year,value,status\nTheft,2022,,primary\nTheft,2023,,secondary\nTheft,Total,,secondary\n"
SHARES = "offence,year,percent,of\nTheft,2022,12.0,year\n"


def table(text: str = ALL_WITHHELD, reference: str = "shares") -> Release:
    return release_of_table(text, Entry(reference, DAY, incomplete=frozenset({"offence"})))


def test_a_percentage_released_first_and_a_total_released_later_tell_the_count() -> None:
    shares = with_beside(table(), SHARES)
    assert audit(Ledger((shares,)), protection=NUMBER).safe
    total = Release("total", DAY, period="2022-01-01 to 2023-12-31", figures=(Figure({"offence": "Theft"}, "25"),))
    (found,) = [each for each in audit(Ledger((shares,)), total, NUMBER).findings if each.kind == "printed"]
    assert (found.cell, found.lower, found.upper) == ("offence Theft, year 2022", 3, 3)
    assert set(found.because) == {"shares", "total"}


def test_an_average_of_days_tells_how_many_cases_are_averaged_and_no_days() -> None:
    averaged = with_beside(table(), "offence,year,average\nTheft,2022,2.33\n")
    result = audit(Ledger((averaged,)), protection=NUMBER)
    assert result.safe
    few = Release("few", DAY, period="2022", figures=(Figure({"offence": "Theft"}, "fewer than 6"),))
    assert {(each.unit, each.lower, each.upper) for each in audit(Ledger((averaged,)), few, NUMBER).findings} == {
        ("cases", 3, 3)
    }


def test_two_averages_of_one_cell_are_of_two_things() -> None:
    averaged = with_beside(table(), "offence,year,average\nTheft,2022,2.5\nTheft,2022,41.0\n")
    assert len({each.unit for each in statements(Ledger((averaged,))) if each.ratio}) == 2
    assert audit(Ledger((averaged,)), protection=NUMBER).safe


def test_what_stands_beside_a_table_is_kept_in_the_file() -> None:
    kept = replace(with_beside(table(), SHARES), withdrawn_on=date(2025, 1, 2))
    assert release_of(release_as_data(kept)) == kept


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("offence,percent,of\nArson,12,year\n", "Line 2: the table has no offence “Arson”"),
        ("offence,percent,of\nTheft,12,month\n", "Line 2: say of which column it is a share: offence, year"),
        ("offence,percent,of\nTheft,many,year\n", "Line 2: “many%” is no percentage"),
        ("offence,percent,average\nTheft,,\n", "Line 2: give a percent or an average"),
        ("rank,percent,of\nTheft,12,year\n", "There is no column “rank”"),
    ],
)
def test_what_cannot_be_a_percentage_of_the_table_is_refused_by_line(text: str, says: str) -> None:
    with pytest.raises(LedgerError, match=says):
        with_beside(table(), text)


OFFENCES, REGIONS = ("Theft", "Fraud", "Arson"), ("North", "South")
PLACES = [(offence, region) for offence in (*OFFENCES, "Total") for region in (*REGIONS, "Total")]


def printed(register: dict[tuple[str, str], int], place: tuple[str, str]) -> str:
    inside = [n for (a, b), n in register.items() if place[0] in {a, "Total"} and place[1] in {b, "Total"}]
    return str(sum(inside))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_correction_never_contradicts_what_it_corrects(data: st.DataObject) -> None:
    registers = [
        {(a, b): data.draw(st.integers(0, 9)) for a in OFFENCES for b in REGIONS}
        for _ in range(data.draw(st.sampled_from((2, 3))))
    ]
    columns = (Column("offence", complete=False), Column("region", complete=False))
    releases: list[Release] = []
    for number, register in enumerate(registers):
        chosen = data.draw(st.lists(st.sampled_from(PLACES), min_size=1, unique=True))
        hidden = data.draw(st.sets(st.sampled_from(PLACES)))
        cells = tuple(PrintedCell(place, "" if place in hidden else printed(register, place)) for place in chosen)
        corrects = f"r{number - 1}" if number else ""
        releases.append(Release(f"r{number}", DAY, columns=columns, cells=cells, corrects=corrects))
    audit(Ledger(tuple(releases)))


def test_what_a_correction_leaves_of_a_wrong_total_is_still_known() -> None:
    def of(reference: str, *cells: tuple[str, str], corrects: str = "") -> Release:
        printed_cells = tuple(PrintedCell((label,), said) for label, said in cells)
        return Release(
            reference, DAY, columns=(Column("offence", complete=False),), cells=printed_cells, corrects=corrects
        )

    wrong, right = of("wrong", ("Theft", "31"), ("Total", "33")), of("right", ("Theft", "13"), corrects="wrong")
    (found,) = audit(Ledger((wrong, right))).findings
    assert (found.cell, found.lower, found.because) == ("everything less what was corrected", 2, ("wrong",))
    again = audit(Ledger((wrong, of("same", ("Theft", "31"), corrects="wrong"))))
    assert [(each.cell, each.lower, each.upper) for each in again.findings] == [("offence other than Theft", 2, 2)]


def test_a_release_that_was_withdrawn_still_tells_and_is_named_so() -> None:
    shares = replace(with_beside(table(), SHARES), withdrawn_on=date(2024, 5, 1))
    total = Release("total", DAY, period="2022-01-01 to 2023-12-31", figures=(Figure({"offence": "Theft"}, "25"),))
    words = [each.words for each in audit(Ledger((shares,)), total, NUMBER).findings]
    assert any("Release shares was withdrawn, but who read it still knows it." in each for each in words)
