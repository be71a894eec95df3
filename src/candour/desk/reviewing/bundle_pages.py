"""The pages of a bundle that are written for its reader: what was decided and why, and what was done.

They are read away from the desk, offline and by somebody who does not know it: what they show is said in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from candour.desk.models import Case, Decision, Event
from candour.law import Claim, CostEstimate, countable_activities
from candour.law.decision import Decision as Decided
from candour.law.decision import Locator, PersonalDataReasoning, SensitiveData
from candour.tables import write_csv

Row = tuple[str, str]
"""What something is called, and what was written for it."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """One claim with its reasons: how it is cited, and what was written."""

    cited: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """One decision as its reader sees it: on what, what was asked, its outcome, its words, the claims it rests on."""

    name: str
    asked: str
    outcome: str
    rows: tuple[Row, ...]
    claims: tuple[Reasons, ...]

    @property
    def cited(self) -> str:
        """The provisions of its claims in one line; empty when it makes none."""
        return "; ".join(claim.cited for claim in self.claims)


def decisions_told(case: Case) -> list[DecisionTold]:
    """Every decision of the case with all of its reasons."""
    return [_told(decision) for decision in case.decisions.all()]


def decisions_page(case: Case, told: list[DecisionTold]) -> bytes:
    """The page of the decisions."""
    return _page("desk/bundle_decisions.html", case, "Decisions and reasons", {"decisions": told})


def trail_page(case: Case, events: list[Event]) -> bytes:
    """The page of what was done."""
    return _page("desk/bundle_trail.html", case, "What was done", {"events": events})


def trail_table(events: list[Event]) -> bytes:
    """The events for a spreadsheet, with the digests by which each can be found in the trail of the force."""
    rows = [
        (
            str(event.sequence),
            timezone.localtime(event.at).isoformat(timespec="seconds"),
            event.get_kind_display(),
            str(event.actor) if event.actor else "",
            event.who,
            event.detail,
            event.why,
            event.digest,
        )
        for event in events
    ]
    columns = ("Number", "When", "What", "Who", "Log-in", "Detail", "Reason", "Digest")
    return write_csv(columns, rows, ())


def index_page(case: Case, context: dict[str, Any]) -> bytes:
    """The page that is opened first."""
    return _page("desk/bundle_index.html", case, "", context)


def _page(template: str, case: Case, title: str, context: dict[str, Any]) -> bytes:
    return render_to_string(template, {"case": case, "page": title, **context}).encode()


def _told(decision: Decision) -> DecisionTold:
    value = decision.value
    return DecisionTold(
        name=decision.name,
        asked=_asked(decision),
        outcome=value.outcome.label if value.outcome else "None yet",
        rows=_written(_of_decision(value)),
        claims=tuple(Reasons(f"Section {claim.cited}", _written(_of_claim(claim))) for claim in value.claims),
    )


def _asked(decision: Decision) -> str:
    if decision.question is None:
        return ""
    text = decision.question.asked.text
    return f"{text}\n{decision.part.letter}) {decision.part.text}" if decision.part else text


def _written(rows: Iterator[Row]) -> tuple[Row, ...]:
    return tuple((label, words) for label, words in rows if words)


def _of_decision(value: Decided) -> Iterator[Row]:
    yield "Explanation", value.explanation
    yield "Disclosed", value.disclosed
    yield "Tables and files given", "\n".join(value.data)
    yield "Withheld", value.withheld
    yield "Other information that is meant", value.scope
    for each in value.locators:
        yield "Already published", _where(each)
    if value.estimate:
        yield "Estimate of the cost", _estimated(value.estimate)
    yield "Publication", value.publication
    yield "Advice and assistance", value.advice
    for each in value.signposts:
        yield "Pointed to", _where(each)


def _of_claim(claim: Claim) -> Iterator[Row]:
    if claim.in_the_alternative:
        yield "How it is claimed", "In the alternative: so far as an earlier claim fails."
    yield "Why", claim.why
    yield "The enactment, obligation or rule", claim.enactment
    yield "The function", claim.function
    yield "How likely the harm is", f"The harm {claim.likelihood} occur." if claim.likelihood else ""
    yield "Evidence of harm", claim.harm
    if claim.qualified_opinion:
        opinion = claim.qualified_opinion
        yield "Qualified person", opinion.person
        yield "Their opinion was given on", date_format(opinion.given_on, "j F Y") if opinion.given_on else ""
        yield "Their reasonable opinion", opinion.opinion
    if claim.personal_data:
        yield from _of_personal_data(claim.personal_data)
    for factor in claim.favouring:
        yield "Public interest in favour of disclosure", factor
    for factor in claim.against:
        yield "Public interest against disclosure", factor
    yield "Balance of the public interest", claim.balance


def _of_personal_data(reasoning: PersonalDataReasoning) -> Iterator[Row]:
    yield "Whose personal data it is", reasoning.whose
    yield "How they could be identified", reasoning.identifiable
    if reasoning.sensitive and reasoning.sensitive is not SensitiveData.NONE:
        yield "Data with further protection", str(reasoning.sensitive).capitalize()
    yield "Condition for that data", reasoning.gateway
    yield "Legitimate interest", reasoning.purpose
    yield "Necessity", reasoning.necessity
    yield "Their rights and freedoms", reasoning.balance
    if reasoning.fails_at:
        yield "The step at which disclosure would not be lawful", reasoning.fails_at.value.capitalize()


def _estimated(estimate: CostEstimate) -> str:
    labels = {activity.key: activity.text for activity in countable_activities()}
    parts = [f"{labels.get(key, key)}: {hours:g} hours" for key, hours in estimate.activities]
    return "\n".join([f"{estimate.hours:g} hours. {estimate.basis}".strip(), *parts])


def _where(locator: Locator) -> str:
    return "\n".join(each for each in (locator.title, locator.url, locator.answers) if each)
