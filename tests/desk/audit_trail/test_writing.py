"""The trail is chained, the database itself keeps it, and whatever is changed in it is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from candour.cli import app
from candour.desk.answering.decide import changing
from candour.desk.audit_trail.chain import BEGINNING, NotPlain, canonical, commitment
from candour.desk.audit_trail.guard import lay_guard, lift_guard, missing_guard
from candour.desk.audit_trail.verification import cases_without_trail, letter_findings, verify_chain
from candour.desk.audit_trail.writing import Past, begin_with, beginning, record, record_for_force
from candour.desk.clearing.clear import clear
from candour.desk.models import Case, Event, EventKind, ResponseFile, TrailHead
from candour.desk.refusals import Refused
from candour.post.send import send
from desk.world import (
    NAME,
    World,
    cleared,
    decide_all,
    decision_on,
    make_world,
    open_case,
    prepared,
    published,
    sent,
    taken_back,
)

COLUMNS = (
    *("sequence", "previous", "case_id", "kind", "at", "actor_id", "who"),
    *("detail", "why", "salt", "words", "facts", "digest"),
)


@pytest.fixture
def day(world: World) -> World:
    """A force with a day's work in its trail, and another with a little."""
    published(world)
    record(open_case(world), EventKind.ASSIGNED, None, "Nobody did it.", "A reason.", {"n": 1})
    record_for_force(world.elsewhere, EventKind.REGISTER_CHANGED, world.outsider, "Something.")
    return world


@pytest.fixture
def unguarded(day: World) -> Iterator[World]:
    """The same, with the guard lifted by somebody who may change tables."""
    lift_guard(connection)
    yield day
    lay_guard(connection)


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def broken(world: World) -> int | None:
    report = verify_chain(world.force)
    return report.broken.sequence if report.broken else None


# The chain


def test_each_event_follows_the_one_before(day: World) -> None:
    """Numbers without gaps, each event with the digest of the one before, the head at the end."""
    events = list(Event.objects.filter(authority=day.force))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.previous for event in events] == [BEGINNING, *(event.digest for event in events[:-1])]
    assert all(event.digest == event.link.digest for event in events)
    head = TrailHead.objects.get(authority=day.force)
    assert (head.sequence, head.digest) == (len(events), events[-1].digest)
    report = verify_chain(day.force)
    assert (report.whole, report.events, report.digest) == (True, len(events), head.digest)


def test_each_force_has_a_chain_of_its_own(day: World) -> None:
    """The other force's trail begins with its own first event."""
    event = Event.objects.get(authority=day.elsewhere)
    assert (event.sequence, event.previous, event.case) == (1, BEGINNING, None)
    assert verify_chain(day.elsewhere).whole


def test_an_event_says_who_when_what_and_why(world: World) -> None:
    """The log-in is kept as it was, so that a renamed account does not change the past."""
    event = record(open_case(world), EventKind.ASSIGNED, world.officer, "What.", "Why.", {"case": [1, None, "x"]})
    world.officer.username = "another"
    world.officer.save()
    event.refresh_from_db()
    assert (event.who, event.detail, event.why, event.data) == ("will", "What.", "Why.", {"case": [1, None, "x"]})
    assert event.in_words == "What. Reason: Why."
    assert verify_chain(world.force).whole


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    )
)
def test_plain_values_have_one_canonical_form(value: Any) -> None:
    """Reading it back and writing it again gives the same text."""
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize("value", [1.5, {1: 2}, [object()], {"a": {1, 2}}, b"x"])
def test_what_is_not_plain_is_not_put_into_an_event(world: World, value: object) -> None:
    """It would not be read back as it was hashed."""
    case = open_case(world)
    with pytest.raises(NotPlain):
        record(case, EventKind.ASSIGNED, None, facts={"x": value})
    assert verify_chain(world.force).events == 1


def test_a_step_that_is_taken_back_leaves_no_event_and_no_gap(world: World) -> None:
    """The event is in the transaction of the step."""
    case = open_case(world)
    with taken_back():
        record(case, EventKind.ASSIGNED, None)
    record(case, EventKind.ASSIGNED, None)
    assert [event.sequence for event in case.events.all()] == [1, 2]


# The guard


CHANGES: dict[str, Callable[[Event], object]] = {
    "update": lambda event: Event.objects.filter(pk=event.pk).update(detail="x"),
    "bulk update": lambda event: Event.objects.bulk_update([event], ["detail"]),
    "delete": lambda event: Event.objects.filter(pk=event.pk).delete(),
    "raw delete": lambda event: Event.objects.filter(pk=event.pk)._raw_delete("default"),
    "force update": lambda event: Event.save_base(event, force_update=True),
    "SQL update": lambda event: run("UPDATE desk_event SET detail = 'x' WHERE id = %s", event.pk),
    "SQL update of all": lambda _: run("UPDATE desk_event SET detail = detail"),
    "SQL delete": lambda event: run("DELETE FROM desk_event WHERE id = %s", event.pk),
    "SQL delete of all": lambda _: run("DELETE FROM desk_event"),
    "head back": lambda event: TrailHead.objects.filter(authority=event.authority).update(sequence=1),
    "head elsewhere": lambda event: TrailHead.objects.filter(authority=event.authority).update(digest="0" * 64),
    "head deleted": lambda event: TrailHead.objects.filter(authority=event.authority)._raw_delete("default"),
}
if connection.vendor == "sqlite":
    CHANGES |= {
        "SQL replace": lambda event: run(
            "INSERT OR REPLACE INTO desk_event SELECT id, sequence, kind, at, who, 'x', why, salt, words, facts, "
            "previous, digest, actor_id, authority_id, case_id FROM desk_event WHERE id = %s",
            event.pk,
        ),
        "SQL replace of the head": lambda _: run("REPLACE INTO desk_trailhead SELECT * FROM desk_trailhead"),
        "SQL update or replace": lambda _: run("UPDATE OR REPLACE desk_event SET sequence = 1"),
    }
else:
    CHANGES |= {
        "truncate": lambda _: run("TRUNCATE desk_event CASCADE"),
        "truncate the head": lambda _: run("TRUNCATE desk_trailhead CASCADE"),
        "upsert": lambda event: run(
            "INSERT INTO desk_event SELECT * FROM desk_event WHERE id = %s ON CONFLICT (id) DO UPDATE SET detail = 'x'",
            event.pk,
        ),
    }


@pytest.mark.parametrize("how", CHANGES)
def test_the_database_itself_refuses_to_change_the_trail(day: World, how: str) -> None:
    """Neither our code, nor Django's shortcuts, nor raw SQL change, delete or empty it."""
    before = list(Event.objects.values_list()), list(TrailHead.objects.values_list())
    event = Event.objects.filter(authority=day.force)[3]
    event.detail = "x"
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")  # what is put off until the end of the transaction would refuse first
    with pytest.raises(DatabaseError, match=r"of the trail"), transaction.atomic():
        CHANGES[how](event)
    assert (list(Event.objects.values_list()), list(TrailHead.objects.values_list())) == before
    assert verify_chain(day.force).whole


def test_the_guard_is_laid_and_missed_when_it_is_gone(day: World) -> None:
    """Whoever may change tables can lift it; then the command says so, and a migration lays it again."""
    assert missing_guard(connection) == []
    lift_guard(connection)
    assert len(missing_guard(connection)) == 6
    done = CliRunner().invoke(app, ["verify"])
    assert done.exit_code == 1
    assert "guard “candour_event_changed” is missing" in done.stdout
    lay_guard(connection)
    assert missing_guard(connection) == []


def test_a_trigger_of_the_same_name_that_refuses_nothing_is_no_guard(unguarded: World) -> None:
    """The body counts, not the name."""
    if connection.vendor == "sqlite":
        run("CREATE TRIGGER candour_event_changed BEFORE UPDATE ON desk_event BEGIN SELECT 1; END")
        kept = "DROP TRIGGER candour_event_changed"
    else:
        lay_guard(connection)
        run("ALTER TABLE desk_event DISABLE TRIGGER candour_event_changed")
        kept = "DROP TRIGGER candour_event_changed ON desk_event"
    assert "candour_event_changed" in missing_guard(connection)
    run(kept)


# What is changed behind the guard


def other_value(column: str, value: Any, draw: Callable[[Any], Any]) -> Any:
    """Another value that the column can hold."""
    if column in {"sequence", "case_id", "actor_id"}:
        return draw(st.integers(1, 10**9).filter(lambda new: new != value))
    if column == "at":
        return f"2026-03-{draw(st.integers(1, 26)):02} 10:00:00.{draw(st.integers(0, 999_999)):06}+00:00"
    text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
    return draw(text.filter(lambda new: new != value))


def test_any_change_of_any_event_is_found(unguarded: World) -> None:
    """Whichever value of whichever event is changed, the chain is broken, and not before that event."""
    numbers = list(Event.objects.filter(authority=unguarded.force).values_list("pk", "sequence"))

    @given(st.data())
    def found(data: st.DataObject) -> None:
        pk, sequence = data.draw(st.sampled_from(numbers))
        column = data.draw(st.sampled_from(COLUMNS))
        value = Event.objects.values_list(column, flat=True).get(pk=pk)
        if column == "sequence":
            new = data.draw(st.integers(max(known for _, known in numbers) + 1, 10**9))  # another number is not free
        elif connection.vendor == "postgresql" and column in {"case_id", "actor_id"}:
            known = {"case_id": Case, "actor_id": type(unguarded.officer)}[column]
            new = data.draw(st.sampled_from([None, *known.objects.values_list("pk", flat=True)]))
            if new == value:
                return
        else:
            new = other_value(column, value, data.draw)
        with taken_back():
            run(f"UPDATE desk_event SET {column} = %s WHERE id = %s", new, pk)  # noqa: S608  one of COLUMNS
            at = broken(unguarded)
            assert at in {sequence, sequence + 1} if column == "digest" else at == sequence

    found()
    assert broken(unguarded) is None


def test_a_missing_event_is_named(unguarded: World) -> None:
    """Whichever event is gone, its number is told."""
    last = TrailHead.objects.get(authority=unguarded.force).sequence
    for sequence in range(1, last + 1):
        with taken_back():
            run("DELETE FROM desk_event WHERE authority_id = %s AND sequence = %s", unguarded.force.pk, sequence)
            assert broken(unguarded) == sequence


def test_what_was_added_behind_the_head_is_found(unguarded: World) -> None:
    """An event that nobody's step wrote does not hide behind the last one."""
    last = Event.objects.filter(authority=unguarded.force).last()
    assert last is not None
    last.pk, last.sequence = None, last.sequence + 1
    last.save()
    assert broken(unguarded) == last.sequence


def test_an_event_hashed_anew_breaks_the_next(unguarded: World) -> None:
    """To change one event unseen, all later ones have to be changed as well."""
    event = Event.objects.filter(authority=unguarded.force)[2]
    event.words = commitment(event.salt, "x", event.why)
    Event.objects.filter(pk=event.pk).update(detail="x", words=event.words, digest=event.link.digest)
    assert broken(unguarded) == event.sequence + 1


def test_what_cannot_even_be_read_is_named(unguarded: World) -> None:
    """SQLite lets a column hold what is not of its type; that is a broken link and no failure of the command."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL does not store what is not of the type of a column")
    for column, value in (("at", "never"), ("detail", b"\xff\xfe"), ("sequence", "x"), ("actor_id", 2.5), ("kind", 7)):
        with taken_back():
            run(
                f"UPDATE desk_event SET {column} = %s WHERE sequence = 5 AND authority_id = %s",  # noqa: S608  one of these
                value,
                unguarded.force.pk,
            )
            assert broken(unguarded) == 5
            run("DELETE FROM desk_event WHERE actor_id = 2.5")


def test_a_case_whose_whole_trail_is_gone_is_missed(unguarded: World) -> None:
    """Without any event and without a head the chain would be whole: the cases themselves tell."""
    run("DELETE FROM desk_event")
    run("DELETE FROM desk_trailhead")
    assert broken(unguarded) is None
    assert len(cases_without_trail([unguarded.force])) == 2


def test_words_are_emptied_only_when_the_case_was_destroyed(day: World) -> None:
    """The database lets the words of a destroyed case go, and nothing else; without that they are missed."""
    event = Event.objects.filter(authority=day.force, case__isnull=False).exclude(detail="").first()
    assert event is not None
    emptied = {"detail": "", "why": "", "salt": ""}
    with pytest.raises(DatabaseError, match=r"of the trail"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**emptied)
    Case.objects.filter(pk=event.case_id).update(destroyed_at=event.at)
    for more in ({"who": "x"}, {"detail": "x"}, {"facts": "[]"}, {"case": None}, {"words": "x"}):
        with pytest.raises(DatabaseError, match=r"of the trail"), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(**{**emptied, **more})
    Event.objects.filter(pk=event.pk).update(**emptied)
    # Who sets the mark by hand and empties the words is found, as no event of the trail says that it was destroyed.
    assert broken(day) == event.sequence
    assert event.case is not None
    record(event.case, EventKind.DESTROYED, None, "By the rule.")
    assert broken(day) is None
    last = Event.objects.filter(authority=day.force).last()
    assert last is not None
    with pytest.raises(DatabaseError, match=r"of the trail"), transaction.atomic():
        Event.objects.filter(pk=last.pk).update(**emptied)


def test_a_trail_can_begin_with_what_was_done_before(world: World) -> None:
    """In the order of its times, and only where nothing was written yet."""
    case = open_case(world)
    at = case.created_at
    with pytest.raises(ValueError, match="has a trail already"):
        begin_with(world.force, [])
    past = [Past(None, EventKind.CLOCK, at, world.outsider, f"{n}") for n in range(3)]
    past.append(Past(None, EventKind.CLOCK, at - timedelta(days=1), None, "before"))
    begin_with(world.elsewhere, past)
    assert verify_chain(world.elsewhere).events == 4
    told = list(Event.objects.filter(authority=world.elsewhere).values_list("detail", flat=True))
    assert told == ["before", "0", "1", "2"]
    record_for_force(world.elsewhere, EventKind.CLOCK, None, "after")
    assert verify_chain(world.elsewhere).events == 5


def test_a_trail_begins_with_what_is_done_within_in_the_order_of_its_times(world: World) -> None:
    """Steps and what is added stand in one chain; the trail of another force goes on meanwhile."""
    case = open_case(world)
    force, earlier = world.elsewhere, case.created_at - timedelta(days=1)
    with beginning(force) as past:
        record_for_force(force, EventKind.REGISTER_CHANGED, world.outsider, "now")
        past.append(Past(None, EventKind.CLOCK, earlier, None, "before"))
        record(case, EventKind.ASSIGNED, world.officer, "of the other force")
        assert not Event.objects.filter(authority=force).exists()
    told = list(Event.objects.filter(authority=force).order_by("sequence").values_list("detail", flat=True))
    assert told == ["before", "now"]
    record_for_force(force, EventKind.CLOCK, None, "after")
    assert verify_chain(force).events == 3
    assert verify_chain(world.force).broken is None
    assert case.events.filter(detail="of the other force").exists()
    with pytest.raises(ValueError, match="has a trail already"), beginning(force):
        pass


def test_a_beginning_that_goes_wrong_begins_nothing(world: World) -> None:
    """And what is done afterwards is written at once, as ever."""
    force = world.elsewhere

    def begin() -> None:
        with beginning(force):
            record_for_force(force, EventKind.REGISTER_CHANGED, world.outsider, "lost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begin()
    assert not Event.objects.filter(authority=force).exists()
    record_for_force(force, EventKind.REGISTER_CHANGED, world.outsider, "kept")
    assert verify_chain(force).events == 1


def test_a_letter_stored_with_other_bytes_is_found(world: World) -> None:
    """The trail keeps the digest of what was cleared and sent."""
    response = sent(world)
    assert letter_findings([world.force]) == []
    ResponseFile.objects.filter(name="horses.csv").update(content=b"Year,Horses\r\n")
    (found,) = letter_findings([world.force])
    assert f"case {response.case.reference}" in found
    assert "other bytes" in found


# Two at once


@pytest.mark.django_db(transaction=True)
def test_steps_at_the_same_time_wait_for_each_other() -> None:
    """Eight people at once leave a chain without gap or fork, whatever order the database gives them."""
    world = make_world()
    cases = [open_case(world).pk for _ in range(3)]
    failures: list[BaseException] = []

    def work(person: int) -> None:
        try:
            for turn in range(6):
                case = Case.objects.get(pk=cases[(person + turn) % 3])
                record(case, EventKind.ASSIGNED, world.officer, f"{person}.{turn}")
        except BaseException as error:  # noqa: BLE001  told by the test
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(person,)) for person in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    report = verify_chain(world.force)
    assert (report.whole, report.events) == (True, 3 + 8 * 6)


@pytest.mark.django_db(transaction=True)
def test_clearing_and_deciding_at_once_do_not_wait_for_ever() -> None:
    """Every step locks the case first, so that the one who clears and the one who decides take turns."""
    world = make_world()
    for _ in range(4):
        response = prepared(world, decide_all(world, open_case(world)))
        failures: list[BaseException] = []
        start = threading.Barrier(2)

        def step(
            action: Callable[[], object], failures: list[BaseException] = failures, start: threading.Barrier = start
        ) -> None:
            try:
                start.wait()
                action()
            except Refused:
                pass
            except BaseException as error:  # noqa: BLE001  told by the test
                failures.append(error)
            finally:
                connections.close_all()

        def change() -> None:
            decision = decision_on(response.case, "1")  # noqa: B023  joined below
            with changing(decision, decision.version, world.officer, "x"):
                pass

        threads = [
            threading.Thread(target=step, args=(lambda: clear(response.pk, response.digest, world.approver),)),  # noqa: B023
            threading.Thread(target=step, args=(change,)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
    assert verify_chain(world.force).whole


# The command and the heads that are kept elsewhere


def verify(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, ["verify", *arguments, "--format", "json"])
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def key(tmp_path: Path) -> str:
    path = tmp_path / "key"
    assert CliRunner().invoke(app, ["verify", "--new-key", str(path)]).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    return str(path)


def test_a_whole_trail_is_told_in_words_and_as_json(day: World) -> None:
    done = CliRunner().invoke(app, ["verify", "--letters"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == "The trail is whole."
    assert NAME not in done.stdout
    code, found = verify()
    assert (code, found["whole"], found["findings"]) == (0, True, [])
    assert [each["force"] for each in found["forces"]] == ["kingsferry", "westvale"]
    code, found = verify("--force", "westvale")
    assert [each["force"] for each in found["forces"]] == ["westvale"]


def test_the_first_broken_link_is_named_and_the_command_ends_with_1(unguarded: World) -> None:
    run("UPDATE desk_event SET why = 'x' WHERE sequence = 4 AND authority_id = %s", unguarded.force.pk)
    lay_guard(connection)
    code, found = verify()
    assert (code, found["whole"]) == (1, False)
    westvale = found["forces"][1]
    assert (westvale["whole"], westvale["events"], westvale["broken"]["sequence"]) == (False, 3, 4)
    done = CliRunner().invoke(app, ["verify"])
    assert (done.exit_code, "westvale: BROKEN at event 4" in done.stdout) == (1, True)
    assert "case 1A/26" in done.stdout


def test_an_unknown_force_is_bad_use(day: World) -> None:
    done = CliRunner().invoke(app, ["verify", "--force", "nowhere"])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "kingsferry, westvale" in done.stderr


def test_a_key_is_made_without_a_database(tmp_path: Path) -> None:
    """On the machine of whoever keeps it, as a process of its own; where no database is, one line tells so."""
    environment = {**os.environ, "CANDOUR_DATA_DIR": str(tmp_path), "CANDOUR_DATABASE": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "candour", "verify"]
    key = tmp_path / "key"
    subprocess.run([*command, "--new-key", str(key)], check=True, capture_output=True, env=environment)
    assert len(key.read_text(encoding="ascii").strip()) == 64
    refused = subprocess.run(command, check=False, capture_output=True, env=environment)
    assert (refused.returncode, refused.stderr.count(b"\n")) == (2, 1)
    assert b"there is no database" in refused.stderr


def test_heads_are_added_line_by_line_and_agree(day: World, key: str, tmp_path: Path) -> None:
    """Each run adds a signed line; later work keeps them true."""
    heads = str(tmp_path / "heads.jsonl")
    assert verify("--head", heads, "--key", key)[0] == 0
    record(Case.objects.first(), EventKind.ASSIGNED, None)  # type: ignore[arg-type]  # there is one
    assert verify("--head", heads, "--key", key, "--against", heads)[0] == 0
    assert len(Path(heads).read_text(encoding="utf-8").splitlines()) == 2
    code, found = verify("--against", heads, "--key", key)
    assert (code, found["heads_compared"]) == (0, 4)


def written_anew(world: World, first: int) -> None:
    """What an administrator with every right would do: change one event, and hash the rest and the head anew."""
    lift_guard(connection)
    previous = Event.objects.filter(authority=world.force, sequence=first - 1).values_list("digest", flat=True).get()
    for event in Event.objects.filter(authority=world.force, sequence__gte=first):
        event.previous = previous
        event.detail = "rewritten" if event.sequence == first else event.detail
        event.words = commitment(event.salt, event.detail, event.why)
        previous = event.link.digest
        changed = {"previous": event.previous, "detail": event.detail, "words": event.words, "digest": previous}
        Event.objects.filter(pk=event.pk).update(**changed)
    TrailHead.objects.filter(authority=world.force).update(digest=previous)
    lay_guard(connection)


def test_history_written_anew_is_whole_by_itself_and_found_by_a_head(day: World, key: str, tmp_path: Path) -> None:
    """The chain alone cannot tell: heads are for that."""
    heads = str(tmp_path / "heads.jsonl")
    verify("--head", heads, "--key", key)
    written_anew(day, 3)
    assert verify()[0] == 0
    code, found = verify("--against", heads, "--key", key)
    assert code == 1
    assert "history was written anew" in found["findings"][0]
    code, found = verify("--against", heads, "--key", key, "--head", heads)
    assert (code, "added" in found) == (1, False)


def test_a_trail_cut_short_with_its_head_is_found(day: World, key: str, tmp_path: Path) -> None:
    heads = str(tmp_path / "heads.jsonl")
    verify("--head", heads, "--key", key)
    lift_guard(connection)
    last = Event.objects.filter(authority=day.force).last()
    assert last is not None
    Event.objects.filter(pk=last.pk)._raw_delete("default")
    TrailHead.objects.filter(authority=day.force).update(sequence=last.sequence - 1, digest=last.previous)
    lay_guard(connection)
    assert verify()[0] == 0
    code, found = verify("--against", heads, "--key", key)
    assert (code, "no longer there" in found["findings"][0]) == (1, True)


def test_a_head_that_was_changed_or_taken_out_is_found(day: World, key: str, tmp_path: Path) -> None:
    """Nobody without the key can make the file agree with another history, nor take a line out of its middle."""
    path = tmp_path / "heads.jsonl"
    for _ in range(3):
        verify("--head", str(path), "--key", key)
        record_for_force(day.force, EventKind.REGISTER_CHANGED, None)
    first, second, third = path.read_text(encoding="utf-8").splitlines()
    digest = json.loads(second)["heads"][0][3]
    for lines, says in (
        ([first, second.replace(digest, "f" * 64), third], "changed, or signed with another key"),
        ([first, third], "a line was taken out"),
        ([second, third], "a line was taken out"),
    ):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        code, found = verify("--against", str(path), "--key", key)
        assert (code, says in found["findings"][0]) == (1, True)
    other = tmp_path / "other"
    CliRunner().invoke(app, ["verify", "--new-key", str(other)])
    path.write_text(f"{first}\n{second}\n{third}\n", encoding="utf-8")
    assert verify("--against", str(path), "--key", str(other))[0] == 1
    refused = CliRunner().invoke(app, ["verify", "--head", str(path), "--key", str(other)])
    assert (refused.exit_code, "Nothing was added" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--head", "heads.jsonl"], "name the file of the key"),
        (["--against", "absent.jsonl", "--key", "KEY"], "No such file"),
        (["--against", "KEY", "--key", "KEY"], "no head of a trail"),
        (["--against", "x", "--key", "short"], "a key has 32 characters or more"),
        (["--new-key", "KEY"], "File exists"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(  # noqa: PLR0917  what the test asks for
    day: World, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short").write_text("secret", encoding="utf-8")
    done = CliRunner().invoke(app, ["verify", *(key if each == "KEY" else each for each in arguments)])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr


def test_every_step_of_a_letters_way_leaves_an_event(world: World) -> None:
    """From clearance over sending to the end, and a mail server that fails is told as well."""
    response = cleared(world)
    before = response.case.events.count()
    send(response.pk, world.officer)
    kinds = [event.kind for event in response.case.events.all()][before:]
    assert kinds == [EventKind.SENDING, EventKind.CLOCK, EventKind.SENT]
