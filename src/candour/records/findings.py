"""What a reading leaves behind beside the rows: what was assumed, and what was not understood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class RecordsError(ValueError):
    """What was given cannot be used; the message says in plain words what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that was taken to be so. `column` is the heading concerned, empty where it is the whole sheet."""

    text: str
    column: str = ""

    def __str__(self) -> str:
        return f"{self.column}: {self.text}" if self.column else self.text


@dataclass(frozen=True, slots=True)
class Problem:
    """A row, or a cell of it, that was not understood.

    `line` is the line of the text file or the row of the sheet, counted from 1. `counted` says whether the row is
    counted all the same, with the cell under “Not understood”; a row that is no record at all is set aside.
    """

    line: int
    column: str
    value: str
    reason: str
    counted: bool = True

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", {self.column}" if self.column else "")
        shown = f" “{self.value[:60]}”" if self.value else ""
        return f"{where}:{shown} {self.reason}"


Watch = Callable[[str, int, int], None]
"""Who follows long work: told what is done, how much of how much (0: not known). What it raises ends the work."""


def unwatched(_what: str, _done: int, _total: int) -> None:
    """Nobody follows."""


MOST_LISTED = 100_000
"""Problems that are kept one by one; beyond, only their number is."""


@dataclass(slots=True)
class Findings:
    """The assumptions and problems of one reading, collected on the way; of the problems the first MOST_LISTED."""

    assumptions: list[Assumption] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: int = 0
    not_understood: int = 0
    watch: Watch = unwatched

    def assume(self, text: str, column: str = "") -> None:
        """Note an assumption, once."""
        entry = Assumption(text, column)
        if entry not in self.assumptions:
            self.assumptions.append(entry)

    def report(self, problem: Problem) -> None:
        """Note a problem."""
        if problem.counted:
            self.not_understood += 1
        else:
            self.set_aside += 1
        if len(self.problems) < MOST_LISTED:
            self.problems.append(problem)

    @property
    def total(self) -> int:
        """How many problems there are, those listed and those only numbered."""
        return self.set_aside + self.not_understood
