"""The forms of an account: whose it is, what role it has, and that it does not end with cases still in its hands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Permission

from candour.desk.models import Authority, StaffMember
from candour.desk.models.staff import Role
from candour.desk.stage import still_open

_SEE_ROWS = "see_case_rows"


def in_hand(person: StaffMember) -> list[str]:
    """The references of the open cases whose officer the person is; no restricted one is named."""
    cases = still_open(person.cases.filter(destroyed_at=None)).order_by("due", "pk")
    found = cases.values_list("reference", "restriction")
    return ["a restricted case" if restriction else reference for reference, restriction in found]


class _Account(forms.ModelForm):  # type: ignore[type-arg]  # ModelForm is not generic at run time
    """What new and known accounts have in common. `force`: that of whoever fills it in; None where they choose it."""

    force: Authority | None = None

    sees_rows = forms.BooleanField(
        label="May look at the case-level rows of data sets",
        required=False,
        help_text="Each look is recorded with its reason.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["sees_rows"] = self.instance.user_permissions.filter(codename=_SEE_ROWS).exists()

    def clean(self) -> dict[str, Any]:
        """Refuse a team of another force, and an administrator of none."""
        given = super().clean() or {}
        force = self.force or given.get("authority")
        team, role = given.get("team"), given.get("role", self.instance.role)
        if team is not None and team.authority != force:
            self.add_error("team", "Choose a team of the force to which the person belongs.")
        if role == Role.ADMINISTRATOR and force is None and not self.instance.is_superuser:
            self.add_error("role", "Say first to which force the administrator belongs.")
        return given

    def keep_rights(self) -> None:
        """Give or take the right to look at rows, once the person is stored."""
        right = Permission.objects.filter(codename=_SEE_ROWS, content_type__app_label="desk")
        if self.cleaned_data.get("sees_rows"):
            self.instance.user_permissions.add(*right)
        else:
            self.instance.user_permissions.remove(*right)


class NewPersonForm(_Account, AdminUserCreationForm):  # type: ignore[type-arg]  # as above
    """A new account."""


class PersonForm(_Account, UserChangeForm):  # type: ignore[type-arg]  # as above
    """An account that is there. It ends with cases in its hands only where somebody says so: a person may go today."""

    all_the_same = forms.BooleanField(
        label="End it today all the same",
        required=False,
        help_text="Only needed while open cases are in their hands. They then stand in the queue “Of people who are "
        "away”, from which a manager hands them over.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_active" in self.fields:
            told = "Untick it to end the account: nobody signs in with it any more. It is kept: the trail names it."
            self.fields["is_active"].help_text = told

    def clean(self) -> dict[str, Any]:
        """Say which cases have to be handed over before the account ends."""
        given = super().clean()
        ends = "is_active" in self.fields and self.initial.get("is_active") and not given.get("is_active")
        if ends and not given.get("all_the_same") and (cases := in_hand(self.instance)):
            self.add_error(
                "is_active",
                f"{self.instance} has {len(cases)} open case{'s' if len(cases) != 1 else ''}: {', '.join(cases)}. Have "
                "them handed over first, or tick below that the account ends all the same.",
            )
        return given
