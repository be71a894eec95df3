"""What a decision still lacks before it can stand in law, and on which step of the work each thing is given.

Nothing else in the product knows what a limb or an outcome requires: the form, the letter and the command line all ask
`missing`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from candour.law.catalogue import Kind, Limb, Need, UnknownLimb
from candour.law.decision import Claim, Decision, PersonalDataReasoning
from candour.law.grounds import missing_grounds
from candour.law.personal_data import missing_personal_data, personal_data_steps
from candour.law.provision import format_provisions
from candour.law.steps import Missing, Step


@dataclass(frozen=True, slots=True)
class CostLimit:
    """The cost limit for a police force (SI 2004/3244)."""

    pounds: int
    pounds_per_hour: int
    hours: int
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Work whose time counts towards the cost limit."""

    key: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Two sections of which the second covers only what the first does not."""

    first: str
    then: str
    why: str
    source: str


@cache
def cost_limit() -> CostLimit:
    """The limit in force for a police force."""
    return CostLimit(**_rules()["cost_limit"])


@cache
def countable_activities() -> tuple[Activity, ...]:
    """The four activities whose time counts (SI 2004/3244 reg 4(3)), in the order of the regulations."""
    return tuple(Activity(**entry) for entry in _rules()["activity"])


def missing(decision: Decision) -> tuple[Missing, ...]:
    """Everything that the decision lacks, in the order in which a person would give it; empty when it is complete."""
    if decision.outcome is None:
        return (Missing(Step.OUTCOME, "Choose an outcome", "every question must be answered (section 1(1))"),)
    return (
        *_missing_disclosure(decision),
        *_missing_scope(decision),
        *_missing_claims(decision),
        *_missing_elsewhere(decision),
    )


def applicable_steps(decision: Decision) -> tuple[tuple[Step, int | None], ...]:
    """The steps that this decision calls for, in order; steps of a claim carry its position.

    What is left from another outcome keeps its step, so that it can be taken away there.
    """
    steps: list[tuple[Step, int | None]] = [(Step.OUTCOME, None)]
    if decision.outcome is None:
        return tuple(steps)
    facts = decision.outcome.facts
    if facts.gives or decision.disclosed.strip() or decision.data:
        steps.append((Step.DISCLOSURE, None))
    if facts.claims == "withhold" or decision.other_information or decision.withheld.strip():
        steps.append((Step.WITHHELD, None))
    if facts.claims != "none":
        steps.append((Step.EXEMPTIONS, None))
    for position, claim in enumerate(decision.claims):
        steps.extend((step, position) for step in _claim_steps(claim))
    if Need.ESTIMATE in decision_needs(decision):
        steps.append((Step.COST, None))
    steps.append((Step.PUBLISHED, None))
    steps.append((Step.HELP, None))
    return tuple(steps)


def _claim_steps(claim: Claim) -> Iterator[Step]:
    yield Step.REASONS
    try:
        if claim.wants_harm:
            yield Step.HARM
        if claim.wants_public_interest:
            yield Step.PUBLIC_INTEREST
    except UnknownLimb:
        return
    if Need.PERSONAL_DATA in claim_needs(claim):
        reasoning = claim.personal_data or PersonalDataReasoning()
        yield from personal_data_steps(reasoning) if claim.absolute else (Step.WHOSE_DATA,)


def _missing_disclosure(decision: Decision) -> Iterator[Missing]:
    assert decision.outcome is not None
    facts = decision.outcome.facts
    if facts.claims == "deny":
        yield from _told_by_a_denial(decision)
        return
    given = bool(decision.disclosed.strip() or decision.data)
    if facts.gives and not given:
        yield Missing(
            Step.DISCLOSURE,
            "Say what is disclosed, or add a table",
            "what is held and not refused is communicated (s1(1)(b))",
        )
    if given and not facts.gives:
        yield Missing(
            Step.OUTCOME,
            "Take away what is disclosed, or choose another outcome",
            f"the outcome is “{facts.label.lower()}”, which gives nothing",
        )


def _told_by_a_denial(decision: Decision) -> Iterator[Missing]:
    """Whatever would tell that the information is held: it is left from another outcome and has to go."""
    telling = {
        "what is disclosed": bool(decision.disclosed.strip() or decision.data),
        "what is said to be withheld": bool(decision.withheld.strip()),
        "where it is published": bool(decision.locators),
        "what will be published": bool(decision.publication.strip()),
    }
    named = [name for name, told in telling.items() if told]
    if named:
        listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
        yield Missing(
            Step.OUTCOME,
            f"Take away {listed}, or choose another outcome",
            "neither confirming nor denying, and telling what is held, exclude each other (s1(1)(a), s2(1))",
        )


def _missing_scope(decision: Decision) -> Iterator[Missing]:
    assert decision.outcome is not None
    if decision.other_information and not decision.scope.strip():
        yield Missing(
            Step.WITHHELD,
            "Define what the “other information” is",
            "a residual scope that is not defined tells the reader that something is held",
        )
    if decision.outcome.facts.claims == "withhold" and not decision.withheld.strip():
        yield Missing(
            Step.WITHHELD, "Say exactly what is withheld", "a refusal has to be exact about its reach (s17(1)(b))"
        )


def _missing_claims(decision: Decision) -> Iterator[Missing]:
    assert decision.outcome is not None
    facts = decision.outcome.facts
    if facts.claims == "none":
        if decision.claims:
            yield Missing(
                Step.OUTCOME,
                "Take away the exemptions, or choose another outcome",
                f"the outcome is “{facts.label.lower()}”, which refuses nothing",
            )
        return
    if not decision.claims:
        yield Missing(
            Step.EXEMPTIONS, f"Choose {_wanted(facts.claims)}", "a refusal specifies its ground (s17(1)(b), s17(5))"
        )
    for position, claim in enumerate(decision.claims):
        yield from _missing_of_claim(decision, position, claim)
    yield from _missing_alternatives(decision)


def _missing_of_claim(decision: Decision, position: int, claim: Claim) -> Iterator[Missing]:
    assert decision.outcome is not None
    try:
        limbs, _ = claim.known, claim.grounds
    except UnknownLimb as error:
        yield Missing(Step.EXEMPTIONS, str(error), "only what the Act provides can be claimed", position)
        return
    if len({limb.section for limb in claim.limbs}) > 1:
        yield Missing(
            Step.EXEMPTIONS,
            f"Make a claim of its own for each section of {format_provisions(claim.limbs)}",
            "each section is specified, with the reasons why it applies (s17(1)(b) and (c))",
            position,
        )
    for limb in limbs:
        if not decision.outcome.facts.allows(limb):
            yield Missing(
                Step.EXEMPTIONS, f"Take away section {limb.provision}", _why_not_allowed(decision, limb), position
            )
    yield from missing_grounds(position, claim)
    yield from _missing_reasons(position, claim)
    yield from _missing_tests(position, claim)
    yield from _missing_needs(position, claim)


def _missing_reasons(position: int, claim: Claim) -> Iterator[Missing]:
    if not claim.why.strip():
        yield Missing(
            Step.REASONS,
            f"Say why section {format_provisions(claim.limbs)} applies",
            "a refusal states why the exemption applies (s17(1)(c))",
            position,
        )


def _missing_tests(position: int, claim: Claim) -> Iterator[Missing]:
    cited = format_provisions(claim.limbs)
    if claim.wants_harm:
        why = f"section {format_provisions(claim.limbs)} is engaged only where harm is shown, at one of two levels"
        if claim.likelihood is None and claim.wants_likelihood:
            yield Missing(Step.HARM, f"Say how likely the harm is for section {cited}", why, position)
        if not claim.harm.strip():
            yield Missing(Step.HARM, f"Give the evidence of harm for section {cited}", why, position)
    if claim.wants_public_interest:
        why = "the exemption is qualified, so the public interest is weighed and the reasons given (s2, s17(3))"
        matter = "confirming or denying" if claim.denies else "disclosure"
        if not any(factor.strip() for factor in claim.favouring):
            yield Missing(Step.PUBLIC_INTEREST, f"Give factors favouring {matter} for section {cited}", why, position)
        if not any(factor.strip() for factor in claim.against):
            yield Missing(Step.PUBLIC_INTEREST, f"Give factors against {matter} for section {cited}", why, position)
        if not claim.balance.strip():
            yield Missing(
                Step.PUBLIC_INTEREST, f"Say where the balance lies for section {cited}, and why", why, position
            )


def _missing_needs(position: int, claim: Claim) -> Iterator[Missing]:
    needs = claim_needs(claim)
    if Need.PERSONAL_DATA in needs and not claim.wants_public_interest:
        yield from missing_personal_data(position, claim.personal_data or PersonalDataReasoning())
    elif Need.PERSONAL_DATA in needs and not (claim.personal_data and claim.personal_data.whose.strip()):
        yield Missing(Step.WHOSE_DATA, "Say whose personal data it is", "section 40 protects living people", position)
    opinion = claim.qualified_opinion
    if Need.QUALIFIED_PERSON in needs and not (
        opinion and opinion.person and opinion.given_on and opinion.opinion.strip()
    ):
        yield Missing(
            Step.REASONS,
            "Record the qualified person, the date of the opinion and the opinion itself",
            "section 36 rests on the reasonable opinion of a qualified person, given beforehand (s36(2), (5))",
            position,
        )
    if Need.ENACTMENT in needs and not claim.enactment.strip():
        yield Missing(
            Step.REASONS, "Name the enactment that prohibits disclosure", "section 44(1)(a) rests on it", position
        )
    if Need.FUNCTION in needs and not claim.function.strip():
        yield Missing(
            Step.REASONS,
            "Name the public authority and the function that would be prejudiced",
            "section 31(1)(g) protects a named function for a purpose in section 31(2)",
            position,
        )


def _missing_alternatives(decision: Decision) -> Iterator[Missing]:
    for rule in _alternatives():
        firsts = [claim for claim in decision.claims if _section(claim) == rule.first]
        for position, claim in enumerate(decision.claims):
            if _section(claim) == rule.then and firsts and not claim.in_the_alternative:
                yield Missing(
                    Step.EXEMPTIONS,
                    f"Claim section {format_provisions(claim.limbs)} in the alternative to section "
                    f"{format_provisions(firsts[0].limbs)}",
                    f"{rule.why} ({rule.source})",
                    position,
                )


def _missing_elsewhere(decision: Decision) -> Iterator[Missing]:
    assert decision.outcome is not None
    needs = decision_needs(decision)
    if Need.LOCATOR in needs and not decision.locators:
        yield Missing(
            Step.PUBLISHED,
            "Say where the information is published, with its address",
            "section 21 holds only if the requester can reach it",
        )
    if Need.PUBLICATION in needs and not decision.publication.strip():
        yield Missing(
            Step.PUBLISHED,
            "Say what will be published, by whom and when",
            "section 22 needs a settled intention that existed when the request was made (s22(1)(b))",
        )
    if Need.ESTIMATE in needs:
        yield from _missing_estimate(decision)
    if (
        decision.outcome.facts.claims == "none"
        and not decision.outcome.facts.confirms
        and not decision.explanation.strip()
    ):
        yield Missing(
            Step.OUTCOME,
            "Say what was searched, or why nothing would be held",
            "the requester can test “not held” only so (s1(1)(a))",
        )


def _missing_estimate(decision: Decision) -> Iterator[Missing]:
    limit = cost_limit()
    estimate = decision.estimate
    if estimate is None or not estimate.basis.strip():
        yield Missing(Step.COST, "Explain the estimate", "an estimate rests on cogent evidence (s12(1))")
    if estimate is None or not limit.hours < estimate.hours < math.inf:
        yield Missing(
            Step.COST,
            f"Give an estimate above {limit.hours} hours, or choose another outcome",
            f"the limit is £{limit.pounds} at £{limit.pounds_per_hour} an hour ({limit.source})",
        )
    if not decision.advice.strip():
        yield Missing(Step.HELP, "Say how the request could be narrowed", "advice and assistance is owed (s16)")


def claim_needs(claim: Claim) -> frozenset[Need]:
    """What the claim must carry besides harm and the public interest, whether its limbs or its grounds ask for it.

    A claim that denies never says where the information is or will be published: that would tell that it is held.
    """
    try:
        needs = frozenset(need for limb in (*claim.known, *claim.grounds) for need in limb.needs)
        return needs - {Need.LOCATOR, Need.PUBLICATION} if claim.denies else needs
    except UnknownLimb:
        return frozenset()


def decision_needs(decision: Decision) -> frozenset[Need]:
    """What the claims of the decision must carry between them."""
    return frozenset(need for claim in decision.claims for need in claim_needs(claim))


def _wanted(claims: str) -> str:
    kinds = {
        "withhold": "the exemption under which it is withheld",
        "deny": "the limb that lifts the duty to confirm or deny",
    }
    return kinds.get(claims, f"the limb of section {claims} that applies")


def _why_not_allowed(decision: Decision, limb: Limb) -> str:
    assert decision.outcome is not None
    if not limb.available:
        return "a police force cannot claim it"
    if limb.kind is Kind.CONDITION:
        return "it is a condition of another limb and is not claimed by itself"
    if limb.kind is Kind.DENY:
        return "it lifts the duty to confirm or deny, and this outcome confirms that the information is held"
    return f"the outcome “{decision.outcome.label.lower()}” rests on {_wanted(decision.outcome.facts.claims)}"


def _section(claim: Claim) -> str:
    return claim.limbs[0].section if claim.limbs else ""


@cache
def _alternatives() -> tuple[Alternative, ...]:
    return tuple(Alternative(**entry) for entry in _rules()["alternative"])


@cache
def _rules() -> dict[str, Any]:
    text = resources.files("candour.law").joinpath("rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
