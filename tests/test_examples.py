"""The five examples have every part that the five real responses have, what those lack, and none of their words."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from django.utils import timezone

from candour.desk.caseload.awaiting import waits
from candour.desk.counting.records_files import reading
from candour.desk.models import Authority, Case, Publication, Response, SavedCount
from candour.desk.stage import Stage, standing, with_standing
from candour.law import Claim, Decision, Outcome, due_date, missing
from candour.letters.compose import compose, gaps
from candour.letters.decisions_file import load_response
from candour.letters.model import DataTable, Letter, Link, Paragraph, Quote, Section, SectionKind
from candour.letters.request import split_request
from candour.letters.response import Response as LetterResponse
from candour.letters.write import FORMATS, to_text, write
from candour.site.demo import load_examples

NCND_OF_FOUR_PARTS = "northmarch_ncnd"
MIXED = "westvale_mixed"
FIGURES = "westvale_figures"
PARTIAL = "kingsferry_partial"
TWO_REQUESTS = "kingsferry_two_requests"
EXAMPLES = (NCND_OF_FOUR_PARTS, MIXED, PARTIAL, FIGURES, TWO_REQUESTS)
"""In the order of the responses 000 to 004 that they mirror."""
COPIED = 8
"""So many words in a row, found in a real response as well, are copied."""

every_example = pytest.mark.parametrize("name", EXAMPLES)


@cache
def text_of(name: str) -> str:
    """The file of an example."""
    return resources.files("candour.desk.examples").joinpath(f"{name}.toml").read_text("utf-8")


@cache
def response(name: str) -> LetterResponse:
    """The response that an example describes."""
    return load_response(text_of(name))


@cache
def letter(name: str) -> Letter:
    """The letter of an example."""
    return compose(response(name))


def decided(name: str, label: str = "") -> Decision:
    """The decision on a question, or on any other information."""
    found = (answer for answer in response(name).answers if (label in answer.about if label else not answer.about))
    return next(found).decision


def sections(name: str, kind: SectionKind) -> list[Section]:
    """The sections of that kind."""
    return [section for section in letter(name).walk() if section.kind is kind]


def said(section: Section) -> str:
    """The paragraphs of a section and of those below it."""
    return "\n".join(
        block.text for each in section.walk() for block in each.blocks if isinstance(block, (Paragraph, Quote))
    )


def limbs(decision: Decision) -> list[str]:
    """The limbs that a decision claims."""
    return [str(limb) for claim in decision.claims for limb in claim.limbs]


def kinds(section: Section) -> list[SectionKind]:
    """The kinds of the sections within a section, as they follow each other."""
    return [each.kind for each in section.walk()][1:]


def claim_of(decision: Decision, section: str) -> Claim:
    """The claim on that section."""
    return next(claim for claim in decision.claims if claim.limbs[0].section == section)


WEIGHED = [
    SectionKind.PUBLIC_INTEREST,
    SectionKind.FACTORS_FAVOURING,
    SectionKind.FACTORS_AGAINST,
    SectionKind.BALANCE,
]
HARMED_AND_WEIGHED = [SectionKind.HARM, *WEIGHED]


@every_example
def test_an_example_is_complete(name: str) -> None:
    """Every decision stands in law, and every question is decided."""
    assert gaps(response(name)) == ()
    assert [missing(answer.decision) for answer in response(name).answers] == [()] * len(response(name).answers)


@every_example
def test_an_example_has_what_the_real_responses_lack(name: str) -> None:
    """It says that it is a refusal notice under section 17, and tells the rights to review and to complain."""
    (notice,) = sections(name, SectionKind.REFUSAL_NOTICE)
    assert "refusal notice under section 17" in said(notice)
    (review,) = sections(name, SectionKind.INTERNAL_REVIEW)
    assert "within 40 working days" in said(review)
    (commissioner,) = sections(name, SectionKind.COMMISSIONER)
    assert "Information Commissioner" in said(commissioner)


@every_example
def test_an_example_cites_no_limb_that_was_replaced(name: str) -> None:
    """Where the real responses cite 40(3), 40(4) or 40(5), the example cites the limb in force."""
    cited = [limb for answer in response(name).answers for limb in limbs(answer.decision)]
    assert "40(5B)(a)(i)" in cited or "40(2)" in cited
    assert not [limb for limb in cited if limb in {"40(3)", "40(4)", "40(5)", "40(6)"}]


@every_example
def test_an_example_is_answered_in_time(name: str) -> None:
    """The letter is dated after receipt and within the twenty working days."""
    assert response(name).received < response(name).dated <= due_date(response(name).received)


@every_example
def test_an_example_is_split_into_its_questions(name: str) -> None:
    """The text of the request comes apart into as many questions, with the same numbers, as the example decides."""
    found = split_request(tomllib.loads(text_of(name))["request"]["text"])
    assert [asked.number for asked in found.questions] == [asked.number for asked in response(name).questions]


@every_example
def test_an_example_marks_its_figures_as_invented(name: str) -> None:
    """Every table says that its figures are examples."""
    tables = [exhibit.table for answer in response(name).answers for exhibit in answer.exhibits]
    assert all(any("invented" in note for note in table.notes) for table in tables)


@every_example
def test_an_example_names_a_force_that_does_not_exist(name: str, shared: Path) -> None:
    """No force of the examples is on the list of real ones."""
    real = (shared / "reference" / "police_forces.csv").read_text("utf-8").casefold()
    assert response(name).sender.name.casefold() not in real
    assert response(name).sender.email.endswith(".example")


@every_example
def test_an_example_repeats_no_words_of_a_real_response(name: str, shared: Path) -> None:
    """Request, questions and reasons share no eight words in a row with any of the five."""
    ours = _runs(text_of(name))
    seeds = sorted((shared / "seeds").glob("*.txt"))
    assert len(seeds) == 5
    copied = {seed.name: sorted(ours & _runs(seed.read_text("utf-8"))) for seed in seeds}
    assert copied == {seed.name: [] for seed in seeds}


def _runs(text: str) -> set[str]:
    words = re.findall(r"[a-z0-9]+", text.replace("\\\n", "").casefold())
    return {" ".join(words[start : start + COPIED]) for start in range(len(words) - COPIED + 1)}


@every_example
@pytest.mark.parametrize("kind", FORMATS)
def test_an_example_is_written_in_every_format(name: str, kind: str) -> None:
    """The letter comes out whole, and twice the same."""
    assert len(write(letter(name), kind)) > 3_000
    assert write(letter(name), kind) == write(letter(name), kind)


# 000: one question in four parts, neither confirmed nor denied, and a defined rest.


def test_000_one_question_in_four_parts_gets_one_denial() -> None:
    """The parts a) to d) are repeated under one question, and the answer to it neither confirms nor denies."""
    (question,) = response(NCND_OF_FOUR_PARTS).questions
    assert [part.letter for part in question.parts] == ["a", "b", "c", "d"]
    first = sections(NCND_OF_FOUR_PARTS, SectionKind.ANSWER)[0]
    assert all(f"{part.letter}) {part.text}" in said(first) for part in question.parts)
    assert "We neither confirm nor deny that we hold this information." in said(first)
    assert decided(NCND_OF_FOUR_PARTS, "1").outcome is Outcome.NCND


def test_000_any_other_information_is_denied_and_defined() -> None:
    """The rest is denied as well, and the letter says which information it is."""
    rest = decided(NCND_OF_FOUR_PARTS)
    assert rest.outcome is Outcome.NCND
    section = sections(NCND_OF_FOUR_PARTS, SectionKind.ANSWER)[-1]
    assert section.title == "Any other information"
    assert said(section).startswith("This concerns information, beyond the misconduct outcomes on our website")


@pytest.mark.parametrize("label", ["1", ""])
def test_000_the_denial_rests_on_four_limbs_each_with_its_nature(label: str) -> None:
    """Sections 30(3), 31(3), 38(2) and 40(5B) are named, and explained as class or prejudice, absolute or qualified."""
    decision = decided(NCND_OF_FOUR_PARTS, label)
    assert limbs(decision) == ["30(3)", "31(3)", "38(2)", "40(5B)(a)(i)"]
    reasons = sections(NCND_OF_FOUR_PARTS, SectionKind.REASONS)[0 if label else 1]
    explained = to_text(compose(response(NCND_OF_FOUR_PARTS))).replace("\n  ", " ")
    for nature in (
        "protects a class of information",
        "based on prejudice",
        "based on endangerment",
        "is absolute",
        "is qualified",
    ):
        assert nature in explained
    assert [kind for kind in kinds(reasons) if kind is not SectionKind.EXEMPTIONS] == [
        *WEIGHED,
        *HARMED_AND_WEIGHED,
        *HARMED_AND_WEIGHED,
        SectionKind.PERSONAL_DATA,
        SectionKind.NO_INFERENCE,
    ]


@pytest.mark.parametrize("label", ["1", ""])
def test_000_harm_is_shown_for_a_yes_and_for_a_no(label: str) -> None:
    """The evidence of harm speaks of what a confirmation and what a denial would do, whatever is held."""
    for section in ("31", "38"):
        harm = claim_of(decided(NCND_OF_FOUR_PARTS, label), section).harm.casefold()
        assert "if we said yes" in harm or "to confirm" in harm
        assert "if we said no" in harm or "to deny" in harm


def test_000_answers_put_together_are_considered() -> None:
    """The mosaic effect is dealt with: repeated requests, and what else could be pieced together."""
    decision, rest = decided(NCND_OF_FOUR_PARTS, "1"), decided(NCND_OF_FOUR_PARTS)
    assert "A row of answers" in claim_of(decision, "31").harm
    assert "pieced together" in rest.scope


def test_000_points_to_what_is_published() -> None:
    """The letter links to the published misconduct outcomes and says what they cover."""
    (signposts,) = sections(NCND_OF_FOUR_PARTS, SectionKind.SIGNPOSTS)
    (link,) = signposts.blocks
    assert isinstance(link, Link)
    assert link.url.startswith("https://")
    assert "concluded cases only" in link.note


# 001: two of four questions denied, two disclosed in attachments.


def test_001_four_questions_have_two_outcomes() -> None:
    """Questions 1 and 2 are denied with one set of reasons, 3 and 4 are disclosed in full."""
    assert [decided(MIXED, label).outcome for label in "1234"] == [
        Outcome.NCND,
        Outcome.NCND,
        Outcome.DISCLOSED,
        Outcome.DISCLOSED,
    ]
    (reasons,) = sections(MIXED, SectionKind.REASONS)
    assert reasons.about == ("1", "2")
    (notice,) = sections(MIXED, SectionKind.REFUSAL_NOTICE)
    assert notice.about == ("1", "2")


def test_001_the_tests_stand_in_the_letter() -> None:
    """The denial rests on four limbs, with harm, factors, balance and no inference in the letter itself."""
    assert limbs(decided(MIXED, "1")) == ["30(3)", "31(3)", "38(2)", "40(5B)(a)(i)"]
    (reasons,) = sections(MIXED, SectionKind.REASONS)
    assert kinds(reasons)[1:] == [
        *WEIGHED,
        *HARMED_AND_WEIGHED,
        *HARMED_AND_WEIGHED,
        SectionKind.PERSONAL_DATA,
        SectionKind.NO_INFERENCE,
    ]


def test_001_each_disclosed_question_has_its_attachment() -> None:
    """The figures for questions 3 and 4 are attached as a file each, which the answer and the list name."""
    files = [attachment.name for attachment in letter(MIXED).attachments]
    assert files == ["190A-26_question_3.csv", "190A-26_question_4.csv"]
    third, fourth = sections(MIXED, SectionKind.ANSWER)[2:4]
    assert files[0] in said(third)
    assert files[1] in said(fourth)


def test_001_five_financial_years_are_counted() -> None:
    """The table for question 3 has the five years asked for, and its total is the sum."""
    (exhibit,) = next(answer for answer in response(MIXED).answers if answer.about == ("3",)).exhibits
    *years, total = exhibit.table.rows
    assert [row[0] for row in years] == ["2020/21", "2021/22", "2022/23", "2023/24", "2024/25"]
    assert [sum(int(row[column]) for row in years) for column in (1, 2)] == [int(total[1]), int(total[2])]


def test_001_cases_are_not_people() -> None:
    """The table for question 4 counts both, fewer people than cases, and says why they differ."""
    (exhibit,) = next(answer for answer in response(MIXED).answers if answer.about == ("4",)).exhibits
    assert exhibit.table.columns[1:] == ("Cases", "People")
    assert all(int(row[2]) < int(row[1]) for row in exhibit.table.rows)
    assert any("Cases are not people" in note for note in exhibit.table.notes)


# 002: partly disclosed out of a case-level spreadsheet.


def test_002_part_is_disclosed_and_the_reach_of_the_refusal_is_exact() -> None:
    """The answer gives aggregated tables, and says which rows and columns each section withholds."""
    decision = decided(PARTIAL, "1")
    assert decision.outcome is Outcome.PARTLY_DISCLOSED
    assert "148" in decision.withheld
    assert all(f"Section {section}" in decision.withheld for section in ("40(2)", "31(1)"))


def test_002_the_cases_are_counted_in_separate_tables() -> None:
    """Three tables stand in the letter, and each adds up to all cases."""
    tables = [block for section in letter(PARTIAL).walk() for block in section.blocks if isinstance(block, DataTable)]
    assert len(tables) == 3
    totals = [row for table in tables for row in table.rows if row[0] == "Total"]
    assert [row[1] for row in totals] == ["148"] * 3
    for table in tables:
        assert sum(int(row[1]) for row in table.rows if row[0] != "Total") == 148


def test_002_law_enforcement_is_shown_and_weighed() -> None:
    """31(1)(a) and (b), and 31(1)(g) by virtue of 31(2)(b), have evidence of harm at one level, factors and balance."""
    decision = decided(PARTIAL, "1")
    assert limbs(decision) == ["31(1)(a)", "31(1)(b)", "31(1)(g)", "40(2)"]
    assert [str(ground) for ground in decision.claims[1].by_virtue_of] == ["31(2)(b)"]
    (reasons,) = sections(PARTIAL, SectionKind.REASONS)
    assert kinds(reasons)[1:] == [*HARMED_AND_WEIGHED, *HARMED_AND_WEIGHED, SectionKind.PERSONAL_DATA]


def test_002_personal_data_is_argued_step_by_step() -> None:
    """40(2) by the first condition goes through identification, sensitive data, interest, necessity and balance."""
    claim = claim_of(decided(PARTIAL, "1"), "40")
    assert [str(ground) for ground in claim.by_virtue_of] == ["40(3A)(a)"]
    (section,) = sections(PARTIAL, SectionKind.PERSONAL_DATA)
    steps = (
        "Whose data:",
        "How they could be identified:",
        "Is a legitimate interest pursued?",
        "Is it necessary",
        "Do the rights",
    )
    assert [step for step in steps if step in said(section)] == list(steps)
    assert "would contravene the data protection principle" in said(section)
    assert "no public interest test applies" in said(section)


def test_002_nothing_is_left_to_infer_from_a_refusal_to_disclose() -> None:
    """Where information is confirmed to be held, the line against inference has no place."""
    assert sections(PARTIAL, SectionKind.NO_INFERENCE) == []


# 003: figures disclosed, and a denial beyond them.


def test_003_figures_are_disclosed_and_details_that_identify_are_not() -> None:
    """Three questions are answered by one attachment; names and dates of birth are withheld in part."""
    assert [decided(FIGURES, label).outcome for label in "1234"] == [
        Outcome.DISCLOSED,
        Outcome.DISCLOSED,
        Outcome.PARTLY_DISCLOSED,
        Outcome.DISCLOSED,
    ]
    assert limbs(decided(FIGURES, "3")) == ["40(2)"]
    assert [attachment.name for attachment in letter(FIGURES).attachments] == ["402A-26_convictions.csv"]


def test_003_beyond_the_figures_nothing_is_confirmed() -> None:
    """Any other information, defined, is denied under 30(3), 31(3) and 40(5B), with the test in the letter."""
    rest = decided(FIGURES)
    assert rest.outcome is Outcome.NCND
    assert limbs(rest) == ["30(3)", "31(3)", "40(5B)(a)(i)"]
    assert rest.scope.strip()
    reasons = sections(FIGURES, SectionKind.REASONS)[-1]
    assert kinds(reasons)[1:] == [*WEIGHED, *HARMED_AND_WEIGHED, SectionKind.PERSONAL_DATA, SectionKind.NO_INFERENCE]


def test_003_the_refusal_notice_is_about_the_two_refusals() -> None:
    """The notice names question 3 and the rest, and none of the questions that are answered."""
    (notice,) = sections(FIGURES, SectionKind.REFUSAL_NOTICE)
    assert notice.about == ("3", "any other information")


# 004: two requests in one letter.


def test_004_two_requests_of_four_questions_are_answered_in_one_letter() -> None:
    """Each question is headed with its request, and every one of the eight has its outcome."""
    titles = [section.title for section in sections(TWO_REQUESTS, SectionKind.ANSWER)]
    assert titles == [f"Request {request}, question {number}" for request in (1, 2) for number in (1, 2, 3, 4)]
    outcomes = {
        label: decided(TWO_REQUESTS, label).outcome
        for label in (f"Request {r}, {n}" for r in (1, 2) for n in (1, 2, 3, 4))
    }
    assert list(outcomes.values()) == [
        Outcome.ALREADY_ACCESSIBLE,
        Outcome.ALREADY_ACCESSIBLE,
        Outcome.WITHHELD,
        Outcome.ALREADY_ACCESSIBLE,
        Outcome.DISCLOSED,
        Outcome.DISCLOSED,
        Outcome.WITHHELD,
        Outcome.NOT_HELD,
    ]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_004_section_21_points_at_the_published_data_set(number: int) -> None:
    """Each answer that is published has the address of the data set, and what there answers it."""
    answer = sections(TWO_REQUESTS, SectionKind.ANSWER)[number - 1]
    (link,) = [block for block in answer.blocks if isinstance(block, Link)]
    assert link.url.startswith("https://www.kingsferry.police.example/data/")
    assert f"question {number}" in link.note
    assert limbs(decided(TWO_REQUESTS, f"Request 1, {number}")) == ["21(1)"]


@pytest.mark.parametrize("request_number", [1, 2])
def test_004_summaries_are_withheld_as_personal_data(request_number: int) -> None:
    """The brief summaries that both requests ask for are withheld under 40(2), reasoned for each."""
    decision = decided(TWO_REQUESTS, f"Request {request_number}, 3")
    assert limbs(decision) == ["40(2)"]
    assert decision.withheld.strip()
    assert len(sections(TWO_REQUESTS, SectionKind.PERSONAL_DATA)) == 2


def test_004_tables_are_attached() -> None:
    """Questions 1 and 2 of the second request have a file each."""
    assert [attachment.name for attachment in letter(TWO_REQUESTS).attachments] == [
        "01.FOI.26.001187_request_2_question_1.csv",
        "01.FOI.26.001187_request_2_question_2.csv",
    ]


def test_004_not_held_says_what_was_searched() -> None:
    """The letter says “not held”, where it was looked for and how: “not recorded centrally” is no outcome."""
    decision = decided(TWO_REQUESTS, "Request 2, 4")
    assert decision.outcome is Outcome.NOT_HELD
    assert decision.claims == ()
    assert "We then opened" in decision.explanation
    assert "not recorded centrally" not in to_text(letter(TWO_REQUESTS)).casefold()


# The demonstration


@pytest.mark.django_db
def test_the_demonstration_shows_areas_a_task_and_a_chain_of_clearance() -> None:
    """A new user sees who holds information, a case that waits for an area, and a letter with steps still to come."""
    assert load_examples()
    assert all(force.areas.count() == 5 for force in Authority.objects.all())
    waiting = waits(list(Case.objects.values_list("pk", flat=True)), timezone.localdate())
    told = {wait.whom: wait.days for each in waiting.values() for wait in each}
    assert set(told) == {"Professional standards", "Approver, to clear the letter", "Press office, to clear the letter"}
    assert told["Professional standards"] in {2, 3}, "two where it is loaded on a day off"
    chained = Response.objects.get(case__profile="high")
    assert [step.name for step in chained.steps.all()] == [
        "Legal adviser",
        "Press office",
        "Approver",
        "Head of information",
    ]
    assert [step.name for step in chained.steps.all() if step.done_by] == ["Legal adviser"]


@pytest.mark.django_db
def test_the_demonstration_has_a_case_at_every_stage() -> None:
    """Loaded by the steps that a person takes, the cases stand at new, deciding, clearance (two), sent and closed."""
    assert load_examples()
    stages = [standing(case, case.received).stage for case in with_standing(Case.objects.all())]
    up = [Stage.AWAITING_CLEARANCE] * 2
    assert sorted(stages) == sorted([Stage.NEW, Stage.DECIDING, *up, Stage.SENT, Stage.CLOSED])
    assert Publication.objects.count() == 1
    assert {case.authority.slug for case in Case.objects.select_related("authority")} == {
        "northmarch",
        "westvale",
        "kingsferry",
    }


@pytest.mark.django_db
def test_the_demonstration_is_loaded_once() -> None:
    """Started again, the demonstration leaves everything as it is."""
    load_examples()
    cases = Case.objects.count()
    assert not load_examples()
    assert Case.objects.count() == cases == 6


@pytest.mark.django_db
def test_the_demonstration_uses_the_references_of_the_examples() -> None:
    """Each case has the reference of its file, but for the year; the one in a chain of clearance is a copy."""
    load_examples()
    found = {re.sub(r"\d{2}(?=\.\d{6}$|$)", "", case.reference) for case in Case.objects.filter(profile="ordinary")}
    assert found == {re.sub(r"\d{2}(?=\.\d{6}$|$)", "", response(name).reference) for name in EXAMPLES}


@pytest.mark.django_db
def test_no_case_of_the_demonstration_is_late() -> None:
    """Every example is within its twenty working days, whatever the day on which it is loaded."""
    load_examples()
    today = timezone.localdate()
    assert not [case.reference for case in with_standing(Case.objects.all()) if standing(case, today).late]


@pytest.mark.django_db
def test_the_letter_of_the_demonstration_says_what_the_example_says() -> None:
    """Stored and composed again at the desk, the sent example has the sections of its file."""
    load_examples()
    sent = Response.objects.get(case__title=response(PARTIAL).subject)
    (text,) = [bytes(file.content).decode() for file in sent.files.all() if file.media_type.startswith("text/plain")]
    for section in letter(PARTIAL).walk():
        assert section.title.split(" (")[0].split(":")[0] in text.replace("\n", " ")
    assert Case.objects.get(pk=sent.case_id).final_stage == Stage.CLOSED


@pytest.mark.django_db
def test_the_demonstration_counts_the_four_parts_of_one_question_as_one_table() -> None:
    """Officers suspended, restricted, working normally and left stand in one table that adds up, each person once."""
    load_examples()
    saved = SavedCount.objects.get(title__contains="by what they do now")
    cells = {tuple(labels): value for labels, value in saved.cells}
    parts = [value for labels, value in cells.items() if labels[0][:2] in {"a)", "b)", "c)", "d)"}]
    assert len(parts) == 4
    assert all(parts)
    assert sum(parts) == cells["Total",]
    with reading(saved.record_set) as held:
        states = held.engine.rows(
            "SELECT c_status, count(DISTINCT c_officer_no) FROM rows WHERE c_date_received <= CAST(? AS DATE)"
            " AND (c_date_closed IS NULL OR c_date_closed > CAST(? AS DATE)) GROUP BY 1 ORDER BY 1",
            [saved.definition["as_at"]] * 2,
        )
    assert sum(number for _, number in states) == cells["Total",], "counted by hand in SQL of its own"
