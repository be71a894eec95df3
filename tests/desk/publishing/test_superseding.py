"""An answer that a later one replaces stays readable, says so on top, and leads to the one that holds now."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.models import Publication
from candour.desk.publishing.publish import correct, withdraw
from candour.desk.publishing.superseding import replacements, supersede
from candour.desk.refusals import NotAllowed, Refused
from desk.world import World, open_case, plainly_decided, published, published_elsewhere

WHY = "The review found that it could be answered."


def address(entry: Publication) -> str:
    """Where readers find the entry."""
    return reverse("portal:entry", args=[entry.authority.slug, entry.slug])


def html_of(entry: Publication) -> str:
    return Client().get(address(entry)).content.decode()


@pytest.fixture
def entries(world: World) -> tuple[Publication, Publication]:
    """An answer, and a later one."""
    return published(world), published(world, plainly_decided(world, open_case(world, title="Horses again")))


def test_a_replaced_answer_says_which_one_holds_now(world: World, entries: tuple[Publication, Publication]) -> None:
    """On top of its page, with day and reason, in both languages and as data; the later one names what it replaces."""
    first, later = entries
    supersede(first.pk, f"https://foi.example.org{address(later)}", WHY, world.officer)
    html = html_of(first)
    assert "This answer was replaced on 27 March 2026." in html
    assert WHY in html
    assert html.index(f'href="{address(later)}"') < html.index("Questions and answers")
    assert "Disodlwyd yr ateb hwn ar 27 Mawrth 2026." in Client().get(f"/cy{address(first)}").content.decode()
    assert "It replaces an earlier answer" in html_of(later)
    data = Client().get(f"{address(first).rstrip('/')}.json").json()
    assert data["corrections"] == [
        {"at": data["corrections"][0]["at"], "reason": WHY, "replaced_by": f"http://testserver{address(later)}"}
    ]
    event = first.response.case.events.filter(kind="corrected").get()
    assert later.reference in event.detail
    assert event.why == WHY


def test_who_replaces_what_replaced_it_is_told(world: World, entries: tuple[Publication, Publication]) -> None:
    """No circle, not itself, nothing that readers cannot see, nothing of another force."""
    first, later = entries
    supersede(first.pk, later.slug, WHY, world.officer)
    assert replacements(first) == [later]
    elsewhere = published_elsewhere(world, "Horses elsewhere")
    for entry, given, why in (
        (later, first.slug, "replaced by this one"),
        (first, first.slug, "cannot replace itself"),
        (first, address(elsewhere), "no such entry"),
        (first, "https://foi.example.org/log/", "no such entry"),
        (first, "\x00", "no such entry"),
    ):
        with pytest.raises(Refused, match=why):
            supersede(entry.pk, given, WHY, world.officer)
    with pytest.raises(NotAllowed):
        supersede(first.pk, later.slug, WHY, world.outsider)


def test_what_becomes_of_both_afterwards(world: World, entries: tuple[Publication, Publication]) -> None:
    """A correction keeps the banner; a later answer that is withdrawn is led to by nothing and gives 410."""
    first, later = entries
    supersede(first.pk, later.slug, WHY, world.officer)
    correct(first.pk, ["Horses"], "A name went.", world.officer)
    first.refresh_from_db()
    assert "This answer was replaced on" in html_of(first)
    withdraw(later.pk, "In error.", world.officer)
    html = html_of(first)
    assert WHY in html, "the history keeps it"
    assert "This answer was replaced on" not in html
    assert f'href="{address(later)}"' not in html
    data = Client().get(f"{address(first).rstrip('/')}.json")
    assert {each["replaced_by"] for each in data.json()["corrections"]} == {None}
    assert later.slug not in data.content.decode()
    withdraw(first.pk, "In error.", world.officer)
    assert Client().get(address(first)).status_code == 410


def test_the_page_of_the_publication_takes_it_and_says_what_is_wrong(
    world: World, entries: tuple[Publication, Publication]
) -> None:
    """A wrong address is refused in words in the form that was filled in, with nothing changed."""
    first, later = entries
    staff = Client()
    staff.force_login(world.officer)
    path = reverse("desk:publish-letter", args=[first.response.case_id, first.response_id])

    def give(where: str) -> Any:
        return staff.post(path, {"action": "supersede", "supersede-address": where, "supersede-reason": WHY})

    answer = give("https://foi.example.org/nowhere/")
    assert "no such entry on the log" in answer.content.decode()
    assert "Enter the address" in give("").content.decode()
    assert not first.changes.exists()
    assert give(address(later)).status_code == 302
    assert f"replaced by {later.reference}" in staff.get(path).content.decode()
