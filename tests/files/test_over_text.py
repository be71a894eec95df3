# ruff: noqa: E501  markup is planted in one piece, as it stands in a file
"""What lies in front of the text of a document, whatever it is, hides words; they do not leave under it."""

from __future__ import annotations

import pytest

from candour.files import inside
from candour.files.findings import Status
from candour.files.limits import Limits
from candour.files.proof import inflated
from candour.files.visible import Document, Picture
from files.canaries_odt import odt
from files.making_docx import NAMESPACES, VISIBLE, WORD_TYPE, Docx, box, drawing, p, png

TOKEN = "Zq7Kestrel42"
LINES = "".join(p(f"Line {number}") for number in range(20))


def placed(by: str = "paragraph", offset: int = 0) -> str:
    return f'<wp:positionV relativeFrom="{by}"><wp:posOffset>{offset}</wp:posOffset></wp:positionV>'


def picture(made: Docx, position: str, wrap: str = "<wp:wrapNone/>", size: str = 'cx="900000" cy="200000"') -> str:
    number = made.relate("image", f"word/media/a{len(made.parts)}.png", png(), "image/png")
    return drawing(number, holder="anchor", extra=position + wrap, size=size)


def filled(markup: str, words: str = "") -> str:
    return box(words, position=placed(), shape=markup, size='cx="900000" cy="200000"')


def over(markup: str) -> bytes:
    return Docx(markup + p(TOKEN) + LINES).bytes()


def with_picture() -> bytes:
    made = Docx()
    made.body = picture(made, placed()) + p(TOKEN) + LINES
    return made.bytes()


def vml(style: str, attributes: str = "", inner: str = "", name: str = "rect") -> str:
    position = f"position:absolute;margin-left:0;margin-top:0;width:200pt;height:20pt;{style}"
    return f'<w:p><w:r><w:pict><v:{name} style="{position}" {attributes}>{inner}</v:{name}></w:pict></w:r></w:p>'


def vml_picture() -> bytes:
    made = Docx()
    number = made.relate("image", "word/media/a.png", png(), "image/png")
    made.body = vml("z-index:1", 'filled="f"', f'<v:imagedata r:id="{number}"/>', "shape") + p(TOKEN) + LINES
    return made.bytes()


THEMED = '<wps:style><a:lnRef idx="2"><a:schemeClr val="accent1"/></a:lnRef><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef></wps:style>'
COVERED = {
    "a picture": with_picture(),
    "a shape in a colour of the theme": over(filled('<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>')),
    "a shape in a style of the theme": over(filled("").replace("</wps:spPr>", f"</wps:spPr>{THEMED}")),
    "a grey shape": over(filled('<a:solidFill><a:srgbClr val="C0C0C0"/></a:solidFill>')),
    "a shape that lets almost nothing through": over(
        filled('<a:solidFill><a:srgbClr val="000000"><a:alpha val="95000"/></a:srgbClr></a:solidFill>')
    ),
    "a shape with a gradient": over(filled("<a:gradFill/>")),
    "a shape with a hatching": over(filled('<a:pattFill prst="dkUpDiag"/>')),
    "a thick line": over(
        filled('<a:noFill/><a:ln w="190500"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln>')
    ),
    "a box with words": over(filled('<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>', "In the box")),
    "an old shape": over(vml("z-index:1", 'fillcolor="#808080"')),
    "an old shape that says nothing of its fill": over(vml("")),
    "an old group": over(vml("", "", '<v:rect style="width:100;height:100" fillcolor="black"/>', "group")),
    "an old picture": vml_picture(),
    "an old thick line": over(vml("", 'strokeweight="12pt"', "", "line")),
}


def assert_found_and_gone(data: bytes, name: str, code: str) -> None:
    """The words under the shape are a finding and not in the rebuild; all others are."""
    report = inside.inspect(data, name, Limits())
    assert report.status is Status.FINDINGS, report.reason
    assert code in {finding.code for finding in report.findings}
    made = inside.rebuild(data, name, Limits(), "t")
    assert made.proof.holds, made.proof.failures
    for output in made.rebuilt.outputs:
        assert not any(TOKEN.lower().encode() in content.lower() for content in inflated(output.data))
    texts = list(made.rebuilt.visible.texts())
    assert texts[0] == VISIBLE
    assert texts[-1] == "Line 19"


@pytest.mark.parametrize("what", COVERED)
def test_words_under_it_are_found_and_gone_after_the_rebuild(what: str) -> None:
    assert_found_and_gone(COVERED[what], "a.docx", "D.shape_over_text")


@pytest.mark.parametrize(
    "markup",
    [
        filled("<a:noFill/>"),
        filled('<a:solidFill><a:srgbClr val="FFFF00"><a:alpha val="30000"/></a:srgbClr></a:solidFill>'),
        filled('<a:noFill/><a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln>'),
        filled('<a:prstGeom prst="line"/><a:ln w="9525"/>'),
        vml("", 'filled="f"'),
        vml("z-index:-1", 'fillcolor="black"'),
        vml("", "", '<v:fill opacity=".2"/>'),
        vml("", "", "", "line"),
    ],
)
def test_what_lets_the_text_through_covers_nothing(markup: str) -> None:
    data = over(markup)
    assert "D.shape_over_text" not in {finding.code for finding in inside.inspect(data, "a.docx", Limits()).findings}
    assert TOKEN in list(inside.rebuild(data, "a.docx", Limits(), "t").rebuilt.visible.texts())


@pytest.mark.parametrize("wrap", ["<wp:wrapSquare/>", "<wp:wrapTopAndBottom/>", "<wp:wrapTight/>"])
def test_text_that_runs_around_a_picture_is_not_under_it(wrap: str) -> None:
    made = Docx()
    made.body = picture(made, placed(), wrap) + p(TOKEN)
    assert inside.inspect(made.bytes(), "a.docx", Limits()).status is Status.CLEAN


def test_text_that_runs_into_a_picture_by_an_outline_drawn_by_hand_is_under_it() -> None:
    made = Docx()
    outline = '<wp:wrapTight><wp:wrapPolygon edited="1"><wp:start x="0" y="0"/><wp:lineTo x="10" y="0"/><wp:lineTo x="10" y="10"/></wp:wrapPolygon></wp:wrapTight>'
    made.body = picture(made, placed(), outline) + p(TOKEN) + LINES
    assert TOKEN not in list(inside.rebuild(made.bytes(), "a.docx", Limits(), "t").rebuilt.visible.texts())


SECTION = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:bottom="1440" w:left="1440" w:right="1440"/>'


@pytest.mark.parametrize(
    ("by", "offset"), [("page", 100_000), ("topMargin", 0), ("page", 10_000_000), ("bottomMargin", 9)]
)
def test_a_picture_in_the_margin_covers_nothing(by: str, offset: int) -> None:
    made = Docx(section=SECTION)
    made.body = p(TOKEN) + picture(made, placed(by, offset)) + LINES
    report = inside.inspect(made.bytes(), "a.docx", Limits())
    assert report.status is not Status.BLOCKED
    assert TOKEN in list(inside.rebuild(made.bytes(), "a.docx", Limits(), "t").rebuilt.visible.texts())


def test_a_picture_somewhere_on_a_page_is_refused_as_nobody_can_tell_what_is_under_it() -> None:
    made = Docx(section=SECTION)
    made.body = p(TOKEN) + picture(made, placed("page", 3_000_000)) + LINES
    report = inside.inspect(made.bytes(), "a.docx", Limits())
    assert report.status is Status.BLOCKED
    assert "in line with text" in (report.reason or "")


def test_a_shape_over_a_picture_takes_the_picture_with_it() -> None:
    made = Docx()
    photo = drawing(made.relate("image", "word/media/p.png", png(), "image/png"))
    made.body = photo + filled('<a:solidFill><a:srgbClr val="000000"/></a:solidFill>') + LINES
    before = Docx(photo)
    before.parts, before.types, before.arrows = made.parts, made.types, made.arrows
    shown = inside.rebuild(before.bytes(), "a.docx", Limits(), "t").rebuilt.visible
    assert isinstance(shown, Document)
    assert any(isinstance(block, Picture) for block in shown.blocks)
    floating = filled('<a:solidFill><a:srgbClr val="000000"/></a:solidFill>')
    made.body = floating.removesuffix("</w:p>") + photo.removeprefix("<w:p>") + LINES
    covered = inside.rebuild(made.bytes(), "a.docx", Limits(), "t").rebuilt.visible
    assert isinstance(covered, Document)
    assert not any(isinstance(block, Picture) for block in covered.blocks)


def test_a_picture_in_a_header_covers_the_words_of_the_header_alone() -> None:
    made = Docx(section='<w:headerReference w:type="default" r:id="rId1"/>')
    made.body = p("Body") + LINES
    made.relate("header", "word/h.xml", "", f"{WORD_TYPE}.header+xml")
    number = made.relate("image", "word/media/a.png", png(), "image/png", source="word/h.xml")
    logo = drawing(number, holder="anchor", extra=placed("page", 9) + "<wp:wrapNone/>")
    made.parts["word/h.xml"] = f"<w:hdr {NAMESPACES}>{p(TOKEN)}{logo}</w:hdr>".encode()
    rebuilt = inside.rebuild(made.bytes(), "a.docx", Limits(), "t")
    texts = list(rebuilt.rebuilt.visible.texts())
    assert TOKEN not in texts
    assert "Body" in texts


# The same in an ODT


def graphic(properties: str) -> str:
    return f'<style:style style:name="s" style:family="graphic"><style:graphic-properties style:wrap="run-through" {properties}/></style:style>'


def odf(shape: str, properties: str = "", anchor: str = "paragraph", more: str = "") -> bytes:
    lines = "".join(f"<text:p>Line {number}</text:p>" for number in range(20))
    place = f'text:anchor-type="{anchor}" svg:y="0cm" svg:width="5cm" svg:height="0.5cm" draw:style-name="s"'
    body = f"<text:p>{shape.replace('@', place)}</text:p><text:p>{TOKEN}</text:p>{more}{lines}"
    return odt(body, styles=graphic(properties), entries={"Pictures/a.png": png()})


SOLID = 'draw:fill="solid" draw:fill-color='
FRAME = '<draw:frame @><draw:image xlink:href="Pictures/a.png"/></draw:frame>'
COVERED_ODT = {
    "a picture": odf(FRAME),
    "a picture at a character": odf(FRAME, anchor="char"),
    "a black shape": odf("<draw:rect @/>", SOLID + '"#000000"'),
    "a grey shape": odf("<draw:custom-shape @/>", SOLID + '"#c0c0c0"'),
    "a shape that says nothing of its fill": odf("<draw:ellipse @/>"),
    "a shape with a hatching": odf("<draw:rect @/>", 'draw:fill="hatch"'),
    "a thick line": odf("<draw:line @/>", 'draw:stroke="solid" svg:stroke-width="0.3cm"'),
    "a box with words": odf(
        "<draw:frame @><draw:text-box><text:p>In the box</text:p></draw:text-box></draw:frame>",
        'fo:background-color="#ffffff"',
    ),
}


@pytest.mark.parametrize("what", COVERED_ODT)
def test_words_under_it_in_an_odt_are_found_and_gone_after_the_rebuild(what: str) -> None:
    assert_found_and_gone(COVERED_ODT[what], "a.odt", "F.shape_over_text")


@pytest.mark.parametrize(
    "data",
    [
        odf("<draw:rect @/>", 'draw:fill="none"'),
        odf("<draw:rect @/>", SOLID + '"#ffff00" draw:opacity="20%"'),
        odf("<draw:line @/>", 'draw:stroke="solid" svg:stroke-width="0.02cm"'),
        odf("<draw:rect @/>", SOLID + '"#000000" style:run-through="background"'),
        odf(FRAME, anchor="as-char"),
        odf(FRAME, 'style:run-through="background"'),
    ],
)
def test_what_lets_the_text_of_an_odt_through_covers_nothing(data: bytes) -> None:
    assert "F.shape_over_text" not in {finding.code for finding in inside.inspect(data, "a.odt", Limits()).findings}
    assert TOKEN in list(inside.rebuild(data, "a.odt", Limits(), "t").rebuilt.visible.texts())


@pytest.mark.parametrize(
    "data",
    [
        odf(FRAME, anchor="page"),
        odf(FRAME, 'style:vertical-pos="middle"'),
        odf(FRAME, 'style:vertical-pos="from-top" style:vertical-rel="page"'),
        odf("<draw:g @><draw:rect svg:width='1cm' svg:height='1cm'/></draw:g>", 'style:vertical-pos="bottom"'),
    ],
)
def test_where_nobody_can_tell_what_it_lies_over_an_odt_is_refused(data: bytes) -> None:
    report = inside.inspect(data, "a.odt", Limits())
    assert report.status is Status.BLOCKED
    assert "anchored as a character" in (report.reason or "")


def test_notes_become_bars_where_something_lies_over_the_text_as_it_may_end_over_them() -> None:
    note = f"<text:p>noted<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>{TOKEN}</text:p></text:note-body></text:note></text:p>"
    made = inside.rebuild(odf(FRAME, more=note), "a.odt", Limits(), "t")
    assert made.proof.holds
    assert TOKEN not in " ".join(made.rebuilt.visible.texts())
    assert "█████" in list(made.rebuilt.visible.texts())[-1]

    word = Docx()
    word.body = (
        picture(word, placed()) + LINES + '<w:p><w:r><w:t>noted</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    notes = f'<w:footnotes {NAMESPACES}><w:footnote w:id="2">{p(TOKEN)}</w:footnote></w:footnotes>'
    word.relate("footnotes", "word/footnotes.xml", notes, f"{WORD_TYPE}.footnotes+xml")
    rebuilt = inside.rebuild(word.bytes(), "a.docx", Limits(), "t")
    assert TOKEN not in " ".join(rebuilt.rebuilt.visible.texts())
    assert "noted[1]" in list(rebuilt.rebuilt.visible.texts())


@pytest.mark.parametrize(("lines", "status"), [(0, Status.BLOCKED), (9, Status.FINDINGS)])
def test_a_section_in_columns_is_in_the_way_only_where_what_lies_over_the_text_may_reach_it(
    lines: int, status: Status
) -> None:
    columns = '<style:style style:name="c" style:family="section"><style:section-properties><style:columns fo:column-count="2"/></style:section-properties></style:style>'
    place = 'text:anchor-type="paragraph" svg:y="0cm" svg:width="5cm" svg:height="0.5cm" draw:style-name="s"'
    between = "".join(f"<text:p>Line {number}</text:p>" for number in range(lines))
    section = '<text:section text:style-name="c"><text:p>one</text:p><text:p>two</text:p></text:section>'
    body = f"<text:p>{FRAME.replace('@', place)}</text:p>{between}{section}"
    data = odt(body, styles=graphic("") + columns, entries={"Pictures/a.png": png()})
    assert inside.inspect(data, "a.odt", Limits()).status is status


def edge(kind: str, shape: str, place: str, room: str = "2cm") -> bytes:
    """An ODT with a header or a footer in which a frame lies over words."""
    layout = f'<style:page-layout style:name="l"><style:{kind}-style><style:header-footer-properties fo:min-height="{room}"/></style:{kind}-style></style:page-layout>'
    words = f"<text:p>{shape.replace('@', place)}{TOKEN}</text:p>"
    master = f'<style:master-page style:name="Standard" style:page-layout-name="l"><style:{kind}>{words}</style:{kind}></style:master-page>'
    return odt(
        "<text:p>Body</text:p>",
        styles=graphic(""),
        masters=layout + master,
        entries={"Pictures/a.png": png()},
    )


def at(y: str, height: str) -> str:
    return f'text:anchor-type="paragraph" svg:y="{y}" svg:width="5cm" svg:height="{height}" draw:style-name="s"'


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_a_picture_in_a_header_or_a_footer_of_an_odt_covers_the_words_there_alone(kind: str) -> None:
    made = inside.rebuild(edge(kind, FRAME, at("0cm", "1cm")), "a.odt", Limits(), "t")
    assert made.proof.holds, made.proof.failures
    texts = list(made.rebuilt.visible.texts())
    assert "Body" in texts
    assert not any(TOKEN in text for text in texts)
    assert any("bars stand there" in lost for lost in made.rebuilt.lost)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("header", at("0cm", "9cm")),
        ("footer", at("-5cm", "1cm")),
        ("header", at("0cm", "1cm").replace("paragraph", "page")),
    ],
)
def test_a_picture_that_may_reach_from_a_header_over_the_text_is_refused(kind: str, place: str) -> None:
    assert inside.inspect(edge(kind, FRAME, place), "a.odt", Limits()).status is Status.BLOCKED


def test_bars_reach_no_further_than_lines_of_the_least_size_in_the_file() -> None:
    def bars(size: str) -> int:
        print_of = f'<style:default-style style:family="paragraph"><style:text-properties fo:font-size="{size}"/></style:default-style>'
        place = at("0cm", "2cm")
        lines = "".join(f"<text:p>Line {number}</text:p>" for number in range(20))
        data = odt(
            f"<text:p>{FRAME.replace('@', place)}first</text:p>{lines}",
            styles=graphic("") + print_of,
            entries={"Pictures/a.png": png()},
        )
        texts = inside.rebuild(data, "a.odt", Limits(), "t").rebuilt.visible.texts()
        return sum("█" in text for text in texts)

    assert bars("12pt") < bars("5pt")
    assert bars("12pt") <= 7
