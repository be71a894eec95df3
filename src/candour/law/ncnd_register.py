"""The register of what a force neither confirms nor denies, and what it warns of.

To neither confirm nor deny works only when it is done every time, whether or not something is held: a later "no" makes
an earlier "we cannot say" readable as "yes". The register remembers, by topic and level of detail, which limbs were
used and what has been said in public since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from candour.law.decision import Decision
from candour.law.provision import Provision, format_provisions


class Granularity(StrEnum):
    """How closely a question looks: what a confirmation would single out."""

    PERSON = "person"
    UNIT = "unit"
    FORCE = "force"
    NATIONAL = "national"

    @property
    def label(self) -> str:
        """The level as a form names it."""
        return _LABELS[self]


_LABELS = {
    Granularity.PERSON: "A named or recognisable person",
    Granularity.UNIT: "A station, team or single incident",
    Granularity.FORCE: "The whole force",
    Granularity.NATIONAL: "All forces together",
}


@dataclass(frozen=True, slots=True)
class KnownDisclosure:
    """Something said in public, by somebody in a position to know, that confirms or denies on a topic."""

    url: str
    on: date
    granularity: Granularity


@dataclass(frozen=True, slots=True)
class RegisteredTopic:
    """A topic on which the force neither confirms nor denies, at one level of detail."""

    title: str
    granularity: Granularity
    limbs: frozenset[Provision]
    known_disclosures: tuple[KnownDisclosure, ...] = ()
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class RegisterWarning:
    """What an officer should think about before going on, and why."""

    what: str
    why: str


def register_warnings(topic: RegisteredTopic, decision: Decision, today: date) -> tuple[RegisterWarning, ...]:
    """Where a decision on a registered topic departs from the register, or the register from the world."""
    if decision.outcome is None:
        return ()
    if decision.outcome.facts.claims != "deny":
        return (_departure(topic),)
    return (*_public(topic), *_other_limbs(topic, decision), *_review(topic, today))


def _departure(topic: RegisteredTopic) -> RegisterWarning:
    return RegisterWarning(
        f"The force neither confirms nor denies on “{topic.title}”, and this decision does otherwise",
        "one different answer makes the others readable; if it is right, change the register too",
    )


def _public(topic: RegisteredTopic) -> tuple[RegisterWarning, ...]:
    return tuple(
        RegisterWarning(
            f"It has been public since {known.on.day} {known.on:%B %Y}: {known.url}",
            "what an authority has confirmed at this level of detail can no longer be kept open",
        )
        for known in topic.known_disclosures
        if known.granularity is topic.granularity
    )


def _other_limbs(topic: RegisteredTopic, decision: Decision) -> tuple[RegisterWarning, ...]:
    used = frozenset(limb for claim in decision.claims for limb in claim.limbs)
    if not used or used == topic.limbs:
        return ()
    known, claimed = (format_provisions(sorted(limbs)) for limbs in (topic.limbs, used))
    return (
        RegisterWarning(
            f"The register has section {known} for this topic; this decision claims section {claimed}",
            "other limbs for the same topic invite the question of what has changed",
        ),
    )


def _review(topic: RegisteredTopic, today: date) -> tuple[RegisterWarning, ...]:
    if topic.review_on is None or today < topic.review_on:
        return ()
    return (
        RegisterWarning(
            f"The register entry was to be reviewed by {topic.review_on.day} {topic.review_on:%B %Y}",
            "time weakens the case for neither confirming nor denying",
        ),
    )
