"""How much an upload may ask of the machine before it is blocked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Self

from candour.files.findings import Blocked

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one upload with everything inside it. Sizes in bytes, times in seconds.

    Time grows with the work: `wall` for a file of any size, `for_each_mib` on top for each MiB of it, and `for_a_page`
    for each page that has to be drawn, but never more than `longest` in all.
    """

    upload: int = 200 * MIB
    entries: int = 20_000
    unpacked: int = 1024 * MIB
    entry: int = 800 * MIB
    ratio: int = 200
    """How many times larger than its packed form an archive may become (small archives are exempt: `ratio_from`)."""
    ratio_from: int = 20 * MIB
    depth: int = 3
    wall: float = 120.0
    for_each_mib: float = 25.0
    for_a_page: float = 15.0
    longest: float = 3600.0
    standstill: float = 30.0
    """Without any progress for so long, work whose time is over is ended from outside."""
    memory: int = 2048 * MIB
    """Address space of the process that does the work."""
    output: int = 800 * MIB

    def for_upload(self, size: int) -> Self:
        """The limits for an upload of a size: `wall` with what its size adds."""
        return replace(self, wall=min(self.longest, self.wall + self.for_each_mib * size / MIB))

    @property
    def cpu(self) -> int:
        """Seconds of processor time after which the kernel ends the process, whatever it reports."""
        return max(1, int(self.longest))


Tell = Callable[[float, str], None]
"""Takes how much is done, as a share from 0 to 1, and what is being done, in words."""


@dataclass(slots=True)
class Budget:
    """What is left of the limits, and how far the work is; shared by a file and everything inside it."""

    limits: Limits
    entries: int = 0
    unpacked: int = 0
    started: float = field(default_factory=time.monotonic)
    tell: Tell | None = None
    allowed: float = field(init=False)
    """Seconds that the file may take by now."""
    _from: float = 0.0
    _to: float = 1.0
    _note: str = ""

    def __post_init__(self) -> None:
        self.allowed = self.limits.wall

    def spend(self, unpacked: int = 0, entries: int = 0) -> None:
        """Take from what is left. Raises `Blocked` when it is used up, and when the time is."""
        self.unpacked += unpacked
        self.entries += entries
        if self.unpacked > self.limits.unpacked:
            raise Blocked(f"The file unpacks to more than {self.limits.unpacked // MIB:,} MB. Send a smaller extract.")
        if self.entries > self.limits.entries:
            raise Blocked(f"The file holds more than {self.limits.entries:,} parts. Send a smaller extract.")
        self.check_time()

    def allow(self, pages: int) -> None:
        """More time, for pages that have to be drawn."""
        self.allowed = min(self.limits.longest, self.allowed + pages * self.limits.for_a_page)

    def check_time(self) -> None:
        """Raises `Blocked` when the file has taken too long; long loops call it now and then."""
        if time.monotonic() - self.started > self.allowed:
            raise Blocked(f"The file could not be read within {self.allowed:.0f} seconds. Send a smaller extract.")

    @contextmanager
    def stage(self, begin: float, end: float, note: str = "") -> Iterator[None]:
        """A stage of the work, from one share of what surrounds it to another. Stages may stand within stages."""
        before = self._from, self._to, self._note
        width = self._to - self._from
        self._from, self._to = self._from + begin * width, self._from + end * width
        self._note = note or self._note
        self.at(0.0)
        try:
            yield
        finally:
            self._from, self._to, self._note = before

    def at(self, share: float) -> None:
        """Say how much of the present stage is done, from 0 to 1. Raises `Blocked` when the time is used up."""
        self.check_time()
        if self.tell:
            self.tell(self._from + min(1.0, max(0.0, share)) * (self._to - self._from), self._note)

    def for_output(self) -> Budget:
        """The budget for looking at what was made: its own sizes, the same clock and the same stage."""
        other = Budget(self.limits, started=self.started, tell=self.tell)
        other.allowed = self.allowed
        other._from, other._to, other._note = self._from, self._to, self._note
        return other
