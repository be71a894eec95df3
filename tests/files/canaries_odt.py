# ruff: noqa: E501  markup is planted in one piece, as it stands in a file
"""One function for each place of the catalogue where an ODT can hide something: it plants a token there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from files.making_docx import png

VISIBLE = "Visible words of the answer"
PLANTED: dict[str, tuple[str, Callable[[str], bytes]]] = {}
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
        "form": "form",
        "meta": "meta",
        "config": "config",
        "script": "script",
        "manifest": "manifest",
    }.items()
)
NAMESPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def odt(
    body: str = "",
    *,
    styles: str = "",
    masters: str = "",
    entries: dict[str, bytes] | None = None,
    scripts: str = "",
    listed: bool = True,
) -> bytes:
    """A whole package with a visible paragraph before `body`."""
    content = (
        f"<office:document-content {NAMESPACES}>{scripts}<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text><text:p>{VISIBLE}</text:p>{body}</office:text></office:body></office:document-content>"
    )
    shared = (
        f"<office:document-styles {NAMESPACES}><office:master-styles>"
        f'<style:master-page style:name="Standard"/>{masters}</office:master-styles></office:document-styles>'
    )
    parts = {"content.xml": content.encode(), "styles.xml": shared.encode(), **(entries or {})}
    lines = "".join(f'<manifest:file-entry manifest:full-path="{name}"/>' for name in parts) if listed else ""
    parts["META-INF/manifest.xml"] = f"<manifest:manifest {NAMESPACES}>{lines}</manifest:manifest>".encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        for name, data in parts.items():
            archive.writestr(name, data)
    return written.getvalue()


def body(code: str, name: str, markup: str, styles: str = "") -> None:
    """A token in the body: `@` stands for it."""
    PLANTED[name] = (code, lambda token: odt(markup.replace("@", token), styles=styles.replace("@", token)))


def style(name: str, properties: str, family: str = "text") -> str:
    return f'<style:style style:name="{name}" style:family="{family}">{properties}</style:style>'


def looks(code: str, name: str, properties: str) -> None:
    """A token in a span that looks so."""
    own = style("T", f"<style:text-properties {properties}/>")
    body(code, name, '<text:p>before <text:span text:style-name="T">@</text:span></text:p>', own)


def entry(code: str, name: str, path: str, data: str) -> None:
    """A token in an entry of its own."""
    PLANTED[name] = (
        code,
        lambda token: odt(entries={path: data.replace("@", token).replace("NS", NAMESPACES).encode()}),
    )


looks("F.vanish_text", "hidden span", 'text:display="none"')
looks("F.white_text", "white print", 'fo:color="#ffffff"')
looks("F.fake_redaction", "black ground", 'fo:background-color="#000000"')
looks("F.fake_redaction", "print in the colour of its dark ground", 'fo:color="#000000" fo:background-color="#101010"')
looks("F.tiny_text", "print of one point", 'fo:font-size="1pt"')
body(
    "F.vanish_text",
    "hidden paragraph style",
    '<text:p text:style-name="P">@</text:p>',
    style("P", '<style:text-properties text:display="none"/>', "paragraph"),
)
body(
    "F.vanish_text",
    "hidden by the parent of a style",
    '<text:p><text:span text:style-name="C">@</text:span></text:p>',
    style("B", '<style:text-properties text:display="none"/>')
    + '<style:style style:name="C" style:family="text" style:parent-style-name="B"/>',
)
_CHANGE = "<text:tracked-changes><text:changed-region><text:{0}><office:change-info><dc:creator>{1}</dc:creator></office:change-info>{2}</text:{0}></text:changed-region></text:tracked-changes>"
body("F.tracked_changes", "deletion", _CHANGE.format("deletion", "a", "<text:p>@</text:p>"))
body("F.tracked_changes", "author of an insertion", _CHANGE.format("insertion", "@", ""))
body(
    "F.hidden-text",
    "hidden text field",
    '<text:p><text:hidden-text text:condition="1" text:string-value="@" text:is-hidden="true">@</text:hidden-text></text:p>',
)
body("F.hidden-paragraph", "hidden paragraph field", '<text:p>@<text:hidden-paragraph text:condition="1"/></text:p>')
body("F.hidden_section", "hidden section", '<text:section text:display="none"><text:p>@</text:p></text:section>')
body(
    "F.hidden_section",
    "section hidden on a condition",
    '<text:section text:display="condition"><text:p>@</text:p></text:section>',
)
body(
    "F.conditional-text",
    "other text of a condition",
    '<text:p><text:conditional-text text:string-value-if-true="shown" text:string-value-if-false="@">shown</text:conditional-text></text:p>',
)
body(
    "F.annotation",
    "comment",
    "<text:p>x<office:annotation><dc:creator>a</dc:creator><text:p>@</text:p></office:annotation></text:p>",
)
body(
    "F.user_field",
    "declared field",
    '<text:user-field-decls><text:user-field-decl text:name="n" office:string-value="@"/></text:user-field-decls>',
)
body(
    "F.dde",
    "live link",
    '<text:dde-connection-decls><text:dde-connection-decl office:dde-item="@"/></text:dde-connection-decls>',
)
body(
    "F.placeholder",
    "placeholder",
    '<text:p><text:placeholder text:placeholder-type="text" text:description="@">put here</text:placeholder></text:p>',
)
body(
    "F.dbfield",
    "field of a database",
    '<text:p><text:database-display text:table-name="@">shown</text:database-display></text:p>',
)
body("F.macro", "script in the text", "<text:p>x<text:script>@</text:script></text:p>")
body("F.index_mark", "mark of an index", '<text:p>x<text:alphabetical-index-mark text:string-value="@"/></text:p>')
body("F.hyperlink", "address of a link", '<text:p><text:a xlink:href="https://@.example">here</text:a></text:p>')
body(
    "F.choices",
    "choices of a list",
    '<text:p><text:drop-down><text:label text:value="@"/>shown</text:drop-down></text:p>',
)
body(
    "F.alt_text",
    "description of a frame",
    "<text:p>x<draw:frame><svg:title>@</svg:title><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame></text:p>",
)
body(
    "F.hidden_shape",
    "hidden frame",
    '<text:p>x<draw:frame draw:display="none"><draw:text-box><text:p>@</text:p></draw:text-box></draw:frame></text:p>',
)
body(
    "F.hidden_shape",
    "frame off the page",
    '<text:p>x<draw:frame svg:x="-300cm"><draw:text-box><text:p>@</text:p></draw:text-box></draw:frame></text:p>',
)
body(
    "F.row_collapse",
    "collapsed row",
    '<table:table><table:table-row table:visibility="collapse"><table:table-cell><text:p>@</text:p></table:table-cell></table:table-row></table:table>',
)
body(
    "F.col_collapse",
    "collapsed column",
    '<table:table><table:table-column table:visibility="collapse"/><table:table-row><table:table-cell><text:p>@</text:p></table:table-cell></table:table-row></table:table>',
)
body(
    "F.under_merge",
    "covered cell",
    "<table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell><table:covered-table-cell><text:p>@</text:p></table:covered-table-cell></table:table-row></table:table>",
)
body(
    "F.external_link",
    "linked section",
    '<text:section><text:section-source xlink:href="file:///@"/><text:p>x</text:p></text:section>',
)
body(
    "F.external_link",
    "linked picture",
    '<text:p>x<draw:frame><draw:image xlink:href="file:///@.png"/></draw:frame></text:p>',
)
body("F.form", "control of a form", '<office:forms><form:form><form:hidden form:value="@"/></form:form></office:forms>')
body("F.markup_comment", "comment in the markup", "<!-- @ --><text:p>x</text:p>")
body("F.unread_text", "text where none belongs", "<text:bookmark>@</text:bookmark>")
entry(
    "F.meta",
    "author",
    "meta.xml",
    "<office:document-meta NS><office:meta><meta:initial-creator>@</meta:initial-creator></office:meta></office:document-meta>",
)
entry(
    "F.printer",
    "printer",
    "settings.xml",
    '<office:document-settings NS><config:config-item config:name="PrinterName">@</config:config-item></office:document-settings>',
)
entry("F.thumbnail", "picture of the first page", "Thumbnails/thumbnail.png", "@")
entry("F.version", "earlier version", "Versions/Version1", "@")
entry("F.macro", "macro", "Basic/Standard/Module1.xml", "<module>@</module>")
entry("F.embedding", "embedded object", "Object 1/content.xml", "<o>@</o>")
entry("F.rdf", "statements about the text", "manifest.rdf", "<r>@</r>")
entry("F.configuration", "configuration", "Configurations2/accelerator/current.xml", "<c>@</c>")


def planting(code: str) -> Callable[[Callable[[str], bytes]], Callable[[str], bytes]]:
    def kept(plant: Callable[[str], bytes]) -> Callable[[str], bytes]:
        PLANTED[plant.__name__] = (code, plant)
        return plant

    return kept


@planting("F.orphan_part")
def entry_that_no_list_names(token: str) -> bytes:
    return odt(entries={"left.bin": token.encode()}, listed=False)


@planting("O.image_unused")
def picture_that_is_nowhere_shown(token: str) -> bytes:
    return odt(entries={"Pictures/a.png": png(token)})


@planting("O.image_meta")
def words_in_a_picture(token: str) -> bytes:
    markup = '<text:p>x<draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame></text:p>'
    return odt(markup, entries={"Pictures/a.png": png(token)})


@planting("F.crop")
def cropped_picture(token: str) -> bytes:
    own = style("G", '<style:graphic-properties fo:clip="rect(0cm, 0.5cm, 0cm, 0cm)"/>', "graphic")
    markup = '<text:p>x<draw:frame draw:style-name="G"><draw:image xlink:href="Pictures/a.png"/></draw:frame></text:p>'
    return odt(markup, styles=own, entries={"Pictures/a.png": png(token)})


@planting("F.header_footer_unused")
def header_of_no_page(token: str) -> bytes:
    return odt(
        masters=f'<style:master-page style:name="Other"><style:header><text:p>{token}</text:p></style:header></style:master-page>'
    )


@planting("F.macro")
def script_of_the_document(token: str) -> bytes:
    return odt(scripts=f"<office:scripts><office:script>{token}</office:script></office:scripts>")


@planting("Z.trailing")
def bytes_after_the_container(token: str) -> bytes:
    return odt() + token.encode()


body("F.unread_attribute", "attribute of no meaning", '<text:p text:odd="@">more</text:p>')
body("F.unread_attribute", "title of a section", '<text:section text:name="@"><text:p>more</text:p></text:section>')
body("F.unread_attribute", "hint of an index mark", '<text:p><text:span xlink:label="@">more</text:span></text:p>')
body("F.style_name", "name of a style", "<text:p>more</text:p>", style("@", "<style:text-properties/>"))
