"""Every row of the catalogue of hiding places has a canary: a token planted there, found, and gone after a rebuild."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from candour.files import inside
from candour.files.catalogue import catalogue
from candour.files.findings import Blocked, Status
from candour.files.limits import Limits
from candour.files.proof import inflated
from files import (
    binary_workbooks,
    canaries_docx,
    canaries_odt,
    canaries_rest,
    canaries_rtf,
    canaries_xls,
    canaries_xlsb,
    table_canaries,
    test_archive,
    test_doc,
    workbook_canaries,
    workbook_traces,
)
from files.mail import mail_canaries, msg_canaries
from files.pages import image_canaries, pdf_canaries

TOKEN = "Qz7canaryxk"
Maker = Callable[[str], bytes]

NEW: dict[tuple[str, str], tuple[str, Maker]] = {}
"""The canaries that are tried here, by family and place: the name of the file, and who makes it."""
for _family, _name, _makers in (
    ("xls", "a.xls", canaries_xls.PLANTED),
    ("xlsb", "a.xlsb", canaries_xlsb.PLANTED),
    ("trace", "a.xlsx", workbook_traces.PLANTED),
):
    NEW |= {(_family, place): (_name, make) for place, make in _makers.items()}
NEW |= {("rest", place): made for place, made in canaries_rest.REBUILT.items()}
REFUSED: dict[str, tuple[str, Maker]] = {
    **{code: ("a.xls", make) for code, make in canaries_xls.BLOCKED.items()},
    **{code: ("a.xlsx", make) for code, make in workbook_traces.BLOCKED.items()},
    **canaries_rest.REFUSED,
}
ELSEWHERE = [
    workbook_canaries.CANARIES, table_canaries.SPREADSHEETS, table_canaries.TEXTS, binary_workbooks.BINARIES,
    mail_canaries.CANARIES, msg_canaries.CANARIES, image_canaries.CANARIES, pdf_canaries.CANARIES,
    test_archive.CANARIES,
]  # fmt: skip
"""Canaries with a test of their own, which says the same of them."""
DOCUMENTS = [canaries_docx.PLANTED, canaries_odt.PLANTED, canaries_rtf.PLANTED, test_doc.PLANTED]
"""The same, by a description; the code is the first of a pair."""

WITHOUT = {
    "C.too_long": "a file of more than a million rows takes longer than a test may; the benchmark has one",
    "I.*": "a family: its members (Artist, BodySerialNumber …) have canaries",
}
"""Codes without a canary, and why."""


SHOWN = {"C.delimiter"}
"""Rows of the catalogue where what is odd is shown: the words stay."""


def _planted() -> set[str]:
    places = [place for _, place in NEW] + list(REFUSED)
    places += [place for made in ELSEWHERE for place in made]
    codes = {place.partition(" ")[0] for place in places} | {place.partition(" by ")[0] for place in places}
    codes |= {place.partition(" of ")[0] for place in places} | set(places)
    return codes | {code for made in DOCUMENTS for code, _ in made.values()}


def test_every_row_of_the_catalogue_has_a_canary() -> None:
    planted = _planted()
    families = {code[:-1] for code in catalogue() if code.endswith("*")}
    covered = {f"{family}*" for family in families if any(code.startswith(family) for code in planted)}
    # What is in plain sight (V) is no hiding place: the tests of plain sight show that it is seen.
    rows = {code for code in catalogue() if not code.startswith("V.")}
    assert rows - planted - covered - set(WITHOUT) == set()


def _holds(data: bytes) -> bool:
    lower = TOKEN.lower()
    return any(lower.encode(code) in content.lower() for content in inflated(data) for code in ("utf-8", "utf-16-le"))


@pytest.mark.parametrize(("family", "place"), NEW)
def test_what_is_planted_is_found_and_gone_after_a_rebuild(family: str, place: str) -> None:
    name, make = NEW[family, place]
    data = make(TOKEN)
    report = inside.inspect(data, name, Limits())

    codes = {finding.code for finding in report.findings}
    wanted = place.partition(" ")[0]
    assert wanted in codes or any(code.startswith(wanted.removesuffix("*")) for code in codes if "*" in wanted), report
    assert not any(
        TOKEN in finding.evidence for finding in report.findings if not finding.code.startswith(("Z.", "G."))
    )
    made = inside.rebuild(data, name, Limits(), "test")
    assert made.proof.holds, made.proof.failures
    assert place in SHOWN or not any(_holds(output.data) for output in made.rebuilt.outputs)
    shown = " ".join(made.rebuilt.visible.texts())
    assert any(word in shown for word in ("Avon", "Visible words", "forty two"))


@pytest.mark.parametrize("code", sorted(REFUSED))
def test_what_nobody_can_answer_for_is_found_and_the_file_refused(code: str) -> None:
    name, make = REFUSED[code]
    data = make(TOKEN)
    report = inside.inspect(data, name, Limits())

    assert code in {finding.code for finding in report.findings}, report
    assert code == "X.formula_uncached" or report.status is Status.BLOCKED
    with pytest.raises(Blocked):
        inside.rebuild(data, name, Limits(), "test")
