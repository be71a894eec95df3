"""Figures typed into a letter are found, and what is no count of anybody is passed over."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.tables.ledger.marks import Reading, read_count, read_ratio
from candour.tables.ledger.number_words import LARGEST, in_words, read_words
from candour.tables.ledger.typed import Kind, typed_figures

SHARED = Path(__file__).parents[2].parent / "shared"


def printed(text: str) -> list[str]:
    """What is found, in the words of the ledger."""
    return [each.printed for each in typed_figures(text)]


@given(st.integers(0, LARGEST))
def test_a_number_in_words_is_read_back(number: int) -> None:
    assert read_words(in_words(number)) == number
    assert read_words(in_words(number).upper().replace("-", " ")) == number


@given(st.integers(2, LARGEST), st.sampled_from(["words", "digits", "commas"]), st.booleans())
def test_a_count_of_officers_is_found_however_it_is_written(number: int, how: str, first: bool) -> None:
    spelt = {"words": in_words(number), "digits": str(number), "commas": f"{number:,}"}[how]
    text = (
        f"{spelt.capitalize()} officers resigned." if first else f"In that time {spelt} officers resigned in 2023/24."
    )
    (found,) = typed_figures(text)
    assert (found.text.casefold(), found.unit, found.kind) == (spelt.casefold(), "people", Kind.COUNT)
    assert read_count(found.printed, Reading()) == (number, number)


@given(st.lists(st.integers(2, 99_999), min_size=2, max_size=5))
def test_every_figure_of_a_sentence_is_found_in_its_order(numbers: list[int]) -> None:
    text = "We hold " + ", and ".join(f"{in_words(number)} complaints" for number in numbers) + "."
    assert printed(text) == [str(number) for number in numbers]


@given(st.text(max_size=200))
def test_no_text_stops_it_and_every_figure_is_where_it_says(text: str) -> None:
    for found in typed_figures(text):
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("words", ["three four", "twenty thirty", "and", "hundred", "five and", "one million million"])
def test_words_that_are_no_single_number_are_not_read(words: str) -> None:
    assert read_words(words) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Fewer than five complaints were made.", "fewer than 5"),
        ("There were <5 cases.", "fewer than 5"),
        ("Five or fewer officers left.", "at most 5"),
        ("We recorded 5+ arrests.", "at least 5"),
        ("Between three and seven staff left.", "3 to 7"),
        ("We hold 25-30 cases.", "25 to 30"),
        ("No officers were charged.", "0"),
        ("How many resigned? None.", "0"),
        ("12.5% were dismissed.", "12.5%"),
        ("Ten per cent were dismissed.", "10%"),
        ("One in four resigned.", "1 in 4"),
        ("Two-thirds of the officers resigned.", "2 in 3"),
        ("A single officer was dismissed.", "1"),
        ("Only one officer was dismissed.", "1"),
        ("One of the officers was a sergeant.", "1"),
        ("Both officers were dismissed.", "2"),
        ("A handful of officers left.", "at least 2"),
        ("It was 1.2 million crimes.", "1200000"),
        ("Burglary (3)", "3"),
        ("Then it was theft (3) in all.", "3"),
        ("The result is based on 250 replies.", "250"),
        ("2000 officers were there.", "2000"),
    ],
)
def test_figures_are_found_in_whatever_words_they_stand(text: str, says: str) -> None:
    assert printed(text) == [says]


def test_a_rate_says_to_each_how_many() -> None:
    (found,) = typed_figures("There were 4.2 per 1,000 officers.")
    assert (found.kind, found.printed, found.per) == (Kind.RATE, "4.2", 1000)


def test_a_figure_that_is_not_exact_is_told_apart() -> None:
    assert [each.is_about for each in typed_figures("About 50 officers and 20 staff.")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "You wrote on 12 March 2024, and again on 3rd April, 17/06/2024 and 2024-06-17.",
        "Sections 30 and 31, s40(5), s1(1)(a), section 17 and Article 6(1)(f) apply; see 40(2) and (3A)(a).",
        "You have 20 working days, or two months, and the cost limit is 18 hours at £25 an hour (£450).",
        "Reference 01.FOI.22.026461, 190A/23, FOI-2024-0001, FOI #1161417 and PO Box 1283.",
        "Call 101 or 0300 123 4567, by email foi@force.example or https://force.example/2024/05.",
        "Question 3, Q1-2, questions 1 to 4, table 2, page 7 and Part 2.",
        "In the years 2019/20 to 2023, in 2020 and Q1 2023, and since 2021.",
        "Young people aged 18 to 24, under 18s and a 17-year-old.",
        "One cannot say; no one can, and this one may. No information is held.",
        "It applies because (1) it says so and (2) nothing speaks against it.",
        "The six data protection principles and the three requirements of the law.",
        "The office closes at 5pm, at 17:30, on the 1st and the 2nd.",
    ],
)
def test_what_counts_nobody_is_passed_over(text: str) -> None:
    assert printed(text) == []


def test_the_sentence_of_a_figure_is_given_with_it() -> None:
    text = "We hold some.\nThree officers were\ndismissed in 2023. Two left."
    assert [each.sentence for each in typed_figures(text.replace("were\n", "were "))] == [
        "Three officers were dismissed in 2023.",
        "Two left.",
    ]


def test_a_share_stands_for_what_is_nearest_to_it() -> None:
    ends = read_ratio("1 in 4")
    assert ends
    assert read_ratio("one in four") == read_ratio("1 out of 4") == ends
    assert read_ratio("five in four") is None
    assert ends[0] < 0.25 < ends[1] < read_ratio("1 in 3")[1]  # type: ignore[index]  # a share is always read


def test_in_the_source_responses_the_counts_are_found_and_the_law_is_not() -> None:
    seeds = SHARED / "seeds"
    if not seeds.is_dir():
        pytest.skip("the source responses are not beside this repository")
    found = {path.name[:3]: printed(path.read_text(encoding="utf-8")) for path in sorted(seeds.glob("*.txt"))}
    assert found["001"] == ["1633", "1071"]
    assert sum(map(len, found.values())) <= 6


@pytest.mark.parametrize(
    "text",
    [
        "22/03433/TEL and EA/2018/0055 were refused.",
        "2)How many were there?",
        "16: Victim declines to support it",
        "12   2023/24   Theft of a horse",
        "In the last three tax years; one of our Tenancy Relations team; an extension of 2 x 12 months.",
        "Investigation complete, no suspect identified.",
    ],
)
def test_what_letters_number_and_name_is_passed_over(text: str) -> None:
    assert printed(text) == []


def test_in_reasons_a_number_word_is_a_figure_only_beside_what_it_counts() -> None:
    text = "Both apply, and none outweighs the other. One of them is absolute. Two officers left, 27 of whom sued."
    assert [each.text for each in typed_figures(text, reasons=True)] == ["Two", "27"]
    assert len(typed_figures(text)) > 2


def test_in_hand_labelled_sentences_no_figure_is_missed_and_few_are_invented() -> None:
    """175 sentences of published letters, 33 of them labelled after the recogniser was last changed by their like."""
    corpus = SHARED / "corpus" / "dev.jsonl"
    if not corpus.is_file():
        pytest.skip("the published letters are not beside this repository")
    with corpus.open(encoding="utf-8") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines) if row["text"]}
    right = invented = missed = 0
    found = {name: typed_figures(text) for name, text in texts.items()}
    labels = (Path(__file__).parent / "typed_sentences.jsonl").read_text(encoding="utf-8").splitlines()
    for name, start, end, digest, figures in map(json.loads, labels):
        assert sha256(texts[name][start:end].encode()).hexdigest()[:12] == digest
        seen = Counter(each.printed for each in found[name] if start <= each.start < end)
        wanted = Counter(figures)
        right += (seen & wanted).total()
        invented += (seen - wanted).total()
        missed += (wanted - seen).total()
    assert (missed, right) == (0, 68)
    assert right / (right + invented) >= 0.94


def test_in_published_letters_figures_are_found_that_are_in_the_text() -> None:
    corpus = SHARED / "corpus" / "dev.jsonl"
    if not corpus.is_file():
        pytest.skip("the published letters are not beside this repository")
    with corpus.open(encoding="utf-8") as lines:
        texts = [text for line in lines if (text := json.loads(line)["text"])][:20]
    for text in texts:
        for each in typed_figures(text):
            assert text[each.start : each.end] == each.text
