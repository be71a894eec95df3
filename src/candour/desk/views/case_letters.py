"""What the page of a case says of its answers: those that were sent, and the last one if it does not hold any more."""

from __future__ import annotations

from typing import Any

from candour.desk.clearing.passages import left_by_answers
from candour.desk.models import Case, EventKind, Response, ResponseState
from candour.desk.stage import awaiting_publication
from candour.letters.labels import OTHER, in_words


def letters_sent(case: Case, answers: list[Response]) -> list[dict[str, Any]]:
    """The answers that went, the first one first, with what each answered and its entry of the log."""
    sent = [letter for letter in reversed(answers) if letter.state == ResponseState.SENT]
    waiting = set(awaiting_publication(case).values_list("pk", flat=True)) if sent else set()
    found = []
    for letter in sent:
        held = {each.question_id for each in case.answered_questions.all() if each.response_id == letter.pk}
        labels = tuple(question.label for question in case.questions.all() if question.pk in held)
        about = in_words((*labels, OTHER) if None in held else labels)
        entry, declined = getattr(letter, "publication", None), False
        if entry:
            standing, colour = "Published", "grey"
        elif declined := letter.pk not in waiting:
            standing, colour = "Not to be published", "grey"
        else:
            standing, colour = "Sent", "green"
        found.append(
            {
                "letter": letter,
                "about": about,
                "entry": entry,
                "declined": declined,
                "standing": standing,
                "colour": colour,
            }
        )
    return found


def became_void(case: Case, letter: Response) -> dict[str, Any]:
    """The letter that does not hold any more, the step by which somebody sent it back, and what was left unsettled."""
    back = case.events.filter(kind=EventKind.SENT_BACK, why=letter.void_because)
    return {
        "void": letter,
        "sent_back": back.select_related("actor").order_by("pk").last(),
        "left_comments": left_by_answers(case),
    }
