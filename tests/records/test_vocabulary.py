"""Vocabularies: every term has a source, a text stands for one term, and a force can add its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from candour.records.dataset import DataSet
from candour.records.description import read_description
from candour.records.findings import RecordsError
from candour.records.vocabulary import read_vocabulary, vocabulary

from .extracts import asked, figures, write

OWN = """
title = "Ours"
[sources]
us = "Force policy 12"
[[list]]
id = "team"
title = "Team"
source = "us"
term = [{ label = "Roads Policing", code = "RP", synonyms = ["traffic"], group = "Operations" }]
"""


@pytest.mark.parametrize("name", ["police-misconduct", "complaints-workforce-crime"])
def test_every_list_and_term_names_a_source_that_is_there(name: str) -> None:
    found = vocabulary(name)
    for entry in found.lists.values():
        assert entry.terms
        assert {entry.source, *(term.source for term in entry.terms)} <= set(found.sources)
        assert len({term.label for term in entry.terms}) == len(entry.terms)


@pytest.mark.parametrize(
    ("which", "text", "label"),
    [
        ("rank", "DC", "Constable"),
        ("rank", "detective  chief-inspector", "Chief Inspector"),
        ("status", "RESTRICTED", "Restricted duties"),
        ("outcome", "Sacked", "Dismissal without notice"),
        ("outcome", "RPRP", "Reflective practice completed"),
        ("role", "PCSO", "Police community support officer"),
        ("allegation", "j1", "J1 Sexual assault"),
        ("assessment", "GM", "Gross misconduct"),
        ("finding", "Proven misconduct", "Misconduct proven"),
    ],
)
def test_codes_and_synonyms_are_the_term(which: str, text: str, label: str) -> None:
    term = vocabulary("police-misconduct").lists[which].term(text)
    assert term
    assert term.label == label


def test_the_codes_before_2020_are_a_list_of_their_own() -> None:
    lists = vocabulary("police-misconduct").lists
    old, new = lists["allegation-before-2020"], lists["allegation"]
    assert (old.until, new.since) == ("2020-01-31", "2020-02-01")
    old_e, new_e = old.term("E"), new.term("E")
    assert old_e and new_e
    assert old_e.label != new_e.label


def test_reflective_practice_and_leaving_are_no_disciplinary_action() -> None:
    outcomes = vocabulary("police-misconduct").lists["outcome"]
    sanctions = {term.label for term in outcomes.terms if term.group == "Disciplinary action"}
    assert "Written warning" in sanctions
    assert not sanctions & {"Reflective practice completed", "Resigned before proceedings", "Staff: summary dismissal"}


def test_a_vocabulary_beside_the_description_is_used(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(OWN, encoding="utf-8")
    description = '[columns.team]\nheading = "Team"\nterms = "ours.toml/team"\n'
    held = DataSet.create(None, read_description(description), tmp_path)
    held.import_extract(write(tmp_path / "t.csv", [("traffic",), ("RP",), ("Dogs",)], ("Team",)))
    assert figures(asked(held, "rows", "team")) == {"Roads Policing": 2, "Dogs": 1, "Total": 3}
    assert asked(held, "rows", where='team = "traffic"').total == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN.replace('synonyms = ["traffic"]', 'synonyms = ["traffic"] }, { label = "Traffic"'), "stands for"),
        (OWN.replace('source = "us"', 'source = "them"'), "“them” is not among its sources"),
        ("title = ", "cannot be read"),
        ('title = "x"', "cannot be read"),
    ],
)
def test_a_vocabulary_that_does_not_hold_together_is_refused(text: str, said: str) -> None:
    with pytest.raises(RecordsError, match=said):
        read_vocabulary(text, "ours.toml")


def test_an_unknown_vocabulary_or_list_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="There are complaints-workforce-crime, police-misconduct"):
        vocabulary("none")
    held = DataSet.create(
        None, read_description('[columns.team]\nheading = "Team"\nterms = "police-misconduct/team"\n')
    )
    with pytest.raises(RecordsError, match=r"has no list “team”\. It has role, rank"):
        held.import_extract(write(tmp_path / "t.csv", [("RP",)], ("Team",)))


@pytest.mark.parametrize(
    ("which", "text", "label", "group"),
    [
        ("crime-group", "Burglary - Residential", "Residential burglary", "Theft offences"),
        ("crime-group", "MURDER", "Homicide", "Violence against the person"),
        ("leaving", "Ill-health retirement", "Medical retirement", "Retirement"),
        ("complaint-handling", "Outside of Schedule 3", "Outside Schedule 3", "Outside Schedule 3"),
        ("absence", "Sickness", "Sick leave", ""),
    ],
)
def test_other_registers_have_words_of_their_own(which: str, text: str, label: str, group: str) -> None:
    term = vocabulary("complaints-workforce-crime").lists[which].term(text)
    assert term is not None
    assert (term.label, term.group) == (label, group)


def test_crimes_are_counted_by_group_with_subtotals_from_the_vocabulary(tmp_path: Path) -> None:
    rows = [("1", "Shoplifting"), ("2", "Bicycle theft"), ("3", "Rape"), ("4", "theft from shops")]
    described = read_description(
        '[columns.ref]\nheading = "Ref"\n[columns.crime]\nheading = "Crime"\n'
        'terms = "complaints-workforce-crime/crime-group"\n'
    )
    held = DataSet.create(None, described)
    held.import_extract(write(tmp_path / "crime.csv", rows, ("Ref", "Crime")))
    found = figures(asked(held, "rows", "crime", groups={"crime": "groups"}))
    assert found["Shoplifting"] == 2
    assert found["All Theft offences"] == 3
    assert found["All Sexual offences"] == 1
