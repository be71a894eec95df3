"""The four parts of the proof: each fails, and alone, when what it looks for is wrong with an output."""

from __future__ import annotations

import random

import pytest

from candour.files import inside
from candour.files.findings import Inspection
from candour.files.format import Inspected, Output
from candour.files.limits import Limits
from candour.files.proof import Proof, prove
from candour.files.visible import Grid, HiddenTokens, Rows, Sheet
from files.packages import Package, workbook

SECRET = "Quentinsecret"
ROWS = [["Force", "Count"], ["Avon", "12"], ["Kent", "7"]]
PARTS = ("clean", "contained", "second_reader", "plausible")


def _grid(rows: list[list[str]]) -> Grid:
    return Grid([Sheet("Figures", Rows(rows))])


def _seen(data: bytes) -> tuple[Inspection, Inspected | None]:
    context = inside.Context("figures.xlsx", inside.Budget(Limits()), 0, inside._inspect_inner, inside._rebuild_inner)
    return inside._inspect(data, context)


def _proof(
    data: bytes,
    *,
    shows: Grid | None = None,
    visible: list[list[str]] = ROWS,
    hidden: str = "",
    seen: tuple[Inspection, Inspected | None] | None = None,
) -> Proof:
    tokens = HiddenTokens()
    tokens.add(hidden)
    original = Inspected(visible=_grid(visible), hidden=tokens)
    output = Output("figures.xlsx", "xlsx", data, shows or _grid(ROWS))
    return prove("0" * 64, original, [output], [seen or _seen(data)], "test")


def _failed(proof: Proof) -> list[str]:
    assert bool(proof.failures) != proof.holds
    return [part for part in PARTS if not getattr(proof, part)]


def test_a_plain_output_is_proved_and_its_digest_alone_is_covered() -> None:
    data = workbook()
    proof = _proof(data, hidden=SECRET)

    assert _failed(proof) == []
    assert proof.covers(Output("a", "xlsx", data).sha256)
    assert not proof.covers("0" * 64)


def test_an_output_in_which_an_inspection_finds_something_is_not_clean() -> None:
    proof = _proof(workbook(lambda _, sheet: sheet.write_comment(1, 1, "Avon")))

    assert _failed(proof) == ["clean"]


def test_an_output_that_shows_a_word_that_the_original_did_not_is_not_contained() -> None:
    assert _failed(_proof(workbook(), visible=[["Force", "Count"], ["Avon", "12"]])) == ["contained"]


@pytest.mark.parametrize("wide", [False, True], ids=["as text", "as UTF-16"])
def test_an_output_that_carries_a_hidden_word_anywhere_in_its_bytes_is_not_contained(*, wide: bool) -> None:
    package = Package(workbook())
    package.parts["xl/left.bin"] = b"\x01\x02" + SECRET.encode("utf-16-le" if wide else "ascii") + b"\xff\xfe"

    proof = _proof(package.packed(), hidden=SECRET, seen=_seen(workbook()))

    assert _failed(proof) == ["contained"]
    assert SECRET not in " ".join(proof.failures)


def test_an_output_in_which_a_second_reader_sees_another_cell_is_not_proved() -> None:
    shows = _grid([["Force", "Count"], ["Avon", "7"], ["Kent", "12"]])

    assert _failed(_proof(workbook(), shows=shows)) == ["second_reader"]


def test_an_output_that_is_larger_than_what_it_shows_is_not_plausible() -> None:
    package = Package(workbook())
    package.parts["xl/left.bin"] = random.Random(1).randbytes(100_000)  # noqa: S311  padding, not a secret

    assert _failed(_proof(package.packed(), seen=_seen(workbook()))) == ["plausible"]


@pytest.mark.parametrize("part", PARTS)
def test_a_proof_of_which_one_part_fails_covers_nothing(part: str) -> None:
    data = _proof(workbook()).as_data()
    digest = data["outputs"][0]

    assert Proof.from_data(data).covers(digest)
    assert not Proof.from_data(data | {part: False}).covers(digest)
