"""Somebody who knows a case of their own learns no other from all releases together, or the audit says so."""

from __future__ import annotations

from datetime import date

from candour.tables.audit.insiders import audit_with_insiders
from candour.tables.audit.releases import audit
from candour.tables.ledger.ledger import Column, Ledger, PrintedCell, Release
from candour.tables.protection import Protection

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
