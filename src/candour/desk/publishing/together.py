"""One decision on the publication of many answers. What a person has to read word by word is left to its own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from candour.desk.caseload.together import Prospect, Step, count_of_cases
from candour.desk.models import Case, Response, StaffMember
from candour.desk.publishing.decision import Choice, day_of_publication, denies, put_off, unsettled
from candour.desk.publishing.masking import published_letter
from candour.desk.publishing.publish import publish, topics_of_request
from candour.desk.publishing.suspects import suspects
from candour.desk.publishing.topics import topics
from candour.letters.model import day as written_day

CHOICES = (Choice.NOW, Choice.HOLD, Choice.NOT)
"""What can be decided of many answers; a day of its own is chosen for one."""

_EVENTS = {Choice.NOW: "publish", Choice.HOLD: "hold_publication", Choice.NOT: "decline_publication"}
_SAYS = {Choice.HOLD: "held", Choice.NOT: "not published"}
_TOLD = {
    Choice.NOW: "The answers of {} are published.",
    Choice.HOLD: "The answers of {} are held.",
    Choice.NOT: "The answers of {} are not published.",
}


@dataclass(frozen=True, slots=True)
class DecidePublication(Step):
    """The answers of the cases go on the disclosure log, are held, or stay off it, for one reason.

    `day`: when to look at a hold again. An answer in which something may name somebody is not published so.
    """

    name = "publication"
    choice: Choice
    why: str
    day: date | None = None

    @property
    def event(self) -> str:
        """Each choice is a step of its own."""
        return _EVENTS[self.choice]

    @property
    def chosen(self) -> str:
        """What was decided, and for a hold until when."""
        return f"{self.choice.value} {self.day or ''}".strip()

    def look(self, cases: Sequence[Case]) -> Mapping[int, Prospect]:
        """Every answer of a case of which nothing is settled yet, and what becomes of it."""
        answers: dict[int, list[Response]] = {case.pk: [] for case in cases}
        found = unsettled(cases)
        for each in found if self.choice == Choice.NOW else found.defer("frozen"):
            answers[each.case_id].append(each)
        return {key: self._prospect(letters) for key, letters in answers.items()}

    def _prospect(self, letters: Sequence[Response]) -> Prospect:
        rests_on = [[letter.pk, vars(letter)["decision"]] for letter in letters]
        if not letters:
            return Prospect("", rests_on, "no answer of it waits for a decision on its publication")
        if self.choice != Choice.NOW:
            return Prospect(_SAYS[self.choice], rests_on)
        named = sum(len(suspects(published_letter(letter.case, letter)[0])) for letter in letters)
        why_not = (
            f"it holds {named} phrase{'s' if named != 1 else ''} that may name somebody; read it on its own page, and "
            "decide there"
            if named
            else ""
        )
        return Prospect("; ".join(map(_published, letters)), rests_on, why_not)

    def take(self, case: Case, actor: StaffMember) -> None:
        """Decide as on the page of each answer."""
        for letter in unsettled([case]).defer("frozen"):
            if self.choice == Choice.NOW:
                publish(letter.pk, actor, why=self.why)
            else:
                put_off(letter.pk, self.choice, self.why, actor, self.day)

    @property
    def to_read(self) -> str:
        """What is to be published is read first, as readers will see it."""
        return "desk:publish" if self.choice == Choice.NOW else ""

    @property
    def pledge(self) -> str:
        """As on the page of one answer."""
        return (
            "I have read each of these answers, and nothing in them identifies the requester or anybody else who must "
            "not be named"
            if self.choice == Choice.NOW
            else ""
        )

    def told(self, many: int) -> str:
        """Of how many."""
        return _TOLD[self.choice].format(count_of_cases(many))


def _published(letter: Response) -> str:
    """From when readers see it, and under which topics they find it."""
    day = day_of_publication(letter, None)
    when = "today" if day <= timezone.localdate() else f"{written_day(day)}, by the rule"
    if day < timezone.localdate():
        when = f"today, under {written_day(day)} by the rule"
    about = ", ".join(topics()[slug].title for slug in topics_of_request(letter.case, letter))
    denied = ", which neither confirms nor denies" if denies(letter) else ""
    return f"published{denied}: on the log from {when}, under {about}"
