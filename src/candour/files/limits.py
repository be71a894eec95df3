"""How much an upload may ask of the machine before it is blocked."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from candour.files.findings import Blocked

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one upload with everything inside it. Sizes in bytes, times in seconds."""

    upload: int = 200 * MIB
    entries: int = 20_000
    unpacked: int = 500 * MIB
    entry: int = 400 * MIB
    ratio: int = 200
    """How many times larger than its packed form an archive may become (small archives are exempt: `ratio_from`)."""
    ratio_from: int = 20 * MIB
    depth: int = 3
    wall: float = 600.0
    cpu: int = 590
    memory: int = 2048 * MIB
    """Address space of the process that does the work."""
    output: int = 400 * MIB


@dataclass(slots=True)
class Budget:
    """What is left of the limits; shared by a file and everything inside it."""

    limits: Limits
    entries: int = 0
    unpacked: int = 0
    started: float = field(default_factory=time.monotonic)

    def spend(self, unpacked: int = 0, entries: int = 0) -> None:
        """Take from what is left. Raises `Blocked` when it is used up, and when the time is."""
        self.unpacked += unpacked
        self.entries += entries
        if self.unpacked > self.limits.unpacked:
            raise Blocked(f"The file unpacks to more than {self.limits.unpacked // MIB:,} MB. Send a smaller extract.")
        if self.entries > self.limits.entries:
            raise Blocked(f"The file holds more than {self.limits.entries:,} parts. Send a smaller extract.")
        self.check_time()

    def check_time(self) -> None:
        """Raises `Blocked` when the file has taken too long; long loops call it now and then."""
        if time.monotonic() - self.started > self.limits.wall:
            raise Blocked(f"The file could not be read within {self.limits.wall:.0f} seconds. Send a smaller extract.")
