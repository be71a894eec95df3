"""Several messages at once that are no requests: those ticked in the queue are looked over, then kept with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.post.deal import MOST_AT_ONCE, not_requests
from candour.post.forms import NotRequestsForm
from candour.post.models import EntryState
from candour.post.shown import Shown, shown
from candour.post.sight import mail_seen_by

_BEGINNING = 160
_MOST_DIGITS = 18
"""Digits of a key that fits the database."""


@staff_only
def page(request: StaffRequest) -> HttpResponse:
    """The messages that were ticked, each with its first words; those that seem to belong to a case are left out."""
    force = force_of(request)
    keys = [key for key in request.GET.getlist("mail") if key.isascii() and key.isdecimal() and len(key) < _MOST_DIGITS]
    waiting = mail_seen_by(request.user).filter(state=EntryState.WAITING, pk__in=keys[:MOST_AT_ONCE])
    chosen = list(waiting.select_related("message", "suggested"))
    offered = [entry for entry in chosen if entry.suggested is None]
    form = NotRequestsForm(
        request.POST if request.method == "POST" else None,
        initial={"mails": [str(entry.pk) for entry in offered]},
        mails=[(str(entry.pk), _in_a_line(shown(entry, identified=True))) for entry in offered],
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done, stay = not_requests(force, map(int, given["mails"]), given["reason"], request.user)
        if done:
            messages.success(request, f"{_messages(done)} kept under “Not a request”.")
        if stay:
            messages.info(request, f"{_messages(len(stay))} left as before: dealt with already, or perhaps of a case.")
        return redirect("post:queue")
    context = {
        "form": form,
        "offered": offered,
        "apart": [entry for entry in chosen if entry.suggested is not None],
        "gone": len(set(keys)) - len(chosen),
        "breadcrumbs": [{"text": "Mail", "url": reverse("post:queue")}, {"text": "Not requests"}],
    }
    return render(request, "post/not_requests.html", context)


def _in_a_line(message: Shown) -> str:
    """What tells an advertisement from a request, without opening each: who wrote, about what, and the first words."""
    words = " ".join((message.own or message.quoted).split())
    beginning = f"{words[:_BEGINNING]}…" if len(words) > _BEGINNING else words
    files = f" ({len(message.attachments)} attached)" if message.attachments else ""
    return f"{message.subject}, from {message.sender}{files}: {beginning or 'no words of its own'}"


def _messages(many: int) -> str:
    return f"{many} message{'s' if many != 1 else ''}"
