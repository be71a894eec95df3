"""What every page is given: the masthead, the menu, the links at the foot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from candour.desk.front_pages import CASELOAD, OF_ROLE
from candour.desk.offers import why_not_offered
from candour.portal.language import in_other_language


def masthead(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template, for the staff side or the public side by the address of the page."""
    public_alone = settings.CANDOUR_SIDE == "public"
    staff_side = not public_alone and request.path.startswith(reverse(CASELOAD))
    # A public page never looks at who reads it, so that no cookie and no variation comes of it.
    user = getattr(request, "user", None) if staff_side else None
    signed_in = bool(user and user.is_authenticated)
    own = OF_ROLE.get(getattr(user, "role", "")) if signed_in else None
    menu: Iterable[tuple[Any, str]] = (own,) if own else _STAFF_MENU if staff_side else _PUBLIC_MENU
    home = own[1] if own else CASELOAD if staff_side else "portal:log"
    authority = getattr(user, "authority", None) if signed_in else None
    name = (
        f"{authority.name}: Freedom of Information desk"
        if authority
        else gettext("%(service)s: Freedom of Information") % {"service": settings.CANDOUR_SERVICE_NAME}
    )
    return {
        "masthead": {"name": name, "url": reverse(home)},
        "navigation": _links(request, _offered(menu, user)) if signed_in or not staff_side else [],
        "more_navigation": _links(request, _offered(_STAFF_MORE, user)) if signed_in and not own else [],
        "sign_out_url": "" if public_alone else reverse("desk:sign-out"),
        "account_url": "" if public_alone else reverse("account:account"),
        "feedback_url": reverse("portal:feedback") + ("" if staff_side else f"?page={quote(_page(request))}"),
        "other_language": None if staff_side else in_other_language(request.get_full_path()),
        "theme_url": reverse("portal:theme", args=[authority.slug]) if authority else "",
        "footer_links": [
            {"text": str(text), "url": reverse(view)}
            for text, view in _FOOTER
            if not (view == "desk:sign-in" and (signed_in or public_alone))
        ],
        "quick_exit_url": "" if staff_side else settings.CANDOUR_QUICK_EXIT_URL,
    }


def _links(request: HttpRequest, menu: Iterable[tuple[Any, str]]) -> list[dict[str, Any]]:
    return [
        {
            "text": str(text),
            "url": reverse(view),
            "current": request.path == reverse(view),
            "key": _KEYS.get(view, ""),
        }
        for text, view in menu
    ]


def _offered(menu: Iterable[tuple[Any, str]], person: Any) -> list[tuple[Any, str]]:
    """The lines of the menu without those whose page is the form of a step that is not the person’s."""
    return [line for line in menu if person is None or not why_not_offered(line[1], person)]


def _page(request: HttpRequest) -> str:
    """The page on which feedback is given; a secret address is not repeated."""
    private = request.path.startswith((reverse("portal:ask"), "/follow/", "/cy/follow/"))
    return reverse("portal:ask") if private else request.path


_STAFF_MENU = (
    ("Caseload", CASELOAD),
    ("My day", "desk:my-day"),
    ("New request", "desk:new-request"),
    ("Mail", "post:queue"),
    ("Reviews", "desk:reviews"),
    ("Data sets", "desk:data-sets"),
)
_STAFF_MORE = (
    ("Something left that should not have", "desk:breaches"),
    ("Ledger of releases", "desk:ledger"),
    ("Register: neither confirmed nor denied", "desk:ncnd-register"),
    ("Figures", "desk:statistics"),
    ("What we publish", "desk:publication-rule"),
    ("Feedback", "portal-staff:feedback"),
    ("Retention", "desk:retention"),
    ("Background work", "desk:jobs"),
    ("Count a deadline", "desk:count-days"),
    ("Working by keyboard", "desk:keyboard"),
    ("Disclosure log", "portal:log"),
)
"""What is opened less often stands behind “More”, so that the menu is one line on an ordinary screen."""
_KEYS = {CASELOAD: "1", "desk:new-request": "2", "desk:my-day": "3"}
"""The access keys of the staff menu, which the page on working by keyboard lists."""
_PUBLIC_MENU = (
    (_("Disclosure log"), "portal:log"),
    (_("Make a request"), "portal:ask"),
    (_("Compare forces"), "portal:compare"),
    (_("Figures"), "portal:figures"),
    (_("About"), "portal:about"),
)
_FOOTER = (
    (_("Cookies"), "portal:cookies"),
    (_("Accessibility"), "portal:accessibility"),
    (_("About this service"), "portal:about"),
    (_("What the outcomes mean"), "portal:explained"),
    (_("Staff sign in"), "desk:sign-in"),
)
