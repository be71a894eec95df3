"""When a target is told: what an attacker must be left with, as `candour.tables.protection` sets it.

Of a figure that is known to be sensitive (a withheld small count) the attacker must be left with what the aim asks. Of
any other it may be that it is not small at all; it is told only where the attacker can be sure that it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from candour.tables.protection import Aim, Protection


def is_open(
    protection: Protection, sensitive: NDArray[np.bool_], low: NDArray[np.int64], high: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of targets that can be believed to be `low` to `high`: whether a lower count, or a higher, is still wanting.

    A target of which neither is wanting is safe.
    """
    threshold = protection.threshold
    not_small = high >= threshold
    if not protection.zeros:
        not_small = not_small | (low <= 0)
    if protection.aim is Aim.BELIEVABLE:
        down, up = low > 0, high < threshold
        told = ~not_small
        return np.where(sensitive, down, told & down), np.where(sensitive, up, told)
    width = protection.width if protection.aim is Aim.WIDTH else 1
    narrow = (high - low < width) & (sensitive | ~not_small)
    return narrow & (low > 0), narrow
