"""Comments on passages of a letter: anchored to a paragraph, open until somebody settles them."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from candour.desk.audit_trail.writing import lock_letter, record
from candour.desk.models import Case, EventKind, PassageComment, Response, ResponseState, StaffMember
from candour.desk.models.response import LetterKind
from candour.desk.publishing.masking import mask_answer
from candour.desk.refusals import Refused
from candour.desk.workflow import require

_QUOTED = 300
_NAMED = 80


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a letter with what is said about it. `number` counts from 1."""

    number: int
    text: str
    comments: tuple[PassageComment, ...]

    @property
    def is_open(self) -> bool:
        """Whether something said about it is not settled."""
        return any(comment.settled_at is None for comment in self.comments)


def passages_of(response: Response) -> list[Passage]:
    """The paragraphs of the letter without who asked, each with the comments on it."""
    comments = list(response.comments.select_related("made_by", "settled_by"))
    return [
        Passage(number, text, tuple(comment for comment in comments if comment.passage == number))
        for number, text in enumerate(_paragraphs(response), start=1)
    ]


def still_open_elsewhere(response: Response) -> list[PassageComment]:
    """Comments on earlier versions of the letter that nobody has settled."""
    return list(_unsettled(response.case_id, response.kind).filter(response__lt=response.pk))


def left_by_answers(case: Case) -> list[PassageComment]:
    """Comments on answers of the case that went back or became void, which nobody has settled."""
    return list(_unsettled(case.pk, LetterKind.ANSWER).filter(response__state=ResponseState.VOID))


def _unsettled(case: int, kind: str) -> QuerySet[PassageComment]:
    found = PassageComment.objects.filter(response__case=case, response__kind=kind, settled_at=None)
    return found.select_related("made_by", "response").order_by("pk")


def comment(response_pk: int, passage: int, text: str, actor: StaffMember) -> PassageComment:
    """Say something about a passage of a letter. Raises NotAllowed, Refused when there is no such passage."""
    with transaction.atomic():
        response = lock_letter(response_pk)
        require("comment", response.case, actor)
        found = _paragraphs(response)
        if not 1 <= passage <= len(found):
            raise Refused("The letter has no such passage. Open it again.")
        made = PassageComment.objects.create(
            response=response, passage=passage, quote=found[passage - 1][:_QUOTED], text=text.strip(), made_by=actor
        )
        about = f"On passage {passage} of the letter, “{shorten(made.quote, _NAMED, placeholder=' …')}”."
        record(response.case, EventKind.COMMENTED, actor, about, why=text.strip())
        return made


def settle(comment_pk: int, how: str, actor: StaffMember) -> None:
    """Say how a comment was settled. Raises NotAllowed, Refused when it was settled already."""
    with transaction.atomic():
        response = lock_letter(PassageComment.objects.values_list("response", flat=True).get(pk=comment_pk))
        require("comment", response.case, actor)
        found = PassageComment.objects.select_for_update().get(pk=comment_pk)
        if found.settled_at is not None:
            raise Refused("This comment has been settled already.")
        found.settled_by, found.settled_at, found.settled_with = actor, timezone.now(), how.strip()
        found.save()
        record(response.case, EventKind.COMMENT_SETTLED, actor, f"On passage {found.passage}.", why=how.strip())


def _paragraphs(response: Response) -> list[str]:
    text = response.files.filter(media_type__startswith="text/plain").values_list("content", flat=True).first()
    whole = mask_answer(bytes(text or b"").decode(), response.case.requester)
    return [paragraph for paragraph in whole.split("\n\n") if paragraph.strip()]
