"""What may name somebody else is offered, ticked, to the person who decides on publication."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.masking import mask, published_letter
from candour.desk.models import Publication, Requester
from candour.desk.suspects import suspects
from desk.world import World, decide_all, open_case, plainly_decided, sent

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
    given = {"choice": "now", "why": "x", "checked": "on", "action": "publish"}
    staff.post(path, {**given, "suspected": ["Ms Jo Otherwise", "born 3 March 1980"]})
    words = Publication.objects.get().words
    assert "PC Hollow" in words
    assert "Otherwise" not in words
    assert "1980" not in words


@pytest.mark.parametrize("number", ["QQ 12 34 56 C", "AB123456C", "AB12 CDE", "AB12CDE"])
def test_numbers_of_people_and_cars_in_a_request_are_masked(number: str) -> None:
    """National insurance numbers and number plates go by themselves."""
    assert (number in mask(f"Who is {number}?", Requester(name="Robin Quillfeather"))) == number.startswith("QQ")
