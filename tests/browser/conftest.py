"""A browser for the session, and for each test the desk with its examples and people who open it."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from candour.site.demo import load_examples

from .chromium import find_chromium, launch_flags
from .pages import NARROW, ROOT, WIDE, Trouble

SCREENSHOTS = ROOT / "test-results"
SLOWEST_MS = 15_000
PICTURE_MS = 5_000
_VISITS = pytest.StashKey["Visits"]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium for all tests. Where there is none they are skipped, or fail when CI is true."""
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright keeps a loop of its own running in this thread, in which Django would refuse to ask its database.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = find_chromium(playwright.chromium.executable_path)
        if not chromium.path:
            if os.environ.get("CI", "").casefold() in {"1", "true"}:
                pytest.fail(f"CI is true and the browser tests cannot run: {chromium.why_none}", pytrace=False)
            pytest.skip(f"the browser tests need a Chromium: {chromium.why_none}")
        started = playwright.chromium.launch(executable_path=chromium.path, args=launch_flags())
        yield started
        started.close()


@dataclass
class Visits:
    """Opens the site for people who know nothing of each other, and keeps watch over their pages."""

    browser: Browser
    base_url: str
    trouble: Trouble
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, size: ViewportSize = WIDE, *, javascript: bool = True) -> Page:
        """The page of a new person, without cookies."""
        context = self.browser.new_context(
            base_url=self.base_url, viewport=size, java_script_enabled=javascript, locale="en-GB", accept_downloads=True
        )
        context.set_default_timeout(SLOWEST_MS)
        context.on("page", self.trouble.watch)
        self._contexts.append(context)
        return context.new_page()

    def pages(self) -> list[Page]:
        """Every page that is open."""
        return [page for context in self._contexts for page in context.pages]

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def visits(
    request: pytest.FixtureRequest, browser: Browser, transactional_db: None, live_server: LiveServer
) -> Iterator[Visits]:
    """The site with the examples of the demonstration, to be opened by as many people as a test needs."""
    load_examples()
    mail.outbox.clear()
    opened = Visits(browser, live_server.url, Trouble(live_server.url))
    request.node.stash[_VISITS] = opened
    yield opened
    opened.close()


@pytest.fixture
def trouble(visits: Visits) -> Trouble:
    """What goes wrong unseen in this test; anything left in it fails the test."""
    return visits.trouble


@pytest.fixture
def page(visits: Visits) -> Page:
    """The site on a wide screen."""
    return visits.open(WIDE)


@pytest.fixture
def narrow_page(visits: Visits) -> Page:
    """The site on a screen of 320 pixels."""
    return visits.open(NARROW)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that left trouble behind; keep a picture of every page of a test that fails."""
    visits = item.stash.get(_VISITS, None)
    try:
        result = yield
        if visits and visits.trouble.found:
            pytest.fail("the browser had trouble:\n  " + "\n  ".join(visits.trouble.found), pytrace=False)
    except (Exception, pytest.fail.Exception):
        if visits:
            _keep_pictures(visits, item.name)
        raise
    return result


def _keep_pictures(visits: Visits, test: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    stem = re.sub(r"\W+", "-", test)
    for number, page in enumerate(visits.pages(), start=1):
        # A page that cannot be drawn is no reason to hide why the test failed.
        with suppress(PlaywrightError):
            page.screenshot(path=SCREENSHOTS / f"{stem}-{number}.png", full_page=True, timeout=PICTURE_MS)
