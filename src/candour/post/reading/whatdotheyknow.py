"""Addresses of WhatDoTheyKnow, the site that publishes requests and whatever is sent back to them.

Alaveteli, the program of the site, gives each request an address with its number and a token. The pattern is its own
("request-", an optional "bounce-", number, token), whatever the case of its letters.
"""

from __future__ import annotations

import re

_DOMAINS = frozenset({"whatdotheyknow.com", "www.whatdotheyknow.com"})
_REQUEST = re.compile(r"(?:[\w.-]+\+)?request-(?:bounce-)?(?P<number>[a-z0-9]+)-(?P<token>[a-z0-9]+)", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-f]{8}", re.IGNORECASE)
_SUBJECT = re.compile(r"\s*(?:re:\s*)?freedom of information (?:request|act request)\s*[-–:]\s*", re.IGNORECASE)
_FOOT = re.compile(r"\n-{10,}[ \t]*\n\s*Please use this email address for all replies to this request:", re.IGNORECASE)


def is_published_at_once(address: str) -> bool:
    """Whether anything sent to the address is published at once.

    On other domains than the site's own, only an address with a number and a token of eight hexadecimal digits is taken
    for one of the same program.
    """
    local, _, domain = address.strip().strip("<>").rpartition("@")
    found = _REQUEST.fullmatch(local)
    if domain.casefold() in _DOMAINS:
        return bool(found) or local.casefold().partition("+")[0] == "foi"
    return bool(found and found["number"].isdigit() and _TOKEN.fullmatch(found["token"]))


def title_of(subject: str) -> str:
    """What a request is about, without the words that the site puts before it."""
    return _SUBJECT.sub("", subject, count=1).strip()


def without_foot(text: str) -> str:
    """The words of the requester, without the notice that the site puts below them."""
    found = _FOOT.search(text)
    return text[: found.start()].rstrip() + "\n" if found else text
