"""The caseload as a file: what stands on the screen, in that order, safe for spreadsheets, without who asked."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candour.desk.business_areas.tasks import ask
from candour.desk.caseload import as_csv
from candour.desk.caseload.known_cases import forget_cases
from candour.desk.models import BusinessArea, Case, StaffMember
from desk.world import TODAY, World, make_staff, open_case, prepared, published, sent


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def file_of(person: StaffMember, query: str = "") -> list[list[str]]:
    answer = client_of(person).get(reverse("desk:caseload-file") + query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_file_has_the_cases_of_the_view_in_its_order(world: World) -> None:
    """By queue, by stage, by words; what is closed too where all are asked for; nothing of another force."""
    late, soon, up, closed = open_case(world), open_case(world), prepared(world).case, published(world).response.case
    Case.objects.filter(pk=late.pk).update(due=TODAY - timedelta(days=1), title="Old horses")
    Case.objects.filter(pk=soon.pk).update(due=TODAY, title="Young horses", officer=world.approver)
    client = client_of(world.officer)
    for query in ("", "?queue=mine", "?queue=late", "?stage=all", "?q=young", "?queue=awaiting", "?stage=closed"):
        page = client.get(reverse("desk:caseload") + query).content.decode()
        table = page[page.index("<tbody") :]
        known = [case.reference for case in (late, soon, up, closed) if case.reference in table]
        shown = sorted(known, key=table.index)
        assert [row[0] for row in file_of(world.officer, query)[1:]] == shown
        assert shown
    head, first = file_of(world.officer)[:2]
    told = dict(zip(head, first, strict=True))
    assert (told["Title"], told["Due"], told["Late"]) == ("Old horses", "2026-03-26", "late")
    assert (told["Stage"], told["Officer"]) == ("New", "Will Hart")
    assert file_of(world.outsider)[1:] == []


def test_the_file_says_for_whom_a_case_waits(world: World) -> None:
    case = open_case(world)
    area = BusinessArea.objects.create(authority=world.force, name="Stables", email="stables@westvale.police.example")
    ask(case.questions.all()[0], area, "How many?", TODAY, "https://foi.westvale.police.example/", world.officer)
    (row,) = file_of(world.officer)[1:]
    assert "Stables for less than a working day" in row


@pytest.mark.parametrize("title", ["=1+1", "+cmd", "-2+3", "@sum(a1)", "\t=1"])
def test_a_title_that_a_spreadsheet_would_run_is_text(world: World, title: str) -> None:
    case = open_case(world)
    Case.objects.filter(pk=case.pk).update(title=title)
    assert file_of(world.officer)[1][1] == f"'{title}"


def test_the_file_does_not_tell_who_asked(world: World) -> None:
    """And is given to whoever sees cases, to nobody else."""
    case = open_case(world)
    content = client_of(world.officer).get(reverse("desk:caseload-file")).content.decode()
    assert case.requester.name not in content and case.requester.email not in content
    assert file_of(make_staff(world.force, "ada", "Ada", "auditor"))[1][0] == case.reference
    contact = make_staff(world.force, "kim", "Kim", "contact")
    assert client_of(contact).get(reverse("desk:caseload-file")).status_code == 403
    assert Client().get(reverse("desk:caseload-file")).status_code == 302


@pytest.mark.parametrize("query", ["", "?queue=mine", "?stage=all", "?queue=awaiting&q=horse"])
def test_the_number_of_queries_does_not_grow_with_the_rows(world: World, query: str) -> None:
    client, counted = client_of(world.officer), []
    for many in (1, 9):
        for _ in range(many):
            prepared(world)
            sent(world)
            open_case(world)
        forget_cases()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk:caseload-file") + query)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 17


@pytest.mark.parametrize("query", ["", "?stage=all"])
def test_a_view_that_is_too_long_says_so_at_the_end(world: World, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    monkeypatch.setattr(as_csv, "MOST_ROWS", 2)
    for _ in range(3):
        open_case(world)
    rows = file_of(world.officer, query)
    assert len(rows[1:3]) == 2
    assert rows[-1] == ["Only the first 2 cases stand here. Narrow the view to see the others."]
