"""The inner loops that are compiled: numba, through one door, so that types stay checked and the choice can be undone.

The first call of a loop compiles it and keeps the result beside the source; `make setup` makes that first call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(function: Loop) -> Loop:
    """`function` as machine code that other threads may run beside."""
    return cast("Loop", njit(cache=True, nogil=True)(function))
