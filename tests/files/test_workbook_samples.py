from functools import cache

import pytest

from candour.files import Blocked, inside
from candour.files.catalogue import hiding_place
from candour.files.limits import Limits
from candour.files.proof import inflated
from files.samples import Sample, samples

SAMPLES = samples(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv")
pytestmark = pytest.mark.skipif(not SAMPLES, reason="the samples of real files are not beside the repository")

WRONG_LABELS = {
    # two cells of text under a format of numbers alone: the text is shown as it is
    ("poi__FormulaEvalTestData_Copy.xlsx", "X.fmt_literal"),
    # the record is encrypted, and what the label reads in it is noise
    ("oletools__autostart-encrypt-standardpassword.xls", "B.sheet_veryhidden"),
}


def _name(sample: Sample) -> str:
    return sample.path.name


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_everything_grave_that_a_real_file_carries_is_found_and_does_not_survive_a_rebuild(sample: Sample) -> None:
    data = sample.path.read_bytes()
    report = inside.inspect(data, sample.path.name, Limits())
    found = {finding.code for finding in report.findings}

    grave = {code for code in sample.codes if hiding_place(code).severity.grave}
    wrong = {code for name, code in WRONG_LABELS if name == sample.path.name}
    assert grave - found <= wrong
    if sample.clean:
        assert not report.grave
        assert report.status != "blocked"
    made = _rebuilt(sample)
    if isinstance(made, str):
        assert not sample.clean, made
        return
    assert made.proof.holds, made.proof.failures
    for output in made.rebuilt.outputs:
        assert inside.inspect(output.data, output.name, Limits()).status == "clean"


@cache
def _rebuilt(sample: Sample) -> inside.Rebuild | str:
    """The rebuild of a sample, or the reason why there is none."""
    try:
        return inside.rebuild(sample.path.read_bytes(), sample.path.name, Limits(), "test")
    except Blocked as blocked:
        return blocked.reason


def test_few_real_files_are_refused() -> None:
    refused = []
    for sample in SAMPLES:
        encrypted_or_signed = {"O.encrypted_package", "B.encrypted", "O.signature", "Z.dup_entry"} & sample.codes
        if encrypted_or_signed:
            continue
        made = _rebuilt(sample)
        if isinstance(made, str):
            refused.append((sample.path.name, made))
    assert len(refused) <= 0.03 * len(SAMPLES), refused


def test_a_rebuild_of_a_real_file_gives_the_same_bytes_again() -> None:
    sample = next(sample for sample in SAMPLES if "X.pivot_records" in sample.codes)
    data = sample.path.read_bytes()

    first, second = (inside.rebuild(data, "figures.xlsx", Limits(), "test").rebuilt.outputs for _ in range(2))

    assert [output.sha256 for output in first] == [output.sha256 for output in second]
    assert all(content for output in first for content in inflated(output.data))
