"""The Freedom of Information Act as data: exemptions and their nature, time limits, what a decision must hold."""

from candour.law.catalogue import Basis, Catalogue, Exemption, Kind, Limb, Nature, Need, UnknownLimb, catalogue
from candour.law.decision import (
    Claim,
    CostEstimate,
    Decision,
    LawfulnessFailsAt,
    Likelihood,
    Locator,
    Outcome,
    PersonalDataReasoning,
    QualifiedOpinion,
    SensitiveData,
)
from candour.law.ncnd_register import (
    Granularity,
    KnownDisclosure,
    RegisteredTopic,
    RegisterWarning,
    register_warnings,
)
from candour.law.provision import CitationError, Provision, format_provisions, parse_citation
from candour.law.requirements import applicable_steps, cost_limit, countable_activities, missing
from candour.law.steps import Missing, Step
from candour.law.working_days import PastHorizon, WorkingCalendar, due_date, foia_calendar

__all__ = [
    "Basis",
    "Catalogue",
    "CitationError",
    "Claim",
    "CostEstimate",
    "Decision",
    "Exemption",
    "Granularity",
    "Kind",
    "KnownDisclosure",
    "LawfulnessFailsAt",
    "Likelihood",
    "Limb",
    "Locator",
    "Missing",
    "Nature",
    "Need",
    "Outcome",
    "PastHorizon",
    "PersonalDataReasoning",
    "Provision",
    "QualifiedOpinion",
    "RegisterWarning",
    "RegisteredTopic",
    "SensitiveData",
    "Step",
    "UnknownLimb",
    "WorkingCalendar",
    "applicable_steps",
    "catalogue",
    "cost_limit",
    "countable_activities",
    "due_date",
    "foia_calendar",
    "format_provisions",
    "missing",
    "parse_citation",
    "register_warnings",
]
