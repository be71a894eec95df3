"""Figures of how each force answers requests, for complete quarters, as the section 45 Code asks of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from candour.desk.models import Authority
from candour.desk.publishing.decision import shares
from candour.desk.statistics import Quarter, figures_by_quarter
from candour.desk.statistics.chart import chart_of
from candour.desk.statistics.exemptions import sections_by_quarter
from candour.desk.statistics.tables import figures_csv, sections_table, tables_of

PUBLISHED = 8
"""How many complete quarters are shown."""


def forces(request: HttpRequest) -> HttpResponse:
    """The forces whose figures there are."""
    return render(request, "portal/figures_of.html", {"forces": Authority.objects.all()})


def figures(request: HttpRequest, authority: str) -> HttpResponse:
    """The figures of one force in tables and a picture."""
    force = get_object_or_404(Authority, slug=authority)
    quarters, today = complete_quarters(), timezone.localdate()
    counted = figures_by_quarter(force, quarters, today)
    context = {
        "force": force,
        "theme_url": reverse("portal:theme", args=[authority]),
        "chart": chart_of(counted),
        "tables": [*tables_of(counted), sections_table(sections_by_quarter(force, quarters), quarters)],
        "today": today,
        "published": shares(force)[0],
        "breadcrumbs": [{"text": gettext("Figures"), "url": reverse("portal:figures")}, {"text": force.name}],
    }
    return render(request, "portal/figures.html", context)


def figures_file(_request: HttpRequest, authority: str) -> HttpResponse:
    """The same figures as CSV."""
    force = get_object_or_404(Authority, slug=authority)
    quarters, today = complete_quarters(), timezone.localdate()
    content = figures_csv(figures_by_quarter(force, quarters, today), sections_by_quarter(force, quarters))
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{force.slug}-foi-figures.csv"'},
    )


def complete_quarters() -> list[Quarter]:
    """The last quarters that have ended, the earliest first."""
    quarter = Quarter.of(timezone.localdate())
    found: list[Quarter] = []
    while len(found) < PUBLISHED:
        quarter = quarter.before
        found.insert(0, quarter)
    return found
