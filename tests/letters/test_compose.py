"""A letter says what the decisions say: every question once, its outcome first, every reason owed, and the rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from desk.complete import claim, complete, filled, grounds_of
from hypothesis import assume, given
from hypothesis import strategies as st

from candour.law import (
    Claim,
    CostEstimate,
    Decision,
    Kind,
    Likelihood,
    Locator,
    Outcome,
    Provision,
    catalogue,
    missing,
)
from candour.letters.compose import IncompleteResponse, compose, gaps
from candour.letters.labels import OTHER
from candour.letters.model import (
    BulletList,
    DataTable,
    Letter,
    Link,
    Paragraph,
    Quote,
    Section,
    SectionKind,
    Sender,
)
from candour.letters.response import Answer, Asked, AskedPart, Exhibit, Response
from candour.letters.write import to_text

RECEIVED, DATED = date(2026, 3, 2), date(2026, 3, 27)
DENY_CONCLUSION = (
    "the public interest in maintaining the exclusion of the duty to confirm or deny outweighs "
    "the public interest in disclosing whether we hold the information"
)
WITHHOLD_CONCLUSION = (
    "the public interest in maintaining the exemption outweighs the public interest in disclosing the information"
)
LIMBS = [known for known in catalogue() if known.available and known.kind is not Kind.CONDITION]

labels = st.sampled_from(["1", "2", "3", "4", "5", "6", "7", "10"])
groups = st.sampled_from([("",), ("Request 1", "Request 2")])


def response(*pairs: tuple[Asked, Decision], **given: object) -> Response:
    """A response in which each question has its own decision."""
    return _response(
        tuple(asked for asked, _ in pairs),
        tuple(Answer(decision, (asked.label,)) for asked, decision in pairs),
        **given,
    )


def _response(questions: tuple[Asked, ...], answers: tuple[Answer, ...], **given: object) -> Response:
    whole = Response(
        sender=Sender("Westvale Police", "Information Rights Unit", ("Canal Street",), "foi@westvale.police.example"),
        review_contact="foi@westvale.police.example",
        reference="190A/26",
        subject="Horses",
        received=RECEIVED,
        dated=DATED,
        questions=questions,
        answers=answers,
        requester="Robin Sample",
    )
    return replace(whole, **given)  # type: ignore[arg-type]


def ncnd(tag: str = "Because") -> Decision:
    """A complete denial on three limbs."""
    claims = (claim("30(3)", "30(1)(a)(i)"), claim("31(3)", "31(1)(a)"), claim("40(5B)(a)(i)"))
    return complete(Outcome.NCND, *claims, tag=tag)


def asked(number: str = "1", text: str = "How many horses?") -> Asked:
    """A question."""
    return Asked(number, text)


@st.composite
def decisions(draw: st.DrawFn, tag: str, *, other_information: bool = False) -> Decision:
    """A complete decision with any outcome and up to three claims on sections of their own."""
    outcome = draw(st.sampled_from(Outcome))
    allowed = [known for known in LIMBS if outcome.facts.allows(known)]
    chosen = draw(st.lists(st.sampled_from(allowed), min_size=1, max_size=3)) if allowed else []
    by_section = {known.provision.section: known for known in chosen}
    claims = tuple(
        Claim((known.provision,), draw(st.sampled_from(grounds_of(known) or [()]))) for known in by_section.values()
    )
    signposts = (Locator(f"{tag}: guidance", "https://www.example.org/guidance"),) if draw(st.booleans()) else ()
    decision = Decision(
        outcome,
        explanation=f"{tag}: in plain words." if draw(st.booleans()) else "",
        claims=claims,
        signposts=signposts,
        advice=f"{tag}: narrow it." if draw(st.booleans()) else "",
        other_information=other_information,
    )
    return filled(decision, tag, draw(st.sampled_from(Likelihood)))


@st.composite
def exhibits(draw: st.DrawFn, decision: Decision, tag: str) -> tuple[Exhibit, ...]:
    """Tables for an outcome that gives something, in the letter or as files."""
    if decision.outcome is None or not decision.outcome.facts.gives:
        return ()
    places = draw(st.lists(st.booleans(), max_size=2))
    return tuple(
        Exhibit(
            DataTable(f"{tag} table {number}", ("Year", "Horses"), (("2024", f"{number}"),)),
            f"{tag}_{number}.csv" if attached else "",
        )
        for number, attached in enumerate(places, start=1)
    )


@st.composite
def responses(draw: st.DrawFn) -> Response:
    """Any complete response: some questions in parts, some decided together, some in groups, some with a rest."""
    questions: list[Asked] = []
    for group in draw(groups):
        for number in sorted(draw(st.lists(labels, unique=True, min_size=1, max_size=4)), key=int):
            letters = "abcd"[: draw(st.sampled_from((0, 0, 2, 3)))]
            place = f"{group}{number}"
            parts = tuple(AskedPart(letter, f"asked in {place}, part {letter}?") for letter in letters)
            lead_in = f"Led to in {group}." if group and draw(st.booleans()) else ""
            questions.append(Asked(number, f"Asked in {place}, whole?", group, lead_in, parts))
    about: list[tuple[str, ...]] = []
    for question in questions:
        if question.parts and draw(st.booleans()):
            about.extend((question.part_label(part.letter),) for part in question.parts)
        elif about and draw(st.integers(0, 3)) == 0:
            about[-1] = (*about[-1], question.label)
        else:
            about.append((question.label,))
    answers: list[Answer] = []
    for number, labelled in enumerate(about):
        decision = draw(decisions(f"T{number}"))
        answers.append(Answer(decision, labelled, draw(exhibits(decision, f"T{number}"))))
    if draw(st.booleans()):
        answers.append(Answer(draw(decisions("Rest", other_information=True))))
    return _response(tuple(questions), tuple(answers), opening=draw(st.sampled_from(("", "I write a newsletter."))))


def texts(section: Section | Letter) -> Iterator[str]:
    """Every text in a section or letter, in reading order."""
    for each in section.walk():
        yield each.title
        for block in each.blocks:
            match block:
                case Paragraph(text) | Quote(text):
                    yield text
                case BulletList(items):
                    yield from items
                case Link(text, url, note):
                    yield from (text, url, note)
                case DataTable(title, columns, rows, notes):
                    yield from (title, *columns, *(cell for row in rows for cell in row), *notes)
                case _:
                    yield from (value for _, value in block.rows)


def words(letter: Section | Letter) -> str:
    """All words of a letter."""
    return "\n".join(texts(letter))


def of_kind(letter: Letter | Section, kind: SectionKind) -> list[Section]:
    """The sections of that kind."""
    return [section for section in letter.walk() if section.kind is kind]


def labels_of(answer: Answer) -> tuple[str, ...]:
    """What an answer is about, as a letter names it."""
    return (OTHER,) if answer.decision.other_information else answer.about


def claims_of(response: Response) -> list[tuple[Answer, Claim]]:
    """Every claim with its answer."""
    return [(answer, each) for answer in response.answers for each in answer.decision.claims]


def reasons_of(letter: Letter, answer: Answer) -> Section:
    """The reasons that concern an answer."""
    (found,) = [
        section for section in of_kind(letter, SectionKind.REASONS) if set(labels_of(answer)) <= set(section.about)
    ]
    return found


def of_claim(letter: Letter, answer: Answer, each: Claim, kind: SectionKind) -> list[Section]:
    """The sections of that kind for one claim of an answer; no other claim of the answer is cited alike."""
    return [
        section
        for section in of_kind(reasons_of(letter, answer), kind)
        if section.title.endswith(f"section {each.cited}")
    ]


@given(responses())
def test_a_complete_response_has_no_gaps_and_is_a_letter(whole: Response) -> None:
    """Whatever the outcomes and limbs, complete decisions on every question make a letter in words."""
    assert gaps(whole) == ()
    assert len(to_text(compose(whole))) > 500


@given(responses())
def test_every_question_stands_in_the_letter_once_and_in_order(whole: Response) -> None:
    """Each question has one heading of its own, in the order asked, with its words, and its parts' words, once."""
    letter = compose(whole)
    top = [section for section in letter.sections if section.kind is SectionKind.ANSWER]
    asked_labels = [each.label for each in whole.questions]
    assert [section.about[0] for section in top if section.about != (OTHER,)] == asked_labels
    titles = Counter(section.title for section in letter.walk() if section.kind is SectionKind.ANSWER)
    assert set(titles.values()) == {1}
    quotes = "\n".join(block.text for section in letter.walk() for block in section.blocks if isinstance(block, Quote))
    put = [text for each in whole.questions for text in (each.text, *(part.text for part in each.parts))]
    lead_ins = {each.lead_in for each in whole.questions if each.lead_in}
    assert {text: quotes.count(text) for text in (*put, *lead_ins)} == dict.fromkeys((*put, *lead_ins), 1)


@given(responses())
def test_the_outcome_comes_first_in_plain_words(whole: Response) -> None:
    """After the question as put, the first thing said is the sentence of its outcome, locked."""
    letter = compose(whole)
    for answer in whole.answers:
        assert answer.decision.outcome is not None
        for label in labels_of(answer):
            (section,) = [each for each in of_kind(letter, SectionKind.ANSWER) if each.about == (label,)]
            said = [block for block in section.blocks if not isinstance(block, Quote)]
            if label == OTHER:
                assert said.pop(0) == Paragraph(f"This concerns {answer.decision.scope}.")
            assert said[0] == Paragraph(answer.decision.outcome.facts.tells, locked=True, strong=True)


@given(responses())
def test_the_rights_are_always_there_and_locked(whole: Response) -> None:
    """Every letter ends with the internal review and the Commissioner, and neither can be edited."""
    letter = compose(whole)
    review, commissioner, closing = letter.sections[-3:]
    assert [section.kind for section in (review, commissioner, closing)] == [
        SectionKind.INTERNAL_REVIEW,
        SectionKind.COMMISSIONER,
        SectionKind.CLOSING,
    ]
    assert all(isinstance(block, Paragraph) and block.locked for block in (*review.blocks, *commissioner.blocks))
    assert whole.review_contact in words(review)
    assert whole.reference in words(review)
    assert "40 working days" in words(review)
    assert "section 50" in words(commissioner)
    assert "Information Commissioner" in words(commissioner)


@given(responses())
def test_the_letter_is_a_refusal_notice_for_exactly_what_is_refused(whole: Response) -> None:
    """The notice stands there if something is refused, and is about each refused question and no other."""
    letter = compose(whole)
    refused = [
        label
        for answer in whole.answers
        if answer.decision.outcome and answer.decision.outcome.facts.refuses
        for label in labels_of(answer)
    ]
    notices = of_kind(letter, SectionKind.REFUSAL_NOTICE)
    assert len(notices) == bool(refused)
    for notice in notices:
        assert list(notice.about) == refused
        assert "refusal notice under section 17" in words(notice)
        assert all(isinstance(block, Paragraph) and block.locked for block in notice.blocks)


@given(responses())
def test_every_claim_is_named_with_its_nature_and_reason(whole: Response) -> None:
    """What is relied on stands in a list, each with whether it is absolute or qualified, and why it applies."""
    letter = compose(whole)
    for answer, each in claims_of(whole):
        (relied_on,) = of_kind(reasons_of(letter, answer), SectionKind.EXEMPTIONS)
        (entry,) = [text for text in texts(relied_on) if text.startswith(f"Section {each.cited} (")]
        if each.known[0].kind is Kind.PROCEDURE:
            assert "no public interest test applies" in entry
        else:
            assert ("it is absolute" in entry) == each.absolute
            assert ("it is qualified" in entry) == (not each.absolute)
        assert each.why in words(relied_on)


@given(responses())
def test_every_qualified_claim_is_weighed_and_no_other(whole: Response) -> None:
    """Factors on both sides, the balance and the conclusion of section 2 stand there for each qualified claim."""
    letter = compose(whole)
    for answer, each in claims_of(whole):
        tests = of_claim(letter, answer, each, SectionKind.PUBLIC_INTEREST)
        assert len(tests) == (not each.absolute)
        for test in tests:
            favouring, against, balance = test.sections
            assert [section.kind for section in test.sections] == [
                SectionKind.FACTORS_FAVOURING,
                SectionKind.FACTORS_AGAINST,
                SectionKind.BALANCE,
            ]
            assert (favouring.blocks, against.blocks) == ((BulletList(each.favouring),), (BulletList(each.against),))
            assert ("confirming or denying" in favouring.title) == each.denies
            assert each.balance in words(balance)


@given(responses())
def test_the_statutory_conclusion_has_the_direction_of_its_duty(whole: Response) -> None:
    """A denial concludes in the words of section 2(1)(b), a refusal to disclose in those of 2(2)(b), both locked."""
    letter = compose(whole)
    for answer, each in claims_of(whole):
        for test in of_claim(letter, answer, each, SectionKind.PUBLIC_INTEREST):
            last = test.sections[-1].blocks[-1]
            assert isinstance(last, Paragraph)
            assert last.locked
            assert (DENY_CONCLUSION in last.text) == each.denies
            assert (WITHHOLD_CONCLUSION in last.text) == (not each.denies)


@given(responses())
def test_harm_is_put_at_exactly_one_level(whole: Response) -> None:
    """A limb that turns on harm has its evidence and one conclusion at one of the two levels; no other limb has any."""
    letter = compose(whole)
    for answer, each in claims_of(whole):
        harms = of_claim(letter, answer, each, SectionKind.HARM)
        assert len(harms) == each.wants_harm
        for harm in harms:
            said = words(harm)
            assert each.harm in said
            conclusion = said.rsplit("\n", 1)[-1]
            if each.wants_likelihood:
                matter = "confirming or denying that the information is held" if each.denies else "disclosure"
                effect = next(known.effect for known in (*each.grounds, *each.known) if known.effect)
                assert conclusion.startswith(f"We conclude that {matter} {each.likelihood} {effect} ")
                assert "would, or would be likely to" not in conclusion
            else:
                assert "is required for the purpose of safeguarding national security" in conclusion
                assert ("to confirm or deny" in conclusion) == each.denies


@pytest.mark.parametrize(
    "cited", [str(known.provision) for known in LIMBS if known.effect and len(known.by_virtue_of) < 2]
)
def test_the_conclusion_on_harm_names_the_interest_and_not_the_test(cited: str) -> None:
    """With no ground named, the conclusion still says what is harmed, at one level."""
    outcome = next(outcome for outcome in Outcome if outcome.facts.allows(catalogue().limb(cited)))
    letter = compose(response((asked(), complete(outcome, claim(cited)))))
    (harm,) = of_kind(letter, SectionKind.HARM)
    conclusion = words(harm).rsplit("\n", 1)[-1]
    assert conclusion.count("would be likely to") == 1
    assert "would, or" not in conclusion
    assert "whether information is held" not in conclusion


@pytest.mark.parametrize("ground", ["36(2)(b)(i)", "36(2)(b)(ii)"])
def test_the_verb_of_harm_is_that_of_the_interest(ground: str) -> None:
    """Section 36(2)(b) asks whether advice or deliberation is inhibited, by a denial as by a refusal."""
    letter = compose(response((asked(), complete(Outcome.NCND, claim("36(3)", ground)))))
    (harm,) = of_kind(letter, SectionKind.HARM)
    assert "would be likely to inhibit the free and frank" in words(harm)


def test_limbs_with_different_effects_are_concluded_apart() -> None:
    """Advice is inhibited and public affairs are prejudiced: each interest has its own verb."""
    limbs = tuple(map(Provision.parse, ("36(2)(b)(i)", "36(2)(b)(ii)", "36(2)(c)")))
    letter = compose(response((asked(), complete(Outcome.WITHHELD, Claim(limbs)))))
    (harm,) = of_kind(letter, SectionKind.HARM)
    advice, affairs = (text for text in texts(harm) if text.startswith("We conclude"))
    assert advice.endswith(
        "would be likely to inhibit the free and frank provision of advice; "
        "and the free and frank exchange of views for the purposes of deliberation."
    )
    assert affairs.startswith("We conclude that disclosure would be likely to prejudice the effective conduct of")


@given(responses())
def test_a_denial_says_that_nothing_can_be_inferred(whole: Response) -> None:
    """Each denial, and nothing else, has the locked line against inference."""
    letter = compose(whole)
    for answer in whole.answers:
        if answer.decision.claims:
            lines = of_kind(reasons_of(letter, answer), SectionKind.NO_INFERENCE)
            assert len(lines) == (answer.decision.outcome is Outcome.NCND)
            assert all(isinstance(block, Paragraph) and block.locked for line in lines for block in line.blocks)


@given(responses())
def test_what_is_attached_is_listed_by_name(whole: Response) -> None:
    """Every file is named in its answer and in the list of attachments; inline tables stand there once."""
    letter = compose(whole)
    files = [exhibit.file for answer in whole.answers for exhibit in answer.exhibits if exhibit.file]
    assert [attachment.name for attachment in letter.attachments] == files
    lists = of_kind(letter, SectionKind.ATTACHMENTS)
    assert len(lists) == bool(files)
    for name in files:
        assert name in words(lists[0])
    shown = [block for section in letter.walk() for block in section.blocks if isinstance(block, DataTable)]
    inline = [exhibit.table for answer in whole.answers for exhibit in answer.exhibits if not exhibit.file]
    assert sorted(table.title for table in shown) == sorted(table.title for table in inline)


@given(responses())
def test_signposts_and_advice_are_given_once(whole: Response) -> None:
    """Published material that may help, and advice, stand in the letter once however many questions they serve."""
    letter = compose(whole)
    links = [block for section in of_kind(letter, SectionKind.SIGNPOSTS) for block in section.blocks]
    assert links == [
        Link(post.title, post.url, post.answers) for answer in whole.answers for post in answer.decision.signposts
    ]
    advice = "\n".join(map(words, of_kind(letter, SectionKind.ADVICE)))
    assert all(advice.count(answer.decision.advice) == 1 for answer in whole.answers if answer.decision.advice)


@given(responses())
def test_the_published_copy_names_nobody(whole: Response) -> None:
    """Without the requester the letter says all else that it said, to "requester"."""
    letter, public = compose(whole), compose(whole.published())
    assert "Robin Sample" in letter.salutation
    assert (public.salutation, public.addressee) == ("Dear requester", "")
    assert "Robin" not in to_text(public)
    assert public.sections == letter.sections


@given(responses(), st.data())
def test_an_undecided_question_is_named_as_a_gap(whole: Response, data: st.DataObject) -> None:
    """Without one of its answers a response is no letter, and exactly the questions left open are named."""
    decided = [answer for answer in whole.answers if not answer.decision.other_information]
    gone = data.draw(st.sampled_from(decided))
    rest = replace(whole, answers=tuple(answer for answer in whole.answers if answer is not gone))
    with pytest.raises(IncompleteResponse) as refused:
        compose(rest)
    named = {gap.about for gap in refused.value.gaps}
    open_questions = [
        each.label
        for each in whole.questions
        if each.label in gone.about or any(each.part_label(part.letter) in gone.about for part in each.parts)
    ]
    assert named == {f"question {label}" for label in open_questions}


@given(responses(), st.data())
def test_a_draft_says_which_questions_are_undecided(whole: Response, data: st.DataObject) -> None:
    """A draft goes as far as the decisions do: open questions say so, and the others read as they will."""
    decided = [answer for answer in whole.answers if not answer.decision.other_information]
    gone = data.draw(st.sampled_from(decided))
    rest = replace(whole, answers=tuple(answer for answer in whole.answers if answer is not gone))
    draft = compose(rest, draft=True)
    undecided = [text for text in texts(draft) if text == "No decision has been made on this question yet."]
    parts = {each.label: len(each.parts) for each in whole.questions}
    assert len(undecided) == sum(parts.get(label) or 1 for label in gone.about)
    tag = f"T{decided.index(gone)}"
    assert f"{tag}:" not in words(draft)


@given(responses())
def test_the_draft_of_a_complete_response_is_its_letter(whole: Response) -> None:
    """When nothing is missing, a draft is the letter itself."""
    assert compose(whole, draft=True).digest() == compose(whole).digest()


@given(responses())
def test_a_letter_is_a_function_of_its_response(whole: Response) -> None:
    """Composed twice, a response gives the same letter."""
    assert compose(whole).digest() == compose(whole).digest()


LEFT_OVER = st.fixed_dictionaries(
    {},
    optional={
        "disclosed": st.just("LEAK: there are twelve."),
        "data": st.just(("LEAK: table of twelve",)),
        "withheld": st.just("LEAK: the twelve e-mails."),
        "publication": st.just("LEAK: the report on the twelve, in May."),
        "locators": st.just((Locator("LEAK: the twelve", "https://www.example.org/leak"),)),
        "estimate": st.just(CostEstimate(40, "LEAK: twelve files.")),
    },
)


@given(LEFT_OVER)
def test_a_denial_is_a_function_of_request_and_reasons_alone(held: dict[str, object]) -> None:
    """Whatever a denial carries of what is held, it is refused as incomplete, or the letter is the same without it."""
    blind = ncnd()
    seeing = replace(blind, **held)  # type: ignore[arg-type]
    if missing(seeing):
        with pytest.raises(IncompleteResponse):
            compose(response((asked(), seeing)))
    else:
        assert compose(response((asked(), seeing))).digest() == compose(response((asked(), blind))).digest()


@given(LEFT_OVER)
def test_not_even_the_draft_of_a_denial_prints_what_is_held(held: dict[str, object]) -> None:
    """A draft shows nothing of what a denial carries beyond its reasons."""
    assert "LEAK" not in words(compose(response((asked(), replace(ncnd(), **held))), draft=True))  # type: ignore[arg-type]


def test_a_denial_with_a_table_is_refused_and_its_draft_shows_none() -> None:
    """A table beside a denial makes the response incomplete, and the draft leaves the whole decision out."""
    table = DataTable("LEAK", ("Year", "Horses"), (("2025", "7,654"),))
    whole = _response((asked(),), (Answer(replace(ncnd(), data=("LEAK",)), ("1",), (Exhibit(table),)),))
    assert [gap.about for gap in gaps(whole)] == ["question 1"]
    assert "LEAK" not in words(compose(whole, draft=True))
    assert "7,654" not in to_text(compose(whole, draft=True))


def test_two_questions_with_the_same_reasons_have_them_once() -> None:
    """Reasons shared by two questions stand under one heading that names both, and both answers point there."""
    letter = compose(_response((asked("1"), asked("2", "How many carts?")), (Answer(ncnd(), ("1", "2")),)))
    (reasons,) = of_kind(letter, SectionKind.REASONS)
    assert reasons.title == "Why we neither confirm nor deny (questions 1 and 2)"
    assert reasons.about == ("1", "2")
    assert words(letter).count(f"Our reasons are given under “{reasons.title}”.") == 2


def test_equal_claims_of_two_decisions_are_reasoned_once() -> None:
    """Two decisions that rest on the very same claims share their reasons."""
    letter = compose(response((asked("1"), ncnd()), (asked("2", "How many carts?"), ncnd())))
    assert [section.about for section in of_kind(letter, SectionKind.REASONS)] == [("1", "2")]


def test_text_said_under_one_question_is_not_repeated_under_the_next() -> None:
    """An explanation shared by two questions is given once, and the second points to the first."""
    decision = replace(ncnd(), explanation="Both ask for the same.")
    letter = compose(_response((asked("1"), asked("2", "How many carts?")), (Answer(decision, ("1", "2")),)))
    assert words(letter).count("Both ask for the same.") == 1
    assert "What we say under question 1 applies here too." in words(letter)


def test_a_claim_in_the_alternative_says_so() -> None:
    """The letter states that section 31 is relied on only so far as section 30 does not apply."""
    letter = compose(response((asked(), ncnd())))
    assert "We rely on section 31(3) in the alternative" in words(letter)


def test_a_cost_refusal_shows_the_sum_and_that_information_is_held() -> None:
    """Under 12(1) the hours, the rate and the limit are told, and that the duty to confirm is met."""
    letter = compose(response((asked(), complete(Outcome.COST_LIMIT, claim("12(1)")))))
    (cost,) = of_kind(letter, SectionKind.COST)
    for said in ("19.5 hours", "£25 an hour", "£487.50", "£450", "18 hours"):
        assert said in words(cost)
    assert "We confirm that we hold information" in words(letter)


def test_a_denial_under_the_cost_limit_does_not_confirm() -> None:
    """12(2) lifts the duty to confirm or deny, so nothing is confirmed."""
    letter = compose(response((asked(), complete(Outcome.COST_LIMIT, claim("12(2)")))))
    assert "We confirm that we hold" not in words(letter)


@pytest.mark.parametrize(
    ("whole", "about", "what"),
    [
        (_response((), ()), "the request", "Add at least one question"),
        (
            response((asked(), ncnd()), dated=date(2026, 3, 1)),
            "the letter",
            "Date the letter on or after the day of receipt",
        ),
        (_response((asked(),), ()), "question 1", "Decide this question"),
        (
            _response((asked(text=" "),), (Answer(ncnd(), ("1",)),)),
            "question 1",
            "Give the question its text, or remove it",
        ),
        (
            _response((asked(),), (Answer(ncnd(), ("1",)), Answer(ncnd(), ("1",)))),
            "question 1",
            "Decide it once: as a whole or part by part",
        ),
        (
            _response((asked(),), (Answer(ncnd(), ("1",)), Answer(ncnd(), ("9",)))),
            "question 9",
            "There is no question 9",
        ),
        (response((asked(), Decision(Outcome.DISCLOSED))), "question 1", "Say what is disclosed, or add a table"),
        (
            _response(
                (Asked("1", "How many", parts=(AskedPart("a", "horses?"), AskedPart("b", "carts?"))),),
                (Answer(ncnd(), ("1a",)),),
            ),
            "question 1",
            "Decide part b",
        ),
        (
            _response(
                (Asked("1", "How many", parts=(AskedPart("a", "horses?"), AskedPart("b", "carts?"))),),
                (Answer(ncnd(), ("1",)), Answer(ncnd(), ("1b",))),
            ),
            "question 1",
            "Decide it once: as a whole or part by part",
        ),
    ],
)
def test_each_gap_is_named_where_it_is(whole: Response, about: str, what: str) -> None:
    """What keeps a response from being a letter is told by question, with what to do and the reason for it."""
    with pytest.raises(IncompleteResponse) as refused:
        compose(whole)
    assert (about, what) in [(gap.about, gap.what) for gap in refused.value.gaps]
    assert all(gap.why for gap in refused.value.gaps)
    assert what in str(refused.value)


def test_two_questions_of_one_number_are_a_gap() -> None:
    """A decision on "1" cannot be about two questions, so a request that has two of that number is no letter."""
    whole = _response((asked("1"), asked("1", "How many carts?")), (Answer(ncnd(), ("1",)),))
    assert gaps(whole)


def test_two_attachments_of_one_name_are_a_gap() -> None:
    """Two different tables cannot be sent as one file."""
    first, second = (Exhibit(DataTable(title, ("Year",), (("2025",),)), "figures.csv") for title in ("Horses", "Carts"))
    decision = Decision(Outcome.DISCLOSED, data=("Horses", "Carts"))
    assert gaps(_response((asked(),), (Answer(decision, ("1",), (first, second)),)))


def test_a_letter_from_before_the_act_is_a_gap_and_its_draft_can_still_be_read() -> None:
    """Nothing was asked or answered under the Act before 2005; a draft with such dates does not fail."""
    whole = response((asked(), ncnd()), received=date(2004, 11, 30), dated=date(2004, 12, 31))
    assert [(gap.about, gap.what) for gap in gaps(whole)] == [
        ("the request", "Give a date of receipt on or after 1 January 2005"),
        ("the letter", "Date the letter on or after 1 January 2005"),
    ]
    assert "Information Commissioner" in to_text(compose(whole, draft=True))


def test_any_other_information_is_decided_once() -> None:
    """There is one rest, and two decisions on it exclude each other."""
    rest = complete(Outcome.NCND, claim("38(2)", "38(1)(a)"), other_information=True)
    whole = _response((asked(),), (Answer(ncnd(), ("1",)), Answer(rest), Answer(replace(rest, scope="papers"))))
    assert gaps(whole)


@given(responses())
def test_dropping_any_text_of_a_decision_is_a_gap_of_its_question(whole: Response) -> None:
    """An answer whose claims lost their reasons is named by its question, and the others are not."""
    answer = next((answer for answer in whole.answers if answer.decision.claims), None)
    assume(answer is not None)
    assert answer is not None
    bare = replace(answer.decision, claims=tuple(replace(each, why="") for each in answer.decision.claims))
    changed = replace(
        whole, answers=tuple(Answer(bare, each.about) if each is answer else each for each in whole.answers)
    )
    found = {gap.about for gap in gaps(changed)}
    assert len(found) == 1
    assert all(label.rsplit(", ", 1)[-1] in next(iter(found)) for label in labels_of(answer))


def test_the_request_is_repeated_as_put() -> None:
    """What stood before the first question is quoted in the opening, and lines are kept."""
    letter = compose(response((asked(text="How many?\nAnd why?"), ncnd()), opening="I write.\nOften."))
    assert Quote("I write.\nOften.") in letter.sections[0].blocks
    assert Quote("How many?\nAnd why?") in letter.sections[1].blocks


def test_lettered_parts_decided_one_by_one_have_an_answer_each() -> None:
    """A question decided by its parts is repeated once, with one answer under each part."""
    question = Asked("1", "How many", parts=(AskedPart("a", "horses?"), AskedPart("b", "carts?")))
    disclosed = Decision(Outcome.DISCLOSED, disclosed="Seven.")
    letter = compose(_response((question,), (Answer(ncnd(), ("1a",)), Answer(disclosed, ("1b",)))))
    (section,) = [each for each in letter.sections if each.kind is SectionKind.ANSWER]
    assert section.blocks == (Quote("How many\na) horses?\nb) carts?"),)
    assert [part.title for part in section.sections] == ["Part a of question 1", "Part b of question 1"]
