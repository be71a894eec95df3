"""What every release together tells: against an attacker who tries every register, and what must never change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.tables.audit.axes import TooLarge, box_in_words
from candour.tables.audit.because import Reasons
from candour.tables.audit.releases import Audit, Finding, audit
from candour.tables.audit.rules import is_open
from candour.tables.ledger.ledger import Column, Figure, Ledger, LedgerError, PrintedCell, Release
from candour.tables.protection import Aim, Protection
from tables.ledgers import DAY, Drawn, counted_by, drawn_ledgers

_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=_FINE)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=_FINE)


def rules(aim: Aim, *, zeros: bool = False) -> Protection:
    return Protection(threshold=3, aim=aim, width=2 if aim is Aim.WIDTH else 0, zeros=zeros)


@SLOW
@given(drawn_ledgers(), st.sampled_from(Aim), st.booleans())
def test_an_attacker_who_tries_every_register_knows_what_the_audit_says_and_no_more(
    drawn: Drawn, aim: Aim, zeros: bool
) -> None:
    protection = rules(aim, zeros=zeros)
    result = audit(drawn.ledger, protection=protection)
    assert result.system is not None and result.found is not None
    worlds = list(drawn.worlds(6))
    assert worlds
    ranges = {(each.lower, each.upper) for each in result.findings}
    for target, about in enumerate(result.system.targets):
        cells = counted_by(result.system, target, drawn.cells)
        if cells is None:
            continue
        counts = [sum(world[cell] for cell in cells) for world in worlds]
        low, high = min(counts), max(counts)
        down, up = is_open(protection, np.array([about.sensitive]), np.array([low]), np.array([high]))
        assert result.found.told[target] == bool(down[0] or up[0]), (about, low, high)
        if result.found.told[target]:
            assert (result.found.lower[target], result.found.upper[target]) == (low, high), about
            assert (low, high) in ranges, about


def told(result: Audit) -> set[tuple[str, int, int | None]]:
    return {(each.cell, each.lower, each.upper) for each in result.findings}


def place(result: Audit, finding: Finding) -> str:
    """What a finding counts, in words that do not depend on how finely the register is cut."""
    assert result.system is not None
    return box_in_words(result.system.targets[finding.target].box, result.system.axes)


@QUICK
@given(drawn_ledgers(), st.sampled_from(Aim))
def test_a_release_more_never_widens_what_is_known(drawn: Drawn, aim: Aim) -> None:
    fewer = Ledger(drawn.ledger.releases[:-1])
    before, after = audit(fewer, protection=rules(aim)), audit(drawn.ledger, protection=rules(aim))
    known = {place(after, each): each for each in after.findings}
    for each in before.findings:
        if each.kind != "printed":
            continue
        again = known[place(before, each)]
        assert again.lower >= each.lower
        assert again.upper is not None and (each.upper is None or again.upper <= each.upper)


@QUICK
@given(drawn_ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_cells_and_columns_changes_nothing(drawn: Drawn, random: Random) -> None:
    turned = []
    for release in drawn.ledger.releases:
        order = list(range(len(release.columns)))
        random.shuffle(order)
        cells = [replace(cell, labels=tuple(cell.labels[at] for at in order)) for cell in release.cells]
        random.shuffle(cells)
        columns = tuple(release.columns[at] for at in order)
        turned.append(replace(release, columns=columns, cells=tuple(cells)))
    ranges = [
        sorted(
            (each.lower, each.upper, each.because) for each in audit(ledger, protection=rules(Aim.BELIEVABLE)).findings
        )
        for ledger in (drawn.ledger, Ledger(tuple(turned)))
    ]
    assert [each[:2] for each in ranges[0]] == [each[:2] for each in ranges[1]]
    assert [len(each[2]) for each in ranges[0]] == [len(each[2]) for each in ranges[1]]


@QUICK
@given(drawn_ledgers(most_releases=2))
def test_the_same_table_again_narrows_nothing(drawn: Drawn) -> None:
    again = replace(drawn.ledger.releases[-1], reference="once more")
    protection = rules(Aim.BELIEVABLE)
    alone = audit(drawn.ledger, protection=protection)
    twice = audit(drawn.ledger, again, protection)
    assert twice.safe
    assert told(alone) == {(each.cell, each.lower, each.upper) for each in twice.already}


@QUICK
@given(drawn_ledgers())
def test_no_smaller_set_of_releases_tells_than_the_one_that_is_named(drawn: Drawn) -> None:
    result = audit(drawn.ledger, protection=rules(Aim.BELIEVABLE))
    assert result.system is not None
    reasons = Reasons(result.system)
    place = {release.reference: at for at, release in enumerate(drawn.ledger.releases)}
    for each in result.findings:
        bounds = each.target, each.lower or None, each.upper
        assert each.is_shortest
        if each.lower and each.upper is not None and each.upper < 3:
            assert reasons.tells(*bounds, [place[name] for name in each.because])
            for fewer in combinations(place.values(), len(each.because) - 1):
                assert not reasons.tells(*bounds, fewer)


def release(reference: str, *figures: tuple[str, str], period: str = "", **more: object) -> Release:
    """A release of figures by offence."""
    cells = tuple(PrintedCell((label,), printed) for label, printed in figures)
    return Release(reference, DAY, period=period, columns=(Column("offence", complete=False),), cells=cells, **more)


def only(result: Audit) -> Finding:
    (finding,) = result.findings
    return finding


def test_the_shortest_set_is_known_as_such_where_percentages_are_met_in_fractions() -> None:
    of_year = (("Theft", "33%"), ("Fraud", "0%"), ("Arson", "67%"))
    quarter = (("Theft", "33%"), ("Fraud", ""), ("Arson", ""))
    cells = [((label, "2022/23"), printed) for label, printed in of_year]
    cells += [((label, "Q4 2022/23"), printed) for label, printed in quarter]
    cells += [((label, "Total"), printed) for label, printed in of_year]
    shares = Release(
        "r0",
        DAY,
        columns=(Column("offence"), Column("year", is_period=True)),
        cells=tuple(PrintedCell(labels, printed, primary=printed == "") for labels, printed in cells),
        percent_of=("offence",),
    )
    total = Release(
        "total",
        DAY,
        period="2022/23",
        columns=(Column("offence"),),
        cells=(*(PrintedCell((label,), "") for label, _ in of_year), PrintedCell(("Total",), "3")),
    )
    findings = audit(Ledger((total, shares)), protection=rules(Aim.BELIEVABLE)).findings
    assert findings
    assert all(each.is_shortest for each in findings)


def test_a_population_with_and_without_a_group_tells_the_group() -> None:
    ledger = Ledger((release("2024/117", ("Theft", "31")),))
    candidate = release("2025/031", ("Theft", "29"), without={"rank": ("Special constable",)})
    finding = only(audit(ledger, candidate))
    assert (finding.lower, finding.upper, finding.because) == (2, 2, ("2024/117", "2025/031"))
    assert "rank Special constable" in finding.cell
    assert finding.words.endswith("told by release 2024/117 minus 2025/031.")


def test_a_year_and_two_parts_of_it_tell_the_third() -> None:
    ledger = Ledger(
        (
            release("year", ("Theft", "40"), period="2023"),
            release("spring", ("Theft", "17"), period="2023-04-01 to 2023-07-31"),
            release("noise", ("Fraud", "90"), period="2022/23"),
        )
    )
    finding = only(audit(ledger, release("autumn", ("Theft", "20"), period="2023-08-01 to 2023-12-31")))
    assert (finding.lower, finding.upper) == (3, 3)
    assert set(finding.because) == {"year", "spring", "autumn"}
    assert "January to March 2023" in finding.cell


def test_overlapping_years_and_quarters_tell_a_quarter_that_nobody_printed() -> None:
    ledger = Ledger(
        (
            release("calendar", ("Theft", "50"), period="2023"),
            release("financial", ("Theft", "42"), period="2023/24"),
            release("new year", ("Theft", "6"), period="2023-01-01 to 2023-02-28"),
        )
    )
    open_march = release("march", ("Theft", "6"), period="2023-03")
    finding = only(audit(ledger, open_march))
    assert (finding.lower, finding.upper) == (4, 4)
    assert set(finding.because) == {"calendar", "financial", "new year", "march"}
    assert "January to March 2024" in finding.cell


def test_four_cells_below_five_under_a_total_below_five_are_one_each() -> None:
    cells = tuple(PrintedCell((label,), "<5") for label in ("A", "B", "C", "D", "Total"))
    table = Release("r", DAY, columns=(Column("offence"),), cells=cells, marks={"<5": (1, 4)})
    findings = {
        each.cell: (each.lower, each.upper) for each in audit(Ledger((table,))).findings if each.kind == "printed"
    }
    assert findings == {**{f"offence {label}": (1, 1) for label in "ABCD"}, "everything": (4, 4)}


def test_a_neutral_mark_tells_nothing_of_the_same_table() -> None:
    cells = tuple(PrintedCell((label,), "withheld", label != "Total") for label in ("A", "B", "C", "D", "Total"))
    table = Release("r", DAY, columns=(Column("offence"),), cells=cells)
    assert audit(Ledger((table,))).safe


def test_a_percentage_of_a_small_group_tells_the_count() -> None:
    table = release("r", ("Theft", "14%"), ("Total", "7"), percent_of=("offence",))
    finding = only(audit(Ledger((table,))))
    assert (finding.lower, finding.upper) == (1, 1)


def test_a_rate_tells_the_count_of_a_small_population() -> None:
    figure = Figure({"offence": "Theft"}, "0.2", per=1000, population=9_800)
    finding = only(audit(Ledger((Release("r", DAY, figures=(figure,)),))))
    assert (finding.lower, finding.upper) == (2, 2)


def test_an_average_tells_how_many_there_are() -> None:
    total = Release("t", DAY, unit="allegations", figures=(Figure({"offence": "Theft"}, "9"),))
    average = Release("a", DAY, figures=(Figure({"offence": "Theft"}, "3.0", average_of="allegations"),))
    finding = only(audit(Ledger((total,)), average))
    assert (finding.unit, finding.lower, finding.upper) == ("cases", 3, 3)


def test_a_number_typed_as_a_word_counts_like_any_other() -> None:
    letter = Release("letter", DAY, figures=(Figure({"offence": "Theft"}, "three", quote="three officers"),))
    assert (only(audit(Ledger((letter,)))).lower, only(audit(Ledger((letter,)))).because) == (3, ("letter",))


def test_a_total_of_persons_is_no_sum_but_bounds_its_parts() -> None:
    def persons(total: str) -> Release:
        cells = (PrintedCell(("A",), "6"), PrintedCell(("B",), ""), PrintedCell(("Total",), total))
        return Release("r", DAY, unit="people", distinct=True, columns=(Column("offence"),), cells=cells)

    assert audit(Ledger((persons("8"),))).safe  # B is 2 to 8, for some of A may be in B
    few = persons("4")
    finding = only(audit(Ledger((replace(few, cells=(PrintedCell(("A",), ""), *few.cells[1:])),))))
    assert finding.cell == "everything"  # neither part alone
    with pytest.raises(LedgerError, match="contradicts itself"):
        audit(Ledger((persons("5"),)))


def test_there_are_never_more_people_than_cases_where_that_is_known() -> None:
    cases = release("cases", ("Theft", "3"))
    people = Release("people", DAY, unit="people", distinct=True, figures=(Figure({"offence": "Theft"}, "some"),),
                     marks={"some": (2, None)})  # fmt: skip
    result = audit(Ledger((cases, people), at_most={"people": "cases"}))
    assert ("offence Theft", 2, 3) in told(result)


def test_a_later_extract_tells_how_many_cases_are_new() -> None:
    march, june = release("march", ("Theft", "12")), release("june", ("Theft", "13"))
    result = audit(Ledger((march,)), replace(june, extracted=date(2024, 7, 1)))
    finding = only(result)
    assert (finding.kind, finding.lower, finding.upper) == ("new", 1, 1)
    assert finding.because == ("march", "june")
    assert "march and june cannot be of one extract" in result.notes[0]


def test_where_cases_vanish_nothing_is_taken_to_hold_between_extracts() -> None:
    march, june = release("march", ("Theft", "13")), release("june", ("Theft", "12"))
    result = audit(Ledger((march,)), replace(june, extracted=date(2024, 7, 1)))
    assert result.safe
    assert "vanish" in result.notes[0]


def test_a_case_may_move_between_outcomes_where_that_is_said() -> None:
    def by_outcome(reference: str, day: date, open_: str, closed: str) -> Release:
        cells = (PrintedCell(("Open",), open_), PrintedCell(("Closed",), closed), PrintedCell(("Total",), "30"))
        return Release(reference, day, columns=(Column("outcome"),), cells=cells)

    ledger = Ledger((by_outcome("march", DAY, "20", "10"),), changing=("outcome",))
    result = audit(ledger, by_outcome("june", date(2024, 7, 1), "18", "12"))
    finding = only(result)
    assert (finding.kind, finding.lower, finding.upper) == ("new", 2, 2)
    assert finding.cell.endswith("outcome Closed")
    assert "only added" in result.notes[0]


def test_what_a_correction_says_otherwise_no_longer_counts() -> None:
    wrong, right = release("wrong", ("Theft", "31")), release("right", ("Theft", "13"), corrects="wrong")
    assert audit(Ledger((wrong,)), right).safe
    with pytest.raises(LedgerError, match="wrong and right contradict each other"):
        audit(Ledger((wrong,)), replace(right, corrects=""))


def test_figures_of_others_tell_like_our_own() -> None:
    theirs = release("report", ("Theft", "31"), by="A national body")
    finding = only(audit(Ledger((theirs,)), release("ours", ("Theft", "29"), without={"rank": ("Inspector",)})))
    assert finding.because == ("report", "ours")


def test_cells_that_count_the_same_cases_under_other_names_are_one() -> None:
    one = release("one", ("Theft", "31"))
    two = Release("two", DAY, columns=(Column("kind", complete=False),), cells=(PrintedCell(("Larceny",), ""),))
    three = Release("three", DAY, columns=two.columns, without={"rank": ("Inspector",)},
                    cells=(PrintedCell(("Larceny",), "29"),))  # fmt: skip
    assert audit(Ledger((one, two)), three).safe
    linked = Ledger((one, two), same=((("one", ("Theft",)), ("two", ("Larceny",))),))
    assert (only(audit(linked, three)).lower, only(audit(linked, three)).upper) == (2, 2)


def test_a_small_count_that_a_person_decided_to_show_is_no_finding() -> None:
    cells = (PrintedCell(("Theft",), "3", accepted="published by the force in its annual report"),)
    assert audit(Ledger((Release("r", DAY, columns=(Column("offence"),), cells=cells),))).safe


def test_what_was_told_before_is_not_laid_to_the_candidate() -> None:
    ledger = Ledger((release("a", ("Theft", "31")), release("b", ("Theft", "29"), without={"rank": ("Inspector",)})))
    result = audit(ledger, release("c", ("Fraud", "77")))
    assert result.safe
    assert len(result.already) == 1


def test_groups_of_one_release_are_known_in_another() -> None:
    grouped = Column("offence", groups={"Theft": ("Property",), "Fraud": ("Property",)})
    cells = tuple(PrintedCell((each,), "", each == "Fraud") for each in ("Theft", "Fraud", "Property", "Total"))
    parts = Release("parts", DAY, columns=(grouped,), cells=cells)
    whole = release("whole", ("Property", "20"))
    finding = only(audit(Ledger((parts, whole)), release("theft", ("Theft", "18"))))
    assert (finding.cell, finding.lower, finding.upper) == ("offence Fraud", 2, 2)


def test_other_is_what_the_labels_beside_it_leave() -> None:
    wide = Release("wide", DAY, columns=(Column("offence"),),
                   cells=(PrintedCell(("Theft",), "20"), PrintedCell(("Other",), "9")))  # fmt: skip
    fine = release("fine", ("Fraud", "7"))
    finding = only(audit(Ledger((wide,)), fine))
    assert (finding.lower, finding.upper, set(finding.because)) == (2, 2, {"wide", "fine"})


def test_a_ledger_of_too_many_crossed_categories_says_so() -> None:
    many = [release(name, period="2023", where={f"d{name}{at}": (f"{at}",) for at in range(12)}) for name in ("a", "b")]
    some = [replace(each, cells=(PrintedCell(("Theft",), "20"),)) for each in many]
    with pytest.raises(TooLarge, match="too many categories"):
        audit(Ledger(tuple(some)))


def test_a_group_that_is_called_other_is_a_group() -> None:
    grouped = Column("offence", groups={"Theft": ("Property",), "Arson": ("Other",)})
    shown = (("Theft", "20"), ("Arson", "9"), ("Property", "20"), ("Other", "9"), ("Total", "29"))
    cells = tuple(PrintedCell((label,), printed) for label, printed in shown)
    assert audit(Ledger((Release("r", DAY, columns=(grouped,), cells=cells),))).safe


ALSO_NONE = Protection(zeros=True)
"""That there is none of something is to be protected too."""


def crossed(reference: str, *figures: tuple[str, str, str], complete: bool = True) -> Release:
    """A release of figures by offence and region."""
    columns = (Column("offence", complete=complete), Column("region", complete=complete))
    return Release(reference, DAY, columns=columns, cells=tuple(PrintedCell((a, b), said) for a, b, said in figures))


FULL = crossed(
    "full", ("Theft", "North", "20"), ("Theft", "South", "9"), ("Fraud", "North", "30"), ("Fraud", "South", "8")
)


def test_that_a_list_is_complete_tells_of_nobody_in_particular() -> None:
    assert audit(Ledger((FULL,)), protection=ALSO_NONE).safe
    limited = replace(FULL, reference="limited", where={"force": ("Anyshire",)}, without={"rank": ("Special",)})
    assert audit(Ledger((limited,)), protection=ALSO_NONE).safe


def test_a_complete_list_tells_that_there_is_none_of_what_another_release_lists() -> None:
    told_of = audit(Ledger((FULL,)), release("other", ("Arson", "")), ALSO_NONE)
    assert {(each.cell, each.upper) for each in told_of.findings + told_of.already} >= {("offence Arson", 0)}
    elsewhere = release("elsewhere", ("Arson", "7"), period="2023", unit="crimes")
    (finding,) = audit(Ledger((FULL, elsewhere)), protection=ALSO_NONE).findings
    assert (finding.upper, finding.because) == (0, ("full",))
    assert finding.cell == "offence other than Fraud or Theft"


def test_one_release_alone_can_tell_that_there_is_none_where_it_prints_nothing() -> None:
    figures = (
        Figure({"offence": "Theft", "date": "2023"}, "20"),
        Figure({"offence": "Theft", "date": "2022/23"}, "20"),
    )
    more = Figure({"offence": "Theft", "date": "2023-01-01 to 2023-03-31"}, "20")
    one = Release("one", DAY, columns=FULL.columns, cells=FULL.cells, figures=(*figures, more))
    found = audit(Ledger((one,)), protection=ALSO_NONE).findings
    assert {(each.kind, each.upper, each.because) for each in found} == {("derived", 0, ("one",))}
    assert any(each.cell == "date April to December 2023, offence Theft" for each in found)
