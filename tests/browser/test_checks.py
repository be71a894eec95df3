"""The checks of the other tests find what they look for: a check that finds nothing proves nothing by itself."""

from __future__ import annotations

from playwright.sync_api import Page

from .conftest import Visits
from .pages import axe_findings, overflow

_DEFECTS = """() => {
    const main = document.querySelector("main");
    main.innerHTML = `<p class="faint">Faint</p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><input>
        <div class="wide">Wide</div>`;
    main.querySelector(".faint").style.color = "#ccc";
    main.querySelector(".wide").style.width = "5000px";
}"""


def test_what_is_not_accessible_or_does_not_fit_is_found(page: Page) -> None:
    """A picture without words, a field without a label, faint text and a wide element are all reported."""
    page.goto("/")
    page.evaluate(_DEFECTS)
    rules = {finding.partition(" ")[0] for finding in axe_findings(page)}
    assert {"image-alt", "label", "color-contrast", "page-has-heading-one"} <= rules
    assert "wide" in overflow(page)[0]


def test_what_goes_wrong_unseen_is_found(visits: Visits) -> None:
    """A script error, a console error, an inline style, a missing file and another site's file are all reported."""
    page = visits.open()
    page.route("https://elsewhere.example/**", lambda route: route.abort())
    page.goto("/")
    page.evaluate(
        """() => {
            setTimeout(() => { throw new Error("planted"); });
            console.error("said so");
            document.body.setAttribute("style", "color: red");
            for (const source of ["/static/missing.png", "https://elsewhere.example/picture.png"]) {
                document.body.append(Object.assign(new Image(), {src: source}));
            }
            return fetch("/static/missing.js");
        }"""
    )
    page.wait_for_load_state("networkidle")
    found = "\n".join(visits.trouble.found)
    visits.trouble.found.clear()
    for sign in ("planted", "said so", "style", "answered 404", "asks another site for https://elsewhere.example"):
        assert sign in found
