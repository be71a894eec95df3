"""A case from its request to the published answer, by two people who have a keyboard and no mouse."""

from __future__ import annotations

import re

from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from candour.desk.models import Case, Publication, ResponseState
from candour.site.demo import PASSWORD

from .conftest import Visits
from .keys import Hands
from .walk import heading, see, working_days_ago

ASKED = "Which streets are watched by officers in plain clothes?"
HARM = "Somebody who knows the streets commits the same offences in others."
IN_PUBLIC = (
    "I have read the page below, and nothing in it identifies the requester or anybody else who must not be named"
)


def test_a_case_goes_from_a_request_to_the_log_by_keyboard_alone(visits: Visits) -> None:
    """Entered, decided with an exemption and its test, put up; by another person cleared, sent and published."""
    page = visits.open()
    hands = Hands(page)
    sign_in_by_keyboard(hands, "will.westvale")
    enter_the_request(hands)
    withhold(hands)
    put_up(hands)
    sign_out(hands)

    sign_in_by_keyboard(hands, "wendy.westvale")
    case = Case.objects.latest("pk")
    clear_and_send(hands, case)
    publish(hands)
    assert len(mail.outbox) == 1
    assert case.responses.get().state == ResponseState.SENT
    assert Publication.objects.filter(response__case=case).exists()


def sign_in_by_keyboard(hands: Hands, username: str) -> None:
    """A wrong password first: the focus goes to what is wrong."""
    hands.page.goto(reverse("desk:caseload"))
    hands.write("Username", username)
    hands.write("Password", "not this one")
    hands.page.keyboard.press("Enter")
    hands.told_what_is_wrong("The username or the password is not right")
    hands.write("Username", username)
    hands.write("Password", PASSWORD)
    hands.page.keyboard.press("Enter")
    expect(heading(hands.page)).to_have_text("Caseload")


def enter_the_request(hands: Hands) -> None:
    """By its access key; sent empty first, and each error leads to its field."""
    page = hands.page
    hands.access_key("2")
    expect(heading(page)).to_have_text("Enter a request")
    hands.skip_to_main()
    hands.press("Save and check the questions")
    hands.told_what_is_wrong("Enter")
    hands.go_to_what_is_wrong()
    received = working_days_ago(3)
    hands.write_date("Date received", received.day, received.month, received.year)
    hands.choose("E-mail")
    hands.write("Name of the requester", "Sam Sample")
    hands.write("E-mail address", "sam@requester.example")
    hands.write("What is it about?", "Officers in plain clothes")
    hands.write("The request as received", f"Please tell me under the Act:\n1. {ASKED}")
    hands.press("Save and check the questions")
    expect(heading(page)).to_have_text("Check the questions")
    hands.write_into(page.get_by_label("Question", exact=True).first, ASKED)
    hands.press("Save the questions")
    see(page, "The questions are saved.", "0 of 1 decided")


def withhold(hands: Hands) -> None:
    """Section 31, with its reasons, the harm, and the public interest test."""
    page = hands.page
    hands.follow("Question 1")
    hands.press("Decide this")
    hands.press("Save and continue")
    hands.told_what_is_wrong("What is the outcome?")
    hands.go_to_what_is_wrong()
    hands.choose("Withheld")
    hands.write("Explain it in plain words", "We do not say which streets these are.")
    hands.press("Save and continue")
    expect(heading(page)).to_have_text("Reach of the refusal")
    hands.write("What exactly do we withhold?", "The list of these streets.")
    hands.press("Save and continue")
    expect(heading(page)).to_have_text("Exemptions")
    hands.write("Which limb, by virtue of what?", "99(1)")
    hands.press("Add this exemption")
    hands.told_what_is_wrong("99")
    hands.go_to_what_is_wrong()
    hands.write("Which limb, by virtue of what?", "31(1)(a)")
    hands.press("Add this exemption")
    see(page, "Section 31(1)(a)")
    hands.follow("Go on to the reasons")
    hands.follow("Say why section 31(1)(a) applies")
    hands.write("Why does it apply to this information?", "It would help those who want not to be seen.")
    hands.press("Save and continue")
    expect(heading(page)).to_have_text(re.compile("^Evidence of harm"))
    hands.choose("It would be likely to")
    hands.write("What is the evidence of harm?", HARM)
    hands.press("Save and continue")
    expect(heading(page)).to_have_text(re.compile("^Public interest test"))
    hands.write("Factors favouring disclosure", "People may judge how they are policed.")
    hands.write("Factors against disclosure", "Victims would bear the cost.")
    hands.write("Where does the balance lie, and why?", "The balance lies in withholding: the detail helps few.")
    hands.press("Save and continue")
    see(page, "Nothing is missing.")
    hands.press("Complete this decision")
    see(page, "Question 1 is decided.")


def put_up(hands: Hands) -> None:
    """The letter is read and put up."""
    hands.press("Read the letter")
    expect(hands.page.locator(".candour-paper")).to_contain_text(HARM)
    hands.press("Put it up for clearance")
    see(hands.page, "The letter is up for clearance.")


def sign_out(hands: Hands) -> None:
    """By the last thing of the menu."""
    hands.go_to(hands.page.get_by_role("button", name="Sign out"))
    hands.page.keyboard.press("Enter")
    expect(hands.page).to_have_url(re.compile(f"{reverse('portal:log')}$"))


def clear_and_send(hands: Hands, case: Case) -> None:
    """By somebody else, who finds it on the caseload."""
    page = hands.page
    hands.access_key("1")
    expect(heading(page)).to_have_text("Caseload")
    hands.follow(case.reference)
    hands.press("Read the letter")
    hands.press("Clear this letter")
    see(page, "The letter is cleared. It can now be sent.")
    hands.press("Go to sending")
    hands.press("Send the letter")
    see(page, "The letter has been sent.")


def publish(hands: Hands) -> None:
    """Decided with a reason, after an attempt without one."""
    page: Page = hands.page
    hands.press("Go to publication")
    hands.press("Decide")
    hands.told_what_is_wrong("Enter why you decide so")
    hands.go_to_what_is_wrong()
    hands.choose("Publish it now")
    hands.write("Why?", "Of general interest.")
    hands.tick(IN_PUBLIC)
    hands.press("Decide")
    see(page, "The answer is on the disclosure log.")
