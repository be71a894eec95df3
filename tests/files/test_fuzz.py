"""Files damaged at random end in a finding or a block: never in a crash, never in a pass of what was hidden.

A file that is called clean is rebuilt, and the token that was hidden in it before the damage must not be in the bytes.
"""

from __future__ import annotations

import io
import random
import warnings
import zipfile
from collections.abc import Callable

import pytest

from candour.files import inside
from candour.files.findings import Blocked, Status
from candour.files.limits import Limits
from candour.files.proof import inflated
from files import canaries_odt, canaries_rtf, canaries_xls, canaries_xlsb, table_canaries, test_doc, workbook_canaries
from files.canaries_docx import PLANTED as DOCX
from files.mail import mail_canaries, msg_canaries
from files.pages import image_canaries, pdf_canaries
from files.samples import FOLDER

TOKEN = "Qz7canaryxk"
CASES = 1
"""Cases for each seed and damage in the suite; a long campaign calls `outcome` with many more."""

Damage = Callable[[bytes, random.Random], bytes]


def _made(ending: str, makers: dict[str, Callable[[str], bytes]], *places: str) -> dict[str, bytes]:
    return {f"{place}.{ending}": makers[place](TOKEN) for place in places}


def seeds() -> dict[str, bytes]:
    """Canaries of every format, by a name with its ending."""
    made = _made(
        "xlsx", workbook_canaries.CANARIES, "X.sheet_hidden", "X.row_hidden", "X.pivot_records", "X.sst_orphan",
        "X.comments", "X.same_colour run", "X.external_cache", "X.under_merge", "O.embedding", "X.defname_literal",
    )  # fmt: skip
    made |= _made("xlsb", canaries_xlsb.PLANTED, "X.sheet_hidden", "X.row_hidden", "X.sst_orphan", "X.pivot_records")
    made |= _made("xls", canaries_xls.PLANTED, "B.sst_orphan", "B.comments", "B.overlay", "B.formula_literal")
    made |= _made("ods", table_canaries.SPREADSHEETS, "F.sheet_hidden", "F.row_collapse", "F.annotation", "F.embedding")
    made |= _made("csv", table_canaries.TEXTS, "C.remote_cell", "C.injection", "C.comment")
    made |= {f"{place}.docx": DOCX[place][1](TOKEN) for place in list(DOCX)[::6]}
    made |= {f"{place}.odt": canaries_odt.PLANTED[place][1](TOKEN) for place in list(canaries_odt.PLANTED)[::6]}
    made |= {f"{place}.rtf": canaries_rtf.PLANTED[place][1](TOKEN) for place in list(canaries_rtf.PLANTED)[::5]}
    made |= {f"{place}.doc": test_doc.PLANTED[place][1]().bytes() for place in list(test_doc.PLANTED)[::4]}
    made |= _made("pdf", pdf_canaries.CANARIES, "P.text_not_rendered", "P.incremental", "P.attachment", "P.ocg_hidden")
    made |= _made(
        "png", image_canaries.CANARIES, "I.tEXt", "I.COM of a GIF", "I.EXIF of a WEBP", "I.svg_hidden of a title"
    )
    made |= _made("jpg", image_canaries.CANARIES, "I.thumbnail", "I.XMP", "I.EXIF of a HEIC", "I.tag_65000")
    made |= _made(
        "eml", mail_canaries.CANARIES, "E.tnef", "E.parts_differ", "E.attached_mail", "E.html_hidden by a web page"
    )
    made |= _made("msg", msg_canaries.CANARIES, "M.bcc", "M.attachments", "M.rtf_body")
    return made


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


def lied(data: bytes, dice: random.Random) -> bytes:
    """Sizes that are wrong: numbers of four bytes made large, small or off by one."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 3))):
        place = dice.randrange(max(1, len(changed) - 4))
        old = int.from_bytes(changed[place : place + 4], "little")
        new = dice.choice((0, 0xFFFFFFFF, (old + 1) & 0xFFFFFFFF, (old - 1) & 0xFFFFFFFF))
        changed[place : place + 4] = new.to_bytes(4, "little")
    return bytes(changed)


def _entries(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def _written(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def _in_a_package(change: Callable[[list[tuple[str, bytes]], random.Random], bytes]) -> Damage:
    def damage(data: bytes, dice: random.Random) -> bytes:
        return change(_entries(data), dice) if data.startswith(b"PK") else flipped(data, dice)

    return damage


def _order(entries: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    dice.shuffle(entries)
    return _written(entries, dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)))


def _exchanged(entries: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    first, second = dice.sample(range(len(entries)), 2)
    (one, left), (other, right) = entries[first], entries[second]
    entries[first], entries[second] = (one, right), (other, left)
    return _written(entries)


def _twice(entries: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    name, _ = dice.choice(entries)
    return _written([*entries, (dice.choice((name, name.upper())), dice.choice(entries)[1])])


def _dropped(entries: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    entries.pop(dice.randrange(len(entries)))
    return _written(entries)


def _inside(entries: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    place = dice.randrange(len(entries))
    name, content = entries[place]
    if len(content) > 2:
        entries[place] = (name, dice.choice((flipped, truncated, doubled, swapped, lied))(content, dice))
    return _written(entries)


def _markup(entries: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    """An element or an attribute moved, doubled or renamed in a part of markup."""
    place = dice.randrange(len(entries))
    name, content = entries[place]
    pieces = content.split(b"<")
    if len(pieces) > 3:
        spot = dice.randrange(1, len(pieces))
        match dice.randrange(4):
            case 0:
                pieces.insert(dice.randrange(1, len(pieces)), pieces[spot])
            case 1:
                pieces[spot] = pieces[spot].replace(b'="', b'x="', 1)
            case 2:
                pieces[spot] = pieces[spot].replace(b">", b">" + TOKEN.encode(), 1)
            case _:
                del pieces[spot]
        entries[place] = (name, b"<".join(pieces))
    return _written(entries)


DAMAGES: dict[str, Damage] = {
    "truncated": truncated,
    "flipped": flipped,
    "swapped": swapped,
    "doubled": doubled,
    "lied": lied,
    "order": _in_a_package(_order),
    "exchanged": _in_a_package(_exchanged),
    "twice": _in_a_package(_twice),
    "dropped": _in_a_package(_dropped),
    "inside": _in_a_package(_inside),
    "markup": _in_a_package(_markup),
}


def outcome(data: bytes, name: str, token: str = TOKEN) -> str:
    """What becomes of a damaged file; an empty text where nothing is wrong with that, else what is."""
    report = inside.inspect(data, name, Limits())
    if report.status is Status.BLOCKED:
        return "" if report.reason else "blocked without a reason"
    if not token:
        return ""
    if report.status is not Status.CLEAN:
        return ""
    try:
        made = inside.rebuild(data, name, Limits(), "test")
    except Blocked:
        return ""
    if any(token.casefold() in text.casefold() for text in made.original.texts()):
        return ""
    if any(_holds(output.data, token) for output in made.rebuilt.outputs):
        return "clean, and the token is in the rebuilt bytes though nobody sees it"
    return "clean, and the token is in the file though nobody sees it" if _holds(data, token) else ""


def _holds(data: bytes, token: str) -> bool:
    lower = token.lower()
    return any(lower.encode(code) in content.lower() for content in inflated(data) for code in ("utf-8", "utf-16-le"))


SEEDS = seeds()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_reported_or_blocked(damage: str) -> None:
    dice = random.Random(damage)  # noqa: S311  damage needs no secrecy
    for name in dice.sample(sorted(SEEDS), 10):
        for _ in range(CASES):
            data = DAMAGES[damage](SEEDS[name], dice)
            assert outcome(data, name.replace(" ", "_"), TOKEN) == "", name


REAL = (
    sorted(path for path in (FOLDER / "release").glob("*") if path.stat().st_size < 25_000) if FOLDER.exists() else []
)


@pytest.mark.skipif(not REAL, reason="the samples of real files are not beside the repository")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_real_file_never_makes_a_reader_fail(damage: str) -> None:
    dice = random.Random(f"real {damage}")  # noqa: S311  damage needs no secrecy
    for path in dice.sample(REAL, 4):
        data = path.read_bytes()
        try:
            broken = DAMAGES[damage](data, dice)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            continue  # encrypted, or broken already
        assert outcome(broken, path.name, "") == "", path.name
