"""The forms of signing in, and of somebody’s own account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from candour.desk.sign_in.limits import Limited
from candour.desk.sign_in.steps import try_password

WRONG = "The username or the password is not right. Both are told apart by capital and small letters."


class SignInForm(AuthenticationForm):
    """A name and a password, of which one may try only so many."""

    limited: Limited | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = "Enter your username"
        self.fields["password"].error_messages["required"] = "Enter your password"

    def clean(self) -> dict[str, Any]:
        """Find whose they are. The same words stand for a wrong name, a wrong password and an account that is off."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password:
            assert self.request is not None
            try:
                person = try_password(self.request, username, password)
            except Limited as limited:
                self.limited = limited
                raise ValidationError(str(limited), code="limited") from limited
            if person is None:
                raise ValidationError(WRONG, code="invalid_login")
            self.user_cache = person
        return self.cleaned_data
