"""HTML of a mail as it is displayed: the text that is seen, and everything that is not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from lxml import etree, html

from candour.files.visible import tokens_of

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "hr",
        "section",
        "article",
        "header",
        "footer",
        "td",
        "th",
        "dd",
        "dt",
        "dl",
    ]
)
_NEVER = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "template",
        "noscript",
        "object",
        "embed",
        "applet",
        "iframe",
        "svg",
        "math",
        "audio",
        "video",
    ]
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)"
    r"|font-size\s*:\s*(?:0|0?\.\d+|1)(?:\.\d+)?(?:px|pt|em|%)?\s*(?:;|$|!)|text-indent\s*:\s*-\d{3,}"
    r"|(?:left|top|right|margin-left|margin-top)\s*:\s*-\d{3,}|(?:max-)?(?:height|width)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$|!)"
    r"|line-height\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$|!)|clip\s*:\s*rect\(\s*0|transform\s*:\s*scale\(0|content-visibility\s*:\s*hidden",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?:^|[;\s])color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"^([a-z][a-z0-9]*)?([.#][\w-]+)?$", re.IGNORECASE)
_TOLD = ("alt", "title", "aria-label", "summary", "content", "value", "placeholder")
_NAMES = {"white": "#ffffff", "black": "#000000", "transparent": "transparent"}


@dataclass(slots=True)
class Displayed:
    """What is seen, what is not, the addresses behind links, how much is fetched from elsewhere, and style sheets."""

    text: str = ""
    hidden: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    remote: int = 0
    sheets: list[str] = field(default_factory=list)


def displayed(source: str) -> Displayed:
    """What a mail program shows of some HTML, and what it does not."""
    result = Displayed()
    if not source.strip():
        return result
    source = re.sub(r"<\?xml[^>]*\?>", "", source.replace("\x00", ""))
    try:
        root = html.document_fromstring(source)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Displayed(text=re.sub(r"<[^>]*>", " ", source))
    rules = _rules(root)
    pieces: list[str] = []
    _walk(root, rules, pieces, result, hidden=False, colour="#000000", ground="#ffffff", depth=0)
    lines = [" ".join(line.split()) for line in "".join(pieces).split("\n")]
    result.text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if unread := _unread(source, result):
        result.hidden.append(unread)
    return result


def _unread(source: str, result: Displayed) -> str:
    """Words of the source that the parser left out, such as those after the end of the page."""
    known = re.sub(r"\s+", "", " ".join([result.text, *result.hidden, *result.sheets])).casefold()
    bare = unescape(re.sub(r"<[^<>]*>", " ", re.sub(r"<!--|-->", " ", source)))
    return " ".join(token for token in dict.fromkeys(tokens_of(bare)) if token not in known)


def _rules(root: html.HtmlElement) -> list[tuple[str, str, str]]:
    """Declarations of style sheets for simple selectors: element, class or identifier, declarations."""
    rules: list[tuple[str, str, str]] = []
    for sheet in root.iter("style"):
        text = re.sub(r"/\*.*?\*/|<!--|-->", "", sheet.text_content(), flags=re.DOTALL)
        for selectors, declarations in _RULE.findall(text):
            simple = (_SIMPLE.match(selector.strip()) for selector in selectors.split(","))
            rules.extend(
                ((match[1] or "").lower(), match[2] or "", declarations)
                for match in simple
                if match and any(match.groups())
            )
    return rules


def _style(element: html.HtmlElement, rules: list[tuple[str, str, str]]) -> str:
    classes = {f".{name}" for name in (element.get("class") or "").split()}
    identifier = f"#{element.get('id')}"
    parts = [
        declarations
        for tag, mark, declarations in rules
        if (not tag or tag == element.tag) and (not mark or mark in classes or mark == identifier)
    ]
    if element.get("bgcolor"):
        parts.append(f"background:{element.get('bgcolor')}")
    if element.tag == "font" and element.get("color"):
        parts.append(f"color:{element.get('color')}")
    parts.append(element.get("style") or "")
    return ";".join(parts)


def _walk(
    element: html.HtmlElement,
    rules: list[tuple[str, str, str]],
    pieces: list[str],
    result: Displayed,
    *,
    hidden: bool,
    colour: str,
    ground: str,
    depth: int,
) -> None:
    if not isinstance(element.tag, str):
        if isinstance(element, etree._Comment) and (element.text or "").strip():
            result.hidden.append(element.text or "")
        return
    style = _style(element, rules)
    colour = _named(_last(_COLOUR, style) or colour)
    ground = _named(_last(_GROUND, style) or ground)
    hidden = (
        hidden
        or element.tag in _NEVER
        or element.get("hidden") is not None
        or (element.tag == "input" and element.get("type") == "hidden")
        or bool(_HIDING.search(style))
        or (colour == ground and colour != "transparent")
        or depth > 200
    )
    _attributes(element, result)
    if element.tag in _BLOCKS:
        pieces.append("\n")
    _take(element.text, pieces, result, hidden=hidden, quiet=element.tag == "style")
    for child in element:
        _walk(child, rules, pieces, result, hidden=hidden, colour=colour, ground=ground, depth=depth + 1)
        _take(child.tail, pieces, result, hidden=hidden, quiet=False)
    if element.tag in _BLOCKS:
        pieces.append(" " if element.tag in {"td", "th"} else "\n")


def _take(text: str | None, pieces: list[str], result: Displayed, *, hidden: bool, quiet: bool) -> None:
    if not text:
        return
    if not hidden:
        pieces.append(re.sub(r"\s+", " ", text))
    elif text.strip():
        (result.sheets if quiet else result.hidden).append(text)


def _attributes(element: html.HtmlElement, result: Displayed) -> None:
    for name in _TOLD:
        value = element.get(name)
        if value and value.strip() and element.tag not in {"meta", "li"}:
            result.hidden.append(value)
    if element.tag == "meta" and element.get("name") and element.get("content"):
        result.hidden.append(element.get("content") or "")
    for name in ("href", "src", "background", "action", "cite"):
        address = (element.get(name) or "").strip()
        if not address:
            continue
        if name == "href" and element.tag == "a":
            result.links.append(address)
        elif re.match(r"(?:https?:)?//", address):
            result.remote += 1
            result.links.append(address)
        elif not address.startswith("cid:"):
            result.hidden.append(address[:2000])
    for name, value in element.attrib.items():
        if str(name).startswith("data-") and value.strip():
            result.hidden.append(value)


def _last(pattern: re.Pattern[str], style: str) -> str:
    matches = pattern.findall(style)
    return str(matches[-1]).strip() if matches else ""


def _named(colour: str) -> str:
    colour = (
        colour.strip().lower().split(" ")[0] if not colour.strip().lower().startswith("rgb") else colour.strip().lower()
    )
    colour = _NAMES.get(colour, colour)
    if match := re.match(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)", colour):
        return "#" + "".join(f"{min(255, int(value)):02x}" for value in match.groups())
    if re.fullmatch(r"#[0-9a-f]{3}", colour):
        return "#" + "".join(digit * 2 for digit in colour[1:])
    return colour
