"""Who sees a case: everybody whose role sees cases, or the people who are named on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, case_of, holding_the_case, staff_only
from candour.desk.caseload.restrict import (
    lift_restriction,
    may_steer,
    name_on_case,
    named_on,
    restrict,
    take_off_case,
)
from candour.desk.caseload.watching import who_can_watch, who_sees
from candour.desk.clearing.chain import next_steps
from candour.desk.forms.restriction import LiftForm, NameForm, RestrictForm, TakeOffForm
from candour.desk.models import Case, ResponseState, StaffMember
from candour.desk.models.staff import Role
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import is_hidden_from, is_restricted
from candour.desk.views.case import crumbs
from candour.site.forms import GovForm


@staff_only
@holding_the_case
def restriction(request: StaffRequest, pk: int) -> HttpResponse:
    """Who sees the case and why; for a manager and its officer the forms that change it."""
    case = case_of(request, pk)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    forms = _forms(case, action, request)
    form = forms.get(action)
    if request.method == "POST" and not may_steer(case, request.user):
        raise PermissionDenied("Only a manager or the officer of the case says who sees it.")
    if form is None and action:
        messages.info(request, "Somebody else changed who sees this case meanwhile. Look at how it stands now.")
        return redirect("desk:restriction", pk)
    if form is not None and form.is_valid():
        try:
            told = _STEPS[action](case, form.cleaned_data, request.user)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, told)
            # Whoever took themselves off it sees it no more.
            return redirect("desk:caseload") if is_hidden_from(request.user, pk) else redirect("desk:restriction", pk)
    restricted = is_restricted(case)
    context = {
        "case": case,
        "restricted": restricted,
        "named": list(named_on(case)),
        "auditors": list(who_can_watch(case.authority_id).filter(role=Role.AUDITOR)),
        "steers": may_steer(case, request.user),
        "forms": forms,
        "form": form,
        "open_tasks": list(case.tasks.filter(state="open").select_related("area")),
        "nobody_clears": _nobody_clears(case) if restricted else [],
        "breadcrumbs": crumbs(case, "Who sees this case"),
    }
    return render(request, "desk/restriction.html", context)


def _forms(case: Case, action: str, request: StaffRequest) -> Mapping[str, GovForm]:
    """The forms that are possible as the case stands; that of the action with what was entered."""
    kinds: dict[str, type[RestrictForm | NameForm | TakeOffForm | LiftForm]] = (
        {"name": NameForm, "take_off": TakeOffForm, "lift": LiftForm}
        if is_restricted(case)
        else {"restrict": RestrictForm}
    )
    return {
        name: kind(request.POST if name == action else None, case=case, prefix=name) for name, kind in kinds.items()
    }


def _restrict(case: Case, given: Mapping[str, Any], actor: StaffMember) -> str:
    restrict(case.pk, given["why"], actor)
    return "The case is restricted. Name everybody else who has to see it."


def _name(case: Case, given: Mapping[str, Any], actor: StaffMember) -> str:
    name_on_case(case.pk, given["person"], given["why"], actor)
    return f"{given['person']} sees this case from now on."


def _take_off(case: Case, given: Mapping[str, Any], actor: StaffMember) -> str:
    take_off_case(case.pk, given["person"], given["why"], actor)
    return f"{given['person']} does not see this case any more."


def _lift(case: Case, given: Mapping[str, Any], actor: StaffMember) -> str:
    lift_restriction(case.pk, given["why"], actor)
    return "Everybody of the force whose role sees cases sees this case again."


_STEPS: dict[str, Callable[[Case, Mapping[str, Any], StaffMember], str]] = {
    "restrict": _restrict,
    "name": _name,
    "take_off": _take_off,
    "lift": _lift,
}


def _nobody_clears(case: Case) -> list[str]:
    """The next steps of letters that are up which nobody who sees the case can take."""
    letters = case.responses.filter(state=ResponseState.AWAITING_CLEARANCE).prefetch_related("steps")
    wanted = [(letter, step) for letter in letters for step in next_steps(list(letter.steps.all())) if not step.informs]
    people = list(who_sees(case)) if wanted else []
    return [
        step.name
        for letter, step in wanted
        if not any(each.role in step.roles and each.pk != letter.prepared_by_id for each in people)
    ]
