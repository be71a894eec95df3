"""How often one may try to sign in: by account and by address, the same in every process, and telling nothing."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candour.desk.models import SignInAttempts, SignInKind, SignInRecord, StaffMember
from candour.desk.sign_in import limits
from candour.desk.sign_in.limits import LIMITS, Limited, give_back, take
from desk.world import NOW, World

PASSWORD = "a long passphrase"
PAGE = reverse("desk:sign-in")
MOST = LIMITS["account"].most


@pytest.fixture
def will(world: World) -> StaffMember:
    """An officer with a password."""
    world.officer.set_password(PASSWORD)
    world.officer.save()
    return world.officer


def attempt(username: str, password: str = "wrong", address: str = "192.0.2.1") -> Any:  # noqa: S107  a wrong one
    """One attempt in a browser of its own."""
    return Client(REMOTE_ADDR=address).post(PAGE, {"username": username, "password": password})


def words(answer: HttpResponse) -> str:
    """What the page says, without the token of its form and without the name that was typed."""
    page = re.sub(r'value="[^"]*"', "", answer.content.decode())
    return re.sub(r"\s+", " ", page)


def in_thread(work: Any, results: list[Any]) -> threading.Thread:
    """A thread with a connection of its own, as another process has."""

    def run() -> None:
        try:
            results.append(work())
        finally:
            connection.close()

    return threading.Thread(target=run)


def test_after_too_many_wrong_passwords_even_the_right_one_waits(will: StaffMember) -> None:
    """Whoever guesses learns nothing more until the time is over; then the person comes in."""
    for place in range(MOST):
        assert attempt(will.username, address=f"192.0.2.{place}").status_code == 200
    limited = attempt(will.username, PASSWORD, address="198.51.100.1")
    assert limited.status_code == 429
    assert "There were too many attempts that failed. Try again at 10:16." in limited.content.decode()
    with time_machine.travel(NOW + LIMITS["account"].within + timedelta(minutes=1), tick=True):
        assert attempt(will.username, PASSWORD).status_code == 302


def test_a_name_is_counted_however_it_is_written(will: StaffMember) -> None:
    """Capital letters and spaces make no further attempts."""
    for place in range(MOST):
        attempt([f" {will.username} ", will.username.upper()][place % 2])
    assert attempt(will.username, PASSWORD).status_code == 429


def test_one_address_may_not_try_many_names(will: StaffMember) -> None:
    """An address is limited whatever the names; another address is not."""
    for place in range(LIMITS["address"].most):
        attempt(f"somebody.{place}")
    assert attempt(will.username, PASSWORD).status_code == 429
    assert attempt(will.username, PASSWORD, address="198.51.100.1").status_code == 302


def test_who_signs_in_rightly_uses_nothing_up(will: StaffMember) -> None:
    """A force that signs in from one address all day is not limited, nor is a person who signs in often."""
    for _ in range(MOST + 2):
        assert attempt(will.username, PASSWORD).status_code == 302
    assert {counted.taken for counted in SignInAttempts.objects.all()} == {0}


def test_the_count_does_not_tell_whether_somebody_signed_in_meanwhile(will: StaffMember) -> None:
    """A right password takes back its own attempt alone: the guesses of somebody else stay counted."""
    for _ in range(MOST - 1):
        attempt(will.username)
    assert attempt(will.username, PASSWORD).status_code == 302
    assert attempt(will.username).status_code == 200
    assert attempt(will.username).status_code == 429


@pytest.mark.parametrize("state", ["known", "unknown", "inactive", "without a password"])
def test_an_account_that_is_there_is_answered_like_one_that_is_not(
    will: StaffMember, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words, the same work (one password is hashed, the same queries are made), and the same limit."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or encode(self, password, salt),
    )
    if state == "inactive":
        StaffMember.objects.update(is_active=False)
    if state == "without a password":
        will.set_unusable_password()
        will.save()
    name = "nobody.at.all" if state == "unknown" else will.username
    with CaptureQueriesContext(connection) as asked:
        first = attempt(name)
    assert "The username or the password is not right." in words(first)
    assert len(hashed) == 1
    tables = [re.findall(r'"(desk_\w+)"', query["sql"])[:1] for query in asked if "desk_" in query["sql"]]
    assert tables == [["desk_signinattempts"]] * 8 + [["desk_staffmember"]] * 2 + [["desk_signinrecord"]]
    hashed.clear()
    for _ in range(MOST - 1):
        attempt(name)
    hashed.clear()
    limited = attempt(name)
    assert (limited.status_code, hashed) == (429, []), "nothing is looked at any more"
    assert "There were too many attempts that failed." in words(limited)
    assert not SignInRecord.objects.filter(kind=SignInKind.SIGNED_IN).exists()


def test_the_log_tells_of_each_refusal_and_once_of_a_limit(will: StaffMember) -> None:
    """Whose account, from where; and never what was typed where a name belongs, since it may be a password."""
    for _ in range(MOST + 3):
        attempt(will.username)
    attempt("My secret passphrase")
    told = [(line.kind, line.who, line.address) for line in SignInRecord.objects.order_by("pk")]
    assert told == [
        *[("refused", will.username, "192.0.2.1")] * MOST,
        ("limited", will.username, "192.0.2.1"),
        ("refused", "", "192.0.2.1"),
    ]
    assert not SignInRecord.objects.filter(detail__icontains="secret").exists()
    attempt(will.username, PASSWORD, "192.0.2.9")


def test_counts_keep_neither_names_nor_addresses(will: StaffMember) -> None:
    """They are told by keyed digests, and deleted once their time is over."""
    attempt(will.username)
    kept = str(list(SignInAttempts.objects.values()))
    assert will.username not in kept and "192.0.2.1" not in kept
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        attempt(will.username, PASSWORD)
        limits.forget_old()
    assert SignInAttempts.objects.filter(since__lt=NOW + timedelta(minutes=30)).count() == 0


@pytest.mark.django_db(transaction=True)
def test_processes_that_try_at_once_share_one_limit() -> None:
    """Of thirty attempts at the same moment over connections of their own, exactly as many as allowed come through."""
    start, results = threading.Barrier(30), []

    def once() -> str:
        start.wait()
        try:
            take("account", "will")
        except Limited:
            return "limited"
        return "tried"

    threads = [in_thread(once, results) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["limited"] * (30 - MOST) + ["tried"] * MOST


def test_what_is_given_back_may_be_tried_again(db: None) -> None:
    """An attempt that was right does not count; what was never taken is not given back."""
    give_back("code", "1")
    for _ in range(LIMITS["code"].most):
        take("code", "1")
    give_back("code", "1")
    take("code", "1")
    with pytest.raises(Limited):
        take("code", "1")


def test_the_administration_has_no_sign_in_of_its_own(will: StaffMember) -> None:
    """Its address leads to the sign-in of the desk, and takes no password."""
    login = reverse("admin:login")
    for answer in (
        Client().get(login, {"next": reverse("admin:index")}),
        Client().post(login, {"username": will.username, "password": PASSWORD}),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{PAGE}?next=/admin/")
        assert "sessionid" not in answer.cookies
    assert (
        Client().get(reverse("admin:desk_staffmember_changelist"), follow=True).redirect_chain[-1][0].startswith(PAGE)
    )


def test_who_does_not_administer_is_told_so_and_not_sent_in_circles(will: StaffMember) -> None:
    """An officer who opens the administration reads that it is not theirs."""
    client = Client()
    client.force_login(will)
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403
    assert "Your account does not administer accounts and settings." in answer.content.decode()
