"""Drawings in DrawingML: crops, hidden shapes, descriptions, text. ECMA-376 part 1, 20 and 21."""

from __future__ import annotations

from dataclasses import dataclass, field

from candour.files.markup import Element, attribute, local, text_of


@dataclass(slots=True)
class Drawn:
    """What the markup of a drawing holds: counts, and the words that its shapes show or hide."""

    cropped: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    hidden_words: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    pictures: int = 0
    charts: int = 0
    objects: int = 0
    fallbacks: int = 0


def read_drawing(root: Element) -> Drawn:
    """Everything in the markup of a drawing, or of a document that holds drawings."""
    drawn = Drawn()
    for element in root.iter():
        name = local(element)
        if name == "srcRect":
            _crop(element, drawn)
        elif name in {"cNvPr", "docPr"}:
            _properties(element, drawn)
        elif name == "t" and element.text and "drawingml" in str(element.tag):
            (drawn.hidden_words if _inside_hidden(element) else drawn.words).append(element.text)
        elif name == "pic":
            drawn.pictures += 1
        elif name == "chart" and attribute(element, "id"):
            drawn.charts += 1
        elif name == "Fallback":
            drawn.fallbacks += 1
    return drawn


def _crop(element: Element, drawn: Drawn) -> None:
    sides = {side: element.get(side) for side in ("l", "t", "r", "b")}
    cut = {side: value for side, value in sides.items() if value and value.strip("0%.-") and not value.startswith("-")}
    if cut:
        drawn.cropped.append(", ".join(f"{side} {_share(value)}" for side, value in cut.items()))


def _share(value: str | None) -> str:
    text = (value or "").rstrip("%")
    try:
        return f"{float(text) / (1 if (value or '').endswith('%') else 1000):.0f} %"
    except ValueError:
        return text


def _properties(element: Element, drawn: Drawn) -> None:
    if (element.get("hidden") or "").lower() in {"1", "true", "on"}:
        drawn.hidden.append(element.get("name") or "shape")
        container = element.getparent()
        container = container.getparent() if container is not None else None
        if container is not None:
            drawn.hidden_words.append(text_of(container))
    for name in ("descr", "title"):
        if text := (element.get(name) or "").strip():
            drawn.alternatives.append(text)


def _inside_hidden(element: Element) -> bool:
    for ancestor in element.iterancestors():
        if local(ancestor) in {"sp", "pic", "graphicFrame", "cxnSp", "grpSp", "wsp"}:
            for descendant in ancestor.iter():
                if local(descendant) in {"cNvPr", "docPr"}:
                    if (descendant.get("hidden") or "").lower() in {"1", "true", "on"}:
                        return True
                    break
    return False
