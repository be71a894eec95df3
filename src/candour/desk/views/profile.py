"""The page that says how closely a case is watched."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, case_of, holding_the_case, readers_may_post, staff_only
from candour.desk.caseload.profile import set_profile
from candour.desk.forms.profile import ProfileForm
from candour.desk.models import Profile
from candour.desk.refusals import Refused
from candour.desk.views.case import crumbs


@staff_only
@readers_may_post
@holding_the_case
def profile(request: StaffRequest, pk: int) -> HttpResponse:
    """Ordinary or high: the clearance of the next letter may depend on it."""
    case = case_of(request, pk)
    form = ProfileForm(
        request.POST or None, initial={"profile": case.profile}, stands={"Profile": case.get_profile_display()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_profile(pk, Profile(form.cleaned_data["profile"]), form.cleaned_data["why"], request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The profile of the case is saved.")
            return redirect("desk:case", pk)
    return render(request, "desk/profile.html", {"case": case, "form": form, "breadcrumbs": crumbs(case, "Profile")})
