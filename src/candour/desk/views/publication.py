"""Publication: the answer as the public will see it, and what can be done about an entry once it is there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.forms.letter import CorrectForm, PublishForm, WithdrawForm
from candour.desk.masking import published_letter
from candour.desk.models import Case, Publication, Response, ResponseState
from candour.desk.models.response import LetterKind
from candour.desk.publish import correct, publish, withdraw
from candour.desk.refusals import Refused
from candour.desk.views.case import crumbs
from candour.desk.views.letter import live_letter
from candour.letters.write import to_html_fragment


@staff_only
def publication(request: StaffRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The answer as the public will see it, with the button that publishes it; the entry, once there is one."""
    case = case_of(request, pk)
    response = live_letter(case, number) if number else _next_to_publish(case) or live_letter(case)
    if response.kind != LetterKind.ANSWER or response.state != ResponseState.SENT:
        messages.error(request, "Only an answer that has been sent can be published.")
        return redirect("desk:case", pk)
    if entry := Publication.objects.filter(response=response).select_related("authority", "response").first():
        return _entry(request, case, entry)
    form = PublishForm(request.POST or None)
    also: list[str] = []
    if request.method == "POST" and form.is_valid():
        also = form.taken_out
        if request.POST.get("action") == "publish":
            try:
                entry = publish(response.pk, request.user, also, form.at)
            except Refused as refusal:
                messages.error(request, str(refusal))
                return redirect("desk:case", pk)
            if entry.is_visible:
                messages.success(request, "The answer is on the disclosure log.")
                return redirect("portal:entry", entry.authority.slug, entry.slug)
            messages.success(request, "The answer will be on the disclosure log from that day.")
            return redirect("desk:publish-letter", pk, response.pk)
    letter, taken = published_letter(case, response, also)
    context = {
        "case": case,
        "form": form,
        "response": response,
        "letter": to_html_fragment(letter, heading_level=2),
        "taken": taken,
        "breadcrumbs": crumbs(case, "Publish"),
    }
    return render(request, "desk/publish.html", context)


def _next_to_publish(case: Case) -> Response | None:
    """The first letter that was sent and is not on the log, where the case is answered in stages; else the last."""
    sent = case.responses.filter(kind=LetterKind.ANSWER, state=ResponseState.SENT)
    waiting = sent.filter(publication__isnull=True).order_by("pk")
    found: Response | None = waiting.first() or sent.first()
    return found


def _entry(request: StaffRequest, case: Case, entry: Publication) -> HttpResponse:
    """The entry of a case: where it stands, its correction and its withdrawal."""
    acting = request.POST.get("action") if request.method == "POST" else ""
    correction = CorrectForm(request.POST if acting == "correct" else None, prefix="correct")
    withdrawal = WithdrawForm(request.POST if acting == "withdraw" else None, prefix="withdraw")
    try:
        if acting == "correct" and correction.is_valid():
            correct(entry.pk, correction.taken_out, correction.cleaned_data["reason"], request.user)
            messages.success(request, "The entry is corrected. Readers see the date and your words.")
            return redirect("desk:publish-letter", case.pk, entry.response_id)
        if acting == "withdraw" and withdrawal.is_valid():
            withdraw(entry.pk, withdrawal.cleaned_data["reason"], request.user)
            messages.success(request, "The entry is withdrawn. Its address says so, and why.")
            return redirect("desk:publish-letter", case.pk, entry.response_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:publish-letter", case.pk, entry.response_id)
    context = {
        "case": case,
        "entry": entry,
        "address": request.build_absolute_uri(reverse("portal:entry", args=[entry.authority.slug, entry.slug])),
        "changes": list(entry.changes.all()),
        "correction": correction,
        "withdrawal": withdrawal,
        "form": withdrawal if acting == "withdraw" else correction,
        "breadcrumbs": crumbs(case, "Publication"),
    }
    return render(request, "desk/publication.html", context)
