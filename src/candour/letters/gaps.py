"""What keeps a response from being a letter: what is undecided or incomplete, and dates and names that cannot stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from candour.law.requirements import missing
from candour.letters.labels import OTHER, labels_of, name_of
from candour.letters.model import day
from candour.letters.response import ACT_IN_FORCE, Asked, Exhibit, Response


@dataclass(frozen=True, slots=True)
class Gap:
    """What keeps a letter from being composed: the question it concerns, and what is missing there."""

    about: str
    what: str
    why: str


def gaps(response: Response) -> tuple[Gap, ...]:
    """Everything that keeps the response from being a complete letter; empty when nothing does."""
    known = {label: asked for asked in response.questions for label in labels_of(asked)}
    found: list[Gap] = []
    if not response.questions:
        found.append(Gap("the request", "Add at least one question", "a letter answers questions (section 1(1))"))
    found.extend(date_gaps(response.received, response.dated))
    found.extend(_gaps_of_names(response))
    for asked in response.questions:
        found.extend(_gaps_of_question(asked, response))
    for answer in response.answers:
        name = name_of(answer)
        found.extend(
            Gap(name, f"There is no question {label}", "a decision is about a question")
            for label in answer.about
            if label not in known
        )
        found.extend(Gap(name, lack.what, lack.why) for lack in missing(answer.decision))
    return tuple(found)


def date_gaps(received: date, dated: date) -> Iterator[Gap]:
    """What is wrong with the dates of a letter, whether it is an answer or a notice."""
    began = f"the Act was not in force before {day(ACT_IN_FORCE)} (s87)"
    if received < ACT_IN_FORCE:
        yield Gap("the request", f"Give a date of receipt on or after {day(ACT_IN_FORCE)}", began)
    if dated < ACT_IN_FORCE:
        yield Gap("the letter", f"Date the letter on or after {day(ACT_IN_FORCE)}", began)
    if dated < received:
        yield Gap("the letter", "Date the letter on or after the day of receipt", "no answer precedes its request")


def _gaps_of_names(response: Response) -> Iterator[Gap]:
    labelled = Counter(label for asked in response.questions for label in labels_of(asked))
    for label in (label for label, count in labelled.items() if count > 1):
        yield Gap(
            f"question {label}",
            f"Give each question a number of its own: {labelled[label]} are numbered {label}",
            "a decision has to say which of them it is about",
        )
    tables: dict[str, list[Exhibit]] = {}
    for exhibit in (exhibit for answer in response.answers for exhibit in answer.exhibits if exhibit.file):
        alike = tables.setdefault(PurePath(exhibit.file).name.casefold(), [])
        if exhibit.table not in [known.table for known in alike]:
            alike.append(exhibit)
    for alike in (alike for alike in tables.values() if len(alike) > 1):
        titles = " and ".join(f"“{exhibit.table.title}”" for exhibit in alike)
        yield Gap(
            f"the attachment {alike[0].file}",
            f"Give {titles} a file name each",
            "one of two attachments of the same name would be lost",
        )
    if sum(answer.decision.other_information for answer in response.answers) > 1:
        yield Gap(OTHER, "Decide it once", "two decisions on the same thing exclude each other")


def _gaps_of_question(asked: Asked, response: Response) -> list[Gap]:
    name = f"question {asked.label}"
    if not asked.text.strip() and not asked.parts:
        return [Gap(name, "Give the question its text, or remove it", "an empty question cannot be answered")]
    whole = sum(asked.label in answer.about for answer in response.answers)
    by_part = {
        part.letter: sum(asked.part_label(part.letter) in answer.about for answer in response.answers)
        for part in asked.parts
    }
    if whole > 1 or any(count > 1 for count in by_part.values()) or (whole and any(by_part.values())):
        return [
            Gap(
                name, "Decide it once: as a whole or part by part", "two decisions on the same thing exclude each other"
            )
        ]
    if not whole and not (by_part and all(by_part.values())):
        undecided = [letter for letter, count in by_part.items() if not count]
        what = f"Decide part {' and '.join(undecided)}" if by_part and any(by_part.values()) else "Decide this question"
        return [Gap(name, what, "every question must be answered (section 1(1))")]
    return []
