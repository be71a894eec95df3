"""People at the desk in the seeded year: who is away, what they hand over, watch and keep, and what has lain."""

from __future__ import annotations

from datetime import datetime, timedelta

from candour.desk.business_areas.referral import refer, who_can_advise
from candour.desk.caseload.assign import assign
from candour.desk.caseload.profile import set_profile
from candour.desk.caseload.restrict import name_on_case, restrict
from candour.desk.caseload.watching import watch
from candour.desk.deadlines.clock import working_calendar
from candour.desk.jobs.worker import run_due
from candour.desk.keeping.retention import ask_destruction, hold, preview
from candour.desk.models import Absence, Authority, Case, Hold, Profile, SavedFilter, StaffMember
from candour.desk.stage import Stage, standing, with_standing
from candour.site.year.made import Made
from candour.site.year.moment import at, happening
from candour.site.year.plan import described

_WATCHED = 3
_UNDECIDED = (Stage.NEW, Stage.DECIDING, Stage.READY)


def people_away(authority: Authority, made: list[Made], now: datetime) -> None:
    """Somebody is away since the day before yesterday and has handed over some of their cases; others go later."""
    words, calendar = described()["day"], working_calendar()
    officers, manager = _of(authority, "officer"), _of(authority, "manager")[0]
    away, colleagues = officers[1], [officers[0], *officers[2:]]
    left = calendar.before(now.date(), 2)
    Absence.objects.create(person=away, first=left, last=calendar.after(now.date(), 6))
    later = now.date() + timedelta(days=26)
    Absence.objects.create(person=officers[-1], first=later, last=later + timedelta(days=11))
    handed = at(calendar.before(left, 1), 16, 5)
    theirs = [each for each in _at_hand(made, handed) if each.officer == away]
    for place, (each, note) in enumerate(zip(theirs, words["hand_over"], strict=False)):
        with happening(handed + timedelta(minutes=4 * place)):
            assign(each.case.pk, colleagues[place % len(colleagues)], note, away)
    closely = [each for each in _at_hand(made, handed) if each.officer and each.officer != away]
    for place, (each, why) in enumerate(zip(closely[::5], words["high"], strict=False)):
        with happening(handed + timedelta(minutes=30 + place)):
            set_profile(each.case.pk, Profile.HIGH, why, manager)


def what_people_keep(authority: Authority, now: datetime) -> None:
    """Cases that are watched, with news of one; filters that are kept."""
    officers, manager, press = _of(authority, "officer"), *_of(authority, "manager")[:1], _of(authority, "press")[0]
    cases = list(authority.cases.filter(final_stage="").order_by("due", "pk"))
    high = [case for case in cases if case.profile == Profile.HIGH]
    of_others = [case for case in cases if case.officer_id not in {None, officers[0].pk}]
    for person, theirs in ((press, high), (manager, high + cases[:_WATCHED]), (officers[0], of_others[:_WATCHED])):
        for case in theirs:
            watch(case, person)
    for person in (officers[0], manager):
        for name, query in described()["day"]["filters"]:
            SavedFilter.objects.create(person=person, name=name, query=query)
    unassigned = authority.cases.filter(final_stage="", officer=None).order_by("received").first()
    if unassigned:
        watch(unassigned, manager)
        with happening(now):
            assign(unassigned.pk, officers[-1], "", officers[0])


def what_is_referred(authority: Authority, now: datetime) -> None:
    """A question of the case that is due last, and is being decided, waits for the advice of a national unit."""
    open_cases = authority.cases.filter(final_stage="", officer__isnull=False, decisions__isnull=False)
    case = open_cases.order_by("-due", "pk").first()
    if case and (unit := who_can_advise(case).first()):
        assert case.officer is not None
        with happening(now):
            refer(case.questions.all()[0], unit, described()["day"]["refer"], case.officer)


def what_is_restricted(authority: Authority, now: datetime) -> None:
    """The last case that the first officer took up is seen by them, a manager and an approver alone."""
    officer, manager, approver = (_of(authority, role)[0] for role in ("officer", "manager", "approver"))
    theirs = authority.cases.filter(final_stage="", officer=officer, responses__isnull=True)
    case = theirs.order_by("-received", "-pk").first()
    if case:
        with happening(now):
            restrict(case.pk, described()["day"]["restrict"], manager)
            name_on_case(case.pk, approver, described()["day"]["named"], officer)


def what_has_lain(authority: Authority, now: datetime) -> None:
    """One of the cases whose time has come is held, and the oldest went with a certificate; the others are due."""
    manager = _of(authority, "manager")[0]
    with happening(now):
        due, _ = preview(authority, now.date())
        if len(due) > 2:
            hold(due[-1].pk, Hold.Kind.LITIGATION, described()["day"]["hold"], manager)
            ask_destruction(authority, [due[0].pk], manager)
            run_due()


def _at_hand(made: list[Made], when: datetime) -> list[Made]:
    """The cases that nothing was planned for after `when` and that were being decided then, and still are."""
    quiet = {
        each.case.pk: each
        for each in made
        if not each.planned.plot and all(step.at < when for step in each.planned.steps)
    }
    found = with_standing(Case.objects.filter(pk__in=quiet)).order_by("pk")
    return [quiet[case.pk] for case in found if standing(case, when.date()).stage in _UNDECIDED]


def _of(authority: Authority, role: str) -> list[StaffMember]:
    return list(authority.staff.filter(role=role).order_by("pk"))
