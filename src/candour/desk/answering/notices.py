"""Letters of a case that are no answer: kept as plain values with the letter, composed anew when they are checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from candour.desk.answering.letter import NAME_UNSEEN
from candour.desk.models import Case
from candour.desk.models.response import LetterKind
from candour.law import Provision
from candour.letters.model import Letter
from candour.letters.notices import (
    Clarification,
    Extension,
    FeesNotice,
    HandOver,
    Heading,
    Notice,
    Unclear,
    compose_notice,
)


def heading_of(case: Case, dated: date, requester: str = NAME_UNSEEN) -> Heading:
    """Who writes to whom about which request."""
    return Heading(
        sender=case.authority.sender,
        review_contact=case.authority.review_contact.strip(),
        reference=case.reference,
        subject=case.title,
        received=case.received,
        dated=dated,
        requester=requester,
    )


def compose_case_notice(case: Case, notice: Notice, dated: date, requester: str = NAME_UNSEEN) -> Letter:
    """The notice as a letter of the force. Raises ValueError when something is missing."""
    return compose_notice(heading_of(case, dated, requester), notice, case.authority.words)


def details_of(notice: Notice) -> dict[str, Any]:
    """The notice as plain values, from which `notice_from` makes it again."""
    match notice:
        case Clarification(unclear, close_after):
            return {
                "unclear": [[point.words, point.needed, point.why] for point in unclear],
                "close_after": close_after,
            }
        case FeesNotice(items, how_to_pay, pay_by):
            return {
                "items": [[name, str(amount)] for name, amount in items],
                "how_to_pay": how_to_pay,
                "pay_by": pay_by.isoformat(),
            }
        case Extension(limbs, by_virtue_of, questions, why, estimated):
            return {
                "limbs": [str(limb) for limb in limbs],
                "by_virtue_of": [str(ground) for ground in by_virtue_of],
                "questions": questions,
                "why": why,
                "estimated": estimated.isoformat(),
            }
        case HandOver(under, handed, to, contact, rest):
            return {
                "under": under,
                "handed": [[label, text] for label, text in handed],
                "to": to,
                "contact": contact,
                "rest": rest,
            }


def notice_from(kind: str, details: dict[str, Any]) -> Notice:
    """The notice of a stored letter. Raises ValueError for an answer, which is no notice."""
    match kind:
        case LetterKind.CLARIFICATION:
            return Clarification(tuple(Unclear(*point) for point in details["unclear"]), details["close_after"])
        case LetterKind.FEES_NOTICE:
            items = tuple((name, Decimal(amount)) for name, amount in details["items"])
            return FeesNotice(items, details["how_to_pay"], date.fromisoformat(details["pay_by"]))
        case LetterKind.EXTENSION:
            limbs, grounds = (tuple(map(Provision.parse, details[name])) for name in ("limbs", "by_virtue_of"))
            estimated = date.fromisoformat(details["estimated"])
            return Extension(limbs, grounds, details["questions"], details["why"], estimated)
        case LetterKind.HAND_OVER:
            handed = tuple((label, text) for label, text in details["handed"])
            return HandOver(details["under"], handed, details["to"], details["contact"], details["rest"])
    raise ValueError(f"a letter of the kind “{kind}” is no notice")
