"""Figures in the words of an answer: found, explained or dismissed, audited with the tables, entered when sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.answering.decide import changing, complete
from candour.desk.answering.letter import load
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.models import Case, Event, EventKind, LedgerRelease, LetterFigure
from candour.desk.refusals import Refused
from candour.desk.safe_figures.letter_figures import figures_of, recognise
from candour.post.send import send
from desk.safe_figures.test_ledger import REGISTER, Answering
from desk.world import TODAY, World, decision_on, make_world


def telling(world: World, words: str) -> Case:
    """A case whose second answer is in words alone."""
    at = Answering(world)
    with changing(at.decision, at.decision.version, world.officer, "described") as stored:
        stored.disclosed = words
    assert not complete(at.decision, at.decision.version, world.officer)
    return at.case


def client_of(world: World) -> Client:
    """The officer's browser."""
    client = Client()
    client.force_login(world.officer)
    return client


def say(world: World, case: Case, place: int = 0, **values: str) -> Any:
    """Say in the browser what a figure is."""
    figure = figures_of(load(case.pk))[place]
    address = reverse("desk:figure", args=[case.pk, figure.key])
    form = client_of(world).get(address).context["form"]
    filled = {name: form[name].value() for name in form.fields if name != "extracted"}
    plain = {name: value for name, value in filled.items() if value is not None}
    return client_of(world).post(address, {**plain, **values}, follow=True)


@pytest.fixture
def first(world: World) -> Answering:
    """A case whose table was sent: of 47 thefts, it withholds that 3 were in 2024 and 44 in 2025."""
    answering = Answering(world)
    answering.sent()
    return answering


def test_a_figure_in_words_that_nobody_explained_keeps_the_letter_back(world: World) -> None:
    case = telling(world, "Three officers of the mounted branch resigned.")
    with pytest.raises(Refused, match=r"“Three” in “Three officers of the mounted branch resigned.”"):
        prepare(case.pk, TODAY, world.officer)
    page = client_of(world).get(reverse("desk:letter", args=[case.pk])).content.decode()
    assert "Say what 1 figure in the words counts" in page


def test_what_is_said_of_a_figure_is_read_from_its_sentence(first: Answering) -> None:
    case = telling(first.world, "There were forty-seven cases of theft in 2024 and of horse crime only.")
    (figure,) = figures_of(load(case.pk))
    seen = recognise(load(case.pk), figure.found, [REGISTER])
    assert (seen.register, seen.where, seen.period) == (REGISTER, {"Offence": "Theft"}, "2024")


def test_a_figure_in_words_that_tells_with_an_earlier_table_keeps_the_letter_back(first: Answering) -> None:
    shown = {tuple(cell[:2]): cell[2] for cell in LedgerRelease.objects.get().content["cells"]}
    assert (shown["Theft", "Total"], shown["Theft", "2024"], shown["Theft", "2025"]) == ("47", "", "")
    case = telling(first.world, "There were forty-four cases of theft in 2025.")
    assert "Every figure in the words is explained" in say(first.world, case, what="counts").content.decode()
    told = (
        rf"Theft.*2024: the number of cases is 3, told by release {first.case.reference} minus {case.reference} letter"
    )
    with pytest.raises(Refused, match=told):
        prepare(case.pk, TODAY, first.world.officer)


def test_a_small_figure_goes_only_with_a_reason_and_enters_the_ledger_when_it_is_sent(world: World) -> None:
    case = telling(world, "Three officers resigned in 2024.")
    say(world, case, what="counts", new_register="Leavers")
    with pytest.raises(Refused, match=r"The text of the letter .“Three”. by itself tells: .*the number of people is 3"):
        prepare(case.pk, TODAY, world.officer)
    say(world, case, what="counts", register="Leavers", accepted="All three said so to the press.")
    response = prepare(case.pk, TODAY, world.officer)
    clear(response.pk, response.digest, world.approver)
    send(response.pk, world.officer)
    release = LedgerRelease.objects.get()
    assert (release.register, release.unit, release.reference) == ("Leavers", "people", f"{case.reference} letter")
    assert release.content["figures"] == [
        {
            "where": {"date": "2024"},
            "printed": "3",
            "unit": "people",
            "quote": "Three officers resigned in 2024.",
            "accepted": "All three said so to the press.",
        }
    ]
    page = client_of(world).get(reverse("desk:release", args=[release.pk])).content.decode()
    assert "Three officers resigned in 2024." in page


def test_a_figure_that_counts_nobody_is_dismissed_with_a_reason_that_stays(world: World) -> None:
    case = telling(world, "The mounted branch has 12 horses.")
    assert "Enter what the figure is" in say(world, case, what="no_count").content.decode()
    say(world, case, what="no_count", reason="Horses, and no people.")
    assert prepare(case.pk, TODAY, world.officer)
    event = Event.objects.get(case=case, kind=EventKind.FIGURE)
    assert ("12 horses" in event.detail, event.why) == (True, "Horses, and no people.")
    assert not LedgerRelease.objects.exists()


def test_who_changes_the_sentence_has_to_explain_its_figure_again(world: World) -> None:
    case = telling(world, "The mounted branch has 12 horses.")
    say(world, case, what="no_count", reason="Horses, and no people.")
    decision = decision_on(case, "2")
    with changing(decision, decision.version, world.officer, "described") as stored:
        stored.disclosed = "The mounted branch has 12 officers."
    assert [each.said for each in figures_of(load(case.pk))] == [None]


@pytest.mark.parametrize(
    ("words", "values", "says"),
    [
        ("Some 12 officers left.", {"printed": "a dozen or so"}, "Write it as a number"),
        ("One in four officers left.", {"printed": "many"}, "Write it as a percentage"),
        ("It was 4.2 per 1,000 officers.", {"population": ""}, "Enter how many the rate is of"),
        ("Then 12 officers left.", {"where": "Rank Constable"}, "write the column, a colon and its categories"),
        ("Then 12 officers left.", {"where": "Rank: Constable, Sergeant"}, "Write one category for each column"),
        ("Then 12 officers left.", {"period": "lately"}, "Write the period as"),
        ("Then 12 officers left.", {"new_register": ""}, "Choose the register"),
        ("Then 12 officers left.", {"new_register": "horse crimes"}, "There is a register “Horse crime” already"),
    ],
)
def test_what_the_ledger_cannot_read_is_asked_for_again(
    world: World, words: str, values: dict[str, str], says: str
) -> None:
    case = telling(world, words)
    LedgerRelease.objects.create(
        authority=world.force, register=REGISTER, reference="A", title="Horses", extracted=TODAY, content={}
    )
    known = {"new_register": "Leavers", "register": ""}
    page = say(world, case, what="counts", **{**known, **values}).content.decode()
    assert says in page
    assert not LetterFigure.objects.exists()


def test_a_percentage_says_what_it_is_a_share_of(world: World) -> None:
    case = telling(world, "Of all officers, 12.5% resigned in 2024.")
    say(world, case, what="counts", new_register="Leavers", where="Outcome: Resigned", unit="people")
    said = LetterFigure.objects.get()
    assert (said.printed, said.where, said.of, said.period) == ("12.5%", {"Outcome": "Resigned"}, {}, "2024")
    assert prepare(case.pk, TODAY, world.officer)


def test_an_average_says_what_it_averages_and_tells_with_the_sum(world: World) -> None:
    case = telling(world, "The officers who left in 2024 had 2.67 allegations each.")
    page = say(world, case, what="counts", new_register="Leavers", unit="people").content.decode()
    assert "What is there so many of to each" in page
    assert not LetterFigure.objects.exists()
    say(world, case, what="counts", new_register="Leavers", unit="people", average_of="Allegations")
    assert LetterFigure.objects.get().average_of == "allegations"
    response = prepare(case.pk, TODAY, world.officer)
    clear(response.pk, response.digest, world.approver)
    send(response.pk, world.officer)
    second = telling(world, "In 2024 there were 8 allegations against them.")
    say(world, second, what="counts", register="Leavers", unit="allegations")
    with pytest.raises(Refused, match="date 2024: the number of people is 3, told by release"):
        prepare(second.pk, TODAY, world.officer)


def test_nobody_of_another_force_sees_the_figures_of_a_case(world: World) -> None:
    case = telling(world, "Then 12 officers left.")
    stranger = Client()
    stranger.force_login(make_world("other").officer)
    assert stranger.get(reverse("desk:figures", args=[case.pk])).status_code == 404
