"""Requesters whose site publishes an answer the moment it arrives, and what that forbids.

WhatDoTheyKnow publishes whatever is sent to a request made through it, attachments included. What leaves to it cannot
be called back, so no reason of a person stands in for a table that is safe or a file that shows nothing of anybody.
Alaveteli, the program of the site, gives each request an address with its number and a token. The pattern is its own
("request-", an optional "bounce-", number, token), whatever the case of its letters.
"""

from __future__ import annotations

import re

from candour.desk.models import Case, CheckedFile
from candour.desk.safe_figures.small_counts import small_counts

_DOMAINS = frozenset({"whatdotheyknow.com", "www.whatdotheyknow.com"})
_REQUEST = re.compile(r"(?:[\w.-]+\+)?request-(?:bounce-)?(?P<number>[a-z0-9]+)-(?P<token>[a-z0-9]+)", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-f]{8}", re.IGNORECASE)


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


def number_of(address: str) -> int | None:
    """The number that the site gave the request with this address; None where it is no address of a request."""
    found = _REQUEST.fullmatch(address.strip().strip("<>").rpartition("@")[0])
    return int(found["number"]) if found and found["number"].isdigit() else None


def goes_public(case: Case) -> bool:
    """Whether the answer of the case is published the moment it is sent."""
    return is_published_at_once(case.requester.email)


def public_faults(case: Case) -> list[str]:
    """What a reason may excuse in a letter to one person, and nothing in one that is published at once."""
    if not goes_public(case):
        return []
    site = "The answer is published on WhatDoTheyKnow the moment it is sent, so"
    tables = [
        f"{site} the small counts of “{each.title}” cannot be shown for a reason. Make the table safe in the builder."
        for each in small_counts(case)
    ]
    shown = CheckedFile.objects.filter(decision__case=case, agreed_at__isnull=False).exclude(accepted="")
    files = [
        f"{site} what the file “{title}” shows in plain sight cannot go for a reason. Take it out of the file, and add "
        "the file again."
        for title in shown.order_by("pk").values_list("title", flat=True)
    ]
    return tables + files
