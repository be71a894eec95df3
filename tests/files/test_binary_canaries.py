import pytest

from candour.files import inside
from candour.files.limits import Limits
from candour.files.proof import inflated
from files.binary_workbooks import BINARIES, compound, workbook

TOKEN = "Qz7canaryxk"


@pytest.mark.parametrize("place", BINARIES)
def test_what_is_planted_in_a_binary_workbook_is_found_and_does_not_survive_a_rebuild(place: str) -> None:
    data = BINARIES[place](TOKEN)

    report = inside.inspect(data, "figures.xls", Limits())

    assert place in {finding.code for finding in report.findings}, (report.reason, report.findings)
    made = inside.rebuild(data, "figures.xls", Limits(), "test")
    assert made.proof.holds, made.proof.failures
    assert "Avon" in list(made.rebuilt.visible.texts())
    assert not any(
        TOKEN.lower().encode() in content.lower()
        for output in made.rebuilt.outputs
        for content in inflated(output.data)
    )


def test_a_plain_binary_workbook_is_clean() -> None:
    report = inside.inspect(workbook(), "figures.xls", Limits())

    assert (report.status, report.reason, report.findings) == ("clean", None, ())


def test_a_stream_that_nobody_knows_blocks() -> None:
    report = inside.inspect(compound({"Workbook": b"", "Strange": b"x"}), "figures.xls", Limits())

    assert report.status == "blocked"


def test_an_encrypted_binary_workbook_is_blocked() -> None:
    from files.binary_workbooks import record

    report = inside.inspect(workbook(more=record(0x2F, b"\1\0" * 20)), "figures.xls", Limits())

    assert report.status == "blocked"
    assert "B.encrypted" in {finding.code for finding in report.findings}


def test_properties_that_claim_more_values_than_they_have_bytes_are_refused_and_not_read_for_hours() -> None:
    from files.canaries_xls import properties

    endless = properties("Officer").replace((0x1E).to_bytes(4, "little"), (0x101E).to_bytes(4, "little"), 1)
    endless = endless.replace(b"\x08\0\0\0Officer", b"\xff\xff\xff\x7fOfficer")
    report = inside.inspect(workbook(**{"\x05SummaryInformation": endless}), "figures.xls", Limits())

    assert report.status == "blocked"
    assert "properties" in (report.reason or "")
