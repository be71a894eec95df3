"""What every page is given: the masthead, the menu, the links at the foot."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def masthead(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template, for the staff side or the public side by the address of the page."""
    staff_side = request.path.startswith(reverse("desk:caseload"))
    menu = _STAFF_MENU if staff_side else _PUBLIC_MENU = (("Disclosure log", "portal:log"), ("About", "portal:about"))
_FOOTER = (
    ("Cookies", "portal:cookies"),
    ("Accessibility", "portal:accessibility"),
    ("About this service", "portal:about"),
    ("Staff sign in", "desk:sign-in"),
)
