"""The linter as a whole: any text, any selection, every output, and its exit code."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.letters.lint import Finding, Severity, UnknownRule, lint_main, lint_text, rules
from candour.letters.read import UnreadableText
from letters.lint.snippets import PAIRS
from letters.strategies import hostile_texts

CODES = tuple(rules())
parts = st.one_of(
    hostile_texts,
    st.sampled_from([pair[0] for pair in PAIRS.values()]),
    st.sampled_from(
        (
            "Section 40(5)",
            "\n",
            "\r\n",
            "\f",
            "\u2028",
            "> ",
            "Request\n",
            "Response\n",
            "1. ",
            "neither confirm nor deny",
        )
    ),
)
texts = st.lists(parts, max_size=6).map("".join)
letters = st.sampled_from([letter for pair in PAIRS.values() for letter in pair])
prefixes = st.lists(st.sampled_from((*CODES, "L-PIT", "L-S40", "L-", "l-lim")), max_size=3)


def lint(text: str) -> tuple[Finding, ...]:
    """The findings; none where the text holds no letter."""
    try:
        return lint_text(text)
    except UnreadableText:
        return ()


@settings(max_examples=150, deadline=None)
@given(texts)
def test_any_text_is_linted_or_refused_and_findings_lie_in_it(text: str) -> None:
    """No text raises anything else, and every place is within the text, its line and its column."""
    lines = text.splitlines(keepends=True)
    for finding in lint(text):
        assert 0 <= finding.offset <= finding.end <= len(text)
        assert 1 <= finding.line <= len(lines)
        assert sum(map(len, lines[: finding.line - 1])) + finding.column - 1 == finding.offset
        assert finding.quote is None or finding.quote in " ".join(text[finding.offset : finding.end].split())


@settings(max_examples=80, deadline=None)
@given(letters, prefixes, prefixes, st.sampled_from(Severity))
def test_a_selection_is_what_remains_of_the_whole(
    text: str, select: list[str], ignore: list[str], severity: Severity
) -> None:
    """Selecting, ignoring and grading take findings away and change none."""
    some = lint_text(text, select=select, ignore=ignore, severity=severity)
    wanted, unwanted = tuple(code.upper() for code in select), tuple(code.upper() for code in ignore)
    assert some == tuple(
        finding
        for finding in lint_text(text)
        if finding.severity.rank <= severity.rank
        and (not wanted or finding.code.startswith(wanted))
        and not (unwanted and finding.code.startswith(unwanted))
    )


@given(letters)
def test_findings_stand_in_the_order_of_the_text(text: str) -> None:
    """A reader meets them as they read."""
    offsets = [finding.offset for finding in lint_text(text)]
    assert offsets == sorted(offsets)


@pytest.mark.parametrize("given_as", ["select", "ignore"])
def test_a_code_that_names_no_rule_is_refused(given_as: str) -> None:
    """A slip in a code does not silently find nothing."""
    with pytest.raises(UnknownRule, match="L-LIM-01"):
        lint_main([("a.txt", "Three horses.")], **{given_as: ["L-LIM-99"]})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        "We refuse section 40 ",
        "exempt section 30(3)\n",
        "section 31(1)(a)(b)(2)(b) ",
        "you asked “the ",
        "1 23 456 received on ",
    ],
)
def test_time_grows_with_the_text_and_not_faster(words: str) -> None:
    """Ten times the text takes not much more than ten times as long, however odd it is."""
    lint(words * 300)
    seconds = []
    for size in (300, 3000):
        start = time.process_time()
        lint(words * size)
        seconds.append(time.process_time() - start)
    assert seconds[1] < 40 * seconds[0] + 0.5


def test_the_exit_code_says_whether_there_is_an_error() -> None:
    """Errors end with 1, anything less with 0, what cannot be read with 2 and one line."""
    broken = PAIRS["L-LIM-02"][0]
    assert lint_main([("a.txt", broken)])[1] == 1
    assert lint_main([("a.txt", broken)], select=["L-HDR-01"])[1] == 0
    report, code = lint_main([("a.txt", broken), ("b.txt", " \n")])
    assert code == 2
    assert report.startswith("b.txt: ")
    assert "\n" not in report


def test_a_file_is_opened_as_what_it_is(tmp_path: Path) -> None:
    """A path is read from the disk; one that is not there, or is no letter, is said in one line."""
    letter = tmp_path / "letter.txt"
    letter.write_text(PAIRS["L-LIM-02"][0], encoding="utf-8")
    assert lint_main([letter], select=["L-LIM-02"]) == (
        lint_main([(str(letter), PAIRS["L-LIM-02"][0])], select=["L-LIM-02"])
    )
    assert lint_main([tmp_path / "none.txt"])[1] == 2
    binary = tmp_path / "scan.bin"
    binary.write_bytes(bytes(range(256)) * 40)
    report, code = lint_main([letter, binary])
    assert code == 2
    assert report.startswith(f"{binary}: ")


def test_the_report_for_people_names_place_rule_and_remedy() -> None:
    """One head line for each finding, with the quote and what to write instead below."""
    report, _ = lint_main([("letter.txt", PAIRS["L-LIM-02"][0])], select=["L-LIM-02"])
    first, quote, instead, tally = report.splitlines()
    assert first.startswith("letter.txt:15:1: L-LIM-02 error ")
    assert "“Section 40(5)”" in quote
    assert rules()["L-LIM-02"].instead in instead
    assert tally == "1 error in 1 letter"
    assert lint_main([("b.txt", PAIRS["L-LIM-02"][1])], select=["L-LIM-02"])[0] == "nothing found in 1 letter"


def test_the_json_has_the_keys_that_programs_rely_on() -> None:
    """A list of files, each with its findings."""
    report, _ = lint_main([("letter.txt", PAIRS["L-LIM-02"][0])], select=["L-LIM-02"], format="json")
    (file,) = json.loads(report)
    assert file["file"] == "letter.txt"
    (finding,) = file["findings"]
    assert {"code", "severity", "message", "basis", "line", "quote", "question"} <= set(finding)
    assert (finding["code"], finding["severity"], finding["quote"]) == ("L-LIM-02", "error", "Section 40(5)")


def test_the_sarif_log_refers_to_rules_that_it_describes() -> None:
    """Every result points at a rule of the run and at a region of a file."""
    report, _ = lint_main([(f"{code}.txt", pair[0]) for code, pair in PAIRS.items()], format="sarif")
    log = json.loads(report)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    described = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert described[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        assert region["charLength"] >= 0
