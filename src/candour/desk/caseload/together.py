"""Steps that can be taken on many cases at once: what each would do to a case, why not, and the step itself.

A step on a case is the one that is taken on the page of that case, with the same rules. `look` asks a fixed number of
questions of the database however many cases there are; what only shows when the step is taken is told then.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import Max
from django.utils import timezone

from candour.desk.business_areas.tasks import remind
from candour.desk.caseload.assign import assign
from candour.desk.caseload.notes import write_note
from candour.desk.caseload.profile import set_profile
from candour.desk.caseload.watching import add_watcher
from candour.desk.models import Case, Event, EventKind, Profile, StaffMember, Task, TaskState, Watch


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a step would do to a case, in words, or why it would do nothing.

    `rests_on`: plain JSON of what has to be the same still when the step is taken.
    """

    says: str
    rests_on: Any = None
    why_not: str = ""


class Step(ABC):
    """One step with what was chosen for it; `name` stands in addresses."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def event(self) -> str:
        """The event of the workflow that it is."""

    @property
    @abstractmethod
    def chosen(self) -> str:
        """What was chosen: a preview of something else is none of this."""

    @abstractmethod
    def look(self, cases: Sequence[Case]) -> Mapping[int, Prospect]:
        """What it would do to each of the cases, by key."""

    @abstractmethod
    def take(self, case: Case, actor: StaffMember) -> None:
        """Take it. Raises NotAllowed, Refused."""

    @abstractmethod
    def told(self, many: int) -> str:
        """What was done, once it was taken on so many cases."""

    @property
    def to_read(self) -> str:
        """The name of the page of each case that has to be read before the step is confirmed; empty where none is."""
        return ""

    @property
    def pledge(self) -> str:
        """What whoever confirms has to tick; empty where it is nothing."""
        return ""


@dataclass(frozen=True, slots=True)
class HandOver(Step):
    """The cases go to somebody, with a note."""

    name = "hand-over"
    event = "assign"
    officer: StaffMember
    note: str = ""

    @property
    def chosen(self) -> str:
        """To whom."""
        return str(self.officer.pk)

    def look(self, cases: Sequence[Case]) -> Mapping[int, Prospect]:
        """From whom to whom."""
        return {
            case.pk: Prospect(
                f"from {case.officer or 'nobody'} to {self.officer}",
                case.officer_id,
                f"{self.officer} has it already" if case.officer_id == self.officer.pk else "",
            )
            for case in cases
        }

    def take(self, case: Case, actor: StaffMember) -> None:
        """Give the case as on its own page."""
        assign(case.pk, self.officer, self.note, actor)

    def told(self, many: int) -> str:
        """How many went."""
        return f"{count_of_cases(many)} went to {self.officer}."


@dataclass(frozen=True, slots=True)
class AddWatcher(Step):
    """Somebody is told of what is done on the cases."""

    name = "watch"
    event = "set_watchers"
    person: StaffMember

    @property
    def chosen(self) -> str:
        """Who."""
        return str(self.person.pk)

    def look(self, cases: Sequence[Case]) -> Mapping[int, Prospect]:
        """Who watches from now on."""
        watched = set(Watch.objects.filter(person=self.person, case__in=cases).values_list("case", flat=True))
        return {
            case.pk: Prospect(
                f"{self.person} watches it from now on",
                why_not=f"{self.person} watches it already" if case.pk in watched else "",
            )
            for case in cases
        }

    def take(self, case: Case, actor: StaffMember) -> None:
        """Add the watcher as on the page of the case."""
        add_watcher(case.pk, self.person, actor)

    def told(self, many: int) -> str:
        """How many are watched."""
        return f"{self.person} watches {count_of_cases(many)} more."


@dataclass(frozen=True, slots=True)
class Remind(Step):
    """The areas whose day has passed are asked again by mail, but not twice on one day."""

    name = "remind"
    event = "ask_area"
    today: date

    @property
    def chosen(self) -> str:
        """The day by which a task is overdue."""
        return self.today.isoformat()

    def look(self, cases: Sequence[Case]) -> Mapping[int, Prospect]:
        """Which areas."""
        late: dict[int, list[Task]] = {case.pk: [] for case in cases}
        for task in Task.objects.filter(case__in=cases, **self._overdue()).select_related("area").order_by("pk"):
            late[task.case_id].append(task)
        return {key: self._prospect(tasks) for key, tasks in late.items()}

    def _overdue(self) -> dict[str, Any]:
        return {"state": TaskState.OPEN, "wanted_by__lt": self.today}

    def _prospect(self, tasks: Sequence[Task]) -> Prospect:
        due = [task for task in tasks if not self._reminded_today(task)]
        areas = ", ".join(dict.fromkeys(str(task.area) for task in due))
        why_not = "" if due else "every area was reminded today already" if tasks else "no area is late with an answer"
        return Prospect(f"reminds {areas}", [task.pk for task in due], why_not)

    def _reminded_today(self, task: Task) -> bool:
        return task.reminded_at is not None and timezone.localdate(task.reminded_at) >= self.today

    def take(self, case: Case, actor: StaffMember) -> None:
        """Remind each as on the page of its task."""
        for task in Task.objects.filter(case=case, **self._overdue()).order_by("pk"):
            if not self._reminded_today(task):
                remind(task.pk, actor)

    def told(self, many: int) -> str:
        """Of how many the areas are reminded."""
        return f"The areas that are late are reminded by mail of {count_of_cases(many)}."


@dataclass(frozen=True, slots=True)
class WriteNote(Step):
    """The same note stands in the trail of each case."""

    name = "note"
    event = "note"
    text: str

    @property
    def chosen(self) -> str:
        """The words, as a digest."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def look(self, cases: Sequence[Case]) -> Mapping[int, Prospect]:
        """Nothing stands against a note, but that one was written since, which may be this very one."""
        notes = Event.objects.filter(case__in=cases, kind=EventKind.NOTE).order_by()
        last = dict(notes.values("case").annotate(last=Max("sequence")).values_list("case", "last"))
        return {case.pk: Prospect("gets the note", last.get(case.pk)) for case in cases}

    def take(self, case: Case, actor: StaffMember) -> None:
        """Write it as on the page of the case."""
        write_note(case.pk, self.text, actor)

    def told(self, many: int) -> str:
        """How many have the note."""
        return f"The note stands in {count_of_cases(many)}."


@dataclass(frozen=True, slots=True)
class ChangeProfile(Step):
    """The cases are watched more closely from now on, or as any other, and why."""

    name = "profile"
    event = "set_profile"
    profile: Profile
    why: str

    @property
    def chosen(self) -> str:
        """How closely."""
        return self.profile.value

    def look(self, cases: Sequence[Case]) -> Mapping[int, Prospect]:
        """From what to what."""
        to = f"“{self.profile.label}”"
        return {
            case.pk: Prospect(
                f"from “{case.get_profile_display()}” to {to}",
                case.profile,
                f"its profile is {to} already" if case.profile == self.profile else "",
            )
            for case in cases
        }

    def take(self, case: Case, actor: StaffMember) -> None:
        """Change it as on the page of the case."""
        set_profile(case.pk, self.profile, self.why, actor)

    def told(self, many: int) -> str:
        """How many have it."""
        return f"The profile of {count_of_cases(many)} is “{self.profile.label}” now."


def count_of_cases(many: int) -> str:
    """The number of cases, in words."""
    return f"{many} case{'s' if many != 1 else ''}"
