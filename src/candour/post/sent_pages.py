"""The page of mail that goes out: what waits, what was refused, what came back."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, staff_only
from candour.desk.models import Case, InternalReview
from candour.desk.models.response import LetterKind
from candour.desk.refusals import Refused
from candour.desk.views.case import crumbs
from candour.post.acknowledge import resolve_acknowledgement
from candour.post.deal import deal_with_returned
from candour.post.forms import ReachedForm
from candour.post.models import OPEN_STATES, UNREACHED, Fate, MailState, OutgoingMail, Purpose
from candour.post.outbox import is_interrupted
from candour.post.sight import sent_mail_seen_by

PER_PAGE = 25

_FILTERS: dict[str, tuple[str, Q]] = {
    "trouble": ("Needs somebody", UNREACHED | Q(state=MailState.HANDING_OVER)),
    "waiting": ("On its way", Q(state__in=OPEN_STATES)),
    "sent": ("Sent", Q(state=MailState.TAKEN)),
    "not_sent": ("Not sent", Q(state__in=(MailState.REFUSED, MailState.TAKEN_BACK))),
    "returned": ("Came back", Q(fate=Fate.RETURNED)),
}
_COLOURS = {
    MailState.WAITING: "yellow",
    MailState.CONNECTING: "yellow",
    MailState.HANDING_OVER: "orange",
    MailState.TAKEN: "green",
    MailState.REFUSED: "red",
    MailState.TAKEN_BACK: "grey",
}
_FATE_COLOURS = {Fate.ARRIVED: "green", Fate.DELAYED: "yellow", Fate.RETURNED: "red"}


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A message on its way out as a page shows it: never to whom."""

    mail: OutgoingMail
    status: str
    colour: str
    said: str


def shown_mail(mail: OutgoingMail) -> ShownMail:
    """How far the message has got: what became of it where that is known, else its state."""
    if mail.state == MailState.TAKEN and mail.fate:
        return ShownMail(mail, mail.get_fate_display(), _FATE_COLOURS[Fate(mail.fate)], mail.fate_said)
    if is_interrupted(mail):
        return ShownMail(mail, "Not known whether it was sent", "orange", mail.said)
    return ShownMail(mail, mail.get_state_display(), _COLOURS[MailState(mail.state)], mail.said)


def not_yet(mail: OutgoingMail | None) -> str:
    """Why a letter that somebody sent just now is not sent yet, and what happens next."""
    said = f" ({mail.said})" if mail and mail.said else ""
    if mail and mail.state == MailState.WAITING:
        return f"The mail server has not taken the letter yet{said}. It is tried again by itself for two days."
    return f"Whether the mail server took the letter is not known{said}. Open “Send” to say what became of it."


def sent_of_review(review: InternalReview) -> list[ShownMail]:
    """The messages by which the outcome of a review went out or was to, the newest first, without their bytes."""
    return [shown_mail(mail) for mail in review.outgoing_mail.defer("content").select_related("response")]


def returned_of(case: Case) -> list[ShownMail]:
    """The messages of a case that did not reach the requester and that nobody has dealt with."""
    found = case.outgoing_mail.filter(UNREACHED)
    return [shown_mail(mail) for mail in found.defer("content").select_related("response")]


def sent_of(case: Case) -> list[ShownMail]:
    """The messages of a case that went out or are to, the newest first, without their bytes."""
    return [shown_mail(mail) for mail in case.outgoing_mail.defer("content").select_related("response")]


@staff_only
def returned(request: StaffRequest, pk: int) -> HttpResponse:
    """A message that did not reach the requester, or of which nobody knows: what was said, and what a person may do."""
    mine = sent_mail_seen_by(request.user).exclude(case=None)
    mail = mine.defer("content").select_related("case", "response", "review").filter(pk=pk).first()
    if mail is None or mail.case is None:
        raise Http404("There is no such message.")
    if mail.state == MailState.HANDING_OVER and mail.purpose != Purpose.ACKNOWLEDGEMENT:
        return _to_its_page(mail)
    found_out = request.POST.get("action") in {"was_sent", "was_not_sent"}
    form = ReachedForm(request.POST if request.method == "POST" and not found_out else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            if form.is_bound:
                deal_with_returned(mail.pk, form.cleaned_data["how"], request.user)
            else:
                was_taken = request.POST.get("action") == "was_sent"
                resolve_acknowledgement(mail.pk, was_taken=was_taken, actor=request.user)
            messages.success(request, "Thank you: that is recorded.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("desk:case", mail.case_id)
    context = {
        "shown": shown_mail(mail),
        "case": mail.case,
        "form": form,
        "interrupted": is_interrupted(mail),
        "breadcrumbs": crumbs(mail.case, "A message"),
    }
    return render(request, "post/returned.html", context)


def _to_its_page(mail: OutgoingMail) -> HttpResponse:
    """The page of the letter, where a person says what became of it."""
    if mail.review is not None:
        return redirect("post:send-review", mail.case_id, mail.review.number)
    if mail.response is not None and mail.response.kind != LetterKind.ANSWER:
        return redirect("post:send-notice", mail.case_id, mail.response_id)
    return redirect("post:send", mail.case_id)


@staff_only
def sent(request: StaffRequest) -> HttpResponse:
    """The messages of the force that went out or are to, those that need somebody first chosen."""
    every = sent_mail_seen_by(request.user)
    chosen = request.GET.get("show", "trouble")
    chosen = chosen if chosen in _FILTERS else "trouble"
    counts = every.aggregate(**{name: Count("pk", filter=rule) for name, (_, rule) in _FILTERS.items()})
    found = every.filter(_FILTERS[chosen][1]).defer("content").select_related("case", "response")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Mail that goes out",
        "page": page,
        "rows": [shown_mail(mail) for mail in page],
        "chosen": chosen,
        "chosen_label": _FILTERS[chosen][0],
        "filters": [{"value": name, "label": label, "count": counts[name]} for name, (label, _) in _FILTERS.items()],
        "breadcrumbs": [{"text": "Mail", "url": "../"}, {"text": "Mail that goes out"}],
    }
    return render(request, "post/sent.html", context)
