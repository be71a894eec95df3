"""Citations as people write them are read as the provisions they name, and provisions print as citations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.law.provision import CitationError, Provision, format_provisions, parse_citation

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
CAPITALS = LETTERS.upper()

sections = st.builds("{}{}".format, st.integers(1, 999), st.sampled_from(["", *CAPITALS]))
subsections = st.builds("{}{}".format, st.integers(1, 99), st.text(CAPITALS, max_size=2))
paragraphs = st.text(LETTERS, min_size=1, max_size=2)


@st.composite
def provisions(draw: st.DrawFn) -> Provision:
    """A section, and the steps below it as deep as drawn; never (h)(i), which reads as two paragraphs."""
    section, depth = draw(sections), draw(st.integers(0, 3))
    steps = [draw(subsections), draw(paragraphs), draw(st.sampled_from(ROMAN))][:depth]
    if steps[1:] == ["h", "i"]:
        steps[2] = "ii"
    return Provision(section, tuple(steps))


def names(text: str) -> list[str]:
    """What the citation names, each printed."""
    return [str(provision) for provision in parse_citation(text)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("31(1)(a)", ["31(1)(a)"]),
        ("31(1)(i)", ["31(1)(i)"]),
        ("30(1)(a)(i)", ["30(1)(a)(i)"]),
        ("30(2)(a)(iii)", ["30(2)(a)(iii)"]),
        ("22A(1)", ["22A(1)"]),
        ("37(1)(ab)", ["37(1)(ab)"]),
        ("40(5B)(a)(ii)", ["40(5B)(a)(ii)"]),
        ("S12", ["12"]),
        ("s.31", ["31"]),
        ("Sect. 31(3).", ["31(3)"]),
        ("SECTION 31 (3)", ["31(3)"]),
    ],
)
def test_one_provision_is_read_at_every_depth(text: str, named: list[str]) -> None:
    """A section, subsection, paragraph or sub-paragraph is read, with or without the word “section”."""
    assert names(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("s.31(1)(a)&(b)", ["31(1)(a)", "31(1)(b)"]),
        ("31(1)(a)(b)", ["31(1)(a)", "31(1)(b)"]),
        ("31(1)(a)(b)(2)(b)", ["31(1)(a)", "31(1)(b)", "31(2)(b)"]),
        ("Section 40(2)(3A)(a)", ["40(2)", "40(3A)(a)"]),
        ("40(5A)(5B)", ["40(5A)", "40(5B)"]),
        ("40(2)&(3)", ["40(2)", "40(3)"]),
        ("37(1)(aa)(ab)", ["37(1)(aa)", "37(1)(ab)"]),
        ("30(1)(a)(i) and (ii)", ["30(1)(a)(i)", "30(1)(a)(ii)"]),
        ("36(2)(b)(i), (ii) and (c)", ["36(2)(b)(i)", "36(2)(b)(ii)", "36(2)(c)"]),
    ],
)
def test_a_step_no_deeper_than_the_last_begins_another_provision(text: str, named: list[str]) -> None:
    """Steps that follow at the same depth or above share what stands before them."""
    assert names(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("31(1)(h) and (i)", ["31(1)(h)", "31(1)(i)"]),
        ("31(1)(g), (h) and (i)", ["31(1)(g)", "31(1)(h)", "31(1)(i)"]),
        ("31(1)(g)(h)(i)", ["31(1)(g)", "31(1)(h)", "31(1)(i)"]),
        ("31(1)(a) or (i)", ["31(1)(a)", "31(1)(i)"]),
        ("31(1)(i) and (j)", ["31(1)(i)", "31(1)(j)"]),
        ("30(1)(a)(i)", ["30(1)(a)(i)"]),
        ("36(2)(b) (i)", ["36(2)(b)(i)"]),
    ],
)
def test_i_is_the_letter_after_h_or_a_joining_word_and_otherwise_the_numeral(text: str, named: list[str]) -> None:
    """“(h) and (i)” is two paragraphs, “(a)(i)” is one sub-paragraph."""
    assert names(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Sections 31, 38 and 40", ["31", "38", "40"]),
        ("ss.30(3); 31(3)", ["30(3)", "31(3)"]),
        ("section 30(3) by virtue of section 30(1)(a)(i)", ["30(3)", "30(1)(a)(i)"]),
        ("section 31(1)(g) with 31(2)(b)", ["31(1)(g)", "31(2)(b)"]),
        ("31(1)(a), 31(1)(a) and 31(1)(b)", ["31(1)(a)", "31(1)(b)"]),
        ("section 40 subsections (1) and (2)", ["40(1)", "40(2)"]),
    ],
)
def test_several_sections_are_read_in_the_order_named_each_once(text: str, named: list[str]) -> None:
    """Lists, joining words and “by virtue of” part one provision from the next."""
    assert names(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("31 (1) (a) (b (c)", ["31(1)(a)", "31(1)(b)", "31(1)(c)"]),
        ("31(1)(a", ["31(1)(a)"]),
        ("31( 1 )( a )", ["31(1)(a)"]),
        ("  section 31(3)  ", ["31(3)"]),
    ],
)
def test_a_forgotten_bracket_or_stray_space_is_forgiven(text: str, named: list[str]) -> None:
    """What is plainly meant is read."""
    assert names(text) == named


@pytest.mark.parametrize(
    "text", ["", "   ", ".", "hello", "S1 1UJ", "section", "31(1)a", "31(1)(abc)", "31 to 40", "1234"]
)
def test_what_is_not_a_citation_is_refused(text: str) -> None:
    """Words, postcodes and citations broken beyond reading raise an error instead of a guess."""
    with pytest.raises(CitationError):
        parse_citation(text)


def test_a_subsection_without_a_section_is_refused() -> None:
    """“(1)(a)” does not say of which section."""
    with pytest.raises(CitationError, match="before any section"):
        parse_citation("(1)(a)")


def test_parsing_one_provision_refuses_several() -> None:
    """Where one provision is wanted, a citation of two is an error that names both."""
    with pytest.raises(CitationError, match=r"31\(1\)\(a\), 31\(1\)\(b\)"):
        Provision.parse("31(1)(a) and (b)")


def test_a_provision_knows_what_it_stands_in() -> None:
    """The parent is one step up, and a provision is within itself and everything above it."""
    provision = Provision.parse("30(1)(a)(i)")
    assert [str(provision.parent), Provision("30").parent] == ["30(1)(a)", None]
    assert all(provision.within(Provision.parse(above)) for above in ("30", "30(1)", "30(1)(a)", "30(1)(a)(i)"))
    assert not any(provision.within(Provision.parse(other)) for other in ("31", "30(2)", "30(1)(b)"))
    assert not Provision.parse("40(5B)").within(Provision.parse("40(5)"))


def test_provisions_sort_in_the_order_of_the_act() -> None:
    """22A follows 22, 37(1)(aa) follows (a), and section 100 follows section 21."""
    order = ["21(1)", "22", "22(1)", "22(2)", "22A(1)", "23(5)", "37(1)(a)", "37(1)(aa)", "37(1)(b)", "40(5B)", "100"]
    assert [str(provision) for provision in sorted(map(Provision.parse, reversed(order)))] == order


@pytest.mark.parametrize(
    ("cites", "printed"),
    [
        ([], ""),
        (["31(3)"], "31(3)"),
        (["31(1)(a)", "31(1)(b)"], "31(1)(a) and (b)"),
        (["30(3)", "31(3)", "38(2)"], "30(3), 31(3) and 38(2)"),
        (["40(2)", "40(3A)(a)"], "40(2) and 40(3A)(a)"),
        (["31(1)(a)", "31(1)(b)", "38(1)(a)"], "31(1)(a), (b) and 38(1)(a)"),
    ],
)
def test_provisions_print_as_a_letter_cites_them(cites: list[str], printed: str) -> None:
    """Paragraphs of one subsection share its name; the last provision follows “and”."""
    assert format_provisions([Provision.parse(cite) for cite in cites]) == printed


@given(provisions())
def test_a_provision_prints_and_parses_back_to_itself(provision: Provision) -> None:
    """Printing loses nothing, whatever the depth."""
    assert Provision.parse(str(provision)) == provision
    assert Provision.parse(f"section {provision}") == provision


@given(st.sets(provisions(), min_size=1, max_size=8))
def test_a_printed_list_parses_back_to_the_same_provisions(chosen: set[Provision]) -> None:
    """What a letter prints names exactly what was decided, in the same order."""
    ordered = sorted(chosen)
    assert list(parse_citation(format_provisions(ordered))) == ordered


@given(st.sets(st.builds(lambda step: Provision("31", ("1", step)), st.sampled_from(LETTERS)), min_size=1, max_size=26))
def test_paragraphs_of_one_subsection_print_and_parse_back(chosen: set[Provision]) -> None:
    """The letters that are also numerals, (i), (v) and (x), survive in a list of paragraphs."""
    assert set(parse_citation(format_provisions(sorted(chosen)))) == chosen


@given(provisions(), provisions())
def test_order_is_total(one: Provision, other: Provision) -> None:
    """Of two different provisions exactly one comes first."""
    assert (one < other) + (other < one) + (one == other) == 1


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is typed, the answer is provisions or a CitationError."""
    try:
        found = parse_citation(text)
    except CitationError:
        return
    assert found and len(set(found)) == len(found)
