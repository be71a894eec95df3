"""Codes of authenticator apps (RFC 6238, over RFC 4226) and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

DIGITS = 6
_STEP = timedelta(seconds=30)
_ALLOWED_DRIFT = 1
"""How many half minutes the clock of a telephone may be ahead or behind (RFC 6238, 5.2)."""
_SECRET = 20
"""Bytes of a secret, as many as its hash has (RFC 4226, 4)."""
HOW_MANY = 10
"""Recovery codes that are made at a time."""
_GROUPS, _GROUP = 4, 4


def new_secret() -> bytes:
    """A secret for an app."""
    return secrets.token_bytes(_SECRET)


def code(secret: bytes, step: int) -> str:
    """The code of a half minute, counted from 1970 (RFC 4226, 5.3)."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(given: str, secret: bytes, now: datetime) -> int | None:
    """The half minute whose code was given, the present one or one beside it; None when it is another code."""
    present = int(now.timestamp()) // int(_STEP.total_seconds())
    found = None
    # Every one is compared, so that the time it takes tells nothing.
    for step in range(present - _ALLOWED_DRIFT, present + _ALLOWED_DRIFT + 1):
        if hmac.compare_digest(code(secret, step).encode(), given.encode()):
            found = step
    return found


def typed(secret: bytes) -> str:
    """The secret as a person types it into an app that cannot take pictures: groups of four letters."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def address(secret: bytes, issuer: str, account: str) -> str:
    """The address that an app reads from the QR code (Key Uri Format of Google Authenticator)."""
    values = {"secret": base64.b32encode(secret).decode(), "issuer": issuer}
    return f"otpauth://totp/{quote(f'{issuer}:{account}')}?{urlencode(values, quote_via=quote)}"


def recovery_codes() -> list[str]:
    """New recovery codes, 80 bits each: too many to be found from their digests."""
    return [_recovery_code() for _ in range(HOW_MANY)]


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(_GROUPS * _GROUP * 5 // 8)).decode().lower()
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def digest_of(recovery_code: str) -> str:
    """By what a recovery code is kept and found, however its letters are written."""
    return hashlib.sha256(plain(recovery_code).encode()).hexdigest()


def plain(given: str) -> str:
    """What was typed, without spaces and hyphens, in small letters."""
    return "".join(given.split()).replace("-", "").lower()
