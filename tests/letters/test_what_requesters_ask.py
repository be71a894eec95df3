"""What people who were refused are advised to look for stands in the letter, without their having to ask.

The advice meant is that of the sites through which requests are made, for sections 12, 30, 31 and 40; the questions are
in words of our own. What the words of a person answer is looked for as that person gave it, and the law wants it given:
a decision without it is not complete, and makes no letter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from desk.complete import claim, complete

from candour.law import Claim, CostEstimate, Decision, Outcome, PersonalDataReasoning, SensitiveData, missing
from candour.law.requirements import countable_activities
from candour.letters.compose import compose
from candour.letters.response import Asked
from candour.letters.write import to_text
from letters.test_compose import response


@dataclass(frozen=True)
class Refusal:
    """One way to refuse, the questions that it raises with what answers each."""

    decision: Decision
    answers: dict[str, str]


def of_one(decision: Decision, **given: object) -> Decision:
    """The decision with its only claim changed."""
    (only,) = decision.claims
    return replace(decision, claims=(replace(only, **given),))  # type: ignore[arg-type]


def weighed(decision: Decision, why: str = "the reason why", **given: object) -> Decision:
    """The decision with a public interest test that can be recognised."""
    return of_one(
        decision,
        why=why,
        favouring=("the weight of openness",),
        against=("the weight of this interest alone",),
        balance="the scale goes down",
        **given,
    )


def personal(**given: object) -> PersonalDataReasoning:
    (only,) = complete(Outcome.WITHHELD, claim("40(2)", "40(3A)(a)")).claims
    assert only.personal_data is not None
    return replace(only.personal_data, **given)  # type: ignore[arg-type]


WEIGHED = {
    "Was the public interest weighed, for and against?": "the weight of openness",
    "Is it weighed for this exemption alone?": "Public interest test: section {cited}",
    "Where does the balance lie, and why?": "the scale goes down",
    "Which way does the law say that it comes out?": "In all the circumstances of the case, the public interest in",
}
HELD = {"Is it held?": "We hold this information"}
DENIED = {
    "Is it said that they do not say?": "We neither confirm nor deny that we hold this information",
    "Does the balance weigh the answer itself?": "in disclosing whether we hold the information",
    "May anything be read into it?": "No inference should be drawn",
}
HARM = {
    "Was the harm looked into?": "the chain from release to harm",
    "How likely is it?": "would be likely to prejudice",
    "Which interest of the list is it?": "the prevention or detection of crime",
}
PERSONS = {
    "Whose data is it?": "Because (1) the officers.",
    "Can they be told from it?": "Because (1) by their rank.",
    "Is it of a kind that is protected further?": "neither special category nor criminal offence data",
    "Was a legitimate interest looked for?": "Because (1) scrutiny.",
    "Was it asked whether disclosure is necessary for it?": "Because (1) totals are enough.",
    "Was it balanced with the rights of those people?": "Because (1) their rights override it.",
    "Which rule of data protection would be broken?": "Article 5(1)(a) UK GDPR",
    "Is a public interest test owed?": "no public interest test applies",
}
COST = {
    "What does the sum come to, and how was it reckoned?": "19.5 hours of work would be needed, which at £25 an hour",
    "On what does the estimate rest?": "a sample of ten files, and request 7A/26 of 2 March added",
    "How much for each activity?": "12 hours",
    "What is the limit for a police force?": "The limit for a police force is £450, or 18 hours",
    "Was time for reading, redacting or deciding counted in?": "Only the time to determine whether",
    "Were other requests added, and which?": "request 7A/26 of 2 March added",
    "What could be given within the limit?": "If you ask for one year, we can answer.",
}


def too_dear(limb: str) -> Decision:
    keys = [activity.key for activity in countable_activities()][:2]
    basis = "a sample of ten files, and request 7A/26 of 2 March added"
    estimate = CostEstimate(19.5, basis, tuple(zip(keys, (12.0, 7.5), strict=True)))
    return replace(
        complete(Outcome.COST_LIMIT, claim(limb)), estimate=estimate, advice="If you ask for one year, we can answer."
    )


REFUSALS = {
    "12(1)": Refusal(too_dear("12(1)"), {**COST, "Is it held?": "We confirm that we hold information"}),
    "12(2)": Refusal(
        too_dear("12(2)"),
        {
            **COST,
            "Is it said that finding out alone would cost too much?": "Finding out whether we hold this information",
        },
    ),
    "30(1)(a)(i)": Refusal(
        weighed(
            complete(Outcome.WITHHELD, claim("30(1)(a)(i)")),
            "We have the duty to investigate it, as an offence under section 1 of the Theft Act 1968.",
        ),
        {
            **HELD,
            **WEIGHED,
            "Is it their own investigation?": "investigations and proceedings conducted by public authorities",
            "From what does the duty come, and which offence is it?": "as an offence under section 1 of the Theft Act",
            "Has harm to be shown?": "so that no harm has to be shown",
        },
    ),
    "30(2)(a)(i)": Refusal(
        weighed(complete(Outcome.WITHHELD, claim("30(2)(a)(i)")), "It came from confidential sources."),
        {**HELD, **WEIGHED, "Did it come from a confidential source?": "It came from confidential sources."},
    ),
    "30(3)": Refusal(
        weighed(
            complete(Outcome.NCND, claim("30(3)", "30(1)(a)(i)")), "A yes would tell that somebody is looked into."
        ),
        {
            **DENIED,
            **WEIGHED,
            "Why would the answer itself tell something?": "A yes would tell that somebody is looked into.",
        },
    ),
    "31(1)(a)": Refusal(
        weighed(complete(Outcome.WITHHELD, claim("31(1)(a)")), harm="the chain from release to harm"),
        {**HELD, **WEIGHED, **HARM},
    ),
    "31(1)(g)": Refusal(
        weighed(
            complete(Outcome.WITHHELD, claim("31(1)(g)", "31(2)(b)")),
            harm="the chain from release to harm",
            function="The Office for Police Conduct decides on misconduct, and we asked it.",
        ),
        {
            **HELD,
            **WEIGHED,
            "Was the harm looked into?": "the chain from release to harm",
            "How likely is it?": "would be likely to prejudice",
            "For which purpose of the list?": "determining whether any person is responsible for improper conduct",
            "Whose function is it, and was that authority asked?": "decides on misconduct, and we asked it",
        },
    ),
    "31(3)": Refusal(
        weighed(complete(Outcome.NCND, claim("31(3)", "31(1)(a)")), harm="the chain from release to harm"),
        {
            **DENIED,
            **WEIGHED,
            **HARM,
            "Is it the answer itself that does harm?": "confirming or denying that the information is held would be",
        },
    ),
    "40(2)": Refusal(complete(Outcome.WITHHELD, claim("40(2)", "40(3A)(a)")), {**HELD, **PERSONS}),
    "40(2) special": Refusal(
        of_one(
            complete(Outcome.WITHHELD, claim("40(2)", "40(3A)(a)")),
            personal_data=personal(
                sensitive=SensitiveData.CRIMINAL_OFFENCE, gateway="Nobody consented and nobody made it public."
            ),
        ),
        {
            "Is it of a kind that is protected further?": "criminal offence",
            "Did those people consent or make it public?": "Nobody consented and nobody made it public.",
        },
    ),
    "40(5B)(a)(i)": Refusal(
        complete(Outcome.NCND, claim("40(5B)(a)(i)")),
        {
            **{key: value for key, value in DENIED.items() if "balance" not in key},
            **PERSONS,
            "Is it the answer itself that would break the rule?": "Confirming or denying to a member of the public",
        },
    ),
}
"""By what is claimed. A request about oneself is handed over by triage instead (see `tests/desk/intake`)."""

ALWAYS = {
    "Which section is relied on, and what is it about?": "Section {cited}",
    "Is the letter a refusal notice?": "This letter is a refusal notice under section 17",
    "May the decision be reviewed?": "internal review",
    "May one complain, and to whom?": "Information Commissioner",
}


def said(decision: Decision) -> str:
    """The letter on a question that is refused and one that is answered, in one line."""
    rest = complete(Outcome.NOT_HELD)
    letter = compose(response((Asked("1", "How many?"), decision), (Asked("2", "And carts?"), rest)))
    return " ".join(to_text(letter).split())


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_answers_what_a_requester_is_advised_to_ask(name: str) -> None:
    """Each question that applies has its answer in the letter, and the rest of the request is answered as well."""
    refusal = REFUSALS[name]
    assert missing(refusal.decision) == ()
    (only,) = refusal.decision.claims
    text = said(refusal.decision)
    for question, answer in {**ALWAYS, **refusal.answers}.items():
        assert answer.format(cited=only.cited) in text, question
    assert "Question 2" in text


def test_a_letter_never_says_of_a_search_that_is_too_dear_that_something_is_held() -> None:
    """Where the cost of finding out is over the limit, section 12(2) takes the duty to say."""
    assert "We confirm that we hold" not in said(too_dear("12(2)"))


GIVEN = ("why", "harm", "favouring", "against", "balance", "function", "likelihood", "personal_data", "by_virtue_of")


@pytest.mark.parametrize("name", REFUSALS)
def test_an_answer_that_was_not_given_stops_the_letter(name: str) -> None:
    """Nothing of what these answers rest on can be left out by oversight."""
    decision = REFUSALS[name].decision
    (only,) = decision.claims
    empty = Claim(only.limbs)
    for each in GIVEN:
        if getattr(only, each) and (each != "why" or only.why.strip()):
            assert missing(of_one(decision, **{each: getattr(empty, each)})) != (), each
    if decision.outcome is Outcome.COST_LIMIT:
        assert missing(replace(decision, estimate=None)) != ()
        assert missing(replace(decision, advice="")) != ()
