"""The clock that is set back, so that a step of the desk can be taken on a day that has gone by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from candour.site.year.plan import LONDON


@contextmanager
def happening(moment: datetime) -> Iterator[datetime]:
    """Within, it is `moment` for everything that asks Django for the time.

    For the process that loads the demonstration, which does nothing else: the clock is set back for all of its threads.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield moment
    finally:
        timezone.now = real


def at(day: date, hour: int, minutes: int = 0) -> datetime:
    """An hour of a day in London; minutes beyond the hour run on into the next."""
    return datetime.combine(day, time(hour), LONDON) + timedelta(minutes=minutes)
