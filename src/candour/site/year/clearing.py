"""Letters of the seeded year that are up for clearance: what is said of them, and one that could not wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from candour.desk.clearing.clear import bypass
from candour.desk.clearing.passages import comment, passages_of, settle
from candour.desk.deadlines.clock import working_calendar
from candour.desk.models import Authority, Response, ResponseState
from candour.desk.models.response import LetterKind
from candour.desk.publishing.decision import Choice, put_off
from candour.post.send import send
from candour.site.year.made import Made
from candour.site.year.moment import at, happening
from candour.site.year.plan import described

_UNANSWERED = 2
"""How many letters of a force have a comment that nobody has settled."""


def talk_about_letters(authority: Authority, made: list[Made]) -> None:
    """Comment on passages of the letters that are up; and send one of them at once where the force has many."""
    by_case = {each.case.pk: each for each in made}
    waiting = Response.objects.filter(
        case__in=by_case, state=ResponseState.AWAITING_CLEARANCE, kind=LetterKind.ANSWER
    ).order_by("prepared_at")
    letters = list(waiting.select_related("case__authority", "case__requester"))
    if authority.slug == described()["comments"]["bypassed_at"] and len(letters) > 1:
        _could_not_wait(letters.pop(), by_case)
    left = _UNANSWERED
    for letter in letters:
        left -= _comment(letter, by_case[letter.case_id], left)


def _comment(letter: Response, each: Made, left: int) -> int:
    """Say what the file has on passages of the letter; how many stay unsettled is returned, at most `left`."""
    unsettled = 0
    passages = passages_of(letter)
    when = letter.prepared_at
    for said in described()["comments"]["said"]:
        number = next((passage.number for passage in passages if said["on"] in passage.text), None)
        if number is None or ("settled" not in said and left <= unsettled):
            continue
        when += timedelta(minutes=35)
        with happening(when):
            made = comment(letter.pk, number, said["text"], each.people["approver"])
        if "settled" in said:
            with happening(when + timedelta(minutes=12)):
                settle(made.pk, said["settled"], each.people["officer"])
        else:
            unsettled += 1
    return unsettled


def _could_not_wait(letter: Response, by_case: dict[int, Made]) -> None:
    people = by_case[letter.case_id].people
    with happening(letter.prepared_at + timedelta(minutes=50)):
        bypass(letter.pk, letter.digest, described()["comments"]["bypass"], people["manager"])
    with happening(letter.prepared_at + timedelta(minutes=58)):
        send(letter.pk, people["officer"])


def decide_on_publication(made: list[Made], now: datetime) -> None:
    """Hold, or keep off the log, what has been sent for some weeks and was not published."""
    calendar, words = working_calendar(), described()["publication"]
    for place, each in enumerate(each for each in made if each.done("send") and not each.done("publish")):
        sent = each.done("send")
        assert sent is not None
        when = at(calendar.after(timezone.localtime(sent).date(), 12), 11, 25)
        if when < now:
            letter = each.case.responses.get(kind=LetterKind.ANSWER, state=ResponseState.SENT)
            choice = (Choice.NOT, Choice.HOLD)[place % 2]
            with happening(when):
                put_off(letter.pk, choice, words[choice.value], each.people["officer"])
