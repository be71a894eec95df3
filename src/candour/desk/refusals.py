"""Why the desk will not do something, in words that a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from candour.desk.models import Decision, StaffMember


class Refused(Exception):
    """The step cannot be taken now; the message says why and what to do. Nothing was written."""


class NotAllowed(Refused):
    """The person may not take this step."""


class ChangedMeanwhile(Refused):
    """Somebody else saved the decision after this form was opened."""

    def __init__(self, current: Decision, by: StaffMember | None) -> None:
        self.current = current
        who = str(by) if by else "Somebody else"
        super().__init__(
            f"{who} saved this decision while you were working on it. What you wrote is kept below; "
            "compare it with the saved version, then save again to replace it."
        )
