"""Whether and when an answer is published: a decision with a reason, and by a rule where it must be blind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_letter, record
from candour.desk.models import (
    Authority,
    Case,
    EventKind,
    Publication,
    PublicationDecision,
    Response,
    ResponseState,
    StaffMember,
)
from candour.desk.models.response import LetterKind
from candour.desk.refusals import Refused
from candour.desk.workflow import require
from candour.law import Outcome, PastHorizon, foia_calendar
from candour.letters.response import Response as LetterResponse
from candour.letters.stored import from_plain

Choice = PublicationDecision.Choice


def put_off(response_pk: int, choice: Choice, why: str, actor: StaffMember, day: date | None = None) -> None:
    """Decide to hold the answer, or not to publish it. `day`: when to look at a hold again.

    Raises Refused when the answer has not been sent or is on the log, or no reason is given.
    """
    if choice not in (Choice.HOLD, Choice.NOT):
        raise ValueError("to publish is decided by publishing")
    if not why.strip():
        raise Refused("Say why. Every decision on publication has its reason.")
    with transaction.atomic():
        response = lock_letter(response_pk)
        require("hold_publication" if choice == Choice.HOLD else "decline_publication", response.case, actor)
        if response.state != ResponseState.SENT:
            raise Refused("Only an answer that has been sent can be published.")
        if Publication.objects.filter(response=response).exists():
            raise Refused("This answer is on the disclosure log. It can be withdrawn there.")
        note_decision(response, choice, why, actor, day)
        record(response.case, EventKind.PUBLICATION_DECIDED, actor, f"{choice.label}.", why=why)


def note_decision(response: Response, choice: Choice, why: str, actor: StaffMember, day: date | None) -> None:
    """Keep a decision beside those before it."""
    PublicationDecision.objects.create(
        response=response, choice=choice, reason=why[:300], day=day, by=actor, at=timezone.now()
    )


def denies(response: Response) -> bool:
    """Whether the force neither confirms nor denies in any part of the answer."""
    sent: LetterResponse = from_plain(response.frozen["response"])
    return any(answer.decision.outcome is Outcome.NCND for answer in sent.answers)


def day_by_the_rule(response: Response) -> date:
    """The day on which an answer that neither confirms nor denies is published.

    It follows from the day on which the answer was sent and from the force's rule. Neither what is held nor the day on
    which somebody decided plays a part: whoever decides late publishes under the day of the rule all the same.
    """
    assert response.sent_at is not None
    sent, days = timezone.localtime(response.sent_at).date(), response.case.authority.publish_after
    if not days:
        return sent
    try:
        return foia_calendar().after(sent, days)
    except PastHorizon:
        return sent


def day_of_publication(response: Response, wanted: date | None) -> date:
    """The day on which the answer is published. Raises Refused where a day is wanted that the rule does not leave."""
    if not denies(response):
        return wanted or timezone.localdate()
    if wanted is not None:
        raise Refused(
            "An answer that neither confirms nor denies is published on the day that the rule gives, so that its "
            "timing tells nothing. Choose to publish it now; readers see it from that day."
        )
    return day_by_the_rule(response)


def beginning_of(day: date) -> datetime:
    """Midnight here, at which the day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class Share:
    """What became of the answers that a force has sent: how many, and of how many in all."""

    label: str
    count: int
    total: int

    @property
    def percent(self) -> int:
        """The share in whole per cent."""
        return round(100 * self.count / self.total) if self.total else 0


def shares(authority: Authority) -> list[Share]:
    """How many of the force's answers are published, held, not to be published, or not decided on, in two queries."""
    sent = _sent(authority)
    published = Publication.objects.filter(authority=authority)
    by_choice = Counter(sent.exclude(pk__in=published.values("response")).values_list(F("choice"), flat=True))
    visible = Publication.objects.visible().filter(authority=authority).count()
    entries = published.count()
    total = entries + sum(by_choice.values())
    return [
        Share("On the disclosure log", visible, total),
        Share("To appear later, or withdrawn", entries - visible, total),
        Share("Held", by_choice[Choice.HOLD.value], total),
        Share("Not to be published", by_choice[Choice.NOT.value], total),
        Share("Not decided yet", by_choice[None], total),
    ]


def not_published(authority: Authority) -> QuerySet[Response]:
    """The answers of the force that are sent and on no log, the oldest first, with the decision that stands."""
    published = Publication.objects.filter(authority=authority).values("response")
    return _sent(authority).exclude(pk__in=published).select_related("case").defer("frozen").order_by("sent_at")


def unsettled(cases: Sequence[Case]) -> QuerySet[Response]:
    """The answers of the cases that were sent, are on no log and may still come on it, with the decision that stands.

    With what their published copy is made of, so that many are looked through in as many queries as one.
    """
    answers = _with_decision(Response.objects.filter(case__in=cases, publication__isnull=True))
    awaiting = answers.filter(Q(choice=None) | ~Q(choice=Choice.NOT))
    return awaiting.select_related("case__authority", "case__requester").prefetch_related("taken_out").order_by("pk")


def _sent(authority: Authority) -> QuerySet[Response]:
    return _with_decision(Response.objects.filter(case__authority=authority))


def _with_decision(letters: QuerySet[Response]) -> QuerySet[Response]:
    standing = PublicationDecision.objects.filter(response=OuterRef("pk")).order_by("-at", "-pk")
    return letters.filter(kind=LetterKind.ANSWER, state=ResponseState.SENT).annotate(
        decision=Subquery(standing.values("pk")[:1]),
        choice=Subquery(standing.values("choice")[:1]),
        reason=Subquery(standing.values("reason")[:1]),
        look_again=Subquery(standing.values("day")[:1]),
    )
