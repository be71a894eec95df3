"""The kinds of job that there are: a name, words for staff, how often to try, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from candour.desk.jobs.run import Run

Work = Callable[["Run"], dict[str, Any] | None]
Forget = Callable[[Mapping[str, Any]], None]
"""Takes the payload of a job that comes to nothing."""


class JobFailed(Exception):
    """The job cannot be done, and trying again would not help; the message says why, in words for staff."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job."""

    name: str
    title: str
    attempts: int
    work: Work
    forget: Forget | None = None
    """What is to be let go of when the job has failed or was stopped, in the transaction that writes so."""
    daily: Callable[[], bool] | None = None


_KINDS: dict[str, Kind] = {}


def job(
    name: str,
    title: str,
    *,
    attempts: int = 3,
    forget: Forget | None = None,
    daily: Callable[[], bool] | None = None,
) -> Callable[[Work], Work]:
    """Make the function the work of a kind of job; with `daily`, done once on each day on which that is true.

    `forget` is given the payload when the job has failed for good or was stopped. Raises ValueError when there is one
    of that name already.
    """

    def register(work: Work) -> Work:
        known = _KINDS.get(name)
        if known and known.work.__qualname__ != work.__qualname__:
            raise ValueError(f"there is a kind of job “{name}” already")
        _KINDS[name] = Kind(name, title, attempts, work, forget, daily)
        return work

    return register


def kind_of(name: str) -> Kind | None:
    """The kind of that name; None when this version of the program has none."""
    _discover()
    return _KINDS.get(name)


def daily_kinds() -> list[Kind]:
    """The kinds that are done once a day."""
    _discover()
    return [kind for kind in _KINDS.values() if kind.daily]


def known_kinds() -> list[str]:
    """The names of all kinds."""
    _discover()
    return list(_KINDS)


@cache
def _discover() -> None:
    """Import the module `background` of every app, once, and late: they import much."""
    autodiscover_modules("background")
