"""The linter at the desk: findings stand by their question, and an error keeps a letter back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.answering.checks import lint_case
from candour.desk.answering.letter import letter_gaps, load
from candour.desk.clearing.put_up import prepare
from candour.desk.models import Case, EventKind
from candour.desk.refusals import Refused
from desk.world import TODAY, World, decide_all, decision_on, open_case


def defective(world: World) -> Case:
    """A complete case whose explanation cites an Act that was repealed."""
    case = decide_all(world, open_case(world))
    decision = decision_on(case, "2")
    decision.explanation = "We considered the Data Protection Act 1998."
    decision.save()
    return case


def test_a_letter_made_from_complete_decisions_has_no_error(world: World) -> None:
    """What the desk composes is right in law as far as the linter can see."""
    assert lint_case(load(decide_all(world, open_case(world)).pk), TODAY).errors == ()


def test_what_is_not_done_yet_is_told_once(world: World) -> None:
    """An open question stands among what is missing, and the name that nobody here sees is no field left over."""
    case = open_case(world)
    assert [gap.what for gap in letter_gaps(load(case.pk), TODAY)]
    assert lint_case(load(case.pk), TODAY).findings == ()


def test_an_error_keeps_the_letter_back_until_a_reason_is_given(world: World) -> None:
    """Without a reason nothing is put up; with one it is, and code and reason are in the trail for ever."""
    case = defective(world)
    assert "L-LAW-01" in [finding.code for finding in lint_case(load(case.pk), TODAY).errors]
    with pytest.raises(Refused, match="L-LAW-01"):
        prepare(case.pk, TODAY, world.officer)
    assert not case.responses.exists()
    prepare(case.pk, TODAY, world.officer, "The request is about that Act.")
    event = case.events.get(kind=EventKind.OVERRIDDEN)
    assert (event.actor, event.detail, event.why) == (world.officer, "L-LAW-01.", "The request is about that Act.")


def test_a_finding_stands_by_its_question(world: World, client: Client) -> None:
    """The page of the decision shows what concerns it, and the page of the letter asks for the reason."""
    case = defective(world)
    client.force_login(world.officer)
    second, first = (case.questions.get(number=number) for number in ("2", "1"))
    page = client.get(reverse("desk:decision", args=[case.pk, f"q{second.pk}"])).content.decode()
    assert "L-LAW-01" in page
    assert "L-LAW-01" not in client.get(reverse("desk:decision", args=[case.pk, f"q{first.pk}"])).content.decode()
    letter = client.get(reverse("desk:letter", args=[case.pk])).content.decode()
    assert "Why is the letter right although the check found errors?" in letter
