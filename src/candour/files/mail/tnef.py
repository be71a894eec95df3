"""winmail.dat: the files that Outlook packed into it, and the words of its properties. [MS-OXTNEF]."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTACHMENT_DATA, _ATTACHMENT_TITLE, _ATTACHMENT_PROPERTIES, _RENDERED = 0x800F, 0x8010, 0x9005, 0x9002


@dataclass(slots=True)
class Packed:
    """The files, and every other attribute's bytes. `whole` is false when the end is missing."""

    files: list[tuple[str, bytes]] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    whole: bool = True


def unpack(data: bytes) -> Packed:
    """What a winmail.dat holds, as far as it goes."""
    packed = Packed()
    if not data.startswith(SIGNATURE):
        packed.whole = False
        return packed
    position = 6
    names: list[str] = []
    contents: list[bytes] = []
    while position + 9 <= len(data):
        _, identifier, _, length = struct.unpack_from("<BHHI", data, position)
        content = data[position + 9 : position + 9 + length]
        if len(content) < length or position + 11 + length > len(data):
            packed.whole = False
            packed.rest.append(content)
            break
        if identifier == _ATTACHMENT_DATA:
            contents.append(content)
        elif identifier == _ATTACHMENT_TITLE:
            names.append(content.split(b"\x00")[0].decode("cp1252", "replace"))
        else:
            packed.rest.append(content)
        position += 11 + length
    for number, content in enumerate(contents):
        packed.files.append((names[number] if number < len(names) else f"attachment {number + 1}", content))
    return packed
