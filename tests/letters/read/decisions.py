"""Complete decisions of every kind: all outcomes, all limbs, parts, groups of questions, any other information."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from desk.complete import grounds_of
from hypothesis import strategies as st

from candour.law.catalogue import Limb, Need, catalogue
from candour.law.decision import (
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
)
from candour.law.requirements import missing
from candour.letters.model import DataTable, Sender
from candour.letters.response import Answer, Asked, AskedPart, Exhibit, Response

SENTENCES = (
    "The stables hold nine horses.",
    "Section 40(2) was mentioned by somebody else.",
    "We do not hold this information.",
    "Question 2 is about carts; see also questions 3 and 4a.",
    "Why we withhold information (question 1)",
    "It would be likely to prejudice nobody, and the public interest outweighs hay.",
    "1. First 2. Second",
    "Y ceffylau: Ŵyn a Łódź – “quoted” (brackets) 50% £3.",
    "a) oats",
    "Our reference: none",
    "- a dash opens this line and it goes on for so long that every format has to break it somewhere on the way",
)
"""What people write into letters, with much in it that looks like something else."""

asked_words = st.lists(
    st.sampled_from((*SENTENCES, "Question 2", "Balance", "Any other information")), min_size=1, max_size=3
)
said_words = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(" ".join).map("He said: {}".format)
paragraphs = st.lists(said_words, min_size=1, max_size=2).map("\n\n".join)
factors = st.lists(said_words, min_size=1, max_size=3).map(tuple)
names = st.sampled_from(("Kent Police", "Heddlu Gŵyr", "Police Service of the Northern Islands", "A & B Constabulary"))
references = st.sampled_from(("FOI-2026-0001", "190A/23", "01.FOI.22.026461", "616 - 25", "A very odd ref (2), 3", "7"))


def _allowed(outcome: Outcome) -> list[Limb]:
    return [limb for limb in catalogue() if outcome.facts.allows(limb)]


@st.composite
def claims(draw: st.DrawFn, outcome: Outcome) -> Claim:
    """A claim of one limb or of two of a section, with every reason that any limb may want."""
    limb = draw(st.sampled_from(_allowed(outcome)))
    limbs = [limb.provision]
    alike = [
        other.provision
        for other in _allowed(outcome)
        if other.provision.section == limb.provision.section
        and other.by_virtue_of == limb.by_virtue_of
        and other.provision != limb.provision
    ]
    if alike and draw(st.booleans()):
        limbs.append(draw(st.sampled_from(alike)))
    named = grounds_of(limb)
    grounds = draw(st.lists(st.sampled_from(named), min_size=1, max_size=2)) if named else []
    claim = Claim(
        tuple(sorted(limbs)),
        tuple(sorted({ground for together in grounds for ground in together})),
        why=draw(paragraphs),
        likelihood=draw(st.sampled_from(Likelihood)),
        harm=draw(paragraphs),
        favouring=draw(factors),
        against=draw(factors),
        balance=draw(paragraphs),
        function=draw(said_words),
        enactment=draw(said_words),
        personal_data=PersonalDataReasoning(
            draw(said_words), draw(said_words), draw(st.sampled_from(SensitiveData)), draw(said_words),
            draw(said_words), draw(said_words), draw(said_words), draw(st.sampled_from(LawfulnessFailsAt)),
        ),
    )  # fmt: skip
    reasoning = claim.personal_data
    assert reasoning
    if reasoning.sensitive is SensitiveData.NONE and reasoning.fails_at is LawfulnessFailsAt.GATEWAY:
        claim = replace(claim, personal_data=replace(reasoning, fails_at=LawfulnessFailsAt.BALANCE))
    if any(Need.QUALIFIED_PERSON in known.needs for known in claim.known):
        claim = replace(
            claim, qualified_opinion=QualifiedOpinion("The Chief Constable", date(2026, 2, 2), draw(said_words))
        )
    return claim


@st.composite
def decisions(draw: st.DrawFn, *, other: bool = False) -> Decision:
    """A complete decision."""
    outcome = draw(st.sampled_from([known for known in Outcome if not (other and known.facts.gives)]))
    facts = outcome.facts
    wanted = () if facts.claims == "none" else tuple(draw(st.lists(claims(outcome), min_size=1, max_size=3)))
    once = {claim.limbs: claim for claim in wanted}
    earlier: set[str] = set()
    ordered = []
    for claim in once.values():
        section = claim.limbs[0].section
        ordered.append(replace(claim, in_the_alternative=section in {"31", "24"} and len(once) > 1))
        earlier.add(section)
    locators = (Locator("Published figures", "https://example.police.uk/horses", draw(said_words)),)
    decision = Decision(
        outcome,
        explanation=draw(said_words),
        disclosed=draw(paragraphs) if facts.gives else "",
        withheld=draw(said_words) if facts.claims == "withhold" else "",
        scope=draw(said_words) if other else "",
        claims=tuple(ordered),
        locators=() if facts.claims == "deny" else locators,
        signposts=draw(st.sampled_from([(), locators])),
        estimate=CostEstimate(draw(st.sampled_from([18.5, 40.0])), draw(said_words)),
        publication="" if facts.claims == "deny" else draw(said_words),
        advice=draw(said_words),
        other_information=other,
    )
    assert missing(decision) == (), missing(decision)
    return decision


@st.composite
def responses(draw: st.DrawFn) -> Response:
    """A response that decides each of its questions, whole or part by part."""
    questions, answers = [], []
    for group in draw(st.sampled_from((("",), ("",), ("Request 1", "Request 2"), ("The first one", "The other one")))):
        for number in range(1, draw(st.integers(1, 3)) + 1):
            letters = draw(st.sampled_from(("", "", "ab", "abc")))
            parts = tuple(AskedPart(letter, draw(said_words)) for letter in letters)
            lead_in = draw(st.sampled_from(("", "", "For 2020, please tell me:")))
            asked = Asked(str(number), "\n".join(draw(asked_words)), group, lead_in, parts)
            questions.append(asked)
            answers += draw(_answers(asked))
    if draw(st.booleans()):
        answers.append(Answer(draw(decisions(other=True))))
    sender = Sender(draw(names), draw(st.sampled_from(("", "Disclosure Unit"))), ("1 High Street", "AB1 2CD"), "")
    received = draw(st.dates(date(2019, 1, 1), date(2030, 1, 1)))
    return Response(
        sender=sender,
        review_contact="the review team",
        reference=draw(references),
        subject=draw(said_words),
        received=received,
        dated=draw(st.dates(received, date(2030, 6, 1))),
        questions=tuple(questions),
        answers=tuple(answers),
        requester=draw(st.sampled_from(("", "Ms Jones"))),
        opening=draw(st.sampled_from(("", "Dear force,\n\nQuestion 1\n\nI ask."))),
        signatory=draw(st.sampled_from(("", "P. Reader"))),
    )


@st.composite
def _answers(draw: st.DrawFn, asked: Asked) -> list[Answer]:
    """One answer to the whole question, or one to each part; tables go with those that give information."""
    parts = [asked.part_label(part.letter) for part in asked.parts]
    answers = []
    for label in parts if parts and draw(st.booleans()) else [asked.label]:
        decision = draw(decisions())
        gives = decision.outcome is not None and decision.outcome.facts.gives
        answers.append(Answer(decision, (label,), draw(_exhibits()) if gives else ()))
    return answers


def _exhibits() -> st.SearchStrategy[tuple[Exhibit, ...]]:
    table = DataTable("Horses", ("Year", "Question 1"), (("2021", "4"), ("Total", "We do not hold this")), ("A note.",))
    return st.sampled_from(((), (), (Exhibit(table),), (Exhibit(table, "horses.csv"),)))
