"""Who received what left: letters, areas and authorities that were asked, and readers of the log.

The requester is never named here: who asked is kept apart from the case, and is looked at on its own page for a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.utils import timezone

from candour.desk.breaches.post_of_case import messages_that_left
from candour.desk.models import Breach, Case, Publication, PublicationDecision, Response, ResponseState, TaskState
from candour.desk.publishing.published_at_once import is_published_at_once

_PUBLISHING = (PublicationDecision.Choice.NOW, PublicationDecision.Choice.ON_DATE)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One thing that somebody received: who, what, when, by what number or through what."""

    who: str
    what: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """How often one file of an entry was fetched: on how many days, in all, and on which day last."""

    name: str
    count: int
    last: date


@dataclass(frozen=True, slots=True)
class OnTheLog:
    """Between when and when an entry could be read, and how often its files were fetched; None while it still can."""

    title: str
    since: datetime
    until: datetime | None
    files: tuple[Fetched, ...]


def receipts(breach: Breach) -> list[Receipt]:
    """What left to somebody before it was stopped, the first one first."""
    case = breach.case
    found = [*_letters(case), *_areas(case), *_authorities(case)]
    return sorted((each for each in found if each.at <= breach.started_at), key=lambda each: each.at)


def on_the_log(case: Case) -> list[OnTheLog]:
    """The entries of the case that readers could see, with the counts of their files."""
    entries = Publication.objects.filter(response__case=case).order_by("published_at", "pk")
    return [
        OnTheLog(entry.title, _since(entry), entry.withdrawn_at, tuple(_fetched(entry)))
        for entry in entries.defer("content", "words").prefetch_related("response__publication_decisions")
        if entry.is_known_to_readers
    ]


def _since(entry: Publication) -> datetime:
    """From when it could be read. `published_at` is the beginning of a day, and tells readers no hour."""
    decided = [each.at for each in entry.response.publication_decisions.all() if each.choice in _PUBLISHING]
    return max([entry.published_at, *decided[-1:]])


def _letters(case: Case) -> Iterator[Receipt]:
    messages = messages_that_left(case.pk)
    by_letter = {message.letter: message for message in messages if message.letter}
    sent = Response.objects.filter(case=case, state=ResponseState.SENT, sent_at__isnull=False).defer("frozen")
    for letter in sent:
        assert letter.sent_at is not None
        message = by_letter.get(letter.pk)
        by = f"e-mail, message {message.message_id}" if message else "e-mail" if letter.recipient else "post"
        at_once = is_published_at_once(letter.recipient)
        who = "The requester, and every reader of the site that publishes it" if at_once else "The requester"
        yield Receipt(who, letter.get_kind_display(), letter.sent_at, by)
    for message in messages:
        if not message.letter and message.at:
            yield Receipt("The requester", message.what, message.at, f"e-mail, message {message.message_id}")


def _areas(case: Case) -> Iterator[Receipt]:
    for task in case.tasks.select_related("area", "question"):
        live = task.expires_at > timezone.now() and task.state != TaskState.REVOKED
        by = f"link of a task, {'live' if live else 'ended'}"
        yield Receipt(str(task.area), f"Task on {task.question.in_a_sentence}", task.made_at, by)


def _authorities(case: Case) -> Iterator[Receipt]:
    for referral in case.referrals.select_related("to", "question"):
        what = f"Referral of {referral.question.in_a_sentence}"
        yield Receipt(str(referral.to), what, referral.made_at, "its own page in this desk")


def _fetched(entry: Publication) -> Iterator[Fetched]:
    counted = entry.fetches.order_by().values("name").annotate(total=Sum("count"))
    last = dict(entry.fetches.order_by("day").values_list("name", "day"))
    for row in counted.order_by("name"):
        yield Fetched(row["name"], row["total"], last[row["name"]])
