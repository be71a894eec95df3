from __future__ import annotations

import io
import tomllib
from importlib.resources import files

import pikepdf
import pytest
from files.pages.pdf_canaries import (
    CANARIES,
    WITHOUT_WORD,
    deflated,
    encrypted,
    outside_the_crop_of_a_page_in_units_of_its_own,
    pdf,
    under_a_black_box,
)

from candour.files import inside
from candour.files.findings import Blocked, Status
from candour.files.limits import Limits
from candour.files.pages import pdf_writer

WORD = "Quibblefrotz"


def test_every_row_of_the_catalogue_of_pdf_has_a_canary() -> None:
    rows = tomllib.loads((files("candour.files") / "hiding_places" / "pdf.toml").read_text("utf-8"))
    wild = {"P.annot/*", "P.annothidden/*"}
    assert set(rows) - wild - {"P.encrypted"} <= set(CANARIES)


@pytest.mark.parametrize("code", sorted(CANARIES))
def test_what_is_hidden_in_a_pdf_is_found_and_does_not_outlive_a_rebuild(code: str) -> None:
    data = CANARIES[code](WORD)
    report = inside.inspect(data, "answer.pdf", Limits())
    assert code in {finding.code for finding in report.findings}
    assert report.status is Status.FINDINGS
    rebuild = inside.rebuild(data, "answer.pdf", Limits(), "1")
    assert rebuild.proof.holds, rebuild.proof.failures
    (output,) = rebuild.rebuilt.outputs
    assert inside.inspect(output.data, "answer.pdf", Limits()).status is Status.CLEAN
    assert code in WITHOUT_WORD or WORD.casefold() not in _everything(output.data).casefold()
    assert "officer" in " ".join(rebuild.rebuilt.visible.texts()).casefold()


@pytest.mark.parametrize("code", ["P.text_not_rendered", "P.same_colour", "P.ocg_hidden", "P.outline", "P.attachment"])
def test_what_is_hidden_in_a_packed_pdf_is_found_as_well(code: str) -> None:
    report = inside.inspect(deflated(CANARIES[code](WORD)), "answer.pdf", Limits())
    assert code in {finding.code for finding in report.findings}


def test_what_is_outside_the_crop_of_a_page_in_units_of_its_own_is_found_and_gone() -> None:
    data = outside_the_crop_of_a_page_in_units_of_its_own(WORD)
    assert {"P.offpage_text", "P.cropbox"} <= {
        finding.code for finding in inside.inspect(data, "a.pdf", Limits()).findings
    }
    rebuild = inside.rebuild(data, "a.pdf", Limits(), "1")
    assert rebuild.proof.holds
    assert WORD.casefold() not in _everything(rebuild.rebuilt.outputs[0].data).casefold()
    assert "officer" in " ".join(rebuild.rebuilt.visible.texts()).casefold()


def test_an_ordinary_pdf_is_clean() -> None:
    report = inside.inspect(pdf(), "answer.pdf", Limits())
    assert (report.status, report.findings, report.classified) == (Status.CLEAN, (), 1.0)


def test_a_pdf_that_needs_a_password_is_blocked() -> None:
    report = inside.inspect(encrypted(pdf(), user="secret"), "answer.pdf", Limits())
    assert report.status is Status.BLOCKED
    assert [finding.code for finding in report.findings] == ["P.encrypted"]
    with pytest.raises(Blocked):
        inside.rebuild(encrypted(pdf(), user="secret"), "answer.pdf", Limits(), "1")


def test_the_report_shows_no_hidden_word_in_full() -> None:
    for code, make in CANARIES.items():
        for finding in inside.inspect(make(WORD), "answer.pdf", Limits()).findings:
            named = code in {"P.annot/FileAttachment", "P.attachment"}
            assert named or WORD not in finding.evidence, code


def test_the_same_pdf_is_rebuilt_to_the_same_bytes() -> None:
    first, second = (inside.rebuild(under_a_black_box(WORD), "a.pdf", Limits(), "1").rebuilt for _ in range(2))
    assert first.outputs[0].sha256 == second.outputs[0].sha256


def test_a_rebuilt_pdf_says_its_text_to_another_reader_in_order() -> None:
    output = inside.rebuild(under_a_black_box(WORD), "a.pdf", Limits(), "1").rebuilt.outputs[0]
    import pypdfium2

    text = pypdfium2.PdfDocument(output.data)[0].get_textpage().get_text_range()
    assert text.split() == ["The", "answer", "is", "forty", "two", "officers"]


def test_a_file_in_the_form_of_a_rebuild_that_holds_anything_more_is_not_taken_for_one() -> None:
    output = inside.rebuild(pdf(), "a.pdf", Limits(), "1").rebuilt.outputs[0].data
    assert pdf_writer.read(output) is not None
    for other in (
        output + b"x",
        output.replace(b"/Lang(en-GB)", b"/Lang(zz-ZZ)"),
        output.replace(b"%PDF-1.7", b"%PDF-1.6"),
        output.replace(b"\nxref", b"\n%hidden\nxref"),
    ):
        assert pdf_writer.read(other) is None


def test_a_layer_word_where_nothing_is_drawn_is_found_even_in_the_form_of_a_rebuild() -> None:
    output = inside.rebuild(pdf(), "a.pdf", Limits(), "1").rebuilt.outputs[0].data
    pages = pdf_writer.read(output)
    assert pages is not None
    pages[0].lines.append([pdf_writer.Word(WORD, 20, 20, 10, 100)])
    report = inside.inspect(pdf_writer.write(pages), "a.pdf", Limits())
    assert [finding.code for finding in report.findings] == ["P.text_not_rendered"]


def _everything(data: bytes) -> str:
    """A PDF's bytes and every stream of it unpacked, and the text of its layer."""
    pieces = [data]
    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = (value for value in opened.objects if isinstance(value, pikepdf.Stream))
        pieces.extend(value.read_bytes() for value in streams if "/Width" not in value)
    written = pdf_writer.read(data)
    assert written is not None
    return "\n".join([*(piece.decode("latin-1") for piece in pieces), *(page.text for page in written)])
