"""Who administers what: an administrator the accounts and settings of their own force, and nothing of a case.

Who has every right and belongs to no force, such as the account that is made at the command line, looks after the
installation: they make the forces, and see the accounts of all. Whoever belongs to a force is held to it, whatever
rights the account has besides.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from candour.desk.models import Authority, StaffMember
from candour.desk.models.staff import Role


def administers(user: Any) -> bool:
    """Whether the person looks after accounts and settings."""
    if not isinstance(user, StaffMember) or not user.is_active:
        return False
    return user.is_superuser or (user.role == Role.ADMINISTRATOR and user.authority_id is not None)


def looks_after_all(user: Any) -> bool:
    """Whether the person looks after the installation, and not after one force."""
    return isinstance(user, StaffMember) and user.is_active and user.is_superuser and user.authority_id is None


class Administration(admin.AdminSite):
    """The pages under /admin/: by role, not by the rights that Django keeps for each table.

    They are signed in to where the desk is, and have no page for a sign-in or a password of their own.
    """

    site_header = "Candour: accounts and settings"
    site_title = "Accounts and settings"
    index_title = "Accounts and settings"
    site_url = "/desk/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators alone come in."""
        return administers(request.user)

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


class OfForce(admin.ModelAdmin):  # type: ignore[type-arg]  # ModelAdmin is not generic at run time
    """The rows of a table that belong to the force of whoever looks; `of_force` leads from a row to its force.

    A row is deleted only where `may_delete` says so: the page that asks whether to delete lists what hangs on a row,
    and of a person or a business area that is cases, by their titles.
    """

    of_force = "authority"
    may_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What the person looks after."""
        rows = super().get_queryset(request)
        if looks_after_all(request.user):
            return rows
        return rows.filter(**{self.of_force: _force_of(request)})

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators."""
        return administers(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  Django’s
        """Administrators; what of another force they do not see, `get_queryset` tells."""
        return administers(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  Django’s
        """Whoever sees it."""
        return administers(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever would see it."""
        return administers(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  Django’s
        """Only where nothing of a case can hang on it."""
        return self.may_delete and administers(request.user)

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The force is not chosen where there is one alone."""
        given = tuple(super().get_exclude(request, obj) or ())
        return given if looks_after_all(request.user) else (*given, "authority")

    def get_list_display(self, request: HttpRequest) -> Any:
        """The force is a column only where there are several."""
        shown = tuple(super().get_list_display(request))
        return shown if looks_after_all(request.user) else tuple(each for each in shown if each != "authority")

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Nor is it a filter."""
        filters = tuple(super().get_list_filter(request))
        return filters if looks_after_all(request.user) else tuple(each for each in filters if each != "authority")

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Only what belongs to the force can be chosen."""
        if not looks_after_all(request.user) and _has_force(db_field):
            kwargs["queryset"] = db_field.related_model._default_manager.filter(authority=_force_of(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save it, in the force of whoever saves it."""
        if self.of_force == "authority" and not looks_after_all(request.user):
            obj.authority_id = _force_of(request)
        super().save_model(request, obj, form, change)


def _force_of(request: HttpRequest) -> int | None:
    return request.user.authority_id if isinstance(request.user, StaffMember) else None


def _has_force(db_field: Field[Any, Any]) -> bool:
    related = db_field.related_model
    return related is not Authority and isinstance(related, type) and hasattr(related, "authority")
