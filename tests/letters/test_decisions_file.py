"""A decisions file is read as it stands, and whatever is wrong with it is told by the name of its entry."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.law import CitationError, Likelihood, Outcome, Provision, SensitiveData, UnknownLimb
from candour.letters.decisions_file import DecisionsFileError, load_response, parse_claimed

HEAD = """\
[authority]
name = "Westvale Police"
unit = "Information Rights Unit"
address = ["Canal Street", "Westvale"]
email = "foi@westvale.police.example"

[request]
reference = "190A/26"
subject = "Horses"
received = 2026-03-02
dated = 2026-03-27
requester = "Robin Sample"
opening = "I write."
"""
QUESTION = """
[[question]]
number = "1"
text = "How many horses?"
"""
DECISION = """
[[decision]]
about = ["1"]
outcome = "withheld"
withheld = "The number."
"""
CLAIM = """
[[decision.claim]]
cite = "31(1)(a)"
why = "It does."
likelihood = "would be likely to"
harm = "A thief is warned."
favouring = ["openness"]
against = ["safety"]
balance = "Safety."
"""
WHOLE = HEAD + QUESTION + DECISION + CLAIM
TABLE = WHOLE + '[[decision.table]]\ntitle = "T"\n'


def error(text: str) -> str:
    """What is said to be wrong with the file."""
    with pytest.raises(DecisionsFileError) as refused:
        load_response(text)
    return str(refused.value)


def test_every_entry_of_the_file_is_in_the_response() -> None:
    """What the file says of force, request, question and decision comes back as values."""
    response = load_response(WHOLE)
    assert response.sender.address == ("Canal Street", "Westvale")
    assert (response.reference, response.received, response.dated) == ("190A/26", date(2026, 3, 2), date(2026, 3, 27))
    assert (response.requester, response.opening) == ("Robin Sample", "I write.")
    assert [asked.label for asked in response.questions] == ["1"]
    (answer,) = response.answers
    assert answer.about == ("1",)
    assert answer.decision.outcome is Outcome.WITHHELD
    (claim,) = answer.decision.claims
    assert claim.limbs == (Provision("31", ("1", "a")),)
    assert claim.likelihood is Likelihood.WOULD_BE_LIKELY
    assert (claim.harm, claim.favouring, claim.against) == ("A thief is warned.", ("openness",), ("safety",))


def test_reviews_go_to_the_force_itself_unless_the_file_names_another_place() -> None:
    """Without a review contact the e-mail address of the force serves, and without that its name."""
    assert load_response(HEAD).review_contact == "foi@westvale.police.example"
    without_mail = HEAD.replace('email = "foi@westvale.police.example"\n', "")
    assert load_response(without_mail).review_contact == "Westvale Police"
    assert (
        load_response(HEAD.replace("unit =", 'review_contact = "the Review Team"\nunit =')).review_contact
        == "the Review Team"
    )


def test_personal_data_estimate_and_opinion_are_read() -> None:
    """Entries below a claim and a decision are read with their types."""
    text = (
        HEAD
        + QUESTION
        + DECISION
        + CLAIM.replace("31(1)(a)", "36(2)(c)")
        + (
            '[decision.claim.qualified_opinion]\nperson = "the Chief Constable"\ngiven_on = 2026-03-03\n'
            'opinion = "It would."\n'
            '[decision.claim.personal_data]\nwhose = "Officers."\nsensitive = "criminal offence"\n'
            'fails_at = "gateway"\n'
            '[decision.estimate]\nhours = 20\nbasis = "A sample."\n'
        )
    )
    decision = load_response(text).answers[0].decision
    (claim,) = decision.claims
    assert claim.qualified_opinion is not None
    assert claim.qualified_opinion.given_on == date(2026, 3, 3)
    assert claim.personal_data is not None
    assert claim.personal_data.sensitive is SensitiveData.CRIMINAL_OFFENCE
    assert decision.estimate is not None
    assert decision.estimate.hours == 20.0


@pytest.mark.parametrize(
    ("text", "names", "says"),
    [
        ("[authority", "", "not valid TOML"),
        ("", "[authority]", "is missing"),
        ('[authority]\nname = "X"', "[request]", "is missing"),
        ('authority = "X"', "the file", "“authority” must be a table"),
        (HEAD + "[extra]\n", "the file", "“extra” is not known"),
        (HEAD.replace("unit =", "team ="), "[authority]", "“team” is not known"),
        (HEAD.replace('reference = "190A/26"\n', ""), "[request]", "“reference” is missing"),
        (HEAD.replace('"190A/26"', "190"), "[request]", "“reference” must be a text"),
        (HEAD.replace("2026-03-02", '"2 March 2026"'), "[request]", "“received” must be a date such as"),
        (HEAD.replace('["Canal Street", "Westvale"]', '"Canal Street"'), "[authority]", "“address” must be a list"),
        (HEAD.replace('"Westvale"]', "7]"), "[authority]", "“address” must be a list of texts"),
        (HEAD + 'question = "How many?"\n', "[request]", "“question” is not known"),
        (HEAD + '[[question]]\ntext = "How many?"', "question 1", "“number” is missing"),
        (WHOLE + QUESTION + "part = [1]", "question 2", "“part” must be tables"),
        (WHOLE + QUESTION + '[[question.part]]\nletter = "a"', "question 2, part 1", "“text” is missing"),
        (WHOLE.replace('about = ["1"]\n', ""), "decision 1", "“about” is missing: say which questions"),
        (
            WHOLE.replace('"withheld"', '"secret"', 1),
            "decision 1",
            "“outcome” is “secret”; it must be one of “disclosed”",
        ),
        (WHOLE.replace("why =", "reason ="), "decision 1, claim 1", "“reason” is not known"),
        (WHOLE.replace("31(1)(a)", "31(9)"), "decision 1, claim 1", "There is no limb 31(9)"),
        (WHOLE.replace("31(1)(a)", "31(1)(a) by virtue of 40(5)"), "decision 1, claim 1", "cannot be claimed"),
        (WHOLE.replace("31(1)(a)", "law enforcement"), "decision 1, claim 1", "is not a citation"),
        (WHOLE.replace("would be likely to", "might"), "decision 1, claim 1", "“likelihood” is “might”"),
        (WHOLE.replace('["openness"]', '"openness"'), "decision 1, claim 1", "“favouring” must be a list"),
        (WHOLE + "in_the_alternative = 1", "decision 1, claim 1", "“in_the_alternative” must be true or false"),
        (
            WHOLE + '[decision.claim.personal_data]\nwho = "x"',
            "decision 1, claim 1, personal_data",
            "“who” is not known",
        ),
        (WHOLE + '[decision.estimate]\nhours = true\nbasis = "x"', "decision 1, estimate", "“hours” must be a number"),
        (WHOLE + "[decision.estimate]\nhours = 20", "decision 1, estimate", "“basis” is missing"),
        (
            WHOLE + '[[decision.signpost]]\ntitle = "x"\nurl = "javascript:x"',
            "decision 1, signpost 1",
            "“url” must be a web address",
        ),
        (WHOLE + '[[decision.locator]]\ntitle = "x"', "decision 1, locator 1", "“url” is missing"),
        (TABLE + "columns = []\nrows = []", "decision 1, table 1", "has no columns"),
        (TABLE + 'columns = ["A", "B"]\nrows = [["1"]]', "decision 1, table 1", "row 1: 1 cells under 2"),
        (TABLE + 'columns = ["A"]\nrows = [[1]]', "decision 1, table 1", "“rows” must be lists of texts"),
        (TABLE + 'columns = ["A"]\nrows = []\nas = "mail"', "decision 1, table 1", "“as” must be"),
        (TABLE + 'columns = ["A"]\nrows = []\nas = "attachment"', "decision 1, table 1", "“file” is missing"),
    ],
)
def test_what_is_wrong_is_told_by_the_name_of_its_entry(text: str, names: str, says: str) -> None:
    """An error names the entry, counted as a person counts, and what it must be."""
    message = error(text)
    assert message.removeprefix("the file, ").startswith(names)
    assert says in message


def test_a_time_of_day_is_no_date() -> None:
    """A date with a time is refused by name, and does not fail later when dates are compared."""
    assert "“received” must be a date" in error(HEAD.replace("2026-03-02", "2026-03-02T10:00:00"))


@pytest.mark.parametrize("hours", ["nan", "inf", "-inf"])
def test_hours_are_a_finite_number(hours: str) -> None:
    """An estimate of no number, or of endless hours, is refused."""
    assert "“hours” must be a number" in error(WHOLE + f'[decision.estimate]\nhours = {hours}\nbasis = "x"')


def test_a_decision_is_about_questions_or_about_the_rest() -> None:
    """What is said to be about a question and about any other information at once is refused."""
    assert "decision 1" in error(
        WHOLE.replace('about = ["1"]', 'about = ["1"]\nother_information = true\nscope = "papers"')
    )


@pytest.mark.parametrize(
    ("cited", "limbs", "grounds"),
    [
        ("31(1)(a)", ["31(1)(a)"], []),
        ("31(1)(a), 31(1)(b)", ["31(1)(a)", "31(1)(b)"], []),
        ("s.31(1)(a) & (b)", ["31(1)(a)", "31(1)(b)"], []),
        ("30(3) by virtue of 30(1)(a)(i)", ["30(3)"], ["30(1)(a)(i)"]),
        ("Section 40(2) BY VIRTUE OF section 40(3A)(a)", ["40(2)"], ["40(3A)(a)"]),
        ("31(3) by  virtue\nof 31(1)(a), (b) and 31(2)(b)", ["31(3)"], ["31(1)(a)", "31(1)(b)", "31(2)(b)"]),
    ],
)
def test_a_claim_is_read_as_it_is_cited(cited: str, limbs: list[str], grounds: list[str]) -> None:
    """Limbs stand before "by virtue of", grounds after it."""
    found = parse_claimed(cited)
    assert ([str(limb) for limb in found[0]], [str(ground) for ground in found[1]]) == (limbs, grounds)


@pytest.mark.parametrize("cited", ["", "by virtue of 31(1)(a)", "31(3) by virtue of", "law", "(1)(a)"])
def test_half_a_citation_is_none(cited: str) -> None:
    """Nothing before or after "by virtue of" is an error of citation."""
    with pytest.raises(CitationError):
        parse_claimed(cited)


def test_a_ground_that_the_act_does_not_have_is_unknown() -> None:
    """Grounds are checked as limbs are."""
    with pytest.raises(UnknownLimb):
        parse_claimed("31(3) by virtue of 31(1)(x)")


@given(st.text(max_size=200))
def test_any_text_is_a_response_or_an_error_in_words(text: str) -> None:
    """No text makes reading fail in any other way."""
    assert error(text)


@given(
    st.sampled_from(WHOLE.splitlines()),
    st.sampled_from(["", "x = 1", "[[decision]]", "[request]", '"', "number = []", "\x00"]),
)
def test_a_file_with_one_line_changed_is_read_or_told(line: str, instead: str) -> None:
    """Any one line replaced by another gives a response or an error in words, never another failure."""
    try:
        response = load_response(WHOLE.replace(line, instead, 1))
    except DecisionsFileError as refused:
        assert str(refused)  # noqa: PT017  either outcome is right
    else:
        assert response.sender.name
