"""What every page is given: the masthead, the menu, the links at the foot."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def masthead(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template, for the staff side or the public side by the address of the page."""
    staff_side = request.path.startswith(reverse("desk:caseload"))
    menu = _STAFF_MENU if staff_side else _PUBLIC_MENU
    # A public page never looks at who reads it, so that no cookie and no variation comes of it.
    user = getattr(request, "user", None) if staff_side else None
    signed_in = bool(user and user.is_authenticated)
    home = "desk:caseload" if staff_side else "portal:log"
    authority = getattr(user, "authority", None) if signed_in else None
    name = (
        f"{authority.name}: Freedom of Information desk"
        if authority
        else f"{settings.CANDOUR_SERVICE_NAME}: Freedom of Information"
    )
    return {
        "masthead": {"name": name, "url": reverse(home)},
        "navigation": [
            {
                "text": text,
                "url": reverse(view),
                "current": request.path == reverse(view),
                "key": _KEYS.get(view, ""),
            }
            for text, view in menu
        ]
        if signed_in or not staff_side
        else [],
        "sign_out_url": reverse("desk:sign-out"),
        "feedback_url": reverse("portal:feedback"),
        "theme_url": reverse("portal:theme", args=[authority.slug]) if authority else "",
        "footer_links": [
            {"text": text, "url": reverse(view)} for text, view in _FOOTER if not (signed_in and view == "desk:sign-in")
        ],
        "quick_exit_url": "" if staff_side else settings.CANDOUR_QUICK_EXIT_URL,
    }


_STAFF_MENU = (
    ("Caseload", "desk:caseload"),
    ("My day", "desk:my-day"),
    ("New request", "desk:new-request"),
    ("Data sets", "desk:data-sets"),
    ("Ledger", "desk:ledger"),
    ("Mail", "post:queue"),
    ("Register", "desk:ncnd-register"),
    ("Reviews", "desk:reviews"),
    ("Figures", "desk:statistics"),
    ("Background work", "desk:jobs"),
    ("Disclosure log", "portal:log"),
)
_KEYS = {"desk:caseload": "1", "desk:new-request": "2", "desk:my-day": "3"}
"""The access keys of the staff menu, which the page on working by keyboard lists."""
_PUBLIC_MENU = (("Disclosure log", "portal:log"), ("Figures", "portal:figures"), ("About", "portal:about"))
_FOOTER = (
    ("Cookies", "portal:cookies"),
    ("Accessibility", "portal:accessibility"),
    ("About this service", "portal:about"),
    ("Staff sign in", "desk:sign-in"),
)
