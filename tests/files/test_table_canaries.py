import pytest

from candour.files import inside
from candour.files.limits import Limits
from candour.files.proof import inflated
from files.table_canaries import SPREADSHEETS, TEXTS, spreadsheet

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
