"""A web page as text, without what surrounds its content; lists keep their numbers, tables are rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import lxml.etree
import lxml.html

from candour.letters.numbering import list_mark
from candour.letters.read.source import Anchor, Source, TextBuilder, UnreadableText

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "nav",
        "aside",
        "button",
        "select",
        "input",
        "textarea",
        "iframe",
        "head",
        "object",
        "audio",
        "video",
        "canvas",
        "datalist",
        "dialog",
    ]
)
_KEPT = frozenset({"html", "body", "main", "article"})
_PARAGRAPHS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "address",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "table",
        "caption",
        "ul",
        "ol",
        "dl",
        "form",
        "fieldset",
        "details",
        "summary",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "body",
        "html",
        "center",
        "tbody",
        "thead",
        "tfoot",
    ]
)
_LINES = frozenset({"br", "li", "dt", "tr"})
_ROLES = frozenset({"navigation", "contentinfo", "search", "dialog", "alertdialog", "complementary", "menu"})
_FURNITURE = re.compile(
    r"cookie|consent|breadcrumb|skip-?link|skip-to|exit-this-page|quick-?exit|leave-site|social-|share-|-share\b"
    r"|feedback|phase-banner|pagination|newsletter|site-(?:nav|header|footer|search)|mega-?menu|global-(?:nav|header)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_LIST_STYLE = re.compile(
    r"list-style(?:-type)?\s*:\s*(lower-alpha|lower-latin|lower-roman|decimal|none|disc)", re.IGNORECASE
)
_STYLES = {"lower-alpha": "a", "lower-latin": "a", "lower-roman": "i", "decimal": "1", "none": "", "disc": "-"}
_FILE = re.compile(r"[^/]{1,120}\.(?:xlsx?|docx?|pdf|csv|ods|odt|zip|pptx?)$", re.IGNORECASE)
_LONG_CELL = 400
_LONGEST_FURNITURE = 5000


@dataclass
class _List:
    """An open list: the type of its marks and the number of its next item."""

    type: str
    number: int = 1


@dataclass
class _Walk:
    builder: TextBuilder = field(default_factory=TextBuilder)
    lists: list[_List] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    opened: list[tuple[Any, int]] = field(default_factory=list)
    row: int = 0
    exact: int = 0
    content: int = 0
    layout: set[Any] = field(default_factory=set)


def from_html(page: str) -> Source:
    """The text of a page. Raises UnreadableText when it cannot be parsed or is only furniture."""
    page = _DECLARATION.sub("", page.replace("\0", ""))
    if not page.strip():
        raise UnreadableText("The page is empty.")
    try:
        root = lxml.html.document_fromstring(page, parser=lxml.html.HTMLParser(huge_tree=True, remove_comments=True))
    except (lxml.etree.LxmlError, ValueError) as error:
        raise UnreadableText("The page is not HTML that can be read.") from error
    walk = _Walk()
    steps = lxml.etree.iterwalk(root, events=("start", "end"))
    for event, element in steps:
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            if _set_aside(element, walk):
                steps.skip_subtree()
            else:
                _open(element, walk)
                _words(element.text, walk)
        else:
            if not _set_aside(element, walk):
                _close(element, walk)
            _words(element.tail, walk)
    text = walk.builder.text()
    if not text.strip():
        raise UnreadableText("The page holds only furniture (banners, menus, scripts), no response.")
    return Source(text, "web page", tuple(dict.fromkeys(walk.files)), tuple(walk.anchors))


def _set_aside(element: Any, walk: _Walk) -> bool:
    """Whether an element is no part of what the page says. A header with links is a site's; one without, a letter's."""
    tag = element.tag
    if tag in _KEPT:
        return False
    if tag in _DROPPED or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if tag == "footer" and not walk.content:
        return True
    if tag == "header" and not walk.content and element.find(".//nav") is not None:
        return True
    if element.get("role") in _ROLES or _HIDDEN.search(element.get("style") or ""):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_FURNITURE.search(names)) and len(element.text_content()) < _LONGEST_FURNITURE


def _open(element: Any, walk: _Walk) -> None:
    tag, builder = element.tag, walk.builder
    if walk.row:
        _open_in_row(tag, walk)
    elif tag in _PARAGRAPHS and not (tag in {"p", "div"} and _first_in_item(element)):
        nested = tag in {"ul", "ol"} and walk.lists
        builder.end_line() if nested else builder.end_paragraph()
    elif tag in _LINES:
        builder.end_line()
    if tag == "table" and _is_layout(element):
        walk.layout.add(element)
    if tag == "tr" and not any(table in walk.layout for table in element.iterancestors("table")):
        walk.row += 1
    walk.content += tag in {"main", "article"}
    walk.exact += tag == "pre"
    if tag in {"ul", "ol"}:
        walk.lists.append(_list(element))
    elif tag == "li" and not walk.row:
        _mark(element, walk)
    elif tag == "blockquote":
        builder.indent += "    "
    elif tag == "a" and element.get("href"):
        walk.opened.append((element, builder.place))


def _open_in_row(tag: str, walk: _Walk) -> None:
    if tag in _PARAGRAPHS or tag in _LINES:
        walk.builder.put(" ")


def _close(element: Any, walk: _Walk) -> None:
    tag, builder = element.tag, walk.builder
    if tag == "a" and walk.opened and walk.opened[-1][0] is element:
        _anchor(element, walk)
    if tag in {"ul", "ol"} and walk.lists:
        walk.lists.pop()
    if tag == "blockquote":
        builder.end_line()
        builder.indent = builder.indent[:-4]
    walk.content -= tag in {"main", "article"}
    walk.exact -= tag == "pre"
    if tag == "tr" and walk.row and element not in walk.layout:
        walk.row -= 1
        builder.end_line()
    elif walk.row:
        builder.put("  " if tag in {"td", "th"} else " " if tag in _PARAGRAPHS or tag in _LINES else "")
    elif tag == "dt":
        builder.put(": ")
    elif tag == "dd":
        builder.end_line()
    elif tag in _PARAGRAPHS:
        nested = tag in {"ul", "ol"} and walk.lists
        builder.end_line() if nested else builder.end_paragraph()
    elif tag == "li":
        builder.end_line()


def _words(text: str | None, walk: _Walk) -> None:
    if not text:
        return
    if walk.exact and not walk.row:
        lines = text.split("\n")
        for line in lines[:-1]:
            walk.builder.put(line)
            walk.builder.end_line() if line.strip() else walk.builder.end_paragraph()
        walk.builder.put(lines[-1])
        return
    words = re.sub(r"[ \t\r\n\f\v]+", " ", text)
    walk.builder.put(words)


def _list(element: Any) -> _List:
    style = _LIST_STYLE.search(element.get("style") or "")
    kind = _STYLES[style.group(1).lower()] if style else "-" if element.tag == "ul" else element.get("type") or "1"
    start = element.get("start") or ""
    return _List(kind, int(start) if re.fullmatch(r"\d{1,4}", start) else 1)


def _mark(element: Any, walk: _Walk) -> None:
    items = walk.lists[-1] if walk.lists else _List("-")
    value = element.get("value") or ""
    items.number = int(value) if re.fullmatch(r"\d{1,4}", value) else items.number
    if items.type:
        walk.builder.mark(list_mark(items.type, items.number))
    items.number += 1


def _first_in_item(element: Any) -> bool:
    """Whether a paragraph opens a list item, so that it stands beside the item's mark."""
    parent = element.getparent()
    return parent is not None and parent.tag == "li" and not (parent.text or "").strip() and parent[0] is element


def _is_layout(table: Any) -> bool:
    """Whether a table only places text on the page: a cell holds another table, or as much as a paragraph or more."""
    if table.find(".//table") is not None:
        return True
    return any(len(cell.text_content()) > _LONG_CELL for cell in table.iter("td"))


def _anchor(element: Any, walk: _Walk) -> None:
    _, start = walk.opened.pop()
    url = str(element.get("href")).strip()
    words = " ".join(element.text_content().split())
    if url.startswith(("http://", "https://", "mailto:")):
        walk.anchors.append(Anchor(words, url, start))
    elif (found := _FILE.search(url.partition("?")[0].partition("#")[0])) and not url.startswith("#"):
        walk.files.append(words if _FILE.search(words) else found.group())
