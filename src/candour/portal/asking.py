"""Making a request: a few pages with one thing each, without an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from candour.desk.models import Authority
from candour.portal import ask_forms, drafts
from candour.portal.data import with_changes
from candour.portal.drafts import MOST_QUESTIONS
from candour.portal.fulltext import answering
from candour.portal.limits import allowed
from candour.portal.mails import mail_code, mail_receipt
from candour.portal.models import DRAFT_LASTS, Draft
from candour.portal.private import gone, private, too_often, trapped
from candour.site.sender import sender_of

COOKIE = "candour_draft"
_SALT = "candour.portal.draft"
_SUGGESTED = 5


@private
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """What asking takes; the draft that this browser began, if any. A post forgets that draft."""
    secret = _remembered(request)
    draft = drafts.find(secret) if secret else None
    if request.method == "POST":
        if refused := trapped(request):
            return refused
        if draft is not None and draft.case is None:
            draft.delete()
        answer = redirect("portal:ask")
        answer.delete_cookie(COOKIE)
        return answer
    unsent = draft if draft is not None and draft.case is None else None
    context = {"draft": unsent, "secret": secret, "step": unsent and (drafts.lacks(unsent) or "check")}
    return render(request, "portal/ask/begin.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def force(request: HttpRequest) -> HttpResponse:
    """Which force is asked; a draft begins with the answer. Where there is only one, nobody is asked."""
    if refused := trapped(request):
        return refused
    forces = list(Authority.objects.all())
    chosen = forces[0] if len(forces) == 1 and request.method == "POST" else None
    form = ask_forms.ForceForm(request.POST if "chosen" in request.POST else None)
    if chosen is None and form.is_bound and form.is_valid():
        chosen = form.cleaned_data["authority"]
    if chosen is None:
        return _page(request, form, reverse("portal:ask"), forces=forces)
    if not allowed("draft", sender_of(request)):
        return too_often(request)
    _draft, secret = drafts.begin(chosen, (get_language() or "en")[:2])
    answer = redirect("portal:ask-step", secret, "topic")
    answer.set_cookie(
        COOKIE,
        signing.dumps(secret, salt=_SALT),
        max_age=DRAFT_LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


@private
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, secret: str, name: str) -> HttpResponse:
    """One page of the request under that secret."""
    if name not in _STEPS:
        raise Http404("There is no such step.")
    draft = drafts.find(secret)
    if draft is None:
        return gone(request)
    if draft.case is not None and name != "done":
        return redirect("portal:ask-step", secret, "done")
    return _STEPS[name](request, draft, secret)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, secret: str, number: int) -> HttpResponse:
    """One question, new or to be changed."""
    draft = drafts.find(secret)
    if draft is None:
        return gone(request)
    if draft.case is not None:
        return redirect("portal:ask-step", secret, "done")
    asked = list(draft.questions)
    if not 1 <= number <= min(len(asked) + 1, MOST_QUESTIONS):
        raise Http404("There is no such question.")
    before = asked[number - 1] if number <= len(asked) else ""
    form = ask_forms.QuestionForm(request.POST or None, initial={"text": before})
    form.fields["text"].label = _("Question %(number)s") % {"number": number}
    if request.method == "POST" and form.is_valid():
        asked[number - 1 : number] = [form.cleaned_data["text"]]
        draft.questions = asked
        draft.save()
        return redirect("portal:ask-step", secret, "questions")
    back = _to(secret, "questions") if asked else _to(secret, "how")
    return _page(request, form, back)


# The steps, each with the draft and its secret


def _topic(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    form = ask_forms.TopicForm(request.POST or None, initial={"title": draft.title})
    if request.method == "POST" and form.is_valid():
        draft.title = form.cleaned_data["title"]
        draft.save()
        return redirect("portal:ask-step", secret, "answered" if _answers(draft) else _after_topic(draft))
    return _page(request, form, reverse("portal:ask"))


def _answered(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    if request.method == "POST":
        if request.POST.get("action") == "enough":
            draft.delete()
            answer = render(request, "portal/ask/enough.html")
            answer.delete_cookie(COOKIE)
            return answer
        return redirect("portal:ask-step", secret, _after_topic(draft))
    context = {"found": _answers(draft), "back": _to(secret, "topic"), "draft": draft}
    return render(request, "portal/ask/answered.html", context)


def _how(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    form = ask_forms.HowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["how"] == form.PASTE:
            return redirect("portal:ask-step", secret, "text")
        return redirect("portal:ask-question", secret, len(draft.questions) + 1)
    return _page(request, form, _to(secret, "topic"))


def _text(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    form = ask_forms.TextForm(request.POST or None, request.FILES or None, initial={"text": draft.text})
    if request.method == "POST" and form.is_valid():
        drafts.split(draft, form.cleaned_data["whole"])
        return redirect("portal:ask-step", secret, "questions")
    return _page(request, form, _to(secret, "how"), multipart=True)


def _questions(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    if not draft.questions:
        return redirect("portal:ask-step", secret, "how")
    if request.method == "POST":
        number = request.POST.get("remove", "")
        if number.isascii() and number.isdigit() and len(number) < 4 and 1 <= int(number) <= len(draft.questions):
            draft.questions = [*draft.questions[: int(number) - 1], *draft.questions[int(number) :]]
            draft.save()
            return redirect("portal:ask-step", secret, "questions")
        return redirect("portal:ask-step", secret, drafts.lacks(draft) or "check")
    context = {
        "draft": draft,
        "secret": secret,
        "next": len(draft.questions) + 1 if len(draft.questions) < MOST_QUESTIONS else None,
        "back": _to(secret, "how"),
    }
    return render(request, "portal/ask/questions.html", context)


def _name(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    form = ask_forms.NameForm(request.POST or None, initial={"name": draft.name})
    if request.method == "POST" and form.is_valid():
        draft.name = form.cleaned_data["name"]
        draft.save()
        return redirect("portal:ask-step", secret, drafts.lacks(draft) or "check")
    return _page(request, form, _to(secret, "questions"))


def _email(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    form = ask_forms.EmailForm(request.POST or None, initial={"email": draft.email})
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if draft.confirmed and address == draft.email:
            return redirect("portal:ask-step", secret, drafts.lacks(draft) or "check")
        if not allowed("code", address.casefold()) or not allowed("code-sender", sender_of(request)):
            return too_often(request)
        draft.email = address
        code = drafts.new_code(draft)
        if mail_code(draft, code, request.build_absolute_uri(_to(secret, "code"))):
            return redirect("portal:ask-step", secret, "code")
        form.add_error("email", _("We could not send mail to this address just now. Check it, or try again later"))
    return _page(request, form, _to(secret, "name"))


def _code(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    if draft.confirmed or not draft.email:
        return redirect("portal:ask-step", secret, drafts.lacks(draft) or "check")
    form = ask_forms.CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if drafts.confirm(draft, form.cleaned_data["code"]):
            draft.refresh_from_db()
            return redirect("portal:ask-step", secret, drafts.lacks(draft) or "check")
        form.add_error(
            "code", _("This is not the code. Check it; after five wrong codes go back and have a new one sent")
        )
    return _page(request, form, _to(secret, "email"), note=_("We sent the code to %(email)s.") % {"email": draft.email})


def _check(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    if lacking := drafts.lacks(draft):
        return redirect("portal:ask-step", secret, lacking)
    if request.method == "POST":
        if refused := trapped(request):
            return refused
        if not allowed("send", draft.email.casefold()) or not allowed("send-sender", sender_of(request)):
            return too_often(request)
        drafts.send(draft, secret)
        return redirect("portal:ask-step", secret, "done")
    return render(request, "portal/ask/check.html", {"draft": draft, "secret": secret, "back": _to(secret, "email")})


def _done(request: HttpRequest, draft: Draft, secret: str) -> HttpResponse:
    case = draft.case
    if case is None:
        return redirect("portal:ask-step", secret, drafts.lacks(draft) or "check")
    address = request.build_absolute_uri(reverse("portal:follow", args=[drafts.follow_secret(secret)]))
    if not draft.mailed:
        # Marked after the mail was taken: whoever comes back to this page has it sent if it was not.
        draft.mailed = mail_receipt(case, address, draft.language)
        draft.save()
    answer = render(request, "portal/ask/done.html", {"case": case, "address": address, "mailed": draft.mailed})
    answer.delete_cookie(COOKIE)
    return answer


_STEPS: dict[str, Callable[[HttpRequest, Draft, str], HttpResponse]] = {
    "topic": _topic,
    "answered": _answered,
    "how": _how,
    "text": _text,
    "questions": _questions,
    "name": _name,
    "email": _email,
    "code": _code,
    "check": _check,
    "done": _done,
}


def _after_topic(draft: Draft) -> str:
    return "questions" if draft.questions else "how"


def _answers(draft: Draft) -> list[Any]:
    return list(with_changes(answering(draft.title))[:_SUGGESTED])


def _remembered(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=DRAFT_LASTS))
    except signing.BadSignature:
        return ""


def _to(secret: str, name: str) -> str:
    return reverse("portal:ask-step", args=[secret, name])


def _page(request: HttpRequest, form: Any, back: str, **more: Any) -> HttpResponse:
    return render(request, "portal/ask/step.html", {"form": form, "back": back, **more})
