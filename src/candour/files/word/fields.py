"""Fields of a DOCX: the code is hidden, the result is shown. ECMA-376 part 1, 17.16 (fields and hyperlinks)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from candour.files.word.gathered import Gathered

_PLAIN = {
    *("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "PAGEREF", "NOTEREF", "REF", "STYLEREF", "TOC", "SEQ", "LISTNUM"),
    *("DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "EDITTIME", "NUMWORDS", "NUMCHARS", "SYMBOL", "EQ", "="),
    *("FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "BIBLIOGRAPHY", "CITATION", "INDEX", "ADVANCE", "AUTONUM", "SHAPE"),
    *("AUTONUMLGL", "AUTONUMOUT", "REVNUM", "PAGENUM", "TOA"),
}
_WITH_WORDS = {
    "IF",
    "SET",
    "QUOTE",
    "ASK",
    "FILLIN",
    "TC",
    "XE",
    "TA",
    "RD",
    "ADDIN",
    "PRIVATE",
    "COMPARE",
    "MACROBUTTON",
}
"""Fields whose code holds words of its own, which may be anything."""

_REACHES_OUT = {"DDE", "DDEAUTO", "DATABASE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "LINK", "INCLUDE", "EMBED"}
_NAME = re.compile(r"\s*(=|[A-Za-z]+)")
_DROPPED_LINKS = re.compile(r"\\l\b")
_WORDS = re.compile(r"[^\W\d_]{3,}")


@dataclass(slots=True)
class _Open:
    code: list[str] = field(default_factory=list)
    result: bool = False
    shown: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Fields:
    """The fields that are open at a place in the text; they may span paragraphs."""

    gathered: Gathered
    place: str
    stack: list[_Open] = field(default_factory=list)

    def mark(self, kind: str) -> None:
        """A `w:fldChar`: begin, separate or end."""
        if kind == "begin":
            self.stack.append(_Open())
        elif kind == "separate" and self.stack:
            self.stack[-1].result = True
        elif kind == "end" and self.stack:
            ended = self.stack.pop()
            report_code("".join(ended.code), "".join(ended.shown), self.gathered, self.place)

    def code(self, text: str) -> None:
        """A piece of the code of the innermost field."""
        if self.stack:
            self.stack[-1].code.append(text)
        else:
            self.gathered.add("D.field_text", self.place, text)

    @property
    def in_code(self) -> bool:
        """Whether text that stands here belongs to a code and is not shown."""
        return any(not opened.result for opened in self.stack)

    def shows(self, text: str) -> None:
        """Text that stands here and is shown."""
        for opened in self.stack:
            opened.shown.append(text)


def report_code(code: str, shown: str, gathered: Gathered, place: str) -> None:
    """What the code of one field gives away beside its result."""
    match = _NAME.match(code)
    name = match.group(1).upper() if match else ""
    gathered.into.hidden.add(code)
    if name == "HYPERLINK":
        target = code[match.end() :].strip() if match else ""
        if not _DROPPED_LINKS.search(target):
            gathered.add("D.hyperlink", place, target)
    elif name in _WITH_WORDS:
        missing = [word for word in _WORDS.findall(code[match.end() :] if match else code) if word not in shown]
        gathered.add("D.field_text" if missing else "D.field_sensitive", place, code, shown=name)
    elif name in _REACHES_OUT:
        gathered.add("D.field_link", place, code, shown=name)
    elif name and name not in _PLAIN:
        gathered.add("D.field_sensitive", place, code, shown=name)
    elif not name and code.strip():
        gathered.add("D.field_sensitive", place, code)
