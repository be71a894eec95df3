"""Pages for people who see no case: a contact who follows the link of a task, and a national unit that advises."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest
from candour.desk.business_areas.referral import advise, referrals_to
from candour.desk.business_areas.tasks import LinkGone, receive_reply, task_of
from candour.desk.forms.task import AdviceForm, ReplyForm
from candour.desk.models import Referral
from candour.desk.models.staff import Role
from candour.desk.publishing.masking import masked_question
from candour.desk.refusals import NotAllowed, Refused


def task(request: HttpRequest, token: str) -> HttpResponse:
    """The question and what is asked, with the form that answers; no account, and nothing else of the case."""
    try:
        found = task_of(token)
    except LinkGone as gone:
        return _private(render(request, "task/gone.html", {"says": str(gone)}, status=410))
    form = ReplyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            receive_reply(found, given["submission"], given["text"], form.hours, given["by"], given["file"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            thanks = {"force": found.case.authority, "until": found.expires_at}
            return _private(render(request, "task/thanks.html", thanks))
    context = {
        "task": found,
        "force": found.case.authority,
        "question": masked_question(found.question.asked, found.case.requester),
        "answered": found.replies.count(),
        "form": form,
    }
    return _private(render(request, "task/task.html", context))


@login_required
def referrals(request: HttpRequest) -> HttpResponse:
    """What was referred to this authority, for its national unit."""
    unit = _unit(request)
    assert unit.user.authority is not None
    return render(request, "desk/referrals.html", {"referrals": list(referrals_to(unit.user.authority)[:200])})


@login_required
def referral(request: HttpRequest, number: int) -> HttpResponse:
    """One question that was referred, and the advice on it."""
    unit = _unit(request)
    assert unit.user.authority is not None
    found = referrals_to(unit.user.authority).select_related("case__requester").filter(pk=number).first()
    if found is None:
        raise Http404("Nothing of that number was referred to you.")
    form = AdviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            advise(found.pk, form.cleaned_data["advice"], unit.user)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Your advice is with the force.")
        return redirect("desk:referral", number)
    return render(request, "desk/referral.html", _of_referral(found, form))


def _of_referral(found: Referral, form: AdviceForm) -> dict[str, object]:
    return {
        "referral": found,
        "force": found.case.authority,
        "question": masked_question(found.question.asked, found.case.requester),
        "form": form,
    }


def _unit(request: HttpRequest) -> StaffRequest:
    staff = cast("StaffRequest", request)
    if staff.user.authority is None or staff.user.role != Role.NATIONAL:
        raise PermissionDenied("Only a national unit sees what was referred to it.")
    return staff


def _private(answer: HttpResponse) -> HttpResponse:
    """Neither kept by a browser nor found by a search engine, and its address is told to no other site."""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer
