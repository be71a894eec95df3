"""The one door: what a stranger's file may do to the process that reads it, and what is said of it."""

import io
import struct
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from candour.files import Blocked, Gate, Limits, Status, inside, inspect_file, rebuild_file
from candour.files.findings import Inspection
from candour.files.limits import MIB, Budget
from candour.files.proof import Proof
from candour.files.visible import Grid, HiddenTokens, Rows, Sheet
from candour.files.workbook.csv import inspect as inspect_table
from candour.files.workbook.numbers import as_number, same
from candour.files.workbook.write import write_outputs
from files.packages import Package, packed, workbook


def test_a_file_is_inspected_and_rebuilt_in_a_process_of_its_own() -> None:
    data = workbook(lambda book, sheet: sheet.write_comment(1, 1, "Not for release"))
    with Gate() as gate:
        report = gate.inspect(data, "figures.xlsx")
        made = gate.rebuild(data, "figures.xlsx")

    assert report.status is Status.FINDINGS
    assert {finding.code for finding in report.findings} >= {"X.comments"}
    assert [output.name for output in made.outputs] == ["figures.xlsx", "figures.csv"]
    assert made.proof.holds
    assert made.proof.covers(made.outputs[0].sha256)
    assert not made.proof.covers(made.inspection.sha256)
    assert Proof.from_data(made.proof.as_data()) == made.proof
    assert Inspection.from_data(made.inspection.as_data()) == made.inspection


def test_the_shape_of_a_report_is_stable() -> None:
    report = inspect_file(workbook(), "figures.xlsx").as_data()

    assert {"file", "status", "classified", "findings", "reason"} <= report.keys()
    assert (report["status"], report["classified"], report["reason"]) == ("clean", 1.0, None)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", workbook()[:3000], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"<html></html>"],
    ids=["empty", "a beginning", "cut short", "a broken compound file", "a web page"],
)
def test_what_cannot_be_read_is_blocked_with_a_reason(data: bytes) -> None:
    report = inspect_file(data, "figures.xlsx")

    assert report.status is Status.BLOCKED
    assert report.reason
    with pytest.raises(Blocked):
        rebuild_file(data, "figures.xlsx")


def test_a_bomb_is_blocked() -> None:
    bomb = packed({"a.txt": b"0" * 90 * MIB})
    package = Package(workbook())
    package.parts["xl/left.xml"] = b" " * 90 * MIB

    for data in (bomb, package.packed()):
        report = inspect_file(data, "figures.xlsx")
        assert report.status is Status.BLOCKED
        assert "bomb" in (report.reason or "") or "ZIP" in (report.reason or "")


def test_a_size_that_the_directory_does_not_admit_is_counted_all_the_same() -> None:
    package = Package(workbook())
    package.parts["xl/left.xml"] = b"<a>" + b" " * 3_000_000 + b"</a>"
    data = bytearray(package.packed())
    true_size = struct.pack("<I", 3_000_007)
    while (place := data.find(true_size)) >= 0:
        data[place : place + 4] = struct.pack("<I", 10)

    assert inspect_file(bytes(data), "figures.xlsx", Limits(entry=1_000_000)).status is Status.BLOCKED


def test_long_work_tells_how_far_it_is_and_ends_when_told_to() -> None:
    long = workbook(lambda book, sheet: [sheet.write(row, 0, f"{row} x") for row in range(20_000)] and None)
    told: list[tuple[float, str]] = []

    def stop(share: float, note: str) -> None:
        raise InterruptedError(f"{note} {share}")

    with Gate() as gate:
        gate.rebuild(long, "figures.xlsx", tell=lambda share, note: told.append((share, note)))
        assert told == sorted(told, key=lambda step: step[0])
        assert told[-1][0] > 0.3
        assert all(note for _, note in told)
        with pytest.raises(InterruptedError):
            gate.inspect(long, "figures.xlsx", tell=stop)
        assert gate.inspect(workbook(), "figures.xlsx").status is Status.CLEAN


def test_the_time_grows_with_the_file_and_with_its_pages() -> None:
    limits = Limits()
    budget = Budget(limits.for_upload(10 * MIB))
    before = budget.allowed
    budget.allow(pages=100)

    assert before > limits.wall
    assert budget.allowed == before + 100 * limits.for_a_page
    assert Budget(limits.for_upload(10_000 * MIB)).allowed == limits.longest


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs")), max_size=8),
                st.sampled_from(
                    ["<r><t>a</t></r>", "_x0041_", " a ", "1", "0", "01", "-3", "12.50", "7%", "£1,200", "="]
                ),
            ),
            max_size=4,
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_another_library_reads_the_cells_that_were_written(rows: list[list[str]]) -> None:
    grid = Grid([Sheet("Figures", Rows([*rows, ["end"]]))])
    made = write_outputs(grid, inside.Context("figures.xlsx"), [])

    book = openpyxl.load_workbook(io.BytesIO(made.outputs[0].data))
    shows = made.outputs[0].shows
    assert isinstance(shows, Grid)
    for row, written in zip(shows.sheets[0].rows, book.active.iter_rows(), strict=True):
        for text, cell in zip(row, written, strict=False):
            if as_number(text) is None:
                assert unescape(cell.value or "") == text
            else:
                assert same(text, str(cell.value)) or "%" in text or "£" in text


def test_too_many_entries_are_blocked() -> None:
    package = Package(workbook())
    for number in range(30):
        package.parts[f"xl/left{number}.xml"] = b"<a/>"

    report = inspect_file(package.packed(), "figures.xlsx", Limits(entries=20))

    assert "20 parts" in (report.reason or "")


def test_a_file_that_takes_too_long_is_stopped_and_the_next_one_is_read() -> None:
    slow = workbook(lambda book, sheet: [sheet.write(row, 0, f"{row} x") for row in range(60_000)] and None)
    stops_itself = Limits(wall=0.2, for_each_mib=0.0)
    is_ended = Limits(wall=0.0, for_each_mib=0.0, standstill=0.0)
    with Gate(stops_itself) as gate:
        assert "within" in (gate.inspect(slow, "figures.xlsx").reason or "")
        gate.limits = is_ended
        assert gate.inspect(slow, "figures.xlsx").status is Status.BLOCKED
        gate.limits = Limits()
        assert gate.inspect(workbook(), "figures.xlsx").status is Status.CLEAN


def test_a_file_that_needs_too_much_memory_is_stopped() -> None:
    report = inspect_file(workbook(), "figures.xlsx", Limits(memory=40 * MIB))

    assert report.status is Status.BLOCKED


def test_entities_and_document_types_are_refused() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    package = Package(workbook())
    text = package.parts["xl/workbook.xml"].decode()
    package.parts["xl/workbook.xml"] = text.replace("<workbook", f"{laughs}<workbook", 1).encode()

    report = inspect_file(package.packed(), "figures.xlsx")

    assert "document type" in (report.reason or "")


def test_a_part_that_nobody_knows_blocks_and_lowers_the_share() -> None:
    package = Package(workbook())
    package.add("xl/strange.bin", b"who knows", "somethingNew")

    report = inspect_file(package.packed(), "figures.xlsx")

    assert report.status is Status.BLOCKED
    assert report.classified < 1
    assert "xl/strange.bin" in (report.reason or "")


def test_an_element_that_nobody_knows_blocks() -> None:
    package = Package(workbook()).replace("xl/worksheets/sheet1.xml", "</worksheet>", "<secret>x</secret></worksheet>")

    assert inspect_file(package.packed(), "figures.xlsx").status is Status.BLOCKED


def test_two_entries_of_one_name_block() -> None:
    buffer = io.BytesIO(workbook())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")

    report = inspect_file(buffer.getvalue(), "figures.xlsx")

    assert report.status is Status.BLOCKED
    assert "Z.dup_entry" in {finding.code for finding in report.findings}


def test_readers_that_disagree_block() -> None:
    """A cell that stands twice: one program shows the first, another the last."""
    package = Package(workbook())
    package.replace(
        "xl/worksheets/sheet1.xml", '<c r="B2"><v>12</v></c>', '<c r="B2"><v>12</v></c><c r="B2"><v>99</v></c>'
    )

    assert inspect_file(package.packed(), "figures.xlsx").status is Status.BLOCKED


def test_formulas_without_a_stored_result_refuse_a_rebuild_and_name_the_cells() -> None:
    package = Package(workbook())
    package.replace("xl/worksheets/sheet1.xml", "<v>12</v>", "<f>SUM(1,2)</f>")

    with pytest.raises(Blocked, match="Figures!B2"):
        rebuild_file(package.packed(), "figures.xlsx")


def test_the_name_does_not_decide_what_a_file_is() -> None:
    report = inspect_file(workbook(), "figures.csv")

    assert report.kind == "xlsx"
    assert {finding.code for finding in report.findings} == {"G.wrong_extension"}


def test_the_process_that_reads_has_no_network_and_starts_no_program() -> None:
    import subprocess
    import sys

    script = (
        "import socket, subprocess\n"
        "from candour.files.confinement import confine\n"
        "from candour.files.limits import Budget, Limits\n"
        "confine(Limits())\n"
        "for attempt in (lambda: socket.socket(), lambda: subprocess.run(['true'])):\n"
        "    try:\n        attempt()\n        print('allowed')\n"
        "    except OSError as error:\n        print('refused')\n"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert out.split() == ["refused", "refused"]


def _mutations(data: bytes) -> st.SearchStrategy[bytes]:
    cut = st.integers(1, len(data) - 1).map(lambda end: data[:end])
    flip = st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(1, 255)), min_size=1, max_size=12).map(
        lambda flips: _flipped(data, flips)
    )
    names = sorted(Package(data).parts)
    swap = st.tuples(st.sampled_from(names), st.sampled_from(names)).map(lambda pair: _swapped(data, *pair))
    drop = st.sampled_from(names).map(
        lambda name: packed({key: part for key, part in Package(data).parts.items() if key != name})
    )
    inner = st.tuples(st.sampled_from(names), st.integers(0, 5000), st.integers(1, 255)).map(
        lambda change: _changed_inside(data, *change)
    )
    return st.one_of(cut, flip, swap, drop, inner)


def _flipped(data: bytes, flips: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, mask in flips:
        changed[place] ^= mask
    return bytes(changed)


def _swapped(data: bytes, one: str, other: str) -> bytes:
    parts = Package(data).parts
    parts[one], parts[other] = parts[other], parts[one]
    return packed(parts)


def _changed_inside(data: bytes, name: str, place: int, mask: int) -> bytes:
    parts = Package(data).parts
    content = bytearray(parts[name])
    content[place % len(content)] ^= mask
    return packed(parts | {name: bytes(content)})


_SECRET = "Qz7secretxk"
_LADEN = workbook(
    lambda book, sheet: (
        (
            sheet.write(5, 0, _SECRET),
            sheet.set_row(5, None, None, {"hidden": True}),
            sheet.write_comment(1, 1, _SECRET),
        )[0]
        and None
    )
)


@given(_mutations(_LADEN))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_damaged_file_ends_in_findings_or_a_block_and_never_in_a_pass_or_a_crash(data: bytes) -> None:
    report = inside.inspect(data, "figures.xlsx", Limits())

    if report.status is Status.CLEAN:
        assert not _carries(data, _SECRET)
        return
    assert report.findings or report.reason
    try:
        made = inside.rebuild(data, "figures.xlsx", Limits(), "test")
    except Blocked:
        return
    if made.proof.holds and any(finding.code == "X.row_hidden" for finding in report.findings):
        assert not any(_carries(output.data, _SECRET) for output in made.rebuilt.outputs)


def _carries(data: bytes, token: str) -> bool:
    from candour.files.proof import inflated

    try:
        return any(token.lower().encode() in content.lower() for content in inflated(data))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, RuntimeError):
        return False


_CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")), max_size=12
) | st.sampled_from(
    ["12", "0.5", "1,234", "12.50", "-3", "£1,200.00", "12.3%", "=1+1", "+44 20", "@x", "00123", "1e5", "two\nlines"]
)


@example([[";"], ["", "", "two\nlines", ";"]])
@given(st.lists(st.lists(_CELLS, min_size=1, max_size=5), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_grid_that_is_written_is_read_back_as_it_was_shown(rows: list[list[str]]) -> None:
    from candour.files.format import Context
    from candour.files.proof import prove

    grid = Grid([Sheet("Figures", Rows(rows))])
    made = write_outputs(grid, Context("figures.csv"), [])
    checks = [(inside.inspect(output.data, output.name, Limits()), None) for output in made.outputs]
    seen = inspect_table(made.outputs[-1].data, Context("figures.csv")) if len(made.outputs) > 1 else None
    original = type(seen)() if seen else None
    if original is None:
        return
    original.visible = made.outputs[0].shows
    proof = prove("", original, made.outputs[:1], checks[:1], "test")

    assert proof.second_reader, proof.failures
    assert all(report.status == "clean" for report, _ in checks), checks


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_displayed_number_is_written_as_exact_as_it_is_shown(value: object) -> None:
    text = f"{value:,.2f}"
    number = as_number(text)

    assert number is not None or text.startswith("-0.00")
    if number is not None:
        assert f"{number[0]:,.2f}" == text


def test_the_sample_of_hidden_words_is_bounded_and_even() -> None:
    tokens = HiddenTokens(size=100)
    for number in range(5000):
        tokens.add(f"word{number}")

    assert 25 <= len(tokens) <= 100
    assert tokens.only(Grid([Sheet("word1", Rows([["word2"]]))]))
