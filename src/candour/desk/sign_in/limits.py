"""How often one may try to sign in, counted in the database, so that every process of every server counts alike.

An attempt is taken before a password or code is looked at, and given back when it was right. So many processes at once
cannot try more than the limit; and what is counted never tells whether there is such an account, nor whether its person
has signed in meanwhile.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from candour.desk.models import SignInAttempts


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong attempts within so long."""

    most: int
    within: timedelta = timedelta(minutes=15)


LIMITS = {"account": Limit(10), "address": Limit(50), "code": Limit(5), "password": Limit(5), "provider": Limit(600)}
"""By what is counted. `account`: passwords for one name, whether or not an account has it; `address`: sign-ins from one
network address, which a whole force may share; `code`: codes of a second factor; `password`: the current password where
somebody who has signed in gives it again; `provider`: visits to the identity provider from one network address."""


class Limited(Exception):
    """There were too many attempts; the next one is possible at `until`. `newly`: nobody was told so before."""

    def __init__(self, until: datetime, *, newly: bool) -> None:
        self.until, self.newly = until, newly
        # The minute that is told has begun only after the second that counts.
        at = timezone.localtime(until) + timedelta(minutes=1)
        super().__init__(f"There were too many attempts that failed. Try again at {at:%H:%M}.")


def take(what: str, who: str) -> None:
    """Count one attempt. Raises Limited when there were too many already; nothing is to be tried then."""
    limit, now = LIMITS[what], timezone.now()
    with transaction.atomic():
        counted, _ = SignInAttempts.objects.get_or_create(what=what, who=_sign(what, who), defaults={"since": now})
        counted = SignInAttempts.objects.select_for_update().get(pk=counted.pk)
        if counted.since <= now - limit.within:
            counted.since, counted.taken = now, 0
        counted.taken += 1
        counted.save()
    if counted.taken > limit.most:
        raise Limited(counted.since + limit.within, newly=counted.taken == limit.most + 1)


def give_back(what: str, who: str) -> None:
    """Uncount one attempt that was right."""
    SignInAttempts.objects.filter(what=what, who=_sign(what, who), taken__gt=0).update(taken=F("taken") - 1)


def forget_old() -> None:
    """Delete the counts whose time is over."""
    longest = max(limit.within for limit in LIMITS.values())
    SignInAttempts.objects.filter(since__lt=timezone.now() - longest).delete()


def _sign(what: str, who: str) -> str:
    folded = unicodedata.normalize("NFKC", who).strip().casefold()
    return salted_hmac("candour.desk.sign_in.limits", f"{what}:{folded}", algorithm="sha256").hexdigest()
