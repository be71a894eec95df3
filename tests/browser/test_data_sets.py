"""Data sets in a browser: from an uploaded extract to a count that is made safe for an answer."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from playwright.sync_api import Page, expect

from candour.desk.counting import data_sets
from candour.desk.jobs import run_due
from candour.desk.models import ProtectedCounts, RecordSet, RecordsUpload, StaffMember

from .conftest import Visits
from .pages import NARROW, every_finding
from .test_counts import name_of, picture, undecided
from .walk import choose, heading, press, see, sign_in, tick, write

TITLE = "Officers, by year and rank"


def register(bad: str = "") -> bytes:
    """An invented register of 60 allegations."""
    rows = [
        (
            f"C{at}",
            f"P{at % 40}",
            "PC" if at % 3 else "PS",
            "Neglect" if at % 2 else "Incivility",
            f"03/05/{2022 + at % 4}",
        )
        for at in range(60)
    ]
    out = io.StringIO()
    csv.writer(out).writerows([("Case Ref", "Officer No", "Rank", "Nature", "Date received"), *rows])
    return (out.getvalue() + (f"C99,P99,PC,Neglect,{bad}\n" if bad else "")).encode()


def attach(page: Page, content: bytes, name: str) -> None:
    """Choose a file."""
    page.get_by_label("The extract", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def test_an_extract_becomes_a_data_set_and_a_count_in_the_builder(page: Page) -> None:
    """An officer uploads an extract, looks at what was understood, imports it, and counts from it in three steps."""
    case = undecided()
    sign_in(page, "will.westvale")
    findings = []
    page.goto(reverse("desk:data-sets"))
    see(page, "There is no data set yet. Add an extract")
    findings += every_finding(page)
    page.get_by_role("button", name="Add a data set").click()
    press(page, "Upload")
    see(page, "There is a problem", "Choose the file")
    findings += every_finding(page)
    write(page, "What is the data set called?", "Conduct matters")
    attach(page, register("30/02/2023"), "conduct.csv")
    press(page, "Upload")
    expect(heading(page)).to_have_text("What we understood")
    see(
        page,
        "61 rows",
        "line 62, Date received: “30/02/2023” is no date: February 2023 has 28 days.",
        "is read as “Constable”",
    )
    findings += every_finding(page)
    picture(page, "data-set-understood")
    press(page, "Import it")
    see(page, "Tick this to import although some rows were not understood")
    findings += every_finding(page)
    tick(page, "Import it although some rows were not understood")
    press(page, "Import it")
    expect(heading(page)).to_have_text("Conduct matters")
    see(page, "conduct.csv", "Extract imported")
    findings += every_finding(page)
    picture(page, "data-set")

    page.goto(reverse("desk:add-table", args=[case.pk, name_of(case, 1)]))
    choose(page, "A count from a data set of the force")
    press(page, "Continue")
    findings += every_finding(page)
    choose(page, "Conduct matters")
    press(page, "Continue")
    expect(heading(page)).to_have_text("What to count in Conduct matters")
    findings += every_finding(page)
    write(page, "What does the table show?", TITLE)
    choose(page, "People")
    page.get_by_label("By what?", exact=True).select_option("year")
    page.get_by_label("And by what?", exact=True).select_option("rank")
    picture(page, "count-what")
    write(page, "Only some of the rows?", 'colour = "red"')
    press(page, "See the table")
    see(page, "There is no column “colour”")
    findings += every_finding(page)
    write(page, "Only some of the rows?", "")
    press(page, "See the table")
    expect(heading(page)).to_have_text(TITLE)
    see(page, "These are true counts", "The parts do not add up to their totals")
    findings += every_finding(page)
    picture(page, "count-table")
    page.get_by_role("link", name="count each in one category only").click()
    see(page, "More than one")
    press(page, "Make these counts safe")
    expect(heading(page)).to_have_text("What we understood")
    press(page, "See what would be safe")
    see(page, "Each is counted in one category only", "The chart that readers of the log will see")
    findings += every_finding(page)
    picture(page, "count-safe-chart")
    press(page, "Put this table into the answer")
    see(page, "made safe")
    made = ProtectedCounts.objects.get(decision__case=case)
    assert made.is_agreed
    assert made.unit == "people"

    record_set = RecordSet.objects.get(authority__slug="westvale")
    page.goto(reverse("desk:data-set", args=[record_set.pk]))
    page.get_by_role("link", name=TITLE).click()
    see(page, "No figure has changed.", "As readers will see it: from the protected table")
    findings += every_finding(page)
    picture(page, "saved-count")
    officer = StaffMember.objects.get(username="will.westvale")
    officer.user_permissions.add(Permission.objects.get(codename="see_case_rows"))
    for name in ("extract-later", "data-set-rows"):
        page.goto(reverse(f"desk:{name}", args=[record_set.pk]))
        findings += every_finding(page)
    assert not findings, "\n".join(findings)


def test_a_data_set_is_made_without_scripts_on_a_narrow_screen(visits: Visits) -> None:
    """At 320 pixels and without scripts an extract is uploaded, confirmed and counted."""
    page = visits.open(NARROW, javascript=False)
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:extract-new"))
    write(page, "What is the data set called?", "Conduct matters")
    attach(page, register(), "conduct.csv")
    press(page, "Upload")
    press(page, "Import it")
    expect(heading(page)).to_have_text("Conduct matters")
    see(page, "60 rows")


def test_a_large_extract_is_followed_on_its_page(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of an extract that is worked on says so, and has a button that stops the work."""
    monkeypatch.setattr(data_sets, "AT_ONCE", 0)
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:extract-new"))
    write(page, "What is the data set called?", "Large matters")
    attach(page, register("30/02/2023"), "large.csv")
    press(page, "Upload")
    see(page, "It waits for its turn", "worked on in the background")
    findings = every_finding(page)
    picture(page, "extract-awaited")
    press(page, "Stop")
    page.goto(reverse("desk:extract", args=[RecordsUpload.objects.get().pk]))
    see(page, "It was stopped. Nothing of it took effect.")
    findings += every_finding(page)
    press(page, "Do it again")
    run_due()
    page.goto(reverse("desk:extract", args=[RecordsUpload.objects.get().pk]))
    see(page, "61 rows", "1 cell was not understood")
    tick(page, "Import it although some rows were not understood")
    press(page, "Import it")
    see(page, "It waits for its turn")
    run_due()
    page.get_by_role("link", name="See how far it is now").click()
    see(page, "large.csv is in “Large matters”")
    assert not findings, "\n".join(findings)
