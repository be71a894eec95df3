"""Pages for people who see no case: a contact of a business area, by a link or signed in, and a national unit."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest
from candour.desk.business_areas.referral import advise, referrals_to
from candour.desk.business_areas.tasks import LinkGone, receive_reply, task_of, tasks_given_to
from candour.desk.forms.task import AdviceForm, ReplyForm
from candour.desk.models import Referral, Task, TaskState
from candour.desk.models.staff import Role
from candour.desk.publishing.masking import masked_question
from candour.desk.refusals import NotAllowed, Refused

_A_PAGE = 25


def task(request: HttpRequest, token: str) -> HttpResponse:
    """The question and what is asked, with the form that answers; no account, and nothing else of the case."""
    try:
        found = task_of(token)
    except LinkGone as gone:
        return _private(render(request, "task/gone.html", {"says": str(gone)}, status=410))
    return _answer(request, found, {"layout": "task/base.html", "until": found.expires_at})


@login_required
def given_tasks(request: HttpRequest) -> HttpResponse:
    """What was asked of the areas for which a contact answers; an account in place of the links."""
    contact = _contact(request).user
    shown = request.GET.get("show", "open")
    tasks = tasks_given_to(contact)
    states = {"open": TaskState.OPEN, "answered": TaskState.ANSWERED}
    chosen = tasks.filter(state=states[shown]) if shown in states else tasks
    counts = tasks.order_by().aggregate(
        every=Count("pk"), **{name: Count("pk", filter=Q(state=state)) for name, state in states.items()}
    )
    paginator = Paginator(chosen, _A_PAGE)
    # Known already, so that the pages need not be counted once more.
    paginator.count = counts[shown if shown in states else "every"]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "rows": [(each, masked_question(each.question.asked, each.case.requester)) for each in page],
        "page": page,
        "shown": shown,
        "views": [("open", "Open", counts["open"]), ("answered", "Answered", counts["answered"])],
        "email": contact.email,
        "today": timezone.localdate(),
    }
    return _private(render(request, "desk/given_tasks.html", context))


@login_required
def given_task(request: HttpRequest, number: int) -> HttpResponse:
    """One task, as its link shows it, for a contact who has signed in."""
    contact = _contact(request).user
    found = tasks_given_to(contact).filter(pk=number).first()
    if found is None:
        raise Http404("No task of that number was given to you.")
    return _answer(request, found, {"layout": "base.html", "by": contact.get_full_name()})


def _answer(request: HttpRequest, found: Task, shown: dict[str, object]) -> HttpResponse:
    """The question and what is asked, with the form that answers; `shown`: how the page looks to who answers."""
    form = ReplyForm(request.POST or None, request.FILES or None, initial={"by": shown.get("by", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reply = receive_reply(found, given["submission"], given["text"], form.hours, given["by"], given["file"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            blocked = reply.files.exclude(reason="").first()
            sent = {"force": found.case.authority, "blocked": blocked, "again": request.path, **shown}
            return _private(render(request, "task/thanks.html", sent))
    context = {
        "task": found,
        "force": found.case.authority,
        "question": masked_question(found.question.asked, found.case.requester),
        "answered": found.replies.count(),
        "form": form,
        **shown,
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


def _contact(request: HttpRequest) -> StaffRequest:
    staff = cast("StaffRequest", request)
    if staff.user.authority is None or staff.user.role != Role.CONTACT:
        raise PermissionDenied("Only a contact of a business area has tasks that were given to them.")
    return staff


def _private(answer: HttpResponse) -> HttpResponse:
    """Neither kept by a browser nor found by a search engine, and its address is told to no other site."""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer
