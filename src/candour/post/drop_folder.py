"""A folder that another program drops messages into, one file each.

A file is taken away only after its message is stored, so that a process that is killed at any moment loses none; what
was stored but not taken away is known again by its identity. The other program writes under a name that begins with a
dot, or elsewhere on the same disk, and renames the file when it is complete.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from candour.post.models import Message
from candour.post.take_in import LARGEST_MESSAGE, take_in

SET_ASIDE = "set-aside"
"""The folder, inside the drop folder, of files that are no messages; each has a file beside it that says why."""

_UNFINISHED = (".tmp", ".part", ".partial")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: the number of the message, or why it was set aside or left where it is."""

    name: str
    message: int | None
    trouble: str = ""
    set_aside: bool = False


def take_folder(folder: Path) -> Iterator[Taken]:
    """Take in every file of the folder, by name. Raises OSError for the folder itself, DatabaseError as `take_in`."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.endswith(_UNFINISHED) or path.name == SET_ASIDE:
            continue
        yield _take(path)


def _take(path: Path) -> Taken:
    try:
        before = path.lstat()
        if not stat.S_ISREG(before.st_mode):
            return _aside(path, "It is no file, but a folder, a link or a device.")
        if not 0 < before.st_size <= LARGEST_MESSAGE:
            return _aside(path, f"It has {before.st_size:,} bytes; from 1 to {LARGEST_MESSAGE:,} are taken.")
        raw = path.read_bytes()
    except FileNotFoundError:
        return Taken(path.name, None, "Another process took it.")
    except OSError as error:
        return _aside(path, f"It cannot be read: {error.strerror}.")
    return _take_away(path, before, take_in(raw))


def _take_away(path: Path, before: os.stat_result, message: Message) -> Taken:
    try:
        after = path.lstat()
        if (after.st_mtime_ns, after.st_size) != (before.st_mtime_ns, before.st_size):
            return Taken(path.name, message.pk, "It was still being written: it stays, and is read again next time.")
        path.unlink()
    except FileNotFoundError:
        return Taken(path.name, message.pk)
    except OSError as error:
        return Taken(path.name, message.pk, f"It is stored, but cannot be taken away: {error.strerror}.")
    return Taken(path.name, message.pk)


def _aside(path: Path, why: str) -> Taken:
    folder = path.parent / SET_ASIDE
    try:
        folder.mkdir(exist_ok=True)
        target = _free(folder, path.name)
        target.with_name(f"{target.name}.reason.txt").write_text(f"{why}\n", encoding="utf-8")
        path.rename(target)
    except OSError as error:
        return Taken(path.name, None, f"{why} It cannot be set aside: {error.strerror}.")
    return Taken(path.name, None, why, set_aside=True)


def _free(folder: Path, name: str) -> Path:
    number, target = 1, folder / name
    while target.exists() or target.is_symlink():
        number += 1
        target = folder / f"{name}.{number}"
    return target
