"""Uploads while they are held: sealed in the database, opened with a key outside it, let go of in time."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from candour.held.hold import NotHeld, bytes_of, hold, let_go, let_go_of_old, sealed
from candour.held.models import HeldUpload
from candour.site.config import config

DATA = b"Ada Lovelace, Charles Babbage, " * 30

pytestmark = pytest.mark.django_db


def test_the_database_has_an_upload_only_sealed_and_its_key_not_at_all() -> None:
    token = hold(sealed(DATA))

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM held_heldupload")
        stored = bytes(cursor.fetchone()[0])
    assert b"Lovelace" not in stored
    assert config().seal_keys().all[0] not in stored
    assert bytes_of(token) == DATA


def test_an_upload_that_was_let_go_is_gone() -> None:
    token = hold(sealed(DATA))
    let_go(token)
    let_go(token)

    assert not HeldUpload.objects.exists()
    with pytest.raises(NotHeld, match="Give it again"):
        bytes_of(token)


def test_an_upload_is_not_held_longer_than_the_operator_allows() -> None:
    old, new = hold(sealed(DATA)), hold(sealed(DATA))
    HeldUpload.objects.filter(token=old).update(held_at=timezone.now() - timedelta(hours=25))

    assert let_go_of_old() == 1
    assert bytes_of(new) == DATA


def test_another_key_than_the_one_set_opens_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    token = hold(sealed(DATA))
    other = tmp_path / "key"
    other.write_text("another key, long enough to be taken for one")
    monkeypatch.setattr(config(), "seal_key_file", other)

    with pytest.raises(NotHeld, match="another key"):
        bytes_of(token)


def test_a_key_that_is_too_short_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    short = tmp_path / "key"
    short.write_text("short")
    monkeypatch.setattr(config(), "seal_key_file", short)

    with pytest.raises(ValueError, match="CANDOUR_SEAL_KEY_FILE"):
        sealed(DATA)
