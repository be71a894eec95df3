"""Which case a message belongs to.

A message joins a case by itself only where two things agree that a stranger cannot both know: it answers a letter that
we sent or names the case, and it comes from the address that the requester gave. Reports of delivery carry
the Message-ID of the letter that came back, which only its recipient's servers saw. Everything else waits for a person,
with the likely case beside it.
"""

from __future__ import annotations

import re
import string

from candour.desk.audit_trail.writing import record
from candour.desk.models import Authority, Case, EventKind
from candour.desk.sight import is_restricted
from candour.post.fates import answered_mail, note_fates
from candour.post.models import EntryState, Fate, QueueEntry
from candour.post.reading import Kind, ReadMessage
from candour.post.sight import WHOSE, restricted_of_sender

_JOINED = {
    Kind.MAIL: "A message from the requester came in and was joined to the case.",
    Kind.AUTO_REPLY: "An automatic reply came in. It changes nothing.",
    Kind.BOUNCE: "A report of delivery came in and was joined to the case.",
}
_REPORTS = {
    Fate.RETURNED: "A message of this case came back: the requester did not get it. Look for another way to send it.",
    Fate.DELAYED: "A message of this case is delayed on its way. Nothing has to be done yet.",
    Fate.ARRIVED: "A mail server said that a message of this case arrived.",
    Fate.UNKNOWN: "A report of delivery came in and was joined to the case.",
}
_SEARCHED = 50_000
_MOST_TOKENS = 200


def place(entry: QueueEntry, reading: ReadMessage) -> None:
    """Save the entry: joined to its case, or to each of its cases as a copy, or waiting; waiting where it says why.

    Joining never opens, answers or closes a case.
    """
    assert entry.authority is not None
    returned = answered_mail(entry.authority, reading)
    answered = list(dict.fromkeys(mail.case for mail in returned if mail.case is not None))
    named = _named(entry.authority, reading)
    candidates = list(dict.fromkeys((*answered, *named)))
    if reading.kind is Kind.BOUNCE and answered:
        _join(entry, answered[0], _REPORTS[note_fates(returned, reading)])
        return
    ours = [case for case in candidates if _is_requester(case, reading)]
    # What is about a restricted case as well is with that alone, for those named on it to say who else gets it.
    ours = [case for case in ours if is_restricted(case)] or ours
    checks = reading.authentication
    if ours and not (entry.why_waiting or checks.is_failed or checks.absent):
        # A message to several cases has a copy in each, which goes with its case.
        for number, case in enumerate(sorted(ours, key=lambda each: each.pk)):
            copy = entry if number == 0 else QueueEntry(message=entry.message, authority=entry.authority)
            _join(copy, case, _JOINED[reading.kind])
        return
    if candidates:
        entry.suggested = min(ours or candidates, key=lambda case: not is_restricted(case))
        entry.why_waiting = entry.why_waiting or _why(ours, reading)
    elif apart := restricted_of_sender(entry.authority.pk, reading.sender.address):
        entry.suggested, entry.why_waiting = apart, entry.why_waiting or WHOSE
    elif not entry.why_waiting:
        entry.why_waiting = "It names no case of this force."
    entry.save()


def _join(entry: QueueEntry, case: Case, what: str) -> None:
    entry.state, entry.case, entry.why_waiting = EntryState.JOINED, case, ""
    entry.save()
    record(case, EventKind.MAIL, None, what)


def _why(ours: list[Case], reading: ReadMessage) -> str:
    if reading.authentication.several and ours:
        return "Its head names more than one sender, of whom one is the requester."
    if reading.authentication.absent and ours:
        return "It says that it is from the requester, but came past the mail server that checks senders."
    if reading.authentication.is_failed and ours:
        return "It says that it is from the requester, but the checks of the sender failed."
    return "It names a case, but does not come from the address that the requester gave."


def _is_requester(case: Case, reading: ReadMessage) -> bool:
    return bool(reading.sender.address) and case.requester.email.casefold() == reading.sender.address


def _named(authority: Authority, reading: ReadMessage) -> list[Case]:
    """The cases of the force whose references stand in the subject or, if there is none, in the text."""
    for words in (reading.subject, reading.text[:_SEARCHED]):
        tokens = list(dict.fromkeys(found.upper() for found in _pattern(authority).findall(words)))[:_MOST_TOKENS]
        wanted = {*tokens, *(token.lower() for token in tokens)}
        found = list(
            authority.cases.filter(reference__in=wanted).select_related("requester", "restriction").order_by("pk")[:10]
        )
        if found:
            return found
    return []


def _pattern(authority: Authority) -> re.Pattern[str]:
    """What a reference of the force looks like, by its scheme."""
    places = {"seq": r"\d{1,8}", "yy": r"\d{2}", "yyyy": r"\d{4}"}
    parts = [
        re.escape(literal) + places.get(name or "", "")
        for literal, name, _, _ in string.Formatter().parse(authority.reference_scheme)
    ]
    return re.compile(rf"(?<![\w/.-]){''.join(parts)}(?![\w/]|[.-]\d)", re.IGNORECASE)
