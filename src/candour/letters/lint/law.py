"""What the catalogue says of a provision as a letter cites it, which may be less exact than a limb."""

from __future__ import annotations

from functools import cache

from candour.law.catalogue import Kind, Limb, Nature, catalogue
from candour.law.provision import Provision

_FORMERLY_DENIED = Provision("40", ("5",))
"""Section 40(5) before 25 May 2018: letters still cite it to neither confirm nor deny."""


@cache
def limbs(cited: Provision) -> tuple[Limb, ...]:
    """The limbs that a citation can mean: the limb itself, those below it, or the one that it stands in."""
    return tuple(
        limb
        for limb in catalogue()
        if limb.kind is not Kind.CONDITION and (limb.provision.within(cited) or cited.within(limb.provision))
    )


@cache
def denies(cited: Provision) -> bool:
    """Whether the citation lifts the duty to confirm or deny."""
    found = limbs(cited)
    return cited == _FORMERLY_DENIED or (bool(found) and all(limb.kind is Kind.DENY for limb in found))


@cache
def withholds(cited: Provision) -> bool:
    """Whether the citation exempts information that is held, and so says that it is."""
    found = [limb for limb in limbs(cited) if limb.kind is not Kind.DENY]
    return bool(found) and not denies(cited) and all(limb.kind is Kind.WITHHOLD for limb in found)


@cache
def turns_on_harm(cited: Provision) -> bool:
    """Whether whatever the citation means needs evidence of harm."""
    found = limbs(cited)
    return bool(found) and all(limb.harm for limb in found)


@cache
def qualified(cited: Provision) -> bool:
    """Whether whatever the citation means owes a public interest test."""
    found = limbs(cited)
    return bool(found) and all(limb.nature is Nature.QUALIFIED for limb in found)


@cache
def absolute(cited: Provision) -> bool:
    """Whether whatever the citation means is absolute."""
    found = limbs(cited)
    return bool(found) and all(limb.nature is Nature.ABSOLUTE for limb in found)


@cache
def choices(section: str) -> int:
    """How many limbs of the section withhold information: where there is one, the bare section names it."""
    return sum(limb.kind is Kind.WITHHOLD for limb in limbs(Provision(section)))


@cache
def has_denial(section: str) -> bool:
    """Whether a subsection of the section lifts the duty to confirm or deny."""
    return any(limb.kind is Kind.DENY for limb in limbs(Provision(section)))
