"""Business areas are asked by a link that needs no account and tells nothing of who asked."""

from __future__ import annotations

import html
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from candour.desk.answering.decide import target
from candour.desk.business_areas.referral import advise, refer
from candour.desk.business_areas.tasks import (
    LinkGone,
    ask,
    escalate,
    receive_reply,
    remind,
    revoke,
    take_file,
    take_hours,
    task_of,
    token_of,
)
from candour.desk.jobs import run_due
from candour.desk.jobs.queue import plan_the_day
from candour.desk.models import (
    BusinessArea,
    Case,
    CheckedFile,
    Decision,
    Event,
    EventKind,
    Job,
    StaffMember,
    Task,
    TaskState,
)
from candour.desk.refusals import NotAllowed, Refused
from candour.law import countable_activities
from desk.world import EMAIL, NAME, NOW, POSTCODE, STREET, TODAY, World, make_staff, open_case

BASE = "https://foi.westvale.police.example/"
TELLING = f"""\
1. How many police horses are under investigation? I am {NAME}, write to {EMAIL}, {STREET}, {POSTCODE}.
2. How many carts did the force keep?
"""
FIRST, SECOND = (activity.key for activity in countable_activities()[:2])


@pytest.fixture
def area(world: World) -> BusinessArea:
    """The stables, with somebody above them."""
    return BusinessArea.objects.create(
        authority=world.force,
        name="Stables",
        email="stables@westvale.police.example",
        escalation_email="head@westvale.police.example",
    )


def asked(world: World, area: BusinessArea, case: Case | None = None) -> Task:
    """A task about the first question of a request that is full of its requester."""
    case = case or open_case(world, TELLING)
    task = ask(case.questions.get(number="1"), area, "How many?", TODAY + timedelta(days=7), BASE, world.officer)
    run_due()
    return task


def path_of(task: Task) -> str:
    return reverse("task", args=[token_of(task)])


def given(**more: Any) -> dict[str, Any]:
    return {"submission": str(uuid.uuid4()), "text": "", "by": "", **more}


def test_nothing_that_a_contact_gets_tells_who_asked(world: World, area: BusinessArea, client: Client) -> None:
    """No byte of page, mail or later page holds the name, a part of it, the address, or another question."""
    task = asked(world, area)
    remind(task.pk, world.officer)
    escalate(task.pk, world.officer)
    run_due()
    sent = client.post(path_of(task), given(text="Twelve."))
    seen = [client.get(path_of(task)).content.decode(), sent.content.decode(), client.get("/task/x/").content.decode()]
    assert len(mail.outbox) == 3
    seen += [f"{message.subject}\n{message.body}\n{message.message()}" for message in mail.outbox]
    assert sum("horses are under investigation" in each for each in seen) >= 4
    for each in seen:
        for secret in (NAME, *NAME.split(), EMAIL, EMAIL.split("@")[0], STREET, POSTCODE, "carts", task.case.reference):
            assert secret.lower() not in each.lower(), secret


def test_the_link_in_the_mail_leads_to_the_task(world: World, area: BusinessArea, client: Client) -> None:
    """Without an account, kept by no cache and told to no other site."""
    task = asked(world, area)
    link = re.search(rf"{re.escape(BASE)}(task/\S+/)", mail.outbox[0].body)
    assert link is not None
    assert mail.outbox[0].to == [area.email]
    page = client.get(f"/{link[1]}")
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]
    assert "How many?" in page.content.decode()
    assert task_of(token_of(task)).pk == task.pk


def test_a_contact_meets_the_force_and_not_the_public_site(world: World, area: BusinessArea, client: Client) -> None:
    """The task, the thanks and a dead link are headed by words alone: no menu, no search, no quick exit."""
    path = path_of(asked(world, area))
    pages = [client.get(path), client.post(path, given(text="Twelve.")), client.get(path[:-2] + "/")]
    assert [page.status_code for page in pages] == [200, 200, 410]
    for page in pages:
        text = page.content.decode()
        links = set(re.findall(r'<a [^>]*href="([^"#]+)', text))
        assert links == {reverse("portal:cookies"), reverse("portal:accessibility")}
        assert "service-navigation" not in text
        assert "data-candour-quick-exit" not in text
    for page in pages[:2]:
        assert f"{world.force}: Freedom of Information" in page.content.decode()
    assert "answer the mail" in pages[2].content.decode()


def test_the_officer_sees_what_became_of_hours_and_of_the_link(world: World, area: BusinessArea) -> None:
    """Hours are offered once; a link that ran out says so, and how the area gets it anew."""
    task = asked(world, area)
    officer = Client()
    officer.force_login(world.officer)
    page = reverse("desk:task", args=[task.case_id, task.pk])
    assert "Its link works until" in officer.get(page).content.decode()
    with time_machine.travel(NOW + timedelta(days=31, hours=1)):
        officer.force_login(world.officer)
        assert "Remind them, and they get it anew" in officer.get(page).content.decode()
    officer.force_login(world.officer)
    receive_reply(task, uuid.uuid4(), "", {FIRST: 1.5}, "")
    assert "Take the hours into the estimate" in officer.get(page).content.decode()
    take_hours(task, target(task.case, f"q{task.question_id}").version, world.officer)
    text = officer.get(page).content.decode()
    assert "Take the hours into the estimate" not in text
    assert "These hours are in the estimate of the question." in text


def test_a_link_dies_when_it_expires_is_taken_back_or_is_changed(
    world: World, area: BusinessArea, client: Client
) -> None:
    """Each leads to a page that says so, with nothing of the task; a reminder gives the link anew."""
    task = asked(world, area)
    path = path_of(task)
    for broken in (path[:-2] + "/", path.replace("/task/", "/task/x"), "/task/a:b:c/", "/task/%00/"):
        assert client.get(broken).status_code == 410
        assert client.post(broken, given(text="x")).status_code == 410
    with time_machine.travel(NOW + timedelta(days=31, hours=1)):
        page = client.get(path)
        assert page.status_code == 410
        assert "expired" in page.content.decode()
        assert "horses" not in page.content.decode()
        remind(task.pk, world.officer)
        assert client.get(path).status_code == 200
    revoke(task.pk, "Found elsewhere.", world.officer)
    assert client.get(path).status_code == 410
    with pytest.raises(Refused, match="taken back"):
        receive_reply(task, uuid.uuid4(), "x", {}, "")
    assert not task.replies.exists()


def test_a_link_opens_its_own_task_only(world: World, area: BusinessArea) -> None:
    """The number of another task under the secret of this one is no link."""
    one, two = asked(world, area), asked(world, area)
    two.link = one.link
    with pytest.raises(LinkGone):
        task_of(token_of(two))


def test_figures_and_hours_come_back(world: World, area: BusinessArea, client: Client) -> None:
    """They stand on the task for the officer, and the trail says what was given and not its words."""
    task = asked(world, area)
    page = client.post(path_of(task), given(text="2024\t12\n2025\t9", by="Mo", **{FIRST: "1.5", SECOND: "2"}))
    assert "Thank you" in page.content.decode()
    task.refresh_from_db()
    reply = task.replies.get()
    assert (task.state, reply.text, reply.hours) == (TaskState.ANSWERED, "2024\t12\n2025\t9", {FIRST: 1.5, SECOND: 2.0})
    event = Event.objects.get(kind=EventKind.TASK_ANSWERED)
    assert event.detail == "Stables gave an answer and 3.5 hours on question 1."
    client.force_login(world.officer)
    shown = client.get(reverse("desk:task", args=[task.case_id, task.pk])).content.decode()
    assert "2025\t9" in shown
    assert "Take the hours into the estimate" in shown
    assert "Answered" in client.get(reverse("desk:case", args=[task.case_id])).content.decode()


def test_the_hours_of_all_areas_make_the_estimate(world: World, area: BusinessArea) -> None:
    """Only activities that count; the sum of what each area gave on the question."""
    case = open_case(world)
    other = BusinessArea.objects.create(authority=world.force, name="Fleet", email="fleet@westvale.police.example")
    tasks = [asked(world, each, case) for each in (area, other)]
    with pytest.raises(Refused, match="No hours"):
        take_hours(tasks[0], 0, world.officer)
    receive_reply(tasks[0], uuid.uuid4(), "", {FIRST: 10.0, "tea": 90.0}, "")
    receive_reply(tasks[1], uuid.uuid4(), "", {FIRST: 5.0, SECOND: 4.0}, "")
    take_hours(tasks[0], 0, world.officer)
    estimate = Decision.objects.get(case=case).value.estimate
    assert estimate is not None
    assert (estimate.hours, estimate.basis) == (19.0, "As recorded by: Stables, Fleet.")


def test_a_file_goes_through_the_gate_and_waits_to_be_taken(world: World, area: BusinessArea) -> None:
    """It is in no answer until an officer takes it and agrees to it as to any upload."""
    task = asked(world, area)
    upload = SimpleUploadedFile("horses.csv", b"Year,Horses\r\n2024,12\r\n2025,9\r\n", "text/csv")
    receive_reply(task, uuid.uuid4(), "", {}, "", upload)
    checked = CheckedFile.objects.get()
    assert (checked.decision, checked.made_by, checked.reason) == (None, None, "")
    assert all(checked.proves(output.sha256) for output in checked.outputs.all())
    taken = take_file(checked.pk, 0, world.officer)
    assert taken.decision == target(task.case, f"q{task.question_id}")
    assert not taken.is_agreed
    assert all("question_1_file" in output.name for output in taken.outputs.all())
    with pytest.raises(CheckedFile.DoesNotExist):
        take_file(checked.pk, 1, world.officer)


def test_a_file_that_the_gate_blocks_is_told_to_both(world: World, area: BusinessArea, client: Client) -> None:
    """The contact learns why and how to go on, the task waits for them still, and nothing of the file is stored."""
    task = asked(world, area)
    path = path_of(task)
    upload = SimpleUploadedFile("x.exe", b"MZ" + bytes(200), "application/octet-stream")
    page = client.post(path, given(text="See file.", file=upload)).content.decode()
    checked = CheckedFile.objects.get()
    assert checked.reason in html.unescape(page)
    assert f'href="{path}"' in page
    assert "has your answer" not in page
    assert not checked.outputs.exists()
    task.refresh_from_db()
    assert task.state == TaskState.OPEN
    remind(task.pk, world.officer)
    client.post(path, given(text="Twelve."))
    task.refresh_from_db()
    assert task.state == TaskState.ANSWERED


def test_the_same_sent_again_by_another_form_is_one_reply(world: World, area: BusinessArea, client: Client) -> None:
    """A browser that goes back gets a new form and fills it with what was sent: the hours would count twice."""
    task = asked(world, area)
    for _ in range(2):
        file = SimpleUploadedFile("horses.csv", b"Year,Horses\r\n2024,12\r\n", "text/csv")
        client.post(path_of(task), given(text="Twelve.", file=file) | {FIRST: "3"})
    assert task.replies.count() == 1
    client.post(path_of(task), given(text="Twelve.") | {FIRST: "3"})
    client.post(path_of(task), given(text="Twelve.") | {FIRST: "4"})
    assert task.replies.count() == 3


def test_hours_that_are_none_are_told_by_their_activity(world: World, area: BusinessArea, client: Client) -> None:
    """In the summary each stands alone, so it says which hours it means and how they are written."""
    task = asked(world, area)
    page = client.post(path_of(task), given() | {FIRST: "-1", SECOND: "many"}).content.decode()
    for activity in countable_activities()[:2]:
        assert f"Enter the hours of {activity.text} as a number, such as 1.5" in page


def test_an_area_that_answered_can_be_asked_again(world: World, area: BusinessArea, client: Client) -> None:
    """The task leads to a new one about the same question, to the same area."""
    task = asked(world, area)
    path = reverse("desk:task", args=[task.case_id, task.pk])
    client.force_login(world.officer)
    again = f"{reverse('desk:new-task', args=[task.case_id])}?question={task.question_id}&area={area.pk}"
    assert again not in html.unescape(client.get(path).content.decode())
    receive_reply(task, uuid.uuid4(), "Next week.", {}, "")
    assert again in html.unescape(client.get(path).content.decode())
    page = client.get(again).content.decode()
    assert f'<option value="{area.pk}" selected>' in page
    assert client.get(again.replace(f"area={area.pk}", "area=x")).status_code == 200


def test_a_form_posted_twice_is_one_reply(world: World, area: BusinessArea, client: Client) -> None:
    """A double click adds nothing."""
    task = asked(world, area)
    form = given(text="Twelve.")
    for _ in range(2):
        assert client.post(path_of(task), form).status_code == 200
    assert task.replies.count() == 1


def test_a_link_takes_ten_replies_in_an_hour(world: World, area: BusinessArea, client: Client) -> None:
    """The eleventh is refused with a reason, and an hour later it is taken."""
    task = asked(world, area)
    for number in range(10):
        receive_reply(task, uuid.uuid4(), f"{number}", {}, "")
    page = client.post(path_of(task), given(text="once more")).content.decode()
    assert "Try again later" in page
    assert task.replies.count() == 10
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        receive_reply(task, uuid.uuid4(), "once more", {}, "")
    assert task.replies.count() == 11


@pytest.mark.parametrize(
    "posted", [{}, {"text": "   "}, {FIRST: "-1"}, {FIRST: "many"}, {"submission": "x", "text": "y"}]
)
def test_a_reply_that_says_nothing_is_not_taken(
    world: World, area: BusinessArea, client: Client, posted: dict[str, str]
) -> None:
    """The form comes back with what is wrong, and nothing is stored."""
    task = asked(world, area)
    page = client.post(path_of(task), given(**posted))
    assert page.status_code == 200
    assert "Thank you" not in page.content.decode()
    assert not task.replies.exists()


def test_the_desk_reminds_and_escalates_by_itself(world: World, area: BusinessArea) -> None:
    """After five working days and after eight, each once, by a job that is there once a day."""
    task = asked(world, area)
    seen = []
    for days in range(16):
        with time_machine.travel(NOW + timedelta(days=days)):
            plan_the_day()
            plan_the_day()
            run_due()
            seen.append(len(mail.outbox))
    # 27 March 2026 is a Friday; Good Friday and Easter Monday, 3 and 6 April, do not count.
    assert seen == [1] * 11 + [2] * 3 + [3] * 2
    assert [message.to for message in mail.outbox] == [[area.email], [area.email], [area.escalation_email]]
    assert Job.objects.filter(kind="task.chase").count() == 16
    revoke(task.pk, "x", world.officer)
    with time_machine.travel(NOW + timedelta(days=20)):
        plan_the_day()
    assert Job.objects.filter(kind="task.chase").count() == 16


def test_an_area_that_answered_is_left_alone(world: World, area: BusinessArea) -> None:
    """Nobody is reminded of what they have done."""
    task = asked(world, area)
    receive_reply(task, uuid.uuid4(), "Twelve.", {}, "")
    with time_machine.travel(NOW + timedelta(days=30)):
        plan_the_day()
        run_due()
    assert len(mail.outbox) == 1
    with pytest.raises(Refused, match="not open any more"):
        remind(task.pk, world.officer)


def test_areas_of_another_force_are_not_asked(world: World, area: BusinessArea) -> None:
    """Nor those out of use, nor for a day that is past; people of another force ask nobody here."""
    case = open_case(world)
    question = case.questions.all()[0]
    far = BusinessArea.objects.create(authority=world.elsewhere, name="Far", email="far@kingsferry.police.example")
    with pytest.raises(Refused, match="business area of the force"):
        ask(question, far, "x", TODAY, BASE, world.officer)
    with pytest.raises(Refused, match="still to come"):
        ask(question, area, "x", TODAY - timedelta(days=1), BASE, world.officer)
    with pytest.raises(NotAllowed):
        ask(question, area, "x", TODAY, BASE, world.outsider)
    BusinessArea.objects.filter(pk=area.pk).update(in_use=False)
    area.refresh_from_db()
    with pytest.raises(Refused, match="in use"):
        ask(question, area, "x", TODAY, BASE, world.officer)


def test_the_pages_of_a_task_do_what_they_say(world: World, area: BusinessArea, client: Client) -> None:
    """Ask, remind, escalate, take back, each by its button."""
    case = open_case(world)
    client.force_login(world.officer)
    form = {"question": case.questions.get(number="1").pk, "area": area.pk, "asked": "How many?"}
    form |= {"wanted_by_day": "3", "wanted_by_month": "4", "wanted_by_year": "2026"}
    client.post(reverse("desk:new-task", args=[case.pk]), form)
    task = Task.objects.get()
    path = reverse("desk:task", args=[case.pk, task.pk])
    assert token_of(task) in client.get(path).content.decode()
    for action in ("remind", "escalate"):
        client.post(path, {"action": action})
    task.refresh_from_db()
    assert task.reminded_at and task.escalated_at
    assert "This field is required" not in client.post(path, {"action": "revoke"}).content.decode()
    client.post(path, {"action": "revoke", "why": "Found."})
    task.refresh_from_db()
    assert task.state == TaskState.REVOKED
    assert client.post(path, {"action": "file", "file": "x", "version": "0"}).status_code == 302


# A contact who has signed in


@pytest.fixture
def contact(world: World) -> StaffMember:
    """Somebody who answers for the records of the force."""
    person = make_staff(world.force, "cleo", "Cleo", "contact")
    person.email = "RECORDS@westvale.police.example"
    person.save()
    return person


def given_to(world: World, email: str = "records@westvale.police.example", number: str = "1") -> Task:
    """A task of an area with that address."""
    area, _ = BusinessArea.objects.get_or_create(
        authority=world.force, name=email.split("@", maxsplit=1)[0], email=email
    )
    question = open_case(world, TELLING).questions.get(number=number)
    return ask(question, area, "By year, please.", TODAY + timedelta(days=5), "http://testserver/", world.officer)


def test_a_contact_finds_what_was_asked_of_them_and_nothing_else(
    world: World, client: Client, contact: StaffMember
) -> None:
    """Their first page lists their tasks; of who asked, of the case and of other areas nothing is shown."""
    mine, other = given_to(world), given_to(world, "stables@westvale.police.example")
    client.force_login(contact)
    first = client.get(reverse("desk:caseload"))
    assert first.status_code == 302 and first["Location"] == reverse("desk:given-tasks")
    pages = [client.get(reverse("desk:given-tasks")), client.get(reverse("desk:given-task", args=[mine.pk]))]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200 and page["Cache-Control"] == "private, no-store"
        for secret in (NAME, *NAME.split(), EMAIL, STREET, POSTCODE, "carts", mine.case.reference, ">Caseload<"):
            assert secret.lower() not in text.lower(), secret
    assert "Open (1)" in pages[0].content.decode() and f"Task {mine.pk}<" in pages[0].content.decode()
    assert client.get(reverse("desk:given-task", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("shown", ["open", "answered", "all"])
def test_the_tasks_of_a_contact_are_counted_once(
    world: World, client: Client, contact: StaffMember, shown: str
) -> None:
    """What waits, what was answered and how many pages there are: one question of the database."""
    Task.objects.filter(pk=given_to(world).pk).update(state=TaskState.ANSWERED)
    given_to(world)
    client.force_login(contact)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("desk:given-tasks"), {"show": shown}).content.decode()
    assert "Open (1)" in page and "Answered (1)" in page
    assert len([each for each in queries if "COUNT(" in each["sql"]]) == 1


def test_a_contact_answers_as_by_the_link(world: World, client: Client, contact: StaffMember) -> None:
    """Also when the link has expired; a form that is posted twice adds nothing, and an empty one says what to give."""
    task = given_to(world)
    Task.objects.filter(pk=task.pk).update(expires_at=timezone.now() - timedelta(days=1))
    client.force_login(contact)
    path = reverse("desk:given-task", args=[task.pk])
    form = {"submission": str(uuid.uuid4()), "by": "Cleo"}
    assert "give a file, or say how long it took" in client.post(path, form).content.decode()
    for _ in range(2):
        answer = client.post(path, {**form, "text": "2024: 12"}).content.decode()
    assert "Go back to your tasks" in answer
    task.refresh_from_db()
    assert (task.state, task.replies.count()) == (TaskState.ANSWERED, 1)
    assert "Nothing waits for you" in client.get(reverse("desk:given-tasks")).content.decode()
    assert f"Task {task.pk}<" in client.get(reverse("desk:given-tasks") + "?show=answered").content.decode()


def test_what_was_taken_back_or_destroyed_is_no_longer_given(
    world: World, client: Client, contact: StaffMember
) -> None:
    """Neither listed nor found."""
    back, gone = given_to(world), given_to(world)
    revoke(back.pk, "Found elsewhere.", world.officer)
    Case.objects.filter(pk=gone.case_id).update(destroyed_at=timezone.now())
    client.force_login(contact)
    assert "Open (0)" in client.get(reverse("desk:given-tasks")).content.decode()
    for task in (back, gone):
        assert client.get(reverse("desk:given-task", args=[task.pk])).status_code == 404


def test_who_is_no_contact_has_no_tasks_given(world: World, client: Client, contact: StaffMember) -> None:
    """Nor has a contact whose account has no address, or one of another force with the same address."""
    task = given_to(world)
    client.force_login(world.officer)
    assert client.get(reverse("desk:given-tasks")).status_code == 403
    contact.email = ""
    contact.save()
    client.force_login(contact)
    assert "no e-mail address" in client.get(reverse("desk:given-tasks")).content.decode()
    far = make_staff(world.elsewhere, "fay", "Fay", "contact")
    far.email = task.area.email
    far.save()
    client.force_login(far)
    assert client.get(reverse("desk:given-task", args=[task.pk])).status_code == 404


@pytest.mark.parametrize(
    ("role", "page"),
    [("national", "desk:referrals"), ("contact", "desk:given-tasks"), ("administrator", "admin:index")],
)
def test_who_sees_no_cases_comes_to_a_page_of_their_own(world: World, client: Client, role: str, page: str) -> None:
    """And a page that is refused leads back there."""
    client.force_login(make_staff(world.force, "nel", "Nel", role))
    assert client.get(reverse("desk:caseload"))["Location"] == reverse(page)
    refused = client.get(reverse("desk:my-day"))
    assert refused.status_code == 403
    assert f'href="{reverse(page)}">Go back to the first page' in refused.content.decode()
    assert reverse("desk:new-request") not in refused.content.decode()


# The national unit


def test_the_unit_sees_the_question_that_was_referred_and_nothing_else(world: World, client: Client) -> None:
    """Not who asked, not the other question, not the case; and its advice comes back while the clock goes on."""
    unit = make_staff(world.elsewhere, "una", "Una", "national")
    case = open_case(world, TELLING)
    due = case.due
    made = refer(case.questions.get(number="1"), world.elsewhere, "One line for all forces?", world.officer)
    client.force_login(unit)
    pages = [client.get(reverse("desk:referrals")), client.get(reverse("desk:referral", args=[made.pk]))]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        for secret in (NAME, *NAME.split(), EMAIL, STREET, POSTCODE, "carts", case.reference):
            assert secret.lower() not in text.lower(), secret
    assert "One line for all forces?" in pages[1].content.decode()
    assert client.get(reverse("desk:case", args=[case.pk])).status_code == 403
    client.post(reverse("desk:referral", args=[made.pk]), {"advice": "Deny in the same words."})
    made.refresh_from_db()
    assert (made.advice, made.advised_by) == ("Deny in the same words.", unit)
    with pytest.raises(Refused, match="given already"):
        advise(made.pk, "x", unit)
    client.force_login(world.officer)
    assert "Deny in the same words." in client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert Case.objects.get(pk=case.pk).due == due


def test_only_the_unit_of_that_authority_advises(world: World, client: Client) -> None:
    """Neither its other staff, nor a unit elsewhere, nor the force itself; and only to a unit is anything referred."""
    case = open_case(world)
    question = case.questions.all()[0]
    with pytest.raises(Refused, match="no national unit"):
        refer(question, world.elsewhere, "x", world.officer)
    make_staff(world.elsewhere, "una", "Una", "national")
    made = refer(question, world.elsewhere, "x", world.officer)
    own = make_staff(world.force, "own", "Otto", "national")
    for person in (own, world.outsider, world.officer):
        with pytest.raises(NotAllowed):
            advise(made.pk, "x", person)
    client.force_login(own)
    assert client.get(reverse("desk:referral", args=[made.pk])).status_code == 404
    client.force_login(world.outsider)
    assert client.get(reverse("desk:referrals")).status_code == 403
