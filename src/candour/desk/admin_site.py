"""The administration, which is signed in to where the desk is: it has no sign-in and no password page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse


class DeskAdminSite(AdminSite):
    """The administration of accounts and settings."""

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002  Django's
        """Lead to the sign-in of the desk. Raises PermissionDenied for somebody who is signed in and may not come."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied("Your account does not administer accounts and settings.")
        return redirect_to_login(wanted, reverse("desk:sign-in"))

    def logout(  # type: ignore[override]  # Django's own answers with a redirect too, whatever its stubs say
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002  Django's
    ) -> HttpResponse:
        """End the session as the desk does, which writes it into the log."""
        from candour.desk.views.sign_in import SignOut

        return SignOut.as_view()(request)

    def password_change(  # type: ignore[override]  # as above
        self,
        request: HttpRequest,  # noqa: ARG002  Django's
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002  likewise
    ) -> HttpResponseRedirect:
        """Lead to the page of the desk, which has a limit and writes to the log."""
        return HttpResponseRedirect(reverse("account:password"))
