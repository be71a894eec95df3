"""The table builder: what kind of table, the counts, what they mean and the rules, the ways to make them safe."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from candour.desk.access import StaffRequest, staff_only
from candour.desk.answering.decide import changing
from candour.desk.forms.counts.agreement import AgreeForm
from candour.desk.forms.counts.cell import CellForm
from candour.desk.forms.counts.kind import KindForm
from candour.desk.forms.counts.pasted import FiguresForm
from candour.desk.forms.counts.rules import RulesForm
from candour.desk.models import ProtectedCounts, SavedCount
from candour.desk.refusals import ChangedMeanwhile, Refused
from candour.desk.safe_figures.methods import Candidate, methods
from candour.desk.safe_figures.proof_words import Card, officers_view, readers_view
from candour.desk.safe_figures.protect import withdraw_agreement, work_out
from candour.desk.views.decision_page import DecisionPage, page_of
from candour.law import Step
from candour.records import RecordsError
from candour.records.chart import bar_chart, printed_for_readers
from candour.tables import TableError
from candour.tables.cells import cell_system
from candour.tables.counts import CountTable
from candour.tables.protection import sensitive_classes

_EXAMPLE = {
    "columns": ("Kind", "Offence", "Year", "Cases"),
    "rows": (
        ("Acquisitive", "Burglary", "2025", "31"),
        ("Acquisitive", "Theft", "2025", "3"),
        ("Other", "Arson", "2025", "12"),
    ),
    "numeric": (3,),
}
"""How figures have to stand, with invented ones."""


@staff_only
def add_table(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Whether the table holds counts or other figures."""
    page = page_of(request, pk, name)
    form = KindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        pages = {"counts": "desk:new-counts", "data-set": "desk:count-choose", "file": "desk:new-file"}
        return redirect(pages.get(kind, "desk:new-exhibit"), pk, name)
    return render(request, "desk/add_table.html", {**page.context("Add a table"), "form": form})


@staff_only
def figures(request: StaffRequest, pk: int, name: str, number: int | None = None) -> HttpResponse:
    """The counts as pasted: new ones, or others in the place of those stored."""
    page = page_of(request, pk, name)
    counts = _counts(page, number) if number is not None else None
    form = FiguresForm(request.POST if request.method == "POST" else None, decision=page.decision, counts=counts)
    if request.method == "POST" and form.is_valid():
        try:
            had_decisions = bool(counts and counts.overrides)
            with changing(page.decision, form.cleaned_data["version"], request.user, form.note) as stored:
                form.save(stored)
        except ChangedMeanwhile as error:
            messages.error(request, str(error))
            form = FiguresForm(_reposted(request, error), decision=error.current, counts=counts)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        else:
            assert form.counts is not None
            if had_decisions and not form.counts.overrides:
                messages.info(
                    request, "What was decided on single cells was undone, because the counts are others now."
                )
            return redirect("desk:counts-rules", pk, name, form.counts.pk)
    heading = "Change the counts" if counts else "Counts of cases or people"
    return render(
        request,
        "desk/counts_figures.html",
        {**page.context(heading), "form": form, "heading": heading, "example": _EXAMPLE},
    )


@staff_only
def rules(request: StaffRequest, pk: int, name: str, number: int) -> HttpResponse:
    """What was understood of the counts, to be corrected, and how much is protected."""
    page = page_of(request, pk, name)
    counts = _counts(page, number)
    form = RulesForm(request.POST if request.method == "POST" else None, decision=page.decision, counts=counts)
    if request.method == "POST" and form.is_valid():
        try:
            # Before the decision is locked: it takes seconds.
            form.candidates = work_out(form.table, form.protection, page.case.authority.slug)
            with changing(page.decision, form.cleaned_data["version"], request.user, form.note) as stored:
                form.save(stored)
        except ChangedMeanwhile as error:
            messages.error(request, str(error))
            form = RulesForm(_reposted(request, error), decision=error.current, counts=_counts(page, number))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        else:
            return redirect("desk:counts-methods", pk, name, number)
    heading = "What we understood"
    context = {**page.context(heading), "form": form, "heading": heading, "counts": counts, "rows": form.guess.rows}
    return render(request, "desk/counts_rules.html", context)


@staff_only
def ways(request: StaffRequest, pk: int, name: str, number: int) -> HttpResponse:
    """The ways to make the table safe side by side, the table with its marks, single cells, the agreement."""
    page = page_of(request, pk, name)
    counts = _counts(page, number)
    if not counts.candidates:
        return redirect("desk:counts-rules", pk, name, number)
    cards = _cards(page, counts)
    chosen = _chosen(cards, request.GET.get("method") or counts.method)
    action = request.POST.get("action", "")
    cell_form = CellForm(request.POST if action == "cell" else None, counts=counts)
    agree_form = AgreeForm(request.POST if action == "agree" else None)
    if action != "agree" and not counts.exhibit:
        made_from = SavedCount.objects.filter(table=counts).first()
        agree_form.initial = {"place": "letter", "notes": "\n".join(made_from.notes) if made_from else ""}
    if counts.exhibit and action != "agree":
        agree_form.initial = {"place": "attachment" if counts.exhibit.file else "letter"}
    if request.method == "POST" and (answer := _act(request, page, counts, cell_form, agree_form, chosen)):
        return answer
    heading = counts.title
    made = chosen.candidate if chosen else None
    context = {
        **page.context(heading),
        "heading": heading,
        "counts": counts,
        "cards": cards,
        "chosen": chosen,
        "view": officers_view(made, counts.protection) if made else None,
        "readers": readers_view(made) if made else None,
        "notes": made.notes if made else (),
        "chart": _chart(counts, made) if made else "",
        "cell_form": cell_form,
        "agree_form": agree_form,
        "form": agree_form if agree_form.is_bound else cell_form,
        "version": page.decision.version,
    }
    return render(request, "desk/counts_ways.html", context)


def _chart(counts: ProtectedCounts, made: Candidate) -> str:
    """The bars of a safe table as readers of the log will see them; empty where it has no fitting chart."""
    seen = readers_view(made)
    try:
        drawn = bar_chart(printed_for_readers(counts.title, seen["columns"], seen["rows"], counts.unit))
    except RecordsError:
        return ""
    return mark_safe(drawn)  # noqa: S308  every word in it is escaped where it is drawn


def _act(  # noqa: PLR0917  what the page posts
    request: StaffRequest,
    page: DecisionPage,
    counts: ProtectedCounts,
    cell_form: CellForm,
    agree_form: AgreeForm,
    chosen: Card | None,
) -> HttpResponse | None:
    """Do what was posted; None where the page is to be shown again with what is wrong."""
    here = reverse("desk:counts-methods", args=[page.case.pk, page.name, counts.pk])
    version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else -1
    action, _, place = request.POST.get("action", "").partition("-")
    try:
        if action == "agree" and agree_form.is_valid():
            note = f"table “{counts.title}” agreed ({chosen.method.name.lower() if chosen else 'no way chosen'})"
            with changing(page.decision, version, request.user, note) as stored:
                fresh = stored.protected_counts.get(pk=counts.pk)
                agree_form.save(fresh, chosen.method.key if chosen else "", request.user)
            messages.success(request, f"The table “{counts.title}” is in the answer, made safe.")
            return redirect(page.step_url(Step.DISCLOSURE, None))
        if action == "cell" and cell_form.is_valid():
            entry = cell_form.entry(request.user)
            kept = [each for each in counts.overrides if each["labels"] != entry["labels"]]
            told = "to be protected" if entry["sensitive"] else "not to be protected"
            told = "public already" if entry.get("public") else told
            _decide_cells(request, page, counts, version, [*kept, entry], f"{_named(entry)} {told}: {entry['reason']}")
            return redirect(here)
        if action == "undo" and place.isdecimal() and int(place) < len(counts.overrides):
            kept = [each for at, each in enumerate(counts.overrides) if at != int(place)]
            undone = f"decision on {_named(counts.overrides[int(place)])} taken back"
            _decide_cells(request, page, counts, version, kept, undone)
            return redirect(here)
    except TableError as error:
        cell_form.add_error(None, str(error))
    except ChangedMeanwhile as error:
        who = error.current.saved_by or "Somebody else"
        messages.error(
            request, f"{who} has changed this decision meanwhile. Look again before you go on; nothing was done."
        )
        return redirect(here)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    return None


def _decide_cells(  # noqa: PLR0917  what one decision on a cell needs
    request: StaffRequest,
    page: DecisionPage,
    counts: ProtectedCounts,
    version: int,
    overrides: list[dict[str, Any]],
    told: str,
) -> None:
    """Work the table out anew with these decisions on single cells. Raises TableError, ChangedMeanwhile, Refused."""
    counts.overrides = overrides
    protection, table = counts.protection, counts.table
    if isinstance(table, CountTable):
        sensitive_classes(cell_system(table, with_zeros=protection.zeros), protection)
    candidates = work_out(table, protection, page.case.authority.slug)
    with changing(page.decision, version, request.user, f"table “{counts.title}”: {told.rstrip('.')}") as stored:
        fresh = stored.protected_counts.get(pk=counts.pk)
        fresh.overrides, fresh.candidates = overrides, candidates
        withdraw_agreement(fresh)
        fresh.save()


def _counts(page: DecisionPage, number: int) -> ProtectedCounts:
    found = (
        page.decision.protected_counts.select_related("exhibit").filter(pk=number).first() if page.decision.pk else None
    )
    if found is None:
        raise Http404("There is no such table.")
    return found


def _cards(page: DecisionPage, counts: ProtectedCounts) -> list[Card]:
    cards = []
    for method in methods(page.case.authority.slug):
        stored = counts.candidate(method.key)
        if stored is not None:
            made = None if "refused" in stored else Candidate.of_data(stored)
            cards.append(Card(method, made, stored.get("refused", ""), counts.protection))
    return cards


def _chosen(cards: list[Card], wanted: str) -> Card | None:
    """The way that is looked at: the one asked for, else the first that can be agreed to, else the first there is."""
    made = [card for card in cards if card.candidate]
    asked = [card for card in made if card.method.key == wanted]
    offered = [card for card in made if card.is_offered]
    return next(iter([*asked, *offered, *made]), None)


def _named(entry: dict[str, Any]) -> str:
    return f"cell {', '.join(entry['labels'])}"


def _reposted(request: StaffRequest, error: ChangedMeanwhile) -> Any:
    data = request.POST.copy()
    data["version"] = str(error.current.version)
    return data
