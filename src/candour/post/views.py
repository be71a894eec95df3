"""The page that sends a cleared letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.models import Case, Response, ResponseState
from candour.desk.models.response import LIVE_STATES, LetterKind
from candour.desk.publishing.published_at_once import is_published_at_once
from candour.desk.refusals import Refused
from candour.desk.views.case import crumbs
from candour.post.outbox import hurry, mail_of, progress
from candour.post.send import attempt, resolve_interrupted, send, take_back
from candour.post.sent_pages import not_yet


@staff_only
def sending(request: StaffRequest, pk: int, number: int | None = None) -> HttpResponse:
    """What will be sent, and the button that sends it; or how far the sending has got, and what a person may do."""
    case = case_of(request, pk)
    response = _letter(case, number)
    if response is None or response.state == ResponseState.AWAITING_CLEARANCE:
        messages.error(request, "The letter has to be cleared before it can be sent.")
        return redirect("desk:case", pk)
    if request.method == "POST":
        try:
            _post(request, response)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("desk:case", pk)
    if response.state == ResponseState.SENT:
        messages.info(request, "This letter has already been sent.")
        return redirect("desk:case", pk)
    is_sending = response.state == ResponseState.SENDING
    mail = mail_of(response) if is_sending else None
    context = {
        "case": case,
        "response": response,
        "files": list(response.files.all()),
        "published_at_once": is_published_at_once(response.recipient),
        **progress(mail, is_sending=is_sending),
        "breadcrumbs": crumbs(case, "Send"),
    }
    return render(request, "post/send.html", context)


def _letter(case: Case, number: int | None) -> Response | None:
    """The answer of the case, or its notice of that number, when it is on its way or has gone."""
    letters = case.responses.filter(state__in=LIVE_STATES).select_related("cleared_by")
    return letters.filter(kind=LetterKind.ANSWER).first() if number is None else letters.filter(pk=number).first()


def _post(request: StaffRequest, response: Response) -> None:
    action = request.POST.get("action")
    if action in {"was_sent", "was_not_sent"}:
        resolve_interrupted(response.pk, was_sent=action == "was_sent", actor=request.user)
        messages.success(request, "Thank you: that is recorded.")
        return
    if action == "take_back":
        take_back(response.pk, request.user)
        messages.success(request, "The letter was taken back. It is cleared, and nothing was sent.")
        return
    mail = mail_of(response)
    if action == "try_now" and mail is not None:
        hurry(mail.pk)
        response = attempt(mail.pk)
    else:
        response = send(response.pk, request.user, knows_it_is_public=request.POST.get("public") == "on")
    if response.state == ResponseState.SENT:
        done = "The letter has been sent." if response.recipient else "The letter is recorded as posted."
        messages.success(request, done)
    else:
        messages.warning(request, not_yet(mail_of(response)))
