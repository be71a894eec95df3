"""What a percentage or an average tells of the counts behind it, against every count tried."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.tables.csv import TableError
from candour.tables.revealed import counts_averaged, counts_behind, wholes_behind


def printed(share: Fraction, places: int, rounding: str) -> str:
    """A number as a spreadsheet prints it."""
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return str(exact.quantize(Decimal(1).scaleb(-places), rounding=rounding))


@given(st.integers(1, 60), st.integers(0, 2), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]), st.data())
def test_the_true_count_is_always_among_those_that_a_percentage_leaves(
    whole: int, places: int, rounding: str, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, whole))
    text = printed(Fraction(100 * count, whole), places, rounding)
    possible = counts_behind(text, whole)
    assert count in possible
    for other in range(whole + 1):
        if printed(Fraction(100 * other, whole), places, rounding) == text:
            assert other in possible
    for sure in counts_behind(text, whole, ties=False):
        assert printed(Fraction(100 * sure, whole), places, ROUND_HALF_UP) == text
        assert printed(Fraction(100 * sure, whole), places, ROUND_HALF_EVEN) == text


def test_a_third_of_twelve_is_four_and_percentages_alone_tell_the_total() -> None:
    assert list(counts_behind("33.3 %", 12)) == [4]
    assert wholes_behind(["14.29", "85.71"], 20) == [7, 14]
    assert wholes_behind(["50", "50"], 4)[0] == 2


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5).filter(any), st.integers(0, 2))
def test_the_true_total_is_among_those_that_percentages_leave(counts: list[int], places: int) -> None:
    whole = sum(counts)
    texts = [printed(Fraction(100 * count, whole), places, ROUND_HALF_UP) for count in counts]
    assert whole in wholes_behind(texts, whole + 3)


@given(st.integers(1, 40), st.integers(0, 900), st.integers(0, 2))
def test_the_true_count_is_among_those_that_an_average_leaves(count: int, total: int, places: int) -> None:
    text = printed(Fraction(total, count), places, ROUND_HALF_UP)
    assert count in counts_averaged(text, 50)


def test_an_average_of_a_third_is_not_over_two_cases_and_never_over_none() -> None:
    assert counts_averaged("12.33", 7) == [3, 6]
    assert 0 not in counts_averaged("5", 3)


@pytest.mark.parametrize("text", ["", "about 5", "-3", "1e3", "٣"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(TableError, match="no percentage and no average"):
        counts_behind(text, 5)


def test_the_roundings_of_the_tests_differ() -> None:
    assert printed(Fraction(5, 2), 0, ROUND_UP) != printed(Fraction(5, 2), 0, ROUND_DOWN)
