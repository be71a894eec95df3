"""The names of Word 2003 XML under their later names, and the moving of elements about a tree."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from lxml import etree

from candour.files.markup import Element, local

WORDML = "http://schemas.microsoft.com/office/word/2003/wordml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HYPHEN = re.compile(r"-(\w)")


@cache
def vocabulary(name: str) -> frozenset[str]:
    """One list of `wordml.toml`."""
    return frozenset(str(_data()[name]).split())


@cache
def _data() -> dict[str, object]:
    return tomllib.loads((files(__package__) / "wordml.toml").read_text(encoding="utf-8"))


@cache
def table_of(name: str) -> dict[str, str]:
    """One table of `wordml.toml`."""
    table = _data()[name]
    assert isinstance(table, dict)
    return {str(key): str(value) for key, value in table.items()}


def element_of(name: str) -> Element:
    """An element of the later model."""
    return etree.Element(f"{{{W}}}{name}", nsmap={"w": W, "r": R})


def set_value(element: Element, name: str, value: str) -> None:
    """Set an attribute, whatever the namespace that it has."""
    key = next((key for key in element.attrib if str(key).rpartition("}")[2] == name), f"{{{W}}}{name}")
    element.set(key, value)


def camel(name: str) -> str:
    """A name with hyphens in the later spelling."""
    return _HYPHEN.sub(lambda match: match.group(1).upper(), name)


def renamed_attribute(element: Element, name: str) -> str:
    """An attribute under its later name: the number of a list is called after its place."""
    if name == "ilfo" and local(element) == "num":
        return "numId"
    return camel(name)


def gather_properties(run: Element) -> None:
    """Properties that stand in a run, and not in the list of them, are put into it."""
    stray = [inner for inner in run if local(inner) in vocabulary("run_properties") and not len(inner)]
    if not stray:
        return
    properties = next((inner for inner in run if local(inner) == "rPr"), None)
    if properties is None:
        properties = etree.Element(f"{{{WORDML}}}rPr")
        run.insert(0, properties)
    for element in stray:
        remove(element, run)
        properties.append(element)


def as_custom_markup(element: Element, name: str) -> None:
    """An element of a schema of somebody’s own, as the wrapper that ECMA-376 has for it (17.5.1)."""
    texts = [str(text) for text in element.attrib.values()]
    element.attrib.clear()
    element.tag = f"{{{W}}}customXml"
    element.set(f"{{{W}}}element", name)
    if texts:
        properties = element_of("customXmlPr")
        for text in texts:
            held = etree.SubElement(properties, f"{{{W}}}attr")
            held.set(f"{{{W}}}val", text)
        element.insert(0, properties)


def unwrap(element: Element, container: Element) -> None:
    """Put the children of an element in its place; its text, which is none of a reader’s, stays as stray text."""
    place = container.index(element)
    children = list(element)
    if (element.text or "").strip():
        if place:
            container[place - 1].tail = (container[place - 1].tail or "") + (element.text or "")
        else:
            container.text = (container.text or "") + (element.text or "")
    remove(element, container)
    for number, inner in enumerate(children):
        container.insert(place + number, inner)


def remove(element: Element, container: Element | None) -> None:
    """Take an element out and leave the text that follows it."""
    if container is None:
        return
    tail, before = element.tail, element.getprevious()
    if tail and tail.strip():
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            container.text = (container.text or "") + tail
    element.tail = None
    container.remove(element)
