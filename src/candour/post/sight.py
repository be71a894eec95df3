"""Which mail of their force somebody is shown: not what is with a restricted case, or seems to belong to one.

What is with a case is told by `candour.desk.sight`. Mail of somebody who asked in a restricted case waits beside that
case although it names none, so that people who are named on it read it first.
"""

from __future__ import annotations

from django.db.models import QuerySet

from candour.desk.models import Case, StaffMember
from candour.desk.sight import open_to
from candour.post.models import EntryState, OutgoingMail, QueueEntry

WHOSE = "It names no case, and comes from the address of somebody who asked in this restricted case."


def mail_seen_by(person: StaffMember) -> QuerySet[QueueEntry]:
    """The messages of the person’s force that they are shown."""
    return QueueEntry.objects.filter(open_to(person), open_to(person, "suggested"), authority=person.authority_id)


def sent_mail_seen_by(person: StaffMember) -> QuerySet[OutgoingMail]:
    """The messages on their way out of the person’s force that they are shown."""
    return OutgoingMail.objects.filter(open_to(person), authority=person.authority_id)


def restricted_of_sender(authority: int, address: str) -> Case | None:
    """The restricted case of the force in which that address asked, the latest of several; None without one."""
    if not address:
        return None
    asked = Case.objects.filter(authority=authority, restriction__isnull=False, requester__email__iexact=address)
    return asked.select_related("requester", "restriction").order_by("-pk").first()


def keep_apart(case: Case) -> None:
    """Put what waits from the requester of a case that is restricted now beside that case, where it names no other."""
    if case.requester.email:
        waiting = QueueEntry.objects.filter(
            authority=case.authority_id, case=None, suggested=None, message__sender_address__iexact=case.requester.email
        )
        waiting.filter(state=EntryState.WAITING).update(suggested=case, why_waiting=WHOSE)
        waiting.filter(state=EntryState.NOT_REQUEST).update(suggested=case)
