"""What the log is counted by is held in memory, and follows each change of the log at once."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
import time_machine
from desk.world import World, open_case, plainly_decided, sent
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from candour.desk.models import Publication
from candour.desk.publishing.publish import publish
from candour.portal.columns import Kinds
from candour.portal.search import Search, look

VALUES = st.lists(st.sets(st.sampled_from("abcd")).map(lambda each: " ".join(sorted(each))), max_size=12)


@pytest.fixture
def entries(world: World) -> list[Publication]:
    """Three entries on horses."""
    letters = [sent(world, plainly_decided(world, open_case(world, title="Horses"))) for _ in range(3)]
    return [publish(letter.pk, world.officer, topics=["animals-and-countryside"]) for letter in letters]


@given(VALUES, st.data())
def test_a_column_of_several_values_counts_as_one_would_by_hand(stored: list[str], data: st.DataObject) -> None:
    """Each value of any entries that are chosen, and which entries have it."""
    column = Kinds.of(stored, str.split)
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=len(stored), max_size=len(stored))), bool)
    left = [each.split() for each, is_chosen in zip(stored, chosen, strict=True) if is_chosen]
    assert column.counted(chosen) == Counter(value for each in left for value in each)
    for value in "abcde":
        assert column.with_value(value).tolist() == [value in each.split() for each in stored]


def test_what_is_counted_follows_each_change_at_once(entries: list[Publication]) -> None:
    """A new entry, a withdrawal, a change of topics, and one that is taken back: as if counted from the database."""

    def recounted() -> dict[str, int]:
        return {
            "total": Publication.objects.visible().count(),
            "custody": Publication.objects.visible().filter(topics__contains="<custody>").count(),
        }

    def told() -> dict[str, int]:
        seen = look(Search())
        return {"total": seen.total, "custody": next(c.count for c in seen.choices["topic"] if c.value == "custody")}

    assert told() == recounted()
    changes: list[Callable[[], object]] = [
        lambda: Publication.objects.filter(pk=entries[0].pk).update(topics="<custody>"),
        lambda: Publication.objects.filter(pk=entries[1].pk).update(withdrawn_at=timezone.now()),
        lambda: Publication.objects.filter(pk=entries[1].pk).update(withdrawn_at=None),
        lambda: Publication.objects.filter(pk=entries[2].pk).update(published_at=timezone.now() + timedelta(days=1)),
    ]
    for change in changes:
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            change()
            assert told() == recounted()
            raise ZeroDivisionError
        assert told() == recounted()
        change()
        assert told() == recounted()


def test_an_entry_of_a_day_to_come_is_counted_when_the_day_has_come(entries: list[Publication]) -> None:
    """Without any change of the log in between."""
    Publication.objects.filter(pk=entries[0].pk).update(published_at=timezone.now() + timedelta(days=1))
    before = look(Search()).total
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert look(Search()).total == before + 1


def test_no_more_than_a_thousand_changes_are_kept(entries: list[Publication]) -> None:
    """The last of them tell those who hold the log in memory what they need."""
    for number in range(1010):
        Publication.objects.filter(pk=entries[0].pk).update(part=str(number))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM log_change")
        assert cursor.fetchone()[0] <= 1001
