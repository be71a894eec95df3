"""Files damaged at random end in a report: never in a crash, and never in a pass of what was found before."""

from __future__ import annotations

import random

import pytest

from candour.files import inside
from candour.files.findings import Blocked, Status
from candour.files.kinds import format_of, recognise
from candour.files.limits import Limits
from files.mail import mail_canaries, msg_canaries
from files.pages import image_canaries, pdf_canaries
from files.test_archive import CANARIES as ARCHIVES

WORD = "Quibblefrotz"
SEEDS = {
    "pdf": pdf_canaries.under_a_black_box(WORD),
    "revised pdf": pdf_canaries.in_an_earlier_revision(WORD),
    "packed pdf": pdf_canaries.deflated(pdf_canaries.in_an_attachment(WORD)),
    "jpeg": image_canaries.in_a_thumbnail(WORD),
    "png": image_canaries.in_an_international_text_block(WORD),
    "tiff": image_canaries.on_a_second_page(WORD),
    "eml": mail_canaries.in_a_property_of_winmail_dat(WORD),
    "html": mail_canaries.in_the_plain_version_alone(WORD),
    "msg": msg_canaries.in_a_property_of_an_inner_message(WORD),
    "zip": ARCHIVES["P.text_not_rendered"],
}
CASES = 12


def truncated(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(1, len(data))]


def flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 4, 32))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def swapped(data: bytes, dice: random.Random) -> bytes:
    first, second = sorted(dice.sample(range(1, len(data)), 2))
    return data[:first] + data[second:] + data[first:second]


def doubled(data: bytes, dice: random.Random) -> bytes:
    first, second = sorted(dice.sample(range(1, len(data)), 2))
    return data[:second] + data[first:second] + data[second:]


@pytest.mark.parametrize("damage", [truncated, flipped, swapped, doubled])
@pytest.mark.parametrize("name", sorted(SEEDS))
def test_a_damaged_file_is_reported_or_blocked(name: str, damage: object) -> None:
    assert callable(damage)
    dice = random.Random(f"{name} {damage.__name__}")  # noqa: S311  damage needs no secrecy
    for _ in range(CASES):
        data = damage(SEEDS[name], dice)
        report = inside.inspect(data, f"file.{name}", Limits())
        if report.status is Status.BLOCKED:
            assert report.reason
        elif report.status is Status.CLEAN:
            assert WORD not in _seen_nowhere_in(data), "a hidden word passed"


def _seen_nowhere_in(data: bytes) -> str:
    """The bytes of a file that passed, without what its reader sees."""
    visible = ""
    try:
        inspected = format_of(recognise(data)).inspect(data, inside.Context("file", inside.Budget(Limits())))
        visible = " ".join(inspected.visible.texts()) if inspected.visible else ""
    except Blocked:
        return ""
    return "" if WORD in visible else data.decode("latin-1")
