"""What an RTF holds beside its text: groups that no reader is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from candour.files.residue import words_in
from candour.files.word.fields import report_code
from candour.files.word.looks import Looks
from candour.files.word.rtf_picture import from_hex

if TYPE_CHECKING:
    from candour.files.word.rtf import RtfReader


@dataclass(slots=True)
class Group:
    """The state of one group: where its text goes, and how it looks."""

    target: str = "shown"
    name: str = ""
    looks: Looks = field(default_factory=lambda: Looks(size=12.0))
    deleted: bool = False
    revised: bool = False
    skip: int = 1
    encoding: str = "cp1252"
    starred: bool = False
    level: int = 0
    in_table: bool = False
    text: list[str] = field(default_factory=list)


def report(reader: RtfReader, group: Group) -> None:  # noqa: C901, PLR0912  one line for each kind
    """Report what a group held that is no text of the document."""
    text = " ".join("".join(group.text).split())
    if group.target == "R.object":
        if group.name == "objdata":
            content = from_hex(text)
            for word in words_in(content, reader.context.budget):
                reader.inspected.hidden.add(word)
            reader.gathered.add("R.object", "text", "", count=max(1, len(content)))
            reader.lost["embedded objects"] = reader.lost.get("embedded objects", 0) + 1
        elif text:
            reader.inspected.hidden.add(text)
        return
    if group.target == "R.field":
        _field(reader, group.name, text)
        return
    if group.target == "R.shape_property":
        if any(character.isalpha() for character in text) and len(text) > 3:
            reader.gathered.add("R.shape_property", "text", text)
        return
    if group.target == "R.info" and not text:
        return
    if group.target == "R.revision_authors" and text.replace(" ", "") == "Unknown;":
        return
    if group.target == "R.rsid":
        reader.gathered.add("R.rsid", "text")
    elif text or group.target in {"R.tracked_fmtchange", "R.mailmerge"}:
        name = group.name if group.target == "R.unknown_destination" else ""
        if len(text) > 20 and set(text) <= set("0123456789abcdefABCDEF "):
            for word in words_in(from_hex(text), reader.context.budget):
                reader.inspected.hidden.add(word)
        reader.gathered.add(group.target, "text", text, shown=name)


def _field(reader: RtfReader, name: str, text: str) -> None:
    if name == "fldinst" and text:
        report_code(text, "".join(reader.line), reader.gathered, "text")
    elif text:
        reader.gathered.add("D.form_field", "text", text)
