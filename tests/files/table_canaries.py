"""One function for each hiding place of an OpenDocument spreadsheet and of a table of text."""

from __future__ import annotations

from collections.abc import Callable

from files.packages import packed

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("fo", "xsl-fo-compatible"),
        ("draw", "drawing"), ("svg", "svg-compatible"), ("meta", "meta"), ("config", "config"), ("script", "script"),
        ("form", "form"),
    )
)  # fmt: skip
_LINKS = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def cell(text: str, more: str = "", inside: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p>{inside}</table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def spreadsheet(
    rows: str = "", *, columns: str = "", styles: str = "", tables: str = "", head: str = "", tail: str = "",
    top: str = "", entries: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    """A spreadsheet with a small table, and whatever else is given."""
    base = row(cell("Force"), cell("Note")) + row(cell("Avon"), cell("checked"))
    content = (
        f'<office:document-content {_NAMES} {_LINKS} office:version="1.3">{top}'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{head}"
        f'<table:table table:name="Figures">{columns}{base}{rows}</table:table>{tables}{tail}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    listed = "".join(
        f'<m:file-entry m:full-path="{name}" m:media-type=""/>' for name in ("content.xml", *(entries or {}))
    )
    manifest = f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{listed}</m:manifest>'
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.encode(),
        "META-INF/manifest.xml": manifest.encode(),
    }
    return packed(
        parts | {name: text.replace("NAMES", _NAMES + " " + _LINKS).encode() for name, text in (entries or {}).items()}
    )


def _style(name: str, family: str, inside: str) -> str:
    return f'<style:style style:name="{name}" style:family="{family}">{inside}</style:style>'


def _table(text: str, more: str = "", inside: str = "") -> str:
    return f'<table:table table:name="Other" {more}>{inside}{row(cell(text))}</table:table>'


_OFF = _style("off", "table", '<style:table-properties table:display="false"/>')
_WHITE = _style("white", "table-cell", '<style:text-properties fo:color="#ffffff"/>')
_GONE = _style("gone", "text", '<style:text-properties text:display="none"/>')
_LOW = _style("low", "table-row", '<style:table-row-properties style:row-height="0.01cm"/>')
_NARROW = _style("narrow", "table-column", '<style:table-column-properties style:column-width="0.01cm"/>')

SPREADSHEETS: dict[str, Callable[[str], bytes]] = {
    "F.sheet_hidden": lambda t: spreadsheet(styles=_OFF, tables=_table(t, 'table:style-name="off"')),
    "F.row_collapse": lambda t: spreadsheet(row(cell(t), more='table:visibility="collapse"')),
    "F.row_collapse group": lambda t: spreadsheet(
        f'<table:table-row-group table:display="false">{row(cell(t))}</table:table-row-group>'
    ),
    "F.row_filter": lambda t: spreadsheet(row(cell(t), more='table:visibility="filter"')),
    "F.col_collapse": lambda t: spreadsheet(
        row(cell("Kent"), cell("seen"), cell(t)),
        columns='<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>',
    ),
    "F.row_tiny": lambda t: spreadsheet(row(cell(t), more='table:style-name="low"'), styles=_LOW),
    "F.col_tiny": lambda t: spreadsheet(
        row(cell("Kent"), cell("seen"), cell(t)),
        columns='<table:table-column table:number-columns-repeated="2"/><table:table-column table:style-name="narrow"/>',
        styles=_NARROW,
    ),
    "F.external_cache": lambda t: spreadsheet(
        styles=_OFF,
        tables=_table(t, 'table:style-name="off"', '<table:table-source xlink:href="file:///c/x.ods" table:table-name="S"/>'),
    ),
    "F.scenario": lambda t: spreadsheet(
        styles=_OFF, tables=_table(t, 'table:style-name="off"', '<table:scenario table:is-active="false" table:scenario-ranges="x"/>')
    ),
    "F.white_text": lambda t: spreadsheet(row(cell(t, 'table:style-name="white"')), styles=_WHITE),
    "F.vanish_text": lambda t: spreadsheet(
        row(cell(f'Seen<text:span text:style-name="gone">{t}</text:span>')), styles=_GONE
    ),
    "F.hidden-text": lambda t: spreadsheet(
        row(cell(f'Seen<text:hidden-text text:condition="x" text:string-value="{t}">{t}</text:hidden-text>'))
    ),
    "F.annotation": lambda t: spreadsheet(
        row(cell("Kent", inside=f"<office:annotation><dc:creator>{t}</dc:creator><text:p>{t}</text:p></office:annotation>"))
    ),
    "F.hyperlink": lambda t: spreadsheet(row(cell(f'<text:a xlink:href="http://{t}.test">Kent</text:a>'))),
    "F.under_merge": lambda t: spreadsheet(
        row(cell("Kent", 'table:number-columns-spanned="2"'), f'<table:covered-table-cell office:value-type="string"><text:p>{t}</text:p></table:covered-table-cell>')
    ),
    "F.fmt_hide": lambda t: spreadsheet(
        row(cell("Kent"), f'<table:table-cell office:value-type="string" office:string-value="{t}"/>')
    ),
    "F.overlay": lambda t: spreadsheet(
        row(cell("Kent", inside='<draw:frame table:end-cell-address="Figures.C6"><draw:image/></draw:frame>')) + row(cell("low"), cell(t))
    ),
    "F.remote_cell": lambda t: spreadsheet('<table:table-row table:number-rows-repeated="3000"/>' + row(cell(t))),
    "F.validation": lambda t: spreadsheet(
        head=f'<table:content-validations><table:content-validation table:name="v" table:condition="{t}"/></table:content-validations>'
    ),
    "F.named": lambda t: spreadsheet(
        tail=f'<table:named-expressions><table:named-expression table:name="n" table:expression="{t}"/></table:named-expressions>'
    ),
    "F.dbrange": lambda t: spreadsheet(
        tail=f'<table:database-ranges><table:database-range table:name="{t}" table:target-range-address="x"/></table:database-ranges>'
    ),
    "F.datapilot": lambda t: spreadsheet(
        tail=f'<table:data-pilot-tables><table:data-pilot-table table:name="p"><table:data-pilot-member table:name="{t}"/></table:data-pilot-table></table:data-pilot-tables>'
    ),
    "F.label_range": lambda t: spreadsheet(
        head=f'<table:label-ranges><table:label-range table:label-cell-range-address="{t}"/></table:label-ranges>'
    ),
    "F.dde": lambda t: spreadsheet(tail=f"<table:dde-links><table:dde-link>{t}</table:dde-link></table:dde-links>"),
    "F.tracked_changes": lambda t: spreadsheet(
        head=f"<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell><text:p>{t}</text:p></table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>"
    ),
    "F.form": lambda t: spreadsheet(head=f'<office:forms><form:form form:name="{t}"/></office:forms>'),
    "F.macro": lambda t: spreadsheet(entries={"Basic/Standard/m.xml": f"<m>{t}</m>"}),
    "F.macro event": lambda t: spreadsheet(top=f'<office:scripts><office:script script:language="b">{t}</office:script></office:scripts>'),
    "F.version": lambda t: spreadsheet(entries={"Versions/Version1": f"whole earlier version {t}"}),
    "F.meta": lambda t: spreadsheet(
        entries={"meta.xml": f"<office:document-meta NAMES><office:meta><dc:creator>{t}</dc:creator></office:meta></office:document-meta>"}
    ),
    "F.printer": lambda t: spreadsheet(
        entries={"settings.xml": f'<office:document-settings NAMES><config:config-item config:name="PrinterName">{t}</config:config-item></office:document-settings>'}
    ),
    "F.thumbnail": lambda t: spreadsheet(entries={"Thumbnails/thumbnail.png": f"picture {t}"}),
    "F.embedding": lambda t: spreadsheet(entries={"Object 1/content.xml": f"<chart>{t}</chart>"}),
    "F.rdf": lambda t: spreadsheet(entries={"manifest.rdf": f"<rdf>{t}</rdf>"}),
    "F.header_footer": lambda t: spreadsheet(
        entries={"styles.xml": f"<office:document-styles NAMES><office:master-styles><style:header><text:p>{t}</text:p></style:header></office:master-styles></office:document-styles>"}
    ),
    "F.markup_comment": lambda t: spreadsheet(head=f"<!--{t}-->"),
    "F.markup_comment cell": lambda t: spreadsheet(
        row(f'<table:table-cell office:value-type="string"><!--{t}--><text:p>Kent</text:p></table:table-cell>')
    ),
    "F.unread_attribute cell": lambda t: spreadsheet(row(cell("Kent", f'table:content-validation-name="{t}"'))),
    "F.unread_attribute cell of a currency": lambda t: spreadsheet(
        row(f'<table:table-cell office:value-type="currency" office:currency="{t}" office:value="3"><text:p>3</text:p></table:table-cell>')
    ),
    "F.unread_attribute foreign": lambda t: spreadsheet(row(cell("Kent", f'xmlns:x="urn:x" x:note="{t}"'))),
    "F.unread_attribute row": lambda t: spreadsheet(row(cell("Kent"), more=f'xml:id="{t}"')),
    "F.unread_attribute row of nothing": lambda t: spreadsheet(f'<table:table-row xml:id="{t}"/>'),
    "F.unread_attribute column": lambda t: spreadsheet(columns=f'<table:table-column xml:id="{t}"/>'),
    "F.unread_attribute table": lambda t: spreadsheet(
        tables=f'<table:table table:name="Other" table:protection-key="{t}">{row(cell("Kent"))}</table:table>'
    ),
    "F.unread_attribute span": lambda t: spreadsheet(row(cell(f'<text:span xml:id="{t}">Kent</text:span>'))),
    "F.unread_attribute shape": lambda t: spreadsheet(
        row(cell("Kent", inside=f'<draw:line draw:name="{t}" svg:x1="1cm"/>'))
    ),
    "F.unread_attribute style": lambda t: spreadsheet(
        styles=_style("odd", "table-cell", f'<style:table-cell-properties xmlns:x="urn:x" x:note="{t}"/>')
    ),
    "F.unread_attribute master page": lambda t: spreadsheet(
        entries={"styles.xml": f'<office:document-styles NAMES><office:styles xml:id="{t}"/></office:document-styles>'}
    ),
    "F.unread_attribute group of rows": lambda t: spreadsheet(
        f'<table:table-row-group xml:id="{t}">{row(cell("Kent"))}</table:table-row-group>{row(cell("Kent"))}'
    ),
    "F.alt_text of a table": lambda t: spreadsheet(
        tables=f'<table:table table:name="Other"><table:title>{t}</table:title>{row(cell("Kent"))}</table:table>'
    ),
    "F.alt_text between rows": lambda t: spreadsheet(f"<table:desc>{t}</table:desc>{row(cell('Kent'))}"),
    "F.style_name": lambda t: spreadsheet(styles=_style(t, "table-cell", "")),
    "F.style_name shown": lambda t: spreadsheet(
        entries={"styles.xml": f'<office:document-styles NAMES><office:styles><style:style style:name="a1" style:display-name="{t}"/></office:styles></office:document-styles>'}
    ),
    "F.style_name numbered": lambda t: spreadsheet(
        styles=_style("".join(f"_{ord(sign):x}_" for sign in t), "table-cell", "")
    ),
}  # fmt: skip

_HEAD = "Force,Count\r\nAvon,12\r\n"

TEXTS: dict[str, Callable[[str], bytes]] = {
    "C.injection": lambda t: f'{_HEAD}"=HYPERLINK(""http://{t}.test"")",1\r\n'.encode(),
    "C.nul": lambda t: f"{_HEAD}Kent\0,7\r\n".encode(),
    "C.control": lambda t: f"{_HEAD}Kent\x08,7\r\n".encode(),
    "C.invisible": lambda t: f"{_HEAD}Ke\u200bnt\u202e,7\r\n".encode(),
    "C.ragged": lambda t: f"{_HEAD}Kent,7,extra\r\n".encode(),
    "C.remote_cell": lambda t: f"{_HEAD}Kent,7{',' * 90}{t}\r\n".encode(),
    "C.remote_cell row": lambda t: (_HEAD + ",\r\n" * 400 + f"{t},1\r\n").encode(),
    "C.encoding": lambda t: _HEAD.encode() + "Gwent é,1\r\n".encode() + "Powys é,2\r\n".encode("cp1252"),
    "C.comment": lambda t: f"# {t}\r\n{_HEAD}".encode(),
}
