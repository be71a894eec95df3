"""The clock says what the events of a request come to, whatever order they were recorded in."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from candour.law.calendars import PastHorizon, conduct_calendar, eir_calendar, foia_calendar, foisa_calendar
from candour.law.clock import (
    Binding,
    ClarificationAsked,
    ClarificationGiven,
    Clock,
    CommissionerComplaint,
    ComplaintEnded,
    ComplexityExtended,
    Deadline,
    DeadlineKind,
    DecisionNotice,
    EirClock,
    Event,
    ExtensionNotified,
    FeePaid,
    FeesNotice,
    FindingKind,
    FoiaClock,
    FoisaClock,
    ImpossibleEvent,
    InternalReviewAnswered,
    InternalReviewAsked,
    Party,
    Received,
    Regime,
    Responded,
    ReviewExtended,
    State,
    Status,
    StepOrdered,
    StepTaken,
    Transferred,
    Withdrawn,
    aggregation_window,
    qualified_limbs,
    summary,
    time_limit,
)
from candour.law.clock_checks import check
from candour.law.clock_events import LEGAL_ORDER, NAMES, in_legal_order
from candour.law.clock_limits import TimeLimit, UnknownLimit, time_limits

FEE = Decimal(20)
MONDAY = date(2024, 3, 4)
"""A request received then is due on 4 April 2024, and on 2 May at the latest."""
DUE, LATEST = date(2024, 4, 4), date(2024, 5, 2)


def foia(*events: Event) -> FoiaClock:
    """The FOIA clock of the events, on the calendar as shipped."""
    return FoiaClock.replay(events, foia_calendar())


def eir(*events: Event) -> EirClock:
    """The EIR clock of the events, on the calendar as shipped."""
    return EirClock.replay(events, eir_calendar())


def foisa(*events: Event) -> FoisaClock:
    """The FOISA clock of the events, on the calendar as shipped."""
    return FoisaClock.replay(events, foisa_calendar())


def the(clock: Clock[Any], kind: DeadlineKind) -> Deadline:
    """The last deadline of the kind, which there is."""
    found = clock.deadline(kind)
    assert found, kind
    return found


def kinds(clock: Clock[Any]) -> list[FindingKind]:
    """The kinds of the findings."""
    return [finding.kind for finding in clock.findings]


# The worked examples of the reference


def test_every_row_of_the_reference_table(shared: Path) -> None:
    """Each example has its due date, its fortieth day and, for a weekend's receipt, the date by the other practice."""
    with (shared / "reference" / "deadline_examples.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 31
    for row in rows:
        received = date.fromisoformat(row["receipt"])
        clock = foia(Received(received))
        assert clock.due == date.fromisoformat(row["due_20"]), row["note"]
        assert clock.if_extended(received).latest == date.fromisoformat(row["pit_40"]), row["note"]
        other = row["deemed_receipt_due"]
        assert clock.minority_due == (date.fromisoformat(other) if other else None), row["note"]
        assert f"{clock.due:%a}" == row["due_day"]


def test_an_england_only_calendar_is_wrong_where_the_table_says_so(shared: Path) -> None:
    """Counted on the holidays of England and Wales alone, the rows give the wrong dates that the table lists."""
    with (shared / "reference" / "deadline_examples.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        wrong = conduct_calendar().after(date.fromisoformat(row["receipt"]), 20).isoformat()
        assert wrong == (row["england_only_due"] or row["due_20"]), row["note"]


def test_fees_leave_out_the_days_from_notice_to_payment() -> None:
    """The worked example of R-33: eleven working days are disregarded, and 4 March becomes 20 March 2024."""
    received, notice, paid = (
        Received(date(2024, 2, 5)),
        FeesNotice(date(2024, 2, 14), FEE),
        FeePaid(date(2024, 2, 28)),
    )
    assert foia(received).due == date(2024, 3, 4)
    clock = foia(received, notice, paid)
    assert clock.due == date(2024, 3, 20)
    left_out = [day for day in clock.explain() if day.why.startswith("disregarded: fees notice")]
    assert (len(left_out), left_out[0].date, left_out[-1].date) == (11, notice.on, paid.on)
    assert "not counting 11 under the fees notice" in the(clock, DeadlineKind.RESPONSE).explanation


def test_clarification_starts_a_fresh_period() -> None:
    """The worked example of R-46: clarified on 21 March 2024, the request is due on 22 April, not on 4 April."""
    clock = foia(Received(MONDAY), ClarificationAsked(date(2024, 3, 6)), ClarificationGiven(date(2024, 3, 21)))
    assert (clock.received, clock.receipt, clock.due) == (MONDAY, date(2024, 3, 21), date(2024, 4, 22))
    assert clock.explain()[0].why == "the clarification came: this is the date of receipt, day 0"


def test_the_public_interest_extension() -> None:
    """The worked example of R-47: notice by 19 December 2023, an answer by 22 January 2024 at the latest."""
    received = Received(date(2023, 11, 20))
    room = foia(received).if_extended(date(2023, 12, 1))
    assert (room.possible, room.notice_by, room.latest) == (True, date(2023, 12, 19), date(2024, 1, 22))
    clock = foia(received, ExtensionNotified(date(2023, 12, 19), "31(1)(a)(b)", date(2024, 1, 22)))
    assert (clock.state, clock.due) == (State.EXTENDED, date(2024, 1, 22))
    assert the(clock, DeadlineKind.EXTENSION_NOTICE).status is Status.MET
    assert clock.explain()[-1].number == 40


def test_the_internal_review() -> None:
    """The worked example of R-102: forty working days to ask, twenty to answer, forty at most."""
    sent = (Received(date(2024, 10, 15)), Responded(date(2024, 11, 12)))
    assert the(foia(*sent), DeadlineKind.REVIEW_REQUEST).due == date(2025, 1, 14)
    asked = (*sent, InternalReviewAsked(date(2024, 12, 10)))
    assert the(foia(*asked), DeadlineKind.REVIEW).due == date(2025, 1, 13)
    longer = (*asked, ReviewExtended(date(2025, 1, 6), date(2025, 2, 10), "It concerns third parties."))
    assert the(foia(*longer), DeadlineKind.REVIEW).due == date(2025, 2, 10)
    assert the(foia(*longer), DeadlineKind.REVIEW).binding is Binding.CODE


def test_requests_add_up_within_sixty_working_days() -> None:
    """The worked example of R-73: from 6 January 2025 the window ends on 31 March 2025."""
    window = aggregation_window(date(2025, 1, 6))
    assert date(2025, 3, 31) in window
    assert date(2025, 4, 1) not in window
    assert aggregation_window(date(2025, 1, 4)).last == window.last, "from a Saturday day 1 is the Monday"


@pytest.mark.parametrize(
    ("received", "dates"),
    [
        (date(2024, 3, 11), (date(2024, 4, 11), date(2024, 4, 11), date(2024, 4, 9))),
        (date(2023, 3, 13), (date(2023, 4, 13), date(2023, 4, 13), date(2023, 4, 11))),
    ],
)
def test_one_receipt_under_three_regimes(received: date, dates: tuple[date, date, date]) -> None:
    """The worked examples of R-50: FOIA and EIR share the days, FOISA has its own."""
    assert (foia(Received(received)).due, eir(Received(received)).due, foisa(Received(received)).due) == dates


# What moves the date, and what does not


def test_a_question_asked_after_the_due_date_does_not_help() -> None:
    """Clarification asked for on day 21 leaves the date, before and after it comes, and is a finding."""
    late = (Received(MONDAY), ClarificationAsked(date(2024, 4, 5)))
    for events in (late, (*late, ClarificationGiven(date(2024, 4, 9)))):
        clock = foia(*events)
        assert (clock.due, clock.state, kinds(clock)) == (DUE, State.RUNNING, [FindingKind.CLARIFICATION_LATE])
    assert foia(Received(MONDAY), ClarificationAsked(DUE)).due is None, "day 20 itself is in time"


def test_while_clarification_is_awaited_nothing_is_due() -> None:
    """The date is suspended, the days stop with the question, and after three months the request may be closed."""
    clock = foia(Received(MONDAY), ClarificationAsked(date(2024, 3, 7)))
    assert clock.due is None
    assert the(clock, DeadlineKind.RESPONSE).status is Status.SUSPENDED
    assert [day.number for day in clock.explain()] == [None, 1, 2, None]
    assert clock.explain()[-1].why.startswith("clarification was asked for")
    reply = the(clock, DeadlineKind.CLARIFICATION_REPLY)
    assert (reply.due, reply.party, reply.binding) == (date(2024, 6, 7), Party.REQUESTER, Binding.PRACTICE)
    assert clock.state_on(date(2024, 6, 7)) is State.WAITING_FOR_CLARIFICATION
    assert clock.state_on(date(2024, 6, 8)) is State.LAPSED


def test_the_authority_may_name_the_day_for_the_reply() -> None:
    """A reply asked for by a day lapses after that day, and one that comes later still starts a fresh period."""
    asked = (Received(MONDAY), ClarificationAsked(date(2024, 3, 7), reply_by=date(2024, 5, 7)))
    assert foia(*asked).state_on(date(2024, 5, 8)) is State.LAPSED
    assert foia(*asked, ClarificationGiven(date(2024, 6, 3))).due == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("notice", "last"),
    [
        (date(2024, 2, 14), date(2024, 5, 13)),
        (date(2025, 11, 30), date(2026, 2, 28)),
        (date(2025, 11, 29), date(2026, 2, 28)),
        (date(2025, 11, 28), date(2026, 2, 27)),
        (date(2023, 11, 30), date(2024, 2, 29)),
        (date(2025, 12, 1), date(2026, 2, 28)),
        (date(2026, 1, 31), date(2026, 4, 30)),
    ],
)
def test_three_months_to_pay_begin_with_the_notice(notice: date, last: date) -> None:
    """The period of s9(2) ends the day before the corresponding date, or with a month that has none."""
    unpaid = (Received(notice), FeesNotice(notice, FEE))
    clock = foia(*unpaid)
    assert (clock.due, the(clock, DeadlineKind.FEE_PAYMENT).due) == (None, last)
    assert clock.state_on(last) is State.WAITING_FOR_FEE
    assert clock.state_on(last + timedelta(days=1)) is State.LAPSED
    assert foia(*unpaid, FeePaid(last)).due is not None
    too_late = foia(*unpaid, FeePaid(last + timedelta(days=1)))
    assert (too_late.due, kinds(too_late)) == (None, [FindingKind.FEE_LATE])
    assert too_late.state_on(last + timedelta(days=1)) is State.LAPSED


def test_a_fees_notice_after_the_due_date_does_not_help() -> None:
    """A fees notice on day 21 leaves the date, and is a finding."""
    clock = foia(Received(MONDAY), FeesNotice(date(2024, 4, 5), FEE), FeePaid(date(2024, 4, 8)))
    assert (clock.due, kinds(clock)) == (DUE, [FindingKind.FEES_NOTICE_LATE])


def test_a_revised_fees_notice_takes_the_place_of_the_first() -> None:
    """Only the days from the notice whose fee was paid are left out."""
    events = (FeesNotice(date(2024, 3, 6), FEE), FeesNotice(date(2024, 3, 12), FEE / 2), FeePaid(date(2024, 3, 13)))
    assert foia(Received(MONDAY), *events).due == foia_calendar().after(MONDAY, 22)


def test_an_extension_notified_late_leaves_the_date() -> None:
    """A notice on day 21 has no effect and is a finding; no further extension can be claimed that day."""
    clock = foia(Received(MONDAY), ExtensionNotified(date(2024, 4, 5), "31(1)(a)", LATEST))
    assert (clock.due, kinds(clock)) == (DUE, [FindingKind.EXTENSION_LATE])
    assert clock.if_extended(date(2024, 4, 5)).why_not == "the notice had to go by Thu 4 April 2024"


@pytest.mark.parametrize(
    ("estimate", "due", "found"),
    [
        (date(2024, 4, 19), date(2024, 4, 19), []),
        (date(2024, 4, 20), date(2024, 4, 22), []),
        (LATEST, LATEST, []),
        (date(2024, 5, 3), LATEST, [FindingKind.ESTIMATE_TOO_LATE]),
        (date(2024, 3, 20), DUE, []),
    ],
)
def test_the_estimate_is_the_date_within_the_limits(estimate: date, due: date, found: list[FindingKind]) -> None:
    """The estimate holds up to day 40 and never shortens the time; one on a Saturday is taken as the Monday."""
    clock = foia(Received(MONDAY), ExtensionNotified(date(2024, 3, 20), "31(1)(a)", estimate))
    assert (clock.due, kinds(clock)) == (due, found)


def test_questions_that_are_not_extended_stay_due() -> None:
    """Where only one question takes longer, the others are due on day 20, and each date says what it concerns."""
    extension = ExtensionNotified(date(2024, 3, 20), "31(1)(a)", date(2024, 4, 19), questions=("2",))
    received = Received(MONDAY, ("1", "2", "3"))
    clock = foia(received, extension, Responded(date(2024, 4, 3), ("1",)))
    plain, extended = the(clock, DeadlineKind.RESPONSE), the(clock, DeadlineKind.EXTENDED_RESPONSE)
    assert (plain.due, plain.what, plain.status) == (DUE, ("1", "3"), Status.OPEN)
    assert (extended.due, extended.what, extended.status) == (date(2024, 4, 19), ("2",), Status.OPEN)
    assert (clock.state, clock.next_deadline(MONDAY)) == (State.PARTLY_ANSWERED, plain)
    done = foia(received, extension, Responded(date(2024, 4, 8), ("1", "3")), Responded(date(2024, 4, 18)))
    assert (the(done, DeadlineKind.RESPONSE).late_by, done.state) == (2, State.ANSWERED)
    assert the(done, DeadlineKind.EXTENDED_RESPONSE).status is Status.MET


def test_clarification_clears_an_extension_and_lets_it_be_claimed_anew() -> None:
    """The fresh period has its own twenty days and its own one extension."""
    extension = ExtensionNotified(date(2024, 3, 5), "31(1)(a)", DUE)
    clarified = (
        Received(MONDAY),
        extension,
        ClarificationAsked(date(2024, 3, 6)),
        ClarificationGiven(date(2024, 3, 21)),
    )
    clock = foia(*clarified)
    assert (clock.due, clock.deadline(DeadlineKind.EXTENDED_RESPONSE)) == (date(2024, 4, 22), None)
    again = foia(*clarified, ExtensionNotified(date(2024, 4, 22), "31(1)(a)", date(2024, 5, 7)))
    assert again.due == date(2024, 5, 7)


@pytest.mark.parametrize(
    ("answered", "status", "late_by"),
    [(DUE, Status.MET, 0), (date(2024, 4, 5), Status.LATE, 1), (date(2024, 4, 8), Status.LATE, 2)],
)
def test_an_answer_is_in_time_or_so_many_working_days_late(answered: date, status: Status, late_by: int) -> None:
    """Day 20 is in time; after it, the working days are counted, and the finding and the sentence say so."""
    clock = foia(Received(MONDAY), Responded(answered))
    response = the(clock, DeadlineKind.RESPONSE)
    assert (response.status, response.late_by, response.met_on) == (status, late_by, answered)
    assert (FindingKind.RESPONSE_LATE in kinds(clock)) is (status is Status.LATE)
    assert ("late" in response.explanation) is (status is Status.LATE)


def test_an_answer_on_the_weekend_after_the_due_day_is_late() -> None:
    """Due on a Friday and answered on the Saturday is one day late, though no working day lies between."""
    clock = foia(Received(date(2024, 1, 12)), Responded(date(2024, 2, 10)))
    assert clock.due == date(2024, 2, 9)
    assert the(clock, DeadlineKind.RESPONSE).late_by == 1


def test_an_answer_while_nothing_is_owed_is_not_late() -> None:
    """Answered without waiting for the clarification, after the first date, is in time."""
    clock = foia(Received(MONDAY), ClarificationAsked(date(2024, 3, 7)), Responded(date(2024, 5, 20)))
    assert (the(clock, DeadlineKind.RESPONSE).status, clock.findings) == (Status.MET, ())


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        (Withdrawn, State.WITHDRAWN),
        (lambda on: Transferred(on, "Kent Police", agreed=True), State.TRANSFERRED),
    ],
)
def test_a_request_that_ended_owes_nothing_unless_it_was_late_by_then(ending: Any, state: State) -> None:
    """Ended in time the deadline is ended; ended after it, the days by which it was overdue remain."""
    early, late = foia(Received(MONDAY), ending(DUE)), foia(Received(MONDAY), ending(date(2024, 4, 8)))
    assert (early.state, the(early, DeadlineKind.RESPONSE).status) == (state, Status.ENDED)
    assert (the(late, DeadlineKind.RESPONSE).status, the(late, DeadlineKind.RESPONSE).late_by) == (Status.LATE, 2)
    assert summary(late, date(2024, 4, 9)).next_deadline is None


# The other regimes


def test_the_eir_extension_is_for_complexity_and_volume() -> None:
    """Both together give forty working days, by a notice within twenty (reg 7)."""
    clock = eir(Received(MONDAY), ComplexityExtended(date(2024, 3, 20), "Modelling", "900 reports"))
    assert (clock.due, the(clock, DeadlineKind.EXTENDED_RESPONSE).basis) == (LATEST, "EIR reg 7(1)")
    assert the(clock, DeadlineKind.EXTENDED_RESPONSE).binding is Binding.STATUTE
    late = eir(Received(MONDAY), ComplexityExtended(date(2024, 4, 5), "Modelling", "900 reports"))
    assert (late.due, kinds(late)) == (DUE, [FindingKind.EXTENSION_LATE])


def test_the_eir_review_has_forty_days_by_statute_and_charges_sixty() -> None:
    """Reg 11(4) gives forty working days; an advance payment may come within sixty (reg 8(5))."""
    clock = eir(Received(MONDAY), Responded(DUE), InternalReviewAsked(date(2024, 4, 5)))
    assert the(clock, DeadlineKind.REVIEW).due == eir_calendar().after(date(2024, 4, 5), 40)
    assert the(clock, DeadlineKind.REVIEW).binding is Binding.STATUTE
    charged = eir(Received(MONDAY), FeesNotice(date(2024, 3, 6), FEE))
    assert the(charged, DeadlineKind.FEE_PAYMENT).due == eir_calendar().after(date(2024, 3, 6), 60)


def test_foisa_gives_no_more_time_and_twenty_days_for_the_review() -> None:
    """FOISA s21(1) fixes the review; s20(5) counts the time to ask from the end of the time to answer."""
    clock = foisa(Received(MONDAY), Responded(date(2024, 3, 12)))
    calendar, due = foisa_calendar(), foisa(Received(MONDAY)).due
    assert due
    assert the(clock, DeadlineKind.REVIEW_REQUEST).due == calendar.after(due, 40)
    late = foisa(Received(MONDAY), Responded(date(2024, 4, 30)), InternalReviewAsked(date(2024, 5, 7)))
    assert the(late, DeadlineKind.REVIEW_REQUEST).due == calendar.after(date(2024, 4, 30), 40)
    assert the(late, DeadlineKind.REVIEW).due == calendar.after(date(2024, 5, 7), 20)
    assert clock.if_extended(MONDAY).why_not == "FOISA gives no more time for the public interest"
    reviewed = foisa(*late.events, InternalReviewAnswered(date(2024, 5, 31)))
    assert the(reviewed, DeadlineKind.COMPLAINT).due == date(2024, 11, 30)


# Review, Commissioner, decision notice

ANSWERED = (Received(MONDAY), Responded(DUE))
ASKED = (*ANSWERED, InternalReviewAsked(date(2024, 4, 15)))


def test_a_review_extended_too_late_or_too_far_is_held_to_the_code() -> None:
    """A notice after day 20 has no effect, and day 40 is the latest; both are findings."""
    plain, latest = date(2024, 5, 14), date(2024, 6, 12)
    late = foia(*ASKED, ReviewExtended(date(2024, 5, 15), latest, "Complex"))
    assert (the(late, DeadlineKind.REVIEW).due, kinds(late)) == (plain, [FindingKind.REVIEW_EXTENSION_LATE])
    far = foia(*ASKED, ReviewExtended(plain, date(2024, 7, 1), "Complex"))
    assert (the(far, DeadlineKind.REVIEW).due, kinds(far)) == (latest, [FindingKind.REVIEW_TOO_LONG])


def test_a_review_that_is_late_on_either_side_is_a_finding() -> None:
    """Asked for after forty working days, and answered after twenty: both are noted, neither is an error."""
    events = (*ANSWERED, InternalReviewAsked(date(2024, 7, 1)), InternalReviewAnswered(date(2024, 8, 30)))
    clock = foia(*events)
    assert kinds(clock) == [FindingKind.REVIEW_REQUEST_LATE, FindingKind.REVIEW_LATE]
    assert (the(clock, DeadlineKind.REVIEW).late_by, clock.state) == (21, State.REVIEWED)


def test_the_time_to_challenge_an_answer_runs_out() -> None:
    """Forty working days after the answer, and six weeks after the review, the request is closed."""
    answered = foia(*ANSWERED)
    last = the(answered, DeadlineKind.REVIEW_REQUEST).due
    assert (answered.state_on(last), answered.state_on(last + timedelta(days=1))) == (State.ANSWERED, State.CLOSED)
    reviewed = foia(*ASKED, InternalReviewAnswered(date(2024, 5, 14)))
    assert the(reviewed, DeadlineKind.COMPLAINT).due == date(2024, 6, 25)
    assert reviewed.state_on(date(2024, 6, 26)) is State.CLOSED


def test_a_response_in_the_course_of_the_review_is_part_of_it() -> None:
    """What is disclosed with the outcome opens no second time to ask; what is sent after it does."""
    done = (*ASKED, Responded(date(2024, 5, 14)), InternalReviewAnswered(date(2024, 5, 14)))
    assert foia(*done).state is State.REVIEWED
    again = foia(*done, Responded(date(2024, 5, 20)))
    assert (again.state, the(again, DeadlineKind.RESPONSE).met_on) == (State.ANSWERED, DUE)


def test_a_review_of_delay_leaves_the_answer_due() -> None:
    """While the review of a late request is open, the overdue answer still comes first."""
    clock = foia(Received(MONDAY), InternalReviewAsked(date(2024, 4, 10)))
    assert (clock.state, kinds(clock)) == (State.UNDER_REVIEW, [])
    found = summary(clock, date(2024, 4, 11))
    assert (found.next_deadline, found.words) == (the(clock, DeadlineKind.RESPONSE), "Overdue by 5 working days")
    early = foia(Received(MONDAY), InternalReviewAsked(date(2024, 3, 10)))
    assert kinds(early) == [FindingKind.REVIEW_TOO_EARLY]


def test_a_complaint_before_the_review_is_a_finding_unless_something_is_overdue() -> None:
    """The Commissioner need not decide before the review; over an answer or a review that never came, he may."""
    assert kinds(foia(*ANSWERED, CommissionerComplaint(date(2024, 4, 10)))) == [FindingKind.COMPLAINT_TOO_EARLY]
    assert kinds(foia(Received(MONDAY), CommissionerComplaint(date(2024, 4, 10)))) == []
    assert kinds(foia(*ASKED, CommissionerComplaint(date(2024, 5, 14)))) == [FindingKind.COMPLAINT_TOO_EARLY]
    assert kinds(foia(*ASKED, CommissionerComplaint(date(2024, 5, 15)))) == []
    reviewed = (*ASKED, InternalReviewAnswered(date(2024, 5, 14)))
    assert kinds(foia(*reviewed, CommissionerComplaint(date(2024, 6, 25)))) == []
    assert kinds(foia(*reviewed, CommissionerComplaint(date(2024, 6, 26)))) == [FindingKind.COMPLAINT_LATE]


def test_the_steps_of_a_decision_notice_are_deadlines() -> None:
    """Each step has its day; with the last one taken the request is closed, and a late one is a finding."""
    notice = DecisionNotice(
        date(2024, 9, 2), (StepOrdered("disclose", date(2024, 10, 7)), StepOrdered("reply", date(2024, 10, 1)))
    )
    complained = (*ASKED, InternalReviewAnswered(date(2024, 5, 14)), CommissionerComplaint(date(2024, 6, 3)))
    assert foia(*complained).state is State.WITH_THE_COMMISSIONER
    clock = foia(*complained, notice)
    assert clock.state is State.STEPS_ORDERED
    found = summary(clock, date(2024, 9, 30))
    assert (found.what_next, found.days_left) == ("Take the step (reply) by Tue 1 October 2024.", 1)
    assert the(clock, DeadlineKind.APPEAL).due == date(2024, 9, 30)
    taken = foia(*clock.events, StepTaken(date(2024, 10, 3), "reply"), StepTaken(date(2024, 10, 7), "disclose"))
    assert (taken.state, kinds(taken)) == (State.CLOSED, [FindingKind.STEP_LATE])
    assert foia(*complained, DecisionNotice(date(2024, 9, 2))).state is State.CLOSED


def test_each_of_several_complaints_runs_by_itself() -> None:
    """One is decided and its step taken, another ends without a notice, a third still waits."""
    told = [CommissionerComplaint(date(2024, 6, day), f"IC-{day}") for day in (3, 4, 5)]
    notice = DecisionNotice(date(2024, 9, 2), (StepOrdered("disclose", date(2024, 10, 7)),), "IC-4")
    clock = foia(*ANSWERED, *told)
    assert clock.state is State.WITH_THE_COMMISSIONER
    clock = foia(*clock.events, ComplaintEnded(date(2024, 7, 1), "IC-3"), notice)
    assert clock.state is State.STEPS_ORDERED
    step = clock.deadline(DeadlineKind.STEP)
    assert step is not None and step.open and step.due == date(2024, 10, 7)
    clock = foia(*clock.events, StepTaken(date(2024, 10, 1), "disclose", "IC-4"))
    assert clock.state is State.WITH_THE_COMMISSIONER
    second = DecisionNotice(date(2024, 11, 1), (StepOrdered("disclose", date(2024, 12, 6)),), "IC-5")
    clock = foia(*clock.events, second)
    assert clock.state is State.STEPS_ORDERED
    assert [each.due for each in clock.deadlines if each.kind is DeadlineKind.STEP and each.open] == [date(2024, 12, 6)]
    clock = foia(*clock.events, StepTaken(date(2024, 12, 2), "disclose", "IC-5"))
    assert clock.state is State.CLOSED
    for wrong in (told[0], ComplaintEnded(date(2024, 12, 3), "IC-3"), DecisionNotice(date(2024, 12, 3), (), "IC-9")):
        with pytest.raises(ImpossibleEvent):
            foia(*clock.events, wrong)


def test_a_complaint_is_expected_after_each_review_until_a_further_one_is_asked_for() -> None:
    """The clock follows every review: what was due after the first stays told, and is over."""
    first = (*ASKED, InternalReviewAnswered(date(2024, 5, 14)))
    again = (*first, InternalReviewAsked(date(2024, 5, 20)), InternalReviewAnswered(date(2024, 6, 10)))

    def after(clock: FoiaClock) -> list[Status]:
        return [each.status for each in clock.deadlines if each.kind is DeadlineKind.COMPLAINT]

    assert after(foia(*first)) == [Status.OPEN]
    assert after(foia(*again)) == [Status.ENDED, Status.OPEN]
    assert after(foia(*again, CommissionerComplaint(date(2024, 6, 12), "IC-1"))) == [Status.ENDED, Status.MET]


def test_a_review_or_a_complaint_can_be_withdrawn() -> None:
    """Withdrawing what was open after the answer leaves the answer as it was."""
    clock = foia(*ASKED, Withdrawn(date(2024, 4, 20)))
    assert (clock.state, the(clock, DeadlineKind.REVIEW).status) == (State.ANSWERED, Status.ENDED)
    complained = foia(*ANSWERED, CommissionerComplaint(date(2024, 4, 10)), Withdrawn(date(2024, 4, 20)))
    assert complained.state is State.ANSWERED


# What cannot be

ON = date(2024, 3, 6)
RECEIVED = Received(MONDAY)


@pytest.mark.parametrize(
    ("events", "why", "rule"),
    [
        ((), "nothing was received", "R-40"),
        ((Responded(ON),), "before the request was received", "R-40"),
        ((RECEIVED, Responded(MONDAY - timedelta(days=1))), "before the request was received", "R-40"),
        ((RECEIVED, Received(ON)), "already received on Mon 4 March 2024", "R-40"),
        ((Received(MONDAY, ("1", "1")),), "a name of its own", "R-15"),
        ((RECEIVED, ClarificationGiven(ON)), "nobody had asked for it", "R-46"),
        ((RECEIVED, ClarificationAsked(ON), ClarificationAsked(DUE)), "already asked for", "R-46"),
        ((RECEIVED, ClarificationAsked(ON, MONDAY)), "before it", "R-46"),
        ((*ANSWERED, ClarificationAsked(LATEST)), "had been answered", "R-46"),
        ((RECEIVED, ClarificationAsked(ON), Responded(ON), ClarificationGiven(DUE)), "had been answered", "R-46"),
        ((RECEIVED, FeePaid(ON)), "no fees notice was open", "R-30"),
        ((RECEIVED, FeesNotice(ON, Decimal(0))), "is none", "R-30"),
        ((*ANSWERED, FeesNotice(LATEST, FEE)), "had been answered", "R-30"),
        ((RECEIVED, Responded(ON, ("7",))), "question “7” was not asked", "R-15"),
        ((RECEIVED, ExtensionNotified(ON, "31(1)(a)", MONDAY)), "before the notice", "R-47"),
        ((RECEIVED, *[ExtensionNotified(ON, "31(1)(a)", DUE)] * 2), "cannot be twice", "R-47"),
        ((RECEIVED, ComplexityExtended(ON, "Models", "900 reports")), "no more time for complexity", "R-47"),
        ((RECEIVED, Transferred(ON, "Kent Police")), "only if the requester agrees", "R-48"),
        ((*ANSWERED, Transferred(LATEST, "Kent Police", agreed=True)), "had been answered", "R-48"),
        ((RECEIVED, Withdrawn(ON), Responded(DUE)), "was withdrawn", "R-10"),
        ((*ANSWERED, Withdrawn(LATEST)), "nothing was open", "R-10"),
        ((*ASKED, InternalReviewAsked(LATEST)), "still open", "R-102"),
        ((*ANSWERED, ReviewExtended(LATEST, LATEST, "Complex")), "no review was open", "R-102"),
        ((*ASKED, ReviewExtended(LATEST, LATEST, " ")), "the reasons", "R-102"),
        ((*ASKED, ReviewExtended(LATEST, DUE, "Complex")), "lies before it", "R-102"),
        ((*ASKED, *[ReviewExtended(LATEST, LATEST, "Complex")] * 2), "cannot be twice", "R-102"),
        ((*ANSWERED, InternalReviewAnswered(LATEST)), "nobody had asked for a review", "R-102"),
        ((*ANSWERED, DecisionNotice(LATEST)), "nobody had complained", "R-111"),
        ((*ANSWERED, *[CommissionerComplaint(LATEST)] * 2), "already recorded", "R-110"),
        ((*ANSWERED, CommissionerComplaint(DUE), *[DecisionNotice(LATEST)] * 2), "already decided", "R-111"),
        (
            (*ANSWERED, CommissionerComplaint(DUE), DecisionNotice(LATEST, (StepOrdered("a", DUE),))),
            "before the notice",
            "R-111",
        ),
        (
            (*ANSWERED, CommissionerComplaint(DUE), DecisionNotice(LATEST, (StepOrdered("a", LATEST),) * 2)),
            "a name of its own",
            "R-111",
        ),
        ((*ANSWERED, StepTaken(LATEST, "disclose")), "orders the step “disclose”", "R-111"),
    ],
)
def test_what_cannot_be_is_an_error_that_names_the_event_and_the_rule(
    events: tuple[Event, ...], why: str, rule: str
) -> None:
    """An event that the law does not know at that place is refused, in words and with the rule."""
    with pytest.raises(ImpossibleEvent) as refused:
        foia(*events)
    assert why in str(refused.value)
    assert rule in refused.value.rule
    assert refused.value.event is None or NAMES[type(refused.value.event)][1:] in str(refused.value)


def test_a_step_is_taken_once() -> None:
    """A step that was taken cannot be taken again."""
    notice = DecisionNotice(LATEST, (StepOrdered("disclose", LATEST),))
    with pytest.raises(ImpossibleEvent, match="already taken"):
        foia(*ANSWERED, CommissionerComplaint(LATEST), notice, *[StepTaken(LATEST, "disclose")] * 2)


@pytest.mark.parametrize(
    ("limb", "ground", "why"),
    [
        ("23(1)", "", "is absolute"),
        ("40(2)", "40(3A)(a)", "by virtue of section 40(3A)(a) is absolute"),
        ("40(2)", "", "name it: 40(3A)(a)"),
        ("31(1)(a), 21(1)", "", "section 21(1)"),
        ("12(1)", "", "no exemption of Part II"),
        ("14(1)", "", "no exemption of Part II"),
        ("31(2)(b)", "", "only reached through another limb"),
        ("35(1)(a)", "", "cannot be claimed by a police force"),
        ("31", "", "the nearest known are 31(1)(a)"),
        ("workload", "", "has to name a qualified exemption"),
        ("", "", "has to name a qualified exemption"),
    ],
)
def test_only_a_named_qualified_limb_extends_the_time(limb: str, ground: str, why: str) -> None:
    """Absolute exemptions, s12, s14, and what is no claim at all give no more time, and the error says why."""
    with pytest.raises(ImpossibleEvent) as refused:
        foia(RECEIVED, ExtensionNotified(ON, limb, DUE, by_virtue_of=ground))
    assert why.lower() in str(refused.value).lower()
    assert "R-47" in refused.value.rule


@pytest.mark.parametrize(
    ("limb", "ground"), [("31(1)(a)(b)", ""), ("24(2), 31(3)", ""), ("40(2)", "40(3B)"), ("37(2)", "37(1)(b)")]
)
def test_qualified_limbs_extend_the_time(limb: str, ground: str) -> None:
    """Qualified limbs, those that deny, and those that a ground makes qualified give more time."""
    assert qualified_limbs(limb, ground)
    assert foia(RECEIVED, ExtensionNotified(ON, limb, LATEST, by_virtue_of=ground)).due == LATEST


@pytest.mark.parametrize("replay", [eir, foisa])
def test_no_public_interest_extension_outside_foia(replay: Any) -> None:
    """Neither the EIR nor FOISA gives more time to weigh the public interest."""
    with pytest.raises(ImpossibleEvent, match="public interest"):
        replay(RECEIVED, ExtensionNotified(ON, "31(1)(a)", DUE))


@pytest.mark.parametrize(("complexity", "volume"), [("Models", " "), ("", "900 reports")])
def test_complexity_or_volume_alone_is_not_enough(complexity: str, volume: str) -> None:
    """Regulation 7 wants both."""
    with pytest.raises(ImpossibleEvent, match="both complex and voluminous"):
        eir(RECEIVED, ComplexityExtended(ON, complexity, volume))


@pytest.mark.parametrize(
    ("replay", "events", "why"),
    [
        (eir, (RECEIVED, *[ComplexityExtended(ON, "Models", "900 reports")] * 2), "cannot be twice"),
        (foisa, (RECEIVED, ComplexityExtended(ON, "Models", "900 reports")), "FOISA gives no more time"),
        (eir, (*ASKED, ReviewExtended(LATEST, LATEST, "Complex")), "fixed by statute"),
        (foisa, (*ASKED, ReviewExtended(LATEST, LATEST, "Complex")), "fixed by statute"),
        (foisa, (*ANSWERED, CommissionerComplaint(LATEST)), "a review has to be required"),
    ],
)
def test_what_another_regime_does_not_know(replay: Any, events: tuple[Event, ...], why: str) -> None:
    """A statutory review cannot be extended, and in Scotland it comes before the Commissioner."""
    with pytest.raises(ImpossibleEvent, match=why):
        replay(*events)


def test_an_environmental_request_is_transferred_without_asking() -> None:
    """Regulation 10 transfers by statute, and the refusal that goes with it is no error."""
    clock = eir(RECEIVED, Transferred(ON, "Environment Agency"), Responded(ON))
    assert (clock.state, the(clock, DeadlineKind.RESPONSE).status) == (State.TRANSFERRED, Status.MET)


def test_a_clock_is_of_one_law() -> None:
    """The family itself counts nothing."""
    with pytest.raises(TypeError, match="FoiaClock, EirClock or FoisaClock"):
        Clock.replay([RECEIVED], foia_calendar())


def test_a_history_beyond_the_horizon_is_refused() -> None:
    """A request whose date would lie in an unknown year says so."""
    with pytest.raises(PastHorizon, match="2029 are not known"):
        foia(Received(date(2028, 12, 20)))


# For a page


@pytest.mark.parametrize(
    ("events", "today", "words", "left", "next_step"),
    [
        ((RECEIVED,), MONDAY, "The time to answer is running", 20, "Answer the request by Thu 4 April 2024."),
        ((RECEIVED,), DUE, "The time to answer is running", 0, "Answer the request by Thu 4 April 2024."),
        (
            (RECEIVED,),
            date(2024, 4, 5),
            "Overdue by 1 working day",
            -1,
            "Answer the request at once: it was due on Thu 4 April 2024.",
        ),
        (
            (RECEIVED, ClarificationAsked(ON)),
            ON,
            "Waiting for clarification from the requester",
            61,
            (
                "Record the clarification when it comes: 20 working days begin anew. "
                "Without it, close the request after Thu 6 June 2024."
            ),
        ),
        (
            (RECEIVED, ClarificationAsked(ON)),
            date(2024, 6, 7),
            "Lapsed: no clarification came in time",
            None,
            "Close the request. If the information comes after all, record it: a fresh period begins.",
        ),
        (
            (RECEIVED, FeesNotice(ON, FEE)),
            date(2024, 6, 5),
            "Waiting for the fee",
            0,
            "Record the fee when it comes. If it has not come by Wed 5 June 2024, the request lapses.",
        ),
        (
            (RECEIVED, FeesNotice(ON, FEE)),
            date(2024, 6, 6),
            "Lapsed: the fee was not paid in time",
            None,
            "Nothing has to be answered; close the request.",
        ),
        (
            ANSWERED,
            date(2024, 5, 31),
            "Answered",
            1,
            "The requester may ask for an internal review by Mon 3 June 2024.",
        ),
        ((RECEIVED, Withdrawn(ON)), ON, "Withdrawn", None, "Nothing: the request is over."),
        (
            (*ANSWERED, CommissionerComplaint(DUE)),
            DUE,
            "With the Commissioner",
            None,
            "Wait for the Commissioner.",
        ),
    ],
)
def test_the_summary_says_where_a_request_stands(
    events: tuple[Event, ...], today: date, words: str, left: int | None, next_step: str
) -> None:
    """State, working days left and what is to be done next, in words."""
    found = summary(foia(*events), today)
    assert (found.words, found.days_left, found.what_next) == (words, left, next_step)
    assert found.overdue is words.startswith("Overdue")


@pytest.mark.parametrize(
    ("events", "today", "says"),
    [
        (
            (RECEIVED,),
            ON,
            (
                "The request is late from the day after: FOIA s10(1) is broken, the requester may complain to the "
                "Commissioner, and no more time can be claimed."
            ),
        ),
        (
            (RECEIVED,),
            date(2024, 9, 2),
            (
                "FOIA s10(1) is broken already, and more with each day: the requester may complain to the Commissioner "
                "at any time."
            ),
        ),
        (
            (RECEIVED, ClarificationAsked(ON)),
            ON,
            "The request lapses after that day, and nothing is owed. The desk offers to close it then.",
        ),
        (ANSWERED, date(2024, 5, 31), "The request is at its end, and nothing more is owed."),
        (
            (*ANSWERED, InternalReviewAsked(DUE)),
            DUE,
            "The review is late, and the requester may complain to the Commissioner without waiting for it.",
        ),
        ((RECEIVED, Withdrawn(ON)), ON, ""),
    ],
)
def test_the_summary_says_what_follows_if_nothing_is_done(events: tuple[Event, ...], today: date, says: str) -> None:
    """The consequence of the deadline that comes first, in words; nothing where none comes."""
    assert summary(foia(*events), today).if_nothing == says


def test_the_summary_names_only_the_questions_that_are_still_owed() -> None:
    """Where some were answered in a stage before, who reads what to do is not sent to those again."""
    received = Received(RECEIVED.on, questions=("1", "2", "3"))
    owed = summary(foia(received, Responded(ON, ("2",))), ON).what_next
    assert owed == "Answer the request (questions 1, 3) by Thu 4 April 2024."


def test_a_day_past_the_horizon_leaves_the_days_uncounted() -> None:
    """The summary of an old case still stands when today's holidays are not known."""
    found = summary(foia(RECEIVED), date(2029, 3, 1))
    assert (found.days_left, found.overdue, found.words) == (None, True, "Overdue")


@pytest.mark.parametrize(
    ("events", "why"),
    [
        (ANSWERED, "the request is answered"),
        ((RECEIVED, Withdrawn(ON)), "the request is withdrawn"),
        ((RECEIVED, ClarificationAsked(ON)), "nothing is owed now"),
        ((RECEIVED, ExtensionNotified(ON, "31(1)(a)", DUE)), "cannot be twice"),
    ],
)
def test_an_extension_that_cannot_be_claimed_says_why(events: tuple[Event, ...], why: str) -> None:
    """What an extension today would change is nothing, for a reason."""
    room = foia(*events).if_extended(ON)
    assert not room.possible
    assert why in room.why_not


# The order of events of one day


def test_every_kind_of_event_has_its_place_and_its_name() -> None:
    """No event is forgotten where the order of a day, or a message, needs it."""
    assert len(set(LEGAL_ORDER)) == len(LEGAL_ORDER) == len(NAMES)
    assert set(LEGAL_ORDER) == set(NAMES)


def test_asked_and_answered_on_one_day_waits_for_nothing() -> None:
    """A question comes before its answer; where one was open already, its answer comes before the next question."""
    asked, came = ClarificationAsked(ON), ClarificationGiven(ON)
    assert foia(came, asked, RECEIVED).state is State.RUNNING
    first = ClarificationAsked(MONDAY)
    assert in_legal_order([asked, came, first, RECEIVED]) == (RECEIVED, first, came, asked)
    assert foia(asked, came, first, RECEIVED).state is State.WAITING_FOR_CLARIFICATION


def test_a_withdrawal_that_crossed_the_answer_changes_nothing() -> None:
    """Withdrawn on the day of the answer, the request stays answered."""
    assert foia(*ANSWERED, Withdrawn(DUE)).state is State.ANSWERED


# The limits as data


def test_every_limit_has_its_law_and_source() -> None:
    """Each limit names a provision and a source, and begins no later than the calendars do."""
    for regime in Regime:
        for versions in time_limits(regime).values():
            assert all(limit.basis and limit.source and limit.length for limit in versions)
            assert min(limit.since for limit in versions) <= foia_calendar().first


def test_an_unknown_limit_is_an_error() -> None:
    """A limit that the regime does not set, or not yet on that day, is not guessed."""
    with pytest.raises(UnknownLimit, match="FOISA sets no time limit “extended_response”"):
        time_limit(Regime.FOISA, "extended_response", MONDAY)
    with pytest.raises(UnknownLimit):
        time_limit(Regime.FOIA, "response", date(2004, 12, 31))
    with pytest.raises(ValueError, match="exactly one length"):
        TimeLimit("wait", "no law", Binding.PRACTICE, MONDAY, "none", working_days=2, weeks=1)


# Properties

CLOCKS = ((FoiaClock, foia_calendar()), (EirClock, eir_calendar()), (FoisaClock, foisa_calendar()))
receipts = st.dates(date(2022, 1, 1), date(2025, 12, 31))
gaps = st.integers(0, 45)
WORKING = {
    DeadlineKind.RESPONSE,
    DeadlineKind.EXTENSION_NOTICE,
    DeadlineKind.EXTENDED_RESPONSE,
    DeadlineKind.REVIEW_REQUEST,
    DeadlineKind.REVIEW,
}


def possible(events: Iterable[Event], regime: Regime) -> bool:
    """Whether the history can be."""
    try:
        check(in_legal_order(events), regime)
    except ImpossibleEvent:
        return False
    return True


@st.composite
def further_event(draw: st.DrawFn, on: date) -> Event:
    """Any event of that day but a receipt."""
    later = on + timedelta(days=draw(gaps))
    choices: list[Event] = [
        ClarificationAsked(on),
        ClarificationGiven(on),
        FeesNotice(on, FEE),
        FeePaid(on),
        ExtensionNotified(on, "31(1)(a)", later, questions=draw(st.sampled_from([(), ("1",)]))),
        ComplexityExtended(on, "Models", "900 reports"),
        Transferred(on, "Kent Police", agreed=True),
        Responded(on, draw(st.sampled_from([(), ("1",), ("2",)]))),
        InternalReviewAsked(on),
        ReviewExtended(on, later, "Complex"),
        InternalReviewAnswered(on),
        CommissionerComplaint(on),
        DecisionNotice(on, (StepOrdered("disclose", later),)),
        ComplaintEnded(on),
        StepTaken(on, "disclose"),
        Withdrawn(on),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def histories(draw: st.DrawFn, regime: Regime) -> tuple[Event, ...]:
    """A history that can be: events one after another, each kept if it is possible after the others."""
    received = Received(draw(receipts), draw(st.sampled_from([(), ("1", "2")])))
    events: tuple[Event, ...] = (received,)
    on = received.on
    for gap in draw(st.lists(st.integers(0, 30), max_size=12)):
        on += timedelta(days=gap)
        event = draw(further_event(on))
        if possible((*events, event), regime):
            events = (*events, event)
    return events


@given(data=st.data(), which=st.sampled_from(CLOCKS))
def test_any_recorded_order_gives_one_answer(data: st.DataObject, which: tuple[type[Clock[Any]], Any]) -> None:
    """The events of a history, recorded in any order, replay to the same clock."""
    kind, calendar = which
    events = data.draw(histories(kind.regime))
    shuffled = data.draw(st.permutations(events))
    assert kind.replay(shuffled, calendar) == kind.replay(events, calendar)


@given(data=st.data(), which=st.sampled_from(CLOCKS))
def test_no_date_is_before_receipt_or_on_a_day_off(data: st.DataObject, which: tuple[type[Clock[Any]], Any]) -> None:
    """Everything is due on or after receipt, and on a working day where working days are counted."""
    kind, calendar = which
    clock = kind.replay(data.draw(histories(kind.regime)), calendar)
    for deadline in clock.deadlines:
        assert deadline.due >= clock.received, deadline
        assert deadline.kind not in WORKING or calendar.is_working(deadline.due), deadline
        assert (deadline.status is Status.LATE) is (deadline.late_by > 0)
    days = [day.date for day in clock.explain()]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    numbers = [day.number for day in clock.explain() if day.counts]
    assert numbers == list(range(1, len(numbers) + 1))
    assert clock.period.due is None or days[-1] == clock.period.due
    assert summary(clock, days[-1]).what_next


@given(data=st.data(), which=st.sampled_from(CLOCKS), names=st.dates(date(2022, 1, 1), date(2027, 6, 30)))
def test_a_holiday_added_never_makes_anything_earlier(
    data: st.DataObject, which: tuple[type[Clock[Any]], Any], names: date
) -> None:
    """With one more day off every deadline is where it was or later, and no history becomes impossible."""
    kind, calendar = which
    events = data.draw(histories(kind.regime))
    off = data.draw(st.sampled_from([names, *(event.on + timedelta(days=7) for event in events)]))
    before, after = (
        kind.replay(events, calendar),
        kind.replay(events, calendar.with_holidays({off: "A state funeral"})),
    )
    for deadline in before.deadlines:
        moved = after.deadline(deadline.kind)
        if moved and before.deadline(deadline.kind) == deadline:
            assert moved.due >= deadline.due, deadline
    assert before.due is None or after.due is None or after.due >= before.due


@given(on=receipts, notified=gaps, estimate=gaps, clarified=st.booleans())
@example(on=MONDAY, notified=20, estimate=0, clarified=False)
def test_an_extension_never_shortens(on: date, notified: int, estimate: int, clarified: bool) -> None:
    """Whatever the notice estimates, and whenever it goes, the request is not due before it would have been."""
    plain: tuple[Event, ...] = (Received(on),)
    if clarified:
        plain = (*plain, ClarificationAsked(on), ClarificationGiven(on + timedelta(days=3)))
    notice = on + timedelta(days=notified)
    extended = foia(*plain, ExtensionNotified(notice, "31(1)(a)", notice + timedelta(days=estimate)))
    due = foia(*plain).due
    assert due and extended.due and due <= extended.due <= foia_calendar().after(extended.receipt, 40)


@given(on=receipts, notice=st.integers(0, 40), paid=st.integers(0, 80))
def test_fees_never_shorten_and_leave_out_exactly_their_days(on: date, notice: int, paid: int) -> None:
    """The twentieth day that works and is not between notice and payment, counted one by one, is the date."""
    given_on = on + timedelta(days=notice)
    paid_on = given_on + timedelta(days=paid)
    plain = foia(Received(on)).due
    assert plain
    clock = foia(Received(on), FeesNotice(given_on, FEE), FeePaid(paid_on))
    assert clock.due and clock.due >= plain
    if given_on <= plain:
        day, left = on, 20
        while left:
            day += timedelta(days=1)
            left -= foia_calendar().is_working(day) and not given_on <= day <= paid_on
        assert clock.due == day


@given(on=receipts, asked=st.integers(0, 40), came=gaps, later=gaps)
def test_clarification_given_later_never_makes_the_date_earlier(on: date, asked: int, came: int, later: int) -> None:
    """The later the requester answers, the later the request is due; without the question it is due first."""
    question = ClarificationAsked(on + timedelta(days=asked))
    first = question.on + timedelta(days=came)
    early = foia(Received(on), question, ClarificationGiven(first)).due
    late = foia(Received(on), question, ClarificationGiven(first + timedelta(days=later))).due
    plain = foia(Received(on)).due
    assert plain and early and late and plain <= early <= late


@given(on=receipts)
def test_the_minority_date_is_information_only(on: date) -> None:
    """It stands beside the date on a day off only, and is never before it."""
    clock = foia(Received(on))
    assert (clock.minority_due is None) is foia_calendar().is_working(on)
    assume(clock.minority_due)
    assert clock.due and clock.minority_due and clock.minority_due == foia_calendar().after(clock.due, 1)
