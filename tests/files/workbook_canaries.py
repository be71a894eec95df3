"""One function for each hiding place of a workbook: a real file with a token planted there and nowhere else."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import xlsxwriter

from files.packages import MAIN, OFFICE, RELATIONS, SHEET, WORKBOOK, Package, Writing, packed, workbook

Canary = Callable[[str], bytes]
CANARIES: dict[str, Canary] = {}
"""By the code of the catalogue; a code with several ways has them after a blank."""

_MICROSOFT = "http://schemas.microsoft.com/office"


def canary(code: str) -> Callable[[Canary], Canary]:
    def register(function: Canary) -> Canary:
        CANARIES[code] = function
        return function

    return register


def written(
    code: str,
) -> Callable[[Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet, str], None]], Canary]:
    """A place that the writer of workbooks knows how to fill."""

    def register(function: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet, str], None]) -> Canary:
        def made(token: str) -> bytes:
            return workbook(lambda book, sheet: function(book, sheet, token))

        CANARIES[code] = made
        return made

    return register


@written("X.sheet_hidden")
def _(book, sheet, token):
    other = book.add_worksheet("Other")
    other.write(0, 0, token)
    other.hide()


@written("X.sheet_veryhidden")
def _(book, sheet, token):
    other = book.add_worksheet("Other")
    other.write(0, 0, token)
    other.very_hidden()


@written("X.row_hidden")
def _(book, sheet, token):
    sheet.write(5, 0, token)
    sheet.set_row(5, None, None, {"hidden": True})


@written("X.col_hidden")
def _(book, sheet, token):
    sheet.write(1, 4, token)
    sheet.set_column(4, 4, None, None, {"hidden": True})


@written("X.row_tiny")
def _(book, sheet, token):
    sheet.write(5, 0, token)
    sheet.set_row(5, 0.75)


@canary("X.col_tiny default")
def _(token: str) -> bytes:
    package = Package(workbook(lambda book, sheet: (sheet.write(1, 30, token), sheet.set_column(0, 1, 9))[0] and None))
    return package.replace(SHEET, "<sheetFormatPr ", '<sheetFormatPr defaultColWidth="0" ').packed()


@written("X.col_tiny")
def _(book, sheet, token):
    sheet.write(1, 4, token)
    sheet.set_column(4, 4, 0.1)


@written("X.zero_height_default")
def _(book, sheet, token):
    other = book.add_worksheet("Other")
    other.write(3, 0, token)
    other.set_default_row(hide_unused_rows=True)


@written("X.filter_active")
def _(book, sheet, token):
    sheet.write(3, 0, token)
    sheet.autofilter("A1:B4")
    sheet.filter_column("A", "x == Avon")
    sheet.set_row(3, None, None, {"hidden": True})


@written("X.outline_collapsed")
def _(book, sheet, token):
    sheet.write(3, 0, token)
    sheet.set_row(3, None, None, {"level": 1, "hidden": True})
    sheet.set_row(4, None, None, {"collapsed": True})


@written("X.same_colour")
def _(book, sheet, token):
    sheet.write(5, 0, token, book.add_format({"font_color": "#FEFEFE"}))


@written("X.same_colour filled")
def _(book, sheet, token):
    sheet.write(5, 0, token, book.add_format({"font_color": "#1F3864", "bg_color": "#1F3864", "pattern": 1}))


@written("X.same_colour run")
def _(book, sheet, token):
    sheet.write_rich_string(5, 0, "Seen ", book.add_format({"font_color": "#FFFFFF"}), token)


@written("X.tiny_font")
def _(book, sheet, token):
    sheet.write(5, 0, token, book.add_format({"font_size": 1}))


@written("X.fmt_hide")
def _(book, sheet, token):
    sheet.write(5, 0, token, book.add_format({"num_format": ";;;"}))


@written("X.fmt_literal")
def _(book, sheet, token):
    sheet.write_number(5, 0, int(token[-9:], 36) % 10**9 + 10**9, book.add_format({"num_format": '"withheld"'}))
    sheet.write(6, 0, token, book.add_format({"num_format": '0;0;0;"withheld"'}))


@written("X.under_merge")
def _(book, sheet, token):
    sheet.merge_range("A6:C6", "Total")
    sheet.write(5, 1, token)


@written("X.overlay")
def _(book, sheet, token):
    sheet.write(6, 1, token)
    sheet.insert_textbox(5, 0, "Seen", {"width": 400, "height": 200, "fill": {"color": "#FFFFFF"}})


@written("X.overlay picture")
def _(book, sheet, token):
    sheet.write(6, 1, token)
    sheet.insert_image(5, 0, "cover.png", {"image_data": io.BytesIO(picture(600, 300))})


@written("X.remote_cell")
def _(book, sheet, token):
    sheet.write(9000, 0, token)


@written("X.remote_cell column")
def _(book, sheet, token):
    sheet.write(1, 700, token)


@written("X.cond_format")
def _(book, sheet, token):
    sheet.write(5, 0, token)
    hiding = book.add_format({"num_format": ";;;"})
    sheet.conditional_format("A6:A6", {"type": "no_errors", "format": hiding})


@written("X.comments")
def _(book, sheet, token):
    sheet.write_comment(1, 1, token)


@written("X.comment_authors")
def _(book, sheet, token):
    sheet.write_comment(1, 1, "Checked", {"author": token})


@written("X.defname")
def _(book, sheet, token):
    book.define_name(token, "=Figures!$A$1")


@written("X.defname_literal")
def _(book, sheet, token):
    book.define_name("Rate", f'="{token}"')


@written("X.dv_literal_list")
def _(book, sheet, token):
    sheet.data_validation("B2", {"validate": "list", "source": ["yes", token]})


@written("X.dv_prompt")
def _(book, sheet, token):
    sheet.data_validation("B2", {"validate": "any", "input_title": "Hint", "input_message": token})


@written("X.formula_literal")
def _(book, sheet, token):
    sheet.write_formula(5, 1, f'=IF(B2>5,"many","{token}")', None, "many")


@written("X.hyperlink")
def _(book, sheet, token):
    sheet.write_url(5, 0, f"https://example.test/{token}", string="Seen", tip=token)


@written("X.header_footer")
def _(book, sheet, token):
    sheet.set_header(f"&C{token}")


@written("X.textbox")
def _(book, sheet, token):
    sheet.insert_textbox(9, 4, token, {"fill": {"none": True}})


@written("O.chart_cache")
def _(book, sheet, token):
    other = book.add_worksheet("Other")
    other.write_column(0, 0, ["a", token])
    other.write_column(0, 1, [1, 2])
    other.hide()
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=Other!$A$1:$A$2", "values": "=Other!$B$1:$B$2"})
    sheet.insert_chart("E9", chart)


@written("O.core_props")
def _(book, sheet, token):
    book.set_properties({"author": token})


@written("O.app_props")
def _(book, sheet, token):
    book.set_properties({"company": token})


@written("O.custom_props")
def _(book, sheet, token):
    book.set_custom_property("Case", token)


@written("O.alt_text")
def _(book, sheet, token):
    sheet.insert_image(9, 4, "p.png", {"image_data": io.BytesIO(picture(20, 20)), "description": token})


@written("O.image_meta")
def _(book, sheet, token):
    sheet.insert_image(9, 4, "p.png", {"image_data": io.BytesIO(picture(20, 20, token))})


@written("O.vba")
def _(book, sheet, token):
    book.add_vba_project(io.BytesIO(b"\xd0\xcf\x11\xe0" + token.encode() * 3), is_stream=True)


def changed(code: str, part: str, old: str, new: str, write: Writing | None = None) -> None:
    """A place that one change of one part fills; `TOKEN` stands for the token."""
    CANARIES[code] = lambda token: Package(workbook(write)).replace(part, old, new.replace("TOKEN", token)).packed()


_END = "</worksheet>"
_ROWS = "</sheetData>"
changed(
    "X.scenario",
    SHEET,
    _ROWS,
    _ROWS + '<scenarios><scenario name="s" user="TOKEN"><inputCells r="B2" val="TOKEN"/></scenario></scenarios>',
)
changed(
    "X.custom_sheet_view",
    SHEET,
    _ROWS,
    _ROWS
    + '<customSheetViews><customSheetView guid="{0}"><autoFilter ref="A1"><filterColumn colId="0"><filters><filter val="TOKEN"/></filters></filterColumn></autoFilter></customSheetView></customSheetViews>',
)
changed(
    "X.consolidation",
    SHEET,
    _ROWS,
    _ROWS + '<dataConsolidate><dataRefs><dataRef ref="A1" sheet="TOKEN"/></dataRefs></dataConsolidate>',
)
changed("X.header_footer_unused", SHEET, _END, "<headerFooter><evenHeader>TOKEN</evenHeader></headerFooter>" + _END)
changed(
    "X.web_publish",
    SHEET,
    _END,
    '<webPublishItems><webPublishItem id="1" divId="d" sourceType="sheet" destinationFile="TOKEN"/></webPublishItems>'
    + _END,
)
changed(
    "X.sheet_trace",
    SHEET,
    _END,
    '<smartTags><cellSmartTags r="A1"><cellSmartTag type="0"><cellSmartTagPr key="k" val="TOKEN"/></cellSmartTag></cellSmartTags></smartTags>'
    + _END,
)
changed(
    "X.extension",
    SHEET,
    _END,
    '<extLst><ext uri="{1}"><x14:note xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">TOKEN</x14:note></ext></extLst>'
    + _END,
)
changed("O.markup_comment", SHEET, _END, "<!--TOKEN-->" + _END)
changed("O.markup_comment styles", "xl/styles.xml", "<fonts", "<!--TOKEN--><fonts")
changed("O.markup_comment types", "[Content_Types].xml", "</Types>", "<!--TOKEN--></Types>")
changed(
    "O.markup_comment relations", "xl/_rels/workbook.xml.rels", "</Relationships>", "<?note TOKEN?></Relationships>"
)
changed("O.markup_comment loose", SHEET, "<sheetData>", "<sheetData>TOKEN")
changed("X.extension attribute", SHEET, '<c r="B2">', '<c r="B2" note="TOKEN">')
changed("X.style_name", "xl/styles.xml", 'name="Normal"', 'name="TOKEN"')
changed("X.code_name", SHEET, "<dimension", '<sheetPr codeName="TOKEN"/><dimension')
changed(
    "X.abspath",
    WORKBOOK,
    "<bookViews>",
    '<mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="x15"><x15ac:absPath xmlns:x15ac="a" url="C:\\Users\\TOKEN\\"/></mc:Choice></mc:AlternateContent><bookViews>',
)
changed("X.file_sharing", WORKBOOK, "<workbookPr", '<fileSharing userName="TOKEN"/><workbookPr')
changed(
    "X.custom_view",
    WORKBOOK,
    "</workbook>",
    '<customWorkbookViews><customWorkbookView name="TOKEN" guid="{0}" windowWidth="1" windowHeight="1" activeSheetId="1"/></customWorkbookViews></workbook>',
)
changed(
    "X.defname_hidden",
    WORKBOOK,
    "</sheets>",
    '</sheets><definedNames><definedName name="TOKEN" hidden="1">Figures!$A$1</definedName></definedNames>',
)
changed(
    "X.defname_ref",
    WORKBOOK,
    "</sheets>",
    '</sheets><definedNames><definedName name="TOKEN">Figures!#REF!</definedName></definedNames>',
)
changed(
    "X.defname_external",
    WORKBOOK,
    "</sheets>",
    "</sheets><definedNames><definedName name=\"n\">'[1]TOKEN'!$A$1</definedName></definedNames>",
)
changed("X.sst_orphan", "xl/sharedStrings.xml", "</sst>", "<si><t>TOKEN</t></si></sst>")
changed("X.phonetic", "xl/sharedStrings.xml", "<t>Avon</t>", '<t>Avon</t><rPh sb="0" eb="1"><t>TOKEN</t></rPh>')
changed(
    "X.stale_titles",
    "docProps/app.xml",
    "<vt:lpstr>Figures</vt:lpstr>",
    "<vt:lpstr>Figures</vt:lpstr><vt:lpstr>TOKEN</vt:lpstr>",
)
changed("X.formula_external", SHEET, "<v>12</v>", "<f>'\\\\server\\[TOKEN.xlsx]S'!A1</f><v>12</v>")


@canary("X.frozen_away")
def _(token: str) -> bytes:
    package = Package(workbook(lambda book, sheet: (sheet.write(40, 0, "Avon"), sheet.write(5, 0, token))[0] and None))
    package.replace(SHEET, "<sheetView ", '<sheetView topLeftCell="A20" ')
    pane = 'workbookViewId="0"><pane ySplit="1" topLeftCell="A30" state="frozen"/></sheetView>'
    return package.replace(SHEET, 'workbookViewId="0"/>', pane).packed()


@canary("X.tabs_hidden")
def _(token: str) -> bytes:
    package = Package(workbook(lambda book, sheet: book.add_worksheet("Other").write(0, 0, token) and None))
    return package.replace(WORKBOOK, "<workbookView ", '<workbookView showSheetTabs="0" ').packed()


@canary("X.fmt_cond")
def _(token: str) -> bytes:
    package = Package(workbook())
    package.replace(
        "xl/styles.xml",
        "<fonts",
        '<numFmts count="1"><numFmt numFmtId="200" formatCode="[&gt;1000]&quot;many&quot;;0"/></numFmts><fonts',
    )
    package.replace(
        "xl/styles.xml",
        "</cellXfs>",
        '<xf numFmtId="200" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>',
    )
    number = zlib.crc32(token.encode()) + 10**9
    package.replace(SHEET, '<c r="B2"><v>12</v></c>', f'<c r="B2" s="1"><v>{number}</v></c>')
    return package.packed()


def part(
    code: str, name: str, content: str, kind: str, *, source: str = WORKBOOK, address: str = OFFICE, declared: str = ""
) -> None:
    """A place that is a part of its own; `TOKEN` stands for the token."""

    def made(token: str) -> bytes:
        package = Package(workbook())
        package.add(name, content.replace("TOKEN", token), kind, source=source, address=address, declared=declared)
        return package.packed()

    CANARIES[code] = made


part(
    "X.pivot_shared_items",
    "pivotCache/definition.xml",
    f'<pivotCacheDefinition {MAIN}><cacheFields count="1"><cacheField name="Who"><sharedItems><s v="TOKEN"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>',
    "pivotCacheDefinition",
)
part(
    "X.pivot_refreshed_by",
    "pivotCache/definition.xml",
    f'<pivotCacheDefinition {MAIN} refreshedBy="TOKEN"/>',
    "pivotCacheDefinition",
)
part(
    "X.pivot_source",
    "pivotCache/definition.xml",
    f'<pivotCacheDefinition {MAIN}><cacheSource type="worksheet"><worksheetSource ref="A1" sheet="TOKEN"/></cacheSource></pivotCacheDefinition>',
    "pivotCacheDefinition",
)
part(
    "X.pivot_hidden_items",
    "xl/pivotTables/p.xml",
    f'<pivotTableDefinition {MAIN} name="p"><pivotFields><pivotField><items><item n="TOKEN" h="1"/></items></pivotField></pivotFields></pivotTableDefinition>',
    "pivotTable",
    source=SHEET,
)
part(
    "X.slicer_cache",
    "xl/slicerCaches/s.xml",
    '<slicerCacheDefinition xmlns="m" name="s"><data><tabular><items><i x="0" n="TOKEN"/></items></tabular></data></slicerCacheDefinition>',
    "slicerCache",
    address=f"{_MICROSOFT}/2007/relationships",
)
part(
    "X.timeline_cache",
    "xl/timelineCaches/t.xml",
    '<timelineCacheDefinition xmlns="m" name="TOKEN" sourceName="d"/>',
    "timelineCache",
    address=f"{_MICROSOFT}/2011/relationships",
)
part(
    "X.data_model",
    "xl/model/item.data",
    "STREAM_STORAGE_SIGNATURE_)!@#$%^&*( TOKEN",
    "powerPivotData",
    declared="application/vnd.openxmlformats-officedocument.model+data",
)
part(
    "X.connection",
    "xl/connections.xml",
    f'<connections {MAIN}><connection id="1" name="c"><dbPr connection="Server=TOKEN"/></connection></connections>',
    "connections",
)
part(
    "X.query_table",
    "xl/queryTables/q.xml",
    f'<queryTable {MAIN} name="TOKEN" connectionId="1"/>',
    "queryTable",
    source=SHEET,
)
part(
    "X.external_cache",
    "xl/externalLinks/e.xml",
    f'<externalLink {MAIN}><externalBook><sheetNames><sheetName val="S"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1" t="str"><v>TOKEN</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>',
    "externalLink",
)
part(
    "X.external_link",
    "xl/externalLinks/e.xml",
    f'<externalLink {MAIN}><externalBook><sheetNames><sheetName val="TOKEN"/></sheetNames></externalBook></externalLink>',
    "externalLink",
)
part(
    "X.dde_link",
    "xl/externalLinks/e.xml",
    f'<externalLink {MAIN}><ddeLink ddeService="x" ddeTopic="y"><ddeItems><ddeItem name="n"><values><value t="str"><val>TOKEN</val></value></values></ddeItem></ddeItems></ddeLink></externalLink>',
    "externalLink",
)
part(
    "X.ole_link",
    "xl/externalLinks/e.xml",
    f'<externalLink {MAIN}><oleLink progId="x"><oleItems><oleItem name="TOKEN"/></oleItems></oleLink></externalLink>',
    "externalLink",
)
part(
    "X.threaded_comments",
    "xl/threadedComments/t.xml",
    '<ThreadedComments xmlns="m"><threadedComment ref="A1" done="1"><text>TOKEN</text></threadedComment></ThreadedComments>',
    "threadedComment",
    source=SHEET,
    address=f"{_MICROSOFT}/2017/10/relationships",
)
part(
    "X.persons",
    "xl/persons/p.xml",
    '<personList xmlns="m"><person displayName="TOKEN" userId="TOKEN"/></personList>',
    "person",
    address=f"{_MICROSOFT}/2017/10/relationships",
)
part(
    "X.revisions",
    "xl/revisions/log.xml",
    f'<revisions {MAIN}><rcc rId="1" sId="1"><oc r="A1" t="inlineStr"><is><t>TOKEN</t></is></oc></rcc></revisions>',
    "revisionLog",
)
part(
    "X.volatile",
    "xl/volatileDependencies.xml",
    f'<volTypes {MAIN}><volType type="realTimeData"><main first="f"><tp t="s"><v>TOKEN</v></tp></main></volType></volTypes>',
    "volatileDependencies",
)
part(
    "X.custom_sheet_prop",
    "xl/customProperty1.bin",
    "TOKEN",
    "customProperty",
    source=SHEET,
    declared="application/vnd.openxmlformats-officedocument.spreadsheetml.customProperty",
)
part("X.xml_map", "xl/xmlMaps.xml", f'<MapInfo {MAIN}><Schema ID="1"/><Map ID="1" Name="TOKEN"/></MapInfo>', "xmlMaps")
part(
    "X.named_view",
    "xl/namedSheetViews/n.xml",
    '<namedSheetViews xmlns="m"><namedSheetView name="TOKEN"><nsvFilter/></namedSheetView></namedSheetViews>',
    "namedSheetView",
    source=SHEET,
    address=f"{_MICROSOFT}/2019/04/relationships",
)
part(
    "X.richdata",
    "xl/richData/rdrichvalue.xml",
    '<rvData xmlns="m"><rv><v>TOKEN</v></rv></rvData>',
    "rdRichValue",
    address=f"{_MICROSOFT}/2017/06/relationships",
)
part(
    "X.metadata",
    "xl/metadata.xml",
    f'<metadata {MAIN}><metadataStrings><s v="TOKEN"/></metadataStrings></metadata>',
    "sheetMetadata",
)
part(
    "X.table",
    "xl/tables/t.xml",
    f'<table {MAIN} id="1" name="t" displayName="t" ref="A1:B3" comment="TOKEN"><tableColumns count="2"><tableColumn id="1" name="Force"/><tableColumn id="2" name="Count"/></tableColumns></table>',
    "table",
    source=SHEET,
)
part(
    "X.sheet_unlisted",
    "xl/worksheets/left.xml",
    f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>TOKEN</t></is></c></row></sheetData></worksheet>',
    "worksheet",
)
part(
    "X.vml_text",
    "xl/drawings/v.vml",
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><div>TOKEN</div></v:textbox></v:shape></xml>',
    "vmlDrawing",
    source=SHEET,
)
part(
    "O.hidden_vml_shape",
    "xl/drawings/v.vml",
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape style="visibility:hidden"><v:textbox><div>TOKEN</div></v:textbox></v:shape></xml>',
    "vmlDrawing",
    source=SHEET,
)
part(
    "O.thumbnail",
    "docProps/thumbnail.jpeg",
    "\xff TOKEN",
    "metadata/thumbnail",
    source="",
    address="http://schemas.openxmlformats.org/package/2006/relationships",
)
part("O.custom_xml", "customXml/item1.xml", "<case>TOKEN</case>", "customXml")
part(
    "O.mip_label",
    "docMetadata/LabelInfo.xml",
    '<labelList xmlns="m"><label id="TOKEN"/></labelList>',
    "classificationlabels",
    source="",
    address=f"{_MICROSOFT}/2020/02/relationships",
)
part(
    "O.webextension",
    "xl/webextensions/w.xml",
    '<webextension xmlns="m"><property name="p" value="TOKEN"/></webextension>',
    "webextension",
    address=f"{_MICROSOFT}/2011/relationships",
)
part(
    "O.activex_ctrl",
    "xl/activeX/a.xml",
    '<ocx xmlns="m"><ocxPr name="Caption" value="TOKEN"/></ocx>',
    "control",
    source=SHEET,
)
part("O.printer_settings", "xl/printerSettings/p.bin", "TOKEN", "printerSettings", source=SHEET)
part(
    "O.customizations",
    "customUI/customUI.xml",
    '<customUI xmlns="m"><button label="TOKEN"/></customUI>',
    "extensibility",
    source="",
    address=f"{_MICROSOFT}/2006/relationships/ui",
)
part("O.media", "xl/media/sound.wav", "RIFF TOKEN", "audio", source=SHEET)
part(
    "O.smartart_data",
    "xl/diagrams/data1.xml",
    '<dgm:dataModel xmlns:dgm="d"><dgm:t>TOKEN</dgm:t></dgm:dataModel>',
    "diagramData",
    source=SHEET,
)
part(
    "O.vector_image",
    "xl/media/image9.svg",
    "<svg><text>TOKEN</text></svg>",
    "image",
    source=SHEET,
    declared="image/svg+xml",
)
part("O.ink", "xl/ink/ink1.xml", "<ink><annotation>TOKEN</annotation></ink>", "customInk", source=SHEET)


@canary("X.pivot_records")
def _(token: str) -> bytes:
    package = Package(workbook())
    definition = f'<pivotCacheDefinition {MAIN} {RELATIONS} r:id="planted0"><cacheFields><cacheField name="Who"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>'
    package.add("pivotCache/definition.xml", definition, "pivotCacheDefinition")
    records = f'<pivotCacheRecords {MAIN} count="1"><r><s v="{token}"/></r></pivotCacheRecords>'
    package.add("pivotCache/records.xml", records, "pivotCacheRecords", source="pivotCache/definition.xml")
    return package.packed()


@canary("X.datamashup")
def _(token: str) -> bytes:
    queries = packed({"Formulas/Section1.m": f'section Section1; shared q = "{token}";'.encode()})
    body = base64.b64encode(struct.pack("<II", 0, len(queries)) + queries + b"\0" * 200).decode()
    package = Package(workbook())
    text = f'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{body}</DataMashup>'
    package.add("customXml/item1.xml", b"\xff\xfe" + text.encode("utf-16-le"), "customXml")
    return package.packed()


@canary("O.embedding")
def _(token: str) -> bytes:
    inner = workbook(lambda book, sheet: sheet.write(8, 0, token))
    package = Package(workbook())
    package.add("xl/embeddings/b.xlsx", inner, "package", source=SHEET)
    return package.packed()


@canary("O.chart_embedded_wb")
def _(token: str) -> bytes:
    inner = workbook(lambda book, sheet: sheet.write(8, 0, token))
    package = Package(workbook())
    chart = '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>'
    kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    package.add("xl/charts/c.xml", chart, "chart", source=SHEET, declared=kind)
    package.add("xl/embeddings/b.xlsx", inner, "package", source="xl/charts/c.xml")
    return package.packed()


@canary("O.external_rel")
def _(token: str) -> bytes:
    package = Package(workbook())
    package.relate(SHEET, "hyperlink", f"file:///C:/{token}.doc", external=True)
    return package.packed()


@canary("O.orphan_part")
def _(token: str) -> bytes:
    package = Package(workbook())
    package.parts["xl/left.xml"] = f"<left>{token}</left>".encode()
    return package.packed()


@canary("O.hidden_shape")
def _(token: str) -> bytes:
    package = Package(workbook(lambda book, sheet: sheet.insert_textbox(9, 4, token, {"fill": {"none": True}})))
    text = package.parts["xl/drawings/drawing1.xml"].decode()
    package.parts["xl/drawings/drawing1.xml"] = text.replace("<xdr:cNvPr ", '<xdr:cNvPr hidden="1" ', 1).encode()
    return package.packed()


@canary("O.cropped_image")
def _(token: str) -> bytes:
    package = Package(
        workbook(
            lambda book, sheet: sheet.insert_image(9, 4, "p.png", {"image_data": io.BytesIO(picture(20, 20, token))})
        )
    )
    return package.replace("xl/drawings/drawing1.xml", "<a:stretch>", '<a:srcRect l="40000"/><a:stretch>').packed()


@canary("Z.comment")
def _(token: str) -> bytes:
    buffer = io.BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = token.encode()
    return buffer.getvalue()


@canary("Z.trailing")
def _(token: str) -> bytes:
    return workbook() + token.encode()


@canary("Z.trailing before")
def _(token: str) -> bytes:
    return token.encode() + workbook()


@canary("Z.extra_fields")
def _(token: str) -> bytes:
    parts = Package(workbook()).parts
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.extra = struct.pack("<HH", 0x7875, len(token)) + token.encode()
            archive.writestr(info, content)
    return buffer.getvalue()


def picture(width: int, height: int, text: str = "") -> bytes:
    """A grey picture in PNG, with a text chunk where one is given."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    chunks = [chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))]
    if text:
        chunks.append(chunk(b"tEXt", b"Comment\0" + text.encode()))
    chunks += [chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
