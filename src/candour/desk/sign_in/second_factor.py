"""The second factor of somebody: an authenticator app, and recovery codes for the day on which it is lost."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from candour.desk.models import RecoveryCode, SecondFactor, SignInKind, StaffMember
from candour.desk.sign_in import codes, limits, log
from candour.desk.sign_in.steps import APP, RECOVERY, end_sessions
from candour.sealing import CannotUnseal, opened, seal
from candour.site.config import config

_log = logging.getLogger(__name__)


def factor_of(person: StaffMember) -> SecondFactor | None:
    """The second factor that the person has set up; None without one."""
    return SecondFactor.objects.filter(person=person, confirmed_at__isnull=False).first()


def begun(person: StaffMember) -> bytes:
    """The secret of the app that the person is setting up; it stays the same until it is confirmed.

    For who has none yet (`factor_of`): a confirmed secret is never shown again.
    """
    new = codes.new_secret()
    factor, _ = SecondFactor.objects.get_or_create(person=person, defaults={"sealed": seal(new, config().seal_keys())})
    try:
        return _secret(factor)
    except CannotUnseal:
        # It was begun under a key that is gone: nobody has it in an app, so another takes its place.
        SecondFactor.objects.filter(pk=factor.pk, confirmed_at=None).update(sealed=seal(new, config().seal_keys()))
        return new


def confirm(request: HttpRequest, person: StaffMember, given: str) -> list[str] | None:
    """Count the app as the person’s from now on, when its code is right: the recovery codes are returned, else None.

    Every other session of the person ends, since it was begun without it. Raises Limited.
    """
    factor = SecondFactor.objects.filter(person=person, confirmed_at__isnull=True).first()
    if factor is None or not _right(request, person, _take_code, factor, given):
        return None
    with transaction.atomic():
        SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=timezone.now())
        made = _make_codes(factor)
        end_sessions(person, but=request.session.session_key)
        log.note(request, SignInKind.FACTOR_SET_UP, person)
    return made


def check(request: HttpRequest, person: StaffMember, given: str) -> str | None:
    """How the person has shown who they are with this code, APP or RECOVERY; None when it is wrong or spent.

    A code counts once: of two processes that are given the same one at once, one is told None. Raises Limited.
    """
    factor = factor_of(person)
    how = APP if codes.plain(given).isdigit() else RECOVERY
    take = _take_code if how == APP else _take_recovery_code
    return how if factor and _right(request, person, take, factor, given) else None


def new_codes(request: HttpRequest, person: StaffMember) -> list[str]:
    """New recovery codes in place of the old ones, which count no more. Raises SecondFactor.DoesNotExist."""
    with transaction.atomic():
        made = _make_codes(SecondFactor.objects.select_for_update().get(person=person, confirmed_at__isnull=False))
        log.note(request, SignInKind.NEW_CODES, person)
    return made


def remove(request: HttpRequest, person: StaffMember, by: StaffMember | None = None) -> bool:
    """Take the second factor away; `by` an administrator, where its person has lost it: then all their sessions end.

    Whether there was one is returned.
    """
    with transaction.atomic():
        had_one = bool(SecondFactor.objects.filter(person=person).delete()[0])
        if had_one:
            end_sessions(person, but=None if by else request.session.session_key)
            log.note(request, SignInKind.FACTOR_REMOVED, person, by=by)
    return had_one


def _right(
    request: HttpRequest,
    person: StaffMember,
    take: Callable[[SecondFactor, str], bool],
    factor: SecondFactor,
    given: str,
) -> bool:
    who = str(person.pk)
    try:
        limits.take("code", who)
    except limits.Limited as limited:
        if limited.newly:
            log.note(request, SignInKind.LIMITED, person, "by codes of the second factor")
        raise
    if not take(factor, codes.plain(given)):
        log.note(request, SignInKind.REFUSED, person, "wrong code")
        return False
    limits.give_back("code", who)
    return True


def _take_code(factor: SecondFactor, given: str) -> bool:
    try:
        secret = _secret(factor)
    except CannotUnseal as lost:
        # Recovery codes need no key, so the person is not locked out by what only an operator can mend.
        _log.error("a second factor: %s", lost)
        return False
    step = codes.step_of(given, secret, timezone.now())
    if step is None:
        return False
    # The database compares and writes in one, so that a code seen over a shoulder is of no use, not even at once. It is
    # sealed anew on the way, so that a key that was changed can be taken away one day.
    spent = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
    return bool(spent.update(last_step=step, sealed=seal(secret, config().seal_keys())))


def _take_recovery_code(factor: SecondFactor, given: str) -> bool:
    return bool(RecoveryCode.objects.filter(factor=factor, digest=codes.digest_of(given)).delete()[0])


def _make_codes(factor: SecondFactor) -> list[str]:
    RecoveryCode.objects.filter(factor=factor).delete()
    made = codes.recovery_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=codes.digest_of(each)) for each in made)
    return made


def _secret(factor: SecondFactor) -> bytes:
    return opened(bytes(factor.sealed), config().seal_keys())
