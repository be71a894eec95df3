"""A decision: its task list, one page for each thing to decide, its tables, its completion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from candour.desk.access import StaffRequest, case_of, staff_only
from candour.desk.checks import lint_case
from candour.desk.decide import changing, complete, copy_from, remove, renumber, target, target_name
from candour.desk.forms.decision import StepForm
from candour.desk.forms.exhibit import ExhibitForm
from candour.desk.forms.ncnd import ChooseTopicForm
from candour.desk.forms.steps import STEP_FORMS, claimable
from candour.desk.links import check_link
from candour.desk.masking import masked_question
from candour.desk.models import Case, Claim, Decision, Question, QuestionPart
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.views.case import crumbs
from candour.law import Missing, Step, applicable_steps, format_provisions, missing, register_warnings
from candour.law.personal_data import PERSONAL_DATA_STEPS
from candour.letters.model import DataTable

TITLES = {
    Step.OUTCOME: "Outcome",
    Step.DISCLOSURE: "What we disclose",
    Step.WITHHELD: "Reach of the refusal",
    Step.EXEMPTIONS: "Exemptions",
    Step.REASONS: "Why section {cited} applies",
    Step.HARM: "Evidence of harm for section {cited}",
    Step.PUBLIC_INTEREST: "Public interest test for section {cited}",
    Step.WHOSE_DATA: "Section {cited}: whose personal data",
    Step.PROTECTED_DATA: "Section {cited}: data with further protection",
    Step.LEGITIMATE_INTEREST: "Section {cited}: legitimate interest",
    Step.NECESSITY: "Section {cited}: necessity",
    Step.RIGHTS: "Section {cited}: balance with people’s rights",
    Step.COST: "Cost estimate",
    Step.PUBLISHED: "Published material",
    Step.HELP: "Advice and assistance",
}


_CLAIM_STEPS = frozenset({Step.REASONS, Step.HARM, Step.PUBLIC_INTEREST, *PERSONAL_DATA_STEPS})
"""The steps that belong to one exemption."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What every page of a decision shows."""

    case: Case
    decision: Decision

    @property
    def title(self) -> str:
        return self.decision.name

    @property
    def name(self) -> str:
        return target_name(self.decision)

    @property
    def hub(self) -> str:
        return reverse("desk:decision", args=[self.case.pk, self.name])

    def step_url(self, step: Step, claim: int | None) -> str:
        if claim is None:
            return reverse("desk:step", args=[self.case.pk, self.name, step.value])
        return reverse("desk:claim-step", args=[self.case.pk, self.name, claim + 1, step.value])

    def lack_url(self, lack: Missing) -> str:
        return self.step_url(lack.step, None if lack.step is Step.EXEMPTIONS else lack.claim)

    def context(self, here: str) -> dict[str, Any]:
        trail = crumbs(self.case, self.title)
        if here:
            trail[-1]["url"] = self.hub
            trail.append({"text": here})
        decision = self.decision
        asked = masked_question(decision.question.asked, self.case.requester) if decision.question else None
        return {
            "case": self.case,
            "decision": decision,
            "page_title": self.title,
            "asked": asked,
            "part": decision.part,
            "hub": self.hub,
            "target": self.name,
            "breadcrumbs": trail,
        }


@staff_only
def decision(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """The task list of a decision, and exactly what is missing."""
    page = _page(request, pk, name)
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
        "findings": lint_case(page.case, timezone.localdate()).about(decision.about) if decision.pk else (),
        **_register(page),
    }
    return render(request, "desk/decision.html", context)


@staff_only
def step(request: StaffRequest, pk: int, name: str, step: str, number: int | None = None) -> HttpResponse:
    """One thing to decide."""
    page = _page(request, pk, name)
    try:
        kind = Step(step)
    except ValueError:
        raise Http404("There is no such step.") from None
    claim = _claim(page.decision, number)
    if (kind in _CLAIM_STEPS) != (claim is not None):
        raise Http404("There is no such step.")
    cited = format_provisions(claim.value.limbs) if claim else ""
    heading = TITLES[kind].format(cited=cited)
    form = STEP_FORMS[kind](request.POST or None, decision=page.decision, claim=claim)
    conflict: ChangedMeanwhile | None = None
    if request.method == "POST" and form.is_valid():
        try:
            with changing(page.decision, form.cleaned_data["version"], request.user, form.note) as stored:
                form.save(stored)
        except ChangedMeanwhile as error:
            conflict = error
            form = _after_conflict(request, kind, error.current, number)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        else:
            if "then_table" in request.POST:
                return redirect("desk:new-exhibit", pk, name)
            if kind is Step.EXEMPTIONS:
                return redirect(page.step_url(kind, None))
            return redirect(_after(page, kind, number))
    context = {
        **page.context(heading),
        "form": form,
        "heading": heading,
        "step": kind.value,
        "claim": claim,
        "conflict": conflict,
        "saved_values": _saved_values(form) if conflict else [],
        "why": _why(page.decision, kind, number),
    }
    if kind is Step.EXEMPTIONS:
        context["sections"] = claimable(page.decision)
        context["claims"] = _claims(page)
    if kind is Step.DISCLOSURE:
        context["exhibits"] = list(page.decision.exhibits.all()) if page.decision.pk else []
    return render(request, "desk/step.html", context)


@staff_only
def exhibit(request: StaffRequest, pk: int, name: str, number: int | None = None) -> HttpResponse:
    """Add a table, or change one."""
    page = _page(request, pk, name)
    existing = (
        next((row for row in page.decision.exhibits.all() if row.position == number), None)
        if page.decision.pk
        else None
    )
    if number is not None and existing is None:
        raise Http404("There is no such table.")
    form = ExhibitForm(request.POST or None, decision=page.decision, exhibit=existing)
    if request.method == "POST" and form.is_valid():
        try:
            with changing(page.decision, form.cleaned_data["version"], request.user, form.note) as stored:
                form.save(stored)
        except ChangedMeanwhile as error:
            data = request.POST.copy()
            data["version"] = str(error.current.version)
            form = ExhibitForm(data, decision=error.current, exhibit=existing)
            messages.error(request, str(error))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        else:
            return redirect(page.step_url(Step.DISCLOSURE, None))
    heading = "Change the table" if existing else "Add a table"
    context = {**page.context(heading), "form": form, "heading": heading, "preview": _preview(existing)}
    return render(request, "desk/exhibit.html", context)


@staff_only
def links(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Ask every published address of the decision whether it answers."""
    page = _page(request, pk, name)
    if request.method != "POST":
        return redirect(page.step_url(Step.PUBLISHED, None))
    items = list(page.decision.published_items.all()) if page.decision.pk else []
    context = {
        **page.context("Links"),
        "states": [check_link(item.url) for item in items[:20]],
        "published_url": page.step_url(Step.PUBLISHED, None),
    }
    return render(request, "desk/links.html", context)


@staff_only
def act(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """The buttons of a decision: complete it, take it away, take over reasons, take away a claim or a table."""
    page = _page(request, pk, name)
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


def _act(request: StaffRequest, page: _Page, action: str, version: int) -> HttpResponse:
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
    if kind in {"claim", "exhibit"} and number.isdecimal():
        with changing(
            decision, version, actor, "exemption taken away" if kind == "claim" else "table taken away"
        ) as stored:
            rows = stored.claims if kind == "claim" else stored.exhibits
            rows.filter(pk=int(number)).delete()
            renumber(stored)
        return redirect(page.step_url(Step.EXEMPTIONS if kind == "claim" else Step.DISCLOSURE, None))
    raise Refused("That cannot be done here.")


def _register(page: _Page) -> dict[str, Any]:
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


def _choose_topic(request: StaffRequest, page: _Page, version: int) -> HttpResponse:
    form = ChooseTopicForm(request.POST, topics=page.case.authority.ncnd_topics.filter(in_force=True))
    if not form.is_valid():
        raise Refused("Choose an entry of the register.")
    topic = form.cleaned_data["topic"]
    note = f"register entry “{topic}” chosen" if topic else "no register entry"
    with changing(page.decision, version, request.user, note) as stored:
        stored.topic = topic
    return redirect(page.hub)


def _page(request: StaffRequest, pk: int, name: str) -> _Page:
    case = case_of(request, pk)
    try:
        return _Page(case, target(case, name))
    except (Question.DoesNotExist, QuestionPart.DoesNotExist):
        raise Http404("There is no such question in this case.") from None


def _claim(decision: Decision, number: int | None) -> Claim | None:
    if number is None:
        return None
    claim = (
        next((claim for claim in decision.claims.all() if claim.position == number - 1), None) if decision.pk else None
    )
    if claim is None:
        raise Http404("There is no such exemption in this decision.")
    return claim


def _items(page: _Page, lacking: tuple[Missing, ...]) -> list[dict[str, Any]]:
    value = page.decision.value
    items = []
    for step, position in applicable_steps(value):
        lacks = [lack for lack in lacking if lack.step is step and (lack.claim == position or step is Step.EXEMPTIONS)]
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


def _after(page: _Page, done: Step, number: int | None) -> str:
    """The page after a step: the first later step that lacks something, else the task list."""
    decision = target(page.case, page.name)
    value = decision.value
    lacking = {(lack.step, lack.claim) for lack in missing(value)}
    steps = applicable_steps(value)
    here = (done, number - 1 if number else None)
    later = steps[steps.index(here) + 1 :] if here in steps else steps
    following = next((step for step in later if step in lacking or (step[0], None) in lacking), None)
    return page.step_url(*following) if following else page.hub


def _after_conflict(request: StaffRequest, kind: Step, current: Decision, number: int | None) -> StepForm:
    data = request.POST.copy()
    data["version"] = str(current.version)
    try:
        claim = _claim(current, number)
    except Http404:
        raise Refused("Somebody else has taken this exemption away meanwhile.") from None
    return STEP_FORMS[kind](data, decision=current, claim=claim)


def _saved_values(form: StepForm) -> list[dict[str, str]]:
    """What is stored now, beside what the person wrote, for each field that differs."""
    rows = []
    for field in form:
        if field.name == "version":
            continue
        shown, written = _in_words(field, field.initial), _in_words(field, field.value())
        if written != shown:
            rows.append({"label": str(field.label), "saved": shown or "(nothing)"})
    return rows


def _in_words(field: BoundField, value: Any) -> str:
    """A value of a field as a person reads it: the label of a choice, a text without the line ends of a browser."""
    labels = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    words = (labels.get(str(each), str(each)) for each in values if each not in (None, ""))
    return "\n".join(words).replace("\r\n", "\n").strip()


def _why(decision: Decision, step: Step, number: int | None) -> list[Missing]:
    if not decision.pk:
        return []
    position = number - 1 if number else None
    return [
        lack
        for lack in missing(decision.value)
        if lack.step is step and (lack.claim == position or step is Step.EXEMPTIONS)
    ]


def _claims(page: _Page) -> list[dict[str, Any]]:
    if not page.decision.pk:
        return []
    return [
        {"claim": claim, "value": claim.value, "url": page.step_url(Step.REASONS, claim.position)}
        for claim in page.decision.claims.all()
    ]


def _splittable(page: _Page) -> dict[str, Any] | None:
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


def _preview(exhibit: Any) -> DataTable | None:
    return exhibit.value.table if exhibit else None
