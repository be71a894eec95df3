"""Whether a link of an answer works: asked once, when a person wants to know.

Only addresses of the public internet are asked, so that nobody can use the desk to look around inside the force's own
network; `CANDOUR_LINK_CHECK_PRIVATE` lifts that for a force whose publications are on it.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings

TIMEOUT = 8.0
"""Seconds to wait for an answer."""
MOST_REDIRECTS = 4


@dataclass(frozen=True, slots=True)
class LinkState:
    """What became of asking: whether the page answered, and what to say to the person."""

    url: str
    works: bool
    says: str


def check_link(url: str) -> LinkState:
    """Ask the address for its page, following a few redirections; never raises."""
    asked = url
    for _ in range(MOST_REDIRECTS + 1):
        try:
            status, location = _ask(asked)
        except _NotAsked as refusal:
            return LinkState(url, works=False, says=str(refusal))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return LinkState(url, works=False, says=f"It did not answer ({error}).")
        if status in {301, 302, 303, 307, 308} and location:
            asked = urljoin(asked, location)
            continue
        if status in {405, 501}:
            return LinkState(url, works=True, says="The site answers.")
        if 200 <= status < 300:
            moved = f" It leads on to {asked}." if asked != url else ""
            return LinkState(url, works=True, says=f"The page answers.{moved}")
        return LinkState(url, works=False, says=f"The site answers with an error ({status}).")
    return LinkState(url, works=False, says="It leads in circles.")


class _NotAsked(Exception):
    """The address is not one that the desk asks."""


def _ask(url: str) -> tuple[int, str]:
    parts = urlsplit(url)
    host = parts.hostname
    if parts.scheme not in {"http", "https"} or not host:
        raise _NotAsked("It is not a web address.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _public_address(host, port)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    # The address that was checked is the one that is asked, whatever the name resolves to a moment later.
    connection._create_connection = lambda _, *rest, **named: socket.create_connection(  # type: ignore[attr-defined]
        (address, port), *rest, **named
    )
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("HEAD", path, headers={"User-Agent": "Candour link check", "Accept": "*/*"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        connection.close()


def _public_address(host: str, port: int) -> str:
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not settings.CANDOUR_LINK_CHECK_PRIVATE and not all(
        ipaddress.ip_address(address).is_global for address in found
    ):
        raise _NotAsked("It is inside a private network, where a requester cannot reach it.")
    return found[0]
