"""How often the same person may do the same thing, counted in the database: floods are held off without a puzzle."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from candour.portal.models import Attempt

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = {
    "draft": (60, _HOUR),
    "code": (5, _HOUR),
    "code-sender": (30, _HOUR),
    "send": (10, _DAY),
    "send-sender": (60, _DAY),
    "follow": (20, _HOUR),
    "feedback": (10, _HOUR),
}
"""What may be done how often in which time. A library or a newsroom shares one address, so those are generous."""

_KEPT = 2 * _DAY


def allowed(what: str, who: str) -> bool:
    """Note one more attempt of `who`, and say whether it is within the limit of `what`."""
    most, within = LIMITS[what]
    now, key = timezone.now(), salted_hmac("candour.portal.limits", f"{what}:{who}", algorithm="sha256").hexdigest()
    Attempt.objects.filter(at__lt=now - _KEPT).delete()
    if Attempt.objects.filter(what=what, who=key, at__gt=now - within).count() >= most:
        return False
    Attempt.objects.create(what=what, who=key, at=now)
    return True
