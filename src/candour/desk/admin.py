"""Accounts and settings of forces for administrators. Cases are not here: an administrator is no decision maker."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from candour.desk.checked_files.reference_patterns import tried
from candour.desk.deadlines.clock import redate_open_cases
from candour.desk.models import Authority, BusinessArea, OneOffHoliday, StaffMember, Team

admin.site.site_header = admin.site.site_title = "Freedom of Information desk"
admin.site.index_title = "Accounts and settings"


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


@admin.register(StaffMember)
class StaffMemberAdmin(UserAdmin):  # type: ignore[type-arg]  # UserAdmin is not generic at run time
    """A log-in, its force and its role."""

    list_display = ("username", "first_name", "last_name", "authority", "role", "is_active")
    list_filter = ("authority", "role", "is_active")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Desk", {"fields": ("authority", "role", "team")}))
    add_fieldsets = (*UserAdmin.add_fieldsets, ("Desk", {"fields": ("authority", "role", "team")}))


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


def _named(holiday: OneOffHoliday) -> str:
    return f"{holiday.name}, {holiday.on.day} {holiday.on:%B %Y}"
