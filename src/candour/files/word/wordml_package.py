"""A Word 2003 XML document as the package that the reader of DOCX knows: one flat tree, taken apart into parts.

Nothing is judged here and nothing is left out unsaid: what has a place in the model of ECMA-376 goes there, what has
none keeps its name, so that the reader of documents blocks it as unknown.
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from lxml import etree

from candour.files.findings import Blocked
from candour.files.markup import Element, attribute, local, text_of
from candour.files.word.wordml_names import (
    WORDML,
    R,
    W,
    as_custom_markup,
    camel,
    element_of,
    gather_properties,
    remove,
    renamed_attribute,
    set_value,
    table_of,
    unwrap,
    vocabulary,
)

AML = "http://schemas.microsoft.com/aml/2001/core"
_HINTS = "http://schemas.microsoft.com/office/word/2003/auxHint"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OWN = ("http://schemas.microsoft.com/", "urn:schemas-microsoft-com:", "http://www.w3.org/", W)
_WORD_OF_VALUE = {"highlight"}
_SIDES = {"odd": "default", "even": "even", "first": "first"}


@dataclass(slots=True)
class _Part:
    """One part of the package: its root, and its arrows (kind, target, whether it is outside)."""

    name: str
    kind: str
    root: Element
    arrows: list[tuple[str, str, bool]] = field(default_factory=list)

    def arrow(self, kind: str, target: str, *, outside: bool = False) -> str:
        """Refer to something; gives the identifier of the reference."""
        self.arrows.append((kind, target, outside))
        return f"rId{len(self.arrows)}"


@dataclass(slots=True)
class Unpacked:
    """What a flat document holds: `package` for the reader of DOCX, and what belongs to no part of one.

    `properties` are the names and texts of its properties, `custom` those that somebody added, `stored` the names and
    bytes of stores of macros and controls, `unknown` children of the root that nobody knows.
    """

    package: bytes = b""
    properties: list[tuple[str, str]] = field(default_factory=list)
    custom: list[tuple[str, str]] = field(default_factory=list)
    stored: list[tuple[str, bytes]] = field(default_factory=list)
    smart_tags: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def unpacked(root: Element) -> Unpacked:
    """The parts of a flat document; `root` is changed. Raises `Blocked` when it has no text or is damaged."""
    return _Taking().whole(root)


class _Taking:
    """Takes one document apart."""

    def __init__(self) -> None:
        self.into = Unpacked()
        self.main = _Part("document.xml", "document.main", element_of("document"))
        self.settings = _Part("settings.xml", "settings", element_of("settings"))
        self.parts = [self.main]
        self.notes: dict[str, _Part] = {}
        self.pictures: dict[str, bytes] = {}
        self._named: dict[str, str] = {}

    def whole(self, root: Element) -> Unpacked:
        for element in list(root):
            name = local(element)
            if name:
                self._child(element, name)
        if not len(self.main.root):
            raise Blocked("The file is damaged: it has no text. Ask for it again.")
        if len(self.settings.root):
            self.parts.append(self.settings)
            self.main.arrow("settings", self.settings.name)
        self.into.package = self._packed()
        return self.into

    def _child(self, element: Element, name: str) -> None:
        if name == "body":
            self._background(element)
            self.convert(element, self.main)
            self.main.root.append(element)
        elif name in {"styles", "lists", "fonts"}:
            kind = {"lists": "numbering", "fonts": "fontTable"}.get(name, name)
            self._part(kind, element, kind, self.main)
        elif name == "docPr":
            self._take_notes(element)
            self.convert(element, self.settings)
            self.settings.root.extend(list(element))
        elif name == "displayBackgroundShape":
            self.settings.root.append(element_of(name))
        elif name == "DocumentProperties":
            self.into.properties += [(local(inner), text_of(inner).strip()) for inner in element if local(inner)]
        elif name == "CustomDocumentProperties":
            self.into.custom += [(local(inner), text_of(inner).strip()) for inner in element if local(inner)]
        elif name in {"docOleData", "docSuppData"}:
            self.into.stored += [(name, _decoded(inner)) for inner in element.iter() if local(inner) == "binData"]
        elif name == "SmartTagType":
            self.into.smart_tags.append(" ".join(map(str, element.attrib.values())))
        elif name not in vocabulary("harmless") or any((inner.text or "").strip() for inner in element.iter()):
            self.into.unknown.append(f"element {name} of the document")
        elif name == "bgPict":
            self._background(element)

    def _background(self, holder: Element) -> None:
        """The colour of the page, which WordML gives in a wrapper."""
        for wrapper in [holder, *(inner for inner in holder if local(inner) == "bgPict")]:
            if local(wrapper) != "bgPict":
                continue
            for inner in wrapper.iter():
                if local(inner) == "background":
                    colour = attribute(inner, "bgcolor") or attribute(inner, "color") or "?"
                    page = element_of("background")
                    page.set(f"{{{W}}}color", colour)
                    self.main.root.insert(0, page)
            if (above := wrapper.getparent()) is not None and above is holder:
                above.remove(wrapper)

    def _part(self, kind: str, element: Element, root: str, source: _Part) -> str:
        """A new part with the children of an element; gives the identifier of the reference to it."""
        part = _Part(f"{kind}{len(self.parts)}.xml", kind, element_of(root))
        self.parts.append(part)
        self.convert(element, part)
        part.root.extend(list(element))
        return source.arrow(kind, part.name)

    # Elements

    def convert(self, container: Element, part: _Part) -> None:
        """Rename everything inside an element, the innermost last, and move out what has a part of its own."""
        self._attributes(container)
        for element in list(container):
            if local(element):
                self._one(element, container, part)

    def _one(self, element: Element, container: Element, part: _Part) -> None:
        namespace, name = etree.QName(element).namespace or "", local(element)
        if namespace == AML:
            self._annotation(element, container, part)
            return
        if namespace == _HINTS:
            self._hint(element, name, container, part)
            return
        if namespace != WORDML:
            if not namespace.startswith(_OWN) and local(container) not in {"txbxContent"} | _ODD_PARENTS:
                as_custom_markup(element, name)
            self.convert(element, part)
            return
        if name in {"hdr", "ftr"} and local(container) == "sectPr":
            self._running(element, name, container, part)
        elif name in {"footnote", "endnote"}:
            self._note(element, name, container)
        elif name == "binData":
            self._picture(element, container, part)
        elif name == "r":
            gather_properties(element)
            self._rename(element, name)
            self.convert(element, part)
        elif name == "pict" and any(local(inner) in {"OLEObject", "ocx"} for inner in element):
            element.tag = f"{{{W}}}object"
            self.convert(element, part)
            self._sources(element, part)
        else:
            self._rename(element, name)
            if name == "hlink" and (address := attribute(element, "dest")):
                element.set(f"{{{R}}}id", part.arrow("hyperlink", address, outside=True))
            self.convert(element, part)
            if name == "pict":
                self._sources(element, part)

    @staticmethod
    def _rename(element: Element, name: str) -> None:
        renamed = table_of("renamed").get(name, camel(name))
        element.tag = f"{{{W}}}{renamed}"
        if renamed == "numFmt" and (code := attribute(element, "val")) is not None:
            set_value(element, "val", table_of("numbers").get(code, "decimal"))
        elif name in _WORD_OF_VALUE and (word := attribute(element, "val")) is not None:
            set_value(element, "val", camel(word))

    @staticmethod
    def _attributes(element: Element) -> None:
        for key, text in list(element.attrib.items()):
            namespace, name = etree.QName(key).namespace, etree.QName(key).localname
            if namespace == WORDML:
                del element.attrib[key]
                element.set(
                    f"{{{W}}}{table_of('renamed_attributes').get(name, renamed_attribute(element, name))}", text
                )

    def _hint(self, element: Element, name: str, container: Element, part: _Part) -> None:
        if name in vocabulary("hints_around"):
            self.convert(element, part)
            unwrap(element, container)
        elif name in vocabulary("hints_beside") and not len(element) and not (element.text or "").strip():
            remove(element, container)
        else:
            self.into.unknown.append(f"hint {name}")
            remove(element, container)

    def _annotation(self, element: Element, container: Element, part: _Part) -> None:
        kind = attribute(element, "type") or ""
        content = next((inner for inner in element if local(inner) == "content"), None)
        if kind == "Word.Comment":
            self._comment(element, content, container)
            return
        if kind == "Word.Formatting" and local(container).endswith("Pr"):
            name = f"{local(container)}Change"
        elif (name := table_of("annotations").get(kind, "")) == "":
            self.into.unknown.append(f"annotation {kind[:40] or 'without a kind'}")
        element.tag = f"{{{W}}}{name or 'annotation'}"
        self._attributes(element)
        if content is not None:
            self.convert(content, part)
            unwrap(content, element)

    # What has a part of its own

    def _running(self, element: Element, name: str, container: Element, part: _Part) -> None:
        kind = {"hdr": "header", "ftr": "footer"}[name]
        reference = element_of(f"{kind}Reference")
        reference.set(f"{{{W}}}type", _SIDES.get(attribute(element, "type") or "odd", "default"))
        container.replace(element, reference)
        reference.set(f"{{{R}}}id", self._part(kind, element, name, part))

    def _notes_of(self, kind: str) -> _Part:
        if kind not in self.notes:
            part = _Part(f"{kind}s.xml", f"{kind}s", element_of(f"{kind}s"))
            self.notes[kind] = part
            self.parts.append(part)
            self.main.arrow(f"{kind}s", part.name)
        return self.notes[kind]

    def _note(self, element: Element, kind: str, container: Element) -> None:
        notes = self._notes_of(kind)
        reference = element_of(f"{kind}Reference")
        reference.tail, element.tail = element.tail, None
        if attribute(element, "suppressRef"):
            reference.set(f"{{{W}}}customMarkFollows", "1")
        container.replace(element, reference)
        self._rename(element, kind)
        self.convert(element, notes)
        for holder in (element, reference):
            holder.set(f"{{{W}}}id", str(len(notes.root) + 1))
        notes.root.append(element)

    def _take_notes(self, settings: Element) -> None:
        """The lines between text and notes stand in the settings of a flat document."""
        for element in [inner for inner in settings.iter() if local(inner) in {"footnote", "endnote"}]:
            notes = self._notes_of(local(element))
            remove(element, element.getparent())
            self._rename(element, local(element))
            self.convert(element, notes)
            element.set(f"{{{W}}}id", f"-{len(notes.root) + 1}")
            notes.root.append(element)

    def _comment(self, element: Element, content: Element | None, container: Element) -> None:
        notes = self._notes_of("comment")
        reference = element_of("commentReference")
        reference.tail, element.tail = element.tail, None
        container.replace(element, reference)
        element.tag = f"{{{W}}}comment"
        self._attributes(element)
        if content is not None:
            self.convert(content, notes)
            unwrap(content, element)
        notes.root.append(element)

    # Pictures

    def _picture(self, element: Element, container: Element, part: _Part) -> None:
        called = attribute(element, "name") or f"picture {len(self.pictures)}"
        name = f"media/picture{len(self.pictures)}.bin"
        self.pictures[name] = _decoded(element)
        self._named[called] = name
        if not any(source.get("src") == called for source in _sources_in(element)):
            part.arrow("image", name)
        remove(element, container)

    def _sources(self, holder: Element, part: _Part) -> None:
        for element in holder.iter():
            if local(element) == "imagedata" and (called := element.get("src")):
                target = self._named.get(called)
                number = part.arrow("image", target or called, outside=target is None)
                element.set(f"{{{R}}}id", number)
                del element.attrib["src"]

    # The package

    def _packed(self) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            entries = [
                ("[Content_Types].xml", self._types()),
                ("_rels/.rels", _arrows([("officeDocument", "document.xml", False)])),
            ]
            for part in self.parts:
                entries.append((part.name, etree.tostring(part.root, encoding="UTF-8")))
                if part.arrows:
                    entries.append((f"_rels/{part.name}.rels", _arrows(part.arrows)))
            entries += list(self.pictures.items())
            for name, data in entries:
                archive.writestr(zipfile.ZipInfo(name), data)
        return buffer.getvalue()

    def _types(self) -> bytes:
        lines = [f'<Override PartName="/{part.name}" ContentType="{_TYPE}.{part.kind}+xml"/>' for part in self.parts]
        defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        defaults += '<Default Extension="bin" ContentType="image/unknown"/>' if self.pictures else ""
        return f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{"".join(lines)}</Types>'.encode()


_ODD_PARENTS = {"shape", "rect", "group", "textbox", "pict"}


def _arrows(arrows: list[tuple[str, str, bool]]) -> bytes:
    lines = []
    for number, (kind, target, outside) in enumerate(arrows, 1):
        where = quoteattr(target if outside else f"/{target}") + (' TargetMode="External"' if outside else "")
        lines.append(f'<Relationship Id="rId{number}" Type="{R}/{kind}" Target={where}/>')
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'.encode()


def _sources_in(element: Element) -> Iterator[Element]:
    parent = element.getparent()
    return (inner for inner in (parent.iter() if parent is not None else ()) if local(inner) == "imagedata")


def _decoded(element: Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise Blocked("The file is damaged: a picture or an object in it cannot be read. Ask for it again.") from None
