"""One step of a decision: its form, what it lacks, and what somebody else has saved meanwhile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, staff_only
from candour.desk.answering.decide import changing, target
from candour.desk.forms.decision import StepForm
from candour.desk.forms.steps import STEP_FORMS, claimable
from candour.desk.models import CheckedFile, Claim, Decision
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.views.decision_page import TITLES, DecisionPage, lacks_at, page_of
from candour.law import Missing, Step, applicable_steps, format_provisions, missing
from candour.law.personal_data import PERSONAL_DATA_STEPS

_CLAIM_STEPS = frozenset({Step.REASONS, Step.HARM, Step.PUBLIC_INTEREST, *PERSONAL_DATA_STEPS})
"""The steps that belong to one exemption."""


@staff_only
def step(request: StaffRequest, pk: int, name: str, step: str, number: int | None = None) -> HttpResponse:
    """One thing to decide."""
    page = page_of(request, pk, name)
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
                return redirect("desk:add-table", pk, name)
            if kind is Step.EXEMPTIONS:
                return redirect(page.step_url(kind, None))
            if _calls_for_more(page, kind, number, form):
                messages.info(request, "Saved. What you chose calls for more on this page.")
                return redirect(request.path)
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
        context.update(_tables(page.decision))
    return render(request, "desk/step.html", context)


def _claim(decision: Decision, number: int | None) -> Claim | None:
    if number is None:
        return None
    claim = (
        next((claim for claim in decision.claims.all() if claim.position == number - 1), None) if decision.pk else None
    )
    if claim is None:
        raise Http404("There is no such exemption in this decision.")
    return claim


def _calls_for_more(page: DecisionPage, done: Step, number: int | None, form: StepForm) -> bool:
    """Whether what was saved makes the step ask what the form did not: 31(1)(g), once ticked, asks for the function."""
    decision = target(page.case, page.name)
    asked = STEP_FORMS[done](decision=decision, claim=_claim(decision, number)).fields
    return bool(asked.keys() - form.fields.keys() and _why(decision, done, number))


def _after(page: DecisionPage, done: Step, number: int | None) -> str:
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
    return lacks_at(missing(decision.value), step, number - 1 if number else None)


def _tables(decision: Decision) -> dict[str, Any]:
    """The tables of the decision, and those in the builder that are not in the answer yet."""
    if not decision.pk:
        return {"exhibits": [], "drafts": [], "files": []}
    drafts = decision.protected_counts.filter(exhibit__isnull=True)
    return {
        "exhibits": list(decision.exhibits.select_related("protected_counts")),
        "drafts": list(drafts),
        "files": list(
            CheckedFile.objects.filter(decision=decision).only("title", "agreed_at", "looked_at", "reason", "decision")
        ),
    }


def _claims(page: DecisionPage) -> list[dict[str, Any]]:
    if not page.decision.pk:
        return []
    return [
        {"claim": claim, "value": claim.value, "url": page.step_url(Step.REASONS, claim.position)}
        for claim in page.decision.claims.all()
    ]
