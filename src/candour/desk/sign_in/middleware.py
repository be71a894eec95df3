"""Where a second factor is required, a session without one reaches the page on which it is set up, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from candour.desk.sign_in.steps import lacks_second_factor

_PUBLIC = {"portal"}
_PUBLIC_PAGES = {"task"}
"""What is open to everybody; these pages never look at who reads them."""
_OPEN = {"desk:sign-in", "desk:sign-out", "account:set-up"}


class SecondFactorRequired:
    """Looks at every page that is not public, those of the administration included, before its view does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Named by Django."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponseBase], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Lead who has signed in with a password alone to the set-up; None lets everybody else through."""
        match = request.resolver_match
        if match is None or _PUBLIC & set(match.namespaces[:1]) or match.view_name in _PUBLIC_PAGES | _OPEN:
            return None
        if not request.user.is_authenticated or not lacks_second_factor(request):
            return None
        if request.method != "GET":
            return redirect("account:set-up")
        return redirect(f"{reverse('account:set-up')}?{urlencode({'next': request.get_full_path()})}")
