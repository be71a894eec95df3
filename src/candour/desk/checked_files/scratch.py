"""Folders for what must lie unsealed for a while: in memory where there is room, private, and taken away again."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from candour.site.config import config

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it, readable by its owner only
_SPARE = 256_000_000
_LONGEST = 24 * 3600


@contextmanager
def scratch(needed: int) -> Iterator[Path]:
    """A folder with room for so many bytes, gone at the end. What a process that was killed left is taken away too."""
    root = _root(needed)
    _sweep(root)
    with tempfile.TemporaryDirectory(prefix=f"{_begin()}{os.getpid()}-", dir=root) as place:
        yield Path(place)


def _root(needed: int) -> Path:
    with suppress(OSError):
        room = os.statvfs(_IN_MEMORY)
        if room.f_bavail * room.f_frsize > needed + _SPARE and os.access(_IN_MEMORY, os.W_OK):
            return _IN_MEMORY
    folder = config().data_dir / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _begin() -> str:
    return f"candour-{socket.gethostname()[:40]}-{os.getuid()}-"


def _sweep(root: Path) -> None:
    """Take away the folders of processes of this machine that ended, and of any that are a day old."""
    begin = _begin()
    for path in root.glob(f"candour-*-{os.getuid()}-*"):
        with suppress(OSError, ValueError):
            ours = path.name.startswith(begin)
            dead = ours and not Path(f"/proc/{int(path.name.removeprefix(begin).split('-')[0])}").exists()
            if dead or time.time() - path.stat().st_mtime > _LONGEST:
                shutil.rmtree(path, ignore_errors=True)
