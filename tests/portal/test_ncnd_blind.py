"""Where a force neither confirms nor denies, nothing public depends on what it holds: not one byte, not its place."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import time_machine
from desk.complete import claim, complete
from desk.world import (
    NOW,
    TODAY,
    World,
    decide_all,
    decision_on,
    make_world,
    open_case,
    plainly_decided,
    taken_back,
)
from django.core import mail
from django.urls import reverse
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from candour.desk.audit_trail.writing import record
from candour.desk.clearing.clear import clear, send_back
from candour.desk.clearing.put_up import prepare
from candour.desk.jobs import enqueue
from candour.desk.models import (
    Authority,
    BusinessArea,
    Case,
    CheckedFile,
    Decision,
    EventKind,
    KnownDisclosure,
    NcndTopic,
    ProtectedCounts,
    Publication,
    RecordSet,
    Referral,
    Task,
    TaskReply,
)
from candour.desk.publishing.decision import Choice, put_off
from candour.desk.publishing.publish import publish
from candour.law import Outcome
from candour.letters.response import Answer
from candour.portal.models import FollowLink, digest_of
from candour.post.send import send
from candour.site.demo import decide
from portal.surfaces import ENTRIES, LISTINGS, PRIVATE, names, seen, surfaces

LATER = NOW + timedelta(days=120)
"""When the public looks, long after everything was decided."""


@dataclass(frozen=True)
class Holdings:
    """What one world holds about the questions denied, and how the work on them went. Nothing of it is public."""

    files: tuple[str, ...]
    tables: tuple[int, ...]
    hours: float
    topic: str
    tasks: int
    drafts: int
    minutes: int
    second_approver: bool
    first_first: bool
    held_back: bool
    days_until_decided: int
    filed: str = "custody"
    notes: tuple[str, ...] = ()
    records: int = 0


holdings = st.builds(
    Holdings,
    files=st.lists(st.sampled_from(["dismissals.xlsx", "a.pdf", "list of officers.csv"]), max_size=3).map(tuple),
    tables=st.lists(st.integers(0, 10**6), max_size=2).map(tuple),
    hours=st.sampled_from([0.0, 0.5, 17.5]),
    topic=st.text("abc ", max_size=8),
    tasks=st.integers(0, 3),
    drafts=st.integers(0, 2),
    minutes=st.integers(0, 50),
    second_approver=st.booleans(),
    first_first=st.booleans(),
    held_back=st.booleans(),
    days_until_decided=st.integers(0, 60),
    filed=st.sampled_from(["custody", "surveillance-and-intelligence", "other"]),
    notes=st.lists(st.sampled_from(["We hold three files.", "Nothing found."]), max_size=2).map(tuple),
    records=st.integers(0, 2),
)


def at(minutes: int, day: int = 0) -> AbstractContextManager[object]:
    """So many minutes into a day of the world."""
    when: datetime = NOW.replace(hour=8) + timedelta(days=day, minutes=minutes)
    return time_machine.travel(when, tick=False)


def hold(world: World, case: Case, held: Holdings) -> None:
    """Put into the desk what this world holds about the first question, and the work that was done on it."""
    decision = decision_on(case, "1")
    for number, name in enumerate(held.files):
        CheckedFile.objects.create(
            decision=decision,
            title=name,
            upload_name=name,
            upload_sha256=f"{number}" * 64,
            upload_size=1000 + number,
            made_by=world.officer,
        )
    for number, count in enumerate(held.tables):
        source = f"Year\tOfficers\n2025\t{count}"
        columns = {"count": "Officers", "hierarchy": {}, "by": ["Year"]}
        ProtectedCounts.objects.create(decision=decision, title=f"Table {number}", source=source, columns=columns)
    if held.hours:
        hours = {"locating": held.hours}
        Decision.objects.filter(pk=decision.pk).update(estimate_hours=hours, topic=_topic(world, held))
    for number in range(held.records):
        RecordSet.objects.create(
            authority=world.force, title=f"Dismissals {case.pk}-{number}", created_by=world.officer, created_at=NOW
        )
    for note in held.notes:
        _looked_for(world, case, note, held.hours)
    for number in range(held.tasks):
        enqueue("trail.verify", f"{case.pk}-{number}", authority=world.force, case=case)


def _looked_for(world: World, case: Case, note: str, hours: float) -> None:
    """A business area was asked, and wrote what it found and how long that took; another authority advised."""
    question = case.questions.get(number="1")
    area, _ = BusinessArea.objects.get_or_create(authority=world.force, name="Standards", email="a@westvale.example")
    task = Task.objects.create(
        case=case,
        question=question,
        area=area,
        asked="Is there anything?",
        wanted_by=TODAY,
        expires_at=LATER,
        base="https://foi.example.org",
        made_by=world.officer,
    )
    TaskReply.objects.create(task=task, submission=uuid.uuid4(), text=note, hours={"locating": hours})
    Referral.objects.create(
        case=case,
        question=question,
        to=world.elsewhere,
        asked="What do others say?",
        made_by=world.officer,
        advice=note,
    )
    record(case, EventKind.REFERRED, world.officer, note)


def _topic(world: World, held: Holdings) -> NcndTopic:
    topic, _ = NcndTopic.objects.get_or_create(
        authority=world.force, title=f"Topic {held.topic}", granularity="exact", limbs=["30(3)"]
    )
    KnownDisclosure.objects.create(topic=topic, url="https://www.example.org/", on=TODAY, granularity="exact")
    return topic


def under_way(when: int) -> dict[str, object]:
    """What requester and public see at that minute of the day on which the force works on the answers."""
    kinds = [reverse("portal:say", args=[PRIVATE, kind]) for kind in ("clarify", "narrow", "withdraw", "review")]
    paths = [reverse("portal:follow", args=[PRIVATE]), *kinds, "/", "/log.json", "/figures/westvale/"]
    with at(when):
        return {f"minute {when}: {path}": seen(path) for path in paths}


def answered(world: World, case: Case, held: Holdings, minutes: int, early: dict[str, object]) -> int:
    """Take the case to the letter that was sent, all on one day; its sending alone has the same time in every world.

    What is seen just before it is sent is put into `early`.
    """
    with at(minutes + held.minutes):
        for _ in range(held.drafts):
            letter = prepare(case.pk, TODAY, world.officer)
            send_back(letter.pk, "Look again.", world.second if held.second_approver else world.approver)
        letter = prepare(case.pk, TODAY, world.officer)
        clear(letter.pk, letter.digest, world.second if held.second_approver else world.approver)
    early |= under_way(599 + minutes)
    with at(600 + minutes):
        return int(send(letter.pk, world.officer).pk)


def observed(held: Holdings, rule: int = 0, looks: tuple[datetime, ...] = ()) -> dict[str, object]:
    """Everything that the public and the requester of a denied answer can see of the world that holds this.

    `rule`: after how many working days the force publishes such an answer. `looks`: when else what lists or shows
    entries is looked at.
    """
    mail.outbox.clear()
    world = make_world()
    Authority.objects.filter(pk=world.force.pk).update(publish_after=rule)
    world.force.refresh_from_db()
    with at(0):
        denied = decide_all(world, open_case(world))
        again = open_case(world, title="Police horses again")
        decide(again, Answer(complete(Outcome.NCND, claim("38(2)", "38(1)(a)")), ("1", "2")), world.officer)
        plain = plainly_decided(world, open_case(world, title="Stables"))
        FollowLink.objects.create(case=denied, digest=digest_of(PRIVATE))
    with at(1 + held.minutes):
        hold(world, denied, held)
        hold(world, again, held)
    early = under_way(59)
    cases = enumerate((denied, again), start=1)
    letters = [answered(world, case, held, 60 * place, early) for place, case in cases]
    with at(700):
        other = prepare(plain.pk, TODAY, world.officer)
        publish(send(clear(other.pk, other.digest, world.approver).pk, world.officer).pk, world.officer)
    with at(750 + held.minutes, held.days_until_decided):
        for letter in letters if held.first_first else reversed(letters):
            if held.held_back:
                put_off(letter, Choice.HOLD, "Look for more.", world.officer)
            publish(letter, world.officer, why="Of interest.", topics=[held.filed])
    entry = Publication.objects.get(response__case=denied)
    for when in looks:
        with time_machine.travel(when, tick=False):
            early |= {f"{when:%d %B} {path}": seen(path) for path in surfaces(entry, {**LISTINGS, **ENTRIES})}
    with time_machine.travel(LATER, tick=False):
        found: dict[str, object] = early | {path: seen(path) for path in surfaces(entry)}
        files = entry.files.all()
        found["files"] = [(file.name, file.title, file.size, bytes(file.content)) for file in files]
        # Within the frozen hour: a message is given its date when it is written out.
        found["mails"] = [_bytes(message) for message in mail.outbox]
    return found


def _bytes(message: object) -> bytes:
    written = message.message()  # type: ignore[attr-defined]
    written.set_boundary("boundary") if written.is_multipart() else None
    for part in written.walk():
        if part.is_multipart():
            part.set_boundary("boundary")
    return bytes(written.as_bytes())


NOTHING = Holdings(
    (), (), 0.0, "", 0, 0, 0, second_approver=False, first_first=True, held_back=False, days_until_decided=0
)
SEEN: dict[str, object] = {}
"""What is seen of the world that holds nothing, made once (`seen_of_nothing`)."""
MUCH = Holdings(
    ("dismissals.xlsx", "a.pdf"), (12, 7), 17.5, "horses", 2, 2, 40, second_approver=True, first_first=False,
    held_back=True, days_until_decided=45, filed="surveillance-and-intelligence", notes=("We hold three files.",) * 2,
    records=1,
)  # fmt: skip


def seen_of_nothing() -> dict[str, object]:
    """Everything that is seen of the world that holds nothing."""
    if not SEEN:
        with taken_back():
            SEEN.update(observed(NOTHING))
    return SEEN


@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(held=MUCH)
@given(held=holdings)
def test_two_worlds_that_differ_in_what_they_hold_show_the_same_bytes(db: None, held: Holdings) -> None:
    """Pages, search results and their order, counts, feeds, data, files, PDF, headers, mails, and the days on them."""
    with_nothing = seen_of_nothing()
    with taken_back():
        with_much = observed(held)
    assert with_nothing.keys() == with_much.keys()
    different = [path for path, value in with_nothing.items() if value != with_much[path]]
    assert different == []


def test_the_day_on_which_it_appears_is_the_same_in_both_worlds(db: None) -> None:
    """On every day before, on and after the day of the rule, whoever looks sees the same; until then, nothing of it."""
    looks = tuple(NOW + timedelta(days=days) for days in (5, 13, 14, 16, 40))
    with taken_back():
        with_nothing = observed(NOTHING, 10, looks)
    with taken_back():
        with_much = observed(replace(MUCH, days_until_decided=4), 10, looks)
    assert [path for path, value in with_nothing.items() if value != with_much[path]] == []
    shown = {
        when: any(
            b"Police horses" in value[2]
            for path, value in with_nothing.items()
            if path.startswith(f"{when:%d %B} /log") and isinstance(value, tuple)
        )
        for when in looks
    }
    assert (shown[looks[0]], shown[looks[-1]]) == (False, True)


def test_the_property_looks_at_something(db: None) -> None:
    """Every public address is among those compared, the entries are found there, and no address fails."""
    found = seen_of_nothing()
    assert names() <= {name for name in names() if name}
    assert sum(b"Police horses" in value[2] for value in found.values() if isinstance(value, tuple)) > 10
    failed = [path for path, value in found.items() if isinstance(value, tuple) and value[0] >= 500]
    assert failed == []
    assert len(found["mails"]) == 3  # type: ignore[arg-type]
