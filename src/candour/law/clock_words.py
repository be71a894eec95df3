"""The words of the clock: where a request stands, and what somebody has to do next."""

from __future__ import annotations

from datetime import date

from candour.law.clock_events import long_date
from candour.law.clock_limits import Regime, time_limit
from candour.law.clock_values import Deadline, DeadlineKind, State


def standing_in_words(state: State, before: State, *, overdue: bool, left: int | None) -> str:
    """Where the request stands. before: the state after its last event, which may have lapsed since."""
    if overdue:
        days = f" by {-left} working day{'s' if left < -1 else ''}" if left else ""
        return f"Overdue{days}"
    if state is State.LAPSED:
        why = "no clarification came" if before is State.WAITING_FOR_CLARIFICATION else "the fee was not paid"
        return f"{state}: {why} in time"
    return state.value


_THINGS = {
    DeadlineKind.RESPONSE: "Answer the request",
    DeadlineKind.EXTENDED_RESPONSE: "Decide and answer the request",
    DeadlineKind.REVIEW: "Answer the internal review",
    DeadlineKind.STEP: "Take the step",
    DeadlineKind.REVIEW_REQUEST: "The requester may ask for an internal review",
    DeadlineKind.COMPLAINT: "The requester may complain to the Commissioner",
    DeadlineKind.APPEAL: "Either side may appeal to the Tribunal",
}


def what_next(
    received: date, regime: Regime, state: State, before: State, following: Deadline | None, *, overdue: bool
) -> str:
    """What somebody has to do about the deadline that comes first, or because the request has lapsed."""
    if state is State.LAPSED:
        close = "Nothing has to be answered; close the request."
        reopens = "If the information comes after all, record it: a fresh period begins."
        return f"Close the request. {reopens}" if before is State.WAITING_FOR_CLARIFICATION else close
    if not following:
        return "Wait for the Commissioner." if state is State.WITH_THE_COMMISSIONER else "Nothing: the request is over."
    by = long_date(following.due)
    if following.kind is DeadlineKind.CLARIFICATION_REPLY:
        fresh = time_limit(regime, "response", received).length
        return f"Record the clarification when it comes: {fresh} begin anew. Without it, close the request after {by}."
    if following.kind is DeadlineKind.FEE_PAYMENT:
        return f"Record the fee when it comes. If it has not come by {by}, the request lapses."
    thing = _THINGS[following.kind]
    if following.what:
        questions = f"question{'s' if len(following.what) > 1 else ''} "
        thing += f" ({'' if following.kind is DeadlineKind.STEP else questions}{', '.join(following.what)})"
    return f"{thing} at once: it was due on {by}." if overdue else f"{thing} by {by}."


def if_nothing_is_done(regime: Regime, following: Deadline | None, *, overdue: bool) -> str:
    """What follows when the deadline that comes first passes and nothing happens; empty when none comes."""
    if not following:
        return ""
    complain = "the requester may complain to the Commissioner"
    match following.kind:
        case DeadlineKind.RESPONSE | DeadlineKind.EXTENDED_RESPONSE:
            law = following.basis
            if overdue:
                return f"{law} is broken already, and more with each day: {complain} at any time."
            if following.kind is DeadlineKind.EXTENDED_RESPONSE:
                return (
                    f"The request is late from the day after: {law} is broken, {complain}, and no more time can be had."
                )
            more = "" if regime is Regime.FOISA else ", and no more time can be claimed"
            return f"The request is late from the day after: {law} is broken, {complain}{more}."
        case DeadlineKind.REVIEW:
            return f"The review is late, and {complain} without waiting for it."
        case DeadlineKind.CLARIFICATION_REPLY | DeadlineKind.FEE_PAYMENT:
            return "The request lapses after that day, and nothing is owed. The desk offers to close it then."
        case DeadlineKind.STEP:
            return "The Commissioner may tell the High Court, which can deal with it as contempt (FOIA s54)."
    return "The request is at its end, and nothing more is owed."
