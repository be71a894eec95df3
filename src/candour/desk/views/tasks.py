"""Tasks of a case for staff: asking an area, what came back, reminding, escalating, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.answering.decide import target
from candour.desk.business_areas.referral import refer
from candour.desk.business_areas.tasks import ask, escalate, hours_of, remind, revoke, take_file, take_hours, token_of
from candour.desk.forms.task import AskForm, ReferForm, RevokeForm
from candour.desk.models import Task
from candour.desk.publishing.masking import masked_question
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.views.case import crumbs
from candour.law import countable_activities


@staff_only
def new_task(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask a business area about one question."""
    case = case_of(request, pk)
    asked_before = {name: request.GET[name] for name in ("question", "area") if request.GET.get(name, "").isdecimal()}
    form = AskForm(case, request.POST or None, initial=asked_before)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        base = request.build_absolute_uri("/")
        try:
            made = ask(given["question"], given["area"], given["asked"], given["wanted_by"], base, request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{made.area} is asked by mail. The answer comes back here.")
            return redirect("desk:task", pk, made.pk)
    context = {"case": case, "form": form, "breadcrumbs": crumbs(case, "Ask a business area")}
    return render(request, "desk/task_new.html", context)


@staff_only
def task(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """One task: what was asked, what came back, and what can be done about it."""
    case = case_of(request, pk)
    found = Task.objects.select_related("area", "question", "made_by").filter(case=case, pk=number).first()
    if found is None:
        raise Http404("There is no such task.")
    action = request.POST.get("action", "") if request.method == "POST" else ""
    form = RevokeForm(request.POST if action == "revoke" else None)
    if action and (action != "revoke" or form.is_valid()):
        try:
            done = _act(request, found, action, form)
        except ChangedMeanwhile as error:
            messages.error(request, f"{error} Look again before you go on.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return redirect("desk:task", pk, number)
    replies = list(found.replies.prefetch_related("files"))
    names = {activity.key: activity.text for activity in countable_activities()}
    context = {
        "case": case,
        "task": found,
        "question": masked_question(found.question.asked, case.requester),
        "decide": reverse("desk:decision", args=[pk, f"q{found.question_id}"]),
        "replies": [
            {"reply": reply, "hours": [(names[key], value) for key, value in hours_of([reply]).items()]}
            for reply in replies
        ],
        "hours": sum(sum(hours_of([reply]).values()) for reply in replies),
        "hours_taken": all(reply.hours_taken for reply in replies if reply.hours),
        "expired": found.expires_at < timezone.now(),
        "version": target(case, f"q{found.question_id}").version,
        "address": request.build_absolute_uri(reverse("task", args=[token_of(found)])),
        "form": form,
        "breadcrumbs": crumbs(case, f"Task {number}"),
    }
    return render(request, "desk/task.html", context)


def _act(request: StaffRequest, found: Task, action: str, form: RevokeForm) -> str:
    """Do what was asked; what to say of it. Raises Refused, ChangedMeanwhile."""
    actor, posted = request.user, request.POST
    version = int(posted["version"]) if posted.get("version", "").isdecimal() else -1
    match action:
        case "remind":
            remind(found.pk, actor)
            return f"{found.area} is reminded by mail."
        case "escalate":
            escalate(found.pk, actor)
            return f"Whoever stands above {found.area} is told by mail."
        case "revoke":
            revoke(found.pk, form.cleaned_data["why"], actor)
            return "The task is taken back. Its link leads nowhere any more."
        case "hours":
            take_hours(found, version, actor)
            return "The hours are in the estimate of the question."
        case "file":
            wanted = posted.get("file", "")
            replies = found.replies.filter(files__pk=int(wanted) if wanted.isdecimal() else 0, files__decision=None)
            if not replies.exists():
                raise Refused("There is no such file that could be taken.")
            take_file(int(wanted), version, actor)
            return "The file is with the decision. Look at what the gate found before you agree to it."
    raise Refused("That cannot be done with a task.")


@staff_only
def new_referral(request: StaffRequest, pk: int) -> HttpResponse:
    """Refer a question to the national unit."""
    case = case_of(request, pk)
    form = ReferForm(case, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            made = refer(given["question"], given["to"], given["asked"], request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The question is referred to {made.to}. The clock goes on.")
            return redirect("desk:case", pk)
    context = {"case": case, "form": form, "breadcrumbs": crumbs(case, "Refer a question")}
    return render(request, "desk/referral_new.html", context)
