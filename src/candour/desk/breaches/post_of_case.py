"""What the post can do about a breach.

The post stands above the desk, which does not know it. It says here, when the program starts, that it serves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from candour.desk.models import StaffMember


@dataclass(frozen=True, slots=True)
class Left:
    """One message that left: the key of its letter or None, what it was, when the mail server took it, its number."""

    letter: int | None
    what: str
    at: datetime | None
    message_id: str


@dataclass(frozen=True, slots=True)
class Post:
    """Two things that are asked of the post, each of a case.

    `stop`: keep what waits from leaving, within the caller's transaction; what was stopped and what could not be, in
    words. `left`: the messages that the mail server took, the first one first.
    """

    stop: Callable[[int, StaffMember], list[str]]
    left: Callable[[int], list[Left]]


_POST: list[Post] = []


def serves(post: Post) -> None:
    """Have the desk ask this post from now on."""
    _POST[:] = [post]


def stop_waiting(case_pk: int, actor: StaffMember) -> list[str]:
    """Keep every letter of the case that waits from leaving; what became of each, in words."""
    return [line for post in _POST for line in post.stop(case_pk, actor)]


def messages_that_left(case_pk: int) -> list[Left]:
    """The messages of the case that the mail server took."""
    return [message for post in _POST for message in post.left(case_pk)]
