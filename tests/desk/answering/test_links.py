"""The check of links asks public addresses only, and never raises."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from candour.desk.answering.links import check_link


class Site(BaseHTTPRequestHandler):
    """A site with a page, a way to it, a circle, and nothing else."""

    def do_HEAD(self) -> None:
        """Answer for the path."""
        status, location = {"/page": (200, ""), "/moved": (301, "/page"), "/circle": (302, "/circle")}.get(
            self.path, (404, "")
        )
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of the site."""
    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize(
    ("path", "works", "says"),
    [("/page", True, "answers"), ("/moved", True, "leads on"), ("/circle", False, "circles"), ("/none", False, "404")],
)
def test_what_a_site_answers_is_told(settings: object, site: str, path: str, works: bool, says: str) -> None:
    """A page, a redirection, a circle and a page that is gone are told apart."""
    settings.CANDOUR_LINK_CHECK_PRIVATE = True  # type: ignore[attr-defined]
    state = check_link(site + path)
    assert state.works is works
    assert says in state.says


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/"]
)
def test_no_address_inside_a_network_is_asked(url: str) -> None:
    """Nobody can use the desk to look around inside the network that it stands in."""
    state = check_link(url)
    assert not state.works
    assert "private network" in state.says


@pytest.mark.parametrize(
    "url", ["", "ftp://example.org/", "https://", "http://[", "javascript:alert(1)", "http://a b/"]
)
def test_what_is_no_web_address_is_told(url: str) -> None:
    """Nothing that is typed makes the check fail."""
    assert not check_link(url).works
