"""What `make` runs once, and what it runs again on another database."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

PURE = [
    folder
    for line in re.findall(r"^PURE := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for folder in line.split()
]
TOUCHES = re.compile(r"django|CANDOUR_DATABASE|^(from|import) candour\.(desk|portal|post|held|site)\b", re.MULTILINE)


def test_some_are_named() -> None:
    """Else the test after this one holds nothing."""
    assert {"law", "letters", "tables", "files"} <= set(PURE)


@pytest.mark.parametrize("folder", PURE)
def test_what_is_not_run_on_every_database_touches_none(folder: str) -> None:
    """Nothing in these folders imports Django or a package that knows it, or asks which database there is."""
    files = sorted((ROOT / "tests" / folder).rglob("*.py"))
    assert files
    assert not [file.name for file in files if TOUCHES.search(file.read_text())]
