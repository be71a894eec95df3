"""The examples of the demonstration, made by the same steps that a person takes at the desk."""

from __future__ import annotations

import tomllib
import uuid
from datetime import date, datetime, time
from importlib import resources
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from candour.desk.answering.decide import changing, complete, target
from candour.desk.business_areas.tasks import ask
from candour.desk.caseload.profile import set_profile
from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.demo_records import load_records
from candour.desk.intake.questions import correct_questions
from candour.desk.intake.receive import Incoming, receive_request
from candour.desk.models import (
    Authority,
    BusinessArea,
    Case,
    Channel,
    Claim,
    Decision,
    Dismissal,
    Exhibit,
    LetterFigure,
    Profile,
    PublishedItem,
    Question,
    QuestionPart,
    ReferenceCounter,
    StaffMember,
    Team,
)
from candour.desk.publishing.publish import publish
from candour.desk.safe_figures.letter_figures import say, unexplained
from candour.law import foia_calendar
from candour.letters.decisions_file import load_response
from candour.letters.response import Answer, Asked, Response
from candour.post.send import send
from candour.site.claims import claim_fields
from candour.site.counts import enter_counts
from candour.site.demo_mail import load_mail
from candour.site.year.plan import described as year_described
from candour.site.year.rows import load_year

PASSWORD = "candour-demonstration"  # noqa: S105  shown to everybody who starts the demonstration
_STAGES = ("new", "deciding", "awaiting_clearance", "sent", "published")


def load_examples(*, with_year: bool = False, site: str = "http://localhost:8000/") -> bool:
    """Load the examples, unless there is a force already. Whether they were loaded is returned.

    `with_year`: before them a year of some 600 cases, with more staff and mail: queues and figures look like life.
    `site`: where the desk is served, which the links of its mails begin with.
    """
    if Authority.objects.exists():
        return False
    described = tomllib.loads(_example("demo.toml"))
    with transaction.atomic():
        password = make_password(PASSWORD)
        for entry in described["force"]:
            Authority.objects.create(**entry)
        for entry in described["staff"]:
            _make_staff(entry, password)
        for entry in described["area"]:
            BusinessArea.objects.create(
                authority=Authority.objects.get(slug=entry["force"]),
                **{name: value for name, value in entry.items() if name != "force"},
            )
        if with_year:
            _load_year(described, password, site)
    cases = {
        (entry["force"], entry["number"]): load_case(
            entry["file"],
            entry["force"],
            entry["number"],
            entry["stage"],
            entry["received"],
            profile=entry.get("profile", Profile.ORDINARY),
        )
        for entry in described["case"]
    }
    for entry in described["case"]:
        if "cleared_by" in entry:
            letter = cases[entry["force"], entry["number"]].responses.get()
            clear(letter.pk, letter.digest, _first(letter.case.authority, entry["cleared_by"]))
    for entry in described["task"]:
        _ask_area(cases[entry["force"], entry["number"]], entry, site)
    for entry in described["counts"]:
        _load_counts(cases[entry["force"], entry["number"]], entry)
    load_records(_example("records.toml"))
    if with_year:
        load_mail(_example("mail.toml"), cases)
    return True


def load_case(
    file: str, force: str, number: int, stage: str, working_days_ago: int, *, profile: str = Profile.ORDINARY
) -> Case:
    """One example case, taken as far as `stage`."""
    authority = Authority.objects.get(slug=force)
    officer, approver = _first(authority, "officer"), _first(authority, "approver")
    text = _example(file)
    response = load_response(text)
    received = foia_calendar().before(timezone.localdate(), working_days_ago)
    case = _receive(authority, tomllib.loads(text)["request"], received, number, officer)
    _correct(case, response, officer)
    if profile != Profile.ORDINARY:
        set_profile(case.pk, Profile(profile), "A national newspaper has asked about it.", officer)
    done = _STAGES.index(stage)
    if done >= _STAGES.index("deciding"):
        answers = (
            response.answers if done > _STAGES.index("deciding") else response.answers[: len(response.answers) // 2]
        )
        for answer in answers:
            decide(case, answer, officer)
    if done >= _STAGES.index("awaiting_clearance"):
        dismiss_figures(case, officer, "It is an example, invented for demonstration.")
        letter = prepare(case.pk, timezone.localdate(), officer)
        if done >= _STAGES.index("sent"):
            clear(letter.pk, letter.digest, approver)
            send(letter.pk, officer)
        if done >= _STAGES.index("published"):
            publish(letter.pk, officer)
    return case


def dismiss_figures(case: Case, actor: StaffMember, reason: str) -> None:
    """Say of every figure in the words of an answer that it counts nobody, with one reason for all."""
    for each in unexplained(case):
        with transaction.atomic():
            said = LetterFigure(printed=each.found.printed, dismissal=Dismissal.NO_COUNT, reason=reason)
            say(case, each, said, actor)


def decide(case: Case, answer: Answer, officer: StaffMember) -> None:
    """Make the decision of an answer on each thing that it is about, and complete it."""
    for place, label in enumerate(answer.about or ("",)):
        decision = target(case, _target_of(case, label))
        with changing(decision, decision.version, officer, "example") as stored:
            _fill(stored, answer, with_exhibits=place == 0)
        lacking = complete(stored, stored.version, officer)
        if lacking:
            raise ValueError(f"the example {case.reference}, {label or 'other'}: {lacking[0].what}")


def _ask_area(case: Case, entry: dict[str, Any], site: str) -> None:
    """A task that an area was given some working days ago and has not answered."""
    days, calendar = timezone.localdate(), foia_calendar()
    area = BusinessArea.objects.get(authority=case.authority, name=entry["area"])
    question = case.questions.all()[0]
    wanted_by = calendar.after(days, entry["wanted_in"])
    asked_by = _first(case.authority, "officer")
    task = ask(question, area, entry["asked"], wanted_by, site, asked_by)
    asked_on = calendar.before(days, entry["working_days_ago"])
    task.made_at = timezone.make_aware(datetime.combine(asked_on, time(10)))
    task.save(update_fields=("made_at",))


def _load_counts(case: Case, entry: dict[str, Any]) -> None:
    """A table of counts, made safe in the table builder, in a decision that is still to be completed."""
    officer = _first(case.authority, "officer")
    decision = target(case, _target_of(case, entry["question"]))
    enter_counts(decision, entry, _example(entry["file"]), officer)


def _receive(authority: Authority, request: dict[str, Any], received: date, number: int, officer: StaffMember) -> Case:
    counter, _ = ReferenceCounter.objects.get_or_create(authority=authority, year=received.year)
    kept = counter.last
    counter.last = number - 1
    counter.save()
    incoming = Incoming(
        submission=uuid.uuid4(),
        title=request["subject"],
        text=request["text"],
        received=received,
        channel=Channel.EMAIL,
        requester_name=request["requester"],
        requester_email=request["requester_email"],
    )
    case = receive_request(authority, incoming, officer)
    ReferenceCounter.objects.filter(pk=counter.pk).update(last=max(kept, number))
    return case


def _correct(case: Case, response: Response, officer: StaffMember) -> None:
    """Make the questions those of the example, as an officer would where the text was split another way."""
    found = list(Case.objects.get(pk=case.pk).questions.prefetch_related("parts"))
    if [question.asked for question in found] == list(response.questions):
        return
    known = {question.asked.label: question.pk for question in found}
    wanted = [_entry(asked, known.get(asked.label)) for asked in response.questions]
    named = {entry["question"] for entry in wanted}
    unwanted = [
        _entry(question.asked, question.pk) | {"remove": True} for question in found if question.pk not in named
    ]
    correct_questions(case, [*wanted, *unwanted], officer)


def _entry(asked: Asked, question: int | None) -> dict[str, Any]:
    return {
        "question": question,
        "number": asked.number,
        "group": asked.group,
        "lead_in": asked.lead_in,
        "text": asked.text,
        "parts": asked.parts,
        "remove": False,
    }


def _target_of(case: Case, label: str) -> str:
    if not label:
        return "other"
    for question in Question.objects.filter(case=case).prefetch_related("parts"):
        if question.asked.label == label:
            return f"q{question.pk}"
        for part in QuestionPart.objects.filter(question=question):
            if question.asked.part_label(part.letter) == label:
                return f"p{part.pk}"
    raise ValueError(f"the example {case.reference} has no question {label}")


def _fill(stored: Decision, answer: Answer, *, with_exhibits: bool) -> None:
    decision = answer.decision
    assert decision.outcome is not None
    stored.outcome = decision.outcome
    for name in ("explanation", "disclosed", "withheld", "scope", "advice", "publication"):
        setattr(stored, name, getattr(decision, name))
    if decision.estimate:
        stored.estimate_hours, stored.estimate_basis = dict(decision.estimate.activities), decision.estimate.basis
    for position, claim in enumerate(decision.claims):
        Claim.objects.create(decision=stored, position=position, **claim_fields(claim))
    for position, exhibit in enumerate(answer.exhibits if with_exhibits else ()):
        table = exhibit.table
        Exhibit.objects.create(
            decision=stored,
            position=position,
            title=table.title,
            columns=list(table.columns),
            rows=[list(row) for row in table.rows],
            notes=list(table.notes),
            file=exhibit.file,
        )
    for kind, items in (
        (PublishedItem.Kind.ANSWERS, decision.locators),
        (PublishedItem.Kind.HELPS, decision.signposts),
    ):
        for position, item in enumerate(items):
            PublishedItem.objects.create(
                decision=stored, position=position, kind=kind, title=item.title, url=item.url, answers=item.answers
            )


def _load_year(described: dict[str, Any], password: str, site: str) -> None:
    for authority in Authority.objects.order_by("pk"):
        place = authority.slug
        for role, names in year_described()["people"].items():
            for first, last in names:
                entry = {"first_name": first, "last_name": last, "role": role, "force": place}
                _make_staff({**entry, "username": f"{first.lower()}.{place}"}, password)
        teams = [Team.objects.create(authority=authority, name=name) for name in year_described()["teams"]["names"]]
        for position, person in enumerate(authority.staff.filter(role__in=("officer", "approver")).order_by("pk")):
            person.team = teams[position % len(teams)]
            person.save(update_fields=("team",))
        taken = frozenset(entry["number"] for entry in described["case"] if entry["force"] == place)
        load_year(authority, taken, site)


def _first(authority: Authority, role: str) -> StaffMember:
    found = StaffMember.objects.filter(authority=authority, role=role).order_by("pk").first()
    assert found is not None
    return found


def _make_staff(entry: dict[str, Any], password: str) -> None:
    fields = {name: value for name, value in entry.items() if name != "force"}
    StaffMember.objects.create(authority=Authority.objects.get(slug=entry["force"]), password=password, **fields)


def _example(name: str) -> str:
    return resources.files("candour.desk.examples").joinpath(name).read_text(encoding="utf-8")
