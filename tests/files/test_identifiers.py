"""Identifiers of people: valid ones are found, near misses are not."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from candour.files.plain_sight import identifiers as of
from candour.files.plain_sight import patterns_in, patterns_of, usual_patterns
from candour.files.plain_sight.names import is_force, is_person
from candour.files.plain_sight.references import WrongPatterns

LETTERS = string.ascii_uppercase
FIRST = sorted(set(LETTERS) - set("DFIQUV"))
SECOND = sorted(set(LETTERS) - set("DFIOQUV"))
NEVER = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
digits = st.integers(0, 10**9 - 1).map(lambda number: f"{number:09d}")


@st.composite
def national_insurance(draw: st.DrawFn) -> str:
    prefix = draw(st.sampled_from(FIRST)) + draw(st.sampled_from(SECOND))
    assume(prefix not in NEVER)
    gap = draw(st.sampled_from(["", " ", "-"]))
    number = draw(digits)[:6]
    return gap.join([prefix, number[:2], number[2:4], number[4:], draw(st.sampled_from("ABCD"))])


def nhs(nine: str) -> str | None:
    check = 11 - sum((10 - place) * int(digit) for place, digit in enumerate(nine)) % 11
    return None if check == 10 else nine + str(check % 11)


@given(national_insurance())
def test_a_national_insurance_number_is_found_in_a_sentence(number: str) -> None:
    assert of.national_insurance_numbers(f"Her number is {number}, she says.") == [number]


@given(national_insurance(), st.sampled_from([*sorted(NEVER), "DA", "QQ", "VA", "AO", "AU"]))
def test_a_prefix_that_is_never_allocated_is_no_national_insurance_number(number: str, prefix: str) -> None:
    assert of.national_insurance_numbers(prefix + number[2:]) == []


@given(national_insurance(), st.sampled_from(sorted(set(LETTERS) - set("ABCD"))))
def test_another_last_letter_is_no_national_insurance_number(number: str, last: str) -> None:
    assert of.national_insurance_numbers(number[:-1] + last) == []


def test_words_around_a_sum_are_no_national_insurance_number() -> None:
    assert of.national_insurance_numbers("paid at 123456 a year, AB1234567C, XAB123456C") == []


@given(digits, st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}"]))
def test_an_nhs_number_is_found_by_its_check_digit(nine: str, form: str) -> None:
    number = nhs(nine)
    assume(number is not None and len(set(number)) > 1)
    assert number
    written = form.format(number[:3], number[3:6], number[6:])
    assert of.nhs_numbers(f"NHS no. {written}.") == [written]


@given(digits, st.integers(1, 9))
def test_ten_digits_with_another_check_digit_are_no_nhs_number(nine: str, off: int) -> None:
    number = nhs(nine)
    assume(number is not None)
    assert number
    assert of.nhs_numbers(number[:9] + str((int(number[9]) + off) % 10)) == []


def test_longer_numbers_hold_no_nhs_number() -> None:
    assert of.nhs_numbers("19434765919 94347659190 9434765919/2") == []
    assert of.nhs_numbers("0000000000") == []


@given(
    st.sampled_from(["B", "SW", "EC", "BT", "M", "LS", "CF", "EH"]),
    st.sampled_from(["1", "12", "1A", "99"]),
    st.from_regex(r"[0-9][ABDEFGHJLNPQRSTUWXYZ]{2}", fullmatch=True),
    st.sampled_from(["", " "]),
)
def test_a_full_postcode_is_found_and_a_district_is_not(area: str, district: str, inward: str, gap: str) -> None:
    code = f"{area}{district}{gap}{inward}"
    assert of.postcodes(f"lives at {code} now") == [code]
    assert of.postcodes(f"{area}{district}") == []
    assert of.is_postcode_district(f"{area}{district}")


@pytest.mark.parametrize("text", ["QQ1 1AA", "SW1A 1CA", "SW1A 1A", "XSW1A 1AA", "M25 JUN", "S40 ACT", "SW1A 1AAB"])
def test_what_only_looks_like_a_postcode_is_none(text: str) -> None:
    assert of.postcodes(text) == []


@pytest.mark.parametrize(
    "text", ["07700 900123", "+44 7700 900123", "+447700900123", "(0121) 496 0123", "020 7946 0018", "0044 1632 960001"]
)
def test_a_telephone_number_of_a_person_is_found(text: str) -> None:
    assert of.phones(f"Ring {text} today") == [text]


@pytest.mark.parametrize("text", ["0300 123 1113", "0800 555 111", "101", "01/02/2024", "2024-01-02", "0.1234567890"])
def test_service_numbers_dates_and_fractions_are_no_telephone_numbers(text: str) -> None:
    assert of.phones(text) == []


def test_an_address_of_a_person_is_found_and_one_of_an_office_is_not() -> None:
    assert of.emails("sarah.okafor@force.example and foi@force.example") == ["sarah.okafor@force.example"]
    assert of.emails("freedom.ofinformation@x.example data-protection@x.example casework@ico.example") != ["x"]
    assert of.emails("no at sign, a@b, @example.com") == []


@given(st.from_regex(r"[A-HJ-PR-Y][A-HJ-PR-Y](0[2-9]|[16][0-9]|2[0-9]|5[1-9]|7[0-9]) ?[A-HJ-PR-Z]{3}", fullmatch=True))
def test_a_registration_mark_with_an_issued_age_is_found(mark: str) -> None:
    assert of.registration_marks(f"the car {mark} was seen") == [mark]


@pytest.mark.parametrize("text", ["AB00 CDE", "AB01CDE", "AB35 CDE", "AB12 CIE", "QA12 CDE", "AB12 CDEF", "AB123CDE"])
def test_what_only_looks_like_a_registration_mark_is_none(text: str) -> None:
    assert of.registration_marks(text) == []


@given(st.integers(0, 99), st.integers(1, 9_999_999))
def test_a_pnc_id_is_found_only_with_its_check_letter(year: int, serial: int) -> None:
    letters = "ZABCDEFGHJKLMNPQRTUVWXY"
    right = letters[int(f"{year:02d}{serial:07d}") % 23]
    wrong = letters[(letters.index(right) + 1) % 23]
    assert of.national_computer_ids(f"20{year:02d}/{serial:07d}{right}") == [f"20{year:02d}/{serial:07d}{right}"]
    assert of.national_computer_ids(f"20{year:02d}/{serial:07d}{wrong}") == []


def test_a_driver_number_is_found_and_sixteen_other_characters_are_not() -> None:
    assert of.driving_licences("MORGA657054SM9IJ") == ["MORGA657054SM9IJ"]
    assert of.driving_licences("FOO99801010A99AA") == ["FOO99801010A99AA"]
    assert of.driving_licences("MORGA699954SM9IJ ABCDEFGHIJKLMNOP") == []


@pytest.mark.parametrize(
    "reference", ["1234567/23", "20/123456/23", "20BW/123456X/22", "43230123456", "CRI/06AA/0001234/23", "01TW0123419"]
)
def test_a_crime_reference_of_the_usual_forms_is_found(reference: str) -> None:
    assert usual_patterns().crime_references(f"under {reference}.") == [reference]


@pytest.mark.parametrize(
    "text", ["2023/24", "01/02/2023", "190A/23", "01.FOI.22.026461", "31(1)(a)", "1,234,567", "2019/2020"]
)
def test_years_dates_and_references_of_requests_are_no_crime_references(text: str) -> None:
    assert usual_patterns().crime_references(text) == []


@pytest.mark.parametrize("text", ["PC 1234", "PS 12AB", "DC4567", "PCSO 7123", "collar number 4321", "Sgt 902"])
def test_a_number_of_an_officer_is_found_beside_the_rank(text: str) -> None:
    assert usual_patterns().collar_numbers(f"{text} attended") == [text]


@pytest.mark.parametrize("text", ["1234 PCs", "Windows PC", "PC and PS", "DCX 12", "12 PC", "DS9X1"])
def test_ranks_without_a_number_are_no_collar_numbers(text: str) -> None:
    assert usual_patterns().collar_numbers(text) == []


def test_a_force_may_name_its_own_patterns_and_is_told_what_is_wrong_with_them(
    tmp_path: pytest.TempPathFactory,
) -> None:
    file = tmp_path / "patterns.toml"  # type: ignore[operator]  # pytest types tmp_path as its factory here
    file.write_text("[[crime_reference]]\npattern = 'XY-\\d{4}'\n", encoding="utf-8")
    own = patterns_of(file)
    assert own.crime_references("XY-1234 and 1234567/23") == ["XY-1234"]
    assert own.collar_numbers("PC 1234") == []
    for text, why in [
        ("[[", "not TOML"),
        ("[[crime_reference]]\npattern = '('", "regular expression"),
        ("[[crime_reference]]\n", "needs"),
    ]:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(WrongPatterns, match=why):
            patterns_of(file)


@pytest.mark.parametrize(
    "text",
    [
        "Sarah Okafor",
        "OKAFOR, Sarah",
        "S. Okafor",
        "Okafor S",
        "Mrs Patel",
        "Siobhán O’Brien",
        "Mohammed Khan",
        "Smith-Jones",
    ],
)
def test_a_name_is_read_in_its_usual_orders(text: str) -> None:
    assert is_person(text.replace("á", "a"))


@pytest.mark.parametrize(
    "text",
    [
        "Kent",
        "Cleveland Police",
        "White",
        "Black British",
        "Victoria Street",
        "Not recorded",
        "Theft",
        "King’s Hall",
        "Thomas Ltd",
        "June 2020",
        "Total",
        "Manager",
    ],
)
def test_forces_colours_streets_and_words_are_no_names(text: str) -> None:
    assert not is_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Avon & Somerset",
        "Avon and Somerset Constabulary",
        "Metropolitan Police Service",
        "Police Scotland",
        "PSNI",
        "Dyfed-Powys Police",
        "City of London",
        "Durham",
        "Police Service of Northern Ireland",
        "British Transport Police",
    ],
)
def test_a_force_is_known_however_it_is_written(text: str) -> None:
    assert is_force(text)


def test_every_fact_about_identifiers_names_its_source() -> None:
    assert all(re.search(r"\w{3}", str(table["source"])) for table in of.facts().values())


def test_a_forces_own_patterns_stand_beside_the_usual_ones() -> None:
    own = patterns_in("[[crime_reference]]\npattern = 'NP-[0-9]{4}'\n[[collar_number]]\npattern = 'ZZ[0-9]{3}'")

    assert own.crime_references("see NP-1234 and 1234567/24") == ["NP-1234", "1234567/24"]
    assert own.collar_numbers("ZZ123 and PC 4567") == ["ZZ123", "PC 4567"]
    assert patterns_in("  ") == usual_patterns()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pattern =", "TOML"),
        ("[[crime_reference]]\npattern = '('", "regular expression"),
        ("[[crime_reference]]\nname = 'x'", "pattern"),
        ("[[crime_references]]\npattern = 'x'", "crime_references"),
        ("[[collar_number]]\npattern = '[0-9]*'", "everywhere"),
    ],
)
def test_patterns_that_cannot_be_used_are_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(WrongPatterns, match=says):
        patterns_in(text)
