"""What a reader would see is kept: LibreOffice prints workbooks before and after the gate; the words are compared."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from candour.files import inside
from candour.files.limits import Limits
from candour.files.visible import tokens_of
from files.libreoffice import converted
from files.packages import workbook
from files.samples import Sample, samples
from files.workbook_canaries import CANARIES

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
TOKEN = "Qz7canaryxk"
CLEAN = [sample for sample in samples(".xlsx", ".xls", ".ods") if sample.clean and sample.path.stat().st_size < 60_000][
    :8
]


def printed(data: bytes, name: str, folder: Path) -> list[str]:
    """The words that LibreOffice prints of a file, in their order."""
    folder.mkdir()
    path = folder / name
    path.write_bytes(data)
    document = pypdfium2.PdfDocument(converted(path, "pdf").read_bytes())
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    return [token for token in tokens_of(text) if not token.startswith("#")]


@pytest.mark.skipif(not CLEAN, reason="the samples of real files are not beside the repository")
@pytest.mark.parametrize("sample", CLEAN, ids=lambda sample: sample.path.name)
def test_what_libreoffice_prints_of_a_clean_workbook_is_kept_or_told(sample: Sample, tmp_path: Path) -> None:
    data = sample.path.read_bytes()
    made = inside.rebuild(data, sample.path.name, Limits(), "test")
    kept = _squeezed([*made.rebuilt.visible.texts(), *made.rebuilt.lost])
    before = set(printed(data, f"before{sample.path.suffix}", tmp_path / "one"))
    missing = {token for token in before if not _stands_in(_squeezed([token]), kept)}
    assert missing == set()


def _squeezed(texts: list[str]) -> str:
    return "".join(re.sub(r"[\W_]", "", text.casefold()) for text in texts)


def _stands_in(token: str, kept: str) -> bool:
    """Whether a printed word is kept, maybe in two pieces: a cell that is too narrow runs into its neighbour."""
    return any(token[:place] in kept and token[place:] in kept for place in range(len(token)))


HIDDEN = ["X.filter_active", "X.col_hidden"]


@pytest.mark.parametrize("place", HIDDEN)
def test_what_libreoffice_does_not_print_before_it_does_not_print_after(place: str, tmp_path: Path) -> None:
    make: Callable[[str], bytes] = CANARIES[place]
    data = make(TOKEN)
    made = inside.rebuild(data, "figures.xlsx", Limits(), "test")
    before = printed(data, "before.xlsx", tmp_path / "one")
    after = printed(made.rebuilt.outputs[0].data, "after.xlsx", tmp_path / "two")
    assert TOKEN.casefold() not in before
    assert TOKEN.casefold() not in after
    assert "avon" in after


def test_a_plain_workbook_prints_the_same_before_and_after(tmp_path: Path) -> None:
    data = workbook(lambda book, sheet: sheet.write(4, 0, 0.256, book.add_format({"num_format": "0%"})))
    made = inside.rebuild(data, "figures.xlsx", Limits(), "test")
    before = printed(data, "before.xlsx", tmp_path / "one")
    assert printed(made.rebuilt.outputs[0].data, "after.xlsx", tmp_path / "two") == before
    assert "26" in " ".join(before)
