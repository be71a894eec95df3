"""Files as they come: encodings, headings, totals, merged cells, and everything that cannot be read."""

from __future__ import annotations

import datetime
import gzip
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from candour.records.dataset import NotUnderstood
from candour.records.describing import describe
from candour.records.description import Kind, read_description, write_description
from candour.records.findings import Findings, RecordsError

from .extracts import CONDUCT, HEADINGS, ROWS, asked, figures, imported, write

PLAIN = """row = "case"
[keys]
case = ["ref"]
[columns.ref]
heading = "Ref"
kind = "key"
[columns.town]
heading = "Town"
[columns.received]
heading = "Received"
kind = "date"
"""
TEXT = "Ref,Town,Received\r\nA1,Llanfair—Caereinion,01/02/2023\r\nA2,Café,02/02/2023\r\n"


def sheet(path: Path, rows: list[list[object]], merged: list[tuple[int, int, int, int, str]] = []) -> Path:  # noqa: B006  only read
    book = xlsxwriter.Workbook(str(path))
    cells = book.add_worksheet("Extract")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, datetime.date):
                cells.write_datetime(at, column, datetime.datetime.combine(value, datetime.time()), day)
            else:
                cells.write(at, column, value)
    for top, left, bottom, right, text in merged:
        cells.merge_range(top, left, bottom, right, text)
    book.close()
    return path


def proposed(path: Path) -> tuple[list[str], list[str], int]:
    findings = Findings()
    description, staged = describe(path, findings)
    return [each.heading for each in description.kept], [str(each) for each in findings.assumptions], staged.rows


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("cp1252", "Windows-1252"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_text_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str, said: str) -> None:
    path = tmp_path / "towns.csv"
    path.write_bytes(TEXT.encode(encoding))
    held, done = imported(path, PLAIN)
    assert figures(asked(held, "cases", "town")) == {"Café": 1, "Llanfair—Caereinion": 1, "Total": 2}
    assert said in " ".join(map(str, done.assumptions))


def test_a_nul_in_windows_text_is_taken_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    path.write_bytes(TEXT.encode("cp1252").replace(b"Caf", b"C\x00af"))
    held, done = imported(path, PLAIN)
    assert figures(asked(held, "cases", "town"))["Café"] == 1
    assert "1 NUL characters were taken out." in [str(each) for each in done.assumptions]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "towns.csv"
    path.write_text(TEXT.replace(",", delimiter), encoding="utf-8", newline="")
    assert imported(path, PLAIN)[1].rows == 2


def test_a_compressed_text_is_read_and_a_cut_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv.gz"
    packed = gzip.compress(TEXT.encode() * 50)
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert imported(path, PLAIN)[1].rows == 2
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(RecordsError, match="damaged or cut off"):
        imported(path, PLAIN)


def test_headings_lower_down_blank_rows_totals_headings_again_and_notes(tmp_path: Path) -> None:
    rows = [
        ["Professional standards", "", ""],
        ["", "", ""],
        ["Ref", "Town", "Received"],
        ["A1", "Ely", "01/02/2023"],
        ["", "", ""],
        ["Ref", "Town", "Received"],
        ["", "Transferred to another force", ""],
        ["A2", "Ely", "02/02/2023"],
        ["Grand total", "2", ""],
        ["", "Source: the register of complaints", ""],
    ]
    path = write(tmp_path / "towns.csv", rows[1:], rows[0])
    held, done = imported(path, PLAIN, accept=True)
    assert done.rows == 2
    said = " ".join(map(str, done.assumptions))
    for part in ("stand on line 3", "1 blank rows", "again on line 6", "Totals stand on line 9"):
        assert part in said
    assert "Line 10, “Source: the register of complaints”, stands beneath the table and is a note" in said
    assert done.set_aside == 1
    assert "stands alone on its row" in str(done.problems[0])
    assert done.problems[0].line == 7
    assert asked(held, "cases").total == 2


def test_merged_headings_of_two_lines_are_read_together(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["", "", "", ""],
        ["Ref", "Rank", "Role", "Outcome"],
        ["A1", "PC", "Officer", "None"],
        ["A2", "PS", "Officer", "None"],
    ]
    path = sheet(tmp_path / "m.xlsx", rows, [(0, 1, 0, 2, "Subject")])
    headings, _, total = proposed(path)
    assert headings == ["Ref", "Subject Rank", "Subject Role", "Outcome"]
    assert total == 2


def test_cells_merged_over_rows_hold_their_value_in_each(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Ref", "Town", "Officer"], ["", "Ely", "P1"], ["", "Ely", "P2"], ["A2", "Ware", "P1"]]
    path = sheet(tmp_path / "m.xlsx", rows, [(1, 0, 2, 0, "A1")])
    held, _ = imported(
        path,
        PLAIN.replace('[columns.received]\nheading = "Received"\nkind = "date"\n', "").replace(
            'row = "case"', 'row = "row"'
        ),
    )
    assert figures(asked(held, "rows", "ref")) == {"A1": 2, "A2": 1, "Total": 3}


def test_real_dates_serials_and_text_are_one_date(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Ref", "Town", "Received"],
        ["A1", "Ely", datetime.date(2023, 3, 31)],
        ["A2", "Ely", 45016],
        ["A3", "Ely", "31/03/2023"],
        ["A4", "Ely", "2023-03-31"],
        ["A5", "Ely", "Friday, 31 March, 2023"],
        ["A6", "Ely", "31-Mar-23"],
        ["A7", "Ely", "31/03/2023 14:05"],
    ]
    held, done = imported(sheet(tmp_path / "d.xlsx", rows), PLAIN)
    assert asked(held, "cases", where="received = 2023-03-31").total == 7
    assert any("1 numbers are read as a spreadsheet’s count of days." in str(each) for each in done.assumptions)


def test_a_date_of_30_february_is_told_with_its_line_and_nothing_is_imported(tmp_path: Path) -> None:
    path = write(
        tmp_path / "d.csv", [("A1", "Ely", "01/02/2023"), ("A2", "Ely", "30/02/2023")], ("Ref", "Town", "Received")
    )
    with pytest.raises(NotUnderstood, match=r"line 3, Received: “30/02/2023” is no date: February 2023 has 28 days"):
        imported(path, PLAIN)
    held, done = imported(path, PLAIN, accept=True)
    assert done.not_understood == 1
    assert figures(asked(held, "cases", "year")) == {"2023": 1, "Not understood": 1, "Total": 2}


def test_american_dates_are_recognised_where_they_show_it(tmp_path: Path) -> None:
    path = write(tmp_path / "d.csv", [("A1", "Ely", "12/31/15"), ("A2", "Ely", "1/7/13")], ("Ref", "Town", "Received"))
    held, done = imported(path, PLAIN)
    assert figures(asked(held, "cases", "month")) == {"Jan 2013": 1, "Dec 2015": 1, "Total": 2}
    assert any("month first" in str(each) for each in done.assumptions)


def test_spellings_that_differ_in_case_are_one_category_and_said(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.csv", [("A1", "Ely", ""), ("A2", "ELY", ""), ("A3", "Ely", "")], ("Ref", "Town", "Received")
    )
    held, done = imported(path, PLAIN)
    assert figures(asked(held, "cases", "town")) == {"Ely": 3, "Total": 3}
    assert any("“Ely” is also written “ELY”" in str(each) for each in done.assumptions)


def test_a_row_with_too_many_cells_is_told_and_one_with_too_few_is_blank_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Ref,Town,Received\nA1,Ely,01/02/2023,more\nA2,Ely\n", encoding="utf-8")
    held, done = imported(path, PLAIN, accept=True)
    assert "stands beyond the last heading" in str(done.problems[0])
    assert asked(held, "cases").total == 2
    assert any("1 rows end early" in str(each) for each in done.assumptions)


def test_a_wide_sheet_without_headings_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = write(
        tmp_path / "wide.csv", [[str(row * column) for column in range(200)] for row in range(1, 30)], ["7"] * 200
    )
    with pytest.raises(RecordsError, match=r"no row of headings was found.*header = 3.*header = 0"):
        describe(path, Findings())


def test_a_sheet_said_to_have_no_headings_gets_letters(tmp_path: Path) -> None:
    path = write(tmp_path / "n.csv", [("A2", "Ely")], ("A1", "Ely"))
    held, done = imported(path, 'header = 0\n[columns.a]\nheading = "A"\nkind = "key"\n[columns.b]\nheading = "B"\n')
    assert done.rows == 2
    assert figures(asked(held, "rows", "b")) == {"Ely": 2, "Total": 2}


def locked(path: Path) -> Path:
    """A compound file with the one stream that a workbook locked with a password has ([MS-OFFCRYPTO] 2.3)."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0) + struct.pack("<I", free) * 108
    fat = struct.pack("<128I", table, end, *range(3, 10), end, *[free] * 118)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        links = struct.pack("<HBBIII", len(text), kind, 1, free, free, child)
        return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry("EncryptedPackage", 2, free, 2, 4096) + bytes(256)
    path.write_bytes(header + fat + directory + bytes(4096))
    return path


def test_a_locked_workbook_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"locked\.xlsx: the workbook is locked with a password"):
        describe(locked(tmp_path / "locked.xlsx"), Findings())


def test_an_ods_that_is_locked_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "locked.ods"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(RecordsError, match="locked with a password"):
        describe(path, Findings())


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_a_corrupt_workbook_is_refused_in_words(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"broken{suffix}"
    good = sheet(tmp_path / "good.xlsx", [["Ref", "Town"], ["A1", "Ely"]]).read_bytes()
    for content in (
        b"",
        b"no workbook at all",
        b"PK\x03\x04" + good[200:900],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ):
        path.write_bytes(content)
        with pytest.raises(RecordsError, match=r"no workbook, or it is damaged|the file is empty"):
            describe(path, Findings())


def test_formulas_whose_results_were_not_saved_are_refused_with_the_cell(tmp_path: Path) -> None:
    book = Workbook()
    cells = book.active
    for row in (["Ref", "Number"], ["A1", 1], ["A2", "=B2+1"]):
        cells.append(row)
    path = tmp_path / "formulas.xlsx"
    book.save(path)
    with pytest.raises(RecordsError, match="cell B3 holds a formula whose result was not saved"):
        describe(path, Findings())


def test_a_quotation_mark_never_closed_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('Ref,Town\nA1,Ely\nA2,"Ware\nA3,Ely\n', encoding="utf-8")
    with pytest.raises(RecordsError, match="line 3: a quotation mark is opened here and never closed"):
        describe(path, Findings())


def test_a_column_or_sheet_that_is_not_there_is_refused_with_those_there_are(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [("A1", "Ely")], ("Ref", "Place"))
    with pytest.raises(RecordsError, match=r"there is no column “Town”\. The headings are “Ref”, “Place”"):
        imported(path, PLAIN)
    book = sheet(tmp_path / "b.xlsx", [["Ref", "Town"], ["A1", "Ely"]])
    with pytest.raises(RecordsError, match=r"there is no sheet “Other”\. The sheets are “Extract”"):
        describe(book, Findings(), "Other")


def test_an_empty_file_and_one_with_headings_alone_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    for content, said in (
        ("", "the file is empty"),
        ("\n \n", "there is nothing in it"),
        ("Ref,Town\n", "no rows under them"),
    ):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(RecordsError, match=said):
            describe(path, Findings())


def test_a_proposed_description_can_be_written_read_and_used(tmp_path: Path) -> None:
    path = write(tmp_path / "conduct.csv", ROWS * 3)
    description, _ = describe(path, Findings())
    assert {each.heading: each.kind for each in description.kept} == {
        "Case Ref": Kind.KEY,
        "Officer": Kind.TEXT if description.column("officer").kind is Kind.TEXT else description.column("officer").kind,
        "Rank": Kind.CATEGORY,
        "Status": Kind.CATEGORY,
        "Nature": Kind.CATEGORY,
        "Received": Kind.DATE,
        "Closed": Kind.DATE,
    }
    assert description.column("rank").terms == "police-misconduct/rank"
    assert description.keys["case"] == ("case_ref",)
    assert read_description(write_description(description)) == description


def test_what_the_description_does_not_name_is_left_out_and_said(tmp_path: Path) -> None:
    path = write(tmp_path / "more.csv", [[*row, "Smith"] for row in ROWS], [*HEADINGS, "Surname"])
    held, done = imported(path, CONDUCT)
    assert any("left out: Surname" in str(each) for each in done.assumptions)
    assert "c_surname" not in {name for (name, *_) in held.engine.rows("DESCRIBE rows")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rows = [", "no TOML"),
        ('[columns.a]\nkind = "colour"', "“colour” is no kind"),
        ('colour = "red"', "“colour” is not known"),
        ('date = "a"\n[columns.a]\nkind = "key"', "holds no dates"),
        ('[keys]\ncase = ["b"]\n[columns.a]\nkind = "key"', "There is no column “b”. The columns are a"),
        ("", "no column is described"),
    ],
)
def test_a_description_that_cannot_be_used_is_refused_with_the_entry(text: str, said: str) -> None:
    with pytest.raises(RecordsError, match=said):
        read_description(text)


ODS = """<?xml version="1.0"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet>
<table:table table:name="Extract">{rows}</table:table>
</office:spreadsheet></office:body>
</office:document-content>"""


def ods(path: Path, *rows: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr(
            "content.xml", ODS.format(rows="".join(f"<table:table-row>{row}</table:table-row>" for row in rows))
        )
    return path


def cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def test_an_ods_is_read_with_its_dates(tmp_path: Path) -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="2023-03-31"/>'
    path = ods(tmp_path / "e.ods", cell("Ref") + cell("Town") + cell("Received"), cell("A1") + cell("Ely") + day)
    held, _ = imported(path, PLAIN)
    assert figures(asked(held, "cases", "month")) == {"Mar 2023": 1, "Total": 1}


def test_an_ods_with_a_formula_not_worked_out_is_refused(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "e.ods", cell("Ref") + cell("Town"), cell("A1") + '<table:table-cell table:formula="of:=[.A1]"/>'
    )
    with pytest.raises(RecordsError, match="1 cells hold a formula whose result was not saved"):
        describe(path, Findings())
