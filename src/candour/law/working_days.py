"""The statutory date in short: the twentieth working day following the date of receipt (FOIA s10(1), s10(6)).

For a request to which nothing has happened yet but its receipt. `candour.law.clock` counts everything that follows, and
`candour.law.calendars` holds the calendars of the other regimes.
"""

from __future__ import annotations

from datetime import date

from candour.law.calendars import Day, Holiday, PastHorizon, WorkingCalendar, foia_calendar

__all__ = [
    "RESPONSE_DAYS",
    "REVIEW_REQUEST_DAYS",
    "Day",
    "Holiday",
    "PastHorizon",
    "WorkingCalendar",
    "due_date",
    "foia_calendar",
    "minority_due_date",
]

RESPONSE_DAYS = 20
"""Working days to answer in: FOIA s10(1)."""
REVIEW_REQUEST_DAYS = 40
"""Working days within which a requester is normally expected to ask for an internal review: s45 Code of Practice."""


def due_date(received: date) -> date:
    """The last day on which an answer is in time (FOIA s10(1)). Raises PastHorizon."""
    return foia_calendar().after(received, RESPONSE_DAYS)


def minority_due_date(received: date) -> date | None:
    """The last day by the reading of those who deem a request of a day off received on the next working day.

    For information only. None where both readings come to the same, and where the calendar does not reach so far.
    """
    calendar = foia_calendar()
    if calendar.is_working(received):
        return None
    try:
        return calendar.after(calendar.next_working(received), RESPONSE_DAYS)
    except PastHorizon:
        return None
