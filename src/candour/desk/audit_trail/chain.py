"""The chain of the trail: what of an event is hashed, and how one event follows another. Knows no database.

The digest of an event is the SHA-256 of its canonical JSON: keys sorted, no spaces, UTF-8, every value as it is stored,
with the number of the event in its force's trail and the digest of the event before. To change one event unseen, every
later one has to be hashed anew, and the head with them; a copy of the head kept elsewhere shows that.

What was done and why, in words, is not hashed itself but through a commitment: the SHA-256 of a random salt and the
words. When a case is destroyed by the rule of retention, words and salt go, and the chain still holds; without the salt
nobody can find out from the commitment what the words were, however few they are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

FORM = "candour trail 2"
"""Names what is hashed and in which form; another form would have another name."""

BEGINNING = "0" * 64
"""What the first event of a force follows."""


class NotPlain(ValueError):
    """A fact of an event is not plain JSON, so it would not be read back as it was hashed."""


@dataclass(frozen=True, slots=True)
class Link:
    """One event as the chain sees it. `words` is a commitment; `facts` is canonical JSON; `at` is any aware time."""

    authority: int
    sequence: int
    previous: str
    case: int | None
    kind: str
    at: datetime
    actor: int | None
    who: str
    words: str
    facts: str

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal. Raises NotPlain when a value is not of its type."""
        if not isinstance(self.at, datetime):
            raise NotPlain(f"{self.at!r} is no time")
        values = asdict(self)
        values["at"] = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        values["form"] = FORM
        return hashlib.sha256(canonical(values).encode("utf-8", "surrogatepass")).hexdigest()


def commitment(salt: str, detail: str, why: str) -> str:
    """What the chain holds of the words of an event: SHA-256 of them with the salt, in hexadecimal."""
    return hashlib.sha256(canonical([salt, detail, why]).encode("utf-8", "surrogatepass")).hexdigest()


def canonical(values: Any) -> str:
    """The one way to write these values as JSON. Raises NotPlain for anything but text, whole numbers, lists, ..."""
    _require_plain(values)
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _require_plain(value: Any) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, list | tuple):
        for item in value:
            _require_plain(item)
        return
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for item in value.values():
            _require_plain(item)
        return
    raise NotPlain(f"{value!r} is not plain: use text, whole numbers, true, false, null, lists and tables of these")
