"""Messages in a drop folder, and on standard input."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from typer.testing import CliRunner

from candour.cli import app
from candour.post import drop_folder
from candour.post.drop_folder import SET_ASIDE, take_folder
from candour.post.models import Message
from candour.site.config import Config
from post.mails import mail

pytestmark = pytest.mark.django_db


def run(*given: str, message: bytes = b"") -> Any:
    """The command, with a message on its standard input."""
    return CliRunner().invoke(app, ["post", *given], input=message)


def test_a_message_on_standard_input_is_stored() -> None:
    done = run(message=mail())
    assert (done.exit_code, done.stdout) == (0, f"Stored as message {Message.objects.get().pk}.\n")


def test_no_message_is_bad_use() -> None:
    done = run()
    assert done.exit_code == 2
    assert "no message on standard input" in done.stderr


def test_a_message_that_cannot_be_stored_stays_with_the_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_given: Any) -> None:
        raise DatabaseError("the disk is full\nFailing row contains (Jo)")

    monkeypatch.setattr("candour.post.take_in.store", failing)
    done = run(message=mail())
    assert done.exit_code == 75
    assert done.stderr == "candour: the message could not be stored (the disk is full); deliver it again\n"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(28, "No space left on device"), "No space left"),
        (RuntimeError("odd"), "RuntimeError"),
        (MemoryError(), "Memory"),
    ],
)
def test_no_mistake_of_the_desk_sends_a_message_back_to_its_sender(
    monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    def failing(*_given: Any) -> None:
        raise error

    monkeypatch.setattr("candour.post.take_in.store", failing)
    done = run(message=mail())
    assert done.exit_code == 75
    assert why in done.stderr


def test_a_wrong_setting_is_named_and_keeps_the_message_with_the_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> None:
        Config(smtp_port="abc")  # type: ignore[arg-type]  # what the setting says

    monkeypatch.setattr("django.setup", failing)
    done = run(message=mail())
    assert done.exit_code == 75
    assert "a setting is wrong: SMTP_PORT" in done.stderr.replace("CANDOUR_", "")


def test_the_files_of_a_folder_are_stored_and_taken_away(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(mail(message_id=f"<{number}@x.example>"))
    (tmp_path / ".unfinished").write_bytes(mail()[:50])
    (tmp_path / "half.tmp").write_bytes(mail()[:50])
    done = run("--folder", str(tmp_path))
    assert (done.exit_code, done.stdout) == (0, "3 messages stored.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".unfinished", "half.tmp"]
    assert Message.objects.count() == 3


def test_what_is_no_message_is_set_aside_with_the_reason_and_the_rest_is_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "mail").write_bytes(mail())
    done = run("--folder", str(tmp_path))
    assert done.exit_code == 1
    assert done.stdout == "1 message stored.\n"
    aside = tmp_path / SET_ASIDE
    assert {path.name for path in aside.iterdir()} == {
        *("empty", "folder", "link"),
        *("empty.reason.txt", "folder.reason.txt", "link.reason.txt"),
    }
    assert "0 bytes" in (aside / "empty.reason.txt").read_text()
    assert [path.name for path in tmp_path.iterdir()] == [SET_ASIDE]
    assert run("--folder", str(tmp_path)).exit_code == 0


def test_a_file_set_aside_replaces_no_other(tmp_path: Path) -> None:
    for _ in range(2):
        (tmp_path / "empty").touch()
        list(take_folder(tmp_path))
    assert {path.name for path in (tmp_path / SET_ASIDE).iterdir()} == {
        *("empty", "empty.reason.txt", "empty.2", "empty.2.reason.txt")
    }


def test_a_process_killed_between_storing_and_taking_away_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").write_bytes(mail())

    def killed(*_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(drop_folder, "_take_away", killed)
        with pytest.raises(KeyboardInterrupt):
            list(take_folder(tmp_path))
    assert Message.objects.count() == 1
    assert (tmp_path / "one").exists()
    list(take_folder(tmp_path))
    assert Message.objects.count() == 1
    assert not (tmp_path / "one").exists()


def test_a_file_that_grows_while_it_is_read_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "one"
    path.write_bytes(mail())
    honest = drop_folder.take_in

    def growing(raw: bytes) -> Message:
        with path.open("ab") as file:
            file.write(b"more\n")
        return honest(raw)

    monkeypatch.setattr(drop_folder, "take_in", growing)
    (taken,) = take_folder(tmp_path)
    assert "still being written" in taken.trouble
    assert path.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(mail())
    (tmp_path / "one").chmod(0)
    (taken,) = take_folder(tmp_path)
    assert taken.set_aside


def test_a_folder_that_is_not_there_is_bad_use(tmp_path: Path) -> None:
    assert run("--folder", str(tmp_path / "none")).exit_code == 2
    assert run("--folder", str(tmp_path), "--to", "x@y.example").exit_code == 2
