"""The command does what a person would guess, prints what programs rely on, and fails in one line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from candour import __version__
from candour.cli import app
from candour.commands.progress import progress
from candour.letters.read import UnreadableText, read_text

MAGIC = {"html": b"<!DOCTYPE html>", "docx": b"PK\x03\x04", "pdf": b"%PDF-", "txt": b"Westvale Police"}
READ_KEYS = [
    "authority",
    "reference",
    "received",
    "responded",
    "outcome",
    "questions",
    "exemptions",
    "ncnd",
    "refusal_notice",
    "harm",
    "public_interest_test",
    "balance",
    "internal_review",
    "ico",
    "attachments",
]


def run(*arguments: str, text: str | bytes | None = None) -> Result:
    """The command within this process."""
    return CliRunner().invoke(app, list(arguments), input=text)


def started(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "candour", *arguments]
    return subprocess.run(command, input=text, capture_output=True, check=False, timeout=120, env=environment)


def refusal(result: Result) -> str:
    """The one line with which a command refused its input."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("candour: ")
    return result.stderr


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    """A complete response with two attachments."""
    path = tmp_path / "decisions.toml"
    path.write_text(
        resources.files("candour.desk.examples").joinpath("westvale_mixed.toml").read_text("utf-8"), "utf-8"
    )
    return path


# Due


def test_due_tells_the_date_and_why_each_day_counts_or_not() -> None:
    """For people: the date in words, then a line for every day, with the reason for each that is left out."""
    result = run("due", "2026-05-22")
    first, *days = result.stdout.splitlines()
    assert result.exit_code == 0
    assert first == "Received 22 May 2026. Due 23 June 2026, a Tuesday."
    assert len(days) == 33
    assert days[0] == "  -  Fri 22 May 2026: the day of receipt is day 0"
    assert days[-1] == " 20  Tue 23 June 2026"
    assert "  -  Mon 15 June 2026: World Cup (Scotland)" in days


def test_due_as_json_has_the_promised_shape() -> None:
    """For programs: receipt, due date, number of working days, and every day with whether it counts."""
    result = json.loads(run("due", "2026-05-22", "--format", "json").stdout)
    assert {"received", "due", "working_days", "days"} <= set(result)
    assert (result["received"], result["due"], result["working_days"]) == ("2026-05-22", "2026-06-23", 20)
    assert all(set(day) >= {"date", "counts", "why"} for day in result["days"])
    assert sum(day["counts"] for day in result["days"]) == 20
    assert (result["days"][0]["date"], result["days"][-1]["date"]) == ("2026-05-22", "2026-06-23")


def test_due_shows_the_minority_date_of_a_request_that_came_on_a_day_off() -> None:
    """The strict date holds; the other reading is for information, and absent where both come to the same."""
    told = run("due", "2026-03-07")
    assert told.stdout.startswith("Received 7 March 2026. Due 8 April 2026, a Wednesday.")
    assert "next working day would say 9 April 2026." in told.stdout
    assert json.loads(run("due", "2026-03-07", "--format", "json").stdout)["minority_due"] == "2026-04-09"
    assert "For information" not in run("due", "2026-03-09").stdout
    assert json.loads(run("due", "2026-03-09", "--format", "json").stdout)["minority_due"] is None


@pytest.mark.parametrize("received", ["tomorrow", "2026-02-30", "22/05/2026", ""])
def test_due_refuses_what_is_no_date(received: str) -> None:
    """What cannot be a date is refused with an example of one."""
    assert "is not a date. Write it as 2026-03-03." in refusal(run("due", received))


@pytest.mark.parametrize("received", ["2018-06-01", "2028-12-15", "9999-12-31", "0001-01-01"])
def test_due_says_when_the_calendar_does_not_reach(received: str) -> None:
    """Past the horizon no date is guessed."""
    assert "the calendar runs from 2019-01-01 to 2028-12-31" in refusal(run("due", received))


# Write


@pytest.mark.parametrize("kind", ["html", "docx", "pdf", "txt"])
def test_write_makes_the_letter_and_its_attachments(kind: str, decisions: Path) -> None:
    """Each format is written by the ending of its name, the attachments stand beside it, and every file is told."""
    out = decisions.parent / f"letter.{kind}"
    result = run("write", str(decisions), "-o", str(out))
    assert result.exit_code == 0, result.stderr
    written = {path.name for path in decisions.parent.iterdir()} - {decisions.name}
    assert written == {f"letter.{kind}", "190A-26_question_3.csv", "190A-26_question_4.csv"}
    assert out.read_bytes().lstrip().startswith(MAGIC[kind])
    assert (decisions.parent / "190A-26_question_4.csv").read_bytes().startswith(b"\xef\xbb\xbfRole")
    assert len(result.stdout.splitlines()) == 3
    assert all(name in result.stdout for name in written)


def test_write_reads_standard_input(decisions: Path) -> None:
    """A dash stands for standard input, and the letter is the same."""
    there, here = decisions.parent / "a.txt", decisions.parent / "b.txt"
    assert run("write", str(decisions), "-o", str(there)).exit_code == 0
    assert run("write", "-", "-o", str(here), text=decisions.read_bytes()).exit_code == 0
    assert here.read_bytes() == there.read_bytes()


def test_write_lists_what_is_missing_and_writes_nothing(decisions: Path) -> None:
    """An incomplete response ends with 1, a line for each gap by question, and no file."""
    decisions.write_text(decisions.read_text("utf-8").replace('outcome = "disclosed"', 'outcome = "withheld"'), "utf-8")
    out = decisions.parent / "letter.txt"
    result = run("write", str(decisions), "-o", str(out))
    assert result.exit_code == 1
    head, *gaps = result.stderr.splitlines()
    assert head == f"{decisions}: the letter is not complete."
    assert {gap.split(":")[0].strip() for gap in gaps} == {"question 3", "question 4"}
    assert all(", because " in gap for gap in gaps)
    assert not out.exists()


def test_write_makes_a_draft_of_what_there_is(decisions: Path) -> None:
    """With --draft an incomplete letter is written and says what is undecided."""
    decisions.write_text(decisions.read_text("utf-8").replace('outcome = "disclosed"', 'outcome = "withheld"'), "utf-8")
    out = decisions.parent / "letter.txt"
    assert run("write", str(decisions), "-o", str(out), "--draft").exit_code == 0
    assert out.read_text("utf-8").count("No decision has been made on this question yet.") == 2


def test_write_takes_the_words_of_the_force(decisions: Path) -> None:
    """A force's own wording stands in the letter."""
    words = decisions.parent / "words.toml"
    words.write_text('closing = "With kind regards"', "utf-8")
    out = decisions.parent / "letter.txt"
    assert run("write", str(decisions), "-o", str(out), "--wording", str(words)).exit_code == 0
    assert "With kind regards" in out.read_text("utf-8")


def test_write_refuses_wording_that_the_law_fixes(decisions: Path) -> None:
    """The file and the entry of a locked wording are named."""
    words = decisions.parent / "words.toml"
    words.write_text('review = "You may complain."', "utf-8")
    told = refusal(run("write", str(decisions), "-o", str(decisions.parent / "l.txt"), "--wording", str(words)))
    assert str(words) in told
    assert "“review”" in told


@pytest.mark.parametrize("name", ["letter.odt", "letter", "letter.", ".pdf"])
def test_write_refuses_an_unknown_ending(name: str, decisions: Path) -> None:
    """A letter is written in one of four formats, and the refusal lists them."""
    assert ".html, .docx, .pdf, .txt" in refusal(run("write", str(decisions), "-o", str(decisions.parent / name)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[authority", "not valid TOML"),
        (b"", "[authority] is missing"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "not text in UTF-8"),
    ],
)
def test_write_refuses_what_is_no_decisions_file(content: bytes, says: str, tmp_path: Path) -> None:
    """A broken, empty or binary file is named with what is wrong with it."""
    path = tmp_path / "decisions.toml"
    path.write_bytes(content)
    told = refusal(run("write", str(path), "-o", str(tmp_path / "letter.txt")))
    assert str(path) in told
    assert says in told


def test_write_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is one line, and so is a folder that is not there."""
    assert "No such file" in refusal(run("write", str(tmp_path / "none.toml"), "-o", str(tmp_path / "letter.txt")))


def test_write_names_a_folder_that_is_not_there(decisions: Path) -> None:
    """A letter cannot be written into a folder that does not exist."""
    assert "No such file" in refusal(run("write", str(decisions), "-o", str(decisions.parent / "none" / "letter.txt")))


@pytest.mark.parametrize(
    ("received", "dated"),
    [("2026-01-19T09:00:00", "2026-02-13"), ("2026-01-19", "2026-02-13T09:00:00"), ("2003-01-20", "2004-03-01")],
)
def test_write_refuses_dates_that_no_letter_has(received: str, dated: str, decisions: Path) -> None:
    """A time of day, or a letter from before the Act, is refused in words and not by a failure of the program."""
    text = decisions.read_text("utf-8").replace("received = 2026-01-19", f"received = {received}")
    decisions.write_text(text.replace("dated = 2026-02-13", f"dated = {dated}"), "utf-8")
    result = run("write", str(decisions), "-o", str(decisions.parent / "letter.txt"))
    assert result.exit_code in {1, 2}
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.stderr


def test_write_keeps_every_file_it_names(decisions: Path) -> None:
    """An attachment of the letter's own name, or two of one name, would overwrite each other and are refused."""
    text = decisions.read_text("utf-8")
    decisions.write_text(text.replace("190A-26_question_4.csv", "190A-26_question_3.csv"), "utf-8")
    assert run("write", str(decisions), "-o", str(decisions.parent / "letter.txt")).exit_code in {1, 2}


# Read


@pytest.fixture
def letter(decisions: Path) -> Path:
    """A letter in plain text."""
    out = decisions.parent / "letter.txt"
    assert run("write", str(decisions), "-o", str(out)).exit_code == 0
    return out


def test_read_as_json_has_the_promised_keys(letter: Path) -> None:
    """Programs find the keys of the design, in its order, and each question with its own four; more may be added."""
    result = json.loads(run("read", str(letter), "--format", "json").stdout)
    assert [key for key in result if key in READ_KEYS] == READ_KEYS
    assert result["questions"]
    assert all({"number", "text", "outcome", "exemptions"} <= set(question) for question in result["questions"])


def test_read_finds_in_a_letter_what_write_put_there(letter: Path) -> None:
    """Our own letter is read back: force, reference, four questions, limbs and sections."""
    result = json.loads(run("read", str(letter), "--format", "json").stdout)
    assert result["authority"] == "Westvale Police"
    assert result["reference"] == "190A/26"
    assert [question["number"] for question in result["questions"]] == ["1", "2", "3", "4"]
    assert {"30(3)", "31(3)", "38(2)"} <= set(result["exemptions"])
    flags = ("ncnd", "refusal_notice", "harm", "public_interest_test", "balance", "internal_review", "ico")
    assert {flag: result[flag] for flag in flags} == dict.fromkeys(flags, True)


def test_read_is_printed_for_people(letter: Path) -> None:
    """Without a format, each value stands on a line with its name, lists in words and flags as yes or no."""
    result = run("read", str(letter))
    assert result.exit_code == 0
    assert "reference: 190A/26" in result.stdout
    assert "refusal notice: yes" in result.stdout
    assert "question 1: " in result.stdout
    assert not [line for line in result.stdout.splitlines() if "None" in line or ": {" in line or ": [" in line]


def test_read_takes_standard_input(letter: Path) -> None:
    """A dash stands for standard input."""
    assert (
        run("read", "-", "--format", "json", text=letter.read_bytes()).stdout
        == run("read", str(letter), "--format", "json").stdout
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n\t\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        bytes(range(256)),
        b"\x00\x01\x02\x03" * 50,
    ],
)
def test_read_refuses_what_is_no_text(content: bytes, tmp_path: Path) -> None:
    """An empty file, white space and binary are refused in one line that names the file."""
    path = tmp_path / "response.txt"
    path.write_bytes(content)
    assert str(path) in refusal(run("read", str(path)))


def test_an_empty_text_is_unreadable() -> None:
    """The package refuses it as the command does."""
    with pytest.raises(UnreadableText):
        read_text(" \n")


def test_read_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file and a folder are one line each."""
    assert "No such file" in refusal(run("read", str(tmp_path / "none.txt")))
    assert "directory" in refusal(run("read", str(tmp_path)))


# The command itself


def test_the_version_is_told() -> None:
    """--version prints the name and the version."""
    result = started("--version")
    assert (result.returncode, result.stdout.decode().strip()) == (0, f"candour {__version__}")


def test_without_arguments_the_commands_are_listed() -> None:
    """A person who types the name alone sees what there is."""
    result = started()
    told = (result.stdout + result.stderr).decode()
    assert "Usage: " in told
    assert all(f"  {command}  " in told for command in ("due", "read", "write", "demo", "serve"))


def test_an_unknown_command_is_bad_use() -> None:
    """A verb that there is not ends with 2 and names it."""
    result = run("frobnicate")
    assert result.exit_code == 2
    assert "frobnicate" in result.stderr


def test_a_process_fails_in_one_line_without_a_traceback() -> None:
    """As a process of its own, the command writes one line to standard error, nothing else, and ends with 2."""
    result = started("due", "2030-01-01")
    assert result.returncode == 2
    assert result.stdout == b""
    assert result.stderr.decode().count("\n") == 1
    assert b"Traceback" not in result.stderr


def test_a_process_writes_json_that_programs_can_read() -> None:
    """As a process of its own, the command prints UTF-8 and nothing but the result."""
    result = started("due", "2026-03-02", "--format", "json")
    assert result.returncode == 0
    assert json.loads(result.stdout)["due"] == "2026-03-31"


def test_a_process_reads_its_standard_input() -> None:
    """Text in a pipe is read as a file is."""
    result = started("read", "-", text=b"")
    assert result.returncode == 2
    assert result.stderr.startswith(b"candour: -: ")


def test_long_work_says_on_a_terminal_how_far_it_is_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("candour.commands.progress._PATIENCE", 0.0)
    with progress("figures.xlsx") as tell:
        assert tell
        tell(0.5, "Checking what was made")

    assert "figures.xlsx: Checking what was made, 50%" in terminal.getvalue()
    assert terminal.getvalue().endswith(f"\r{'':78}\r")


def test_where_nobody_watches_nothing_is_said_of_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("figures.xlsx") as tell:
        assert tell is None
    assert not capsys.readouterr().err
