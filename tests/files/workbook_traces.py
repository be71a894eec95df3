# ruff: noqa: E501  markup is planted in one piece, as it stands in a file
"""Hiding places of a workbook that hold no words of their own, or that only a whole package can have."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from files.packages import MAIN, RELATIONS, SHEET, WORKBOOK, Package, workbook
from files.workbook_canaries import picture

_ROWS = "</sheetData>"
_END = "</worksheet>"


def changed(part: str, old: str, new: str) -> Callable[[str], bytes]:
    return lambda token: Package(workbook()).replace(part, old, new.replace("TOKEN", token)).packed()


def _broken(token: str) -> bytes:
    return Package(workbook()).replace(SHEET, "<v>12</v>", f"<f>#REF!+LEN({token})</f><v>12</v>").packed()


def _sparkline(token: str) -> bytes:
    spark = (
        '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:sparklineGroups '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline>'
        f"<xm:f>{token}!A1:B2</xm:f><xm:sqref>C2</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
        "</x14:sparklineGroups></ext></extLst>"
    )
    return Package(workbook()).replace(SHEET, _END, spark + _END).packed()


def _macro_sheet(token: str) -> bytes:
    package = Package(workbook())
    sheet = (
        f'<macrosheet {MAIN}><sheetData><row r="1"><c r="A1" t="str"><v>{token}</v></c></row></sheetData></macrosheet>'
    )
    address = "http://schemas.microsoft.com/office/2006/relationships"
    arrow = package.add("xl/macrosheets/m.xml", sheet, "xlMacrosheet", address=address)
    return package.replace(WORKBOOK, "</sheets>", f'<sheet name="M" sheetId="9" r:id="{arrow}"/></sheets>').packed()


def _object(token: str) -> bytes:
    package = Package(workbook())
    arrow = package.add("xl/embeddings/o.bin", token, "oleObject", source=SHEET)
    objects = f'<oleObjects {RELATIONS}><oleObject progId="Word.Document.12" shapeId="1" r:id="{arrow}"/></oleObjects>'
    return package.replace(SHEET, _END, objects + _END).packed()


def _header_picture(token: str) -> bytes:
    package = Package(workbook(lambda _book, sheet: sheet.set_header("&L&G", {"image_left": "a.png", **_image(token)})))
    return package.packed()


def _image(token: str) -> dict[str, io.BytesIO]:
    return {"image_data_left": io.BytesIO(picture(20, 20, token))}


def _connections(token: str) -> bytes:
    package = Package(workbook())
    package.add("xl/connections.bin", b"\x01\x02" + token.encode("utf-16-le"), "connections", declared="application/x")
    return package.packed()


def _chart(token: str) -> bytes:
    package = Package(
        workbook(
            lambda book, sheet: (
                (chart := book.add_chart({"type": "column"})).add_series({"values": "=Figures!$B$2:$B$3"}),
                sheet.insert_chart("E9", chart),
            )[0]
        )
    )
    part = "xl/charts/chart1.xml"
    text = package.parts[part].decode()
    package.parts[part] = re.sub(r"<c:f>[^<]*</c:f>", f"<c:f>[1]{token}!$A$1</c:f>", text).encode()
    return package.packed()


def _unused_entry(token: str) -> bytes:
    package = Package(workbook())
    package.parts[f"{token}/"] = b""
    return package.packed()


def _unread_attribute(token: str) -> bytes:
    return Package(workbook()).replace(SHEET, "<sheetData>", f'<sheetData remark="{token}">').packed()


def _unread_text(token: str) -> bytes:
    return Package(workbook()).replace(SHEET, "<v>12</v>", f"<v>12</v>{token}").packed()


PLANTED: dict[str, Callable[[str], bytes]] = {
    "X.zeros_hidden": lambda _: (
        Package(workbook(lambda _book, sheet: sheet.write(5, 0, 0)))
        .replace(SHEET, "<sheetView ", '<sheetView showZeros="0" ')
        .packed()
    ),
    "X.formulas_shown": changed(SHEET, "<sheetView ", '<sheetView showFormulas="1" '),
    "X.precision": lambda _: workbook(
        lambda book, sheet: sheet.write(5, 0, 12.3456789, book.add_format({"num_format": "0"}))
    ),
    "X.formula": changed(SHEET, "<v>12</v>", "<f>6*2</f><v>12</v>"),
    "X.broken_formula": _broken,
    "X.pivot_table": lambda t: (
        (package := Package(workbook())).add(
            "xl/pivotTables/p.xml", f'<pivotTableDefinition {MAIN} name="{t}"/>', "pivotTable", source=SHEET
        )
        and package.packed()
    ),
    "X.connections": _connections,
    "X.data_validation": changed(
        SHEET,
        _ROWS,
        _ROWS
        + '<dataValidations count="1"><dataValidation type="custom" sqref="A1"><formula1>TOKEN</formula1></dataValidation></dataValidations>',
    ),
    "X.ole_object": _object,
    "X.control": changed(
        SHEET,
        _END,
        '<controls><control shapeId="1" name="TOKEN"><controlPr macro="TOKEN"/></control></controls>' + _END,
    ),
    "X.hf_picture": _header_picture,
    "X.ole_size": changed(WORKBOOK, "</workbook>", '<oleSize ref="A1:B2"/></workbook>'),
    "X.sheet_protection": changed(SHEET, _ROWS, _ROWS + '<sheetProtection sheet="1"/>'),
    "X.prot_hidden": lambda _: workbook(
        lambda book, sheet: sheet.write(5, 0, "Kent", book.add_format({"hidden": True}))
    ),
    "X.sparkline": _sparkline,
    "X.macrosheet": _macro_sheet,
    "O.dangling_rel": lambda t: (
        (package := Package(workbook())).relate(WORKBOOK, "worksheet", f"/xl/{t}.xml") and package.packed()
    ),
    "O.chart_external_ref": _chart,
    "O.unused_entry": _unused_entry,
    "O.unread_attribute": _unread_attribute,
    "O.unread_text": _unread_text,
    "O.unread_text of a shared string": changed("xl/sharedStrings.xml", "<t>Avon</t>", "<t>Avon</t>TOKEN"),
    "O.unread_text of a merged cell": changed(
        SHEET, _ROWS, _ROWS + '<mergeCells><mergeCell ref="D1:E1">TOKEN</mergeCell></mergeCells>'
    ),
    "O.unread_text of the properties": changed("docProps/app.xml", "</Properties>", "<Note>TOKEN</Note></Properties>"),
}

BLOCKED: dict[str, Callable[[str], bytes]] = {
    "X.formula_uncached": changed(SHEET, "<v>12</v>", "<f>TOKEN()</f>"),
    "O.signature": lambda t: (
        (package := Package(workbook())).add(
            "_xmlsignatures/sig1.xml",
            f"<Signature>{t}</Signature>",
            "digital-signature/signature",
            source="",
            declared="application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml",
        )
        and package.packed()
    ),
}
"""Places where the whole file is refused."""
