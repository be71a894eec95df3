"""What other programs find in real documents is found here; and what LibreOffice shows of them is kept."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from candour.files import Blocked, inside
from candour.files.limits import Limits
from candour.files.visible import tokens_of
from files.libreoffice import NotLoadedError, converted
from files.samples import Sample, samples

SAMPLES = samples(".docx", ".docm", ".doc", ".odt")
pytestmark = pytest.mark.skipif(not SAMPLES, reason="the samples of real files are not beside the repository")
_NAMING = {
    "Creator",
    "LastModifiedBy",
    "Author",
    "Company",
    "Manager",
    "Title",
    "Subject",
    "Keywords",
    "Initial-creator",
}
_PROPERTIES = {"O.core_props", "O.app_props", "O.custom_props", "B.summary_info", "F.meta"}


def _name(sample: Sample) -> str:
    return sample.path.name


def _exiftool(path: Path) -> dict[str, str]:
    ran = subprocess.run(["exiftool", "-j", str(path)], capture_output=True, check=False)
    return dict(json.loads(ran.stdout or b"[{}]")[0])


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
def test_properties_that_exiftool_reads_are_found_and_gone_after_the_rebuild(tmp_path: Path) -> None:
    for sample in SAMPLES[::4]:
        told = {key for key, text in _exiftool(sample.path).items() if key in _NAMING and str(text).strip()}
        report = inside.inspect(sample.path.read_bytes(), sample.path.name, Limits())
        if report.reason and not report.findings:
            continue
        if told:
            assert {finding.code for finding in report.findings} & _PROPERTIES, (sample.path.name, told)
        try:
            made = inside.rebuild(sample.path.read_bytes(), sample.path.name, Limits(), "test")
        except Blocked:
            continue
        (tmp_path / "out.docx").write_bytes(made.rebuilt.outputs[0].data)
        assert not {key for key in _exiftool(tmp_path / "out.docx") if key in _NAMING}


def test_macros_that_oletools_finds_are_found() -> None:
    olevba = pytest.importorskip("oletools.olevba", reason="oletools is not installed")
    for sample in SAMPLES:
        try:
            macros = olevba.VBA_Parser(str(sample.path)).detect_vba_macros()
        except olevba.FileOpenError:
            continue
        if macros:
            report = inside.inspect(sample.path.read_bytes(), sample.path.name, Limits())
            assert {finding.code for finding in report.findings} & {"O.vba", "B.vba"}, sample.path.name


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample.clean], ids=_name)
def test_what_libreoffice_shows_of_a_clean_document_is_kept(sample: Sample, tmp_path: Path) -> None:
    made = inside.rebuild(sample.path.read_bytes(), sample.path.name, Limits(), "test")
    before, after = tmp_path / f"before{sample.path.suffix}", tmp_path / "after.docx"
    before.write_bytes(sample.path.read_bytes())
    after.write_bytes(made.rebuilt.outputs[0].data)
    shown = []
    for path in (before, after):
        try:
            text = converted(path, "txt:Text").read_text(encoding="utf-8", errors="replace")
        except NotLoadedError:
            if path == after:
                raise
            pytest.skip("LibreOffice cannot load the original")
        shown.append(Counter(tokens_of(text)))
    assert not shown[0] - shown[1], "words are missing"
