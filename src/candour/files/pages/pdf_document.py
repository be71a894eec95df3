"""What a PDF carries beside its pages: files, layers, forms, metadata, actions, annotations, boxes."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pikepdf

from candour.files.findings import Blocked, Severity
from candour.files.format import Context
from candour.files.pages.pdf_history import bytes_of
from candour.files.pages.pdf_objects import text_of_stream
from candour.files.pages.segments import Segment, carried, has_position
from candour.files.pages.tally import Tally
from candour.files.visible import tokens_of

_INVISIBLE, _HIDDEN, _NO_VIEW = 1, 2, 32
_ACTIONS = {
    "/JavaScript": "P.javascript",
    "/Launch": "P.launch",
    "/GoToR": "P.goto_remote",
    "/GoToE": "P.goto_remote",
    "/SubmitForm": "P.launch",
    "/ImportData": "P.launch",
    "/Rendition": "P.launch",
    "/RichMediaExecute": "P.launch",
    "/Hide": "P.additional_actions",
    "/SetOCGState": "P.additional_actions",
}
_QUIET_ANNOTATIONS = {"/Link", "/Widget"}
_XMP_HISTORY = re.compile(r"xmpMM:|stEvt:|stRef:|DerivedFrom|photoshop:", re.IGNORECASE)


def tell_document(pdf: pikepdf.Pdf, tally: Tally, context: Context) -> None:
    """Find everything that belongs to the document or to an annotation, and scan the files inside it."""
    if pdf.is_encrypted:
        tally.add("P.encrypted_openable", "file", plainly="opens without a password, though it is encrypted")
    root = pdf.Root
    for value in _objects(pdf):
        _tell_object(value, tally)
    _layers(root, tally)
    _forms(root, tally)
    if "/OpenAction" in root:
        tally.add("P.open_action", "document")
    if "/Collection" in root:
        tally.add("P.portfolio", "document")
    if "/Outlines" in root and "/First" in root.Outlines:
        tally.add("P.outlines", "document", sum(1 for _ in _outline(root.Outlines)), severity=Severity.LOW)
    for number, page in enumerate(pdf.pages, 1):
        _page(page.obj, number, tally)
    _files(pdf, tally, context)


def _objects(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the document, those inside others as well."""
    waiting: list[tuple[Any, int]] = [(value, 0) for value in pdf.objects]
    waiting.append((pdf.trailer, 0))
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
            yield value
            inner: list[Any] = [item for _, item in list(value.items())]
        elif isinstance(value, pikepdf.Array):
            inner = list(value)
        else:
            continue
        if depth < 12:
            waiting.extend(
                (item, depth + 1) for item in inner if isinstance(item, pikepdf.Object) and not item.is_indirect
            )


def _tell_object(value: Any, tally: Tally) -> None:
    place = f"object {value.objgen[0]}" if value.is_indirect else "document"
    action = str(value.get("/S")) if "/S" in value else ""
    if action in _ACTIONS and not isinstance(value, pikepdf.Stream):
        tally.add(_ACTIONS[action], place, plainly=action[1:])
    elif "/JS" in value and not isinstance(value, pikepdf.Stream):
        tally.add("P.javascript", place)
    if "/AA" in value:
        tally.add("P.additional_actions", place)
    if "/PieceInfo" in value:
        programs = [str(name)[1:] for name in value.PieceInfo] if hasattr(value.PieceInfo, "keys") else []
        tally.add("P.pieceinfo", place, plainly=", ".join(programs))
    if "/Thumb" in value:
        tally.add("P.page_thumbs", place, plainly="a small picture of the page as it once was")
    if "/SpiderInfo" in value:
        tally.add("P.info_custom", place, plainly="web capture")
    if "/Threads" in value:
        tally.add("P.info", place, plainly="article threads")
    if "/FT" in value and str(value.FT) == "/Sig" and "/V" in value:
        tally.add("P.signature", place, text=" ".join(str(value.V.get(key, "")) for key in ("/Name", "/Reason")))
    if isinstance(value, pikepdf.Stream):
        _tell_stream(value, place, tally)


def _tell_stream(value: Any, place: str, tally: Tally) -> None:
    if str(value.get("/Type")) == "/Metadata" or str(value.get("/Subtype")) == "/XML":
        text = bytes_of(value).decode("utf-8", "replace")
        words = re.sub(r"<[^>]*>", " ", re.sub(r"<\?.*?\?>", " ", text, flags=re.DOTALL))
        attributes = " ".join(re.findall(r"=[\"']([^\"'<>]{3,})[\"']", re.sub(r'xmlns:\w+="[^"]*"', "", text)))
        tally.add("P.xmp", place, len(text), " ".join(f"{words} {attributes}".split()))
        if _XMP_HISTORY.search(text):
            tally.add("P.xmp_history", place)
    elif "/Metadata" in value:
        tally.add("P.object_metadata", place)
    if str(value.get("/Subtype")) != "/Image":
        return
    named = value.get("/Filter")
    filters = [str(name) for name in (named if isinstance(named, pikepdf.Array) else [named])]
    if filters[-1] in {"/DCTDecode", "/JPXDecode"}:
        raw = _encoded(value, filters)
        for segment in carried(raw, lenient=True):
            tally.add("P.image_exif", place, 1, segment.text, severity=segment.severity or _weight(segment))
    if "/Alternates" in value or "/OPI" in value:
        tally.add("P.image_alternate", place)


def _weight(segment: Segment) -> Severity:
    """A position, another picture or a trailer is grave; the name of the program or the camera is not."""
    position = has_position(segment.data)
    picture = b"\xff\xd8\xff" in segment.data
    grave = segment.code in {"TRAILER", "thumbnail", "group_MPF0"} or picture or (segment.code == "EXIF" and position)
    return Severity.HIGH if grave else Severity.MODERATE


def _encoded(value: Any, filters: list[str]) -> bytes:
    """The bytes of a JPEG in a file, with whatever is packed around it taken off."""
    raw = bytes(value.read_raw_bytes())
    for name in filters[:-1]:
        with suppress(ValueError, zlib.error):
            if name == "/FlateDecode":
                raw = zlib.decompressobj().decompress(raw, 100_000_000)
            elif name == "/ASCII85Decode":
                raw = base64.a85decode(raw.strip().removesuffix(b"~>"))
            elif name == "/ASCIIHexDecode":
                raw = bytes.fromhex(raw.decode("ascii", "ignore").replace(">", ""))
    return raw


def _layers(root: Any, tally: Tally) -> None:
    properties = root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return
    groups: list[Any] = list(properties.get("/OCGs", []))
    tally.add("P.ocg", "document", len(groups), severity=Severity.LOW)
    configuration: Any = properties.get("/D", pikepdf.Dictionary())
    off: list[Any] = [group for group in configuration.get("/OFF", []) if isinstance(group, pikepdf.Dictionary)]
    if str(configuration.get("/BaseState")) == "/OFF":
        on = {group.objgen for group in configuration.get("/ON", [])}
        off += [group for group in groups if group.objgen not in on]
    for group in off:
        tally.add("P.ocg_hidden", "layer", plainly=str(group.get("/Name", "")))
    for group in groups:
        usage = group.get("/Usage") if isinstance(group, pikepdf.Dictionary) else None
        if isinstance(usage, pikepdf.Dictionary) and _states_differ(usage):
            tally.add("P.ocg_usage", "layer", plainly=str(group.get("/Name", "")))
    if len(list(properties.get("/Configs", []))) > 0:
        tally.add("P.ocg_usage", "document", plainly="other sets of layers to choose", severity=Severity.MODERATE)


def _states_differ(usage: pikepdf.Dictionary) -> bool:
    states = {
        str(usage[f"/{name}"].get(f"/{name}State"))
        for name in ("View", "Print", "Export")
        if isinstance(usage.get(f"/{name}"), pikepdf.Dictionary)
    }
    return "/OFF" in states or "/Zoom" in usage


def _forms(root: Any, tally: Tally) -> None:
    form = root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return
    if "/XFA" in form:
        parts = form.XFA if isinstance(form.XFA, pikepdf.Array) else [form.XFA]
        text = " ".join(text_of_stream(part) for part in list(parts) if isinstance(part, pikepdf.Stream))
        tally.add("P.xfa", "form", max(1, len(list(parts)) // 2), re.sub(r"<[^>]*>", " ", text))
    for field in _fields(form.get("/Fields", []), 0):
        name = str(field.get("/T", "")) if isinstance(field.get("/T"), pikepdf.String) else ""
        value = field.get("/V")
        if value is not None and str(field.get("/FT")) != "/Sig":
            if isinstance(value, pikepdf.Stream):
                value = text_of_stream(value)
            shown = all(token in tally.seen for token in tokens_of(str(value)))
            severity = Severity.MODERATE if shown or isinstance(value, pikepdf.Name) else None
            tally.add("P.form_values", f"field {name}", text=str(value), severity=severity)
        if int(field.get("/F", 0)) & (_INVISIBLE | _HIDDEN | _NO_VIEW):
            tally.add("P.form_hidden", f"field {name}", text=str(field.get("/V", "")))


def _fields(fields: Any, depth: int) -> Iterator[Any]:
    for field in list(fields):
        if isinstance(field, pikepdf.Dictionary):
            yield field
            if depth < 16 and "/Kids" in field:
                yield from _fields(field.Kids, depth + 1)


def _outline(node: Any) -> Iterator[Any]:
    waiting, seen = [node.get("/First")], set()
    while waiting:
        item = waiting.pop()
        if not isinstance(item, pikepdf.Dictionary) or item.objgen in seen:
            continue
        seen.add(item.objgen)
        yield item
        waiting += [item.get("/First"), item.get("/Next")]


def _page(page: Any, number: int, tally: Tally) -> None:
    for annotation in list(page.get("/Annots", [])):
        if isinstance(annotation, pikepdf.Dictionary):
            _annotation(annotation, number, tally)


def _annotation(annotation: Any, number: int, tally: Tally) -> None:
    subtype = str(annotation.get("/Subtype", "/Unknown"))
    place = f"page {number}"
    flags = int(annotation.get("/F", 0))
    text = " ".join(
        str(annotation.get(key)) for key in ("/Contents", "/T") if isinstance(annotation.get(key), pikepdf.String)
    )
    if flags & (_INVISIBLE if subtype not in _QUIET_ANNOTATIONS else 0) or flags & (_HIDDEN | _NO_VIEW):
        tally.add("P.annothidden/Widget" if subtype == "/Widget" else "P.annothidden", place, text=text)
    if "/OC" in annotation:
        tally.add("P.annothidden/on a layer", place, text=text)
    if subtype not in _QUIET_ANNOTATIONS:
        tally.add(f"P.annot{subtype}", place, text=text)
    elif "/Contents" in annotation and subtype == "/Link":
        tally.add_text("P.link_uri", place, text)


def _files(pdf: pikepdf.Pdf, tally: Tally, context: Context) -> None:
    """Every embedded file, whatever leads to it; each is inspected as well."""
    names = {str(name) for name in pdf.attachments}
    if names:
        tally.add("P.attachment", "document", len(names), plainly=", ".join(sorted(names)))
    for value in _objects(pdf):
        if isinstance(value, pikepdf.Stream) and str(value.get("/Type")) == "/EmbeddedFile":
            _inner(value, f"object {value.objgen[0]}", "attachment", tally, context)
            continue
        if "/AF" in value:
            tally.add("P.associated_file", f"object {value.objgen[0]}" if value.is_indirect else "document")
        specification = value.get("/EF")
        if not isinstance(specification, pikepdf.Dictionary):
            continue
        if not names:
            tally.add("P.attachment", f"object {value.objgen[0]}", plainly=str(value.get("/UF", value.get("/F", ""))))
        for stream in {id(item): item for _, item in specification.items()}.values():
            if isinstance(stream, pikepdf.Stream) and str(stream.get("/Type")) != "/EmbeddedFile":
                _inner(stream, f"object {value.objgen[0]}", str(value.get("/F", "attachment")), tally, context)


def _inner(stream: Any, place: str, name: str, tally: Tally, context: Context) -> None:
    data = bytes_of(stream)
    context.budget.spend(unpacked=len(data), entries=1)
    try:
        inner = context.inspect_inner(data, name)
    except Blocked as blocked:
        tally.add("G.embedded_blocked", place, plainly=blocked.reason)
        tally.hidden.add(text_of_stream(stream))
        return
    for finding in inner.findings:
        tally.add(
            finding.code,
            f"{place}: {finding.place}",
            finding.count,
            plainly=finding.evidence,
            severity=finding.severity,
        )
    tally.hidden.update(inner.hidden)
    if inner.visible is not None:
        for text in inner.visible.texts():
            tally.hidden.add(text)
