"""What readers said of the public pages, for staff."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from candour.desk.access import StaffRequest, staff_only
from candour.portal.models import Feedback

_PER_PAGE = 50


@staff_only
def feedback(request: StaffRequest) -> HttpResponse:
    """What readers said, the newest first, with the page that they said it of."""
    page = Paginator(Feedback.objects.all(), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/staff_feedback.html", {"page": page})
