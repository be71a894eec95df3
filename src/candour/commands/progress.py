"""How far long work is, on one line of standard error, where a person sits before it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 1.0
"""Seconds before anything is said: short work needs no words."""

_WIDTH = 78


@contextmanager
def progress(name: str) -> Iterator[Callable[[float, str], None] | None]:
    """What to tell how far the work on a file is; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    begun = time.monotonic()
    written = False

    def tell(share: float, note: str) -> None:
        nonlocal written
        if time.monotonic() - begun >= _PATIENCE:
            written = True
            said = f"{name[-40:]}: {note}, {share:.0%}"
            sys.stderr.write(f"\r{said[:_WIDTH]:{_WIDTH}}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if written:
            sys.stderr.write(f"\r{'':{_WIDTH}}\r")
            sys.stderr.flush()
