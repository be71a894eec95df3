import pytest

from candour.files import inside
from candour.files.limits import Limits
from candour.files.proof import inflated
from files.table_canaries import SPREADSHEETS, TEXTS, cell, row, spreadsheet

TOKEN = "Qz7canaryxk"


def _survives(made: inside.Rebuild) -> bool:
    return any(
        TOKEN.lower().encode() in content.lower()
        for output in made.rebuilt.outputs
        for content in inflated(output.data)
    )


@pytest.mark.parametrize("place", SPREADSHEETS)
def test_what_is_planted_in_a_spreadsheet_is_found_and_does_not_survive_a_rebuild(place: str) -> None:
    data = SPREADSHEETS[place](TOKEN)

    report = inside.inspect(data, "figures.ods", Limits())

    assert place.partition(" ")[0] in {finding.code for finding in report.findings}, (report.reason, report.findings)
    made = inside.rebuild(data, "figures.ods", Limits(), "test")
    assert made.proof.holds, made.proof.failures
    assert "Avon" in list(made.rebuilt.visible.texts())
    assert not _survives(made)


def test_a_plain_spreadsheet_is_clean() -> None:
    assert inside.inspect(spreadsheet(), "figures.ods", Limits()).status == "clean"


def test_what_office_programs_write_into_a_spreadsheet_by_themselves_is_no_word() -> None:
    usual = "".join(
        f'<style:style style:name="{name}" style:family="table-cell"/>'
        for name in (
            "ce1",
            "ta1",
            "Default",
            "Heading1",
            "Result2",
            "Followed_32_Hyperlink",
            "_32_0_25__20_-_20_Accent1",
        )
    )
    money = '<table:table-cell office:value-type="currency" office:currency="GBP" office:value="3"><text:p>£3</text:p>'
    data = spreadsheet(row(cell("Kent", "table:style-name='ce1'"), f"{money}</table:table-cell>"), styles=usual)

    assert inside.inspect(data, "figures.ods", Limits()).status == "clean"


def test_a_sheet_without_rows_is_told_and_refused_as_programs_differ_on_it() -> None:
    shape = f"<table:shapes><draw:rect><text:p>{TOKEN}</text:p></draw:rect></table:shapes>"
    report = inside.inspect(
        spreadsheet(tables=f'<table:table table:name="Other">{shape}</table:table>'), "figures.ods", Limits()
    )

    assert {"F.unread_text", "G.readers_disagree"} <= {finding.code for finding in report.findings}
    assert report.status == "blocked"


def test_an_element_between_rows_that_nobody_knows_blocks() -> None:
    data = spreadsheet(f"<table:odd>{TOKEN}</table:odd>{row(cell('Kent'))}")

    assert "odd beside the rows" in (inside.inspect(data, "figures.ods", Limits()).reason or "")


def test_a_spreadsheet_with_more_odd_values_than_are_kept_is_said_to_have_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("candour.files.odf_sweep._MOST", 10)
    rows = "".join(row(cell("Kent", more=f'table:content-validation-name="odd{"x" * number}"')) for number in range(25))

    found = inside.inspect(spreadsheet(rows), "figures.ods", Limits()).findings

    assert [finding.count for finding in found if finding.code == "F.unread_attribute"] == [25]


@pytest.mark.parametrize("place", TEXTS)
def test_what_is_odd_in_a_table_of_text_is_found_and_does_not_survive_a_rebuild(place: str) -> None:
    data = TEXTS[place](TOKEN)

    report = inside.inspect(data, "figures.csv", Limits())

    code = place.partition(" ")[0]
    assert code in {finding.code for finding in report.findings}, report
    made = inside.rebuild(data, "figures.csv", Limits(), "test")
    assert made.proof.holds, made.proof.failures
    if code == "C.remote_cell":
        assert not _survives(made)
    again = inside.inspect(made.rebuilt.outputs[1].data, "figures.csv", Limits())
    assert again.status == "clean"
