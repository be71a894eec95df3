"""The page on which a note on a case is written."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candour.desk.access import StaffRequest, case_of, readers_may_post, staff_only
from candour.desk.caseload.notes import write_note
from candour.desk.forms.note import NoteForm
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.views.case import crumbs


@staff_only
@readers_may_post
def new_note(request: StaffRequest, pk: int) -> HttpResponse:
    """Write what whoever comes next should know; it stays in the trail."""
    case = case_of(request, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            write_note(pk, form.cleaned_data["text"], request.user)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The note stands under “What has been done”.")
            return redirect("desk:case", pk)
    return render(request, "desk/note.html", {"case": case, "form": form, "breadcrumbs": crumbs(case, "Note")})
