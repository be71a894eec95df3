"""The request as the letter repeats it: its numbering, its words, the form that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_NAMED = phrase(
    r"(?:(?<=\n\n)|\A)(?:in (?:relation|response|respect|regards?|answer) (?:to|of) |with regards? to "
    r"|regarding |for |as to |please (?:also )?note that )?"
    r"(?:your )?(?:questions?|q) ?(?P<numbers>\d{1,2}(?: ?(?:,|&|and|to|-) ?(?:questions? |q)?\d{1,2})*)\b(?![./]\d)",
    "question",
    "q",
)
_ITEM = re.compile(r"\(?(\d{1,2})[.):]|(?:q|question) ?(\d{1,2})\b|\((\d{1,2})\)")
_CONTEXT = re.compile(r"\(?\d{1,2}[.):]\s*(?:for context|background|note\b|nb\b|please note)")
_ATTRIBUTED = phrase(
    r"(?:you (?:are seeking|asked|ask|have asked|requested|have requested|state[ds]?|say|said|wrote|seek)"
    r"|your request|have further asked)"
    r"[^\"\n]{0,60}?\"(?P<quote>[^\"\n]{12,600})(?:\"|$|(?=\n))",
    '"',
)
_SHORTEST_QUOTE = 25
_FORM = phrase(
    r"\b(?:in|as) (?:an? )?(?:machine[- ]readable|csv|excel|xlsx?|spreadsheet|editable|re-?usable)\b"
    r"|\b(?:csv|excel|xlsx) (?:file|format|spreadsheet)",
    "csv",
    "excel",
    "xls",
    "spreadsheet",
    "readable",
    "usable",
    "editable",
)
_FORM_ANSWERED = phrase(
    r"\b(?:csv|xlsx?|ods|excel|spreadsheet|machine[- ]readable)\b|not (?:reasonably )?practicable"
    r"|unable to provide[^.\n]{0,40}\bformat|\bformat\b"
)
_FIXED_FORM = re.compile(r"\.(?:pdf|docx?|png|jpe?g|tiff?)$", re.IGNORECASE)


@check("L-REQ-01")
def unknown_question(document: Document) -> Iterator[Spot]:
    """An answer opens by naming a question whose number the repeated request does not reach."""
    items = [document.asked.words(number) for number in range(len(document.asked.paragraphs))]
    printed = [found for found in map(_ITEM.match, items) if found]
    if not printed or document.layout.answered:
        return
    numbers = {int(next(filter(None, found.groups()))) for found in printed}
    count = len(printed) - sum(bool(_CONTEXT.match(words)) for words in items)
    for named in document.own.find(_NAMED):
        cited = [int(number) for number in re.findall(r"\d{1,2}", named["numbers"])]
        unknown = [number for number in cited if number not in numbers and number > count]
        if unknown:
            yield document.own.at(named, f"question {unknown[0]}")


@check("L-REQ-02")
def misquoted(document: Document) -> Iterator[Spot]:
    """Words in quotation marks that the letter ascribes to the requester are not in the request."""
    asked = _plain(document.asked.text)
    if not asked:
        return
    for found in document.own.find(_ATTRIBUTED):
        if "you can find" in found["quote"]:
            continue
        for piece in re.split(r"\.{3}|…", found["quote"]):
            words = _plain(piece)
            if len(words) >= _SHORTEST_QUOTE and words not in asked:
                yield document.own.at(found)
                break


@check("L-FMT-01")
def form_not_followed(document: Document) -> Iterator[Spot]:
    """The requester asked for a form; what is attached has another, and the letter does not speak of it."""
    wanted = document.asked.first(_FORM)
    names = document.layout.files or tuple(
        item.name for item in (document.letter.attachments if document.letter else ())
    )
    fixed = names and all(_FIXED_FORM.search(name) for name in names)
    if wanted and fixed and not document.own.has(_FORM_ANSWERED):
        yield document.asked.at(wanted)


def _plain(words: str) -> str:
    """Words alone, in lower case, parted by single spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", words.lower()))
