"""The whole way of one request: entered, decided, cleared, sent, published and found."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.core import mail
from playwright.sync_api import Locator, Page, expect

from candour.desk.models import Case, Publication, ResponseFile, ResponseState, StaffMember
from candour.law import Claim
from candour.letters.model import DataTable
from candour.letters.response import Answer
from candour.site.demo import dismiss_figures

from .conftest import Visits
from .pages import NARROW, assert_accessible, assert_fits, assert_usable
from .walk import (
    as_pasted,
    choose,
    example,
    follow,
    heading,
    main_text,
    press,
    request_of,
    see,
    see_missing,
    sign_in,
    tick,
    working_days_ago,
    write,
    write_request,
)

REQUEST = request_of("westvale_mixed.toml")
RESPONSE = example("westvale_mixed.toml")
DENIED, DISMISSALS, REVIEW = RESPONSE.answers
TABLES = [answer.exhibits[0].table for answer in (DISMISSALS, REVIEW)]


def test_a_request_goes_from_pasted_text_to_a_published_answer_that_a_reader_finds(visits: Visits) -> None:
    """Four questions are pasted, decided in different ways, cleared by a second person, sent, published and found."""
    will = visits.open()
    sign_in(will, "will.westvale")
    assert_usable(will)
    case = enter_the_request(will)
    decide_question_1(will, case)
    take_over_the_reasons(will, case)
    disclose(will, case, 3, DISMISSALS)
    disclose(will, case, 4, REVIEW)
    read_the_letter_and_put_it_up(will, case)

    wendy = visits.open()
    clear_it(wendy, case)
    send_it(will, case)
    publish_it(will, case)

    reader, phone = visits.open(), visits.open(NARROW)
    entry = find_it(reader, case)
    read_the_entry(reader, case)
    phone.goto(entry)
    assert_fits(phone)
    assert_accessible(phone)
    assert not reader.context.cookies(), "reading the log sets no cookie"


def enter_the_request(page: Page) -> Case:
    before = set(Case.objects.values_list("pk", flat=True))
    press(page, "Enter a request")
    assert_usable(page)
    write_request(page, REQUEST, working_days_ago(3))
    press(page, "Save and check the questions")

    expect(heading(page)).to_have_text("Check the questions")
    legends = page.locator("fieldset h2").all_inner_texts()
    assert legends == ["Question 1", "Question 2", "Question 3", "Question 4", "Add a question"]
    texts = [box.input_value() for box in page.get_by_label("Question", exact=True).all()]
    for found, question in zip(texts, RESPONSE.questions, strict=False):
        assert found.split() == question.text.split()
    assert_usable(page)
    press(page, "Save the questions")
    see(page, "The questions are saved.", "Decide", "0 of 4 decided")
    assert_usable(page)
    (opened,) = set(Case.objects.values_list("pk", flat=True)) - before
    return Case.objects.get(pk=opened)


def decide_question_1(page: Page, case: Case) -> None:
    open_question(page, case, 1)
    assert_usable(page)
    press(page, "Decide this")
    assert_usable(page)
    choose(page, "Neither confirmed nor denied")
    write(page, "Explain it in plain words", DENIED.decision.explanation)
    press(page, "Save and continue")

    expect(heading(page)).to_have_text("Exemptions")
    see_missing(page, ["Choose the limb that lifts the duty to confirm or deny"])
    claims = DENIED.decision.claims
    claim(page, "30(3) by virtue of 30(1)(a)(i)")
    claim(page, "31(3)")
    see_missing(page, ["Claim section 31(3) in the alternative to section 30(3)"])
    claim(page, "38(2) by virtue of 38(1)(a) and 38(1)(b)")
    claim(page, "40(5B)(a)(i)")
    assert_usable(page)

    follow(page, "Go on to the reasons")
    see_missing(
        page,
        [
            "Say why section 30(3) applies",
            "Give factors favouring confirming or denying for section 30(3)",
            "Name the ground by virtue of which section 31(3) is claimed",
            "Say how likely the harm is for section 31(3)",
            "Give the evidence of harm for section 38(2)",
            "Say whose personal data it is, without naming anyone",
        ],
    )
    expect(page.get_by_role("button", name="Complete this decision")).to_have_count(0)
    assert_usable(page)

    follow(page, "Say why section 30(3) applies")
    give_reasons(page, claims[0])
    weigh_the_public_interest(page, claims[0])
    give_reasons(page, claims[1], "Section 31(1)(a)", "Section 31(1)(b)", "Section 31(1)(g)", "Section 31(2)(b)")
    # Section 31(1)(g) asks for one thing more than the other grounds that were ticked with it.
    see(page, "Saved. What you chose calls for more on this page.")
    see_missing(page, ["Name the public authority and the function that would be prejudiced"])
    assert_usable(page)
    write(page, "Which public authority and function would be prejudiced?", claims[1].function)
    press(page, "Save and continue")
    show_the_harm(page, claims[1])
    weigh_the_public_interest(page, claims[1])
    give_reasons(page, claims[2])
    show_the_harm(page, claims[2])
    weigh_the_public_interest(page, claims[2])
    give_reasons(page, claims[3])
    reason_about_personal_data(page, claims[3])

    expect(heading(page)).to_have_text("Question 1")
    see(page, "Nothing is missing.")
    name_what_is_published(page)
    follow(page, "Advice and assistance")
    write(page, "What advice can we give?", DENIED.decision.advice)
    assert_usable(page)
    press(page, "Save and continue")
    complete(page, "Question 1")


def take_over_the_reasons(page: Page, case: Case) -> None:
    open_question(page, case, 2)
    assert_accessible(page)
    page.get_by_role("combobox", name="Question").select_option(label="Question 1: Neither confirmed nor denied")
    press(page, "Take over outcome and reasons")
    see(page, "The outcome and reasons of “Question 1” were taken over.", "Nothing is missing.")
    complete(page, "Question 2")


def disclose(page: Page, case: Case, number: int, answer: Answer) -> None:
    open_question(page, case, number)
    press(page, "Decide this")
    choose(page, "Disclosed")
    write(page, "Explain it in plain words", answer.decision.explanation)
    press(page, "Save and continue")

    expect(heading(page)).to_have_text("What we disclose")
    see_missing(page, ["Say what is disclosed, or add a table"])
    assert_accessible(page)
    press(page, "Save and add a table")
    choose(page, "Other figures")
    press(page, "Continue")
    table = answer.exhibits[0].table
    write(page, "What does the table show?", table.title)
    write(page, "The table", as_pasted(table))
    write(page, "Notes beneath it", "\n".join(table.notes))
    choose(page, "As an attachment")
    assert_usable(page)
    press(page, "Save the table")
    see(page, table.title, f"{len(table.rows)} rows", "attached as")
    write(page, "What do we disclose?", answer.decision.disclosed)
    press(page, "Save and continue")
    see(page, "Nothing is missing.")
    complete(page, f"Question {number}")


def read_the_letter_and_put_it_up(page: Page, case: Case) -> None:
    see(page, "Read the letter and put it up for clearance")
    press(page, "Read the letter")
    see(page, "Every question is decided.")
    letter = page.locator(".candour-paper")
    for question in RESPONSE.questions:
        words = " ".join(question.text.split())
        assert " ".join(letter.inner_text().split()).count(words) == 1, f"question {question.number} stands once"
    expect(letter).not_to_contain_text(REQUEST["requester"])
    assert_usable(page)
    pdf = page.context.request.get(href(page, "PDF"))
    assert pdf.body().startswith(b"%PDF-")

    # That each figure can be explained on its page is seen in the tests of the pages of the desk.
    officer = StaffMember.objects.get(username="will.westvale")
    dismiss_figures(Case.objects.latest("pk"), officer, "These are numbers of the request and of the table.")
    page.reload()
    press(page, "Put it up for clearance")
    see(page, "The letter is up for clearance.", "Awaiting clearance")
    press(page, "Read the letter")
    see(page, "Only an approver or a manager can clear a letter.")
    expect(page.get_by_role("button", name="Clear this letter")).to_have_count(0)
    page.goto(f"/desk/cases/{case.pk}/send/")
    see(page, "The letter has to be cleared before it can be sent.")


def clear_it(page: Page, case: Case) -> None:
    sign_in(page, "wendy.westvale")
    # What to do next leads to the letter itself.
    page.get_by_role("link", name=case.reference).first.click()
    assert_usable(page)
    files = {file.name: bytes(file.content) for file in stored_files(case)}
    assert len(files) == 5, "the letter in three formats and two tables"
    for name, content in files.items():
        assert page.context.request.get(href(page, name)).body() == content
    with page.expect_download() as download:
        follow(page, next(name for name in files if name.endswith(".csv")))
    assert Path(download.value.path()).read_bytes() == files[download.value.suggested_filename]
    see(page, "How many investigations into alleged sexual offences")
    press(page, "Clear this letter")
    see(page, "The letter is cleared. It can now be sent.")


def send_it(page: Page, case: Case) -> None:
    page.goto(f"/desk/cases/{case.pk}/")
    press(page, "Go to sending")
    see(page, "The requester, by e-mail")
    expect(page.get_by_role("main")).not_to_contain_text(REQUEST["requester_email"])
    assert_usable(page)
    assert not mail.outbox
    press(page, "Send the letter")
    see(page, "The letter has been sent.")

    (message,) = mail.outbox
    assert message.to == [REQUEST["requester_email"]]
    as_smtp_sends_it: Any = message.message()
    received = email.message_from_bytes(as_smtp_sends_it.as_bytes(linesep="\r\n"), policy=email.policy.default)
    assert isinstance(received, EmailMessage)
    stored = {file.name: file for file in stored_files(case)}
    attached = {part.get_filename(): part.get_payload(decode=True) for part in received.iter_attachments()}
    assert attached == {name: bytes(file.content) for name, file in stored.items() if name.endswith((".pdf", ".csv"))}
    for kind in ("plain", "html"):
        body = received.get_body((kind,))
        assert body is not None
        (letter,) = (file for file in stored.values() if file.media_type.startswith(f"text/{kind}"))
        assert body.get_content().replace("\r\n", "\n").rstrip("\n") == bytes(letter.content).decode().rstrip("\n")
    assert case.responses.get().state == ResponseState.SENT


def publish_it(page: Page, case: Case) -> None:
    press(page, "Go to publication")
    assert_usable(page)
    press(page, "Decide")
    see(page, "There is a problem", "Enter why you decide so", "Answer the question “What do you decide?”")
    assert_accessible(page)
    choose(page, "Publish it")
    write(page, "Why?", "Of general interest.")
    tick(
        page,
        "I have read the page below, and nothing in it identifies the requester or anybody else who must not be named",
    )
    press(page, "Decide")
    see(page, "The answer is on the disclosure log.", case.reference)


def find_it(page: Page, case: Case) -> str:
    page.goto("/")
    assert_usable(page)
    write(page, "Words", "dismiss misconduct")
    press(page, "Search")
    expect(page.get_by_role("heading", level=2, name="1 answer found")).to_be_visible()
    assert_accessible(page)
    see(page, f"Westvale Police, reference {case.reference}")
    follow(page, REQUEST["subject"])
    return page.url


def read_the_entry(page: Page, case: Case) -> None:
    expect(heading(page)).to_have_text(REQUEST["subject"])
    assert_usable(page)
    text = " ".join(main_text(page).split())
    outcomes = ["We neither confirm nor deny that we hold this information."] * 2
    outcomes += ["We hold this information and disclose it."] * 2
    pairs = [
        (" ".join(question.text.split()), outcome)
        for question, outcome in zip(RESPONSE.questions, outcomes, strict=True)
    ]
    place = 0
    for said in (said for pair in pairs for said in pair):
        place = text.index(said, place) + len(said)
    see(page, "Section 30(3)", "Section 31(3)", "Section 38(2)", "Section 40(5B)(a)(i)", "Neither confirmed nor denied")

    for table in TABLES:
        shown = page.get_by_role("table", name=table.title)
        assert cells(shown) == [list(table.columns), *(list(row) for row in table.rows)]
        assert shown.locator("thead th[scope=col]").count() == len(table.columns)
        assert shown.locator("tbody th[scope=row]").count() == len(table.rows)
    contents = [page.content()]
    contents += [download_table(page, table) for table in TABLES]
    pdf = page.context.request.get(href(page, "The letter as PDF"))
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-")
    contents.append(pdf.body().decode("latin-1"))
    page.goto("/?q=dismiss")
    contents.append(page.content())
    for content in contents:
        assert REQUEST["requester"] not in content
        assert REQUEST["requester_email"] not in content
    assert REQUEST["requester"] not in Publication.objects.get(reference=case.reference).words


def download_table(page: Page, table: DataTable) -> str:
    with page.expect_download() as download:
        follow(page, table.title)
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    for row in table.rows:
        assert ",".join(row) in text
    return text


def open_question(page: Page, case: Case, number: int) -> None:
    page.goto(f"/desk/cases/{case.pk}/")
    follow(page, f"Question {number}")
    expect(heading(page)).to_have_text(f"Question {number}")


def complete(page: Page, name: str) -> None:
    press(page, "Complete this decision")
    see(page, f"{name} is decided.")


def claim(page: Page, citation: str) -> None:
    write(page, "Which limb, by virtue of what?", citation)
    press(page, "Add this exemption")
    see(page, f"Section {citation.partition(' ')[0]}")


def give_reasons(page: Page, claim: Claim, *grounds: str) -> None:
    expect(heading(page)).to_have_text(re.compile(r"^Why section .* applies$"))
    see_missing(page, ["Say why section"])
    assert_accessible(page)
    tick(page, *grounds)
    write(page, "Why does it apply to this information?", claim.why)
    if claim.in_the_alternative:
        tick(page, "Claimed in the alternative to an exemption before it")
    press(page, "Save and continue")


def show_the_harm(page: Page, claim: Claim) -> None:
    expect(heading(page)).to_have_text(re.compile("^Evidence of harm for section"))
    see_missing(page, ["Say how likely the harm is", "Give the evidence of harm"])
    assert_accessible(page)
    choose(page, "It would be likely to")
    write(page, "What is the evidence of harm?", claim.harm)
    press(page, "Save and continue")


def weigh_the_public_interest(page: Page, claim: Claim) -> None:
    expect(heading(page)).to_have_text(re.compile("^Public interest test for section"))
    see_missing(page, ["Give factors favouring", "Give factors against", "Say where the balance lies"])
    assert_accessible(page)
    write(page, "Factors favouring confirming or denying", "\n".join(claim.favouring))
    write(page, "Factors against confirming or denying", "\n".join(claim.against))
    write(page, "Where does the balance lie, and why?", claim.balance)
    press(page, "Save and continue")


def reason_about_personal_data(page: Page, claim: Claim) -> None:
    data = claim.personal_data
    assert data is not None
    expect(heading(page)).to_have_text(re.compile("^Section .*: whose personal data$"))
    see_missing(page, ["Say whose personal data it is", "Say how they could be identified"])
    assert_usable(page)
    write(page, "Whose personal data is it?", data.whose)
    write(page, "How could they be identified?", data.identifiable)
    press(page, "Save and continue")

    # The desk goes on to the legitimate interest, taking protected data for answered with “No” until told otherwise.
    page.get_by_role("main").get_by_role("link", name=re.compile("without saving$")).click()
    page.get_by_role("main").get_by_role("link", name=re.compile(": data with further protection$")).click()
    assert_accessible(page)
    choose(page, "Criminal offence data")
    write(page, "If it is, which condition was considered, and why is it met or not?", data.gateway)
    choose(page, "Yes")
    press(page, "Save and continue")


def name_what_is_published(page: Page) -> None:
    (signpost,) = DENIED.decision.signposts
    follow(page, "Published material")
    write(page, "What is published? 1", signpost.title)
    write(page, "Web address 1", signpost.url)
    write(page, "What does it answer? 1", signpost.answers)
    assert_usable(page)
    press(page, "Save and continue")


def stored_files(case: Case) -> list[ResponseFile]:
    return list(case.responses.get().files.all())


def href(page: Page, link: str) -> str:
    address = page.get_by_role("main").get_by_role("link", name=link, exact=True).get_attribute("href")
    assert address
    return address


def cells(table: Locator) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tr").all()]
