"""How well the reader agrees with the hand labels: a table per label, and every miss.

Run with `python benchmarks/reader_labels.py [FOLDER]`, where FOLDER holds the labelled corpus (`corpus/`) and the
source responses (`seeds/`). Rows whose text is not there count in one thing only: whether each citation, as the page
prints it, comes out as the limbs labelled.
"""

# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from candour.letters.read import Reading, read_text
from candour.letters.read.citations import cited, exact

FLAGS = {
    "has_ncnd": "ncnd",
    "has_harm": "harm",
    "has_pit": "public_interest_test",
    "has_balance": "balance",
    "has_s17_statement": "refusal_notice",
    "attachments": "attachments",
    "mentions_internal_review": "internal_review",
    "mentions_ico": "ico",
}
"""Labels that are yes or no, with the field of a reading that answers each."""

AIMS = {"limbs (micro-F1)": 0.97, "outcome": 0.92, "reference": 0.95, "n_questions": 0.95, **dict.fromkeys(FLAGS, 0.95)}
"""What each share is to reach at least."""

Row = dict[str, Any]


@dataclass
class Score:
    """How often one label came out right, and what came out wrong."""

    right: int = 0
    asked: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, row: Row, expected: object, found: object, *, good: bool) -> None:
        """Count one row."""
        self.asked += 1
        self.right += good
        if not good:
            self.misses.append(f"{row['id'][:16]}: labelled {expected}, read {found}")


def rows(folder: Path) -> Iterator[tuple[Row, str | None]]:
    """Every labelled row with its text, None where the text is not there."""
    texts = {row["id"]: row.get("text") for row in _lines(folder / "corpus" / "dev.jsonl")}
    for row in _lines(folder / "corpus" / "gold_seeds.jsonl"):
        yield row, (folder / "seeds" / f"{row['id']}.txt").read_text(encoding="utf-8")
    for row in _lines(folder / "corpus" / "gold_dev.jsonl"):
        yield row, texts.get(row["id"])


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def score_text(row: Row, reading: Reading, scores: dict[str, Score], limbs: list[int]) -> None:
    """Compare one reading with its labels; a label that is null was not seen, and is not compared."""
    if row.get("outcome") is not None:
        fair = [row["outcome"], *(row.get("outcome_also_accept") or [])]
        scores["outcome"].count(row, row["outcome"], reading.outcome, good=reading.outcome in fair)
    reference = reading.reference
    same = _plain(reference) == _plain(row["reference"])
    if row["reference"] is not None or row["source"] == "full_text_label":
        scores["reference"].count(row, row["reference"], reference, good=same)
    if row["n_questions"] is not None:
        found = len(reading.questions)
        scores["n_questions"].count(row, row["n_questions"], found, good=found == row["n_questions"])
    if row["exemptions"] is not None:
        found_limbs, expected = {str(limb) for limb in reading.exemptions}, set(row["exemptions"])
        limbs[0] += len(found_limbs & expected)
        limbs[1] += len(found_limbs - expected) if row.get("exemption_list_complete") is not False else 0
        limbs[2] += len(expected - found_limbs)
        scores["limbs (rows exact)"].count(row, sorted(expected), sorted(found_limbs), good=found_limbs == expected)
    for label, name in FLAGS.items():
        if row.get(label) is not None:
            found_flag = bool(getattr(reading, name))
            scores[label].count(row, row[label], found_flag, good=found_flag == bool(row[label]))


def score_citations(row: Row, scores: dict[str, Score]) -> None:
    """Whether the citations as printed come out as the limbs labelled."""
    if not row.get("exemptions_as_cited") or row.get("exemptions") is None:
        return
    found = exact(limb for words in row["exemptions_as_cited"] for limb in cited(f"exempt under {words}."))
    expected = set(row["exemptions"])
    scores["citations as printed"].count(
        row, sorted(expected), sorted(map(str, found)), good={str(limb) for limb in found} == expected
    )


def _plain(reference: str | None) -> str | None:
    return "".join(reference.split()).casefold() if reference else None


def main(folder: Path) -> int:
    """Print the table and the misses; 0 when every aim is reached."""
    names = ["outcome", "reference", "n_questions", "limbs (rows exact)", *FLAGS, "citations as printed"]
    scores = {name: Score() for name in names}
    limbs = [0, 0, 0]
    read, characters, seconds = 0, 0, 0.0
    for row, text in rows(folder):
        score_citations(row, scores)
        if text:
            started = time.perf_counter()
            reading = read_text(text)
            seconds += time.perf_counter() - started
            read, characters = read + 1, characters + len(text)
            score_text(row, reading, scores, limbs)
    right, wrong, missed = limbs
    print(f"{read} texts, {characters:,} characters, {read / seconds:.0f} texts a second")
    total = 2 * right + wrong + missed
    shares = {"limbs (micro-F1)": (right, right + missed, 2 * right / total if total else 1.0)}
    shares |= {name: (it.right, it.asked, it.right / it.asked if it.asked else 1.0) for name, it in scores.items()}
    print(f"{'label':28} {'right':>5} {'of':>4} {'share':>6} {'aim':>5}")
    for name, (good, asked, share) in shares.items():
        print(f"{name:28} {good:5} {asked:4} {share:6.3f} {AIMS.get(name, ''):>5}")
    for name, score in scores.items():
        for miss in score.misses:
            print(f"{name}: {miss}")
    return int(any(shares[name][2] < aim for name, aim in AIMS.items()))


if __name__ == "__main__":
    default = Path(__file__).resolve().parents[2] / "shared"
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else default))
