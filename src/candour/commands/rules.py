"""The rules of `candour protect` that a person gives in files and marks, put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from candour.commands.terminal import UnusableInput, read_text

if TYPE_CHECKING:  # the tables load numba and HiGHS, which the other commands can do without
    import numpy as np
    from numpy.typing import NDArray

    from candour.tables.counts import CountTable
    from candour.tables.protection import Protection

NEUTRAL = "withheld"
Said = TypeVar("Said")
_SMALL = re.compile(r"<\s*(\d+)|(?:fewer|less) than (\d+)|1\s*(?:-|–|to)\s*(\d+)")


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """Files that say something of single cells; see `candour.tables.rule_files`."""

    public: Path | None = None
    impossible: Path | None = None
    override: Path | None = None
    population: Path | None = None
    percentages: Path | None = None


def possible(counts: CountTable, files: RuleFiles) -> CountTable:
    """The table, with the combinations that cannot occur."""
    from candour.tables.rule_files import read_impossible

    if files.impossible is None:
        return counts
    return replace(counts, impossible=_told(files.impossible, read_impossible, counts))


def with_files(rules: Protection, counts: CountTable, files: RuleFiles) -> Protection:
    """The rules with what the files say."""
    from candour.tables.rule_files import read_overrides, read_populations, read_public, with_told

    if files.public:
        rules = replace(rules, public=rules.public | _told(files.public, read_public, counts))
    if files.override:
        rules = replace(rules, overrides=_told(files.override, read_overrides, counts))
    if files.population:
        if rules.least_population < 1:
            raise UnusableInput("--population needs --least-population: the smallest group that is not sensitive")
        rules = replace(rules, populations=_told(files.population, read_populations, counts))
    elif rules.least_population:
        raise UnusableInput("--least-population needs --population: a file of how many people each label stands for")
    if files.percentages:
        rules = _told(files.percentages, lambda text, table: with_told(text, table, rules), counts)
    return rules


def tells_small(mark: str, threshold: int) -> bool:
    """Whether the mark says that a count is small. Raises UnusableInput for one that says something false."""
    found = _SMALL.fullmatch(mark.strip())
    if not found:
        if any(character.isdigit() for character in mark) or not mark.strip():
            raise UnusableInput(f"--mark {mark}: write <{threshold} for small counts, or one word or sign for all")
        return False
    below = int(found[1] or found[2] or int(found[3]) + 1)
    if below != threshold:
        raise UnusableInput(f"--mark {mark}: counts below {threshold} are sensitive, so that mark would be false")
    return True


def weight_of(asked: Sequence[str], file: Path | None, counts: CountTable) -> NDArray[np.float64] | None:
    """The weight of each cell in the order of printing; None where nothing was asked."""
    from candour.tables.rule_files import read_weights, weights_of
    from candour.tables.suppress import readers_weights

    if not asked and file is None:
        return None
    weights = weights_of(asked, counts, readers_weights(counts))
    return _told(file, lambda text, table: read_weights(text, table, weights), counts) if file else weights


def _told(path: Path, read: Callable[[str, CountTable], Said], counts: CountTable) -> Said:
    from candour.tables.csv import TableError

    try:
        return read(read_text(str(path)), counts)
    except TableError as error:
        raise UnusableInput(f"{path}: {error}") from error
