"""The private page of a request: how far it is, in plain words, and what its requester can do.

It tells what has left the force and when the answer is due, never what happens within: how long somebody looked for
something would tell whether there is anything.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from candour.desk.breaches.stopped import is_stopped, stopped_at
from candour.desk.intake.hear import answered_on, hear, review_until, why_not
from candour.desk.models import Case, RequesterMessage, Response, ResponseFile, ResponseState
from candour.desk.models.response import LetterKind
from candour.desk.refusals import Refused
from candour.desk.stage import LAPSED, endings
from candour.letters.write import FORMATS
from candour.portal.data import kind_of
from candour.portal.follow_forms import HEADINGS, SayForm
from candour.portal.limits import allowed
from candour.portal.models import FollowLink, digest_of
from candour.portal.private import gone, private, refusal, too_often, trapped

Kind = RequesterMessage.Kind
_STOPPED = gettext_lazy("The files of this letter are not available at the moment. The force will write to you.")
LETTERS = {
    LetterKind.ANSWER.value: gettext_lazy("The answer"),
    LetterKind.CLARIFICATION.value: gettext_lazy("The force asks what you mean"),
    LetterKind.FEES_NOTICE.value: gettext_lazy("The force asks for a fee"),
    LetterKind.EXTENSION.value: gettext_lazy("The force needs more time"),
    LetterKind.HAND_OVER.value: gettext_lazy("Part of your request is dealt with in another way"),
}
_AS = {
    "application/pdf": gettext_lazy("The letter as PDF"),
    "text/html": gettext_lazy("The letter as a web page"),
    "text/plain": gettext_lazy("The letter as plain text"),
    FORMATS["docx"].media_type: gettext_lazy("The letter as a Word document"),
}
_ENDED = {
    "withdrawn": gettext_lazy("You withdrew this request."),
    LAPSED: gettext_lazy(
        "The request was closed, because the force did not hear from you in time. Write to it to go on."
    ),
    "transferred": gettext_lazy("The force has passed your request on to another authority."),
}
"""The ends of a request that its requester knows of, by the kind of event that stands for them."""
SAID = {
    Kind.CLARIFY.value: gettext_lazy("You said what you mean"),
    Kind.NARROW.value: gettext_lazy("You asked for less"),
    Kind.WITHDRAW.value: gettext_lazy("You withdrew the request"),
    Kind.REVIEW.value: gettext_lazy("You asked for a review"),
}


@private
@require_http_methods(["GET", "HEAD"])
def follow(request: HttpRequest, secret: str) -> HttpResponse:
    """How far the request is, what was sent, and what the requester can do now."""
    case = _case(secret)
    if case is None:
        return gone(request)
    answered = answered_on(case)
    context = {
        "case": case,
        "state": _state(case, answered),
        "asked": [question.asked for question in case.questions.prefetch_related("parts")],
        "letters": _shown(case, secret),
        "said": [
            {"title": SAID[each.kind], "at": timezone.localtime(each.at), "text": each.text}
            for each in case.requester_messages.all()
        ],
        "ways": [
            {"text": HEADINGS[kind], "url": reverse("portal:say", args=[secret, kind.value])}
            for kind in Kind
            if not why_not(case, kind)
        ],
        "review_until": review_until(answered) if answered else None,
        "told": request.GET.get("told") in set(Kind),
    }
    return render(request, "portal/follow/follow.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, secret: str, kind: str) -> HttpResponse:
    """One thing that the requester says, kept with the case."""
    case = _case(secret)
    if case is None:
        return gone(request)
    if kind not in set(Kind):
        raise Http404("There is no such message.")
    wanted = Kind(kind)
    known = request.POST.get("submission", "")
    form = SayForm(wanted, request.POST or None, initial={"submission": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        if refused := trapped(request):
            return refused
        if not allowed("follow", digest_of(secret)):
            return too_often(request)
        try:
            hear(case.pk, wanted, form.cleaned_data["text"], form.cleaned_data["submission"])
        except Refused:
            return _too_late(request, secret)
        return redirect(reverse("portal:follow", args=[secret]) + f"?told={wanted.value}")
    if why_not(case, wanted) and not known:
        return _too_late(request, secret)
    return render(request, "portal/follow/say.html", {"form": form, "kind": kind, "case": case, "secret": secret})


@private
@require_http_methods(["GET", "HEAD"])
def sent_file(request: HttpRequest, secret: str, number: int, name: str) -> HttpResponse:
    """A file of a letter that was sent, with the bytes that were sent."""
    case = _case(secret)
    if case is None:
        return gone(request)
    letters = list(_letters(case))
    letter = letters[-number] if 1 <= number <= len(letters) else None
    if letter and is_stopped(letter.sent_at, stopped_at(case.pk)):
        back = reverse("portal:follow", args=[secret])
        return refusal(request, str(_STOPPED), _("You need not do anything."), 410, back=back)
    file = ResponseFile.objects.filter(response=letter, name=name).first() if letter else None
    if file is None:
        raise Http404("There is no such file.")
    answer = HttpResponse(bytes(file.content), content_type=file.media_type)
    # Saved and not shown: nothing of a file runs under the address of this site.
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _case(secret: str) -> Case | None:
    link = FollowLink.objects.select_related("case__authority").filter(digest=digest_of(secret)).first()
    return link.case if link else None


def _letters(case: Case) -> Any:
    sent = Response.objects.filter(case=case, state=ResponseState.SENT, sent_at__isnull=False)
    return sent.order_by("-sent_at").defer("frozen").prefetch_related("files")


def _shown(case: Case, secret: str) -> list[dict[str, Any]]:
    """The letters that were sent, numbered from the first: a key would tell how many were written and thrown away."""
    letters, stopped = list(_letters(case)), stopped_at(case.pk)
    return [
        _letter(letter, len(letters) - place, secret, was_stopped=is_stopped(letter.sent_at, stopped))
        for place, letter in enumerate(letters)
    ]


def _letter(letter: Response, number: int, secret: str, *, was_stopped: bool) -> dict[str, Any]:
    assert letter.sent_at is not None
    files = [
        {
            "name": _name(file),
            "kind": kind_of(file.media_type),
            "size": len(file.content),
            "url": reverse("portal:sent-file", args=[secret, number, file.name]),
        }
        for file in letter.files.all()
    ]
    return {
        "title": LETTERS[letter.kind],
        "on": timezone.localtime(letter.sent_at).date(),
        "files": [] if was_stopped else files,
        "stopped": str(_STOPPED) if was_stopped else "",
    }


def _name(file: ResponseFile) -> str:
    """What the file is, for somebody who does not know how the desk names files."""
    if file.purpose != ResponseFile.Purpose.LETTER:
        return file.name
    return str(_AS.get(file.media_type.partition(";")[0], file.name))


def _state(case: Case, answered: date | None) -> str:
    unanswered = case.questions.exclude(answered_questions__response__state=ResponseState.SENT)
    if answered is not None and not unanswered.exists():
        return _("Your request has been answered.")
    ended = endings(case.pk).first()
    if ended is not None and ended.kind in _ENDED:
        return str(_ENDED[ended.kind])
    kinds = set(case.requester_messages.values_list("kind", flat=True))
    if Kind.WITHDRAW.value in kinds:
        return _("You withdrew this request.")
    asked = [letter for letter in _letters(case) if letter.kind == LetterKind.CLARIFICATION]
    replied = case.requester_messages.filter(kind__in=(Kind.CLARIFY, Kind.NARROW)).order_by("-at").first()
    if asked and (replied is None or (asked[0].sent_at and replied.at < asked[0].sent_at)):
        return _("The force has asked you something and waits for your reply.")
    if answered is not None:
        return _("Part of your request has been answered. The rest is still to come.")
    if case.due and timezone.localdate() > case.due:
        return _("The answer is late. You can write to the force, and complain to the Information Commissioner.")
    return _("The force has your request and is working on the answer.")


def _too_late(request: HttpRequest, secret: str) -> HttpResponse:
    why = _("This cannot be said at this point of the request. Nothing was sent.")
    what_to_do = _("Open the page of your request again to see what you can do.")
    return refusal(request, why, what_to_do, 409, back=reverse("portal:follow", args=[secret]))
