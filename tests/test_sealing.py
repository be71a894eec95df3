"""Sealing: what can be read with the key alone, and what shows that it was changed."""

from __future__ import annotations

import io

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from candour import sealing
from candour.sealing import CannotUnseal, Keys, Sealing, opened, seal, seal_into, unsealed

KEYS = Keys((b"k" * 32,))
few = settings(max_examples=12, deadline=None)
"""Deriving the key of a PDF is meant to take time."""


@few
@given(st.binary(max_size=5000))
def test_what_is_sealed_is_opened_with_the_same_key(data: bytes) -> None:
    assert opened(seal(data, KEYS), KEYS) == data


@few
@given(st.binary(min_size=16, max_size=500))
def test_nothing_of_the_bytes_is_in_what_is_sealed(data: bytes) -> None:
    """Unless they are those with which every seal begins, which hypothesis reads in the program and tries."""
    assume(data not in seal(b"", KEYS))
    assert data not in seal(data, KEYS)
    assert seal(data, KEYS) != seal(data, KEYS)


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200), st.data())
def test_a_change_of_any_byte_is_noticed(data: bytes, draw: st.DataObject) -> None:
    changed = bytearray(seal(data, KEYS))
    place = draw.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(CannotUnseal):
        opened(bytes(changed), KEYS)


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 350])
def test_what_is_long_is_sealed_in_pieces_as_it_comes(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "PIECE", 100)
    plain, out = bytes(at % 251 for at in range(size)), io.BytesIO()
    seal_into((plain[at : at + 7] for at in range(0, size, 7)), out, KEYS)
    out.seek(0)
    pieces = list(unsealed(out, KEYS))
    assert b"".join(pieces) == plain
    assert len(pieces) == max(1, -(-size // 100))


def test_pieces_left_out_doubled_moved_or_added_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "PIECE", 100)
    content, other = seal(b"a" * 250, KEYS), seal(b"b" * 250, KEYS)
    begin = len(b"CANDOUR sealed 2\n") + 8 + 16

    def pieces_of(sealed: bytes) -> list[bytes]:
        pieces, at = [], begin
        while at < len(sealed):
            size = int.from_bytes(sealed[at : at + 8]) + 9
            pieces.append(sealed[at : at + size])
            at += size
        return pieces

    pieces, foreign = pieces_of(content), pieces_of(other)
    assert len(pieces) == 3
    for wrong in (
        [pieces[1], pieces[0], pieces[2]],
        [pieces[0], pieces[2]],
        pieces[:2],
        [*pieces[:2], pieces[1]],
        [pieces[0], foreign[1], pieces[2]],
        [*pieces, b"more"],
    ):
        with pytest.raises(CannotUnseal):
            opened(content[:begin] + b"".join(wrong), KEYS)


def test_what_was_never_finished_cannot_be_opened() -> None:
    out = io.BytesIO()
    Sealing(out, KEYS).write(b"PC Smith")
    with pytest.raises(CannotUnseal, match="cut off"):
        opened(out.getvalue(), KEYS)


def test_another_key_opens_nothing_and_says_what_to_do() -> None:
    with pytest.raises(CannotUnseal, match=r"sealed with another key than those set now\. Put that key back"):
        opened(seal(b"secret names", KEYS), Keys((b"x" * 32,)))
    with pytest.raises(CannotUnseal, match="not sealed by Candour"):
        opened(b"", KEYS)


def test_a_new_key_seals_and_the_old_one_still_opens_what_it_sealed() -> None:
    old = Keys.of_text("an old key that is long enough to be one\n")
    before = seal(b"PC Smith", old)
    both = Keys.of_text("a new key that is long enough to be a key\n\nan old key that is long enough to be one\n")
    after = seal(b"PC Smith", both)
    assert opened(before, both) == opened(after, both) == b"PC Smith"
    with pytest.raises(CannotUnseal):
        opened(after, old)
    new = Keys(both.all[:1])
    assert opened(after, new) == b"PC Smith"
    with pytest.raises(CannotUnseal, match="as a further line of the file"):
        opened(before, new)


def test_a_short_key_and_none_are_refused() -> None:
    with pytest.raises(ValueError, match="32 characters"):
        Keys.of_text(f"{'a' * 40}\nshort\n")
    with pytest.raises(ValueError, match="no key"):
        Keys.of_text("\n")
