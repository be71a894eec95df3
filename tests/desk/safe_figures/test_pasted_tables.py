"""Tables pasted into an answer are audited with what was released before; what cannot be read needs a reason."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.answering.letter import load
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.models import Case, Event, EventKind, Exhibit, LedgerRelease, Response
from candour.desk.publishing.publish import publish, withdraw
from candour.desk.refusals import Refused
from candour.desk.safe_figures.ledger import NotAudited, told_by_tables
from candour.post.send import send
from desk.safe_figures.test_counts import free_table, words
from desk.safe_figures.test_ledger import REGISTER, Answering
from desk.safe_figures.test_letter_figures import say, telling
from desk.world import TODAY, World


@pytest.fixture
def first(world: World) -> Answering:
    """A case whose table was sent: of 47 thefts, it withholds that 3 were in 2024 and 44 in 2025."""
    answering = Answering(world)
    answering.sent()
    return answering


def pasted(world: World, head: list[str], *rows: list[str], title: str = "Thefts") -> Case:
    """A case that answers with a table that was pasted."""
    case = free_table(world, ["North", "12"])
    Exhibit.objects.filter(decision__case=case).update(columns=head, rows=list(rows), title=title)
    return load(case.pk)


def test_a_pasted_table_is_laid_to_the_register_that_has_its_labels_and_blocks_what_it_tells(first: Answering) -> None:
    case = pasted(first.world, ["Crime", "2025"], ["Theft", "44"], ["Burglary", "27"])
    told = rf"Theft, Year 2024: the number of cases is 3, told by release {first.case.reference} minus"
    with pytest.raises(Refused, match=told):
        prepare(case.pk, TODAY, first.world.officer, unaudited="It will do.")


def test_the_officer_sees_which_releases_tell_and_what_to_do(first: Answering) -> None:
    case = pasted(first.world, ["Crime", "2025"], ["Theft", "44"])
    dated = {"dated_day": TODAY.day, "dated_month": TODAY.month, "dated_year": TODAY.year}
    page = first.client.post(reverse("desk:letter", args=[case.pk]), dated).content.decode()
    release = LedgerRelease.objects.get()
    assert f'href="{reverse("desk:release", args=[release.pk])}">{release.reference}</a>' in page
    seen = words(page)
    assert "Small counts can be worked out." in seen
    assert "Change this answer: leave the figure out" in seen


def test_a_pasted_table_enters_the_ledger_of_its_register_when_it_is_sent(first: Answering) -> None:
    case = pasted(first.world, ["Crime", "Horses"], ["Theft", "47"])
    response = prepare(case.pk, TODAY, first.world.officer)
    clear(response.pk, response.digest, first.world.approver)
    send(response.pk, first.world.officer)
    made = LedgerRelease.objects.get(response=response)
    assert (made.register, made.content["cells"]) == (REGISTER, [["Theft", "47"]])
    assert made.content["columns"][0]["dimension"] == "Offence"


def test_a_pasted_table_of_no_register_is_audited_by_itself(world: World) -> None:
    case = pasted(world, ["Stable", "Horses"], ["North", "12"], ["South", "withheld"], ["Total", "14"])
    (finding,) = told_by_tables(case).findings
    assert finding.words.startswith("The table “Thefts” by itself tells: Stable South: the number of cases is 2")


def test_totals_that_say_more_than_the_rows_list_are_believed(world: World) -> None:
    case = pasted(world, ["Stable", "Horses"], ["North", "12"], ["South", "9"], ["Total", "40"])
    assert told_by_tables(case) == told_by_tables(free_table(world, ["North", "12"]))


def test_what_cannot_be_read_as_counts_goes_only_with_a_reason_that_the_approver_reads(world: World) -> None:
    case = pasted(world, ["Supplier", "Amount"], ["Oats Ltd", "£1,200"], title="Spending")
    client, approver = Client(), Client()
    client.force_login(world.officer)
    approver.force_login(world.approver)
    address = reverse("desk:letter", args=[case.pk])
    page = words(client.get(address).content.decode())
    assert "Not audited." in page
    assert "The table “Spending” cannot be read as counts" in page
    with pytest.raises(NotAudited, match="The table “Spending” cannot be read as counts"):
        prepare(case.pk, TODAY, world.officer)
    dated = {"dated_day": TODAY.day, "dated_month": TODAY.month, "dated_year": TODAY.year}
    assert "Enter why the tables are safe" in words(client.post(address, dated).content.decode())
    client.post(address, {**dated, "unaudited": "Money paid to companies."})
    assert Response.objects.get().case == case
    event = Event.objects.get(case=case, kind=EventKind.OVERRIDDEN)
    assert "Money paid to companies." in event.detail
    assert event.data["not_audited"] == ["The table “Spending” cannot be read as counts, so it is not audited."]
    seen = words(approver.get(reverse("desk:clearance", args=[case.pk])).content.decode())
    assert "The reason given: Money paid to companies." in seen


def test_a_percentage_in_one_letter_and_a_total_in_the_next_tell_the_count(world: World) -> None:
    one = telling(world, "Of the officers who left in 2024, 12.5% were dismissed.")
    share = {"what": "counts", "new_register": "Leavers", "where": "Outcome: Dismissed", "unit": "people"}
    say(world, one, **share)
    response = prepare(one.pk, TODAY, world.officer)
    clear(response.pk, response.digest, world.approver)
    send(response.pk, world.officer)
    two = telling(world, "In 2024, 24 officers left.")
    say(world, two, what="counts", register="Leavers", unit="people")
    told = "(Outcome Dismissed, date 2024|date 2024, Outcome Dismissed): the number of people is 3, told by releases"
    with pytest.raises(Refused, match=told) as refusal:
        prepare(two.pk, TODAY, world.officer)
    assert f"{one.reference} letter and {two.reference} letter together" in str(refusal.value)


def test_what_was_withdrawn_from_the_log_stays_known_and_is_marked(first: Answering) -> None:
    response = Response.objects.get(case=first.case)
    entry = publish(response.pk, first.world.officer)
    withdraw(entry.pk, "It gave too much away.", first.world.officer)
    case = pasted(first.world, ["Crime", "2025"], ["Theft", "44"])
    with pytest.raises(Refused, match=f"Release {first.case.reference} was withdrawn, but who read it still knows it"):
        prepare(case.pk, TODAY, first.world.officer)
    release = LedgerRelease.objects.get()
    page = words(first.client.get(reverse("desk:release", args=[release.pk])).content.decode())
    assert "It gave too much away. Whoever read it still knows it" in page
    assert "Withdrawn" in words(first.client.get(reverse("desk:ledger")).content.decode())
