"""Pictures: what their files carry beside the pixels that are shown; and the pixels alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pi_heif
from PIL import (
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageOps,
    ImageSequence,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from candour.files.findings import Blocked, Severity
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.pages.segments import carried, has_position, words
from candour.files.pages.tally import Tally
from candour.files.visible import Page, Pages

pi_heif.register_heif_opener()
_READERS = (
    BmpImagePlugin,
    GifImagePlugin,
    WebPImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
)
"""Imported so that they register themselves before the process is confined; nothing else reads a stranger’s picture."""

_MOST_PIXELS = 120_000_000
_MOST_PAGES = 300
_QUALITY = 90
_PHOTOGRAPHS = {"JPEG", "MPO", "HEIF"}
_GPS, _EXIF, _INTEROP = 0x8825, 0x8769, 0xA005
_MAKER_NOTE, _PREVIEW = 0x927C, 0x0201
_TELLING = {
    "ImageDescription": 0x010E,
    "Make": 0x010F,
    "Model": 0x0110,
    "Software": 0x0131,
    "DateTime": 0x0132,
    "Artist": 0x013B,
    "HostComputer": 0x013C,
    "DocumentName": 0x010D,
    "PageName": 0x011D,
    "Copyright": 0x8298,
    "XPTitle": 0x9C9B,
    "XPComment": 0x9C9C,
    "XPAuthor": 0x9C9D,
    "XPKeywords": 0x9C9E,
    "XPSubject": 0x9C9F,
}
_TELLING_EXIF = {
    "UserComment": 0x9286,
    "CameraOwnerName": 0xA430,
    "BodySerialNumber": 0xA431,
    "LensSerialNumber": 0xA435,
    "ImageUniqueID": 0xA420,
    "DateTimeOriginal": 0x9003,
    "LensModel": 0xA434,
}
_DRAWING_TAGS = frozenset(
    [
        254,
        255,
        256,
        257,
        258,
        259,
        262,
        263,
        264,
        265,
        266,
        273,
        274,
        277,
        278,
        279,
        280,
        281,
        282,
        283,
        284,
        292,
        293,
        296,
        297,
        317,
        318,
        319,
        320,
        321,
        322,
        323,
        324,
        325,
        332,
        336,
        338,
        339,
        340,
        341,
        342,
        347,
        512,
        513,
        514,
        515,
        519,
        520,
        521,
        529,
        530,
        531,
        532,
        34675,
        330,
    ]
)
_LIGHT_TAGS = {"Make", "Model", "Software", "DateTime", "LensModel", "DateTimeOriginal", "ImageUniqueID"}


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a picture's file beside the pixels that are shown. Raises `Blocked` for what cannot be drawn."""
    inspected = Inspected()
    tally = Tally(hidden=inspected.hidden)
    for segment in carried(data):
        code = f"I.{segment.code}"
        tally.add(code, segment.place, 1, segment.text, severity=segment.severity)
        if segment.code in {"EXIF", "eXIf"} and has_position(segment.data):
            tally.add("I.EXIF+GPS", segment.place)
        inspected.know()
    image = _opened(data)
    frames = _tell_picture(image, data, tally)
    pages = []
    for frame in _frames(image, context):
        _tell_transparency(frame, tally)
        shown = _as_shown(frame)
        pages.append(Page("", float(shown.width), float(shown.height)))
        inspected.know()
    if frames > 1 and image.format != "TIFF":
        tally.add("I.frames", "file", frames - 1)
    if image.format == "TIFF" and frames > 1:
        tally.add("I.frames", "file", frames - 1, plainly="further pages", severity=Severity.MODERATE)
    inspected.visible = Pages(pages)
    inspected.findings.extend(tally.findings())
    inspected.know()
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The pixels as they are shown, turned upright, in a new file for each page. Raises `Blocked`."""
    image = _opened(data)
    outputs: list[Output] = []
    pages: list[Page] = []
    photograph = image.format in _PHOTOGRAPHS
    frames = [_as_shown(frame) for frame in _frames(image, context)]
    for number, frame in enumerate(frames, 1):
        name = context.stem if len(frames) == 1 else f"{context.stem} {number}"
        buffer = io.BytesIO()
        clean = Image.frombytes(frame.mode, frame.size, frame.tobytes())
        if photograph:
            clean.save(buffer, "JPEG", quality=_QUALITY)
        else:
            clean.save(buffer, "PNG", compress_level=6)
        page = Page("", float(frame.width), float(frame.height))
        kind, ending = ("jpeg", "jpg") if photograph else ("png", "png")
        outputs.append(Output(f"{name}.{ending}", kind, buffer.getvalue(), Pages([page])))
        pages.append(page)
    lost = ["Colours are those of the screen: the picture’s own colour profile is applied and gone."]
    if len(frames) > 1:
        lost.append(f"Each of the {len(frames)} pages is a picture of its own.")
    film = int(getattr(image, "n_frames", 1)) if image.format in {"GIF", "WEBP"} else 1
    if film > 1:
        lost.append(f"The film of {film} pictures stands still at its first.")
    if image.format == "HEIF":
        lost.append("The picture is a JPEG now.")
    return Rebuilt(outputs, Pages(pages), lost)


def read_again(data: bytes) -> Pages:
    """The size of a picture that this package wrote, from the frame of its file, which must decode to that size.

    Raises `Blocked` when it does not.
    """
    size = _declared_size(data)
    image = _opened(data)
    image.load()
    if image.size != size:
        raise Blocked("Two readers see pictures of different sizes.")
    return Pages([Page("", float(size[0]), float(size[1]))])


def searchable(data: bytes) -> Iterator[bytes]:
    """The bytes of a rebuilt picture that are not needed to draw it: there are none, or they are told."""
    return (segment.data for segment in carried(data))


def _declared_size(data: bytes) -> tuple[int, int]:
    if data.startswith(b"\x89PNG"):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    position = 2
    while position + 9 < len(data):
        marker = data[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height = int.from_bytes(data[position + 5 : position + 7], "big")
            return int.from_bytes(data[position + 7 : position + 9], "big"), height
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    raise Blocked("The picture does not say how large it is.")


def _opened(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "TIFF", "HEIF", "GIF", "WEBP", "BMP"))
        if image.width * image.height > _MOST_PIXELS:
            raise Blocked("The picture has more pixels than can be checked here. Send a smaller one.")
        image.load()
    except Image.DecompressionBombError:
        raise Blocked("The picture has more pixels than can be checked here. Send a smaller one.") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, TypeError) as error:
        raise Blocked(
            f"The picture is damaged and cannot be drawn ({type(error).__name__}). Ask for it again."
        ) from None
    return image


def _frames(image: Image.Image, context: Context) -> Iterator[Image.Image]:
    """Each page of a TIFF; of other kinds the one picture that is shown."""
    if image.format != "TIFF":
        yield image
        return
    try:
        for number, frame in enumerate(ImageSequence.Iterator(image), 1):
            context.budget.spend(unpacked=frame.width * frame.height)
            if number > _MOST_PAGES:
                raise Blocked(f"The picture has more than {_MOST_PAGES} pages. Send fewer.")
            frame.load()
            yield frame
    except (OSError, SyntaxError, ValueError, EOFError, TypeError):
        raise Blocked("The picture is damaged: one of its pages cannot be drawn. Ask for it again.") from None


def _as_shown(image: Image.Image) -> Image.Image:
    """A picture on white, upright, in plain grey or colour."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        return Image.alpha_composite(white, upright).convert("RGB")
    if upright.mode in {"1", "L"}:
        return upright.convert("L")
    if upright.mode.startswith("I") or upright.mode == "F":
        values = np.asarray(upright, dtype=np.float64)
        top = 65535.0 if upright.mode.startswith("I;16") or values.max(initial=0) > 255 else 255.0
        return Image.fromarray(np.clip(values * 255.0 / top, 0, 255).astype(np.uint8), "L")
    return upright.convert("RGB")


def _tell_picture(image: Image.Image, data: bytes, tally: Tally) -> int:
    """What the reader of the picture itself knows of metadata; returns the number of frames."""
    exif = Image.Exif()
    with suppress(ValueError, OSError, SyntaxError, TypeError, KeyError):
        exif = image.getexif()
    _tell_exif(exif, tally)
    if image.format == "TIFF":
        _tell_tiff(image, tally)
    for key, value in sorted(image.info.items(), key=lambda item: str(item[0])):
        if key in {"photoshop", "xmp"} and image.format == "JPEG":
            _tell_groups(key, value, tally)
    if b"ns.adobe.com/xap" in data or b"<x:xmpmeta" in data:
        _tell_xmp(data, tally)
    return int(getattr(image, "n_frames", 1))


def _tell_exif(exif: Image.Exif, tally: Tally) -> None:
    with suppress(ValueError, OSError, SyntaxError, TypeError, KeyError):
        position = exif.get_ifd(_GPS)
        if position:
            if not tally.has("I.EXIF+GPS"):
                tally.add("I.EXIF+GPS", "GPS")
            coordinates = "latitude and longitude" if {2, 4} & set(position) else "a position block"
            tally.add("I.gps", "GPS", len(position), plainly=coordinates)
    with suppress(ValueError, OSError, SyntaxError, TypeError, KeyError):
        inner = exif.get_ifd(_EXIF)
        _tell_tags(inner, _TELLING_EXIF, tally)
        if note := inner.get(_MAKER_NOTE):
            maker = str(exif.get(0x010F, "")).split(" ")[0].strip("\x00 ").title() or "maker"
            text = " ".join(words(bytes(note))) if isinstance(note, (bytes, bytearray)) else ""
            tally.add(f"I.group_{maker}", "maker’s note", 1, text)
    with suppress(ValueError, OSError, SyntaxError, TypeError, KeyError):
        if _PREVIEW in exif.get_ifd(ExifTags.IFD.IFD1) or 0x0111 in exif.get_ifd(ExifTags.IFD.IFD1):
            tally.add("I.thumbnail", "IFD1", plainly="a small picture")
    _tell_tags(dict(exif), _TELLING, tally)


def _tell_tags(values: dict[int, object], names: dict[str, int], tally: Tally) -> None:
    for name, number in names.items():
        value = values.get(number)
        if isinstance(value, (bytes, bytearray)):
            if number >= 0x9C9B and number <= 0x9C9F:
                value = bytes(value).decode("utf-16-le", "ignore")
            else:
                value = " ".join(words(bytes(value)))
        text = str(value or "").strip("\x00 ")
        if text:
            tally.add(f"I.{name}", "EXIF", 1, text, severity=Severity.MODERATE if name in _LIGHT_TAGS else None)


def _tell_tiff(image: Image.Image, tally: Tally) -> None:
    tags = getattr(image, "tag_v2", None)
    if not isinstance(tags, TiffImagePlugin.ImageFileDirectory_v2):
        return
    for number in tags:
        if number in _DRAWING_TAGS or number in {_GPS, _EXIF, _INTEROP, *_TELLING.values()}:
            continue
        value = tags[number]
        text = " ".join(words(value)) if isinstance(value, bytes) else str(value)[:500]
        code = {700: "I.XMP", 33723: "I.IPTC/8BIM", 34377: "I.IPTC/8BIM"}.get(number, f"I.tag_{number}")
        tally.add(code, "tags", 1, text)


def _tell_groups(key: str, value: object, tally: Tally) -> None:
    if key != "photoshop" or not isinstance(value, dict):
        return
    tally.add("I.group_Photoshop", "8BIM", len(value))
    if 0x0404 in value:
        content = value[0x0404]
        tally.add("I.group_IPTC", "8BIM", 1, " ".join(words(content)) if isinstance(content, bytes) else "")
    if 0x040C in value or 0x0409 in value:
        tally.add("I.thumbnail", "8BIM", plainly="a small picture kept by Photoshop")


def _tell_xmp(data: bytes, tally: Tally) -> None:
    start = data.find(b"<x:xmpmeta")
    text = data[start : data.find(b"</x:xmpmeta>", start)] if start >= 0 else b""
    if b"xmpGImg:image" in text or b"xmp:Thumbnails" in text:
        tally.add("I.thumbnail", "XMP", plainly="a small picture")
    for prefix, group in ((b"<dc:", "XMP-dc"), (b"dc:", "XMP-dc"), (b"photoshop:", "XMP-photoshop")):
        if prefix in text:
            tally.add(f"I.group_{group}", "XMP")
            if group == "XMP-dc":
                break


def _tell_transparency(image: Image.Image, tally: Tally) -> None:
    """Pixels that are clear but not plain: whoever takes the transparency off sees them."""
    if image.mode not in {"RGBA", "LA"}:
        return
    pixels = np.asarray(image)
    clear = pixels[..., -1] == 0
    if clear.sum() < 16:
        return
    hidden = pixels[clear][:, :-1]
    if int((hidden.max(axis=0).astype(int) - hidden.min(axis=0)).max()) > 24:
        tally.add("I.alpha_hidden", "pixels", int(clear.sum()))
