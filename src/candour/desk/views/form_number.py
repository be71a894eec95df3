"""The number of a form, in the address of its page: who comes back to a form that was posted finds the same one.

On “Back” a browser may ask for the page again and fill what was typed into it. With a number made anew for each answer
that would be another form, and posting it would enter the request a second time.
"""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

_NAME = "form"


def number_of_form(request: HttpRequest) -> uuid.UUID | None:
    """The number that the address carries; None when it carries none."""
    try:
        return uuid.UUID(request.GET.get(_NAME, ""))
    except ValueError:
        return None


def at_a_number(request: HttpRequest) -> HttpResponse:
    """The way to the same page with a number of its own."""
    return redirect(f"{request.path}?{_NAME}={uuid.uuid4()}")
