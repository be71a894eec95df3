"""What has lain for its time goes by the rule; holds keep it, the trail stays whole, no word about people is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from post.mails import mail as mail_of
from typer.testing import CliRunner

from candour.cli import app
from candour.desk.audit_trail.verification import letter_findings, verify_chain
from candour.desk.jobs import run_due
from candour.desk.keeping.contents import DELETED, EMPTIED, KEPT, NO_TITLE
from candour.desk.keeping.retention import ask_destruction, begin, destroy_case, finish, hold, lift, preview
from candour.desk.models import (
    Case,
    Destruction,
    Event,
    EventKind,
    Hold,
    Job,
    NoticeResult,
    Publication,
    StaffMember,
)
from candour.desk.publishing.publish import withdraw
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.reviewing.complaint import Ending, close_complaint, open_complaint
from candour.desk.reviewing.review import open_review
from candour.desk.statistics import figures_by_quarter, last_quarters
from candour.post.take_in import take_in
from desk.world import EMAIL, NAME, NOW, POSTCODE, STREET, TODAY, World, make_staff, open_case, published, sent

LATER = NOW + timedelta(days=3 * 366)


@pytest.fixture
def manager(world: World) -> StaffMember:
    return make_staff(world.force, "mo", "Mo", "manager")


@pytest.fixture
def later() -> Iterator[datetime]:
    """Three years and a bit on."""
    with time_machine.travel(LATER, tick=True):
        yield LATER


def run(world: World, manager: StaffMember) -> Destruction:
    """Everything that would go today is destroyed by the job."""
    going, _ = preview(world.force, LATER.date())
    ask_destruction(world.force, [case.pk for case in going], manager)
    run_due()
    return Destruction.objects.filter(authority=world.force).order_by("-number")[0]


# The rule


def test_a_case_goes_so_many_years_after_it_was_closed(world: World) -> None:
    """To the day; what was never answered does not go at all."""
    case = sent(world).case
    open_case(world)
    world.force.keep_years = 2
    last = TODAY.replace(year=TODAY.year + 2)
    assert preview(world.force, last - timedelta(days=1)) == ([], [])
    (going,) = preview(world.force, last)[0]
    assert (going.reference, going.closed_on, going.published) == (case.reference, TODAY, False)
    assert preview(world.elsewhere, last) == ([], [])


def test_what_is_open_or_held_keeps_a_case(world: World, manager: StaffMember) -> None:
    """A review, a complaint, a step, a hold of a person; the last thing that ended begins the time anew."""
    reviewed, complained, held = (sent(world).case for _ in range(3))
    open_review(reviewed.pk, TODAY, "", world.officer)
    made = open_complaint(complained.pk, {"reference": "IC-1", "told_on": TODAY}, world.officer)
    placed = hold(held.pk, Hold.Kind.SECTION_77, "The tapes are gone.", manager)
    _, kept = preview(world.force, LATER.date())
    assert {each.why for each in kept} == {
        "an internal review is open",
        "a complaint to the Commissioner is open",
        "held: suspected offence under section 77",
    }
    steps = (("Disclose it", LATER.date()),)
    with time_machine.travel(LATER - timedelta(days=10), tick=True):
        day = (LATER - timedelta(days=10)).date()
        close_complaint(made.pk, 0, Ending(NoticeResult.UPHELD, day, "", steps), world.officer)
        lift(placed.pk, manager)
    going, kept = preview(world.force, LATER.date())
    assert [each.reference for each in going] == [held.reference]
    assert [each.reference for each in kept] == [reviewed.reference]


def test_the_preview_has_a_fixed_number_of_queries(world: World) -> None:
    sent(world)
    with CaptureQueriesContext(connection) as few:
        preview(world.force, LATER.date())
    sent(world)
    with CaptureQueriesContext(connection) as many:
        assert len(preview(world.force, LATER.date())[0]) == 2
    assert len(few) == len(many) == 1


def test_a_hold_needs_a_reason_and_the_role(world: World, manager: StaffMember) -> None:
    case = open_case(world)
    with pytest.raises(Refused, match="Say why"):
        hold(case.pk, Hold.Kind.OTHER, " ", manager)
    with pytest.raises(NotAllowed):
        hold(case.pk, Hold.Kind.OTHER, "x", world.officer)
    placed = hold(case.pk, Hold.Kind.OTHER, "x", manager)
    with pytest.raises(Refused, match="already"):
        hold(case.pk, Hold.Kind.OTHER, "y", manager)
    lift(placed.pk, manager)
    with pytest.raises(Refused, match="already"):
        lift(placed.pk, manager)


# What goes, and what stays


def test_no_word_about_people_is_left_anywhere(world: World, manager: StaffMember, later: datetime) -> None:
    """Not in any text of any table, but for the log, which never had it; and not in the trail."""
    with time_machine.travel(NOW, tick=True):
        entry = published(world)
        take_in(mail_of(f"Thanks.\n{NAME}\n", to=world.force.email, sender=f"{NAME} <{EMAIL}>", subject="1A/26"))
        hold(entry.response.case_id, Hold.Kind.OTHER, f"{NAME} telephoned.", manager)
        lift(Hold.objects.get().pk, manager)
    before = {field: getattr(entry, field) for field in ("title", "words", "content", "slug")}
    figures = figures_by_quarter(world.force, last_quarters(TODAY), LATER.date())
    trail = [event.digest for event in Event.objects.filter(authority=world.force)]
    made = run(world, manager)
    assert made.cases == 1
    for name in (NAME, EMAIL, STREET, POSTCODE, "How many police horses", "telephoned"):
        assert holders(name) <= {"desk.Publication", "desk.PublishedFile"}, name
    entry.refresh_from_db()
    assert {field: getattr(entry, field) for field in before} == before
    assert figures_by_quarter(world.force, last_quarters(TODAY), LATER.date()) == figures
    assert [event.digest for event in Event.objects.filter(authority=world.force)][: len(trail)] == trail
    assert verify_chain(world.force).whole
    assert letter_findings([world.force]) == []
    case = Case.objects.get(pk=entry.response.case_id)
    assert (case.title, case.requester.name) == (NO_TITLE, "")


def holders(words: str) -> set[str]:
    """The tables in which the words stand anywhere."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.BinaryField):
                values = [bytes(value or b"") for value in model._default_manager.values_list(field.name, flat=True)]
                if any(words.encode() in value for value in values):
                    found.add(model._meta.label)
            elif isinstance(field, models.CharField | models.TextField | models.JSONField):
                values = model._default_manager.values_list(field.name, flat=True)
                if any(words in str(value) for value in values):
                    found.add(model._meta.label)
    return found


def test_every_table_that_hangs_on_a_case_is_thought_of() -> None:
    """Emptied, deleted, deleted with another, or kept for a reason: a new table has to be put in one of these."""
    gone = {model for model, _ in DELETED}
    known = gone | {model for model, _, _ in EMPTIED} | {*KEPT, Event, Case}
    public = {"Publication", "PublicationMark", "PublicationChange", "PublishedFile", "FileFetches", "LedgerRelease"}
    mail = {"QueueEntry", "OutgoingMail"}
    private = {"FollowLink", "Draft"}
    missing = {
        model.__name__
        for model in hanging_on(Case)
        if model not in known and model.__name__ not in public | mail | private and not goes_with(model, gone)
    }
    assert missing == set()


def hanging_on(model: type[models.Model]) -> set[type[models.Model]]:
    found: set[type[models.Model]] = set()
    todo = [model]
    while todo:
        for relation in todo.pop()._meta.related_objects:
            if relation.related_model not in found:
                found.add(relation.related_model)
                todo.append(relation.related_model)
    return found


def goes_with(model: type[models.Model], gone: set[type[models.Model]]) -> bool:
    return any(
        field.remote_field and field.remote_field.model in gone and field.remote_field.on_delete is models.CASCADE
        for field in model._meta.concrete_fields
    )


def test_a_destroyed_case_takes_no_further_step(world: World, manager: StaffMember, later: datetime) -> None:
    """Its page says what became of it; only its entry can still be withdrawn."""
    with time_machine.travel(NOW, tick=True):
        case = published(world).response.case
    run(world, manager)
    with pytest.raises(Refused, match="destroyed by the rule"):
        hold(case.pk, Hold.Kind.OTHER, "x", manager)
    client = client_of(world.officer)
    page = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "This case was destroyed" in page and NAME not in page
    assert client.get(reverse("desk:requester", args=[case.pk])).status_code == 404
    assert client.get(reverse("desk:caseload") + "?stage=all").status_code == 200
    withdraw(Publication.objects.get().pk, "It was wrong.", world.officer)
    assert verify_chain(world.force).whole


# The certificate


def test_the_certificate_says_what_went_and_names_nobody(world: World, manager: StaffMember, later: datetime) -> None:
    """By reference, with dates and digests; stored, and to be downloaded."""
    with time_machine.travel(NOW, tick=True):
        letter = sent(world)
    made = run(world, manager)
    text = made.certificate
    assert "1A/26: received 9 March 2026, closed 27 March 2026, not published" in text
    assert letter.digest in text and "Asked for by: Mo Hart" in text and NAME not in text
    event = Event.objects.get(kind=EventKind.DESTROYED)
    assert event.digest in text
    client = client_of(manager)
    file = client.get(reverse("desk:certificate", args=[made.number]))
    assert file.content.decode() == text
    assert client_of(world.outsider).get(reverse("desk:certificate", args=[made.number])).status_code == 404


def test_a_run_that_is_begun_again_goes_on(world: World, manager: StaffMember, later: datetime) -> None:
    """One certificate for all that went, however often the work was tried; a case is destroyed once."""
    with time_machine.travel(NOW, tick=True):
        first, second = sent(world).case, sent(world).case
    half = begin(world.force, manager, 7)
    assert destroy_case(first.pk, half)
    again = begin(world.force, manager, 7)
    assert again.pk == half.pk
    assert not destroy_case(first.pk, again)
    assert destroy_case(second.pk, again)
    assert finish(again).cases == 2
    assert begin(world.force, manager, 8).number == 2


def test_what_is_held_after_the_preview_stays(world: World, manager: StaffMember, later: datetime) -> None:
    """Each case is looked at once more before it goes."""
    with time_machine.travel(NOW, tick=True):
        case = sent(world).case
    ask_destruction(world.force, [case.pk, 10**9], manager)
    hold(case.pk, Hold.Kind.LITIGATION, "A claim came.", manager)
    run_due()
    assert Destruction.objects.get().cases == 0
    assert "2 stayed" in Job.objects.get(kind="retention.destroy").result["says"]
    assert Case.objects.get(pk=case.pk).destroyed_at is None


# The page and the command


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_shows_what_would_go_and_a_manager_has_it_destroyed(
    world: World, manager: StaffMember, later: datetime
) -> None:
    with time_machine.travel(NOW, tick=True):
        case = sent(world).case
    client, path = client_of(manager), reverse("desk:retention")
    page = client.get(path).content.decode()
    assert case.reference in page and "Destroy these cases" in page
    assert "Destroy these cases" not in client_of(world.officer).get(path).content.decode()
    assert client_of(world.officer).post(path, {"cases": case.pk, "sure": "on"}).status_code == 403
    assert "Confirm that you have read the list" in client.post(path, {"cases": case.pk}).content.decode()
    client.post(path, {"cases": "x", "sure": "on"})
    assert not Job.objects.filter(kind="retention.destroy").exists()
    client.post(path, {"cases": case.pk, "sure": "on"})
    meanwhile = client.get(path).content.decode()
    assert "Cases are being destroyed" in meanwhile and "Destroy these cases" not in meanwhile
    job = Job.objects.get(kind="retention.destroy")
    assert reverse("desk:job", args=[job.pk]) in meanwhile
    run_due()
    assert "Cases are being destroyed" not in client.get(path).content.decode()
    assert "Certificate 1" in client.get(path).content.decode()
    held = sent_now(world)
    answer = client.post(reverse("desk:holds", args=[held.pk]), {"action": "hold", "kind": "litigation", "why": "x"})
    assert answer.status_code == 302
    again = client.post(reverse("desk:holds", args=[held.pk]), {"action": "hold", "kind": "litigation", "why": "x"})
    assert "held for that already" in again.content.decode()
    client.post(reverse("desk:holds", args=[held.pk]), {"action": "lift", "hold": held.holds.get().pk})
    assert held.holds.get().lifted_by == manager


def sent_now(world: World) -> Case:
    return open_case(world, received=LATER.date())


def test_the_command_lists_and_destroys(world: World, manager: StaffMember, later: datetime) -> None:
    """Only on the word of a manager of the force."""
    with time_machine.travel(NOW, tick=True):
        sent(world)

    def told(*given: str) -> Any:
        return CliRunner().invoke(app, ["retention", *given])

    assert told("nowhere").exit_code == 2
    listed = told("westvale")
    assert listed.exit_code == 0
    assert "1A/26: closed 27 March 2026" in listed.stdout
    assert told("westvale", "--destroy").exit_code == 2
    assert told("westvale", "--destroy", "--by", "will").exit_code == 2
    assert Destruction.objects.count() == 0
    done = told("westvale", "--destroy", "--by", "mo")
    assert "CERTIFICATE OF DESTRUCTION 1" in done.stdout
    assert "Nothing would go today." in told("westvale").stdout
