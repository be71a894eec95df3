"""Signing in as a person does, for tests."""

from __future__ import annotations

from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from candour.desk.models import SecondFactor, StaffMember
from candour.desk.sign_in import codes, second_factor
from candour.desk.sign_in.sessions import SessionStore

PASSWORD = "a long passphrase"


def give_password(person: StaffMember) -> Client:
    """A browser in which the person has given their password, and signed in with it if that is enough."""
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0")
    answer = client.post(reverse("desk:sign-in"), {"username": person.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def app_code(person: StaffMember) -> str:
    """What the app of the person shows now."""
    if not SecondFactor.objects.filter(person=person).exists():
        second_factor.begun(person)
    secret = second_factor._secret(SecondFactor.objects.get(person=person))
    return codes.code(secret, int(timezone.now().timestamp()) // 30)


def set_up_app(person: StaffMember) -> list[str]:
    """Set up an app a while ago, so that its present code is new; the recovery codes are returned."""
    given = app_code(person)
    made = second_factor.confirm(_some_request(), person, given)
    assert made is not None
    SecondFactor.objects.filter(person=person).update(last_step=0)
    return made


def _some_request() -> HttpRequest:
    request = RequestFactory().post("/")
    request.session = SessionStore()
    return request
