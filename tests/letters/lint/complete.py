"""Complete decisions of every outcome and on every limb, with reasons that say little and yet are there."""

from __future__ import annotations

from datetime import date

from desk.complete import grounds_of
from hypothesis import assume
from hypothesis import strategies as st

from candour.law import (
    Claim,
    CostEstimate,
    Decision,
    LawfulnessFailsAt,
    Likelihood,
    Locator,
    Outcome,
    PersonalDataReasoning,
    QualifiedOpinion,
    SensitiveData,
    catalogue,
    missing,
)
from candour.letters.model import Sender
from candour.letters.response import Answer, Asked, Response

WORDS = ("The hay is dry.", "Nobody saw the horses, which is a pity.", "It rained on the stable for three weeks.")
LIMBS = tuple(catalogue())

words = st.sampled_from(WORDS)
reasonings = st.builds(
    PersonalDataReasoning,
    whose=words,
    identifiable=words,
    sensitive=st.sampled_from(SensitiveData),
    gateway=words,
    purpose=words,
    necessity=words,
    balance=words,
    fails_at=st.sampled_from(LawfulnessFailsAt),
)


@st.composite
def claims(draw: st.DrawFn, outcome: Outcome) -> Claim:
    """A claim that the outcome allows, on one limb, with every ground and every reason that it may want."""
    limb = draw(st.sampled_from([limb for limb in LIMBS if outcome.facts.allows(limb)]))
    by_virtue_of = draw(st.sampled_from(grounds_of(limb) or [()]))
    claim = Claim((limb.provision,), by_virtue_of)
    weighed = claim.wants_public_interest
    return Claim(
        (limb.provision,),
        by_virtue_of,
        in_the_alternative=True,
        why=draw(words),
        likelihood=draw(st.sampled_from(Likelihood)) if claim.wants_likelihood else None,
        harm=draw(words) if claim.wants_harm else "",
        favouring=(draw(words),) if weighed else (),
        against=(draw(words),) if weighed else (),
        balance=draw(words) if weighed else "",
        personal_data=draw(reasonings) if limb.provision.section == "40" else None,
        qualified_opinion=QualifiedOpinion("the Chief Constable", date(2026, 3, 9), draw(words)),
        enactment="section 1 of the Horses Act 1970",
        function="The council licenses stables.",
    )


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """A decision that lacks nothing in law."""
    outcome = draw(st.sampled_from(Outcome))
    claimed: dict[str, Claim] = {}
    if outcome.facts.claims != "none":
        for claim in draw(st.lists(claims(outcome), min_size=1, max_size=3)):
            claimed.setdefault(claim.limbs[0].section, claim)
    decision = Decision(
        outcome,
        explanation=draw(words),
        disclosed=draw(words) if outcome.facts.gives else "",
        withheld="The names of the grooms." if outcome.facts.claims == "withhold" else "",
        claims=tuple(claimed.values()),
        locators=(Locator("Horses", "https://www.westvale.police.example/horses", "all of it"),)
        if outcome is Outcome.ALREADY_ACCESSIBLE
        else (),
        estimate=CostEstimate(40.0, "It rained on 400 records, six minutes each.")
        if outcome.facts.claims == "12"
        else None,
        publication="The yearly report, in May." if "22" in claimed else "",
        advice="Please narrow the request to one year.",
    )
    assume(not missing(decision))
    return decision


@st.composite
def responses(draw: st.DrawFn) -> Response:
    """One to four questions, in one request or two, each with its complete decision."""
    groups = draw(st.sampled_from([("",), ("Request 1", "Request 2")]))
    asked = [Asked(str(number), draw(words), group) for group in groups for number in range(1, draw(st.integers(2, 3)))]
    answers = tuple(Answer(draw(decisions()), (question.label,)) for question in asked)
    sender = Sender("Westvale Police", "Information Rights Unit", ("Canal Street",), "foi@westvale.police.example")
    received, dated = date(2026, 3, 2), date(2026, 3, 27)
    return Response(sender, sender.email, "190A/26", "Horses", received, dated, tuple(asked), answers)
