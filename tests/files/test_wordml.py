# ruff: noqa: E501  markup is planted in one piece, as it stands in a file
"""Word 2003 XML: read through the same closed world as a DOCX; what is planted is found and gone after the rebuild."""

from __future__ import annotations

import base64

import pytest

from candour.files import inside
from candour.files.findings import Blocked, Status
from candour.files.kinds import Kind, recognise
from candour.files.limits import Limits
from candour.files.proof import inflated
from candour.files.visible import Document, Paragraph, Picture, Table
from files.making_docx import png

TOKEN = "Zq7Kestrel42"
QUOTE = chr(34)
VISIBLE = "Visible words of the answer"
WORDML = "http://schemas.microsoft.com/office/word/2003/wordml"
NAMESPACES = (
    f'xmlns:w="{WORDML}" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" '
    'xmlns:aml="http://schemas.microsoft.com/aml/2001/core" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:dt="uuid:C2F41010-65B3-11d1-A29F-00AA00C14882" '
    'xmlns:mine="urn:force-of-nowhere:case"'
)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{run(text, properties)}</w:p>"


def val(name: str, value: str) -> str:
    return f'<w:{name} w:val="{value}"/>'


def flat(body: str = "", *, before: str = "", after: str = "", section: str = "", attributes: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'
        f'<w:wordDocument {NAMESPACES} {attributes} xml:space="preserve">{before}<w:body><wx:sect><w:p>{run(VISIBLE)}</w:p>'
        f"{body}<w:sectPr>{section}</w:sectPr></wx:sect></w:body>{after}</w:wordDocument>"
    ).encode()


def picture(data: bytes, name: str = "wordml://01.png") -> str:
    shape = f'<v:shape style="width:30pt;height:30pt"><v:imagedata src="{name}"/></v:shape>'
    held = base64.b64encode(data).decode()
    return f'<w:p><w:r><w:pict><w:binData w:name="wordml://01.png">{held}</w:binData>{shape}</w:pict></w:r></w:p>'


def annotated(kind: str, inner: str, by: str = "a", more: str = "") -> str:
    content = f"<aml:content>{inner}</aml:content>" if inner else ""
    return f'<aml:annotation aml:id="1" w:type="{kind}" aml:author="{by}" aml:createdate="2024-01-01T00:00:00Z" {more}>{content}</aml:annotation>'


RUN, MORE = run("more"), p("more")
STORE = base64.b64encode(b"VBA \x00" + TOKEN.encode() + b"\x00 end").decode()
PLANTED = {
    "deleted text": (
        "D.tracked_del",
        flat(f"<w:p>{annotated('Word.Deletion', f'<w:r><w:delText>{TOKEN}</w:delText></w:r>')}</w:p>"),
    ),
    "who inserted": ("D.tracked_ins", flat(f"<w:p>{annotated('Word.Insertion', run('more'), TOKEN)}</w:p>")),
    "who deleted the mark of a paragraph": (
        "D.tracked_del",
        flat(f"<w:p><w:pPr><w:rPr>{annotated('Word.Deletion', '', TOKEN)}</w:rPr></w:pPr>{RUN}</w:p>"),
    ),
    "who changed the format": (
        "D.tracked_fmtchange",
        flat(
            f"<w:p><w:r><w:rPr>{annotated('Word.Formatting', '<w:rPr/>', TOKEN)}</w:rPr><w:t>more</w:t></w:r></w:p>"
        ),
    ),
    "comment": ("D.comments", flat(f"<w:p>{RUN}<w:r>{annotated('Word.Comment', p(TOKEN))}</w:r></w:p>")),
    "who commented": ("D.comments", flat(f"<w:p><w:r>{annotated('Word.Comment', p('note'), TOKEN)}</w:r></w:p>")),
    "initials of who commented": (
        "D.comments",
        flat(f"<w:p><w:r>{annotated('Word.Comment', p('note'), 'a', f'w:initials={QUOTE}{TOKEN}{QUOTE}')}</w:r></w:p>"),
    ),
    "bookmark": (
        "D.bookmark",
        flat(f"<w:p>{annotated('Word.Bookmark.Start', '', more=f'w:name={QUOTE}{TOKEN}{QUOTE}')}{run('m')}</w:p>"),
    ),
    "hidden text": ("D.vanish_text", flat(f"<w:p>{run(TOKEN, '<w:vanish/>')}</w:p>")),
    "text hidden by its style": (
        "D.vanish_text",
        flat(
            f"<w:p>{run(TOKEN, val('rStyle', 'H'))}</w:p>",
            before='<w:styles><w:style w:type="character" w:styleId="H"><w:name w:val="Hidden"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>',
        ),
    ),
    "hidden beside the properties of a run": (
        "D.vanish_text",
        flat(f"<w:p><w:r><w:vanish/><w:t>{TOKEN}</w:t></w:r></w:p>"),
    ),
    "white text": ("D.white_text", flat(p(TOKEN, val("color", "FFFFFF")))),
    "text in a black mark": (
        "D.fake_redaction",
        flat(p(TOKEN, val("highlight", "black"))),
    ),
    "text in a dark mark, spelt the old way": (
        "D.fake_redaction",
        flat(p(TOKEN, val("highlight", "dark-blue"))),
    ),
    "row of no height": (
        "D.tiny_row",
        flat(
            f'<w:tbl><w:tr><w:tc>{MORE}</w:tc></w:tr><w:tr><w:trPr><w:trHeight w:val="1" w:h-rule="exact"/></w:trPr><w:tc>{p(TOKEN)}</w:tc></w:tr></w:tbl>'
        ),
    ),
    "text under a merge": (
        "D.under_merge",
        flat(
            f'<w:tbl><w:tr><w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr>{MORE}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr>{p(TOKEN)}</w:tc></w:tr></w:tbl>'
        ),
    ),
    "header of first pages that are like the others": (
        "D.header_footer",
        flat(section=f'<w:hdr w:type="first">{p(TOKEN)}</w:hdr>'),
    ),
    "code of a field": (
        "D.field_link",
        flat(
            f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLUDETEXT "C:\\{TOKEN}\\a.doc" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{RUN}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        ),
    ),
    "address of a link": ("O.external_rel", flat(f'<w:p><w:hlink w:dest="http://{TOKEN}.example/">{RUN}</w:hlink></w:p>')),
    "tip of a link": ("D.hyperlink", flat(f'<w:p><w:hlink w:screenTip="{TOKEN}" w:bookmark="a">{RUN}</w:hlink></w:p>')),
    "author": ("O.core_props", flat(before=f"<o:DocumentProperties><o:Author>{TOKEN}</o:Author></o:DocumentProperties>")),
    "property that somebody added": (
        "O.custom_props",
        flat(before=f'<o:CustomDocumentProperties><o:CaseRef dt:dt="string">{TOKEN}</o:CaseRef></o:CustomDocumentProperties>'),
    ),
    "variable": (
        "D.docvars",
        flat(before=f'<w:docPr><w:docVars><w:docVar w:name="a" w:val="{TOKEN}"/></w:docVars></w:docPr>'),
    ),
    "template": ("D.attached_template", flat(before=f'<w:docPr><w:attachedTemplate w:val="C:\\{TOKEN}.dot"/></w:docPr>')),
    "mail merge": (
        "D.mailmerge",
        flat(before=f'<w:docPr><w:mailMerge><w:query w:val="SELECT {TOKEN}"/></w:mailMerge></w:docPr>'),
    ),
    "macros": ("O.vba", flat(before=f'<w:docSuppData><w:binData w:name="editdata.mso">{STORE}</w:binData></w:docSuppData>')),
    "store of objects": (
        "O.embedding",
        flat(before=f'<w:docOleData><w:binData w:name="oledata.mso">{STORE}</w:binData></w:docOleData>'),
    ),
    "smart tag": (
        "D.settings",
        flat(before=f'<o:SmartTagType o:namespaceuri="urn:x" o:name="{TOKEN}"/>'),
    ),
    "markup of a schema of one’s own": (
        "D.custom_markup",
        flat(f'<mine:victim mine:surname="{TOKEN}">{MORE}</mine:victim>'),
    ),
    "remark in a picture": ("O.image_meta", flat(picture(png(TOKEN)))),
    "picture that is not shown": ("O.image_unused", flat(picture(png(TOKEN), "wordml://02.png"))),
    "description of a picture": (
        "O.alt_text",
        flat(f'<w:p><w:r><w:pict><v:shape alt="{TOKEN}" style="width:3pt;height:3pt"/></w:pict></w:r></w:p>'),
    ),
    "hint for other programs": (
        "O.unread_attribute",
        flat(f'<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="9"/><wx:t wx:val="1." wx:odd="{TOKEN}"/></w:listPr></w:pPr>{RUN}</w:p>'),
    ),
    "attribute of the root": ("O.unread_attribute", flat(attributes=f'w:odd="{TOKEN}"')),
    "remark in the markup": ("O.markup_comment", flat(f"<!--{TOKEN}-->")),
    "text between elements": ("D.unread_text", flat(f"<w:tbl>{TOKEN}<w:tr><w:tc>{MORE}</w:tc></w:tr></w:tbl>")),
    "text around a section": ("D.unread_text", flat(f"<wx:sub-section>{TOKEN}{MORE}</wx:sub-section>")),
    "name of a style": (
        "O.unread_attribute",
        flat(before=f'<w:styles><w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/><wx:uiName wx:odd="{TOKEN}"/></w:style></w:styles>'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", PLANTED)
def test_what_is_planted_is_found_and_gone_after_the_rebuild(place: str) -> None:
    code, data = PLANTED[place]
    report = inside.inspect(data, "planted.xml", Limits())
    assert report.kind == "wordml"
    assert code in {finding.code for finding in report.findings}, report
    assert report.classified == 1.0, report.reason
    assert not any(TOKEN in finding.evidence for finding in report.findings), "evidence is masked"
    rebuilt = inside.rebuild(data, "planted.xml", Limits(), "test")
    assert rebuilt.proof.holds, rebuilt.proof.failures
    for output in rebuilt.rebuilt.outputs:
        assert not any(TOKEN.lower().encode() in content.lower() for content in inflated(output.data))
    assert VISIBLE in " ".join(rebuilt.rebuilt.visible.texts())


@pytest.mark.parametrize(
    "data",
    [
        flat("<w:nobodyKnows>words</w:nobodyKnows>"),
        flat(after="<w:frameset/>"),
        flat(before="<w:divs>words</w:divs>"),
        flat(f"<w:p>{annotated('Word.Nothing', run('words'))}</w:p>"),
        flat("<w:p><w:r><w:scriptAnchor><w:scriptText>words</w:scriptText></w:scriptAnchor></w:r></w:p>"),
        flat("<w:p><wx:unheard>words</wx:unheard></w:p>"),
    ],
    ids=["element", "child of the root", "words where none belong", "annotation", "script", "hint"],
)
def test_what_nobody_knows_blocks(data: bytes) -> None:
    report = inside.inspect(data, "odd.xml", Limits())
    assert report.status is Status.BLOCKED
    assert report.classified < 1.0


def test_a_picture_that_cannot_be_decoded_is_damage() -> None:
    data = flat("<w:p><w:r><w:pict><w:binData w:name='wordml://1'>not base 64!</w:binData></w:pict></w:r></w:p>")
    with pytest.raises(Blocked, match="damaged"):
        inside.rebuild(data, "odd.xml", Limits(), "test")


def test_a_plain_document_is_clean_and_shows_what_a_reader_sees() -> None:
    lists = (
        '<w:lists><w:listDef w:listDefId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="4"/><w:lvlText w:val="%1)"/></w:lvl></w:listDef>'
        '<w:list w:ilfo="1"><w:ilst w:val="0"/></w:list></w:lists>'
    )
    item = '<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="a)"/></w:listPr></w:pPr><w:r><w:t>item</w:t></w:r></w:p>'
    note = f"<w:p>{run('noted')}<w:r><w:footnote><w:p>{run(' the note')}</w:p></w:footnote></w:r></w:p>"
    cells = "".join(f"<w:tc><w:p>{run(text)}</w:p></w:tc>" for text in ("one", "two"))
    header = '<w:hdr w:type="odd">' + p("Above") + "</w:hdr>"
    data = flat(
        item + item + note + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>" + picture(png()), before=lists, section=header
    )
    assert inside.inspect(data, "plain.xml", Limits()).status is Status.CLEAN
    rebuilt = inside.rebuild(data, "plain.xml", Limits(), "test")
    assert isinstance(rebuilt.original, Document)
    blocks = rebuilt.original.blocks
    assert [block for block in blocks if isinstance(block, Paragraph)] == [
        Paragraph("Above"),
        Paragraph(VISIBLE),
        Paragraph("item", 0, "a)"),
        Paragraph("item", 0, "b)"),
        Paragraph("noted[1]"),
        Paragraph("[1] the note"),
    ]
    assert Table((("one", "two"),)) in blocks
    assert any(isinstance(block, Picture) for block in blocks)
    assert [output.kind for output in rebuilt.rebuilt.outputs] == ["docx", "pdf"]


def test_it_is_known_by_its_root_whatever_the_prefix_and_the_name() -> None:
    assert recognise(flat()) is Kind.WORDML
    assert recognise(flat().replace(b"w:", b"word:").replace(b"xmlns:w=", b"xmlns:word=")) is Kind.WORDML
    assert "G.wrong_extension" in {finding.code for finding in inside.inspect(flat(), "a.doc", Limits()).findings}
    with pytest.raises(Blocked, match="is XML"):
        recognise(b'<?xml version="1.0"?><wordDocument xmlns="urn:other"><a/></wordDocument>')
