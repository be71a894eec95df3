"""The documentation keeps up with what it documents."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from candour.cli import app
from candour.law import Outcome
from candour.letters.compose import compose, gaps
from candour.letters.decisions_file import load_response
from candour.letters.read import read_text
from candour.letters.wording import english
from candour.letters.write import FORMATS, write
from candour.site.config import Config

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
EXAMPLE = DOCS / "examples" / "decisions.toml"
LARGEST_IMAGE = 250_000

_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)|^\[[^\]]+\]:\s*(?P<defined>\S+)", re.MULTILINE)
_FENCED = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"\bcandour ([a-z]+)\b")
_MAKE = re.compile(r"\bmake ([a-z]+)\b")
_SETTING = re.compile(r"\bCANDOUR_[A-Z_]+\b")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The names by which the headings of a page are linked to."""
    words = _FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", words, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def shown_as_code(text: str) -> str:
    """What a page shows as code, in blocks and in lines, so that “make a letter” is no command."""
    blocks = [block["text"] for block in _FENCED.finditer(text)]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", _FENCED.sub("", text))])


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_between_files_resolves(page: Path) -> None:
    for found in _LINK.finditer(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        target = unquote(found["target"] or found["defined"])
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} leads nowhere"
        assert there.is_relative_to(ROOT), f"{target} leads out of the project"
        assert not anchor or anchor in anchors(there), f"{target}: no such heading"


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        seen.add(page)
        for found in _LINK.finditer(page.read_text(encoding="utf-8")):
            there = (page.parent / (found["target"] or found["defined"]).partition("#")[0]).resolve()
            there = there / "README.md" if there.is_dir() else there
            if there.suffix == ".md" and there.is_file():
                ahead.append(there)
    assert {named(page) for page in PAGES} == {named(page) for page in seen}


def test_the_settings_described_are_those_there_are() -> None:
    page = read("docs/operate.md")
    described = set(re.findall(r"^\| `(CANDOUR_[A-Z_]+)` \|", page, re.MULTILINE))
    assert described == {f"CANDOUR_{name.upper()}" for name in Config.model_fields}


def test_the_defaults_described_are_those_there_are() -> None:
    rows = dict(re.findall(r"^\| `CANDOUR_([A-Z_]+)` \| (?:`(.*?)`|empty) \|", read("docs/operate.md"), re.MULTILINE))
    for name, field in Config.model_fields.items():
        value = field.get_default(call_default_factory=True)
        plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        said = rows[name.upper()]
        written = str(plain).lower() if isinstance(plain, bool) else str(plain or "") if plain != [] else "[]"
        assert said.replace('"', "'") == written, name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_names_a_setting_that_is_not_there(page: Path) -> None:
    known = {f"CANDOUR_{name.upper()}" for name in Config.model_fields}
    assert set(_SETTING.findall(page.read_text(encoding="utf-8"))) <= known


def test_every_command_is_documented_and_no_other() -> None:
    shown = set(_COMMAND.findall("\n".join(shown_as_code(page.read_text(encoding="utf-8")) for page in PAGES)))
    assert shown == set(get_command(app).commands)  # type: ignore[attr-defined]  # the command is a group


def test_every_option_shown_is_one_that_the_command_has() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]  # the command is a group
    for page in PAGES:
        for line in shown_as_code(page.read_text(encoding="utf-8")).splitlines():
            if (found := re.match(r"(?:candour|\.venv/bin/candour) ([a-z]+)(.*)", line)) and found[1] != "manage":
                command = commands[found[1]]
                if (under := getattr(command, "commands", None)) and (sub := re.match(r" ([a-z]+)", found[2])):
                    command = under[sub[1]]
                has = {name for parameter in command.params for name in parameter.opts}
                unquoted = re.sub(r"'[^']*'", "", found[2])
                assert set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", unquoted)) <= has, f"{named(page)}: {line}"


def test_every_make_target_named_is_there() -> None:
    there = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    shown = set(_MAKE.findall("\n".join(shown_as_code(page.read_text(encoding="utf-8")) for page in PAGES)))
    assert shown <= there


def test_the_tests_that_hold_the_twelve_checks_are_there() -> None:
    """Each check of the page names tests, and each of those is in its file."""
    checks = re.split(r"^## ", read("docs/acceptance.md"), flags=re.MULTILINE)[1:]
    numbered = [check.partition(". ")[0] for check in checks if check[0].isdigit()]
    assert numbered == [str(number) for number in range(1, 13)]
    for check in checks:
        holding = re.findall(r"^- `(tests/[^`]+)`:((?:\s+`test_\w+`,?)+)$", check, re.MULTILINE)
        assert holding, f"nothing holds “{check.splitlines()[0]}”"
        listed = [line for line in check.splitlines() if line.startswith("- ")]
        assert len(listed) == len(holding), check
        for file, names in holding:
            there = set(re.findall(r"^def (test_\w+)\(", read(file), re.MULTILINE))
            assert set(re.findall(r"test_\w+", names)) <= there, file


def test_every_outcome_is_described_in_its_own_words() -> None:
    page = read("docs/decide.md")
    for outcome in Outcome:
        assert f"| {outcome.label} | {outcome.facts.tells} |" in page
        assert f"`{outcome.value}`" in read("docs/write.md")


def test_every_key_that_reading_gives_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", read("docs/read.md")))
    assert set(read_text(read("docs/examples/decisions.toml")).as_json()) <= described


def test_the_words_said_to_be_locked_are_locked() -> None:
    section = read("docs/wording.md").partition("## Locked words")[2]
    named_there = set(re.findall(r"`(\w+)`", section))
    assert named_there
    assert all(english().locked(name) for name in named_there)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_example_of_decisions_becomes_a_letter(kind: str) -> None:
    response = load_response(EXAMPLE.read_text(encoding="utf-8"))
    assert gaps(response) == ()
    assert write(compose(response), kind)


def test_the_example_lacks_what_the_page_shows_when_a_line_is_taken_out(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    decisions = tmp_path / "decisions.toml"
    decisions.write_text("".join(line for line in lines if not line.startswith("likelihood")), encoding="utf-8")
    ended = CliRunner().invoke(app, ["write", str(decisions), "-o", str(tmp_path / "letter.txt")])
    assert ended.exit_code == 1
    for line in ended.stderr.splitlines()[1:]:
        assert line in read("docs/write.md")


def test_the_example_of_wording_can_be_used() -> None:
    own = (DOCS / "examples" / "wording.toml").read_text(encoding="utf-8")
    words = english().overridden(own)
    letter = compose(load_response(EXAMPLE.read_text(encoding="utf-8")), words)
    said = write(letter, "txt").decode()
    assert all(value.partition("{")[0] in " ".join(said.split()) for value in tomllib.loads(own).values())
    assert own.strip() in read("docs/wording.md")


def test_the_date_shown_is_the_one_that_the_command_gives() -> None:
    said = CliRunner().invoke(app, ["due", "2026-12-18"]).stdout
    page = read("docs/due.md")
    shown = next(block["text"] for block in _FENCED.finditer(page) if block["kind"] == "text")
    assert said.startswith(shown)


@pytest.mark.parametrize("record", sorted((DOCS / "decisions").glob("0*.md")), ids=named)
def test_a_record_of_a_decision_has_its_parts(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(record.name[:4])}. ")
    for part in ("Status: ", "Date: ", "## Context", "## Decision", "## Consequences"):
        assert part in text


@pytest.mark.parametrize("image", sorted((DOCS / "images").iterdir()), ids=named)
def test_an_image_is_small_and_described(image: Path) -> None:
    assert image.stat().st_size < LARGEST_IMAGE
    shown = re.search(rf"!\[([^\]]+)\]\([^)]*{re.escape(image.name)}\)", "".join(read(named(page)) for page in PAGES))
    assert shown
    assert len(shown[1]) > 40, "the text in place of the image says what it shows"
