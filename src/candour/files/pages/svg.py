"""SVG: a drawing in markup, drawn anew as pixels; and what its markup holds that is not drawn. SVG 2 (W3C, 2018)."""

from __future__ import annotations

import base64
import binascii
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import typst
from PIL import Image

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.markup import Element, local, parse
from candour.files.masked import masked
from candour.files.pages import image as pictures
from candour.files.visible import Page, Pages

_SVG = "{http://www.w3.org/2000/svg}"
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+svg\s+PUBLIC\s+\"[^\"<>\[]*\"\s+\"[^\"<>\[]*\"\s*>", re.IGNORECASE)
"""The document type that editors of drawings write: it names the standard and declares nothing."""

_DRAWN = {"text", "tspan", "textPath", "a", "svg", "g", "switch"}
_DRAWING = {"style"}
_WORDS = {"id", "class", "label", "title", "aria-label", "role", "name", "export-filename", "docname", "href", "base"}
_EMBEDDED = re.compile(r"data:image/[\w.+-]+;base64,(.*)", re.DOTALL)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|;)\s*opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)")
_WIDTH = 500.0
"""Points that the drawing is made wide."""


def inspect(data: bytes, context: Context) -> Inspected:
    """The words, pictures and addresses of a drawing that nobody sees. Raises `Blocked` where it cannot be drawn."""
    inspected = Inspected()
    root = _root(data)
    told: dict[str, list[str]] = {}
    for code, text in _unseen(root):
        if text.strip():
            told.setdefault(code, []).append(text.strip())
            inspected.hidden.add(text)
    for code, texts in told.items():
        inspected.findings.append(found(code, "drawing", len(texts), masked("; ".join(texts[:6]))))
    for number, content in enumerate(_embedded(root), 1):
        inner = context.inspect_inner(content, f"picture {number}")
        inspected.findings += inner.findings
        inspected.hidden.update(inner.hidden)
        inspected.know()
    drawn = _drawn(data)
    inspected.visible = Pages([Page("", float(drawn.width), float(drawn.height))])
    inspected.know()
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The drawing as pixels. Raises `Blocked`."""
    drawn = _drawn(data)
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG", compress_level=6)
    pages = Pages([Page("", float(drawn.width), float(drawn.height))])
    output = Output(f"{context.stem}.png", "png", buffer.getvalue(), pages)
    return Rebuilt([output], pages, ["The drawing is a picture of pixels now; words in it cannot be searched."])


def read_again(data: bytes) -> Pages:
    """Drawings leave as PNG. Raises `Blocked`."""
    return pictures.read_again(data)


def _root(data: bytes) -> Element:
    root = parse(_DOCTYPE.sub(b"", data[:4096]) + data[4096:], "drawing")
    if local(root) != "svg":
        raise Blocked("The file is XML that is no drawing. Send it as XLSX, CSV, PDF or a picture.")
    return root


def _unseen(root: Element) -> Iterator[tuple[str, str]]:
    """Texts and attributes that leave no mark, each with its code."""
    for node in (*root.itersiblings(preceding=True), *root.itersiblings()):
        yield "I.svg_hidden", str(node.text or "")
    for element in root.iter():
        name = local(element)
        if not name:
            yield "I.svg_hidden", str(element.text or "")
        else:
            foreign = not str(element.tag).startswith(_SVG) and str(element.tag).startswith("{")
            hidden = foreign or name not in _DRAWN or _is_hidden(element)
            if element.text and name not in _DRAWING and hidden:
                yield "I.svg_hidden", element.text
            if name in {"script", "foreignObject"}:
                yield "I.svg_hidden", f"{name} element"
            for key, value in element.attrib.items():
                yield from _attribute(str(key), str(value), foreign=foreign)
        parent = element.getparent()
        if element.tail and parent is not None and (local(parent) not in _DRAWN or _is_hidden(parent)):
            yield "I.svg_hidden", element.tail


def _attribute(key: str, value: str, *, foreign: bool) -> Iterator[tuple[str, str]]:
    short = key.rpartition("}")[2]
    if short == "href" and not value.startswith(("data:", "#")):
        yield "I.svg_trace", value
    elif short.startswith(("on", "data-")):
        yield "I.svg_hidden", value
    elif (foreign or key.startswith("{") or short in _WORDS) and short != "href" and _tells(value):
        yield "I.svg_trace", value


def _tells(value: str) -> bool:
    return any(len(word) > 3 for word in re.findall(r"[^\W\d_]+", value)) and not value.startswith("http://www.w3.org")


def _is_hidden(element: Element) -> bool:
    for ancestor in (element, *element.iterancestors()):
        if local(ancestor) in {"defs", "symbol", "metadata", "title", "desc", "clipPath", "mask", "pattern"}:
            return True
        style = ";".join(
            [ancestor.get("style") or "", *(f"{key!s}:{value!s}" for key, value in ancestor.attrib.items())]
        )
        if _HIDING.search(style):
            return True
    return False


def _embedded(root: Element) -> Iterator[bytes]:
    for element in root.iter():
        for key, value in element.attrib.items():
            if str(key).endswith("href") and (match := _EMBEDDED.match(str(value).strip())):
                try:
                    yield base64.b64decode(re.sub(r"\s", "", match[1]), validate=True)
                except binascii.Error:
                    raise Blocked("The drawing holds a picture that is damaged. Ask for it again.") from None


def _drawn(data: bytes) -> Image.Image:
    """The drawing on white, by a renderer that follows no address."""
    with tempfile.TemporaryDirectory(prefix="candour-svg-") as name:
        folder = Path(name)
        (folder / "drawing.svg").write_bytes(_DOCTYPE.sub(b"", data[:4096]) + data[4096:])
        page = (
            f'#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("drawing.svg", width: {_WIDTH}pt)'
        )
        (folder / "page.typ").write_text(page, encoding="utf-8")
        try:
            made = typst.compile(folder / "page.typ", root=folder, format="png", ppi=144)
        except RuntimeError:
            raise Blocked("The drawing is damaged and cannot be drawn. Send it as a picture or a PDF.") from None
    if not isinstance(made, bytes):
        raise Blocked("The drawing is damaged and cannot be drawn. Send it as a picture or a PDF.")
    opened = Image.open(io.BytesIO(made), formats=("PNG",))
    white = Image.new("RGBA", opened.size, "white")
    return Image.alpha_composite(white, opened.convert("RGBA")).convert("RGB")
