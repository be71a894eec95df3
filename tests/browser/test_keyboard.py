"""The newer pages of the desk by keyboard alone, and the menu, which fits one line and opens without scripts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from candour.desk.caseload.filters import keep
from candour.desk.models import StaffMember, Watch

from .conftest import Visits
from .keys import FOCUSED
from .pages import NARROW
from .walk import case_at, heading, sign_in

ORDINARY_WIDTH = 1280
MOST_STOPS = 150

_LEFT_OUT = """() => {
    const first = new Set(), can = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    return [...document.querySelectorAll(can)].filter(each => {
        if (each.disabled || each.type === "hidden" || each.tabIndex < 0 || !each.checkVisibility()) return false;
        if (each.closest("details:not([open])") && each.localName !== "summary") return false;
        if (each.type === "radio") {
            const known = first.has(each.name) || window.walked.some(one => one.name === each.name);
            first.add(each.name);
            return !known;
        }
        return !window.walked.includes(each);
    }).map(each => (each.textContent || each.name || each.localName).trim().slice(0, 50));
}"""


def walk(page: Page, address: str) -> list[str]:
    """What is wrong with the page for somebody who only has Tab: unseen focus, leaps, traps, what is never reached."""
    page.goto(address)
    wrong: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop: dict[str, Any] = page.evaluate(FOCUSED)
        if stop["away"] or stop["again"]:
            break
        if not stop["seen"]:
            wrong.append(f"the focus is not seen on “{stop['name']}”")
        if not stop["drawn"]:
            wrong.append(f"“{stop['name']}” has the focus outside the window")
        if not stop["forward"]:
            wrong.append(f"“{stop['name']}” is reached before what stands above it")
    else:
        wrong.append("Tab does not come to an end")
    wrong += [f"Tab never reaches “{name}”" for name in page.evaluate(_LEFT_OUT)]
    return [f"{address}: {each}" for each in wrong]


def test_the_newer_pages_are_walked_by_keyboard_alone(page: Page) -> None:
    """Queue, bulk moves, filters, task, review, retention, clearance: all is reached, in order, with the focus seen."""
    sign_in(page, "nia.northmarch")
    chained, other = case_at("291-"), case_at("287-")
    caseload = reverse("desk:caseload")
    kept = keep(StaffMember.objects.get(username="nia.northmarch"), "Late ones", "queue=late")
    wrong = [
        finding
        for address in (
            f"{caseload}?queue=awaiting",
            reverse("desk:move") + "?queue=mine",
            reverse("desk:save-filter") + "?queue=late",
            reverse("desk:my-day"),
            reverse("desk:saved-filter", args=[kept.pk]),
            reverse("desk:watchers", args=[other.pk]),
            reverse("desk:new-task", args=[other.pk]),
            reverse("desk:triage", args=[other.pk]),
            reverse("desk:hand-over", args=[other.pk]),
            reverse("desk:new-note", args=[other.pk]),
            reverse("desk:profile", args=[other.pk]),
            reverse("desk:reviews"),
            reverse("desk:complaint-new", args=[other.pk]),
            reverse("desk:retention"),
            reverse("desk:holds", args=[other.pk]),
            reverse("desk:clearance", args=[chained.pk]),
            reverse("desk:statistics"),
        )
        for finding in walk(page, address)
    ]
    assert wrong == []


def test_cases_are_chosen_and_dealt_with_by_keyboard_alone(page: Page) -> None:
    """Ticked with the space bar; the preview has the focus once it is there; confirmed with Enter, and told."""
    sign_in(page, "nia.northmarch")
    page.goto(f"{reverse('desk:caseload')}?queue=mine")
    box = page.get_by_role("checkbox").first
    key = box.get_attribute("value")
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("combobox", name="Many cases at once").focus()
    page.keyboard.press("A")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="With those chosen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Add a watcher: many cases")
    person = page.get_by_label("Who watches them?")
    person.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    preview = page.get_by_role("heading", name="This would change")
    expect(preview).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add the watcher")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("watches 1 case more.")
    assert Watch.objects.filter(case=key).exists()


def test_the_menu_is_one_line_and_more_of_it_opens_by_keyboard(page: Page) -> None:
    """At 1280 pixels; the links behind “More” follow it in the order of Tab."""
    sign_in(page, "nia.northmarch")
    page.set_viewport_size({"width": ORDINARY_WIDTH, "height": 800})
    items = page.locator("#navigation > li")
    tops = {round(items.nth(place).bounding_box()["y"]) for place in range(items.count())}  # type: ignore[index]  # all are drawn
    assert len(tops) == 1
    page.locator("summary", has_text="More").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Something left that should not have")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ledger of releases")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(page.url.split("/desk/")[0] + reverse("desk:ledger"))


def test_the_menu_works_on_a_phone_without_scripts(visits: Visits) -> None:
    """Everything of it is there, and opens, at 320 pixels."""
    page = visits.open(NARROW, javascript=False)
    sign_in(page, "nia.northmarch")
    expect(page.get_by_role("link", name="My day")).to_be_visible()
    register = page.get_by_role("link", name="Register: neither confirmed nor denied")
    expect(register).to_be_hidden()
    page.locator("summary", has_text="More").click()
    expect(register).to_be_visible()
    scrolls = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(scrolls)
    register.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
