"""A personal data breach: stopped in one step or not at all, recorded with what the law asks for, closed when done."""

from __future__ import annotations

import io
import threading
import uuid
import zipfile
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse
from post.smtp_server import mail_server
from pytest_django.fixtures import Settings

from candour.desk.breaches.contain import TOLD_READERS
from candour.desk.breaches.export import export_breach, record_of, with_words
from candour.desk.breaches.points import hours_left, why_open
from candour.desk.breaches.received import on_the_log, receipts
from candour.desk.breaches.record import Answer, OpenAlready, StaleBreach, answer, assess, close, learn, start
from candour.desk.breaches.vocabulary import vocabulary
from candour.desk.business_areas.tasks import LinkGone, ask, task_of, token_of
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.jobs import run_due
from candour.desk.keeping.retention import lift
from candour.desk.models import (
    Breach,
    BusinessArea,
    Case,
    Event,
    EventKind,
    Hold,
    InternalReview,
    Publication,
    Response,
    ResponseState,
    ReviewState,
    StaffMember,
    TaskState,
)
from candour.desk.publishing.fetches import note_fetch
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.reviewing.review import find, give_review, open_review
from candour.portal.models import FollowLink, digest_of
from candour.post import outbox
from candour.post.models import MailState, OutgoingMail
from candour.post.outgoing import NotTaken
from candour.post.send import attempt, resolve_interrupted, send
from candour.post.send_review import send_review
from desk.world import EMAIL, NAME, NOW, TODAY, World, cleared, decide_all, decision_on, make_staff, open_case
from desk.world import published as published_entry
from desk.world import sent as sent_letter

KNOWN: dict[str, Any] = {
    "way": "published",
    "what": "A hidden sheet with names.",
    "people": ["officers"],
    "people_about": 120,
    "found_by": "A reader",
    "aware_at": NOW - timedelta(hours=1),
}


def started(case: Case, actor: StaffMember, **known: Any) -> Breach:
    """A record that was started now."""
    return start(case.pk, uuid.uuid4(), {**KNOWN, **known}, actor, end_links=True)


def manager_of(world: World) -> StaffMember:
    return make_staff(world.force, "mo", "Mo", "manager")


def done(at: datetime, **given: str) -> Answer:
    return Answer(done=True, at=at, how="By telephone.", **given)


def answer_all(breach: Breach, actor: StaffMember) -> None:
    """Assess the risk as high, and answer every point that it was done."""
    assess(breach.pk, Breach.objects.get(pk=breach.pk).version, "high", "Names of officers are public.", actor)
    for point in vocabulary().points:
        answer(breach.pk, point, done(NOW), actor)


def waiting(world: World) -> Response:
    """A letter in the outbox, whose mail server is away."""
    letter = cleared(world)
    with patch("candour.post.outbox.hand_over", side_effect=NotTaken("451 later", is_final=False)):
        send(letter.pk, world.officer)
    return Response.objects.get(pk=letter.pk)


# What is stopped


def test_the_published_entry_and_its_files_are_gone_at_once(world: World) -> None:
    """The next reader gets 410 at the entry and each file, a reason that tells nothing, and finds it in no list."""
    entry = published_entry(world)
    files = [file.name for file in entry.files.all()]
    started(entry.response.case, world.officer)
    client, path = Client(), reverse("portal:entry", args=[world.force.slug, entry.slug])
    assert client.get(path).status_code == 410
    assert TOLD_READERS in client.get(path).content.decode()
    assert "breach" not in client.get(path).content.decode()
    for name in files:
        assert client.get(f"{path}{name}").status_code == 410
    for listing in ("log", "log-data", "feed", "whole-log", "sitemap"):
        answer_of = client.get(reverse(f"portal:{listing}"))
        content = b"".join(answer_of.streaming_content) if answer_of.streaming else answer_of.content  # type: ignore[attr-defined]  # of a streaming answer
        assert entry.slug.encode() not in content, listing


def test_a_letter_that_waits_in_the_outbox_is_not_sent(world: World) -> None:
    """It is taken back and void; the worker finds nothing to send, and it cannot be sent without being cleared anew."""
    letter = waiting(world)
    breach = started(letter.case, world.officer)
    with time_machine.travel(NOW + timedelta(days=1)):
        run_due()
    letter.refresh_from_db()
    assert letter.state == ResponseState.VOID
    assert OutgoingMail.objects.get(response=letter).state == MailState.TAKEN_BACK
    assert any("stopped before the mail server took it" in line for line in breach.contained)
    with pytest.raises(Refused):
        send(letter.pk, world.officer)


def test_a_letter_that_is_being_offered_to_the_server_is_stopped_before_its_last_command(
    world: World, settings: Settings
) -> None:
    """Who is at work on it finds it taken back, and the server never gets it."""
    letter = waiting(world)
    mail = OutgoingMail.objects.get(response=letter)
    hand_over = outbox.hand_over

    def meanwhile(content: bytes, sender: str, recipient: str, last: Any) -> None:
        started(letter.case, world.officer)
        hand_over(content, sender, recipient, last)

    with mail_server(settings) as taken, patch("candour.post.outbox.hand_over", meanwhile):
        outbox.hurry(mail.pk)
        attempt(mail.pk)
        assert taken.messages == []
    assert OutgoingMail.objects.get(pk=mail.pk).state == MailState.TAKEN_BACK


def test_a_letter_that_may_have_left_is_said_and_is_not_tried_again(world: World) -> None:
    """After the last command nobody can know. Where the server refuses it for now, that is the end of it."""
    letter = waiting(world)
    mail = OutgoingMail.objects.get(response=letter)

    def refused_for_now(_content: bytes, _sender: str, _recipient: str, last: Any) -> None:
        last()
        started(letter.case, world.officer)
        raise NotTaken("451 later", is_final=False)

    outbox.hurry(mail.pk)
    with patch("candour.post.outbox.hand_over", refused_for_now), pytest.raises(Refused, match="it was stopped"):
        attempt(mail.pk)
    mail.refresh_from_db()
    assert mail.state == MailState.REFUSED
    assert any("could not be stopped" in line for line in Breach.objects.get().contained)
    letter.refresh_from_db()
    assert letter.state == ResponseState.CLEARED
    with pytest.raises(Refused, match="personal data breach"):
        send(letter.pk, world.officer)
    letter.refresh_from_db()
    assert letter.state == ResponseState.VOID


def test_an_interrupted_letter_is_not_sent_without_being_cleared_anew(world: World) -> None:
    """Somebody finds out later that it had not left: it is void, and a letter that is cleared after that can go."""
    letter = cleared(world)
    Response.objects.filter(pk=letter.pk).update(state=ResponseState.SENDING)
    started(letter.case, world.officer)
    resolve_interrupted(letter.pk, was_sent=False, actor=world.officer)
    with pytest.raises(Refused, match="put it up again"):
        send(letter.pk, world.officer)
    with time_machine.travel(NOW + timedelta(hours=2)):
        anew = prepare(letter.case_id, TODAY, world.officer)
        clear(anew.pk, anew.digest, world.approver)
        assert send(anew.pk, world.officer).state == ResponseState.SENT


def test_the_outcome_of_a_review_that_waits_is_stopped(world: World) -> None:
    """The review is open again."""
    case = sent_letter(world).case
    review = open_review(case.pk, TODAY, "", world.officer)
    person = make_staff(world.force, "rita", "Rita", "reviewer")
    give_review(review.pk, person, world.officer)
    for number in ("1", "2"):
        review.refresh_from_db()
        find(review.pk, review.version, decision_on(case, number), {"result": "upheld", "reasons": "x"}, person)
    review.refresh_from_db()
    with patch("candour.post.outbox.hand_over", side_effect=NotTaken("451 later", is_final=False)):
        send_review(review.pk, review.version, person)
    started(case, world.officer)
    assert InternalReview.objects.get(pk=review.pk).state == ReviewState.OPEN
    assert OutgoingMail.objects.get(review=review).state == MailState.TAKEN_BACK


def task_asked(world: World, case: Case) -> Any:
    area = BusinessArea.objects.create(authority=world.force, name="Stables", email="stables@westvale.example")
    return ask(case.questions.all()[0], area, "Names of riders?", TODAY, "https://foi.westvale.example/", world.officer)


@pytest.mark.parametrize("end_links", [True, False])
def test_links_of_areas_are_ended_where_that_is_asked_for(world: World, *, end_links: bool) -> None:
    """The link leads nowhere from then on; without the tick it leads where it led."""
    case = open_case(world)
    task = task_asked(world, case)
    token = token_of(task)
    start(case.pk, uuid.uuid4(), KNOWN, world.officer, end_links=end_links)
    task.refresh_from_db()
    if end_links:
        assert task.state == TaskState.REVOKED
        with pytest.raises(LinkGone):
            task_of(token)
    else:
        assert task_of(token) == task


def test_the_requester_s_own_page_gives_the_files_no_more(world: World) -> None:
    """What was sent is still told, its files are not given; where it was no breach they are given again."""
    letter = sent_letter(world)
    FollowLink.objects.create(case=letter.case, digest=digest_of("private-secret"))
    name = letter.files.first().name  # type: ignore[union-attr]  # a sent letter has files
    path = reverse("portal:sent-file", args=["private-secret", 1, name])
    assert Client().get(path).status_code == 200
    breach = started(letter.case, world.officer)
    assert Client().get(path).status_code == 410
    page = Client().get(reverse("portal:follow", args=["private-secret"])).content.decode()
    assert "The files of this letter are not available at the moment" in page
    assert name not in page
    close(breach.pk, breach.version, "It was public already.", manager_of(world), was_breach=False)
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("part", ["hold_case", "_withdraw_entries", "stop_waiting", "_take_letters_back", "_end_links"])
def test_if_one_part_fails_nothing_is_done(world: World, part: str) -> None:
    """No record, no withdrawal, no hold, no event: whoever pressed the button is told, and presses again."""
    entry = published_entry(world)
    before = Event.objects.count()
    module = "candour.desk.breaches.contain"
    with patch(f"{module}.{part}", side_effect=RuntimeError("the disk is full")), pytest.raises(RuntimeError):
        started(entry.response.case, world.officer)
    assert not Breach.objects.exists()
    assert not Hold.objects.exists()
    assert Event.objects.count() == before
    assert Publication.objects.get(pk=entry.pk).withdrawn_at is None
    assert started(entry.response.case, world.officer).number == 1


def test_the_case_is_held_until_the_record_is_closed_and_a_person_lifts_that(world: World) -> None:
    """The hold cannot be lifted while the record is open, stays after it, and goes where there was no breach."""
    breach, boss = started(open_case(world), world.officer), manager_of(world)
    held = breach.case.holds.get()
    with pytest.raises(Refused, match="still open"):
        lift(held.pk, boss)
    answer_all(breach, world.officer)
    close(breach.pk, Breach.objects.get().version, "Look at hidden sheets.", boss)
    assert breach.case.holds.get().lifted_at is None
    lift(held.pk, boss)
    other = started(breach.case, world.officer)
    close(other.pk, other.version, "It was published before.", boss, was_breach=False)
    assert not breach.case.holds.filter(lifted_at=None).exists()


# Two people


def test_a_form_that_is_posted_twice_starts_one_record(world: World) -> None:
    """The second post gives the record that the first started."""
    case, form = open_case(world), uuid.uuid4()
    first, second = (start(case.pk, form, KNOWN, world.officer, end_links=True) for _ in range(2))
    assert first == second
    assert Breach.objects.count() == 1


def test_of_two_people_one_starts_the_record_and_the_other_is_led_to_it(world: World) -> None:
    """The second keeps what they wrote, and is told which record is open."""
    case = open_case(world)
    first = started(case, world.officer)
    with pytest.raises(OpenAlready) as told:
        started(case, world.approver)
    assert told.value.breach == first
    client = Client()
    client.force_login(world.approver)
    fields = {"way": "letter", "what": "My own words.", "submission": str(uuid.uuid4()), "aware_at": "09:00"}
    day = {"aware_on_day": str(TODAY.day), "aware_on_month": str(TODAY.month), "aware_on_year": str(TODAY.year)}
    page = client.post(reverse("desk:breach-new", args=[case.pk]), fields | day).content.decode()
    assert "My own words." in page
    assert reverse("desk:breach", args=[first.pk]) in page
    assert Breach.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_at_the_same_moment_start_one_record(world: World) -> None:
    """One wins, the other is told; the entry is withdrawn once."""
    case = published_entry(world).response.case
    ready, told = threading.Barrier(2), []

    def press(actor: StaffMember) -> None:
        ready.wait()
        try:
            started(case, actor)
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connections.close_all()

    people = [threading.Thread(target=press, args=[actor]) for actor in (world.officer, world.approver)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert Breach.objects.count() == 1
    assert len(told) == 1
    assert case.events.filter(kind=EventKind.WITHDRAWN).count() == 1


def test_what_somebody_else_saved_is_not_overwritten(world: World) -> None:
    """Whoever saves on an older state of the record is told."""
    breach = started(open_case(world), world.officer)
    assess(breach.pk, 0, "likely", "Names.", world.officer)
    with pytest.raises(StaleBreach):
        assess(breach.pk, 0, "unlikely", "Nobody saw it.", world.approver)
    with pytest.raises(StaleBreach):
        learn(breach.pk, 0, KNOWN, "More people.", world.approver)
    assert Breach.objects.get().risk == "likely"


# What the law asks for


def test_the_hours_run_from_awareness_through_the_weekend(world: World) -> None:
    """From Friday 09:00 there are 71 hours left at 10:00, whatever is a weekend or a change of the clocks."""
    breach = started(open_case(world), world.officer, aware_at=NOW - timedelta(hours=1))
    assert hours_left(breach, NOW) == "71 hours left to tell the Commissioner."
    assert hours_left(breach, NOW + timedelta(hours=70, minutes=30)) == "30 minutes left to tell the Commissioner."
    late = hours_left(breach, NOW + timedelta(hours=76))
    assert late == "5 hours late: tell the Commissioner now, with the reasons for the delay."


def test_telling_the_commissioner_late_needs_the_reasons(world: World) -> None:
    """After the hours the reasons for the delay are asked for; with them it is recorded as late."""
    breach = started(open_case(world), world.officer, aware_at=NOW - timedelta(hours=80))
    with pytest.raises(Refused, match="reasons for the delay"):
        answer(breach.pk, "commissioner", done(NOW, reference="IC-1"), world.officer)
    answer(breach.pk, "commissioner", done(NOW, reference="IC-1", why="Found on a Saturday."), world.officer)
    told = Event.objects.filter(kind=EventKind.BREACH).latest("sequence")
    assert "It was late." in told.detail
    assert told.why == "Found on a Saturday."
    assert hours_left(Breach.objects.get(), NOW) == "The Commissioner was told after 80 hours, late."


def test_what_follows_in_phases_is_not_late(world: World) -> None:
    """Told in time once, more may follow after the hours without a reason."""
    breach = started(open_case(world), world.officer, aware_at=NOW - timedelta(hours=80))
    answer(breach.pk, "commissioner", done(NOW - timedelta(hours=70)), world.officer)
    answer(breach.pk, "commissioner", done(NOW), world.officer)
    assert hours_left(Breach.objects.get(), NOW) == "The Commissioner was told after 10 hours."


@pytest.mark.parametrize(("risk", "allowed"), [("", False), ("unlikely", True), ("likely", False), ("high", False)])
def test_the_commissioner_is_left_out_only_where_a_risk_is_unlikely(world: World, risk: str, *, allowed: bool) -> None:
    """Without an assessment, and with a likely risk, a reason is not enough."""
    breach = started(open_case(world), world.officer)
    if risk:
        assess(breach.pk, 0, risk, "x", world.officer)
    told = Answer(done=False, at=NOW, why="Only one colleague saw it, and deleted it.")
    if allowed:
        answer(breach.pk, "commissioner", told, world.officer)
        assert "need not be told" in hours_left(Breach.objects.get(), NOW)
        return
    with pytest.raises(Refused):
        answer(breach.pk, "commissioner", told, world.officer)


def test_a_later_assessment_opens_what_was_answered_by_the_earlier_one(world: World) -> None:
    """He was not told because a risk was unlikely; once it is likely the point is open again."""
    breach = started(open_case(world), world.officer)
    assess(breach.pk, 0, "unlikely", "x", world.officer)
    answer(breach.pk, "commissioner", Answer(done=False, at=NOW, why="x"), world.officer)
    assert not any("Information Commissioner" in each for each in why_open(Breach.objects.get()))
    assess(breach.pk, Breach.objects.get().version, "likely", "It was copied.", world.officer)
    assert any("the Commissioner has to be told" in each for each in why_open(Breach.objects.get()))


def test_people_at_high_risk_are_left_out_only_on_a_ground_of_the_law(world: World) -> None:
    """A reason alone is not enough; with one of the three grounds it is."""
    breach = started(open_case(world), world.officer)
    assess(breach.pk, 0, "high", "x", world.officer)
    with pytest.raises(Refused, match="grounds of Article 34"):
        answer(breach.pk, "people", Answer(done=False, at=NOW, why="They are many."), world.officer)
    answer(breach.pk, "people", Answer(done=False, at=NOW, why="Told in the press.", ground="effort"), world.officer)
    assert not any("whose data" in each for each in why_open(Breach.objects.get()))


def test_a_record_is_closed_by_a_manager_once_each_point_has_an_answer(world: World) -> None:
    """Until then it is refused, naming what is open; an officer is refused at any time."""
    breach, boss = started(open_case(world), world.officer), manager_of(world)
    with pytest.raises(Refused, match="Tell the data protection officer: no answer yet"):
        close(breach.pk, 0, "Look at hidden sheets.", boss)
    answer_all(breach, world.officer)
    version = Breach.objects.get().version
    with pytest.raises(NotAllowed):
        close(breach.pk, version, "Look at hidden sheets.", world.officer)
    with pytest.raises(Refused, match="learned"):
        close(breach.pk, version, " ", boss)
    close(breach.pk, version, "Look at hidden sheets.", boss)
    with pytest.raises(Refused, match="closed"):
        answer(breach.pk, "dpo", done(NOW), world.officer)


def test_a_correction_of_the_moment_of_awareness_stands_in_the_trail(world: World) -> None:
    """The hours follow the corrected moment, and the trail says what it was before and why it changed."""
    breach = started(open_case(world), world.officer)
    learn(
        breach.pk, 0, {**KNOWN, "aware_at": NOW - timedelta(hours=30)}, "A mail of Thursday was found.", world.officer
    )
    assert hours_left(Breach.objects.get(), NOW) == "42 hours left to tell the Commissioner."
    told = Event.objects.filter(kind=EventKind.BREACH).latest("sequence")
    assert "26 March 2026 at 04:00, not on 27 March 2026 at 09:00" in told.detail
    assert told.why == "A mail of Thursday was found."


@pytest.mark.parametrize(
    "known", [{"aware_at": NOW + timedelta(hours=1)}, {"what": " "}, {"way": "pigeon"}, {"people": ["martians"]}]
)
def test_a_record_without_its_facts_is_refused(world: World, known: dict[str, Any]) -> None:
    """A time that lies ahead, nothing that left, a way or people that there are not."""
    with pytest.raises(Refused):
        started(open_case(world), world.officer, **known)
    assert not Hold.objects.exists()


# Who received it


def test_it_tells_who_received_what_and_never_who_asked(world: World) -> None:
    """The letter with its time and the number of its message; the area by its link; not the requester’s name."""
    case = open_case(world)
    task_asked(world, case)
    letter = sent_letter(world, decide_all(world, case))
    breach = started(case, world.officer)
    found = receipts(breach)
    assert {each.who for each in found} == {"Stables", "The requester"}
    of_letter = next(each for each in found if each.who == "The requester" and each.what == "Answer")
    assert of_letter.at == letter.sent_at
    assert f"<{letter.digest[:40]}@westvale.police.example>" in of_letter.by
    client = Client()
    client.force_login(world.officer)
    page = client.get(reverse("desk:breach", args=[breach.pk])).content.decode()
    assert "Stables" in page
    assert NAME not in page
    assert EMAIL not in page


def test_it_tells_how_often_each_published_file_was_fetched(world: World) -> None:
    """Counted by file and day without anything of who did; a look at the entry and a HEAD count for nothing."""
    entry = published_entry(world)
    path = reverse("portal:file", args=[world.force.slug, entry.slug, "horses.csv"])
    for _ in range(3):
        Client().get(path)
    Client().head(path)
    Client().get(reverse("portal:entry", args=[world.force.slug, entry.slug]))
    with time_machine.travel(NOW + timedelta(days=1)):
        Client().get(path)
    assert list(entry.fetches.values_list("name", "count")) == [("horses.csv", 3), ("horses.csv", 1)]
    with time_machine.travel(NOW + timedelta(days=2)):
        breach = started(entry.response.case, world.officer)
    (on_log,) = on_the_log(breach.case)
    assert [(each.name, each.count, each.last) for each in on_log.files] == [
        ("horses.csv", 4, TODAY + timedelta(days=1))
    ]
    assert on_log.until is not None


def test_a_reader_gets_the_file_where_it_cannot_be_counted(world: World) -> None:
    """A database that takes no writes is no reason to refuse a download."""
    entry = published_entry(world)
    with patch("candour.desk.publishing.fetches.FileFetches.objects") as broken:
        broken.filter.return_value.update.side_effect = OperationalError("read-only")
        note_fetch(entry.files.get(name="horses.csv"))
        path = reverse("portal:file", args=[world.force.slug, entry.slug, "horses.csv"])
        assert Client().get(path).status_code == 200


def test_the_export_names_no_requester_and_is_the_same_each_time(world: World) -> None:
    """A page with what a notification has to say, and the trail with digests; the export itself is not in it."""
    entry = published_entry(world)
    breach = started(entry.response.case, world.officer)
    answer_all(breach, world.officer)
    first, second = export_breach(breach.pk, world.officer), export_breach(breach.pk, world.officer)
    assert first == second == record_of(with_words(breach.pk))
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["index.html", "trail.csv", "SHA256SUMS"]
        page, trail = archive.read("index.html").decode(), archive.read("trail.csv").decode()
    for words in (
        "A hidden sheet with names.",
        "Police officers",
        "120",
        "Information Commissioner told",
        "27 March 2026",
    ):
        assert words in page
    assert "Entry of the log withdrawn" in trail
    for text in (page, trail):
        assert NAME not in text
        assert EMAIL not in text
    assert Event.objects.filter(kind=EventKind.BREACH_EXPORTED).count() == 2


# Who may see it


def test_the_press_office_reads_neither_the_record_nor_its_words_on_the_case(world: World) -> None:
    """That there is one is not hidden; why anybody is at risk is not told. Readers of records see both."""
    breach = started(open_case(world), world.officer)
    assess(breach.pk, 0, "high", "Names of officers in a covert unit.", world.officer)
    seen = {}
    for role in ("press", "auditor"):
        client = Client()
        client.force_login(make_staff(world.force, f"the-{role}", "Robin", role))
        pages = [client.get(reverse(f"desk:{name}", args=args)) for name, args in _read_by(breach)]
        seen[role] = [page.status_code for page in pages]
        assert ("covert unit" in pages[0].content.decode()) is (role == "auditor")
        assert ("Something left that should not have" in pages[0].content.decode()) is (role == "auditor")
    assert seen == {"press": [200, 403, 403], "auditor": [200, 200, 200]}


def _read_by(breach: Breach) -> list[tuple[str, list[int]]]:
    return [("case", [breach.case_id]), ("breaches", []), ("breach", [breach.pk])]
