"""Publication is a decision of its own: with a reason, by a rule where it must be blind, and counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from candour.desk.admin import AuthorityForm
from candour.desk.caseload.overview import overview
from candour.desk.forms.publication import PublicationForm
from candour.desk.models import EventKind, Publication, PublicationDecision
from candour.desk.publishing.decision import Choice, day_by_the_rule, put_off, shares
from candour.desk.publishing.publish import publish
from candour.desk.refusals import Refused
from desk.world import NOW, TODAY, World, plainly_decided, sent


@pytest.mark.parametrize("choice", [Choice.HOLD, Choice.NOT])
def test_an_answer_can_be_held_or_kept_off_the_log_with_a_reason(world: World, choice: Choice) -> None:
    """Nothing is published; who decided, what and why is kept and in the trail; it can be decided again."""
    letter = sent(world)
    with pytest.raises(Refused, match="Say why"):
        put_off(letter.pk, choice, " ", world.officer)
    put_off(letter.pk, choice, "A trial is under way.", world.officer, date(2026, 6, 1))
    assert not Publication.objects.exists()
    event = letter.case.events.get(kind=EventKind.PUBLICATION_DECIDED)
    assert (event.why, event.actor) == ("A trial is under way.", world.officer)
    publish(letter.pk, world.officer, why="The trial is over.")
    assert list(PublicationDecision.objects.values_list("choice", "reason")) == [
        (choice.value, "A trial is under way."),
        ("now", "The trial is over."),
    ]


def test_what_is_not_to_be_published_is_no_open_work(world: World) -> None:
    """A case that ends without an entry is closed; one that is held stays open."""
    held, closed = sent(world), sent(world)
    put_off(held.pk, Choice.HOLD, "Wait.", world.officer)
    put_off(closed.pk, Choice.NOT, "Of no interest to others.", world.officer)
    assert [case.key for case in overview(world.force, world.officer, TODAY).cases] == [held.case_id]


def test_the_day_of_a_denial_follows_from_the_rule_alone(world: World) -> None:
    """Whoever decides on it, whenever they do: the day is so many working days after the answer was sent."""
    world.force.publish_after = 5
    world.force.save()
    early, late = sent(world), sent(world)
    first = publish(early.pk, world.officer)
    with time_machine.travel(NOW + timedelta(days=90)):
        second = publish(late.pk, world.officer)
    assert first.published_at == second.published_at
    assert timezone.localtime(first.published_at).isoformat() == "2026-04-07T00:00:00+01:00"
    with pytest.raises(Refused, match="timing tells nothing"):
        publish(sent(world).pk, world.officer, at=NOW + timedelta(days=30))


def test_nobody_is_offered_a_day_for_a_denial() -> None:
    """The form says that the rule gives the day, and asks only when to look at a hold again; not so otherwise."""
    denial, other = PublicationForm(by_rule=True, stands={}), PublicationForm(stands={})
    assert set(dict(denial.fields["choice"].choices)) == {Choice.NOW, Choice.HOLD, Choice.NOT}
    assert "the rule gives" in str(denial)
    assert denial.fields["day"].label == "When to look at it again (optional)"
    assert Choice.ON_DATE in dict(other.fields["choice"].choices)


def test_an_administrator_enters_the_rule_that_pages_speak_of(world: World) -> None:
    """Its words, and the working days until a denial appears; staff read both."""
    entered = {**model_to_dict(world.force), "publication_rule": "All that is of use to others.", "publish_after": 5}
    form = AuthorityForm(entered, instance=world.force)
    assert form.is_valid(), form.errors
    form.save()
    client = Client()
    client.force_login(world.officer)
    page = client.get(reverse("desk:publication-rule")).content.decode()
    assert "All that is of use to others." in page
    assert "appears 5 working days after it was sent" in page


def test_no_entry_tells_the_hour_at_which_somebody_worked(world: World) -> None:
    """Every entry begins at midnight, whatever the time of the decision."""
    entries = [publish(sent(world).pk, world.officer), publish(sent(world, plainly_decided(world)).pk, world.officer)]
    assert {timezone.localtime(entry.published_at).time().isoformat() for entry in entries} == {"00:00:00"}


def test_rule_and_share_are_shown_to_staff(world: World) -> None:
    """How many of the answers sent are on the log, held, kept off or undecided, and which and why."""
    world.force.publication_rule = "We publish whatever is of general interest."
    world.force.save()
    publish(sent(world).pk, world.officer)
    held, off, _undecided = sent(world), sent(world), sent(world)
    put_off(held.pk, Choice.HOLD, "A trial is under way.", world.officer)
    put_off(off.pk, Choice.NOT, "About one person.", world.officer)
    assert [(share.count, share.percent) for share in shares(world.force)] == [
        (1, 25), (0, 0), (1, 25), (1, 25), (1, 25),
    ]  # fmt: skip
    client = Client()
    client.force_login(world.officer)
    html = client.get(reverse("desk:publication-rule")).content.decode()
    for text in ("We publish whatever is of general interest.", "A trial is under way.", "About one person.", "25%"):
        assert text in html
    assert shares(world.elsewhere)[0].total == 0


def test_a_rule_past_the_known_holidays_falls_back_on_the_day_of_the_answer(world: World) -> None:
    """No answer is stuck because the calendar ends."""
    world.force.publish_after = 2000
    world.force.save()
    assert day_by_the_rule(sent(world)) == NOW.date()
