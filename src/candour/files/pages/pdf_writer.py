"""Pages written as pictures with an unseen layer of the text that was seen on them, always in the same bytes.

The form is so narrow that reading a file and writing it again shows whether it is of this form: nothing else fits in.
The layer is set in a Type 3 font without ink (ISO 32000-1, 9.6.5), tagged line by line (14.8).
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass, field

import numpy as np
import pikepdf
from PIL import Image

from candour.files.pages.canvas import Pixels
from candour.files.pages.reasons import Why
from candour.files.pages.segments import carried
from candour.files.pages.sight import Glyph, Sight

DOTS = 200
"""Dots to an inch of the pictures."""

_FLAT_ENOUGH = 700_000
_QUALITY = 82
_WIDTH = 500
"""Width of every letter of the unseen font, in thousandths of its size."""
_CODES = 255


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the layer: left and bottom, size and breadth of the line it stands on, in points."""

    text: str
    x: float
    y: float
    size: float
    breadth: float
    """Horizontal scaling, in per cent."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """The pixels of a page as they are stored. `palette` is hexadecimal, for indexed colours."""

    width: int
    height: int
    space: str
    filter: str
    data: bytes
    palette: str = ""


@dataclass(slots=True)
class WrittenPage:
    """A page: its size in points, its picture, and its lines of words."""

    width: float
    height: float
    picture: PagePicture
    lines: list[list[Word]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the layer says."""
        return "\n".join(" ".join(word.text for word in line) for line in self.lines)


def picture_of(pixels: Pixels) -> PagePicture:
    """The pixels of a page in the smallest of three forms: grey or few colours without loss, or JPEG."""
    height, width = pixels.shape[:2]
    image = Image.fromarray(np.ascontiguousarray(pixels[:, :, :3]), "RGB")
    grey = bool((pixels[:, :, 0] == pixels[:, :, 1]).all() and (pixels[:, :, 1] == pixels[:, :, 2]).all())
    if grey:
        image = image.convert("L")
        data = zlib.compress(image.tobytes(), 6)
        if len(data) <= _FLAT_ENOUGH:
            return PagePicture(width, height, "DeviceGray", "FlateDecode", data)
    elif (colours := image.getcolors(256)) is not None:
        order = sorted(colour for _, colour in colours if isinstance(colour, tuple))
        packed = np.array(order, dtype=np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
        flat = pixels[:, :, :3].astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
        data = zlib.compress(np.searchsorted(packed, flat).astype(np.uint8).tobytes(), 6)
        if len(data) <= _FLAT_ENOUGH:
            palette = "".join(f"{red:02x}{green:02x}{blue:02x}" for red, green, blue in order)
            return PagePicture(width, height, "Indexed", "FlateDecode", data, palette)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, optimize=False)
    return PagePicture(width, height, "DeviceGray" if grey else "DeviceRGB", "DCTDecode", buffer.getvalue())


def lines_of(sight: Sight) -> list[list[Word]]:
    """The seen characters of a page as words in lines."""
    lines: list[list[Word]] = []
    current: list[Glyph] = []
    broken = True
    for glyph in sight.glyphs:
        if glyph.why is not Why.SEEN:
            broken = True
            continue
        if glyph.gap or broken:
            _close(current, lines, sight.height)
            current = []
            if "\n" in glyph.gap or not lines:
                lines.append([])
        current.append(glyph)
        broken = False
    _close(current, lines, sight.height)
    return [line for line in lines if line]


def _close(glyphs: list[Glyph], lines: list[list[Word]], height: float) -> None:
    text = "".join(glyph.text for glyph in glyphs).replace(" ", "")
    if not text:
        return
    left = min(glyph.box[0] for glyph in glyphs)
    right = max(glyph.box[2] for glyph in glyphs)
    top = min(glyph.box[1] for glyph in glyphs)
    bottom = max(glyph.box[3] for glyph in glyphs)
    size = max(round(bottom - top, 2), 1.0)
    breadth = max(round(100_000 * (right - left) / (_WIDTH * size * len(text)), 2), 1.0)
    lines[-1].append(Word(text, round(left, 2), round(height - bottom, 2), size, breadth))


def write(pages: list[WrittenPage]) -> bytes:
    """The file. The same pages give the same bytes."""
    characters = sorted(
        {character for page in pages for line in page.lines for word in line for character in word.text}
    )
    fonts = [characters[start : start + _CODES] for start in range(0, len(characters), _CODES)]
    codes = {character: (number, code + 1) for number, font in enumerate(fonts) for code, character in enumerate(font)}
    first_font = 4 + 3 * len(pages)
    first_element = first_font + 2 * len(fonts)
    objects: list[bytes] = []
    elements: list[list[int]] = []
    number = first_element
    for page in pages:
        elements.append(list(range(number, number + len(page.lines))))
        number += len(page.lines)
    tree = number
    kids = " ".join(f"{4 + 3 * index} 0 R" for index in range(len(pages)))
    objects.append(
        f"<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/Lang(en-GB)/StructTreeRoot {tree} 0 R>>".encode()
    )
    objects.append(f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode())
    objects.append(_stream("", f"{_WIDTH} 0 0 0 {_WIDTH} 1000 d1".encode()))
    for index, page in enumerate(pages):
        base = 4 + 3 * index
        named = "".join(f"/F{font} {first_font + 2 * font} 0 R" for font in range(len(fonts)))
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {page.width:.2f} {page.height:.2f}]/Resources<</XObject<</P "
            f"{base + 1} 0 R>>/Font<<{named}>>>>/Contents {base + 2} 0 R/StructParents {index}/Tabs/S>>".encode()
        )
        objects.append(_picture(page.picture))
        objects.append(_stream("/Filter/FlateDecode", zlib.compress(_content(page, codes), 6)))
    for number_of_font, font in enumerate(fonts):
        objects.extend(_font(font, first_font + 2 * number_of_font))
    for index, (page, members) in enumerate(zip(pages, elements, strict=True)):
        objects.extend(
            f"<</S/P/P {tree + 1} 0 R/Pg {4 + 3 * index} 0 R/K {line}>>".encode() for line in range(len(members))
        )
        assert len(page.lines) == len(members)
    numbers = "".join(
        f"{index}[{' '.join(f'{member} 0 R' for member in members)}]" for index, members in enumerate(elements)
    )
    objects.append(
        f"<</Type/StructTreeRoot/K {tree + 1} 0 R/ParentTree<</Nums[{numbers}]>>"
        f"/ParentTreeNextKey {len(pages)}>>".encode()
    )
    inner = " ".join(f"{member} 0 R" for members in elements for member in members)
    objects.append(f"<</S/Document/P {tree} 0 R/K[{inner}]>>".encode())
    return _file(objects)


def _content(page: WrittenPage, codes: dict[str, tuple[int, int]]) -> bytes:
    parts = [f"/Artifact BMC q {page.width:.2f} 0 0 {page.height:.2f} 0 0 cm /P Do Q EMC"]
    for number, line in enumerate(page.lines):
        parts.append(f"/P <</MCID {number}>> BDC BT 3 Tr")
        for word in line:
            start, font = 0, -1
            parts.append(f"1 0 0 1 {word.x:.2f} {word.y:.2f} Tm {word.breadth:.2f} Tz")
            while start < len(word.text):
                font = codes[word.text[start]][0]
                end = start
                while end < len(word.text) and codes[word.text[end]][0] == font:
                    end += 1
                shown = "".join(f"{codes[character][1]:02x}" for character in word.text[start:end])
                parts.append(f"/F{font} {word.size:.2f} Tf <{shown}> Tj")
                start = end
            parts.append("<00> Tj" if font >= 0 else "")
        parts.append("ET EMC")
    return "\n".join(parts).encode()


def _picture(picture: PagePicture) -> bytes:
    space = f"/{picture.space}"
    if picture.space == "Indexed":
        space = f"[/Indexed/DeviceRGB {len(picture.palette) // 6 - 1}<{picture.palette}>]"
    return _stream(
        f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}/ColorSpace{space}"
        f"/BitsPerComponent 8/Filter/{picture.filter}",
        picture.data,
    )


def _font(characters: list[str], number: int) -> list[bytes]:
    last = len(characters)
    names = "/space" + "".join(f"/c{code}" for code in range(1, last + 1))
    procedures = "/space 3 0 R" + "".join(f"/c{code} 3 0 R" for code in range(1, last + 1))
    widths = " ".join([str(_WIDTH)] * (last + 1))
    font = (
        f"<</Type/Font/Subtype/Type3/FontBBox[0 0 {_WIDTH} 1000]/FontMatrix[0.001 0 0 0.001 0 0]/FirstChar 0"
        f"/LastChar {last}/Widths[{widths}]/Encoding<</Type/Encoding/Differences[0{names}]>>"
        f"/CharProcs<<{procedures}>>/Resources<<>>/ToUnicode {number + 1} 0 R>>"
    )
    entries = ["<00> <0020>"]
    entries += [
        f"<{code:02x}> <{character.encode('utf-16-be', 'surrogatepass').hex()}>"
        for code, character in enumerate(characters, 1)
    ]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    mapping = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{mapping}endcmap end end"
    )
    return [font.encode(), _stream("", unicode.encode())]


def _stream(entries: str, data: bytes) -> bytes:
    return f"<<{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


_SHOWN = re.compile(r"/F(\d+) ([\d.]+) Tf <([0-9a-f]+)> Tj")
_PLACED = re.compile(r"1 0 0 1 (-?[\d.]+) (-?[\d.]+) Tm ([\d.]+) Tz")
_MAPPED = re.compile(r"<([0-9a-f]{2})> <([0-9a-f]{4,})>")
_LINE = re.compile(r"BDC BT 3 Tr\n(.*?)\nET EMC", re.DOTALL)


def read(data: bytes) -> list[WrittenPage] | None:
    """The pages of a file of this form; `None` when it is of another form, or holds anything besides."""
    if b"/StructTreeRoot" not in data or not data.startswith(
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R"
    ):
        return None
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            pages = [_read_page(page.obj) for page in pdf.pages]
        return pages if write(pages) == data else None
    except (pikepdf.PdfError, AttributeError, KeyError, ValueError, IndexError, TypeError, AssertionError):
        return None


def _read_page(page: pikepdf.Object) -> WrittenPage:
    box = [float(side) for side in page.MediaBox]
    image = page.Resources.XObject.P
    space = image.ColorSpace
    palette = ""
    name = "Indexed" if isinstance(space, pikepdf.Array) else str(space)[1:]
    if name == "Indexed":
        palette = bytes(space[3]).hex()
    picture = PagePicture(
        int(image.Width), int(image.Height), name, str(image.Filter)[1:], bytes(image.read_raw_bytes()), palette
    )
    _refuse_passengers(picture)
    fonts = {}
    for key, font in page.Resources.Font.items():
        mapping = bytes(font.ToUnicode.read_bytes()).decode()
        fonts[int(str(key)[2:])] = {
            int(code, 16): bytes.fromhex(text).decode("utf-16-be", "surrogatepass")
            for code, text in _MAPPED.findall(mapping)
        }
    lines = []
    for block in _LINE.findall(bytes(page.Contents.read_bytes()).decode()):
        places = list(_PLACED.finditer(block))
        words = []
        for place, following in zip(places, [*places[1:], None], strict=True):
            shown = list(_SHOWN.finditer(block, place.end(), following.start() if following else len(block)))
            text = "".join(fonts[int(match[1])][code] for match in shown for code in bytes.fromhex(match[3]))
            words.append(Word(text, float(place[1]), float(place[2]), float(shown[0][2]), float(place[3])))
        lines.append(words)
    return WrittenPage(box[2], box[3], picture, lines)


def _refuse_passengers(picture: PagePicture) -> None:
    """Raises `ValueError` when the stored pixels carry anything besides."""
    if picture.filter == "DCTDecode":
        if carried(picture.data):
            raise ValueError("the picture carries more than pixels")
        return
    inflater = zlib.decompressobj()
    pixels = inflater.decompress(picture.data)
    if (
        inflater.unused_data
        or len(pixels) != picture.width * picture.height
        or zlib.compress(pixels, 6) != picture.data
    ):
        raise ValueError("the picture carries more than pixels")
