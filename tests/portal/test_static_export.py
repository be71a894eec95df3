"""The exported log is the log: the same pages at the same addresses, and a search without a server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from desk.world import NAME, World, plainly_decided, published, sent
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from candour.desk.publishing.publish import publish, withdraw
from candour.portal.static_export import MARK, Unexportable, export
from candour.portal.static_index import shard_of, stem, words_of
from portal.surfaces import ENTRIES, seen, surfaces

SCRIPT = Path(__file__).parents[2] / "frontend" / "static-search.js"
ADDRESS = "http://testserver"


def place(root: Path, path: str) -> Path:
    """The file that a web server gives at the path."""
    path = re.sub(r"/columns\.json$", "-columns.json", path)
    return root / path.lstrip("/") / "index.html" if path.endswith("/") else root / path.lstrip("/")


def test_every_address_of_an_entry_has_its_file_with_the_same_bytes(world: World, tmp_path: Path) -> None:
    """Pages differ only in where asking leads; data and files are the bytes that the service answers."""
    entry = published(world)
    assert export(tmp_path / "log", ADDRESS) == 1
    for path in [*surfaces(entry, ENTRIES), "/log.jsonl", "/sitemap.xml", "/catalogue.jsonld"]:
        written = place(tmp_path / "log", path).read_bytes()
        if path.endswith(("/", ".html")):
            assert b"Police horses" in written, path
        else:
            assert written == seen(path)[2], path


def test_links_lead_to_files_or_to_the_service(world: World, tmp_path: Path) -> None:
    """No page of the export links to an address that is not there; asking leads to the service that was named."""
    published(world)
    root = tmp_path / "log"
    export(root, ADDRESS, "https://ask.example")
    for page in root.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="(/[^"#?]*)', page.read_text(encoding="utf-8")):
            assert place(root, target).is_file(), (page.relative_to(root), target)
    assert 'href="https://ask.example/ask/"' in (root / "index.html").read_text(encoding="utf-8")


def test_the_index_finds_what_the_log_finds(world: World, tmp_path: Path) -> None:
    """Every word of an entry leads to it through the files of the index."""
    entry = published(world)
    root = tmp_path / "log"
    export(root, ADDRESS)
    for word in words_of(f"{entry.title} {entry.words}"):
        found = json.loads((root / "search" / "words" / f"{shard_of(word)}.json").read_text(encoding="utf-8"))
        assert found[word][0] == 0, word
    (block,) = json.loads((root / "search" / "entries" / "0.json").read_text(encoding="utf-8"))
    assert (block["title"], block["reference"]) == ("Police horses", "1A/26")
    for language, at, day, outcome in (
        ("en", f"/log/westvale/{entry.slug}/", "27 March 2026", "Neither confirmed nor denied"),
        ("cy", f"/cy/log/westvale/{entry.slug}/", "27 Mawrth 2026", "Heb gadarnhau na gwadu"),
    ):
        told = block[language]
        assert (told["address"], told["responded"]) == (at, day)
        assert outcome in told["outcomes"]


def test_what_is_withdrawn_or_to_come_is_not_exported(world: World, tmp_path: Path) -> None:
    """A later export has only the reason at the address; what has its day still to come is in no file."""
    entry = published(world)
    root = tmp_path / "log"
    export(root, ADDRESS)
    withdraw(entry.pk, "Published in error.", world.officer)
    export(root, ADDRESS)
    everything = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    assert b"olice horses" not in everything
    assert b"Published in error." in place(root, f"/withdrawn/log/westvale/{entry.slug}/").read_bytes()
    assert NAME.encode() not in everything


def test_a_withdrawn_answer_has_no_file_at_any_of_its_addresses(world: World, tmp_path: Path) -> None:
    """No server can answer 200 there; the reason stands elsewhere, in both languages, and in a list."""
    entry = published(world)
    root = tmp_path / "log"
    paths = [f"{language}{path}" for path in surfaces(entry, ENTRIES) for language in ("", "/cy")]
    export(root, ADDRESS)
    assert all(place(root, path).is_file() for path in paths)
    withdraw(entry.pk, "Published in error.", world.officer)
    export(root, ADDRESS)
    assert not any(place(root, path).exists() for path in paths)
    for language in ("", "/cy"):
        for end in ("/", ".json", ".jsonld", "/fragment.html"):
            body = place(root, f"/withdrawn{language}/log/westvale/{entry.slug}{end}").read_bytes()
            assert b"Published in error." in body
        assert b"Published in error." in place(root, f"{language}/withdrawn/").read_bytes()
    assert b'href="/withdrawn/"' in (root / "404.html").read_bytes()


def test_a_folder_with_something_else_is_not_touched(world: World, tmp_path: Path) -> None:
    """Only an export is replaced, and an address that is none is refused."""
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(Unexportable, match="holds something else"):
        export(tmp_path, ADDRESS)
    with pytest.raises(Unexportable, match="no address of a site"):
        export(tmp_path / "log", "example")
    assert (tmp_path / "mine.txt").read_text() == "precious"


def test_an_export_that_fails_leaves_the_last_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is written beside it first."""
    publish(sent(world, plainly_decided(world)).pk, world.officer)
    root = tmp_path / "log"
    export(root, ADDRESS)
    monkeypatch.setattr("candour.portal.static_export.write_index", _fails)
    with pytest.raises(OSError, match="full"):
        export(root, ADDRESS)
    assert (root / MARK).exists()
    assert (root / "index.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def _fails(*_given: object) -> None:
    raise OSError("the disk is full")


def test_a_fragment_needs_nothing_else(world: World) -> None:
    """No script, style or relative address: it can be pasted into the page of another site."""
    entry = published(world)
    html = Client().get(f"/log/westvale/{entry.slug}/fragment.html").content.decode()
    assert not re.search(r"<script|<style|<link|\sstyle=|\son\w+=", html)
    assert all(target.startswith(("http", "mailto:")) for target in re.findall(r'(?:href|src)="([^"]*)', html))
    assert "We neither confirm nor deny" in html
    assert "<table" in html


@pytest.mark.skipif(not shutil.which("node"), reason="needs node to run the script of the exported search")
def test_the_script_takes_words_apart_as_the_index_does() -> None:
    """The same words, whatever the script of the text."""
    texts = [
        "Police horses, 2025!",
        "Élan naïve cafés",
        "stopped stopping stops",
        "Łódź Straße ſ",
        "山田 太郎",
        "О’Нил",
    ]
    script, given = json.dumps(SCRIPT.as_uri()), json.dumps(texts)
    program = f"import {{wordsOf}} from {script}; console.log(JSON.stringify({given}.map(wordsOf)))"
    ran = subprocess.run(["node", "--input-type=module", "-e", program], capture_output=True, check=True)
    assert json.loads(ran.stdout) == [words_of(text) for text in texts]


@given(st.text(max_size=40))
def test_words_are_stems_of_themselves_in_any_text(text: str) -> None:
    """Whatever is written, words are small, without accents, and never empty."""
    for word in words_of(text):
        assert word
        assert len(stem(word)) <= len(word)
