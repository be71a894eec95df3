import pytest

from candour.files import inside
from candour.files.limits import Limits
from candour.files.proof import inflated
from files.packages import workbook
from files.workbook_canaries import CANARIES

TOKEN = "Qz7canaryxk"


def _holds(data: bytes, token: str) -> bool:
    lower = token.lower()
    return any(lower.encode(code) in content.lower() for content in inflated(data) for code in ("utf-8", "utf-16-le"))


@pytest.mark.parametrize("place", CANARIES)
def test_what_is_planted_in_a_hiding_place_is_found_and_does_not_survive_a_rebuild(place: str) -> None:
    data = CANARIES[place](TOKEN)
    code = place.partition(" ")[0]

    report = inside.inspect(data, "figures.xlsx", Limits())

    assert code in {finding.code for finding in report.findings}, (report.reason, report.findings)
    made = inside.rebuild(data, "figures.xlsx", Limits(), "test")
    assert made.proof.holds, made.proof.failures
    assert any(b"Avon" in content for output in made.rebuilt.outputs for content in inflated(output.data))
    assert not any(_holds(output.data, TOKEN) for output in made.rebuilt.outputs)


def test_a_plain_workbook_is_clean() -> None:
    report = inside.inspect(workbook(), "figures.xlsx", Limits())

    assert (report.status, report.classified, report.findings) == ("clean", 1.0, ())
