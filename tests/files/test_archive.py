from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest

from candour.files import inside
from candour.files.findings import Status
from candour.files.limits import Limits
from files.mail.mail_canaries import letter
from files.pages.image_canaries import in_the_description, png
from files.pages.pdf_canaries import pdf, under_a_black_box

WORD = "Quibblefrotz"


def packed(members: dict[str, bytes], comment: bytes = b"", extra: bytes = b"", mode: int = 0o644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2024, 6, 3, 10, 0, 0))
            info.extra = extra
            info.external_attr = mode << 16
            archive.writestr(info, content)
        archive.comment = comment
    return buffer.getvalue()


CANARIES = {
    "Z.trailing": packed({"a.pdf": pdf()}) + WORD.encode(),
    "Z.comment": packed({"a.pdf": pdf()}, comment=WORD.encode()),
    "Z.extra_fields": packed({"a.pdf": pdf()}, extra=struct.pack("<HH", 0x7875, len(WORD)) + WORD.encode()),
    "Z.os_litter": packed({"a.pdf": pdf(), "__MACOSX/._a.pdf": WORD.encode()}),
    "Z.entries": packed({"a.pdf": pdf()}),
    "Z.nested": packed({"inner.zip": packed({"a.pdf": under_a_black_box(WORD)})}),
    "P.text_not_rendered": packed({"folder/a.pdf": under_a_black_box(WORD)}),
    "I.EXIF": packed({"a.jpg": in_the_description(WORD), "b.jpg": in_the_description(WORD)}),
    "E.received": packed({"a.eml": f"Received: from {WORD}\n".encode() + letter().as_bytes()}),
}


@pytest.mark.parametrize("code", sorted(CANARIES))
def test_what_is_hidden_in_an_archive_is_found_and_does_not_outlive_a_rebuild(code: str) -> None:
    report = inside.inspect(CANARIES[code], "files.zip", Limits())
    assert code in {finding.code for finding in report.findings}
    rebuild = inside.rebuild(CANARIES[code], "files.zip", Limits(), "1")
    assert rebuild.proof.holds, rebuild.proof.failures
    (output,) = rebuild.rebuilt.outputs
    assert inside.inspect(output.data, "files.zip", Limits()).status is Status.CLEAN
    assert all(WORD.encode() not in content for content in _contents(output.data))


def test_the_same_archive_is_rebuilt_to_the_same_bytes() -> None:
    data = packed({"b.png": png(), "a.pdf": pdf()})
    first, second = (inside.rebuild(data, "files.zip", Limits(), "1").rebuilt.outputs[0].data for _ in range(2))
    assert first == second


def test_files_of_one_name_after_the_rebuild_are_told_apart() -> None:
    data = packed({"a.jpg": in_the_description("x"), "a.jpeg": in_the_description("y")})
    output = inside.rebuild(data, "files.zip", Limits(), "1").rebuilt.outputs[0].data
    with zipfile.ZipFile(io.BytesIO(output)) as archive:
        assert archive.namelist() == ["a.jpg", "a (2).jpg"]


def _nested(depth: int) -> bytes:
    data = packed({"a.pdf": pdf()})
    for number in range(depth):
        data = packed({f"{number}.zip": data})
    return data


def _encrypted() -> bytes:
    data = bytearray(packed({"a.pdf": pdf()}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.pdf", pdf())
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.pdf", under_a_black_box(WORD))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: packed({"a.pdf": b"\x00" * 60_000_000}),
        lambda: packed({"../a.pdf": pdf()}),
        lambda: packed({"/etc/a.pdf": pdf()}),
        lambda: packed({"a.pdf": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777),
        lambda: _nested(5),
        _encrypted,
        _twice,
        lambda: packed({"a.pdf": pdf()})[:-30],
        lambda: packed({"a.exe": b"MZ\x00\x01"}),
    ],
    ids=["bomb", "climbs", "absolute", "link", "nested", "encrypted", "twice", "short", "unknown"],
)
def test_an_archive_that_tricks_or_cannot_be_checked_is_blocked(make: object) -> None:
    assert callable(make)
    assert inside.inspect(make(), "files.zip", Limits()).status is Status.BLOCKED


def _contents(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        contents = [archive.read(name) for name in archive.namelist()]
    return [data, *contents]
