"""The marks before the paragraphs of lists, as a reader sees them. ECMA-376 part 1, 17.9 (numbering)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from candour.files.markup import Element, attribute, local
from candour.files.word.styles import child, value

_PLACE = re.compile(r"%([1-9])")
_ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x")]
_ROMAN += [(9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
BULLET = "•"


@dataclass(slots=True)
class _Level:
    style: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """Lists by their number, with a counter for each level."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, dict[int, _Level]] = field(default_factory=dict)
    used: set[tuple[str, int]] = field(default_factory=set)
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def read(cls, root: Element | None) -> Numbering:
        """From the root of the part of numbering; None where a document has none."""
        numbering = cls()
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                number = attribute(element, "abstractNumId") or ""
                numbering.levels[number] = dict(_levels(element))
            elif local(element) == "num":
                number = attribute(element, "numId") or ""
                numbering.abstract_of[number] = value(element, "abstractNumId") or ""
                numbering.overrides[number] = dict(_overrides(element, numbering.levels))
        return numbering

    def mark(self, properties: Element | None) -> str:
        """The mark of the next paragraph in a list (`w:numPr`); empty for no list."""
        number = value(properties, "numId") or ""
        level = int(value(properties, "ilvl") or 0) if (value(properties, "ilvl") or "0").isdigit() else 0
        abstract = self.abstract_of.get(number)
        if abstract is None or number == "0":
            return ""
        kept = self._level(number, level)
        if kept is None:
            return ""
        self.used.add((abstract, level))
        counters = self._counters.setdefault(abstract, {})
        if level in self.overrides.get(number, {}) and (number, level) not in self._begun:
            counters.pop(level, None)
        self._begun.add((number, level))
        counters[level] = counters.get(level, kept.start - 1) + 1
        for deeper in [key for key in counters if key > level]:
            del counters[deeper]
        if kept.style == "bullet":
            return BULLET
        if kept.style == "none" and not kept.text:
            return ""
        return _PLACE.sub(lambda match: self._number(number, int(match.group(1)) - 1, counters), kept.text).strip()

    def unused_texts(self) -> list[str]:
        """Words in the marks of lists that no paragraph uses."""
        return [
            level.text
            for abstract, levels in self.levels.items()
            for number, level in levels.items()
            if (abstract, number) not in self.used and re.search(r"[^\W\d_]{3,}", level.text)
        ]

    def _level(self, number: str, level: int) -> _Level | None:
        own = self.overrides.get(number, {}).get(level)
        return own or self.levels.get(self.abstract_of[number], {}).get(level)

    def _number(self, number: str, level: int, counters: dict[int, int]) -> str:
        kept = self._level(number, level)
        if kept is None:
            return ""
        return formatted(counters.get(level, kept.start), kept.style)


def _levels(abstract: Element) -> list[tuple[int, _Level]]:
    return [(_whole(attribute(level, "ilvl")), _level(level)) for level in abstract if local(level) == "lvl"]


def _level(element: Element) -> _Level:
    style = value(element, "numFmt")
    return _Level(
        "decimal" if style is None else style, value(element, "lvlText") or "", _whole(value(element, "start"), 1)
    )


def _overrides(number: Element, levels: dict[str, dict[int, _Level]]) -> list[tuple[int, _Level]]:
    found = []
    for element in number:
        if local(element) != "lvlOverride":
            continue
        level = _whole(attribute(element, "ilvl"))
        own = child(element, "lvl")
        base = levels.get(value(number, "abstractNumId") or "", {}).get(level)
        start = value(element, "startOverride")
        if own is not None:
            found.append((level, _level(own)))
        elif base is not None and start is not None:
            found.append((level, _Level(base.style, base.text, _whole(start, 1))))
    return found


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isdigit() else otherwise


def formatted(number: int, style: str) -> str:
    """A number in the style of a list: 4, 04, d, D, iv, IV, 4th."""
    match style:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""
            return letter.upper() if style == "upperLetter" else letter
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman.upper() if style == "upperRoman" else roman
        case "decimalZero":
            return f"{number:02d}"
        case "ordinal":
            suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
            return f"{number}{suffix}"
        case "none":
            return ""
        case _:
            return str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for size, letters in _ROMAN:
        while number >= size:
            text += letters
            number -= size
    return text
