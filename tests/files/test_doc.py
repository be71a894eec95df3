"""Binary DOC: whatever is planted is found, and does not survive the rebuild; what cannot be read is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from candour.files import inside
from candour.files.findings import Blocked, Status
from candour.files.limits import Limits
from candour.files.proof import inflated
from candour.files.visible import Document, Paragraph
from files.making_doc import VISIBLE, Doc, hidden_style, strings

TOKEN = "Zq7Kestrel42"
WIDE = TOKEN.encode("utf-16-le")
PLANTED: dict[str, tuple[str, Callable[[], Doc]]] = {
    "deletion": ("B.doc_deleted_runs", lambda: Doc([(TOKEN, b"\x00\x08\x01")])),
    "hidden run": ("B.doc_vanish_runs", lambda: Doc([(TOKEN, b"\x3c\x08\x01")])),
    "black highlighting": ("B.doc_fake_redaction", lambda: Doc([(TOKEN, b"\x0c\x2a\x01")])),
    "white print": ("B.doc_white_text", lambda: Doc([(TOKEN, b"\x70\x68\xff\xff\xff\x00")])),
    "white print by number": ("B.doc_white_text", lambda: Doc([(TOKEN, b"\x42\x2a\x08")])),
    "print of one point": ("B.doc_tiny_text", lambda: Doc([(TOKEN, b"\x43\x4a\x02\x00")])),
    "comment": ("B.doc_comments", lambda: Doc(comments=f"{TOKEN}\r")),
    "author of a comment": ("B.doc_comment_authors", lambda: Doc(tables={36: len(TOKEN).to_bytes(2, "little") + WIDE})),
    "author of a change": ("B.doc_revision_authors", lambda: Doc(tables={51: strings("Unknown", TOKEN)})),
    "last ten who saved it": ("B.doc_savedby", lambda: Doc(tables={71: strings(TOKEN, "C:\\a.doc")})),
    "variable": ("B.doc_variables", lambda: Doc(tables={60: WIDE})),
    "bookmark": ("B.doc_bookmark", lambda: Doc(tables={21: strings(TOKEN)})),
    "template": ("B.doc_associated", lambda: Doc(tables={32: strings("", TOKEN)})),
    "what a quick save replaced": ("B.doc_fastsave", lambda: Doc(left=TOKEN.encode(), flags=0x0204)),
    "what no piece shows": ("B.doc_left_over", lambda: Doc(left=TOKEN.encode())),
    "header of a first page that is none": (
        "B.doc_header_footer",
        lambda: Doc(headers=["", "", "", "", f"{TOKEN}\r", ""]),
    ),
    "embedded object": ("B.embedding", lambda: Doc(streams={"ObjectPool/1": TOKEN.encode()})),
    "macro": ("B.vba", lambda: Doc(streams={"Macros/PROJECT": TOKEN.encode()})),
    "data of another program": ("B.xml_data", lambda: Doc(streams={"MsoDataStore/Item": TOKEN.encode()})),
    "table of an earlier saving": ("B.doc_unused_table", lambda: Doc(streams={"0Table": WIDE})),
    "free sector": ("B.free_sector_residue", lambda: Doc(free=TOKEN.encode())),
    "code of a field": ("D.field_link", lambda: Doc([(f'\x13 INCLUDETEXT "{TOKEN}" \x14result\x15', b"")])),
}


def seen(data: bytes) -> Document:
    inspected = inside._inspect(data, inside.Context("a.doc", inside.Budget(Limits()), 0, inside._inspect_inner))[1]
    assert inspected
    assert isinstance(inspected.visible, Document)
    return inspected.visible


@pytest.mark.parametrize("place", PLANTED)
def test_what_is_planted_is_found_and_gone_after_the_rebuild(place: str) -> None:
    code, made = PLANTED[place]
    data = made().bytes()
    report = inside.inspect(data, "planted.doc", Limits())
    assert code in {finding.code for finding in report.findings}, report
    assert report.classified == 1.0
    assert not any(TOKEN in finding.evidence for finding in report.findings), "evidence is masked"
    rebuilt = inside.rebuild(data, "planted.doc", Limits(), "test")
    assert rebuilt.proof.holds, rebuilt.proof.failures
    for output in rebuilt.rebuilt.outputs:
        assert not any(TOKEN.lower().encode() in content.lower() for content in inflated(output.data))
    assert VISIBLE.strip() in " ".join(rebuilt.rebuilt.visible.texts())


def test_a_plain_document_is_clean() -> None:
    report = inside.inspect(Doc([("More\r", b"")]).bytes(), "a.doc", Limits())
    assert report.status is Status.CLEAN, report


def test_text_hidden_by_the_style_that_its_style_is_based_on_is_found() -> None:
    data = Doc(tables={1: hidden_style()}, paragraph_style=1).bytes()
    assert "B.doc_vanish_runs" in {finding.code for finding in inside.inspect(data, "a.doc", Limits()).findings}
    assert seen(data).blocks == []


def test_headers_that_are_shown_and_results_of_fields_are_kept() -> None:
    made = Doc([("\x13 PAGE \x14result\x15\r", b"")], headers=["", "Letterhead\r", "", "", "", ""])
    assert seen(made.bytes()).blocks == [Paragraph("Letterhead"), Paragraph(VISIBLE.strip()), Paragraph("result")]


def test_the_result_of_a_field_inside_the_code_of_another_is_not_shown() -> None:
    nested = f"\x13 IF \x13 MERGEFIELD a \x14{TOKEN}\x15 = 1 \x14result\x15"
    assert seen(Doc([(nested, b"")]).bytes()).blocks[1] == Paragraph("result")


def test_text_under_a_bar_becomes_a_bar_of_one_width() -> None:
    short, long = (seen(Doc([(name, b"\x0c\x2a\x01")]).bytes()).blocks[1] for name in ("Al", "Alexandrina"))
    assert short == long == Paragraph("█████")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (Doc(version=0x0065), "Word 95 or an older Word"),
        (Doc(flags=0x0300), "encrypted"),
        (Doc(flags=0x0000), "stream"),
        (Doc(tables={33: b""}), "pieces"),
    ],
)
def test_what_cannot_be_read_reliably_is_refused_and_said(made: Doc, why: str) -> None:
    report = inside.inspect(made.bytes(), "a.doc", Limits())
    assert report.status is Status.BLOCKED
    assert why in (report.reason or "")
    with pytest.raises(Blocked):
        inside.rebuild(made.bytes(), "a.doc", Limits(), "t")


def test_a_stream_of_no_known_kind_blocks() -> None:
    assert inside.inspect(Doc(streams={"Odd": b"words"}).bytes(), "a.doc", Limits()).status is Status.BLOCKED
