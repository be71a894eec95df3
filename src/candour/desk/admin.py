"""Accounts and settings of forces for administrators. Cases are not here: an administrator is no decision maker."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from candour.desk.models import Authority, StaffMember


@admin.register(Authority)
class AuthorityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # ModelAdmin is not generic at run time
    """A force and how it presents itself."""

    list_display = ("name", "unit", "reference_scheme")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(StaffMember)
class StaffMemberAdmin(UserAdmin):  # type: ignore[type-arg]  # UserAdmin is not generic at run time
    """A log-in, its force and its role."""

    list_display = ("username", "first_name", "last_name", "authority", "role", "is_active")
    list_filter = ("authority", "role", "is_active")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Desk", {"fields": ("authority", "role")}))
    add_fieldsets = (*UserAdmin.add_fieldsets, ("Desk", {"fields": ("authority", "role")}))
