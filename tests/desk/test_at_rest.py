"""What lies on the disk is sealed: unreadable without the key, and never changed unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.desk import at_rest
from candour.desk.at_rest import CannotUnseal, decrypt, decrypt_file, encrypt, encrypt_file
from candour.desk.head_key import make_key
from candour.desk.scratch import scratch
from candour.site.config import config


@settings(max_examples=15, deadline=None)
@given(content=st.binary(max_size=300))
def test_what_was_sealed_is_opened_again_and_never_looks_alike_twice(content: bytes) -> None:
    sealed = encrypt(content)
    assert decrypt(sealed) == content
    assert encrypt(content) != sealed


def test_nothing_of_the_content_can_be_read() -> None:
    assert b"PC Smith" not in encrypt(b"PC Smith, theft " * 40)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_change_is_seen(data: st.DataObject) -> None:
    sealed = bytearray(encrypt(b"PC Smith"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotUnseal):
        decrypt(bytes(sealed))


def test_another_key_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = encrypt(b"PC Smith")
    make_key(tmp_path / "key")
    monkeypatch.setattr(config(), "at_rest_key_file", tmp_path / "key")
    with pytest.raises(CannotUnseal, match="another key"):
        decrypt(sealed)
    assert decrypt(encrypt(b"PC Smith")) == b"PC Smith"


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 350])
def test_a_file_is_sealed_in_pieces_of_any_number(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_rest, "_PIECE", 100)
    plain = tmp_path / "plain"
    plain.write_bytes(bytes(at % 251 for at in range(size)))
    encrypt_file(plain, tmp_path / "sealed")
    decrypt_file(tmp_path / "sealed", tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == plain.read_bytes()
    assert (tmp_path / "again").stat().st_mode & 0o077 == 0


def test_a_file_whose_pieces_were_left_out_or_moved_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_rest, "_PIECE", 100)
    (tmp_path / "plain").write_bytes(b"a" * 250)
    encrypt_file(tmp_path / "plain", tmp_path / "sealed")
    content = (tmp_path / "sealed").read_bytes()
    begin = len(b"CANDOUR sealed 1\n") + 16
    pieces, at = [], begin
    while at < len(content):
        size = int.from_bytes(content[at : at + 8]) + 9
        pieces.append(content[at : at + size])
        at += size
    assert len(pieces) == 3
    for wrong in ([pieces[1], pieces[0], pieces[2]], [pieces[0], pieces[2]], pieces[:2], [*pieces[:2], pieces[1]]):
        (tmp_path / "wrong").write_bytes(content[:begin] + b"".join(wrong))
        with pytest.raises(CannotUnseal):
            decrypt_file(tmp_path / "wrong", tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_what_a_killed_process_left_unsealed_is_taken_away() -> None:
    with scratch(0) as place:
        (place / "rows").write_text("PC Smith")
        own, pid = place.name.rsplit("-", 2)[0], place.name.rsplit("-", 2)[1]
        left = place.with_name(f"{own}-4194999-left")
        left.mkdir()
        (left / "rows").write_text("PC Smith")
        assert pid.isdecimal()
        with scratch(0):
            assert not left.exists()
            assert place.exists(), "what a living process works on stays"
    assert not place.exists()
