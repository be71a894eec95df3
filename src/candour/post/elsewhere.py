"""The feed of WhatDoTheyKnow on a force, reconciled with what came in: a request lost in spam is found.

Alaveteli lists what is sent to an authority at /feed/body/NAME.json: an array of events, each with its `event_type`,
the `info_request` (`id`, `url_title`, `title`) and the `public_body`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from django.db import transaction
from django.db.models import BigIntegerField, Q, QuerySet
from django.utils import timezone

from candour.desk.models import Authority, StaffMember
from candour.desk.publishing.published_at_once import number_of
from candour.desk.refusals import Refused
from candour.desk.workflow import require_of_force
from candour.post.models import QueueEntry, SiteRequest
from candour.post.reading.characters import one_line

ON_ITS_WAY = timedelta(hours=6)
"""A request that was sent so lately may still arrive."""

_TIMEOUT = 30.0
_LARGEST = 20_000_000
_SENT = frozenset({"sent", "resent"})


class FeedError(Exception):
    """The feed cannot be read; the message says why, in words for whoever runs the desk."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A request as the feed lists it."""

    number: int
    slug: str
    title: str
    sent_at: datetime


def reconcile(authority: Authority, site: str) -> int:
    """Read the feed of the site on the force, and count what it lists that has not arrived. Raises FeedError."""
    listed = list(read_feed(_fetched(authority, site)))
    known = set(authority.site_requests.values_list("number", flat=True))
    with transaction.atomic():
        for each in listed:
            if each.number in known:
                continue
            SiteRequest.objects.get_or_create(
                authority=authority,
                number=each.number,
                defaults={
                    "title": one_line(each.title, 300),
                    "address": f"{site.rstrip('/')}/request/{quote(each.slug)}",
                    "sent_at": each.sent_at,
                    "seen_at": timezone.now(),
                    "arrived": _has_arrived(authority, each.number),
                },
            )
    return missing(authority).count()


def read_feed(content: bytes) -> Iterator[Listed]:
    """The requests that the feed lists, each once. Raises FeedError where it is no such feed."""
    try:
        events = json.loads(content)
        seen: set[int] = set()
        for event in events:
            if event["event_type"] not in _SENT:
                continue
            about = event["info_request"]
            number = int(about["id"])
            if number in seen or not 0 <= number <= BigIntegerField.MAX_BIGINT:
                continue
            seen.add(number)
            yield Listed(number, str(about["url_title"])[:300], str(about["title"]), _time(event))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FeedError("What the site sent is no list of requests.") from error


def missing(authority: Authority) -> QuerySet[SiteRequest]:
    """The requests of the site that have not arrived and that nobody has dealt with."""
    return authority.site_requests.filter(arrived=False, settled="", sent_at__lt=timezone.now() - ON_ITS_WAY)


def note_arrival(authority: Authority, sender: str) -> None:
    """A message came from that address: if it is one of a request of the site, the request has arrived."""
    number = number_of(sender)
    if number is not None:
        authority.site_requests.filter(number=number).update(arrived=True)


def settle(number: int, reason: str, actor: StaffMember) -> None:
    """Say why nobody need look for a request of the site any more. Raises NotAllowed, Refused where it was said."""
    with transaction.atomic():
        found = SiteRequest.objects.select_for_update(of=("self",)).select_related("authority").get(pk=number)
        require_of_force("handle_post", found.authority, actor)
        if found.settled:
            raise Refused("Somebody has dealt with this request already.")
        found.settled = reason
        found.save(update_fields=("settled",))


def _has_arrived(authority: Authority, number: int) -> bool:
    mail = QueueEntry.objects.filter(_is_of("message__sender_address", number), authority=authority)
    return mail.exists() or authority.cases.filter(_is_of("requester__email", number)).exists()


def _is_of(field: str, number: int) -> Q:
    """Whether the address in the field is that of the request, which may have a tag before it, as foi+request-7 has."""
    start = f"request-{number}-"
    return Q(**{f"{field}__istartswith": start}) | Q(**{f"{field}__icontains": f"+{start}"})


def _time(event: dict[str, Any]) -> datetime:
    read = datetime.fromisoformat(str(event["created_at"]))
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _fetched(authority: Authority, site: str) -> bytes:
    if urlsplit(site).scheme not in {"https", "http"}:
        raise FeedError("CANDOUR_WHATDOTHEYKNOW must be a web address.")
    url = f"{site.rstrip('/')}/feed/body/{quote(authority.whatdotheyknow)}.json"
    request = Request(url, headers={"User-Agent": "Candour", "Accept": "application/json"})  # noqa: S310  checked above
    try:
        with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  as above
            content = answer.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise FeedError(f"The site did not give its list for {authority.name} ({error}).") from error
    if len(content) > _LARGEST:
        raise FeedError("What the site sent is too large to be a list of requests.")
    return bytes(content)
