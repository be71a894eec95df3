"""Two people who save the same thing never lose each other’s work: every form of staff is looked at here."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk import urls
from candour.desk.models import Case, NcndTopic, StaffMember
from candour.desk.reviewing.complaint import open_complaint
from candour.desk.reviewing.review import give_review, open_review
from desk.test_views import breach_of
from desk.world import TODAY, World, decide_all, decision_on, make_staff, open_case, sent


@dataclass(frozen=True)
class Form:
    """A form that replaces what is stored: its page, what the first and the second person enter, and what is kept."""

    path: str
    first: dict[str, str]
    second: dict[str, str]
    tells: str
    keeps: str
    stands: Callable[[], object]
    by: StaffMember | None = None


def day_of(prefix: str, day: Any) -> dict[str, str]:
    return {f"{prefix}_day": str(day.day), f"{prefix}_month": str(day.month), f"{prefix}_year": str(day.year)}


def profile(world: World) -> Form:
    case = open_case(world)
    return Form(
        reverse("desk:profile", args=[case.pk]),
        {"profile": "high", "why": "A minister asks."},
        {"profile": "high", "why": "A paper asks."},
        "Profile: High profile",
        "A paper asks.",
        lambda: Case.objects.get(pk=case.pk).events.filter(kind="profile").count(),
    )


def hand_over(world: World) -> Form:
    case = open_case(world)
    return Form(
        reverse("desk:hand-over", args=[case.pk]),
        {"officer": str(world.approver.pk), "note": "She knows horses."},
        {"officer": str(world.second.pk), "note": "He knows stables."},
        "Works on it: Wendy Hart",
        "He knows stables.",
        lambda: Case.objects.get(pk=case.pk).officer,
    )


def triage(world: World) -> Form:
    case = open_case(world)
    first, second = (f"q{question.pk}" for question in case.questions.all())
    return Form(
        reverse("desk:triage", args=[case.pk]),
        {first: "eir", second: "foi"},
        {first: "foi", second: "routine"},
        "question 1: Environmental Information Regulations",
        f'name="{second}" value="routine" id="id_{second}_3" checked',
        lambda: [question.handling for question in case.questions.all()],
    )


def publication(world: World) -> Form:
    letter = sent(world)
    return Form(
        reverse("desk:publish", args=[letter.case_id]),
        {"choice": "not", "why": "It repeats itself.", "action": "publish"},
        {"choice": "hold", "why": "A trial runs.", "action": "publish"},
        "Decided: Do not publish it",
        "A trial runs.",
        lambda: letter.publication_decisions.order_by("at", "pk").values_list("choice", flat=True).last(),
    )


def register(world: World) -> Form:
    topic = NcndTopic.objects.create(
        authority=world.force, title="Horses", granularity="unit", limbs=["30(3)"], owner=world.officer
    )
    fields = {"granularity": "unit", "cited": "30(3)", "in_force": "on", "title": "Horses"}
    return Form(
        reverse("desk:ncnd-topic", args=[topic.pk]),
        {**fields, "description": "Those that are ridden."},
        {**fields, "description": "Those that pull carts."},
        "What does it cover, and what not?: Those that are ridden.",
        "Those that pull carts.",
        lambda: NcndTopic.objects.get(pk=topic.pk).description,
    )


def review_given(world: World) -> Form:
    review = open_review(sent(world).case_id, TODAY, "", world.officer)
    people = [make_staff(world.force, name, name.title(), "reviewer") for name in ("rita", "rolf")]
    return Form(
        reverse("desk:review", args=[review.case_id, review.number]),
        {"action": "give", "give-reviewer": str(people[0].pk)},
        {"action": "give", "give-reviewer": str(people[1].pk)},
        "Reviewer: Rita Hart",
        f'value="{people[1].pk}" selected',
        lambda: str(type(review).objects.get(pk=review.pk).reviewer),
    )


def finding(world: World) -> Form:
    review = open_review(sent(world).case_id, TODAY, "", world.officer)
    person = make_staff(world.force, "rita", "Rita", "reviewer")
    give_review(review.pk, person, world.officer)
    name = f"q{review.case.questions.get(number='1').pk}"
    return Form(
        reverse("desk:review-finding", args=[review.case_id, review.number, name]),
        {"result": "upheld", "reasons": "It was right."},
        {"result": "upheld", "reasons": "It was right, as the log shows."},
        "saved by somebody else meanwhile",
        "It was right, as the log shows.",
        lambda: review.findings.get().reasons,
        person,
    )


def complaint(world: World) -> Form:
    case = sent(world).case
    found = open_complaint(case.pk, {"reference": "IC-1", "told_on": TODAY}, world.officer)
    step = day_of("close-on", TODAY)
    return Form(
        reverse("desk:complaint", args=[case.pk, found.pk]),
        {"action": "respond", **day_of("respond-on", TODAY)},
        {"action": "close", "close-result": "upheld", "close-summary": "Disclose.", **step},
        "answered on 27 March 2026; open; appeals: none",
        "Disclose.",
        lambda: type(found).objects.get(pk=found.pk).summary,
    )


def breach_known(world: World) -> Form:
    breach = breach_of(open_case(world), world)
    return Form(
        reverse("desk:breach-known", args=[breach.pk]),
        {"what": "A hidden sheet.", "why": "It was opened."},
        {"what": "Two hidden sheets.", "why": "It was opened again."},
        "What left: A hidden sheet.",
        "Two hidden sheets.",
        lambda: type(breach).objects.get(pk=breach.pk).what,
    )


def breach_risk(world: World) -> Form:
    breach = breach_of(open_case(world), world)
    return Form(
        reverse("desk:breach-risk", args=[breach.pk]),
        {"risk": "likely", "why": "Names of officers."},
        {"risk": "unlikely", "why": "Nobody opened it."},
        "Risk: A risk to people is likely",
        "Nobody opened it.",
        lambda: type(breach).objects.get(pk=breach.pk).risk,
    )


def questions(world: World) -> Form:
    case = open_case(world)
    return Form(
        reverse("desk:questions", args=[case.pk]),
        {"questions-0-text": "How many horses are looked into?"},
        {"questions-0-text": "How many horses are under suspicion?"},
        "",
        "How many horses are under suspicion?",
        lambda: case.questions.all()[0].text,
    )


def decision(world: World) -> Form:
    case = decide_all(world, open_case(world))
    name = f"q{case.questions.get(number='2').pk}"
    return Form(
        reverse("desk:step", args=[case.pk, name, "disclosure"]),
        {"disclosed": "The horses by year."},
        {"disclosed": "The horses by year, without foals."},
        "saved this decision while you were working on it",
        "The horses by year, without foals.",
        lambda: decision_on(case, "2").disclosed,
    )


REPLACES: dict[str, Callable[[World], Form]] = {
    "profile": profile,
    "hand-over": hand_over,
    "triage": triage,
    "publish": publication,
    "ncnd-topic": register,
    "review": review_given,
    "review-finding": finding,
    "complaint": complaint,
    "breach-known": breach_known,
    "breach-risk": breach_risk,
    "questions": questions,
    "step": decision,
}
"""Pages whose form replaces what is stored, each with what two people do to it."""

SAME_FORM = {
    "publish-letter": "publish",
    "claim-step": "step",
    "decision": "step",
    "decision-act": "step",
    "links": "step",
    "exhibit": "step",
    "count-table": "step",
    "file": "step",
    "task": "step",
}
"""Pages that save the same thing under the same version as another page here."""

ADDS = {
    *(
        "new-request",
        "further-request",
        "new-event",
        "new-note",
        "new-task",
        "new-referral",
        "review-new",
        "complaint-new",
    ),
    *("new-exhibit", "new-counts", "count-choose", "count-what", "new-file", "add-table", "extract-new"),
    *("extract-later", "ncnd-new", "ncnd-disclosure", "new-notice", "holds", "save-filter", "my-day"),
    *("saved-filter", "watchers", "restriction"),
    *("requester", "aggregation", "bundle", "jobs", "job", "ledger", "watch", "letter", "saved-count"),
    *("data-set", "data-set-rows", "extract", "figure", "figures", "move", "retention", "take-over"),
    *("given-task", "breach-point", "breach-export"),
}
"""Pages that add something, look something up or start work: nothing that somebody else wrote is replaced."""

ONE_WINS = {
    "breach-new": "a case has one open record",
    "breach-close": "a record is closed once",
    "clearance": "the digest that was read is compared",
    "notice-clearance": "the digest that was read is compared",
    "referral": "advice is given once",
    "counts": "the table builder keeps counts of its own decision, under its version",
    "counts-rules": "as above",
    "counts-methods": "as above",
}
"""Pages where the second of two is told that the first has done it."""

READ = {
    *("breaches", "breach", "breach-case"),
    *(
        "caseload",
        "caseload-file",
        "case",
        "clock",
        "referrals",
        "given-tasks",
        "review-file",
        "reviews",
        "certificate",
        "keyboard",
        "count-days",
        "statistics",
    ),
    *("statistics-file", "release", "ncnd-register", "draft-file", "letter-file", "notice-file", "publication-rule"),
    *("clean-file", "data-sets", "sign-in", "sign-out"),
}


def test_every_page_of_the_desk_is_in_one_of_the_lists() -> None:
    """So that a new form is thought about."""
    named = [str(pattern.name) for pattern in urls.urlpatterns]
    lists: list[set[str]] = [set(REPLACES), set(SAME_FORM), ADDS, set(ONE_WINS), READ]
    assert set(named) == set().union(*lists)
    assert sum(map(len, lists)) == len(set(named))


def filled(page: str, action: str = "") -> dict[str, str]:
    """What the fields of a page hold as it was opened; of several forms the one with the action."""
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL)
    wanted = [form for form in forms if f'value="{action}"' in form] if action else forms
    found: dict[str, str] = {}
    for form in wanted:
        for tag in re.findall(r"<input[^>]*>", form):
            values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if values.get("type") in {"radio", "checkbox"} and " checked" not in tag:
                continue
            found[values.get("name", "")] = html.unescape(values.get("value", ""))
        for name, text in re.findall(r"<textarea[^>]*name=\"([^\"]*)\"[^>]*>(.*?)</textarea>", form, re.DOTALL):
            found[name] = html.unescape(text.removeprefix("\n"))
    return found


@pytest.mark.parametrize("name", REPLACES)
def test_the_second_person_sees_what_changed_and_loses_nothing(world: World, name: str) -> None:
    """Both open the page; the first saves; the second is told what it says now, and can save on top of it."""
    made = REPLACES[name](world)
    client = Client()
    client.force_login(made.by or world.officer)
    hidden = {"csrfmiddlewaretoken", ""}
    action = made.second.get("action", "")
    opened = {
        key: value for key, value in filled(client.get(made.path).content.decode(), action).items() if key not in hidden
    }
    first_action = made.first.get("action", "")
    of_first = filled(client.get(made.path).content.decode(), first_action)
    answer = client.post(made.path, {**of_first, **made.first})
    assert answer.status_code == 302, re.findall(r"error-message[^>]*>(.*?)</p>", answer.content.decode(), re.DOTALL)
    stands = made.stands()
    late = client.post(made.path, {**opened, **made.second})
    page = html.unescape(late.content.decode())
    assert late.status_code == 200, late.headers
    assert made.tells in page
    assert made.keeps in page
    assert made.stands() == stands
    again = client.post(made.path, {**filled(late.content.decode(), action), **made.second})
    assert again.status_code == 302
    assert made.stands() != stands or name == "profile"
