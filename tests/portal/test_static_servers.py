"""A withdrawn answer of the exported log is answered with 410 and the reason, by real servers where there are any."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk.world import World, plainly_decided, published

from candour.desk.models import Publication
from candour.desk.publishing.publish import withdraw
from candour.portal.static_export import export
from portal.surfaces import ENTRIES, surfaces

REASON = b"Published in error."
Started = Callable[[Path, Path, int], list[str]]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that servers may read, which run as nobody where the tests run as root."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        (Path(made) / "work").mkdir()
        yield Path(made)


@pytest.fixture
def exported(world: World, place: Path) -> tuple[Path, Publication, Publication]:
    """The export, an answer in it, and one that was withdrawn."""
    gone, shown = published(world), published(world, plainly_decided(world))
    withdraw(gone.pk, REASON.decode(), world.officer)
    export(place / "log", "http://localhost")
    return place / "log", shown, gone


def answer(port: int, path: str) -> tuple[int, str, bytes]:
    """Status, kind and body of what a server answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as found:
            return found.status, found.headers.get_content_type(), found.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers.get_content_type(), refused.read()


def nginx(root: Path, work: Path, port: int) -> list[str]:
    """An nginx that serves the folder by our rules alone."""
    (work / "mime.types").write_text("types { text/html html; application/json json; application/ld+json jsonld; }")
    kept = "".join(f"{each}_temp_path {work}/t; " for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (work / "nginx.conf").write_text(
        f"daemon off; pid {work}/pid; error_log {work}/errors; events {{ }} http {{ access_log off; {kept}"
        f"include {work}/mime.types; server {{ listen 127.0.0.1:{port}; root {root}; "
        f"include {root}/server/nginx.conf; }} }}"
    )
    return ["nginx", "-c", str(work / "nginx.conf"), "-e", str(work / "errors")]


def apache(root: Path, work: Path, port: int) -> list[str]:
    """An Apache that serves the folder by the .htaccess in it."""
    modules = next(Path(place).parent for place in _APACHE_MODULES if Path(place).exists())
    wanted = ("mpm_event", "authz_core", "dir", "mime", "rewrite")
    (work / "types").write_text("text/html html\napplication/json json\napplication/ld+json jsonld\n")
    loads = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in wanted)
    (work / "httpd.conf").write_text(
        f"{loads}ServerRoot {work}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {work}/pid\n"
        f"ErrorLog {work}/errors\nTypesConfig {work}/types\nDocumentRoot {root}\n"
        f"<Directory {root}>\nAllowOverride FileInfo\nRequire all granted\nDirectoryIndex index.html\n</Directory>\n"
    )
    return [_APACHE or "apache2", "-X", "-f", str(work / "httpd.conf")]


_APACHE = shutil.which("apache2") or shutil.which("httpd")
_APACHE_MODULES = [
    str(Path(_APACHE or "/").parent.parent / "lib/apache2/modules/mod_rewrite.so"),
    "/usr/lib/apache2/modules/mod_rewrite.so",
    "/usr/lib64/httpd/modules/mod_rewrite.so",
]
SERVERS = [
    pytest.param(nginx, marks=pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx")),
    pytest.param(apache, marks=pytest.mark.skipif(not _APACHE, reason="needs Apache")),
]


@contextmanager
def serving(command: list[str], port: int) -> Iterator[None]:
    """While the server runs."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ) as server:
        try:
            for _ in range(100):
                if server.poll() is not None:
                    raise AssertionError(server.stderr.read().decode() if server.stderr else "it ended")
                with socket.socket() as line:
                    if not line.connect_ex(("127.0.0.1", port)):
                        break
                time.sleep(0.05)
            yield
        finally:
            server.terminate()


@pytest.mark.parametrize("started", SERVERS)
def test_a_server_answers_410_with_the_reason(
    exported: tuple[Path, Publication, Publication], place: Path, started: Started
) -> None:
    """At every address that the entry ever had, in both languages; what stays is served, what never was is a 404."""
    root, shown, gone = exported
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving(started(root, place / "work", port), port):
        for language in ("", "/cy"):
            at = f"{language}/log/westvale/{gone.slug}"
            kinds = {".json": "application/json", ".jsonld": "application/ld+json"}
            addresses = [f"{language}{path}" for path in surfaces(gone, ENTRIES)]
            for path in (*addresses, at, f"{at}/none.csv"):
                status, kind, body = answer(port, path)
                assert (status, REASON in body) == (410, True), path
                assert kind == kinds.get(Path(path).suffix if "/none" not in path else "", "text/html") or (
                    path.endswith("columns.json")
                ), path
            for path in [f"{language}{path}" for path in surfaces(shown, ENTRIES)]:
                if "horses" not in path and "letter" not in path:
                    assert answer(port, path)[0] == 200, path
        assert answer(port, "/")[0] == 200
        assert answer(port, "/withdrawn/")[0] == 200
        status, _, body = answer(port, "/log/westvale/none/")
        assert (status, b'href="/withdrawn/"' in body) == (404, True)
        assert answer(port, "/server/nginx.conf")[0] == 404


def test_the_rules_of_netlify_name_each_address(exported: tuple[Path, Publication, Publication]) -> None:
    """The particular ones first, each with a body that is there; an answer that stays has no rule."""
    root, shown, gone = exported
    rules = [line.split() for line in (root / "_redirects").read_text(encoding="utf-8").splitlines()]
    of_gone = [rule for rule in rules if gone.slug in rule[0]]
    assert not [rule for rule in rules if shown.slug in rule[0]]
    assert len(of_gone) == 8
    assert {status for *_, status in of_gone} == {"410!"}
    for source, body, _ in of_gone:
        assert REASON in (root / body.lstrip("/")).read_bytes()
        assert source.endswith("/*") or body == f"/withdrawn{source}"
    positions = [source.endswith("/*") for source, *_ in of_gone]
    assert positions == [False, False, False, True] * 2
