"""How often each exemption is relied on, and how it fares when it is looked at again, in three queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from candour.desk.models import Authority, Claim, ReviewFinding, ReviewResult, ReviewState
from candour.desk.statistics.quarters import Quarter
from candour.law import Provision, UnknownLimb, catalogue


@dataclass(frozen=True, slots=True)
class LimbUse:
    """One limb: in how many answered cases and decisions it was claimed, and what reviews made of those decisions."""

    limb: str
    name: str
    cases: int
    decisions: int
    upheld: int = 0
    varied: int = 0
    overturned: int = 0

    @property
    def reviewed(self) -> int:
        """Of how many decisions on it a review was answered."""
        return self.upheld + self.varied + self.overturned

    @property
    def success(self) -> str:
        """The share of those that were upheld, in words."""
        return f"{self.upheld / self.reviewed:.0%}" if self.reviewed else "–"


def use_of_limbs(authority: Authority, first: date, last: date) -> list[LimbUse]:
    """The limbs claimed in requests received from `first` to `last` and answered, the most used first."""
    results = _results(authority)
    cases: dict[str, set[int]] = {}
    counts: dict[str, Counter[str]] = {}
    for decision, case, limbs in _claims(authority, first, last).values_list(
        "decision_id", "decision__case_id", "limbs"
    ):
        for limb in set(limbs):
            cases.setdefault(limb, set()).add(case)
            counts.setdefault(limb, Counter()).update(["decisions", *results.get(decision, ())])
    uses = [
        LimbUse(
            limb,
            _name(limb),
            len(cases[limb]),
            count["decisions"],
            count[ReviewResult.UPHELD],
            count[ReviewResult.VARIED],
            count[ReviewResult.OVERTURNED],
        )
        for limb, count in counts.items()
    ]
    return sorted(uses, key=lambda use: (-use.cases, use.limb))


def sections_by_quarter(authority: Authority, quarters: Iterable[Quarter]) -> dict[str, dict[Quarter, int]]:
    """For each section, in how many answered cases of each quarter it was relied on (3.S21 to 3.S44 of the return)."""
    wanted = sorted(quarters)
    cases: dict[str, dict[Quarter, set[int]]] = {}
    rows = _claims(authority, wanted[0].first, wanted[-1].last)
    for case, received, limbs in rows.values_list("decision__case_id", "decision__case__received", "limbs"):
        quarter = Quarter.of(received)
        for section in {Provision.parse(limb).section for limb in limbs}:
            cases.setdefault(section, {}).setdefault(quarter, set()).add(case)
    return {
        section: {quarter: len(found.get(quarter, ())) for quarter in wanted}
        for section, found in sorted(cases.items(), key=lambda item: (len(item[0]), item[0]))
    }


def _claims(authority: Authority, first: date, last: date) -> QuerySet[Claim]:
    answered = Claim.objects.filter(
        decision__case__authority=authority,
        decision__case__received__range=(first, last),
        decision__case__clock_events__kind="responded",
    )
    # A case may have been answered in several letters; its claims are one each all the same.
    return answered.order_by().distinct()


def _results(authority: Authority) -> dict[int, list[str]]:
    """What answered reviews made of each decision."""
    found: dict[int, list[str]] = {}
    rows = ReviewFinding.objects.filter(review__case__authority=authority, review__state=ReviewState.ANSWERED)
    for decision, result in rows.order_by().values_list("decision_id", "result"):
        found.setdefault(decision, []).append(result)
    return found


def _name(limb: str) -> str:
    try:
        return catalogue().limb(limb).name
    except UnknownLimb:
        return f"Section {limb}"
