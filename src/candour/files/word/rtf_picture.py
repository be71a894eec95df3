"""Pictures in an RTF: decoded, cropped, written anew. Rich Text Format Specification 1.9.1, “Pictures”."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from candour.files.office import pictures
from candour.files.residue import words_in
from candour.files.word.reencode import Undecodable, reencoded
from candour.files.word.shapes import Crop

if TYPE_CHECKING:
    from candour.files.word.rtf import RtfReader


@dataclass(slots=True)
class Picture:
    """The picture of one group while it is read."""

    digits: list[bytes] = field(default_factory=list)
    binary: bytes = b""
    crop: dict[str, int] = field(default_factory=dict)
    width: int = 0
    height: int = 0


def end_picture(reader: RtfReader, *, shown: bool) -> None:
    """Take in the picture whose group has ended: to the blocks where it is shown, to the findings what it hides."""
    picture, reader.picture = reader.picture, None
    if picture is None:
        return
    data = picture.binary or from_hex(b"".join(picture.digits).decode("latin-1"))
    if not data:
        return
    for _, content in pictures.carried(data):
        for word in words_in(content, reader.context.budget):
            reader.inspected.hidden.add(word)
    if carried := pictures.carried(data):
        reader.gathered.add("O.image_meta", "picture", shown=", ".join(name for name, _ in carried)[:60])
    crop = _crop(picture)
    if crop.cuts:
        reader.gathered.add("O.cropped_image", "picture")
    if not shown:
        reader.gathered.add("R.fallback_copy", "picture")
        return
    try:
        reader.blocks.append(reencoded(data, crop))
    except Undecodable:
        reader.gathered.add(
            "O.vector_image", "picture", " ".join(words_in(data, reader.context.budget)), count=len(data)
        )
        reader.lost["drawings"] = reader.lost.get("drawings", 0) + 1


def _crop(picture: Picture) -> Crop:
    def share(side: str, size: int) -> float:
        return max(0.0, picture.crop.get(side, 0) / size) if size else 0.0

    across = picture.width + picture.crop.get("l", 0) + picture.crop.get("r", 0)
    down = picture.height + picture.crop.get("t", 0) + picture.crop.get("b", 0)
    return Crop(share("l", across), share("t", down), share("r", across), share("b", down))


def from_hex(text: str) -> bytes:
    """Bytes that are written as hexadecimal digits, whatever stands between them."""
    digits = "".join(character for character in text if character in "0123456789abcdefABCDEF")
    return bytes.fromhex(digits[: len(digits) // 2 * 2])
