"""What became of a message after the mail server took it, from the reports of delivery that came back (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils import timezone

from candour.desk.models import Authority
from candour.post.models import Fate, OutgoingMail
from candour.post.outgoing import without_recipient
from candour.post.reading import Kind, ReadMessage

_OUR_KEY = re.compile(r"[0-9a-f]{40}")
_MOST = 20
_FATES = {"failed": Fate.RETURNED, "delayed": Fate.DELAYED, "delivered": Fate.ARRIVED}
"""What an action of RFC 3464, section 2.3.3, says; “relayed” and “expanded” only say that no more will be heard."""

_WEIGHT = {Fate.UNKNOWN: 0, Fate.DELAYED: 1, Fate.ARRIVED: 2, Fate.RETURNED: 3}
"""A later report is believed over an earlier one only where it tells more: a delay ends, a return does not."""


def answered_mail(authority: Authority, reading: ReadMessage) -> list[OutgoingMail]:
    """The messages of the force that this one answers or returns, by their Message-IDs."""
    keys = {reference.partition("@")[0] for reference in reading.references}
    ours = sorted(key for key in keys if _OUR_KEY.fullmatch(key))[:_MOST]
    found = OutgoingMail.objects.filter(authority=authority, key__in=ours).exclude(case=None)
    return list(found.defer("content").select_related("case__requester").order_by("pk")[:_MOST])


def note_fates(returned: Iterable[OutgoingMail], reading: ReadMessage) -> Fate:
    """Write what a report of delivery says on the messages that it is about; the gravest of it is returned."""
    if reading.kind is not Kind.BOUNCE:
        return Fate.UNKNOWN
    said = [(_FATES[each.action], each) for each in reading.deliveries if each.action in _FATES]
    # A report without particulars is one of a message that did not arrive: nobody writes one of those that did.
    fate, delivery = max(said, key=lambda pair: _WEIGHT[pair[0]], default=(Fate.RETURNED, None))
    words = " ".join(filter(None, (delivery.status, delivery.why))) if delivery else ""
    for mail in returned:
        if _WEIGHT[fate] > _WEIGHT[Fate(mail.fate)]:
            mail.fate, mail.fate_said, mail.fate_at = (
                fate,
                without_recipient(words, mail.recipient)[:500],
                timezone.now(),
            )
            mail.save(update_fields=("fate", "fate_said", "fate_at"))
    return fate
