# ruff: noqa: E501, PLR0917  markup is planted in one piece, as it stands in a file
"""One function for each place of the catalogue where a DOCX can hide something: it plants a token there."""

from __future__ import annotations

import base64
from collections.abc import Callable

from files.making_docx import NAMESPACES, WORD_TYPE, Docx, box, drawing, p, png

Planting = Callable[[str], bytes]
PLANTED: dict[str, tuple[str, Planting]] = {}
"""Name of the hiding place: the code that must be found, and the function that plants a token."""

VIDEO = "http://schemas.microsoft.com/office/2007/relationships/media"
BY = 'w:author="{}" w:date="2024-01-01T00:00:00Z" w:id="1"'


def plants(code: str, name: str = "") -> Callable[[Planting], Planting]:
    def kept(planting: Planting) -> Planting:
        PLANTED[name or planting.__name__] = (code, planting)
        return planting

    return kept


def body(code: str, name: str, markup: str) -> None:
    """A token in the body alone: `@` stands for it."""
    PLANTED[name] = (code, lambda token: Docx(markup.replace("@", token)).bytes())


def a_part(
    code: str, name: str, kind: str, part: str, data: str, declared: str = "application/xml", extra: str = ""
) -> None:
    """A token in a part of its own."""

    def planting(token: str) -> bytes:
        made = Docx(extra)
        made.relate(kind, part, data.replace("@", token).replace("NS", NAMESPACES), declared)
        return made.bytes()

    PLANTED[name] = (code, planting)


_RUN = "<w:r><w:t>@</w:t></w:r>"
body("D.tracked_del", "deletion", f"<w:p><w:del {BY.format('a')}><w:r><w:delText>@</w:delText></w:r></w:del></w:p>")
body(
    "D.tracked_ins", "author of an insertion", f"<w:p><w:ins {BY.format('@')}><w:r><w:t>more</w:t></w:r></w:ins></w:p>"
)
body("D.tracked_move", "moved from here", f"<w:p><w:moveFrom {BY.format('a')}>{_RUN}</w:moveFrom></w:p>")
body(
    "D.tracked_move", "author of a move", f"<w:p><w:moveTo {BY.format('@')}><w:r><w:t>more</w:t></w:r></w:moveTo></w:p>"
)
body(
    "D.tracked_fmtchange",
    "author of a change of format",
    f"<w:p><w:r><w:rPr><w:rPrChange {BY.format('@')}><w:rPr/></w:rPrChange></w:rPr><w:t>more</w:t></w:r></w:p>",
)
body(
    "D.tracked_del",
    "deleted row",
    f"<w:tbl><w:tr><w:trPr><w:del {BY.format('a')}/></w:trPr><w:tc>{p('@')}</w:tc></w:tr><w:tr><w:tc>{p('kept')}</w:tc></w:tr></w:tbl>",
)
body(
    "D.tracked_del",
    "deleted cell",
    f"<w:tbl><w:tr><w:tc><w:tcPr><w:cellDel {BY.format('a')}/></w:tcPr>{p('@')}</w:tc><w:tc>{p('kept')}</w:tc></w:tr></w:tbl>",
)
body(
    "D.tracked_del",
    "author of a deleted paragraph mark",
    f"<w:p><w:pPr><w:rPr><w:del {BY.format('@')}/></w:rPr></w:pPr><w:r><w:t>more</w:t></w:r></w:p>",
)
body("D.vanish_text", "hidden run", p("@", "<w:vanish/>"))
body(
    "D.vanish_text",
    "hidden row",
    f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{p('@')}</w:tc></w:tr><w:tr><w:tc>{p('kept')}</w:tc></w:tr></w:tbl>",
)
body("D.fake_redaction", "black highlighting", p("@", '<w:highlight w:val="black"/>'))
body("D.fake_redaction", "black shading", p("@", '<w:shd w:val="clear" w:fill="000000"/>'))
body("D.fake_redaction", "solid shading", p("@", '<w:shd w:val="solid" w:color="000000" w:fill="FFFFFF"/>'))
body(
    "D.fake_redaction",
    "black print in a black cell",
    f'<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:val="clear" w:fill="000000"/></w:tcPr>{p("@", chr(60) + "w:color w:val=" + chr(34) + "000000" + chr(34) + "/>")}</w:tc><w:tc>{p("kept")}</w:tc></w:tr></w:tbl>',
)
body("D.white_text", "white print", p("@", '<w:color w:val="FFFFFF"/>'))
body(
    "D.white_text",
    "print in the colour of the theme’s paper",
    p("@", '<w:color w:val="auto" w:themeColor="background1"/>'),
)
body("D.white_text", "transparent fill", p("@", "<w14:textFill><w14:noFill/></w14:textFill>"))
body("D.white_text", "yellow print on yellow shading", p("@", '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>'))
body("D.tiny_text", "print of one point", p("@", '<w:sz w:val="2"/>'))
body("D.tiny_text", "letters without width", p("@", '<w:w w:val="1"/>'))
body("D.vanish_text", "indent off the page", p("@", properties='<w:ind w:left="31000"/>'))
body("D.vanish_text", "line without height", p("@", properties='<w:spacing w:line="10" w:lineRule="exact"/>'))
body(
    "D.tiny_row",
    "row without height",
    f'<w:tbl><w:tr><w:trPr><w:trHeight w:val="8" w:hRule="exact"/></w:trPr><w:tc>{p("@")}</w:tc></w:tr><w:tr><w:tc>{p("kept")}</w:tc></w:tr></w:tbl>',
)
body(
    "D.under_merge",
    "cell under a merged one",
    f'<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p("kept")}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{p("@")}</w:tc></w:tr></w:tbl>',
)


def _field(code: str) -> str:
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>' + code + "</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>result</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


body("D.field_link", "path of an included text", _field(' INCLUDETEXT "C:\\\\@.docx" '))
body("D.field_link", "query of a database field", _field(' DATABASE \\s "SELECT @" '))
body("D.field_sensitive", "merge field", _field(" MERGEFIELD @ "))
body("D.field_sensitive", "user name", _field(" USERNAME @ "))
body("D.field_text", "other branch of a condition", _field(' IF 1 = 1 "result" "@" '))
body(
    "D.field_text",
    "entry of an index",
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> XE "@" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
)
body(
    "D.field_text",
    "data of a field",
    '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:fldData>@</w:fldData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
)
body(
    "D.field_sensitive",
    "simple field",
    '<w:p><w:fldSimple w:instr=" DOCPROPERTY @ "><w:r><w:t>result</w:t></w:r></w:fldSimple></w:p>',
)
body("D.hyperlink", "field of a link", _field(' HYPERLINK "https://@.example" '))
body(
    "D.hyperlink",
    "tip of a link",
    '<w:p><w:hyperlink w:anchor="x" w:tooltip="@"><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>',
)
body(
    "D.choices",
    "choices of a list",
    '<w:p><w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="@" w:value="1"/></w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>chosen</w:t></w:r></w:sdtContent></w:sdt></w:p>',
)
body(
    "D.data_binding",
    "bound control",
    '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/@[1]" w:storeItemID="{1}"/></w:sdtPr><w:sdtContent>'
    + p("bound")
    + "</w:sdtContent></w:sdt>",
)
body(
    "D.control_name",
    "name of a control",
    '<w:sdt><w:sdtPr><w:tag w:val="@"/></w:sdtPr><w:sdtContent>' + p("inside") + "</w:sdtContent></w:sdt>",
)
body(
    "D.form_field",
    "help of a form field",
    '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:helpText w:val="@"/></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
)
body(
    "D.custom_markup",
    "smart tag",
    '<w:p><w:smartTag w:element="person"><w:smartTagPr><w:attr w:name="n" w:val="@"/></w:smartTagPr><w:r><w:t>more</w:t></w:r></w:smartTag></w:p>',
)
body("D.bookmark", "bookmark", '<w:p><w:bookmarkStart w:id="1" w:name="@"/><w:bookmarkEnd w:id="1"/></w:p>')
body(
    "D.permission",
    "editor of a passage",
    '<w:p><w:permStart w:id="1" w:ed="@"/><w:r><w:t>more</w:t></w:r><w:permEnd w:id="1"/></w:p>',
)
body("D.unread_text", "text where none belongs", "<w:p><w:r><w:rPr>@</w:rPr><w:t>more</w:t></w:r></w:p>")
body("O.markup_comment", "comment in the markup", "<!-- @ -->" + p("more"))
body(
    "D.offpage_shape",
    "text box off the page",
    box("@", position='<wp:positionH relativeFrom="page"><wp:posOffset>-9000000</wp:posOffset></wp:positionH>'),
)
body("O.hidden_shape", "hidden text box", box("@", properties='hidden="1"'))
body("D.behind_text", "text box behind the text", box("@", attributes='behindDoc="1"'))
body("D.tiny_shape", "text box of no size", box("@", size='cx="10" cy="10"'))
body("O.alt_text", "description of a shape", box("shown", properties='descr="@"'))
body("D.object_name", "name of a shape", box("shown").replace('name="Text Box 2"', 'name="@"'))
body(
    "O.hidden_vml_shape",
    "hidden old-style shape",
    '<w:p><w:r><w:pict><v:shape style="visibility:hidden"><v:textbox><w:txbxContent>'
    + p("@")
    + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>",
)
body(
    "O.fallback_copy",
    "another version for old programs",
    '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:t>new</w:t></mc:Choice><mc:Fallback><w:t>@</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>',
)


@plants("D.foreign_markup")
def markup_that_a_reader_skips(token: str) -> bytes:
    made = Docx(f'<w:p><w:r><w:t>more</w:t></w:r></w:p><x:secret xmlns:x="urn:x-of-another-program">{token}</x:secret>')
    made.root_attributes = 'xmlns:x="urn:x-of-another-program" mc:Ignorable="x"'
    return made.bytes()


@plants("D.vanish_text")
def hidden_by_a_style_that_is_inherited(token: str) -> bytes:
    made = Docx(p(token, '<w:rStyle w:val="Child"/>'))
    made.styles = (
        '<w:style w:type="character" w:styleId="Base"><w:name w:val="B"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Child"><w:name w:val="C"/><w:basedOn w:val="Base"/></w:style>'
    )
    return made.bytes()


@plants("D.white_text")
def white_by_the_style_of_its_paragraph(token: str) -> bytes:
    made = Docx(p(token, properties='<w:pStyle w:val="Pale"/>'))
    made.styles = '<w:style w:type="paragraph" w:styleId="Pale"><w:name w:val="P"/><w:rPr><w:color w:val="FEFEFE"/></w:rPr></w:style>'
    return made.bytes()


_SETTINGS = {
    ("D.docvars", "document variable"): '<w:docVars><w:docVar w:name="n" w:val="@"/></w:docVars>',
    ("D.mailmerge", "query of a mail merge"): '<w:mailMerge><w:query w:val="SELECT @"/></w:mailMerge>',
    ("D.settings", "path of a transform"): '<w:saveThroughXslt w:solutionID="@"/>',
}
for (_code, _name), _markup in _SETTINGS.items():
    PLANTED[_name] = (_code, lambda token, markup=_markup: Docx(settings=markup.replace("@", token)).bytes())  # type: ignore[misc]

a_part(
    "D.comments",
    "comment",
    "comments",
    "word/comments.xml",
    f"<w:comments NS><w:comment {BY.format('a')}>{p('@')}</w:comment></w:comments>",
    f"{WORD_TYPE}.comments+xml",
)
a_part(
    "D.comments_ext",
    "record of a comment",
    "http://schemas.microsoft.com/office/2011/relationships/commentsExtended",
    "word/commentsExtended.xml",
    '<w14:commentsEx NS><w14:commentEx w14:paraId="@"/></w14:commentsEx>',
)
a_part(
    "D.people",
    "person who commented",
    "http://schemas.microsoft.com/office/2011/relationships/people",
    "word/people.xml",
    '<w14:people NS><w14:person w14:author="a"><w14:presenceInfo w14:userId="@"/></w14:person></w14:people>',
)
a_part(
    "D.glossary",
    "building block",
    "glossaryDocument",
    "word/glossary/document.xml",
    f"<w:glossaryDocument NS><w:docParts><w:docPart><w:docPartBody>{p('@')}</w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>",
)
a_part(
    "D.altchunk",
    "merged document",
    "aFChunk",
    "word/afchunk.htm",
    "<html><body>@</body></html>",
    "text/html",
    '<w:altChunk r:id="rId1"/>',
)
a_part(
    "D.note_unreferenced",
    "footnote without a mark",
    "footnotes",
    "word/footnotes.xml",
    f'<w:footnotes NS><w:footnote w:id="7">{p("@")}</w:footnote></w:footnotes>',
)
a_part("D.header_footer", "header of no page", "header", "word/header1.xml", f"<w:hdr NS>{p('@')}</w:hdr>")
a_part(
    "D.numbering_text",
    "mark of a list that is not used",
    "numbering",
    "word/numbering.xml",
    '<w:numbering NS><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="@ %1"/></w:lvl></w:abstractNum></w:numbering>',
)
a_part(
    "D.mailmerge",
    "recipients of a mail merge",
    "recipientData",
    "word/recipientData.xml",
    '<w:recipients NS><w:recipientData><w:uniqueTag w:val="@"/></w:recipientData></w:recipients>',
)
a_part("O.custom_xml", "data of another program", "customXml", "customXml/item1.xml", "<data>@</data>")
a_part(
    "O.webextension",
    "add-in",
    "http://schemas.microsoft.com/office/2011/relationships/webextension",
    "word/webextension1.xml",
    '<we><property value="@"/></we>',
)
a_part(
    "O.smartart_data",
    "data of a diagram",
    "diagramData",
    "word/diagrams/data1.xml",
    '<a:t xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">@</a:t>',
)
a_part("O.activex_ctrl", "control", "control", "word/activeX/activeX1.xml", '<ax xmlns="urn:x">@</ax>')
a_part(
    "O.printer_settings",
    "printer",
    "printerSettings",
    "word/printerSettings1.bin",
    "@ on server",
    "application/octet-stream",
)
a_part(
    "O.vba",
    "macro",
    "http://schemas.microsoft.com/office/2006/relationships/vbaProject",
    "word/vbaProject.bin",
    "Sub @()",
    "application/vnd.ms-office.vbaProject",
)
a_part(
    "O.customizations",
    "ribbon",
    "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    "customUI/customUI.xml",
    '<customUI label="@"/>',
)
a_part("O.ink", "handwriting", "customInk", "word/ink/ink1.xml", "<ink>@</ink>")
a_part("O.media", "sound", VIDEO, "word/media/sound.wav", "RIFF @", "audio/wav")
a_part(
    "O.chart_cache",
    "value that a chart remembers",
    "chart",
    "word/charts/chart1.xml",
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:strCache><c:pt idx="0"><c:v>@</c:v></c:pt></c:strCache></c:chartSpace>',
    "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
)
a_part(
    "O.vector_image",
    "drawing with words",
    "image",
    "word/media/image1.svg",
    "<svg><text>@</text></svg>",
    "image/svg+xml",
)


@plants("O.core_props")
def author(token: str) -> bytes:
    made = Docx()
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    data = (
        f'<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="urn:dc"><dc:creator>{token}</dc:creator></cp:coreProperties>'
    )
    made.relate(kind, "docProps/core.xml", data, source="")
    return made.bytes()


@plants("O.app_props")
def manager(token: str) -> bytes:
    made = Docx()
    made.relate(
        "extended-properties", "docProps/app.xml", f"<Properties><Manager>{token}</Manager></Properties>", source=""
    )
    return made.bytes()


@plants("O.custom_props")
def property_of_the_organisation(token: str) -> bytes:
    made = Docx()
    data = f'<Properties><property name="Case"><lpwstr>{token}</lpwstr></property></Properties>'
    made.relate("custom-properties", "docProps/custom.xml", data, source="")
    return made.bytes()


@plants("O.mip_label")
def sensitivity_label(token: str) -> bytes:
    made = Docx()
    kind = "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels"
    made.relate(kind, "docMetadata/LabelInfo.xml", f'<labels><label siteId="{token}"/></labels>', source="")
    return made.bytes()


@plants("O.thumbnail")
def picture_of_an_earlier_page(token: str) -> bytes:
    made = Docx()
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
    made.relate(kind, "docProps/thumbnail.png", png(token), "image/png", source="")
    return made.bytes()


@plants("O.orphan_part")
def part_that_nothing_refers_to(token: str) -> bytes:
    made = Docx()
    made.parts["word/left.xml"] = f"<left>{token}</left>".encode()
    return made.bytes()


@plants("O.external_rel")
def address_outside(token: str) -> bytes:
    made = Docx()
    made.outside("hyperlink", f"https://intranet.example/{token}")
    return made.bytes()


@plants("D.attached_template")
def path_of_the_template(token: str) -> bytes:
    made = Docx(settings='<w:attachedTemplate r:id="rId1"/>')
    made.outside("attachedTemplate", f"file:///C:/{token}.dotm", "word/settings.xml")
    return made.bytes()


@plants("O.embedding")
def embedded_file(token: str) -> bytes:
    made = Docx()
    made.relate("package", "word/embeddings/inner.docx", Docx(p(token)).bytes(), "application/zip")
    return made.bytes()


@plants("D.ole_object")
def embedded_object(token: str) -> bytes:
    made = Docx('<w:p><w:r><w:object><o:OLEObject ProgID="Package" r:id="rId1"/></w:object></w:r></w:p>')
    made.relate("oleObject", "word/embeddings/ole.bin", f"bytes {token}", "application/octet-stream")
    return made.bytes()


@plants("O.image_meta")
def words_in_a_picture(token: str) -> bytes:
    made = Docx()
    made.body = drawing(made.relate("image", "word/media/image1.png", png(token), "image/png"))
    return made.bytes()


@plants("O.cropped_image")
def cropped_picture(token: str) -> bytes:
    made = Docx()
    number = made.relate("image", "word/media/image1.png", png(token), "image/png")
    made.body = drawing(number, crop='<a:srcRect l="50000"/>')
    return made.bytes()


@plants("O.image_unused")
def picture_that_is_nowhere_shown(token: str) -> bytes:
    made = Docx()
    made.relate("image", "word/media/image1.png", png(token), "image/png")
    return made.bytes()


@plants("D.hidden_picture")
def picture_in_hidden_text(token: str) -> bytes:
    made = Docx()
    number = made.relate("image", "word/media/image1.png", png(token), "image/png")
    made.body = drawing(number).replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>")
    return made.bytes()


@plants("D.header_footer")
def first_header_without_a_first_page(token: str) -> bytes:
    made = Docx()
    number = made.relate("header", "word/header9.xml", f"<w:hdr {NAMESPACES}>{p(token)}</w:hdr>")
    made.section = f'<w:headerReference w:type="first" r:id="{number}"/>'
    return made.bytes()


@plants("Z.trailing")
def bytes_after_the_container(token: str) -> bytes:
    return Docx().bytes() + token.encode()


@plants("Z.comment")
def comment_of_the_container(token: str) -> bytes:
    import io
    import zipfile

    written = io.BytesIO(Docx().bytes())
    with zipfile.ZipFile(written, "a") as archive:
        archive.comment = token.encode()
    return written.getvalue()


@plants("D.vanish_text", "hidden text in a strict document")
def hidden_in_a_strict_document(token: str) -> bytes:
    import io
    import zipfile

    original = zipfile.ZipFile(io.BytesIO(Docx(p(token, "<w:vanish/>")).bytes()))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in original.namelist():
            data = original.read(name)
            data = data.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            archive.writestr(
                name,
                data.replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                ),
            )
    return written.getvalue()


@plants("O.markup_comment", "comment among the styles")
def comment_among_the_styles(token: str) -> bytes:
    return Docx(
        styles=f'<!-- {token} --><w:style w:type="character" w:styleId="A"><w:name w:val="A"/></w:style>'
    ).bytes()


@plants("O.vba", "macro in a document for macros")
def macro_in_a_docm(token: str) -> bytes:
    made = Docx(content_type="application/vnd.ms-word.document.macroEnabled.main+xml")
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    made.relate(
        kind,
        "word/vbaProject.bin",
        base64.b64encode(token.encode() * 3) + token.encode(),
        "application/vnd.ms-office.vbaProject",
    )
    return made.bytes()
