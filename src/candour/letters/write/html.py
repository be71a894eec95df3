"""A letter as a web page, whole or as a part of another page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib import resources

from candour.letters.model import Block, BulletList, DataTable, Facts, Letter, Link, Paragraph, Quote, Section
from candour.letters.write.addresses import href, mail
from candour.letters.write.columns import WIDE, numeric_columns
from candour.letters.write.outline import DEEPEST_HEADING, below, head_facts
from candour.letters.write.plain import tidy, tidy_section

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_OWN_CLASSES = {"facts": "facts", "number": "number", "address": "address", "scroll": "scroll", "notes": "notes"}
_GOVUK_CLASSES = {
    "a": "govuk-link",
    "p": "govuk-body",
    "strong": "govuk-!-font-weight-bold",
    "ul": "govuk-list govuk-list--bullet",
    "blockquote": "govuk-inset-text",
    "facts": "govuk-summary-list",
    "facts-row": "govuk-summary-list__row",
    "dt": "govuk-summary-list__key",
    "dd": "govuk-summary-list__value",
    "table": "govuk-table",
    "caption": "govuk-table__caption govuk-table__caption--m",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
    "number-th": "govuk-table__header--numeric",
    "number-td": "govuk-table__cell--numeric",
    "scroll": "candour-table-scroll",
    "notes": "govuk-body-s",
    "address": "govuk-body candour-address",
    "h1": "govuk-heading-l",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
}


def to_html(letter: Letter) -> str:
    """A complete document that needs nothing from elsewhere and may run nothing."""
    clean = tidy(letter)
    page = _Page(_OWN_CLASSES, shift=0)
    style = resources.files(__package__).joinpath("letter.css").read_text(encoding="utf-8")
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(clean.subject)}</title>",
            f'<meta name="author" content="{escape(clean.sender.name)}">',
            f'<meta name="date" content="{clean.dated.isoformat()}">',
            f"<style>\n{style}</style>",
            "</head>",
            "<body>",
            "<header>",
            *page.head(clean),
            "</header>",
            "<main>",
            *page.body(clean),
            "</main>",
            "</body>",
            "</html>",
            "",
        )
    )


def to_html_fragment(letter: Letter, heading_level: int = 2) -> str:
    """The letter as one article for a page that has its own headings, with the class names of GOV.UK Frontend.

    Its subject is a heading of `heading_level`. It has no style of its own, so it may stand under a strict content
    security policy. A page holds one such fragment: the ids of its sections are the same in every letter.
    """
    if not 1 <= heading_level <= DEEPEST_HEADING:
        raise ValueError(f"heading level {heading_level}: a page has levels 1 to {DEEPEST_HEADING}")
    clean = tidy(letter)
    page = _Page(_GOVUK_CLASSES, shift=heading_level - 1)
    parts = (*page.head(clean), *page.body(clean))
    return "\n".join(('<article class="candour-letter">', *parts, "</article>", ""))


def sections_fragment(sections: Sequence[Section], heading_level: int = 2) -> str:
    """Some sections of a letter for a page that has places of its own for them, in the classes of GOV.UK Frontend.

    Their titles are headings of `heading_level`.
    """
    page = _Page(_GOVUK_CLASSES, shift=heading_level - 2)
    parts = [
        part for index, section in enumerate(sections, 1) for part in page.part(tidy_section(section), f"part-{index}")
    ]
    return "\n".join(('<div class="candour-letter-part">', *parts, "</div>", ""))


class _Page:
    """Writes parts of a letter with one set of class names, its headings moved down by `shift` levels."""

    def __init__(self, classes: Mapping[str, str], shift: int) -> None:
        self._classes = classes
        self._shift = shift

    def head(self, letter: Letter) -> Iterator[str]:
        sender = letter.sender
        lines = [f"<strong>{escape(sender.name)}</strong>"] if sender.name else []
        lines += [escape(text) for text in (sender.unit, *sender.address) if text]
        if sender.email:
            lines.append(self._link(sender.email, mail(sender.email)))
        yield f"<address{self._class('address')}>{'<br>'.join(lines)}</address>"
        if letter.addressee:
            yield self._tag("p", _broken(letter.addressee), ' data-part="addressee"')
        facts = head_facts(letter)
        if facts:
            yield from self._facts(facts)

    def body(self, letter: Letter) -> Iterator[str]:
        yield self._heading(letter.subject, 1)
        if letter.salutation:
            yield self._tag("p", escape(letter.salutation), ' data-part="salutation"')
        for index, section in enumerate(letter.sections, start=1):
            yield from self._section(section, 2, f"section-{index}")

    def part(self, section: Section, name: str) -> Iterator[str]:
        yield from self._section(section, 2, name)

    def _section(self, section: Section, level: int, name: str) -> Iterator[str]:
        about = f' data-about="{escape(" ".join(section.about))}"' if section.about else ""
        yield f'<section id="{name}" data-kind="{escape(section.kind.value)}"{about}>'
        if section.title:
            yield self._heading(section.title, level)
        for block in section.blocks:
            yield from self._block(block)
        for index, inner in enumerate(section.sections, start=1):
            yield from self._section(inner, below(level, section), f"{name}-{index}")
        yield "</section>"

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph(text, locked, strong):
                words = f"<strong{self._class('strong')}>{escape(text)}</strong>" if strong else escape(text)
                yield self._tag("p", words, " data-locked" if locked else "")
            case Quote(text):
                yield self._tag("blockquote", _broken(text), ' dir="auto"')
            case BulletList(items):
                inner = "".join(f"<li>{escape(item)}</li>\n" for item in items)
                yield self._tag("ul", f"\n{inner}")
            case Facts():
                yield from self._facts(block)
            case Link(text, url, note):
                yield self._tag("p", self._published(text, url, note))
            case DataTable():
                yield from self._table(block)

    def _published(self, text: str, url: str, note: str) -> str:
        address = href(url)
        shown = self._link(text, address)
        if address is None and url and url != text:
            shown += f" ({escape(url)})"
        return "<br>".join(part for part in (shown, escape(note)) if part)

    def _facts(self, facts: Facts) -> Iterator[str]:
        yield f"<dl{self._class('facts')}>"
        for name, value in facts.rows:
            pair = self._tag("dt", escape(name)) + self._tag("dd", escape(value))
            yield f"<div{self._class('facts-row')}>{pair}</div>"
        yield "</dl>"

    def _table(self, table: DataTable) -> Iterator[str]:
        right = numeric_columns(table)
        width = " wide" if len(table.columns) > WIDE else ""
        label = escape(table.title or "Table")
        scroll = f"{self._classes['scroll']}{width}"
        yield f'<div class="{scroll}" role="region" aria-label="{label}" tabindex="0">'
        yield f"<table{self._class('table')}>"
        if table.title:
            yield self._tag("caption", escape(table.title))
        columns = (self._cell("th", name, index in right, "col") for index, name in enumerate(table.columns))
        yield self._tag("thead", self._tag("tr", "".join(columns)))
        yield f"<tbody{self._class('tbody')}>"
        for row in table.rows:
            cells = (
                self._cell("td" if index else "th", cell, index in right, "" if index else "row")
                for index, cell in enumerate(row)
            )
            yield self._tag("tr", "".join(cells))
        yield "</tbody>\n</table>\n</div>"
        for note in table.notes:
            yield f"<p{self._class('notes')}>{escape(note)}</p>"

    def _cell(self, tag: str, text: str, numeric: bool, scope: str) -> str:
        wanted = [tag, "number", f"number-{tag}"] if numeric else [tag]
        attributes = self._class(*wanted) + (f' scope="{scope}"' if scope else "")
        return f"<{tag}{attributes}>{escape(text)}</{tag}>"

    def _heading(self, title: str, level: int) -> str:
        name = f"h{min(level + self._shift, DEEPEST_HEADING)}"
        return f"<{name}{self._class(f'h{min(level, 3)}')}>{escape(title)}</{name}>"

    def _link(self, text: str, address: str | None) -> str:
        if address is None:
            return escape(text)
        return f'<a{self._class("a")} href="{escape(address)}">{escape(text)}</a>'

    def _tag(self, name: str, inner: str, attributes: str = "") -> str:
        return f"<{name}{self._class(name)}{attributes}>{inner}</{name}>"

    def _class(self, *names: str) -> str:
        found = _present(self._classes.get(name, "") for name in names)
        return f' class="{found}"' if found else ""


def _present(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)


def _broken(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.split("\n"))
