"""Tables of counts enter the ledger when they are sent, and what they tell together keeps a letter back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.answering.decide import changing, complete
from candour.desk.clearing.clear import bypass, clear
from candour.desk.clearing.put_up import prepare
from candour.desk.jobs import run_due
from candour.desk.models import Event, EventKind, Job, LedgerRelease, ProtectedCounts, Response, ResponseState
from candour.desk.refusals import Refused
from candour.desk.safe_figures import ledger as desk_ledger
from candour.desk.safe_figures.ledger import NotAudited, told_by_tables
from candour.post.send import send
from candour.tables.audit.axes import TooLarge
from desk.safe_figures.test_counts import SOURCE, Builder
from desk.world import TODAY, World, make_staff, make_world

REGISTER = "Horse crime"


class Answering(Builder):
    """An officer who answers with counts of a register."""

    def paste(self, source: str = SOURCE, title: str = "Horses stolen") -> Any:
        """Paste counts and say of which register they are."""
        data = {"title": title, "source": source, "unit": "cases", "new_register": REGISTER}
        return self.post("new-counts", data)

    def put_up(self, **more: str) -> Response:
        """Put the answer up for clearance."""
        return prepare(self.case.pk, TODAY, self.world.officer, **more)

    def sent(self) -> Response:
        """Build, clear and send."""
        self.built()
        response = self.put_up()
        clear(response.pk, response.digest, self.world.approver)
        return send(response.pk, self.world.officer)


@pytest.fixture
def first(world: World) -> Answering:
    """A case whose table was sent."""
    answering = Answering(world)
    answering.sent()
    return answering


def telling(world: World) -> Answering:
    """A case with a table that shows what the first one withheld."""
    second = Answering(world)
    second.built(threshold="2")
    return second


def test_a_table_enters_the_ledger_as_it_was_printed_when_it_is_sent(first: Answering) -> None:
    release = LedgerRelease.objects.get()
    assert (release.reference, release.register, release.title) == (first.case.reference, REGISTER, "Horses stolen")
    cells = {tuple(row[:2]): row[2:] for row in release.content["cells"]}
    assert cells["Theft", "2024"] == ["", "primary"]
    assert cells["Total", "Total"] == ["161"]
    assert [column.get("period", False) for column in release.content["columns"]] == [False, True]


def test_counts_need_the_register_that_they_are_from(world: World) -> None:
    builder = Builder(world)
    data = {"title": "Horses", "source": SOURCE, "unit": "cases"}
    page = builder.post("new-counts", data).content.decode()
    assert "Choose the register that was counted, or name a new one" in page
    assert not ProtectedCounts.objects.exists()


def test_a_table_that_names_no_register_goes_only_with_a_reason(world: World) -> None:
    builder = Builder(world)
    builder.built()
    ProtectedCounts.objects.update(register="")
    with pytest.raises(NotAudited, match="is of no register, so it is compared with nothing"):
        prepare(builder.case.pk, TODAY, world.officer)


def test_the_same_table_again_tells_nothing_more(first: Answering) -> None:
    again = Answering(first.world)
    again.built()
    assert told_by_tables(again.case) == desk_ledger.Told((), ())
    assert again.put_up().pk


def test_what_tables_tell_together_keeps_a_letter_from_being_put_up(first: Answering) -> None:
    second = telling(first.world)
    with pytest.raises(Refused, match="Offence Theft, Year 2024: the number of cases is 3, told by release"):
        second.put_up(unaudited="It will do.")


def test_what_was_sent_meanwhile_keeps_a_letter_from_being_cleared(world: World) -> None:
    second = telling(world)
    response = second.put_up()
    Answering(world).sent()
    with pytest.raises(Refused, match="told by release"):
        clear(response.pk, response.digest, world.approver)


def test_nor_does_an_emergency_pass_over_it(world: World) -> None:
    """What is bypassed is people, and not the check of what the figures tell."""
    second = telling(world)
    response = second.put_up()
    Answering(world).sent()
    chief = make_staff(world.force, "chief", "Chief", "manager")
    with pytest.raises(Refused, match="told by release"):
        bypass(response.pk, response.digest, "The court wants it tonight.", chief)
    response.refresh_from_db()
    assert response.state == ResponseState.AWAITING_CLEARANCE


def test_what_cannot_be_decided_needs_a_reason_that_stays(first: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    second = Answering(first.world)
    second.built()

    def too_large(*_: object) -> None:
        raise TooLarge("The releases cross too many categories.")

    monkeypatch.setattr(desk_ledger, "audit", too_large)
    with pytest.raises(NotAudited, match="cross too many categories"):
        second.put_up()
    page = second.client.post(
        reverse("desk:letter", args=[second.case.pk]),
        {"dated_day": TODAY.day, "dated_month": TODAY.month, "dated_year": TODAY.year},
    )
    assert "although it was not decided what they tell" in page.content.decode()
    second.put_up(unaudited="Compared by hand with all three.")
    assert Event.objects.filter(kind=EventKind.OVERRIDDEN, case=second.case, detail__contains="by hand").exists()


def test_staff_see_the_ledger_of_their_own_force_and_search_it(first: Answering) -> None:
    address = reverse("desk:ledger")
    page = first.client.get(address, {"q": "horse"}).content.decode()
    assert first.case.reference in page
    assert "1 release found" in page
    assert "No release matches" in first.client.get(address, {"q": "cows"}).content.decode()
    stranger = Client()
    stranger.force_login(make_world("other").officer)
    assert first.case.reference not in stranger.get(address).content.decode()


def test_the_builder_says_where_earlier_tables_are(world: World) -> None:
    answering = Answering(world)
    answering.paste()
    page = answering.client.get(answering.address("counts-rules")).content.decode()
    assert reverse("desk:ledger") in page
    assert f"earlier tables of “{REGISTER}”" in page


def test_a_release_is_shown_as_readers_saw_it_with_what_it_is_of(first: Answering) -> None:
    release = LedgerRelease.objects.get()
    page = first.client.get(reverse("desk:release", args=[release.pk])).content.decode()
    assert "withheld" in page
    assert "everything in the register" in page
    assert f"{REGISTER}</span>" in page
    assert "primary" not in page


def test_the_ledger_is_filtered_by_register(first: Answering) -> None:
    address = reverse("desk:ledger")
    assert first.case.reference in first.client.get(address, {"register": REGISTER}).content.decode()
    assert "No release matches" in first.client.get(address, {"register": "Cows"}).content.decode()


def test_what_an_attacker_would_know_is_found_out_as_background_work(first: Answering) -> None:
    address = f"{reverse('desk:ledger')}?register={REGISTER}"
    page = first.client.post(address, follow=True).content.decode()
    assert "are being audited together" in page
    run_due()
    job = Job.objects.get(kind="ledger.audit")
    assert (job.state, job.result["says"]) == ("done", "1 release: they tell of no small count.")
    LedgerRelease.objects.create(
        authority=first.world.force,
        register=REGISTER,
        reference="KNOWN",
        title="Thefts",
        extracted=TODAY,
        content={
            "reference": "KNOWN",
            "extracted": TODAY.isoformat(),
            "figures": [{"where": {"Offence": "Theft", "date": "2025"}, "printed": "44"}],
        },
    )
    assert "1 release came after it" in first.client.get(address).content.decode()
    first.client.post(address)
    run_due()
    told = f"the number of cases is 3, told by release {first.case.reference} minus KNOWN"
    assert any(told in each for each in Job.objects.order_by("pk").last().result["findings"])  # type: ignore[union-attr]
    assert "Theft" in first.client.get(address).content.decode()


def test_a_register_that_nothing_was_sent_of_is_not_audited(first: Answering) -> None:
    page = first.client.post(f"{reverse('desk:ledger')}?register=Cows", follow=True).content.decode()
    assert "Choose a register that something was sent of" in page
    assert not Job.objects.filter(kind="ledger.audit").exists()


def test_a_correction_is_a_release_of_its_own_that_names_what_was_wrong(first: Answering) -> None:
    second = Answering(first.world)
    data = {"title": "Horses", "source": SOURCE.replace("44", "45"), "unit": "cases", "register": REGISTER}
    second.post("new-counts", {**data, "corrects": first.case.reference})
    second.rules()
    second.agree()
    with changing(second.decision, second.decision.version, first.world.officer, "described") as stored:
        stored.disclosed = "Horses stolen by offence and year."
    assert not complete(second.decision, second.decision.version, first.world.officer)
    response = second.put_up()
    clear(response.pk, response.digest, first.world.approver)
    send(response.pk, first.world.officer)
    made = LedgerRelease.objects.get(response=response)
    assert (made.corrects, made.content["corrects"]) == (first.case.reference, first.case.reference)
    old = LedgerRelease.objects.exclude(pk=made.pk).get()
    page = first.client.get(reverse("desk:release", args=[old.pk])).content.decode()
    assert f">{made.reference}</a>" in page
