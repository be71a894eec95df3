"""The key that signs the heads of the trail: a file outside the database, made and read without one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_SHORTEST_KEY = 32


class UnusableHeads(Exception):
    """A key or a file of heads cannot be used; the message says why and what to do."""


def make_key(path: Path) -> None:
    """Write a new key, readable by its owner only. Raises FileExistsError rather than writing over one."""
    with open(path, "x", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(secrets.token_hex(32) + "\n")


def read_key(path: Path) -> bytes:
    """The key of a file. Raises UnusableHeads when it is too short to be one, OSError when it cannot be read."""
    key = path.read_bytes().strip()
    if len(key) < _SHORTEST_KEY:
        raise UnusableHeads(f"{path}: a key has {_SHORTEST_KEY} characters or more; make one with --new-key")
    return key
