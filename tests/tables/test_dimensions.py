"""Categories, their groups, and what is refused."""

from __future__ import annotations

import pytest

from candour.tables.csv import TableError
from candour.tables.dimensions import Dimension, chain_of


def test_a_table_prints_categories_then_groups_then_the_total() -> None:
    offences = Dimension("offence", ("Theft", "Robbery", "Fraud"), (("Property", "Violence", "Property"),))
    assert offences.nodes == ("Theft", "Robbery", "Fraud", "Property", "Violence", "Total")
    assert offences.members("Property") == (0, 2)
    assert offences.members("Total") == (0, 1, 2)


@pytest.mark.parametrize(
    ("categories", "levels", "words"),
    [
        ((), (), "no category"),
        (("Theft", "Theft"), (), "also a category"),
        (("Total",), (), "also the margin"),
        (("Theft", "Fraud"), (("Theft", "Other"),), "“Theft” is a group and also a category"),
        (("Theft", ""), (), "without a label"),
        (("Theft", "Fraud"), (("Property",),), "needs one group"),
    ],
)
def test_labels_that_a_reader_could_not_tell_apart_are_refused(
    categories: tuple[str, ...], levels: tuple[tuple[str, ...], ...], words: str
) -> None:
    with pytest.raises(TableError, match=words):
        Dimension("offence", categories, levels)


def test_categories_put_together_keep_their_group_and_no_other() -> None:
    years = Dimension("year", ("2020", "2021", "2022"), (("old", "old", "new"),))
    merged = years.merged({"2020": "2020 and 2021", "2021": "2020 and 2021"})
    assert merged.nodes == ("2020 and 2021", "2022", "old", "new", "Total")
    with pytest.raises(TableError, match="“old” and “new”"):
        years.merged({"2021": "late", "2022": "late"})


def test_a_hierarchy_that_leads_back_to_itself_is_refused() -> None:
    assert chain_of("force", {"force": "region", "region": "country"}) == ("region", "country")
    with pytest.raises(TableError, match="loop: force = region = force"):
        chain_of("force", {"force": "region", "region": "force"})
