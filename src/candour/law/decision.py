"""What a force decides on a question, and the reasons, as values.

A decision is complete or not in the eyes of the law; `candour.law.requirements` says which, and what is missing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

from candour.law.catalogue import Kind, Limb, Nature, catalogue
from candour.law.provision import Provision, format_provisions


class Outcome(StrEnum):
    """What a question comes to; the facts of each are in `outcomes.toml`."""

    DISCLOSED = "disclosed"
    PARTLY_DISCLOSED = "partly_disclosed"
    WITHHELD = "withheld"
    NCND = "ncnd"
    NOT_HELD = "not_held"
    COST_LIMIT = "cost_limit"
    VEXATIOUS = "vexatious"
    REPEATED = "repeated"
    ALREADY_ACCESSIBLE = "already_accessible"
    INTENDED_FOR_PUBLICATION = "intended_for_publication"

    @property
    def facts(self) -> OutcomeFacts:
        """What the outcome says, gives and rests on."""
        return _outcomes()[self]

    @property
    def label(self) -> str:
        """The outcome as a list or a filter names it."""
        return self.facts.label


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """One entry of `outcomes.toml`.

    `claims` is "none", "withhold", "deny", or the section or subsection that the outcome rests on ("12", "14(1)").
    """

    label: str
    tells: str
    claims: str
    confirms: bool
    gives: bool
    refuses: bool
    source: str

    def allows(self, limb: Limb) -> bool:
        """Whether a decision with this outcome can claim the limb."""
        if not limb.available or limb.kind is Kind.CONDITION:
            return False
        if self.claims in {"withhold", "deny"}:
            return limb.kind == self.claims
        if self.claims == "none":
            return False
        return limb.kind is not Kind.DENY and limb.provision.within(Provision.parse(self.claims))


@cache
def _outcomes() -> dict[Outcome, OutcomeFacts]:
    text = resources.files("candour.law").joinpath("outcomes.toml").read_text(encoding="utf-8")
    return {Outcome(name): OutcomeFacts(**entry) for name, entry in tomllib.loads(text).items()}


class Likelihood(StrEnum):
    """How likely the harm is: exactly one of the two levels that the prejudice exemptions know."""

    WOULD = "would"
    WOULD_BE_LIKELY = "would be likely to"


class SensitiveData(StrEnum):
    """Whether personal data is of a kind that Articles 9 and 10 UK GDPR protect further."""

    NONE = "none"
    SPECIAL_CATEGORY = "special category"
    CRIMINAL_OFFENCE = "criminal offence"
    BOTH = "special category and criminal offence"


class LawfulnessFailsAt(StrEnum):
    """The step of the lawfulness test at which disclosure (or confirming or denying) fails."""

    GATEWAY = "gateway"
    """Special category or criminal offence data, and no condition of Article 9 or 10 is met: no later step counts."""
    PURPOSE = "purpose"
    NECESSITY = "necessity"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True)
class PersonalDataReasoning:
    """The section 40 reasoning, step by step (UK GDPR Art 5(1)(a), 6(1)(f), 9, 10; FOIA s40(2), (3A), (5B)).

    whose: whose personal data it is, without naming them. expectation: why they are identifiable and what they expect.
    sensitive: None until it was asked. purpose, necessity, balance: the three steps of the legitimate interests test.
    """

    whose: str = ""
    identifiable: str = ""
    sensitive: SensitiveData | None = None
    gateway: str = ""
    purpose: str = ""
    necessity: str = ""
    balance: str = ""
    fails_at: LawfulnessFailsAt | None = None


@dataclass(frozen=True, slots=True)
class QualifiedOpinion:
    """The reasonable opinion of the qualified person that section 36 rests on."""

    person: str = ""
    given_on: date | None = None
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on limbs of one section that share their reasons.

    limbs: what is claimed ("31(1)(a)", "31(1)(b)"). by_virtue_of: the grounds through which they are reached
    ("31(2)(b)", "40(3A)(a)"). in_the_alternative: claimed only so far as an earlier claim fails.
    """

    limbs: tuple[Provision, ...]
    by_virtue_of: tuple[Provision, ...] = ()
    in_the_alternative: bool = False
    why: str = ""
    likelihood: Likelihood | None = None
    harm: str = ""
    favouring: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    balance: str = ""
    personal_data: PersonalDataReasoning | None = None
    qualified_opinion: QualifiedOpinion | None = None
    enactment: str = ""
    function: str = ""

    @property
    def known(self) -> tuple[Limb, ...]:
        """The limbs as catalogued. Raises UnknownLimb."""
        return tuple(catalogue().limb(limb) for limb in self.limbs)

    @property
    def grounds(self) -> tuple[Limb, ...]:
        """The limbs by virtue of which it is claimed, as catalogued. Raises UnknownLimb."""
        return tuple(catalogue().limb(limb) for limb in self.by_virtue_of)

    @property
    def absolute(self) -> bool:
        """Whether s2(3) makes every limb absolute, so that no public interest test is owed."""
        return all(self._absolute(limb) for limb in self.known)

    @property
    def wants_harm(self) -> bool:
        """Whether evidence of harm is owed."""
        return any(limb.harm for limb in self.known)

    @property
    def wants_likelihood(self) -> bool:
        """Whether the harm is to be put at one of the two levels; section 24 asks for necessity instead."""
        return any(limb.effect for limb in self.known)

    @property
    def wants_public_interest(self) -> bool:
        """Whether a public interest test is owed: for every limb that is not absolute."""
        return not self.absolute

    @property
    def denies(self) -> bool:
        """Whether it lifts the duty to confirm or deny."""
        return any(limb.kind is Kind.DENY for limb in self.known)

    @property
    def cited(self) -> str:
        """The claim as a letter cites it: `30(3) by virtue of 30(1)(a)(i)`."""
        name = format_provisions(self.limbs)
        return f"{name} by virtue of section {format_provisions(self.by_virtue_of)}" if self.by_virtue_of else name

    def _absolute(self, limb: Limb) -> bool:
        if limb.nature is not Nature.DEPENDS:
            return limb.nature is Nature.ABSOLUTE
        grounds = [ground for ground in self.grounds if ground.provision in limb.by_virtue_of]
        return bool(grounds) and all(ground.nature is Nature.ABSOLUTE for ground in grounds)


@dataclass(frozen=True, slots=True)
class Locator:
    """Where published information is: what it is, its address, and what of the question it answers."""

    title: str
    url: str
    answers: str = ""


_ROUNDING = 0.005


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """The estimate that section 12 rests on: hours in all, how they were estimated, the hours of each activity.

    activities: pairs of a key of `countable_activities` and hours. Raises ValueError when they do not add up.
    """

    hours: float = 0.0
    basis: str = ""
    activities: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if self.activities and abs(sum(hours for _, hours in self.activities) - self.hours) > _ROUNDING:
            raise ValueError("the hours of the activities do not add up to the hours of the estimate")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on one question, one part of it, or "any other information".

    disclosed: what is given, in words. data: titles of the tables and files given. withheld: what exactly is not given.
    scope: for "any other information", what information that is. signposts: published material that may help.
    """

    outcome: Outcome | None = None
    explanation: str = ""
    disclosed: str = ""
    data: tuple[str, ...] = ()
    withheld: str = ""
    scope: str = ""
    claims: tuple[Claim, ...] = ()
    locators: tuple[Locator, ...] = ()
    signposts: tuple[Locator, ...] = ()
    estimate: CostEstimate | None = None
    publication: str = ""
    advice: str = ""
    other_information: bool = False
