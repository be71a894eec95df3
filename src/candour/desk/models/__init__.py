"""What the desk keeps: forces and staff, cases with their questions, decisions, letters, publications, the trail."""

from candour.desk.models.authority import Authority, ReferenceCounter
from candour.desk.models.breach import Breach, BreachStep
from candour.desk.models.case import Case, Channel, Handling, Profile, Question, QuestionPart, Request, Requester
from candour.desk.models.checked_file import CheckedFile, CleanFile, Unproven
from candour.desk.models.clearance import ClearanceStep, PassageComment
from candour.desk.models.clock import ClockEvent, OneOffHoliday
from candour.desk.models.day import Absence, SavedFilter, Sharing, Watch
from candour.desk.models.decision import Claim, Decision, Exhibit, PublishedItem
from candour.desk.models.job import Job, JobState
from candour.desk.models.ledger import LedgerRelease
from candour.desk.models.letter_figure import Dismissal, LetterFigure
from candour.desk.models.ncnd import KnownDisclosure, NcndTopic
from candour.desk.models.protected_counts import ProtectedCounts, Unit
from candour.desk.models.publication import (
    FileFetches,
    Publication,
    PublicationChange,
    PublicationDecision,
    PublicationMark,
    PublishedFile,
    TakenOut,
)
from candour.desk.models.records import (
    KeptSource,
    RecordSet,
    RecordsEvent,
    RecordsUpload,
    SavedCount,
)
from candour.desk.models.requester_message import RequesterMessage
from candour.desk.models.response import AnsweredQuestion, Response, ResponseFile, ResponseState
from candour.desk.models.restriction import NamedPerson, Restriction
from candour.desk.models.retention import Destruction, Hold
from candour.desk.models.review import (
    Appeal,
    AppealResult,
    Complaint,
    InternalReview,
    NoticeResult,
    NoticeStep,
    ReviewFile,
    ReviewFinding,
    ReviewResult,
    ReviewState,
)
from candour.desk.models.sign_in import (
    RecoveryCode,
    SecondFactor,
    SignInAttempts,
    SignInKind,
    SignInRecord,
    StaffSession,
)
from candour.desk.models.staff import Role, StaffMember, Team
from candour.desk.models.task import BusinessArea, Referral, Task, TaskReply, TaskState
from candour.desk.models.trail import Event, EventKind, TrailHead

__all__ = [
    "Absence",
    "AnsweredQuestion",
    "Appeal",
    "AppealResult",
    "Authority",
    "Breach",
    "BreachStep",
    "BusinessArea",
    "Case",
    "Channel",
    "CheckedFile",
    "Claim",
    "CleanFile",
    "ClearanceStep",
    "ClockEvent",
    "Complaint",
    "Decision",
    "Destruction",
    "Dismissal",
    "Event",
    "EventKind",
    "Exhibit",
    "FileFetches",
    "Handling",
    "Hold",
    "InternalReview",
    "Job",
    "JobState",
    "KeptSource",
    "KnownDisclosure",
    "LedgerRelease",
    "LetterFigure",
    "NamedPerson",
    "NcndTopic",
    "NoticeResult",
    "NoticeStep",
    "OneOffHoliday",
    "PassageComment",
    "Profile",
    "ProtectedCounts",
    "Publication",
    "PublicationChange",
    "PublicationDecision",
    "PublicationMark",
    "PublishedFile",
    "PublishedItem",
    "Question",
    "QuestionPart",
    "RecordSet",
    "RecordsEvent",
    "RecordsUpload",
    "RecoveryCode",
    "ReferenceCounter",
    "Referral",
    "Request",
    "Requester",
    "RequesterMessage",
    "Response",
    "ResponseFile",
    "ResponseState",
    "Restriction",
    "ReviewFile",
    "ReviewFinding",
    "ReviewResult",
    "ReviewState",
    "Role",
    "SavedCount",
    "SavedFilter",
    "SecondFactor",
    "Sharing",
    "SignInAttempts",
    "SignInKind",
    "SignInRecord",
    "StaffMember",
    "StaffSession",
    "TakenOut",
    "Task",
    "TaskReply",
    "TaskState",
    "Team",
    "TrailHead",
    "Unit",
    "Unproven",
    "Watch",
]
