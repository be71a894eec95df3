"""Every public page in a real browser: usable wide and narrow, in both languages, and a request made by hand.

With WRITE_ACCESSIBILITY=1 what axe found is written into `candour/portal/accessibility.json`, from which the
page on accessibility is made. Without it the test fails where the file says something else than was found.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from typing import Any

from django.core import mail
from playwright.sync_api import Page, expect

from candour.desk.models import Case, Publication, StaffMember
from candour.desk.publishing.publish import withdraw
from candour.portal.catalogue_of_words import write as write_welsh

from .conftest import Visits
from .pages import ROOT, axe_findings, narrow_findings
from .walk import choose, heading, press, see, write

RESULTS = ROOT / "src" / "candour" / "portal" / "accessibility.json"
PICTURES = os.environ.get("PICTURES_OF_PAGES", "")
PATHS = (
    "/",
    "/?q=police",
    "/compare/?q=officers",
    "/explained/",
    "/figures/",
    "/figures/westvale/",
    "/about/",
    "/cookies/",
    "/accessibility/",
    "/feedback/",
    "/ask/",
    "/cy/",
    "/cy/ask/",
)


def looked_at(page: Page, found: list[dict[str, Any]], name: str) -> None:
    """Look at the page as it stands now, wide and narrow, and note what is wrong with it."""
    findings = [*axe_findings(page), *narrow_findings(page)]
    found.append({"address": name, "findings": findings})
    if PICTURES:
        stem = re.sub(r"\W+", "-", name).strip("-") or "log"
        page.screenshot(path=f"{PICTURES}/{stem}.png", full_page=True)


def test_every_public_page_is_usable_and_a_request_can_be_made(visits: Visits) -> None:
    """No finding of axe on any public page; the whole way of a request, with its private page at the end."""
    write_welsh()
    found: list[dict[str, Any]] = []
    page = visits.open()
    entry = Publication.objects.select_related("authority").latest("pk")
    own = f"/log/{entry.authority.slug}/{entry.slug}/"
    for path in (*PATHS, own, f"/cy{own}"):
        page.goto(path)
        looked_at(page, found, path.replace(own, "/log/FORCE/ENTRY/"))
    engine = f"axe-core {page.evaluate('() => axe.version')}"
    make_a_request(page, found)
    look_at_what_is_not_there(visits, page, found)
    told = {"engine": engine, "pages": found}
    if os.environ.get("WRITE_ACCESSIBILITY"):
        dated = {"on": date.today().isoformat(), **told}  # noqa: DTZ011  the day here
        RESULTS.write_text(json.dumps(dated, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert [each for each in found if each["findings"]] == []
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert {name: kept[name] for name in told} == told, "stale: run this test once with WRITE_ACCESSIBILITY=1"


def look_at_what_is_not_there(visits: Visits, page: Page, found: list[dict[str, Any]]) -> None:
    """A page that there is not, and an answer that was withdrawn."""
    entry = Publication.objects.select_related("authority", "response").earliest("pk")
    officer = StaffMember.objects.filter(authority=entry.authority, role="officer").earliest("pk")
    withdraw(entry.pk, "Published in error.", officer)
    with visits.trouble.expecting(404, 410):
        for path, name in (
            ("/nowhere/", "/…/ (not found)"),
            (f"/log/{entry.authority.slug}/{entry.slug}/", "/log/FORCE/ENTRY/ (withdrawn)"),
        ):
            page.goto(path)
            looked_at(page, found, name)


def make_a_request(page: Page, found: list[dict[str, Any]]) -> None:
    """Through every page, one by one, to the reference and the private page."""
    page.goto("/ask/")
    press(page, "Start")
    looked_at(page, found, "/ask/force/")
    choose(page, "Westvale Police")
    press(page, "Continue")
    looked_at(page, found, "/ask/…/topic/")
    press(page, "Continue")
    see(page, "There is a problem", "Enter what your request is about")
    write(page, "What is your request about?", "Officers dismissed for misconduct")
    press(page, "Continue")
    expect(heading(page)).to_have_text("Is one of these what you need?")
    looked_at(page, found, "/ask/…/answered/")
    press(page, "No, go on with my request")
    looked_at(page, found, "/ask/…/how/")
    choose(page, "One by one")
    press(page, "Continue")
    looked_at(page, found, "/ask/…/question/1/")
    page.go_back()
    choose(page, "Paste the whole request")
    press(page, "Continue")
    write(page, "Your request", "1. How many officers were dismissed in 2025?\n2. How many of them appealed?")
    looked_at(page, found, "/ask/…/text/")
    press(page, "Continue")
    see(page, "How many of them appealed?")
    looked_at(page, found, "/ask/…/questions/")
    press(page, "Continue")
    looked_at(page, found, "/ask/…/name/")
    write(page, "What is your name?", "Aisha Ní Bhraonáin")
    press(page, "Continue")
    write(page, "What is your e-mail address?", "aisha@requester.example")
    looked_at(page, found, "/ask/…/email/")
    press(page, "Continue")
    code = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert code
    write(page, "Enter the code that we sent you", code[0])
    looked_at(page, found, "/ask/…/code/")
    press(page, "Continue")
    see(page, "Check your request", "Aisha Ní Bhraonáin")
    looked_at(page, found, "/ask/…/check/")
    press(page, "Send the request")
    expect(heading(page)).to_have_text("Request sent")
    looked_at(page, found, "/ask/…/done/")
    assert Case.objects.latest("pk").reference in str(mail.outbox[-1].body)
    page.get_by_role("link", name="Your private page").click()
    see(page, "working on the answer")
    looked_at(page, found, "/follow/…/")
    page.get_by_role("link", name="Ask for less").click()
    write(page, "Ask for less", "Only 2025, please.")
    looked_at(page, found, "/follow/…/narrow/")
    press(page, "Send")
    see(page, "The force has what you wrote.", "Only 2025, please.")
    looked_at(page, found, "/follow/…/ (told)")
    page.get_by_role("link", name="Withdraw your request").click()
    looked_at(page, found, "/follow/…/withdraw/")
