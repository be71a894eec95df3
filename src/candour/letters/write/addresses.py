"""Addresses that a letter may link to: sound, percent-encoded, of no odd scheme."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

LONGEST_ADDRESS = 2000
_URI_CHARACTERS = "!#$&'()*+,/:;=?@[]~%"


def href(url: str) -> str | None:
    """The address as a link may carry it, percent-encoded; None unless it is a sound http, https or mailto address.

    An address with a user name before the host is refused: it can pass for another site.
    """
    try:
        parts = urlsplit(url)
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError:
        return None
    if any(character.isspace() for character in url) or not port_is_number:
        return None
    if parts.scheme in {"http", "https"}:
        sound = bool(parts.hostname) and "@" not in parts.netloc
    else:
        sound = parts.scheme == "mailto" and "@" in parts.path
    if not sound:
        return None
    encoded = quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", url), safe=_URI_CHARACTERS)
    after_host = encoded.find("/", len(parts.scheme) + 3)
    if after_host >= 0:
        encoded = encoded[:after_host] + encoded[after_host:].replace("[", "%5B").replace("]", "%5D")
    return encoded if len(encoded) <= LONGEST_ADDRESS else None


def mail(address: str) -> str | None:
    """A mailto link for an e-mail address, if it is one."""
    return href(f"mailto:{address}") if re.fullmatch(r"[^\s@?&]+@[^\s@?&]+", address) else None
