# ruff: noqa: INP001, T201 -- a script that prints a table
"""Letters per second that the linter checks on one core: the five seeds, the corpus, and our own examples.

Run `python benchmarks/lint_speed.py [--profile]`. Each round lints every letter once; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path

from candour.letters.compose import compose
from candour.letters.decisions_file import load_response
from candour.letters.lint import lint_text
from candour.letters.lint.layout import lay_out
from candour.letters.read import UnreadableText
from candour.letters.read.furniture import read_page
from candour.letters.read.language import refuse_other_languages
from candour.letters.read.parts import find_parts
from candour.letters.write.text import to_text

SHARED = Path(__file__).resolve().parents[2] / "shared"
ROUNDS = 7
AIM = 500


def letters() -> dict[str, list[str]]:
    """The letters of each collection that is there, each one readable."""
    examples = sorted(resources.files("candour.desk.examples").iterdir(), key=lambda entry: entry.name)
    composed = [entry for entry in examples if entry.name.endswith(".toml") and entry.name != "demo.toml"]
    found = {"examples": [to_text(compose(load_response(entry.read_text(encoding="utf-8")))) for entry in composed]}
    if SHARED.is_dir():
        found["seeds"] = [path.read_text(encoding="utf-8") for path in sorted((SHARED / "seeds").glob("*.txt"))]
        rows = map(json.loads, (SHARED / "corpus" / "dev.jsonl").read_text(encoding="utf-8").strip().split("\n"))
        found["corpus"] = [row["text"] for row in rows if row["text"] and _readable(row["text"])]
    return found


def rate(function: Callable[[str], object], texts: Iterable[str]) -> float:
    """Letters per second, the median of several rounds after one to warm up."""
    texts = list(texts)
    seconds = []
    for _ in range(ROUNDS + 1):
        start = time.process_time()
        for text in texts:
            function(text)
        seconds.append(time.process_time() - start)
    return len(texts) / statistics.median(seconds[1:])


def main() -> int:
    """Print the table; 0 when the aim is met over all letters."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--profile", action="store_true", help="print where the time goes")
    profile = arguments.parse_args().profile
    collections = letters()
    every = [text for texts in collections.values() for text in texts]
    for name, texts in {**collections, "all": every}.items():
        size = sum(map(len, texts)) / len(texts)
        print(
            f"{name:<9} {len(texts):>3} letters of {size:>7,.0f} characters: {rate(lint_text, texts):>6,.0f} a second"
        )
    for name, step in (
        ("page", read_page),
        ("language", refuse_other_languages),
        ("parts", find_parts),
        ("layout", lay_out),
        ("lint", lint_text),
    ):
        print(f"{name:<9} {1000 / rate(step, every):>6.2f} ms a letter")
    if profile:
        profiler = cProfile.Profile()
        profiler.runcall(lambda: [lint_text(text) for text in every])
        pstats.Stats(profiler).sort_stats("tottime").print_stats(30)
    return 0 if rate(lint_text, every) >= AIM else 1


def _readable(text: str) -> bool:
    try:
        lay_out(text)
    except UnreadableText:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
