# ruff: noqa: E501  markup is planted in one piece, as it stands in a file
"""DOCX and DOCM: whatever is planted is found, and does not survive the rebuild."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.files import inside
from candour.files.findings import Blocked, Status
from candour.files.limits import Limits
from candour.files.proof import inflated
from candour.files.visible import Document, Paragraph, Picture, Table
from candour.files.word.docx import read_again
from files.canaries_docx import PLANTED
from files.making_docx import VISIBLE, Docx, box, drawing, p, png

TOKEN = "Zq7Kestrel42"


def seen(data: bytes) -> Document:
    inspected = inside._inspect(data, inside.Context("a.docx", inside.Budget(Limits()), 0, inside._inspect_inner))[1]
    assert inspected
    assert isinstance(inspected.visible, Document)
    return inspected.visible


@pytest.mark.parametrize("place", PLANTED)
def test_what_is_planted_is_found_and_gone_after_the_rebuild(place: str) -> None:
    code, plant = PLANTED[place]
    data = plant(TOKEN)
    report = inside.inspect(data, "planted.docx", Limits())
    assert code in {finding.code for finding in report.findings}, report
    assert report.classified == 1.0
    assert not any(TOKEN in finding.evidence for finding in report.findings), "evidence is masked"
    rebuilt = inside.rebuild(data, "planted.docx", Limits(), "test")
    assert rebuilt.proof.holds, rebuilt.proof.failures
    for output in rebuilt.rebuilt.outputs:
        assert not any(TOKEN.lower().encode() in content.lower() for content in inflated(output.data))
    assert VISIBLE in " ".join(rebuilt.rebuilt.visible.texts())


def test_a_plain_document_is_clean_and_its_rebuild_reads_the_same() -> None:
    assert inside.inspect(Docx(p("More")).bytes(), "plain.docx", Limits()).status is Status.CLEAN
    data = Docx(p("More") + box("In a box")).bytes()
    assert {finding.code for finding in inside.inspect(data, "plain.docx", Limits()).findings} == {"D.textbox"}
    assert list(seen(data).texts()) == [VISIBLE, "More", "In a box"]


def test_two_rebuilds_have_the_same_bytes() -> None:
    made = Docx(p("Words"))
    made.body += drawing(made.relate("image", "word/media/a.png", png("x"), "image/png"))
    one, two = (inside.rebuild(made.bytes(), "a.docx", Limits(), "t").rebuilt.outputs for _ in range(2))
    assert [output.data for output in one] == [output.data for output in two]


def test_insertions_are_accepted_and_a_deleted_paragraph_mark_joins_paragraphs() -> None:
    deleted = '<w:p><w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr><w:r><w:t>One </w:t></w:r></w:p>'
    inserted = '<w:p><w:ins w:id="2" w:author="a"><w:r><w:t>two</w:t></w:r></w:ins></w:p>'
    assert list(seen(Docx(deleted + inserted).bytes()).texts()) == [VISIBLE, "One two"]


def test_a_fake_redaction_becomes_a_bar_of_one_width() -> None:
    names = [p(name, '<w:highlight w:val="black"/>') for name in ("Al", "Alexandrina Featherstonehaugh")]
    texts = list(seen(Docx("".join(names)).bytes()).texts())
    assert texts[1:] == ["█████", "█████"]


def test_white_print_on_a_dark_ground_is_shown() -> None:
    cell = f'<w:tc><w:tcPr><w:shd w:val="clear" w:fill="003366"/></w:tcPr>{p("Heading", chr(60) + "w:color w:val=" + chr(34) + "FFFFFF" + chr(34) + "/>")}</w:tc>'
    data = Docx(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>").bytes()
    assert not inside.inspect(data, "a.docx", Limits()).grave
    assert Table((("Heading",),)) in seen(data).blocks


def test_headings_lists_and_notes_are_kept_with_the_marks_that_a_reader_sees() -> None:
    made = Docx(
        p("Title", properties='<w:pStyle w:val="H"/>')
        + p("first", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>')
        + p("second", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>')
        + p("under", properties='<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>')
        + '<w:p><w:r><w:t>noted</w:t></w:r><w:r><w:footnoteReference w:id="5"/></w:r></w:p>'
    )
    made.styles = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/></w:style>'
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    made.relate(
        "numbering",
        "word/numbering.xml",
        f'<w:numbering {word}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num></w:numbering>',
    )
    made.relate(
        "footnotes",
        "word/footnotes.xml",
        f'<w:footnotes {word}><w:footnote w:id="5">{p("The note.")}</w:footnote></w:footnotes>',
    )
    assert seen(made.bytes()).blocks[1:] == [
        Paragraph("Title", 2),
        Paragraph("first", 0, "4."),
        Paragraph("second", 0, "5."),
        Paragraph("under", 0, "(a)"),
        Paragraph("noted[1]"),
        Paragraph("[1] The note."),
    ]
    output = inside.rebuild(made.bytes(), "a.docx", Limits(), "t").rebuilt.outputs[0]
    assert "4.\tfirst" in list(read_again(output.data).texts())


def test_a_cropped_picture_keeps_only_what_is_seen_of_it() -> None:
    made = Docx()
    made.body = drawing(
        made.relate("image", "word/media/a.png", png(), "image/png"), crop='<a:srcRect l="25000" b="50000"/>'
    )
    (picture,) = [block for block in seen(made.bytes()).blocks if isinstance(block, Picture)]
    assert (picture.width, picture.height) == (30, 20)


@pytest.mark.parametrize("colour", ["000000", "FFFFFF"])
def test_a_filled_shape_over_the_text_blocks_because_nobody_can_tell_what_it_covers(colour: str) -> None:
    shape = box("", shape=f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>')
    report = inside.inspect(Docx(shape).bytes(), "a.docx", Limits())
    assert report.status is Status.BLOCKED
    assert "D.shape_over_text" in {finding.code for finding in report.findings}
    with pytest.raises(Blocked, match="shape"):
        inside.rebuild(Docx(shape).bytes(), "a.docx", Limits(), "t")


def _bar(height: int, offset: int = 0, fill: str = "000000") -> str:
    return box(
        "",
        position=f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{offset}</wp:posOffset></wp:positionV>',
        shape=f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>',
        size=f'cx="900000" cy="{height}"',
    )


@pytest.mark.parametrize("fill", ["000000", "FFFFFF"])
def test_what_a_shape_placed_by_its_paragraph_may_reach_becomes_a_bar(fill: str) -> None:
    data = Docx(_bar(100_000, fill=fill) + p(TOKEN) + "".join(p(f"Line {number}") for number in range(20))).bytes()
    report = inside.inspect(data, "a.docx", Limits())
    assert "D.shape_over_text" in {finding.code for finding in report.findings}
    assert report.status is Status.FINDINGS
    made = inside.rebuild(data, "a.docx", Limits(), "t")
    assert made.proof.holds, made.proof.failures
    texts = list(made.rebuilt.visible.texts())
    assert texts[0] == VISIBLE
    assert TOKEN not in texts
    assert texts[-1] == "Line 19"
    assert texts.count("█████") == 2
    assert any("bars stand there" in lost for lost in made.rebuilt.lost)


def test_a_shape_that_reaches_up_bars_what_stands_before_it() -> None:
    data = Docx(p(TOKEN) + _bar(100_000, offset=-150_000) + p("Further") * 9).bytes()
    texts = list(seen(data).texts())
    assert TOKEN not in texts
    assert texts[-1] == "Further"


@pytest.mark.parametrize(
    "more",
    [
        '<w:p><w:pPr><w:framePr w:w="900" w:x="100" w:y="100"/></w:pPr><w:r><w:t>frame</w:t></w:r></w:p>',
        '<w:p><w:pPr><w:sectPr><w:cols w:num="2"/></w:sectPr></w:pPr></w:p>',
        p("pressed", properties='<w:spacing w:line="60" w:lineRule="exact"/>'),
        p("small", '<w:sz w:val="6"/>'),
    ],
    ids=["a frame", "columns", "pressed lines", "small print"],
)
def test_where_nobody_can_tell_what_a_shape_reaches_the_document_is_refused(more: str) -> None:
    report = inside.inspect(Docx(_bar(100_000) + p(TOKEN) + more).bytes(), "a.docx", Limits())
    assert report.status is Status.BLOCKED


def test_an_element_that_nobody_knows_blocks() -> None:
    report = inside.inspect(Docx("<w:p><w:unheard/></w:p>").bytes(), "a.docx", Limits())
    assert report.status is Status.BLOCKED
    assert report.reason
    assert "unheard" in report.reason


def test_a_part_of_no_known_kind_blocks() -> None:
    made = Docx()
    made.relate("somethingNew", "word/new.bin", b"\x01\x02", "application/x-new")
    assert inside.inspect(made.bytes(), "a.docx", Limits()).status is Status.BLOCKED


_LOOKS = {
    "": True,
    "<w:b/>": True,
    '<w:color w:val="FF0000"/>': True,
    '<w:highlight w:val="yellow"/>': True,
    "<w:vanish/>": False,
    '<w:vanish w:val="0"/>': True,
    '<w:highlight w:val="black"/>': False,
    '<w:color w:val="FFFFFF"/>': False,
    '<w:sz w:val="3"/>': False,
}


@given(
    st.lists(st.tuples(st.sampled_from(sorted(_LOOKS)), st.sampled_from(["r", "ins", "del"])), min_size=1, max_size=12)
)
def test_each_text_is_either_shown_or_hidden_and_never_both_or_neither(runs: list[tuple[str, str]]) -> None:
    markup, shown, hidden = [], set(), set()
    for number, (looks, around) in enumerate(runs):
        word = f"word{number}x"
        text = f"<w:{'delText' if around == 'del' else 't'}>{word} </w:{'delText' if around == 'del' else 't'}>"
        run = f"<w:r><w:rPr>{looks}</w:rPr>{text}</w:r>"
        markup.append(run if around == "r" else f'<w:{around} w:id="1" w:author="a">{run}</w:{around}>')
        (shown if _LOOKS[looks] and around != "del" else hidden).add(word)
    data = Docx(f"<w:p>{''.join(markup)}</w:p>").bytes()
    inspected = inside._inspect(data, inside.Context("a.docx", inside.Budget(Limits()), 0, inside._inspect_inner))[1]
    assert inspected
    assert inspected.visible
    visible = {word for text in inspected.visible.texts() for word in text.split() if word in shown | hidden}
    assert visible == shown
    assert all(word in inspected.hidden for word in hidden)
