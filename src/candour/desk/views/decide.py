"""A decision as a whole: its task list, what is missing, and its buttons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from candour.desk.access import StaffRequest, staff_only
from candour.desk.answering.checks import lint_case
from candour.desk.answering.decide import changing, complete, copy_from, remove, renumber
from candour.desk.forms.ncnd import ChooseTopicForm
from candour.desk.models import Decision
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.safe_figures.small_counts import small_counts
from candour.desk.views.decision_page import TITLES, DecisionPage, lacks_at, page_of
from candour.law import Missing, Step, applicable_steps, format_provisions, missing, register_warnings


@staff_only
def decision(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """The task list of a decision, and exactly what is missing."""
    page = page_of(request, pk, name)
    decision = page.decision
    lacking = missing(decision.value) if decision.pk else ()
    others = [other for other in page.case.decisions.all() if other.pk != decision.pk and other.outcome and other.about]
    context = {
        **page.context(""),
        "items": _items(page, lacking) if decision.pk else [],
        "start_url": page.step_url(Step.OUTCOME, None),
        "missing": [{"lack": lack, "url": page.lack_url(lack)} for lack in lacking],
        "others": others if not decision.outcome else [],
        "splittable": _splittable(page),
        "version": decision.version,
        "small_counts": [each for each in small_counts(page.case) if each.about == decision.about],
        "findings": lint_case(page.case, timezone.localdate()).about(decision.about) if decision.pk else (),
        **_register(page),
    }
    return render(request, "desk/decision.html", context)


@staff_only
def act(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """The buttons of a decision: complete it, take it away, take over reasons, take away a claim or a table."""
    page = page_of(request, pk, name)
    if request.method != "POST":
        return redirect(page.hub)
    version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else -1
    action = request.POST.get("action", "")
    try:
        return _act(request, page, action, version)
    except ChangedMeanwhile as error:
        who = error.current.saved_by or "Somebody else"
        messages.error(
            request, f"{who} has changed this decision meanwhile. Look at it again before you go on; nothing was done."
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(page.hub)


def _act(request: StaffRequest, page: DecisionPage, action: str, version: int) -> HttpResponse:
    decision, actor = page.decision, request.user
    if action == "complete":
        if complete(decision, version, actor):
            messages.error(request, "The decision is not complete yet. What is missing is listed below.")
            return redirect(page.hub)
        messages.success(request, f"{page.title} is decided.")
        return redirect("desk:case", page.case.pk)
    if action == "remove":
        remove(decision, version, actor)
        messages.success(request, f"The decision on “{page.title}” was taken away.")
        return redirect("desk:case", page.case.pk)
    if action == "topic":
        return _choose_topic(request, page, version)
    if action == "copy":
        source = next((row for row in page.case.decisions.all() if str(row.pk) == request.POST.get("source")), None)
        if source is None:
            raise Refused("Choose the question whose reasons you want to take over.")
        copy_from(decision, source, version, actor)
        messages.success(request, f"The outcome and reasons of “{source.name}” were taken over.")
        return redirect(page.hub)
    kind, _, number = action.partition("-")
    if kind in {"claim", "exhibit", "counts", "file"} and number.isdecimal():
        taken = {"claim": "exemption", "file": "file"}.get(kind, "table")
        with changing(decision, version, actor, f"{taken} taken away") as stored:
            _take_away(stored, kind, int(number))
            renumber(stored)
        return redirect(page.step_url(Step.EXEMPTIONS if kind == "claim" else Step.DISCLOSURE, None))
    raise Refused("That cannot be done here.")


def _take_away(stored: Decision, kind: str, number: int) -> None:
    if kind == "claim":
        stored.claims.filter(pk=number).delete()
    elif kind == "file":
        stored.checked_files.filter(pk=number).delete()
    elif kind == "exhibit":
        stored.exhibits.filter(pk=number).delete()
    else:
        stored.protected_counts.filter(pk=number, exhibit__isnull=True).delete()


def _register(page: DecisionPage) -> dict[str, Any]:
    """The entries of the register that the decision may belong to, and what the one that it does belong to warns of."""
    decision = page.decision
    if not decision.pk:
        return {}
    topics = page.case.authority.ncnd_topics.filter(in_force=True).prefetch_related("known_disclosures")
    asked = decision.question.asked if decision.question else None
    text = " ".join((asked.lead_in, asked.text, *(part.text for part in asked.parts))) if asked else decision.scope
    suggested = [topic for topic in topics if topic.recognises(text) and topic.pk != decision.topic_id]
    form = ChooseTopicForm(topics=topics, initial={"topic": decision.topic_id, "version": decision.version})
    warnings = register_warnings(decision.topic.value, decision.value, timezone.localdate()) if decision.topic else ()
    return {"topic_form": form if topics else None, "suggested": suggested, "warnings": warnings}


def _choose_topic(request: StaffRequest, page: DecisionPage, version: int) -> HttpResponse:
    form = ChooseTopicForm(request.POST, topics=page.case.authority.ncnd_topics.filter(in_force=True))
    if not form.is_valid():
        raise Refused("Choose an entry of the register.")
    topic = form.cleaned_data["topic"]
    note = f"register entry “{topic}” chosen" if topic else "no register entry"
    with changing(page.decision, version, request.user, note) as stored:
        stored.topic = topic
    return redirect(page.hub)


def _items(page: DecisionPage, lacking: tuple[Missing, ...]) -> list[dict[str, Any]]:
    value = page.decision.value
    items = []
    for step, position in applicable_steps(value):
        lacks = lacks_at(lacking, step, position)
        cited = format_provisions(value.claims[position].limbs) if position is not None else ""
        items.append(
            {
                "title": TITLES[step].format(cited=cited),
                "url": page.step_url(step, position),
                "status": "Incomplete" if lacks else _done(page.decision, step),
                "status_colour": "blue" if lacks else "",
            }
        )
    return items


def _done(decision: Decision, step: Step) -> str:
    if step is Step.PUBLISHED:
        return "Completed" if decision.published_items.all() else "Optional"
    if step is Step.HELP:
        return "Completed" if decision.advice else "Optional"
    return "Completed"


def _splittable(page: DecisionPage) -> dict[str, Any] | None:
    """How a question with parts is decided: as a whole, or by its parts."""
    decision = page.decision
    if decision.part_id or decision.question is None:
        return None
    parts = list(decision.question.parts.all())
    if not parts:
        return None
    decided = [row for row in page.case.decisions.all() if row.part_id and row.question_id == decision.question_id]
    urls = [
        {"letter": part.letter, "text": part.text, "url": reverse("desk:decision", args=[page.case.pk, f"p{part.pk}"])}
        for part in parts
    ]
    return {"parts": urls, "by_part": bool(decided)}
