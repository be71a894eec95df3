"""“Your account”: how somebody signs in, where they are signed in, and what was tried on their account."""

from __future__ import annotations

from typing import Any, cast

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from candour.desk.access import StaffRequest
from candour.desk.forms.account import CodeForm, NewPasswordForm, SetUpForm
from candour.desk.models import SignInKind, SignInRecord, StaffMember, StaffSession
from candour.desk.sign_in import codes, log, second_factor, steps
from candour.desk.sign_in.next_page import own_page

_SHOWN = 20
"""Lines of the log on the page."""


@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """What the person may know and change of their own account."""
    person = cast("StaffRequest", request).user
    factor = second_factor.factor_of(person)
    return render(
        request,
        "account/account.html",
        {
            "person": person,
            "how": steps.how_signed_in(request),
            "provider": settings.CANDOUR_IDENTITY_PROVIDER,
            "factor": factor,
            "codes_left": factor.recovery_codes.count() if factor else 0,
            "required": settings.CANDOUR_SECOND_FACTOR == "required",
            "sessions": StaffSession.objects.filter(person=person, expire_date__gt=timezone.now()).order_by(
                "-began_at"
            ),
            "this_session": request.session.session_key,
            "records": SignInRecord.objects.filter(person=person)[:_SHOWN],
        },
    )


class NewPassword(PasswordChangeView):
    """Change the password: every other session of the person ends."""

    template_name = "account/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("account:account")

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        """Named by Django. Who has no password, since they sign in elsewhere, has none to change."""
        if self.request.user.is_authenticated and not self.request.user.has_usable_password():
            return redirect("account:account")
        return super().dispatch(*args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Named by Django."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        """Store it, and say so."""
        answer = super().form_valid(form)
        person = form.user
        steps.end_sessions(person, but=self.request.session.session_key)
        log.note(self.request, SignInKind.PASSWORD_CHANGED, person)
        messages.success(self.request, "Your password is changed. You are signed out everywhere else.")
        return answer


@login_required
@never_cache
@sensitive_post_parameters("password", "code")
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: scan or type its secret, and enter its first code."""
    person = cast("StaffRequest", request).user
    if second_factor.factor_of(person):
        if steps.lacks_second_factor(request):
            # A session from before it was set up: the person shows it, as everybody does.
            logout(request)
            return redirect("desk:sign-in")
        return redirect("account:account")
    secret = second_factor.begun(person)
    form = SetUpForm(
        request.POST or None,
        request=request,
        person=person,
        with_password=person.has_usable_password() and not steps.is_fresh(request),
        check=lambda given: second_factor.confirm(request, person, given),
    )
    next_page = own_page(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        steps.mark(request, steps.APP)
        return _show_codes(request, cast("list[str]", form.found), next_page)
    picture = segno.make(codes.address(secret, settings.CANDOUR_SERVICE_NAME, person.username), error="m", micro=False)
    shown = {
        "form": form,
        "picture": picture.svg_data_uri(scale=5, border=4, light="#fff"),
        "secret": codes.typed(secret),
        "required": steps.lacks_second_factor(request),
        "next": next_page,
    }
    return render(request, "account/set_up.html", shown, status=429 if form.limited else 200)


@login_required
@never_cache
@sensitive_post_parameters("code")
def remove(request: HttpRequest) -> HttpResponse:
    """Remove the second factor, with a code of it. Where one is required, the next page is the set-up of another."""
    person = cast("StaffRequest", request).user
    form = _code_form(request, person)
    if form is None:
        return redirect("account:account")
    if request.method == "POST" and form.is_valid():
        second_factor.remove(request, person)
        steps.mark(request, steps.PASSWORD)
        messages.success(request, "Your second factor is removed.")
        return redirect("account:account")
    shown = {"form": form, "required": settings.CANDOUR_SECOND_FACTOR == "required"}
    return render(request, "account/remove.html", shown, status=429 if form.limited else 200)


@login_required
@never_cache
@sensitive_post_parameters("code")
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, with a code."""
    person = cast("StaffRequest", request).user
    form = _code_form(request, person)
    if form is None:
        return redirect("account:account")
    if request.method == "POST" and form.is_valid():
        return _show_codes(request, second_factor.new_codes(request, person), "")
    return render(request, "account/new_codes.html", {"form": form}, status=429 if form.limited else 200)


@login_required
@require_POST
def sessions(request: HttpRequest) -> HttpResponse:
    """End one other session of the person, or all others."""
    person = cast("StaffRequest", request).user
    place = request.POST.get("session", "")
    if ended := steps.end_sessions(
        person, but=request.session.session_key, only=_key(person, place) if place else None
    ):
        log.note(request, SignInKind.ENDED, person, f"{ended} ended by the person")
        messages.success(request, "You are signed out there." if place else "You are signed out everywhere else.")
    return redirect("account:account")


def _key(person: StaffMember, began: str) -> str:
    """The key of the person’s session that began then. Keys themselves stand on no page: who has one is signed in."""
    found = [each for each in StaffSession.objects.filter(person=person) if each.began_at.isoformat() == began]
    return found[0].session_key if found else "-"


def _code_form(request: HttpRequest, person: StaffMember) -> CodeForm | None:
    """The form for a code of the person; None when they have no second factor."""
    if not second_factor.factor_of(person):
        return None
    data: QueryDict | None = request.POST if request.method == "POST" else None
    return CodeForm(data, check=lambda given: second_factor.check(request, person, given))


def _show_codes(request: HttpRequest, made: list[str], next_page: str) -> HttpResponse:
    return render(request, "account/codes.html", {"codes": made, "next": next_page})
