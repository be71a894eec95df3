"""A transcript set on A4 pages: drawn as pictures with a layer of its text, like every page that leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from candour.files.pages import pdf_writer
from candour.files.pages.pdf_writer import Word, WrittenPage
from candour.files.visible import Page, Pages

_WIDTH, _HEIGHT = 595.28, 841.89
_MARGIN = 56.0
_SIZE = 10.5
_LEADING = 15.0
_DOTS = 150 / 72
_SMALLEST = 3.0
_LONGEST = 600
"""Characters of a word that can be set in one line at all."""


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    with as_file(files("manimgx_fonts")) as folder:
        path = next(folder.rglob("NotoSans[[]wght].ttf"))
        return ImageFont.truetype(str(path), size)


@dataclass(slots=True)
class _Sheet:
    image: Image.Image = field(
        default_factory=lambda: Image.new("L", (round(_WIDTH * _DOTS), round(_HEIGHT * _DOTS)), 255)
    )
    lines: list[list[Word]] = field(default_factory=list)
    y: float = _MARGIN


def typeset(headers: list[tuple[str, str]], lines: list[str], attached: list[str]) -> tuple[bytes, Pages, int]:
    """The PDF, what it shows, and how many characters the font lacks."""
    sheets = [_Sheet()]
    missing = 0
    paragraphs = [f"{name}: {value}" for name, value in headers]
    paragraphs += ["", *lines]
    for name in attached:
        paragraphs.append(name)
    for paragraph in paragraphs:
        for words, size in _broken(paragraph.split()):
            sheet = sheets[-1]
            if sheet.y + _LEADING > _HEIGHT - _MARGIN:
                sheet = _Sheet()
                sheets.append(sheet)
            missing += _set(sheet, words, size)
            sheet.y += _LEADING
        if not paragraph.strip():
            sheets[-1].y += _LEADING / 2
    pages = [
        WrittenPage(round(_WIDTH, 2), round(_HEIGHT, 2), pdf_writer.picture_of(_pixels(sheet.image)), sheet.lines)
        for sheet in sheets
    ]
    return pdf_writer.write(pages), Pages([Page(page.text, page.width, page.height) for page in pages]), missing


def _broken(words: list[str]) -> list[tuple[list[str], float]]:
    """Words in lines that fit; a word too long for a line has one of its own, in smaller letters."""
    room = (_WIDTH - 2 * _MARGIN) * _DOTS
    font = _font(round(_SIZE * _DOTS))
    lines: list[tuple[list[str], float]] = []
    current: list[str] = []
    for word in words:
        if len(word) > _LONGEST:
            continue
        alone = font.getlength(word)
        if alone > room:
            if current:
                lines.append((current, _SIZE))
            lines.append(([word], max(_SMALLEST, _SIZE * room / alone * 0.98)))
            current = []
        elif font.getlength(" ".join([*current, word])) > room:
            lines.append((current, _SIZE))
            current = [word]
        else:
            current.append(word)
    if current:
        lines.append((current, _SIZE))
    return lines


def _set(sheet: _Sheet, words: list[str], size: float) -> int:
    font = _font(max(1, round(size * _DOTS)))
    draw = ImageDraw.Draw(sheet.image)
    x = _MARGIN
    line: list[Word] = []
    missing = 0
    for word in words:
        draw.text((x * _DOTS, sheet.y * _DOTS), word, fill=0, font=font)
        breadth = font.getlength(word) / _DOTS
        scaling = max(1.0, round(100 * breadth / (0.5 * size * len(word)), 2))
        line.append(Word(word, round(x, 2), round(_HEIGHT - sheet.y - size * 1.3, 2), round(size, 2), scaling))
        x += breadth + font.getlength(" ") / _DOTS
        missing += sum(1 for character in word if _lacks(character))
    sheet.lines.append(line)
    return missing


@cache
def _lacks(character: str) -> bool:
    """Whether the font draws its box for unknown characters."""
    if character.isascii():
        return False
    font = _font(20)
    return bool(font.getmask(character).getbbox() == font.getmask("\U0010fffd").getbbox())


def _pixels(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    grey = np.asarray(image)
    return np.repeat(grey[:, :, None], 4, axis=2)
