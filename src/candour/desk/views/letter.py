"""The letter: its preview, putting it up, clearing it, its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, readers_may_post, staff_only
from candour.desk.answering.checks import lint_case
from candour.desk.answering.letter import letter_gaps, load_letter, next_portion, portion_of
from candour.desk.audit_trail.writing import record
from candour.desk.clearing.chain import next_steps, step_of, waits_for
from candour.desk.clearing.clear import bypass, clear, event_about, send_back, why_not_clear
from candour.desk.clearing.passages import comment, left_by_answers, passages_of, settle, still_open_elsewhere
from candour.desk.clearing.put_up import prepare
from candour.desk.forms.letter import BypassForm, CommentForm, PrepareForm, SendBackForm, SettleForm, StageForm
from candour.desk.models import Case, EventKind, PassageComment, Response, ResponseFile, ResponseState
from candour.desk.models.response import LIVE_STATES, PENDING_STATES, LetterKind
from candour.desk.publishing.masking import blind_response
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.safe_figures.ledger import NotAudited, Telling, Tells, rows_of
from candour.desk.safe_figures.letter_figures import unexplained
from candour.desk.safe_figures.pasted_tables import unread_tables
from candour.desk.safe_figures.proof_words import agreed_tables
from candour.desk.safe_figures.protect import table_faults
from candour.desk.safe_figures.small_counts import small_counts
from candour.desk.stage import endings
from candour.desk.views.case import crumbs
from candour.desk.workflow import require, why_not_allowed
from candour.letters.compose import compose
from candour.letters.labels import in_words
from candour.letters.write import FORMATS, to_html_fragment, write


@staff_only
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter as it stands, what is missing, and the button that puts it up for clearance."""
    case_of(request, pk)
    given_in = request.POST if request.method == "POST" else request.GET
    stages = StageForm(pk, given_in if "question" in given_in else None)
    portion = stages.portion if stages.is_bound and stages.is_valid() else None
    case = case_of(request, pk, portion or next_portion(pk))
    today = timezone.localdate()
    lacking = letter_gaps(case, today)
    live = case.responses.filter(kind=LetterKind.ANSWER, state__in=PENDING_STATES).first()
    checked = lint_case(case, today)
    small, unproven = small_counts(case), table_faults(case)
    unread = unread_tables(case)
    wanted = {
        "errors_found": bool(checked.errors),
        "small_counts_found": bool(small),
        "unread_found": bool(unread),
    }
    telling: list[dict[str, Any]] = []
    form = PrepareForm(request.POST or None, audit_open="unaudited" in request.POST and not unread, **wanted)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            reasons = given.get("override", ""), given.get("small_counts", "")
            unaudited = given.get("unaudited", "")
            up = prepare(pk, given["dated"], request.user, *reasons, unaudited=unaudited, portion=portion)
        except Tells as refusal:
            form.add_error(None, "The tables tell small counts together with earlier releases. See below what to do.")
            telling = _with_rows(case, refusal.findings)
        except NotAudited as refusal:
            form = PrepareForm(request.POST, audit_open=True, **wanted)
            form.add_error("unaudited", str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            whom = waits_for(list(up.steps.all()))
            messages.success(
                request, f"The letter is up for clearance. It waits for: {whom}. Nobody clears what they had a hand in."
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
        "unread_tables": unread,
        "telling": telling[:_MOST_TOLD],
        "telling_more": max(0, len(telling) - _MOST_TOLD),
        "figures_open": len(unexplained(case)),
        "unproven": unproven,
        "live": live,
        "stages": stages if not live and stages.is_worth_while else None,
        "chosen_keys": stages.chosen if portion else [],
        "chosen_query": urlencode([("question", key) for key in stages.chosen]) if portion else "",
        "answers": in_words(tuple(question.label for question in case.questions.all())) if portion else "",
        "left_comments": [] if live else left_by_answers(case),
        "is_closed": not live and not stages.has_open,
        "letter": to_html_fragment(letter, heading_level=2),
        "formats": [{"name": name, "title": kind.title} for name, kind in FORMATS.items()],
        "breadcrumbs": crumbs(case, "Letter"),
    }
    return render(request, "desk/letter.html", context)


@staff_only
def draft_file(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """The draft of the letter in one format."""
    case_of(request, pk)
    stages = StageForm(pk, request.GET if "question" in request.GET else None)
    portion = stages.portion if stages.is_bound and stages.is_valid() else None
    case = case_of(request, pk, portion or next_portion(pk))
    if kind not in FORMATS:
        raise Http404("A letter is not written in that format.")
    letter = compose(blind_response(case, timezone.localdate()), case.authority.words, draft=True)
    name = f"draft-{case.reference.replace('/', '-')}.{kind}"
    return download(name, FORMATS[kind].media_type, write(letter, kind), inline=kind == "pdf")


@staff_only
@readers_may_post
def clearance(request: StaffRequest, pk: int, number: int | None = None) -> HttpResponse:
    """What is read and cleared, step by step: exactly the files that will be sent, passage by passage."""
    case = case_of(request, pk)
    try:
        response = live_letter(case, number)
    except Http404:
        if request.method == "POST":
            messages.error(
                request, "This letter became void while you read it, because the case was changed. Nothing was cleared."
            )
            return redirect("desk:case", pk)
        return no_such_letter(request, case, number)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    forms = {
        "send_back": SendBackForm(request.POST if action == "send_back" else None),
        "bypass": BypassForm(request.POST if action == "bypass" else None, prefix="bypass"),
        "comment": CommentForm(request.POST if action == "comment" else None, prefix="comment"),
        "settle": SettleForm(request.POST if action == "settle" else None, prefix="settle"),
    }
    if action:
        try:
            if done := _act(request, response, action, forms):
                messages.success(request, done)
                if action in {"comment", "settle"}:
                    return redirect(request.path + "#passages")
                return redirect("desk:case", pk)
        except Refused as refusal:
            if isinstance(refusal, NotAllowed) and why_not_allowed("comment", case.authority_id, request.user):
                raise
            messages.error(request, str(refusal))
            # Who was refused reads on where they were, unless the letter is gone.
            still = response.state == Response.objects.values_list("state", flat=True).get(pk=response.pk)
            return redirect(request.path) if still else redirect("desk:case", pk)
    if response.kind == LetterKind.ANSWER:
        case = load_letter(response)
    return render(request, "desk/clearance.html", _clearance_context(request, case, response, number, forms, action))


def _act(request: StaffRequest, response: Response, action: str, forms: dict[str, Any]) -> str:
    """Do what was asked; what to say of it, or nothing where the form has a mistake. Raises Refused, NotAllowed."""
    digest, actor = request.POST.get("digest", ""), request.user
    if action == "clear":
        cleared = clear(response.pk, digest, actor)
        if cleared.state == ResponseState.CLEARED:
            return "The letter is cleared. It can now be sent."
        return "Your step is recorded. The letter waits for the others."
    if action not in forms or not forms[action].is_valid():
        return ""
    given = forms[action].cleaned_data
    match action:
        case "send_back":
            send_back(response.pk, given["reason"], actor)
            return "The letter went back to the officer with your reason."
        case "bypass":
            bypass(response.pk, digest, given["reason"], actor)
            return "The letter is cleared without its other steps. Your reason is shown with it from now on."
        case "comment":
            comment(response.pk, _number(request, "passage"), given["text"], actor)
            return "Your comment is there. The letter cannot be cleared until it is settled."
        case _:
            wanted = PassageComment.objects.filter(pk=_number(request, "said"), response__case=response.case_id).first()
            if wanted is None:
                raise Refused("There is no such comment.")
            settle(wanted.pk, given["how"], actor)
            return "The comment is settled."


def _clearance_context(  # noqa: PLR0917  what the page is made of
    request: StaffRequest, case: Case, response: Response, number: int | None, forms: dict[str, Any], action: str
) -> dict[str, Any]:
    files = list(response.files.defer("content"))
    why_not = why_not_clear(response, request.user)
    authority, steps = case.authority_id, list(response.steps.select_related("done_by"))
    awaiting = response.state == ResponseState.AWAITING_CLEARANCE
    wanted = request.POST if request.method == "POST" else request.GET
    passages = passages_of(response)
    earlier = still_open_elsewhere(response)
    unsettled = [said for each in passages for said in each.comments if said.settled_at is None]
    may_bypass = awaiting and not why_not_allowed(event_about(response, "bypass"), authority, request.user)
    return {
        "case": case,
        "response": response,
        "number": number,
        "answers": in_words(portion_of(response).labels(case)) if case.before or case.following else "",
        "files": files,
        "is_answer": response.kind == LetterKind.ANSWER,
        "form": forms.get(action, forms["send_back"]),
        "forms": forms,
        "why_not": why_not,
        "may_clear": not why_not,
        "steps": steps,
        "waiting": [step.pk for step in next_steps(steps)] if awaiting else [],
        "mine": step_of(response, request.user),
        "passages": passages,
        "passage": next((each for each in passages if str(each.number) == wanted.get("passage")), None),
        "said": next((each for each in [*unsettled, *earlier] if str(each.pk) == wanted.get("said")), None),
        "unsettled": unsettled,
        "earlier_comments": earlier,
        "may_comment": not why_not_allowed("comment", authority, request.user),
        **_counted(case, response),
        "awaiting": awaiting,
        "may_bypass": may_bypass and len(steps) > 0,
        "may_send_back": response.state in {ResponseState.CLEARED, ResponseState.AWAITING_CLEARANCE}
        and not why_not_allowed(event_about(response, "send_back"), authority, request.user),
        "breadcrumbs": crumbs(case, "Clearance"),
    }


def _number(request: StaffRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


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
    return download(file.name, file.media_type, bytes(file.content), inline=inline)


def live_letter(case: Case, number: int | None = None) -> Response:
    """The answer that is up, cleared or sent, or the notice of that number. Raises Http404 when there is none."""
    letters = case.responses.filter(state__in=LIVE_STATES).select_related("prepared_by", "cleared_by", "case")
    wanted = letters.filter(kind=LetterKind.ANSWER) if number is None else letters.filter(pk=number)
    response: Response | None = wanted.first()
    if response is None:
        raise Http404("No such letter of this case is up for clearance, cleared or sent.")
    return response


def no_such_letter(request: StaffRequest, case: Case, number: int | None) -> HttpResponse:
    """Where to go on when there is no such letter to read: what is missing is said there.

    Raises Http404 where the case never had a letter of that number.
    """
    if number is not None:
        gone = case.responses.filter(pk=number).first()
        if gone is None:
            raise Http404("This case has no such letter.")
        messages.error(request, f"That letter does not hold any more. {gone.void_because}".strip())
        return redirect("desk:case", case.pk)
    if endings(case.pk).exists():
        messages.error(request, "No letter of this case is up for clearance, because the request has ended.")
        return redirect("desk:case", case.pk)
    messages.error(request, "No letter of this case is up for clearance yet. This page says what it lacks.")
    return redirect("desk:letter", case.pk)


_MOST_TOLD = 20


def _with_rows(case: Case, findings: tuple[Telling, ...]) -> list[dict[str, Any]]:
    """Each count that is told, with the earlier releases that tell it, to be looked at."""
    by_register: dict[str, set[str]] = {}
    for each in findings:
        by_register.setdefault(each.register, set()).update(each.because)
    rows = {
        (register, row.reference): row
        for register, references in by_register.items()
        for row in rows_of(case, register, references)
    }
    return [
        {
            "words": each.words,
            "by_itself": each.by_itself,
            "releases": [row for name in each.because if (row := rows.get((each.register, name)))],
        }
        for each in findings
    ]


def _counted(case: Case, response: Response) -> dict[str, Any]:
    """What an approver is told of the tables: how each was made safe, small counts, and why these are shown."""
    if response.kind != LetterKind.ANSWER:
        return {}
    confirmed = case.events.filter(kind=EventKind.SMALL_COUNTS).last()
    audited = case.events.filter(kind=EventKind.OVERRIDDEN, detail__startswith="audit of releases").last()
    return {
        "safe_tables": agreed_tables(case),
        "unproven": table_faults(case),
        "small_counts": small_counts(case),
        "confirmed": f"{confirmed.detail} {confirmed.why}" if confirmed else "",
        "unread_tables": unread_tables(case),
        "unaudited": audited.detail.partition(": ")[2] if audited else "",
    }


def download(name: str, media_type: str, content: bytes, *, inline: bool = False) -> HttpResponse:
    """A file of a case, which no cache between the desk and its reader may keep."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
