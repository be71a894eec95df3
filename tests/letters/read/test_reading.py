"""A response is read into its structure, whether another force wrote it or our own writer did."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.law.decision import Outcome
from candour.letters.read import UnreadableText, read_text

KEYS = [
    "authority",
    "reference",
    "received",
    "responded",
    "outcome",
    "questions",
    "exemptions",
    "ncnd",
    "refusal_notice",
    "harm",
    "public_interest_test",
    "balance",
    "internal_review",
    "ico",
    "attachments",
    "other_information",
    "reasons",
    "citations",
    "links",
    "places",
]

OWN = f"""Kent Police

Our reference:        190A/23
Date received:        3 March 2026
Date of this letter:  30 March 2026

Question 1
----------

    How many horses are under investigation?

{Outcome.NCND.facts.tells}

Question 2
----------

    How many carts were sold?

{Outcome.DISCLOSED.facts.tells}

Question 3
----------

    Who bought them?

{Outcome.WITHHELD.facts.tells}

Why we neither confirm nor deny (question 1)
--------------------------------------------

The duty does not apply by virtue of section 30(3) by virtue of section 30(1)(a)(i).

Why we withhold information (question 3)
----------------------------------------

The information is exempt by virtue of section 43(2). It would be likely to prejudice trade.
The public interest in maintaining the exemption outweighs the public interest in disclosure.

Attachments
-----------

- carts.xlsx: Carts sold

Your right to complain to the Information Commissioner
------------------------------------------------------

You can ask for an internal review first.
"""

WOVEN = """Dear requester,

Thank you for your request which we received on 04/06/2024.
Please find our response below:
1. How many horses does the force keep?
Twelve.
2. How many of them are grey?
We do not hold this information.
If you have any queries, please contact us.
"""

LINES = st.sampled_from(OWN.splitlines() + WOVEN.splitlines())


def test_our_own_letter() -> None:
    """A letter of our own writer gives back its questions, outcomes, limbs, dates and rights."""
    read = read_text(OWN).as_json()
    assert list(read) == KEYS
    assert (read["authority"], read["reference"]) == ("Kent Police", "190A/23")
    assert (read["received"], read["responded"]) == ("2026-03-03", "2026-03-30")
    assert [(question["number"], question["outcome"]) for question in read["questions"]] == [
        ("1", "ncnd"),
        ("2", "full"),
        ("3", "refused"),
    ]
    assert [question["exemptions"] for question in read["questions"]] == [["30(3)"], [], ["43(2)"]]
    assert (read["outcome"], read["attachments"]) == ("mixed", ["carts.xlsx"])
    assert all(read[flag] for flag in ("ncnd", "harm", "public_interest_test", "balance", "internal_review", "ico"))


def test_answers_woven_into_questions() -> None:
    """Where each answer stands below its question, both are read."""
    reading = read_text(WOVEN)
    assert [(question.text, question.outcome) for question in reading.questions] == [
        ("How many horses does the force keep?", "full"),
        ("How many of them are grey?", "not_held"),
    ]
    assert (reading.outcome, reading.received) == ("mixed", date(2024, 6, 4))


def test_citation_of_the_requester_is_not_ours() -> None:
    """An exemption that only the requester names is not one that the authority relies on."""
    text = "Request\n\n1. Horses? I know of section 40(2).\n2. Carts?\n\nResponse\n\nPlease find the table attached."
    assert read_text(text).exemptions == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "empty"), ("  \n\t", "empty"), ("PK\0\0\1", "binary"), ("Skip to content\nBack to top\n", "furniture")],
)
def test_nothing_to_read(text: str, says: str) -> None:
    """A text that holds no response is refused with the reason in plain words."""
    with pytest.raises(UnreadableText, match=says):
        read_text(text)


@given(
    st.one_of(st.text(max_size=600), st.lists(st.sampled_from(OWN.splitlines() + WOVEN.splitlines())).map("\n".join))
)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in any other way, and its JSON always has the same keys."""
    try:
        reading = read_text(text)
    except UnreadableText:
        return
    assert list(reading.as_json()) == KEYS
