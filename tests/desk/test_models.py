"""A force's references are unique, its wording lawful, and the trail is written once."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from candour.desk.audit_trail.writing import record
from candour.desk.models import Authority, Case, Decision, Event, EventKind
from candour.desk.models.authority import check_reference_scheme, check_wording
from candour.law import Outcome
from desk.world import World, open_case

GOOD = ["{seq}A/{yy}", "01.FOI.{yy}.{seq:06}", "FOI-{yyyy}-{seq}", "{seq:05}/{yyyy}", "{{{seq}}}/{yy}"]


@pytest.mark.parametrize(
    ("scheme", "number", "year", "reference"),
    [
        ("{seq}A/{yy}", 190, 2023, "190A/23"),
        ("01.FOI.{yy}.{seq:06}", 26461, 2022, "01.FOI.22.026461"),
        ("FOI-{yyyy}-{seq}", 7, 2009, "FOI-2009-7"),
        ("{seq}/{yy}", 7, 2009, "7/09"),
    ],
)
def test_a_scheme_prints_the_references_of_the_force(scheme: str, number: int, year: int, reference: str) -> None:
    """Each force numbers in its own way, with the year in two digits or four."""
    check_reference_scheme(scheme)
    assert Authority(reference_scheme=scheme).reference(number, year) == reference


@pytest.mark.parametrize(
    "scheme",
    [
        "",
        "FOI",
        "{seq}",
        "{yy}",
        "A/{yy}",
        "{seq}/{yy}/{x}",
        "{seq}/{yy",
        "{}/{yy}",
        "{0}{yy}",
        "{seq:q}/{yy}",
        "{seq.numerator}/{yy}",
        "{seq}/{yy}" + "x" * 40,
        "{seq:041}/{yy}",
    ],
)
def test_a_scheme_that_cannot_number_is_refused(scheme: str) -> None:
    """Without number or year, with unknown or broken fields, or too long, a scheme is refused in words."""
    with pytest.raises(ValidationError) as refused:
        check_reference_scheme(scheme)
    assert "scheme" in refused.value.messages[0].lower()


@pytest.mark.parametrize("scheme", ["{seq}\n/{yy}", "{seq}/{yy}\r\nBcc: all", "{seq:c}/{yy}", "{seq:.0e}/{yy}"])
def test_a_scheme_that_breaks_a_line_or_repeats_itself_is_refused(scheme: str) -> None:
    """A reference stands in the subject of a mail and is unique, so line breaks and rounded numbers are refused."""
    with pytest.raises(ValidationError):
        check_reference_scheme(scheme)


@given(st.sampled_from(GOOD), st.sets(st.tuples(st.integers(1, 99_999), st.integers(2005, 2099)), max_size=30))
def test_no_two_cases_share_a_reference(scheme: str, cases: set[tuple[int, int]]) -> None:
    """Another number or another year is another reference."""
    force = Authority(reference_scheme=scheme)
    assert len({force.reference(number, year) for number, year in cases}) == len(cases)


@pytest.mark.parametrize("wording", ['review = "You may complain."', "nonsense = 1", "x"])
def test_wording_that_the_law_forbids_is_refused(wording: str) -> None:
    """A force's own words are checked when they are entered."""
    with pytest.raises(ValidationError):
        check_wording(wording)


def test_an_authority_is_checked_as_a_whole(world: World) -> None:
    """Scheme, wording and colours are all validated when an administrator saves a force."""
    world.force.reference_scheme = "{seq}"
    world.force.wording = 'review = "x"'
    world.force.brand_colour = "red; } body { display: none"
    with pytest.raises(ValidationError) as refused:
        world.force.full_clean()
    assert set(refused.value.message_dict) == {"reference_scheme", "wording", "brand_colour"}


def test_an_event_is_written_once(world: World) -> None:
    """What is in the trail is neither changed nor deleted, even by code of our own."""
    event = record(open_case(world), EventKind.ASSIGNED, world.officer, "x")
    event.detail = "y"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    assert Event.objects.get(pk=event.pk).detail == "x"


def test_one_question_has_one_decision(world: World) -> None:
    """The database itself refuses a second decision on a question, and on the rest."""
    case = open_case(world)
    question = case.questions.get(number="1")
    for place in ({"question": question}, {"question": None}):
        Decision.objects.create(case=case, outcome=Outcome.NOT_HELD, **place)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(case=case, outcome=Outcome.DISCLOSED, **place)


def test_the_name_of_a_requester_is_not_in_what_is_printed_of_them(world: World) -> None:
    """A log line or an error that prints a requester or a case names nobody."""
    case = open_case(world)
    assert "Robin" not in f"{case.requester} {case.requester!r} {case} {case!r}"


def test_a_case_is_due_on_the_twentieth_working_day(world: World) -> None:
    """The due date of a case is that of the law."""
    assert open_case(world).due.isoformat() == "2026-04-09"
    assert Case.objects.count() == 1


def test_the_migrations_make_what_the_models_are(world: World) -> None:
    """Nothing in the models waits for a migration that nobody has written."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
