"""A letter is cleared by a chain that a rule gives it: who may, in which order, and of which bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from candour.desk.answering.letter import load
from candour.desk.caseload.profile import set_profile
from candour.desk.clearing.clear import bypass, clear, send_back
from candour.desk.clearing.passages import comment, passages_of, settle, still_open_elsewhere
from candour.desk.clearing.put_up import prepare
from candour.desk.clearing.rules import ClearanceRulesError, default_rules, read_rules
from candour.desk.models import Case, Event, EventKind, Profile, Response, ResponseState, StaffMember
from candour.desk.publishing.publish import publish
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.reviewing.bundle import bundle_of
from candour.letters.response import Answer
from candour.post.send import send
from candour.site.demo import decide
from desk.world import NAME, TODAY, World, decide_all, denial, disclosure, make_staff, open_case, portion, prepared

EXAMPLE = (Path(__file__).parents[3] / "docs" / "examples" / "clearance.toml").read_text(encoding="utf-8")


@pytest.fixture
def people(world: World) -> dict[str, StaffMember]:
    """Somebody of each role that has a part in a clearance, in a force with the rules of the example."""
    world.force.clearance = EXAMPLE
    world.force.full_clean()
    world.force.save()
    roles = {"legal": "legal", "press": "press", "manager": "manager", "peer": "officer", "chief": "manager"}
    return {name: make_staff(world.force, name, name.title(), role) for name, role in roles.items()}


def names(letter: Response) -> list[list[str]]:
    """The steps of the letter, round by round."""
    rounds: dict[int, list[str]] = {}
    for step in letter.steps.all():
        rounds.setdefault(step.round, []).append(step.key)
    return list(rounds.values())


def high(world: World) -> Response:
    """A letter of a high-profile case, up for clearance."""
    case = decide_all(world, open_case(world))
    set_profile(case.pk, Profile.HIGH, "In the news.", world.officer)
    return prepared(world, Case.objects.get(pk=case.pk))


# Which chain


def test_the_first_rule_that_fits_gives_the_chain(world: World, people: dict[str, StaffMember]) -> None:
    """By profile before outcome, by what stands in this letter alone, and one approver for what is left."""
    case = decide_all(world, open_case(world))
    assert names(prepare(case.pk, TODAY, world.officer, portion=portion(case, "2"))) == [["approver"]]
    other = decide_all(world, open_case(world))
    assert names(prepare(other.pk, TODAY, world.officer, portion=portion(other, "1"))) == [["approver"], ["legal"]]
    assert names(high(world)) == [["peer"], ["legal", "press"], ["chief"]]


def test_without_rules_of_its_own_a_force_has_one_approver(world: World) -> None:
    """The plain way needs no setting."""
    assert names(prepared(world)) == [["approver"]]
    assert [rule.name for rule in default_rules()] == ["Every letter"]


def test_words_of_the_request_choose_a_rule(world: World, people: dict[str, StaffMember]) -> None:
    """The topic is what stands in the title or in a question, as whole words."""
    rule = '[[rules]]\nname = "Topic"\nwords = ["horses"]\nsteps = [["peer"], ["chief"]]\n\n'
    world.force.clearance = EXAMPLE.replace("[[rules]]", f"{rule}[[rules]]", 1)
    world.force.save()
    assert names(prepared(world)) == [["peer"], ["chief"]]
    world.force.clearance = world.force.clearance.replace("horses", "horse")
    world.force.save()
    assert names(prepared(world)) == [["approver"], ["legal"]]


BROKEN = {
    "no TOML": ("[steps.peer]", "[steps.peer"),
    "an unknown role": ('roles = ["press"]', 'roles = ["clerk"]'),
    "an unknown step": ('[["approver"], ["legal"]]', '[["approver"], ["lawyer"]]'),
    "a step twice": ('[["approver"], ["legal"]]', '[["approver"], ["approver"]]'),
    "five steps": ('[["approver"], ["legal"]]', '[["approver", "legal", "peer", "press", "chief"]]'),
    "no step": ('[["approver"], ["legal"]]', "[]"),
    "an empty round": ('[["approver"], ["legal"]]', '[["approver"], []]'),
    "only for information": ('[["approver"], ["legal"]]', '[["press"]]'),
    "an unknown outcome": ('["ncnd"]', '["perhaps"]'),
    "an unknown profile": ('["high"]', '["enormous"]'),
    "an unknown kind of letter": ('["answer"]', '["postcard"]'),
    "no section": ('["36"]', '["section 36"]'),
    "an unknown key": ('sections = ["36"]', 'section = ["36"]'),
    "no rule for the rest": ('name = "Every other letter"', 'name = "Every other letter"\noutcomes = ["ncnd"]'),
    "a rule for all before the last": ('sections = ["36"]\n', ""),
    "a text for a list": ('sections = ["36"]', 'sections = "36"'),
}


@pytest.mark.parametrize("what", BROKEN)
def test_rules_that_cannot_be_used_are_refused(world: World, what: str) -> None:
    """When an administrator saves them, with the entry that is wrong; nothing else is stored."""
    old, new = BROKEN[what]
    assert old in EXAMPLE
    text = EXAMPLE.replace(old, new, 1)
    with pytest.raises(ClearanceRulesError):
        read_rules(text)
    world.force.clearance = text
    with pytest.raises(ValidationError, match="clearance"):
        world.force.full_clean()


# Who, in which order, of what


def test_steps_go_in_rounds_and_in_parallel(world: World, people: dict[str, StaffMember]) -> None:
    """The second round waits for the first, its steps take any order, and what only informs holds nothing up."""
    letter = high(world)
    with pytest.raises(NotAllowed, match=r"Your step comes later\. The letter waits for: Officer’s peer"):
        clear(letter.pk, letter.digest, people["legal"])
    clear(letter.pk, letter.digest, people["press"])
    clear(letter.pk, letter.digest, people["peer"])
    clear(letter.pk, letter.digest, people["legal"])
    letter.refresh_from_db()
    assert letter.state == ResponseState.AWAITING_CLEARANCE
    with pytest.raises(Refused, match="not been cleared"):
        send(letter.pk, world.officer)
    cleared = clear(letter.pk, letter.digest, people["chief"])
    assert (cleared.state, cleared.cleared_by) == (ResponseState.CLEARED, people["chief"])
    assert {step.digest for step in cleared.steps.all()} == {letter.digest}
    assert Event.objects.filter(case=letter.case, kind=EventKind.STEP_CLEARED).count() == 4
    assert send(letter.pk, world.officer).state == ResponseState.SENT


def test_what_only_informs_does_not_hold_up_the_letter(world: World, people: dict[str, StaffMember]) -> None:
    """The press office may be away."""
    letter = high(world)
    for name in ("peer", "legal", "chief"):
        letter = clear(letter.pk, letter.digest, people[name])
    assert letter.state == ResponseState.CLEARED


def test_nobody_clears_a_letter_they_made_or_two_steps_of_one(world: World, people: dict[str, StaffMember]) -> None:
    """Refused by the step, and two steps of one person by the database as well."""
    letter = high(world)
    with pytest.raises(NotAllowed, match="had a hand in this letter"):
        clear(letter.pk, letter.digest, world.officer)
    clear(letter.pk, letter.digest, people["manager"])
    clear(letter.pk, letter.digest, people["legal"])
    with pytest.raises(NotAllowed, match="nobody takes two"):
        clear(letter.pk, letter.digest, people["manager"])
    step = letter.steps.get(key="chief")
    step.done_by = people["manager"]
    with pytest.raises(IntegrityError), transaction.atomic():
        step.save()


def test_each_step_is_bound_to_the_bytes(world: World, people: dict[str, StaffMember]) -> None:
    """One byte of an attachment changed after the first step stops the second, and after the last the sending."""
    letter = high(world)
    clear(letter.pk, letter.digest, people["peer"])
    file = letter.files.get(purpose="attachment")
    kept = bytes(file.content)
    type(file).objects.filter(pk=file.pk).update(content=kept + b" ")
    with pytest.raises(Refused, match="not the one that you read"):
        clear(letter.pk, letter.digest, people["legal"])
    type(file).objects.filter(pk=file.pk).update(content=kept)
    for name in ("legal", "chief"):
        clear(letter.pk, letter.digest, people[name])
    letter.steps.filter(key="peer").update(digest="0" * 64)
    with pytest.raises(Refused, match="not those that were cleared"):
        send(letter.pk, world.officer)


def test_anybody_of_the_chain_sends_it_back_with_a_reason(world: World, people: dict[str, StaffMember]) -> None:
    """The next version goes through the whole chain anew."""
    letter = high(world)
    clear(letter.pk, letter.digest, people["peer"])
    send_back(letter.pk, "Name the limb.", people["legal"])
    again = prepare(letter.case_id, TODAY, world.officer)
    assert [step.done_by for step in again.steps.all()] == [None] * 4


# Emergency


def test_a_bypass_stays_in_red_for_ever(world: World, people: dict[str, StaffMember], client: Client) -> None:
    """On the case, in the trail, and beside the entry of the log for staff; readers do not see it."""
    letter = high(world)
    with pytest.raises(NotAllowed, match="Only a manager"):
        bypass(letter.pk, letter.digest, "Tonight.", world.approver)
    with pytest.raises(Refused, match="why the letter cannot wait"):
        bypass(letter.pk, letter.digest, "  ", people["chief"])
    cleared = bypass(letter.pk, letter.digest, "The court wants it tonight.", people["chief"])
    assert cleared.state == ResponseState.CLEARED
    assert all(step.bypassed and step.done_by is None for step in cleared.steps.all())
    client.force_login(world.officer)
    send(letter.pk, world.officer)
    entry = publish(letter.pk, world.officer)
    for name in ("case", "publish"):
        page = client.get(reverse(f"desk:{name}", args=[letter.case_id])).content.decode()
        assert '<strong class="candour-red">Clearance was bypassed in an emergency' in page
        assert "The court wants it tonight." in page
    assert (
        "candour-timeline__title candour-red"
        in client.get(reverse("desk:case", args=[letter.case_id])).content.decode()
    )
    public = client.get(reverse("portal:entry", args=[world.force.slug, entry.slug])).content.decode()
    assert "bypassed" not in public and "court wants" not in public
    with zipfile.ZipFile(io.BytesIO(bundle_of(load(letter.case_id)))) as bundle:
        first, done = (bundle.read(name).decode() for name in ("index.html", "trail.html"))
    assert '<span class="alarm">Clearance was bypassed in an emergency</span>' in first
    assert "The court wants it tonight." in first and '<dt class="alarm">' in done


def test_a_manager_who_made_the_letter_does_not_bypass_its_clearance(world: World) -> None:
    """An emergency is no way round the second pair of eyes."""
    manager = make_staff(world.force, "m", "Mo", "manager")
    case = decide_all(world, open_case(world))
    letter = prepare(case.pk, TODAY, manager)
    with pytest.raises(NotAllowed, match="another manager"):
        bypass(letter.pk, letter.digest, "Tonight.", manager)


# Comments


def test_a_comment_stands_at_its_passage_and_holds_the_letter_up(world: World, people: dict[str, StaffMember]) -> None:
    """Until it is settled; the requester's name is not in what is quoted."""
    letter = prepared(world)
    named = next(each for each in passages_of(letter) if each.text.startswith("Dear"))
    said = comment(letter.pk, named.number, "Say who signs.", people["legal"])
    assert NAME not in said.quote
    assert [each.number for each in passages_of(letter) if each.is_open] == [named.number]
    with pytest.raises(Refused, match="a comment that is not settled"):
        clear(letter.pk, letter.digest, world.approver)
    settle(said.pk, "It is right.", world.officer)
    with pytest.raises(Refused, match="settled already"):
        settle(said.pk, "x", world.officer)
    clear(letter.pk, letter.digest, world.approver)
    with pytest.raises(Refused, match="no such passage"):
        comment(letter.pk, 999, "x", world.approver)


def test_a_comment_outlives_the_version_that_it_is_on(world: World, people: dict[str, StaffMember]) -> None:
    """After the letter went back, the next one shows what was not settled."""
    letter = prepared(world)
    said = comment(letter.pk, 3, "Say more here.", people["press"])
    send_back(letter.pk, "See the comment.", world.approver)
    again = prepare(letter.case_id, TODAY, world.officer)
    assert still_open_elsewhere(again) == [said]
    settle(said.pk, "Said more.", world.officer)
    assert still_open_elsewhere(again) == []


def test_the_page_does_it_all(world: World, people: dict[str, StaffMember], client: Client) -> None:
    """A legal adviser comments, an officer settles, a peer clears, the press office notes; the auditor only reads."""
    letter = high(world)
    path = reverse("desk:clearance", args=[letter.case_id])

    def post(who: StaffMember, **data: str) -> str:
        client.force_login(who)
        return client.post(path, data, follow=True).content.decode()

    client.force_login(people["legal"])
    page = client.get(path, {"passage": "2"}).content.decode()
    assert "Comment on passage 2" in page and "it waits for them now" in page
    assert "Enter what should change" in post(people["legal"], action="comment", passage="2")
    assert "until it is settled" in post(
        people["legal"], action="comment", passage="2", **{"comment-text": "Which force?"}
    )
    said = letter.comments.get()
    client.force_login(world.officer)
    assert "Settle a comment" in client.get(path, {"said": said.pk}).content.decode()
    assert "The comment is settled" in post(world.officer, action="settle", said=str(said.pk), **{"settle-how": "x"})
    assert "waits for the others" in post(people["peer"], action="clear", digest=letter.digest)
    assert "waits for the others" in post(people["press"], action="clear", digest=letter.digest)
    auditor = make_staff(world.force, "auditor", "Ada", "auditor")
    client.force_login(auditor)
    assert client.get(path).status_code == 200
    assert client.post(path, {"action": "clear", "digest": letter.digest}).status_code == 403
    assert client.post(path, {"action": "comment", "passage": "1", "comment-text": "x"}).status_code == 403


def test_the_profile_is_changed_by_page_and_not_under_a_letter(world: World, client: Client) -> None:
    """The chain of a letter that is up stays the one it was put up with."""
    case = open_case(world)
    client.force_login(world.officer)
    path = reverse("desk:profile", args=[case.pk])
    assert "Enter why" in client.post(path, {"profile": "high"}).content.decode()
    assert client.post(path, {"profile": "high", "why": "In the news."}).status_code == 302
    case.refresh_from_db()
    assert case.profile == "high"
    given, exhibit = disclosure()
    decide(case, Answer(denial(), ("1",)), world.officer)
    decide(case, Answer(given, ("2",), (exhibit,)), world.officer)
    prepared(world, case)
    assert "a letter is on its way" in client.post(path, {"profile": "ordinary", "why": "x"}).content.decode()


def test_the_page_of_a_clearance_takes_as_many_queries_for_many_comments(
    world: World, people: dict[str, StaffMember], client: Client, django_assert_max_num_queries: object
) -> None:
    """However many comments stand on a letter."""
    letter = high(world)
    client.force_login(people["legal"])
    path = reverse("desk:clearance", args=[letter.case_id])
    for number in range(1, 12):
        comment(letter.pk, number, "x", people["legal"])
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        client.get(path)
