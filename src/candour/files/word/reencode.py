"""Pictures as pixels: decoded, cropped, flattened and written anew, so that nothing but what is seen is kept."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from candour.files.visible import Picture
from candour.files.word.shapes import Crop

LARGEST = 60_000_000
"""Pixels: a picture with more is not decoded."""

WIDEST = 2_400
"""Pixels of the longer side of what is written: more than a page of print needs."""

_LOSSY = {"JPEG", "MPO"}


class Undecodable(ValueError):
    """A picture that cannot be turned into pixels here (a drawing of vectors, a damaged or giant one)."""


def reencoded(data: bytes, crop: Crop | None = None) -> Picture:
    """The picture anew. Raises `Undecodable`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data))
            kind = _decodable(image)
            image.seek(0)
            upright = ImageOps.exif_transpose(image)
            pixels = _flattened(upright)
    except Undecodable:
        raise
    except Exception as error:  # noqa: BLE001  Pillow raises whatever a stranger's picture makes it raise
        raise Undecodable(type(error).__name__) from None
    if crop is not None and crop.cuts:
        pixels = _cropped(pixels, crop)
    if max(pixels.size) > WIDEST:
        pixels.thumbnail((WIDEST, WIDEST))
    written = io.BytesIO()
    if kind in _LOSSY:
        pixels.save(written, "JPEG", quality=88, optimize=False)
        return Picture(written.getvalue(), "image/jpeg", pixels.width, pixels.height)
    pixels.save(written, "PNG", compress_level=6)
    return Picture(written.getvalue(), "image/png", pixels.width, pixels.height)


def _decodable(image: Image.Image) -> str:
    if image.format in {"WMF", "EMF", "EPS", None} or image.width * image.height > LARGEST:
        raise Undecodable(f"a picture of kind {image.format}")
    return str(image.format)


def _flattened(image: Image.Image) -> Image.Image:
    """On white, without transparency: what lies under transparent pixels is not seen."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        over = image.convert("RGBA")
        ground = Image.new("RGBA", over.size, (255, 255, 255, 255))
        ground.alpha_composite(over)
        image = ground
    plain = Image.new("L" if image.mode in {"1", "L"} else "RGB", image.size)
    plain.paste(image.convert(plain.mode))
    return plain


def _cropped(image: Image.Image, crop: Crop) -> Image.Image:
    width, height = image.size
    left, top = round(width * crop.left), round(height * crop.top)
    right, bottom = round(width * (1 - crop.right)), round(height * (1 - crop.bottom))
    if right <= left or bottom <= top:
        raise Undecodable("a picture that is cropped to nothing")
    return image.crop((left, top, right, bottom))
