"""Personal data breaches: the button that stops everything, the list, and the pages of one record."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, force_of, staff_only
from candour.desk.audit_trail.writing import lock_case
from candour.desk.breaches.export import export_breach, export_name, kinds_of_people, with_words
from candour.desk.breaches.moments import moments
from candour.desk.breaches.points import deadline, hours_gone, hours_left, points_of, told_commissioner, why_open
from candour.desk.breaches.received import on_the_log, receipts
from candour.desk.breaches.record import Answer, OpenAlready, answer, assess, close, learn, start
from candour.desk.breaches.vocabulary import vocabulary
from candour.desk.forms.breach import (
    CloseBreachForm,
    LearnForm,
    PointForm,
    RiskForm,
    StartBreachForm,
    WhichCaseForm,
)
from candour.desk.models import Breach, Case, Publication, ResponseState, TaskState
from candour.desk.models.response import PENDING_STATES
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import cases_seen_by, open_to
from candour.desk.views.case import crumbs
from candour.desk.views.form_number import at_a_number, number_of_form
from candour.desk.views.letter import download
from candour.site.forms import GovForm

P = ParamSpec("P")
MOST = 100
"""Closed records that the list shows."""


@staff_only
def breaches(request: StaffRequest) -> HttpResponse:
    """The records of the force: those that are open first, with what is left of the hours."""
    now, force = timezone.now(), force_of(request)
    every = (
        force.breaches.filter(open_to(request.user))
        .select_related("case")
        .prefetch_related("steps")
        .order_by("aware_at", "pk")
    )
    running = list(every.filter(closed_at__isnull=True))
    ended = list(every.filter(closed_at__isnull=False).order_by("-closed_at")[:MOST])
    context = {
        "running": [
            {"breach": each, "left": hours_left(each, now), "open": len(why_open(each)), "risk": _risk(each)}
            for each in running
        ],
        "ended": [{"breach": each, "left": hours_left(each, now), "risk": _risk(each)} for each in ended],
        "most": MOST,
        "within": int(vocabulary().within.total_seconds() // 3600),
    }
    return render(request, "desk/breaches.html", context)


@staff_only
def which_case(request: StaffRequest) -> HttpResponse:
    """From the menu: of which case something left. It leads to the page with the button."""
    form = WhichCaseForm(request.GET if "reference" in request.GET else None)
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data["reference"].strip()
        case = cases_seen_by(request.user).filter(reference__iexact=wanted, destroyed_at=None).first()
        if case is not None:
            return redirect("desk:breach-new", case.pk)
        form.add_error("reference", f"No case has the reference “{wanted}”. Look it up on the caseload.")
    return render(request, "desk/breach_case.html", {"form": form, "breadcrumbs": _trail_of_pages("Which case?")})


@staff_only
def new_breach(request: StaffRequest, pk: int) -> HttpResponse:
    """The button: everything of the case that can still be reached is stopped, and the record is started."""
    case, number = case_of(request, pk), number_of_form(request)
    if request.method != "POST" and number is None:
        return at_a_number(request)
    if number and (started := case.breaches.filter(submission=number).first()):
        messages.info(request, "The record was started already. This is it.")
        return redirect("desk:breach", started.pk)
    form = StartBreachForm(
        request.POST or None, initial={"submission": number or uuid.uuid4()}, case=case, actor=request.user
    )
    running = case.breaches.filter(closed_at__isnull=True).first()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = start(pk, given["submission"], form.known, request.user, end_links=given["end_links"])
        except NotAllowed:
            raise
        except OpenAlready as other:
            running = other.breach
            form.add_error(None, str(other))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Everything that could be stopped is stopped. Now do what is listed here.")
            return redirect("desk:breach", made.pk)
    context = {
        "case": case,
        "form": form,
        "running": running,
        "stops": _what_is_stopped(case),
        "breadcrumbs": crumbs(case, "Something left that should not have"),
    }
    return render(request, "desk/breach_new.html", context)


@staff_only
def breach(request: StaffRequest, pk: int) -> HttpResponse:
    """One record: the hours, what is still to be done, what was stopped, who received it, and its course."""
    found, now = _of_force(request, pk), timezone.now()
    received, log = receipts(found), on_the_log(found.case)
    course = [
        {"title": each.title, "when": timezone.localtime(each.when), "by": each.by, "text": each.text,
         "alarming": each.alarming}
        for each in moments(found, received, log)
    ]  # fmt: skip
    late = now > deadline(found) and found.is_open and told_commissioner(found) is None
    context = {
        "breach": found,
        "case": found.case,
        "left": hours_left(found, now),
        "late": late,
        "gone": round(hours_gone(found, now) * 100),
        "within": int(vocabulary().within.total_seconds() // 3600),
        "deadline": deadline(found),
        "items": _items(found),
        "still": why_open(found),
        "way": vocabulary().ways[found.way].label,
        "people": kinds_of_people(found),
        "received": received,
        "log": log,
        "course": course,
        "breadcrumbs": _trail_of_pages(f"Record {found.number}"),
    }
    return render(request, "desk/breach.html", context)


def holding_the_record(
    view: Callable[Concatenate[StaffRequest, Breach, P], HttpResponse],
) -> Callable[Concatenate[StaffRequest, int, P], HttpResponse]:
    """Let the view have the record, and hold its case while it deals with a form: nobody else saves it meanwhile."""

    @wraps(view)
    def held(request: StaffRequest, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, _of_force(request, pk), *args, **kwargs)
        with transaction.atomic():
            lock_case(_of_force(request, pk).case_id)
            return view(request, _of_force(request, pk), *args, **kwargs)

    return cast("Callable[Concatenate[StaffRequest, int, P], HttpResponse]", held)


@staff_only
@holding_the_record
def known(request: StaffRequest, found: Breach) -> HttpResponse:
    """What is known by now: the number of people, what may follow, what was done about it."""
    form = LearnForm.of(found, request.POST or None)

    def save() -> None:
        learn(found.pk, found.version, form.known, form.cleaned_data["why"], request.user)

    return _step(request, found, form, "What is known", save)


@staff_only
@holding_the_record
def risk(request: StaffRequest, found: Breach) -> HttpResponse:
    """How likely a risk to people is, and why."""
    stands = {"Risk": _risk(found), "Why": found.risk_why}
    form = RiskForm(request.POST or None, initial={"risk": found.risk, "why": found.risk_why}, stands=stands)

    def save() -> None:
        assess(found.pk, found.version, form.cleaned_data["risk"], form.cleaned_data["why"], request.user)

    return _step(request, found, form, "Assess the risk", save)


@staff_only
@holding_the_record
def point(request: StaffRequest, found: Breach, name: str) -> HttpResponse:
    """The answer to one point; earlier answers are kept and shown in the course."""
    asked = vocabulary().points.get(name)
    if asked is None:
        raise Http404("There is no such point.")
    form = PointForm(request.POST or None, point=asked)

    def save() -> None:
        given = form.cleaned_data
        said = {each: given.get(each, "") for each in ("told", "how", "reference", "why", "ground")}
        answer(found.pk, asked.key, Answer(done=given["done"] == "yes", at=given["moment"], **said), request.user)

    return _step(request, found, form, asked.title, save, hint=asked.hint, source=asked.source)


@staff_only
@holding_the_record
def end(request: StaffRequest, found: Breach) -> HttpResponse:
    """Close the record, once each point has an answer, or because it was no breach."""
    form = CloseBreachForm(request.POST or None)

    def save() -> None:
        given = form.cleaned_data
        close(found.pk, found.version, given["lessons"], request.user, was_breach=given["result"] == "breach")

    return _step(request, found, form, "Close the record", save, still=why_open(found), closing=True)


@staff_only
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """The record as one ZIP, when it is asked for by its button; that it was exported goes into the trail."""
    found = _of_force(request, pk)
    if request.method != "POST":
        return redirect("desk:breach", pk)
    return download(export_name(found), "application/zip", export_breach(pk, request.user))


def _step(
    request: StaffRequest, found: Breach, form: GovForm, title: str, save: Callable[[], None], **more: object
) -> HttpResponse:
    """The page of one step: its form, or the record once it is saved."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded.")
            return redirect("desk:breach", found.pk)
    context = {
        "breach": found,
        "case": found.case,
        "form": form,
        "title": title,
        "breadcrumbs": _trail_of_pages(title, found),
        **more,
    }
    return render(request, "desk/breach_step.html", context)


def _of_force(request: StaffRequest, pk: int) -> Breach:
    if not force_of(request).breaches.filter(open_to(request.user), pk=pk).exists():
        raise Http404("There is no such record.")
    return with_words(pk)


def _items(found: Breach) -> list[dict[str, str]]:
    """What is to be done, in its order, with how far it is; no links where the record is closed."""

    def item(title: str, page: str, *args: object, said: str = "", why: str = "", hint: str = "") -> dict[str, str]:
        status = {"status": said} if said and not why else {"status": "Open", "status_colour": "blue"}
        url = reverse(f"desk:{page}", args=[found.pk, *args]) if found.is_open else ""
        return {"title": title, "url": url, "hint": why if said and why else hint, **status}

    answers = [
        item(each.point.title, "breach-point", each.point.key, said=each.said, why=each.why_open, hint=each.point.hint)
        for each in points_of(found)
    ]
    first = {
        "title": "Add what is known",
        "url": "",
        "hint": "How many people, what may follow.",
        "status": "At any time",
    }
    if found.is_open:
        first["url"] = reverse("desk:breach-known", args=[found.pk])
    return [first, item("Assess the risk", "breach-risk", said=_risk(found)), *answers]


def _risk(found: Breach) -> str:
    return vocabulary().risks[found.risk].label if found.risk else ""


def _what_is_stopped(case: Case) -> list[str]:
    """What the button would stop, a line each."""
    entries = Publication.objects.filter(response__case=case, withdrawn_at__isnull=True).count()
    letters = case.responses.filter(state__in=PENDING_STATES).count()
    sent = case.responses.filter(state=ResponseState.SENT).exists()
    links = case.tasks.filter(expires_at__gt=timezone.now()).exclude(state=TaskState.REVOKED).count()
    return [
        *(
            [f"{_count(entries, 'entry', 'entries')} on the log: withdrawn for good, with its files."]
            if entries
            else ()
        ),
        *([f"{_count(letters, 'letter')} on the way: stopped, and to be cleared anew."] if letters else ()),
        *(["What was sent: its files are no longer given on the requester’s own page."] if sent else ()),
        *([f"{_count(links, 'link')} of business areas: ended, if you leave that ticked below."] if links else ()),
        "The case: held, so that nothing of it is destroyed.",
    ]


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _trail_of_pages(last: str, found: Breach | None = None) -> list[dict[str, str]]:
    own = [{"text": f"Record {found.number}", "url": reverse("desk:breach", args=[found.pk])}] if found else []
    return [{"text": "Personal data breaches", "url": reverse("desk:breaches")}, *own, {"text": last}]
