"""Words that were encoded twice come right, and no others are touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.post.reading import read_message
from candour.post.reading.encoded_twice import undone
from post.mails import mail


def mangled(words: str, times: int) -> str:
    """The words as programs make them that take UTF-8 for Windows-1252."""
    for _ in range(times):
        words = "".join(
            bytes([byte]).decode("cp1252") if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(byte)
            for byte in words.encode()
        )
    return words


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("words", ["Уважаемая Оксана, спасибо", "Ceļš un ūdens šķērsām", "€ 100 – “naïve” café, señor"])
def test_words_that_were_encoded_again_are_read_as_they_were_written(words: str, times: int) -> None:
    assert undone(mangled(words, times)) == words


@given(st.text(st.characters(categories=("L", "N", "P", "Zs"))))
def test_words_of_a_script_come_back_or_stay(words: str) -> None:
    made = mangled(words, 1)
    assert undone(made) in {words, made} or undone(words) != words


@pytest.mark.parametrize(
    "words",
    ["Ä é ö ü ß ñ à ê ç œ", "It showed “cafÃ©” and not the word.", "Cymraeg: ŵ ŷ â ê î ô û", "£5, £6, £7 ½ ¾ ¼ § ¶"],
)
def test_words_that_people_write_stay(words: str) -> None:
    assert undone(words) == words


def test_a_part_without_a_set_is_in_that_of_the_head() -> None:
    head = b"From: =?koi8-r?B?8M/axM7R1w==?= <a@b.example>\nTo: foi@westvale.police.example\nSubject: x\n\n"
    assert read_message(head + "Здравствуйте".encode("koi8-r")).own.strip() == "Здравствуйте"
    assert read_message(head + "Здравствуйте".encode()).own.strip() == "Здравствуйте"
    assert read_message(mail("Grüße", sender="=?koi8-r?B?8M/axM7R1w==?= <a@b.example>")).own.strip() == "Grüße"
