"""What the table builder asks beside the threshold: register, population, marks, full and small groups, people."""

from __future__ import annotations

import pytest
from django.urls import reverse

from candour.desk.answering.letter import load
from candour.desk.models import LedgerRelease, ProtectedCounts
from candour.desk.safe_figures.ledger import told_by_tables
from candour.desk.safe_figures.releases import release_of_counts
from candour.tables.ledger.ledger import Ledger
from desk.safe_figures.test_counts import SOURCE, Builder
from desk.world import TODAY, World

PEOPLE = "Offence\tOfficers\nTheft\t7\nFraud\t9\nArson\t3\nTotal\t15"
PEOPLE_RULES = {"column_0": "category", "column_1": "counts", "threshold": "5", "aim": "believable", "width": ""}


@pytest.fixture
def builder(world: World) -> Builder:
    """An officer in the builder."""
    return Builder(world)


def paste(builder: Builder, **more: str) -> str:
    """Paste counts with more answers; the page that follows."""
    data = {"title": "Horses", "source": SOURCE, "unit": "cases", "new_register": "Horse crime", **more}
    return str(builder.post("new-counts", data, follow=True).content.decode())


def test_the_register_is_chosen_from_those_of_the_force_whatever_its_capitals(builder: Builder) -> None:
    paste(builder)
    page = builder.client.get(builder.address("new-counts")).content.decode()
    assert '<option value="Horse crime" selected>' in page
    paste(builder, new_register="  horse   CRIME ")
    assert set(ProtectedCounts.objects.values_list("register", flat=True)) == {"Horse crime"}


def test_a_name_that_is_nearly_known_is_refused_with_what_to_do(builder: Builder) -> None:
    paste(builder)
    assert "There is a register “Horse crime” already. Choose it" in paste(builder, new_register="Horse crimes")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"only": "Constable"}, "“Constable”: write the column, a colon and its categories"),
        ({"without": "Rank: A\nRank: B"}, "“Rank” stands on two lines"),
        ({"period": "last year"}, "Write the period as 2023, 2022/23"),
        (
            {"extracted_day": "1", "extracted_month": "1", "extracted_year": "2999"},
            "Enter a day that is not in the future",
        ),
    ],
)
def test_limits_that_cannot_be_read_are_asked_for_again(builder: Builder, more: dict[str, str], says: str) -> None:
    assert says in paste(builder, **more)
    assert not ProtectedCounts.objects.exists()


def test_the_release_has_the_population_and_the_day_of_the_extract(builder: Builder) -> None:
    day = {"extracted_day": "3", "extracted_month": "2", "extracted_year": "2025"}
    paste(builder, only="Role: Officer, Special", without="Rank: Chief", period="2024 to 2025", **day)
    builder.rules()
    builder.agree()
    release = release_of_counts(builder.counts, Ledger())
    assert release.extracted.isoformat() == "2025-02-03"
    assert (release.where, release.without) == ({"Role": ("Officer", "Special")}, {"Rank": ("Chief",)})
    assert release.period == "2024 to 2025"


def test_a_table_that_contradicts_an_earlier_one_says_what_to_do(world: World) -> None:
    first = Builder(world)
    first.built()
    LedgerRelease.objects.create(
        authority=world.force,
        register="Horse crime",
        reference="EARLIER",
        title="Horses",
        extracted=TODAY,
        content={
            "reference": "EARLIER",
            "extracted": TODAY.isoformat(),
            "columns": [{"name": "Offence"}],
            "cells": [["Theft", "9000"], ["Total", "9000"]],
        },
    )
    ProtectedCounts.objects.update(extracted=TODAY)
    (told,) = told_by_tables(load(first.case.pk)).undecided
    assert "contradict each other" in told
    assert "on which day the figures were taken" in told
    assert "Where an earlier table was wrong, say that this one corrects it." in told


def test_a_mark_of_its_own_for_small_counts_is_printed_and_enters_the_ledger(builder: Builder) -> None:
    exhibit = builder.built(aim="undetermined", tells_small="small")
    printed = {cell for row in exhibit.rows for cell in row[1:]}
    assert {"<5", "withheld"} <= printed
    cells = {cell.labels: cell for cell in release_of_counts(builder.counts, Ledger()).cells}
    assert (cells["Theft", "2024"].printed, cells["Theft", "2024"].primary) == ("<5", True)
    exhibit.rows = [["withheld" if cell == "<5" else cell for cell in row] for row in exhibit.rows]
    exhibit.save()
    page = builder.client.get(reverse("desk:letter", args=[builder.case.pk])).content.decode()
    assert "is not the one that was proven" in page


def test_a_mark_that_tells_cannot_go_with_telling_nothing(builder: Builder) -> None:
    paste(builder)
    page = builder.rules(tells_small="small").content.decode()
    assert "tells that counts are small" in page


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"populations": "Offence: Theft"}, "write the column, a colon, the category, = and how many people"),
        ({"populations": "Offence: Piracy = 3", "least_population": "10"}, "has no category “Piracy”"),
        ({"populations": "Team: Theft = 3", "least_population": "10"}, "“Team” is no column of categories"),
        ({"populations": "Offence: Theft = 3"}, "Enter how large a group must be"),
    ],
)
def test_groups_that_the_table_has_not_are_named(builder: Builder, changed: dict[str, str], says: str) -> None:
    paste(builder)
    assert says in builder.rules(**changed).content.decode()


def test_every_count_of_a_small_group_is_withheld(builder: Builder) -> None:
    paste(builder)
    builder.rules(populations="Offence: Cruelty = 30", least_population="100")
    made = builder.counts.candidate("suppress") or {}
    assert made["proof"]["settings"]["least_population"] == 100
    builder.agree()
    shown = {cell.labels: cell.printed for cell in release_of_counts(builder.counts, Ledger()).cells}
    assert (shown["Cruelty", "2024"], shown["Cruelty", "2025"]) == ("", "")


def test_a_figure_that_is_public_already_is_told_apart_and_accepted_in_the_ledger(builder: Builder) -> None:
    paste(builder)
    builder.rules()
    builder.decide_cell("Theft", "2024", sensitive="public", reason="In the press release of 3 May.")
    assert builder.counts.public_cells == {("Theft", "2024")}
    builder.agree()
    cells = {cell.labels: cell for cell in release_of_counts(builder.counts, Ledger()).cells}
    assert cells["Theft", "2024"].accepted == "In the press release of 3 May."


def test_people_who_stand_in_several_categories_are_protected_by_bounds(builder: Builder) -> None:
    paste(builder, source=PEOPLE, unit="people")
    refused = builder.post("counts-rules", PEOPLE_RULES).content.decode()
    assert "is 15, but its parts add up to 19" in refused
    builder.post("counts-rules", {**PEOPLE_RULES, "repeated": "Offence"})
    builder.agree()
    counts = builder.counts
    assert counts.is_agreed
    release = release_of_counts(counts, Ledger())
    assert release.distinct
    shown = {cell.labels: cell.printed for cell in release.cells}
    assert shown["Arson",] == ""
    made = {each["method"]: each.get("refused", "") for each in counts.candidates}
    assert "takes totals for sums" in made["round"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("Year\tN\n2024\t-3", "Year 2024 is “-3”: a count is a whole number of 0 or more"),
        ("Year\tN\n2024\t3.5", "Year 2024 is “3.5”: a count is a whole number"),
        ("Year\tN\n2024\t3\n2025\t4\nTotal\t8", "Year Total is 8, but its parts add up to 7"),
        ("Year\tN\n2024\t3\n2024\t4", "Year 2024 is given twice, first on line 2"),
        ("Kind\tYear\tN\nTotal\t2024\t3", "“Kind” has no categories"),
    ],
)
def test_counts_that_are_wrong_are_named_on_the_form(builder: Builder, source: str, says: str) -> None:
    paste(builder, source=source)
    header = source.partition("\n")[0].split("\t")
    roles = {f"column_{at}": "counts" if name == "N" else "category" for at, name in enumerate(header)}
    page = builder.post("counts-rules", {**PEOPLE_RULES, **roles}).content.decode()
    assert says in page.replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("source", "roles", "says"),
    [
        ("A\tB\tN\nx\tg\t3\nx\th\t4", ("category", "groups:A", "counts"), "A category has one group"),
        ("A\tB\tN\nx\tg\t3\ny\th\t4", ("groups:B", "groups:A", "counts"), "Choose at least one column of categories"),
        ("A\tB\tC\tN\nx\tg\tz\t3", ("groups:B", "groups:A", "category", "counts"), "The hierarchy goes in a loop"),
        ("A\tB\tN\nx\tTotal\t3\ny\tTotal\t4", ("category", "groups:A", "counts"), "also the margin"),
    ],
)
def test_groups_that_are_no_tree_are_named_on_the_form(
    builder: Builder, source: str, roles: tuple[str, ...], says: str
) -> None:
    paste(builder, source=source)
    columns = {f"column_{at}": role for at, role in enumerate(roles)}
    assert says in builder.post("counts-rules", {**PEOPLE_RULES, **columns}).content.decode()


def test_a_table_that_is_too_large_says_what_to_leave_out(builder: Builder) -> None:
    rows = [f"a{a}\tb{b}\t7" for a in range(50) for b in range(50)]
    paste(builder, source="\n".join(["A\tB\tN", *rows]))
    roles = {"column_0": "category", "column_1": "category", "column_2": "counts"}
    page = builder.post("counts-rules", {**PEOPLE_RULES, **roles}).content.decode()
    assert "2,500 innermost cells" in page
