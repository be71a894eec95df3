"""A file through the gate in a browser: what hides in a real workbook, side by side, agreed, in the letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from files.pages.pdf_canaries import pdf
from playwright.sync_api import Page, expect

from candour.desk.jobs import run_due
from candour.desk.models import CheckedFile
from candour.held.models import HeldUpload

from .conftest import Visits
from .pages import ROOT, every_finding
from .test_counts import name_of, picture, undecided
from .walk import choose, follow, heading, press, see, sign_in, tick, write

SAMPLE = ROOT.parent / "shared" / "samples" / "release" / "alaveteli__suspect.xlsx"
"""A workbook with the data behind a pivot table, a hidden sheet, hidden rows and the cells of another workbook."""


def test_a_workbook_with_data_behind_a_pivot_table_is_given_rebuilt(page: Page, tmp_path: Path) -> None:
    """The officer uploads it, reads what was found, compares both, agrees, and the letter names the rebuilt files."""
    if not SAMPLE.exists():
        pytest.skip("the samples of real files are not beside the repository")
    case = undecided()
    sign_in(page, "will.westvale")
    run_due()  # the mails that the examples left waiting
    findings = []
    page.goto(reverse("desk:step", args=[case.pk, name_of(case, 1), "disclosure"]))
    press(page, "Save and add a table")
    choose(page, "It is in a file")
    press(page, "Continue")
    expect(heading(page)).to_have_text("Give a file")
    findings += every_finding(page)
    picture(page, "file-upload")

    press(page, "Look into the file")
    see(page, "There is a problem")
    findings += every_finding(page)
    write(page, "What does the file show?", "Sales by region")
    page.get_by_label("The file", exact=True).set_input_files(SAMPLE)
    press(page, "Look into the file")

    expect(heading(page)).to_have_text("Sales by region")
    see(page, "Waiting for its turn", "This page asks again every few seconds")
    findings += every_finding(page)
    picture(page, "file-awaited")
    assert run_due() == 1
    page.goto(page.url)
    see(
        page,
        "Rows of data behind pivot tables: 5",
        "5 rows × 5 columns behind a pivot table: Date, Product, Region, Salesperson, Amount",
        "Anybody who double-clicks a total of the pivot table",
        "Cells of hidden sheets",
        "Original and rebuilt side by side",
        "What the rebuilt file does not have",
    )
    expect(page.get_by_role("main")).not_to_contain_text("This sheet is hidden")
    findings += every_finding(page)
    picture(page, "file-findings")
    checked = CheckedFile.objects.get()
    if checked.in_sight:
        write(page, "Why may a reader see what is listed under “In plain sight”?", "The names are invented.")
    tick(page, *[output.name for output in checked.outputs.all()[:2]])
    press(page, "Put the rebuilt files into the answer")
    see(page, "“Sales by region” is in the answer, rebuilt.", "rebuilt and attached")
    findings += every_finding(page)

    page.goto(reverse("desk:letter", args=[case.pk]))
    see(page, checked.outputs.all()[0].name)

    page.goto(reverse("desk:new-file", args=[case.pk, name_of(case, 1)]))
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(SAMPLE.read_bytes()[:4000])
    write(page, "What does the file show?", "Broken")
    page.get_by_label("The file", exact=True).set_input_files(broken)
    press(page, "Look into the file")
    assert run_due() == 1
    page.goto(page.url)
    see(page, "This file cannot leave", "cut short")
    findings += every_finding(page)
    picture(page, "file-blocked")
    follow(page, "Give another file")
    assert not findings, "\n".join(findings)


def test_an_own_pdf_is_compared_page_by_page_and_a_file_can_be_stopped(visits: Visits) -> None:
    """The pages of a PDF stand beside each other as pictures; without scripts, and with a file that is stopped."""
    page = visits.open(javascript=False)
    case = undecided()
    sign_in(page, "will.westvale")
    run_due()  # the mails that the examples left waiting
    address = reverse("desk:new-file", args=[case.pk, name_of(case, 1)])
    page.goto(address)
    write(page, "What does the file show?", "Stabling")
    page.get_by_label("The file", exact=True).set_input_files(
        {"name": "stabling.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    press(page, "Look into the file")
    see(page, "Waiting for its turn")
    assert run_due() == 1
    page.wait_for_url(page.url)
    page.goto(page.url)
    expect(page.get_by_role("img", name="Original: Page 1, as a picture")).to_be_visible()
    expect(page.get_by_role("img", name="Rebuilt: Page 1, as a picture")).to_be_visible()
    picture(page, "file-pages")

    page.goto(address)
    write(page, "What does the file show?", "Not this one")
    page.get_by_label("The file", exact=True).set_input_files(
        {"name": "other.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    press(page, "Look into the file")
    press(page, "Stop looking into the file")
    see(page, "stopped it before it was done", "the upload is gone")
    assert not HeldUpload.objects.exists()
