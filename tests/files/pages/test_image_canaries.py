from __future__ import annotations

import io

import pytest
from files.pages.image_canaries import CANARIES, jpeg, png, shot
from PIL import Image

from candour.files import inside
from candour.files.findings import Status
from candour.files.limits import Limits

WORD = "Quibblefrotz"


@pytest.mark.parametrize("code", sorted(CANARIES))
def test_what_a_picture_carries_is_found_and_does_not_outlive_a_rebuild(code: str) -> None:
    data = CANARIES[code](WORD)
    report = inside.inspect(data, "picture", Limits())
    assert code.partition(" of ")[0] in {finding.code for finding in report.findings}
    rebuild = inside.rebuild(data, "picture", Limits(), "1")
    assert rebuild.proof.holds, rebuild.proof.failures
    for output in rebuild.rebuilt.outputs:
        assert WORD.encode() not in output.data
        assert inside.inspect(output.data, output.name, Limits()).status is Status.CLEAN


def test_a_picture_of_pixels_alone_is_clean() -> None:
    for data in (jpeg(), png()):
        assert inside.inspect(data, "picture", Limits()).status is Status.CLEAN


def test_a_picture_is_turned_as_its_reader_sees_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    output = inside.rebuild(jpeg(exif=exif), "picture.jpg", Limits(), "1").rebuilt.outputs[0]
    assert Image.open(io.BytesIO(output.data)).size == (40, 60)


def test_each_page_of_a_tiff_becomes_a_picture_of_its_own() -> None:
    outputs = inside.rebuild(CANARIES["I.frames"](WORD), "scan.tif", Limits(), "1").rebuilt.outputs
    assert [output.name for output in outputs] == ["scan 1.png", "scan 2.png"]


def test_pixels_without_loss_stay_as_they_were() -> None:
    original = shot()
    output = inside.rebuild(png(original), "picture.png", Limits(), "1").rebuilt.outputs[0]
    assert Image.open(io.BytesIO(output.data)).convert("RGB").tobytes() == original.tobytes()


@pytest.mark.parametrize("data", [jpeg()[:-20], png()[:-20], png()[:40], jpeg()[:30]])
def test_a_picture_that_is_cut_short_is_blocked(data: bytes) -> None:
    assert inside.inspect(data, "picture", Limits()).status is Status.BLOCKED
