# ruff: noqa: E501  markup is planted in one piece, as it stands in a file
"""ODT and RTF: whatever is planted is found, and does not survive the rebuild."""

from __future__ import annotations

import pytest

from candour.files import inside
from candour.files.findings import Status
from candour.files.limits import Limits
from candour.files.proof import inflated
from candour.files.visible import Document, Paragraph, Table
from files import canaries_odt, canaries_rtf
from files.canaries_odt import VISIBLE, odt
from files.canaries_rtf import rtf

TOKEN = "Zq7Kestrel42"
PLANTED = {("odt", name): planted for name, planted in canaries_odt.PLANTED.items()}
PLANTED |= {("rtf", name): planted for name, planted in canaries_rtf.PLANTED.items()}


def seen(data: bytes) -> Document:
    inspected = inside._inspect(data, inside.Context("a", inside.Budget(Limits()), 0, inside._inspect_inner))[1]
    assert inspected
    assert isinstance(inspected.visible, Document)
    return inspected.visible


@pytest.mark.parametrize(("kind", "place"), PLANTED)
def test_what_is_planted_is_found_and_gone_after_the_rebuild(kind: str, place: str) -> None:
    code, plant = PLANTED[kind, place]
    data = plant(TOKEN)
    report = inside.inspect(data, f"planted.{kind}", Limits())
    assert code in {finding.code for finding in report.findings}, report
    assert report.classified == 1.0
    assert not any(TOKEN in finding.evidence for finding in report.findings), "evidence is masked"
    rebuilt = inside.rebuild(data, f"planted.{kind}", Limits(), "test")
    assert rebuilt.proof.holds, rebuilt.proof.failures
    for output in rebuilt.rebuilt.outputs:
        assert not any(TOKEN.lower().encode() in content.lower() for content in inflated(output.data))
    assert VISIBLE in " ".join(rebuilt.rebuilt.visible.texts())


def test_plain_documents_are_clean() -> None:
    assert inside.inspect(odt("<text:p>More</text:p>"), "a.odt", Limits()).status is Status.CLEAN
    usual = r"{\*\revtbl {Unknown;}}{\*\fchars !)}{\*\latentstyles{\lsdlockedexcept heading 1;}}{\*\pgdsctbl x}{\*\xmlnstbl}More"
    assert inside.inspect(rtf(usual), "a.rtf", Limits()).status is Status.CLEAN


def test_an_odt_keeps_headings_lists_tables_notes_and_spaces() -> None:
    body = (
        '<text:h text:outline-level="2">Title</text:h><text:list text:style-name="L"><text:list-item><text:p>first</text:p>'
        "</text:list-item><text:list-item><text:p>second</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>A1</text:p></table:table-cell><table:table-cell>"
        '<text:p>B1</text:p></table:table-cell></table:table-row></table:table><text:p>a<text:s text:c="2"/>b<text:note>'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>The note.</text:p></text:note-body></text:note></text:p>"
    )
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="a" '
        'style:num-suffix=")"/></text:list-style>'
    )
    assert seen(odt(body, styles=styles)).blocks[1:] == [
        Paragraph("Title", 2),
        Paragraph("first", 0, "a)"),
        Paragraph("second", 0, "b)"),
        Table((("A1", "B1"),)),
        Paragraph("a  b[1]"),
        Paragraph("[1] The note."),
    ]


def test_an_rtf_keeps_letters_of_every_kind_tables_and_notes() -> None:
    body = (
        r"\'e9 \u8364? \emdash \lquote q\rquote\par \trowd\intbl A1\cell B1\cell\row\pard After{\footnote\chftn  Note}\par "
        r"{\upr{old}{\*\ud{new}}}{\uc2\u20320\'c4\'e3}"
    )
    assert seen(rtf(body)).blocks[1:] == [
        Paragraph("é € —‘q’"),
        Table((("A1", "B1"),)),
        Paragraph("After[1]"),
        Paragraph("new你"),
        Paragraph("[1] Note"),
    ]


def test_text_under_a_bar_becomes_a_bar() -> None:
    assert seen(rtf(r"{\highlight1 Name}")).blocks[1] == Paragraph("█████")


@pytest.mark.parametrize("data", [b"{\\rtf1 never ends", b"{\\rtf1 a}}", b"{\\rtf1" + b"{" * 600 + b"}" * 601])
def test_an_rtf_whose_groups_do_not_close_never_passes(data: bytes) -> None:
    report = inside.inspect(data, "a.rtf", Limits())
    assert report.status in {Status.BLOCKED, Status.FINDINGS}
    assert report.reason or report.findings
