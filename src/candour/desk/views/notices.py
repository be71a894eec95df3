"""Writing to the requester before the answer: to ask what is meant, to ask for a fee, to announce more time."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.answering.notices import heading_of
from candour.desk.clearing.put_up import prepare_notice
from candour.desk.forms.notice import NOTICE_FORMS
from candour.desk.models.response import PENDING_STATES, LetterKind
from candour.desk.refusals import Refused
from candour.desk.views.case import crumbs

INTRODUCTIONS = {
    LetterKind.CLARIFICATION: "Ask only for what is needed to identify and locate the information, and ask promptly. "
    "When the answer comes, a fresh period of 20 working days begins; asking for what is not needed stops nothing.",
    LetterKind.FEES_NOTICE: "Within the cost limit only what informing the requester and communicating the information "
    "costs can be charged, such as copying and postage. The working days from the notice to the payment do not count.",
    LetterKind.EXTENSION: "Only the public interest test of a qualified exemption gives more time. The notice is owed "
    "by the 20th working day; the decision is expected by the 40th, and there is no second extension.",
    LetterKind.HAND_OVER: "Questions that another law or an easier way fits leave this request by this letter. They "
    "keep their place on the case, and the rest of the request goes on with its clock.",
}


@staff_only
def notice(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """One such letter: write it and put it up for clearance."""
    case = case_of(request, pk)
    if kind not in NOTICE_FORMS:
        raise Http404("There is no such letter.")
    letter_kind = LetterKind(kind)
    on_its_way = case.responses.filter(state__in=PENDING_STATES).exclude(kind=LetterKind.ANSWER).first()
    data = request.POST if request.method == "POST" else None
    form = NOTICE_FORMS[letter_kind](data, heading=heading_of(case, timezone.localdate()), case=case)
    if request.method == "POST" and form.is_valid():
        try:
            response = prepare_notice(pk, letter_kind, form.notice(), form.cleaned_data["dated"], request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The letter is up for clearance.")
            return redirect("desk:notice-clearance", pk, response.pk)
    context = {
        "case": case,
        "form": form,
        "on_its_way": on_its_way,
        "heading": letter_kind.label,
        "introduction": INTRODUCTIONS[letter_kind],
        "breadcrumbs": crumbs(case, letter_kind.label),
    }
    return render(request, "desk/notice.html", context)
