"""Every rule finds the letter that breaks it, and leaves alone the one that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from candour.law import Claim, Decision, Outcome, Provision
from candour.letters.lint import DecidedBy, DeskFacts, Finding, Severity, explain, lint_letter, lint_text, rules
from candour.letters.lint.registry import checks
from candour.letters.model import Letter, Paragraph, Section, SectionKind, Sender
from candour.letters.response import Answer, Asked, Response
from letters.lint.parts import answer, denial, refusal
from letters.lint.snippets import DESK_ONLY, PAIRS

FORCE = Sender("Westvale Police", "Information Rights Unit", (), "foi@westvale.police.example")


def codes(findings: tuple[Finding, ...]) -> set[str]:
    """The codes found."""
    return {finding.code for finding in findings}


def letter(text: str) -> Letter:
    """A letter of ours that says this."""
    section = Section(SectionKind.ANSWER, "Question 1", (Paragraph(text),), about=("1",))
    return Letter(FORCE, "114-26", "Horses", date(2026, 3, 2), date(2026, 3, 20), "Dear requester", (section,))


def decided(decision: Decision) -> Response:
    """A response with one question, decided so."""
    return Response(
        FORCE,
        "foi@westvale.police.example",
        "114-26",
        "Horses",
        date(2026, 3, 2),
        date(2026, 3, 20),
        (Asked("1", "How many horses?"),),
        (Answer(decision, ("1",)),),
    )


def claim(cited: str, *grounds: str) -> Claim:
    """A claim without any reason."""
    return Claim((Provision.parse(cited),), tuple(Provision.parse(ground) for ground in grounds))


@pytest.mark.parametrize("code", PAIRS)
def test_the_letter_that_breaks_a_rule_is_found(code: str) -> None:
    """The first letter of a pair breaks its rule."""
    assert code in codes(lint_text(PAIRS[code][0]))


@pytest.mark.parametrize("code", PAIRS)
def test_the_letter_that_keeps_a_rule_is_left_alone(code: str) -> None:
    """The second letter of a pair, which differs as little as may be, does not."""
    assert code not in codes(lint_text(PAIRS[code][1]))


def test_every_rule_has_a_check_and_a_test() -> None:
    """No rule of the file lacks a function, no function a rule, and each has its pair or turns on the desk."""
    assert set(checks()) == set(rules())
    assert set(PAIRS) | DESK_ONLY == set(rules())
    assert {code for code in DESK_ONLY if rules()[code].decided_by is DecidedBy.DESK} == DESK_ONLY


@pytest.mark.parametrize("code", rules())
def test_every_rule_can_be_explained(code: str) -> None:
    """The explanation names the rule, its law and what to write instead."""
    told = explain(code.lower())
    rule = rules()[code]
    assert told.startswith(code)
    assert rule.message in told
    assert rule.instead in told
    assert rule.basis in told


@pytest.mark.parametrize(
    ("code", "breaks", "keeps"),
    [
        ("L-SEC-01", DeskFacts(unsafe=("horses.xlsx",)), DeskFacts()),
        (
            "L-IR-01",
            DeskFacts(decided_by="A. Rider", reviewed_by="A. Rider"),
            DeskFacts(decided_by="A. Rider", reviewed_by="B. Groom"),
        ),
        ("L-REF-04", DeskFacts(reasons_recorded=False), DeskFacts(reasons_recorded=True)),
    ],
)
def test_what_only_the_desk_knows(code: str, breaks: DeskFacts, keeps: DeskFacts) -> None:
    """With the facts of the desk the rules speak that no text can break."""
    response = decided(Decision(Outcome.WITHHELD, withheld="all of it", claims=(claim("43(2)"),)))
    assert code in codes(lint_letter(letter("We hold this."), response, desk=breaks))
    assert code not in codes(lint_letter(letter("We hold this."), response, desk=keeps))


def test_a_departure_from_the_register_is_found() -> None:
    """The limbs used for a topic before are used again, or the difference is shown."""
    text = "We neither confirm nor deny that we hold this information."
    section = Section(SectionKind.EXEMPTIONS, "Section 31(3)", (Paragraph("Section 31(3): patrols."),))
    whole = replace(letter(text), sections=(*letter(text).sections, section))
    same, other = (Provision.parse("31(3)"),), (Provision.parse("31(3)"), Provision.parse("38(2)"))
    assert "L-NCND-09" not in codes(lint_letter(whole, desk=DeskFacts(topic_limbs=same)))
    assert "L-NCND-09" in codes(lint_letter(whole, desk=DeskFacts(topic_limbs=other)))


@pytest.mark.parametrize(
    ("code", "decision"),
    [
        ("L-OUT-01", Decision()),
        ("L-SCP-01", Decision(Outcome.WITHHELD, claims=(claim("43(2)"),))),
        ("L-REF-03", Decision(Outcome.WITHHELD, claims=(claim("43(2)"),))),
        ("L-HRM-01", Decision(Outcome.WITHHELD, claims=(claim("31(1)(a)"),))),
        ("L-HRM-02", Decision(Outcome.WITHHELD, claims=(claim("31(1)(a)"),))),
        ("L-PIT-01", Decision(Outcome.WITHHELD, claims=(claim("43(2)"),))),
        ("L-PIT-02", Decision(Outcome.WITHHELD, claims=(replace(claim("43(2)"), favouring=("cost",)),))),
        (
            "L-PIT-04",
            Decision(Outcome.WITHHELD, claims=(replace(claim("43(2)"), favouring=("cost",), against=("trade",)),)),
        ),
        ("L-PIT-07", Decision(Outcome.WITHHELD, claims=(replace(claim("21(1)"), favouring=("cost",)),))),
        ("L-LIM-07", Decision(Outcome.NCND, claims=(claim("30(3)", "30(1)(a)(i)"), claim("31(3)", "31(1)(a)")))),
        ("L-NCND-02", Decision(Outcome.NCND, claims=(claim("43(2)"),))),
        ("L-NCND-05", Decision(Outcome.NCND, disclosed="Three.", claims=(claim("31(3)", "31(1)(a)"),))),
        ("L-NCND-06", Decision(Outcome.NCND, other_information=True, claims=(claim("31(3)", "31(1)(a)"),))),
        ("L-S40-01", Decision(Outcome.WITHHELD, claims=(claim("40(2)"),))),
        ("L-S40-03", Decision(Outcome.WITHHELD, claims=(claim("40(2)", "40(3A)(a)"),))),
        ("L-S36-01", Decision(Outcome.WITHHELD, claims=(claim("36(2)(b)(i)"),))),
        ("L-S21-01", Decision(Outcome.ALREADY_ACCESSIBLE, claims=(claim("21(1)"),))),
        ("L-S22-01", Decision(Outcome.INTENDED_FOR_PUBLICATION, claims=(claim("22(1)"),))),
        ("L-S12-05", Decision(Outcome.COST_LIMIT, claims=(claim("12(1)"),))),
        ("L-NH-01", Decision(Outcome.NOT_HELD)),
    ],
)
def test_an_incomplete_decision_is_found_at_its_question(code: str, decision: Decision) -> None:
    """With the decisions at hand a gap is found whatever the letter says, and named by its question."""
    found = [finding for finding in lint_letter(letter("We hold this."), decided(decision)) if finding.code == code]
    assert found
    assert any(finding.question for finding in found)


def test_a_letter_without_its_rights_is_found() -> None:
    """A letter of ours that refuses and has no section on the rights is in breach."""
    found = codes(lint_letter(letter("It is exempt under section 43(2) of the Act.")))
    assert not {"L-RTS-01", "L-RTS-02"} & found
    refused = letter("We neither confirm nor deny that we hold this information.")
    assert {"L-RTS-01", "L-RTS-02"} <= codes(lint_letter(refused))


def test_the_requesters_own_citations_are_not_the_authoritys() -> None:
    """What the requester cites or asks for is no ground of refusal."""
    asked = "Request\n\n1. I am aware of section 40(5) and section 31. How many horses were hurt?\n\n"
    assert not {"L-LIM-02", "L-LIM-04"} & codes(lint_text(answer("Three horses were hurt.", asked=asked)))


@pytest.mark.parametrize("words", ["the the horse", "the the, as we said", "(the the horse)", "he asked for the the."])
def test_a_doubled_word_is_found_whatever_mark_stands_beside_it(words: str) -> None:
    """A comma, a full stop or a bracket makes one word of no two."""
    found = [finding for finding in lint_text(answer(f"Riders saw {words}")) if finding.code == "L-TXT-01"]
    assert [finding.quote for finding in found] == ["the the"]


def test_figures_that_are_not_shown_are_no_doubled_words() -> None:
    """The mark of a table stands in cell after cell."""
    assert "L-TXT-01" not in codes(lint_text(answer("Theft withheld withheld 31. Arson 12 withheld withheld.")))


@pytest.mark.parametrize("words", ["the, the horse", "the. The horse", "the then", "the the-horse", "so so, at best"])
def test_words_that_only_look_doubled_are_left_alone(words: str) -> None:
    """A mark between two words parts them."""
    assert "L-TXT-01" not in codes(lint_text(answer(f"Riders saw {words}.")))


def test_the_likelihood_in_a_recital_of_the_act_is_not_pleaded() -> None:
    """Reciting both levels of the Act is no mixing of levels."""
    recital = "Section 43(2) exempts information whose disclosure would, or would be likely to, prejudice our trade."
    assert "L-HRM-02" not in codes(lint_text(refusal(recital)))


def test_sections_30_and_31_for_different_information_are_not_both_at_once() -> None:
    """Two exemptions for two things exclude each other nowhere."""
    first = "Question 1\n\nSection 30(1)(a)(i) applies.\n\nPatrols go on."
    second = "Question 2\n\nSection 31(1)(a) applies."
    assert "L-LIM-07" not in codes(lint_text(refusal(f"{first}\n\n{second}")))


def test_a_finding_says_where_it_is() -> None:
    """Line, column, offset and quote are those of the text as given."""
    text = denial("Section 40(5)")
    found = next(finding for finding in lint_text(text) if finding.code == "L-LIM-02")
    assert text[found.offset : found.end] == found.quote == "Section 40(5)"
    assert text.splitlines()[found.line - 1][found.column - 1 :] == "Section 40(5)"
    assert found.severity is Severity.ERROR
