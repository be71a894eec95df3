"""What our writer writes, the reader reads back: in every format, whatever was decided."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from candour.law.catalogue import Need
from candour.law.decision import Claim, Decision
from candour.law.provision import Provision
from candour.letters.compose import compose
from candour.letters.read import ClaimRead, Reading, Words, read_file
from candour.letters.read.outcome import of_parts, read_as
from candour.letters.response import Answer, Asked, Response
from candour.letters.write import write
from letters.read.decisions import responses

OTHER = "any other information"


def plain(words: str) -> str:
    """Words as every format gives them back: no white space, compatible forms alike."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def said(words: Iterable[Words] | None) -> str:
    """Everything that was read, as one."""
    return plain("".join(each.text for each in words or ()))


def limbs(decision: Decision) -> list[Provision]:
    """The limbs that a reading names for a decision: grounds too, unless they only say what a denial is about."""
    found = [
        limb for claim in decision.claims for limb in (*claim.limbs, *(() if claim.denies else claim.by_virtue_of))
    ]
    return list(dict.fromkeys(found))


def named(asked: Asked) -> str:
    """The number that a reading gives to a question."""
    group = asked.group.replace("Request ", "R")
    return f"{group}.{asked.number}" if group else asked.number


def as_put(asked: Asked, lead_in: str) -> str:
    """The question with all that the letter repeats of it."""
    return plain(lead_in + asked.text + "".join(f"{part.letter}) {part.text}" for part in asked.parts))


def check_head(reading: Reading, response: Response) -> None:
    """Who answers, under which reference, and when."""
    assert reading.authority == response.sender.name
    assert reading.reference == response.reference
    assert (reading.received, reading.responded) == (response.received, response.dated)


def check_questions(reading: Reading, response: Response) -> None:
    """Each question with its words, its outcome and its limbs; each part decided for itself; other information."""
    decided = {label: answer.decision for answer in response.answers for label in answer.about}
    assert [question.number for question in reading.questions] == [named(asked) for asked in response.questions]
    earlier = set[str]()
    for question, asked in zip(reading.questions, response.questions, strict=True):
        lead_in = "" if asked.lead_in in earlier else asked.lead_in
        earlier.add(asked.lead_in)
        assert plain(question.text) == as_put(asked, lead_in)
        assert reading.text[question.place.start : question.place.end].strip() if question.place else False
        if asked.label in decided:
            check_decision(question.outcome, question.exemptions, decided[asked.label])
            continue
        parts = [decided[asked.part_label(part.letter)] for part in asked.parts]
        for part, decision in zip(question.parts, parts, strict=True):
            check_decision(part.outcome, part.exemptions, decision)
        assert question.outcome == of_parts(read_as(decision.outcome) for decision in parts if decision.outcome)
    others = [answer.decision for answer in response.answers if answer.decision.other_information]
    assert (reading.other is None) == (not others)
    if reading.other:
        check_decision(reading.other.outcome, reading.other.exemptions, others[0])
        assert plain(reading.other.text) == plain(others[0].scope.rstrip("."))


def check_decision(outcome: object, exemptions: Iterable[Provision], decision: Decision) -> None:
    """One outcome and its limbs."""
    assert decision.outcome
    assert outcome == read_as(decision.outcome)
    assert list(exemptions) == limbs(decision)


def reasons(response: Response, reading: Reading) -> Iterator[tuple[Claim, ClaimRead]]:
    """Every claim decided, with the one read for the same question and limbs."""
    labels = {asked.label: named(asked) for asked in response.questions}
    labels |= {a.part_label(part.letter): named(a) + part.letter for a in response.questions for part in a.parts}
    for answer in response.answers:
        about = _about(answer, labels)
        read = [claim for claim in reading.reasons if about in claim.about]
        yield from zip(answer.decision.claims, read, strict=True)


def _about(answer: Answer, labels: dict[str, str]) -> str:
    return OTHER if answer.decision.other_information else labels[answer.about[0]]


def check_reasons(reading: Reading, response: Response) -> None:
    """Harm, factors for and against, balance and personal data are found for each claim that has them, and no other."""
    for claim, read in reasons(response, reading):
        assert (read.limbs, read.by_virtue_of) == (claim.limbs, claim.by_virtue_of)
        assert (read.harm is not None) == claim.wants_harm
        assert plain(claim.harm) in said(read.harm) or not claim.wants_harm
        weighed = claim.wants_public_interest
        assert said(read.favouring) == (plain("".join(claim.favouring)) if weighed else "")
        assert said(read.against) == (plain("".join(claim.against)) if weighed else "")
        assert (plain(claim.balance) in said(read.balance)) if weighed else read.balance is None
        personal = any(Need.PERSONAL_DATA in limb.needs for limb in claim.known)
        assert (read.personal_data is not None) == personal


def check(response: Response, form: str) -> None:
    """The response, written in a format and read back, is the same response."""
    reading = read_file(write(compose(response), form))
    check_head(reading, response)
    check_questions(reading, response)
    check_reasons(reading, response)
    assert set(reading.attachments) == {ex.file for answer in response.answers for ex in answer.exhibits if ex.file}
    assert reading.internal_review
    assert reading.ico
    for name, place in reading.places.items():
        assert reading.text[place.start : place.end].strip(), name
        assert reading.text.count("\n", 0, place.start) + 1 == place.line, name


SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("form", ["txt", "html", "docx"])
@given(response=responses())
@settings(SLOW, max_examples=40)
def test_letters_are_read_as_they_were_decided(form: str, response: Response) -> None:
    """Text, web page and Word document give back head, questions, outcomes, limbs and reasons."""
    check(response, form)


@given(response=responses())
@settings(SLOW, max_examples=8)
def test_a_pdf_is_read_as_it_was_decided(response: Response) -> None:
    """So does a PDF, from its text layer alone."""
    check(response, "pdf")
