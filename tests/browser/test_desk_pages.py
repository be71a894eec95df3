"""Every kind of page: usable by everybody, on any screen, by keyboard alone, without scripts, for those who may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from desk.world import mail_that_came_back
from django.core import mail
from django.urls import URLPattern, resolve, reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from post.mails import bounce
from post.mails import mail as came_in

from candour.desk import urls as desk_urls
from candour.desk.answering.decide import target_name
from candour.desk.answering.links import LinkState
from candour.desk.breaches.vocabulary import vocabulary
from candour.desk.caseload.filters import keep
from candour.desk.clearing.clear import clear
from candour.desk.forms.clock import EVENT_FORMS
from candour.desk.forms.notice import NOTICE_FORMS
from candour.desk.jobs import run_due
from candour.desk.models import Case, Decision, NoticeResult, Publication, Response, ResponseState, StaffMember
from candour.desk.publishing.publish import withdraw
from candour.desk.reviewing.complaint import Ending, close_complaint, open_complaint
from candour.desk.reviewing.review import give_review, open_review
from candour.law import Step, applicable_steps
from candour.portal import urls as portal_urls
from candour.post import urls as post_urls
from candour.post.models import OutgoingMail, SiteRequest
from candour.post.take_in import take_in
from candour.site.demo import PASSWORD

from .conftest import Visits
from .pages import every_finding
from .walk import (
    case_at,
    choose,
    follow,
    heading,
    main_text,
    press,
    request_of,
    see,
    see_missing,
    sign_in,
    working_days_ago,
    write,
    write_request,
)

ERROR_TITLE = re.compile("^Error: ")
STAFF_NAMES = {f"desk:{each.name}" for each in desk_urls.urlpatterns} | {
    f"post:{each.name}" for each in post_urls.urlpatterns
}
PUBLIC_NAMES = {f"portal:{each.name}" for each in portal_urls.urlpatterns}
LOOKED_AT_BY_READERS = {
    *(f"portal:{name}" for name in ("ask", "ask-force", "ask-step", "ask-question", "follow", "say")),
    *(f"portal:{name}" for name in ("compare", "explained")),
}
"""Pages that `test_public_pages.py` looks at."""
NO_PAGES = {
    *(f"portal:{name}" for name in ("entry-described", "entry-fragment", "catalogue", "openapi", "sent-file")),
    *(f"portal:{name}" for name in ("log-data", "entry-data", "file-description", "feed", "whole-log")),
    *(f"portal:{name}" for name in ("sitemap", "robots")),
    "post:mail-file",
    "post:unplaced-file",
    "desk:sign-out",
    "desk:take-over",
    "desk:decision-act",
    "desk:draft-file",
    "desk:letter-file",
    "desk:notice-file",
    "desk:clean-file",
    "desk:review-file",
    "desk:certificate",
    "desk:breach-export",
    "desk:statistics-file",
    "desk:watch",
    "desk:caseload-file",
    "portal:force-figures-file",
    "portal:file",
    "portal:theme",
}
"""Addresses that answer with a file or send the reader on."""


def test_the_pages_around_a_case_are_usable(page: Page) -> None:
    """The staff pages outside a decision are accessible, fit 320 pixels and 200%, and raise no error."""
    new, awaiting, sent = case_at("190A"), case_at("287-"), case_at("402A")
    sign_in(page, "will.westvale")
    addresses = [
        reverse("desk:caseload"),
        reverse("desk:caseload") + "?stage=all&q=officers",
        reverse("desk:caseload") + "?q=zeppelins",
        reverse("desk:new-request"),
        *_of(new, "case", "questions", "further-request", "requester", "letter", "new-note"),
        reverse("desk:decision", args=[new.pk, _first_question(new)]),
        *_of(sent, "case", "letter", "clearance", "publish"),
    ]
    findings = [finding for address in addresses for finding in _findings(page, address)]
    page.goto(reverse("desk:requester", args=[new.pk]))
    write(page, "Why do you need to know who asked?", "The answer came back.")
    press(page, "Show who asked")
    see(page, "jo@requester.example")
    findings += every_finding(page)

    _sign_in_instead(page, "noor.northmarch")
    findings += [finding for address in _of(awaiting, "clearance", "case") for finding in _findings(page, address)]
    letter = awaiting.responses.get()
    clear(letter.pk, letter.digest, StaffMember.objects.get(username="noor.northmarch"))
    findings += [finding for address in _of(awaiting, "case", "post:send") for finding in _findings(page, address)]
    Response.objects.filter(pk=letter.pk).update(state=ResponseState.SENDING)
    findings += _findings(page, reverse("post:send", args=[awaiting.pk]))
    see(page, "Was this letter sent?")
    Response.objects.filter(pk=letter.pk).update(state=ResponseState.VOID, void_because="Question 1 was changed.")
    findings += _findings(page, reverse("desk:case", args=[awaiting.pk]))
    see(page, "The last letter does not hold any more.")

    _sign_in_instead(page, "kit.kingsferry")
    published = case_at("412")
    findings += [finding for address in _of(published, "case", "publish") for finding in _findings(page, address)]
    assert not findings, "\n".join(findings)


def test_the_pages_around_the_answer_and_the_day_are_usable(page: Page) -> None:
    """Figures, reviews, complaints, holds, retention, and the pages of a person's own day."""
    case = case_at("412")
    kit = StaffMember.objects.get(username="kit.kingsferry")
    today = timezone.localdate()
    ria = StaffMember.objects.create(username="ria", authority=kit.authority, role="reviewer", first_name="Ria")
    ria.set_password(PASSWORD)
    ria.save()
    review = open_review(case.pk, today, "The harm is not shown.", kit)
    give_review(review.pk, ria, kit)
    told = {"reference": "IC-1", "told_on": today, "respond_by": today}
    complaint = open_complaint(case.pk, told, kit)
    sign_in(page, "kit.kingsferry")
    names = ("statistics", "reviews", "retention", "move", "my-day", "save-filter", "keyboard")
    addresses = [reverse(f"desk:{name}") for name in names]
    addresses += [reverse("desk:move") + f"?step={step}" for step in ("watch", "remind", "note")]
    addresses.append(reverse("desk:saved-filter", args=[keep(kit, "Late ones", "queue=late").pk]))
    addresses += _of(case, "case", "watchers", "restriction", "bundle", "holds", "review-new", "complaint-new")
    addresses.append(reverse("desk:complaint", args=[case.pk, complaint.pk]))
    findings = [finding for address in addresses for finding in _findings(page, address)]
    ending = Ending(NoticeResult.UPHELD, today, "Disclose it.", (("Disclose the table", today),))
    close_complaint(complaint.pk, 0, ending, kit)
    findings += _findings(page, addresses[-1])
    _sign_in_instead(page, "ria")
    decision = case.decisions.first()
    assert decision is not None
    findings += _findings(page, reverse("desk:review", args=[case.pk, 1]))
    findings += _findings(page, reverse("desk:review-finding", args=[case.pk, 1, target_name(decision)]))
    findings += _findings(page, reverse("post:send-review", args=[case.pk, 1]))
    assert not findings, "\n".join(findings)


def test_something_that_left_is_stopped_and_recorded(page: Page) -> None:
    """From the menu to the record: the button, each page of the record, and the entry that is gone at once."""
    case = case_at("412")
    entry = Publication.objects.get(response__case=case)
    StaffMember.objects.filter(username="kit.kingsferry").update(role="manager")
    sign_in(page, "kit.kingsferry")
    findings = _findings(page, reverse("desk:breaches"))
    press(page, "Something left that should not have")
    findings += every_finding(page)
    write(page, "Which case is it of?", case.reference)
    press(page, "Go on")
    findings += every_finding(page)
    press(page, "Stop everything and start the record")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    choose(page, "On the disclosure log")
    write(page, "What left?", "A hidden sheet with names.")
    press(page, "Stop everything and start the record")
    see(page, "hours left to tell the Commissioner")
    findings += every_finding(page)
    record = case.breaches.get()
    answer = page.request.get(reverse("portal:entry", args=[entry.authority.slug, entry.slug]))
    assert answer.status == 410
    for name in ("known", "risk", "close"):
        findings += _findings(page, reverse(f"desk:breach-{name}", args=[record.pk]))
    for point in vocabulary().points:
        findings += _findings(page, reverse("desk:breach-point", args=[record.pk, point]))
    write(page, "How? (optional)", "Asked each of them.")
    choose(page, "Staff at risk told and protected")
    press(page, "Record it")
    see(page, "Staff at risk told and protected")
    findings += _findings(page, reverse("desk:case", args=[case.pk]))
    findings += _findings(page, reverse("desk:breaches"))
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(("username", "reference"), [("kit.kingsferry", "412"), ("nia.northmarch", "287-")])
def test_every_step_of_a_decision_is_usable(page: Page, username: str, reference: str) -> None:
    """The task list and each step of partial disclosure, and of neither confirming nor denying, are usable."""
    case = case_at(reference)
    sign_in(page, username)
    findings: list[str] = []
    for decision in _differing(case):
        name = target_name(decision)
        findings += _findings(page, reverse("desk:decision", args=[case.pk, name]))
        for step, claim in applicable_steps(decision.value):
            findings += _findings(page, _step(case, name, step, claim))
        for new in ("add-table", "new-counts", "new-exhibit"):
            findings += _findings(page, reverse(f"desk:{new}", args=[case.pk, name]))
        if decision.exhibits.exists():
            findings += _findings(page, reverse("desk:exhibit", args=[case.pk, name, 0]))
    assert not findings, "\n".join(findings)


def test_the_page_that_checks_links_is_usable(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the published addresses of a decision answer is shown on a usable page."""
    states = [
        LinkState("", works=True, says="The page answers."),
        LinkState("", works=False, says="It did not answer."),
    ]
    monkeypatch.setattr("candour.desk.views.links.check_link", lambda url: replace(states[len(url) % 2], url=url))
    case = case_at("412")
    decision = next(each for each in case.decisions.all() if each.published_items.exists())
    sign_in(page, "kit.kingsferry")
    page.goto(_step(case, target_name(decision), Step.PUBLISHED, None))
    press(page, "Check that the saved links work")
    expect(heading(page)).to_have_text("Do the links work?")
    findings = every_finding(page)
    assert not findings, "\n".join(findings)


def test_the_steps_that_no_example_takes_are_usable(page: Page) -> None:
    """The cost estimate, a qualified person's opinion, an enactment and a published answer have usable pages."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    findings: list[str] = []
    for question, (outcome, limb, number) in zip(
        case.questions.all(),
        [
            ("cost_limit", "12(1)", None),
            ("withheld", "36(2)(c)", 0),
            ("withheld", "44(1)(a)", 0),
            ("already_accessible", "21(1)", None),
        ],
        strict=True,
    ):
        decision = Decision.objects.create(case=case, question=question, outcome=outcome, version=1)
        decision.claims.create(position=0, limbs=[limb])
        name = target_name(decision)
        steps = [(step, claim) for step, claim in applicable_steps(decision.value) if claim == number]
        for step, claim in steps:
            findings += _findings(page, _step(case, name, step, claim))
        findings += _findings(page, reverse("desk:decision", args=[case.pk, name]))
    assert not findings, "\n".join(findings)


def test_the_pages_of_the_clock_are_usable(page: Page) -> None:
    """The clock of a case, and the pages on which something that happened is written down, are usable."""
    case, sent = case_at("190A"), case_at("402A")
    sign_in(page, "will.westvale")
    addresses = [*_of(case, "clock", "aggregation"), *_of(sent, "clock")]
    addresses += [reverse("desk:new-event", args=[case.pk, kind]) for kind in EVENT_FORMS]
    findings = [finding for address in addresses for finding in _findings(page, address)]
    press(page, "Record it")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    assert not findings, "\n".join(findings)


def test_background_work_is_asked_for_stopped_and_done(page: Page) -> None:
    """Whoever asks for a check of the trail sees it wait, stops it, lets it be done again, and reads the result."""
    sign_in(page, "will.westvale")
    findings = _findings(page, reverse("desk:jobs"))
    see(page, "There is none yet.")
    press(page, "Check that the trail is whole")
    findings += every_finding(page)
    page.get_by_role("main").get_by_role("table").get_by_role("link").click()
    findings += every_finding(page)
    press(page, "Stop")
    see(page, "It is stopped.", "stopped by Will Okafor")
    findings += every_finding(page)
    press(page, "Do it again")
    run_due()
    page.get_by_role("link", name="Refresh this page").click()
    see(page, "Done", "The trail is whole")
    findings += every_finding(page)
    assert not findings, "\n".join(findings)


def test_a_case_is_handed_over_and_found_in_its_queue(page: Page) -> None:
    """The officer gives the case away with a note; it is theirs no more, and the queues say so."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:case", args=[case.pk]))
    page.get_by_role("link", name="Hand over").click()
    findings = every_finding(page)
    press(page, "Hand over")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    page.get_by_label("Who works on this case from now on?").select_option(label="Wendy Hart")
    write(page, "What do they need to know?", "The register is with the stables.")
    press(page, "Hand over")
    see(page, "Wendy Hart works on this case from now on.", "The register is with the stables.")
    findings += _findings(page, reverse("desk:caseload") + "?queue=mine")
    assert case.reference not in main_text(page)
    page.get_by_role("link", name="All open cases").click()
    see(page, case.reference)
    assert not findings, "\n".join(findings)


def test_the_pages_of_a_notice_are_usable(page: Page) -> None:
    """Each letter that is no answer has a usable page; a request for clarification is put up, cleared and sent."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    findings: list[str] = []
    for kind in NOTICE_FORMS:
        findings += _findings(page, reverse("desk:new-notice", args=[case.pk, kind]))
        press(page, "Put it up for clearance")
        expect(page).to_have_title(ERROR_TITLE)
        findings += every_finding(page)
    page.goto(reverse("desk:new-notice", args=[case.pk, "clarification"]))
    write(page, "What do we need to know? 1", "whether you mean officers, staff or both;")
    write(page, "Why do we need it? 1", "the two are recorded in different systems.")
    press(page, "Put it up for clearance")
    see(page, "The letter is up for clearance.")
    findings += every_finding(page)
    notice = case.responses.get()

    _sign_in_instead(page, "wendy.westvale")
    findings += _findings(page, reverse("desk:notice-clearance", args=[case.pk, notice.pk]))
    press(page, "Clear this letter")
    findings += _findings(page, reverse("post:send-notice", args=[case.pk, notice.pk]))
    press(page, "Send the letter")
    see(page, "The letter has been sent.")
    assert len(mail.outbox) == 1
    assert not findings, "\n".join(findings)


def test_the_register_of_what_is_neither_confirmed_nor_denied_is_usable(page: Page) -> None:
    """The register, an entry, and what has become public on it have usable pages, empty, filled and refused."""
    sign_in(page, "will.westvale")
    findings = [*_findings(page, reverse("desk:publication-rule")), *_findings(page, reverse("portal-staff:feedback"))]
    findings += _findings(page, reverse("desk:ncnd-register"))
    findings += _findings(page, reverse("desk:ncnd-new"))
    press(page, "Save the entry")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    write(page, "What is the topic?", "Open investigations of staff")
    page.get_by_role("radio").first.check()
    write(page, "Which limbs are used?", "30(3) and 31(3)")
    press(page, "Save the entry")
    see(page, "The entry is saved.")
    findings += every_finding(page)
    follow(page, "Add something that has become public")
    findings += every_finding(page)
    press(page, "Add it")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    findings += _findings(page, reverse("desk:ncnd-register"))
    see(page, "Open investigations of staff")
    assert not findings, "\n".join(findings)


def test_the_ledger_of_releases_is_usable(page: Page) -> None:
    """The ledger has usable pages, empty and filled, and finds a release by its words."""
    sign_in(page, "will.westvale")
    findings = _findings(page, reverse("desk:ledger"))
    see(page, "Nothing has been entered yet")
    force = StaffMember.objects.get(username="will.westvale").authority
    for number in range(1, 4):
        force.ledger_releases.create(
            register="Misconduct cases",
            reference=f"{number}A/26",
            title=f"Cases closed by outcome and year, part {number}",
            extracted="2026-03-02",
            content={
                "reference": f"{number}A/26",
                "extracted": "2026-03-02",
                "columns": [{"name": "Outcome"}],
                "cells": [["Dismissed", ""], ["No action", "12"], ["Total", "15"]],
                "figures": [{"where": {}, "printed": "15", "quote": "There were 15 cases."}],
            },
        )
    findings += _findings(page, f"{reverse('desk:ledger')}?register=Misconduct+cases")
    findings += _findings(page, reverse("desk:release", args=[force.ledger_releases.first().pk]))
    see(page, "There were 15 cases.")
    page.goto(reverse("desk:ledger"))
    write(page, "Reference, register or words", "2A/26")
    press(page, "Show")
    see(page, "1 release found")
    assert not findings, "\n".join(findings)


def test_the_figures_in_the_words_of_an_answer_are_explained(page: Page) -> None:
    """The figures of an answer stand with their sentences, and one is explained in a usable form."""
    case = case_at("287-")
    Decision.objects.filter(case=case).update(disclosed="Three officers resigned in 2024, which is 12.5% of all.")
    sign_in(page, "nia.northmarch")
    findings = _findings(page, reverse("desk:figures", args=[case.pk]))
    page.locator("a", has_text="Say what it is: Three").first.click()
    see(page, "Three officers resigned in 2024")
    findings += every_finding(page)
    assert not findings, "\n".join(findings)


def test_the_pages_of_mail_that_came_in_are_usable(page: Page) -> None:
    """The queue, empty and filled, a message of each kind, the request made of one, a case with mail: all usable."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    findings = _findings(page, reverse("post:queue"))
    see(page, "No message waits.")
    to, letter = case.authority.email, case_at("402A").responses.get()
    stranger = take_in(came_in(to=to)).entries.get()
    for raw in (
        came_in(to=to, subject=f"Re: {case.reference}", message_id="<2@x.example>"),
        came_in(to=to, sender=case.requester.email, subject=case.reference, message_id="<3@x.example>"),
        came_in(to=to, sender="Jo <foi+request-12-0a1b2c3d@whatdotheyknow.com>", message_id="<4@x.example>"),
        b"Authentication-Results: mx; dmarc=fail\n" + came_in(to=to, message_id="<5@x.example>"),
        bounce(f"{letter.digest[:40]}@x.example", to=to),
    ):
        entry = take_in(raw).entries.get()
        findings += _findings(page, reverse("post:message", args=[entry.pk]))
    findings += _findings(page, reverse("post:queue"))
    page.get_by_role("checkbox").first.check()
    press(page, "Those chosen are not requests")
    findings += every_finding(page)
    press(page, "Keep them as not requests")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    findings += [finding for each in (case, letter.case) for finding in _findings(page, *_of(each, "case"))]
    findings += _findings(page, reverse("post:message", args=[stranger.pk]))
    press(page, "It belongs to this case")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    page.goto(reverse("post:message", args=[stranger.pk]))
    page.get_by_role("main").get_by_role("button", name="A new request").click()
    see(page, "How many drones does the force own?")
    findings += every_finding(page)
    press(page, "Confirm and open a case")
    expect(heading(page)).to_have_text("Check the questions")

    StaffMember.objects.filter(username="will.westvale").update(is_superuser=True)
    nobodys = take_in(came_in(to="x@nowhere.example", message_id="<6@x.example>")).entries.get()
    findings += _findings(page, reverse("post:unplaced"))
    findings += _findings(page, reverse("post:unplaced-message", args=[nobodys.pk]))
    assert not findings, "\n".join(findings)


def test_pages_with_errors_are_usable(page: Page) -> None:
    """A form that is refused says so in its title, takes the reader to its errors, and stays usable."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    name = _first_question(case)
    findings: list[str] = []
    for address, button in (
        (reverse("desk:new-request"), "Save and check the questions"),
        (reverse("desk:further-request", args=[case.pk]), "Join the request"),
        (reverse("desk:requester", args=[case.pk]), "Show who asked"),
        (reverse("desk:new-note", args=[case.pk]), "Write it into the trail"),
        (_step(case, name, Step.OUTCOME, None), "Save and continue"),
        (reverse("desk:new-exhibit", args=[case.pk, name]), "Save the table"),
    ):
        page.goto(address)
        press(page, button)
        expect(page).to_have_title(ERROR_TITLE)
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        findings += every_finding(page)
    page.goto(reverse("desk:questions", args=[case.pk]))
    page.get_by_label("Question", exact=True).first.fill("")
    press(page, "Save the questions")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    assert not findings, "\n".join(findings)


def test_the_public_pages_are_usable(visits: Visits) -> None:
    """The log, an entry, the pages around them, and those for what is not there or not allowed are usable."""
    page = visits.open()
    opened = case_at("412").responses.get().publication
    visited = [
        reverse("portal:log"),
        reverse("portal:log") + "?q=officers&outcome=partly_disclosed",
        reverse("portal:log") + "?q=zeppelins",
        reverse("portal:entry", args=[opened.authority.slug, opened.slug]),
        reverse("portal:force-figures", args=[opened.authority.slug]),
        *(reverse(f"portal:{name}") for name in ("about", "cookies", "accessibility", "feedback", "figures")),
        reverse("desk:sign-in"),
    ]
    findings = [finding for address in visited for finding in _findings(page, address)]
    press(page, "Sign in")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    with visits.trouble.expecting(404, 403, 410):
        withdraw(opened.pk, "Published in error.", StaffMember.objects.get(username="kit.kingsferry"))
        findings += _findings(page, reverse("portal:entry", args=[opened.authority.slug, opened.slug]))
        expect(heading(page)).to_have_text("This answer has been withdrawn")
        findings += _findings(page, "/no/such/page/")
        expect(heading(page)).to_contain_text("not found")
        sign_in(page, "will.westvale")
        StaffMember.objects.filter(username="will.westvale").update(authority=None)
        findings += _findings(page, reverse("desk:caseload"))
        expect(heading(page)).to_have_text("You cannot see this page")
    assert not findings, "\n".join(findings)
    assert {_name_at(address) for address in visited} >= PUBLIC_NAMES - NO_PAGES - LOOKED_AT_BY_READERS, (
        "every public page was looked at"
    )


def test_who_belongs_to_no_force_is_told_so(visits: Visits) -> None:
    """Somebody whose account has no force yet reads that it has none, and whom to ask."""
    page = visits.open()
    sign_in(page, "will.westvale")
    StaffMember.objects.filter(username="will.westvale").update(authority=None)
    with visits.trouble.expecting(403):
        page.goto(reverse("desk:caseload"))
        assert "Your account does not belong to a force yet." in main_text(page)


def test_who_has_not_signed_in_is_asked_to(page: Page) -> None:
    """Every staff address sends a reader who has not signed in to the sign-in page, and says nothing else."""
    case = case_at("287-")
    letter = case.responses.get()
    known = {"pk": case.pk, "name": _first_question(case), "number": 1, "output": 1, "step": "outcome", "kind": "pdf"}
    known["key"] = "0" * 24
    names = STAFF_NAMES - {"desk:sign-in", "desk:sign-out"}
    for pattern, name in _patterns():
        if name not in names:
            continue
        arguments = {key: known[key] for key in pattern.pattern.converters}
        if name == "desk:letter-file":
            arguments["name"] = letter.files.all()[0].name
        address = reverse(name, kwargs=arguments)
        answer = page.request.get(address, max_redirects=0)
        assert (answer.status, answer.headers.get("location")) == (302, f"{reverse('desk:sign-in')}?next={address}"), (
            name
        )
        assert answer.body() == b""
    page.goto(reverse("desk:case", args=[case.pk]))
    expect(heading(page)).to_have_text("Sign in")


def test_the_keyboard_reaches_everything_beginning_with_the_skip_link(page: Page) -> None:
    """Tab reaches the skip link first, it leads past the menu, and a request is entered without a mouse."""
    request = request_of("westvale_mixed.toml")
    received = working_days_ago(1)
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:new-request"))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()

    to_type = {
        "received_day": str(received.day),
        "received_month": str(received.month),
        "received_year": str(received.year),
        "requester_name": request["requester"],
        "requester_email": request["requester_email"],
        "requester_address": "1 Example Row",
        "title": request["subject"],
        "text": request["text"],
    }
    reached = []
    for name in _tab_through(page):
        reached.append(name)
        if name == "channel":
            page.keyboard.press("ArrowDown")
        elif name in to_type:
            page.keyboard.insert_text(to_type[name])
        elif name == "submit":
            page.keyboard.press("Enter")
            break
    assert reached == [*list(to_type)[:3], "channel", *list(to_type)[3:], "submit"], (
        "in the order in which they are read"
    )
    expect(heading(page)).to_have_text("Check the questions")
    assert Case.objects.latest("pk").requests.get().channel == "form", "the arrow key chose the second way"


def test_a_request_is_entered_and_decided_without_scripts(visits: Visits) -> None:
    """With scripts switched off a request is entered, its questions are saved and an outcome is decided."""
    page = visits.open(javascript=False)
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:new-request"))
    press(page, "Save and check the questions")
    see(page, "There is a problem", "Enter the request as received")
    write_request(page, request_of("westvale_mixed.toml"), working_days_ago(2))
    press(page, "Save and check the questions")
    expect(heading(page)).to_have_text("Check the questions")
    press(page, "Save the questions")
    page.get_by_role("main").get_by_role("link", name="Question 3", exact=True).click()
    press(page, "Decide this")
    choose(page, "Not held")
    press(page, "Save and continue")
    see_missing(page, ["Say what was searched, or why nothing would be held"])
    page.get_by_role("main").get_by_role("link", name="Say what was searched, or why nothing would be held").click()
    write(page, "Explain it in plain words", "We searched the register of dismissals.")
    press(page, "Save and continue")
    press(page, "Complete this decision")
    see(page, "Question 3 is decided.", "1 of 4 decided")
    page.goto("/")
    write(page, "Words", "zeppelins")
    press(page, "Search")
    see(page, "No answer found")


def test_the_pages_of_mail_that_goes_out_and_of_what_never_came(page: Page) -> None:
    """What waits and what came back, why, and what the site sent that did not arrive; wide and narrow."""
    sign_in(page, "will.westvale")
    case = Case.objects.filter(authority__slug="westvale", requester__email__gt="").latest("pk")
    now, mail = timezone.now(), mail_that_came_back(case)
    OutgoingMail.objects.filter(pk=mail.pk).update(fate_said="5.1.1 no such user")
    SiteRequest.objects.create(
        authority=case.authority,
        number=7,
        title="Drones",
        address="https://www.whatdotheyknow.com/request/drones",
        sent_at=now - timedelta(days=2),
        seen_at=now,
    )
    findings = _findings(page, reverse("post:sent"))
    see(page, case.reference, "Came back")
    findings += _findings(page, reverse("post:returned", args=[mail.pk]))
    see(page, "5.1.1 no such user")
    findings += _findings(page, reverse("post:not-arrived"))
    see(page, "Drones")
    page.goto(reverse("desk:case", args=[case.pk]))
    see(page, "the requester has not had it")
    assert not findings, "\n".join(findings)


def test_the_pages_of_a_request_that_came_in(page: Page) -> None:
    """It is acknowledged, what nobody took up is told, a deadline is counted for any day; wide and narrow."""
    sign_in(page, "will.westvale")
    case = Case.objects.filter(authority__slug="westvale", decisions=None, requester__email__gt="").latest("pk")
    findings = _findings(page, reverse("post:acknowledge", args=[case.pk]))
    press(page, "Acknowledge the request")
    see(page, "The acknowledgement is on its way")
    findings += _findings(page, reverse("post:untouched"))
    see(page, "Mail that has waited more than a working day")
    findings += _findings(page, reverse("desk:count-days"))
    for part, value in (("Day", "9"), ("Month", "12"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    press(page, "Count")
    see(page, "Due on Tuesday 12 January 2027", "4 January 2027: 2nd January (substitute) (Scotland)")
    findings += every_finding(page)
    assert not findings, "\n".join(findings)


def test_every_staff_page_is_looked_at() -> None:
    """A staff page that is added has to be added to these tests as well."""
    looked_at = {
        *(f"desk:{name}" for name in ("caseload", "new-request", "case", "questions", "further-request", "requester")),
        *(f"desk:{name}" for name in ("decision", "step", "claim-step", "new-exhibit", "exhibit", "links")),
        *(f"desk:{name}" for name in ("add-table", "new-counts", "counts", "counts-rules", "counts-methods")),
        *(
            f"desk:{name}"
            for name in ("letter", "clearance", "publish", "sign-in", "aggregation", "clock", "new-event")
        ),
        *(f"desk:{name}" for name in ("new-notice", "notice-clearance", "hand-over", "jobs", "job")),
        *(f"desk:{name}" for name in ("ncnd-register", "ncnd-new", "ncnd-topic", "ncnd-disclosure")),
        *(
            f"desk:{name}"
            for name in ("ledger", "release", "figures", "figure", "new-file", "file", "publication-rule")
        ),
        *(f"desk:{name}" for name in ("statistics", "retention", "holds", "bundle", "reviews", "review-new", "review")),
        *(f"desk:{name}" for name in ("review-finding", "complaint-new", "complaint")),
        *(
            f"desk:{name}"
            for name in ("move", "my-day", "save-filter", "saved-filter", "watchers", "restriction", "keyboard")
        ),
        *("post:send-review", "post:acknowledge", "post:untouched", "desk:count-days"),
        *(
            f"desk:{name}"
            for name in ("data-sets", "data-set", "extract-new", "extract", "extract-later", "data-set-rows")
        ),
        *(f"desk:{name}" for name in ("count-choose", "count-what", "count-table", "saved-count")),
        *(f"desk:{name}" for name in ("new-task", "task", "new-note", "new-referral", "referrals", "referral")),
        *(f"desk:{name}" for name in ("given-tasks", "given-task")),
        *(f"desk:{name}" for name in ("profile", "triage", "publish-letter")),
        *(f"desk:{name}" for name in ("breaches", "breach", "breach-case", "breach-new", "breach-known")),
        *(f"desk:{name}" for name in ("breach-risk", "breach-point", "breach-close")),
        *(f"post:{name}" for name in ("send", "send-notice", "queue", "message", "request-from-mail")),
        *(f"post:{name}" for name in ("unplaced", "unplaced-message", "sent", "returned", "not-arrived")),
        "post:not-requests",
    }
    assert looked_at == STAFF_NAMES - NO_PAGES


def _findings(page: Page, address: str) -> list[str]:
    page.goto(address)
    return every_finding(page)


def _of(case: Case, *names: str) -> list[str]:
    return [reverse(name if ":" in name else f"desk:{name}", args=[case.pk]) for name in names]


def _first_question(case: Case) -> str:
    question = case.questions.first()
    assert question is not None
    return f"q{question.pk}"


def _step(case: Case, name: str, step: Step, claim: int | None) -> str:
    if claim is None:
        return reverse("desk:step", args=[case.pk, name, step.value])
    return reverse("desk:claim-step", args=[case.pk, name, claim + 1, step.value])


def _differing(case: Case) -> list[Decision]:
    """The decisions of the case, one of each outcome."""
    first = {decision.outcome: decision for decision in reversed(case.decisions.all())}
    return list(first.values())


def _sign_in_instead(page: Page, username: str) -> None:
    page.context.clear_cookies()
    sign_in(page, username)


def _patterns() -> Iterator[tuple[URLPattern, str]]:
    for prefix, module in (("desk", desk_urls), ("post", post_urls)):
        for pattern in module.urlpatterns:
            yield pattern, f"{prefix}:{pattern.name}"


def _name_at(address: str) -> str:
    return resolve(address.partition("?")[0]).view_name


def _tab_through(page: Page) -> Iterator[str]:
    """The name of each control that Tab reaches, at most 40; the focus has to be seen on each."""
    for _ in range(40):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(
            """() => {
                const focused = document.activeElement, style = getComputedStyle(focused);
                const seen = style.outlineStyle !== "none" || style.boxShadow !== "none"
                    || getComputedStyle(focused.nextElementSibling ?? focused, "::before").boxShadow !== "none";
                return [focused.name || focused.type || focused.localName, seen];
            }"""
        )
        assert seen, f"the focus is seen on {name}"
        yield name
