"""A claim of the law as the fields of the model, for examples that are made from files."""

from __future__ import annotations

from typing import Any

from candour.law import Claim


def claim_fields(claim: Claim) -> dict[str, Any]:
    """The claim as the fields of the model."""
    reasoning = claim.personal_data
    personal = {}
    if reasoning:
        names = ("whose", "identifiable", "sensitive", "gateway", "purpose", "necessity", "balance", "fails_at")
        personal = {name: str(getattr(reasoning, name) or "") for name in names}
    return {
        "limbs": [str(limb) for limb in claim.limbs],
        "by_virtue_of": [str(ground) for ground in claim.by_virtue_of],
        "in_the_alternative": claim.in_the_alternative,
        "why": claim.why,
        "likelihood": claim.likelihood or "",
        "harm": claim.harm,
        "favouring": list(claim.favouring),
        "against": list(claim.against),
        "balance": claim.balance,
        "personal_data": personal,
        "enactment": claim.enactment,
        "function": claim.function,
    }
