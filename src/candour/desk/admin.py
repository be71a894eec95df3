"""Accounts and settings of forces for administrators. Cases are not here: an administrator is no decision maker."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from candour.desk.checked_files.reference_patterns import tried
from candour.desk.deadlines.clock import redate_open_cases
from candour.desk.models import Authority, BusinessArea, OneOffHoliday, SignInKind, SignInRecord, StaffMember, Team
from candour.desk.sign_in import log, second_factor, steps
from candour.desk.sign_in.matching import untie


class AuthorityForm(forms.ModelForm):  # type: ignore[type-arg]  # ModelForm is not generic at run time
    """A force, with a text on which its patterns are tried."""

    try_patterns = forms.CharField(
        label="Try them on a text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Saving says what is found in it. The text is not kept. Use invented references.",
    )

    class Meta:
        model = Authority
        fields = (
            "name",
            "slug",
            "unit",
            "address",
            "email",
            "review_contact",
            "reference_scheme",
            "wording",
            "clearance",
            "reference_patterns",
            "threshold",
            "keep_years",
            "publication_rule",
            "publish_after",
            "acknowledges",
            "whatdotheyknow",
            "brand_colour",
            "accent_colour",
        )


@admin.register(Authority)
class AuthorityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # ModelAdmin is not generic at run time
    """A force and how it presents itself."""

    form = AuthorityForm
    list_display = ("name", "unit", "reference_scheme")
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Authority, form: AuthorityForm, change: bool) -> None:
        """Save the force, and say what its patterns find in the text that was given to try them."""
        super().save_model(request, obj, form, change)
        if text := form.cleaned_data.get("try_patterns"):
            messages.info(request, tried(obj.reference_patterns, text))


_DESK: tuple[str, Any] = ("Desk", {"fields": ("authority", "role", "team", "provider_name")})


@admin.register(StaffMember)
class StaffMemberAdmin(UserAdmin):  # type: ignore[type-arg]  # UserAdmin is not generic at run time
    """A log-in, its force and its role, and what its person can no longer mend: a lost second factor."""

    list_display = ("username", "first_name", "last_name", "authority", "role", "is_active", "has_second_factor")
    list_filter = ("authority", "role", "is_active")
    list_select_related = ("authority", "second_factor")
    fieldsets = (*(UserAdmin.fieldsets or ()), _DESK)
    add_fieldsets = (*UserAdmin.add_fieldsets, _DESK)
    actions = ("take_away_second_factor", "end_sessions", "untie_from_provider")

    @admin.display(boolean=True, description="second factor")
    def has_second_factor(self, person: StaffMember) -> bool:
        """Whether the person has set one up."""
        factor = getattr(person, "second_factor", None)
        return factor is not None and factor.confirmed_at is not None

    @admin.action(description="Take away the second factor (lost telephone)", permissions=["change"])
    def take_away_second_factor(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        """Let each set up another, having signed in with the password alone; their sessions end."""
        taken = [person for person in people if second_factor.remove(request, person, by=_actor(request))]
        self.message_user(request, f"Second factor taken away: {_listed(taken)}.")

    @admin.action(description="End all sessions", permissions=["change"])
    def end_sessions(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        """Sign each out everywhere."""
        ended = [person for person in people if steps.end_sessions(person)]
        for person in ended:
            log.note(request, SignInKind.ENDED, person, by=_actor(request))
        self.message_user(request, f"Signed out everywhere: {_listed(ended)}.")

    @admin.action(description="Undo the tie to the identity provider", permissions=["change"])
    def untie_from_provider(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        """Let the next who signs in there under the name of the account have it."""
        untied = [person for person in people if untie(request, person, _actor(request))]
        self.message_user(request, f"Tie undone: {_listed(untied)}.")

    def save_model(self, request: HttpRequest, obj: StaffMember, form: forms.ModelForm, change: bool) -> None:  # type: ignore[type-arg]  # as above
        """Save the account; under another name at the identity provider it is tied anew."""
        super().save_model(request, obj, form, change)
        if change and "provider_name" in form.changed_data:
            untie(request, obj, _actor(request))

    def log_change(self, request: HttpRequest, obj: StaffMember, message: Any) -> Any:
        """Named by Django, which tells in this way alone that an administrator has set somebody’s password."""
        if request.resolver_match and request.resolver_match.url_name == "auth_user_password_change":
            log.note(request, SignInKind.PASSWORD_CHANGED, obj, by=_actor(request))
            steps.end_sessions(obj, but=request.session.session_key)
        return super().log_change(request, obj, message)


@admin.register(SignInRecord)
class SignInRecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # ModelAdmin is not generic at run time
    """The log of signing in, to be read."""

    list_display = ("at", "kind", "who", "authority", "detail", "address", "browser", "by")
    list_filter = ("kind", "authority", "at")
    list_select_related = ("authority",)
    search_fields = ("who", "address")
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  Django's
        """Nobody writes it by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: SignInRecord | None = None) -> bool:  # noqa: ARG002  Django's
        """Nobody changes it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SignInRecord | None = None) -> bool:  # noqa: ARG002  Django's
        """Nobody deletes from it before its time."""
        return False


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # ModelAdmin is not generic at run time
    """A team of a force."""

    list_display = ("name", "authority")
    list_filter = ("authority",)


@admin.register(BusinessArea)
class BusinessAreaAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # ModelAdmin is not generic at run time
    """Whom a force asks for information, and when they are reminded."""

    list_display = ("name", "authority", "email", "remind_after", "escalate_after", "in_use")
    list_filter = ("authority", "in_use")


@admin.register(OneOffHoliday)
class OneOffHolidayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # ModelAdmin is not generic at run time
    """Holidays proclaimed since the calendar was shipped; saving one dates every open case anew."""

    list_display = ("on", "name", "source")

    def save_model(self, request: HttpRequest, obj: OneOffHoliday, form: object, change: bool) -> None:
        """Save the holiday and date the open cases anew."""
        super().save_model(request, obj, form, change)
        self._redate(request, f"Bank holiday {'changed' if change else 'added'}: {_named(obj)} ({obj.source}).")

    def delete_model(self, request: HttpRequest, obj: OneOffHoliday) -> None:
        """Take the holiday away and date the open cases anew."""
        why = f"Bank holiday taken away: {_named(obj)}."
        super().delete_model(request, obj)
        self._redate(request, why)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[OneOffHoliday]) -> None:
        """Take several holidays away and date the open cases anew."""
        why = f"Bank holidays taken away: {'; '.join(_named(each) for each in queryset)}."
        super().delete_queryset(request, queryset)
        self._redate(request, why)

    def _redate(self, request: HttpRequest, why: str) -> None:
        actor = request.user if isinstance(request.user, StaffMember) else None
        changed = redate_open_cases(actor, why)
        messages.info(request, f"{changed} open case{'s have' if changed != 1 else ' has'} another due date now.")


def _actor(request: HttpRequest) -> StaffMember:
    assert isinstance(request.user, StaffMember)
    return request.user


def _listed(people: list[StaffMember]) -> str:
    return ", ".join(str(person) for person in people) or "none of them had any"


def _named(holiday: OneOffHoliday) -> str:
    return f"{holiday.name}, {holiday.on.day} {holiday.on:%B %Y}"
