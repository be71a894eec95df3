"""What a decision lacks is what its outcome and its limbs call for: all of it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from desk.complete import claim, complete, filled, grounds_of, limb

from candour.law import (
    Claim,
    CostEstimate,
    Decision,
    Kind,
    LawfulnessFailsAt,
    Likelihood,
    Locator,
    Nature,
    Need,
    Outcome,
    PersonalDataReasoning,
    Provision,
    QualifiedOpinion,
    SensitiveData,
    Step,
    applicable_steps,
    catalogue,
    cost_limit,
    missing,
)
from candour.law.catalogue import Basis

Drop = Callable[[Decision], Decision]

REASONED_ON = {
    "whose": Step.WHOSE_DATA,
    "identifiable": Step.WHOSE_DATA,
    "sensitive": Step.PROTECTED_DATA,
    "purpose": Step.LEGITIMATE_INTEREST,
    "necessity": Step.NECESSITY,
    "balance": Step.RIGHTS,
    "fails_at": Step.RIGHTS,
}
"""What the reasoning on personal data that is not sensitive consists of, and the step on which each is given."""


def walked() -> Iterator[tuple[Outcome, str, tuple[str, ...]]]:
    """Every outcome with every limb that it can rest on and all grounds of that limb that a force can name."""
    for outcome in Outcome:
        for known in catalogue():
            if outcome.facts.allows(known):
                named = [tuple(map(str, grounds)) for grounds in grounds_of(known)]
                for grounds in named if len(known.by_virtue_of) > 1 else [(), *named]:
                    yield outcome, str(known.provision), grounds


WALKED = list(walked())


def steps(decision: Decision) -> list[Step]:
    """The steps on which something is missing."""
    return [lack.step for lack in missing(decision)]


def one_claim(outcome: Outcome, cited: str, *grounds: str) -> Decision:
    """A complete decision on one claim."""
    return complete(outcome, claim(cited, *grounds))


def with_claim(decision: Decision, **changes: object) -> Decision:
    """The decision with its only claim changed."""
    return replace(decision, claims=(replace(decision.claims[0], **changes),))  # type: ignore[arg-type]


def pieces(cited: str, grounds: tuple[str, ...]) -> dict[str, tuple[Step, Drop]]:
    """What a claim must carry by the catalogue: the step on which each piece is given, and how to take it away."""
    known = [limb(cited), *map(limb, grounds)]
    needs = {need for each in known for need in each.needs}
    nature = known[-1].nature if known[0].nature is Nature.DEPENDS else known[0].nature
    found = {"why": (Step.REASONS, _without("why"))}
    if known[0].effect or known[0].basis is Basis.REQUIRED:
        found["harm"] = (Step.HARM, _without("harm"))
    if known[0].effect:
        found["likelihood"] = (Step.HARM, lambda decision: with_claim(decision, likelihood=None))
    if nature is Nature.QUALIFIED:
        found |= {name: (Step.PUBLIC_INTEREST, _without(name)) for name in ("favouring", "against", "balance")}
    if Need.PERSONAL_DATA in needs:
        names = tuple(REASONED_ON) if nature is Nature.ABSOLUTE else ("whose",)
        found |= {f"personal data: {name}": (REASONED_ON[name], _without_reasoning(name)) for name in names}
    if Need.QUALIFIED_PERSON in needs:
        blank = {"person": "", "given_on": None, "opinion": ""}
        found |= {f"opinion: {name}": (Step.REASONS, _without_opinion(name, value)) for name, value in blank.items()}
    if Need.ENACTMENT in needs:
        found["enactment"] = (Step.REASONS, _without("enactment"))
    if Need.FUNCTION in needs:
        found["function"] = (Step.REASONS, _without("function"))
    if Need.LOCATOR in needs:
        found["locator"] = (Step.PUBLISHED, lambda decision: replace(decision, locators=()))
    if Need.PUBLICATION in needs and known[0].kind is not Kind.DENY:
        found["publication"] = (Step.PUBLISHED, lambda decision: replace(decision, publication=" "))
    if Need.ESTIMATE in needs:
        found["basis"] = (Step.COST, lambda decision: replace(decision, estimate=CostEstimate(19.5, " \n")))
        found["hours"] = (Step.COST, lambda decision: replace(decision, estimate=CostEstimate(18, "A sample.")))
        found["advice"] = (Step.HELP, lambda decision: replace(decision, advice=""))
    return found


def _without(name: str) -> Drop:
    blank: dict[str, object] = {"favouring": (" ", ""), "against": ()}
    return lambda decision: with_claim(decision, **{name: blank.get(name, " ")})


BLANK: dict[str, object] = {"fails_at": None, "sensitive": None}


def _without_reasoning(name: str) -> Drop:
    def drop(decision: Decision) -> Decision:
        reasoning = decision.claims[0].personal_data
        assert reasoning is not None
        return with_claim(decision, personal_data=replace(reasoning, **{name: BLANK.get(name, "")}))

    return drop


def _without_opinion(name: str, value: object) -> Drop:
    def drop(decision: Decision) -> Decision:
        opinion = decision.claims[0].qualified_opinion
        assert opinion is not None
        return with_claim(decision, qualified_opinion=replace(opinion, **{name: value}))  # type: ignore[arg-type]

    return drop


EMPTY = {
    Outcome.DISCLOSED: [Step.DISCLOSURE],
    Outcome.PARTLY_DISCLOSED: [Step.DISCLOSURE, Step.WITHHELD, Step.EXEMPTIONS],
    Outcome.WITHHELD: [Step.WITHHELD, Step.EXEMPTIONS],
    Outcome.NCND: [Step.EXEMPTIONS],
    Outcome.NOT_HELD: [Step.OUTCOME],
    Outcome.COST_LIMIT: [Step.EXEMPTIONS],
    Outcome.VEXATIOUS: [Step.EXEMPTIONS],
    Outcome.REPEATED: [Step.EXEMPTIONS],
    Outcome.ALREADY_ACCESSIBLE: [Step.EXEMPTIONS],
    Outcome.INTENDED_FOR_PUBLICATION: [Step.EXEMPTIONS],
}


@pytest.mark.parametrize("outcome", Outcome)
def test_an_empty_decision_lacks_what_its_outcome_calls_for(outcome: Outcome) -> None:
    """With only its outcome chosen, a decision lacks exactly what that outcome gives or rests on."""
    assert steps(Decision(outcome=outcome)) == EMPTY[outcome]


def test_without_an_outcome_nothing_else_is_asked() -> None:
    """A decision that has not begun lacks its outcome alone."""
    (lack,) = missing(Decision())
    assert (lack.step, lack.what) == (Step.OUTCOME, "Choose an outcome")
    assert applicable_steps(Decision()) == ((Step.OUTCOME, None),)


@pytest.mark.parametrize(
    "decision",
    [
        Decision(Outcome.DISCLOSED, disclosed="Twelve."),
        Decision(Outcome.DISCLOSED, data=("A table",)),
        Decision(Outcome.NOT_HELD, explanation="We searched the register."),
    ],
)
def test_an_outcome_that_refuses_nothing_is_complete_without_exemptions(decision: Decision) -> None:
    """What is disclosed in words or in a table, or searched for in vain, needs no more."""
    assert missing(decision) == ()


@pytest.mark.parametrize(("outcome", "cited", "grounds"), WALKED)
def test_giving_what_is_asked_completes_every_claimable_limb(
    outcome: Outcome, cited: str, grounds: tuple[str, ...]
) -> None:
    """For every limb, ground and outcome, filling in what is missing ends with nothing missing."""
    assert missing(one_claim(outcome, cited, *grounds)) == ()


@pytest.mark.parametrize(("outcome", "cited", "grounds"), WALKED)
def test_taking_away_one_required_piece_is_told_on_its_own_step(
    outcome: Outcome, cited: str, grounds: tuple[str, ...]
) -> None:
    """Whatever the catalogue makes a limb carry is missed when it goes, by one message on the step it is given on."""
    decision = one_claim(outcome, cited, *grounds)
    told = {name: steps(drop(decision)) for name, (_, drop) in pieces(cited, grounds).items()}
    assert told == {name: [step] for name, (step, _) in pieces(cited, grounds).items()}


@pytest.mark.parametrize(("outcome", "cited", "grounds"), WALKED)
def test_nothing_is_asked_that_a_limb_does_not_require(outcome: Outcome, cited: str, grounds: tuple[str, ...]) -> None:
    """An empty claim lacks the pieces of the catalogue and no others: no harm for a class, no weighing if absolute."""
    bare = Decision(outcome=outcome, claims=(claim(cited, *grounds),), disclosed="x" * outcome.facts.gives)
    asked = {lack.step for lack in missing(replace(bare, withheld="x" * (outcome.facts.claims == "withhold")))}
    assert asked == {step for step, _ in pieces(cited, grounds).values()}


@pytest.mark.parametrize(("outcome", "cited", "grounds"), WALKED)
def test_every_step_on_which_something_is_missing_is_a_page_of_the_form(
    outcome: Outcome, cited: str, grounds: tuple[str, ...]
) -> None:
    """The steps of a decision include each one on which an empty claim lacks something."""
    bare = Decision(outcome=outcome, claims=(claim(cited, *grounds),))
    pages = {step for step, _ in applicable_steps(bare)}
    assert set(steps(bare)) <= pages


@pytest.mark.parametrize(
    "cited", sorted({cited for _, cited, grounds in WALKED if grounds and len(limb(cited).by_virtue_of) > 1})
)
def test_a_limb_that_refers_elsewhere_names_the_ground(cited: str) -> None:
    """A limb that takes effect through several others asks for one of them, where the reasons are given."""
    outcome = next(outcome for outcome in Outcome if outcome.facts.allows(limb(cited)))
    lacking = [
        lack.step
        for lack in missing(Decision(outcome=outcome, claims=(claim(cited),)))
        if lack.what.startswith(f"Name the ground by virtue of which section {cited} is claimed")
    ]
    assert lacking == [Step.REASONS]


@pytest.mark.parametrize(
    ("grounds", "lacking"),
    [
        (("31(1)(a)",), []),
        (
            ("31(1)(g)",),
            ["Name the ground by virtue of which section 31(1)(g) applies, for example 31(2)(a), (b) and (c)"],
        ),
        (
            ("31(1)(a)", "31(1)(i)"),
            ["Name the ground by virtue of which section 31(1)(i) applies, for example 31(2)(a), (b) and (c)"],
        ),
        (("31(2)(b)",), ["Name 31(1)(g), (h) and (i) beside the ground 31(2)(b): one of them leads to it"]),
        (("31(1)(g)", "31(2)(b)"), []),
    ],
)
def test_a_denial_for_the_functions_of_an_authority_names_them_and_their_purpose(
    grounds: tuple[str, ...], lacking: list[str]
) -> None:
    """31(1)(g), (h) and (i) are about a purpose in 31(2): neither is complete without the other."""
    bare = Decision(Outcome.NCND, claims=(claim("31(3)", *grounds),))
    told = [lack.what for lack in missing(bare) if lack.step is Step.REASONS and "the ground" in lack.what]
    assert told == lacking


def test_personal_data_of_others_is_claimed_by_a_condition() -> None:
    """40(2) alone is incomplete: it takes effect by virtue of 40(3A), (3B) or (4A)."""
    bare = missing(Decision(Outcome.WITHHELD, withheld="Names.", claims=(claim("40(2)"),)))
    assert any("Name the ground" in lack.what and "40(3A)(a)" in lack.what for lack in bare)


def test_the_first_condition_is_reasoned_in_steps_and_not_weighed() -> None:
    """40(2) by 40(3A)(a) is absolute: the lawfulness steps are owed and no public interest test."""
    decision = Decision(Outcome.WITHHELD, withheld="Names.", claims=(claim("40(2)", "40(3A)(a)", why="It does."),))
    asked = steps(decision)
    assert set(asked) >= set(REASONED_ON.values())
    assert Step.PUBLIC_INTEREST not in asked
    assert (Step.PUBLIC_INTEREST, 0) not in applicable_steps(decision)


@pytest.mark.parametrize("ground", ["40(3B)", "40(4A)(a)", "40(4A)(b)"])
def test_the_other_conditions_take_a_public_interest_test(ground: str) -> None:
    """40(2) by 40(3B) or 40(4A) is qualified: factors on both sides and the balance are owed."""
    decision = Decision(Outcome.WITHHELD, withheld="Names.", claims=(claim("40(2)", ground, why="It does."),))
    asked = [lack.what for lack in missing(decision) if lack.step is Step.PUBLIC_INTEREST]
    assert [what.split(" for section")[0] for what in asked] == [
        "Give factors favouring disclosure",
        "Give factors against disclosure",
        "Say where the balance lies",
    ]


@pytest.mark.parametrize(
    ("fails_at", "given", "asked"),
    [
        (LawfulnessFailsAt.PURPOSE, ("purpose",), []),
        (LawfulnessFailsAt.NECESSITY, ("purpose",), [Step.NECESSITY]),
        (LawfulnessFailsAt.BALANCE, ("purpose",), [Step.NECESSITY, Step.RIGHTS]),
        (LawfulnessFailsAt.BALANCE, (), [Step.LEGITIMATE_INTEREST, Step.NECESSITY, Step.RIGHTS]),
    ],
)
def test_lawfulness_is_reasoned_up_to_the_step_at_which_it_fails(
    fails_at: LawfulnessFailsAt, given: tuple[str, ...], asked: list[Step]
) -> None:
    """Purpose, necessity and balance are owed in that order, and none after the one at which disclosure fails."""
    reasoning = PersonalDataReasoning(
        "Officers.", "By rank.", SensitiveData.NONE, fails_at=fails_at, **dict.fromkeys(given, "Yes.")
    )
    decision = with_claim(one_claim(Outcome.WITHHELD, "40(2)", "40(3A)(a)"), personal_data=reasoning)
    assert steps(decision) == asked


def test_sensitive_data_without_a_condition_ends_the_reasoning() -> None:
    """Criminal offence data fails at the gateway: the condition that is not met is owed, and no later step."""
    reasoning = PersonalDataReasoning(
        "Officers.", "By rank.", SensitiveData.CRIMINAL_OFFENCE, fails_at=LawfulnessFailsAt.GATEWAY
    )
    decision = with_claim(one_claim(Outcome.NCND, "40(5B)(a)(i)"), personal_data=reasoning)
    (lack,) = missing(decision)
    assert "criminal offence" in lack.what
    assert missing(with_claim(decision, personal_data=replace(reasoning, gateway="None is met."))) == ()


def test_the_gateway_is_only_for_sensitive_data() -> None:
    """Data that is not sensitive cannot fail for want of a condition for sensitive data."""
    reasoning = PersonalDataReasoning(
        "Officers.", "By rank.", SensitiveData.NONE, gateway="None.", fails_at=LawfulnessFailsAt.GATEWAY
    )
    decision = with_claim(one_claim(Outcome.NCND, "40(5B)(a)(i)"), personal_data=reasoning)
    assert steps(decision) == [Step.PROTECTED_DATA]


def test_sections_30_and_31_do_not_both_cover_one_thing() -> None:
    """Beside section 30, section 31 is claimed in the alternative or not at all."""
    both = (claim("31(1)(a)"), claim("30(1)(b)"))
    decision = filled(Decision(Outcome.WITHHELD, claims=both))
    assert [each.in_the_alternative for each in decision.claims] == [True, False]
    lacking = missing(
        replace(decision, claims=tuple(replace(each, in_the_alternative=False) for each in decision.claims))
    )
    assert [(lack.step, lack.claim) for lack in lacking] == [(Step.EXEMPTIONS, 0)]
    assert "31(1)" in lacking[0].why


def test_section_24_beside_section_23_is_claimed_in_the_alternative() -> None:
    """National security covers only what security bodies do not."""
    decision = filled(Decision(Outcome.NCND, claims=(claim("23(5)"), claim("24(2)"))))
    assert [each.in_the_alternative for each in decision.claims] == [False, True]


@pytest.mark.parametrize("given", [{"disclosed": "Twelve."}, {"data": ("A table",)}])
def test_neither_confirming_nor_denying_excludes_disclosing(given: dict[str, object]) -> None:
    """A denial that gives something of the same is told to take it away or to be another outcome."""
    decision = replace(one_claim(Outcome.NCND, "38(2)", "38(1)(a)"), **given)
    (lack,) = missing(decision)
    assert lack.step is Step.OUTCOME
    assert "exclude each other" in lack.why


def test_a_denial_is_told_everything_that_it_has_to_lose() -> None:
    """What another outcome left behind is told by one message, on the step at which the outcome is chosen."""
    left = Decision(
        withheld="The log.", publication="In May.", locators=(Locator("Data", "https://www.example.org/data"),)
    )
    decision = replace(left, outcome=Outcome.NCND, claims=one_claim(Outcome.NCND, "38(2)", "38(1)(a)").claims)
    (lack,) = missing(decision)
    assert lack.step is Step.OUTCOME
    assert lack.what == (
        "Take away what is said to be withheld, where it is published and what will be published, "
        "or choose another outcome"
    )


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if not outcome.facts.gives])
def test_an_outcome_that_gives_nothing_gives_nothing(outcome: Outcome) -> None:
    """Something disclosed under an outcome that discloses nothing is always found."""
    assert Step.OUTCOME in steps(Decision(outcome, disclosed="Twelve.", explanation="Searched."))


def test_a_denial_is_not_asked_what_will_be_published() -> None:
    """22(2) by virtue of 22(1) denies: to ask what is to be published, and when, would give it away."""
    decision = Decision(Outcome.NCND, claims=(claim("22(2)", "22(1)"),))
    assert Step.PUBLISHED not in steps(decision)


@pytest.mark.parametrize(
    ("outcome", "cited"),
    [
        (Outcome.WITHHELD, "31(3)"),
        (Outcome.PARTLY_DISCLOSED, "40(5B)(a)(i)"),
        (Outcome.NCND, "31(1)(a)"),
        (Outcome.NCND, "12(2)"),
        (Outcome.WITHHELD, "14(1)"),
        (Outcome.VEXATIOUS, "14(2)"),
        (Outcome.REPEATED, "14(1)"),
        (Outcome.COST_LIMIT, "14(1)"),
        (Outcome.ALREADY_ACCESSIBLE, "22(1)"),
        (Outcome.INTENDED_FOR_PUBLICATION, "22(2)"),
        (Outcome.WITHHELD, "31(2)(b)"),
        (Outcome.WITHHELD, "33(2)"),
        (Outcome.WITHHELD, "35(1)(a)"),
        (Outcome.WITHHELD, "36(2)(a)(i)"),
    ],
)
def test_a_limb_that_does_not_go_with_the_outcome_is_to_be_taken_away(outcome: Outcome, cited: str) -> None:
    """Conditions, limbs that a force cannot claim and limbs of another kind of outcome are refused by name."""
    lacking = missing(Decision(outcome, claims=(claim(cited),), withheld="x", disclosed="x" * outcome.facts.gives))
    assert f"Take away section {cited}" in [lack.what for lack in lacking if lack.step is Step.EXEMPTIONS]


@pytest.mark.parametrize("outcome", [Outcome.DISCLOSED, Outcome.NOT_HELD])
def test_an_outcome_that_refuses_nothing_takes_no_exemption(outcome: Outcome) -> None:
    """A claim beside such an outcome is to be taken away."""
    decision = Decision(outcome, disclosed="x" * outcome.facts.gives, explanation="x", claims=(claim("31(1)(a)"),))
    assert [lack.what for lack in missing(decision)] == ["Take away the exemptions, or choose another outcome"]


def test_a_ground_that_the_limb_does_not_refer_to_is_to_be_taken_away() -> None:
    """31(1)(a) is not claimed by virtue of 38(1)(a)."""
    decision = one_claim(Outcome.WITHHELD, "31(1)(a)")
    decision = with_claim(decision, by_virtue_of=(Provision.parse("38(1)(a)"),))
    assert [lack.what for lack in missing(decision)] == ["Take away the ground 38(1)(a)"]
    decision = with_claim(decision, by_virtue_of=(Provision.parse("31(1)(g)"),))
    assert [lack.what for lack in missing(decision) if "ground" in lack.what] == ["Take away the ground 31(1)(g)"]


def test_limbs_of_two_sections_are_two_claims() -> None:
    """Each section has reasons of its own, so one claim on limbs of two sections is not complete."""
    both = Claim((Provision.parse("31(1)(a)"), Provision.parse("43(2)")))
    decision = with_claim(one_claim(Outcome.WITHHELD, "31(1)(a)"), limbs=both.limbs)
    assert Step.EXEMPTIONS in steps(decision)


@pytest.mark.parametrize(
    ("cited", "named"),
    [("31(4)", "31(3)"), ("99(1)", "There is no limb 99(1)"), ("40(5)", "40(5B)(a)(i)"), ("31(1)(z)", "31(1)(")],
)
def test_an_unknown_limb_is_told_with_the_nearest_known(cited: str, named: str) -> None:
    """A limb that the Act does not have stops the claim with one message that helps to put it right."""
    decision = Decision(Outcome.WITHHELD, withheld="x", claims=(claim(cited),))
    (lack,) = missing(decision)
    assert (lack.step, lack.claim) == (Step.EXEMPTIONS, 0)
    assert named in lack.what
    assert applicable_steps(decision), "a page that lists the steps must not fail on it"


def test_a_limb_by_virtue_of_an_unknown_one_is_told() -> None:
    """The ground of a claim has to exist as well."""
    decision = Decision(Outcome.WITHHELD, withheld="x", claims=(claim("40(2)", "40(3)(a)"),))
    assert [lack.step for lack in missing(decision)] == [Step.EXEMPTIONS]


@pytest.mark.parametrize(
    "opinion",
    [
        None,
        QualifiedOpinion("", date(2026, 3, 2), "It would inhibit advice."),
        QualifiedOpinion("The Chief Constable", None, "It would inhibit advice."),
        QualifiedOpinion("The Chief Constable", date(2026, 3, 2), " "),
    ],
)
def test_section_36_rests_on_the_opinion_of_the_qualified_person(opinion: QualifiedOpinion | None) -> None:
    """Without the person, the day and the opinion itself the claim is incomplete."""
    decision = with_claim(one_claim(Outcome.WITHHELD, "36(2)(b)(i)"), qualified_opinion=opinion)
    (lack,) = missing(decision)
    assert "given beforehand" in lack.why


def test_the_cost_limit_of_a_police_force_is_eighteen_hours() -> None:
    """The limit is £450 at £25 an hour."""
    limit = cost_limit()
    assert (limit.pounds, limit.pounds_per_hour, limit.hours) == (450, 25, 18)
    assert limit.pounds == limit.pounds_per_hour * limit.hours


@pytest.mark.parametrize("hours", [0.0, 17.99, 18.0, -40.0, float("nan"), float("inf")])
def test_an_estimate_that_is_not_above_the_limit_is_not_enough(hours: float) -> None:
    """Section 12 is engaged only above the limit, and an estimate that is no number is none."""
    decision = replace(one_claim(Outcome.COST_LIMIT, "12(1)"), estimate=CostEstimate(hours, "A sample."))
    assert steps(decision) == [Step.COST]


def test_just_above_the_limit_is_enough() -> None:
    """Eighteen hours and a quarter are more than the limit."""
    decision = replace(one_claim(Outcome.COST_LIMIT, "12(1)"), estimate=CostEstimate(18.25, "A sample."))
    assert missing(decision) == ()


@pytest.mark.parametrize("outcome", [Outcome.ALREADY_ACCESSIBLE, Outcome.WITHHELD])
def test_what_is_already_published_has_an_address(outcome: Outcome) -> None:
    """Section 21 says where the requester finds it."""
    decision = replace(one_claim(outcome, "21(1)"), locators=())
    assert steps(decision) == [Step.PUBLISHED]


def test_other_information_is_defined() -> None:
    """A decision on any other information says which information that is."""
    decision = complete(Outcome.NCND, claim("30(3)", "30(1)(a)(i)"), other_information=True)
    (lack,) = missing(replace(decision, scope=" "))
    assert lack.step is Step.WITHHELD
    assert "residual scope" in lack.why


def test_likelihood_has_exactly_two_levels() -> None:
    """The harm would, or would be likely to, come about; the Act knows no third level."""
    assert [str(level) for level in Likelihood] == ["would", "would be likely to"]


def test_conditions_are_claimed_with_no_outcome() -> None:
    """No outcome rests on a condition or on a limb that a police force cannot claim."""
    never = [known for known in catalogue() if known.kind is Kind.CONDITION or not known.available]
    assert len(never) > 20
    assert not [str(known.provision) for known in never for outcome in Outcome if outcome.facts.allows(known)]


def test_every_other_limb_can_be_claimed_with_some_outcome() -> None:
    """Nothing in the catalogue is out of reach of a decision."""
    claimable = {str(known.provision) for known in catalogue() if known.available and known.kind is not Kind.CONDITION}
    assert claimable == {cited for _, cited, _ in WALKED}
