"""The ledger of releases: which tables of counts left, when, and of which register."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from candour.desk.access import StaffRequest, force_of, staff_only

_PER_PAGE = 50


@staff_only
def ledger(request: StaffRequest) -> HttpResponse:
    """The releases of the force, the latest first, by words."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    rows = force_of(request).ledger_releases.select_related("response__case").defer("content")
    for word in words.split():
        rows = rows.filter(Q(reference__icontains=word) | Q(title__icontains=word) | Q(register__icontains=word))
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/ledger.html", {"page": page, "words": words})
