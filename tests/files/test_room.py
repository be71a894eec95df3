"""A process that is killed while the gate works leaves no upload behind, and no reader that goes on without it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from candour.files import inspect_file
from candour.files.room import clear_left_rooms, room

ASKS = Path(__file__).with_name("asks_the_gate.py")


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has asked after counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(true: object) -> bool:
    for _ in range(200):
        if true():  # type: ignore[operator]  # a function without arguments
            return True
        time.sleep(0.05)
    return False


def begun(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A process that asks for a rebuild, once that is under way, and the number of the gate's process."""
    upload = folder / "long.csv"
    upload.write_text("force,count,place\n" + "".join(f"Force {n},{n},Town {n}\n" for n in range(60_000)))
    rooms = folder / "rooms"
    rooms.mkdir()
    asking = subprocess.Popen(
        [sys.executable, str(ASKS), str(upload)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(rooms)},
    )
    assert asking.stdout
    return asking, int(asking.stdout.readline().split()[0])


def test_when_whoever_asked_is_killed_the_reader_ends_and_the_upload_is_gone(tmp_path: Path) -> None:
    asking, gate = begun(tmp_path)
    assert list((tmp_path / "rooms").iterdir())
    asking.send_signal(signal.SIGKILL)
    asking.wait()
    assert wait_until(lambda: gone(gate))
    assert not list((tmp_path / "rooms").iterdir())


def test_what_is_left_when_all_are_killed_is_cleared_away_by_the_next_upload(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, gate = begun(tmp_path)
    os.killpg(gate, signal.SIGSTOP)  # as if all died in the same moment
    asking.send_signal(signal.SIGKILL)
    asking.wait()
    os.killpg(gate, signal.SIGKILL)
    assert wait_until(lambda: gone(gate))
    (left,) = (tmp_path / "rooms").iterdir()
    assert (left / "upload").exists()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "rooms"))
    inspect_file(b"a,b\n1,2\n", "a.csv")
    assert not list((tmp_path / "rooms").iterdir())


def test_a_room_that_somebody_works_in_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with room() as first, room() as second:
        assert {Path(first), Path(second)} == set(tmp_path.iterdir())
        assert clear_left_rooms() == 0
    assert not list(tmp_path.iterdir())
    (tmp_path / "candour-gate-new").mkdir()  # one that is being made: its lock is not there yet
    assert clear_left_rooms() == 0
    (tmp_path / "candour-gate-new" / "held").touch()
    with (tmp_path / "candour-gate-new" / "held").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert clear_left_rooms() == 0
    assert clear_left_rooms() == 1
