"""A case is handed over with a note, and the queues say what to do next in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from candour.desk.business_areas.tasks import ask, revoke
from candour.desk.caseload.assign import assign
from candour.desk.caseload.awaiting import Wait, waits
from candour.desk.caseload.known_cases import forget_cases
from candour.desk.caseload.overview import overview
from candour.desk.caseload.queues import FILLED_BY, Queue
from candour.desk.deadlines.clock import record_event
from candour.desk.models import Absence, BusinessArea, Case, EventKind, Referral, StaffMember, Task, Team, Watch
from candour.desk.publishing.decision import Choice, put_off
from candour.desk.publishing.publish import publish
from candour.desk.refusals import NotAllowed, Refused
from candour.law.clock import ClarificationAsked, ClarificationGiven, FeePaid, FeesNotice
from desk.world import NOW, TODAY, World, make_staff, open_case, prepared, published, sent


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def queued(world: World, person: StaffMember) -> dict[str, set[int]]:
    """The keys of the cases in each queue of the person."""
    queues = overview(world.force, person, TODAY).queues
    return {queue.value: {case.key for case in cases} for queue, cases in queues.items()}


# Handing over


def test_a_case_is_handed_over_with_a_note(world: World) -> None:
    """The note is on the case and in its trail, with who gave the case to whom."""
    case = open_case(world)
    client = client_of(world.officer)
    path = reverse("desk:hand-over", args=[case.pk])
    page = client.get(path).content.decode()
    assert "Will Hart works on this case now." in page
    assert "Wendy Hart</option>" in page and "Will Hart</option>" not in page and "Kemi Hart" not in page
    assert "Choose who works on this case" in client.post(path, {"note": "x"}).content.decode()
    client.post(path, {"officer": world.approver.pk, "note": "The stables answer on Monday."})
    case.refresh_from_db()
    assert case.officer == world.approver
    event = case.events.last()
    assert event is not None
    assert (event.kind, event.actor, event.why) == (EventKind.ASSIGNED, world.officer, "The stables answer on Monday.")
    assert event.detail == "From Will Hart to Wendy Hart."
    assert "The stables answer on Monday." in client.get(reverse("desk:case", args=[case.pk])).content.decode()


def test_a_case_is_not_given_to_who_cannot_work_on_it(world: World) -> None:
    """Another force, a role that reads, an account that is closed, or who has it already."""
    case = open_case(world)
    closed = make_staff(world.force, "gone", "Gus", "officer")
    closed.is_active = False
    closed.save()
    auditor = make_staff(world.force, "auditor", "Ada", "auditor")
    before = case.events.count()
    for person in (world.outsider, closed, auditor, world.officer):
        with pytest.raises(Refused):
            assign(case.pk, person, "", world.approver)
    with pytest.raises(NotAllowed):
        assign(case.pk, world.approver, "", auditor)
    assert case.events.count() == before


# Queues


def test_each_case_is_in_the_queues_that_it_belongs_to(world: World) -> None:
    """Mine, nobody’s, late, due this week, awaiting others; what is published is in none."""
    mine = open_case(world)
    nobodys = open_case(world)
    Case.objects.filter(pk=nobodys.pk).update(officer=None)
    late, week, later = (open_case(world) for _ in range(3))
    for case, days in ((late, -1), (week, 2), (later, 3)):  # it is a Friday
        Case.objects.filter(pk=case.pk).update(due=TODAY + timedelta(days=days), officer=world.approver)
    gone = sent(world)
    Case.objects.filter(pk=gone.case_id).update(due=TODAY - timedelta(days=9), officer=world.approver)
    closed = published(world).response.case
    up = prepared(world).case
    asked = open_case(world)
    record_event(asked, ClarificationAsked(TODAY), world.officer)
    billed = open_case(world)
    record_event(billed, FeesNotice(TODAY, Decimal(24)), world.officer)
    task = ask_area(world, open_case(world))
    referred = open_case(world)
    Referral.objects.create(
        case=referred, question=referred.questions.all()[0], to=world.elsewhere, asked="x", made_by=world.officer
    )
    found = queued(world, world.officer)
    colleagues = Team.objects.create(authority=world.force, name="A to L")
    StaffMember.objects.filter(pk=world.approver.pk).update(team=colleagues)
    Absence.objects.create(person=world.approver, first=TODAY, last=TODAY)
    Watch.objects.create(case=late, person=world.officer)
    found = queued(world, world.officer)
    taken = {late.pk, week.pk, later.pk, gone.case_id}
    assert found == {
        "team": set(),
        "away": taken,
        "watched": {late.pk},
        "mine": {mine.pk, up.pk, asked.pk, billed.pk, task.case_id, referred.pk},
        "unassigned": {nobodys.pk},
        "late": {late.pk},
        "week": {week.pk},
        "awaiting": {up.pk, asked.pk, billed.pk, task.case_id, referred.pk},
        "restricted": set(),
    }
    assert all(closed.pk not in cases for cases in found.values())
    world.approver.refresh_from_db()
    assert queued(world, world.approver)["team"] == taken
    record_event(asked, ClarificationGiven(TODAY), world.officer)
    record_event(billed, FeePaid(TODAY), world.officer)
    assert queued(world, world.officer)["awaiting"] == {up.pk, task.case_id, referred.pk}
    revoke(task.pk, "Found elsewhere.", world.officer)
    Referral.objects.update(advised_at=timezone.now())
    forget_cases()
    assert queued(world, world.officer)["awaiting"] == {up.pk}


def ask_area(world: World, case: Case) -> Task:
    """A task that an area has not answered."""
    area = BusinessArea.objects.create(authority=world.force, name="Stables", email="stables@westvale.police.example")
    return ask(case.questions.all()[0], area, "How many?", TODAY, "https://foi.westvale.police.example/", world.officer)


def test_the_queue_says_for_whom_each_case_waits_and_how_long(world: World) -> None:
    """An area with its late task, the step of the clearance, the requester; in as many queries whatever waits."""
    case = open_case(world)
    task = ask_area(world, case)
    Task.objects.update(made_at=NOW - timedelta(days=7), wanted_by=TODAY - timedelta(days=1))
    asked = open_case(world)
    record_event(asked, ClarificationAsked(TODAY - timedelta(days=1)), world.officer)
    up = prepared(world).case
    with CaptureQueriesContext(connection) as queries:
        found = waits([case.pk, asked.pk, up.pk], TODAY)
    assert len(queries) == 6
    assert found == {
        case.pk: [Wait("Stables", 5, late=True)],
        asked.pk: [Wait("The requester, to say what is meant", 1)],
        up.pk: [Wait("Approver, to clear the letter", 0)],
    }
    page = client_of(world.officer).get(reverse("desk:caseload") + "?queue=awaiting").content.decode()
    assert "for 5 working days" in page and "Approver, to clear the letter" in page
    revoke(task.pk, "Found elsewhere.", world.officer)
    assert case.pk not in waits([case.pk], TODAY)


def test_the_caseload_shows_the_queues_in_a_fixed_number_of_queries(world: World) -> None:
    """However many cases there are, and whichever queue is shown."""
    client = client_of(world.officer)
    seen: list[int] = []
    for many in (1, 12):
        for _ in range(many):
            open_case(world)
        for query in ("", "?queue=mine", "?queue=awaiting&stage=new"):
            with CaptureQueriesContext(connection) as queries:
                page = client.get(reverse("desk:caseload") + query)
            assert page.status_code == 200
            if query == "?queue=mine":
                seen.append(len(queries))
    assert seen[0] == seen[1] == 9
    text = client.get(reverse("desk:caseload") + "?queue=mine").content.decode()
    assert "Mine (13)" in text and "Late (0)" in text
    assert client.get(reverse("desk:caseload") + "?queue=nonsense").status_code == 200


@pytest.mark.parametrize("queue", Queue.values)
def test_an_empty_queue_says_what_fills_it(world: World, queue: str) -> None:
    """Also to who works in a force that has no case yet."""
    page = client_of(world.officer).get(reverse("desk:caseload") + f"?queue={queue}").content.decode()
    assert f"No case is in this queue. {FILLED_BY[Queue(queue)]}" in page
    assert "No case matches." in client_of(world.officer).get(reverse("desk:caseload") + "?q=horses").content.decode()


def test_who_has_nothing_to_do_is_sent_to_a_case_only_where_there_is_one(world: World) -> None:
    """In a new force there is nothing to take."""
    client = client_of(world.officer)
    assert "Take a case from" not in client.get(reverse("desk:caseload")).content.decode()
    assign(open_case(world).pk, world.approver, "", world.officer)
    assert "Take a case from" not in client.get(reverse("desk:caseload")).content.decode()
    Case.objects.update(officer=None)
    forget_cases()
    assert "Take a case from" in client.get(reverse("desk:caseload")).content.decode()


def test_the_first_page_says_in_words_what_to_do_next(world: World) -> None:
    """The officer's own cases, the earliest due first; for an approver the letters of others; in as many queries."""
    client = client_of(world.officer)
    assert "Nothing waits for you" in client.get(reverse("desk:caseload")).content.decode()
    late, soon, up = open_case(world), open_case(world), prepared(world)
    Case.objects.filter(pk=late.pk).update(due=TODAY - timedelta(days=1), title="Old horses")
    Case.objects.filter(pk=soon.pk).update(due=TODAY, title="Young horses")
    forget_cases()
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("desk:caseload")).content.decode()
    assert len(queries) == 14
    told = page[page.index("What to do next") : page.index("Queues")]
    assert told.index("Old horses") < told.index("Young horses")
    assert "Check the questions and decide them: it was due on 26 March 2026." in told
    assert "it is due today" in told and "Read and clear" not in told
    answered = sent(world).case
    Case.objects.filter(pk=answered.pk).update(due=TODAY - timedelta(days=9), title="Answered horses")
    page = client.get(reverse("desk:caseload")).content.decode()
    told = page[page.index("What to do next") : page.index("Queues")]
    assert told.index("Young horses") < told.index("Answered horses")
    told = client_of(world.approver).get(reverse("desk:caseload")).content.decode()
    assert "Read and clear the letter, which has waited since 27 March 2026." in told
    assert reverse("desk:case", args=[up.case_id]) in told
    auditor = make_staff(world.force, "ada", "Ada", "auditor")
    assert "What to do next" not in client_of(auditor).get(reverse("desk:caseload")).content.decode()


def test_an_answer_that_is_not_to_be_published_closes_its_case_under_one_word(world: World) -> None:
    """The tag, the count of the stage and the queues say the same; to hold it instead opens the case again."""
    letter = sent(world)
    page = client_of(world.officer)
    case = reverse("desk:case", args=[letter.case_id])

    def shown() -> tuple[bool, bool, bool]:
        listed = page.get(reverse("desk:caseload") + "?stage=closed").content.decode()
        return (
            letter.case.reference in listed,
            "Closed (1)" in listed,
            ">Closed</strong>" in page.get(case).content.decode(),
        )

    assert shown() == (False, False, False)
    put_off(letter.pk, Choice.NOT, "It repeats what is published.", world.officer)
    assert shown() == (True, True, True)
    assert "publish it after all" in page.get(case).content.decode()
    put_off(letter.pk, Choice.HOLD, "A trial runs.", world.officer)
    assert shown() == (False, False, False)
    publish(letter.pk, world.officer)
    assert shown() == (True, True, True)
    with pytest.raises(Refused, match="already on the disclosure log"):
        put_off(letter.pk, Choice.NOT, "Too late.", world.officer)


def test_the_queues_of_another_force_are_its_own(world: World) -> None:
    open_case(world)
    assert not any(overview(world.elsewhere, world.outsider, TODAY).queues.values())
