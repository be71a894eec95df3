"""What stays stopped after a breach was recorded: nothing that was cleared or sent by then goes any further."""

from __future__ import annotations

from datetime import datetime

from candour.desk.models import Breach

VOID = "It was stopped because a personal data breach was recorded on this case. Check it, and put it up again."
"""Why a letter of the case does not hold any more."""


def stopped_at(case_pk: int) -> datetime | None:
    """The moment at which a breach of the case stopped what had been cleared or sent by then; None without a breach.

    What was cleared is not sent; what was sent is not published, and is no longer given on the requester’s own page.
    What is cleared later is another letter. A record that turned out to be of no breach stops nothing.
    """
    stopped = Breach.objects.filter(case=case_pk).exclude(was_breach=False)
    return stopped.order_by("-started_at").values_list("started_at", flat=True).first()


def is_stopped(at: datetime | None, stopped: datetime | None) -> bool:
    """Whether what was cleared or sent at that moment was stopped."""
    return stopped is not None and at is not None and at <= stopped
