"""Signing in through the identity provider of the force, against a provider that really signs and is really asked."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from joserfc.jws import JWSRegistry
from pytest_django import Settings

from candour.desk.models import SignInRecord, StaffMember
from candour.site.config import Config
from desk.sign_in.identity_provider import CLIENT, SECRET, Provider, running
from desk.sign_in.signing import PASSWORD, give_password, set_up_app
from desk.world import NOW, World

NAME = "will.okafor@westvale.example"
TO, BACK = reverse("account:to-provider"), reverse("account:from-provider")


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """The provider of the force, for which the desk is set up."""
    with running() as found:
        settings.CANDOUR_IDENTITY_PROVIDER = found.settings()
        yield found


@pytest.fixture
def will(world: World) -> StaffMember:
    """An officer in whose account an administrator has entered a name at the provider."""
    world.officer.set_password(PASSWORD)
    world.officer.provider_name = " Will.Okafor@Westvale.example "
    world.officer.save()
    return world.officer


def come(provider: Provider, client: Client | None = None, wanted: str = "") -> tuple[Client, Any]:
    """Sign in there and come back, in a browser; what is answered is returned."""
    client = client or Client()
    there = client.get(TO, {"next": wanted} if wanted else {})
    assert there.status_code == 302, there.content.decode()
    return client, client.get(provider.page(there.headers["Location"]))


def user_of(client: Client) -> str | None:
    """Whose account the session of the browser is."""
    return client.session.get("_auth_user_id")


def words(answer: Any) -> str:
    """What the page says."""
    return html.unescape(answer.content.decode())


def test_who_has_an_account_comes_in(will: StaffMember, provider: Provider) -> None:
    """The first time by the name, which ties the account to the identity; the log tells of both."""
    client, answer = come(provider, wanted="/desk/reviews/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/reviews/")
    assert user_of(client) == str(will.pk)
    will.refresh_from_db()
    assert (will.provider_issuer, will.provider_subject) == (provider.address, "4f1e")
    assert [line.kind for line in SignInRecord.objects.order_by("pk")] == ["tied", "signed_in"]
    assert "You signed in with your Westvale account." in words(client.get(reverse("account:account")))
    assert client.session.get_expiry_age() > timedelta(hours=11).total_seconds(), "a whole session, no half one"


def test_the_page_offers_it_beside_the_password(will: StaffMember, provider: Provider) -> None:
    """With where the person wanted to go; and where there is no provider, its addresses are none."""
    page = words(Client().get(reverse("desk:sign-in"), {"next": "/desk/reviews/?a=1&b=2"}))
    assert "Sign in with your Westvale account" in page
    assert f'href="{TO}?next=%2Fdesk%2Freviews%2F%3Fa%3D1%26b%3D2"' in page


@pytest.mark.parametrize("address", [TO, BACK])
def test_without_a_provider_there_is_no_such_page(db: None, address: str) -> None:
    """Nor is anything offered."""
    assert Client().get(address).status_code == 404
    assert "Or with a password" not in words(Client().get(reverse("desk:sign-in")))


def test_nobody_is_led_to_another_site(will: StaffMember, provider: Provider) -> None:
    """Whatever the link said."""
    assert come(provider, wanted="https://evil.example/")[1].headers["Location"] == reverse("desk:caseload")


def test_where_a_second_factor_is_required_the_provider_stands_for_it(
    will: StaffMember, provider: Provider, settings: Settings
) -> None:
    """It asks for one itself: neither a set-up nor a code is asked for here."""
    settings.CANDOUR_SECOND_FACTOR = "required"
    assert come(provider)[0].get(reverse("desk:caseload")).status_code == 200
    set_up_app(will)
    assert come(provider)[0].get(reverse("desk:caseload")).status_code == 200
    assert give_password(will).get(reverse("desk:caseload")).status_code == 302


def test_who_has_no_account_reads_so_and_gets_none(world: World, provider: Provider) -> None:
    """In plain words, with the name by which the force knows them, and whom to ask."""
    before = StaffMember.objects.count()
    client, answer = come(provider)
    assert answer.status_code == 403
    assert f"You are known to your force as {NAME}, but no account here is for that name." in words(answer)
    assert "Ask an administrator of accounts" in words(answer)
    assert (user_of(client), StaffMember.objects.count()) == (None, before)
    assert [(line.kind, line.who) for line in SignInRecord.objects.all()] == [("refused", "")]


def test_an_account_that_is_off_does_not_come_in(will: StaffMember, provider: Provider) -> None:
    """Neither at the first sign-in nor at a later one."""
    StaffMember.objects.update(is_active=False)
    assert come(provider)[1].status_code == 403
    StaffMember.objects.update(is_active=True)
    assert come(provider)[1].status_code == 302
    StaffMember.objects.update(is_active=False)
    client, answer = come(provider)
    assert (answer.status_code, user_of(client)) == (403, None)


def test_a_name_that_is_given_to_somebody_else_later_opens_nothing(will: StaffMember, provider: Provider) -> None:
    """The account stays with the identity that used it first, whatever that is called; an administrator unties it."""
    come(provider)
    provider.person["sub"] = "somebody else"
    client, answer = come(provider)
    assert (answer.status_code, user_of(client)) == (403, None)
    assert "ask an administrator to undo its tie" in words(answer)
    provider.person = {"sub": "4f1e", "preferred_username": "will.married@westvale.example"}
    assert user_of(come(provider)[0]) == str(will.pk)
    root = StaffMember.objects.create_superuser("root")
    admin = Client()
    admin.force_login(root)
    form = {"action": "untie_from_provider", "_selected_action": [will.pk]}
    admin.post(reverse("admin:desk_staffmember_changelist"), form)
    provider.person = {"sub": "somebody else", "preferred_username": NAME}
    assert user_of(come(provider)[0]) == str(will.pk)
    assert list(SignInRecord.objects.filter(kind="untied").values_list("who", "by")) == [(will.username, "root")]


def test_an_address_for_mail_counts_only_if_the_provider_has_verified_it(
    will: StaffMember, provider: Provider, settings: Settings
) -> None:
    """Anybody could enter another’s address otherwise."""
    settings.CANDOUR_IDENTITY_PROVIDER = provider.settings("email")
    provider.person = {"sub": "4f1e", "email": NAME}
    assert come(provider)[1].status_code == 403
    provider.person["email_verified"] = True
    assert come(provider)[1].status_code == 302


Change = Callable[[dict[str, Any]], dict[str, Any]]
WRONG: dict[str, Change] = {
    "nonce of another sign-in": lambda claims: claims | {"nonce": "another"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "for another client": lambda claims: claims | {"aud": "another"},
    "for several, made for another": lambda claims: claims | {"aud": [CLIENT, "another"], "azp": "another"},
    "of another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "no issuer": lambda claims: {name: value for name, value in claims.items() if name != "iss"},
    "expired": lambda claims: claims | {"exp": claims["iat"] - 120},
    "without an end": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "from the future": lambda claims: claims | {"iat": claims["iat"] + 600},
    "of nobody": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    "of an empty subject": lambda claims: claims | {"sub": ""},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_statement_that_is_not_for_this_sign_in_is_refused(
    will: StaffMember, provider: Provider, change: Change
) -> None:
    """Though it is signed with the right key."""
    provider.changed = change
    client, answer = come(provider)
    assert (answer.status_code, user_of(client)) == (403, None)
    assert "its answer is not in order" in words(answer)


def _unsigned(claims: dict[str, Any]) -> str:
    whole = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("0" * 32))
    head = "eyJhbGciOiJub25lIn0"
    return f"{head}.{whole.split('.')[1]}."


SIGNATURES: dict[str, Callable[[Provider], Callable[[dict[str, Any]], str]]] = {
    "another key": lambda _: (
        lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048, private=True))
    ),
    "none": lambda _: _unsigned,
    "our own secret": lambda _: (
        lambda claims: jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(SECRET))
    ),
    "the public key as a secret": lambda provider: (
        lambda claims: jwt.encode(
            {"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(provider.key.as_bytes(private=False).hex())
        )
    ),
    "no statement": lambda _: lambda _claims: "",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
def test_a_statement_that_the_provider_did_not_sign_is_refused(
    will: StaffMember, provider: Provider, signature: Callable[[Provider], Callable[[dict[str, Any]], str]]
) -> None:
    """Only keys that the provider publishes count, and only kinds of which we hold the public half alone."""
    provider.sign = signature(provider)
    client, answer = come(provider)
    assert (answer.status_code, user_of(client)) == (403, None)


def test_a_new_key_of_the_provider_is_found(will: StaffMember, provider: Provider) -> None:
    """It may change its key, and the kind of it, at any time."""
    assert come(provider)[1].status_code == 302
    provider.new_key()
    assert come(provider)[1].status_code == 302


def test_what_a_large_provider_adds_is_borne_with(will: StaffMember, provider: Provider) -> None:
    """Keys for other uses and of other kinds, words of its own in head and key, and two hundred groups."""
    provider.more_keys = [
        {"kty": "oct", "k": "AAAA", "kid": "three"},
        {"kty": "new kind", "kid": "four"},
        RSAKey.generate_key(2048, {"kid": "one", "use": "enc"}, private=False).as_dict(),
    ]
    provider.key_words = {"issuer": provider.address, "x5t": "Zm9v", "cloud_instance_name": "login.example"}
    provider.sign = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "one", "tenant": "x"},
        claims | {"groups": [f"{number:036}" for number in range(300)]},
        provider.key,
        registry=JWSRegistry(algorithms=["RS256"], strict_check_header=False),
    )
    assert come(provider)[1].status_code == 302


def test_a_provider_that_takes_the_secret_in_a_header_alone_gets_it_there(
    will: StaffMember, provider: Provider
) -> None:
    """As the standard has it where nothing is said."""
    provider.methods = []
    assert come(provider)[1].status_code == 302


DISCOVERIES = {
    "of another issuer": {"issuer": "https://evil.example"},
    "that is sent in the open": {"authorization_endpoint": "http://evil.example/authorize"},
    "with nothing": {"authorization_endpoint": None},
}


@pytest.mark.parametrize("discovery", DISCOVERIES.values(), ids=DISCOVERIES)
def test_a_discovery_document_that_is_not_good_leads_nowhere(
    will: StaffMember, provider: Provider, discovery: dict[str, Any]
) -> None:
    """Of another issuer, or with addresses that others on the way can read."""
    provider.discovery = discovery
    answer = Client().get(TO)
    assert answer.status_code == 403
    assert "could not be reached, or its answer is not in order" in words(answer)


def test_our_secret_goes_to_no_address_that_was_not_checked(will: StaffMember, provider: Provider) -> None:
    """Neither in the open, nor where a redirect would lead."""
    with running() as thief:
        provider.redirects_token_to = f"{thief.address}/token"
        assert come(provider)[1].status_code == 403
        provider.redirects_token_to = ""
        provider.discovery = {"token_endpoint": "http://evil.example/token"}
        assert come(provider)[1].status_code == 403
        assert thief.asked == []


def test_a_provider_that_is_away_is_told_in_words(will: StaffMember, provider: Provider, settings: Settings) -> None:
    """And the password still works."""
    with running() as gone:
        settings.CANDOUR_IDENTITY_PROVIDER = gone.settings()
    answer = Client().get(TO)
    assert answer.status_code == 403
    assert "could not be reached" in words(answer)
    assert user_of(give_password(will)) == str(will.pk)


def test_an_answer_counts_once_and_for_the_browser_that_asked(will: StaffMember, provider: Provider) -> None:
    """Another browser cannot use it, nor can the same one twice, nor too late."""
    client = Client()
    back = provider.page(client.get(TO).headers["Location"])
    assert "begun in another browser" in words(Client().get(back))
    stranger = Client()
    stranger.get(TO)
    assert "belongs to another sign-in" in words(stranger.get(back))
    with time_machine.travel(NOW + timedelta(minutes=30), tick=True):
        assert client.get(back).status_code == 403
    client = Client()
    back = provider.page(client.get(TO).headers["Location"])
    assert client.get(back).status_code == 302
    assert "begun in another browser, or too long ago" in words(client.get(back))


def test_who_is_refused_there_reads_so_here(will: StaffMember, provider: Provider) -> None:
    """Without the words of the provider, which anybody could write into a link."""
    client = Client()
    asked = client.get(TO).headers["Location"]
    state = asked.partition("&state=")[2].partition("&")[0]
    answer = client.get(BACK, {"state": state, "error": "access_denied", "error_description": "Call 0900 123"})
    assert answer.status_code == 403
    assert "your Westvale account did not sign you in." in words(answer)
    assert "0900" not in words(answer)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"oidc_issuer": "http://login.example"}, "must start with https://"),
        ({"oidc_issuer": "https://login.microsoftonline.com/common/v2.0"}, "must name the tenant of the force"),
        ({"oidc_client_id": ""}, "needs CANDOUR_OIDC_CLIENT_ID and CANDOUR_OIDC_CLIENT_SECRET too"),
    ],
)
def test_settings_that_would_let_others_in_or_no_one_are_refused(changed: dict[str, str], why: str) -> None:
    """When the server starts."""
    good = {"oidc_issuer": "https://login.example", "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    found = Config(**good).identity_provider()
    assert found is not None and SECRET not in repr(found)
    with pytest.raises(ValueError, match=why):
        Config(**(good | changed))
