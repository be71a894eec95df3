"""Looking at a page: what goes wrong on it unseen, whether everybody can use it, whether it fits a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response, ViewportSize

WIDE = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=320, height=800)
ZOOMED = ViewportSize(width=640, height=450)
"""What 1280 by 900 leaves at 200%."""

ROOT = Path(__file__).parents[2]
_AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
_TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) { return []; }
    const scrolls = element => ["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX);
    const framed = element => element.parentElement !== document.body && element !== document.body
        && (scrolls(element.parentElement) || framed(element.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter(
        element => element.getBoundingClientRect().right > room + 1 && !framed(element));
    const say = element =>
        `<${element.localName} class="${element.className}"> ${element.textContent.trim().slice(0, 60)}`;
    return [`${document.documentElement.scrollWidth} px in ${room} px`, ...wide.slice(-3).map(say)];
}"""

_REMEMBER_SIZES = """() => {
    const says = element => [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const texts = [...document.body.querySelectorAll("*")].filter(
        element => !element.closest("svg, [aria-hidden=true]") && element.checkVisibility() && says(element));
    window.sizesOfText = new Map(texts.map(element => [element, parseFloat(getComputedStyle(element).fontSize)]));
}"""
_STAYED_SMALL = """() => [...window.sizesOfText].filter(
    ([element, before]) => parseFloat(getComputedStyle(element).fontSize) < before * 1.5
).map(([element]) => `<${element.localName} class="${element.className}"> ${element.textContent.trim()}`)"""


class Trouble:
    """What goes wrong in a browser without being seen: errors, broken policies, failing and foreign requests."""

    def __init__(self, base_url: str) -> None:
        self.found: list[str] = []
        self._base_url = base_url
        self._expected: tuple[int, ...] = ()
        self._allowed: list[str] = []

    def watch(self, page: Page) -> None:
        """Note whatever goes wrong on the page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(page.url, f"script error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Take no offence at answers with these statuses."""
        self._expected = statuses
        try:
            yield
        finally:
            self._expected = ()

    def allow(self, address: str) -> None:
        """Take no offence when a page asks this one address of another site."""
        self._allowed.append(address)

    def _note(self, url: str, what: str) -> None:
        self.found.append(f"{url}: {what}")

    def _console(self, message: ConsoleMessage) -> None:
        reported_as_answer = "Failed to load resource" in message.text
        if message.type in {"error", "warning"} and not reported_as_answer:
            self._note(message.location["url"], f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._base_url, "data:", "blob:", *self._allowed)):
            self._note(request.frame.url, f"asks another site for {request.url}")

    def _failed(self, request: Request) -> None:
        # A navigation that turns out to be a download is aborted, and so is whatever is left of the page before.
        if request.failure != "net::ERR_ABORTED":
            self._note(request.url, f"request failed: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self._note(response.url, f"answered {response.status}")


def axe_findings(page: Page) -> list[str]:
    """What axe finds on the page as it is shown now, a line for each element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    violations: list[dict[str, Any]] = page.evaluate(_RUN_AXE, _AXE_TAGS)["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:200]} | {_why(node)}"
        for rule in violations
        for node in rule["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fail with every finding of axe on the page."""
    _fail_with(page, axe_findings(page))


def overflow(page: Page) -> list[str]:
    """How much wider than the window the page is, and what sticks out; empty when it fits."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return [f"scrolls sideways: {', '.join(found)}"] if found else []


def assert_fits(page: Page) -> None:
    """Fail when the page can be scrolled sideways."""
    _fail_with(page, overflow(page))


def assert_usable(page: Page) -> None:
    """Fail unless the page is accessible both wide and narrow, and fits the narrow screen."""
    findings = [*_labelled("wide", axe_findings(page)), *narrow_findings(page)]
    _fail_with(page, findings)


def narrow_findings(page: Page) -> list[str]:
    """What is wrong with the page at 320 pixels; it is as wide as before afterwards."""
    before = page.viewport_size
    page.set_viewport_size(NARROW)
    findings = [*overflow(page), *axe_findings(page)]
    if before:
        page.set_viewport_size(before)
    return _labelled("narrow", findings)


def every_finding(page: Page) -> list[str]:
    """What axe finds with everything unfolded that can be, and whether the page fits 320 pixels and 200%."""
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    findings = axe_findings(page)
    before = page.viewport_size
    for label, size in (("narrow", NARROW), ("200%", ZOOMED)):
        page.set_viewport_size(size)
        findings += _labelled(label, overflow(page))
    if before:
        page.set_viewport_size(before)
    findings += _larger_text_findings(page)
    return [f"{page.url}: {finding}" for finding in findings]


def _larger_text_findings(page: Page) -> list[str]:
    """What larger text alone does, in a window that stays and in one half as wide: all but signs grows, and fits."""
    before = page.viewport_size
    page.evaluate(_REMEMBER_SIZES)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    findings = [f"does not grow with the text: {each}" for each in page.evaluate(_STAYED_SMALL)]
    findings += overflow(page)
    page.set_viewport_size(ViewportSize(width=ZOOMED["width"], height=WIDE["height"]))
    findings += [f"in {ZOOMED['width']} px: {each}" for each in overflow(page)]
    if before:
        page.set_viewport_size(before)
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    return _labelled("200% text", findings)


def _labelled(label: str, findings: list[str]) -> list[str]:
    return [f"[{label}] {finding}" for finding in findings]


def _fail_with(page: Page, findings: list[str]) -> None:
    lines = "\n  ".join(findings)
    assert not findings, f"{page.url} ({page.title()}):\n  {lines}"


def _why(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])


@cache
def _axe() -> str:
    if not _AXE.exists():
        raise FileNotFoundError(f"{_AXE} is missing: build the front end with sh frontend/build.sh")
    return _AXE.read_text(encoding="utf-8")
