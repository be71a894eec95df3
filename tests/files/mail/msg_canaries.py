"""Outlook messages that each hide one word in one place: a function for every row of the catalogue."""

from __future__ import annotations

import struct
from collections.abc import Callable

CANARIES: dict[str, Callable[[str], bytes]] = {}
TEXT = "The answer is forty two officers."
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = dict[str, "bytes | Tree"]


def canary(code: str) -> Callable[[Callable[[str], bytes]], Callable[[str], bytes]]:
    """Enter a function for a code of the catalogue."""

    def entered(make: Callable[[str], bytes]) -> Callable[[str], bytes]:
        CANARIES[code] = make
        return make

    return entered


def compound(tree: Tree, residue: bytes = b"") -> bytes:
    """A compound file with a stream for each entry; every stream is padded by its size of 4096 bytes and more."""
    entries: list[list[object]] = []
    sectors: list[bytes] = []
    chains: list[int] = []

    def store(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[at : at + 512].ljust(512, b"\x00") for at in range(0, len(data), 512)]
        sectors.extend(pieces)
        chains.extend([start + step + 1 for step in range(len(pieces) - 1)] + [_END])
        return start

    def enter(name: str, kind: int, content: bytes) -> int:
        entries.append([name, kind, _FREE, _FREE, _FREE, 0, 0])
        index = len(entries) - 1
        if kind == 2 and content:
            entries[index][5], entries[index][6] = store(content.ljust(4096, b"\x00")), max(4096, len(content))
        return index

    def fill(parent: int, inner: Tree) -> None:
        previous = _FREE
        for name in sorted(inner, key=lambda text: (len(text), text.upper())):
            value = inner[name]
            index = enter(name, 1 if isinstance(value, dict) else 2, b"" if isinstance(value, dict) else value)
            if previous == _FREE:
                entries[parent][4] = index
            else:
                entries[previous][3] = index
            previous = index
            if isinstance(value, dict):
                fill(index, value)

    enter("Root Entry", 5, b"")
    fill(0, tree)
    directory = b""
    for name, kind, left, right, child, start, size in entries:
        text = str(name).encode("utf-16-le") + b"\x00\x00"
        directory += text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, left, right, child)
        directory += b"\x00" * 36 + struct.pack("<IQ", start if kind == 2 else (_END if kind == 5 else 0), size)
    while len(directory) % 512:
        directory += b"\x00" * 64 + struct.pack("<HBBIII", 0, 0, 0, _FREE, _FREE, _FREE) + b"\x00" * 48
    first_directory = store(directory)
    if residue:
        sectors.append(residue.ljust(512, b"\x00"))
        chains.append(_FREE)
    tables = 1
    while (len(sectors) + tables) > tables * 128:
        tables += 1
    first_table = len(sectors)
    chains.extend([_FAT] * tables)
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(tables * 512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, first_directory, 0, 4096, _END, 0, _END, 0
    )
    header += struct.pack("<109I", *([first_table + step for step in range(tables)] + [_FREE] * (109 - tables)))
    return header + b"".join(sectors) + table


def text(value: str) -> bytes:
    return value.encode("utf-16-le")


def message(**properties: str) -> Tree:
    """The streams of a plain message, with further text properties by their number."""
    tree: Tree = {
        "__properties_version1.0": b"\x00" * 32,
        "__substg1.0_001A001F": text("IPM.Note"),
        "__substg1.0_0037001F": text("Your request"),
        "__substg1.0_0C1A001F": text("FOI Team"),
        "__substg1.0_0E04001F": text("Alex Reader"),
        "__substg1.0_1000001F": text(TEXT),
    }
    for number, value in properties.items():
        tree[f"__substg1.0_{number[1:]}001F"] = text(value)
    return tree


def fixed(*pairs: tuple[int, int], header: int = 8) -> bytes:
    return b"\x00" * header + b"".join(struct.pack("<HHIII", 3, number, 0, value, 0) for number, value in pairs)


for _code, _number in (
    ("M.bcc", "0E02"),
    ("M.transport_headers", "007D"),
    ("M.sender_email", "0C1F"),
    ("M.message_id", "1035"),
    ("M.last_modifier", "3FFA"),
    ("M.named_props", "8001"),
    ("M.other_text", "3FD9"),
):

    @canary(_code)
    def in_a_property(word: str, number: str = _number) -> bytes:
        return compound(message(**{f"p{number}": word}))


@canary("M.bcc_recipient")
def in_a_blind_recipient(word: str) -> bytes:
    tree = message()
    tree["__recip_version1.0_#00000000"] = {
        "__properties_version1.0": fixed((0x0C15, 3)),
        "__substg1.0_3001001F": text(word),
    }
    return compound(tree)


@canary("M.recipients")
def in_the_address_of_a_recipient(word: str) -> bytes:
    tree = message()
    tree["__recip_version1.0_#00000000"] = {
        "__properties_version1.0": fixed((0x0C15, 1)),
        "__substg1.0_39FE001F": text(f"{word}@reader.example"),
    }
    return compound(tree)


def attachment(word: str, **flags: int) -> Tree:
    from files.mail.mail_canaries import jpeg_with

    return {
        "__properties_version1.0": fixed(*((int(name[1:], 16), value) for name, value in flags.items())),
        "__substg1.0_3707001F": text("a.jpg"),
        "__substg1.0_37010102": jpeg_with(word) + b"\x00" * 5000,
    }


@canary("M.attachments")
def in_an_attached_picture(word: str) -> bytes:
    return compound(message() | {"__attach_version1.0_#00000000": attachment(word)})


@canary("M.hidden_attachment")
def in_an_attachment_that_is_not_listed(word: str) -> bytes:
    return compound(message() | {"__attach_version1.0_#00000000": attachment(word, x7FFE=1)})


@canary("M.embedded_msg")
def in_a_property_of_an_inner_message(word: str) -> bytes:
    inner = message(p0E02=word) | {"__properties_version1.0": b"\x00" * 24}
    holder: Tree = {"__properties_version1.0": fixed(), "__substg1.0_3701000D": inner}
    return compound(message() | {"__attach_version1.0_#00000000": holder})


@canary("M.rtf_body")
def in_the_rich_text(word: str) -> bytes:
    rich = f"{{\\rtf1\\ansi {TEXT} {word}}}".encode()
    packed = struct.pack("<IIII", len(rich) + 12, len(rich), 0x414C454D, 0) + rich
    return compound(message() | {"__substg1.0_10090102": packed})


@canary("M.html_body")
def in_the_html(word: str) -> bytes:
    return compound(message() | {"__substg1.0_10130102": f"<p>{TEXT}</p><p hidden>{word}</p>".encode()})


@canary("B.free_sector_residue")
def in_a_free_sector(word: str) -> bytes:
    return compound(message(), residue=word.encode())


@canary("M.unknown_stream")
def in_a_stream_of_no_mail(word: str) -> bytes:
    return compound(message() | {"Notes": word.encode()})
