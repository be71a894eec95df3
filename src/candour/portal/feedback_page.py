"""What readers say of a page: kept without anything of who they are, and shown to staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from candour.portal.limits import allowed
from candour.portal.models import Feedback
from candour.portal.private import too_often, trapped
from candour.site.forms import GovForm
from candour.site.sender import sender_of

_LONGEST = 4_000
_LONGEST_PAGE = 300


class FeedbackForm(GovForm):
    """Whether the page was of use, and what would have helped."""

    page = forms.CharField(required=False, max_length=_LONGEST_PAGE, widget=forms.HiddenInput)
    useful = forms.ChoiceField(
        label=_("Was the page useful?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What would have helped?"),
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for something."""
        given = super().clean() or {}
        if not given.get("useful") and not given.get("text") and not self.errors:
            self.add_error("text", _("Say whether the page was useful, or what would have helped"))
        return given


def feedback(request: HttpRequest) -> HttpResponse:
    """Say what could be better."""
    form = FeedbackForm(request.POST or None, initial={"page": request.GET.get("page", "")[:_LONGEST_PAGE]})
    context: dict[str, Any] = {"form": form, "address": settings.CANDOUR_FEEDBACK_ADDRESS}
    if request.method == "POST" and form.is_valid():
        if refused := trapped(request):
            return refused
        if not allowed("feedback", sender_of(request)):
            return too_often(request)
        useful = {"yes": True, "no": False}.get(form.cleaned_data["useful"])
        Feedback.objects.create(page=form.cleaned_data["page"], useful=useful, text=form.cleaned_data["text"])
        context["thanks"] = True
    return render(request, "portal/feedback.html", context)
