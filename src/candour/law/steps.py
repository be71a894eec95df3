"""The steps in which a decision is made, and what it can lack on each of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """One thing to decide, and so one page of the form."""

    OUTCOME = "outcome"
    DISCLOSURE = "disclosure"
    WITHHELD = "withheld"
    EXEMPTIONS = "exemptions"
    REASONS = "reasons"
    HARM = "harm"
    PUBLIC_INTEREST = "public_interest"
    WHOSE_DATA = "whose_data"
    PROTECTED_DATA = "protected_data"
    LEGITIMATE_INTEREST = "legitimate_interest"
    NECESSITY = "necessity"
    RIGHTS = "rights"
    COST = "cost"
    PUBLISHED = "published"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that the decision lacks: where it is given, what it is, why it is owed, and for which claim."""

    step: Step
    what: str
    why: str
    claim: int | None = None
