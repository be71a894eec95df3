# ruff: noqa: INP001, T201 -- a script that prints a table
"""Milliseconds to write a letter in each format, beside the limit that a person waiting for a preview would notice.

Run `python benchmarks/write_speed.py`: the longest of our own examples, the median of the rounds; 1 when over a limit.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from importlib import resources

from candour.letters.compose import compose
from candour.letters.decisions_file import load_response
from candour.letters.model import Letter
from candour.letters.write.docx import to_docx
from candour.letters.write.html import to_html
from candour.letters.write.pdf import to_pdf
from candour.letters.write.text import to_text

ROUNDS = 7
WRITERS: dict[str, tuple[Callable[[Letter], object], int]] = {
    "HTML": (to_html, 100),
    "text": (to_text, 100),
    "DOCX": (to_docx, 1000),
    "PDF": (to_pdf, 1000),
}
"""Each writer with its limit in milliseconds: a preview comes with the page, a file is waited for."""


def longest() -> Letter:
    """The example with the most answers."""
    texts = [
        entry.read_text(encoding="utf-8")
        for entry in resources.files("candour.desk.examples").iterdir()
        if entry.name.endswith(".toml") and entry.name != "demo.toml"
    ]
    return compose(max(map(load_response, texts), key=lambda response: len(response.answers)))


def milliseconds(write: Callable[[Letter], object], letter: Letter) -> float:
    """The median of several rounds, after one to warm up."""
    taken = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        write(letter)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken[1:])


def main() -> int:
    """Print the table; 0 when every format is within its limit."""
    letter = longest()
    print(f"{letter.reference}: {len(to_text(letter)):,} characters as text")
    over = False
    for name, (write, limit) in WRITERS.items():
        taken = milliseconds(write, letter)
        over |= taken > limit
        print(f"{name:<5} {taken:>7.1f} ms, limit {limit:,} ms")
    return int(over)


if __name__ == "__main__":
    raise SystemExit(main())
