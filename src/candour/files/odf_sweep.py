"""Attributes of an OpenDocument that no reader took up: each is shown, harmless, or a finding.

Whoever hides something puts it where nobody expects words. So every attribute whose value is no choice of the standard
is held, word by word, against what is shown and what was found.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.markup import Element, local
from candour.files.masked import masked
from candour.files.office.sweep import is_formal, unknown_words
from candour.files.visible import tokens_of

_STYLES = {
    *("style", "default-style", "list-style", "master-page", "page-layout", "outline-style", "stroke-dash", "gradient"),
    *("hatch", "fill-image", "marker", "opacity", "number-style", "date-style", "time-style", "table-template"),
    *("currency-style", "percentage-style", "text-style", "boolean-style", "presentation-page-layout", "font-face"),
}
_NAMES = {"name", "display-name"}
_GENERATED = re.compile(r"(?:[A-Za-z]{1,3}|Table(?:Cell|Row|Column)?|WW8?Num|Frame|Sect)\d+(?:[A-Za-z]{1,2}\d*)?")
"""What programs call styles that they make by themselves."""

_WRITTEN = re.compile(r"_([0-9a-f]{2,4})_")
"""A sign that a name of XML cannot have, by its number in base 16. OpenDocument 1.3 part 3, 19.498."""

_EXCELS_BLANK = "_32_"
"""Excel writes the number of a blank in base 10."""

_SPACE = str.maketrans({"_": " "})


@cache
def _words(kind: str) -> frozenset[str]:
    data = tomllib.loads((files(__package__) / "odf_attributes.toml").read_text(encoding="utf-8"))
    return frozenset(str(data[kind]).split())


_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST = 20_000
"""So many different values of a part are held word by word; more are taken as unread."""


class AttributeSweep:
    """The attributes of one part, to be held against what is shown and found once all of that is known.

    `taken` are attributes that the reader of the part answers for itself.
    """

    def __init__(self, part: str, taken: frozenset[str] = frozenset()) -> None:
        self.part = part
        self._skipped = _words("harmless") | taken
        self._attributes: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._more = 0

    def take(self, root: Element) -> None:
        """All attributes of an element and of what it holds."""
        for element in root.iter():
            if element.__class__ is not Element:
                continue
            of_style = local(element) in _STYLES
            for key, value in element.attrib.items():
                name = str(key).rpartition("}")[2]
                if name in self._skipped:
                    continue
                text = str(value).strip()
                if not text or is_formal(text) or (name == "currency" and _CURRENCY.fullmatch(text)):
                    continue
                if local(element) == "font-face" and name == "name":
                    continue  # a font
                kept = self._names if of_style and name in _NAMES else self._attributes
                if text in kept or len(kept) < _MOST:
                    kept[text] = None
                else:
                    self._more += 1

    def report(self, inspected: Inspected, entries: frozenset[str] = frozenset()) -> None:
        """`F.unread_attribute` and `F.style_name`, once everything that is shown and hidden is known.

        `entries` are the names of the entries of the package: a reference to one of them says nothing by itself.
        """
        attributes = [text for text in self._attributes if text.removeprefix("./") not in entries]
        for code, texts in (("F.unread_attribute", attributes), ("F.style_name", list(self._names))):
            unknown = {text: _left(text, code, inspected) for text in texts}
            words = {word for own in unknown.values() for word in own} - _words("usual")
            unseen = words - _visible_of(words, inspected)
            left = [text for text, own in unknown.items() if not unseen.isdisjoint(own)]
            count = len(left) + (self._more if code == "F.unread_attribute" else 0)
            if count:
                inspected.findings.append(found(code, self.part, count, masked("; ".join(left[:6]))))
            for text in left:
                inspected.hidden.add(text)


def _visible_of(words: set[str], inspected: Inspected) -> set[str]:
    """Those of some words that a reader sees; a sheet of any size is read only until all were met."""
    seen: set[str] = set()
    if words and inspected.visible is not None:
        for text in inspected.visible.texts():
            seen.update(word for word in tokens_of(text) if word in words)
            if len(seen) == len(words):
                break
    return seen


def _left(text: str, code: str, inspected: Inspected) -> list[str]:
    """The words of a value that nobody knows; in the names of styles signs are written by their numbers."""
    if code == "F.unread_attribute":
        return unknown_words(text, inspected)
    plain = _WRITTEN.sub(_character, text.replace(_EXCELS_BLANK, " ")).translate(_SPACE)
    if _GENERATED.fullmatch(plain):
        return []
    words = [word for word in tokens_of(plain) if len(word) >= 3 and not word.isdigit()]
    return [word for word in words if word.rstrip("0123456789") not in _words("usual")]


def _character(match: re.Match[str]) -> str:
    """The sign that a number in the name of a style stands for."""
    return chr(int(match.group(1), 16))
