"""Pages and pictures as small JPEGs, for a person to compare; nothing of them leaves."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdfium2 as pdfium
from PIL import Image, ImageOps, ImageSequence

WIDTH = 460
"""Pixels across."""

MOST_PAGES = 40
_QUALITY = 55


def thumbnails(data: bytes, kind: str) -> Iterator[bytes]:
    """The first pages of a PDF, or the frames of a picture, as they are shown; nothing for another kind."""
    if kind == "pdf":
        yield from _of_pdf(data)
    elif kind in {"jpeg", "png", "tiff", "heic"}:
        with Image.open(io.BytesIO(data)) as picture:
            for number, frame in enumerate(ImageSequence.Iterator(picture)):
                if number >= MOST_PAGES:
                    return
                yield _jpeg(ImageOps.exif_transpose(frame))


def small(data: bytes) -> bytes:
    """A picture in a document, small."""
    with Image.open(io.BytesIO(data)) as picture:
        return _jpeg(picture)


def _of_pdf(data: bytes) -> Iterator[bytes]:
    document = pdfium.PdfDocument(data)
    try:
        document.init_forms()
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            scale = WIDTH / max(1.0, page.get_width())
            yield _jpeg(page.render(scale=min(scale, 3 * WIDTH / max(1.0, page.get_height()))).to_pil())
            page.close()
    finally:
        document.close()


def _jpeg(picture: Image.Image) -> bytes:
    flat = Image.new("RGB", picture.size, "white")
    mask = picture.convert("RGBA")
    flat.paste(mask, mask=mask.getchannel("A"))
    flat.thumbnail((WIDTH, 3 * WIDTH))
    buffer = io.BytesIO()
    flat.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()
