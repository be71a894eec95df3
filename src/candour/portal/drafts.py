"""A request while it is being written: kept under a secret address, and opened as a case once."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from candour.desk.intake.receive import Incoming, receive_request
from candour.desk.models import Authority, Case, Channel
from candour.letters.request import AskedQuestion, split_request
from candour.portal.models import Draft, FollowLink, digest_of, new_secret

MOST_QUESTIONS = 100
LONGEST_TEXT = 200_000
MOST_WRONG_CODES = 5
_DIGITS = 6


def begin(authority: Authority, language: str) -> tuple[Draft, str]:
    """A new draft and its secret, which is kept nowhere. Drafts past their time go."""
    Draft.objects.filter(expires_at__lt=timezone.now()).delete()
    secret = new_secret()
    return Draft.objects.create(digest=digest_of(secret), authority=authority, language=language), secret


def find(secret: str) -> Draft | None:
    """The draft under that secret; None where there is none any more."""
    drafts = Draft.objects.select_related("authority", "case")
    return drafts.filter(digest=digest_of(secret), expires_at__gte=timezone.now()).first()


def questions_in(text: str) -> list[str]:
    """What a pasted text asks, one by one; all of it as one where no question can be made out."""
    found = _found_in(text)
    return found if any(question.strip() for question in found) else [text.strip()]


def _found_in(text: str) -> list[str]:
    return [whole(asked) for asked in split_request(text).questions]


def split(draft: Draft, text: str) -> None:
    """Take a pasted text of at most MOST_QUESTIONS into the draft: what it asks, and what stands before."""
    draft.text, draft.questions = text, questions_in(text)
    draft.opening = split_request(text).context if draft.questions == _found_in(text) else ""
    draft.save()


def whole(asked: AskedQuestion) -> str:
    """A question as the requester put it, with the words that lead to it and its parts."""
    parts = "\n".join(f"{part.letter}) {part.text}" for part in asked.parts)
    words = asked.stem if asked.parts else asked.text
    return "\n".join(text for text in (asked.lead_in, words, parts) if text.strip())


def lacks(draft: Draft) -> str:
    """The first step that the draft still lacks; empty when it can be sent."""
    if not draft.title:
        return "topic"
    if not draft.questions:
        return "how"
    if not draft.name:
        return "name"
    if not draft.email:
        return "email"
    return "" if draft.confirmed else "code"


# That the address is the requester's own


def new_code(draft: Draft) -> str:
    """A code to be mailed to the address of the draft; only its digest is kept."""
    code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    draft.code, draft.wrong_codes, draft.confirmed = _code_digest(draft, code), 0, False
    draft.save()
    return code


def confirm(draft: Draft, code: str) -> bool:
    """Whether the code is the one that was mailed; after five wrong ones none is right."""
    with transaction.atomic():
        stored = Draft.objects.select_for_update().get(pk=draft.pk)
        if not stored.code or stored.wrong_codes >= MOST_WRONG_CODES:
            return False
        if not constant_time_compare(stored.code, _code_digest(stored, code)):
            stored.wrong_codes += 1
            stored.save()
            return False
        stored.confirmed, stored.code = True, ""
        stored.save()
        return True


def _code_digest(draft: Draft, code: str) -> str:
    return salted_hmac("candour.portal.code", f"{draft.digest}:{draft.email}:{code}", algorithm="sha256").hexdigest()


# Sending


def follow_secret(secret: str) -> str:
    """The secret of the private page that follows the request, made of the draft's own so that it can be told again."""
    return salted_hmac("candour.portal.follow", secret, algorithm="sha256").hexdigest()[:48]


def send(draft: Draft, secret: str) -> Case:
    """Open the case of the draft, once, with its private page; what was written is emptied from the draft.

    The request is received today, whatever the hour. Raises ValueError when the draft lacks something.
    """
    with transaction.atomic():
        stored = Draft.objects.select_for_update(of=("self",)).select_related("authority", "case").get(pk=draft.pk)
        if stored.case is not None:
            return stored.case
        if lacking := lacks(stored):
            raise ValueError(f"the draft lacks {lacking}")
        case = receive_request(stored.authority, _incoming(stored), None)
        FollowLink.objects.get_or_create(
            case=case, defaults={"digest": digest_of(follow_secret(secret)), "language": stored.language}
        )
        stored.case = case
        stored.title = stored.text = stored.opening = stored.name = stored.email = ""
        stored.questions = []
        stored.save()
        return case


def _incoming(draft: Draft) -> Incoming:
    as_pasted = bool(draft.text) and draft.questions == _found_in(draft.text)
    return Incoming(
        submission=UUID(str(draft.submission)),
        title=draft.title,
        text=draft.text if as_pasted else written_out(draft),
        received=timezone.localdate(),
        channel=Channel.FORM,
        requester_name=draft.name,
        requester_email=draft.email,
        questions=() if as_pasted else tuple(draft.questions),
    )


def written_out(draft: Draft) -> str:
    """The request as one text: what stands before the questions, and each with its number."""
    numbered = [f"{number}. {text}" for number, text in enumerate(draft.questions, start=1)]
    return "\n\n".join(text for text in (draft.opening, *numbered) if text.strip())
