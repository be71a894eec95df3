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
from candour.files.office.sweep import is_formal, unknown_words, visible_words
from candour.files.visible import tokens_of

_STYLES = {
    *("style", "default-style", "list-style", "master-page", "page-layout", "outline-style", "stroke-dash", "gradient"),
    *("hatch", "fill-image", "marker", "opacity", "number-style", "date-style", "time-style", "table-template"),
    *("currency-style", "percentage-style", "text-style", "boolean-style", "presentation-page-layout", "font-face"),
}
_NAMES = {"name", "display-name"}
_GENERATED = re.compile(r"(?:[A-Za-z]{1,3}|Table(?:Cell|Row|Column)?|WW8?Num|Frame|Sect)\d+(?:[A-Za-z]{1,2}\d*)?")
"""What programs call styles that they make by themselves."""

_SPACE = str.maketrans({"_": " "})


@cache
def _words(kind: str) -> frozenset[str]:
    data = tomllib.loads((files(__package__) / "odf_attributes.toml").read_text(encoding="utf-8"))
    return frozenset(str(data[kind]).split())


def sweep_attributes(root: Element, part: str, inspected: Inspected, entries: frozenset[str] = frozenset()) -> None:
    """`F.unread_attribute` and `F.style_name` of a part, once everything that is shown and hidden is known.

    `entries` are the names of the entries of the package: a reference to one of them says nothing by itself.
    """
    attributes: dict[str, None] = {}
    names: dict[str, None] = {}
    for element in root.iter():
        if element.__class__ is not Element:
            continue
        of_style = local(element) in _STYLES
        for key, value in element.attrib.items():
            name, text = str(key).rpartition("}")[2], str(value).strip()
            if not text or name in _words("harmless") or is_formal(text) or text.removeprefix("./") in entries:
                continue
            if local(element) == "font-face" and name == "name":
                continue  # a font
            (names if of_style and name in _NAMES else attributes)[text] = None
    seen = visible_words(inspected) if attributes or names else set()
    for code, texts in (("F.unread_attribute", attributes), ("F.style_name", names)):
        usual = _words("usual")
        left = [text for text in texts if any(word not in seen | usual for word in _left(text, code, inspected))]
        if left:
            inspected.findings.append(found(code, part, len(left), masked("; ".join(left[:6]))))
        for text in left:
            inspected.hidden.add(text)


def _left(text: str, code: str, inspected: Inspected) -> list[str]:
    """The words of a value that nobody knows; in the names of styles a blank is written by its number."""
    if code == "F.unread_attribute":
        return unknown_words(text, inspected)
    plain = text.replace("_20_", " ").replace("_5f_", " ").translate(_SPACE)
    if _GENERATED.fullmatch(plain):
        return []
    return [word for word in tokens_of(plain) if len(word) >= 3 and not word.isdigit()]
