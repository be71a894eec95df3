"""An internal review is done by a person without a part in the answer, in its own time, question by question."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candour.desk.answering.letter import load
from candour.desk.audit_trail.verification import verify_chain
from candour.desk.caseload.assign import assign
from candour.desk.deadlines.clock import clock_of
from candour.desk.models import (
    AppealResult,
    Case,
    Complaint,
    Decision,
    EventKind,
    InternalReview,
    NoticeResult,
    ReviewState,
    StaffMember,
)
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.reviewing.bundle import bundle_of, export_bundle
from candour.desk.reviewing.complaint import (
    Ending,
    close_appeal,
    close_complaint,
    last_day_to_appeal,
    note_response,
    open_appeal,
    open_complaint,
    take_step,
)
from candour.desk.reviewing.review import (
    StaleReview,
    extend,
    find,
    give_review,
    had_a_part,
    last_day_to_ask,
    open_review,
    what_it_lacks,
    who_can_review,
    withdraw_review,
)
from candour.law import Outcome, foia_calendar
from candour.law.clock import DeadlineKind, State
from candour.letters.review import Result, Reviewed, ReviewOutcome, compose_review
from candour.letters.write import write
from candour.post.send_review import send_review
from desk.world import EMAIL, NAME, NOW, TODAY, World, decision_on, make_staff, open_case, sent

UPHELD = {"result": "upheld", "reasons": "The reasons hold."}
OVERTURNED = {
    "result": "overturned",
    "reasons": "The figure is on our website.",
    "outcome": Outcome.DISCLOSED.value,
    "given": "There were twelve horses.",
}


@pytest.fixture
def reviewer(world: World) -> StaffMember:
    return make_staff(world.force, "ria", "Ria", "reviewer")


@pytest.fixture
def review(world: World, reviewer: StaffMember) -> InternalReview:
    """A review of an answer that was sent, given to a reviewer."""
    opened = open_review(sent(world).case_id, TODAY, "The harm is not shown.", world.officer)
    give_review(opened.pk, reviewer, world.officer)
    return current(opened)


def current(review: InternalReview) -> InternalReview:
    return InternalReview.objects.select_related("case__authority").get(pk=review.pk)


def found(review: InternalReview, number: str, values: dict[str, str], who: StaffMember) -> None:
    find(review.pk, current(review).version, decision_on(review.case, number), values, who)


def complete(review: InternalReview, who: StaffMember) -> InternalReview:
    """With a finding on each decision."""
    found(review, "1", OVERTURNED, who)
    found(review, "2", UPHELD, who)
    return current(review)


# Who


def test_nobody_with_a_part_in_the_answer_reviews_it(world: World, reviewer: StaffMember) -> None:
    """Not who decided, cleared, sent, or was given the case once: at the service and on the page."""
    helper = make_staff(world.force, "hal", "Hal", "manager")
    case = sent(world).case
    assign(case.pk, helper, "", world.officer)
    assign(case.pk, world.officer, "", helper)
    assert had_a_part(case) == {world.officer.pk, world.approver.pk, helper.pk}
    opened = open_review(case.pk, TODAY, "", world.officer)
    for person in (world.officer, world.approver, helper):
        with pytest.raises(NotAllowed, match="had a part in the answer"):
            give_review(opened.pk, person, world.officer)
    assert set(who_can_review(case)) == {reviewer, world.second}
    page = client_of(world.officer).get(reverse("desk:review", args=[case.pk, 1])).content.decode()
    assert "Ria Hart</option>" in page and "Wendy Hart</option>" not in page


def test_who_gets_a_part_later_reviews_no_more(world: World, review: InternalReview, reviewer: StaffMember) -> None:
    """The trail is asked at every step, not only when the review is given away."""
    Case.objects.filter(pk=review.case_id).update(officer=reviewer)
    with pytest.raises(NotAllowed, match="had a part"):
        found(review, "1", UPHELD, reviewer)


def test_only_the_reviewer_writes_and_sends(world: World, review: InternalReview, reviewer: StaffMember) -> None:
    with pytest.raises(NotAllowed, match="Only the reviewer"):
        found(review, "1", UPHELD, world.second)
    ready = complete(review, reviewer)
    with pytest.raises(NotAllowed):
        send_review(ready.pk, ready.version, world.second)
    with pytest.raises(NotAllowed):
        send_review(ready.pk, ready.version, world.outsider)
    assert len(mail.outbox) == 1  # the answer itself


def test_who_receives_or_looks_had_no_part(world: World) -> None:
    """To enter a request, or to be shown who asked, is no part in the answer."""
    case = open_case(world)
    Case.objects.filter(pk=case.pk).update(officer=None)
    case.refresh_from_db()
    assert had_a_part(case) == set()


# When


def test_a_review_has_a_clock_of_its_own(world: World, review: InternalReview) -> None:
    calendar = foia_calendar()
    assert calendar.between(TODAY, review.target) == 20
    assert calendar.between(TODAY, review.latest) == 40
    assert calendar.between(TODAY, last_day_to_ask(TODAY)) == 40
    counted = clock_of(Case.objects.get(pk=review.case_id))
    assert review.target in {deadline.due for deadline in counted.deadlines}


def test_a_review_asked_for_too_late_needs_a_reason(world: World) -> None:
    """After forty working days it can be refused; taken up, the reason is in the trail."""
    case = sent(world).case
    late = last_day_to_ask(TODAY) + timedelta(days=1)
    with time_machine.travel(NOW + timedelta(days=80)):
        with pytest.raises(Refused, match="40 working days from the answer"):
            open_review(case.pk, late, "", world.officer)
        opened = open_review(case.pk, late, "", world.officer, "The letter was lost in the post.")
    assert opened.accepted_late_because == "The letter was lost in the post."
    assert case.events.filter(kind=EventKind.REVIEW, why="The letter was lost in the post.").exists()


def test_a_review_can_be_asked_for_once_at_a_time(world: World, review: InternalReview) -> None:
    """And not of what was never answered, nor before the answer went."""
    with pytest.raises(Refused, match="open already"):
        open_review(review.case_id, TODAY, "", world.officer)
    with pytest.raises(Refused, match="no answer yet"):
        open_review(open_case(world).pk, TODAY, "", world.officer)
    withdraw_review(review.pk, TODAY, world.officer)
    with pytest.raises(Refused, match="before the answer went"):
        open_review(review.case_id, TODAY - timedelta(days=1), "", world.officer)
    again = open_review(review.case_id, TODAY + timedelta(days=1), "", world.officer)
    assert (again.number, again.reference) == (2, f"{review.case.reference}/IR2")


def test_the_longer_time_has_an_end(world: World, review: InternalReview, reviewer: StaffMember) -> None:
    """Within forty working days, with a reason, once."""
    for until in (review.target, review.latest + timedelta(days=1)):
        with pytest.raises(Refused):
            extend(review.pk, until, "Third parties are asked.", reviewer, TODAY)
    with pytest.raises(Refused, match="Say why"):
        extend(review.pk, review.latest, " ", reviewer, TODAY)
    extend(review.pk, review.latest, "Third parties are asked.", reviewer, TODAY)
    assert current(review).due == review.latest
    with pytest.raises(Refused):
        extend(review.pk, review.latest, "Again.", reviewer, TODAY)


# What


def test_the_outcome_says_what_becomes_of_each_question(
    world: World, review: InternalReview, reviewer: StaffMember
) -> None:
    """Each decision once; the letter goes to the requester, and the clock and the trail know."""
    assert len(what_it_lacks(review, TODAY)) == 2
    with pytest.raises(Refused, match="not complete"):
        send_review(review.pk, review.version, reviewer)
    ready = complete(review, reviewer)
    assert what_it_lacks(ready, TODAY) == []
    before = len(mail.outbox)
    done = send_review(ready.pk, ready.version, reviewer)
    assert (done.state, done.answered_on) == (ReviewState.ANSWERED, TODAY)
    message = mail.outbox[before]
    assert message.to == [EMAIL]
    assert f"Dear {NAME}" in message.body
    assert "There were twelve horses." in message.body and "The reasons hold." in message.body
    assert "internal review" not in message.body.lower().split("information commissioner")[-1]
    assert list(done.files.values_list("name", flat=True)) == ["1A-26-IR.txt", "1A-26-IR.html", "1A-26-IR.pdf"]
    kinds = list(done.case.clock_events.values_list("kind", flat=True))
    assert kinds[-2:] == ["internal_review_asked", "internal_review_answered"]
    assert verify_chain(world.force).whole
    with pytest.raises(Refused, match="already"):
        send_review(ready.pk, ready.version, reviewer)
    assert len(mail.outbox) == before + 1


def test_two_at_once_do_not_overwrite_each_other(world: World, review: InternalReview, reviewer: StaffMember) -> None:
    """The second save is told, on the page with what was written."""
    found(review, "1", UPHELD, reviewer)
    with pytest.raises(StaleReview):
        find(review.pk, review.version, decision_on(review.case, "1"), OVERTURNED, reviewer)
    client = client_of(reviewer)
    name = f"q{review.case.questions.get(number='1').pk}"
    path = reverse("desk:review-finding", args=[review.case_id, 1, name])
    answer = client.post(path, {**OVERTURNED, "version": review.version})
    page = answer.content.decode()
    assert "saved by somebody else meanwhile" in page and "There were twelve horses." in page
    assert client.post(path, {**OVERTURNED, "version": current(review).version}).status_code == 302


def test_the_letter_of_a_review_cannot_be_composed_without_reasons() -> None:
    """What is missing is said; a changed decision needs an outcome, and what is given has to be there."""
    whole = ReviewOutcome(
        sender=world_sender(),
        reference="1/IR",
        subject="Horses",
        received=TODAY,
        asked_on=TODAY,
        answered_on=TODAY,
        dated=TODAY,
        findings=(Reviewed("Question 1", "1", "How many?", Result.VARIED, "Part was wrong.", Outcome.WITHHELD),),
    )
    letter = compose_review(whole)
    assert "our decision is now: withheld" in write(letter, "txt").decode().lower()
    for changed in (
        Reviewed("Question 1", "1", "How many?", Result.UPHELD, " "),
        Reviewed("Question 1", "1", "How many?", Result.VARIED, "x"),
        Reviewed("Question 1", "1", "How many?", Result.OVERTURNED, "x", Outcome.DISCLOSED),
    ):
        with pytest.raises(ValueError, match="Question 1"):
            compose_review(ReviewOutcome(**{**fields_of(whole), "findings": (changed,)}))


def world_sender() -> Any:
    from candour.letters.model import Sender

    return Sender("Westvale Police")


def fields_of(outcome: ReviewOutcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in outcome.__dataclass_fields__}


# The Commissioner and the tribunal


def complaint_of(world: World, case: Case) -> Complaint:
    values = {"reference": "IC-1234", "told_on": TODAY, "about": "The delay.", "respond_by": None}
    return open_complaint(case.pk, values, world.officer)


def test_a_complaint_runs_from_notice_to_tribunal(world: World) -> None:
    """Answered, decided with steps and their days, steps taken, appealed, ended; all in the trail."""
    made = complaint_of(world, sent(world).case)
    note_response(made.pk, 0, TODAY, world.officer)
    steps = [("Disclose the table", TODAY + timedelta(days=35)), ("Explain the search", TODAY + timedelta(days=35))]
    close_complaint(made.pk, 1, Ending(NoticeResult.PARTLY_UPHELD, TODAY, "Table, yes.", tuple(steps)), world.officer)
    made.refresh_from_db()
    assert last_day_to_appeal(made) == TODAY + timedelta(days=28)
    first = made.steps.all()[0]
    take_step(first.pk, TODAY, world.officer)
    with pytest.raises(Refused, match="already"):
        take_step(first.pk, TODAY, world.officer)
    values = {"by": "requester", "reference": "EA/2026/0001", "lodged_on": TODAY, "hearing_on": None}
    appeal = open_appeal(made.pk, 2, values, world.officer)
    close_appeal(appeal.pk, 3, AppealResult.DISMISSED, TODAY, world.officer)
    kinds = list(made.case.clock_events.values_list("kind", flat=True))
    assert kinds == ["responded", "commissioner_complaint", "decision_notice", "step_taken"]
    assert made.case.events.filter(kind=EventKind.COMPLAINT).count() == 6
    assert verify_chain(world.force).whole


def test_the_clock_follows_every_complaint_of_a_case(world: World) -> None:
    """A second one has its notice and steps on the clock too, and one that was withdrawn is over."""
    case = sent(world).case
    made = [
        open_complaint(case.pk, {"reference": f"IC-{number}", "told_on": TODAY}, world.officer) for number in (1, 2)
    ]
    assert clock_of(case).state is State.WITH_THE_COMMISSIONER
    close_complaint(made[0].pk, 0, Ending(NoticeResult.INFORMAL, TODAY), world.officer)
    assert clock_of(case).state is State.WITH_THE_COMMISSIONER
    due = TODAY + timedelta(days=35)
    ending = Ending(NoticeResult.UPHELD, TODAY, "Disclose.", (("Disclose the table", due),))
    close_complaint(made[1].pk, 0, ending, world.officer)
    clock = clock_of(case)
    assert clock.state is State.STEPS_ORDERED
    assert [each.due for each in clock.deadlines if each.kind is DeadlineKind.STEP] == [due]
    take_step(made[1].steps.get().pk, TODAY, world.officer)
    assert clock_of(case).state is State.CLOSED


def test_what_cannot_be_of_a_complaint_is_refused(world: World) -> None:
    """Before it was told of, twice, steps without a notice, an appeal without one, a page that is out of date."""
    case = sent(world).case
    made = complaint_of(world, case)
    before = TODAY - timedelta(days=1)
    step = [("x", TODAY)]
    appeal = {"by": "authority", "reference": "1", "lodged_on": TODAY, "hearing_on": None}
    tries: list[Any] = [
        lambda: complaint_of(world, case),
        lambda: note_response(made.pk, 0, before, world.officer),
        lambda: note_response(made.pk, 5, TODAY, world.officer),
        lambda: close_complaint(made.pk, 0, Ending(NoticeResult.UPHELD, before, "", ()), world.officer),
        lambda: close_complaint(made.pk, 0, Ending(NoticeResult.INFORMAL, TODAY, "", tuple(step)), world.officer),
        lambda: close_complaint(made.pk, 0, Ending(NoticeResult.UPHELD, TODAY, "", tuple(step * 2)), world.officer),
        lambda: close_complaint(made.pk, 0, Ending(NoticeResult.UPHELD, TODAY, "", (("x", before),)), world.officer),
        lambda: open_appeal(made.pk, 0, appeal, world.officer),
        lambda: open_complaint(case.pk, {"reference": "2", "told_on": TODAY}, world.outsider),
    ]
    events = case.events.count()
    for each in tries:
        with pytest.raises(Refused):
            each()
    assert case.events.count() == events


def test_the_bundle_holds_the_case_and_is_the_same_each_time(
    world: World, review: InternalReview, reviewer: StaffMember
) -> None:
    """Requests, letters, decisions, reasons, reviews and trail, with an index page and their digests."""
    ready = complete(review, reviewer)
    send_review(ready.pk, ready.version, reviewer)
    case = load(review.case_id)
    with pytest.raises(Refused, match="what the bundle is for"):
        export_bundle(case.pk, " ", world.officer)
    first = export_bundle(case.pk, "Complaint IC-1.", world.officer)
    assert export_bundle(case.pk, "Once more.", world.officer) == first == bundle_of(load(case.pk))
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
        index, sums = archive.read("index.html").decode(), archive.read("SHA256SUMS").decode()
        assert archive.read("requests/request-1.txt").decode() == case.requests.all()[0].text
        assert "Section 30(3)" in archive.read("decisions.html").decode()
        assert "Letter cleared" in archive.read("trail.html").decode()
        assert "Letter cleared" in archive.read("trail.csv").decode("utf-8-sig")
    assert {name.partition("/")[0] for name in names} == {
        *("index.html", "requests", "letters", "reviews", "decisions.html", "trail.html", "trail.csv", "SHA256SUMS"),
    }
    for name in set(names) - {"index.html", "SHA256SUMS"}:
        assert f'href="{name}"' in index
        assert name in sums
    event = case.events.last()
    assert event is not None
    assert (event.kind, event.why) == (EventKind.BUNDLE, "Once more.")


def pages_of(bundle: bytes) -> dict[str, str]:
    """The pages of a bundle by their path."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".html")}


def test_the_bundle_tells_every_reason_that_was_written(world: World, review: InternalReview) -> None:
    """The opinion under section 36, the estimate of the cost, what is published, and the test of personal data."""
    first, second = (decision_on(review.case, number) for number in ("1", "2"))
    Decision.objects.filter(pk=first.pk).update(
        estimate_hours={"locating": 30}, estimate_basis="A sample of ten files took two hours."
    )
    first.published_items.create(position=0, kind="helps", title="Our statistics", url="https://www.example.org/s")
    second.claims.all().delete()
    second.claims.create(
        position=0,
        limbs=["36(2)(c)"],
        likelihood="would be likely to",
        qualified_opinion={
            "person": "The Chief Constable",
            "given_on": "2026-03-02",
            "opinion": "Candour would suffer.",
        },
    )
    second.claims.create(
        position=1,
        limbs=["40(2)"],
        by_virtue_of=["40(3A)(a)"],
        in_the_alternative=True,
        personal_data={"whose": "Two officers", "sensitive": "criminal offence", "fails_at": "necessity"},
    )
    told = pages_of(bundle_of(load(review.case_id)))["decisions.html"]
    for words in (
        "30 hours. A sample of ten files took two hours.",
        "https://www.example.org/s",
        "The harm would be likely to occur.",
        "The Chief Constable",
        "2 March 2026",
        "Candour would suffer.",
        "Section 40(2) by virtue of section 40(3A)(a)",
        "In the alternative",
        "Two officers",
        "Criminal offence",
        "Necessity",
    ):
        assert words in told


def test_the_index_of_the_bundle_says_what_became_of_the_case(
    world: World, review: InternalReview, reviewer: StaffMember
) -> None:
    """Outcomes, review and complaint can be read without opening another file; every link leads to a file within."""
    ready = complete(review, reviewer)
    assert "There were twelve horses." not in pages_of(bundle_of(load(review.case_id)))["index.html"], "still a draft"
    send_review(ready.pk, ready.version, reviewer)
    told = {"reference": "IC-1", "told_on": TODAY, "respond_by": TODAY, "about": "It took too long."}
    complaint = open_complaint(review.case_id, told, world.officer)
    steps = (("Disclose the table", TODAY + timedelta(days=35)),)
    close_complaint(complaint.pk, 0, Ending(NoticeResult.UPHELD, TODAY, "The harm is not shown.", steps), world.officer)
    bundle = bundle_of(load(review.case_id))
    pages = pages_of(bundle)
    for words in (
        "Ria",
        "Overturned",
        "Disclosed",
        "twelve horses",
        "It took too long.",
        "Disclose the table",
        "not taken yet",
    ):
        assert words in pages["index.html"]
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        names = set(archive.namelist())
    for page in ("index.html", "decisions.html", "trail.html"):
        targets = {each.partition("#") for each in re.findall(r'href="([^"]*)"', pages[page])}
        assert {path for path, _, _ in targets} <= names
        assert all(f'id="{anchor}"' in pages[path] for path, _, anchor in targets if anchor)


# The pages


def client_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_review_is_done_through_its_pages(world: World, reviewer: StaffMember) -> None:
    """From the case to the letter, by an officer and a reviewer; the queue shows it meanwhile."""
    case = sent(world).case
    officer, review_by = client_of(world.officer), client_of(reviewer)
    day = {"asked_on_day": TODAY.day, "asked_on_month": TODAY.month, "asked_on_year": TODAY.year}
    answer = officer.post(reverse("desk:review-new", args=[case.pk]), {**day, "grounds": "Too slow."})
    path = reverse("desk:review", args=[case.pk, 1])
    assert answer.status_code == 302 and answer["Location"] == path
    assert "1A/26/IR" in officer.get(reverse("desk:reviews")).content.decode()
    officer.post(path, {"action": "give", "give-reviewer": reviewer.pk})
    for question, values in ((1, OVERTURNED), (2, UPHELD)):
        name = f"q{case.questions.get(number=question).pk}"
        place = reverse("desk:review-finding", args=[case.pk, 1, name])
        page = review_by.get(place).content.decode()
        version = InternalReview.objects.get(case=case).version
        assert f'value="{version}"' in page
        assert review_by.post(place, {**values, "version": version}).status_code == 302
    page = review_by.get(path).content.decode()
    assert "Next: read the letter and send it" in page and "There were twelve horses." in page and NAME not in page
    sending = reverse("post:send-review", args=[case.pk, 1])
    assert "Send the outcome" in review_by.get(sending).content.decode()
    version = InternalReview.objects.get(case=case).version
    review_by.post(sending, {"version": version})
    assert InternalReview.objects.get(case=case).state == ReviewState.ANSWERED
    assert "Nothing more to do" in review_by.get(path).content.decode()
    queue = officer.get(reverse("desk:reviews")).content.decode()
    assert "No review is open" in queue and "Overturned, 27 March 2026" in queue
    file = review_by.get(reverse("desk:review-file", args=[case.pk, 1, "1A-26-IR.pdf"]))
    assert file.content.startswith(b"%PDF")
    assert case.events.filter(kind=EventKind.REQUESTER_SEEN).exists()


def test_a_complaint_is_followed_through_its_pages(world: World) -> None:
    """Told of, answered, closed with a step, the step taken, an appeal and its end; the bundle is downloaded."""
    case = sent(world).case
    client = client_of(world.officer)

    def on(name: str) -> dict[str, int]:
        return {f"{name}_day": TODAY.day, f"{name}_month": TODAY.month, f"{name}_year": TODAY.year}

    client.post(reverse("desk:complaint-new", args=[case.pk]), {"reference": "IC-9", **on("told_on")})
    made = Complaint.objects.get(case=case)
    path = reverse("desk:complaint", args=[case.pk, made.pk])

    def act(action: str, **given: object) -> str:
        version = Complaint.objects.get(pk=made.pk).version
        posted = {f"{action}-{name}": value for name, value in {"version": version, **given}.items()}
        return client.post(path, {"action": action, **posted}, follow=True).content.decode()

    act("respond", **on("on"))
    assert "at its end" in act("close", result="upheld", steps="No day", **on("on"))
    act("close", result="upheld", steps="Disclose it; 2026-05-01", **on("on"))
    step = made.steps.get()
    act("step", row=step.pk, **on("on"))
    act("appeal", by="authority", reference="EA/1", **on("lodged_on"))
    queue = client.get(reverse("desk:reviews")).content.decode()
    assert "EA/1" in queue and "No hearing yet" in queue and "Decision notice: upheld, 27 March 2026" in queue
    page = act("end_appeal", row=made.appeals.get().pk, result="allowed", **on("on"))
    assert "taken 27 March 2026, required by 1 May 2026" in page and "Allowed, 27 March 2026" in page
    bundle = client.post(reverse("desk:bundle", args=[case.pk]), {"why": "IC-9"})
    assert bundle["Content-Type"] == "application/zip"
    assert zipfile.is_zipfile(io.BytesIO(bundle.content))


def test_the_queue_of_reviews_has_a_fixed_number_of_queries(world: World) -> None:
    client = client_of(world.officer)
    seen = []
    for _ in range(2):
        open_review(sent(world).case_id, TODAY, "", world.officer)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk:reviews"))
        seen.append(len(queries))
    assert seen[0] == seen[1]


def test_the_case_says_what_is_still_open_after_its_answer(world: World, review: InternalReview) -> None:
    """The review, the complaint, a step of the notice and an appeal, each until it is done; the earliest day first."""

    def listed() -> list[str]:
        page = client_of(world.officer).get(reverse("desk:case", args=[review.case_id]))
        return [each.text for each in page.context["still_open"]]

    told = {"reference": "IC-1", "told_on": TODAY, "respond_by": TODAY + timedelta(days=5)}
    complaint = open_complaint(review.case_id, told, world.officer)
    assert listed() == ["Answer the Commissioner on complaint IC-1", "Internal review"]
    note_response(complaint.pk, 0, TODAY, world.officer)
    assert listed() == ["Internal review", "Complaint IC-1: the Commissioner has our answer"]
    withdraw_review(review.pk, TODAY, world.officer)
    version = Complaint.objects.get(pk=complaint.pk).version
    steps = (("Disclose the table", TODAY),)
    close_complaint(complaint.pk, version, Ending(NoticeResult.UPHELD, TODAY, "", steps), world.officer)
    assert listed() == ["Step of the decision notice: Disclose the table"]
    take_step(complaint.steps.get().pk, TODAY, world.officer)
    assert listed() == []


def test_the_outcome_of_a_review_is_read_without_who_asked(
    world: World, review: InternalReview, reviewer: StaffMember
) -> None:
    """Reasons, the new outcome and what is given stand on the page itself, which names nobody."""
    found(review, "1", {**OVERTURNED, "reasons": f"{NAME} was right."}, reviewer)
    found(review, "2", UPHELD, reviewer)
    ready = current(review)
    send_review(ready.pk, ready.version, reviewer)
    text = client_of(world.officer).get(reverse("desk:review", args=[review.case_id, 1])).content.decode()
    for words in ("Disclosed", "There were twelve horses.", "was right.", "The reasons hold."):
        assert words in text
    assert NAME not in text
