"""Whatever exiftool and x-ray find in the samples is found here as well. Both are used in tests alone."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from candour.files import inside
from candour.files.limits import Limits

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "release"
PICTURES = sorted(path for ending in ("jpg", "png", "HEIC") for path in SAMPLES.glob(f"*.{ending}"))
PDFS = sorted(SAMPLES.glob("x-ray__*.pdf")) + sorted(SAMPLES.glob("pymupdf__*.pdf"))
DRAWING = {
    "ExifTool",
    "File",
    "System",
    "JFIF",
    "PNG-pHYs",
    "PNG-cHRM",
    "Composite",
    "Meta",
    "QuickTime",
    "Track1",
    "Adobe",
    "SourceFile",
}
"""Groups that say how to draw the picture, or that exiftool works out by itself."""
FRAME = {"ICC_Profile", "ICC-header", "ICC-view", "ICC-meas", "ICC-chrm", "ICC_Profile#", "PNG", "APP14", "Ducky"}


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool (libimage-exiftool-perl) is not installed")
@pytest.mark.skipif(not SAMPLES.exists(), reason="the folder ../shared/samples with real files is not here")
@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_what_exiftool_finds_in_a_picture_is_found(path: Path) -> None:
    before = _groups(path.read_bytes(), path)
    report = inside.inspect(path.read_bytes(), path.name, Limits())
    if report.reason:
        return
    assert bool(report.findings) or not before
    if "GPS" in before:
        assert "I.EXIF+GPS" in {finding.code for finding in report.findings}
    for output in inside.rebuild(path.read_bytes(), path.name, Limits(), "1").rebuilt.outputs:
        assert not _groups(output.data, Path(output.name))


def _groups(data: bytes, path: Path) -> set[str]:
    run = subprocess.run(["exiftool", "-j", "-G1", "-a", "-"], input=data, capture_output=True, check=False)
    tags = json.loads(run.stdout)[0]
    groups = {tag.partition(":")[0] for tag in tags if not tag.endswith(":Warning")}
    assert path.name
    return groups - DRAWING - FRAME


@pytest.mark.skipif(not SAMPLES.exists(), reason="the folder ../shared/samples with real files is not here")
@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.name)
def test_what_xray_finds_under_boxes_is_found(path: Path) -> None:
    xray = pytest.importorskip("xray", reason="x-ray is not installed (AGPL: never a dependency)")
    boxes = xray.inspect(str(path))
    if asyncio.run(boxes) if asyncio.iscoroutine(boxes) else boxes:
        report = inside.inspect(path.read_bytes(), path.name, Limits())
        assert "P.text_not_rendered" in {finding.code for finding in report.findings}
