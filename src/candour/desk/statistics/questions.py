"""What questions come to, one by one: a request is one in the other figures, however much it asks."""

from __future__ import annotations

from collections.abc import Iterable

from candour.desk.models import Authority, Decision, ResponseState
from candour.desk.statistics.quarters import Quarter
from candour.law import Outcome


def questions_by_quarter(authority: Authority, quarters: Iterable[Quarter]) -> dict[Outcome, dict[Quarter, int]]:
    """For each outcome, how many answered questions of requests received in each quarter came to it; in one query.

    A question whose parts came to several outcomes counts once for each of them.
    """
    wanted = sorted(quarters)
    rows = Decision.objects.filter(
        case__authority=authority,
        case__received__range=(wanted[0].first, wanted[-1].last),
        question__answered_questions__response__state=ResponseState.SENT,
    )
    found: dict[Outcome, dict[Quarter, set[int]]] = {outcome: {} for outcome in Outcome}
    for received, question, outcome in rows.order_by().values_list("case__received", "question_id", "outcome"):
        if outcome and question:
            found[Outcome(outcome)].setdefault(Quarter.of(received), set()).add(question)
    return {outcome: {q: len(asked.get(q, ())) for q in wanted} for outcome, asked in found.items()}
