"""The folder in which one upload lies while it is read: nobody else can look into it, and it never stays.

Whoever works in a folder holds a lock on it, which ends with the process however that ends. So a folder that nobody
holds was left by a process that was killed together with its reader; the next one clears it away.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "candour-gate-"
_LOCK = "held"


@contextmanager
def room() -> Iterator[str]:
    """A folder of its own, gone afterwards; folders that killed processes left are cleared away first."""
    clear_left_rooms()
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        lock = os.open(Path(folder) / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(lock)


def clear_left_rooms() -> int:
    """Clear away the folders that nobody holds; how many."""
    cleared = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid() and not folder.is_symlink() and _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)
                cleared += 1
    return cleared


def _is_left(folder: Path) -> bool:
    """Whether nobody holds a folder. One without a lock is being made this very moment, or is being cleared away."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
