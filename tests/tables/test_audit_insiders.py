"""Somebody who knows a case of their own learns no other from all releases together, or the audit says so."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import HealthCheck, given, settings

from candour.tables.audit.insiders import audit_with_insiders
from candour.tables.audit.releases import audit
from candour.tables.audit.rules import is_open
from candour.tables.ledger.ledger import Column, Ledger, PrintedCell, Release
from candour.tables.protection import Protection
from tables.ledgers import Cell, Drawn, counted_by, drawn_ledgers

RULES = Protection(threshold=3, insiders=True)
PLAIN = Protection(threshold=3)
DAY = date(2025, 1, 31)


def release(reference: str, column: str, cells: dict[str, str], small: str = "") -> Release:
    """A table with one column; `small` names the labels whose count is small."""
    printed = tuple(PrintedCell((label,), text, label in small.split()) for label, text in cells.items())
    return Release(reference, DAY, columns=(Column(column),), cells=printed)


def test_who_is_the_only_one_in_a_cell_recovers_the_other_and_is_found() -> None:
    ledger = Ledger((release("A", "offence", {"Arson": "", "Fraud": "", "Theft": "9", "Total": "12"}, "Arson Fraud"),))
    assert audit(ledger, None, PLAIN).safe
    found = audit_with_insiders(ledger, None, RULES)
    assert not found.safe
    told = {(each.cell, each.lower, each.upper) for each in found.findings}
    assert told == {("offence Arson", 0, 2), ("offence Fraud", 0, 2)}
    assert all(any("a case of one’s own in" in by for by in each.because) for each in found.findings)


def test_where_the_others_may_still_be_many_nothing_is_told_but_the_own_case() -> None:
    ledger = Ledger((release("A", "offence", {"Arson": "", "Fraud": "", "Theft": "9", "Total": "29"}, "Arson"),))
    found = audit_with_insiders(ledger, None, RULES)
    assert (found.safe, found.findings) == (True, ())


def test_what_a_second_release_tells_an_insider_is_laid_to_both() -> None:
    cells = (PrintedCell(("Arson",), "", primary=True), PrintedCell(("Fraud",), "", primary=True))
    first = Release("A", DAY, columns=(Column("offence", complete=False),), cells=cells)
    both = Column("offence", complete=False, meanings={"Arson or Fraud": ("Arson", "Fraud")})
    second = Release("B", DAY, columns=(both,), cells=(PrintedCell(("Arson or Fraud",), "3"),))
    assert audit(Ledger((first,)), second, PLAIN).safe
    assert audit_with_insiders(Ledger((first,)), None, RULES).safe
    found = audit_with_insiders(Ledger((first,)), second, RULES)
    assert not found.safe
    assert all("B" in each.because for each in found.findings)


def test_time_that_runs_out_is_never_called_safe() -> None:
    ledger = Ledger((release("A", "offence", {"Arson": "", "Fraud": "", "Theft": "9", "Total": "29"}, "Arson"),))
    asked = iter([True] * 0)
    found = audit_with_insiders(ledger, None, RULES, lambda: next(asked, False))
    assert not found.safe


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawn_ledgers())
def test_an_insider_who_tries_every_register_learns_what_the_audit_says_and_no_more(drawn: Drawn) -> None:
    result = audit_with_insiders(drawn.ledger, None, RULES)
    assert result.system is not None
    targets = [
        (about, cells)
        for at, about in enumerate(result.system.targets)
        if (cells := counted_by(result.system, at, drawn.cells)) is not None
    ]
    worlds = list(drawn.worlds(6))
    expected = set()
    for own in [frozenset[Cell](), *drawn.small_cells(PLAIN.threshold)]:
        believed = [world for world in worlds if not own or sum(world[cell] for cell in own) >= 1]
        filled = {cell for cell in own if any(world[cell] for world in believed)}
        if not believed:
            continue  # other figures say that the cell is empty: nobody has a case in it
        for about, cells in targets:
            counts = [sum(world[cell] for cell in cells) for world in believed]
            low, high = min(counts), max(counts)
            is_told = any(
                ends[0] for ends in is_open(PLAIN, *(np.array([each]) for each in (about.sensitive, low, high)))
            )
            knows_it_anyway = own and filled <= set(cells) and low <= 1 and high >= 3
            if is_told and not knows_it_anyway:
                expected.add((about.name, low, high))
    names = {about.name for about, _ in targets}
    found = {(each.cell, each.lower, each.upper) for each in result.findings if each.cell in names}
    assert found <= expected
    assert {told[1:] for told in expected} <= {(each.lower, each.upper) for each in result.findings}
    assert result.safe == (not result.findings)


def test_of_a_small_cell_that_another_release_shows_to_be_empty_there_is_no_insider() -> None:
    marked = Release(
        "A", DAY, columns=(Column("offence"),), cells=(PrintedCell(("Arson",), "<3"),), marks={"<3": (0, 2)}
    )
    shown = release("B", "offence", {"Arson": "0"})
    assert audit_with_insiders(Ledger((marked, shown)), None, RULES).safe
