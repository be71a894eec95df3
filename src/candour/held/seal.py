"""Bytes sealed with a key, so that they can neither be read nor changed without it.

Each sealing draws a salt of 32 random bytes. HMAC-SHA-512 of the salt under the key gives two keys that are used once:
SHAKE-256 of the first is a stream that the bytes are combined with, HMAC-SHA-256 under the second stands over salt and
result. FIPS 198-1, FIPS 202. The standard library has these and no cipher, and no other library here has one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

import numpy as np

SHORTEST_KEY = 32
_FORM = b"candour sealed 1\n"
_SALT = 32
_TAG = 32


class NotOurs(ValueError):
    """What was to be opened was not sealed with this key, or was changed since."""


def seal(data: bytes, key: bytes) -> bytes:
    """The bytes, sealed. Sealing the same bytes twice gives two different results."""
    salt = secrets.token_bytes(_SALT)
    for_stream, for_tag = _keys(key, salt)
    hidden = _combined(data, for_stream)
    return b"".join((_FORM, salt, _tag(for_tag, salt, hidden), hidden))


def opened(sealed: bytes, key: bytes) -> bytes:
    """The bytes again. Raises `NotOurs`."""
    start = len(_FORM)
    salt, tag = sealed[start : start + _SALT], sealed[start + _SALT : start + _SALT + _TAG]
    hidden = sealed[start + _SALT + _TAG :]
    for_stream, for_tag = _keys(key, salt)
    if not sealed.startswith(_FORM) or not hmac.compare_digest(tag, _tag(for_tag, salt, hidden)):
        raise NotOurs("what is held was not sealed with this key, or was changed since")
    return _combined(hidden, for_stream)


def _keys(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a key has {SHORTEST_KEY} bytes or more")
    both = hmac.digest(key, _FORM + salt, "sha512")
    return both[:32], both[32:]


def _tag(key: bytes, salt: bytes, hidden: bytes) -> bytes:
    return hmac.digest(key, salt + hidden, "sha256")


def _combined(data: bytes, key: bytes) -> bytes:
    stream = np.frombuffer(hashlib.shake_256(key).digest(len(data)), np.uint8)
    return np.bitwise_xor(np.frombuffer(data, np.uint8), stream).tobytes()
