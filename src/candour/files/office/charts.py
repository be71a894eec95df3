"""Charts: the values they remember, and where they draw them from. ECMA-376 part 1, 21.2; [MS-ODRAWXML] (chartex)."""

from __future__ import annotations

from dataclasses import dataclass, field

from candour.files.markup import Element, local, parse, text_of


@dataclass(slots=True)
class Chart:
    """What one chart part holds.

    `points` are the cached values with the formula that they were drawn from; `title` and other rich text is what the
    chart shows as words.
    """

    points: list[tuple[str, str]] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    embedded: bool = False

    @property
    def external(self) -> list[str]:
        """Formulas that draw on another file."""
        return [formula for formula in self.formulas if "[" in formula]


_CACHES = {"numCache", "strCache", "numLit", "strLit", "multiLvlStrCache", "lvl"}


def read_chart(data: bytes, part: str) -> Chart:
    """A chart part, of either kind (`c:chartSpace`, `cx:chartSpace`)."""
    chart = Chart()
    root = parse(data, part)
    formula = ""
    for element in root.iter():
        name = local(element)
        if name == "f":
            formula = text_of(element)
            chart.formulas.append(formula)
        elif name == "pt":
            chart.points.append((formula, _point(element)))
        elif name == "t" and element.text and not _in_cache(element):
            chart.words.append(element.text)
        elif name == "externalData":
            chart.embedded = True
    return chart


def _point(element: Element) -> str:
    return text_of(element).strip()


def _in_cache(element: Element) -> bool:
    return any(local(ancestor) in _CACHES for ancestor in element.iterancestors())
