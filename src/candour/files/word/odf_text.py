"""The running text of an ODT as a reader sees it, and everything beside it. OpenDocument 1.3 part 3, 5 to 10."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from candour.files.findings import Severity
from candour.files.markup import Element, attribute, local, text_of
from candour.files.visible import Block, Paragraph
from candour.files.word.covers import Cover
from candour.files.word.gathered import Gathered
from candour.files.word.looks import Looks, Seen, barred
from candour.files.word.odf_shapes import SHAPES, OdfPicture, read_shape, values
from candour.files.word.odf_styles import ListMarks, OdfStyles
from candour.files.word.odf_table import read_table
from candour.files.word.shapes import Crop

_CODES = {
    Seen.VANISHED: "F.vanish_text",
    Seen.REDACTED: "F.fake_redaction",
    Seen.SAME_COLOUR: "F.white_text",
    Seen.TINY: "F.tiny_text",
}
_THROUGH = {
    *(
        "index-body",
        "index-title",
        "table-of-content",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
    ),
    *("alphabetical-index", "bibliography", "numbered-paragraph", "page-sequence"),
}
_DECLARED = {"user-field-decls": "F.user_field", "variable-decls": "F.user_field", "dde-connection-decls": "F.dde"}
_MARKS = {
    *("title", "desc", "enhanced-geometry", "glue-point", "image-map", "param", "shadow", "contour-polygon"),
    *("contour-path", "thumbnail", "page-thumbnail"),
    *("bookmark", "bookmark-start", "bookmark-end", "reference-mark", "reference-mark-start", "reference-mark-end"),
    *("change", "change-start", "change-end", "soft-page-break", "annotation-end", "toc-mark", "toc-mark-start"),
    *("toc-mark-end", "user-index-mark", "user-index-mark-start", "user-index-mark-end", "sequence-decls", "forms"),
    *(
        "alphabetical-index-mark",
        "alphabetical-index-mark-start",
        "alphabetical-index-mark-end",
        "event-listeners",
        "table-of-content-source",
    ),
}
_BLANKS = re.compile(r"[ \t\r\n]+")


OdfBlock = Block | OdfPicture


@dataclass(slots=True)
class OdfText:
    """One part of running text while it is read."""

    part: str
    styles: OdfStyles
    gathered: Gathered
    marks: ListMarks
    blocks: list[OdfBlock] = field(default_factory=list)
    read: set[Element] = field(default_factory=set)
    lost: dict[str, int] = field(default_factory=dict)
    covered: bool = False
    notes: list[OdfBlock] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    after: list[OdfBlock] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    """Frames and shapes over blocks of this text."""
    apart: list[OdfBlock] = field(default_factory=list)
    """Blocks that stand beside the column of text."""
    columned: list[OdfBlock] = field(default_factory=list)
    """Blocks of sections in several columns: nobody can tell how far down each stands."""
    outermost: bool = True
    _notes_seen: int = 0

    def walk(self, container: Element, looks: Looks, mark: str = "") -> None:  # noqa: C901  one line for each kind
        """Every block of a container. `mark` is that of the list item whose first paragraph is to come."""
        for element in container:
            name = local(element)
            if name in {"p", "h"}:
                self._paragraph(element, looks, mark)
                mark = ""
            elif name == "list":
                self._list(element, looks, 1, "")
            elif name == "table":
                read_table(self, element, looks)
            elif name == "section":
                self._section(element, looks)
            elif name in _THROUGH:
                before = len(self.blocks)
                self.walk(element, looks)
                self._in_columns(element, before)
            elif name == "tracked-changes":
                self._tracked(element)
            elif name in _DECLARED:
                self._declared(element, _DECLARED[name])
            elif name == "hidden-paragraph":
                self.hide(element, "F.hidden-paragraph")
            elif name in SHAPES:
                read_shape(self, element, looks)
            elif name == "forms":
                self._forms(element)
            elif name and name not in _MARKS and not name.endswith(("-source", "-template")):
                self.unknown(element)
        self.blocks += self.after
        self.after = []

    def _section(self, element: Element, looks: Looks) -> None:
        if attribute(element, "display") in {"none", "condition"}:
            self.hide(element, "F.hidden_section")
            return
        for source in element:
            if local(source) in {"section-source", "dde-source"}:
                self.gathered.add("F.external_link", self.part, attribute(source, "href") or text_of(source))
        before = len(self.blocks)
        self.walk(element, self.styles.looks("section", attribute(element, "style-name"), looks))
        self._in_columns(element, before)

    def _in_columns(self, element: Element, before: int) -> None:
        """Remember the blocks of a section that stand beside one another."""
        if self.styles.in_columns(attribute(element, "style-name")):
            self.columned += self.blocks[before:]

    def _paragraph(self, element: Element, looks: Looks, mark: str) -> None:
        style = attribute(element, "style-name")
        base = self.styles.looks("paragraph", style, looks)
        level = 0
        if local(element) == "h":
            level = max(1, min(6, int(attribute(element, "outline-level") or 1)))
            mark = mark or self.marks.heading(level)
        if any(local(inner) == "hidden-paragraph" for inner in element):
            self.hide(element, "F.hidden-paragraph")
            return
        text = self._inline(element, base).strip(" ")
        if text.strip():
            self.blocks.append(Paragraph(text, level, mark))
        self.blocks += self.after
        self.after = []

    def _inline(self, container: Element, looks: Looks) -> str:
        self.read.add(container)
        pieces = [self._judged(_BLANKS.sub(" ", container.text or ""), looks)]
        for element in container:
            pieces.append(self._piece(element, looks))
            pieces.append(self._judged(_BLANKS.sub(" ", element.tail or ""), looks))
        return "".join(pieces)

    def _judged(self, text: str, looks: Looks) -> str:
        seen = looks.seen
        if not text or seen is Seen.SHOWN or not text.strip():
            if text.strip() and looks.on_its_ground_only:
                self.gathered.add("F.white_text", self.part, severity=Severity.LOW)
            return text
        self.gathered.add(_CODES[seen], self.part, text)
        return barred(text) if seen is Seen.REDACTED else " "

    def _piece(self, element: Element, looks: Looks) -> str:  # noqa: C901, PLR0911, PLR0912  one line for each element
        name = local(element)
        if not name or name in _MARKS:
            return self._index_mark(element, name)
        if name == "s":
            return " " * min(int(attribute(element, "c") or 1), 200)
        if name in {"tab", "tab-stop"}:
            return "\t"
        if name == "line-break":
            return "\n"
        if name in {"span", "meta", "ruby-base", "meta-field"}:
            return self._inline(element, self.styles.looks("text", attribute(element, "style-name"), looks))
        if name == "a":
            self.link(element)
            return self._inline(element, looks)
        if name == "ruby":
            return " ".join(self._inline(inner, looks) for inner in element)
        if name == "note":
            return self._note(element, looks)
        if name == "annotation":
            return self.hide(element, "F.annotation")
        if name in {"hidden-text", "conditional-text"}:
            return self._conditional(element, name, looks)
        if name == "hidden-paragraph":
            return self.hide(element, "F.hidden-paragraph")
        if name == "script":
            return self.hide(element, "F.macro")
        if name.startswith("database-"):
            self.gathered.add("F.dbfield", self.part, values(element))
            return self._inline(element, looks) if name == "database-display" else self.hide(element, "F.dbfield")
        if name == "dde-connection":
            self.gathered.add("F.dde", self.part, attribute(element, "connection-name") or "")
        if name in SHAPES:
            read_shape(self, element, looks)
            return ""
        if name in {"list", "table", "p", "h", "section"}:
            return self.hide(element, "F.unread_text")
        return self._field(element, name, looks)

    def _index_mark(self, element: Element, name: str) -> str:
        if text := attribute(element, "string-value") or "":
            self.gathered.add("F.placeholder" if name == "placeholder" else "F.index_mark", self.part, text)
        self.read.add(element)
        return ""

    def _field(self, element: Element, name: str, looks: Looks) -> str:
        """A field: its text is shown, unless it says that it is not."""
        if name == "placeholder":
            self.gathered.add("F.placeholder", self.part, attribute(element, "description") or "")
        elif name in {"variable-set", "user-field-get", "variable-input", "user-field-input", "text-input"}:
            told = values(element)
            self.gathered.into.hidden.add(told)
            if attribute(element, "display") == "none":
                return self.hide(element, "F.user_field")
        elif name == "drop-down":
            for label in element:
                self.gathered.add("F.choices", self.part, attribute(label, "value") or "")
        elif name == "execute-macro":
            self.gathered.add("F.macro", self.part, values(element))
        return self._inline(element, looks)

    def _conditional(self, element: Element, name: str, looks: Looks) -> str:
        told = values(element)
        shown = self._inline(element, looks)
        if name == "hidden-text":
            self.gathered.add("F.hidden-text", self.part, told)
            hidden = (attribute(element, "is-hidden") or "").casefold() in {"true", "1"}
            return "" if hidden else shown
        self.gathered.add("F.conditional-text", self.part, told)
        return shown

    def _note(self, element: Element, looks: Looks) -> str:
        self._notes_seen += 1
        citation = next((text_of(inner) for inner in element if local(inner) == "note-citation"), "")
        body = next((inner for inner in element if local(inner) == "note-body"), None)
        for inner in element.iter():
            if local(inner) == "note-citation":
                self.read.add(inner)
        if body is not None:
            noted = self.inner()
            noted.walk(body, Looks(size=10.0))
            self.covered = self.covered or noted.covered
            for place, block in enumerate(noted.blocks):
                first = isinstance(block, Paragraph) and not place
                self.notes.append(
                    Paragraph(f"[{citation}] {block.text}") if first and isinstance(block, Paragraph) else block
                )
        return f"[{citation}]" if looks.seen is Seen.SHOWN else ""

    def inner(self) -> OdfText:
        """A reader of content inside this one."""
        inner = OdfText(
            self.part, self.styles, self.gathered, self.marks, read=self.read, lost=self.lost, used=self.used
        )
        inner.notes, inner.outermost = self.notes, False
        return inner

    # Lists and tables

    def _list(self, element: Element, looks: Looks, level: int, style: str) -> None:
        style = attribute(element, "style-name") or style
        if (
            level == 1
            and attribute(element, "continue-numbering") != "true"
            and not attribute(element, "continue-list")
        ):
            self.marks.restart(style)
        for item in element:
            if local(item) not in {"list-item", "list-header"}:
                continue
            start = attribute(item, "start-value")
            begins = next((local(inner) for inner in item), "")
            mark = ""
            if local(item) == "list-item" and begins != "list":
                mark = self.marks.next(style, level, int(start) if start and start.isdigit() else None)
            for inner in item:
                if local(inner) == "list":
                    self._list(inner, looks, level + 1, style)
                elif local(inner) in {"p", "h"}:
                    self._paragraph(inner, looks, mark)
                    mark = ""
                elif local(inner):
                    self.walk_one(inner, looks)

    def walk_one(self, element: Element, looks: Looks) -> None:
        """One block by itself."""
        holder = self.inner()
        holder.covered = False
        parent = element.getparent()
        if parent is not None and local(element) == "table":
            read_table(holder, element, looks)
        else:
            self.unknown(element)
        self.covered = self.covered or holder.covered
        self.blocks += holder.blocks

    # What is not shown

    def hide(self, element: Element, code: str, *, quiet: bool = False) -> str:
        """Count all text inside an element as hidden and read; `quiet` where an empty one is no finding."""
        pieces = []
        for inner in element.iter():
            self.read.add(inner)
            pieces += [inner.text or "", inner.tail or "" if inner is not element else "", " "]
        text = " ".join("".join(pieces).split())
        author = next((text_of(inner) for inner in element.iter() if local(inner) == "creator"), "")
        if text or not quiet:
            self.gathered.add(code, self.part, text, by=author)
        return ""

    def _tracked(self, element: Element) -> None:
        for region in element:
            if local(region) == "changed-region":
                self.hide(region, "F.tracked_changes")

    def _declared(self, element: Element, code: str) -> None:
        for inner in element:
            self.gathered.add(code, self.part, values(inner))

    def _forms(self, element: Element) -> None:
        controls = [inner for inner in element.iter() if local(inner) and inner is not element]
        if controls:
            self.gathered.add("F.form", self.part, " ".join(map(values, controls)), count=len(controls))
        self.hide(element, "F.form", quiet=True)

    def link(self, element: Element) -> None:
        """Count the address and the title of a link where the text does not show them."""
        href = attribute(element, "href") or ""
        if href and not href.startswith("#") and href.removeprefix("mailto:") not in text_of(element):
            self.gathered.add("F.hyperlink", self.part, href)
        if title := attribute(element, "title"):
            self.gathered.add("F.hyperlink", self.part, title)

    def unknown(self, element: Element) -> None:
        """An element that nobody can classify: the file will be blocked."""
        self.gathered.into.wonder(f"element {local(element)} in {self.part}")
        self.gathered.into.hidden.add(text_of(element))

    def finish(self, root: Element) -> None:
        """Report every text inside `root` that the walk did not account for."""
        for element in root.iter():
            if local(element) and element not in self.read and (element.text or "").strip():
                self.gathered.add("F.unread_text", self.part, element.text or "")
            parent = element.getparent()
            if element is not root and (element.tail or "").strip() and parent is not None and parent not in self.read:
                self.gathered.add("F.unread_text", self.part, element.tail or "")


def crop_of(clip: tuple[float, float, float, float], width: int, height: int, dpi: float) -> Crop:
    """The shares that a clip cuts off a picture of so many pixels."""
    across, down = width * 72 / dpi, height * 72 / dpi
    top, right, bottom, left = clip
    return Crop(left / across, top / down, right / across, bottom / down)
