"""Heads of the trail, signed and kept outside the database, so that nobody can write history anew unseen.

A file of heads holds one line of JSON for each time it was added to, say each night. A line names, for each force, the
number and digest of its last event; it is signed with a key that is not in the database, and names the digest of the
line before it. Whoever rewrites an event would have to change every head after it, which takes the key and every copy
of the file. What this protects against, and what not, is said in `docs/trail.md`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from candour.desk.audit_trail.chain import BEGINNING, canonical
from candour.desk.audit_trail.head_key import UnusableHeads
from candour.desk.models import Authority, Event, TrailHead

FORM = "candour head 1"


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a force at one time."""

    authority: int
    force: str
    sequence: int
    digest: str


def current_heads(authorities: Iterable[Authority]) -> list[Head]:
    """The heads as they are stored now, of the forces that have an event."""
    stored = TrailHead.objects.filter(authority__in=list(authorities)).select_related("authority").order_by("pk")
    return [Head(head.authority_id, head.authority.slug, head.sequence, head.digest) for head in stored]


def add_heads(path: Path, heads: Iterable[Head], key: bytes) -> None:
    """Add a signed line to the file, which is made if it is not there; on disk before this returns.

    Raises UnusableHeads when the file holds a line that the key has not signed: then nothing is added.
    """
    lines = _lines(path) if path.exists() else []
    for number, line in enumerate(lines, start=1):
        if says := _signature_fault(line, key):
            raise UnusableHeads(f"{path}, line {number}: {says} Nothing was added")
    values = {
        "form": FORM,
        "at": timezone.now().isoformat(timespec="seconds"),
        "heads": [[head.authority, head.force, head.sequence, head.digest] for head in heads],
        "previous": _digest(lines[-1]) if lines else BEGINNING,
    }
    signed = canonical({**values, "signature": _signature(values, key)})
    with path.open("a", encoding="utf-8") as file:
        file.write(signed + "\n")
        file.flush()
        os.fsync(file.fileno())


def compare(path: Path, key: bytes, only: Iterable[Authority]) -> tuple[int, list[str]]:
    """How many heads of the file were compared with the trail as it is now, and what does not agree, in words.

    Raises UnusableHeads when the file cannot be read as one of heads.
    """
    wanted = {authority.pk for authority in only}
    findings: list[str] = []
    kept: dict[int, list[tuple[int, str, str]]] = {}
    compared, before = 0, BEGINNING
    for number, line in enumerate(_lines(path), start=1):
        if says := _signature_fault(line, key):
            findings.append(f"Line {number} of {path.name}: {says}")
            before = _digest(line)
            continue
        if line["previous"] != before:
            findings.append(f"Line {number} of {path.name} does not follow the line before it: a line was taken out.")
        before = _digest(line)
        for authority, _, sequence, digest in line["heads"]:
            if authority in wanted:
                compared += 1
                kept.setdefault(authority, []).append((sequence, digest, line["at"][:10]))
    for authority, heads in kept.items():
        findings += _differences(authority, heads)
    return compared, findings


def _differences(authority: int, heads: list[tuple[int, str, str]]) -> list[str]:
    """The first head of the force with which its trail does not agree, in words."""
    name = Authority.objects.values_list("name", flat=True).get(pk=authority)
    numbers = [sequence for sequence, _, _ in heads if sequence]
    stored = dict(Event.objects.filter(authority=authority, sequence__in=numbers).values_list("sequence", "digest"))
    for sequence, digest, day in heads:
        if sequence and sequence not in stored:
            return [f"{name}: event {sequence}, which was the last one on {day}, is no longer there."]
        if sequence and stored[sequence] != digest:
            return [f"{name}: event {sequence} is not the one that was the last on {day}: history was written anew."]
    return []


def _lines(path: Path) -> list[dict[str, Any]]:
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            known = line["form"] == FORM and {"at", "heads", "previous", "signature"} <= line.keys()
        except (ValueError, TypeError, KeyError):
            known = False
        if not known:
            raise UnusableHeads(f"{path}, line {number}: this is no head of a trail")
        found.append(line)
    return found


def _signature_fault(line: dict[str, Any], key: bytes) -> str:
    values = {name: value for name, value in line.items() if name != "signature"}
    try:
        good = hmac.compare_digest(_signature(values, key), str(line["signature"]))
    except (ValueError, TypeError):
        good = False
    return "" if good else "it was changed, or signed with another key."


def _signature(values: dict[str, Any], key: bytes) -> str:
    return hmac.new(key, canonical(values).encode(), hashlib.sha256).hexdigest()


def _digest(line: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(line).encode()).hexdigest()
