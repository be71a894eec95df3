"""What is published is what was answered, once, and with nothing of the requester in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from letters.reading import PDFTOTEXT, squash
from letters.reading import pdf_text as pdf_words

from candour.desk.models import EventKind, Publication, PublishedFile, Requester
from candour.desk.publishing.masking import REMOVED, mask
from candour.desk.publishing.publish import correct, publish, withdraw
from candour.desk.refusals import Refused
from candour.law import Decision, Outcome
from candour.letters.response import Answer
from candour.site.demo import decide, dismiss_figures
from desk.complete import claim, complete
from desk.world import (
    EMAIL,
    NAME,
    POSTCODE,
    STREET,
    TABLE,
    World,
    cleared,
    decide_all,
    decision_on,
    disclosure,
    open_case,
    plainly_decided,
    prepared,
    published,
    sent,
)

PERSONAL = f"""\
Dear Sir,

I, {NAME}, of {STREET}, {POSTCODE} ({EMAIL}, 07700 900123), ask on behalf of Ms Jo Other (jo@other.example):

1. Since {NAME} wrote to you from {EMAIL}, how many horses are there? Call +44 7700 900 456 or (01632) 960 001.
2. Why did Quillfeather get no answer at {POSTCODE}?

{NAME}"""
GIVEN_AWAY = [
    NAME,
    "Robin",
    "Quillfeather",
    EMAIL,
    STREET,
    POSTCODE,
    "07700 900123",
    "7700 900 456",
    "960 001",
    "jo@other.example",
]


def text_of(file: PublishedFile) -> bytes:
    """The bytes of a file, or the words of a PDF where they can be read."""
    if not file.name.endswith(".pdf"):
        return bytes(file.content)
    return pdf_words(bytes(file.content), file.publication.reference).encode() if PDFTOTEXT else b""


def all_of(entry: Publication) -> str:
    """Everything of an entry that the public can read, but for the bytes of its PDF."""
    values = [str(value) for value in vars(entry).values()]
    tables = [
        bytes(file.content).decode("utf-8-sig") for file in entry.files.all() if file.media_type.startswith("text/csv")
    ]
    return "\n".join([*values, *(f"{file.name} {file.title}" for file in entry.files.all()), *tables])


def pdf_text(entry: Publication) -> str:
    """The words of the published PDF."""
    (pdf,) = [bytes(file.content) for file in entry.files.all() if file.media_type == "application/pdf"]
    return pdf_words(pdf, entry.reference)


def test_an_entry_holds_the_whole_answer(world: World) -> None:
    """Reference, title, dates, questions with answers, limbs, tables and files are in the snapshot."""
    entry = published(world)
    assert (entry.reference, entry.title, entry.year) == ("1A/26", "Police horses", 2026)
    assert (entry.received.isoformat(), entry.responded.isoformat()) == ("2026-03-09", "2026-03-27")
    assert entry.outcomes == ["ncnd", "disclosed"]
    assert [answer["title"] for answer in entry.content["answers"]] == ["Question 1", "Question 2"]
    assert "We neither confirm nor deny" in entry.content["answers"][0]["html"]
    assert "<table" in entry.content["answers"][1]["html"], "a table that was sent as a file is shown as well"
    assert any(limb.startswith("Section 30(3)") for limb in entry.content["limbs"])
    assert [(file.name, file.media_type.split(";")[0]) for file in entry.files.all()] == [
        ("1a-26-letter.pdf", "application/pdf"),
        ("horses.csv", "text/csv"),
    ]


def test_a_published_table_is_the_one_that_was_sent(world: World) -> None:
    """The CSV on the log has the bytes of the attachment."""
    entry = published(world)
    attachment = entry.response.files.get(name="horses.csv")
    assert bytes(entry.files.get(name="horses.csv").content) == bytes(attachment.content)


def test_publishing_is_in_the_trail(world: World) -> None:
    """Who published, and that the requester was left out, is recorded."""
    event = published(world).response.case.events.last()
    assert event is not None
    assert (event.kind, event.actor) == (EventKind.PUBLISHED, world.officer)


def test_an_answer_is_published_once(world: World) -> None:
    """A second time is refused, and the log has one entry."""
    entry = published(world)
    with pytest.raises(Refused, match="already on the disclosure log"):
        publish(entry.response_id, world.officer)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("take", [prepared, cleared])
def test_what_was_not_sent_is_not_published(world: World, take: object) -> None:
    """Neither a letter that is up nor one that is cleared."""
    response = take(world)  # type: ignore[operator]
    with pytest.raises(Refused, match="only an answer that has been sent"):
        publish(response.pk, world.officer)
    assert not Publication.objects.exists()


def test_nothing_of_the_requester_is_published(world: World) -> None:
    """Name, parts of it, e-mail, telephone, street and postcode are masked in fields, files and search text."""
    # BUG (reported): a number written "(01632) 960 001" stays, since two separators stand between its digits.
    entry = published(world, decide_all(world, open_case(world, PERSONAL)))
    words = all_of(entry).casefold()
    assert [text for text in GIVEN_AWAY if text.casefold() in words] == []
    assert REMOVED in entry.content["answers"][0]["html"]


@pytest.mark.skipif(not PDFTOTEXT, reason="needs pdftotext")
def test_nothing_of_the_requester_is_in_the_published_pdf(world: World) -> None:
    """The PDF on the log is another one than was sent: to "requester", with all details masked."""
    # BUG (reported): as above.
    letter = pdf_text(published(world, decide_all(world, open_case(world, PERSONAL)))).casefold()
    assert squash("Dear requester").casefold() in letter
    assert [text for text in GIVEN_AWAY if squash(text).casefold().replace("-", "") in letter] == []


def test_what_was_sent_still_says_all_of_it(world: World) -> None:
    """Masking touches the published copy alone: the requester reads their own words."""
    entry = published(world, decide_all(world, open_case(world, PERSONAL)))
    text = bytes(entry.response.files.get(name="1A-26_letter.txt").content).decode()
    assert NAME in text
    assert EMAIL in text


def test_the_requester_is_masked_in_our_answers_as_well(world: World) -> None:
    """A decision that names the requester does not give them away on the log."""
    case = open_case(world)
    answer = Decision(Outcome.DISCLOSED, disclosed=f"We wrote to {NAME} at {EMAIL} about it.")
    decide(case, Answer(answer, ("1", "2")), world.officer)
    entry = published(world, case)
    assert [text for text in (NAME, EMAIL, "Quillfeather") if text.casefold() in all_of(entry).casefold()] == []


def test_the_contacts_of_the_force_stay(world: World) -> None:
    """Where to ask for a review, and the address in our own answer, are for everybody."""
    case = open_case(world)
    answer = Decision(Outcome.DISCLOSED, disclosed="Write to stables@westvale.police.example or ring 01632 960 777.")
    decide(case, Answer(answer, ("1", "2")), world.officer)
    words = all_of(published(world, case))
    assert "stables@westvale.police.example" in words
    assert "01632 960 777" in words
    assert "foi@westvale.police.example" in words


@pytest.mark.parametrize(
    ("requester", "said"),
    [
        ({"name": "April May"}, "Between April and May 2025 there were nine."),
        ({"name": "Will Young"}, "Young horses are counted. Will they stay? We cannot say."),
        ({"name": "A"}, "There is a horse."),
        ({"address": "1 Canal Street\nWestvale\nEngland"}, "Westvale Police keeps nine horses, the most in England."),
        ({"address": "Flat 2\n2025"}, "There were nine in 2025."),
    ],
)
def test_common_words_of_an_answer_are_not_masked(world: World, requester: dict[str, str], said: str) -> None:
    """A name that is also a month, or an address that is also the force's town, does not black out the answer."""
    # BUG (reported): each single name and each line of the address is taken out of answers and tables wherever it
    # stands, so that figures for May vanish when Ms May asks; the published letter is then not the one sent.
    case = open_case(world)
    decide(case, Answer(Decision(Outcome.DISCLOSED, disclosed=said), ("1", "2")), world.officer)
    Requester.objects.update(**requester)
    dismiss_figures(case, world.officer, "Horses are nobody.")
    assert said in published(world, case).content["answers"][0]["html"]


def test_two_answers_of_one_title_have_addresses_of_their_own(world: World) -> None:
    """Every entry can be reached, however often a title is used."""
    first, second = published(world), published(world)
    assert first.slug != second.slug
    assert first.slug == "1a-26-police-horses"


def test_what_is_published_is_what_was_sent(world: World) -> None:
    """The copy on the log has the words of the letter that was sent, though the force words its letters anew since."""
    # BUG (reported): the letter is composed again from what the force and the tables are at the time of publication.
    response = sent(world)
    world.force.wording = 'balance_title = "Where the balance lies"'
    world.force.unit = "Renamed Unit"
    world.force.save()
    response.case.decisions.get(question__number="2").exhibits.update(rows=[["2024", "7,777"], ["2025", "9"]])
    words = all_of(publish(response.pk, world.officer))
    assert not [new for new in ("Where the balance lies", "Renamed Unit", "7,777") if new in words]


def test_a_title_without_letters_still_has_an_address(world: World) -> None:
    """A title in another script does not leave the entry without one."""
    assert published(world, decide_all(world, open_case(world, title="馬 ???"))).slug


def test_an_inline_table_is_offered_as_csv(world: World) -> None:
    """A table that stood in the letter can be taken away as data as well."""
    case = open_case(world)
    given_away, exhibit = disclosure(attached=False)
    decide(case, Answer(given_away, ("1", "2"), (exhibit,)), world.officer)
    entry = published(world, case)
    (table,) = [file for file in entry.files.all() if file.media_type.startswith("text/csv")]
    assert table.title == TABLE.title
    assert b"2025,9" in bytes(table.content)
    assert entry.content["answers"][0]["html"].count("<table") == 1


def test_search_words_are_those_of_the_answer(world: World) -> None:
    """Question, answer, reasons and cells of every table shown can be searched; the requester and the rights cannot."""
    # BUG (reported): a table that was sent as a file is shown on the page, but its cells cannot be searched.
    entry = published(world)
    assert all(word in entry.words for word in ("1A/26", "Police horses", "under investigation", "2025"))
    assert "quillfeather" not in entry.words.casefold()
    assert "internal review" not in entry.words


def test_an_entry_is_marked_by_outcome_section_limb_and_topic(world: World) -> None:
    """Each outcome, each section and each limb relied on, and each topic, can be found and counted by, once."""
    marks = published(world).marks.values_list("kind", "value")
    assert sorted(marks) == [
        ("limb", "30(3)"),
        ("limb", "40(5B)(a)(i)"),
        ("outcome", "disclosed"),
        ("outcome", "ncnd"),
        ("section", "30"),
        ("section", "40"),
        ("topic", "animals-and-countryside"),
    ]


def test_what_a_person_takes_out_stands_nowhere_in_the_entry(world: World) -> None:
    """Words that identify somebody go from the page, the words of the search and every file, however they are spelt."""
    case = decide_all(world, open_case(world, title="The horse of Sergeant Oakapple"))
    response = sent(world, case)
    entry = publish(response.pk, world.officer, ["sergeant oakapple"])
    shown = [str(entry.content), entry.words, entry.title, entry.slug]
    assert not [text for text in shown if "oakapple" in text.casefold()]
    assert not [file for file in entry.files.all() if b"Oakapple" in text_of(file)]


def test_a_correction_makes_the_entry_anew_and_tells_readers_why(world: World) -> None:
    """What was published by mistake goes from the entry and its files; both corrections hold, and each says why."""
    entry = published(world)
    correct(entry.pk, ["investigation"], "A word was removed.", world.officer)
    corrected = correct(entry.pk, ["horses"], "Another word was removed.", world.officer)
    for text in (str(corrected.content), corrected.words, *(text_of(file).decode() for file in corrected.files.all())):
        assert "investigation?" not in text
        assert "orses" not in text
    assert [change.reason for change in corrected.changes.all()] == ["A word was removed.", "Another word was removed."]
    assert entry.response.case.events.filter(kind=EventKind.CORRECTED).count() == 2


def test_only_what_stands_in_the_entry_can_be_taken_out(world: World) -> None:
    """A word that is not there is a slip of the pen: nothing is changed, so that nobody trusts a correction in vain."""
    entry = published(world)
    with pytest.raises(Refused, match="“Oakaple” does not stand in the entry"):
        correct(entry.pk, ["horses", "Oakaple"], "A name was removed.", world.officer)
    entry.refresh_from_db()
    assert "orses" in entry.words
    assert not entry.changes.exists()


def test_a_withdrawn_entry_keeps_its_address_and_nothing_else(world: World) -> None:
    """Content, words, files and marks go in one step; the reason stays, in the trail as well. It is done once."""
    entry = withdraw(published(world).pk, "Published in error.", world.officer)
    assert (entry.content, entry.words, entry.files.count(), entry.marks.count()) == ({}, "", 0, 0)
    assert entry.response.case.events.filter(kind=EventKind.WITHDRAWN, why="Published in error.").count() == 1
    for step in (
        lambda: withdraw(entry.pk, "Again.", world.officer),
        lambda: correct(entry.pk, [], "x", world.officer),
    ):
        with pytest.raises(Refused, match="withdrawn already"):
            step()


def test_an_answer_can_be_published_from_a_day_on(world: World) -> None:
    """Until that day readers do not see it, and a day that is past is refused."""
    day = timezone.now() + timedelta(days=3)
    response = sent(world, plainly_decided(world))
    with pytest.raises(Refused, match="still to come"):
        publish(response.pk, world.officer, at=timezone.now() - timedelta(days=1))
    entry = publish(response.pk, world.officer, at=day)
    assert not Publication.objects.visible().exists()
    with time_machine.travel(day + timedelta(minutes=1)):
        assert Publication.objects.visible().get() == entry


names = st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x17F), min_size=3, max_size=10).map(
    str.capitalize
)


@given(names, names, st.sampled_from(["Dear {0} {1},", "from {0}", "{1}’s horses", "ask {0} {1}.", "{0}, {1} & sons"]))
def test_any_name_is_masked_wherever_it_stands(first: str, last: str, sentence: str) -> None:
    """Whole or in parts, with any punctuation about it, the name is taken out."""
    text = mask(sentence.format(first, last), Requester(name=f"{first} {last}"))
    assert not {first, last} & set(
        text.replace(REMOVED, "").replace("’", " ").replace(",", " ").replace(".", " ").split()
    )
    assert REMOVED in text


@pytest.mark.parametrize(
    "contact",
    [
        "07700 900123",
        "07700900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "01632 960 001",
        "(01632) 960001",
        "020 7946 0018",
        "020-7946-0018",
        "a.b+c@d-e.example.co.uk",
        "ZE1 0AA",
        "SW1A 1AA",
        "ze1 0aa",
        "ZE10AA",
    ],
)
def test_contacts_of_anybody_are_masked_in_a_request(contact: str) -> None:
    """E-mail addresses, telephone numbers and postcodes go, however they are written."""
    # BUG (reported): a postcode in small letters or without a space stays, and so does "(01632) 960001".
    assert mask(f"Write to {contact}, please.", Requester(name="Jo Other")) == f"Write to {REMOVED}, please."


@pytest.mark.parametrize(
    "text",
    ["190A/23", "01.FOI.22.026461", "2023/24", "1,633 cases", "£450", "31(1)(a)", "3 March 2026", "0.5%", "Q1 2024"],
)
def test_figures_and_references_are_not_taken_for_contacts(text: str) -> None:
    """What a request is about stays readable."""
    assert mask(f"See {text} there.", Requester(name="Jo Other")) == f"See {text} there."


def test_reasons_with_several_limbs_are_published_in_full(world: World) -> None:
    """The reasons for a refusal are on the log with factors and balance, and so are the rights."""
    case = open_case(world)
    decide(case, Answer(complete(Outcome.WITHHELD, claim("31(1)(a)")), ("1", "2")), world.officer)
    reasons = published(world, case).content["reasons"]
    for words in (
        "Factors favouring disclosure",
        "Factors against disclosure",
        "Balance",
        "Evidence of harm",
        "internal review",
    ):
        assert words in reasons
    assert sent(world).state == "sent"


def test_an_entry_shows_the_bars_of_a_table_that_was_made_safe_and_of_no_other(world: World, client: Client) -> None:
    case = decide_all(world, open_case(world))
    entry = published(world, case)
    assert entry.content["charts"] == []
    other = decide_all(world, open_case(world))
    columns, rows = ["Year", "Horses"], [["2024", "7"], ["2025", "withheld"], ["Total", "12"]]
    decision_on(other, "2").exhibits.update(charted=True, columns=columns, rows=rows)
    entry = published(world, other)
    page = client.get(reverse("portal:entry", args=[entry.authority.slug, entry.slug])).content.decode()
    assert '<figure class="candour-chart">' in page
    assert "One figure is withheld." in page
