"""What makes a server of plain files answer 410 where an answer was withdrawn, which no file can do by itself.

The page with the reason, the data and the fragment of a withdrawn entry stand under `/withdrawn`, each at the path that
it has in the log. Rules for common servers give them as the body of a 410 at the entry’s own addresses. A server
without such rules answers 404 there, with a page that leads to the list of what was withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

WITHDRAWN = "/withdrawn"
"""Where what is told of withdrawn entries stands."""

_FILES = {"nginx.conf": "server/nginx.conf", "apache.htaccess": ".htaccess"}
_REDIRECTS = "_redirects"


def write_rules(root: Path, entries: Iterable[str]) -> None:
    """Write the rules into the export. `entries`: the addresses of the withdrawn ones, `/log/force/entry/`."""
    rules = resources.files("candour.portal").joinpath("servers")
    for name, place in _FILES.items():
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_bytes(rules.joinpath(name).read_bytes())
    lines = ["/server/* /404.html 404!", *(line for entry in entries for line in _redirects(entry))]
    (root / _REDIRECTS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _redirects(entry: str) -> list[str]:
    """The rules of one entry as Netlify reads them: the first that fits holds, and `!` goes before any file."""
    at = entry.rstrip("/")
    alone = [f"{at}{end}" for end in (".json", ".jsonld", "/fragment.html")]
    return [
        *(f"{path} {WITHDRAWN}{path} 410!" for path in alone),
        f"{at}/* {WITHDRAWN}{at}/index.html 410!",
    ]
