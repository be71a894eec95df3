"""The pages on which staff sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from candour.desk.forms.sign_in import SignInForm
from candour.desk.models import SignInKind, StaffMember
from candour.desk.sign_in import log, steps


class SignIn(LoginView):
    """Ask for the name and the password. The administration has no other sign-in than this."""

    template_name = "desk/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign the person in."""
        steps.sign_in(self.request, form.get_user(), steps.PASSWORD)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong; where there were too many attempts, also to programs."""
        answer = super().form_invalid(form)
        if form.limited:
            answer.status_code = 429
        return answer


class SignOut(LogoutView):
    """End the session, and say so in the log."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Named by Django."""
        if isinstance(request.user, StaffMember):
            log.note(request, SignInKind.SIGNED_OUT, request.user)
        return super().post(request, *args, **kwargs)
