"""The second factor: setting it up, its codes, which count once, recovery codes, and where it is required."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin import site as admin_site
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from candour.desk.models import RecoveryCode, SecondFactor, SignInRecord, StaffMember, StaffSession
from candour.desk.sign_in import codes, second_factor
from candour.desk.sign_in.limits import LIMITS
from candour.sealing import Keys
from candour.site.config import Config
from desk.sign_in.signing import PASSWORD, app_code, give_password, set_up_app
from desk.world import NOW, World, make_staff, open_case

CODE, SET_UP, ACCOUNT = reverse("account:code"), reverse("account:set-up"), reverse("account:account")


@pytest.fixture
def will(world: World) -> StaffMember:
    """An officer with a password."""
    world.officer.set_password(PASSWORD)
    world.officer.save()
    return world.officer


@pytest.fixture
def later() -> Iterator[None]:
    """Some minutes after the app was set up, so that its first code is over."""
    with time_machine.travel(NOW + timedelta(minutes=5), tick=True):
        yield


def user_of(client: Client) -> str | None:
    """Whose account the session of the browser is."""
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(at: int, expected: str) -> None:
    """The test values of RFC 6238, appendix B, for SHA-1; ours are the last six of their eight figures."""
    assert codes.code(b"12345678901234567890", at // 30) == expected[-6:]


def test_what_the_app_scans_says_the_same_as_the_text() -> None:
    """The address for the app, with the key, the account and the name of the service."""
    secret = b"12345678901234567890"
    assert codes.address(secret, "Candour FOI", "will.westvale") == (
        "otpauth://totp/Candour%20FOI%3Awill.westvale?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Candour%20FOI"
    )
    assert codes.typed(secret).replace(" ", "") == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_an_app_is_set_up_with_its_first_code(will: StaffMember) -> None:
    """Until the code is given nothing changes; then ten recovery codes are shown, once, and kept as digests alone."""
    client = give_password(will)
    page = client.get(SET_UP).content.decode()
    assert 'src="data:image/svg+xml' in page
    assert codes.typed(second_factor.begun(will)) in page
    wrong = client.post(SET_UP, {"code": "000000"})
    assert "This code is not right" in wrong.content.decode()
    assert second_factor.factor_of(will) is None
    shown = client.post(SET_UP, {"code": app_code(will)}).content.decode()
    made = re.findall(r"<code>([a-z2-7-]+)</code>", shown)
    assert len(made) == codes.HOW_MANY == RecoveryCode.objects.count()
    assert not set(made) & set(RecoveryCode.objects.values_list("digest", flat=True))
    assert second_factor.factor_of(will) is not None
    assert codes.typed(codes.new_secret()) not in client.get(SET_UP, follow=True).content.decode()
    assert client.get(SET_UP).status_code == 302, "a secret that counts is shown to nobody again"


def test_the_secret_lies_sealed_in_the_database(will: StaffMember) -> None:
    """Whoever reads the database cannot make codes from it."""
    secret = second_factor.begun(will)
    assert secret not in bytes(SecondFactor.objects.get().sealed)


def test_setting_up_ends_the_sessions_that_were_begun_without_it(will: StaffMember) -> None:
    """Whoever has signed in elsewhere with the password alone is signed out."""
    elsewhere, here = give_password(will), give_password(will)
    here.post(SET_UP, {"code": app_code(will)})
    assert here.get(ACCOUNT).status_code == 200
    assert elsewhere.get(ACCOUNT).status_code == 302


def test_an_old_session_sets_nothing_up_without_the_password(will: StaffMember) -> None:
    """Somebody who finds a desk unlocked cannot lock its person out."""
    client = give_password(will)
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        refused = client.post(SET_UP, {"code": app_code(will), "password": "wrong"})
        assert "This is not your current password" in refused.content.decode()
        assert second_factor.factor_of(will) is None
        client.post(SET_UP, {"code": app_code(will), "password": PASSWORD})
        assert second_factor.factor_of(will) is not None


def test_the_password_alone_opens_nothing(will: StaffMember, later: None) -> None:
    """Between password and code nobody is signed in, neither at the desk nor in the administration."""
    set_up_app(will)
    StaffMember.objects.update(is_staff=True, is_superuser=True)
    client = give_password(will)
    assert user_of(client) is None
    for address in (reverse("desk:caseload"), ACCOUNT, SET_UP, reverse("admin:index")):
        assert reverse("desk:sign-in") in client.get(address, follow=True).redirect_chain[-1][0]
    assert client.post(CODE, {"code": "000000"}).status_code == 200
    assert user_of(client) is None
    assert client.post(CODE, {"code": app_code(will)}).status_code == 302
    assert user_of(client) == str(will.pk)


def test_the_code_leads_where_the_person_wanted_to_go(will: StaffMember, later: None) -> None:
    """And never to another site."""
    set_up_app(will)
    for wanted, found in (("/desk/reviews/", "/desk/reviews/"), ("https://evil.example/", "/desk/")):
        client = Client()
        client.post(reverse("desk:sign-in"), {"username": will.username, "password": PASSWORD, "next": wanted})
        SecondFactor.objects.update(last_step=0)
        assert client.post(CODE, {"code": app_code(will)}).headers["Location"] == found


def test_a_code_counts_once(will: StaffMember, later: None) -> None:
    """One that was read over a shoulder is of no use, nor is one from before it."""
    set_up_app(will)
    now = app_code(will)
    before = codes.code(second_factor._secret(SecondFactor.objects.get()), int(timezone.now().timestamp()) // 30 - 1)
    assert give_password(will).post(CODE, {"code": now}).status_code == 302
    for spent in (now, before):
        client = give_password(will)
        assert "This code is not right, or it was used already" in client.post(CODE, {"code": spent}).content.decode()
        assert user_of(client) is None


def test_a_clock_that_is_half_a_minute_wrong_is_borne_with_and_no_more(will: StaffMember) -> None:
    """The codes beside the present one are taken, those further off are not."""
    secret, now = codes.new_secret(), timezone.now()
    present = int(now.timestamp()) // 30
    taken = [
        step - present
        for step in range(present - 5, present + 6)
        if codes.step_of(codes.code(secret, step), secret, now)
    ]
    assert taken == [-1, 0, 1]


def test_a_recovery_code_counts_once(will: StaffMember, later: None) -> None:
    """It lets in once, however it is written, and says that it is used up."""
    made = set_up_app(will)
    client = give_password(will)
    entered = client.post(CODE, {"code": f" {made[3].upper()} "}, follow=True)
    assert "This recovery code is used up." in entered.content.decode()
    assert user_of(client) == str(will.pk)
    again = give_password(will)
    assert again.post(CODE, {"code": made[3]}).status_code == 200
    assert user_of(again) is None
    assert RecoveryCode.objects.count() == codes.HOW_MANY - 1


def test_where_the_key_that_seals_is_lost_a_recovery_code_lets_in(
    will: StaffMember, later: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The app’s codes are refused and the log of the server says why; an app can be set up again."""
    made = set_up_app(will)
    given = app_code(will)
    monkeypatch.setattr(Config, "seal_keys", lambda _: Keys.of_text("another key that seals, long enough"))
    client = give_password(will)
    assert "This code is not right" in client.post(CODE, {"code": given}).content.decode()
    assert "This was sealed with another key than those set now." in caplog.text
    client.post(CODE, {"code": made[0]})
    assert user_of(client) == str(will.pk)
    client.post(reverse("account:remove"), {"code": made[1]})
    assert client.get(SET_UP).status_code == 200


def test_a_code_seals_the_secret_under_the_key_of_today(
    will: StaffMember, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a key that was changed can be taken away once everybody has signed in."""
    set_up_app(will)
    old, new = Config().seal_keys().all[0].decode(), "another key that seals, long enough"
    monkeypatch.setattr(Config, "seal_keys", lambda _: Keys.of_text(f"{new}\n{old}"))
    assert give_password(will).post(CODE, {"code": app_code(will)}).status_code == 302
    monkeypatch.setattr(Config, "seal_keys", lambda _: Keys.of_text(new))
    SecondFactor.objects.update(last_step=0)
    assert give_password(will).post(CODE, {"code": app_code(will)}).status_code == 302


def test_a_set_up_that_was_begun_under_another_key_begins_anew(
    will: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has its secret in an app yet."""
    before = second_factor.begun(will)
    monkeypatch.setattr(Config, "seal_keys", lambda _: Keys.of_text("another key that seals, long enough"))
    assert second_factor.begun(will) != before
    assert second_factor.begun(will) == second_factor.begun(will)


def test_new_recovery_codes_end_the_old_ones(will: StaffMember, later: None) -> None:
    """With a code of the app or one of the old."""
    old = set_up_app(will)
    client = give_password(will)
    client.post(CODE, {"code": app_code(will)})
    shown = client.post(reverse("account:recovery-codes"), {"code": old[0]}).content.decode()
    made = re.findall(r"<code>([a-z2-7-]+)</code>", shown)
    assert len(made) == codes.HOW_MANY and not set(made) & set(old)
    assert give_password(will).post(CODE, {"code": old[1]}).status_code == 200
    assert give_password(will).post(CODE, {"code": made[0]}).status_code == 302


def test_codes_cannot_be_guessed_one_after_the_other(will: StaffMember, later: None) -> None:
    """After some wrong ones even the right one waits; a new sign-in with the password makes no further attempts."""
    made = set_up_app(will)
    for _ in range(LIMITS["code"].most):
        assert give_password(will).post(CODE, {"code": "000000"}).status_code == 200
    limited = give_password(will).post(CODE, {"code": made[0]})
    assert limited.status_code == 429
    assert "There were too many attempts that failed. Try again at" in limited.content.decode()
    assert SignInRecord.objects.filter(kind="limited", person=will).count() == 1


def test_who_waits_too_long_or_whose_password_changed_begins_again(will: StaffMember, later: None) -> None:
    """Half a sign-in is worth nothing after ten minutes, or once the password is another."""
    made = set_up_app(will)
    client, other = give_password(will), give_password(will)
    with time_machine.travel(NOW + timedelta(minutes=20), tick=True):
        assert client.post(CODE, {"code": made[0]}).headers["Location"] == reverse("desk:sign-in")
    will.set_password("another long passphrase")
    will.save()
    assert other.post(CODE, {"code": made[0]}).headers["Location"] == reverse("desk:sign-in")
    assert RecoveryCode.objects.count() == codes.HOW_MANY


def test_the_page_for_a_code_is_for_who_gave_a_password(db: None) -> None:
    """Anybody else is led to the sign-in."""
    assert Client().get(CODE).headers["Location"] == reverse("desk:sign-in")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_two_processes_that_are_given_one_code_one_takes_it(kind: str) -> None:
    """However close together they come."""
    person = make_staff(None, "will", "Will", "officer")
    made = set_up_app(person)
    SecondFactor.objects.update(last_step=0)
    given = app_code(person) if kind == "app" else made[0]
    start, results = threading.Barrier(4), []

    def once() -> None:
        start.wait()
        try:
            results.append(second_factor.check(RequestFactory().post(CODE), person, given))
        finally:
            connection.close()

    threads = [threading.Thread(target=once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(each) for each in results) == ["None"] * 3 + [{"app": "app", "recovery": "recovery code"}[kind]]


def test_removing_it_takes_a_code(will: StaffMember, later: None) -> None:
    """Then the password alone lets in again."""
    made = set_up_app(will)
    client = give_password(will)
    client.post(CODE, {"code": app_code(will)})
    client.post(reverse("account:remove"), {"code": "000000"})
    assert second_factor.factor_of(will)
    client.post(reverse("account:remove"), {"code": made[0]})
    assert second_factor.factor_of(will) is None
    assert user_of(give_password(will)) == str(will.pk)


def _addresses(patterns: Any, before: str = "/", names: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for each in patterns:
        path = before + re.sub(r"[\^$]|\\Z", "", str(each.pattern)).replace("\\", "")
        if isinstance(each, URLResolver):
            yield from _addresses(each.url_patterns, path, (*names, *([each.namespace] if each.namespace else [])))
        elif isinstance(each, URLPattern):
            filled = re.sub(r"<(?:(\w+):)?\w+>|\(\?P<\w+>[^)]*\)", lambda kind: "1" if kind[1] != "slug" else "x", path)
            yield ":".join((*names, str(each.name))), filled


STAFF_ADDRESSES = [
    (name, address)
    for name, address in _addresses(get_resolver("candour.site.urls").url_patterns)
    if address.startswith(("/desk/", "/admin/"))
]


def test_where_it_is_required_every_page_leads_to_the_set_up_first(will: StaffMember, settings: Settings) -> None:
    """Every page of the desk, of the account and of the administration, found by the list of addresses."""
    settings.CANDOUR_SECOND_FACTOR = "required"
    StaffMember.objects.update(is_staff=True, is_superuser=True)
    client = give_password(will)
    assert user_of(client) == str(will.pk)
    open_to_it = {"desk:sign-in", "desk:sign-out", "account:set-up"}
    seen = set()
    for name, address in STAFF_ADDRESSES:
        if name in open_to_it:
            continue
        answer = client.get(address)
        assert answer.status_code == 302, (name, address, answer.status_code)
        assert answer.headers["Location"].startswith(f"{SET_UP}?next="), (name, address)
        assert client.post(address).headers["Location"] == SET_UP, (name, address)
        seen.add(name)
    assert {"desk:case", "post:queue", "portal-staff:feedback", "admin:index", "account:account"} <= seen
    assert {
        f"admin:desk_{model._meta.model_name}_changelist"
        for model in admin_site._registry
        if model._meta.app_label == "desk"
    } <= seen
    page = client.get(SET_UP).content.decode()
    assert "Your force requires a second factor." in page


def test_who_has_set_it_up_goes_on_where_they_wanted_to(will: StaffMember, world: World, settings: Settings) -> None:
    """The page after the recovery codes is the one that was asked for, and it opens."""
    settings.CANDOUR_SECOND_FACTOR = "required"
    wanted = reverse("desk:case", args=[open_case(world).pk])
    client = give_password(will)
    leads = client.get(wanted).headers["Location"]
    client.get(leads)
    shown = client.post(SET_UP, {"code": app_code(will), "next": wanted}).content.decode()
    assert f'href="{wanted}"' in shown
    assert client.get(wanted).status_code == 200


def test_where_it_is_required_removing_it_leads_to_setting_up_another(
    will: StaffMember, settings: Settings, later: None
) -> None:
    """So a new telephone takes the place of the old, and nobody goes without."""
    settings.CANDOUR_SECOND_FACTOR = "required"
    made = set_up_app(will)
    client = give_password(will)
    client.post(CODE, {"code": made[0]})
    assert client.get(reverse("desk:caseload")).status_code == 200
    gone = client.post(reverse("account:remove"), {"code": made[1]}, follow=True)
    assert gone.redirect_chain[-1][0].startswith(SET_UP)


def test_public_pages_ask_nobody_for_it(will: StaffMember, settings: Settings) -> None:
    """The log and the links of tasks are open to everybody, signed in or not."""
    settings.CANDOUR_SECOND_FACTOR = "required"
    client = give_password(will)
    assert client.get(reverse("portal:log")).status_code == 200
    assert client.get(reverse("task", args=["unknown"])).status_code in {404, 410}


def test_the_log_tells_of_setting_up_and_removing(will: StaffMember, later: None) -> None:
    """In the order in which it happened."""
    made = set_up_app(will)
    client = give_password(will)
    client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": made[0]})
    client.post(reverse("account:remove"), {"code": made[1]})
    client.post(reverse("desk:sign-out"))
    told = [line.kind for line in SignInRecord.objects.filter(person=will).order_by("pk")]
    assert told == ["factor_set_up", "refused", "signed_in", "factor_removed", "signed_out"]
    assert StaffSession.objects.filter(person=will).count() == 0
