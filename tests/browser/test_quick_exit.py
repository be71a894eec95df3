"""Leaving the public pages quickly, by button or by the Escape key."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from .conftest import Visits
from .walk import case_at, follow, heading, sign_in

ELSEWHERE = "The weather"


@pytest.fixture
def reader(visits: Visits) -> Page:
    """A reader of a published answer, who came from the log."""
    page = visits.open()
    _catch(visits, page)
    page.goto("/")
    title = case_at("412").title
    follow(page, title)
    expect(heading(page)).to_have_text(title)
    return page


def test_the_button_leaves_and_back_does_not_return(reader: Page) -> None:
    """The button takes the reader to the other site, and Back does not show the answer again."""
    answer = reader.url
    reader.get_by_role("button", name="Leave this site").click()
    expect(reader).to_have_url(settings.CANDOUR_QUICK_EXIT_URL)
    reader.go_back()
    assert reader.url != answer


def test_the_escape_key_leaves(reader: Page) -> None:
    """Escape takes the reader to the other site, and Back does not show the answer again."""
    answer = reader.url
    reader.keyboard.press("Escape")
    expect(reader).to_have_url(settings.CANDOUR_QUICK_EXIT_URL)
    reader.go_back()
    assert reader.url != answer


def test_the_page_is_blank_before_the_other_site_answers(visits: Visits) -> None:
    """What was read is gone at once, however long the other site takes to answer."""
    page = visits.open()
    shown: list[str] = []
    _catch(visits, page)
    page.on("console", lambda message: shown.append(message.text))
    page.goto("/")
    # Looked at just before the browser turns to the other site, while the page is still the one that was read.
    page.evaluate(
        """() => document.addEventListener("keydown", () =>
            console.info("left: " + document.title + document.body.innerHTML))"""
    )
    page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_text(ELSEWHERE)
    assert shown == ["left: "]


def test_escape_spares_what_is_being_typed_once(reader: Page) -> None:
    """The first Escape in a search box that holds text clears it, as browsers do; the second leaves."""
    reader.goto("/")
    box = reader.get_by_label("Words")
    box.fill("misconduct")
    reader.keyboard.press("Escape")
    expect(box).to_have_value("")
    expect(heading(reader)).to_have_text("Disclosure log")
    reader.keyboard.press("Escape")
    expect(reader).to_have_url(settings.CANDOUR_QUICK_EXIT_URL)


def test_escape_leaves_from_an_empty_search_box(reader: Page) -> None:
    """Escape in a search box without text leaves at once."""
    reader.goto("/")
    reader.get_by_label("Words").focus()
    reader.keyboard.press("Escape")
    expect(reader).to_have_url(settings.CANDOUR_QUICK_EXIT_URL)


def test_the_button_leaves_without_scripts(visits: Visits) -> None:
    """With scripts switched off the button is a link to the other site."""
    page = visits.open(javascript=False)
    _catch(visits, page)
    page.goto("/")
    page.get_by_role("button", name="Leave this site").click()
    expect(page).to_have_url(settings.CANDOUR_QUICK_EXIT_URL)


def test_staff_do_not_leave_by_escape(page: Page) -> None:
    """The staff pages have no quick exit: Escape there loses nobody's work."""
    sign_in(page, "will.westvale")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Leave this site")).to_have_count(0)
    expect(heading(page)).to_have_text("Caseload")


def _catch(visits: Visits, page: Page) -> None:
    """Answer in the place of the other site, the only one that these pages may lead to."""
    visits.trouble.allow(settings.CANDOUR_QUICK_EXIT_URL)
    page.route(f"{settings.CANDOUR_QUICK_EXIT_URL}**", lambda route: route.fulfill(body=ELSEWHERE))
