"""A case in two stages: a business area answers by its link, two people clear, and each letter is on the log."""

from __future__ import annotations

import re
from pathlib import Path

from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from candour.desk.business_areas.referral import refer
from candour.desk.business_areas.tasks import ask, token_of
from candour.desk.jobs import run_due
from candour.desk.models import Authority, BusinessArea, Case, Response, StaffMember, Task
from candour.law import Decision as LawDecision
from candour.law import Outcome
from candour.letters.response import Answer
from candour.site.demo import PASSWORD, decide

from .conftest import Visits
from .pages import assert_usable, every_finding
from .walk import (
    case_at,
    choose,
    follow,
    heading,
    press,
    see,
    sign_in,
    tick,
    working_days_ago,
    write,
    write_date,
    write_request,
)

RULES = (Path(__file__).parents[2] / "docs" / "examples" / "clearance.toml").read_text(encoding="utf-8")
REQUEST = {
    "requester": "Robin Quillfeather",
    "requester_email": "robin@requester.example",
    "subject": "Police boats",
    "text": "1. How many boats does the force keep?\n2. How many hours were they on the water in 2025?\n",
}


def test_what_is_ready_goes_first_after_an_area_answered_and_two_people_cleared_it(visits: Visits) -> None:
    """Entered, asked, answered by link, decided, cleared in two steps, sent in two letters, published, found."""
    people()
    will = visits.open()
    sign_in(will, "will.westvale")
    case = enter(will)
    ask_the_boatyard(will, case)
    answer_by_link(visits.open())
    take_what_came_back(will, case)
    first = put_up_a_stage(will, case)
    clear_in_two_steps(visits, will, case)
    send_and_publish(will, case)
    see(will, "1 of 2 decided, 1 of them answered")
    decide_the_second(case)
    will.goto(reverse("desk:letter", args=[case.pk]))
    see(will, f"Our letter of {_day()} answered question 1.", "every part of your request has been answered")
    press(will, "Put it up for clearance")
    clear_in_two_steps(visits, will, case)
    send_and_publish(will, case)
    see(will, "The case is closed")
    assert_usable(will)
    read_the_log(visits.open(), case, first)


def people() -> None:
    """The force asks an approver, then its legal adviser, of every answer; the boatyard is known."""
    force = Authority.objects.get(slug="westvale")
    force.clearance = RULES.replace('outcomes = ["ncnd"]', 'letters = ["answer"]')
    force.full_clean()
    force.save()
    adviser = StaffMember(username="lena.westvale", first_name="Lena", last_name="Hart", authority=force, role="legal")
    adviser.set_password(PASSWORD)
    adviser.save()
    BusinessArea.objects.create(authority=force, name="Boatyard", email="boatyard@westvale.police.example")


def enter(page: Page) -> Case:
    press(page, "Enter a request")
    write_request(page, REQUEST, working_days_ago(3))
    press(page, "Save and check the questions")
    press(page, "Save the questions")
    return Case.objects.get(title="Police boats")


def ask_the_boatyard(page: Page, case: Case) -> None:
    run_due()  # the mails that the examples left waiting
    follow(page, "Ask a business area")
    assert_usable(page)
    press(page, "Ask them")
    see(page, "There is a problem")
    write(page, "What do you need from them?", "Count every boat on the register.")
    today = timezone.localdate()
    write_date(page, "By when?", today.day, today.month, today.year)
    press(page, "Ask them")
    see(page, "Boatyard is asked by mail.")
    assert_usable(page)
    mail.outbox.clear()
    run_due()


def answer_by_link(page: Page) -> None:
    """Without an account, by keyboard alone, and without a word of who asked."""
    link = re.search(r"https?://[^/]+(/task/\S+)", str(mail.outbox[0].body))
    assert link is not None
    page.goto(link[1])
    assert_usable(page)
    said = page.content()
    assert not any(word in said for word in ("Quillfeather", "Robin", "requester.example", "on the water"))
    page.get_by_label("Your answer (optional if you give a file)", exact=True).focus()
    page.keyboard.type("Four boats.")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("1.5")
    page.get_by_role("main").get_by_role("button", name="Send", exact=True).focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Sent")
    assert_usable(page)


def take_what_came_back(page: Page, case: Case) -> None:
    task = Task.objects.get(case=case)
    page.goto(reverse("desk:task", args=[case.pk, task.pk]))
    see(page, "Four boats.", "1.5 hours")
    assert_usable(page)
    press(page, "Take the hours into the estimate")
    see(page, "The hours are in the estimate of the question.")
    officer = StaffMember.objects.get(username="will.westvale")
    decide(case, Answer(LawDecision(Outcome.NOT_HELD, explanation="We keep no boats."), ("1",)), officer)


def decide_the_second(case: Case) -> None:
    officer = StaffMember.objects.get(username="will.westvale")
    decide(case, Answer(LawDecision(Outcome.NOT_HELD, explanation="So no hours either."), ("2",)), officer)


def put_up_a_stage(page: Page, case: Case) -> Response:
    page.goto(reverse("desk:case", args=[case.pk]))
    follow(page, "Answer in stages: send what is ready first")
    assert_usable(page)
    tick(page, "Question 1")
    press(page, "See the letter to these questions")
    see(page, "This letter answers question 1 only.", "Another letter will answer question 2.")
    assert_usable(page)
    press(page, "Put it up for clearance")
    return Response.objects.get(case=case)


def clear_in_two_steps(visits: Visits, officer: Page, case: Case) -> None:
    """The approver first; the adviser comments, and clears once that is settled."""
    address = reverse("desk:clearance", args=[case.pk])
    lena, wendy = visits.open(), visits.open()
    sign_in(lena, "lena.westvale")
    lena.goto(address)
    see(lena, "Your step comes later. The letter waits for: Approver.")
    lena.get_by_role("link", name="Comment on passage 3", exact=True).click()
    assert_usable(lena)
    write(lena, "What should change in this passage?", "Is that the right date?")
    press(lena, "Add the comment")
    see(lena, "Your comment is there.", "Lena Hart: Is that the right date?")
    officer.goto(address)
    officer.get_by_role("link", name=re.compile("^Settle it")).click()
    write(officer, "How is it settled?", "It is.")
    press(officer, "It is settled")
    see(officer, "The comment is settled.")
    sign_in(wendy, "wendy.westvale")
    wendy.goto(address)
    press(wendy, "Clear this letter")
    see(wendy, "Your step is recorded. The letter waits for the others.")
    lena.goto(address)
    assert_usable(lena)
    press(lena, "Clear this letter")
    see(lena, "The letter is cleared. It can now be sent.")


def send_and_publish(page: Page, case: Case) -> None:
    page.goto(reverse("post:send", args=[case.pk]))
    press(page, "Send the letter")
    see(page, "The letter has been sent.", "Answers sent")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Publish it")).click()
    choose(page, "Publish it now")
    write(page, "Why?", "Of general interest.")
    page.get_by_role("checkbox", name="I have read the page below").check()
    press(page, "Decide")
    see(page, "The answer is on the disclosure log.")
    page.goto(reverse("desk:case", args=[case.pk]))


def read_the_log(page: Page, case: Case, first: Response) -> None:
    """Each entry leads to the other."""
    entry = first.publication  # type: ignore[attr-defined]  # the other side of a one-to-one relation
    page.goto(reverse("portal:entry", args=[entry.authority.slug, entry.slug]))
    see(page, "This letter answers question 1.", "Other answers to the same request:")
    assert_usable(page)
    page.get_by_role("link", name=re.compile("^Police boats, question 2")).click()
    see(page, "This letter answers question 2.")
    assert case.responses.count() == 2


def _day() -> str:
    today = timezone.localdate()
    return f"{today.day} {today:%B %Y}"


def test_the_pages_for_asking_others_are_usable(visits: Visits) -> None:
    """Task, referral, triage, profile and the letter of an entry: accessible, at 320 pixels and at 200%."""
    case, sent = case_at("190A"), case_at("402A")
    officer = StaffMember.objects.get(username="will.westvale")
    area = BusinessArea.objects.create(authority=case.authority, name="Boatyard", email="boatyard@westvale.example")
    unit = StaffMember(
        username="una", first_name="Una", authority=Authority.objects.get(slug="kingsferry"), role="national"
    )
    unit.set_password(PASSWORD)
    unit.save()
    question = case.questions.all()[0]
    task = ask(question, area, "How many?", timezone.localdate(), "https://foi.westvale.example/", officer)
    made = refer(question, unit.authority, "One line for all?", officer)
    page = visits.open()
    sign_in(page, "will.westvale")
    findings = []
    for name in ("new-task", "new-referral", "triage", "profile", "letter", "case"):
        page.goto(reverse(f"desk:{name}", args=[case.pk]))
        findings += every_finding(page)
    letter = sent.responses.get()
    for name, number in (("task", task.pk), ("publish-letter", letter.pk), ("notice-clearance", letter.pk)):
        page.goto(reverse(f"desk:{name}", args=[(case if name == "task" else sent).pk, number]))
        findings += every_finding(page)
    page.goto(reverse("task", args=[token_of(task)]))
    findings += every_finding(page)
    una = visits.open()
    sign_in(una, "una", "Questions referred to you")
    for address in (reverse("desk:referrals"), reverse("desk:referral", args=[made.pk])):
        una.goto(address)
        findings += every_finding(una)
    cleo = visits.open()
    StaffMember.objects.filter(username="cleo.westvale").update(email=task.area.email)
    sign_in(cleo, "cleo.westvale", "Your tasks")
    see(cleo, f"Task {task.pk}")
    findings += every_finding(cleo)
    cleo.goto(reverse("desk:given-task", args=[task.pk]))
    findings += every_finding(cleo)
    assert not findings, "\n".join(findings)
