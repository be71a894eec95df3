"""The page of what nobody has acted on."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.post.shown import listed, may_be_identified
from candour.post.untouched import CASE_WAITS, cases_nobody_took_up, mail_nobody_read

PER_PAGE = 25


@staff_only
def untouched(request: StaffRequest) -> HttpResponse:
    """Mail that waits too long, at most a page of it, and the cases in which nobody has done anything."""
    force, today = force_of(request), timezone.localdate()
    mail = mail_nobody_read(force, today)
    oldest = mail.select_related("message", "case__requester", "suggested__requester").defer("message__reading")
    page = Paginator(cases_nobody_took_up(force, today), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": mail.count(),
        "mail": [(each, listed(each, identified=may_be_identified(each))) for each in oldest[:PER_PAGE]],
        "page": page,
        "days": CASE_WAITS,
        "today": today,
        "breadcrumbs": [{"text": "Mail", "url": "../"}, {"text": "Nobody has acted on it"}],
    }
    return render(request, "post/untouched.html", context)
