"""Figures of how the force answers: by quarter, by exemption, and by whom cases waited for."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.models import Authority
from candour.desk.statistics import Quarter, figures_by_quarter, last_quarters
from candour.desk.statistics.chart import chart_of
from candour.desk.statistics.exemptions import sections_by_quarter, use_of_limbs
from candour.desk.statistics.questions import questions_by_quarter
from candour.desk.statistics.tables import figures_csv, questions_table, sections_table, tables_of
from candour.desk.statistics.waiting import by_team, waited

QUARTERS, MOST = 5, 20


@staff_only
def statistics(request: StaffRequest) -> HttpResponse:
    """The last quarters of the force in tables and a picture; exemptions and waiting over the same time."""
    authority, today = force_of(request), timezone.localdate()
    quarters = last_quarters(today, quarters_wanted(request))
    figures = figures_by_quarter(authority, quarters, today)
    waiting = waited(authority, quarters[0].first, quarters[-1].last, today)
    context = {
        "chart": chart_of(figures),
        "tables": [
            *tables_of(figures),
            questions_table(questions_by_quarter(authority, quarters), quarters),
            sections_table(sections_by_quarter(authority, quarters), quarters),
        ],
        "limbs": use_of_limbs(authority, quarters[0].first, quarters[-1].last),
        "waiting": waiting,
        "teams": by_team(waiting),
        "first": quarters[0].first,
        "today": today,
        "many": len(quarters),
    }
    return render(request, "desk/statistics.html", context)


@staff_only
def statistics_file(request: StaffRequest) -> HttpResponse:
    """The same figures as CSV."""
    authority, today = force_of(request), timezone.localdate()
    return figures_file(authority, last_quarters(today, quarters_wanted(request)), today)


def quarters_wanted(request: HttpRequest) -> int:
    """How many quarters the address asks for; five when it says nothing that can be used."""
    asked = request.GET.get("quarters", "")
    return min(MOST, max(1, int(asked))) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else QUARTERS


def figures_file(authority: Authority, quarters: list[Quarter], today: date) -> HttpResponse:
    """The figures of these quarters as a file to be stored."""
    content = figures_csv(
        figures_by_quarter(authority, quarters, today),
        sections_by_quarter(authority, quarters) if quarters else {},
        questions_by_quarter(authority, quarters) if quarters else {},
    )
    name = f"{authority.slug}-foi-figures-{today.isoformat()}.csv"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
