"""What the desk keeps on its disk so that nobody can read it who has the disk alone, or change it unseen.

A sealed text is AES-256 in the form of an encrypted PDF 2.0 with the content attached: the desk has a library for that
already, and needs no further one for its cryptography. Before it stand a number used once, from which its password is
made with the key, and an HMAC-SHA256 over everything, which is checked first. A file is sealed in pieces of a bounded
size, each of which names its place, so that none can be left out, doubled or moved.

The key is the file that `CANDOUR_AT_REST_KEY_FILE` names, or else made from the secret key.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pikepdf
from django.conf import settings

from candour.desk.head_key import read_key
from candour.site.config import config

_MARK = b"CANDOUR sealed 1\n"
_NONCE, _MAC = 16, 32
_PIECE = 16_000_000
_HEAD = struct.Struct(">QB")
_ATTACHED = "content"


class CannotUnseal(Exception):
    """The content was sealed with another key, or changed since; the message says so and what to do."""


def encrypt(content: bytes) -> bytes:
    """The content sealed; `decrypt` opens it."""
    return _MARK + _seal(content, b"")


def decrypt(sealed: bytes) -> bytes:
    """What was sealed. Raises CannotUnseal."""
    if not sealed.startswith(_MARK):
        raise CannotUnseal("This was not sealed by Candour, or it is damaged.")
    return _unseal(sealed[len(_MARK) :], b"")


def encrypt_file(source: Path, target: Path) -> None:
    """Seal a file of any size into another, which takes the place of one of that name once it is whole."""
    number = secrets.token_bytes(_NONCE)
    partly = target.with_name(f"{target.name}.part")
    with source.open("rb") as plain, open(partly, "wb", opener=_private) as out:
        out.write(_MARK + number)
        at, piece = 0, plain.read(_PIECE)
        while True:
            following = plain.read(_PIECE)
            sealed = _seal(piece, _place(number, at, last=not following))
            out.write(_HEAD.pack(len(sealed), not following) + sealed)
            if not following:
                break
            at, piece = at + 1, following
        out.flush()
        os.fsync(out.fileno())
    partly.replace(target)


def decrypt_file(source: Path, target: Path) -> None:
    """What was sealed by `encrypt_file`, readable by its owner only. Raises CannotUnseal, leaving no target."""
    with source.open("rb") as sealed, open(target, "wb", opener=_private) as out:
        try:
            out.writelines(_pieces(sealed))
        except CannotUnseal:
            target.unlink(missing_ok=True)
            raise


def _pieces(sealed: BinaryIO) -> Iterator[bytes]:
    if sealed.read(len(_MARK)) != _MARK:
        raise CannotUnseal("This was not sealed by Candour, or it is damaged.")
    number, at, last = sealed.read(_NONCE), 0, False
    while not last:
        head = sealed.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise CannotUnseal("A sealed file was cut off. Put it back from a copy.")
        size, last = _HEAD.unpack(head)
        yield _unseal(sealed.read(size), _place(number, at, last=bool(last)))
        at += 1


def _place(number: bytes, at: int, *, last: bool) -> bytes:
    return number + _HEAD.pack(at, last)


def _seal(content: bytes, about: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    out = io.BytesIO()
    with pikepdf.new() as holder:
        holder.add_blank_page()
        holder.attachments[_ATTACHED] = pikepdf.AttachedFileSpec(holder, content, filename=_ATTACHED)
        password = _derived(b"password", nonce).hex()
        holder.save(out, encryption=pikepdf.Encryption(owner=password, user=password, R=6), compress_streams=False)
    body = out.getvalue()
    return nonce + _mac(about, nonce, body) + body


def _unseal(sealed: bytes, about: bytes) -> bytes:
    nonce, mac, body = sealed[:_NONCE], sealed[_NONCE : _NONCE + _MAC], sealed[_NONCE + _MAC :]
    if not hmac.compare_digest(mac, _mac(about, nonce, body)):
        raise CannotUnseal(
            "A sealed file cannot be opened: it was sealed with another key, or changed since. Use the key that "
            "CANDOUR_AT_REST_KEY_FILE named then, or put the file back from a copy."
        )
    with pikepdf.open(io.BytesIO(body), password=_derived(b"password", nonce).hex()) as holder:
        return bytes(holder.attachments[_ATTACHED].get_file().read_bytes())


def _mac(about: bytes, nonce: bytes, body: bytes) -> bytes:
    stated = struct.pack(">I", len(about)) + about + nonce
    return hmac.new(_derived(b"seal", b""), stated + body, hashlib.sha256).digest()


def _derived(use: bytes, nonce: bytes) -> bytes:
    path = config().at_rest_key_file
    key = read_key(path) if path else settings.SECRET_KEY.encode()
    return hmac.new(key, b"candour at rest\0" + use + b"\0" + nonce, hashlib.sha256).digest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
