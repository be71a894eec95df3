"""The letter: its preview, putting it up, clearing it, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.checks import lint_case
from candour.desk.clear import clear, event_about, prepare, send_back, why_not_clear
from candour.desk.forms.letter import PrepareForm, SendBackForm
from candour.desk.ledger import NotAudited
from candour.desk.letter import letter_gaps
from candour.desk.letter_figures import unexplained
from candour.desk.masking import blind_response, mask_answer
from candour.desk.models import Case, EventKind, Response, ResponseFile, ResponseState
from candour.desk.models.response import LIVE_STATES, LetterKind
from candour.desk.proof_words import agreed_tables
from candour.desk.protect import table_faults
from candour.desk.refusals import Refused
from candour.desk.small_counts import small_counts
from candour.desk.trail import record
from candour.desk.views.case import crumbs
from candour.desk.workflow import require, why_not_allowed
from candour.letters.compose import compose
from candour.letters.write import FORMATS, to_html_fragment, write


@staff_only
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter as it stands, what is missing, and the button that puts it up for clearance."""
    case = case_of(request, pk)
    today = timezone.localdate()
    lacking = letter_gaps(case, today)
    live = case.responses.filter(kind=LetterKind.ANSWER, state__in=LIVE_STATES).first()
    checked = lint_case(case, today)
    small, unproven = small_counts(case), table_faults(case)
    wanted = {"errors_found": bool(checked.errors), "small_counts_found": bool(small)}
    form = PrepareForm(request.POST or None, audit_open="unaudited" in request.POST, **wanted)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            reasons = given.get("override", ""), given.get("small_counts", "")
            prepare(pk, given["dated"], request.user, *reasons, unaudited=given.get("unaudited", ""))
        except NotAudited as refusal:
            form = PrepareForm(request.POST, audit_open=True, **wanted)
            form.add_error("unaudited", str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "The letter is up for clearance. An approver who had no hand in it can now clear it."
            )
            return redirect("desk:case", pk)
    letter = compose(blind_response(case, today), case.authority.words, draft=True)
    context = {
        "case": case,
        "form": form,
        "gaps": lacking,
        "findings": checked.findings,
        "errors_found": len(checked.errors),
        "small_counts": small,
        "figures_open": len(unexplained(case)),
        "unproven": unproven,
        "live": live,
        "letter": to_html_fragment(letter, heading_level=2),
        "formats": [{"name": name, "title": kind.title} for name, kind in FORMATS.items()],
        "breadcrumbs": crumbs(case, "Letter"),
    }
    return render(request, "desk/letter.html", context)


@staff_only
def draft_file(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """The draft of the letter in one format."""
    case = case_of(request, pk)
    if kind not in FORMATS:
        raise Http404("A letter is not written in that format.")
    letter = compose(blind_response(case, timezone.localdate()), case.authority.words, draft=True)
    name = f"draft-{case.reference.replace('/', '-')}.{kind}"
    return _download(name, FORMATS[kind].media_type, write(letter, kind), inline=kind == "pdf")


@staff_only
def clearance(request: StaffRequest, pk: int, number: int | None = None) -> HttpResponse:
    """What an approver reads and clears: exactly the files that will be sent."""
    case = case_of(request, pk)
    try:
        response = live_letter(case, number)
    except Http404:
        if request.method != "POST":
            raise
        messages.error(
            request, "This letter became void while you read it, because the case was changed. Nothing was cleared."
        )
        return redirect("desk:case", pk)
    form = SendBackForm(request.POST if request.POST.get("action") == "send_back" else None)
    if request.method == "POST":
        try:
            if request.POST.get("action") == "clear":
                clear(response.pk, request.POST.get("digest", ""), request.user)
                messages.success(request, "The letter is cleared. It can now be sent.")
                return redirect("desk:case", pk)
            if form.is_valid():
                send_back(response.pk, form.cleaned_data["reason"], request.user)
                messages.success(request, "The letter went back to the officer with your reason.")
                return redirect("desk:case", pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
    files = list(response.files.all())
    text = next(file for file in files if file.media_type.startswith("text/plain"))
    context = {
        "case": case,
        "response": response,
        "files": files,
        "is_answer": response.kind == LetterKind.ANSWER,
        "text": mask_answer(bytes(text.content).decode(), case.requester),
        "form": form,
        "why_not": (why_not := why_not_clear(response, request.user)),
        "may_clear": not why_not,
        **_counted(case, response),
        "awaiting": response.state == ResponseState.AWAITING_CLEARANCE,
        "may_send_back": response.state == ResponseState.CLEARED
        and not why_not_allowed(event_about(response, "send_back"), case.authority_id, request.user),
        "breadcrumbs": crumbs(case, "Clearance"),
    }
    return render(request, "desk/clearance.html", context)


@staff_only
def letter_file(request: StaffRequest, pk: int, name: str, number: int | None = None) -> HttpResponse:
    """One file of the letter that is up, cleared or sent."""
    case = case_of(request, pk)
    try:
        file = live_letter(case, number).files.get(name=name)
    except ResponseFile.DoesNotExist:
        raise Http404("The letter has no such file.") from None
    if file.purpose == ResponseFile.Purpose.LETTER:
        require("look", case, request.user)
        record(case, EventKind.REQUESTER_SEEN, request.user, f"Opened {file.name}, which names the requester.")
    inline = file.media_type == "application/pdf"
    return _download(file.name, file.media_type, bytes(file.content), inline=inline)


def live_letter(case: Case, number: int | None = None) -> Response:
    """The answer that is up, cleared or sent, or the notice of that number. Raises Http404 when there is none."""
    letters = case.responses.filter(state__in=LIVE_STATES).select_related("prepared_by", "cleared_by", "case")
    wanted = letters.filter(kind=LetterKind.ANSWER) if number is None else letters.filter(pk=number)
    response: Response | None = wanted.first()
    if response is None:
        raise Http404("No such letter of this case is up for clearance, cleared or sent.")
    return response


def _counted(case: Case, response: Response) -> dict[str, Any]:
    """What an approver is told of the tables: how each was made safe, small counts, and why these are shown."""
    if response.kind != LetterKind.ANSWER:
        return {}
    confirmed = case.events.filter(kind=EventKind.SMALL_COUNTS).last()
    return {
        "safe_tables": agreed_tables(case),
        "unproven": table_faults(case),
        "small_counts": small_counts(case),
        "confirmed": f"{confirmed.detail} {confirmed.why}" if confirmed else "",
    }


def _download(name: str, media_type: str, content: bytes, *, inline: bool = False) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
