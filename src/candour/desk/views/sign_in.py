"""The pages on which staff sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from candour.desk.forms.account import CodeForm
from candour.desk.forms.sign_in import SignInForm
from candour.desk.models import SignInKind, StaffMember
from candour.desk.sign_in import limits, log, second_factor, steps
from candour.desk.sign_in.matching import account_of
from candour.desk.sign_in.next_page import own_page
from candour.desk.sign_in.provider import NotSignedIn, begin, finish
from candour.site.config import IdentityProvider
from candour.site.sender import sender_of


class SignIn(LoginView):
    """Ask for the name and the password. The administration has no other sign-in than this."""

    template_name = "desk/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Named by Django."""
        return {**super().get_context_data(**kwargs), "provider": settings.CANDOUR_IDENTITY_PROVIDER}

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign the person in, or ask for their code."""
        person = form.get_user()
        if second_factor.factor_of(person):
            steps.wait_for_code(self.request, person, self.get_success_url())
            return redirect("account:code")
        steps.sign_in(self.request, person, steps.PASSWORD)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong; where there were too many attempts, also to programs."""
        answer = super().form_invalid(form)
        if form.limited:
            answer.status_code = 429
        return answer


@never_cache
@sensitive_post_parameters("code")
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask who has given their password for a code of their second factor, and sign them in."""
    waiting = steps.who_waits(request)
    if waiting is None:
        return redirect("desk:sign-in")
    data = request.POST if request.method == "POST" else None
    form = CodeForm(data, check=lambda given: second_factor.check(request, waiting.person, given))
    if request.method == "POST" and form.is_valid():
        steps.sign_in(request, waiting.person, str(form.found))
        if form.found == steps.RECOVERY:
            messages.info(request, "This recovery code is used up. Under “Your account” you see how many are left.")
        return HttpResponseRedirect(waiting.next_page)
    return render(request, "account/code.html", {"form": form}, status=429 if form.limited else 200)


@never_cache
def to_provider(request: HttpRequest) -> HttpResponse:
    """Lead to the identity provider: by a link, since the policy of our pages lets no form lead away."""
    provider = _provider()
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    back = request.build_absolute_uri(reverse("account:from-provider"))
    try:
        limits.take("provider", sender_of(request))
        return HttpResponseRedirect(begin(request, provider, back, own_page(request, request.GET.get("next", ""))))
    except (limits.Limited, NotSignedIn) as refusal:
        return _refused(request, str(refusal))


@never_cache
def from_provider(request: HttpRequest) -> HttpResponse:
    """Sign in whoever comes back from the identity provider and has an account here."""
    try:
        identity, next_page = finish(request, _provider())
        person = account_of(request, identity)
    except NotSignedIn as refusal:
        return _refused(request, str(refusal))
    steps.sign_in(request, person, steps.PROVIDER)
    return redirect(next_page or settings.LOGIN_REDIRECT_URL)


def _provider() -> IdentityProvider:
    provider: IdentityProvider | None = settings.CANDOUR_IDENTITY_PROVIDER
    if provider is None:
        raise Http404("There is no identity provider.")
    return provider


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "account/refused.html", {"why": why}, status=403)


class SignOut(LogoutView):
    """End the session, and say so in the log."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Named by Django."""
        if isinstance(request.user, StaffMember):
            log.note(request, SignInKind.SIGNED_OUT, request.user)
        return super().post(request, *args, **kwargs)
