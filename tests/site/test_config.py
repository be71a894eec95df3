"""Settings: one that cannot be used stops the start with an error that names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from candour.sealing import opened, seal
from candour.site.config import Config


def test_the_key_that_seals_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    sealed = seal(b"PC Smith", config.seal_keys())
    assert (tmp_path / "seal_key").stat().st_mode & 0o077 == 0
    assert opened(sealed, Config(data_dir=tmp_path).seal_keys()) == b"PC Smith"


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), ("short", "32 characters or more"), ("\n", "there is no key")]
)
def test_a_key_that_cannot_be_used_stops_the_start(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValidationError, match=f"CANDOUR_SEAL_KEY_FILE: .*key cannot be used: .*{said}"):
        Config(seal_key_file=path)


def test_a_file_of_several_keys_seals_with_the_first(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("the older key, long enough to be taken for one\n")
    before = seal(b"PC Smith", Config(seal_key_file=path).seal_keys())
    path.write_text(f"the newer key, long enough to be taken for one\n{path.read_text()}")
    rotated = Config(seal_key_file=path).seal_keys()
    assert rotated.all[0].startswith(b"the newer")
    assert opened(before, rotated) == b"PC Smith"
