"""Complete decisions, made by giving exactly what the law asks for until it asks for nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from candour.law import (
    Claim,
    CostEstimate,
    Decision,
    Kind,
    LawfulnessFailsAt,
    Likelihood,
    Limb,
    Locator,
    Missing,
    Outcome,
    PersonalDataReasoning,
    Provision,
    QualifiedOpinion,
    SensitiveData,
    Step,
    catalogue,
    missing,
)
from candour.law.personal_data import PERSONAL_DATA_STEPS

MOST_ROUNDS = 5
"""A law that still asks after so many rounds asks in circles."""


def limb(cited: str) -> Limb:
    """The limb as catalogued."""
    return catalogue().limb(cited)


def grounds_of(known: Limb) -> list[tuple[Provision, ...]]:
    """What a force can name as grounds: each alone, but for a denial 31(1)(g), (h) or (i) with a purpose of 31(2)."""
    grounds = [limb(str(ground)) for ground in known.by_virtue_of if limb(str(ground)).available]
    if known.kind is not Kind.DENY:
        return [(ground.provision,) for ground in grounds]
    return [
        pair
        for ground in grounds
        if ground.kind is not Kind.CONDITION
        for pair in (
            [(ground.provision, purpose) for purpose in ground.by_virtue_of]
            if len(ground.by_virtue_of) > 1
            else [(ground.provision,)]
        )
    ]


def claim(cited: str, *grounds: str, **given: object) -> Claim:
    """A claim on one limb, empty but for what is given."""
    return Claim((Provision.parse(cited),), tuple(Provision.parse(ground) for ground in grounds), **given)  # type: ignore[arg-type]


def filled(decision: Decision, tag: str = "Because", likelihood: Likelihood = Likelihood.WOULD_BE_LIKELY) -> Decision:
    """The decision with everything that the law finds missing; every text in it begins with `tag`."""
    for _ in range(MOST_ROUNDS):
        lacking = missing(decision)
        if not lacking:
            return decision
        for lack in lacking:
            decision = _with(decision, lack, tag, likelihood)
    raise AssertionError(f"still missing: {missing(decision)}")


def complete(outcome: Outcome, *claims: Claim, tag: str = "Because", other_information: bool = False) -> Decision:
    """A complete decision with that outcome on those claims."""
    return filled(Decision(outcome=outcome, claims=claims, other_information=other_information), tag)


def _with(decision: Decision, lack: Missing, tag: str, likelihood: Likelihood) -> Decision:  # noqa: PLR0911  one a step
    if lack.claim is not None:
        claims = list(decision.claims)
        claims[lack.claim] = _claim_with(claims[lack.claim], lack, f"{tag} ({lack.claim + 1})", likelihood)
        return replace(decision, claims=tuple(claims))
    match lack.step:
        case Step.OUTCOME:
            assert decision.outcome is Outcome.NOT_HELD, lack
            return replace(decision, explanation=f"{tag}: what was searched.")
        case Step.DISCLOSURE:
            return replace(decision, disclosed=f"{tag}: what is disclosed.")
        case Step.WITHHELD if "other information" in lack.what:
            return replace(decision, scope=f"{tag}, the other information")
        case Step.WITHHELD:
            return replace(decision, withheld=f"{tag}: what is withheld.")
        case Step.COST:
            return replace(decision, estimate=CostEstimate(19.5, f"{tag}: a sample of ten files."))
        case Step.HELP:
            return replace(decision, advice=f"{tag}: ask for one year.")
        case Step.PUBLISHED if "address" in lack.what:
            return replace(decision, locators=(Locator(f"{tag}: data set", "https://www.example.org/data"),))
        case Step.PUBLISHED:
            return replace(decision, publication=f"{tag}: the yearly report, in May.")
        case _:
            raise AssertionError(f"no way to give {lack}")


def _claim_with(claim: Claim, lack: Missing, tag: str, likelihood: Likelihood) -> Claim:  # noqa: PLR0911  one a step
    match lack.step:
        case Step.EXEMPTIONS if "in the alternative" in lack.what:
            return replace(claim, in_the_alternative=True)
        case Step.REASONS if "ground" in lack.what:
            return replace(
                claim, by_virtue_of=next(grounds_of(known)[0] for known in claim.known if known.by_virtue_of)
            )
        case Step.REASONS if "why" in lack.what:
            return replace(claim, why=f"{tag} it applies.")
        case Step.REASONS if "qualified person" in lack.what:
            opinion = QualifiedOpinion("the Chief Constable", date(2026, 3, 2), f"{tag} it would inhibit advice.")
            return replace(claim, qualified_opinion=opinion)
        case Step.REASONS if "enactment" in lack.what:
            return replace(claim, enactment=f"{tag} section 1 of an Act.")
        case Step.REASONS:
            return replace(claim, function=f"{tag} the force decides on misconduct.")
        case Step.HARM if "how likely" in lack.what:
            return replace(claim, likelihood=likelihood)
        case Step.HARM:
            return replace(claim, harm=f"{tag} a suspect is warned.")
        case Step.PUBLIC_INTEREST:
            return replace(
                claim,
                favouring=(f"{tag} openness.",),
                against=(f"{tag} safety.",),
                balance=f"{tag} safety weighs more.",
            )
        case step if step in PERSONAL_DATA_STEPS:
            return replace(claim, personal_data=_personal_data(tag))
        case _:
            raise AssertionError(f"no way to give {lack}")


def _personal_data(tag: str) -> PersonalDataReasoning:
    return PersonalDataReasoning(
        sensitive=SensitiveData.NONE,
        whose=f"{tag} the officers.",
        identifiable=f"{tag} by their rank.",
        purpose=f"{tag} scrutiny.",
        necessity=f"{tag} totals are enough.",
        balance=f"{tag} their rights override it.",
        fails_at=LawfulnessFailsAt.BALANCE,
    )
