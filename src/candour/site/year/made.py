"""A case of the seeded year on its way into the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from candour.desk.models import Case, Question, StaffMember
from candour.letters.response import Answer
from candour.site.year.plan import Planned, Step


@dataclass(frozen=True, slots=True)
class Made:
    """A case of the year as it is stored, with what it was made from.

    `site`: where the desk is served, which the links of its mails begin with.
    """

    planned: Planned
    case: Case
    answers: list[Answer]
    questions: list[Question]
    opening: str
    officer: StaffMember | None
    people: dict[str, StaffMember]
    site: str

    def by(self, step: Step) -> StaffMember | None:
        """Who took the step; nobody when the desk itself did."""
        return None if step.by == "desk" else self.people[step.by]

    def done(self, what: str) -> datetime | None:
        """When the step was taken; None when it was not."""
        return self.planned.when(what)
