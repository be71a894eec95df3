"""A view of the caseload as a file to be stored."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.caseload.as_csv import caseload_csv
from candour.desk.caseload.overview import overview
from candour.desk.views.caseload import asked_for


@staff_only
def caseload_file(request: StaffRequest) -> HttpResponse:
    """The cases of the queue, the stage and the words that the address names, as CSV."""
    authority, today = force_of(request), timezone.localdate()
    seen = overview(authority, request.user, today)
    name = f"{authority.slug}-foi-caseload-{today.isoformat()}.csv"
    return HttpResponse(
        caseload_csv(seen, seen.chosen(*asked_for(request.GET)), today),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
