"""OpenDocument packages: entries against the manifest, and the parts that texts and spreadsheets share.

OASIS OpenDocument 1.3, part 2 (packages) and part 3 (schema).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected
from candour.files.markup import attribute, local, parse, text_of
from candour.files.masked import listed, masked
from candour.files.office import pictures
from candour.files.residue import words_in
from candour.files.zipped import Archive, open_archive

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
FO = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
DRAW = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"

_META_TELLING = {"initial-creator", "creator", "printed-by", "title", "subject", "description", "keyword"}
_LARGE = 20_000_000
"""Bytes of an entry above which it is read as a stream alone."""

_REMARK = re.compile(rb"<!--(.*?)-->|<\?(?!xml[\s?])(.*?)\?>", re.DOTALL)
_HEADERS = {"header", "footer", "header-left", "footer-left", "header-first", "footer-first"}
_META_TELLING |= {"user-defined", "template", "hyperlink-behaviour", "auto-reload"}


@dataclass(slots=True)
class OpenDocument:
    """An opened package: the entries, and what the manifest says of each."""

    archive: Archive
    manifest: dict[str, str]

    def read(self, name: str) -> bytes:
        """An entry. Raises `Blocked`, also when it is not there."""
        return self.archive.read(name)

    def has(self, name: str) -> bool:
        """Whether there is such an entry."""
        return name in self.archive.names()


def open_document(data: bytes, context: Context, inspected: Inspected) -> OpenDocument:
    """A package. Raises `Blocked`: damaged, encrypted."""
    archive = open_archive(data, context.budget)
    inspected.findings += archive.findings
    manifest: dict[str, str] = {}
    names = set(archive.names())
    if "META-INF/manifest.xml" in names:
        for element in parse(archive.read("META-INF/manifest.xml"), "META-INF/manifest.xml"):
            if local(element) == "file-entry":
                manifest[attribute(element, "full-path") or ""] = attribute(element, "media-type") or ""
                if any(local(child) == "encryption-data" for child in element):
                    raise Blocked("The file is encrypted with a password. Remove the password and upload it again.")
    if "content.xml" not in names:
        raise Blocked("The file is damaged: it has no content. Ask for it again.")
    return OpenDocument(archive, manifest)


def inspect_entries(document: OpenDocument, context: Context, inspected: Inspected, own: set[str]) -> None:
    """Every entry beside those that the format module reads itself (`own`: content and styles)."""
    known = {"mimetype", "META-INF/manifest.xml"} | own
    strays = []
    _remarks(document, inspected)
    for name in document.archive.names():
        if name in known:
            continue
        data = document.read(name)
        declared = document.manifest.get(name)
        if declared is None and not name.startswith("META-INF/") and name != "meta.xml":
            strays.append(name)
            _hide(data, context, inspected)
            inspected.know()
            continue
        _entry(name, data, context, inspected)
    if strays:
        inspected.findings.append(found("F.orphan_part", strays[0], len(strays), listed(strays)))
    inspected.know(len(known & set(document.archive.names())) - len(own))


def _remarks(document: OpenDocument, inspected: Inspected) -> None:
    """Comments and instructions inside any markup of the package, which no program shows."""
    for info in document.archive.zip.infolist():
        if info.is_dir() or info.file_size > _LARGE or info.filename not in document.manifest:
            continue
        data = document.archive.zip.read(info)
        if not data[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            continue
        remarks = [(match.group(1) or match.group(2)).decode("utf-8", "replace") for match in _REMARK.finditer(data)]
        for remark in remarks:
            inspected.hidden.add(remark)
        if remarks:
            shown = masked("; ".join(remarks[:3]))
            inspected.findings.append(found("F.markup_comment", info.filename, len(remarks), shown))


def _entry(name: str, data: bytes, context: Context, inspected: Inspected) -> None:  # noqa: C901, PLR0912  a line for each
    lower = name.casefold()
    last = lower.rsplit("/", 1)[-1]
    if name == "meta.xml":
        _meta(data, inspected)
    elif name == "settings.xml":
        _settings(data, context, inspected)
    elif lower.startswith("thumbnails/"):
        _report("F.thumbnail", name, data, context, inspected)
    elif lower.startswith("versions/") or name == "VersionList.xml":
        _report("F.version", name, data, context, inspected)
    elif lower.startswith(("basic/", "scripts/", "dialogs/", "macros/")):
        _report("F.macro", name, data, context, inspected)
    elif name.startswith("META-INF/"):
        if "signature" in lower:
            inspected.blocked = "The file is digitally signed. Upload a copy saved without the signature."
            _report("F.signature", name, data, context, inspected)
        else:
            _report("F.rdf", name, data, context, inspected)
    elif lower.startswith("objectreplacements/") or (lower.startswith(("object", "obj")) and "/" in name):
        _report("F.embedding", name, data, context, inspected)
        if b"local-table" in data:
            _report("F.chart_cache", name, data, context, inspected)
    elif lower.startswith(("configurations", "layout-cache")) or last in {"layout-cache", "accelerator/current.xml"}:
        _report("F.configuration", name, data, context, inspected)
    elif last.endswith(".rdf"):
        _report("F.rdf", name, data, context, inspected)
    elif lower.startswith(("pictures/", "media/")) or pictures.kind_of(data):
        _picture(name, data, context, inspected)
    elif last in {"content.xml", "styles.xml", "settings.xml", "meta.xml"} and "/" in name:
        _report("F.embedding", name, data, context, inspected)
    elif lower.startswith("fonts/"):
        pass
    elif lower.startswith(("forms/", "database/", "reports/")):
        _report("F.form", name, data, context, inspected)
    else:
        inspected.wonder(name)
        _hide(data, context, inspected)
        return
    inspected.know()


def _report(code: str, name: str, data: bytes, context: Context, inspected: Inspected) -> None:
    if not data:
        return
    words = _hide(data, context, inspected)
    inspected.findings.append(found(code, name, len(data), masked(" ".join(words))))


def _hide(data: bytes, context: Context, inspected: Inspected) -> list[str]:
    first: list[str] = []
    for text in words_in(data, context.budget):
        inspected.hidden.add(text)
        if len(first) < 6:
            first.append(text[:60])
    return first


def _meta(data: bytes, inspected: Inspected) -> None:
    telling = []
    for element in parse(data, "meta.xml").iter():
        name = local(element)
        text = (element.text or "").strip()
        if name == "template":
            text = attribute(element, "href") or attribute(element, "title") or ""
        if name in _META_TELLING and text:
            telling.append((attribute(element, "name") or name, text))
            inspected.hidden.add(text)
    if telling:
        evidence = "; ".join(f"{name} {masked(text, 40)}" for name, text in telling[:8])
        inspected.findings.append(found("F.meta", "meta.xml", len(telling), evidence))


def _settings(data: bytes, context: Context, inspected: Inspected) -> None:
    for element in parse(data, "settings.xml").iter():
        text = (element.text or "").strip()
        name = attribute(element, "name") or ""
        if local(element) != "config-item" or not text:
            continue
        if name == "PrinterName":
            inspected.hidden.add(text)
            inspected.findings.append(found("F.printer", "settings.xml", 1, masked(text)))
        elif name == "PrinterSetup":
            _hide(text.encode(), context, inspected)
            inspected.findings.append(found("F.printer_setup", "settings.xml", 1, f"{len(text):,} characters"))
        elif name in {"CurrentDatabaseDataSource", "CurrentDatabaseCommand", "ModifyPasswordInfo"}:
            inspected.hidden.add(text)
            inspected.findings.append(found("F.settings", "settings.xml", 1, f"{name} {masked(text)}"))


def _picture(name: str, data: bytes, context: Context, inspected: Inspected) -> None:
    if pictures.kind_of(data) in pictures.VECTOR or not pictures.kind_of(data):
        _report("O.vector_image", name, data, context, inspected)
        return
    if carried := pictures.carried(data):
        for _, content in carried:
            _hide(content, context, inspected)
        inspected.findings.append(found("O.image_meta", name, len(carried), listed(kind for kind, _ in carried)))


def headers_and_footers(styles: bytes, inspected: Inspected) -> list[str]:
    """`F.header_footer`: words above and below pages, which a reader sees on paper only."""
    words = []
    for element in parse(styles, "styles.xml").iter():
        if local(element) not in _HEADERS:
            continue
        if text := text_of(element).strip():
            words.append(text)
            inspected.hidden.add(text)
    if words:
        inspected.findings.append(found("F.header_footer", "styles.xml", len(words), masked("; ".join(words))))
    return words
