"""The ledger of releases: what left, when and of which register; a release as readers saw it; what all of it tells."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, force_of, readers_may_post, staff_only
from candour.desk.jobs import enqueue
from candour.desk.models import Authority, Job, LedgerRelease
from candour.desk.safe_figures.ledger import AUDIT
from candour.desk.safe_figures.restricted_names import names_hidden_from, without_names
from candour.desk.sight import open_to
from candour.desk.workflow import require_of_force

_PER_PAGE = 50
_MOST_REGISTERS = 200


@staff_only
@readers_may_post
def ledger(request: StaffRequest) -> HttpResponse:
    """The releases of the force, the latest first, by words and register; posting asks what they tell together."""
    force = force_of(request)
    register = " ".join((request.GET.get("register") or "").replace("\x00", "").split())[:120]
    if request.method == "POST":
        return _ask(request, force, register)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    rows = force.ledger_releases.select_related("response__case", "response__publication").defer("content")
    if register:
        rows = rows.filter(register=register)
    may_be_named = open_to(request.user, "response__case")
    for word in words.split():
        named = may_be_named & (Q(reference__icontains=word) | Q(title__icontains=word))
        rows = rows.filter(named | Q(register__icontains=word))
    names = force.ledger_releases.order_by("register").values_list("register", flat=True).distinct()
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    hidden = names_hidden_from(request.user)
    context = {
        "page": page,
        "rows": [
            {"release": row, "is_hidden": row.reference in hidden, "corrects": without_names(row.corrects, hidden)}
            for row in page
        ],
        "words": words,
        "register": register,
        "registers": list(names[:_MOST_REGISTERS]),
        "audit": _last_audit(force, register, hidden) if register else None,
    }
    return render(request, "desk/ledger.html", context)


@staff_only
def release(request: StaffRequest, pk: int) -> HttpResponse:
    """One release as readers saw it."""
    found = force_of(request).ledger_releases.select_related(
        "response__case", "response__prepared_by", "response__publication"
    )
    may_be_named = open_to(request.user, "response__case")
    row = found.filter(may_be_named, pk=pk).first()
    if row is None:
        raise Http404("There is no such release.")
    content = row.content
    names = [column["name"] for column in content.get("columns", [])]
    cells = [[*cell[: len(names)], cell[len(names)] or "withheld"] for cell in content.get("cells", [])]
    page = Paginator(cells, _PER_PAGE * 4).get_page(request.GET.get("page"))
    context = {
        "release": row,
        "head": [*names, content.get("unit", "cases").capitalize()],
        "rows": page.object_list,
        "page": page,
        "numeric": [len(names)],
        "figures": content.get("figures", []),
        "rounding": content.get("rounding"),
        "corrects": without_names(row.corrects, names_hidden_from(request.user)),
        "corrected_by": LedgerRelease.objects.filter(
            may_be_named, authority=row.authority, register=row.register, corrects=row.reference
        ).defer("content"),
        "breadcrumbs": [{"text": "Ledger", "url": reverse("desk:ledger")}, {"text": row.reference}],
    }
    return render(request, "desk/release.html", context)


def _ask(request: StaffRequest, force: Authority, register: str) -> HttpResponse:
    """Let the audit of a register be done."""
    require_of_force("audit_releases", force, request.user)
    if not force.ledger_releases.filter(register=register).exists():
        messages.error(request, "Choose a register that something was sent of.")
        return redirect("desk:ledger")
    payload = {"authority": force.pk, "register": register}
    key = f"{force.pk} {uuid.uuid4()}"
    made = enqueue(AUDIT, key, payload, authority=force, made_by=request.user)
    messages.success(request, "The releases are being audited together. Refresh this page to see how far it is.")
    return redirect("desk:job", made.pk)


def _last_audit(force: Authority, register: str, hidden: list[str]) -> dict[str, Any] | None:
    """The last audit of a register that was asked for, and how many releases came after it."""
    job = Job.objects.filter(authority=force, kind=AUDIT, payload__register=register).order_by("-pk").first()
    if job is None:
        return None
    known = force.ledger_releases.filter(register=register).count()
    findings = [without_names(each, hidden) for each in job.result.get("findings", ())]
    return {
        "job": job,
        "findings": findings,
        "since": known - int(job.result.get("releases", 0)) if job.state == "done" else 0,
    }
