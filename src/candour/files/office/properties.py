"""Properties of a document: core, extended, custom. ECMA-376 part 2 section 11, part 1 sections 22.2 and 22.3."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.markup import Element, attribute, local, parse, text_of
from candour.files.masked import masked, plain

_CORE_TRACES = {"created", "modified", "revision", "version", "contentType", "language"}
_APP_TELLING = {"Company", "Manager", "HyperlinkBase", "Template"}
_HARMLESS_TEMPLATES = {"", "normal", "normal.dotm", "normal.dot", "normal.dotx"}


def inspect_core(
    data: bytes, part: str, inspected: Inspected, seen: Callable[[str], bool] = lambda _text: False
) -> None:
    """`O.core_props`: author, last editor, title and whatever else names somebody or something.

    `seen` says whether the document itself shows a text: a title that stands on the page gives nothing away.
    """
    texts = {local(element): text_of(element).strip() for element in parse(data, part) if local(element)}
    telling = {name: text for name, text in texts.items() if text and name not in _CORE_TRACES and not seen(text)}
    for text in telling.values():
        inspected.hidden.add(text)
    if telling:
        evidence = "; ".join(f"{name} {masked(text, 40)}" for name, text in telling.items())
        inspected.findings.append(found("O.core_props", part, len(telling), evidence))


def inspect_extended(data: bytes, part: str, inspected: Inspected, titles: set[str] | None = None) -> None:
    """`O.app_props`, and `X.stale_titles`: names of parts (sheets) that the document no longer has.

    `titles` are the names that the document does have; None where it has no such list.
    """
    root = parse(data, part)
    telling = []
    for element in root:
        text = text_of(element).strip()
        if local(element) in _APP_TELLING and text.casefold() not in _HARMLESS_TEMPLATES:
            telling.append((local(element), text))
            inspected.hidden.add(text)
    if telling:
        evidence = "; ".join(f"{name} {masked(text, 40)}" for name, text in telling)
        inspected.findings.append(found("O.app_props", part, len(telling), evidence))
    if titles is not None:
        stale = [title for title in _titles(root) if title.casefold() not in titles]
        for title in stale:
            inspected.hidden.add(title)
        if stale:
            shown = "; ".join(masked(title, 40) for title in stale[:4])
            inspected.findings.append(found("X.stale_titles", part, len(stale), shown))


def _titles(root: Element) -> Iterator[str]:
    for element in root:
        if local(element) == "TitlesOfParts":
            yield from (text_of(item).strip() for item in element.iter() if local(item) == "lpstr")


def inspect_custom(data: bytes, part: str, inspected: Inspected) -> None:
    """`O.custom_props`: labels, case references and the like."""
    names = []
    for element in parse(data, part):
        if local(element) == "property":
            names.append(attribute(element, "name") or "?")
            inspected.hidden.add(names[-1])
            inspected.hidden.add(text_of(element))
    if names:
        inspected.findings.append(
            found("O.custom_props", part, len(names), ", ".join(plain(name, 40) for name in names[:6]))
        )
