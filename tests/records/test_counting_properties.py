"""Properties that hold of every count, on registers drawn at random; an independent count by hand is beside them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from candour.records.dataset import DataSet
from candour.records.description import read_description
from candour.tables.dimensions import TOTAL

from .extracts import CONDUCT, asked, imported, write

people = st.sampled_from(["P1", "P2", "P3", "P4", "", "unknown"])
words = st.sampled_from(["Theft", "Assault", "Fraud", "", "N/A"])
days = st.sampled_from(["01/01/2022", "31/03/2022", "01/04/2022", "2023-02-28", ""])
registers = st.lists(
    st.tuples(
        st.sampled_from(["C1", "C2", "C3"]),
        people,
        st.sampled_from(["PC", "PS", ""]),
        st.just(""),
        words,
        days,
        st.just(""),
    ),
    min_size=1,
    max_size=25,
)
quick = settings(max_examples=8, deadline=None)


def register(rows: list[tuple[str, ...]]) -> DataSet:
    with tempfile.TemporaryDirectory() as folder:
        return imported(write(Path(folder) / "drawn.csv", rows))[0]


@quick
@given(registers)
def test_the_margin_of_persons_lies_between_its_largest_part_and_the_sum(rows: list[tuple[str, ...]]) -> None:
    counted = asked(register(rows), "persons", "nature", "year")
    for nature in counted.nodes[0]:
        parts = [counted.value((nature, year)) for year in counted.labels[1]]
        assert max(parts, default=0) <= counted.value((nature, TOTAL)) <= sum(parts)
    for year in counted.nodes[1]:
        parts = [counted.value((nature, year)) for nature in counted.labels[0]]
        assert max(parts, default=0) <= counted.value((TOTAL, year)) <= sum(parts)


@quick
@given(registers)
def test_counting_by_more_columns_never_changes_the_total(rows: list[tuple[str, ...]]) -> None:
    held = register(rows)
    for unit in ("rows", "cases", "persons"):
        totals = {
            asked(held, unit, *by).total for by in ((), ("nature",), ("nature", "year"), ("rank", "month", "nature"))
        }
        assert len(totals) == 1


@quick
@given(registers)
def test_each_once_always_adds_up_to_the_distinct_total(rows: list[tuple[str, ...]]) -> None:
    held = register(rows)
    counted = asked(held, "persons", "nature", "year", once=True)
    assert counted.additive
    assert counted.total == asked(held, "persons").total


@quick
@given(registers)
def test_every_cell_is_what_a_person_would_count_by_hand(rows: list[tuple[str, ...]]) -> None:
    held = register(rows)
    found = asked(held, "persons", "nature").values
    known = {"P1", "P2", "P3", "P4"}
    by_hand: dict[str, set[str]] = {}
    for _, person, _, _, nature, _, _ in rows:
        if person in known:
            label = nature if nature in {"Theft", "Assault", "Fraud"} else "Not recorded"
            by_hand.setdefault(label, set()).add(person)
    assert {labels[0]: value for labels, value in found.items() if labels != (TOTAL,)} == {
        label: len(persons) for label, persons in by_hand.items()
    }


@quick
@given(registers, registers)
def test_importing_again_changes_nothing_whatever_was_there(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, two = write(Path(folder) / "one.csv", first), write(Path(folder) / "two.csv", second)
        held = DataSet.create(None, read_description(CONDUCT))
        held.import_extract(one)
        held.import_extract(two)
        before = held.engine.rows("SELECT * FROM rows ORDER BY row_id")
        for path in (one, two, one):
            assert held.import_extract(path).known
        two.write_bytes(two.read_bytes() + b"\r\n")
        again = held.import_extract(two)
        if first != second:
            assert (again.new, again.changed, again.gone) == (0, 0, 0)
            assert again.same == len(second)
            assert held.engine.rows("SELECT * FROM rows ORDER BY row_id") == before
        assert asked(held, "rows").total == len(second)
