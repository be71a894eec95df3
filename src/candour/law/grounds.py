"""The grounds of a claim: the matters by virtue of which a limb takes effect."""

from __future__ import annotations

from collections.abc import Iterator

from candour.law.catalogue import Kind, Limb, catalogue
from candour.law.decision import Claim
from candour.law.provision import Provision, format_provisions
from candour.law.steps import Missing, Step


def missing_grounds(position: int, claim: Claim) -> Iterator[Missing]:
    """What the grounds of the claim at `position` lack, and which of them cannot stand. Raises UnknownLimb."""
    yield from _not_named(position, claim)
    for ground in claim.grounds:
        if why := _why_not(ground, claim):
            yield Missing(Step.EXEMPTIONS, f"Take away the ground {ground.provision}", why, position)
    yield from _unreached(position, claim)


def _not_named(position: int, claim: Claim) -> Iterator[Missing]:
    """A limb that refers to several matters names one, as a claim and as a ground: 31(1)(g) a purpose of 31(2)."""
    standing = (ground for ground in claim.grounds if not _why_not(ground, claim))
    for limb in (*claim.known, *standing):
        if len(limb.by_virtue_of) > 1 and not any(ground.provision in limb.by_virtue_of for ground in claim.grounds):
            examples = format_provisions(limb.by_virtue_of[:3])
            relied = "is claimed" if limb in claim.known else "applies"
            yield Missing(
                Step.REASONS,
                f"Name the ground by virtue of which section {limb.provision} {relied}, for example {examples}",
                f"section {limb.provision} takes effect only through the matter that it refers to ({limb.source})",
                position,
            )


def _why_not(ground: Limb, claim: Claim) -> str:
    if not any(ground.provision in limb.by_virtue_of for limb in claim.known):
        return f"section {format_provisions(claim.limbs)} is not claimed by virtue of it"
    if not ground.available:
        return "a police force cannot rely on it"
    return ""


def _unreached(position: int, claim: Claim) -> Iterator[Missing]:
    """A condition stands behind another matter: 31(2)(b) behind 31(1)(g), (h) or (i), which a denial names as well."""
    if not claim.denies:
        return
    named = {ground.provision for ground in claim.grounds}
    for ground in claim.grounds:
        gates = [
            gate
            for limb in claim.known
            for gate in limb.by_virtue_of
            if ground.kind is Kind.CONDITION and ground.provision in _reached_from(gate)
        ]
        if gates and not named & set(gates):
            yield Missing(
                Step.REASONS,
                f"Name {format_provisions(gates)} beside the ground {ground.provision}: one of them leads to it",
                f"section {ground.provision} takes effect only through another matter ({ground.source})",
                position,
            )


def _reached_from(provision: Provision) -> tuple[Provision, ...]:
    return catalogue().limb(provision).by_virtue_of
