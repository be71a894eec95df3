"""ODT. OpenDocument 1.3 part 2 (packages) and part 3 (schema)."""

from __future__ import annotations

import io

from PIL import Image

from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.markup import Element, attribute, comments_in, local, parse, text_of
from candour.files.odf import OpenDocument, inspect_entries, open_document
from candour.files.odf_sweep import AttributeSweep
from candour.files.visible import Document, Picture, Visible
from candour.files.word.covers import COVERED
from candour.files.word.gathered import Gathered
from candour.files.word.looks import Looks
from candour.files.word.odf_shapes import OdfPicture
from candour.files.word.odf_styles import ListMarks, OdfStyles
from candour.files.word.odf_text import OdfBlock, OdfText, crop_of
from candour.files.word.odf_uncovered import uncover, uncover_edge
from candour.files.word.outputs import rebuilt_document
from candour.files.word.reencode import Undecodable, reencoded

_FAMILIES = (
    "urn:oasis:names:tc:opendocument:xmlns:",
    "urn:org:documentfoundation:",
    "http://openoffice.org/",
    "http://www.w3.org/",
    "http://purl.org/dc/",
    "urn:openoffice:",
)


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in an ODT. Raises `Blocked`."""
    inspected, lost = _inspected(data, context)
    inspected.lost += lost
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The accepted view of an ODT as a fresh DOCX and PDF. Raises `Blocked`."""
    return rebuilt_document(context.inspected or inspect(data, context), context)


def read_again(data: bytes) -> Visible:
    """No rebuild writes ODT. Raises `Blocked`."""
    raise Blocked(f"A rebuild writes DOCX, not ODT ({len(data):,} bytes).")


def _inspected(data: bytes, context: Context) -> tuple[Inspected, list[str]]:
    inspected = Inspected()
    document = open_document(data, context, inspected)
    gathered = Gathered(inspected)
    content = parse(document.read("content.xml"), "content.xml")
    styles_root = parse(document.read("styles.xml"), "styles.xml") if document.has("styles.xml") else None
    styles = OdfStyles()
    for part in ("styles.xml", "content.xml"):
        if document.has(part):
            root = content if part == "content.xml" else parse(document.read(part), part)
            styles.read(root)
            _classify(root, part, inspected)
            for text in comments_in(root):
                gathered.add("F.markup_comment", part, text)
    body = next((element for element in content.iter() if local(element) == "text" and _is_body(element)), None)
    if body is None:
        raise Blocked("The file is damaged: it has no text. Ask for it again.")
    read = OdfText("content.xml", styles, gathered, ListMarks(styles))
    read.walk(body, Looks(size=12.0))
    read.finish(body)
    _scripts(content, gathered)
    barred = uncover(read, [content, *([styles_root] if styles_root is not None else [])])
    blocks: list[OdfBlock] = [*read.blocks, *read.notes]
    if styles_root is not None:
        above, below, of_edges = _headers_and_footers(styles_root, content, read)
        barred += of_edges
        blocks = [*above, *blocks, *below]
    gathered.report()
    inspect_entries(document, context, inspected, {"content.xml", "styles.xml"} & set(document.archive.names()))
    shown, lost = _pictures(blocks, document)
    _unused_pictures(document, read.used, gathered)
    gathered.report()
    inspected.visible = Document(shown)
    entries = frozenset(document.archive.names())
    for part, swept in (("content.xml", content), ("styles.xml", styles_root)):
        if swept is not None:
            sweep = AttributeSweep(part)
            sweep.take(swept)
            sweep.report(inspected, entries)
    lost += barred
    if read.covered and not inspected.blocked:
        inspected.blocked = COVERED
    return inspected, lost + [f"{count} {what}" for what, count in read.lost.items()]


def _is_body(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == "body"


def _classify(root: Element, part: str, inspected: Inspected) -> None:
    families: set[str] = set()
    for element in root.iter():
        if local(element) and element.tag not in families:
            families.add(str(element.tag))
            namespace = str(element.tag)[1:].rpartition("}")[0]
            if namespace.startswith(_FAMILIES):
                inspected.know()
            else:
                inspected.wonder(f"element {local(element)} in {part}")
                inspected.hidden.add(text_of(element))
    inspected.know()


def _scripts(content: Element, gathered: Gathered) -> None:
    for element in content:
        if local(element) == "scripts" and (len(element) or text_of(element).strip()):
            values = " ".join(str(text) for inner in element.iter() for text in inner.attrib.values())
            gathered.add("F.macro", "content.xml", f"{values} {text_of(element)}")


def _headers_and_footers(
    styles: Element, content: Element, body: OdfText
) -> tuple[list[OdfBlock], list[OdfBlock], list[str]]:
    """The headers and footers of the pages that the text uses, and what is lost of them; those of others are hidden."""
    every = [style for root in (styles, content) for style in root.iter() if local(style) == "style"]
    named = {attribute(style, "master-page-name") for style in every}
    masters = [element for element in styles.iter() if local(element) == "master-page"]
    above: list[OdfBlock] = []
    below: list[OdfBlock] = []
    lost: list[str] = []
    following = {attribute(master, "next-style-name") for master in masters}
    for place, master in enumerate(masters):
        name = attribute(master, "name")
        used = place == 0 or name in {"Standard", *named, *following}
        for element in master:
            kind = local(element)
            if not kind.startswith(("header", "footer")):
                continue
            read = OdfText("styles.xml", body.styles, body.gathered, body.marks, lost=body.lost, used=body.used)
            if not used or attribute(element, "display") == "false":
                read.hide(element, "F.header_footer_unused", quiet=True)
                continue
            read.walk(element, Looks(size=12.0))
            read.finish(element)
            lost += uncover_edge(read, master, kind)
            body.covered = body.covered or read.covered
            target = above if kind.startswith("header") else below
            target += [block for block in read.blocks if block not in target]
    return above, below, lost


def _pictures(blocks: list[OdfBlock], document: OpenDocument) -> tuple[list, list[str]]:  # type: ignore[type-arg]
    shown = []
    missing = 0
    for block in blocks:
        if not isinstance(block, OdfPicture):
            shown.append(block)
            continue
        picture = _picture(block, document)
        if picture is None:
            missing += 1
        else:
            shown.append(picture)
    return shown, [f"{missing} pictures that cannot be turned into pixels"] if missing else []


def _picture(block: OdfPicture, document: OpenDocument) -> Picture | None:
    if not document.has(block.entry):
        return None
    data = document.read(block.entry)
    try:
        with Image.open(io.BytesIO(data)) as image:
            resolution = image.info.get("dpi", (96, 96))[0]
            dpi = float(resolution) if resolution and float(resolution) > 1 else 96.0
            crop = crop_of(block.clip, image.width, image.height, dpi)
        return reencoded(data, crop)
    except (Undecodable, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _unused_pictures(document: OpenDocument, used: set[str], gathered: Gathered) -> None:
    """`O.image_unused`: pictures that no text shows; those of bullets and backgrounds are shown by their style."""
    referred = set(used)
    for part in ("content.xml", "styles.xml"):
        if document.has(part):
            for element in parse(document.read(part), part).iter():
                if local(element) in {"background-image", "fill-image", "list-level-style-image", "image"}:
                    referred.add((attribute(element, "href") or "").removeprefix("./"))
    for name in document.archive.names():
        if name.startswith("Pictures/") and name not in referred:
            gathered.add("O.image_unused", name)
