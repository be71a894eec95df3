"""Bytes sealed with a key, so that they can neither be read nor changed without it.

Sealed bytes are an encrypted PDF (AES-256, ISO 32000-2, 7.6) with the bytes as a stream, which a library writes that
the gate has already. Before it stand a salt and an HMAC-SHA-256 over salt and PDF, since the encryption of a PDF does
not show changes. HMAC-SHA-512 of the salt under the key gives the password and the key of the second HMAC, anew each
time.
"""

from __future__ import annotations

import hmac
import io
import secrets

import pikepdf

SHORTEST_KEY = 32
_FORM = b"candour sealed 1\n"
_SALT = 32
_TAG = 32


class NotOurs(ValueError):
    """What was to be opened was not sealed with this key, or was changed since."""


def seal(data: bytes, key: bytes) -> bytes:
    """The bytes, sealed. Sealing the same bytes twice gives two different results."""
    salt = secrets.token_bytes(_SALT)
    password, for_tag = _keys(key, salt)
    buffer = io.BytesIO()
    with pikepdf.new() as holder:
        holder.Root.Held = holder.make_stream(data)
        encryption = pikepdf.Encryption(owner=password, user=password, R=6)
        holder.save(buffer, encryption=encryption, compress_streams=False)
    hidden = buffer.getvalue()
    return b"".join((_FORM, salt, _tag(for_tag, salt, hidden), hidden))


def opened(sealed: bytes, key: bytes) -> bytes:
    """The bytes again. Raises `NotOurs`."""
    start = len(_FORM)
    salt, tag = sealed[start : start + _SALT], sealed[start + _SALT : start + _SALT + _TAG]
    hidden = sealed[start + _SALT + _TAG :]
    password, for_tag = _keys(key, salt)
    if not sealed.startswith(_FORM) or not hmac.compare_digest(tag, _tag(for_tag, salt, hidden)):
        raise NotOurs("what is held was not sealed with this key, or was changed since")
    with pikepdf.open(io.BytesIO(hidden), password=password) as holder:
        return bytes(holder.Root.Held.read_raw_bytes())


def _keys(key: bytes, salt: bytes) -> tuple[str, bytes]:
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a key has {SHORTEST_KEY} bytes or more")
    both = hmac.digest(key, _FORM + salt, "sha512")
    return both[:32].hex(), both[32:]


def _tag(key: bytes, salt: bytes, hidden: bytes) -> bytes:
    return hmac.digest(key, salt + hidden, "sha256")
