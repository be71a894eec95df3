"""A message as a page shows it: with who wrote it, or without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from candour.desk.models import Case, Requester
from candour.desk.publishing.masking import mask
from candour.desk.publishing.published_at_once import is_published_at_once
from candour.post.models import QueueEntry
from candour.post.reading import Address, Attachment, Kind, ReadMessage

_CHECKS = (("spf", "SPF"), ("dkim", "DKIM"), ("dmarc", "DMARC"))
_KINDS = {Kind.MAIL: ("", ""), Kind.AUTO_REPLY: ("Automatic reply", "grey"), Kind.BOUNCE: ("Came back", "red")}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of an entry. `identified` says whether who wrote it is in it; else each text is masked.

    `look` is what opens its files where the page was opened for a reason; empty where none is needed, or none is given.
    """

    entry: QueueEntry
    identified: bool
    sender: str
    subject: str
    own: str
    quoted: str
    attachments: tuple[Attachment, ...]
    deliveries: tuple[str, ...]
    checks: str
    checks_failed: bool
    is_proven: bool
    from_whatdotheyknow: bool
    notes: tuple[str, ...]
    kind: str
    kind_colour: str
    look: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows of an entry; made without what the message says, which may be long."""

    entry: QueueEntry
    identified: bool
    sender: str
    subject: str
    kind: str
    kind_colour: str
    from_whatdotheyknow: bool


def may_be_identified(entry: QueueEntry) -> bool:
    """Whether a page of the queue may say who wrote: not once the message belongs, or seems to belong, to a case."""
    return not entry.about_a_case


def listed(entry: QueueEntry, *, identified: bool) -> Listed:
    """The entry as a list shows it."""
    message = entry.message
    kind, colour = _KINDS[Kind(message.kind)]
    sender = Address(message.sender_name, message.sender_address)
    subject = message.subject
    if not identified:
        for person in _people(entry, sender, Kind(message.kind)):
            subject = mask(subject, person)
    return Listed(
        entry=entry,
        identified=identified,
        sender=_named(sender) if identified else "Kept apart",
        subject=subject or "No subject",
        kind=kind,
        kind_colour=colour,
        from_whatdotheyknow=is_published_at_once(message.sender_address),
    )


def shown(entry: QueueEntry, *, identified: bool, look: str = "") -> Shown:
    """The entry with everything in it, or without what tells who wrote."""
    reading = entry.message.read
    people = _people(entry, reading.sender, reading.kind)

    def words(text: str) -> str:
        if identified:
            return text
        for person in people:
            text = mask(text, person)
        return text

    kind, colour = _KINDS[Kind(entry.message.kind)]
    return Shown(
        entry=entry,
        identified=identified,
        sender=_named(reading.sender) if identified else "Kept apart",
        subject=words(reading.subject) or "No subject",
        own=words(reading.own),
        quoted=words(reading.quoted),
        attachments=tuple(
            Attachment(words(each.name), each.media_type, each.size, each.sha256, words(each.text))
            for each in reading.attachments
        ),
        deliveries=tuple(
            words(" ".join(filter(None, (each.recipient, each.action, each.status, each.why))))
            for each in reading.deliveries
        ),
        checks=_checks(reading),
        checks_failed=reading.authentication.is_failed,
        is_proven=reading.authentication.is_proven,
        from_whatdotheyknow=is_published_at_once(reading.sender.address),
        notes=reading.notes,
        kind=kind,
        kind_colour=colour,
        look=look,
    )


def mail_of(case: Case, *, identified: bool, look: Callable[[QueueEntry], str] = lambda _: "") -> list[Shown]:
    """The mail of a case, the newest first, with the message that it was opened from."""
    entries = QueueEntry.objects.filter(case=case).select_related("message", "case__requester", "suggested")
    return [shown(entry, identified=identified, look=look(entry)) for entry in entries[:50]]


def _named(sender: Address) -> str:
    return f"{sender.name} <{sender.address}>" if sender.name else sender.address or "Not given"


def _people(entry: QueueEntry, sender: Address, kind: Kind) -> list[Requester]:
    """Whom to mask: who wrote, and who asked in the case that the message belongs to. A mail server is nobody."""
    people = [] if kind is Kind.BOUNCE else [Requester(name=sender.name, email=sender.address)]
    people += [case.requester for case in (entry.case, entry.suggested) if case is not None]
    return people


def _checks(reading: ReadMessage) -> str:
    checks = reading.authentication
    results = [(label, getattr(checks, name)) for name, label in _CHECKS]
    found = ", ".join(f"{label} {result}" for label, result in results if result)
    if checks.absent:
        return "None: it came past the mail server that checks senders"
    if checks.believed:
        return found or "The mail server recorded none"
    return found or "None that counts: the settings name no mail server whose checks are believed"
