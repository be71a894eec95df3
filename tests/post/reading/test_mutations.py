"""Damaged messages: whatever happened to one on its way, it is read, and nothing of it is silently lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from desk.world import taken_back
from hypothesis import given
from hypothesis import strategies as st

from candour.post.models import EntryState
from candour.post.reading import ReadMessage, attached_file, read_message
from candour.post.take_in import take_in
from post.reading.mutations import OWN, damaged

_SEEDS = st.integers(0, 2**32)


def check(raw: bytes) -> None:
    """It is read without an error, can be stored, its files can be had, and where it has no words it says so."""
    read = read_message(raw, ("mx.westvale.example",))
    stored = json.dumps(read.as_json())
    assert ReadMessage.from_json(json.loads(stored)) == read
    assert "\\u0000" not in stored
    stored.encode()
    assert read.text.strip() or read.notes
    for number, listed in enumerate(read.attachments[:3]):
        found = attached_file(raw, number)
        assert found is not None
        assert (found[0].sha256, len(found[1])) == (listed.sha256, listed.size)


@given(_SEEDS)
def test_a_damaged_message_is_read(seed: int) -> None:
    check(damaged(seed))


def test_a_damaged_real_message_is_read(shared: Path) -> None:
    folder = shared / "data" / "alaveteli_emails"
    if not folder.is_dir():
        pytest.skip("the real messages are not here")
    real = [path.read_bytes() for path in sorted(folder.iterdir()) if path.stat().st_size < 60_000]
    for seed in range(500):
        check(damaged(seed, [*real, *OWN]))


@pytest.mark.django_db
@given(_SEEDS)
def test_a_damaged_message_is_stored_and_waits(seed: int) -> None:
    with taken_back():
        raw = damaged(seed)
        message = take_in(raw)
        assert bytes(message.copies.get().content) == raw
        assert message.read_at
        assert message.entries.get().state == EntryState.WAITING


def test_a_field_that_cannot_be_written_again_leaves_the_enclosed_message_readable() -> None:
    raw = b"Content-Type: message/rfc822\n\nX-Odd: one\rY\x00: two\nSubject: inner\n\nThe words.\n"
    check(raw)
    odd = (
        b"Content-Type: message/rfc822\n\nReceived: from a; 23 Feb 2010 15\r33:46 (UTC)\nSubject: inner\n\nThe words.\n"
    )
    check(odd)
    assert "The words." in read_message(odd).attachments[0].text
