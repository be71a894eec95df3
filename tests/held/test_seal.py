"""Sealing: what can be read with the key alone, and what shows that it was changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.held.seal import NotOurs, opened, seal

KEY = b"k" * 32
few = settings(max_examples=12, deadline=None)
"""Deriving the key of a PDF is meant to take time."""


@few
@given(st.binary(max_size=5000))
def test_what_is_sealed_is_opened_with_the_same_key(data: bytes) -> None:
    assert opened(seal(data, KEY), KEY) == data


@few
@given(st.binary(min_size=16, max_size=500))
def test_nothing_of_the_bytes_is_in_what_is_sealed(data: bytes) -> None:
    assert data not in seal(data, KEY)
    assert seal(data, KEY) != seal(data, KEY)


@few
@given(st.binary(max_size=200), st.data())
def test_a_change_of_any_byte_is_noticed(data: bytes, draw: st.DataObject) -> None:
    sealed = bytearray(seal(data, KEY))
    place = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= draw.draw(st.integers(1, 255))

    with pytest.raises(NotOurs):
        opened(bytes(sealed), KEY)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NotOurs):
        opened(seal(b"secret names", KEY), b"x" * 32)
    with pytest.raises(NotOurs):
        opened(b"", KEY)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(b"", b"short")
