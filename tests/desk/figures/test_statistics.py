"""Every figure is what a slow count of the cases, one by one, comes to; and the queries are few and fixed."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.desk.audit_trail.writing import Past, begin_with
from candour.desk.models import (
    Appeal,
    Authority,
    Case,
    Claim,
    ClockEvent,
    Complaint,
    Decision,
    EventKind,
    Handling,
    InternalReview,
    NoticeResult,
    ReviewFinding,
    StaffMember,
)
from candour.desk.statistics import Quarter, figures_by_quarter, groups, last_quarters
from candour.desk.statistics.exemptions import sections_by_quarter, use_of_limbs
from candour.desk.statistics.fields import FieldError
from candour.desk.statistics.kinds import TESTS
from candour.desk.statistics.waiting import REQUESTER, by_team, waited
from candour.law import Outcome, foia_calendar
from desk.world import TODAY, World, cleared, decide_all, open_case, sent, taken_back

DAYS = st.integers(0, 400).map(lambda back: TODAY - timedelta(days=back))
LIMBS = ("30(3)", "31(1)(a)", "40(2)", "43(2)")


@st.composite
def small_worlds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few cases, each with outcomes, events of the clock, a review, a complaint."""
    cases = []
    for _ in range(draw(st.integers(0, 5))):
        received = draw(DAYS)
        events = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(
                        [
                            *("responded", "withdrawn", "extension_notified", "fees_notice", "fee_paid"),
                            *("clarification_asked", "clarification_given"),
                        ]
                    ),
                    st.integers(0, 60),
                ),
                max_size=4,
            )
        )
        review = draw(st.none() | st.tuples(DAYS, st.none() | st.integers(0, 70)))
        cases.append(
            {
                "received": received,
                "environmental": draw(st.booleans()),
                "due": draw(st.none() | st.integers(15, 60).map(lambda n, day=received: day + timedelta(days=n))),
                "outcomes": draw(st.lists(st.sampled_from(Outcome), min_size=1, max_size=3)),
                "limbs": draw(st.lists(st.sampled_from(LIMBS), max_size=2)),
                "events": [(kind, received + timedelta(days=after)) for kind, after in events],
                "review": review,
                "results": draw(st.lists(st.sampled_from(["upheld", "varied", "overturned"]), max_size=3)),
                "complaint": draw(st.none() | st.tuples(DAYS, st.sampled_from(["", *NoticeResult.values]))),
                "appeal": draw(st.none() | st.tuples(DAYS, st.sampled_from(["", "dismissed", "allowed", "partly"]))),
            }
        )
    return cases


def build(world: World, described: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The world in the database; each case gets its key."""
    for each in described:
        case = open_case(world)
        Case.objects.filter(pk=case.pk).update(received=each["received"], due=each["due"])
        each["case"] = case.pk
        if each["environmental"]:
            case.questions.filter(position=1).update(handling=Handling.EIR)
        question = case.questions.first()
        each["decisions"] = []
        for position, outcome in enumerate(each["outcomes"]):
            about = {"question": question} if position == 0 else {}
            if position == 1:
                about = {"question": case.questions.last()}
            decision = Decision.objects.create(case=case, outcome=outcome, completed=True, **about)
            each["decisions"].append(decision.pk)
        if each["limbs"]:
            Claim.objects.create(decision_id=each["decisions"][0], position=0, limbs=each["limbs"])
        for kind, on in each["events"]:
            ClockEvent.objects.create(case=case, kind=kind, on=on)
        if each["review"]:
            asked, took = each["review"]
            review = InternalReview.objects.create(
                case=case,
                number=1,
                asked_on=asked,
                target=asked + timedelta(days=28),
                latest=asked + timedelta(days=56),
                state="open" if took is None else "answered",
                answered_on=None if took is None else asked + timedelta(days=took),
            )
            for decision, result in zip(each["decisions"], each["results"], strict=False):
                ReviewFinding.objects.create(review=review, decision_id=decision, result=result, reasons="x")
        if each["complaint"]:
            told, result = each["complaint"]
            complaint = Complaint.objects.create(case=case, reference="IC-1", told_on=told, result=result)
            if each["appeal"]:
                lodged, ended = each["appeal"]
                Appeal.objects.create(
                    complaint=complaint, by="requester", reference="1", lodged_on=lodged, result=ended
                )
    return described


def recount(described: list[dict[str, Any]]) -> dict[Quarter, Counter[str]]:
    """Every figure counted slowly, from the description alone."""
    found: dict[Quarter, Counter[str]] = {}
    for each in described:
        count = found.setdefault(Quarter.of(each["received"]), Counter())
        count.update(of_request(each))
        if each["review"]:
            found.setdefault(Quarter.of(each["review"][0]), Counter()).update(of_review(each))
        if each["complaint"]:
            told, result = each["complaint"]
            names = {"not_upheld": "not_upheld", "partly_upheld": "partly_upheld", "upheld": "upheld"}
            more = ["complaints"] + ([f"complaints_{names.get(result, 'otherwise')}"] if result else [])
            found.setdefault(Quarter.of(told), Counter()).update(more)
            if each["appeal"]:
                lodged, ended = each["appeal"]
                names = {"dismissed": "dismissed", "allowed": "allowed", "partly": "allowed"}
                more = ["appeals"] + ([f"appeals_{names[ended]}"] if ended else [])
                found.setdefault(Quarter.of(lodged), Counter()).update(more)
    return found


def waits(each: dict[str, Any], asked: str, answered: str) -> bool:
    return any(
        kind == asked and not any(other == answered and later >= on for other, later in each["events"])
        for kind, on in each["events"]
    )


def of_request(each: dict[str, Any]) -> list[str]:
    """The fields in which one request is counted."""
    kinds = {kind for kind, _ in each["events"]}
    answered = [on for kind, on in each["events"] if kind == "responded"]
    extended, outcomes = "extension_notified" in kinds, set(each["outcomes"])
    clarify = waits(each, "clarification_asked", "clarification_given")
    stopped = clarify or waits(each, "fees_notice", "fee_paid")
    names = ["received"] + ["received_environmental"] * each["environmental"]
    if not answered:
        if clarify:
            names.append("clarification")
        if "withdrawn" in kinds:
            return [*names, "withdrawn"]
        names.append("open")
        names += ["open_extended"] * extended + ["open_stopped"] * stopped
        return names + ["open_late"] * bool(each["due"] and each["due"] < TODAY and not stopped)
    names.append("closed")
    if each["due"] and max(answered) <= each["due"]:
        names.append("in_extended_time" if extended else "in_time")
    else:
        names.append("late")
    if Outcome.NCND in outcomes:
        names.append("ncnd")
    return [*names, came_to(outcomes)]


def came_to(outcomes: set[Outcome]) -> str:
    """The one field that tells what an answered request came to."""
    for whole, name in (
        (Outcome.VEXATIOUS, "vexatious"),
        (Outcome.REPEATED, "repeated"),
        (Outcome.COST_LIMIT, "cost"),
    ):
        if whole in outcomes:
            return name
    given = bool(outcomes & {Outcome.DISCLOSED, Outcome.PARTLY_DISCLOSED})
    refused = bool(
        outcomes & {Outcome.PARTLY_DISCLOSED, Outcome.WITHHELD, Outcome.NCND, Outcome.INTENDED_FOR_PUBLICATION}
    )
    if given:
        return "granted_in_part" if refused else "granted"
    if refused:
        return "refused"
    return "not_held" if Outcome.NOT_HELD in outcomes else "published"


def of_review(each: dict[str, Any]) -> list[str]:
    _, took = each["review"]
    names = ["reviews"]
    if took is None:
        return names
    names.append("reviews_in_time" if took <= 28 else "reviews_in_longer_time" if took <= 56 else "reviews_late")
    results = set(each["results"][: len(each["decisions"])])
    worst = "overturned" if "overturned" in results else "varied" if "varied" in results else "upheld"
    return [*names, f"reviews_{worst}"]


def limbs_recounted(described: list[dict[str, Any]]) -> dict[str, tuple[int, int, int, int, int]]:
    found: dict[str, list[int]] = {}
    for each in described:
        if not any(kind == "responded" for kind, _ in each["events"]):
            continue
        for limb in set(each["limbs"]):
            row = found.setdefault(limb, [0, 0, 0, 0, 0])
            row[0] += 1
            row[1] += 1
            if each["review"] and each["review"][1] is not None and each["results"]:
                row[2 + ["upheld", "varied", "overturned"].index(each["results"][0])] += 1
    return {limb: tuple(row) for limb, row in found.items()}  # type: ignore[misc]  # five each


def test_the_figures_are_what_a_slow_recount_comes_to(world: World) -> None:
    """For any small world: every field of every quarter, and the use and success of every limb."""

    @settings(max_examples=25)
    @given(small_worlds())
    def holds(described: list[dict[str, Any]]) -> None:
        with taken_back():
            build(world, described)
            quarters = last_quarters(TODAY, 7)
            wanted = recount(described)
            for each in figures_by_quarter(world.force, quarters, TODAY):
                slow = wanted.get(each.quarter, Counter())
                assert {name: number for name, number in each.figures.items() if number} == dict(slow)
            uses = use_of_limbs(world.force, quarters[0].first, TODAY)
            fast = {use.limb: (use.cases, use.decisions, use.upheld, use.varied, use.overturned) for use in uses}
            assert fast == limbs_recounted(described)

    holds()


def test_every_request_is_in_exactly_one_field_of_each_division(world: World) -> None:
    """Open, withdrawn or answered; in time, extended or late; and one of what it came to."""
    names = {field.name for group in groups() for field in group.fields}
    came = names & {
        *("granted", "granted_in_part", "refused", "cost", "vexatious", "repeated", "not_held", "published"),
        "no_outcome",
    }

    @settings(max_examples=10)
    @given(small_worlds())
    def holds(described: list[dict[str, Any]]) -> None:
        with taken_back():
            build(world, described)
            for each in figures_by_quarter(world.force, last_quarters(TODAY, 7), TODAY):
                counted = each.figures
                assert counted["received"] == counted["open"] + counted["withdrawn"] + counted["closed"]
                assert counted["closed"] == counted["in_time"] + counted["in_extended_time"] + counted["late"]
                assert counted["closed"] == sum(counted[name] for name in came)

    holds()


def test_the_queries_are_few_and_do_not_grow(world: World) -> None:
    """The page takes as many for many cases as for one."""
    client = client_of(world.officer)
    sent(world)
    seen = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("desk:statistics"))
        assert page.status_code == 200
        seen.append(len(queries))
        sent(world)
    assert seen[0] == seen[1] <= 16
    with CaptureQueriesContext(connection) as queries:
        figures_by_quarter(world.force, last_quarters(TODAY, 20), TODAY)
    assert len(queries) == 4


def test_a_field_that_asks_for_an_unknown_test_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    groups.cache_clear()
    monkeypatch.setattr("candour.desk.statistics.fields.TESTS", TESTS - {"gives"})
    with pytest.raises(FieldError, match="there is no test gives"):
        groups()
    groups.cache_clear()


# Quarters


@given(st.dates(date(2005, 1, 1), date(2090, 1, 1)))
def test_every_day_is_in_the_quarter_that_it_lies_in(day: date) -> None:
    """And quarters follow each other without gap."""
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.after.first - quarter.last == timedelta(days=1)
    assert quarter.after.before == quarter


# Whom cases waited for


def past(case: int, what: EventKind, day: date, actor: StaffMember | None, **facts: Any) -> Past:
    at = timezone.make_aware(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001  made aware at once
    return Past(case, what, at, actor, facts=facts)


def test_days_are_those_of_whom_the_case_waited_for(world: World) -> None:
    """Nobody until it is given away, the officer, the approver who cleared, the requester who was asked."""
    force = world.elsewhere
    case = Case.objects.create(
        authority=force,
        reference="1",
        title="x",
        requester=open_case(world).requester,
        received=date(2026, 2, 2),
        submission="00000000-0000-4000-8000-000000000001",
    )
    officer = StaffMember.objects.create(username="o", authority=force, role="officer", first_name="Ola")
    days = [date(2026, 2, day) for day in (2, 4, 6, 13, 17, 18)]
    begin_with(
        force,
        [
            past(case.pk, EventKind.RECEIVED, days[0], None),
            past(case.pk, EventKind.ASSIGNED, days[1], world.outsider, officer=officer.pk),
            past(case.pk, EventKind.PREPARED, days[3], officer, kind="answer"),
            past(case.pk, EventKind.CLEARED, days[4], world.outsider, kind="answer"),
            past(case.pk, EventKind.SENT, days[5], officer, kind="answer"),
        ],
    )
    ClockEvent.objects.create(case=case, kind="clarification_asked", on=days[2])
    ClockEvent.objects.create(case=case, kind="clarification_given", on=date(2026, 2, 11))
    found = {entry.whom: entry.days for entry in waited(force, date(2026, 1, 1), TODAY, TODAY)}
    assert found == {"Nobody yet": 2, "Ola": 2 + 2 + 1, REQUESTER: 3, "Kemi Hart": 2}


def test_all_the_days_of_a_case_are_somebodys(world: World) -> None:
    """Together they are the working days from receipt to the answer, or to today; and no team has more than its own."""
    case = decide_all(world, open_case(world))
    cleared(world, case)
    today = TODAY + timedelta(days=20)
    entries = waited(world.force, TODAY - timedelta(days=100), today, today)
    assert sum(entry.days for entry in entries) == foia_calendar().between(TODAY, today)
    assert by_team(entries) == []


# The pages


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_and_the_file_say_the_same(world: World) -> None:
    """A figure of the table is a line of the file; the picture says in words what it shows."""
    sent(world)
    client = client_of(world.officer)
    page = client.get(reverse("desk:statistics")).content.decode()
    assert 'aria-label="Requests received in each quarter' in page and "2026 Q1: 1, 100%" in page
    assert "Section 30(3)" in page
    file = client.get(reverse("desk:statistics-file"))
    assert file["Content-Type"].startswith("text/csv")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert "2026 Q1,1.A,received,Received,1" in lines
    assert "2026 Q1,3.S30,section_30,Section 30 relied on,1" in lines
    for asked in ("0", "x", "99999999", "٣"):
        assert client.get(reverse("desk:statistics"), {"quarters": asked}).status_code == 200


def test_the_public_sees_complete_quarters_of_each_force(world: World) -> None:
    """Without signing in, as page and as file; the quarter that runs is not there yet."""
    sent(world)
    public = Client()
    assert world.force.name in public.get(reverse("portal:figures")).content.decode()
    page = public.get(reverse("portal:force-figures", args=[world.force.slug])).content.decode()
    assert "2025 Q4" in page and "2026 Q1" not in page
    file = public.get(reverse("portal:force-figures-file", args=[world.force.slug])).content.decode("utf-8-sig")
    assert "2025 Q4,1.A,received,Received,0" in file
    assert public.get(reverse("portal:force-figures", args=["nowhere"])).status_code == 404


def test_the_sections_of_a_force_are_counted_once_for_a_case(world: World) -> None:
    """Two limbs of one section are one use of the section."""
    case = sent(world).case
    decision = case.decisions.get(question__number="1")
    Claim.objects.create(decision=decision, position=7, limbs=["31(1)(a)", "31(1)(b)"])
    Claim.objects.create(decision=case.decisions.get(question__number="2"), position=1, limbs=["31(1)(a)"])
    found = sections_by_quarter(world.force, last_quarters(TODAY))
    assert found["31"][Quarter(2026, 1)] == 1
    assert Authority.objects.count() == 2
