"""Signing in: second factors, signed-in sessions, attempts, and the log of all of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from candour.desk.models.authority import Authority


class SecondFactor(models.Model):
    """An authenticator app of somebody. `sealed` is what `candour.sealing` makes of its secret.

    It counts once a code of it was given (`confirmed_at`). `last_step` is the half minute of the last code that was
    taken: that code and all before it are spent.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    sealed = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"the second factor of {self.person}"


class RecoveryCode(models.Model):
    """A code that stands in for the app once; it is deleted as it is used. Its digest alone is kept."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("factor", "digest"), name="one_recovery_code")]

    def __str__(self) -> str:
        return f"a recovery code of {self.factor.person}"


class StaffSession(AbstractBaseSession):
    """A session, with whose it is: so that people see where they are signed in, and can end it there."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions")
    began_at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"a session of {self.person or 'nobody'}"


class SignInAttempts(models.Model):
    """How often something was tried since `since`; `who` is a keyed digest, so neither names nor addresses are kept."""

    what = models.CharField(max_length=20)
    who = models.CharField(max_length=64)
    taken = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("what", "who"), name="one_count_of_attempts")]

    def __str__(self) -> str:
        return f"{self.taken} of {self.what} since {self.since:%Y-%m-%d %H:%M}"


class SignInKind(models.TextChoices):
    """What the log of signing in tells."""

    SIGNED_IN = "signed_in", "Signed in"
    REFUSED = "refused", "Refused"
    LIMITED = "limited", "Limited: too many attempts"
    SIGNED_OUT = "signed_out", "Signed out"
    ENDED = "ended", "Sessions ended"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    FACTOR_SET_UP = "factor_set_up", "Second factor set up"
    FACTOR_REMOVED = "factor_removed", "Second factor removed"
    NEW_CODES = "new_codes", "New recovery codes"
    TIED = "tied", "Tied to the identity provider"
    UNTIED = "untied", "Tie to the identity provider undone"


class SignInRecord(models.Model):
    """One line of the log: what happened to whose account, how, from where, and who did it if it was somebody else.

    `person` is empty for a name that no account has; what was typed is not kept, since it may be a password.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField("what", max_length=20, choices=SignInKind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="sign_in_records"
    )
    who = models.CharField("account", max_length=150, blank=True)
    authority = models.ForeignKey(Authority, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.CharField("done by", max_length=150, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = "line of the sign-in log"
        verbose_name_plural = "sign-in log"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.who or 'no account'} ({self.at:%Y-%m-%d %H:%M})"
