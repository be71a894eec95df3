"""Signing in through the identity provider of the force: OpenID Connect Core 1.0, the authorization code flow.

With state, nonce and PKCE (RFC 7636). What the provider has is found by its discovery document. Nothing is kept between
two sign-ins: keys and addresses are asked for each time, so a key that the provider has changed needs nobody’s hand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from candour.desk.sign_in.steps import half_signed_in
from candour.site.config import IdentityProvider, is_private_enough

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""How an answer may be signed: with a key of which we hold the public half alone."""
_BEGUN = "begun_at_provider"
_PATIENCE = timedelta(minutes=10)
_LEEWAY = 60
_TIMEOUT = 10
_LARGEST = 1_000_000
_LARGEST_STATEMENT = 100_000
_log = logging.getLogger(__name__)


class NotSignedIn(Exception):
    """The provider did not sign the person in; the message says so to them."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider: `subject` never changes; `name` is what the setting CANDOUR_OIDC_CLAIM tells."""

    issuer: str
    subject: str
    name: str


def begin(request: HttpRequest, provider: IdentityProvider, back: str, next_page: str) -> str:
    """The address at the provider where the person signs in; it leads to `back`. Raises NotSignedIn."""
    found = _discovered(provider)
    verifier = secrets.token_urlsafe(48)
    begun = {"state": secrets.token_urlsafe(32), "nonce": secrets.token_urlsafe(32), "verifier": verifier}
    half_signed_in(request, _PATIENCE)
    request.session[_BEGUN] = {**begun, "back": back, "next": next_page, "at": timezone.now().isoformat()}
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": begun["state"],
        "nonce": begun["nonce"],
        "code_challenge": _unpadded(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    address = _address(found, "authorization_endpoint")
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def finish(request: HttpRequest, provider: IdentityProvider) -> tuple[Identity, str]:
    """Who came back from the provider, and the page that they wanted. Raises NotSignedIn, also for a second time."""
    begun: dict[str, str] = request.session.pop(_BEGUN, None) or {}
    given = request.GET
    if not begun or timezone.now() - datetime.fromisoformat(begun["at"]) > _PATIENCE:
        raise NotSignedIn("This sign-in was begun in another browser, or too long ago. Begin again.")
    if not constant_time_compare(given.get("state", ""), begun["state"]):
        raise NotSignedIn("This answer belongs to another sign-in. Begin again.")
    if given.get("iss", provider.issuer) != provider.issuer:
        _refuse("another issuer answered")
    if "error" in given or "code" not in given:
        raise NotSignedIn(f"{provider.name} did not sign you in. Try again, or ask your IT service.")
    found = _discovered(provider)
    claims = _checked(provider, found, _exchanged(provider, found, given["code"], begun), begun["nonce"])
    return Identity(provider.issuer, claims["sub"], _name(provider, claims)), begun["next"]


def _discovered(provider: IdentityProvider) -> dict[str, Any]:
    """The discovery document (OpenID Connect Discovery 1.0, 4), which must be of this very issuer."""
    found = _asked(Request(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"))  # noqa: S310  see _asked
    if found.get("issuer") != provider.issuer:
        _refuse("the discovery document is of another issuer")
    return found


def _exchanged(provider: IdentityProvider, found: dict[str, Any], code: str, begun: dict[str, str]) -> str:
    """The signed statement of who it is, in exchange for the code (OpenID Connect Core 1.0, 3.1.3)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": begun["back"],
        "client_id": provider.client_id,
        "code_verifier": begun["verifier"],
    }
    headers = {"Accept": "application/json"}
    # Without a word of the provider the header is what everybody understands (Discovery 1.0, 3).
    if "client_secret_post" in found.get("token_endpoint_auth_methods_supported", ()):
        form["client_secret"] = provider.client_secret
    else:
        both = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
    token = _asked(Request(_address(found, "token_endpoint"), urlencode(form).encode(), headers))  # noqa: S310  see _asked
    return str(token.get("id_token", ""))


def _checked(provider: IdentityProvider, found: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """What the statement says, once it is proven to be the provider’s, for us, for this sign-in, and not too old."""
    published = _asked(Request(_address(found, "jwks_uri"))).get("keys", [])  # noqa: S310  see _asked
    wanted = jwt.JWTClaimsRegistry(
        leeway=_LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        signing = [key for key in published if key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC"}]
        claims = jwt.decode(token, KeySet.import_key_set({"keys": signing}), registry=_statements()).claims
        wanted.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        _refuse(f"the statement is not good: {type(error).__name__}")
    # Where it is for several, it was made for the one that it names (Core 1.0, 3.1.3.7).
    if claims.get("azp", provider.client_id) != provider.client_id:
        _refuse("the statement was made for another client")
    return claims


def _statements() -> JWSRegistry:
    """How statements may be signed. Providers add words of their own to the head, and groups without number."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_payload_length = _LARGEST_STATEMENT
    return registry


def _name(provider: IdentityProvider, claims: dict[str, Any]) -> str:
    """What an administrator entered for the person; an e-mail address only where the provider has verified it."""
    if provider.claim == "email" and claims.get("email_verified") is not True:
        return ""
    name = claims.get(provider.claim)
    return name.strip().lower() if isinstance(name, str) else ""


def _address(found: dict[str, Any], name: str) -> str:
    address = found.get(name)
    if not isinstance(address, str) or not is_private_enough(address):
        _refuse(f"the discovery document has no good {name}")
    return address


def _asked(request: Request) -> dict[str, Any]:
    """The JSON that is answered. Only addresses that were checked are asked, and none that they lead on to."""
    try:
        with build_opener(_NoRedirects).open(request, timeout=_TIMEOUT) as answer:
            told = json.loads(answer.read(_LARGEST))
    except (OSError, ValueError, HTTPException) as error:
        _refuse(f"{urlsplit(request.full_url).path}: {type(error).__name__}")
    if not isinstance(told, dict):
        _refuse("an answer is no object")
    return told


def _refuse(why: str) -> NoReturn:
    _log.warning("sign-in through the identity provider: %s", why)
    raise NotSignedIn(
        "Your force’s identity provider could not be reached, or its answer is not in order. Try again in a minute. "
        "If it stays so, tell your administrator: the log of the server says more."
    )


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry the client’s secret to an address that nobody has checked."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Named by Python: none is followed."""


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
