"""What people read when something cannot be done, and that nothing of theirs is lost by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from candour.desk.models import Case, Decision, ResponseState

from .conftest import Visits
from .pages import assert_usable
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
    write_date,
    write_request,
)

REQUEST = request_of("westvale_mixed.toml")


def test_a_date_that_cannot_be_is_refused_and_nothing_typed_is_lost(page: Page) -> None:
    """An impossible date and one still to come are refused by name; what was typed stays, and the link leads to it."""
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:new-request"))
    write_request(page, REQUEST, working_days_ago(1))
    write_date(page, "Date received", 31, 2, 2026)
    press(page, "Save and check the questions")
    wrong = "The date received must be a real date, like 3 3 2026"
    expect(page.get_by_role("group", name="Date received")).to_contain_text(wrong)
    expect(page.get_by_label("The request as received")).to_have_value(REQUEST["text"].replace("\r\n", "\n"))
    expect(page.get_by_label("Day", exact=True)).to_have_value("31")
    assert_usable(page)
    page.get_by_role("alert").get_by_role("link", name=wrong).click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()

    tomorrow = timezone.localdate() + timedelta(days=1)
    write_date(page, "Date received", tomorrow.day, tomorrow.month, tomorrow.year)
    press(page, "Save and check the questions")
    see(page, "The date received cannot be in the future")
    write_date(page, "Date received", 3, "", 2026)
    press(page, "Save and check the questions")
    see(page, "The date received must include a month")
    write_date(page, "Date received", 2, 1, 1900)
    press(page, "Save and check the questions")
    expect(page.get_by_role("group", name="Date received").locator(".govuk-error-message")).to_be_visible()
    assert not Case.objects.filter(title=REQUEST["subject"], submission=_submission(page)).exists()


def test_an_empty_question_is_refused_and_the_others_keep_their_changes(page: Page) -> None:
    """A question without words is refused, and what was changed in another question at the same time stays."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:questions", args=[case.pk]))
    boxes = page.get_by_label("Question", exact=True)
    boxes.nth(0).fill("How many investigations are open?")
    boxes.nth(1).fill("  ")
    press(page, "Save the questions")
    see(page, "There is a problem")
    page.get_by_role("alert").get_by_role("link", name="Enter question").click()
    expect(boxes.nth(1)).to_be_focused()
    expect(boxes.nth(0)).to_have_value("How many investigations are open?")
    assert_usable(page)
    boxes.nth(1).fill("How many people are their subjects?")
    press(page, "Save the questions")
    see(page, "The questions are saved.", "How many investigations are open?", "How many people are their subjects?")


def test_questions_with_one_number_are_refused(page: Page) -> None:
    """Two questions cannot have the same number."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:questions", args=[case.pk]))
    page.get_by_text("Number, lead-in and removal of question 2", exact=False).click()
    page.get_by_label("Number", exact=True).nth(1).fill("1")
    press(page, "Save the questions")
    see(page, "Two questions have the number 1.")
    assert_usable(page)


def test_a_limb_that_is_not_in_the_act_is_refused_with_the_nearest_ones(page: Page) -> None:
    """A limb that the Act does not have is refused with those that are like it, and so is one of the wrong kind."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    _decide(page, case, 1, "Neither confirmed nor denied")
    expect(heading(page)).to_have_text("Exemptions")
    write(page, "Which limb, by virtue of what?", "31(1)(z)")
    press(page, "Add this exemption")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("There is no limb 31(1)(z) that can be claimed. The nearest known are 31(1)(i)")
    expect(page.get_by_label("Which limb, by virtue of what?")).to_have_value("31(1)(z)")
    assert_usable(page)
    write(page, "Which limb, by virtue of what?", "31(1)(a)")
    press(page, "Add this exemption")
    see(page, "Section 31(1)(a) cannot be claimed with the outcome “neither confirmed nor denied”")


def test_a_missing_reason_is_named_with_the_reason_why_it_is_owed(page: Page) -> None:
    """The decision page names what is missing and why, links to where it is given, and cannot be completed before."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    _decide(page, case, 1, "Withheld")
    write(page, "What exactly do we withhold?", "The register of cases.")
    press(page, "Save and continue")
    write(page, "Which limb, by virtue of what?", "31(1)(a)")
    press(page, "Add this exemption")
    follow(page, "Go on to the reasons")
    see_missing(
        page,
        [
            "Say why section 31(1)(a) applies",
            "Say how likely the harm is for section 31(1)(a)",
            "Give the evidence of harm for section 31(1)(a)",
            "Give factors favouring disclosure for section 31(1)(a)",
            "Give factors against disclosure for section 31(1)(a)",
            "Say where the balance lies for section 31(1)(a), and why",
        ],
    )
    see(page, "a refusal states why the exemption applies (s17(1)(c))")
    expect(page.get_by_role("button", name="Complete this decision")).to_have_count(0)
    follow(page, "Give the evidence of harm for section 31(1)(a)")
    expect(heading(page)).to_have_text("Evidence of harm for section 31(1)(a)")
    page.goto(reverse("desk:letter", args=[case.pk]))
    see(page, "What is missing")
    expect(page.get_by_role("button", name="Put it up for clearance")).to_have_count(0)


def test_the_journey_through_section_40_leads_to_protected_data(page: Page) -> None:
    """After whose data it is, the desk asks whether it is protected data, before it asks for a legitimate interest."""
    case = case_at("190A")
    sign_in(page, "will.westvale")
    _decide(page, case, 1, "Neither confirmed nor denied")
    write(page, "Which limb, by virtue of what?", "40(5B)(a)(i)")
    press(page, "Add this exemption")
    page.goto(reverse("desk:claim-step", args=[case.pk, f"q{case.questions.all()[0].pk}", 1, "whose_data"]))
    write(page, "Whose personal data is it?", "Officers.")
    write(page, "How could they be identified?", "By colleagues.")
    press(page, "Save and continue")
    expect(heading(page)).not_to_contain_text("whose personal data")
    assert "data with further protection" in heading(page).inner_text()


def test_the_second_of_two_who_save_at_once_is_told_and_loses_nothing(visits: Visits) -> None:
    """The second to save sees what the first saved beside what they wrote; saving again replaces it."""
    case = case_at("190A")
    address = reverse("desk:step", args=[case.pk, f"q{case.questions.all()[2].pk}", "outcome"])
    will, wendy = _both_at(address, visits, "will.westvale", "wendy.westvale")
    choose(will, "Not held")
    write(will, "Explain it in plain words", "Will searched the register.")
    press(will, "Save and continue")
    choose(wendy, "Disclosed")
    write(wendy, "Explain it in plain words", "Wendy found the table.")
    press(wendy, "Save and continue")

    see(wendy, "Somebody else saved this meanwhile", "Will Okafor saved this decision while you were working on it.")
    saved = wendy.locator(".candour-saved")
    expect(saved).to_contain_text("Will searched the register.")
    expect(wendy.get_by_label("Explain it in plain words")).to_have_value("Wendy found the table.")
    expect(wendy.get_by_role("radio", name="Disclosed", exact=True)).to_be_checked()
    assert_usable(wendy)
    stored = Decision.objects.get(question=case.questions.all()[2])
    assert (stored.outcome, stored.explanation) == ("not_held", "Will searched the register.")

    press(wendy, "Save and continue")
    stored.refresh_from_db()
    assert (stored.outcome, stored.explanation) == ("disclosed", "Wendy found the table.")


def test_the_saved_version_of_a_choice_is_shown_in_words(visits: Visits) -> None:
    """Who saves second reads the outcome that the first chose as the form words it."""
    case = case_at("190A")
    address = reverse("desk:step", args=[case.pk, f"q{case.questions.all()[2].pk}", "outcome"])
    will, wendy = _both_at(address, visits, "will.westvale", "wendy.westvale")
    choose(will, "Not held")
    press(will, "Save and continue")
    choose(wendy, "Disclosed")
    press(wendy, "Save and continue")
    assert "Not held" in wendy.locator(".candour-saved").inner_text()


def test_the_saved_version_holds_only_what_differs(visits: Visits) -> None:
    """Several lines that both left alone are not shown as if the first had changed them."""
    case = case_at("287-")
    claim = case.questions.all()[0].decisions.get().claims.get(position=0)
    address = reverse("desk:claim-step", args=[case.pk, f"q{case.questions.all()[0].pk}", 1, "public_interest"])
    nia, noor = _both_at(address, visits, "nia.northmarch", "noor.northmarch")
    for page, balance in ((nia, "Nia weighed it."), (noor, "Noor weighed it.")):
        write(page, "Where does the balance lie, and why?", balance)
        press(page, "Save and continue")
    saved = noor.locator(".candour-saved").inner_text()
    assert "Nia weighed it." in saved
    assert claim.favouring[0].strip() not in saved


def test_completing_what_somebody_else_has_changed_is_refused(visits: Visits) -> None:
    """Who completes a decision that was changed meanwhile is told who changed it, and has to look again."""
    case = case_at("190A")
    will, wendy = _both_at(reverse("desk:case", args=[case.pk]), visits, "will.westvale", "wendy.westvale")
    name = f"q{case.questions.all()[2].pk}"
    _decide(will, case, 3, "Not held", "We searched the register.")
    see(will, "Nothing is missing.")
    wendy.goto(reverse("desk:step", args=[case.pk, name, "help"]))
    write(wendy, "What advice can we give?", "Ask the inspectorate.")
    press(wendy, "Save and continue")
    press(will, "Complete this decision")
    see(will, "Wendy Hart has changed this decision meanwhile.")
    assert not Decision.objects.get(question=case.questions.all()[2]).completed
    press(will, "Complete this decision")
    see(will, "Question 3 is decided.")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_form_that_is_submitted_twice_opens_one_case(visits: Visits, *, javascript: bool) -> None:
    """Clicking twice, and reloading what comes of it, opens one case, with scripts and without."""
    before = Case.objects.count()
    page = visits.open(javascript=javascript)
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:new-request"))
    write_request(page, REQUEST, working_days_ago(1))
    page.get_by_role("button", name="Save and check the questions").dblclick()
    expect(heading(page)).to_have_text("Check the questions")
    page.reload()
    expect(heading(page)).to_have_text("Check the questions")
    assert Case.objects.count() == before + 1


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_going_back_after_a_request_was_entered_opens_no_second_case(visits: Visits, *, javascript: bool) -> None:
    """“Back” leads to the case that the form has opened, and says so; a new form enters another request."""
    before = Case.objects.count()
    page = visits.open(javascript=javascript)
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:new-request"))
    write_request(page, REQUEST, working_days_ago(1))
    press(page, "Save and check the questions")
    expect(heading(page)).to_have_text("Check the questions")
    page.go_back()
    expect(heading(page)).to_have_text("Check the questions")
    see(page, "This request was entered already and has the reference")
    if javascript:  # axe needs scripts
        assert_usable(page)
    assert Case.objects.count() == before + 1
    page.get_by_role("link", name="New request").click()
    expect(heading(page)).to_have_text("Enter a request")
    expect(page.get_by_label("The request as received")).to_have_value("")
    write_request(page, REQUEST, working_days_ago(1))
    press(page, "Save and check the questions")
    expect(heading(page)).to_have_text("Check the questions")
    assert Case.objects.count() == before + 2


def test_a_form_that_is_submitted_twice_at_the_same_moment_opens_one_case(page: Page) -> None:
    """Two posts of one form that overlap both lead to the same case."""
    before = Case.objects.count()
    sign_in(page, "will.westvale")
    page.goto(reverse("desk:new-request"))
    write_request(page, REQUEST, working_days_ago(1))
    addresses = page.evaluate(
        """() => {
            const form = document.querySelector("main form");
            const post = () => fetch(form.action, {method: "POST", body: new FormData(form)});
            const address = () => post().then(answer => answer.url);
            return Promise.all([address(), address(), address()]);
        }"""
    )
    assert len(set(addresses)) == 1
    assert addresses[0].endswith("/questions/")
    assert Case.objects.count() == before + 1


def test_a_change_after_clearance_voids_it_and_the_letter_is_not_sent(visits: Visits) -> None:
    """A decision changed after the letter was cleared makes the clearance void: sending is refused, and says why."""
    case = case_at("287-")
    nia, noor = visits.open(), visits.open()
    sign_in(noor, "noor.northmarch")
    noor.goto(reverse("desk:clearance", args=[case.pk]))
    press(noor, "Clear this letter")
    see(noor, "The letter is cleared.")

    sign_in(nia, "nia.northmarch")
    nia.goto(reverse("post:send", args=[case.pk]))
    tab = nia.context.new_page()
    tab.goto(reverse("desk:case", args=[case.pk]))
    tab.get_by_role("main").get_by_role("link", name="Question 1", exact=True).first.click()
    follow(tab, "Advice and assistance")
    write(tab, "What advice can we give?", "Please ask again next year.")
    press(tab, "Save and continue")

    press(nia, "Send the letter")
    see(nia, "The letter has to be cleared before it can be sent.", "The last letter does not hold any more.")
    see(nia, "Question 1 was changed.")
    assert_usable(nia)
    assert not mail.outbox
    assert case.responses.get().state == ResponseState.VOID


def test_a_letter_that_changed_while_it_was_read_is_not_cleared(visits: Visits) -> None:
    """An approver who clears a letter that was changed meanwhile is told, and clears nothing."""
    case = case_at("287-")
    nia, noor = visits.open(), visits.open()
    sign_in(noor, "noor.northmarch")
    noor.goto(reverse("desk:clearance", args=[case.pk]))
    sign_in(nia, "nia.northmarch")
    nia.goto(reverse("desk:step", args=[case.pk, f"q{case.questions.all()[0].pk}", "help"]))
    write(nia, "What advice can we give?", "Please ask again next year.")
    press(nia, "Save and continue")
    with visits.trouble.expecting(404):
        press(noor, "Clear this letter")
        expect(heading(noor)).not_to_have_text("Clear the letter")
    assert case.responses.get().state == ResponseState.VOID
    assert "The last letter does not hold any more." in main_text(noor)


def test_who_had_a_hand_in_a_letter_cannot_clear_it(visits: Visits) -> None:
    """An approver who saved a decision of the letter is told that another approver has to clear it."""
    case = case_at("287-")
    nia, noor = visits.open(), visits.open()
    sign_in(noor, "noor.northmarch")
    noor.goto(reverse("desk:step", args=[case.pk, f"q{case.questions.all()[0].pk}", "help"]))
    write(noor, "What advice can we give?", "Please ask again next year.")
    press(noor, "Save and continue")
    press(noor, "Complete this decision")
    sign_in(nia, "nia.northmarch")
    nia.goto(reverse("desk:letter", args=[case.pk]))
    press(nia, "Put it up for clearance")
    see(nia, "The letter is up for clearance.")
    noor.goto(reverse("desk:clearance", args=[case.pk]))
    see(noor, "You had a hand in this letter, so another approver has to clear it.")
    expect(noor.get_by_role("button", name="Clear this letter")).to_have_count(0)


def test_a_letter_that_is_sent_back_says_why(visits: Visits) -> None:
    """Sending a letter back needs a reason, which the officer reads on the case."""
    case = case_at("287-")
    nia, noor = visits.open(), visits.open()
    sign_in(noor, "noor.northmarch")
    noor.goto(reverse("desk:clearance", args=[case.pk]))
    press(noor, "Send it back")
    see(noor, "There is a problem", "Answer the question “What has to change?”")
    assert_usable(noor)
    write(noor, "What has to change?", "The harm reads like a template.")
    press(noor, "Send it back")
    see(noor, "The letter went back to the officer with your reason.")
    sign_in(nia, "nia.northmarch")
    nia.goto(reverse("desk:case", args=[case.pk]))
    see(nia, "The last letter does not hold any more.", "The harm reads like a template.")


def test_a_case_of_another_force_is_not_there(visits: Visits) -> None:
    """For an officer of another force the pages, files and steps of a case do not exist."""
    case = case_at("287-")
    page = visits.open()
    sign_in(page, "will.westvale")
    expect(page.get_by_role("main")).not_to_contain_text(case.reference)
    letter = case.responses.get()
    addresses = [
        *(
            reverse(f"desk:{name}", args=[case.pk])
            for name in ("case", "questions", "requester", "letter", "clearance", "publish")
        ),
        reverse("desk:decision", args=[case.pk, "other"]),
        reverse("desk:draft-file", args=[case.pk, "pdf"]),
        reverse("desk:letter-file", args=[case.pk, letter.files.all()[0].name]),
        reverse("post:send", args=[case.pk]),
    ]
    with visits.trouble.expecting(404):
        for address in addresses:
            assert page.request.get(address).status == 404, address
        page.goto(addresses[0])
        expect(heading(page)).to_contain_text("not found")
        assert_usable(page)


def _both_at(address: str, visits: Visits, *usernames: str) -> list[Page]:
    """The same page, opened by each of these people before one of them changes anything."""
    pages = []
    for username in usernames:
        page = visits.open()
        sign_in(page, username)
        page.goto(address)
        pages.append(page)
    return pages


def _decide(page: Page, case: Case, number: int, outcome: str, explanation: str = "") -> None:
    page.goto(reverse("desk:step", args=[case.pk, f"q{case.questions.all()[number - 1].pk}", "outcome"]))
    choose(page, outcome)
    write(page, "Explain it in plain words", explanation)
    press(page, "Save and continue")


def _submission(page: Page) -> str:
    return page.locator("input[name=submission]").input_value()
