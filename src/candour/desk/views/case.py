"""One case: opening it, its overview, its questions, and who asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, force_of, holding_the_case, readers_may_post, staff_only
from candour.desk.audit_trail.writing import record
from candour.desk.caseload.awaiting import waits
from candour.desk.caseload.away import away_until
from candour.desk.caseload.watching import saw
from candour.desk.forms.letter import LookForm
from candour.desk.forms.request import (
    BaseQuestionFormSet,
    FurtherRequestForm,
    QuestionForm,
    QuestionFormSet,
    RequestForm,
)
from candour.desk.intake.aggregation import look_for_requests, reach_of
from candour.desk.intake.questions import correct_questions
from candour.desk.intake.receive import add_request, opened_by, receive_request
from candour.desk.models import (
    Case,
    Decision,
    EventKind,
    Handling,
    Publication,
    Question,
    Request,
    ResponseState,
)
from candour.desk.models.response import PENDING_STATES, LetterKind
from candour.desk.offers import MayNow
from candour.desk.publishing.masking import mask, masked_question
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import cases_seen_by, is_restricted, may_see
from candour.desk.stage import DONE, Stage, case_standing
from candour.desk.views.after_answer import after_answer
from candour.desk.views.case_letters import became_void, letters_sent
from candour.desk.views.case_trail import trail_of
from candour.desk.views.form_number import at_a_number, number_of_form
from candour.desk.workflow import require, works
from candour.letters.request import split_request

_RECENT = 12
"""How many steps of the trail the page of a case shows at once."""


@staff_only
def new_request(request: StaffRequest) -> HttpResponse:
    """Enter a request that was received; a form that has opened a case leads to that case."""
    number = number_of_form(request)
    if request.method != "POST" and number is None:
        return at_a_number(request)
    form = RequestForm(request.POST or None, initial={"submission": number})
    incoming = form.incoming() if request.method == "POST" and form.is_valid() else None
    opened = opened_by(force_of(request), incoming.submission if incoming else number)
    if opened and not may_see(request.user, opened):
        raise Http404("There is no such case.")
    if opened:
        messages.info(
            request,
            f"This request was entered already and has the reference {opened.reference}. Nothing was entered again. "
            "For another request, choose “New request”.",
        )
        return redirect("desk:questions", opened.pk)
    if incoming:
        case = receive_request(force_of(request), incoming, request.user)
        messages.success(request, f"The request has the reference {case.reference}. Now check its questions.")
        return redirect("desk:questions", case.pk)
    return render(request, "desk/new_request.html", {"form": form})


@staff_only
def overview(request: StaffRequest, pk: int) -> HttpResponse:
    """What has been done, what is next, and when it is due."""
    gone = cases_seen_by(request.user).filter(pk=pk, destroyed_at__isnull=False).first()
    if gone is not None:
        entry = Publication.objects.visible().filter(response__case=gone).first()
        crumbs_of_it = [{"text": "Caseload", "url": reverse("desk:caseload")}, {"text": gone.reference}]
        context: dict[str, Any] = {
            "case": gone,
            "entry": entry,
            "events": trail_of(gone, request.user),
            "breadcrumbs": crumbs_of_it,
        }
        return render(request, "desk/destroyed.html", context)
    case = case_of(request, pk)
    today = timezone.localdate()
    watched = saw(case, request.user)
    standing = case_standing(case, today)
    responses = list(case.responses.select_related("prepared_by", "cleared_by", "publication"))
    answers = [response for response in responses if response.kind == LetterKind.ANSWER]
    live = next((response for response in answers if response.state != ResponseState.VOID), None)
    void = next((response for response in answers if response.state == ResponseState.VOID), None)
    items, events = _question_items(case, has_ended=standing.stage == Stage.ENDED), trail_of(case, request.user)
    context = {
        "case": case,
        "today": today,
        "standing": standing,
        "may": MayNow(request.user, standing.stage),
        "items": items,
        "whole_items": [item for item in items if not item["parts"]] + _other_item(case),
        "other": next((decision for decision in case.decisions.all() if decision.question_id is None), None),
        "live": live,
        **(became_void(case, void) if void and answers[0] is void else {}),
        "waits": waits([pk], today).get(pk, []) if standing.stage not in DONE else [],
        "unsettled": live.comments.filter(settled_at=None).count() if live and live.state in PENDING_STATES else 0,
        "is_done": standing.stage in DONE,
        "tasks": list(case.tasks.select_related("area", "question")),
        "referrals": list(case.referrals.select_related("to", "question")),
        "bypassed": [response for response in responses if response.bypassed_because],
        "letters_sent": letters_sent(case, answers),
        "watched": watched,
        "restricted": is_restricted(case),
        "officer_away": away_until(case.authority_id, today).get(case.officer_id or 0),
        **after_answer(case),
        "some_ready": any(item["is_ready"] for item in items),
        "notices": [response for response in responses if response.kind != LetterKind.ANSWER],
        "notice_kinds": [kind for kind in LetterKind if kind is not LetterKind.ANSWER],
        "said": _said(case),
        "first_open": _first_open(case, standing.stage, items) if works(request.user) else None,
        "events": events[:_RECENT],
        "earlier_events": events[_RECENT:],
        "breadcrumbs": [{"text": "Caseload", "url": reverse("desk:caseload")}, {"text": case.reference}],
    }
    return render(request, "desk/case.html", context)


def _said(case: Case) -> list[dict[str, Any]]:
    """What the requester wrote on their page, without what tells who they are."""
    return [
        {
            "kind": said.get_kind_display(),
            "at": timezone.localtime(said.at),
            "text": mask(said.text, case.requester),
        }
        for said in case.requester_messages.all()
    ]


@staff_only
def questions(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct what was split out of the text: change, add, remove, give parts."""
    case = case_of(request, pk)
    asked = list(case.questions.all())
    formset = QuestionFormSet(
        request.POST or None, initial=[QuestionForm.initial_of(question) for question in asked], prefix="questions"
    )
    if request.method == "POST" and formset.is_valid():
        try:
            correct_questions(case, [form.cleaned_data for form in formset if form.cleaned_data], request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            formset = _with_current_states(request, pk)
        else:
            if "add" in request.POST:
                return redirect(reverse("desk:questions", args=[pk]) + "#add-question")
            messages.success(request, "The questions are saved.")
            return redirect("desk:case", pk)
    return render(
        request,
        "desk/questions.html",
        {
            "case": case,
            "formset": formset,
            "errors": formset.is_bound and not formset.is_valid(),
            "around": [_around(case, entry) for entry in case.requests.all()],
            "breadcrumbs": crumbs(case, "Questions"),
        },
    )


@staff_only
def further_request(request: StaffRequest, pk: int) -> HttpResponse:
    """Join another request of the same requester to the case; each form joins one."""
    case = case_of(request, pk)
    number = number_of_form(request)
    if request.method != "POST" and number is None:
        return at_a_number(request)
    form = FurtherRequestForm(request.POST or None, initial={"submission": number})
    incoming = form.incoming() if request.method == "POST" and form.is_valid() else None
    if case.requests.filter(submission=incoming.submission if incoming else number).exists():
        messages.info(request, "This request was joined to the case already. Nothing was joined again.")
        return redirect("desk:questions", pk)
    if incoming:
        try:
            add_request(case, incoming, request.user)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The request was joined to this case. Now check its questions.")
            return redirect("desk:questions", pk)
    return render(
        request,
        "desk/further_request.html",
        {"case": case, "form": form, "breadcrumbs": crumbs(case, "Join a request")},
    )


@staff_only
@readers_may_post
def requester(request: StaffRequest, pk: int) -> HttpResponse:
    """Who asked, and the text as received: shown for a reason, which goes into the trail."""
    case = case_of(request, pk)
    form = LookForm(request.POST or None)
    shown = None
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            require("look", case, request.user)
            record(case, EventKind.REQUESTER_SEEN, request.user, why=form.cleaned_data["reason"])
        shown = case.requester
    return render(
        request,
        "desk/requester.html",
        {"case": case, "form": form, "shown": shown, "breadcrumbs": crumbs(case, "Who asked")},
    )


@staff_only
def aggregation(request: StaffRequest, pk: int) -> HttpResponse:
    """Which requests may be added up with this one, and since when: looked for on demand, and recorded."""
    case = case_of(request, pk)
    found = look_for_requests(case, request.user) if request.method == "POST" else None
    context = {
        "case": case,
        "reach": reach_of(case),
        "found": found,
        "others": len(found.cases) + found.restricted if found else 0,
        "breadcrumbs": crumbs(case, "Cost of several"),
    }
    return render(request, "desk/aggregation.html", context)


@staff_only
@holding_the_case
def take_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the person who asks the officer of the case, unless another took it since they opened it."""
    case = case_of(request, pk)
    if request.method != "POST" or case.officer_id == request.user.pk:
        return redirect("desk:case", pk)
    seen = request.POST.get("from")
    if seen is not None and seen != str(case.officer_id or ""):
        taken = f"{case.officer} works on this case" if case.officer else "Nobody works on this case"
        messages.error(request, f"{taken} since you opened it. Take it again if you want it all the same.")
        return redirect("desk:case", pk)
    require("take_over", case, request.user)
    Case.objects.filter(pk=pk).update(officer=request.user)
    record(case, EventKind.ASSIGNED, request.user, f"{request.user} works on the case from now on.")
    messages.success(request, "You are now the officer of this case.")
    return redirect("desk:case", pk)


def _with_current_states(request: StaffRequest, pk: int) -> BaseQuestionFormSet:
    """The form as the person filled it in, on the questions as they are stored now: saving again replaces those."""
    data = request.POST.copy()
    states = {str(question.pk): question.state for question in case_of(request, pk).questions.all()}
    for name, value in request.POST.items():
        if name.endswith("-question") and value in states:
            data[name.removesuffix("question") + "seen"] = states[value]
    formset: BaseQuestionFormSet = QuestionFormSet(data, prefix="questions")  # type: ignore[assignment]  # made by a factory
    return formset


def _around(case: Case, received: Request) -> dict[str, str]:
    """What stands around the questions of a request, without what gives the requester away."""
    split = split_request(received.text)
    return {"opening": mask(split.context, case.requester), "closing": mask(split.closing, case.requester)}


def _question_items(case: Case, *, has_ended: bool) -> list[dict[str, Any]]:
    gone = {
        each.question_id: each.response
        for each in case.answered_questions.all()
        if each.response.state == ResponseState.SENT
    }
    held = {each.question_id for each in case.answered_questions.all()}
    decisions = list(case.decisions.all())
    items = []
    for question in case.questions.all():
        own = [decision for decision in decisions if decision.question_id == question.pk]
        parts = [decision for decision in own if decision.part_id]
        asked = masked_question(question.asked, case.requester)
        item: dict[str, Any] = {
            "title": asked.name,
            "hint": _shortened(asked.text),
            "url": reverse("desk:decision", args=[case.pk, f"q{question.pk}"]),
            "decision": own[0] if own and not parts else None,
            "parts": [_part_item(case, question, part, decisions) for part in question.parts.all()]
            if parts or _by_part(question, own)
            else [],
        }
        item["status"], item["status_colour"] = _status(own[0] if own and not parts else None)
        done = own and all(decision.completed for decision in own) and len(own) >= len(item["parts"])
        item["is_ready"] = bool(done) and question.pk not in held
        item["is_open"] = not done and question.pk not in gone and question.handling == Handling.FOI
        if question.pk in gone:
            letter = gone[question.pk]
            how = "Handed over" if letter.kind == LetterKind.HAND_OVER else "Answered"
            item["hint"] += f" {how} in the letter of {letter.dated.day} {letter.dated:%B %Y}."
            if letter.kind == LetterKind.HAND_OVER:
                item["status"], item["status_colour"] = "Handed over", "grey"
        elif has_ended and not own:
            item["status"] = "Not answered"
        elif question.handling != Handling.FOI:
            item["hint"] += f" To be handed over: {question.get_handling_display()}."
        items.append(item)
    return items


def _first_open(case: Case, stage: Stage, items: list[dict[str, Any]]) -> dict[str, str] | None:
    """The button for what comes next while questions are undecided: their check first, then the first of them."""
    if stage == Stage.NEW:
        return {"text": "Check the questions", "url": reverse("desk:questions", args=[case.pk])}
    undecided = next((item for item in items if item["is_open"]), None)
    if stage != Stage.DECIDING or undecided is None:
        return None
    title = undecided["title"]
    return {"text": f"Decide {title[0].lower()}{title[1:]}", "url": undecided["url"]}


def _other_item(case: Case) -> list[dict[str, Any]]:
    decision = next((decision for decision in case.decisions.all() if decision.question_id is None), None)
    if decision is None:
        return []
    status, colour = _status(decision)
    url = reverse("desk:decision", args=[case.pk, "other"])
    hint = _shortened(decision.scope) or "Beyond what the questions ask"
    return [{"title": "Any other information", "hint": hint, "url": url, "status": status, "status_colour": colour}]


def _part_item(case: Case, question: Question, part: Any, decisions: list[Decision]) -> dict[str, Any]:
    decision = next((decision for decision in decisions if decision.part_id == part.pk), None)
    status, colour = _status(decision)
    return {
        "title": f"{question.asked.name}, part {part.letter}",
        "hint": _shortened(mask(part.text, case.requester)),
        "url": reverse("desk:decision", args=[case.pk, f"p{part.pk}"]),
        "status": status,
        "status_colour": colour,
    }


def _by_part(question: Question, own: list[Decision]) -> bool:
    return bool(question.parts.all()) and not own


def _status(decision: Decision | None) -> tuple[str, str]:
    if decision is None:
        return "Not started", "grey"
    label = decision.value.outcome.label if decision.outcome and decision.value.outcome else "Started"
    return (label, "green") if decision.completed else (f"{label}: not finished", "yellow")


def _shortened(text: str, length: int = 140) -> str:
    words = " ".join(text.split())
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0] + " …"


def crumbs(case: Case, here: str) -> list[dict[str, str]]:
    """The way from the caseload to a page of the case."""
    return [
        {"text": "Caseload", "url": reverse("desk:caseload")},
        {"text": case.reference, "url": reverse("desk:case", args=[case.pk])},
        {"text": here},
    ]
