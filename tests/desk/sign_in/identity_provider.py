"""A small OpenID Connect provider: discovery, a page that signs in at once, tokens for codes, keys."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from candour.site.config import IdentityProvider

CLIENT, SECRET = "candour", "a secret of the client"


class Provider:
    """What the provider says, each part of which a test may change before the person comes."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.person = {"sub": "4f1e", "preferred_username": "Will.Okafor@westvale.example"}
        self.key: Any = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
        self.published = [self.key]
        self.more_keys: list[dict[str, Any]] = []
        self.key_words: dict[str, str] = {}
        self.signs_with = "RS256"
        self.methods = ["client_secret_post", "client_secret_basic"]
        self.discovery: dict[str, Any] = {}
        self.changed: Callable[[dict[str, Any]], dict[str, Any]] = dict
        """What becomes of the claims before they are signed."""
        self.sign: Callable[[dict[str, Any]], str] = self._signed
        self.redirects_token_to = ""
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def settings(self, claim: str = "preferred_username") -> IdentityProvider:
        """How the desk is set up for it."""
        return IdentityProvider(self.address, CLIENT, SECRET, "your Westvale account", claim)

    def new_key(self) -> None:
        """Sign with another key, of another kind, from now on."""
        self.key = ECKey.generate_key("P-256", {"kid": "two"}, private=True)
        self.published, self.signs_with = [self.key], "ES256"

    def page(self, address: str) -> str:
        """Sign the person in on the page at this address; where their browser is led to is returned."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.address}/authorize?")
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def described(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": self.methods,
            **self.discovery,
        }

    def keys(self) -> dict[str, Any]:
        """The public halves of its keys."""
        return {"keys": [*self.more_keys, *(key.as_dict(private=False) | self.key_words for key in self.published)]}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """What is given for a code; None when it is not for who asks."""
        asked = self._codes.pop(form["code"], None)
        by_form = (form["client_id"], form.get("client_secret")) == (CLIENT, SECRET)
        both = base64.b64encode(f"{CLIENT}:a%20secret%20of%20the%20client".encode()).decode()
        if asked is None or not (by_form if "client_secret_post" in self.methods else authorization == f"Basic {both}"):
            return None
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if challenge.rstrip("=") != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(timezone.now().timestamp())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        return {"token_type": "Bearer", "access_token": "x", "id_token": self.sign(self.changed(claims | self.person))}

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": self.signs_with, "kid": self.key.kid}, claims, self.key)


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            if self.path.startswith("/authorize?"):
                self.send_response(302)
                self.send_header("Location", provider.page(f"{provider.address}{self.path}"))
                self.end_headers()
                return
            answers = {
                "/.well-known/openid-configuration": provider.described,
                "/keys": provider.keys,
            }
            self._answer(answers[self.path]() if self.path in answers else None)

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            form = {name: values[0] for name, values in parse_qs(self._body()).items()}
            if provider.redirects_token_to:
                self.send_response(307)
                self.send_header("Location", provider.redirects_token_to)
                self.end_headers()
                return
            self._answer(provider.token(form, self.headers.get("Authorization", "")))

        def _body(self) -> str:
            return self.rfile.read(int(self.headers["Content-Length"])).decode()

        def _answer(self, told: dict[str, Any] | None) -> None:
            self.send_response(200 if told is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told or {"error": "invalid_grant"}).encode())

        def log_message(self, *_args: Any) -> None:
            """Nothing: the test says what it expects."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
