"""Limbs are found as people cite them, and what only looks like a citation is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.law.provision import Provision, format_provisions
from candour.letters.read.citations import CLAIMABLE, LAST_SUBSECTION, cited, exact


@st.composite
def provisions(draw: st.DrawFn) -> Provision:
    """A provision of the kind that is claimed: a section, a subsection or a paragraph."""
    section = draw(st.sampled_from(sorted(CLAIMABLE)))
    subsection = str(draw(st.integers(1, LAST_SUBSECTION.get(section, 4))))
    paragraph = draw(st.sampled_from("abcdfg"))
    return Provision(section, (subsection, paragraph)[: draw(st.integers(0, 2))])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Section 31(1)(a)(b)(2)(b) - Law Enforcement", ["31(1)(a)", "31(1)(b)", "31(2)(b)"]),
        ("Sections 31, 38 and 40 are engaged.", ["31", "38", "40"]),
        ("Section 40(2)(3)&(4)", ["40(2)", "40(3)", "40(4)"]),
        ("Section 40(2) applies. Section 40 is absolute.", ["40(2)"]),
        ("section 30 (1) (a) (b (c)", ["30(1)(a)", "30(1)(b)", "30(1)(c)"]),
        ("s.40(5A)(5B) and s12", ["40(5A)", "40(5B)", "12"]),
        ("Section 31(1)(g) subsection 2(b)", ["31(1)(g)", "31(2)(b)"]),
        ("under section 41of the Freedom of Information Act", ["41"]),
        ("section 40(2)(3A)(a) of FOIA", ["40(2)", "40(3A)(a)"]),
        ("section 22A(1) of the Act", ["22A(1)"]),
    ],
)
def test_as_cited(text: str, expected: list[str]) -> None:
    """Each way of citing comes out as the limbs it means."""
    assert [str(provision) for provision in cited(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Our office is at 4 High Street, Sheffield S21 4PL.",
        "an offence under section 12 of the Public Order Act 1986",
        "Public Order Act s12/s14 conditions",
        "sections 12 and 14 of the 1986 Act",
        "section 34 of the Data Protection Act 2018",
        "the duty in Section1(1)(a), the notice under section 17(1), advice under s16, section 8 and section 84",
        "section 38(6) applications",
        "Regulation 39 and page 40",
    ],
)
def test_not_citations(text: str) -> None:
    """Postcodes, other Acts and sections that refuse nothing are not exemptions."""
    assert cited(text) == ()


def test_ground_of_a_denial_is_not_claimed() -> None:
    """What would be exempt if it were held is not relied on beside the limb that denies."""
    assert [str(found) for found in cited("section 30(3) by virtue of section 30(1)(a)(i)")] == ["30(3)"]


@given(st.lists(provisions(), min_size=1, max_size=5, unique=True))
def test_printed_provisions_are_found_again(named: list[Provision]) -> None:
    """What our own letters print is read back as it was meant."""
    found = cited(f"We rely on sections {format_provisions(named)} of the Act.")
    assert set(found) == set(exact(named))


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    """No text makes the finder fail."""
    assert all(provision.section in CLAIMABLE for provision in cited("section 40 " + text))
