"""Pages under a secret address: nobody keeps them, no search engine reads them, and programs are held off."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

P = ParamSpec("P")
TRAP = "website"
"""The field that people do not see. A program that fills in every field fills it in too."""


def private(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Have the page kept by no cache and no search engine; no page of another site is told its address (settings)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)


def trapped(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a form that only a program fills in so; None for a person's."""
    if request.method == "POST" and request.POST.get(TRAP):
        why = _("One field of the form, which people do not see, was filled in. Nothing was sent.")
        return refusal(request, why, _("If you are a person: go back, reload the page and try again."), 400)
    return None


def too_often(request: HttpRequest) -> HttpResponse:
    """The refusal of what was done too often."""
    why = _("This was done many times in a short time from your network or for this address. Nothing was sent.")
    return refusal(request, why, _("Try again in an hour, or write to the force by mail or letter."), 429)


def gone(request: HttpRequest) -> HttpResponse:
    """What stands at a secret address that leads nowhere."""
    why = _("There is nothing at this address, or no longer: a request that was not sent is deleted after 14 days.")
    what_to_do = _("Check that you copied the whole address, or begin a new request.")
    return refusal(request, why, what_to_do, 404, title=_("Page not found"))


def refusal(
    request: HttpRequest, why: str, what_to_do: str, status: int, *, title: str = "", back: str = ""
) -> HttpResponse:
    """A page that says what was refused, why, and what to do. `back`: the private page that it leads to, if any."""
    context = {"title": title or _("Not done"), "why": why, "what_to_do": what_to_do, "back": back}
    return render(request, "portal/refusal.html", context, status=status)
