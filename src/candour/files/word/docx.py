"""DOCX and DOCM. ECMA-376 part 1, section 17 (WordprocessingML); [MS-DOCX]."""

from __future__ import annotations

from dataclasses import dataclass, field

from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.markup import Element, attribute, local, parse, text_of
from candour.files.office.parts import OfficeParts
from candour.files.opc import Package, open_package
from candour.files.visible import Document, Paragraph, Visible, tokens_of
from candour.files.word.body import Body, Lost
from candour.files.word.covers import ANYWHERE, BARRED, COVERED, Cover, Reach, barred_blocks
from candour.files.word.floating import PlacedPicture, VisibleBlock
from candour.files.word.gathered import Gathered
from candour.files.word.looks import hexed
from candour.files.word.numbering import Numbering
from candour.files.word.outputs import rebuilt_document
from candour.files.word.pictured import Pictures
from candour.files.word.read_back import read_docx
from candour.files.word.settings import read_settings
from candour.files.word.styles import Styles, is_on
from candour.files.word.uncovered import behind, uncovered
from candour.files.word.unseen import known
from candour.files.word.write_docx import blank_docx
from candour.files.zipped import open_archive

_FAMILIES = (
    "http://schemas.openxmlformats.org/",
    "http://purl.oclc.org/ooxml/",
    "http://schemas.microsoft.com/office/",
    "urn:schemas-microsoft-com:",
    "http://www.w3.org/",
    "http://opendope.org/",
)
_WORD = ("http://schemas.openxmlformats.org/wordprocessingml/", "http://purl.oclc.org/ooxml/wordprocessingml/")
_COMMENTS = {"comments": "D.comments", "commentsExtended": "D.comments_ext", "commentsIds": "D.comments_ext"}
_COMMENTS |= {"commentsExtensible": "D.comments_ext", "people": "D.people", "documenttasks": "D.comments_ext"}
_QUIET = {"stylesWithEffects", "webSettings", "fontTable", "theme", "styles", "settings", "numbering"}
_READ_TEXT = ("header", "footer", "footnotes", "endnotes")


@dataclass(slots=True)
class _Reading:
    """One DOCX while it is read."""

    package: Package
    context: Context
    inspected: Inspected
    main: str
    gathered: Gathered = field(init=False)
    parts: OfficeParts = field(init=False)
    own: set[str] = field(default_factory=set)
    roots: dict[str, Element] = field(default_factory=dict)
    lost: Lost = field(default_factory=Lost)
    bodies: dict[str, Body] = field(default_factory=dict)
    barred: int = 0
    styles: list[str] = field(default_factory=list)
    """The names of styles and what they go by: reported once, as a trace."""

    def __post_init__(self) -> None:
        self.gathered = Gathered(self.inspected)
        self.parts = OfficeParts(self.package, self.inspected, self.context)

    def root(self, part: str) -> Element:
        """A part of markup, counted as read, its element families classified."""
        if part not in self.roots:
            self.roots[part] = parse(self.package.archive.read(part), part)
            self.own.add(part)
            self.inspected.know()
            self._classify(self.roots[part], part)
        return self.roots[part]

    def quiet(self, part: str) -> Element:
        """A part of markup that has no running text of its own; where it has some, that is hidden."""
        root = self.root(part)
        self.parts.hide_text_outside(part, self.package.archive.read(part))
        return root

    def only(self, kind: str) -> Element | None:
        """The one part of a kind that the document refers to; None where there is none."""
        for part in self.package.targets(self.main, kind):
            if part in self.package.archive.names():
                return self.quiet(part)
        return None

    def _classify(self, root: Element, part: str) -> None:
        families: set[tuple[str, str]] = set()
        ignorable = {root.nsmap.get(prefix) for prefix in (attribute(root, "Ignorable") or "").split()}
        for element in root.iter():
            if element.__class__ is not Element or not isinstance(element.tag, str):
                continue
            namespace, _, name = element.tag[1:].rpartition("}") if element.tag[0] == "{" else ("", "", element.tag)
            if (namespace, name) in families:
                continue
            families.add((namespace, name))
            if namespace.startswith(_WORD) and not _is_known(element, name):
                self.inspected.wonder(f"element {name} in {part}")
            elif not namespace.startswith(_FAMILIES):
                if namespace in ignorable:
                    self.gathered.add("D.foreign_markup", part, text_of(element), shown=name)
                    self.inspected.know()
                else:
                    self.inspected.wonder(f"element {name} in {part}")
                    self.inspected.hidden.add(text_of(element))
            else:
                self.inspected.know()


_CONTENT_PARENTS = {
    "body",
    "p",
    "r",
    "tc",
    "tr",
    "tbl",
    "hdr",
    "ftr",
    "sdtContent",
    "txbxContent",
    "footnote",
    "endnote",
}


def _is_known(element: Element, name: str) -> bool:
    """An element of content must be in the lists; one of properties carries no text of its own."""
    parent = element.getparent()
    if parent is None or local(parent) not in _CONTENT_PARENTS:
        return True
    return name.endswith("Pr") or any(name in known(kind) for kind in ("through", "shown", "reported", "harmless"))


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a DOCX. Raises `Blocked`."""
    inspected, lost = _inspected(data, context)
    inspected.lost += lost
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The accepted view of a DOCX as a fresh DOCX and PDF. Raises `Blocked`."""
    return rebuilt_document(context.inspected or inspect(data, context), context)


def blank() -> bytes:
    """A DOCX of this package’s own writing with nothing in it: the words of the format itself."""
    return blank_docx()


def read_again(data: bytes) -> Visible:
    """What python-docx sees in a DOCX."""
    return read_docx(data)


def _inspected(data: bytes, context: Context) -> tuple[Inspected, list[str]]:
    inspected = Inspected()
    archive = open_archive(data, context.budget)
    inspected.findings += archive.findings
    package = open_package(archive)
    reading = _Reading(package, context, inspected, package.main())
    document, lost = _read(reading)
    reading.gathered.report()
    seen = {word for text in document.texts() for word in text.split()}
    words = {token for text in document.texts() for token in tokens_of(text)}
    reading.parts.seen = lambda text: text in seen
    reading.parts.seen_words = lambda text: words.issuperset(tokens_of(text.removeprefix("mailto:")))
    reading.parts.inspect(reading.own)
    inspected.visible = document
    for part, root in reading.roots.items():
        reading.parts.sweep.take(root, part, texts=False)
    reading.parts.sweep.know(reading.styles)
    reading.parts.sweep.report(inspected)
    if reading.lost.covered and inspected.blocked is None:
        inspected.blocked = COVERED
    if reading.parts.charts and not reading.lost.charts:
        lost.append(_charts(reading.parts.charts))
    return inspected, lost


def _read(reading: _Reading) -> tuple[Document, list[str]]:
    package, gathered = reading.package, reading.gathered
    styles = Styles.read(reading.only("styles"))
    _tell_styles(styles, reading)
    numbering = Numbering.read(reading.only("numbering"))
    settings = reading.only("settings")
    if settings is not None:
        read_settings(settings, gathered, next(package.targets(reading.main, "settings"), "settings"))
    root = reading.root(reading.main)
    content = next((element for element in root if local(element) == "body"), None)
    if content is None:
        raise Blocked("The file is damaged: it has no text. Ask for it again.")
    page = _page_colour(root, settings)
    body = _body(reading, reading.main, styles, numbering)
    body.walk(content, styles.defaults.with_(behind=page))
    blocks = _uncovered(reading, body, content)
    above, below = _headers_and_footers(reading, root, settings, styles, numbering)
    blocks = [*above, *blocks, *_notes(reading, body, styles, numbering), *below]
    for kind in _READ_TEXT:
        for part in package.targets(reading.main, kind):
            if part not in reading.bodies and part in package.archive.names():
                _unused(reading, part, kind, styles, numbering)
    for part, read in reading.bodies.items():
        read.finish(reading.root(part))
    for text in numbering.unused_texts():
        gathered.add("D.numbering_text", "numbering", text)
    _side_parts(reading)
    pictures = Pictures(package, gathered)
    shown = [pictures.placed(block) if isinstance(block, PlacedPicture) else block for block in blocks]
    pictures.unused(reading.own)
    lost = pictures.lost
    if reading.lost.charts:
        lost.append(_charts(reading.lost.charts))
    if reading.barred:
        lost.append(BARRED.format(count=reading.barred))
    lost += [f"{count} {what}" for what, count in _counted(reading.lost) if count]
    return Document([block for block in shown if block is not None]), lost


def _tell_styles(styles: Styles, reading: _Reading) -> None:
    """`D.style_name`: names that somebody gave to styles, such as that of a force or a project."""
    part = next(reading.package.targets(reading.main, "styles"), "styles")
    own = [style.name for style in styles.styles.values() if _is_own(style.element)]
    reading.styles += [*styles.styles, *own]
    for name in own:
        reading.gathered.add("D.style_name", part, name)


def _is_own(style: Element) -> bool:
    return (attribute(style, "customStyle") or "").casefold() in {"1", "true", "on"}


def _uncovered(reading: _Reading, body: Body, content: Element) -> list[VisibleBlock]:
    """The blocks of the body, with bars for what drawings in front of the text may lie over."""
    try:
        return _barred(reading, body, uncovered(body, content, reading.only("styles")))
    except LookupError:
        reading.lost.covered = True
        return body.blocks


def _barred(reading: _Reading, body: Body, made: tuple[list[VisibleBlock], list[str]]) -> list[VisibleBlock]:
    kept, gone = made
    for text in gone:
        reading.gathered.add("D.shape_over_text", body.part, text)
    reading.barred += len(gone)
    return kept


def _counted(lost: Lost) -> list[tuple[str, int]]:
    return [("diagrams", lost.diagrams), ("embedded objects", lost.objects)]


def _charts(count: int) -> str:
    """A chart in a document draws on a workbook inside it, which no reader sees, so it is never drawn anew."""
    what = "1 chart" if count == 1 else f"{count} charts"
    return f"{what}: the figures stand in a workbook inside the document. Give them as a table, or as a file."


def _body(reading: _Reading, part: str, styles: Styles, numbering: Numbering) -> Body:
    body = Body(part, reading.gathered, styles, numbering, reading.lost)
    reading.bodies[part] = body
    return body


def _page_colour(root: Element, settings: Element | None) -> str:
    background = next((element for element in root if local(element) == "background"), None)
    if background is None or settings is None or not is_on(settings, "displayBackgroundShape"):
        return "FFFFFF"

    return hexed(attribute(background, "color")) or "?"


def _headers_and_footers(
    reading: _Reading, root: Element, settings: Element | None, styles: Styles, numbering: Numbering
) -> tuple[list[VisibleBlock], list[VisibleBlock]]:
    """The headers and the footers that some page shows, each text once."""
    by_id = {arrow.id: arrow.target for arrow in reading.package.of(reading.main) if not arrow.external}
    even = settings is not None and bool(is_on(settings, "evenAndOddHeaders"))
    above: list[VisibleBlock] = []
    below: list[VisibleBlock] = []
    for section in (element for element in root.iter() if local(element) == "sectPr"):
        parent = section.getparent()
        if parent is not None and local(parent) == "sectPrChange":
            continue
        first = bool(is_on(section, "titlePg"))
        for element in section:
            name = local(element)
            if name not in {"headerReference", "footerReference"}:
                continue
            kind = attribute(element, "type") or "default"
            part = by_id.get(attribute(element, "id") or "", "")
            shown = kind == "default" or (kind == "first" and first) or (kind == "even" and even)
            if not shown or part in reading.bodies or part not in reading.package.archive.names():
                continue
            body = _body(reading, part, styles, numbering)
            body.walk(reading.root(part), styles.defaults.with_(behind="FFFFFF"))
            target = above if name == "headerReference" else below
            target += [block for block in _barred(reading, body, behind(body)) if block not in target]
    return above, below


def _unused(reading: _Reading, part: str, kind: str, styles: Styles, numbering: Numbering) -> None:
    """A header, footer or notes that no page shows: its text is hidden."""
    root = reading.root(part)
    body = _body(reading, part, styles, numbering)
    body.walk(root, styles.defaults)
    body.finished()
    text = body.take(root)
    if text.strip():
        code = "D.note_unreferenced" if kind in {"footnotes", "endnotes"} else "D.header_footer"
        reading.gathered.add(code, part, text)


def _notes(reading: _Reading, main: Body, styles: Styles, numbering: Numbering) -> list[VisibleBlock]:
    """The notes that the text refers to, in the order of their marks; the others are hidden."""
    blocks: list[VisibleBlock] = []
    for kind in ("footnote", "endnote"):
        part = next(iter(reading.package.targets(reading.main, f"{kind}s")), None)
        if part is None or part not in reading.package.archive.names():
            continue
        root = reading.root(part)
        body = _body(reading, part, styles, numbering)
        shown = {number: place for place, (of, number) in enumerate(main.notes, 1) if of == kind}
        for note in root:
            number, role = attribute(note, "id") or "", attribute(note, "type") or "normal"
            if number in shown and role == "normal":
                inner = Body(part, reading.gathered, styles, numbering, reading.lost, read=body.read)
                inner.walk(note, styles.defaults.with_(behind="FFFFFF"))
                noted = inner.finished()
                reading.lost.covered = reading.lost.covered or bool(inner.covers)
                if main.notes_barred:
                    noted = _barred(reading, inner, barred_blocks(noted, [Cover(0, Reach(0, ANYWHERE))]))
                if noted and isinstance(noted[0], Paragraph):
                    noted[0] = Paragraph(f"[{shown[number]}] {noted[0].text.strip()}")
                blocks += noted
            elif text := body.take(note).strip():
                reading.gathered.add("D.note_unreferenced", part, text)
    return blocks


def _side_parts(reading: _Reading) -> None:
    """Comments, people, glossary, alternative formats, and the parts that carry no text."""
    package, gathered = reading.package, reading.gathered
    names = set(package.archive.names())
    for source in sorted(reading.own):
        for arrow in package.of(source):
            if arrow.external or arrow.target in reading.own or arrow.target not in names:
                continue
            if arrow.type in _COMMENTS:
                _comments(reading, arrow.target, _COMMENTS[arrow.type])
            elif arrow.type == "glossaryDocument":
                _glossary(reading, arrow.target)
            elif arrow.type == "aFChunk":
                reading.own.add(arrow.target)
                reading.parts.report("D.altchunk", arrow.target, package.archive.read(arrow.target))
                reading.inspected.know()
            elif arrow.type == "recipientData":
                reading.own.add(arrow.target)
                reading.parts.report("D.mailmerge", arrow.target, package.archive.read(arrow.target))
                reading.inspected.know()
            elif arrow.type in _QUIET:
                reading.parts.hide_text_outside(arrow.target, package.archive.read(arrow.target))
                reading.own.add(arrow.target)
                reading.inspected.know()
    gathered.report()


def _comments(reading: _Reading, part: str, code: str) -> None:
    root = reading.root(part)
    for element in root:
        name = local(element)
        if not name:
            continue
        text = " ".join(text_of(inner) for inner in element.iter() if local(inner) == "t")
        values = " ".join(str(entry) for inner in element.iter() for entry in inner.attrib.values())
        reading.inspected.hidden.add(values)
        by = attribute(element, "author") or attribute(element, "userId") or ""
        reading.gathered.add(code, part, text, by=by)


def _glossary(reading: _Reading, part: str) -> None:
    """Building blocks: a document of its own that no page shows, with its own styles and pictures."""
    waiting = [part]
    while waiting:
        current = waiting.pop()
        if current in reading.own or current not in reading.package.archive.names():
            continue
        reading.own.add(current)
        reading.inspected.know()
        data = reading.package.archive.read(current)
        if current == part:
            reading.parts.report_markup("D.glossary", part, data)
        elif data.lstrip()[:1] == b"<" or data.startswith(b"\xef\xbb\xbf"):
            reading.parts.hide_text_outside(current, data)
        else:
            reading.parts.report("D.glossary", current, data)
        waiting += [arrow.target for arrow in reading.package.of(current) if not arrow.external]
