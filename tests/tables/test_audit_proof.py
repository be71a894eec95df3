"""The proof of an audit stands when it is checked anew, and falls where anything in it or in the ledger was changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.tables.audit.proof import faults, proof_of
from candour.tables.audit.releases import audit
from candour.tables.ledger.file import ledger_digest
from candour.tables.ledger.ledger import Column, Ledger, LedgerError, PrintedCell, Release
from candour.tables.protection import Aim, Protection
from tables.ledgers import DAY, Drawn, drawn_ledgers


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawn_ledgers(), st.sampled_from(Aim))
def test_whatever_the_audit_says_is_proven_again_without_the_solver(drawn: Drawn, aim: Aim) -> None:
    protection = Protection(threshold=3, aim=aim, width=2 if aim is Aim.WIDTH else 0)
    proof = json.loads(json.dumps(proof_of(audit(drawn.ledger, protection=protection))))
    assert faults(proof, drawn.ledger) == []


def ledger(total: str = "31") -> Ledger:
    columns = (Column("offence"),)
    cells = (PrintedCell(("Theft",), "", primary=True), PrintedCell(("Fraud",), ""), PrintedCell(("Total",), total))
    return Ledger((Release("a", DAY, columns=columns, cells=cells),))


@pytest.fixture
def proof() -> dict[str, Any]:
    return json.loads(json.dumps(proof_of(audit(ledger()))))


def test_a_proof_of_a_safe_ledger_stands(proof: dict[str, Any]) -> None:
    assert proof["safe"]
    assert faults(proof, ledger()) == []


def test_a_proof_is_of_one_ledger(proof: dict[str, Any]) -> None:
    assert "another ledger" in faults(proof, ledger("32"))[0]


def test_a_register_that_does_not_add_up_proves_nothing(proof: dict[str, Any]) -> None:
    proof["registers"][0][0][1] += 1
    assert "Register 1 does not agree with release a" in faults(proof, ledger())[0]


def test_without_its_registers_a_proof_leaves_counts_open(proof: dict[str, Any]) -> None:
    proof["registers"] = proof["registers"][:1]
    assert any("uncertain enough" in fault for fault in faults(proof, ledger()))


def test_a_finding_that_is_claimed_without_ground_is_not_proven() -> None:
    told = Release("b", DAY, columns=(Column("offence", complete=False),), cells=(PrintedCell(("Fraud",), "29"),))
    both = ledger().with_release(told)
    proof = json.loads(json.dumps(proof_of(audit(both))))
    assert faults(proof, both) == []
    wrong = json.loads(json.dumps(proof))
    for finding in wrong["findings"]:
        finding["because"] = ["a"]
    assert any("was not shown again" in fault for fault in faults(wrong, both))
    hidden = {**proof, "findings": [], "repeats": [], "safe": True}
    assert any("uncertain enough" in fault for fault in faults(hidden, both))


@pytest.mark.parametrize("data", [{}, {"ledger": "x"}, {"ledger": ledger_digest(ledger()), "settled": True}])
def test_what_is_no_proof_of_this_ledger_is_refused(data: dict[str, Any]) -> None:
    try:
        assert "another ledger" in faults(data, ledger())[0]
    except LedgerError as error:
        assert "no proof" in str(error)  # noqa: PT017  one of two ways to refuse


def test_a_proof_over_two_extracts_stands() -> None:
    later = replace(ledger("33").releases[0], reference="b", extracted=DAY.replace(month=7))
    both = ledger().with_release(later)
    result = audit(both)
    assert result.linked
    assert faults(json.loads(json.dumps(proof_of(result))), both) == []


def told_twice() -> Ledger:
    """A small count that two releases tell together."""
    told = Release("b", DAY, columns=(Column("offence", complete=False),), cells=(PrintedCell(("Fraud",), "29"),))
    return ledger().with_release(told)


@pytest.mark.parametrize(
    "changes", [{"threshold": 1}, {"threshold": 2}, {"aim": "undetermined"}, {"zeros": True}, {"width": 3}]
)
def test_rules_that_were_altered_in_the_proof_are_not_those_asked_for(
    proof: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert faults(proof, ledger(), Protection()) == []
    proof["settings"] |= changes
    assert "other rules" in faults(proof, ledger(), Protection())[0]


@pytest.mark.parametrize("changes", [{"already": True}, {"already": True, "undecided": True}, {"upper": 9}])
def test_a_finding_cannot_be_talked_away(changes: dict[str, Any]) -> None:
    proof = json.loads(json.dumps(proof_of(audit(told_twice()))))
    proof["safe"] = True
    for finding in proof["findings"]:
        finding.update(changes)
    assert faults(proof, told_twice(), Protection())


@pytest.mark.parametrize("name", ["registers", "findings", "repeats", "eras", "settled", "safe"])
def test_a_part_of_the_proof_that_is_missing_is_never_taken_for_granted(name: str) -> None:
    proof = json.loads(json.dumps(proof_of(audit(told_twice()))))
    del proof[name]
    with pytest.raises(LedgerError, match="no proof of an audit"):
        faults(proof, told_twice(), Protection())
