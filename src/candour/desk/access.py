"""Who may see what: staff only, and each only the cases of their own force."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from candour.desk.answering.letter import Portion, load
from candour.desk.front_pages import CASELOAD, front_page
from candour.desk.models import Authority, Case, StaffMember
from candour.desk.offers import why_not_offered
from candour.desk.refusals import NotAllowed
from candour.desk.sight import may_see
from candour.desk.workflow import sees_cases, works

P = ParamSpec("P")
Q = ParamSpec("Q")


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in and belongs to a force."""

    user: StaffMember


_READING = {"GET", "HEAD", "OPTIONS"}
_OPEN = "readers_may_post"


def readers_may_post(view: Callable[Q, HttpResponseBase]) -> Callable[Q, HttpResponseBase]:
    """Mark a view whose form changes nothing of a case; what it asks for is checked by the view itself."""
    setattr(view, _OPEN, True)
    return view


def staff_only(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let the view be reached only by staff of a force whose role sees its cases; only who works on them may post."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        staff = cast("StaffRequest", request)
        if staff.user.authority is None:
            raise PermissionDenied("Your account does not belong to a force yet. Ask an administrator to assign it.")
        role, match = staff.user.get_role_display(), request.resolver_match
        if not sees_cases(staff.user):
            if match and match.view_name == CASELOAD and request.method in _READING:
                return redirect(front_page(staff.user))
            raise PermissionDenied(f"Your role, {role}, does not see the cases of the force.")
        if request.method not in _READING and not works(staff.user) and not getattr(view, _OPEN, False):
            raise PermissionDenied(f"Your role, {role}, reads cases and changes nothing.")
        if reason := why_not_offered(match.view_name, staff.user) if match else "":
            raise PermissionDenied(reason)
        try:
            return view(staff, *args, **kwargs)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", login_required(checked))


def holding_the_case(
    view: Callable[Concatenate[StaffRequest, int, P], HttpResponseBase],
) -> Callable[Concatenate[StaffRequest, int, P], HttpResponseBase]:
    """Let the view hold the case, which `pk` names, while it deals with a form: nobody else saves it meanwhile."""

    @wraps(view)
    def held(request: StaffRequest, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method in _READING:
            return view(request, pk, *args, **kwargs)
        with transaction.atomic():
            list(Case.objects.select_for_update().filter(pk=pk).values_list("pk"))
            return view(request, pk, *args, **kwargs)

    return cast("Callable[Concatenate[StaffRequest, int, P], HttpResponseBase]", held)


def force_of(request: StaffRequest) -> Authority:
    """The force of the person."""
    assert request.user.authority is not None
    return request.user.authority


def case_of(request: StaffRequest, pk: int, portion: Portion | None = None) -> Case:
    """The case, or a portion of it, with everything its letter needs.

    Raises Http404 when there is none in the person's force, and likewise for one that they are not to know of.
    """
    try:
        case = load(pk, portion)
    except Case.DoesNotExist:
        raise Http404("There is no such case.") from None
    if not may_see(request.user, case):
        raise Http404("There is no such case.")
    if case.destroyed_at is not None:
        raise Http404("This case was destroyed by the rule of retention. Its own page says when.")
    return case
