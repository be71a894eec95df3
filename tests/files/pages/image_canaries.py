"""Pictures that each carry one word beside their pixels: a function for every row of the catalogue."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from files.pages import heic_files
from PIL import Image, PngImagePlugin, TiffImagePlugin

CANARIES: dict[str, Callable[[str], bytes]] = {}


def canary(code: str) -> Callable[[Callable[[str], bytes]], Callable[[str], bytes]]:
    """Enter a function for a code of the catalogue."""

    def entered(make: Callable[[str], bytes]) -> Callable[[str], bytes]:
        CANARIES[code] = make
        return make

    return entered


def shot() -> Image.Image:
    return Image.effect_noise((60, 40), 60).convert("RGB")


def jpeg(**options: object) -> bytes:
    buffer = io.BytesIO()
    shot().save(buffer, "JPEG", **options)
    return buffer.getvalue()


def png(image: Image.Image | None = None, **options: object) -> bytes:
    buffer = io.BytesIO()
    (image or shot()).save(buffer, "PNG", **options)
    return buffer.getvalue()


def with_segment(marker: int, content: bytes) -> bytes:
    data = jpeg()
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + data[2:]


def with_chunk(name: bytes, content: bytes, data: bytes | None = None) -> bytes:
    data = data or png()
    chunk = struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return data[:-12] + chunk + data[-12:]


def exif(tag: int, value: object, inner: int | None = None) -> Image.Exif:
    block = Image.Exif()
    if inner is None:
        block[tag] = value
    else:
        block.get_ifd(inner)[tag] = value
    return block


@canary("I.EXIF")
@canary("I.ImageDescription")
def in_the_description(word: str) -> bytes:
    return jpeg(exif=exif(0x010E, word))


@canary("I.Artist")
def in_the_artist(word: str) -> bytes:
    return jpeg(exif=exif(0x013B, word))


@canary("I.UserComment")
def in_the_comment_of_the_user(word: str) -> bytes:
    return jpeg(exif=exif(0x9286, b"ASCII\x00\x00\x00" + word.encode(), 0x8769))


@canary("I.BodySerialNumber")
def in_the_serial_number(word: str) -> bytes:
    return jpeg(exif=exif(0xA431, word, 0x8769))


@canary("I.gps")
@canary("I.EXIF+GPS")
def in_the_position(word: str) -> bytes:
    return jpeg(exif=exif(0x001C, b"ASCII\x00\x00\x00" + word.encode(), 0x8825))


@canary("I.thumbnail")
def in_a_thumbnail(word: str) -> bytes:
    little = jpeg()
    little = little[:2] + struct.pack(">BBH", 0xFF, 0xFE, len(word) + 2) + word.encode() + little[2:]
    first = struct.pack("<H", 0) + struct.pack("<I", 14)
    second = (
        struct.pack("<H", 2) + struct.pack("<HHII", 0x0201, 4, 1, 44) + struct.pack("<HHII", 0x0202, 4, 1, len(little))
    )
    block = b"II*\x00" + struct.pack("<I", 8) + first + second + struct.pack("<I", 0)
    block += b"\x00" * (44 - len(block)) + little
    return with_segment(0xE1, b"Exif\x00\x00" + block)


@canary("I.group_Maker")
def in_the_note_of_the_maker(word: str) -> bytes:
    block = exif(0x010F, "Maker")
    block.get_ifd(0x8769)[0x927C] = b"NOTE" + word.encode()
    return jpeg(exif=block)


@canary("I.group_MPF0")
def in_a_second_picture(word: str) -> bytes:
    return with_segment(0xE2, b"MPF\x00" + word.encode())


@canary("I.XMP")
def in_xmp(word: str) -> bytes:
    packet = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>{word}</dc:creator></x:xmpmeta>"
    return with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + packet.encode())


@canary("I.IPTC/8BIM")
def in_iptc(word: str) -> bytes:
    record = b"\x1c\x02\x78" + struct.pack(">H", len(word)) + word.encode()
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(record)) + record + b"\x00" * (len(record) % 2)
    return with_segment(0xED, b"Photoshop 3.0\x00" + resource)


@canary("I.COM")
def in_a_comment(word: str) -> bytes:
    return with_segment(0xFE, word.encode())


@canary("I.APP7")
def in_a_block_of_a_program(word: str) -> bytes:
    return with_segment(0xE7, word.encode())


@canary("I.TRAILER")
def after_the_end(word: str) -> bytes:
    return jpeg() + word.encode()


@canary("I.TRAILER of a PNG")
def after_the_end_of_a_png(word: str) -> bytes:
    return png() + word.encode()


@canary("I.tEXt")
def in_a_text_block(word: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", word)
    return png(pnginfo=info)


@canary("I.zTXt")
def in_a_packed_text_block(word: str) -> bytes:
    return with_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(word.encode()))


@canary("I.iTXt")
def in_an_international_text_block(word: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Comment", word, zip=True)
    return png(pnginfo=info)


@canary("I.eXIf")
def in_exif_of_a_png(word: str) -> bytes:
    return png(exif=exif(0x010E, word))


@canary("I.tIME")
def in_the_time_of_change(_: str) -> bytes:
    return with_chunk(b"tIME", b"\x07\xe8\x01\x01\x01\x01\x01")


@canary("I.chunk_zzXx")
def in_a_private_block(word: str) -> bytes:
    return with_chunk(b"zzXx", word.encode())


@canary("I.alpha_hidden")
def under_transparency(_: str) -> bytes:
    pixels = np.zeros((40, 60, 4), dtype=np.uint8)
    pixels[:, :, :3] = np.arange(60, dtype=np.uint8)[None, :, None] * 4
    pixels[:20, :, 3] = 255
    return png(Image.fromarray(pixels, "RGBA"))


@canary("I.frames")
def on_a_second_page(_: str) -> bytes:
    buffer = io.BytesIO()
    shot().save(buffer, "TIFF", save_all=True, append_images=[shot()])
    return buffer.getvalue()


@canary("I.tag_65000")
def in_a_tag_of_a_tiff(word: str) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[65000] = word
    tags.tagtype[65000] = 2
    buffer = io.BytesIO()
    shot().save(buffer, "TIFF", tiffinfo=tags)
    return buffer.getvalue()


@canary("I.TRAILER of a TIFF")
def between_the_blocks_of_a_tiff(word: str) -> bytes:
    buffer = io.BytesIO()
    shot().save(buffer, "TIFF")
    return buffer.getvalue() + word.encode() * 8


def gif(**options: object) -> bytes:
    buffer = io.BytesIO()
    shot().convert("P").save(buffer, "GIF", **options)
    return buffer.getvalue()


def with_gif_block(kind: int, content: bytes) -> bytes:
    data = gif()
    block = bytes([0x21, kind]) + (b"\x0bPROGRAM 1.0" if kind == 0xFF else b"") + bytes([len(content)]) + content
    return data[:-1] + block + b"\x00;"


@canary("I.COM of a GIF")
def in_a_comment_of_a_gif(word: str) -> bytes:
    return with_gif_block(0xFE, word.encode())


@canary("I.APP_GIF")
def in_a_block_of_a_program_of_a_gif(word: str) -> bytes:
    return with_gif_block(0xFF, word.encode())


@canary("I.frames of a GIF")
def on_a_second_frame(_: str) -> bytes:
    return gif(save_all=True, append_images=[shot().convert("P")])


@canary("I.TRAILER of a GIF")
def after_the_end_of_a_gif(word: str) -> bytes:
    return gif() + word.encode()


def webp(**options: object) -> bytes:
    buffer = io.BytesIO()
    shot().save(buffer, "WEBP", **options)
    return buffer.getvalue()


@canary("I.EXIF of a WEBP")
def in_exif_of_a_webp(word: str) -> bytes:
    return webp(exif=exif(0x010E, word).tobytes())


@canary("I.XMP of a WEBP")
def in_xmp_of_a_webp(word: str) -> bytes:
    return webp(xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{word}</x:xmpmeta>".encode())


@canary("I.TRAILER of a WEBP")
def after_the_end_of_a_webp(word: str) -> bytes:
    return webp() + word.encode()


@canary("I.TRAILER of a BMP")
def after_the_end_of_a_bmp(word: str) -> bytes:
    buffer = io.BytesIO()
    shot().save(buffer, "BMP")
    return buffer.getvalue() + word.encode()


def svg(inside: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="60" height="40"><rect width="30" height="20" fill="#336699"/>{inside}</svg>'
    ).encode()


for _where, _markup in {
    "title": "<title>{}</title>",
    "description": "<desc>{}</desc>",
    "comment": "<!-- {} -->",
    "metadata": '<metadata><a xmlns="urn:x">{}</a></metadata>',
    "hidden group": '<g display="none"><text>{}</text></g>',
    "style that hides": '<text style="visibility:hidden">{}</text>',
    "definition": "<defs><text>{}</text></defs>",
    "script": "<script>{}</script>",
    "web page inside": '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">{}</p></foreignObject>',
    "data": '<rect width="1" height="1" data-name="{}"/>',
}.items():

    @canary(f"I.svg_hidden of a {_where}")
    def in_a_drawing(word: str, markup: str = _markup) -> bytes:
        return svg(markup.format(word))


@canary("I.svg_trace")
def in_a_name_of_a_drawing(word: str) -> bytes:
    return svg(f'<rect id="{word}" width="1" height="1"/>')


@canary("I.COM of a picture in a drawing")
def in_a_picture_in_a_drawing(word: str) -> bytes:
    inner = base64.b64encode(with_segment(0xFE, word.encode())).decode()
    return svg(f'<image width="9" height="9" xlink:href="data:image/jpeg;base64,{inner}"/>')


def heic(kind: str, word: str = "Quibblefrotz") -> bytes:
    return base64.b64decode(getattr(heic_files, kind)).replace(b"Quibblefrotz", word.encode()[:12].ljust(12))


@canary("I.EXIF of a HEIC")
def in_exif_of_a_heic(word: str) -> bytes:
    return heic("EXIF", word)


@canary("I.auxiliary")
def beside_a_heic(_: str) -> bytes:
    return heic("ALPHA")


@canary("I.thumbnail of a HEIC")
def in_a_small_picture_of_a_heic(_: str) -> bytes:
    return heic("THUMB")


@canary("I.TRAILER of a HEIC")
def after_the_end_of_a_heic(word: str) -> bytes:
    return heic("PLAIN") + word.encode()


@canary("I.box_zzzz")
def in_a_box_of_a_heic(word: str) -> bytes:
    return heic("PLAIN") + struct.pack(">I", len(word) + 8) + b"zzzz" + word.encode()
