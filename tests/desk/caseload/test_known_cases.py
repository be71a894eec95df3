"""What the process knows of the open cases is what the database has, and only what changed is read again."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from candour.desk.caseload.assign import assign
from candour.desk.caseload.known_cases import known_cases
from candour.desk.deadlines.ending import end_request
from candour.desk.intake.receive import receive_request
from candour.desk.models import Authority, Case
from candour.desk.stage import Stage
from candour.law.clock import Withdrawn
from candour.letters.response import Answer
from candour.site.demo import decide
from desk.world import TODAY, World, denial, incoming, open_case


def stages(force: Authority) -> dict[int, Stage]:
    return {case.key: case.stage for case in known_cases(force).cases}


def test_a_case_that_changes_is_known_as_it_is(world: World) -> None:
    """It comes, gets further, goes to another officer, and goes when it has ended."""
    first, second = open_case(world), open_case(world)
    assert stages(world.force) == {first.pk: Stage.NEW, second.pk: Stage.NEW}
    decide(first, Answer(denial(), ("1",)), world.officer)
    assert stages(world.force) == {first.pk: Stage.DECIDING, second.pk: Stage.NEW}
    assign(second.pk, world.approver, "For Monday.", world.officer)
    assert {case.key: case.officer for case in known_cases(world.force).cases}[second.pk] == world.approver.pk
    end_request(first, Withdrawn(TODAY), world.officer)
    assert stages(world.force) == {second.pk: Stage.NEW}


def test_only_what_changed_is_read_again(world: World) -> None:
    """Of the others the database is asked nothing."""
    case, others = open_case(world), [open_case(world) for _ in range(3)]
    before = known_cases(world.force).cases
    decide(case, Answer(denial(), ("1",)), world.officer)
    with CaptureQueriesContext(connection) as queries:
        after = known_cases(world.force).cases
    assert len(queries) == 3
    untouched = {each.key: each for each in before}
    assert all(each is untouched[each.key] for each in after if each.key != case.pk)
    assert len(after) == len(others) + 1


def test_how_many_have_ended_is_known_as_cases_end_and_are_taken_up(world: World) -> None:
    """It is counted again when a case was opened or ended, and only then."""
    case, other = open_case(world), open_case(world)
    assert known_cases(world.force).final == {Stage.CLOSED: 0, Stage.ENDED: 0}
    end_request(case, Withdrawn(TODAY), world.officer)
    assert known_cases(world.force).final == {Stage.CLOSED: 0, Stage.ENDED: 1}
    counted = known_cases(world.force).final
    decide(other, Answer(denial(), ("1",)), world.officer)
    assert known_cases(world.force).final is counted


def test_nothing_is_read_while_the_trail_stands_still(world: World) -> None:
    """One query, for the head of the trail, which is that of the force alone."""
    open_case(world)
    before = known_cases(world.force).cases
    receive_request(world.elsewhere, incoming(), world.outsider)
    with CaptureQueriesContext(connection) as queries:
        assert known_cases(world.force).cases is before
    assert len(queries) == 1


def test_what_was_undone_is_not_gone_on_from(world: World) -> None:
    """A change that was seen before its transaction was undone is forgotten, whatever came after in its place."""
    case = open_case(world)
    assert stages(world.force) == {case.pk: Stage.NEW}
    with transaction.atomic():
        decide(case, Answer(denial(), ("1",)), world.officer)
        assert stages(world.force) == {case.pk: Stage.DECIDING}
        transaction.set_rollback(True)
    other = open_case(world)
    assert stages(world.force) == {case.pk: Stage.NEW, other.pk: Stage.NEW}


def test_after_many_changes_all_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found is the same, and the cases that are gone are gone."""
    monkeypatch.setattr("candour.desk.caseload.known_cases._MANY", 1)
    first, second = open_case(world), open_case(world)
    known_cases(world.force)
    decide(first, Answer(denial(), ("1",)), world.officer)
    end_request(Case.objects.get(pk=second.pk), Withdrawn(TODAY), world.officer)
    assert stages(world.force) == {first.pk: Stage.DECIDING}
