"""Real files with what each carries, where they are at hand: beside the repository, and never part of it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
CLEAN = "CLEAN CONTROL"
_ITEM = re.compile(r"(?:^|; )([A-Z]+\.[^=;]+?)=(\d+)")


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: its path, the codes of what it carries, and whether it carries nothing."""

    path: Path
    codes: frozenset[str]
    clean: bool


def samples(*endings: str) -> list[Sample]:
    """The samples whose names end so; none where the folder is not there."""
    manifest = FOLDER / "MANIFEST.tsv"
    if not manifest.exists():
        return []
    found = []
    with manifest.open(encoding="utf-8", newline="") as file:
        for entry in csv.DictReader(file, delimiter="\t"):
            items = entry["hidden_items(code=count (where: evidence))"] or ""
            if entry["file"].lower().endswith(endings):
                codes = frozenset(code for code, _ in _ITEM.findall(items))
                found.append(Sample(FOLDER / entry["file"], codes, CLEAN in items))
    return found
