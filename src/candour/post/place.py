"""Which case a message belongs to.

A message joins a case by itself only where two things agree that a stranger cannot both know: it answers a letter that
we sent or names the case, and it comes from the address that the requester gave. Reports of delivery carry
the Message-ID of the letter that came back, which only its recipient's servers saw. Everything else waits for a person,
with the likely case beside it.
"""

from __future__ import annotations

import re
import string

from candour.desk.models import Authority, Case, EventKind, Response
from candour.desk.trail import record
from candour.post.models import EntryState, QueueEntry
from candour.post.reading import Kind, ReadMessage

_OUR_KEY = re.compile(r"[0-9a-f]{40}")
_SEARCHED = 50_000
_MOST_TOKENS = 200


def place(entry: QueueEntry, reading: ReadMessage) -> None:
    """Save the entry: joined to its case, or waiting. Joining never opens, answers or closes a case."""
    assert entry.authority is not None
    answered = _answered(entry.authority, reading)
    named = _named(entry.authority, reading)
    candidates = list(dict.fromkeys((*answered, *named)))
    if reading.kind is Kind.BOUNCE and answered:
        _join(entry, answered[0], reading)
        return
    ours = [case for case in candidates if _is_requester(case, reading)]
    if len(ours) == 1 and not reading.authentication.is_failed:
        _join(entry, ours[0], reading)
        return
    if candidates:
        entry.suggested = (ours or candidates)[0]
        entry.why_waiting = entry.why_waiting or _why(ours, reading)
    elif not entry.why_waiting:
        entry.why_waiting = "It names no case of this force."
    entry.save()


def _join(entry: QueueEntry, case: Case, reading: ReadMessage) -> None:
    entry.state, entry.case, entry.why_waiting = EntryState.JOINED, case, ""
    entry.save()
    what = {
        Kind.MAIL: "A message from the requester came in and was joined to the case.",
        Kind.AUTO_REPLY: "An automatic reply came in. It changes nothing.",
        Kind.BOUNCE: "A letter of this case came back or was delayed on its way: see the mail of the case.",
    }
    record(case, EventKind.MAIL, None, what[reading.kind])


def _why(ours: list[Case], reading: ReadMessage) -> str:
    if len(ours) > 1:
        return "It names several cases of the same requester."
    if reading.authentication.is_failed and ours:
        return "It says that it is from the requester, but the checks of the sender failed."
    return "It names a case, but does not come from the address that the requester gave."


def _is_requester(case: Case, reading: ReadMessage) -> bool:
    return bool(reading.sender.address) and case.requester.email.casefold() == reading.sender.address


def _answered(authority: Authority, reading: ReadMessage) -> list[Case]:
    """The cases whose letters the message answers or returns."""
    keys = {reference.partition("@")[0] for reference in reading.references}
    found = []
    for key in sorted(key for key in keys if _OUR_KEY.fullmatch(key))[:20]:
        letters = Response.objects.filter(digest__startswith=key, case__authority=authority)
        found += [letter.case for letter in letters.select_related("case__requester")[:2]]
    return list(dict.fromkeys(found))


def _named(authority: Authority, reading: ReadMessage) -> list[Case]:
    """The cases of the force whose references stand in the subject or, if there is none, in the text."""
    for words in (reading.subject, reading.text[:_SEARCHED]):
        tokens = list(dict.fromkeys(found.upper() for found in _pattern(authority).findall(words)))[:_MOST_TOKENS]
        wanted = {*tokens, *(token.lower() for token in tokens)}
        found = list(authority.cases.filter(reference__in=wanted).select_related("requester").order_by("pk")[:10])
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
