"""The running text of a DOCX part as a reader sees it, and everything beside it.

Every text in the markup is either shown or hidden, and counted as one of the two; `Body.finish` reports
what was neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from candour.files.findings import Severity
from candour.files.markup import Element, attribute, local, text_of
from candour.files.visible import Paragraph
from candour.files.word import shapes
from candour.files.word.covers import Cover
from candour.files.word.docx_table import read_table
from candour.files.word.fields import Fields, report_code
from candour.files.word.floating import VisibleBlock, draw, embed
from candour.files.word.looks import Looks, Seen, barred
from candour.files.word.measure import is_out_of_sight
from candour.files.word.numbering import Numbering
from candour.files.word.styles import Styles, child, is_on
from candour.files.word.unseen import INSERTED, REMOVED, Unseen

_SPACE = {
    "br": "\n",
    "cr": "\n",
    "tab": "\t",
    "ptab": "\t",
    "noBreakHyphen": "-",
    "softHyphen": "",
    "lastRenderedPageBreak": "",
}


@dataclass(slots=True)
class Lost:
    """What a reader saw and a rebuild cannot carry."""

    charts: int = 0
    diagrams: int = 0
    objects: int = 0
    covered: bool = False


@dataclass(slots=True)
class Body(Unseen):
    """One part of running text while it is read."""

    styles: Styles
    numbering: Numbering
    lost: Lost
    blocks: list[VisibleBlock] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """References to notes that are shown, in order: `footnote` or `endnote`, and the number."""
    covers: list[Cover] = field(default_factory=list)
    """Drawings over blocks of this body."""
    apart: list[VisibleBlock] = field(default_factory=list)
    """Blocks that stand beside the column of text: what floats, and what is in boxes."""
    notes_barred: bool = False
    """Whether something lies over the text: it may end over the notes, which stand at the foot of some page."""
    outermost: bool = True
    fields: Fields = field(init=False)
    _joined: str = ""
    after: list[VisibleBlock] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fields = Fields(self.gathered, self.part)

    # Blocks

    def walk(self, container: Element, looks: Looks) -> None:  # noqa: C901, PLR0912  one line for each kind of block
        """Every block of a container."""
        for element in container:
            name = local(element)
            if name == "p":
                self.paragraph(element, looks)
            elif name == "tbl":
                read_table(self, element, looks)
            elif name == "sdt":
                self.control(element)
                if (content := child(element, "sdtContent")) is not None:
                    self.walk(content, looks)
            elif name in INSERTED:
                self.tracked(element, name)
                self.walk(element, looks)
            elif name in REMOVED:
                self.removed(element)
            elif name in {"customXml", "smartTag"}:
                self.wrapper(element)
                self.walk(element, looks)
            elif name == "AlternateContent":
                for state, branch in shapes.alternatives(element):
                    if state == "shown":
                        self.walk(branch, looks)
                    else:
                        self._other_branch(branch, element)
            elif name in {"oMath", "oMathPara"}:
                if text := self._mathematics(element, looks).strip():
                    self.blocks.append(Paragraph(text))
            elif name == "altChunk":
                self.gathered.add("D.altchunk", self.part)
            elif name == "subDoc":
                self.gathered.add("D.sub_document", self.part)
            else:
                self.mark(element)

    def paragraph(self, element: Element, looks: Looks) -> None:
        """One paragraph, with what floats from it."""
        properties = child(element, "pPr")
        self.property_changes(properties)
        base, style = self.styles.paragraph(properties, looks)
        gone = is_out_of_sight(properties)
        mark_properties = child(properties, "rPr")
        start = self._joined
        self._joined = ""
        text = self._inline(element, base.with_(vanish=True) if gone else base)
        mark = ""
        if text.strip() or self.after:
            mark = self._list_mark(properties, style)
        if mark_properties is not None and any(local(inner) in REMOVED for inner in mark_properties):
            self.mark_removed(mark_properties)
            self._joined = start + text
            return
        if mark_properties is not None and (inserted := child(mark_properties, "ins")) is not None:
            self.tracked(inserted, "ins")
        text = (start + text).strip("\n")
        if text.strip():
            self.blocks.append(Paragraph(text, self.styles.heading(properties, style), mark))
        self.blocks += self.after
        self.after = []

    def _list_mark(self, properties: Element | None, style: str) -> str:
        own = child(properties, "numPr")
        return self.numbering.mark(own if own is not None else self.styles.numbering(style))

    # Runs

    def _inline(self, container: Element, looks: Looks) -> str:  # noqa: C901, PLR0912  one line for each kind of run
        """The shown text of what stands in a paragraph, in its order."""
        pieces: list[str] = []
        for element in container:
            name = local(element)
            if name == "r":
                pieces.append(self._run(element, looks))
            elif name in {"hyperlink", "sdtContent", "bdo", "dir", "smartTag", "customXml"}:
                if name in {"smartTag", "customXml"}:
                    self.wrapper(element)
                if name == "hyperlink" and (tip := attribute(element, "tooltip")):
                    self.gathered.add("D.hyperlink", self.part, tip)
                pieces.append(self._inline(element, looks))
            elif name == "fldSimple":
                shown = self._inline(element, looks)
                report_code(attribute(element, "instr") or "", shown, self.gathered, self.part)
                pieces.append(shown)
            elif name == "sdt":
                self.control(element)
                pieces.append(self._inline(element, looks))
            elif name in INSERTED:
                self.tracked(element, name)
                pieces.append(self._inline(element, looks))
            elif name in REMOVED:
                self.removed(element)
            elif name in {"oMath", "oMathPara"}:
                pieces.append(self._mathematics(element, looks))
            elif name == "AlternateContent":
                pieces.append(self._alternatives(element, looks))
            elif name == "subDoc":
                self.gathered.add("D.sub_document", self.part)
            else:
                self.mark(element)
        return "".join(pieces)

    def _run(self, element: Element, looks: Looks) -> str:
        properties = child(element, "rPr")
        self.property_changes(properties)
        mine = self.styles.run(properties, looks)
        if properties is not None and any(local(inner) in REMOVED for inner in properties):
            self.removed(element)
            return ""
        if is_on(properties, "webHidden"):
            self.gathered.add("D.web_hidden", self.part)
        text = "".join(self._piece(inner, mine) for inner in element)
        return self._judged(text, mine)

    def _judged(self, text: str, looks: Looks) -> str:
        """The text of a run, or what a reader sees in its place."""
        if not text:
            return ""
        if self.fields.in_code:
            self.gathered.into.hidden.add(text)
            if text.strip():
                self.gathered.add("D.field_text", self.part, text)
            return ""
        seen = looks.seen
        if seen is Seen.SHOWN or not text.strip():
            self.fields.shows(text)
            if text.strip() and looks.on_its_ground_only:
                self.gathered.add("D.white_text", self.part, severity=Severity.LOW)
            return text if seen is not Seen.VANISHED else ""
        self.gathered.add(seen.value, self.part, text)
        return barred(text) if seen is Seen.REDACTED else " " if seen is not Seen.VANISHED else ""

    def _piece(self, element: Element, looks: Looks) -> str:  # noqa: C901, PLR0912  one line for each element of a run
        name = local(element)
        if name == "t":
            self.read.add(element)
            return element.text or ""
        if name in _SPACE:
            return _SPACE[name]
        if name in {"instrText", "delInstrText"}:
            self.read.add(element)
            self.fields.code(element.text or "")
        elif name == "delText":
            self.read.add(element)
            self.gathered.add("D.tracked_del", self.part, element.text or "")
        elif name == "fldChar":
            self.fields.mark(attribute(element, "fldCharType") or "")
            self.form_field(element)
        elif name in {"footnoteReference", "endnoteReference"}:
            return self._note(element, name.removesuffix("Reference"), looks)
        elif name == "sym":
            return _symbol(attribute(element, "char") or "")
        elif name == "drawing":
            draw(self, shapes.read_drawing(element, self.gathered, self.part), looks)
        elif name == "pict":
            draw(self, shapes.read_vml(element, self.gathered, self.part), looks)
        elif name == "object":
            embed(self, element, looks)
        elif name == "AlternateContent":
            return self._alternatives(element, looks, runs=True)
        elif name == "ruby":
            shown = [self._inline(part, looks) for part in element if local(part) in {"rubyBase", "rt"}]
            return " ".join(shown[::-1])
        elif name == "contentPart":
            self.gathered.add("O.ink", self.part)
        else:
            self.mark(element)
        return ""

    def _note(self, element: Element, kind: str, looks: Looks) -> str:
        if looks.seen is not Seen.SHOWN or self.fields.in_code:
            return ""
        self.notes.append((kind, attribute(element, "id") or ""))
        return f"[{len(self.notes)}]" if not attribute(element, "customMarkFollows") else ""

    def _alternatives(self, element: Element, looks: Looks, *, runs: bool = False) -> str:
        pieces = []
        for state, branch in shapes.alternatives(element):
            if state == "shown":
                pieces.append(
                    "".join(self._piece(inner, looks) for inner in branch) if runs else self._inline(branch, looks)
                )
            else:
                self._other_branch(branch, element)
        return "".join(pieces)

    def _other_branch(self, branch: Element, element: Element) -> None:
        """A version of content for other programs: a finding where it has more than the shown one."""
        shown = next((other for state, other in shapes.alternatives(element) if state == "shown"), None)
        words = "".join(text_of(shown).split()) if shown is not None else ""
        more = [word for word in self.take(branch).split() if word not in words]
        kept = (
            {
                attribute(inner, "embed") or attribute(inner, "id")
                for inner in shown.iter()
                if local(inner) in {"blip", "imagedata"}
            }
            if shown is not None
            else set()
        )
        pictures = [inner for inner in branch.iter() if local(inner) in {"blip", "imagedata"}]
        if more or (pictures and not kept):
            self.gathered.add("O.fallback_copy", self.part, " ".join(more))
        for inner in branch.iter():
            text = (attribute(inner, "alt") or attribute(inner, "descr") or "").strip()
            if text:
                self.gathered.add("O.alt_text", self.part, text)

    def _mathematics(self, element: Element, looks: Looks) -> str:
        pieces = []
        phantoms = {text for phantom in element.iter() if _is_phantom(phantom) for text in phantom.iter()}
        for inner in element.iter():
            if local(inner) == "t":
                self.read.add(inner)
                if inner in phantoms:
                    self.gathered.add("D.vanish_text", self.part, inner.text or "")
                else:
                    pieces.append(inner.text or "")
        return self._judged(" ".join(pieces), looks)

    # What stands inside

    def inner(self, *, fields: bool = True) -> Body:
        """A reader of content inside this one; `fields` where a field may reach into it."""
        inner = Body(
            self.part,
            self.gathered,
            self.styles,
            self.numbering,
            self.lost,
            read=self.read,
            notes=self.notes,
            outermost=False,
        )
        if fields:
            inner.fields = self.fields
        return inner

    def finished(self) -> list[VisibleBlock]:
        """The blocks, once everything is read."""
        if self._joined.strip():
            self.blocks.append(Paragraph(self._joined))
            self._joined = ""
        return self.blocks


def _is_phantom(element: Element) -> bool:
    """Whether a piece of mathematics takes up room and is not drawn. ECMA-376 part 1, 22.1.2.81."""
    if local(element) != "phant":
        return False
    show = child(child(element, "phantPr"), "show")
    return show is not None and (attribute(show, "val") or "1").casefold() in {"0", "off", "false"}


def _symbol(code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return "•" if 0xF000 <= number <= 0xF0FF else chr(number) if 32 <= number < 0xD800 else ""
