"""What the desk keeps: forces and staff, cases with their questions, decisions, letters, publications, the trail."""

from candour.desk.models.authority import Authority, ReferenceCounter
from candour.desk.models.case import Case, Channel, Question, QuestionPart, Request, Requester
from candour.desk.models.clock import ClockEvent, OneOffHoliday
from candour.desk.models.decision import Claim, Decision, Exhibit, PublishedItem
from candour.desk.models.ledger import LedgerRelease
from candour.desk.models.ncnd import KnownDisclosure, NcndTopic
from candour.desk.models.protected_counts import ProtectedCounts, Unit
from candour.desk.models.publication import Publication, PublishedFile
from candour.desk.models.response import Response, ResponseFile, ResponseState
from candour.desk.models.staff import Role, StaffMember
from candour.desk.models.trail import Event, EventKind

__all__ = [
    "Authority",
    "Case",
    "Channel",
    "Claim",
    "ClockEvent",
    "Decision",
    "Event",
    "EventKind",
    "Exhibit",
    "KnownDisclosure",
    "LedgerRelease",
    "NcndTopic",
    "OneOffHoliday",
    "ProtectedCounts",
    "Publication",
    "PublishedFile",
    "PublishedItem",
    "Question",
    "QuestionPart",
    "ReferenceCounter",
    "Request",
    "Requester",
    "Response",
    "ResponseFile",
    "ResponseState",
    "Role",
    "StaffMember",
    "Unit",
]
