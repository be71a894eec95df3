"""“Your account”, and what an administrator does for somebody: each is written in the log of signing in."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from candour.desk.models import SignInRecord, StaffMember, StaffSession
from candour.desk.models.staff import Role
from candour.desk.sign_in import log, second_factor
from candour.desk.sign_in.limits import LIMITS
from desk.sign_in.signing import PASSWORD, give_password, set_up_app
from desk.world import World, make_staff

ACCOUNT, SESSIONS, NEW = reverse("account:account"), reverse("account:sessions"), reverse("account:password")
OTHER = "another long passphrase"


@pytest.fixture
def will(world: World) -> StaffMember:
    """An officer with a password."""
    world.officer.set_password(PASSWORD)
    world.officer.save()
    return world.officer


@pytest.fixture
def root(db: None) -> Client:
    """The browser of an administrator."""
    client = Client()
    client.force_login(StaffMember.objects.create_superuser("root"))
    return client


def words(answer: Any) -> str:
    """What the page says."""
    return html.unescape(answer.content.decode())


def is_in(client: Client) -> bool:
    """Whether the browser is still signed in."""
    return bool(client.get(ACCOUNT).status_code == 200)


def told(person: StaffMember) -> list[tuple[str, str]]:
    """What the log tells of the account, and who did it if it was somebody else."""
    return list(SignInRecord.objects.filter(person=person).order_by("pk").values_list("kind", "by"))


def act(root: Client, action: str, *people: StaffMember) -> str:
    """What the administration says after the action on these accounts."""
    form = {"action": action, "_selected_action": [person.pk for person in people]}
    return words(root.post(reverse("admin:desk_staffmember_changelist"), form, follow=True))


@pytest.mark.parametrize("role", Role.values)
def test_everybody_has_a_page_of_their_account_in_the_masthead(world: World, role: str) -> None:
    """Whatever they are, and though they have no force yet."""
    for force in (world.force, None):
        person = make_staff(force, f"{role}.{force}", "Una", role)
        client = Client()
        client.force_login(person)
        page = client.get(ACCOUNT)
        assert page.status_code == 200
        assert f'href="{ACCOUNT}" aria-current="page">Your account</a>' in page.content.decode()


@pytest.mark.parametrize("name", ["account", "password", "set-up", "remove", "recovery-codes", "sessions"])
def test_pages_of_an_account_are_for_who_has_signed_in(db: None, name: str) -> None:
    """Anybody else is led to the sign-in."""
    address = reverse(f"account:{name}")
    assert Client().get(address).headers["Location"] == f"{reverse('desk:sign-in')}?next={address}"


def test_people_see_where_they_are_signed_in_and_end_it_there(will: StaffMember) -> None:
    """With the browser in a few words; no key of a session stands on the page."""
    here, there = give_password(will), give_password(will)
    page = words(here.get(ACCOUNT))
    assert page.count("Firefox on Windows, from 127.0.0.1, since 27 March 2026, 10:00") >= 2
    assert not [key for key in StaffSession.objects.values_list("session_key", flat=True) if key in page]
    elsewhere = StaffSession.objects.exclude(session_key=here.session.session_key).get()
    here.post(SESSIONS, {"session": elsewhere.began_at.isoformat()})
    assert is_in(here) and not is_in(there)
    assert told(will)[-1] == ("ended", "")


def test_nobody_ends_the_session_of_somebody_else(will: StaffMember, world: World) -> None:
    """Whatever the form says, it ends sessions of its own person alone."""
    wendy = Client()
    wendy.force_login(world.approver)
    there = give_password(will)
    began = StaffSession.objects.get(person=will).began_at.isoformat()
    wendy.post(SESSIONS, {"session": began})
    wendy.post(SESSIONS)
    assert is_in(there)


def test_all_others_end_at_once(will: StaffMember) -> None:
    """And the one at hand stays."""
    others = [give_password(will) for _ in range(3)]
    here = give_password(will)
    assert "You are signed out everywhere else." in words(here.post(SESSIONS, follow=True))
    assert is_in(here) and not any(is_in(each) for each in others)


def test_the_password_is_changed_by_who_knows_it(will: StaffMember) -> None:
    """Every other session ends; the rules of passwords hold."""
    here, there = give_password(will), give_password(will)
    form = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
    assert "This is not your current password" in words(here.post(NEW, form | {"old_password": "wrong"}))
    assert "too short" in words(here.post(NEW, form | {"new_password1": "short", "new_password2": "short"}))
    assert "Your password is changed." in words(here.post(NEW, form, follow=True))
    assert is_in(here) and not is_in(there)
    will.refresh_from_db()
    assert will.check_password(OTHER)
    assert told(will)[-2:] == [("refused", ""), ("password_changed", "")]


def test_the_current_password_cannot_be_guessed_in_a_session_that_was_found_open(will: StaffMember) -> None:
    """After some wrong ones the right one waits too."""
    client = give_password(will)
    form = {"old_password": "wrong", "new_password1": OTHER, "new_password2": OTHER}
    for _ in range(LIMITS["password"].most):
        client.post(NEW, form)
    assert "There were too many attempts that failed." in words(client.post(NEW, form | {"old_password": PASSWORD}))
    will.refresh_from_db()
    assert will.check_password(PASSWORD)


def test_who_has_no_password_is_offered_none_to_change(will: StaffMember) -> None:
    """They sign in through the identity provider, which asks for the second factor too."""
    will.set_unusable_password()
    will.save()
    client = Client()
    client.force_login(will)
    page = words(client.get(ACCOUNT))
    assert "Second factor" not in page and reverse("account:password") not in page
    assert client.get(NEW).status_code == 302


def test_the_page_tells_what_happened_on_the_account_and_nothing_of_others(will: StaffMember, world: World) -> None:
    """So that somebody notices what they did not do."""
    Client(REMOTE_ADDR="203.0.113.7").post(reverse("desk:sign-in"), {"username": will.username, "password": "wrong"})
    page = words(give_password(will).get(ACCOUNT))
    assert "Refused, wrong name or password" in page and "203.0.113.7" in page
    wendy = Client()
    wendy.force_login(world.approver)
    assert "203.0.113.7" not in words(wendy.get(ACCOUNT))


def test_an_administrator_takes_a_lost_second_factor_away(will: StaffMember, root: Client) -> None:
    """Its person signs in with the password alone and sets up another; their sessions end, and the log names both."""
    set_up_app(will)
    there = Client()
    there.force_login(will)
    assert "Second factor taken away: Will Hart." in act(root, "take_away_second_factor", will)
    assert second_factor.factor_of(will) is None and not is_in(there)
    assert is_in(give_password(will))
    assert ("factor_removed", "root") in told(will)
    assert "none of them had any" in act(root, "take_away_second_factor", will)


def test_an_administrator_signs_somebody_out_everywhere(will: StaffMember, root: Client) -> None:
    """When a laptop was left in a train."""
    there = give_password(will)
    act(root, "end_sessions", will)
    assert not is_in(there)
    assert told(will)[-1] == ("ended", "root")


def test_who_signs_out_of_the_administration_is_out_and_in_the_log(root: Client) -> None:
    """As at the desk."""
    assert root.post(reverse("admin:logout")).status_code == 302
    assert not is_in(root)
    assert SignInRecord.objects.get().kind == "signed_out"


def test_a_password_that_an_administrator_sets_is_in_the_log(will: StaffMember, root: Client) -> None:
    """With who set it."""
    there = give_password(will)
    form = {"password1": OTHER, "password2": OTHER, "usable_password": "true"}
    root.post(reverse("admin:auth_user_password_change", args=[will.pk]), form)
    assert told(will)[-1] == ("password_changed", "root") and not is_in(there)


def test_another_name_at_the_provider_ties_the_account_anew(will: StaffMember, root: Client) -> None:
    """An administrator who enters it means another person there."""
    StaffMember.objects.filter(pk=will.pk).update(
        provider_issuer="https://x", provider_subject="1", provider_name="a@x"
    )
    address = reverse("admin:desk_staffmember_change", args=[will.pk])
    initial = root.get(address).context["adminform"].form.initial
    form = {name: value for name, value in initial.items() if isinstance(value, str | int) and value is not False}
    form |= {"provider_name": "B@x", "date_joined_0": "2026-03-01", "date_joined_1": "10:00:00"}
    assert root.post(address, form).status_code == 302
    will.refresh_from_db()
    assert (will.provider_name, will.provider_subject) == ("b@x", "")
    assert told(will) == [("untied", "root")]


def test_the_log_is_read_by_administrators_and_changed_by_nobody(will: StaffMember, root: Client) -> None:
    """Not even by a superuser; a line goes after a year."""
    give_password(will)
    line = SignInRecord.objects.get()
    page = words(root.get(reverse("admin:desk_signinrecord_changelist")))
    assert "Signed in" in page and will.username in page and "Westvale Police" in page
    for name in ("change", "delete"):
        address = reverse(f"admin:desk_signinrecord_{name}", args=[line.pk])
        assert root.post(address, {"post": "yes", "kind": "refused"}).status_code == 403
    assert root.get(reverse("admin:desk_signinrecord_add")).status_code == 403
    SignInRecord.objects.filter(pk=line.pk).update(at=timezone.now() - log.KEPT)
    log.forget_old()
    assert not SignInRecord.objects.exists()


def test_old_sessions_are_cleared_as_others_begin(will: StaffMember, settings: Settings) -> None:
    """So that nobody has to do it."""
    give_password(will)
    StaffSession.objects.update(expire_date=timezone.now() - log.KEPT)
    give_password(will)
    assert StaffSession.objects.count() == 1
