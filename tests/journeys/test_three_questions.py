"""A request of three questions: none is left without an outcome, each stands in the letter once, each is counted."""

from __future__ import annotations

import re

import pytest
from desk.complete import claim, complete
from desk.world import TODAY, World, open_case
from django.core import mail
from django.test import Client
from django.urls import reverse

from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.models import ResponseFile
from candour.desk.refusals import Refused
from candour.desk.statistics import Quarter, figures_by_quarter
from candour.desk.statistics.exemptions import use_of_limbs
from candour.desk.statistics.questions import questions_by_quarter
from candour.law import Outcome
from candour.letters.response import Answer
from candour.post.send import send
from candour.site.demo import decide

REQUEST = "1. How many carts are there?\n2. Who drives them?\n3. What do they carry?"
OUTCOMES = {
    "1": complete(Outcome.NOT_HELD),
    "2": complete(Outcome.WITHHELD, claim("31(1)(a)"), tag="Drivers"),
    "3": complete(Outcome.WITHHELD, claim("31(1)(a)"), claim("31(1)(b)"), tag="Loads"),
}


def test_three_questions_go_when_each_has_its_outcome_and_are_counted_as_three(world: World) -> None:
    """Put up only with the third; one heading a question; one request, three questions, two uses of one limb."""
    case = open_case(world, REQUEST)
    for number, decision in OUTCOMES.items():
        with pytest.raises(Refused, match=f"question {number}: Decide this question"):
            prepare(case.pk, TODAY, world.officer)
        decide(case, Answer(decision, (number,)), world.officer)
    letter = prepare(case.pk, TODAY, world.officer)
    send(clear(letter.pk, letter.digest, world.approver).pk, world.officer)
    assert len(mail.outbox) == 1
    text = bytes(ResponseFile.objects.get(response=letter, media_type__startswith="text/plain").content).decode()
    assert re.findall(r"^Question (\d)$", text, re.MULTILINE) == ["1", "2", "3"]
    assert all(text.count(asked.partition(" ")[2]) == 1 for asked in REQUEST.splitlines())
    quarter = Quarter(2026, 1)
    (figures,) = figures_by_quarter(world.force, [quarter], TODAY)
    assert (figures.figures["received"], figures.figures["closed"], figures.figures["refused"]) == (1, 1, 1)
    questions = {outcome: found[quarter] for outcome, found in questions_by_quarter(world.force, [quarter]).items()}
    assert {outcome: count for outcome, count in questions.items() if count} == {
        Outcome.NOT_HELD: 1,
        Outcome.WITHHELD: 2,
    }
    uses = {use.limb: (use.cases, use.decisions) for use in use_of_limbs(world.force, quarter.first, TODAY)}
    assert uses == {"31(1)(a)": (1, 2), "31(1)(b)": (1, 1)}


def test_questions_of_requests_that_are_not_answered_are_not_counted(world: World) -> None:
    """On the page and in the file for staff the questions stand beside the requests, once they are answered."""
    case = open_case(world, REQUEST)
    for number, decision in OUTCOMES.items():
        decide(case, Answer(decision, (number,)), world.officer)
    quarter = Quarter(2026, 1)
    assert not any(found[quarter] for found in questions_by_quarter(world.force, [quarter]).values())
    letter = prepare(case.pk, TODAY, world.officer)
    send(clear(letter.pk, letter.digest, world.approver).pk, world.officer)
    client = Client()
    client.force_login(world.officer)
    assert "Questions answered, by outcome" in client.get(reverse("desk:statistics")).content.decode()
    file = client.get(reverse("desk:statistics-file")).content.decode("utf-8-sig")
    assert "2026 Q1,,questions_withheld,Questions: " in file
