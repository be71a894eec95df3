"""The register of what the force neither confirms nor denies."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, force_of, staff_only
from candour.desk.audit_trail.writing import record_for_force
from candour.desk.forms.ncnd import KnownDisclosureForm, TopicForm
from candour.desk.models import EventKind, NcndTopic
from candour.desk.workflow import require_of_force


@staff_only
def register(request: StaffRequest) -> HttpResponse:
    """Every entry of the force."""
    topics = force_of(request).ncnd_topics.prefetch_related("known_disclosures").select_related("owner")
    return render(request, "desk/ncnd_register.html", {"topics": list(topics)})


@staff_only
def topic(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add an entry, or change one."""
    with transaction.atomic():
        if request.method == "POST" and pk is not None:
            # Held until it is saved, so that the entry compared with is the one replaced.
            list(NcndTopic.objects.select_for_update().filter(pk=pk).values_list("pk"))
        entry = _entry(request, pk) if pk is not None else NcndTopic(authority=force_of(request), owner=request.user)
        form = TopicForm(request.POST or None, instance=entry)
        saved = _saved(request, form, "changed" if pk else "added") if request.method == "POST" else None
    if saved is not None:
        messages.success(request, "The entry is saved.")
        return redirect("desk:ncnd-topic", saved.pk)
    context = {
        "form": form,
        "entry": entry,
        "known": list(entry.known_disclosures.all()) if entry.pk else [],
        "breadcrumbs": _crumbs(entry.title or "New entry"),
    }
    return render(request, "desk/ncnd_topic.html", context)


def _saved(request: StaffRequest, form: TopicForm, how: str) -> NcndTopic | None:
    """The entry as it was saved; None where something is to be put right first. Raises NotAllowed."""
    require_of_force("keep_register", force_of(request), request.user)
    if not form.is_valid():
        return None
    saved: NcndTopic = form.save()
    told = f"“{saved.title}”, {saved.get_granularity_display().lower()}: {how}."
    record_for_force(force_of(request), EventKind.REGISTER_CHANGED, request.user, told)
    return saved


@staff_only
def known_disclosure(request: StaffRequest, pk: int) -> HttpResponse:
    """Add something public that confirms or denies on the topic."""
    entry = _entry(request, pk)
    form = KnownDisclosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.topic = entry
        with transaction.atomic():
            require_of_force("keep_register", force_of(request), request.user)
            form.save()
            told = f"“{entry.title}”: “{form.instance.url}” is public."
            record_for_force(force_of(request), EventKind.REGISTER_CHANGED, request.user, told)
        messages.success(request, "It is added. Open decisions on this topic will warn of it.")
        return redirect("desk:ncnd-topic", pk)
    context = {"form": form, "entry": entry, "breadcrumbs": _crumbs(entry.title)}
    return render(request, "desk/ncnd_disclosure.html", context)


def _entry(request: StaffRequest, pk: int) -> NcndTopic:
    entry = NcndTopic.objects.filter(authority=force_of(request), pk=pk).first()
    if entry is None:
        raise Http404("There is no such entry in the register.")
    return entry


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"text": "Neither confirmed nor denied", "url": reverse("desk:ncnd-register")}, {"text": here}]
