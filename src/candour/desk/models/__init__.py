"""What the desk keeps: forces and staff, cases with their questions, decisions, letters, publications, the trail."""

from candour.desk.models.authority import Authority, ReferenceCounter
from candour.desk.models.case import Case, Channel, Question, QuestionPart, Request, Requester
from candour.desk.models.checked_file import CheckedFile, CleanFile, Unproven
from candour.desk.models.clock import ClockEvent, OneOffHoliday
from candour.desk.models.decision import Claim, Decision, Exhibit, PublishedItem
from candour.desk.models.job import Job, JobState
from candour.desk.models.ledger import LedgerRelease
from candour.desk.models.letter_figure import Dismissal, LetterFigure
from candour.desk.models.ncnd import KnownDisclosure, NcndTopic
from candour.desk.models.protected_counts import ProtectedCounts, Unit
from candour.desk.models.publication import Publication, PublicationChange, PublicationMark, PublishedFile, TakenOut
from candour.desk.models.records import (
    KeptSource,
    RecordSet,
    RecordsEvent,
    RecordsEventKind,
    RecordsUpload,
    SavedCount,
)
from candour.desk.models.response import Response, ResponseFile, ResponseState
from candour.desk.models.staff import Role, StaffMember
from candour.desk.models.trail import Event, EventKind, TrailHead

__all__ = [
    "Authority",
    "Case",
    "Channel",
    "CheckedFile",
    "Claim",
    "CleanFile",
    "ClockEvent",
    "Decision",
    "Dismissal",
    "Event",
    "EventKind",
    "Exhibit",
    "Job",
    "JobState",
    "KeptSource",
    "KnownDisclosure",
    "LedgerRelease",
    "LetterFigure",
    "NcndTopic",
    "OneOffHoliday",
    "ProtectedCounts",
    "Publication",
    "PublicationChange",
    "PublicationMark",
    "PublishedFile",
    "PublishedItem",
    "Question",
    "QuestionPart",
    "RecordSet",
    "RecordsEvent",
    "RecordsEventKind",
    "RecordsUpload",
    "ReferenceCounter",
    "Request",
    "Requester",
    "Response",
    "ResponseFile",
    "ResponseState",
    "Role",
    "SavedCount",
    "StaffMember",
    "TakenOut",
    "TrailHead",
    "Unit",
    "Unproven",
]
