"""The steps of signing in: the password, then the second factor where there is one, and only then the session.

Until the last step nobody is signed in: every page of the desk and of the administration stays closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from candour.desk.models import SignInKind, StaffMember, StaffSession
from candour.desk.sign_in import limits, log
from candour.desk.sign_in.sessions import SIGNED_IN
from candour.site.sender import sender_of

PASSWORD, APP, RECOVERY, PROVIDER = "password", "app", "recovery code", "identity provider"
_STRONG = {APP, RECOVERY, PROVIDER}
_WAITING = "awaits_second_factor"
_PATIENCE = timedelta(minutes=10)
_FRESH = timedelta(minutes=10)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def try_password(request: HttpRequest, username: str, password: str) -> StaffMember | None:
    """Whose name and password these are, or None. Raises Limited, without looking at them, after too many attempts.

    Nothing in what is done or said depends on whether there is such an account.
    """
    counted = [("address", sender_of(request)), ("account", username)]
    for what, who in counted:
        try:
            limits.take(what, who)
        except limits.Limited as limited:
            if limited.newly:
                log.note(request, SignInKind.LIMITED, _named(username), f"by {what}")
            raise
    person = authenticate(request, username=username, password=password)
    if person is None:
        log.note(request, SignInKind.REFUSED, _named(username), "wrong name or password")
        return None
    for what, who in counted:
        limits.give_back(what, who)
    assert isinstance(person, StaffMember)
    return person


def _named(username: str) -> StaffMember | None:
    return StaffMember.objects.select_related("authority").filter(username=username).first()


def wait_for_code(request: HttpRequest, person: StaffMember, next_page: str) -> None:
    """Remember in the session that the person gave their password and has still to give a code."""
    half_signed_in(request, _PATIENCE)
    request.session[_WAITING] = {
        "person": person.pk,
        "password": person.get_session_auth_hash(),
        "at": timezone.now().isoformat(),
        "next": next_page,
    }


def half_signed_in(request: HttpRequest, patience: timedelta) -> None:
    """Begin a session of nobody yet, which ends by itself when the sign-in is not finished."""
    request.session.flush()
    request.session.set_expiry(int(patience.total_seconds()))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who gave their password and has still to give a code, and where they want to go."""

    person: StaffMember
    next_page: str


def who_waits(request: HttpRequest) -> Waiting | None:
    """Who has still to give a code in this session; None when nobody has, or their password is ten minutes old."""
    waiting: dict[str, Any] = request.session.get(_WAITING) or {}
    if not waiting or timezone.now() - datetime.fromisoformat(waiting["at"]) > _PATIENCE:
        return None
    person = StaffMember.objects.select_related("authority").filter(pk=waiting["person"], is_active=True).first()
    if person is None or not constant_time_compare(person.get_session_auth_hash(), waiting["password"]):
        return None
    return Waiting(person, waiting["next"])


def sign_in(request: HttpRequest, person: StaffMember, how: str) -> None:
    """Sign the person in: a new session, a line in the log; what is too old is cleared away."""
    request.session.pop(_WAITING, None)
    request.session.set_expiry(None)
    login(request, person, backend=_BACKEND)
    mark(request, how)
    log.note(request, SignInKind.SIGNED_IN, person, f"by {how}")
    StaffSession.objects.filter(expire_date__lt=timezone.now()).delete()
    limits.forget_old()
    log.forget_old()


def mark(request: HttpRequest, how: str) -> None:
    """Write into the session how its person has shown who they are."""
    request.session[SIGNED_IN] = {
        "how": how,
        "at": timezone.now().isoformat(),
        "address": sender_of(request)[:45],
        "browser": log.browser_of(request),
    }


def how_signed_in(request: HttpRequest) -> str:
    """How the person of the session has shown who they are."""
    return str(request.session.get(SIGNED_IN, {}).get("how", PASSWORD))


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether a second factor is required, and this session was begun with a password alone."""
    return bool(settings.CANDOUR_SECOND_FACTOR == "required" and how_signed_in(request) not in _STRONG)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has shown who they are within the last ten minutes."""
    at = request.session.get(SIGNED_IN, {}).get("at")
    return bool(at) and timezone.now() - datetime.fromisoformat(at) <= _FRESH


def end_sessions(person: StaffMember, *, but: str | None = None, only: str | None = None) -> int:
    """End the sessions of the person, or `only` the one with this key; `but` is the key of one to keep. How many."""
    sessions = StaffSession.objects.filter(person=person)
    if only is not None:
        sessions = sessions.filter(session_key=only)
    return sessions.exclude(session_key=but or "").delete()[0]
