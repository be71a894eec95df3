"""What a part of a DOCX holds beside the text that is shown: revisions, names, marks, and text that nobody reads."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from candour.files.findings import Severity
from candour.files.markup import Element, attribute, comments_in, local
from candour.files.word.gathered import Gathered
from candour.files.word.styles import child

INSERTED = {"ins", "moveTo", "conflictIns"}
REMOVED = {"del", "moveFrom", "conflictDel"}


@cache
def known(kind: str) -> frozenset[str]:
    """One list of `elements.toml`."""
    data = tomllib.loads((files(__package__) / "elements.toml").read_text(encoding="utf-8"))
    return frozenset(str(data[kind]).split())


@dataclass(slots=True)
class Unseen:
    """Gathers what one part hides. `read` holds the elements whose text is accounted for."""

    part: str
    gathered: Gathered
    read: set[Element] = field(default_factory=set, kw_only=True)

    def take(self, element: Element) -> str:
        """All text inside an element that is not shown, counted as read."""
        pieces = []
        for inner in element.iter():
            if inner.text and local(inner):
                self.read.add(inner)
                if local(inner) not in known("measures"):
                    pieces.append(inner.text)
            if local(inner) == "p":
                pieces.append(" ")
        text = "".join(pieces)
        self.gathered.into.hidden.add(text)
        return text

    def removed(self, element: Element, by: Element | None = None) -> None:
        """An element that a revision took away; `by` is the mark that says so, where that stands elsewhere."""
        marked = by if by is not None else element
        if local(element) == "r":
            marked = next((inner for inner in child(element, "rPr") or () if local(inner) in REMOVED), element)
        code = "D.tracked_move" if "move" in local(marked) else "D.tracked_del"
        self.gathered.add(code, self.part, self.take(element), by=attribute(marked, "author") or "")
        for inner in element.iter():
            if local(inner) in {"blip", "imagedata"}:
                self.gathered.add("D.hidden_picture", self.part)

    def mark_removed(self, properties: Element) -> None:
        """A paragraph mark that a revision took away."""
        for inner in properties:
            if local(inner) in REMOVED:
                self.gathered.add("D.tracked_del", self.part, by=attribute(inner, "author") or "")

    def tracked(self, element: Element, name: str) -> None:
        """An insertion, or the new place of what was moved."""
        code = "D.tracked_move" if name == "moveTo" else "D.tracked_ins"
        self.gathered.add(code, self.part, by=attribute(element, "author") or "")

    def property_changes(self, properties: Element | None) -> None:
        """Changes of format that are tracked."""
        for element in properties.iter() if properties is not None else ():
            name = local(element)
            if name.endswith("PrChange") or name in {"numberingChange", "tblGridChange"} or name == "cellMerge":
                self.gathered.add("D.tracked_fmtchange", self.part, by=attribute(element, "author") or "")

    def wrapper(self, element: Element) -> None:
        """Custom XML or a smart tag around text."""
        name = attribute(element, "element") or ""
        properties = child(element, f"{local(element)}Pr")
        texts = (
            [attribute(inner, "val") or "" for inner in properties if local(inner) == "attr"]
            if properties is not None
            else []
        )
        self.gathered.add("D.custom_markup", self.part, " ".join(texts), shown=name[:40])

    def control(self, element: Element) -> None:
        """A content control: what its properties hold beside the text that is shown."""
        properties = child(element, "sdtPr")
        for inner in properties.iter() if properties is not None else ():
            name = local(inner)
            if name == "dataBinding":
                self.gathered.add("D.data_binding", self.part, attribute(inner, "xpath") or "")
            elif name == "listItem":
                text = f"{attribute(inner, 'displayText') or ''} {attribute(inner, 'value') or ''}"
                self.gathered.add("D.choices", self.part, text)
            elif name in {"alias", "tag", "date"} and (text := _own_value(inner)):
                self.gathered.add("D.control_name", self.part, text)

    def form_field(self, element: Element) -> None:
        """What a form field holds beside its result."""
        for inner in element.iter():
            name = local(inner)
            if name == "fldData":
                self.gathered.add("D.field_text", self.part, self.take(inner))
            elif name in {"helpText", "statusText", "default", "listEntry", "name", "entryMacro", "exitMacro"} and (
                text := attribute(inner, "val") or ""
            ):
                code = "D.choices" if name == "listEntry" else "D.form_field"
                if not text.isdigit():
                    self.gathered.add(code, self.part, text)

    def mark(self, element: Element) -> None:
        """An element without shown content of its own."""
        name = local(element)
        if name == "bookmarkStart":
            if (text := attribute(element, "name") or "") and not text.startswith("_"):
                self.gathered.add("D.bookmark", self.part, text)
        elif name == "proofErr":
            self.gathered.add("D.proof_mark", self.part)
        elif name == "permStart" and (text := attribute(element, "ed") or ""):
            self.gathered.add("D.permission", self.part, text)
        elif name == "sectPr":
            self.property_changes(element)

    def finish(self, root: Element) -> None:
        """Report every text and every element that the walk did not account for."""
        for text in comments_in(root):
            self.gathered.add("O.markup_comment", self.part, text)
        for element in root.iter():
            if not local(element) or not (element.text or "").strip():
                pass
            elif element not in self.read and local(element) not in known("measures"):
                self.gathered.add("D.unread_text", self.part, element.text or "", severity=Severity.HIGH)
            if element.tail and element.tail.strip():
                self.gathered.add("D.unread_text", self.part, element.tail)


def _own_value(element: Element) -> str:
    return attribute(element, "val") or attribute(element, "fullDate") or ""
