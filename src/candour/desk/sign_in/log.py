"""The log of signing in, which an administrator reads: a table of its own, whose lines are deleted after a year.

The trail of a force is no place for it: whoever tries a password needs no account, and would make that chain, of which
nothing is ever deleted, as long as they like.
"""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from candour.desk.models import SignInKind, SignInRecord, StaffMember
from candour.site.sender import sender_of

KEPT = timedelta(days=365)


def note(
    request: HttpRequest, kind: SignInKind, person: StaffMember | None, detail: str = "", by: StaffMember | None = None
) -> None:
    """Write one line about the account of `person`; `by` is who did it, where that is somebody else."""
    SignInRecord.objects.create(
        kind=kind,
        person=person,
        who=person.username if person else "",
        authority=person.authority if person else None,
        by=by.username if by else "",
        detail=detail,
        address=sender_of(request)[:45],
        browser=browser_of(request),
    )


def forget_old() -> None:
    """Delete the lines that are older than a year."""
    SignInRecord.objects.filter(at__lt=timezone.now() - KEPT).delete()


def browser_of(request: HttpRequest) -> str:
    """The browser and its system in a few words, as far as it says what it is."""
    said = request.META.get("HTTP_USER_AGENT", "")
    browser = next((name for sign, name in _BROWSERS if sign in said), "")
    system = next((name for sign, name in _SYSTEMS if sign in said), "")
    return f"{browser} on {system}" if browser and system else browser or system or "Unknown browser"


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
"""In this order, since Edge says that it is Chrome, and Chrome that it is Safari."""
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
