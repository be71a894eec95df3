"""A restricted case is seen by whoever is named on it; for everybody else of its force there is no such case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from django.utils import timezone
from post.mails import mail as mail_of

from candour.desk import urls as desk_urls
from candour.desk.audit_trail.writing import record
from candour.desk.caseload.known_cases import forget_cases
from candour.desk.caseload.queues import Queue
from candour.desk.caseload.restrict import lift_restriction, name_on_case, restrict, take_off_case
from candour.desk.caseload.watching import watch
from candour.desk.intake.aggregation import look_for_requests
from candour.desk.jobs import enqueue
from candour.desk.keeping.retention import begin, finish
from candour.desk.models import (
    Case,
    EventKind,
    LedgerRelease,
    RecordSet,
    RecordsEvent,
    Response,
    SavedCount,
    StaffMember,
)
from candour.desk.models.staff import Role
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import cases_seen_by, may_see
from candour.desk.statistics import figures_by_quarter, last_quarters
from candour.desk.workflow import require
from candour.post import urls as post_urls
from candour.post.models import EntryState, OutgoingMail, QueueEntry
from candour.post.take_in import take_in
from desk.test_views import (
    ELSEWHERE,
    NUMBERED,
    OF_WHO_SEES_NO_CASE,
    PAGES,
    address,
    breach_of,
    client_of,
    complaint_of,
    message,
    review_of,
)
from desk.world import EMAIL, NAME, NOW, TODAY, World, decide_all, make_staff, open_case, prepared, sent

WORD = "Quagmire"
TEXT = f"1. How many horses are in Operation {WORD}?\n2. How many horses did the force keep in each year?"
OF_NO_CASE = {"ncnd-topic", "ncnd-disclosure"}
"""Pages of the register, which holds no case."""
COUNTED = {"statistics", "statistics-file"}


@dataclass(frozen=True)
class Restricted:
    """A restricted case with whatever can hang on one; somebody who is not named, and a manager who is not."""

    case: Case
    letter: Response
    colleague: StaffMember
    manager: StaffMember
    record_set: RecordSet
    saved: SavedCount
    release: LedgerRelease
    work: int
    mail: int

    @property
    def secrets(self) -> tuple[str, ...]:
        """What of it must stand nowhere."""
        return (self.case.reference, WORD, f"/cases/{self.case.pk}/")


@pytest.fixture
def hidden(world: World) -> Restricted:
    """The case, restricted by its officer after its answer was sent, and with everything that follows one."""
    colleague = make_staff(world.force, "otis", "Otis", "officer")
    manager = make_staff(world.force, "mona", "Mona", "manager")
    case = open_case(world, TEXT, title=f"Operation {WORD}")
    letter = sent(world, decide_all(world, case))
    review, _ = review_of(case, world), complaint_of(case)
    type(review).objects.filter(pk=review.pk).update(reviewer=colleague)
    watch(case, colleague)
    content = {"reference": case.reference, "columns": [{"name": "Year"}], "cells": [["2024", "12"]]}
    release = LedgerRelease.objects.create(
        authority=world.force, response=letter, register="Stables", reference=case.reference, title=f"Of {WORD}",
        extracted=TODAY, content=content,
    )  # fmt: skip
    enqueue("ledger.audit", "b", {"register": "Stables"}, authority=world.force)
    found = [f"Year 2024: the number of cases is 3, told by release {case.reference} alone."]
    world.force.jobs.filter(kind="ledger.audit").update(state="done", result={"says": "x", "findings": found})
    record_set = RecordSet.objects.create(
        authority=world.force, title="Horses", created_by=world.officer, created_at=NOW
    )
    saved = SavedCount.objects.create(
        record_set=record_set, decision=case.decisions.all()[0], title=f"For {WORD}", definition={}, cells=[],
        edition=1, made_by=world.officer, made_at=NOW,
    )  # fmt: skip
    event = record(case, EventKind.RECORDS_COUNTED, world.officer, f"For {case.reference}.")
    RecordsEvent.objects.create(record_set=record_set, event=event)
    work = enqueue("trail.verify", f"for {WORD}", case=case).pk
    mail = message(case, world, joined=True)
    OutgoingMail.objects.filter(case=case).update(state="taken", settled_at=NOW, fate="returned", fate_at=NOW)
    breach_of(case, world)
    open_case(world, title="Something else")
    restrict(case.pk, f"It is about {WORD}.", world.officer)
    forget_cases()
    return Restricted(case, letter, colleague, manager, record_set, saved, release, work, mail)


def found_in(answer: Any, hidden: Restricted) -> list[str]:
    """What of the case stands in an answer."""
    body = answer.content.decode(errors="replace") if not answer.streaming else ""
    return [secret for secret in hidden.secrets if secret in body]


def at(pattern: URLPattern, world: World, hidden: Restricted) -> str:
    """The address of the page for the case, or for what hangs on it."""
    name = str(pattern.name)
    if name in {"release", "job"}:
        return reverse(f"desk:{name}", args=[hidden.release.pk if name == "release" else hidden.work])
    if name in {"message", "request-from-mail"}:
        return reverse(f"post:{name}", args=[hidden.mail])
    if name == "mail-file":
        return reverse("post:mail-file", args=[hidden.mail, 0])
    if name == "saved-count":
        return reverse("desk:saved-count", args=[hidden.record_set.pk, hidden.saved.pk])
    if name == "returned":
        kept = OutgoingMail.objects.filter(case=hidden.case).first()
        return reverse("post:returned", args=[kept.pk if kept else 0])
    return address(pattern, hidden.case, world)


def of_the_case() -> list[URLPattern]:
    """Every page that belongs to one case."""
    saved = [each for each in desk_urls.urlpatterns if isinstance(each, URLPattern) and each.name == "saved-count"]
    own = [each for each in PAGES if "pk" in each.pattern.converters and each.name not in OF_NO_CASE]
    return [*own, *saved]


def lists() -> list[str]:
    """The address of every page that belongs to no single thing, and some of them as people narrow them."""
    named = [
        f"{space}:{each.name}"
        for space, module in (("desk", desk_urls), ("post", post_urls))
        for each in module.urlpatterns
        if isinstance(each, URLPattern) and not each.pattern.converters
        if each.name not in ELSEWHERE | OF_WHO_SEES_NO_CASE | NUMBERED
    ]
    plain = [reverse(name) for name in named]
    caseload, csv, move = (reverse(f"desk:{name}") for name in ("caseload", "caseload-file", "move"))
    views = ["?stage=all", "?stage=sent", f"?stage=all&q={WORD}", f"?q={WORD}", "?q=1A/26"]
    views += [f"?queue={queue}" for queue in Queue.values]
    return [
        *plain,
        *(f"{page}{view}" for page in (caseload, csv, move) for view in views),
        *(f"{reverse('post:queue')}?state={state}" for state in EntryState.values),
        *(f"{reverse('post:sent')}?show={show}" for show in ("trouble", "waiting", "sent", "not_sent", "returned")),
        f"{reverse('desk:ledger')}?register=Stables",
        f"{reverse('desk:ledger')}?q={WORD}",
    ]


# Who is not named


def test_nobody_who_is_not_named_opens_anything_of_the_case(world: World, hidden: Restricted) -> None:
    """On each address of the case it is not found, as if there were no such case; what is posted changes nothing."""
    pages = {str(each.name): at(each, world, hidden) for each in of_the_case()}
    assert len(pages) > 45
    before = hidden.case.events.count()
    for person in (hidden.colleague, hidden.manager, world.approver):
        client = client_of(person)
        for name, path in pages.items():
            for answer in (client.get(path), client.post(path, {"action": "complete"})):
                assert answer.status_code == 404, (name, person.role, answer.status_code)
                body = answer.content.decode().replace(path, "")
                assert not [secret for secret in (hidden.case.reference, WORD) if secret in body], name
    assert hidden.case.events.count() == before


def test_no_list_search_file_or_preview_tells_of_the_case(world: World, hidden: Restricted) -> None:
    """Its reference, its title, its words and its address stand on no page of who is not named."""
    addresses = lists()
    assert len(addresses) > 50
    for person in (hidden.colleague, hidden.manager, world.approver):
        client = client_of(person)
        shown = {path: found_in(client.get(path), hidden) for path in addresses}
        # A search repeats the words that were searched for.
        told = {path: words for path, words in shown.items() if words and not set(words) <= _asked(path)}
        assert told == {}, person.role
        data_set = client.get(reverse("desk:data-set", args=[hidden.record_set.pk]))
        assert not found_in(data_set, hidden)
        work = world.force.jobs.get(kind="ledger.audit").pk
        audit = client.get(reverse("desk:job", args=[work])).content.decode()
        assert hidden.case.reference not in audit and "told by release a restricted case alone" in audit
        for step in ("hand-over", "watch", "remind", "note"):
            chosen = {"cases": str(hidden.case.pk), "note": "x", "text": "x", "officer": person.pk, "person": person.pk}
            page = client.post(f"{reverse('desk:move')}?step={step}&case={hidden.case.pk}", chosen)
            assert not set(found_in(page, hidden)) - {f"/cases/{hidden.case.pk}/"}, step


def _asked(path: str) -> set[str]:
    return {word for word in (WORD, "1A/26") if word in path}


def test_whoever_is_named_finds_it_where_it_always_was(world: World, hidden: Restricted) -> None:
    """The same lists show it to its officer, marked, and to an auditor."""
    auditor = make_staff(world.force, "ada", "Ada", "auditor")
    for person in (world.officer, auditor):
        client = client_of(person)
        shown = {path for path in lists() if found_in(client.get(path), hidden)}
        wanted = {
            f"{reverse('desk:caseload')}?stage=all",
            f"{reverse('desk:caseload')}?queue=restricted",
            f"{reverse('desk:caseload-file')}?stage=all",
            reverse("desk:reviews"),
            reverse("desk:breaches"),
            reverse("desk:jobs"),
            reverse("desk:ledger"),
            reverse("desk:publication-rule"),
            f"{reverse('post:queue')}?state=joined",
            f"{reverse('post:sent')}?show=returned",
        }
        assert wanted <= shown, wanted - shown
        page = client.get(reverse("desk:case", args=[hidden.case.pk])).content.decode()
        assert "Only people who are named on it see this case." in page
    row = client_of(world.officer).get(f"{reverse('desk:caseload')}?queue=restricted").content.decode()
    assert "Restricted (1)" in row and 'govuk-tag--red">' in row


def test_the_figures_count_it_all_the_same(world: World, hidden: Restricted) -> None:
    """What the law has counted is counted, whoever looks."""
    (quarter,) = last_quarters(TODAY, 1)
    (counted,) = figures_by_quarter(world.force, [quarter], TODAY)
    restricted_too = client_of(hidden.colleague).get(reverse("desk:statistics")).content.decode()
    lift_restriction(hidden.case.pk, "x", world.officer)
    (again,) = figures_by_quarter(world.force, [quarter], TODAY)
    assert counted == again
    tables = re.compile(r"<table.*?</table>", re.DOTALL)
    lifted = client_of(hidden.colleague).get(reverse("desk:statistics")).content.decode()
    assert tables.findall(restricted_too) == tables.findall(lifted)


def test_a_step_is_refused_to_who_is_not_named(world: World, hidden: Restricted) -> None:
    """Whatever address leads there, the workflow itself asks."""
    for person in (hidden.colleague, hidden.manager):
        with pytest.raises(NotAllowed, match="you are not named on it"):
            require("note", hidden.case, person)
    assert not may_see(hidden.colleague, Case.objects.get(pk=hidden.case.pk))
    assert hidden.case not in cases_seen_by(hidden.colleague)
    assert hidden.case in cases_seen_by(world.officer)


def test_a_form_that_opened_the_case_leads_nobody_else_to_it(world: World, hidden: Restricted) -> None:
    """The number of the form that entered the request tells its reference only to who sees the case."""
    path = f"{reverse('desk:new-request')}?form={hidden.case.submission}"
    assert client_of(hidden.colleague).get(path).status_code == 404
    assert client_of(world.officer).get(path).status_code == 302


def test_requests_that_may_be_added_up_tell_that_there_is_a_restricted_one(world: World, hidden: Restricted) -> None:
    """Section 12(4) counts it, so that there is one is said, and nothing of it."""
    other = Case.objects.get(title="Something else")
    found = look_for_requests(other, hidden.colleague)
    assert (found.cases, found.restricted) == ([], 1)
    page = client_of(hidden.colleague).post(reverse("desk:aggregation", args=[other.pk]))
    assert "1 restricted case." in page.content.decode() and not found_in(page, hidden)
    assert look_for_requests(other, world.officer).cases == [hidden.case]


def test_the_ledger_shows_that_something_left_and_not_of_what(world: World, hidden: Restricted) -> None:
    """The register is audited with it; its name and its title are for who sees the case."""
    page = client_of(hidden.colleague).get(f"{reverse('desk:ledger')}?register=Stables").content.decode()
    assert "A restricted case" in page and "told by release a restricted case alone" in page
    assert f"Of {WORD}" in client_of(world.officer).get(reverse("desk:ledger")).content.decode()


def test_the_caseload_takes_as_many_queries_however_many_cases_are_restricted(world: World) -> None:
    """One query tells which are, and for whom."""
    client, counted = client_of(world.approver), []
    open_case(world)
    for many in (0, 5):
        for _ in range(many):
            restrict(open_case(world).pk, "x", world.officer)
        forget_cases()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk:caseload"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


# Mail


def test_mail_of_the_requester_waits_beside_the_case_for_those_who_are_named(world: World, hidden: Restricted) -> None:
    """Also where it names no case: nobody else reads it, and who is named may say that it is about something else."""
    raw = mail_of(f"More on {WORD}.\n", to=world.force.email, sender=f"{NAME} <{EMAIL}>", subject="Another thing")
    entry = take_in(raw).entries.get()
    assert (entry.state, entry.suggested) == (EntryState.WAITING, hidden.case)
    path = reverse("post:message", args=[entry.pk])
    assert client_of(hidden.colleague).get(path).status_code == 404
    assert not found_in(client_of(hidden.colleague).get(reverse("post:queue")), hidden)
    assert "Another thing" in client_of(world.officer).get(reverse("post:queue")).content.decode()
    client_of(world.officer).post(path, {"action": "not_suggested"})
    assert client_of(hidden.colleague).get(path).status_code == 200


def test_mail_that_waited_before_goes_out_of_sight_with_the_case(world: World) -> None:
    """Restricting a case takes what its requester wrote meanwhile out of everybody else's queue."""
    case = open_case(world)
    raw = mail_of("It is urgent.\n", to=world.force.email, sender=f"{NAME} <{EMAIL}>", subject="My horses")
    entry = take_in(raw).entries.get()
    assert entry.suggested is None
    client = client_of(world.approver)
    assert "My horses" in client.get(reverse("post:queue")).content.decode()
    restrict(case.pk, "x", world.officer)
    assert "My horses" not in client.get(reverse("post:queue")).content.decode()
    assert QueueEntry.objects.get(pk=entry.pk).suggested == case


def test_mail_about_two_cases_of_which_one_is_restricted_is_with_that_alone(world: World, hidden: Restricted) -> None:
    """Whoever is named on it says whether the other gets a copy."""
    other = Case.objects.get(title="Something else")
    both = f"{other.reference} and {hidden.case.reference}"
    checked = mail_of(
        f"On {WORD}.\n", to=world.force.email, sender=f"{NAME} <{EMAIL}>", subject=both, message_id="<3@x>"
    )
    message = take_in(checked)
    assert [entry.case or entry.suggested for entry in message.entries.all()] == [hidden.case]


def test_a_message_is_put_to_no_case_that_the_person_does_not_see(world: World, hidden: Restricted) -> None:
    """Its reference is answered like one that there is not."""
    entry = take_in(mail_of(to=world.force.email)).entries.get()
    posted = {"action": "put_to_case", "case-reference": hidden.case.reference}
    page = client_of(hidden.colleague).post(reverse("post:message", args=[entry.pk]), posted)
    assert "There is no case with this reference." in page.content.decode()
    entry.refresh_from_db()
    assert entry.state == EntryState.WAITING


# Restricting, naming, taking off, lifting


def steers(world: World, case: Case, **posted: Any) -> Any:
    """The page of the restriction as its officer posts to it."""
    return client_of(world.officer).post(reverse("desk:restriction", args=[case.pk]), posted)


def test_a_case_is_restricted_and_people_are_named_with_a_reason_each(world: World) -> None:
    """Every step stands in the trail with who, whom and why; the name of the requester is taken out of the reason."""
    case = open_case(world)
    assert steers(world, case, action="restrict", **{"restrict-why": ""}).status_code == 200
    assert may_see(world.approver, Case.objects.get(pk=case.pk))
    steers(world, case, action="restrict", **{"restrict-why": f"{NAME} is a colleague."})
    assert not may_see(world.approver, Case.objects.get(pk=case.pk))
    steers(world, case, action="name", **{"name-person": world.approver.pk, "name-why": "She clears it."})
    assert client_of(world.approver).get(reverse("desk:case", args=[case.pk])).status_code == 200
    steers(world, case, action="take_off", **{"take_off-person": world.approver.pk, "take_off-why": "It is cleared."})
    assert client_of(world.approver).get(reverse("desk:case", args=[case.pk])).status_code == 404
    steers(world, case, action="lift", **{"lift-why": "It is public now."})
    assert client_of(world.approver).get(reverse("desk:case", args=[case.pk])).status_code == 200
    told = list(case.events.filter(kind=EventKind.RESTRICTED).values_list("actor", "detail", "why"))
    assert [actor for actor, _, _ in told] == [world.officer.pk] * 4
    assert [why for _, _, why in told[1:]] == ["She clears it.", "It is cleared.", "It is public now."]
    assert NAME not in told[0][2] and "is a colleague." in told[0][2]
    assert told[0][1] == "Seen by Will Hart alone, and by auditors."


def test_a_manager_or_the_officer_restricts_a_case_and_nobody_else(world: World) -> None:
    """A colleague of the same role does not; readers see who sees it, and no form."""
    case = open_case(world)
    with pytest.raises(NotAllowed, match="Only a manager or the officer of the case can restrict the case"):
        restrict(case.pk, "x", world.approver)
    manager = make_staff(world.force, "mona", "Mona", "manager")
    restrict(case.pk, "x", manager)
    assert may_see(world.officer, Case.objects.get(pk=case.pk))
    legal = make_staff(world.force, "lee", "Lee", "legal")
    name_on_case(case.pk, legal, "x", world.officer)
    client, path = client_of(legal), reverse("desk:restriction", args=[case.pk])
    page = client.get(path).content.decode()
    assert "Lee Hart" in page and "Let them see it" not in page
    assert client.post(path, {"action": "lift", "lift-why": "x"}).status_code == 403
    with pytest.raises(Refused, match="restricted already"):
        restrict(case.pk, "x", manager)


def test_a_restricted_case_goes_only_to_people_who_are_named(world: World) -> None:
    """Handing it over, watching it and reviewing it let nobody in by themselves."""
    case = open_case(world)
    restrict(case.pk, "x", world.officer)
    client = client_of(world.officer)
    path = reverse("desk:hand-over", args=[case.pk])
    assert "Wendy Hart" not in client.get(path).content.decode()
    assert "Wendy Hart" not in client.get(reverse("desk:watchers", args=[case.pk])).content.decode()
    name_on_case(case.pk, world.approver, "x", world.officer)
    client.post(path, {"officer": world.approver.pk})
    case.refresh_from_db()
    assert case.officer == world.approver


def test_somebody_is_always_left_who_can_name_others(world: World) -> None:
    """Its officer is not taken off it, and where there is none the last manager is not."""
    case = open_case(world)
    manager = make_staff(world.force, "mona", "Mona", "manager")
    restrict(case.pk, "x", world.officer)
    with pytest.raises(Refused, match="works on the case"):
        take_off_case(case.pk, world.officer, "x", world.officer)
    name_on_case(case.pk, manager, "x", world.officer)
    Case.objects.filter(pk=case.pk).update(officer=None)
    with pytest.raises(Refused, match="Nobody would be left"):
        take_off_case(case.pk, manager, "x", manager)
    take_off_case(case.pk, world.officer, "x", manager)
    assert not may_see(world.officer, Case.objects.get(pk=case.pk))


def test_only_people_who_see_cases_are_named(world: World) -> None:
    """A contact, somebody of another force or with a closed account is not."""
    case = open_case(world)
    restrict(case.pk, "x", world.officer)
    gone = make_staff(world.force, "gus", "Gus", "officer")
    StaffMember.objects.filter(pk=gone.pk).update(is_active=False)
    for person in (make_staff(world.force, "cleo", "Cleo", Role.CONTACT), world.outsider, gone):
        with pytest.raises(Refused, match="cannot be named"):
            name_on_case(case.pk, person, "x", world.officer)


def test_the_page_says_when_nobody_who_is_named_can_clear_the_letter(world: World) -> None:
    """Until an approver is named; who put it up does not count."""
    case = decide_all(world, open_case(world))
    prepared(world, case)
    restrict(case.pk, "x", world.officer)
    client, path = client_of(world.officer), reverse("desk:restriction", args=[case.pk])
    says = "nobody who sees the case can take the step that comes next"
    assert says in client.get(path).content.decode()
    name_on_case(case.pk, world.approver, "x", world.officer)
    assert says not in client.get(path).content.decode()


def test_an_administrator_is_told_that_somebody_has_a_restricted_case_and_not_which(
    world: World, hidden: Restricted
) -> None:
    """It has to be handed over before the account ends; nothing can be deleted that would name it."""
    chief = StaffMember.objects.create_superuser("root", password="!", role=Role.ADMINISTRATOR)
    client = Client()
    client.force_login(chief)
    page = client.get(reverse("admin:desk_staffmember_change", args=[world.officer.pk]))
    assert page.status_code == 200 and not found_in(page, hidden)
    assert "a restricted case" in page.content.decode()
    for kind, row in (("staffmember", world.officer), ("authority", world.force)):
        assert client.get(reverse(f"admin:desk_{kind}_delete", args=[row.pk])).status_code == 403


def test_a_certificate_of_destruction_does_not_name_it(world: World, hidden: Restricted) -> None:
    """The number and the digest of its event do, for those who may know."""
    run = begin(world.force, world.officer, 1)
    facts = {"certificate": run.number, "closed": "2026-03-01", "events": 3, "letters": [], "published": False}
    record(hidden.case, EventKind.DESTROYED, world.officer, facts=facts)
    Case.objects.filter(pk=hidden.case.pk).update(destroyed_at=timezone.now(), title="Destroyed case")
    written = finish(run).certificate
    assert "A restricted case: received 9 March 2026" in written and hidden.case.reference not in written
    assert client_of(hidden.colleague).get(reverse("desk:case", args=[hidden.case.pk])).status_code == 404
    assert client_of(world.officer).get(reverse("desk:case", args=[hidden.case.pk])).status_code == 200
