"""What may name somebody else is offered, ticked, to the person who decides on publication."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.models import Publication, Requester
from candour.desk.publishing.masking import REMOVED, mask, published_letter
from candour.desk.publishing.suspects import suspects
from candour.letters.model import Letter, Quote, Section, SectionKind, Sender
from candour.post.reading import read_message
from desk.world import TODAY, World, decide_all, open_case, plainly_decided, sent

TEXT = "Dear Sir,\n\n1. Was Ms Jo Otherwise stopped by PC Hollow, born 3 March 1980?\n2. How many horses?\n\nA. N."


def test_titles_with_names_and_dates_of_birth_are_found(world: World) -> None:
    """Each once, in the order of the letter; a force’s own words are not."""
    letter = sent(world, plainly_decided(world, open_case(world, TEXT)))
    assert suspects(published_letter(letter.case, letter)[0]) == ("Ms Jo Otherwise", "PC Hollow", "born 3 March 1980")


def test_a_letter_that_names_nobody_has_no_suspects(world: World) -> None:
    """Questions, reasons and rights are not taken for names."""
    letter = sent(world, decide_all(world, open_case(world)))
    assert suspects(published_letter(letter.case, letter)[0]) == ()


def test_what_stays_ticked_is_taken_out_and_what_is_unticked_stays(world: World) -> None:
    """The page offers them; the entry has the one that was unticked and none of the others."""
    letter = sent(world, plainly_decided(world, open_case(world, TEXT)))
    staff, path = Client(), reverse("desk:publish", args=[letter.case_id])
    staff.force_login(world.officer)
    html = staff.get(path).content.decode()
    boxes = re.findall(r'<input[^>]*name="suspected"[^>]*>', html)
    assert len(boxes) == 3
    assert all(" checked" in box for box in boxes)
    given = {"topics": ["other"], "choice": "now", "why": "x", "checked": "on", "action": "publish"}
    staff.post(path, {**given, "suspected": ["Ms Jo Otherwise", "born 3 March 1980"]})
    words = Publication.objects.get().words
    assert "PC Hollow" in words
    assert "Otherwise" not in words
    assert "1980" not in words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1. How many horses?\n\nYours faithfully,\n\nRobin J. Fenwick", ("Robin J. Fenwick",)),
        ("1. How many horses?\n\nKind regards\nWestvale Residents Team\n", ()),
        ("1. How many outcomes were “Type 15 - Named Suspect Identified”?", ()),
        ("1. Was a horse named Dobbin Grey stopped?", ("named Dobbin Grey",)),
    ],
)
def test_who_signed_is_offered_and_a_heading_is_not(text: str, found: tuple[str, ...]) -> None:
    """Another name than the requester’s beneath the close; words that only look like one are no names."""
    assert suspects(_quoting(text)) == found


def _quoting(text: str) -> Letter:
    """A letter that quotes the text as its request."""
    section = Section(SectionKind.OPENING, "Your request", (Quote(text),))
    return Letter(Sender("Westvale Police"), "1A/26", "Horses", TODAY, TODAY, "Dear requester", (section,))


@pytest.mark.parametrize("number", ["020 7946 0018", "+44 (0)20 7946 0018", "+353 1 496 0123", "(0114) 496 0123"])
def test_telephone_numbers_are_masked(number: str) -> None:
    """Of this country and of others, where they are written with their code."""
    assert number[-4:] not in mask(f"Ring me on {number}.", Requester(name="Robin Quillfeather"))


@pytest.mark.parametrize("number", ["QQ 12 34 56 C", "AB123456C", "AB12 CDE", "AB12CDE"])
def test_numbers_of_people_and_cars_in_a_request_are_masked(number: str) -> None:
    """National insurance numbers and number plates go by themselves."""
    assert (number in mask(f"Who is {number}?", Requester(name="Robin Quillfeather"))) == number.startswith("QQ")


def test_real_correspondence_keeps_no_contact_and_is_not_taken_for_names(shared: Path) -> None:
    """Whatever a looser eye takes for an address or a number is masked; of letters hardly a word is offered in vain."""
    texts = [json.loads(line)["text"] or "" for line in (shared / "corpus" / "dev.jsonl").open(encoding="utf-8")]
    mails = sorted((shared / "data" / "alaveteli_emails").glob("*.eml"))
    texts += [read_message(mail.read_bytes()).text for mail in mails]
    nobody = Requester(name="")
    left = {
        kind: [
            around
            for text in texts
            for match in pattern.finditer(text)
            if REMOVED not in mask(around := text[max(0, match.start() - 30) : match.end() + 5], nobody)
        ]
        for kind, pattern in _LOOSE.items()
    }
    assert left == {"e-mail": [], "postcode": [], "telephone": []}
    offered = [words for text in texts for words in suspects(_quoting(text))]
    assert offered
    in_vain = [words for words in offered if _NOT_A_PERSON.search(words)]
    assert len(in_vain) < 0.05 * len(offered), in_vain


_LOOSE = {
    "e-mail": re.compile(r"[^\s<>()\[\]\"“”:;,]+@[^\s<>()\[\]\"“”:;,]+\.[A-Za-z]{2,}"),
    "postcode": re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s{0,2}\d[ABD-HJLNP-UW-Z]{2}\b"),
    "telephone": re.compile(r"(?i)(?:tel|phone|telephone|mobile|dial)[ .:]{1,3}\(?0[\d ()]{9,13}\d"),
}
"""What a person would take for one; wider than what masks, and written without looking at it."""
_NOT_A_PERSON = re.compile(r"Suspect|Council|Police|Department|Team|Office\b")
