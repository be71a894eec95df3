"""The words of a message in HTML, without what its reader does not see; quotations are marked with ">" as in text."""

from __future__ import annotations

import html
import re
from typing import Any

import lxml.etree
import lxml.html

from candour.post.reading.characters import clean

LARGEST_MARKUP = 5_000_000
"""Characters of HTML that are read; more is a file, not a letter."""

_DROPPED = frozenset({"script", "style", "head", "template", "noscript", "svg", "object", "iframe", "title", "select"})
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section"),
        *("table", "tr", "ul", "html"),
    ]
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "hr"})
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)"
    r"|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


class _Words:
    """Lines under construction."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0

    def put(self, words: str) -> None:
        words = words if self.line else words.lstrip(" ")
        if words:
            self.line.append(words)

    def end(self, *, paragraph: bool = False) -> None:
        mark = "> " * min(self.depth, 5)
        if self.line:
            self.lines.append(mark + "".join(self.line).strip())
            self.line = []
        if paragraph and self.lines and self.lines[-1].strip(" >"):
            self.lines.append(mark.rstrip())


def from_markup(page: str) -> tuple[str, bool]:
    """The visible words, and whether words were left out because they are hidden. Empty where it cannot be parsed."""
    page = _DECLARATION.sub("", clean(page))[:LARGEST_MARKUP]
    if not page.strip():
        return "", False
    try:
        parser = lxml.html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
        root = lxml.html.document_fromstring(page, parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return "", False
    if any("depth" in entry.message for entry in parser.error_log):
        # The parser leaves out what lies too deep, so nothing is told apart in such a page.
        return _without_tags(page), True
    words, hidden = _Words(), False
    steps = lxml.etree.iterwalk(root, events=("start", "end"))
    for event, element in steps:
        if not isinstance(element.tag, str):
            continue
        unseen = _is_hidden(element)
        if event == "start":
            if unseen or element.tag in _DROPPED:
                hidden = hidden or (unseen and bool(element.text_content().strip()))
                steps.skip_subtree()
                continue
            _open(element, words)
        else:
            if not (unseen or element.tag in _DROPPED):
                _close(element, words)
            words.put(_SPACE.sub(" ", element.tail or ""))
    words.end()
    return clean("\n".join(words.lines)).strip("\n"), hidden


def _without_tags(page: str) -> str:
    return html.unescape(_TAG.sub(" ", page)).strip()


def _is_hidden(element: Any) -> bool:
    if element.tag in {"html", "body"}:
        return False
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _open(element: Any, words: _Words) -> None:
    tag = element.tag
    if tag in _BLOCKS:
        words.end(paragraph=tag in _PARAGRAPHS)
    if tag == "blockquote":
        words.depth += 1
    elif tag == "br":
        if words.line:
            words.end()
        else:
            words.end(paragraph=True)
    elif tag == "li":
        words.put("- ")
    elif tag == "img" and (element.get("alt") or "").strip():
        words.put(f"[{element.get('alt').strip()}]")
    if tag == "pre":
        for line in (element.text or "").split("\n"):
            words.put(line)
            words.end()
    else:
        words.put(_SPACE.sub(" ", element.text or ""))


def _close(element: Any, words: _Words) -> None:
    tag = element.tag
    if tag in _BLOCKS:
        words.end(paragraph=tag in _PARAGRAPHS)
    if tag == "blockquote":
        words.depth -= 1
    elif tag in {"td", "th"}:
        words.put("  ")
    elif tag == "a":
        address = (element.get("href") or "").strip()
        # A link whose words hide where it leads is shown with its address, which is never made into a link.
        if address.startswith(("http://", "https://")) and address not in element.text_content():
            words.put(f" <{address[:500]}>")
