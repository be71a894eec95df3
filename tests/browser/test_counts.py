"""The table builder in a browser: from pasted counts to a cleared letter, usable wide and at 320 pixels."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import Page, expect

from candour.desk.answering.decide import changing, target
from candour.desk.models import Case, Decision, ProtectedCounts, ResponseState, StaffMember

from .conftest import Visits
from .pages import NARROW, ROOT, every_finding
from .walk import case_at, choose, follow, heading, press, see, sign_in, write

COUNTS = """\
Kind\tOffence\tYear\tCases
Acquisitive\tBurglary\t2023\t24
Acquisitive\tBurglary\t2024\t31
Acquisitive\tBurglary\t2025\t27
Acquisitive\tTheft\t2023\t14
Acquisitive\tTheft\t2024\t3
Acquisitive\tTheft\t2025\t44
Other\tArson\t2023\t0
Other\tArson\t2024\t12
Other\tArson\t2025\t2
Other\tCruelty\t2023\t8
Other\tCruelty\t2024\t19
Other\tCruelty\t2025\t23"""
TITLE = "Animals harmed, by offence and year"
_PICTURES = ROOT / "test-results"


def test_counts_become_safe_and_are_cleared(page: Page) -> None:
    """An officer pastes counts, sees the marks and the proof, agrees, and an approver clears the safe table."""
    case = undecided()
    sign_in(page, "will.westvale")
    findings = []
    page.goto(reverse("desk:step", args=[case.pk, name_of(case, 1), "disclosure"]))
    press(page, "Save and add a table")
    expect(heading(page)).to_have_text("What does the table hold?")
    findings += every_finding(page)
    choose(page, "Counts of cases or people")
    press(page, "Continue")

    press(page, "Continue")
    see(page, "There is a problem")
    findings += every_finding(page)
    write(page, "What does the table show?", TITLE)
    write(page, "The counts", COUNTS.replace("\t31", "\t-31"))
    write(page, "The name of another register (optional)", "Misconduct cases")
    press(page, "Continue")
    expect(heading(page)).to_have_text("What we understood")
    findings += every_finding(page)
    press(page, "See what would be safe")
    see(page, "Line 3: Offence Burglary, Year 2024 is “-31”: a count is a whole number of 0 or more.")
    findings += every_finding(page)
    follow(page, "Change the counts")
    write(page, "The counts", COUNTS)
    press(page, "Continue")
    expect(page.get_by_label("Column “Kind”")).to_have_value("groups:Offence")
    expect(page.get_by_label("Column “Cases”")).to_have_value("counts")
    picture(page, "counts-rules")
    press(page, "See what would be safe")

    expect(heading(page)).to_have_text(TITLE)
    see(
        page,
        "Every small count could be 0 and could be 5 or more",
        "checked in whole numbers",
        "3, small",
        "for others",
    )
    findings += every_finding(page)
    picture(page, "counts-ways")
    follow(page, "Show this one (round every figure)")
    see(page, "This way does not make the table safe under your rules")
    findings += every_finding(page)
    picture(page, "counts-rounded")
    follow(page, "Show this one (withhold figures)")

    page.get_by_text("Decide on one figure").click()
    page.get_by_label("Offence", exact=True).select_option("Cruelty")
    page.get_by_label("Year", exact=True).select_option("2023")
    choose(page, "Protect it")
    press(page, "Decide on this figure")
    see(page, "Enter why this figure is treated so")
    findings += every_finding(page)
    write(page, "Why, or where is it public?", "A local paper named all but one of them.")
    press(page, "Decide on this figure")
    see(page, "8, small", "by decision", "A local paper named all but one of them.")
    findings += every_finding(page)
    press(page, "Put this table into the answer")
    see(page, f"The table “{TITLE}” is in the answer, made safe.", "made safe")
    findings += every_finding(page)
    write(page, "What do we disclose?", "The number of animals harmed, by offence and year.")
    press(page, "Save and continue")
    press(page, "Complete this decision")

    page.goto(reverse("desk:letter", args=[case.pk]))
    letter = page.locator(".candour-paper")
    expect(letter.get_by_role("row", name=re.compile("^Theft"))).to_contain_text("withheld")
    expect(letter).to_contain_text("figures are not shown, so that nobody can be identified")
    expect(letter).not_to_contain_text("small")
    findings += every_finding(page)
    picture(page, "counts-letter")
    press(page, "Put it up for clearance")
    see(page, "The letter is up for clearance.")

    sign_in_as(page, "wendy.westvale")
    page.goto(reverse("desk:clearance", args=[case.pk]))
    see(page, "Tables made safe", "Withhold figures, agreed by", "because “A local paper named all but one of them.”")
    findings += every_finding(page)
    picture(page, "counts-clearance")
    press(page, "Clear this letter")
    see(page, "The letter is cleared. It can now be sent.")
    assert case.responses.get().state == ResponseState.CLEARED
    assert not findings, "\n".join(findings)


def test_the_builder_works_without_scripts_on_a_narrow_screen(visits: Visits) -> None:
    """At 320 pixels and without scripts a table is pasted, made safe and put into the answer."""
    page = visits.open(NARROW, javascript=False)
    case = undecided()
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:new-counts", args=[case.pk, name_of(case, 1)]))
    write(page, "What does the table show?", TITLE)
    write(page, "The counts", COUNTS)
    write(page, "The name of another register (optional)", "Misconduct cases")
    press(page, "Continue")
    press(page, "See what would be safe")
    see(page, "checked in whole numbers")
    press(page, "Put this table into the answer")
    see(page, "made safe")
    assert ProtectedCounts.objects.get(decision__case=case).is_agreed


def test_small_counts_in_other_figures_are_confirmed(page: Page) -> None:
    """Small counts in a free table are named on the decision and on the letter, which asks for a reason."""
    case = undecided()
    sign_in(page, "will.westvale")
    name = name_of(case, 1)
    page.goto(reverse("desk:new-exhibit", args=[case.pk, name]))
    write(page, "What does the table show?", "Dogs")
    write(page, "The table", "Station\tDogs\nNorth\t2\nSouth\t12")
    press(page, "Save the table")
    page.goto(reverse("desk:decision", args=[case.pk, name]))
    see(page, "Small counts can identify people.", "North, Dogs is 2")
    findings = every_finding(page)
    press(page, "Complete this decision")
    page.goto(reverse("desk:letter", args=[case.pk]))
    press(page, "Put it up for clearance")
    see(page, "Enter why the small counts may be shown")
    findings += every_finding(page)
    write(page, "Why may the small counts be shown?", "Dogs are not people.")
    press(page, "Put it up for clearance")
    see(page, "The letter is up for clearance.")
    assert not findings, "\n".join(findings)


def undecided() -> Case:
    """The example case that is new, with its first question to be disclosed and the others not held."""
    case = case_at("190A")
    officer = StaffMember.objects.get(username="will.westvale")
    for question in case.questions.all():
        decision = target(case, f"q{question.pk}")
        with changing(decision, 0, officer, "for the test") as stored:
            stored.outcome = "disclosed" if question.number == "1" else "not_held"
            stored.explanation = "" if question.number == "1" else "We searched the register."
    Decision.objects.filter(case=case).exclude(question__number="1").update(completed=True)
    return case


def name_of(case: Case, number: int) -> str:
    """The question in the addresses of its decision."""
    return f"q{case.questions.get(number=str(number)).pk}"


def sign_in_as(page: Page, username: str) -> None:
    """Sign in as somebody else."""
    page.context.clear_cookies()
    sign_in(page, username)


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like, wide and on a phone."""
    _PICTURES.mkdir(exist_ok=True)
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = false; })")
    page.screenshot(path=_PICTURES / f"{name}.png", full_page=True)
    before = page.viewport_size
    page.set_viewport_size(NARROW)
    page.screenshot(path=_PICTURES / f"{name}-narrow.png", full_page=True)
    if before:
        page.set_viewport_size(before)
