"""What happens to each request of the seeded year: drawn from a seed, in working days, and cut off at today."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from candour.law import Outcome
from candour.law.calendars import FoiaCalendar

SEED = 20260303
LONDON = ZoneInfo("Europe/London")
_DAYS = 365
_DUE = 20
_ASKED, _EXTENDED, _SENT_BACK, _DENIED = 0.07, 0.08, 0.14, 0.4
_WITHDRAWN = 0.03
_LOCAL = 0.6
"""How many of the requests that could be about one district are."""

_KEPT = 3 * 366
"""For how many days a case is kept at most, once it is closed."""

_LATE = (21, 25, 60)
"""The least, the usual and the most working days that a late answer takes."""

_POST_OPENED = timedelta(hours=8, minutes=30)
"""How long after midnight the requests of a day are in."""

_STUCK = 160
"""How long a case may take that lies about."""


@cache
def described() -> dict[str, Any]:
    """The files that the year is made of, as one."""
    found: dict[str, Any] = {}
    for name in ("year.toml", "topics.toml", "stories.toml", "after.toml"):
        found |= tomllib.loads(resources.files("candour.site.year").joinpath(name).read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a case, by somebody who is named by their part in it."""

    at: datetime
    what: str
    by: str = "officer"
    question: int = 0
    why: str = ""


@dataclass(slots=True)
class Planned:
    """One case of the year: what was asked, what each question came to, and what was done until today."""

    number: int
    received: date
    topic: dict[str, Any]
    outcomes: list[Outcome]
    officer: int | None
    approver: int
    requester: tuple[str, str]
    channel: str
    due: date
    steps: list[Step] = field(default_factory=list)
    district: str = ""
    plot: str = ""
    """What becomes of it where it is a story of its own; the steps stop at its receipt then."""

    @property
    def title(self) -> str:
        """What the case is called."""
        return f"{self.topic['title']}: {self.district}" if self.district else str(self.topic["title"])

    def when(self, what: str) -> datetime | None:
        """When the step was last taken; None where it was not."""
        return max((step.at for step in self.steps if step.what == what), default=None)


def plan_force(slug: str, calendar: FoiaCalendar, now: datetime, taken: frozenset[int], officers: int) -> list[Planned]:
    """The requests of one force in the year up to `now` in the order of their receipt, after a few that are much older.

    `taken`: numbers that other cases of this year have. `officers`: how many there are to share the work.
    """
    rng = random.Random(f"{SEED} {slug}")  # noqa: S311  a drawing that is the same each time is wanted
    settings = described()["forces"][slug]
    # What comes on a day is there once the post of that day has been opened.
    last = now.astimezone(LONDON) - _POST_OPENED
    days = sorted(_receipt(rng, calendar, last.date()) for _ in range(settings["requests"]))
    numbers = _numbers(days, settings["step"], rng, taken)
    plans = [
        _one(rng, calendar, now, received, number, slug, officers)
        for received, number in zip(days, numbers, strict=True)
    ]
    lay_stories(slug, plans, calendar, now.date())
    return [*_older(slug, calendar, now, officers), *plans]


def _older(slug: str, calendar: FoiaCalendar, now: datetime, officers: int) -> list[Planned]:
    """Requests that were closed more than three years ago, which is for how long the forces keep what they hold."""
    rng = random.Random(f"{SEED} {slug} older")  # noqa: S311  as above
    settings = described()["forces"][slug]
    first = now.date() - timedelta(days=_KEPT + 400)
    days = sorted(calendar.next_working(first + timedelta(days=rng.randrange(300))) for _ in range(settings["older"]))
    numbers = _numbers(days, settings["step"], rng, frozenset())
    plans = zip(days, numbers, strict=True)
    return [_one(rng, calendar, now, received, number, slug, officers) for received, number in plans]


def lay_stories(slug: str, plans: list[Planned], calendar: FoiaCalendar, today: date) -> None:
    """Make of a request that came about when a story begins that story: it is told by the steps of the desk alone."""
    for story in described()["story"]:
        begins = calendar.before(today, story["days"])
        free = [plan for plan in plans if not plan.plot and plan.received <= begins]
        if story["force"] != slug or not free:
            continue
        plan = max(free, key=lambda plan: (plan.received, plan.number))
        plan.topic, plan.district, plan.plot, plan.outcomes = story, "", story["plot"], []
        plan.steps = [step for step in plan.steps if step.what == "received"]
        plan.officer = plan.officer or 0


def _receipt(rng: random.Random, calendar: FoiaCalendar, today: date) -> date:
    # Somewhat more came of late than a year ago.
    day = today - timedelta(days=int(_DAYS * (1 - rng.random() ** 0.7)))
    if calendar.is_working(day) or rng.random() < 0.1:
        return day
    later = calendar.next_working(day)
    return later if later <= today else day


def _numbers(days: Sequence[date], step: int, rng: random.Random, taken: frozenset[int]) -> list[int]:
    """A number for each request, upwards in each year, with gaps for what is no request of this desk."""
    numbers: list[int] = []
    last, year = 0, 0
    for day in days:
        if day.year != year:
            # Who begins in the middle of a year does not begin with number 1.
            last, year = (int(day.timetuple().tm_yday * step / 2) if not numbers else 0), day.year
        last += rng.randint(1, step)
        while last in taken:
            last += 1
        numbers.append(last)
    return numbers


def _one(  # noqa: PLR0917  what a case is drawn from
    rng: random.Random,
    calendar: FoiaCalendar,
    now: datetime,
    received: date,
    number: int,
    slug: str,
    officers: int,
) -> Planned:
    settings = described()["forces"][slug]
    topic = rng.choice(described()["topic"])
    first, last = described()["requesters"].values()
    due = calendar.after(received, _DUE)
    case = Planned(
        number=number,
        received=received,
        topic=topic,
        outcomes=_outcomes(rng, topic),
        officer=rng.randrange(officers),
        approver=rng.randrange(2),
        requester=(rng.choice(first), rng.choice(last)),
        channel=rng.choices(("email", "form", "post"), (70, 26, 4))[0],
        due=due,
        district=rng.choice(settings["districts"]) if topic.get("local") and rng.random() < _LOCAL else "",
    )
    start, asked = received, tuple[Step, ...]()
    if rng.random() < _ASKED:
        asked = _clarification(rng, calendar, received)
        start = asked[1].at.date()
    takes = _takes(rng, settings["on_time"])
    extended = _may_extend(case.outcomes) and rng.random() < _EXTENDED
    if extended:
        takes = rng.randint(24, 43)
    steps = [*asked, *_answering(rng, calendar, start, takes, case)]
    if extended:
        notice = calendar.after(start, min(19, takes - 1))
        steps.append(Step(_hour(rng, notice, 15), "extension", why=calendar.after(start, 40).isoformat()))
    steps = _until_withdrawn(calendar, case, sorted(steps, key=lambda step: step.at))
    # Early in the morning the request of this very day has only just come.
    came = next(step for step in steps if step.what == "received")
    case.steps = [step for step in steps if step.at <= now] or [replace(came, at=now)]
    if {step.what for step in case.steps} == {"received"} and rng.random() < 0.35:
        case.officer = None
    return case


def _outcomes(rng: random.Random, topic: dict[str, Any]) -> list[Outcome]:
    """Disclosure at first; what is refused is the last question, or all of them for what concerns a whole request."""
    refuse = Outcome(topic["refuse"])
    count = len(topic["questions"])
    if refuse in {Outcome.COST_LIMIT, Outcome.VEXATIOUS}:
        whole = refuse if count == 1 or rng.random() < 0.7 else Outcome.DISCLOSED
        return [whole] * count
    if refuse is Outcome.NCND:
        return [Outcome.DISCLOSED] * (count - 1) + [refuse] if rng.random() < _DENIED else [refuse] * count
    if rng.random() < 0.45:
        return [Outcome.DISCLOSED] * count
    return [refuse] * count if rng.random() < 0.2 else [Outcome.DISCLOSED] * (count - 1) + [refuse]


def _may_extend(outcomes: list[Outcome]) -> bool:
    return bool({Outcome.WITHHELD, Outcome.NCND} & set(outcomes))


def _takes(rng: random.Random, on_time: float) -> int:
    """In how many working days the answer goes: most of those on time go in the last days."""
    if rng.random() < on_time:
        return round(rng.triangular(2, _DUE, 18.5))
    longest = _STUCK if rng.random() < 0.2 else _LATE[2]
    return round(rng.triangular(_LATE[0], longest, _LATE[1]))


def _clarification(rng: random.Random, calendar: FoiaCalendar, received: date) -> tuple[Step, Step]:
    asked = calendar.after(received, rng.randint(2, 8))
    given = calendar.after(asked, rng.randint(2, 25))
    return Step(_hour(rng, asked, 11), "clarification"), Step(_hour(rng, given, 9), "clarified", by="desk")


def _until_withdrawn(calendar: FoiaCalendar, case: Planned, steps: list[Step]) -> list[Step]:
    """The steps up to the withdrawal of a request, for the few that are withdrawn before a letter is put up."""
    # A drawing of its own: it changes nothing of the other requests.
    rng = random.Random(f"{SEED} {case.received} {case.number} withdrawn")  # noqa: S311  the same each time
    gone = Step(_hour(rng, calendar.after(case.received, rng.randint(2, 6)), 13), "withdrawn", by="desk")
    before = [step for step in steps if step.at < gone.at]
    if rng.random() >= _WITHDRAWN or any(step.what == "prepare" for step in before):
        return steps
    return [*before, gone]


def _answering(rng: random.Random, calendar: FoiaCalendar, start: date, takes: int, case: Planned) -> list[Step]:
    """From the first decision to the log: shares of the time that the answer takes."""

    def day(share: float) -> date:
        return calendar.after(start, max(1, min(takes, round(takes * share))))

    steps = [Step(_hour(rng, case.received, 8), "received", by="desk")]
    if rng.random() < 0.3:
        steps.append(Step(_hour(rng, day(0.1), 9), "assigned", by="manager", why=_drawn(rng, "hand_over")))
    for question in range(len(case.outcomes)):
        decided = _hour(rng, day(0.45 + 0.2 * question / len(case.outcomes)), 10 + question)
        steps.append(Step(decided, "save", question=question))
        steps.append(Step(decided + timedelta(minutes=rng.randint(4, 35)), "complete", question=question))
    put_up = day(0.75)
    if rng.random() < _SENT_BACK and takes > 6:
        first = _hour(rng, put_up, 14)
        steps.append(Step(first, "prepare"))
        steps.append(Step(_hour(rng, put_up, 16), "send_back", by="approver", why=_drawn(rng, "send_back")))
        put_up = day(0.87)
    # The hours keep the order where several of these fall on one day.
    last = day(1.0)
    steps.append(Step(_hour(rng, put_up, 14), "prepare"))
    steps.append(Step(_hour(rng, day(0.95), 15), "clear", by="approver"))
    steps.append(Step(_hour(rng, last, 16), "send"))
    if rng.random() < 0.96:
        steps.append(Step(_hour(rng, calendar.after(last, rng.randint(1, 9)), 10), "publish"))
    return steps


def _drawn(rng: random.Random, name: str) -> str:
    return str(rng.choice(described()["words"][name]))


def _hour(rng: random.Random, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, rng.randint(0, 29), rng.randint(0, 59)), LONDON)
