"""The stories of the seeded year: cases on which every step after the receipt is one of the desk."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from candour.desk.answering.decide import changing, complete, target
from candour.desk.business_areas.tasks import take_hours
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare, prepare_notice
from candour.desk.deadlines.clock import clock_of, working_calendar
from candour.desk.deadlines.ending import close_lapsed
from candour.desk.intake.triage import triage
from candour.desk.models import Authority, Case, Handling, Response
from candour.desk.models.response import LetterKind
from candour.desk.publishing.publish import publish
from candour.law import Outcome, Provision
from candour.law.calendars import FoiaCalendar
from candour.law.clock import DeadlineKind
from candour.letters.notices import LONGEST_EXTENSION, Clarification, Extension, HandOver, Notice, Unclear
from candour.post.send import send
from candour.site.counts import enter_counts
from candour.site.year.areas import answer_one, ask_one, chase
from candour.site.year.made import Made
from candour.site.year.moment import at, happening


def tell_stories(authority: Authority, made: list[Made], now: datetime) -> None:
    """Take the steps of every story as far as they had been taken by `now`."""
    told = {"asked": _asked, "lapsing": _asked, "lapsed": _lapsed, "handed": _handed, "extended": _extended}
    calendar = working_calendar()
    for each in made:
        if each.planned.plot in _OF_AREAS:
            _OF_AREAS[each.planned.plot](authority, each, calendar, now)
        elif each.planned.plot:
            told[each.planned.plot](each, calendar)


def _asked(each: Made, calendar: FoiaCalendar) -> None:
    """Ask the requester what is meant."""
    story = each.planned.topic
    unclear = tuple(Unclear(*point) for point in story["unclear"])
    _write(each, LetterKind.CLARIFICATION, Clarification(unclear), calendar.after(each.planned.received, 2), calendar)


def _lapsed(each: Made, calendar: FoiaCalendar) -> None:
    """Ask, and close the request on the morning after the requester’s last day."""
    _asked(each, calendar)
    case = Case.objects.get(pk=each.case.pk)
    last = clock_of(case).deadline(DeadlineKind.CLARIFICATION_REPLY)
    assert last is not None
    with happening(at(calendar.after(last.due, 1), 9, 40)):
        close_lapsed(case, each.people["officer"])


def _handed(each: Made, calendar: FoiaCalendar) -> None:
    """Say under what each question is dealt with, and hand over those that are no request under the Act."""
    story = each.planned.topic
    officer, under = each.people["officer"], story["under"]
    leaving = [each.questions[number - 1] for number in story["hand"]]
    looked = calendar.after(each.planned.received, 1)
    with happening(at(looked, 10, 5)):
        triage(each.case.pk, {question.pk: Handling(under) for question in leaving}, officer)
    asked = tuple((question.label, question.text) for question in leaving)
    notice = HandOver(under, asked, story["to"], story["contact"], rest=len(leaving) < len(each.questions))
    _write(each, LetterKind.HAND_OVER, notice, looked, calendar)


def _extended(each: Made, calendar: FoiaCalendar) -> None:
    """Claim more time to weigh the public interest."""
    story, received = each.planned.topic, each.planned.received
    limbs = tuple(map(Provision.parse, story["limbs"]))
    until = calendar.after(received, LONGEST_EXTENSION - 5)
    notice = Extension(limbs, (), story["concerns"], story["because"], until)
    _write(each, LetterKind.EXTENSION, notice, calendar.after(received, min(14, story["days"] - 2)), calendar)


def _costed(authority: Authority, each: Made, calendar: FoiaCalendar, now: datetime) -> None:
    """Ask several areas how long it would take, and make their hours the estimate."""
    story, officer, question = each.planned.topic, each.people["officer"], each.questions[0]
    areas = {area.name: area for area in authority.areas.all()}
    day = calendar.after(each.planned.received, 1)
    wanted = "How many hours would it take to find and read what is asked for? Please time a sample and say how."
    last = now
    for place, (name, hours, said, by) in enumerate(story["estimates"]):
        with happening(at(day, 11, place)):
            task = ask_one(each, question, areas[name], wanted, calendar.after(day, 5))
        last = at(calendar.after(day, 3 + 3 * place), 15, 20)
        chase(task, last, calendar)
        answer_one(task, last, said, hours, by)
    with happening(at(calendar.after(last.date(), 1), 9, 15)):
        decision = target(each.case, f"q{question.pk}")
        with changing(decision, decision.version, officer, "outcome") as stored:
            stored.outcome = Outcome.COST_LIMIT
        take_hours(question.tasks.latest("pk"), stored.version, officer)


def _silent(authority: Authority, each: Made, calendar: FoiaCalendar, now: datetime) -> None:
    """Ask an area, and chase it until it answers, which it may not have done by now."""
    story = each.planned.topic
    day = calendar.after(each.planned.received, 1)
    answered = at(calendar.after(day, 4), 13, 35)
    with happening(at(day, 15, 5)):
        area = authority.areas.get(name=story["area"])
        task = ask_one(each, each.questions[0], area, story["wanted"], calendar.after(day, 5))
    chase(task, answered if "answer" in story else now, calendar)
    if "answer" in story:
        answer_one(task, answered, story["answer"], story["hours"], story["by"])


def _counted(_authority: Authority, each: Made, calendar: FoiaCalendar, _now: datetime) -> None:
    """Answer with a table of small counts that was made safe; the ledger of releases has it from then on."""
    story, officer = each.planned.topic, each.people["officer"]
    day = calendar.after(each.planned.received, 7)
    with happening(at(day, 10, 15)):
        decision = target(each.case, f"q{each.questions[0].pk}")
        stored = enter_counts(decision, story["counts"], story["counts"]["pasted"], officer)
        with changing(stored, stored.version, officer, "words of the answer") as worded:
            worded.disclosed = story["disclosed"]
        complete(worded, worded.version, officer)
    with happening(at(day, 14, 5)):
        letter = prepare(each.case.pk, day, officer)
    after = calendar.after(day, 1)
    with happening(at(after, 9, 50)):
        clear(letter.pk, letter.digest, each.people["approver"])
    with happening(at(after, 15, 30)):
        send(letter.pk, officer)
    with happening(at(calendar.after(after, 2), 11)):
        publish(letter.pk, officer, why="Others have asked the same.")


_OF_AREAS = {"costed": _costed, "silent": _silent, "counted": _counted}


def _write(each: Made, kind: LetterKind, notice: Notice, day: date, calendar: FoiaCalendar) -> Response:
    """Put the letter up, and clear and send it on the working day after unless it is one that waits."""
    story: dict[str, Any] = each.planned.topic
    officer = each.people["officer"]
    with happening(at(day, 14, 10)):
        letter = prepare_notice(each.case.pk, kind, notice, day, officer)
    if story.get("waits"):
        return letter
    after = calendar.after(day, 1)
    with happening(at(after, 10, 20)):
        clear(letter.pk, letter.digest, each.people["approver"])
    with happening(at(after, 11, 45)):
        return send(letter.pk, officer)
