"""An answer is filed under what was asked about: proposed by words of a vocabulary, and confirmed by a person."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib import resources

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from candour.desk.models import Case, Event, Publication, Response
from candour.desk.publishing.publish import correct, file_under, publish, topics_of_request, withdraw
from candour.desk.publishing.topics import MOST, OTHER, Topic, chosen, proposed, read, saved, topics
from candour.desk.refusals import Refused
from candour.law import Outcome
from candour.letters.response import Answer
from candour.site.demo import decide
from desk.complete import claim, complete
from desk.world import World, open_case, plainly_decided, published, sent

HORSES = "animals-and-countryside"


# The vocabulary


def test_every_topic_has_a_slug_two_names_and_a_known_source() -> None:
    """A slug is fit for an address; the sources are those that the file lists."""
    text = resources.files("candour.desk.publishing").joinpath("topics.toml").read_text(encoding="utf-8")
    sources = tomllib.loads(text)["sources"]
    assert len(topics()) <= 20
    for topic in topics().values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", topic.slug)
        assert len(topic.slug) <= 40
        assert topic.title
        assert topic.welsh
        assert topic.source in sources
    assert len({topic.title for topic in topics().values()}) == len(topics())
    assert len({topic.welsh for topic in topics().values()}) == len(topics())


def test_a_word_belongs_to_one_topic() -> None:
    """No word proposes two topics, and only “Other” has none."""
    counted = Counter(word for topic in topics().values() for word in topic.words)
    assert [word for word, count in counted.items() if count > 1] == []
    assert [topic.slug for topic in topics().values() if not topic.words] == [OTHER]


def test_every_word_finds_itself() -> None:
    """Each word of the vocabulary, written as it stands there, proposes its topic."""
    for topic in topics().values():
        for word in topic.words:
            assert topic.weight(word.replace("*", "s")) >= 1, word


# What is proposed


@pytest.mark.parametrize(
    ("title", "questions", "found"),
    [
        ("Use of Taser", ["How often was a Taser drawn?"], ("firearms-and-taser",)),
        ("Stop and search", ["How many stop searches led to an arrest?"], ("stop-and-search",)),
        ("A question", ["How many officers were dismissed for gross misconduct?"], ("conduct-and-complaints",)),
        ("A question", ["How many DISMISSALS?"], ("conduct-and-complaints",)),
        ("Hire of cells", ["What was spent on mobile cells?"], ("custody",)),
        ("A question", ["What was spent on body worn cameras?"], ("technology-and-data", "finance-and-contracts")),
        ("A question", ["What was spent on bodyworn cameras?"], ("technology-and-data", "finance-and-contracts")),
        ("A question", ["Clare's Law", "Clare’s Law"], ("domestic-and-sexual-abuse",)),
        ("A question", ["Who is the cellist?", "Which trainers do officers wear, and what of it again?"], (OTHER,)),
        ("", [], (OTHER,)),
    ],
)
def test_the_words_of_a_request_propose_its_topics(title: str, questions: list[str], found: tuple[str, ...]) -> None:
    """Whole words count, in any spelling with or without a hyphen; a word in the title counts twice."""
    assert proposed(title, questions) == found


words = st.sampled_from([word.replace("*", "") for topic in topics().values() for word in topic.words])
texts = st.lists(st.one_of(words, st.text(max_size=12)), max_size=8).map(" ".join)


@given(texts, st.lists(texts, max_size=4))
def test_a_proposal_can_be_taken_as_it_is(title: str, questions: list[str]) -> None:
    """It has from one to three topics, all known, “Other” only by itself; case and order of questions do not matter."""
    found = proposed(title, questions)
    assert 1 <= len(found) <= MOST
    assert set(chosen(found)) == set(found)
    assert set(proposed(title, reversed(questions))) == set(found)


@given(st.lists(st.lists(st.sampled_from(sorted(topics())), max_size=MOST), max_size=6))
def test_topics_of_many_entries_in_a_row_are_told_apart(entries: list[list[str]]) -> None:
    """Values strung together are read as all their topics, so that a database may hand them over in one text."""
    assert read("".join(map(saved, entries))) == [slug for entry in entries for slug in entry]


@pytest.mark.parametrize(
    ("given_topics", "message"),
    [
        (["horses"], "no topic of the disclosure log"),
        ([], "at least one topic"),
        (["custody", "other"], "fits no topic"),
        (["custody", "stop-and-search", "roads-and-vehicles", "calls-and-response"], "no more than 3"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(given_topics: list[str], message: str) -> None:
    """The message says what to do."""
    with pytest.raises(ValueError, match=message):
        chosen(given_topics)


# Publishing


def test_what_the_officer_chooses_stands_in_the_entry(world: World) -> None:
    """A person may know better than the words; each topic is kept once, in the order of lists."""
    entry = publish(
        sent(world, plainly_decided(world)).pk, world.officer, topics=["roads-and-vehicles", "custody", "custody"]
    )
    assert read(entry.topics) == ["custody", "roads-and-vehicles"]
    assert set(marks_of_topic(entry)) == {"custody", "roads-and-vehicles"}


def test_a_topic_that_there_is_not_is_refused(world: World) -> None:
    """Nothing is published."""
    letter = sent(world, plainly_decided(world))
    with pytest.raises(Refused, match="no topic"):
        publish(letter.pk, world.officer, topics=["horses"])
    assert not Publication.objects.exists()


def test_the_form_offers_what_the_words_propose(world: World) -> None:
    """It is ticked; unticking all is refused, and what is ticked is published."""
    letter = sent(world, plainly_decided(world))
    staff, path = Client(), reverse("desk:publish", args=[letter.case_id])
    staff.force_login(world.officer)
    boxes = re.findall(r'<input[^>]*name="topics"[^>]*>', staff.get(path).content.decode())
    assert len(boxes) == len(topics())
    assert [re.search(r'value="([^"]+)"', box)[1] for box in boxes if " checked" in box] == [HORSES]  # type: ignore[index]  # every box has a value
    given_values = {"choice": "now", "why": "x", "checked": "on", "action": "publish"}
    assert "Choose at least one topic" in staff.post(path, given_values).content.decode()
    staff.post(path, {**given_values, "topics": ["custody"]})
    assert read(Publication.objects.get().topics) == ["custody"]


def test_an_entry_can_be_filed_anew(world: World) -> None:
    """From the page of the publication: the marks follow, and the trail says so."""
    entry = published(world, plainly_decided(world))
    staff, path = Client(), reverse("desk:publish", args=[entry.response.case_id])
    staff.force_login(world.officer)
    refused = staff.post(path, {"action": "file_under"}).content.decode()
    assert "Choose at least one topic" in refused
    assert staff.post(path, {"action": "file_under", "file-topics": ["custody"]}).status_code == 302
    entry.refresh_from_db()
    assert read(entry.topics) == marks_of_topic(entry) == ["custody"]
    assert Event.objects.filter(detail__contains="Filed under: custody").exists()


def test_a_correction_keeps_the_topics_and_a_withdrawal_takes_them(world: World) -> None:
    """What an officer chose stands until the entry is gone."""
    entry = publish(sent(world, plainly_decided(world)).pk, world.officer, topics=["custody"])
    correct(entry.pk, ["horses"], "A word was removed.", world.officer)
    entry.refresh_from_db()
    assert read(entry.topics) == marks_of_topic(entry) == ["custody"]
    withdraw(entry.pk, "Published in error.", world.officer)
    entry.refresh_from_db()
    assert entry.topics == ""
    assert marks_of_topic(entry) == []


# Neither confirmed nor denied


def denied(world: World) -> Case:
    """A case whose answer neither confirms nor denies."""
    case = open_case(world)
    decide(case, Answer(complete(Outcome.NCND, claim("38(2)", "38(1)(a)")), ("1", "2")), world.officer)
    return case


def test_an_answer_that_denies_is_filed_by_the_request_alone(world: World) -> None:
    """Nobody chooses: the form does not ask, and what is given all the same changes nothing."""
    letter = sent(world, denied(world))
    staff, path = Client(), reverse("desk:publish", args=[letter.case_id])
    staff.force_login(world.officer)
    html = staff.get(path).content.decode()
    assert 'name="topics"' not in html
    assert "by the words of the request alone: Animals and the countryside." in html
    entry = publish(letter.pk, world.officer, topics=["surveillance-and-intelligence"])
    assert read(entry.topics) == [HORSES]
    with pytest.raises(Refused, match="follow from the request alone"):
        file_under(entry.pk, ["custody"], world.officer)
    assert 'name="file-topics"' not in staff.get(path).content.decode()


def test_a_request_has_the_same_topics_however_it_was_answered(world: World) -> None:
    """Denied or not held: the proposal is the same, since the answer plays no part in it."""
    responses: list[Response] = [sent(world, denied(world)), sent(world, plainly_decided(world))]
    assert len({topics_of_request(each.case, each) for each in responses}) == 1


def marks_of_topic(entry: Publication) -> list[str]:
    """The topics that the entry is found by."""
    return list(entry.marks.filter(kind="topic").order_by("value").values_list("value", flat=True))


def test_a_topic_without_words_weighs_nothing() -> None:
    """“Other” is never proposed for a word."""
    assert Topic("x", "X", "X", "design", ()).weight("anything at all") == 0
