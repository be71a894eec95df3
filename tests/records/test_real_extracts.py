"""Real extracts, imported and counted. Every figure was found in another way first, and the test says how.

The other ways: `awk` over the text; pandas with `dtype=str, keep_default_na=False` and `nunique`, `value_counts`,
`merge`; for workbooks `pandas.read_excel`, which reads an XLS with xlrd and an XLSX with openpyxl.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from candour.records.dataset import DataSet, Imported
from candour.records.describing import describe
from candour.records.description import read_description
from candour.records.findings import Findings
from candour.records.joining import Join
from candour.records.question import Period

from .extracts import asked, figures


def columns(*named: str) -> str:
    """Columns as `heading | kind | more TOML`, named after their headings."""
    from candour.records.description import name_of

    text = ""
    for each in named:
        heading, kind, more = (*[part.strip() for part in each.split("|")], "", "")[:3]
        quoted = heading.replace('"', '\\"')
        text += f'[columns.{name_of(heading)}]\nheading = "{quoted}"\nkind = "{kind or "category"}"\n{more}\n'
    return text


def held(path: Path, description: str, *, sheet: str = "", join: Join | None = None) -> tuple[DataSet, Imported]:
    data_set = DataSet.create(None, read_description(description))
    return data_set, data_set.import_extract(path, accept=True, sheet=sheet, join=join)


def said(done: Imported) -> str:
    return "\n".join(map(str, done.assumptions))


MET = 'row = "row"\n[keys]\ncase = ["case_ref"]\nperson = ["subject_ref"]\n' + columns(
    "Case Ref | key", "Subject Ref | key"
)


def test_met_cases_are_not_persons_and_organisational_is_nobody(shared: Path) -> None:
    r"""In awk, of fields parted by commas.

    NR>1{sub(/\r/,"",$2); c[$1]++; if($2!="Organisational")p[$2]++} END{print NR-1,length(c),length(p)}
    """
    path = shared / "data/met/met-police-complaints.csv"
    data_set, done = held(path, MET)
    assert [asked(data_set, unit).total for unit in ("rows", "cases", "persons")] == [58_129, 31_271, 22_061]
    assert "439 rows name something that is no person" in said(done)
    assert "“subject 122060” stands in 8,815 rows, and the next most frequent in 23" in said(done)
    named, _ = held(path, 'unidentified = ["subject 122060"]\n' + MET)
    counted = asked(named, "persons")
    assert counted.total == 22_060
    assert "Not counted: 8,815 rows name somebody not identified." in counted.notes
    assert data_set.import_extract(path).known


PUDDING = (
    'row = "allegation"\ndate = "date_received"\n[keys]\ncase = ["complaint_id"]\nperson = ["officer_id"]\n'
    'allegation = ["discipline_id"]\n'
    + columns(
        "complaint_id | key",
        "officer_id | key",
        "discipline_id | key",
        "date_received | date",
        "investigative_findings",
        "po_sex | | terms = 'complaints-workforce-crime/gender'",
        "district_occurrence",
    )
)


@pytest.fixture(scope="module")
def pudding(shared: Path) -> tuple[DataSet, Imported]:
    return held(shared / "data/philadelphia/pudding_complaint_discipline_viz_data.csv", PUDDING)


def test_philadelphia_joined_table_by_unit_and_year(pudding: tuple[DataSet, Imported]) -> None:
    """By pandas: dates with `format="%m/%d/%y"`; persons without the blank id; a financial year from April."""
    data_set, done = pudding
    totals = [asked(data_set, unit).total for unit in ("rows", "cases", "persons", "allegations")]
    assert totals == [11_313, 4_861, 3_120, 11_313]
    assert figures(asked(data_set, "rows", "year")) == {
        "2013": 1_774,
        "2014": 1_664,
        "2015": 1_585,
        "2016": 1_373,
        "2017": 1_371,
        "2018": 1_453,
        "2019": 1_633,
        "2020": 460,
        "Total": 11_313,
    }
    assert figures(asked(data_set, "persons", "year", period=Period.FINANCIAL)) == {
        "2015/16": 1_019,
        "2016/17": 868,
        "2017/18": 829,
        "2018/19": 919,
        "2019/20": 948,
        "2020/21": 177,
        "Total": 3_120,
    }
    by_finding = asked(data_set, "cases", "investigative_findings")
    assert figures(by_finding)["Sustained Finding"] == 1_050
    assert not by_finding.additive
    assert "month first" in said(done)
    assert [problem.line for problem in done.problems] == [9_622, 9_964, 10_189, 10_828, 11_100]


FINDINGS = 'row = "row"\ndate = "date_received"\n[keys]\ncase = ["complaint_id"]\nperson = ["officer_id"]\n' + columns(
    "complaint_id | key",
    "officer_id | key",
    "investigative_findings",
    "date_received | date",
    "general_cap_classification",
)


def test_philadelphia_findings_join_their_complaints(shared: Path) -> None:
    """By pandas: `findings.merge(complaints, on="complaint_id", how="left")`; persons without "NA"."""
    folder = shared / "data/philadelphia"
    join = Join(folder / "complaints_against_police.csv", ("complaint_id",))
    data_set, done = held(folder / "complaints.against.police.findings.csv", FINDINGS, join=join)
    assert figures(asked(data_set, "persons", "year")) == {
        "2016": 885,
        "2017": 859,
        "2018": 870,
        "2019": 1_010,
        "2020": 779,
        "2021": 88,
        "Total": 3_006,
    }
    assert list(figures(asked(data_set, "cases", "year")).values()) == [683, 651, 623, 682, 650, 93, 3_382]
    assert "6 rows of complaints_against_police.csv belong to no row" in said(done)
    assert "rows are exactly like another row; each is counted." in said(done)
    assert done.not_understood == 2, "#VALUE! of the spreadsheet, on lines 6689 and 7514"
    assert asked(data_set, "rows", where='investigative_findings = "not understood"').total == 2


def test_philadelphia_cases_and_the_year_before(shared: Path) -> None:
    """By pandas `value_counts` of the classification; for 2015 `groupby(date.str[:7]).complaint_id.nunique()`."""
    folder = shared / "data/philadelphia"
    description = 'row = "case"\n[keys]\ncase = ["complaint_id"]\n' + columns(
        "complaint_id | key", "date_received | date", "general_cap_classification"
    )
    data_set, _ = held(folder / "complaints_against_police.csv", description)
    found = figures(asked(data_set, "cases", "general_cap_classification"))
    assert [found[name] for name in ("DEPARTMENTAL VIOLATIONS", "LACK OF SERVICE", "DRUGS", "Total")] == [
        906,
        744,
        4,
        3_388,
    ]
    description = description.replace('row = "case"', 'row = "row"').replace(
        "[keys]\n", '[keys]\nperson = ["officer_id"]\n'
    )
    data_set, _ = held(folder / "complaints_2015.csv", description + columns("officer_id | key"))
    assert [asked(data_set, unit).total for unit in ("rows", "cases", "persons")] == [1_316, 603, 851]
    assert list(figures(asked(data_set, "cases", "month")).values()) == [57, 60, 70, 82, 70, 55, 74, 54, 81, 603]


IOPC = 'row = "case"\n[keys]\ncase = ["url"]\n' + columns(
    "url | key", "Force", "Category", "date | date", "tags | | parts = 'list'", "Metropolitan Police | yes-no"
)


def test_iopc_outcomes_with_four_sheets_ragged_columns_and_lists_in_a_cell(shared: Path) -> None:
    """By pandas.read_excel without the last row, which is the headings again; tags by `ast.literal_eval`."""
    path = shared / "data/iopc_bbc/recs30june_wforces_refs.xlsx"
    data_set, done = held(path, IOPC)
    assert "The headings stand again on line 1,322" in said(done)
    assert figures(asked(data_set, "cases", "year")) == {
        "2018": 820,
        "2019": 310,
        "2020": 129,
        "2021": 59,
        "Not understood": 2,
        "Total": 1_320,
    }
    assert [(each.line, each.value) for each in done.problems] == [(17, "404 error"), (127, "404 error")]
    categories = figures(asked(data_set, "cases", "category"))
    assert (categories["Death and serious injury"], categories["Not recorded"]) == (352, 409)
    assert asked(data_set, "cases", where='tags = "Death and serious injury"').total == 416
    assert asked(data_set, "cases", where='tags = "Metropolitan Police"').total == 213
    assert asked(data_set, "cases", where="metropolitan_police = yes").total == 213
    assert len(asked(data_set, "cases", "tags").labels[0]) == 58, "57 tags, and those without"


@pytest.mark.parametrize(("sheet", "rows"), [("Sheet1", 4), ("refs", 1_320), ("Sheet2", 3)])
def test_iopc_other_sheets_are_read_too(shared: Path, sheet: str, rows: int) -> None:
    """By looking: Sheet2 is a pivot table of three rows and a total, its headings on its fourth line."""
    _, staged = describe(shared / "data/iopc_bbc/recs30june_wforces_refs.xlsx", Findings(), sheet)
    assert staged.rows == rows


def test_iopc_sample_with_a_mark_a_trailing_column_and_blank_rows(shared: Path) -> None:
    """By grep -vc '^,,,' counts the headings and 39 forces; the Metropolitan Police has 64."""
    path = shared / "data/iopc_bbc/iopc_forfunnel.csv"
    findings = Findings()
    description, staged = describe(path, findings)
    assert staged.rows == 39
    assert [column.heading for column in description.kept] == ["item name", "indicator number", "sample size"]
    with path.open(encoding="utf-8-sig", newline="") as file:
        blank = sum(1 for row in csv.reader(file) if not any(row))
    assert f"{blank:,} blank rows were passed over." in [str(each) for each in findings.assumptions]


ACCUSED = (
    'row = "row"\nunidentified = ["2"]\n[keys]\ncase = ["cr_id"]\n'
    'person = ["complaints_accused_2000_2023_2023_08_p053540_id"]\n'
    + columns(
        "cr_id | key",
        "complaints-accused_2000-2023_2023-08_p053540_ID | key",
        "final_finding",
        "allegation_category",
        "appointed_date | date",
        "assigned_unit | key",
    )
)


def test_chicago_accused(shared: Path) -> None:
    """By pandas: `nunique` of cr_id and of the id (14,673, of which id 2 is UNKNOWN UNKNOWN); findings casefolded."""
    path = shared / "data/chicago/complaints-accused_2000-2023_2023-08_p053540.csv.gz"
    data_set, done = held(path, ACCUSED)
    assert [asked(data_set, unit).total for unit in ("rows", "cases", "persons")] == [99_961, 41_797, 14_672]
    findings = figures(asked(data_set, "rows", "final_finding"))
    assert [findings[name] for name in ("NOT SUSTAINED", "UNFOUNDED", "EXONERATED", "SUSTAINED", "Not recorded")] == [
        32_131,
        22_467,
        4_203,
        3_140,
        37_665,
    ]
    assert figures(asked(data_set, "cases", "allegation_category"))["Excessive Force"] == 24_555
    assert "“NOT SUSTAINED” is also written “Not Sustained”" in said(done)
    assert asked(data_set, "rows", where='assigned_unit = "7"').total == 2_459 + 2_266, "“7” and “7.0” are one unit"


def test_chicago_cases_by_year_and_as_at_a_day(shared: Path) -> None:
    """By pandas: `groupby(complaint_date.str[:4]).cr_id.nunique()`; open where closed_date is empty or later."""
    description = (
        'row = "row"\ndate = "complaint_date"\nopened = "complaint_date"\nclosed = "closed_date"\n'
        '[keys]\ncase = ["cr_id"]\n'
        + columns("cr_id | key", "complaint_date | date", "closed_date | date", "case_type")
    )
    data_set, _ = held(shared / "data/chicago/complaints-complaints-clear_2000-2022_2022-09.csv.gz", description)
    years = figures(asked(data_set, "cases", "year"))
    assert (years["2000"], years["2010"], years["2019"], years["Total"]) == (9_189, 3_201, 414, 92_612)
    financial = figures(asked(data_set, "cases", "year", period=Period.FINANCIAL))
    assert (financial["1999/00"], financial["2000/01"], financial["2018/19"]) == (2_259, 9_007, 2_560)
    assert asked(data_set, "cases", as_at=datetime.date(2010, 12, 31)).total == 10_528
    assert asked(data_set, "rows", as_at=datetime.date(2010, 12, 31)).total == 11_205


def test_chicago_raw_workbook_with_its_headings_lower_down(shared: Path) -> None:
    """By pandas.read_excel(header=None): 6,171 numbers in column A below line 12, 7,565 names in column E."""
    path = shared / "data/chicago/p675956_-_crms_accused_portion.xls"
    description = 'row = "row"\n[keys]\ncase = ["complaint_register"]\n' + columns(
        "Complaint Register | key",
        "Accused | text",
        "Gender",
        "Race",
        "Appointment Date | date",
        "Current Unit",
        "Category Code and Description",
        "Final Finding",
    )
    data_set, done = held(path, description)
    assert done.rows == 7_565 + 1_827
    assert asked(data_set, "cases").total == 6_171
    assert figures(asked(data_set, "rows", "gender", where="accused is not blank")) == {
        "F": 1_332,
        "M": 6_232,
        "X": 1,
        "Total": 7_565,
    }
    race = figures(asked(data_set, "rows", "race"))
    assert (race["WHITE"], race["BLACK"], race["BLACK HISPANIC"]) == (3_604, 1_792, 5)
    assert figures(asked(data_set, "rows", "final_finding"))["SUSTAINED"] == 804
    for part in ("The headings stand on line 12", "Race: No values stand under it", "stands on a row of its own"):
        assert part in said(done)


def test_chicago_codes_with_an_empty_sheet_and_a_heading_that_is_a_number(shared: Path) -> None:
    """By pandas.read_excel(...)["CATEGORY"].value_counts(): 407 codes, 125 of them Use of Force."""
    path = shared / "data/chicago/Complaint_Categories.xlsx"
    data_set, done = held(path, 'row = "row"\n' + columns("CATEGORY", "DESCRIPTION | text"))
    assert done.rows == 407
    assert figures(asked(data_set, "rows", "category"))["Use of Force"] == 125
    from candour.records.findings import RecordsError

    with pytest.raises(RecordsError, match="there is nothing in it"):
        describe(path, Findings(), "Sheet3")


NYC = (
    'row = "row"\neditions = "add"\ndate = "lit_start"\n[keys]\n'
    'row = ["matter_name", "docket_index", "individual_defendants", "tax", "court", "lit_start", "represented_by"]\n'
    'case = ["docket_index"]\nperson = ["tax"]\n'
    + columns(
        "Matter Name | key",
        "Plaintiff & Firm | | parts = ';'",
        "Individual Defendants | key",
        "Tax # | key",
        "Represented by",
        "Lit Start | date",
        "Disp Date | date",
        "Total City Payout AMT | number",
        "Disposition",
        "Docket/ Index# | key",
        "Court",
        "Use of Force Alleged? | yes-no",
    )
)


@pytest.fixture(scope="module")
def nyc(shared: Path) -> Iterator[tuple[DataSet, Imported, Imported]]:
    data_set = DataSet.create(None, read_description(NYC))
    folder = shared / "data/nyc"
    first = data_set.import_extract(folder / "NYPD_Alleged_Misconduct_Matters_CY2017-2021.xls")
    second = data_set.import_extract(folder / "NYPD_Alleged_Misconduct_Matters_CY2018-2022.xls")
    yield data_set, first, second
    data_set.close()


def test_nyc_overlapping_editions_are_recognised(nyc: tuple[DataSet, Imported, Imported]) -> None:
    """By pandas, both read as objects and made text: 13,609 and 13,293 keys of seven columns, 9,452 shared."""
    data_set, first, second = nyc
    assert (first.rows, second.rows) == (13_609, 13_293)
    assert "17 rows repeat another row exactly" in said(first)
    assert second.same + second.changed == 9_452
    assert second.new == 13_293 - 9_452
    assert asked(data_set, "rows").total == 13_609 + 13_293 - 9_452
    assert asked(data_set, "rows", edition=1).total == 13_609
    assert asked(data_set, "persons", edition=1).total == 6_874, "numbers stored as text and as number are one"


def test_nyc_line_breaks_in_headings_money_and_several_people_in_a_cell(shared: Path) -> None:
    """By pandas: value_counts of the second edition; payouts summed over no rows, only compared with 100,000."""
    path = shared / "data/nyc/NYPD_Alleged_Misconduct_Matters_CY2018-2022.xls"
    description = NYC.replace(NYC[NYC.index("row = [") : NYC.index("case =")], "")
    data_set, done = held(path, description)
    assert asked(data_set, "rows").total == 13_312
    assert asked(data_set, "cases").total == 6_958
    found = figures(asked(data_set, "rows", "disposition"))
    assert (found["Settlement"], found["Not recorded"], found["Total"]) == (4_712, 7_465, 13_312)
    assert figures(asked(data_set, "rows", "use_of_force_alleged")) == {"No": 13_108, "Yes": 204, "Total": 13_312}
    assert list(figures(asked(data_set, "rows", "year")).values()) == [3_077, 2_828, 2_662, 2_678, 2_067, 13_312]
    assert "2,206 cells hold several values" in said(done)
    assert data_set.engine.one("SELECT count(DISTINCT lower(c_plaintiff_firm)) FROM rows") == 8_276


def test_nyc_penalties_with_american_dates(shared: Path) -> None:
    """By pandas: nunique of both ids; persons where Officer is_APU is Yes; years are the end of the date."""
    description = 'row = "row"\n[keys]\ncase = ["complaint_id"]\nperson = ["tax_id"]\n' + columns(
        "Complaint Id | key",
        "Tax ID | key",
        "Officer is_APU | yes-no",
        "APU Closing Date | date",
        "NYPD Officer Penalty",
    )
    data_set, done = held(shared / "data/nyc/Civilian_Complaint_Review_Board__Penalties.csv", description)
    assert [asked(data_set, unit).total for unit in ("rows", "cases", "persons")] == [10_664, 7_274, 8_043]
    assert asked(data_set, "persons", where="officer_is_apu = yes").total == 1_683
    years = figures(asked(data_set, "rows", "year"))
    assert (years["2023"], years["2016"], years["Not recorded"]) == (314, 249, 9_373)
    assert "month first" in said(done)


def test_an_old_workbook_reads_alike_by_the_second_reader(shared: Path) -> None:
    """By xlrd beside calamine, cell by cell: the second reader is for workbooks that the first refuses."""
    from candour.records.workbook import _OldBook, sheet_rows

    path = shared / "data/chicago/p675956_-_crms_accused_portion.xls"
    first, _ = sheet_rows(path, "Sheet1")
    second = _OldBook(path, ValueError("for the test")).rows("Sheet1")
    assert len(first) == len(second)
    assert [cells for _, cells in first] == [cells for _, cells in second]
