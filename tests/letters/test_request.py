"""A request in every shape that people write it in comes apart into its questions, and nothing of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.letters.request import RequestText, split_request

PIECES = st.sampled_from(
    [
        "Dear Sir or Madam,",
        "1. How many horses?",
        "1) stables",
        "2. And carts:",
        "a) red",
        "b. blue",
        "(i) large",
        "ii) small",
        "- hay",
        "• oats",
        "REQUEST 1:",
        "Request 2",
        "Q3. Why?",
        "1a How long?",
        "3.5 hours a day",
        "1 January 2024",
        "10 officers",
        "> quoted words",
        "For the year 2023 please tell me:",
        "Is that all?",
        "Many thanks",
        "Yours faithfully",
        "\t4)\ttabbed",
        "\xa05. spaced",
        "A",
        "1. One 2. Two 3. Three",
        "",
        "   ",
    ]
)


def numbers(text: str) -> list[str]:
    """The numbers of the questions in `text`, with their group where they have one."""
    return [f"{question.group} {question.number}".strip() for question in split_request(text).questions]


def squashed(text: str) -> str:
    """The text without white space."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. How many horses?\n2. How many carts?", ["1", "2"]),
        ("1) How many horses?\r\n2) How many carts?\r\n", ["1", "2"]),
        ("(1) How many horses?\n(2) How many carts?", ["1", "2"]),
        ("Q1 How many horses?\nQ2. How many carts?", ["1", "2"]),
        ("Question 1: How many horses?\nQuestion Two (2): How many carts?", ["1", "2"]),
        ("1a) the number of horses\n1b) the number of carts\n2) the cost", ["1a", "1b", "2"]),
        ("1.How many horses?\n2.How many carts?", ["1", "2"]),
        ("1. How many horses?\n\n1. How many carts?\n\n1. How many saddles?", ["1", "2", "3"]),
        ("a) How many horses?\nb) How many carts?", ["a", "b"]),
        ("Please send me the following information:\n- the number of horses\n- the cost of hay", ["1", "2"]),
        ("REQUEST 1:\n1. Horses?\n2. Carts?\nREQUEST 2:\n1. Hay?", ["Request 1 1", "Request 1 2", "Request 2 1"]),
        ("Request 1\nHow many horses are there?\n\nRequest 2\nHow many carts are there?", ["1", "2"]),
        ("How many horses are there?\nHow many carts are there?", ["1", "2"]),
        ("Please tell me how many horses the force keeps and what they cost.", ["1"]),
        ("1. The number of horses 2. The number of\ncarts 3. The cost", ["1", "2", "3"]),
        ("Dear Chief Constable,\n\nThank you.\n\nYours faithfully", []),
        ("", []),
    ],
)
def test_each_way_of_numbering(text: str, expected: list[str]) -> None:
    """Questions are found however they are numbered, lettered, bulleted or set one to a line."""
    assert numbers(text) == expected


@pytest.mark.parametrize(
    "line", ["1 January 2024 was the day.", "3.5 hours were spent.", "10 officers attended.", "2021. That year"]
)
def test_figures_at_a_line_start_are_not_numbers(line: str) -> None:
    """A date, an amount or a count that falls at the start of a line opens no question."""
    assert numbers(f"1. How many patrols were sent out in the week that began on\n{line}\n2. Why?") == ["1", "2"]


def test_printed_number_is_kept_aside() -> None:
    """A restarted list keeps the mark as printed beside the number that a letter will use."""
    questions = split_request("1. Horses?\n\n1. Carts?").questions
    assert [(question.number, question.printed) for question in questions] == [("1", "1."), ("2", "1.")]


def test_lettered_items_complete_an_unfinished_sentence() -> None:
    """Letters after a sentence that has not ended are parts of its question."""
    (question,) = split_request("How many horses are kept, and how many of those are\na) lame;\nb) retired?").questions
    assert [(part.letter, part.text) for part in question.parts] == [("a", "lame;"), ("b", "retired?")]


def test_parts_below_a_numbered_question() -> None:
    """Letters, numerals and a list of its own after a colon are parts of the numbered question above them."""
    first, second = split_request(
        "1. Horses, by:\n1. colour\n2. age\n2. Carts:\n(i) two-wheeled\n(ii) four-wheeled"
    ).questions
    assert [part.letter for part in first.parts] == ["1", "2"]
    assert [part.letter for part in second.parts] == ["i", "ii"]


def test_lead_in_between_questions() -> None:
    """A sentence that ends in a colon before a question belongs to that question, not to the one above."""
    text = "For 2022, please tell me:\n\n1) the horses\n\n2) the carts.\n\nFor 2023, please tell me:\n\n3) the hay."
    questions = split_request(text).questions
    assert [question.lead_in for question in questions] == [
        "For 2022, please tell me:",
        "",
        "For 2023, please tell me:",
    ]
    assert questions[1].text == "the carts."


def test_context_stays_with_its_question() -> None:
    """Paragraphs after the last number, and the questions in them, stay within the last question."""
    text = (
        "1. Horses?\n\n2. For context: stables burned in May.\n\nAny rebuilt?\n\nIf so, how many?\n\nKind regards\nPat"
    )
    asked = split_request(text)
    assert numbers(text) == ["1", "2"]
    assert asked.questions[1].text.endswith("If so, how many?")
    assert asked.closing.startswith("Kind regards")


def test_quoting_is_looked_through() -> None:
    """A request quoted in a mail is read as if it were not quoted."""
    asked = split_request("> Dear force\n>\n> 1. How many horses?\n> 2. How many\n> carts?\n")
    assert [question.text for question in asked.questions] == ["How many horses?", "How many carts?"]


def assert_whole(asked: RequestText) -> None:
    """The pieces, joined again, are the original."""
    assert "".join(asked.pieces()) == asked.original


@given(st.lists(PIECES, max_size=14), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_nothing_is_lost(lines: list[str], newline: str) -> None:
    """Opening, lead-ins, questions and closing together are the original, for any arrangement of such lines."""
    assert_whole(split_request(newline.join(lines)))


@given(st.text(max_size=400))
def test_any_text_is_taken(text: str) -> None:
    """No text makes the splitter fail or lose anything."""
    assert_whole(split_request(text))


@given(st.lists(PIECES.filter(lambda piece: piece != "A" and not piece.startswith((">", "R"))), max_size=10))
def test_the_words_shown_are_all_the_words(lines: list[str]) -> None:
    """What is shown to people, apart from group headings, holds every character that is not white space, in order."""
    asked = split_request("\n\n".join(lines))
    shown = "".join(question.lead_in + question.printed + question.text for question in asked.questions)
    assert squashed(asked.opening + shown + asked.closing) == squashed(asked.original)
