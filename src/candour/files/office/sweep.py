"""What no reader of a package took up: texts and attributes that are neither shown nor known as hidden.

The readers of a format know its elements. Whoever hides something puts it where no element is expected to have words,
so the last step of a closed world is to go over all markup again and to ask of each word who answers for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.markup import Element, local
from candour.files.masked import masked
from candour.files.visible import tokens_of

_FORMAL = re.compile(
    r"[\W\d_]*|[0-9A-Fa-f{}#-]+|(?:true|false|on|off|auto|none)|-?\d*\.?\d+(?:pt|in|cm|mm|px|pc|%|E[-+]?\d+)?"
    r"|(?:rId|R|x)?\w{0,2}\d+|\$?[A-Z]{1,3}\$?\d*(?::\$?[A-Z]{1,3}\$?\d*)?|[\d-]+T[\d:.]+(?:Z|[-+]\d\d:\d\d)?"
)
"""Numbers, measures, colours, switches, names of cells, moments."""

_NUMBERED = re.compile(r"\d+|(?:x0000_?)?[a-z]?\d+|toc\d+|goback|s?\d+_?\d*")
"""What programs call things by themselves."""

_SCHEMA = re.compile(r"(?:https?://(?:schemas\.|purl\.|www\.w3\.org)|urn:schemas-|application/)")


_READ_ELSEWHERE = {
    "name": {"cellStyle", "font", "lsdException", "compatSetting", "bookmarkStart", "moveFromRangeStart", "control"},
    "codeName": {"sheetPr", "workbookPr"},
    "prefixMappings": {"dataBinding"},
}
"""Attributes, and the elements in which the reader of styles or of sheets looks at them itself."""

_COUNTED = re.compile(r"[^\d]{0,24} ?\d*")
"""What programs call shapes: the kind and a number."""

_QUOTED = re.compile(r'(?<!\\)"([^"]*)"')
"""Fixed words in the code of a number format."""

_THEME = {"theme", "themeFamily", "clrScheme", "fontScheme", "fmtScheme"}


@cache
def _usual_themes() -> frozenset[str]:
    data = tomllib.loads((files(__package__) / "attributes.toml").read_text(encoding="utf-8"))
    return frozenset(data["themes"])


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    data = tomllib.loads((files(__package__) / "attributes.toml").read_text(encoding="utf-8"))
    return frozenset(data["harmless"]), frozenset(data["elements"])


@dataclass(slots=True)
class Sweep:
    """Words of markup by the part that they stand in, to be held against what was shown and what was found."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, list[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    """Words that a reader sees although they are not part of what is rebuilt: titles of charts, names of tabs."""

    def know(self, texts: Iterable[str]) -> None:
        """Take some texts as seen."""
        self.known.update(word for text in texts for word in tokens_of(text))

    def take(self, root: Element, part: str, *, texts: bool = True, attributes: bool = True) -> None:
        """All words of a part; without `texts` the attributes alone, where the reader answers for each text."""
        harmless, formal = _vocabulary()
        for element in root.iter():
            if element.__class__ is not Element:
                continue
            name = local(element)
            own = element.text if name not in formal else None
            if name == "lpstr" and any(local(above) in formal for above in element.iterancestors()):
                own = None
            for text in (own, element.tail) if texts else ():
                if text and not text.isspace():
                    self._keep(self.texts, part, text)
            for key, value in element.attrib.items() if attributes else ():
                if value and (short := str(key).rpartition("}")[2]) not in harmless:
                    self._attribute(name, short, str(value), part)

    def _attribute(self, name: str, key: str, value: str, part: str) -> None:
        if (key == "val" and name not in {"filter", "customFilter"}) or name in _READ_ELSEWHERE.get(key, ()):
            return  # a choice of the format, or a word that the reader of its part takes up
        if key == "formatCode":
            value = " ".join(_QUOTED.findall(value))
        if key == "name" and name in {"docPr", "cNvPr"} and _COUNTED.fullmatch(value):
            return
        if key == "name" and name in _THEME and value.split(" ")[0].split("-")[0] in _usual_themes():
            return
        self._keep(self.attributes, part, value)

    def _keep(self, kept: dict[str, list[str]], part: str, text: str) -> None:
        text = text.strip()
        if not _FORMAL.fullmatch(text) and not _SCHEMA.match(text):
            kept.setdefault(part, []).append(text)

    def report(self, inspected: Inspected) -> None:
        """`O.unread_text` and `O.unread_attribute`: what is neither among the visible nor among the hidden words."""
        known: set[str] | None = None
        for code, kept in (("O.unread_text", self.texts), ("O.unread_attribute", self.attributes)):
            for part, texts in kept.items():
                left = [text for text in dict.fromkeys(texts) if unknown_words(text, inspected)]
                if left and known is None:
                    known = self.known | visible_words(inspected)
                left = [
                    text for text in left if any(word not in (known or ()) for word in unknown_words(text, inspected))
                ]
                if left:
                    inspected.findings.append(found(code, part, len(left), masked("; ".join(left[:6]))))
                for text in left:
                    inspected.hidden.add(text)


def unknown_words(text: str, inspected: Inspected) -> list[str]:
    """The words of a text, of three signs and with a letter, that nobody knows as hidden."""
    words = (word for word in tokens_of(text) if len(word) >= 3 and not _NUMBERED.fullmatch(word))
    return [word for word in words if word not in inspected.hidden]


def is_formal(text: str) -> bool:
    """Whether a value is a number, a measure, a colour, a switch, the name of a cell or the address of a schema."""
    return bool(_FORMAL.fullmatch(text) or _SCHEMA.match(text))


def visible_words(inspected: Inspected) -> set[str]:
    """Every word that a reader sees."""
    texts: Iterable[str] = inspected.visible.texts() if inspected.visible is not None else ()
    return {word for text in texts for word in tokens_of(text)}
