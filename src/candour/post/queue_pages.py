"""The pages of mail that came in: the queue of a force, one message, the form that makes it a request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, staff_only
from candour.desk.models import StaffMember
from candour.desk.refusals import Refused
from candour.letters.request import split_request
from candour.post.deal import (
    give_to_force,
    make_request,
    not_request,
    not_the_suggested,
    put_to_case,
    submission_of,
    take_back,
)
from candour.post.elsewhere import missing
from candour.post.forms import CaseForm, ForceForm, ReasonForm, request_form
from candour.post.models import EntryState, QueueEntry
from candour.post.shown import listed, may_be_identified, shown
from candour.post.sight import mail_seen_by
from candour.post.take_in import read_left_over

PER_PAGE = 25
_MOST_READ_AT_ONCE = 3


@staff_only
def queue(request: StaffRequest) -> HttpResponse:
    """The messages of the force, those that wait first chosen."""
    read_left_over(_MOST_READ_AT_ONCE)
    return _list(request, mail_seen_by(request.user), "Mail")


@login_required
def unplaced(request: HttpRequest) -> HttpResponse:
    """The messages that were sent to no address of a force: for administrators."""
    _administrator(request)
    read_left_over(_MOST_READ_AT_ONCE)
    return _list(request, QueueEntry.objects.filter(authority=None), "Mail for no force", unplaced=True)


@staff_only
def message(request: StaffRequest, pk: int) -> HttpResponse:
    """One message, and what can be done with it."""
    entry = _entry(mail_seen_by(request.user), pk)
    case_form, reason_form = _forms(request, entry)
    if request.method == "POST" and (answer := _act(request, entry, case_form, reason_form)):
        return answer
    context = {
        "shown": shown(entry, identified=may_be_identified(entry)),
        "entry": entry,
        "states": EntryState,
        "form": reason_form if reason_form.is_bound else case_form,
        "case_form": case_form,
        "reason_form": reason_form,
        "same_id": _same_id(entry),
        "breadcrumbs": [{"text": "Mail", "url": reverse("post:queue")}, {"text": "Message"}],
    }
    return render(request, "post/message.html", context)


@staff_only
def new_request(request: StaffRequest, pk: int) -> HttpResponse:
    """The message as a request: a person reads it, corrects the form and confirms."""
    entry = _entry(mail_seen_by(request.user), pk)
    if entry.state != EntryState.WAITING or not may_be_identified(entry):
        messages.error(request, "First say that the message belongs to no case.")
        return redirect("post:message", pk)
    form = request_form(entry, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        incoming = form.incoming()
        if incoming.submission != submission_of(entry):
            raise Http404("The form belongs to another message.")
        try:
            case = make_request(entry.pk, incoming, request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("post:message", pk)
        messages.success(request, f"The request has the reference {case.reference}. Now check its questions.")
        return redirect("desk:questions", case.pk)
    text = str(form["text"].value() or "")
    context = {
        "form": form,
        "entry": entry,
        "shown": shown(entry, identified=True),
        "split": split_request(text),
        "breadcrumbs": [
            {"text": "Mail", "url": reverse("post:queue")},
            {"text": "Message", "url": reverse("post:message", args=[pk])},
            {"text": "New request"},
        ],
    }
    return render(request, "post/new_request.html", context)


@login_required
def unplaced_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message that was sent to no force: an administrator gives it to one, or says that it is none of ours."""
    staff = _administrator(request)
    entry = _entry(QueueEntry.objects.filter(authority=None), pk)
    action = request.POST.get("action")
    force_form = ForceForm(request.POST if action == "give" else None, prefix="force")
    reason_form = ReasonForm(request.POST if action == "not_request" else None, prefix="reason")
    try:
        if action == "give" and force_form.is_valid():
            give_to_force(entry.pk, force_form.cleaned_data["authority"], staff)
            messages.success(request, f"The message is in the queue of {force_form.cleaned_data['authority']} now.")
            return redirect("post:unplaced")
        if action == "not_request" and reason_form.is_valid():
            not_request(entry.pk, reason_form.cleaned_data["reason"], staff)
            messages.success(request, "The message is kept under “Not a request”.")
            return redirect("post:unplaced")
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("post:unplaced")
    context = {
        "shown": shown(entry, identified=True),
        "entry": entry,
        "states": EntryState,
        "form": reason_form if reason_form.is_bound else force_form,
        "force_form": force_form,
        "reason_form": reason_form,
        "same_id": _same_id(entry),
        "breadcrumbs": [{"text": "Mail for no force", "url": reverse("post:unplaced")}, {"text": "Message"}],
    }
    return render(request, "post/message.html", context)


def _forms(request: StaffRequest, entry: QueueEntry) -> tuple[CaseForm, ReasonForm]:
    action = request.POST.get("action")
    suggested = {"reference": entry.suggested.reference} if entry.suggested else None
    case_form = CaseForm(
        request.POST if action in {"put_to_case", "also_to_case"} else None,
        person=request.user,
        initial=suggested,
        prefix="case",
    )
    reasoned = request.POST if action in {"not_request", "take_back"} else None
    return case_form, ReasonForm(reasoned, prefix="reason")


def _act(request: StaffRequest, entry: QueueEntry, case_form: CaseForm, reason_form: ReasonForm) -> HttpResponse | None:
    """Do what the person asked for; None where a form has an error to show."""
    action = request.POST.get("action")
    try:
        if action in {"put_to_case", "also_to_case"}:
            if not case_form.is_valid() or case_form.case is None:
                return None
            put_to_case(entry.pk, case_form.case, request.user, also=action == "also_to_case")
            messages.success(request, f"The message is with case {case_form.case.reference} now.")
            return redirect("post:queue")
        if action in {"not_request", "take_back"}:
            if not reason_form.is_valid():
                return None
            (not_request if action == "not_request" else take_back)(
                entry.pk, reason_form.cleaned_data["reason"], request.user
            )
            done = "kept under “Not a request”" if action == "not_request" else "back in the queue"
            messages.success(request, f"The message is {done}.")
        elif action == "not_suggested":
            not_the_suggested(entry.pk, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("post:queue") if action in {"not_request", "take_back"} else redirect("post:message", entry.pk)


def _list(request: HttpRequest, entries: QuerySet[QueueEntry], title: str, *, unplaced: bool = False) -> HttpResponse:
    state = request.GET.get("state", EntryState.WAITING)
    state = state if state in EntryState.values else EntryState.WAITING
    counts = dict(entries.order_by().values_list("state").annotate(number=Count("pk")))
    chosen = entries.filter(state=state).select_related("message", "case__requester", "suggested__requester", "by")
    page = Paginator(chosen.defer("message__reading"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": title,
        "page": page,
        "rows": [_row(entry, unplaced=unplaced) for entry in page],
        "state": state,
        "chosen_label": EntryState(state).label,
        "states": [
            {"value": known.value, "label": known.label, "count": counts.get(known.value, 0)}
            for known in EntryState
            if not unplaced or known in {EntryState.WAITING, EntryState.NOT_REQUEST}
        ],
        "is_waiting": state == EntryState.WAITING,
        "also_unplaced": request.user.is_superuser if isinstance(request.user, StaffMember) else False,
        "unplaced": unplaced,
        "not_arrived": 0 if unplaced else _not_arrived(request),
    }
    return render(request, "post/queue.html", context)


def _not_arrived(request: HttpRequest) -> int:
    """How many requests the site of WhatDoTheyKnow lists that are not among the mail."""
    user = request.user
    return missing(user.authority).count() if isinstance(user, StaffMember) and user.authority else 0


def _row(entry: QueueEntry, *, unplaced: bool) -> dict[str, Any]:
    as_listed = listed(entry, identified=unplaced or may_be_identified(entry))
    address = reverse("post:unplaced-message" if unplaced else "post:message", args=[entry.pk])
    return {"entry": entry, "shown": as_listed, "url": address}


def _entry(entries: QuerySet[QueueEntry], pk: int) -> QueueEntry:
    wanted = entries.select_related("message", "authority", "case__requester", "suggested__requester", "by")
    entry = wanted.filter(pk=pk).first()
    if entry is None:
        raise Http404("There is no such message.")
    return entry


def _same_id(entry: QueueEntry) -> bool:
    """Whether another message came under the same Message-ID, which no two should share."""
    known = entry.message
    others = QueueEntry.objects.filter(message__message_id=known.message_id, authority=entry.authority)
    return bool(known.message_id) and others.exclude(message=known).exists()


def _administrator(request: HttpRequest) -> StaffMember:
    user = request.user
    if not isinstance(user, StaffMember) or not user.is_superuser:
        raise Http404("There is no such page.")
    return user
