"""The bare Word document that a letter is written into: page, language, styles, footer; no trace of the template."""

from __future__ import annotations

from typing import cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import BaseStyle, CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph

FACTS = "Facts"
NOTES = "TableNotes"
TABLE_TEXT = "TableText"
SENDER = "Sender"
SENDER_NAME = "SenderName"
HYPERLINK = "Hyperlink"

_FONT = "Arial"
_INK = RGBColor(0x1D, 0x35, 0x57)
_HEADINGS = {1: 18, 2: 14, 3: 12, 4: 11, 5: 11, 6: 11}
_APPLICATION = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Candour</Application></Properties>"
)
_UNWANTED_PARTS = ("/docProps/thumbnail.jpeg", "/customXml/item1.xml", "/word/stylesWithEffects.xml")
_UNWANTED_SETTINGS = ("w:rsids", "w:savePreviewPicture", "w14:docId")


def prepare(document: Document, reference: str) -> None:
    """Make python-docx's default document an empty A4 letter in British English."""
    _drop_template_parts(document)
    _language(document)
    _styles(document)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)
    footer = page.footer.paragraphs[0]
    footer.paragraph_format.tab_stops.clear_all()
    footer.add_run(f"{reference}    Page " if reference else "Page ")
    _field(footer, "PAGE")
    footer.add_run(" of ")
    _field(footer, "NUMPAGES")


def add(document: Document, text: str, style: str = "") -> Paragraph:
    """A paragraph at the end, in the style of that id (to look a style up by its name takes python-docx long)."""
    paragraph = document.add_paragraph()
    if style:
        paragraph._p.style = style
    if text:
        paragraph.add_run(text)
    return paragraph


def element(name: str, **values: str) -> BaseOxmlElement:
    """An element of WordprocessingML with its `w:` attributes."""
    made = cast("BaseOxmlElement", OxmlElement(name))
    for key, value in values.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _drop_template_parts(document: Document) -> None:
    package = document.part.package
    for relations in (package.rels, document.part.rels):
        for key in [key for key, found in relations.items() if _part_name(found.target_part) in _UNWANTED_PARTS]:
            del relations[key]
    for part in package.iter_parts():
        if _part_name(part) == "/docProps/app.xml":
            part._blob = _APPLICATION
    settings = document.settings.element
    for name in _UNWANTED_SETTINGS:
        for found in settings.findall(name if ":" not in name else _qualified(name)):
            settings.remove(found)
    for zoom in settings.findall(qn("w:zoom")):
        zoom.attrib.clear()
        zoom.set(qn("w:percent"), "100")


def _part_name(part: Part) -> str:
    return str(part.partname)


def _qualified(name: str) -> str:
    if name.startswith("w14:"):
        return "{http://schemas.microsoft.com/office/word/2010/wordml}" + name.removeprefix("w14:")
    return qn(name)


def _language(document: Document) -> None:
    british = {"val": "en-GB", "eastAsia": "en-GB"}
    for marks in (*document.styles.element.iter(qn("w:lang")), *document.settings.element.iter(qn("w:themeFontLang"))):
        for key, value in british.items():
            marks.set(qn(f"w:{key}"), value)


def _styles(document: Document) -> None:
    styles = document.styles
    body = _paragraph_style(styles["Normal"], 11)
    body.paragraph_format.space_after = Pt(8)
    body.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    body.paragraph_format.line_spacing = 1.15
    for level, size in _HEADINGS.items():
        heading = _paragraph_style(styles[f"Heading {level}"], size, ink=_INK)
        heading.font.bold, heading.font.italic = True, False
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(size), Pt(6)
        heading.paragraph_format.keep_with_next = True
    caption = _paragraph_style(styles["Caption"], 11, ink=RGBColor(0, 0, 0))
    caption.font.bold = True
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(8)
    quote = _paragraph_style(styles["Quote"], 11, ink=RGBColor(0, 0, 0))
    quote.font.italic = False
    quote.paragraph_format.left_indent = Mm(6)
    _rule_at_left(quote)
    facts = _added(document, FACTS, 11)
    facts.paragraph_format.left_indent, facts.paragraph_format.first_line_indent = Mm(50), Mm(-50)
    facts.paragraph_format.tab_stops.add_tab_stop(Mm(50))
    facts.paragraph_format.space_after = Pt(3)
    _added(document, NOTES, 10).paragraph_format.space_before = Pt(4)
    _added(document, TABLE_TEXT, 10).paragraph_format.space_after = Pt(2)
    _added(document, SENDER, 11).paragraph_format.space_after = Pt(0)
    name = _added(document, SENDER_NAME, 16)
    name.font.bold, name.font.color.rgb = True, _INK
    name.paragraph_format.space_after = Pt(0)
    link = styles.add_style(HYPERLINK, WD_STYLE_TYPE.CHARACTER)
    if isinstance(link, CharacterStyle):
        link.font.underline, link.font.color.rgb = True, RGBColor(0x1D, 0x4F, 0x91)


def _added(document: Document, name: str, size: int) -> ParagraphStyle:
    style = _paragraph_style(document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), size)
    style.base_style = document.styles["Normal"]
    return style


def _paragraph_style(style: BaseStyle, size: int, ink: RGBColor | None = None) -> ParagraphStyle:
    """The style in the letter's font; without the theme's, which would win over it."""
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"style {style.name} is not a paragraph style")
    style.font.name, style.font.size = _FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), _FONT)
    if ink is not None:
        style.font.color.rgb = ink
    return style


def _rule_at_left(style: ParagraphStyle) -> None:
    borders = element("w:pBdr")
    borders.append(element("w:left", val="single", sz="18", space="8", color="8A9BB0"))
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc"
    )


def _field(paragraph: Paragraph, instruction: str) -> None:
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        if kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        else:
            text = element("w:instrText")
            text.text = instruction
            run._r.append(text)
