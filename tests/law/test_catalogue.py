"""The catalogue of exemptions says what the Act says, limb by limb.

The lists below are transcribed from the Act as in force on 7 April 2026, apart from the catalogue, so that a slip in
one is caught by the other.
"""

from __future__ import annotations

from datetime import date

import pytest

from candour.law.catalogue import Basis, Kind, Limb, Nature, Need, UnknownLimb, catalogue
from candour.law.provision import CitationError, Provision

LIMBS = tuple(catalogue())
EXEMPTIONS = catalogue().exemptions

PART_II = ["21", "22", "22A", "23", "24", *(str(number) for number in range(26, 45))]

# s2(3): "the following provisions of Part II (and no others)".
ABSOLUTE_SECTIONS = {"21", "23", "32", "34", "41", "44"}
ABSOLUTE_LIMBS = {"37(1)(a)", "37(1)(aa)", "37(1)(ab)", "40(1)", "40(3A)(a)", "40(3A)(b)"}
DEPENDS = {"37(2)", "40(2)"}
# Not in s2(3): the ICO's position since 11 July 2024.
ABSOLUTE_BY_THE_ICO = {"40(5A)", "40(5B)(a)(i)", "40(5B)(a)(ii)"}

DENY = {
    "22(2)",
    "22A(2)",
    "23(5)",
    "24(2)",
    "26(3)",
    "27(4)(a)",
    "27(4)(b)",
    "28(3)",
    "29(2)",
    "30(3)",
    "31(3)",
    "32(3)",
    "33(3)",
    "34(2)",
    "35(3)",
    "36(3)",
    "37(2)",
    "38(2)",
    "39(2)",
    "40(5A)",
    "40(5B)(a)(i)",
    "40(5B)(a)(ii)",
    "40(5B)(b)",
    "40(5B)(c)",
    "40(5B)(d)",
    "41(2)",
    "42(2)",
    "43(3)",
    "44(2)",
}
PURPOSES = {f"31(2)({letter})" for letter in "abcdefghij"}
CONDITIONS_OF_40 = {"40(3A)(a)", "40(3A)(b)", "40(3B)", "40(4A)(a)", "40(4A)(b)"}
EXPLAIN_21 = {"21(2)(a)", "21(2)(b)"}
CONDITIONS = PURPOSES | CONDITIONS_OF_40 | EXPLAIN_21 | {"30(2)(b)"}
INVESTIGATIONS = {f"30(1){step}" for step in ("(a)(i)", "(a)(ii)", "(b)", "(c)")}
SOURCES = {f"30(2)(a)({numeral})" for numeral in ("i", "ii", "iii", "iv")}
EFFECTS_OF_36 = {f"36(2){step}" for step in ("(a)(i)", "(a)(ii)", "(a)(iii)", "(b)(i)", "(b)(ii)", "(c)")}

# Where the Act asks for a link between disclosure (or confirming or denying) and harm.
HARM_SECTIONS = {"22A", "24", "26", "28", "29", "31", "33", "36", "38"}
HARM_LIMBS = {"27(1)(a)", "27(1)(b)", "27(1)(c)", "27(1)(d)", "27(4)(a)", "43(2)", "43(3)"}

GROUNDS = {
    **dict.fromkeys(("31(1)(g)", "31(1)(h)", "31(1)(i)"), PURPOSES),
    **dict.fromkeys(SOURCES, {"30(2)(b)"}),
    "40(2)": CONDITIONS_OF_40,
    "22(2)": {"22(1)"},
    "22A(2)": {"22A(1)"},
    "26(3)": {"26(1)(a)", "26(1)(b)"},
    "27(4)(a)": {"27(1)(a)", "27(1)(b)", "27(1)(c)", "27(1)(d)"},
    "28(3)": {"28(1)"},
    "29(2)": {"29(1)(a)", "29(1)(b)"},
    "30(3)": INVESTIGATIONS | SOURCES,
    "31(3)": {f"31(1)({letter})" for letter in "abcdefghi"} | PURPOSES,
    "32(3)": {"32(1)(a)", "32(1)(b)", "32(1)(c)(i)", "32(1)(c)(ii)", "32(2)(a)", "32(2)(b)"},
    "35(3)": {"35(1)(a)", "35(1)(b)", "35(1)(c)", "35(1)(d)"},
    "36(3)": EFFECTS_OF_36,
    "37(2)": {f"37(1)({letters})" for letters in ("a", "aa", "ab", "ac", "ad", "b")},
    "38(2)": {"38(1)(a)", "38(1)(b)"},
    "39(2)": {"39(1)(a)", "39(1)(b)"},
    "40(5A)": {"40(1)"},
    "42(2)": {"42(1)"},
    "43(3)": {"43(2)"},
    "44(2)": {"44(1)(a)", "44(1)(b)", "44(1)(c)"},
}

NEEDS = {
    "12(1)": {Need.ESTIMATE},
    "12(2)": {Need.ESTIMATE},
    "21(1)": {Need.LOCATOR},
    "22(1)": {Need.PUBLICATION},
    "31(1)(g)": {Need.FUNCTION},
    "40(2)": {Need.PERSONAL_DATA},
    "44(1)(a)": {Need.ENACTMENT},
    **{cite: {Need.PERSONAL_DATA} for cite in DENY if cite.startswith("40(5B)")},
    **dict.fromkeys((*EFFECTS_OF_36, "36(3)"), {Need.QUALIFIED_PERSON}),
}


def by_cite(limb: Limb) -> str:
    """The limb's citation, to name a test case."""
    return str(limb.provision)


def statutory_nature(limb: Limb) -> Nature:
    """What s2(3), and where it is silent the ICO, makes of the limb."""
    cite, section = str(limb.provision), limb.provision.section
    if limb.kind is Kind.PROCEDURE:
        return Nature.ABSOLUTE
    if cite in DEPENDS:
        return Nature.DEPENDS
    if section in ABSOLUTE_SECTIONS or cite in ABSOLUTE_LIMBS | ABSOLUTE_BY_THE_ICO:
        return Nature.ABSOLUTE
    return Nature.QUALIFIED


def test_every_section_of_part_ii_that_exempts_is_there_in_the_order_of_the_act() -> None:
    """Sections 21 to 44 stand after the two procedural refusals, with 22A and without 25, which exempts nothing."""
    assert [exemption.section for exemption in EXEMPTIONS] == ["12", "14", *PART_II]


@pytest.mark.parametrize("limb", LIMBS, ids=by_cite)
def test_a_limb_is_absolute_only_if_section_2_3_says_so(limb: Limb) -> None:
    """Every limb has the nature that the closed list in s2(3) gives it."""
    assert limb.nature is statutory_nature(limb)


def test_the_closed_list_names_only_limbs_that_are_catalogued() -> None:
    """Nothing in the transcribed list has dropped out of the catalogue."""
    names = ABSOLUTE_LIMBS | ABSOLUTE_BY_THE_ICO | DEPENDS
    assert names <= {str(limb.provision) for limb in LIMBS}
    assert {limb.provision.section for limb in LIMBS} >= ABSOLUTE_SECTIONS


def test_third_party_personal_data_is_absolute_only_by_the_first_condition() -> None:
    """40(2) is absolute by 40(3A)(a) or (b), and qualified by the second and third conditions."""
    grounds = {str(ground): catalogue().limb(ground).nature for ground in catalogue().limb("40(2)").by_virtue_of}
    assert {cite for cite, nature in grounds.items() if nature is Nature.ABSOLUTE} == {"40(3A)(a)", "40(3A)(b)"}
    assert {cite for cite, nature in grounds.items() if nature is Nature.QUALIFIED} == {
        "40(3B)",
        "40(4A)(a)",
        "40(4A)(b)",
    }


def test_refusing_to_confirm_royal_communications_takes_the_nature_of_the_communication() -> None:
    """37(2) is absolute for the Sovereign, the heir and the second in line, and qualified for the rest."""
    grounds = {str(ground): catalogue().limb(ground).nature for ground in catalogue().limb("37(2)").by_virtue_of}
    absolute = {cite for cite, nature in grounds.items() if nature is Nature.ABSOLUTE}
    assert absolute == {"37(1)(a)", "37(1)(aa)", "37(1)(ab)"}
    assert set(grounds.values()) == {Nature.ABSOLUTE, Nature.QUALIFIED}


@pytest.mark.parametrize("cite", sorted(ABSOLUTE_BY_THE_ICO))
def test_what_is_absolute_only_by_guidance_says_so(cite: str) -> None:
    """A limb that s2(3) does not name, but that the ICO takes as absolute, owns up to it in its source."""
    assert "ICO" in catalogue().limb(cite).source


def test_what_depends_has_grounds_to_depend_on() -> None:
    """A limb that takes its nature from its ground names grounds, none of which depends in turn."""
    for limb in LIMBS:
        if limb.nature is Nature.DEPENDS:
            assert limb.by_virtue_of
            assert all(catalogue().limb(ground).nature is not Nature.DEPENDS for ground in limb.by_virtue_of)


def test_the_limbs_that_lift_the_duty_to_confirm_or_deny_are_those_of_the_act() -> None:
    """Every subsection of Part II that lifts the duty is there, and nothing else claims to."""
    assert {str(limb.provision) for limb in LIMBS if limb.kind is Kind.DENY} == DENY


@pytest.mark.parametrize("section", ["12", "14", "21"])
def test_some_sections_never_lift_the_duty_by_an_exclusion(section: str) -> None:
    """Sections 12, 14 and 21 have no subsection of the kind in s2(1)."""
    assert not [limb for limb in catalogue().exemption(section).limbs if limb.kind is Kind.DENY]


def test_every_exempting_section_but_21_can_lift_the_duty() -> None:
    """In Part II only section 21 always leaves the duty to confirm or deny standing."""
    assert {limb.provision.section for limb in LIMBS if limb.kind is Kind.DENY} == set(PART_II) - {"21"}


def test_conditions_are_the_provisions_reached_only_through_others() -> None:
    """The purposes in 31(2), the conditions of section 40, 30(2)(b) and 21(2) are never claimed by themselves."""
    assert {str(limb.provision) for limb in LIMBS if limb.kind is Kind.CONDITION} == CONDITIONS


@pytest.mark.parametrize("cite", sorted(CONDITIONS - EXPLAIN_21))
def test_a_condition_is_the_ground_of_a_limb_that_can_be_claimed(cite: str) -> None:
    """Each condition is named by a claimable limb; 21(2) only explains 21(1), which stands without it."""
    condition = Provision.parse(cite)
    assert [limb for limb in LIMBS if limb.kind is not Kind.CONDITION and condition in limb.by_virtue_of]


@pytest.mark.parametrize("limb", LIMBS, ids=by_cite)
def test_a_limb_has_the_grounds_that_its_own_words_refer_to(limb: Limb) -> None:
    """The grounds are exactly those transcribed from the Act; a limb that refers to none has none."""
    assert {str(ground) for ground in limb.by_virtue_of} == GROUNDS.get(str(limb.provision), set())


@pytest.mark.parametrize("limb", LIMBS, ids=by_cite)
def test_every_ground_is_itself_catalogued_in_the_same_section(limb: Limb) -> None:
    """A ground exists, is named once, and stands in the section of the limb it supports."""
    assert len(set(limb.by_virtue_of)) == len(limb.by_virtue_of)
    for ground in limb.by_virtue_of:
        assert ground in catalogue()
        assert ground.section == limb.provision.section


@pytest.mark.parametrize("limb", LIMBS, ids=by_cite)
def test_harm_is_owed_where_the_act_asks_for_it_and_nowhere_else(limb: Limb) -> None:
    """Prejudice, endangerment, necessity and opinion want evidence of harm; class, breach and prohibition do not."""
    cite, section = str(limb.provision), limb.provision.section
    assert limb.harm is (section in HARM_SECTIONS or cite in HARM_LIMBS)


def test_class_based_limbs_want_no_harm() -> None:
    """No class-based limb asks for harm, sections 27 and 43 included, where other limbs do."""
    class_based = [limb for limb in LIMBS if limb.basis is Basis.CLASS]
    assert {"27(2)", "30(3)", "43(1)"} <= {str(limb.provision) for limb in class_based}
    assert not [limb for limb in class_based if limb.harm]


def test_health_and_safety_is_endangerment_and_no_other_section_is() -> None:
    """Section 38 asks about danger, not prejudice."""
    assert {limb.provision.section for limb in LIMBS if limb.basis is Basis.ENDANGERMENT} == {"38"}
    assert all(limb.basis is Basis.ENDANGERMENT for limb in catalogue().exemption("38").limbs)


def test_only_section_36_rests_on_an_opinion_and_always_on_a_qualified_persons() -> None:
    """The opinion basis and the qualified person go together, in section 36 alone."""
    opinion = {limb.provision for limb in LIMBS if limb.basis is Basis.OPINION}
    assert opinion == {limb.provision for limb in LIMBS if Need.QUALIFIED_PERSON in limb.needs}
    assert {provision.section for provision in opinion} == {"36"}


@pytest.mark.parametrize("limb", LIMBS, ids=by_cite)
def test_a_claim_must_carry_what_its_limb_needs_and_nothing_more(limb: Limb) -> None:
    """Estimates, locators, enactments and the like are wanted where they should be and nowhere else."""
    assert limb.needs == NEEDS.get(str(limb.provision), set())


def test_a_force_cannot_claim_what_the_act_gives_to_others() -> None:
    """Audit functions, government policy and Ministers' work in 36(2)(a) are not available to a police force."""
    closed = {str(limb.provision) for limb in LIMBS if not limb.available}
    whole = {str(limb.provision) for limb in LIMBS if limb.provision.section in {"33", "35"}}
    assert closed == whole | {"36(2)(a)(i)", "36(2)(a)(ii)", "36(2)(a)(iii)"}


def test_cost_and_vexatiousness_are_procedure_and_nothing_in_part_ii_is() -> None:
    """Sections 12 and 14 are procedural in kind and in basis, and only they."""
    procedural = {limb.provision.section for limb in LIMBS if limb.kind is Kind.PROCEDURE}
    assert procedural == {limb.provision.section for limb in LIMBS if limb.basis is Basis.PROCEDURE} == {"12", "14"}


def test_limbs_that_came_later_carry_their_date() -> None:
    """Section 22A began on 1 October 2014, and the present subsections of section 40 on 25 May 2018."""
    later = {str(limb.provision): limb.since for limb in LIMBS if limb.since != date(2005, 1, 1)}
    assert {cite for cite, since in later.items() if since == date(2014, 10, 1)} == {"22A(1)", "22A(2)"}
    assert {cite for cite, since in later.items() if since == date(2018, 5, 25)} == CONDITIONS_OF_40 | {
        cite for cite in DENY if cite.startswith("40")
    }
    assert set(later.values()) == {date(2014, 10, 1), date(2018, 5, 25)}


@pytest.mark.parametrize("limb", LIMBS, ids=by_cite)
def test_a_limb_says_what_it_protects_and_where_that_comes_from(limb: Limb) -> None:
    """Each limb has words fit for a list of checkboxes and a source that cites its own section."""
    assert limb.says and limb.says == limb.says.strip()
    assert not limb.says.endswith((".", ",", ";"))
    assert len(limb.says) <= 220
    assert limb.source.startswith("FOIA s") and limb.provision.section in limb.source


@pytest.mark.parametrize("section", ["12", "14", *PART_II])
def test_a_section_has_a_title_a_source_and_limbs_of_its_own(section: str) -> None:
    """Each section is headed and sourced, and its limbs stand in it."""
    exemption = catalogue().exemption(section)
    assert exemption.title and exemption.source and exemption.limbs
    assert all(limb.provision.section == section for limb in exemption.limbs)
    assert all(limb.section_title == exemption.title for limb in exemption.limbs)


def test_no_two_limbs_say_the_same() -> None:
    """A reader can tell any two limbs apart by their words."""
    assert len({limb.says for limb in LIMBS}) == len(LIMBS)


def test_the_words_are_the_acts_sense_and_not_research_notes() -> None:
    """Nothing of the working papers (provenance marks, addresses, examples of police use) has got into the text."""
    words = [*(limb.says for limb in LIMBS), *(exemption.note for exemption in EXEMPTIONS)]
    marks = ["(memory)", "(found", "http", "seed", "e.g.", "i.e.", "MEM", "Interpol", "ANPR", "CHIS", "Gold group"]
    assert not [(mark, text) for text in words for mark in marks if mark in text]


@pytest.mark.parametrize("limb", LIMBS, ids=by_cite)
def test_every_limb_can_be_cited_as_it_is_printed(limb: Limb) -> None:
    """Printing a limb and looking that up gives the limb again, in short form and in full."""
    assert catalogue().limb(str(limb.provision)) is limb
    assert catalogue().limb(f"section {limb.provision}") is limb


def test_limbs_stand_in_the_order_of_the_act() -> None:
    """The catalogue is sorted, so that lists made from it are too."""
    provisions = [limb.provision for limb in LIMBS]
    assert provisions == sorted(provisions)


def test_a_limb_names_itself_as_a_heading_does() -> None:
    """A limb's name is its section, its steps and the section's title."""
    assert catalogue().limb("31(3)").name == "Section 31(3) (law enforcement)"


@pytest.mark.parametrize(
    ("cited", "hint"),
    [
        ("31(1)(z)", "31(1)(i)"),
        ("31", "31(1)(a)"),
        ("36(2)(b)", "36(2)(b)(ii)"),
        ("22(1)(a)", "22(1)"),
        ("12(4)", "12(1)"),
    ],
)
def test_an_unknown_limb_is_refused_with_the_nearest_known(cited: str, hint: str) -> None:
    """The error names limbs that the writer may have meant."""
    with pytest.raises(UnknownLimb) as raised:
        catalogue().limb(cited)
    assert cited in str(raised.value)
    assert hint in raised.value.nearest
    assert hint in str(raised.value)


def test_an_unknown_section_is_refused_with_limbs_that_exist() -> None:
    """There is no exemption in section 45; whatever is offered instead is in the catalogue."""
    with pytest.raises(UnknownLimb) as raised:
        catalogue().limb("45")
    assert raised.value.nearest
    assert all(Provision.parse(name) in catalogue() for name in raised.value.nearest)
    with pytest.raises(UnknownLimb):
        catalogue().exemption("45")


@pytest.mark.parametrize(
    ("cited", "instead"),
    [
        ("40(3)", "40(3A)(a)"),
        ("40(3)(a)(i)", "40(3A)(a)"),
        ("40(4)", "40(4A)(a)"),
        ("40(5)", "40(5B)(a)(i)"),
        ("40(5)(b)(i)", "40(5B)(a)(i)"),
        ("40(6)", "40(5B)(a)(i)"),
    ],
)
def test_a_replaced_subsection_of_40_is_refused_with_its_replacement(cited: str, instead: str) -> None:
    """What went on 25 May 2018, and anything below it, is met with the provision to cite now."""
    with pytest.raises(UnknownLimb) as raised:
        catalogue().limb(cited)
    assert "25 May 2018" in raised.value.replaced
    assert instead in str(raised.value)
    assert Provision.parse(instead) in catalogue()


def test_nothing_replaced_can_still_be_claimed() -> None:
    """No limb stands in a replaced subsection: 40(5A) and 40(5B) are not parts of the old 40(5)."""
    replaced = catalogue().replaced
    assert {str(provision) for provision in replaced} == {"40(3)", "40(4)", "40(5)", "40(6)"}
    assert not [limb for limb in LIMBS for provision in replaced if limb.provision.within(provision)]


def test_text_that_cites_nothing_or_several_is_not_a_limb() -> None:
    """A lookup wants one citation."""
    for text in ("hello", "31(1)(a) and (b)"):
        with pytest.raises(CitationError):
            catalogue().limb(text)


def test_the_catalogue_says_as_at_what_date_it_stands() -> None:
    """The law is as in force on 7 April 2026."""
    assert catalogue().as_at == date(2026, 4, 7)
