"""Publication: the answer as the public will see it, and what can be done about an entry once it is there."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candour.desk.access import StaffRequest, case_of, force_of, holding_the_case, staff_only
from candour.desk.forms.letter import CorrectForm, SupersedeForm, WithdrawForm
from candour.desk.forms.publication import PublicationForm, TopicsForm
from candour.desk.models import Case, Publication, Response, ResponseState
from candour.desk.models.response import LetterKind
from candour.desk.publishing.decision import Choice, day_by_the_rule, denies, not_published, put_off, shares
from candour.desk.publishing.masking import published_letter
from candour.desk.publishing.publish import correct, file_under, publish, topics_of_request, withdraw
from candour.desk.publishing.superseding import supersede
from candour.desk.publishing.suspects import suspects
from candour.desk.publishing.topics import read, topics
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.sight import open_to
from candour.desk.views.case import crumbs
from candour.desk.views.letter import live_letter, no_such_letter
from candour.letters.write import to_html_fragment

_PER_PAGE = 50


@staff_only
@holding_the_case
def publication(request: StaffRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The answer as the public will see it, with the button that publishes it; the entry, once there is one."""
    case = case_of(request, pk)
    try:
        response = live_letter(case, number) if number else _next_to_publish(case) or live_letter(case)
    except Http404:
        return no_such_letter(request, case, number)
    if response.kind != LetterKind.ANSWER:
        messages.error(request, "Only an answer is published, and this letter is none. Answers sent stand below.")
        return redirect("desk:case", pk)
    if response.state != ResponseState.SENT:
        state = response.get_state_display().lower()
        messages.error(request, f"Only an answer that has been sent can be published, and this one is {state}.")
        return redirect("desk:clearance", pk)
    if entry := Publication.objects.filter(response=response).select_related("authority", "response").first():
        if request.method == "POST" and request.POST.get("action") == "publish":
            messages.error(
                request,
                "This answer was published already, so what you entered was not done. If more has to be taken out of "
                "it, correct the entry.",
            )
        return _entry(request, case, entry)
    suspected = suspects(published_letter(case, response)[0])
    by_rule, about = denies(response), topics_of_request(case, response)
    form = PublicationForm(
        request.POST or None, by_rule=by_rule, suspected=suspected, about=about, stands=_decided(response)
    )
    also: list[str] = []
    if request.method == "POST" and form.is_valid():
        also = form.taken_out
        if request.POST.get("action") == "publish":
            done = _decide(request, case, response, form)
            if done is not None:
                return done
    letter, taken = published_letter(case, response, also)
    context = {
        "case": case,
        "form": form,
        "response": response,
        "letter": to_html_fragment(letter, heading_level=2),
        "taken": taken,
        "by_rule": day_by_the_rule(response) if by_rule else None,
        "about": [topics()[slug].title for slug in about],
        "decisions": list(response.publication_decisions.select_related("by")),
        "breadcrumbs": crumbs(case, "Publish"),
    }
    return render(request, "desk/publish.html", context)


def _next_to_publish(case: Case) -> Response | None:
    """The first letter that was sent and is not on the log, where the case is answered in stages; else the last."""
    sent = case.responses.filter(kind=LetterKind.ANSWER, state=ResponseState.SENT)
    waiting = sent.filter(publication__isnull=True).order_by("pk")
    found: Response | None = waiting.first() or sent.first()
    return found


@staff_only
def publication_rule(request: StaffRequest) -> HttpResponse:
    """By which rule the force publishes, what share it publishes, and which answers are on no log and why."""
    force = force_of(request)
    page = Paginator(not_published(force).filter(open_to(request.user)), _PER_PAGE).get_page(request.GET.get("page"))
    context = {"force": force, "shares": shares(force), "page": page}
    return render(request, "desk/publication_rule.html", context)


def _decide(request: StaffRequest, case: Case, response: Response, form: PublicationForm) -> HttpResponse | None:
    """What the form decides, done; the page that says so. None where it is refused, which the form then says."""
    choice, why = Choice(form.cleaned_data["choice"]), form.cleaned_data["why"]
    try:
        if choice in (Choice.HOLD, Choice.NOT):
            put_off(response.pk, choice, why, request.user, form.cleaned_data["day"])
            messages.success(request, f"Decided: {choice.label.lower()}. You can decide again at any time.")
            return redirect("desk:case", case.pk)
        entry = publish(
            response.pk, request.user, form.taken_out, form.at, why, topics=form.cleaned_data.get("topics", ())
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    if entry.is_visible:
        messages.success(request, "The answer is on the disclosure log.")
        return redirect("portal:entry", entry.authority.slug, entry.slug)
    messages.success(request, "The answer will be on the disclosure log from that day.")
    return redirect("desk:publish-letter", case.pk, response.pk)


def _decided(response: Response) -> dict[str, str]:
    """What was decided last on publishing the answer, as the form compares it."""
    last = response.publication_decisions.select_related("by").order_by("at", "pk").last()
    return {"Decided": f"{last.get_choice_display()} ({last.by}): {last.reason}" if last else "nothing yet"}


def _entry(request: StaffRequest, case: Case, entry: Publication) -> HttpResponse:
    """The entry of a case: where it stands, its correction and its withdrawal."""
    acting = request.POST.get("action", "") if request.method == "POST" else ""
    correction = CorrectForm(request.POST if acting == "correct" else None, prefix="correct")
    withdrawal = WithdrawForm(request.POST if acting == "withdraw" else None, prefix="withdraw")
    replacing = SupersedeForm(request.POST if acting == "supersede" else None, prefix="supersede")
    held = read(entry.topics)
    filing = TopicsForm(request.POST if acting == "file_under" else None, prefix="file", initial={"topics": held})
    forms = {"correct": correction, "supersede": replacing, "file_under": filing, "withdraw": withdrawal}
    try:
        if acting == "correct" and correction.is_valid():
            correct(entry.pk, correction.taken_out, correction.cleaned_data["reason"], request.user)
            messages.success(request, "The entry is corrected. Readers see the date and your words.")
            return redirect("desk:publish-letter", case.pk, entry.response_id)
        if acting == "file_under" and filing.is_valid():
            file_under(entry.pk, filing.cleaned_data["topics"], request.user)
            messages.success(request, "The entry is filed under the topics that you chose.")
            return redirect("desk:publish-letter", case.pk, entry.response_id)
        if acting == "supersede" and replacing.is_valid():
            given = replacing.cleaned_data
            later = supersede(entry.pk, given["address"], given["reason"], request.user)
            messages.success(request, f"Readers of the entry are led to {later.reference}, {later.title}.")
            return redirect("desk:publish-letter", case.pk, entry.response_id)
        if acting == "withdraw" and withdrawal.is_valid():
            withdraw(entry.pk, withdrawal.cleaned_data["reason"], request.user)
            messages.success(request, "The entry is withdrawn. Its address says so, and why.")
            return redirect("desk:publish-letter", case.pk, entry.response_id)
    except NotAllowed:
        raise
    except Refused as refusal:
        forms[acting].add_error(None, str(refusal))
    context = {
        "case": case,
        "entry": entry,
        "address": request.build_absolute_uri(reverse("portal:entry", args=[entry.authority.slug, entry.slug])),
        "changes": list(entry.changes.select_related("replaced_by")),
        "replacing": replacing,
        "correction": correction,
        "withdrawal": withdrawal,
        "filing": None if denies(entry.response) else filing,
        "about": [topics()[slug].title for slug in held if slug in topics()],
        "form": forms.get(acting, correction),
        "breadcrumbs": crumbs(case, "Publication"),
    }
    return render(request, "desk/publication.html", context)
