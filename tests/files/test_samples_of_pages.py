"""The real files of the samples: what the list says of each is found, and nothing of it outlives a rebuild."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from candour.files import inside
from candour.files.findings import Blocked, Inspection, Status
from candour.files.limits import Limits

SHARED = Path(__file__).parents[3] / "shared"
SAMPLES = SHARED / "samples"
ENDINGS = {"pdf", "jpg", "jpeg", "png", "heic", "tif", "tiff", "eml", "msg", "zip"}
SAME = {"P.xray_bad_redaction": "P.text_not_rendered"}
"""A code that names a tool, and the code of what that tool finds."""
UNREADABLE = {"metadata-extractor-images__xd9n2c08.png"}
"""Listed as clean, though it declares 99 bits to a colour, so that no program draws it."""
UNKNOWN_INSIDE = {
    "format-corpus__animatedgifs_historicaldates.zip",
    "tika__asf-tika-logos.zip",
    "tika__test-zip-of-zip.zip",
}
"""Archives of GIF, SVG and HTML, which cannot be checked here."""
LARGE = 85_000


def listed() -> list[tuple[str, str]]:
    if not SAMPLES.exists():
        return []
    with (SAMPLES / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [(row[0], row[8]) for row in rows if row[0].rpartition(".")[2].lower() in ENDINGS]


pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the folder ../shared/samples with real files is not here")


@cache
def report(name: str) -> Inspection:
    return inside.inspect((SAMPLES / name).read_bytes(), Path(name).name, Limits())


@pytest.mark.parametrize(("name", "items"), listed())
def test_everything_that_the_list_names_is_found(name: str, items: str) -> None:
    matches = (re.match(r"\s*([A-Z]\.[^=]*?)(?:\(UNCONFIRMED\))?=", item) for item in items.split("; "))
    codes = {SAME.get(match[1], match[1]) for match in matches if match}
    assert codes <= {finding.code for finding in report(name).findings}


@pytest.mark.parametrize("name", [name for name, items in listed() if "CLEAN CONTROL" in items])
def test_a_clean_file_raises_no_alarm(name: str) -> None:
    if Path(name).name in UNREADABLE:
        pytest.skip("no program draws this file")
    assert not report(name).grave
    assert report(name).status is not Status.BLOCKED


def test_hardly_a_file_is_refused_that_could_be_read() -> None:
    refused = set()
    for name, items in listed():
        if report(name).status is Status.BLOCKED and "encrypted=" not in items:
            refused.add(Path(name).name)
    assert refused <= UNREADABLE | UNKNOWN_INSIDE


SMALL = [name for name, _ in listed() if (SAMPLES / name).stat().st_size < LARGE]


@pytest.mark.parametrize("name", SMALL)
def test_nothing_that_is_hidden_outlives_a_rebuild(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    if report(name).status is Status.BLOCKED:
        with pytest.raises(Blocked):
            inside.rebuild(data, Path(name).name, Limits(), "1")
        return
    proof = inside.rebuild(data, Path(name).name, Limits(), "1").proof
    assert proof.holds, proof.failures


@pytest.mark.parametrize("name", ["Cumbria.pdf", "Humberside.pdf"])
def test_a_letter_that_a_force_published_hides_no_text(name: str) -> None:
    folder = SHARED / "data" / "police_foi_pdfs"
    if not folder.exists():
        pytest.skip("the folder ../shared/data with published letters is not here")
    codes = {finding.code for finding in inside.inspect((folder / name).read_bytes(), name, Limits()).grave}
    assert codes <= {"P.image_exif"}
