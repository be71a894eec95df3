"""HTML: a web page by itself or in an archive, as the text that is displayed; and what of it is not."""

from __future__ import annotations

import re
from contextlib import suppress

from candour.files.findings import Blocked, Severity
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.mail.displayed import Displayed, displayed
from candour.files.mail.letter import clean
from candour.files.mail.typeset import typeset
from candour.files.pages.tally import Tally
from candour.files.visible import Pages, Transcript, tokens_of

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HARMLESS_META = re.compile(r"text/html|width=|utf-8|ie=edge|initial-scale", re.IGNORECASE)


def inspect(data: bytes, context: Context) -> Inspected:
    """What a web page holds that its reader does not see. Raises `Blocked` where nothing is displayed."""
    context.budget.spend(unpacked=len(data))
    inspected = Inspected()
    tally = Tally(hidden=inspected.hidden)
    view = displayed(_decoded(data))
    if not view.text.strip():
        raise Blocked("The web page shows no text, so there is nothing to check. Send its content in another form.")
    seen = set(tokens_of(view.text))
    for text in view.hidden:
        if text.strip() and not set(tokens_of(text)) <= seen and not _HARMLESS_META.search(text):
            tally.add("E.html_hidden", "page", 1, text)
    for sheet in view.sheets:
        tally.add("E.html_hidden", "style sheet", 1, sheet, severity=Severity.LOW)
    for link in view.links:
        if not set(tokens_of(link.removeprefix("mailto:"))) <= seen:
            tally.add("E.html_link", "page", 1, link)
    if view.remote:
        tally.add("E.html_remote", "page", view.remote)
    inspected.findings += tally.findings()
    inspected.visible = Transcript([], _lines(view))
    inspected.know()
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The displayed text as a PDF."""
    lines = _lines(displayed(_decoded(data)))
    made, shows, missing = typeset([], lines, [])
    lost = ["The web page is a transcript of its text: colours, pictures and links are gone."]
    if missing:
        lost.append(f"{missing:,} characters cannot be set in the font of the transcript and show as boxes.")
    return Rebuilt([Output(f"{context.stem}.pdf", "pdf", made, shows)], Transcript([], lines), lost)


def read_again(data: bytes) -> Pages:  # noqa: ARG001  the door hands every format its bytes
    """Web pages are never written, so there is none to read again."""
    raise Blocked("A web page is not a form that is written here.")


def _lines(view: Displayed) -> list[str]:
    return [clean(line) for line in view.text.split("\n")]


def _decoded(data: bytes) -> str:
    match = _CHARSET.search(data[:4096])
    stated = match[1].decode("ascii", "ignore") if match else "utf-8"
    marked = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    for encoding in (marked, stated, "cp1252"):
        with suppress(LookupError, UnicodeError):
            return data.decode(encoding)
    return data.decode("latin-1")
