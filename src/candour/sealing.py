"""What lies in a database or on a disk so that nobody without the key can read it, nor change it unseen.

Everything is sealed in one form, of any length: a mark, the sign of the key, a number used once, and pieces of a
bounded size. Each piece is AES-256 as the stream of an encrypted PDF 2.0 (ISO 32000-2, 7.6): the desk has a library
for that already, and needs no further one for its cryptography. Since that does not show changes, an HMAC-SHA-256
stands before each piece and is checked first; it covers the place of the piece, so that none can be left out, doubled
or moved.
HMAC-SHA-512 under the key gives the password and the key of that HMAC, anew for each piece.
"""

from __future__ import annotations

import hmac
import io
import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf

SHORTEST_KEY = 32
PIECE = 4_000_000
"""Bytes that are sealed at a time, which bounds the memory it takes."""

_MARK = b"CANDOUR sealed 2\n"
_SIGN, _ONCE, _MAC = 8, 16, 32
_HEAD = struct.Struct(">QB")
_LARGEST = 2 * PIECE
_CHANGED = "What was sealed was changed since, or it is damaged. Put it back from a copy."


class CannotUnseal(Exception):
    """What was sealed cannot be opened; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an installation: the first seals, all of them open. Raises ValueError for none, or a short one."""

    all: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.all:
            raise ValueError("there is no key")
        if min(len(key) for key in self.all) < SHORTEST_KEY:
            raise ValueError(f"a key has {SHORTEST_KEY} characters or more")

    @classmethod
    def of_text(cls, text: str) -> Keys:
        """Those of a file: one on each line, the newest first. Raises ValueError."""
        return cls(tuple(line.strip().encode() for line in text.splitlines() if line.strip()))

    def signed(self, sign: bytes) -> bytes:
        """The key of a sign. Raises CannotUnseal where it is none of these."""
        for key in self.all:
            if hmac.compare_digest(_sign(key), sign):
                return key
        raise CannotUnseal(
            "This was sealed with another key than those set now. Put that key back, as a further line of the file "
            "that CANDOUR_SEAL_KEY_FILE names."
        )


class Sealing:
    """Seals what is written to it into a file that is open for writing; nothing unsealed gets there."""

    def __init__(self, out: BinaryIO, keys: Keys) -> None:
        self._out, self._key = out, keys.all[0]
        self._number, self._at = secrets.token_bytes(_ONCE), 0
        self._waiting = bytearray()
        out.write(_MARK + _sign(self._key) + self._number)

    def write(self, data: bytes) -> None:
        """Seal further bytes, as soon as there are enough for a piece."""
        self._waiting += data
        # The last piece is another than the others, so one is held back until more has come.
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        """Seal the last piece; without it nothing of it can be opened."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        once, hidden = secrets.token_bytes(_ONCE), io.BytesIO()
        password, for_mac = _derived(self._key, once)
        with pikepdf.new() as holder:
            holder.Root.Held = holder.make_stream(piece)
            encryption = pikepdf.Encryption(owner=password, user=password, R=6)
            holder.save(hidden, encryption=encryption, compress_streams=False)
        body = hidden.getvalue()
        mac = hmac.digest(for_mac, self._number + _HEAD.pack(self._at, last) + once + body, "sha256")
        self._out.write(_HEAD.pack(_ONCE + _MAC + len(body), last) + once + mac)
        self._out.write(body)
        self._at += 1


def unsealed(sealed: BinaryIO, keys: Keys) -> Iterator[bytes]:
    """What was sealed, piece by piece. Raises CannotUnseal, at the first piece that is not as it was sealed."""
    if sealed.read(len(_MARK)) != _MARK:
        raise CannotUnseal("This was not sealed by Candour, or it is damaged. Put it back from a copy.")
    key = keys.signed(sealed.read(_SIGN))
    number, at, last = sealed.read(_ONCE), 0, False
    while not last:
        head = sealed.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise CannotUnseal("What was sealed was cut off. Put it back from a copy.")
        size, last = _HEAD.unpack(head)
        if not _ONCE + _MAC < size < _LARGEST:
            raise CannotUnseal(_CHANGED)
        once, mac, body = sealed.read(_ONCE), sealed.read(_MAC), sealed.read(size - _ONCE - _MAC)
        password, for_mac = _derived(key, once)
        place = number + _HEAD.pack(at, last)
        whole = len(body) == size - _ONCE - _MAC
        if not whole or not hmac.compare_digest(mac, hmac.digest(for_mac, place + once + body, "sha256")):
            raise CannotUnseal(_CHANGED)
        with pikepdf.open(io.BytesIO(body), password=password) as holder:
            yield bytes(holder.Root.Held.read_raw_bytes())
        at += 1
    if sealed.read(1):
        raise CannotUnseal("Something was added to what was sealed. Put it back from a copy.")


def seal(data: bytes, keys: Keys) -> bytes:
    """The bytes, sealed. Sealing the same bytes twice gives two different results."""
    out = io.BytesIO()
    seal_into([data], out, keys)
    return out.getvalue()


def opened(sealed: bytes, keys: Keys) -> bytes:
    """The bytes again. Raises CannotUnseal."""
    return b"".join(unsealed(io.BytesIO(sealed), keys))


def seal_into(data: Iterable[bytes], out: BinaryIO, keys: Keys) -> None:
    """Seal bytes that come one after the other into a file, without holding all of them."""
    sealing = Sealing(out, keys)
    for some in data:
        sealing.write(some)
    sealing.finish()


def _sign(key: bytes) -> bytes:
    """What a key is told by, and cannot be found from."""
    return hmac.digest(key, _MARK + b"sign", "sha256")[:_SIGN]


def _derived(key: bytes, once: bytes) -> tuple[str, bytes]:
    both = hmac.digest(key, _MARK + once, "sha512")
    return both[:32].hex(), both[32:]
