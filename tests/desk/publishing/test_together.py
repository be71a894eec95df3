"""One decision on the publication of many answers: shown first, taken on each whole or not at all, once."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candour.desk.caseload.moves import carry_out, planned, seen_in
from candour.desk.models import Case, EventKind, Publication, PublicationDecision, StaffMember
from candour.desk.publishing.decision import Choice, put_off
from candour.desk.publishing.together import CHOICES, DecidePublication
from desk.world import REQUEST, World, decide_all, open_case, plainly_decided, published, sent


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(page: str, case: Case) -> str:
    """What the preview says of the case."""
    found = re.search(rf"<li><span>{re.escape(case.reference)} .*?</li>", page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def plain(world: World) -> Case:
    """A case that was answered without denying anything."""
    return sent(world, plainly_decided(world)).case


def test_many_answers_are_published_once_they_were_read(world: World) -> None:
    """Each preview leads to what readers will see; nothing is published before somebody says that it was read."""
    first, second, open_one, old = plain(world), plain(world), open_case(world), published(world).response.case
    before = Publication.objects.count()
    client, path = client_of(world.officer), reverse("desk:move") + "?step=publication&stage=all"
    cases = [first.pk, second.pk, open_one.pk, old.pk]
    posted = {"cases": cases, "choice": "now", "why": "Asked often."}
    preview = client.post(path, {**posted, "action": "preview"}).content.decode()
    assert "published: on the log from today, under" in shown(preview, first)
    assert f'href="{reverse("desk:publish", args=[first.pk])}"' in preview
    assert "only an answer that has been sent can be published" in shown(preview, open_one)
    assert "no answer of it waits for a decision" in shown(preview, old)
    confirmed = {**posted, "action": "move", "seen": seen_on(preview)}
    unread = client.post(path, confirmed).content.decode()
    assert "Read each answer first" in unread and Publication.objects.count() == before
    for _ in range(2):
        client.post(path, {**confirmed, "pledge": "on"})
    assert Publication.objects.count() == before + 2
    (event,) = first.events.filter(kind=EventKind.PUBLISHED)
    assert (event.why, event.actor) == ("Asked often.", world.officer)


def test_what_may_name_somebody_is_read_on_its_own_page(world: World) -> None:
    """However many are published at once, a name is taken out by a person; the others are published."""
    names = decide_all(world, open_case(world, REQUEST.replace("I keep", "Inspector Jane Marsh told me. I keep")))
    with_name, without = sent(world, names).case, plain(world)
    step = DecidePublication(Choice.NOW, "Asked often.")
    keys = [with_name.pk, without.pk]
    moves = {move.case.pk: move for move in planned(world.officer, keys, step)}
    assert "that may name somebody; read it on its own page" in moves[with_name.pk].why_not
    done, stayed = carry_out(world.force, keys, step, world.officer, seen_in(moves.values()))
    assert done == 1 and len(stayed) == 1
    assert [each.response.case_id for each in Publication.objects.all()] == [without.pk]


def test_a_denial_is_published_under_the_day_of_the_rule(world: World) -> None:
    """And the preview says which day that is."""
    world.force.publish_after = 5
    world.force.save()
    denied = sent(world).case
    step = DecidePublication(Choice.NOW, "x")
    moves = planned(world.officer, [denied.pk], step)
    assert "published, which neither confirms nor denies: on the log from 7 April 2026, by the rule" in moves[0].says
    carry_out(world.force, [denied.pk], step, world.officer, seen_in(moves))
    assert str(Publication.objects.get().published_at.date()) >= "2026-04-06"


@pytest.mark.parametrize(("choice", "says", "stage"), [("hold", "held", ""), ("not", "not published", "closed")])
def test_many_answers_are_held_or_kept_off_the_log(world: World, choice: str, says: str, stage: str) -> None:
    """With one reason; what was decided otherwise since the preview stays and is named."""
    first, other = plain(world), plain(world)
    client, path = client_of(world.officer), reverse("desk:move") + "?step=publication&stage=all"
    posted = {"cases": [first.pk, other.pk], "choice": choice, "why": "A trial is under way."}
    preview = client.post(path, {**posted, "action": "preview"}).content.decode()
    assert shown(preview, first).endswith(f"Police horses {says}")
    put_off(other.responses.get().pk, Choice.HOLD, "Somebody else.", world.approver)
    confirmed = {**posted, "action": "move", "seen": seen_on(preview)}
    for _ in range(2):
        page = client.post(path, confirmed, follow=True).content.decode()
    assert "Stays as it is" in page
    kept = PublicationDecision.objects.filter(response__case=first)
    assert [(each.choice, each.reason) for each in kept] == [(choice, "A trial is under way.")]
    assert [each.reason for each in PublicationDecision.objects.filter(response__case=other)] == ["Somebody else."]
    assert Case.objects.get(pk=first.pk).final_stage == stage


def test_a_day_is_only_for_what_is_held(world: World) -> None:
    case, day = plain(world), {"day_day": "1", "day_month": "6", "day_year": "2026"}
    client, path = client_of(world.officer), reverse("desk:move") + "?step=publication&stage=all"
    posted = {"cases": [case.pk], "why": "x", **day, "action": "preview"}
    assert "only for answers that are held" in client.post(path, {**posted, "choice": "not"}).content.decode()
    preview = client.post(path, {**posted, "choice": "hold"}).content.decode()
    client.post(path, {**posted, "choice": "hold", "action": "move", "seen": seen_on(preview)})
    assert str(PublicationDecision.objects.get().day) == "2026-06-01"


@pytest.mark.parametrize("choice", CHOICES)
def test_a_preview_asks_as_many_questions_however_many_answers(world: World, choice: Choice) -> None:
    counted = []
    for many in (1, 3):
        for _ in range(many):
            plain(world)
        with CaptureQueriesContext(connection) as queries:
            planned(world.officer, world.force.cases.values_list("pk", flat=True), DecidePublication(choice, "x"))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 4
