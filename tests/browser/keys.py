"""Hands that have a keyboard and nothing else: what they press, and whether the focus is seen wherever it comes to."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 250
_ALT = 1

FOCUSED = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused);
    const beside = focused.nextElementSibling, box = focused.getBoundingClientRect();
    window.walked = window.walked || [];
    const again = window.walked.includes(focused), last = window.walked.at(-1);
    const forward = !last || Boolean(last.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (!again) window.walked.push(focused);
    return {
        name: (focused.textContent || focused.name || focused.localName).trim().slice(0, 50),
        away: focused === document.body || focused === document.documentElement,
        again, forward,
        seen: style.outlineStyle !== "none" || style.boxShadow !== "none"
            || (beside && getComputedStyle(beside, "::before").boxShadow !== "none"),
        drawn: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""
"""What is in focus: its name, whether it looks so and is within the window, and whether Tab goes from the top down."""
_IS_IT = """wanted => {
    const focused = document.activeElement;
    return focused === wanted || (wanted.type === "radio" && focused.type === "radio" && focused.name === wanted.name);
}"""


class Hands:
    """Somebody at a page with no mouse. Each key that moves the focus is followed by a look at where it went."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def skip_to_main(self) -> None:
        """Past the menu, by the first link of the page."""
        self._tab()
        expect(self.page.get_by_role("link", name="Skip to main content")).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("main")).to_be_focused()

    def access_key(self, digit: str) -> None:
        """Alt and the key: Chromium acts on the character that a keyboard makes of them; Playwright sends none."""
        session = self.page.context.new_cdp_session(self.page)
        with self.page.expect_navigation():
            for kind in ("rawKeyDown", "char", "keyUp"):
                typed = {"text": digit, "unmodifiedText": digit} if kind == "char" else {}
                session.send(
                    "Input.dispatchKeyEvent",
                    {"type": kind, "modifiers": _ALT, "key": digit, "windowsVirtualKeyCode": ord(digit), **typed},
                )
        session.detach()

    def go_to(self, wanted: Locator) -> None:
        """Press Tab until it has the focus; of radio buttons until one of their group has."""
        expect(wanted).to_have_count(1)
        for _ in range(MOST_STOPS):
            if wanted.evaluate(_IS_IT):
                return
            self._tab()
        raise AssertionError(f"Tab does not come to {wanted}")

    def press(self, button: str) -> None:
        """Press the button of the body of the page, with the space bar as people do."""
        self.go_to(self._main.get_by_role("button", name=button, exact=True))
        self.page.keyboard.press("Space")

    def follow(self, link: str) -> None:
        """Follow the first link of the body of the page that is called so."""
        self.go_to(self._main.get_by_role("link", name=link, exact=True).first)
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: object) -> None:
        """Type into the field; what stood in it goes."""
        self.write_into(self._main.get_by_label(label, exact=True), text)

    def write_date(self, group: str, *values: int) -> None:
        """Type a day, a month and a year into their boxes."""
        boxes = self._main.get_by_role("group", name=group)
        for label, value in zip(("Day", "Month", "Year"), values, strict=True):
            self.write_into(boxes.get_by_label(label, exact=True), value)

    def write_into(self, field: Locator, text: object) -> None:
        """Type into a field that is found otherwise."""
        self.go_to(field)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(str(text))
        expect(field).to_have_value(str(text))

    def choose(self, label: str) -> None:
        """Choose the radio button: the space bar for the one in focus, arrows to the others of its group."""
        wanted = self._main.get_by_role("radio", name=label, exact=True)
        self.go_to(wanted)
        self.page.keyboard.press("Space")
        for _ in range(wanted.evaluate("one => document.getElementsByName(one.name).length")):
            if wanted.is_checked():
                break
            self.page.keyboard.press("ArrowDown")
            self.look()
        expect(wanted).to_be_checked()
        expect(wanted).to_be_focused()

    def tick(self, label: str) -> None:
        """Tick the box with the space bar."""
        box = self._main.get_by_role("checkbox", name=label, exact=True)
        self.go_to(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def told_what_is_wrong(self, *texts: str) -> None:
        """The summary of errors has the focus, is seen, and says these things."""
        summary = self.page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        for text in texts:
            expect(summary).to_contain_text(text)
        self.look()

    def go_to_what_is_wrong(self) -> None:
        """Follow the first link of the summary, which puts the focus into the field to be put right."""
        link = self.page.locator(".govuk-error-summary").get_by_role("link").first
        target = link.get_attribute("href") or ""
        self.go_to(link)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(target)).to_be_focused()
        self.look()

    def look(self) -> dict[str, Any]:
        """Where the focus is. Fails when it is not seen, or has gone out of the window."""
        stop: dict[str, Any] = self.page.evaluate(FOCUSED)
        if not stop["away"]:
            assert stop["seen"], f"{self.page.url}: the focus is not seen on “{stop['name']}”"
            assert stop["drawn"], f"{self.page.url}: “{stop['name']}” has the focus outside the window"
        return stop

    @property
    def _main(self) -> Locator:
        return self.page.get_by_role("main")

    def _tab(self) -> None:
        self.page.keyboard.press("Tab")
        self.look()
