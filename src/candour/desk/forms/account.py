"""The forms on which somebody shows who they are, and changes how they sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from candour.desk.models import SignInKind, StaffMember
from candour.desk.sign_in import limits, log
from candour.desk.sign_in.limits import Limited
from candour.site.forms import GovForm

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
WRONG_CODE = "This code is not right, or it was used already. Wait for the next one and enter that"


def require_password(request: HttpRequest, person: StaffMember, given: str) -> None:
    """Check the current password of who has signed in. Raises ValidationError, also after too many attempts."""
    who = str(person.pk)
    try:
        limits.take("password", who)
    except Limited as limited:
        if limited.newly:
            log.note(request, SignInKind.LIMITED, person, "by the current password")
        raise ValidationError(str(limited), code="limited") from limited
    if not person.check_password(given):
        log.note(request, SignInKind.REFUSED, person, "wrong current password")
        raise ValidationError("This is not your current password", code="wrong")
    limits.give_back("password", who)


class CodeForm(GovForm):
    """A code of the second factor. What it was found to be is `found`; `check` says so, and None when it is wrong."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Six figures from your authenticator app, or one of your recovery codes.",
        widget=forms.TextInput(attrs=_CODE),
        error_messages={"required": "Enter the code"},
    )

    def __init__(self, *args: Any, check: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._check, self.found, self.limited = check, None, False

    def clean_code(self) -> str:
        """Look whether the code is right; last, so that no code is spent on a form that is wrong elsewhere."""
        given = str(self.cleaned_data["code"])
        if self.errors:
            return given
        try:
            self.found = self._check(given)
        except Limited as limited:
            self.limited = True
            raise ValidationError(str(limited), code="limited") from limited
        if self.found is None:
            raise ValidationError(WRONG_CODE, code="wrong")
        return given


class SetUpForm(CodeForm):
    """The first code of an app; and the password, where it was not given just before."""

    password = forms.CharField(
        label="Your current password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your current password"},
    )
    field_order = ("password", "code")

    def __init__(
        self, *args: Any, request: HttpRequest, person: StaffMember, with_password: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._request, self._person = request, person
        self.fields["code"].help_text = "Six figures that the app shows for Candour."
        if not with_password:
            del self.fields["password"]

    def clean_password(self) -> str:
        """Look whether it is the person’s."""
        given = str(self.cleaned_data["password"])
        require_password(self._request, self._person, given)
        return given


class NewPasswordForm(PasswordChangeForm):
    """The current password and twice the new one."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request
        words = {
            "old_password": ("Your current password", "Enter your current password"),
            "new_password1": ("New password", "Enter the new password"),
            "new_password2": ("New password again", "Enter the new password again"),
        }
        for name, (label, required) in words.items():
            self.fields[name].label, self.fields[name].error_messages["required"] = label, required
        self.fields[
            "new_password1"
        ].help_text = "12 characters or more. Three words that have nothing to do with each other are easy to remember."
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        """Look whether it is the person’s; one may try only so many."""
        given = str(self.cleaned_data["old_password"])
        require_password(self._request, self.user, given)
        return given
