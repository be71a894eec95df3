"""Real documents: what each is known to carry is found, and nothing of it survives the rebuild."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from candour.files import Blocked, inside
from candour.files.catalogue import UnknownCode, hiding_place
from candour.files.findings import Status
from candour.files.limits import Limits
from files.samples import Sample, samples

SAMPLES = samples(".docx", ".docm", ".doc", ".odt", ".rtf")
skip = pytest.mark.skipif(not SAMPLES, reason="the samples of real files are not beside the repository")

WRONG_LABELS = {
    # a guess from a pattern of bytes: no run carries the mark of a deletion, and the table of pieces is whole
    ("tika__testWORD_3imgs.doc", "B.doc_deleted_runs"),
    # the table of those who changed the text holds blank names
    ("poi__56880.doc", "B.doc_revision_authors"),
}
UNREADABLE = {
    "poi__Bug60942.doc": "Word 95 or an older Word",
    "poi__cn.orthodox.www_divenbog_APRIL_30-APRIL.DOC": "Word 95 or an older Word",
}


def _name(sample: Sample) -> str:
    return sample.path.name


@cache
def _rebuilt(path: Path) -> inside.Rebuild | str:
    try:
        return inside.rebuild(path.read_bytes(), path.name, Limits(), "test")
    except Blocked as blocked:
        return blocked.reason


def _grave(code: str) -> bool:
    try:
        return hiding_place(code).severity.grave
    except UnknownCode:
        return False


@skip
@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_everything_grave_that_a_real_document_carries_is_found(sample: Sample) -> None:
    report = inside.inspect(sample.path.read_bytes(), sample.path.name, Limits())
    found = {finding.code for finding in report.findings}
    grave = {code.removesuffix("?") for code in sample.codes if _grave(code.removesuffix("?"))}
    wrong = {code for name, code in WRONG_LABELS if name == sample.path.name}
    assert grave - found <= wrong
    if sample.clean:
        assert not report.grave
        assert report.status is not Status.BLOCKED


@skip
@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_nothing_survives_the_rebuild_of_a_real_document(sample: Sample) -> None:
    if sample.path.stat().st_size > 700_000:
        pytest.skip("a thousand pages: measured apart")
    made = _rebuilt(sample.path)
    if isinstance(made, str):
        assert UNREADABLE[sample.path.name] in made
        return
    assert made.proof.holds, made.proof.failures
    for output in made.rebuilt.outputs:
        assert inside.inspect(output.data, output.name, Limits()).status is Status.CLEAN


@skip
@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_document_never_passes_unseen_and_never_crashes(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  the same damage in every run
    sample = chance.choice([sample for sample in SAMPLES if sample.path.stat().st_size < 40_000])
    whole = sample.path.read_bytes()
    before = inside.inspect(whole, sample.path.name, Limits())
    data = bytearray(whole)
    match seed % 3:
        case 0:
            data = data[: chance.randrange(1, len(data))]
        case 1:
            for _ in range(chance.randrange(1, 30)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        case _:
            place = chance.randrange(len(data))
            data[place:place] = data[chance.randrange(len(data)) :][:200]
    report = inside.inspect(bytes(data), sample.path.name, Limits())
    assert report.status is not Status.CLEAN or before.status is Status.CLEAN or bytes(data) == whole
    try:
        made = inside.rebuild(bytes(data), sample.path.name, Limits(), "test")
    except Blocked:
        return
    assert made.proof.clean
