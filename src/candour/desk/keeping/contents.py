"""What a case holds, table by table, and what becomes of it when the case is destroyed.

Words about people go. What is left tells nobody’s story: dates, outcomes and limbs, from which the figures of past
years are counted, and the digests that the trail names. A test walks every table that hangs on a
case and finds it here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from candour.desk.models import (
    AnsweredQuestion,
    Appeal,
    Breach,
    BreachStep,
    Case,
    CheckedFile,
    Claim,
    ClearanceStep,
    ClockEvent,
    Complaint,
    Decision,
    Exhibit,
    Hold,
    InternalReview,
    Job,
    LetterFigure,
    NamedPerson,
    NoticeStep,
    PassageComment,
    ProtectedCounts,
    PublicationDecision,
    PublishedItem,
    Question,
    QuestionPart,
    RecordsEvent,
    Referral,
    Request,
    Requester,
    RequesterMessage,
    Response,
    ResponseFile,
    Restriction,
    ReviewFile,
    ReviewFinding,
    SavedCount,
    TakenOut,
    Task,
    TaskReply,
    Watch,
)

NO_TITLE = "Destroyed case"

_CLAIM_TEXTS = ("why", "harm", "balance", "enactment", "function")
_DECISION_TEXTS = ("explanation", "disclosed", "withheld", "scope", "advice", "publication", "estimate_basis")
_BREACH_TEXTS = ("what", "consequences", "measures", "found_by", "risk_why", "lessons")
_BREACH_STEP_TEXTS = ("told", "how", "reference", "why")

DELETED: tuple[tuple[type[models.Model], str], ...] = (
    (ReviewFile, "review__case"),
    (ResponseFile, "response__case"),
    (TakenOut, "response__case"),
    (ProtectedCounts, "decision__case"),
    (Exhibit, "decision__case"),
    (PublishedItem, "decision__case"),
    (CheckedFile, "decision__case"),
    (CheckedFile, "reply__task__case"),
    (TaskReply, "task__case"),
    (PassageComment, "response__case"),
    (Watch, "case"),
    (RequesterMessage, "case"),
    (LetterFigure, "case"),
)
"""Tables whose rows go, each with the way to its case; what hangs on them goes with them."""

EMPTIED: tuple[tuple[type[models.Model], str, dict[str, Any]], ...] = (
    (Request, "case", {"text": "", "opening": ""}),
    (Question, "case", {"text": "", "lead_in": ""}),
    (QuestionPart, "question__case", {"text": ""}),
    (Decision, "case", dict.fromkeys(_DECISION_TEXTS, "")),
    (
        Claim,
        "decision__case",
        {
            **dict.fromkeys(_CLAIM_TEXTS, ""),
            "favouring": [],
            "against": [],
            "personal_data": {},
            "qualified_opinion": {},
        },
    ),
    (
        Response,
        "case",
        {"details": {}, "frozen": {}, "recipient": "", "mail_subject": "", "void_because": "", "bypassed_because": ""},
    ),
    (PublicationDecision, "response__case", {"reason": ""}),
    (Task, "case", {"asked": ""}),
    (Referral, "case", {"asked": "", "advice": ""}),
    (ClockEvent, "case", {"details": {}}),
    (Job, "case", {"payload": {}, "result": {}, "error": "", "note": ""}),
    (Hold, "case", {"why": ""}),
    (Restriction, "case", {"why": ""}),
    (
        InternalReview,
        "case",
        {"grounds": "", "accepted_late_because": "", "extended_because": "", "letter": {}},
    ),
    (ReviewFinding, "review__case", {"reasons": "", "given": ""}),
    (Complaint, "case", {"about": "", "summary": ""}),
    (Breach, "case", {**dict.fromkeys(_BREACH_TEXTS, ""), "contained": []}),
    (BreachStep, "breach__case", dict.fromkeys(_BREACH_STEP_TEXTS, "")),
    (NoticeStep, "complaint__case", {"what": "A step of the notice"}),
)
"""Tables whose rows stay without their words: the way to the case, and what stands in each field from then on."""

KEPT: tuple[type[models.Model], ...] = (AnsweredQuestion, Appeal, ClearanceStep, NamedPerson, RecordsEvent, SavedCount)
"""Tables without words about people: who cleared, which letter answered what, the dates of an appeal, who sees a
restricted case, and counts that belong to a data set with the events on it."""

_ALSO: list[Callable[[int], None]] = []


def also_empty(empty: Callable[[int], None]) -> Callable[[int], None]:
    """Have an app above the desk empty what it holds of a case, given its key, within the same transaction."""
    if empty not in _ALSO:
        _ALSO.append(empty)
    return empty


def empty(case: Case) -> None:
    """Take everything out of the case that tells of people; within the transaction of its destruction."""
    for model, way in DELETED:
        model._default_manager.filter(**{way: case}).delete()
    for table, way, values in EMPTIED:
        table._default_manager.filter(**{way: case}).update(**values)
    for also in _ALSO:
        also(case.pk)
    blank = Requester.objects.create(name="")
    former, case.requester = case.requester_id, blank
    case.title = NO_TITLE
    case.save(update_fields=("requester", "title"))
    Requester.objects.filter(pk=former, cases__isnull=True).delete()
