"""A letter that is stored comes back exactly as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.letters.model import Letter
from candour.letters.response import Response
from candour.letters.stored import from_plain, to_plain
from letters.read.decisions import responses
from letters.strategies import letters


@given(letters(st.text(max_size=30)))
def test_any_letter_comes_back_from_json(letter: Letter) -> None:
    """Through JSON and back, a letter says the same and has the same digest."""
    again = from_plain(json.loads(json.dumps(to_plain(letter))))
    assert again == letter
    assert again.digest() == letter.digest()


@given(responses())
def test_any_response_comes_back_from_json(response: Response) -> None:
    """So do the decisions that it was composed from, with every limb, likelihood and date."""
    assert from_plain(json.loads(json.dumps(to_plain(response)))) == response


def test_what_is_no_part_of_a_letter_is_refused() -> None:
    """Nothing else is stored by accident."""
    with pytest.raises(TypeError):
        to_plain(object())
