"""Running the checks over a letter, given as text or as our own tree with the decisions behind it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache

from candour.letters.lint.document import DeskFacts, Document
from candour.letters.lint.findings import Finding, Rule, Severity, Spot, UnknownRule, rules
from candour.letters.lint.registry import look
from candour.letters.model import Letter
from candour.letters.response import Response
from candour.letters.write.text import to_text

_LONGEST_QUOTE = 300
_WHOLE_LETTER = frozenset({"header", "rights"})
"""Subjects whose findings concern no question by itself."""


def lint_text(
    text: str,
    *,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    severity: Severity = Severity.INFO,
    dated: date | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with a letter given as text, in the order of the text.

    select, ignore: codes, or beginnings of codes ("L-PIT"); none selected means all. severity: the least grave to
    report. dated: the date of the letter, where the text does not show it. Raises UnreadableText, UnknownRule.
    """
    codes = chosen(select, ignore, severity)
    return _lint(Document(text, dated_as=dated), codes)


def lint_letter(
    letter: Letter,
    response: Response | None = None,
    *,
    desk: DeskFacts | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    severity: Severity = Severity.INFO,
) -> tuple[Finding, ...]:
    """What is wrong with a letter of our own. Places are those of its plain text, as `to_text` writes it.

    With `response` the decisions themselves are checked, with `desk` what only the desk knows. Raises UnknownRule.
    """
    codes = chosen(select, ignore, severity)
    return _lint(Document(to_text(letter), letter, response, desk or DeskFacts()), codes)


def chosen(select: Collection[str], ignore: Collection[str], severity: Severity) -> tuple[str, ...]:
    """The codes to look for. Raises UnknownRule when a code names no rule."""
    return _chosen(tuple(select), tuple(ignore), severity)


@cache
def _chosen(select: tuple[str, ...], ignore: tuple[str, ...], severity: Severity) -> tuple[str, ...]:
    for code in (*select, *ignore):
        if not any(known.startswith(code.upper()) for known in rules()):
            raise UnknownRule(code)
    wanted, unwanted = tuple(code.upper() for code in select), tuple(code.upper() for code in ignore)
    return tuple(
        rule.code
        for rule in rules().values()
        if rule.severity.rank <= severity.rank
        and (not wanted or rule.code.startswith(wanted))
        and not (unwanted and rule.code.startswith(unwanted))
    )


def _lint(document: Document, codes: tuple[str, ...]) -> tuple[Finding, ...]:
    sections = tuple(_sections(document))
    found = {
        (code, spot.start, spot.detail): _finding(document, rules()[code], spot, sections)
        for code, spot in look(document, codes)
    }
    return tuple(sorted(found.values(), key=lambda finding: (finding.offset, finding.code, finding.message)))


def _finding(document: Document, rule: Rule, spot: Spot, sections: tuple[tuple[int, str], ...]) -> Finding:
    line, column = document.line(spot.start)
    quote = " ".join(document.text[spot.start : spot.end].split())[:_LONGEST_QUOTE]
    if spot.question and spot.start == document.first_words.start:
        # What a decision lacks stands nowhere in the letter; its first line would be no evidence.
        quote = ""
    within = [about for start, about in sections if start <= spot.start]
    question = spot.question or (within[-1] if within else None)
    if question is None and document.letter is None and rule.subject not in _WHOLE_LETTER:
        question = document.question(line)
    message = f"{rule.message} ({spot.detail})" if spot.detail else rule.message
    return Finding(
        rule.code,
        rule.severity,
        message,
        rule.basis,
        rule.instead,
        line,
        column,
        spot.start,
        spot.end,
        quote or None,
        question or None,
    )


def _sections(document: Document) -> Iterator[tuple[int, str]]:
    """Where each titled section of our own letter begins, with the questions that it concerns."""
    if document.letter is None:
        return
    position = 0
    for section in document.letter.walk():
        words = r"\s+".join(re.escape(word) for word in section.title.split())
        if words and (found := re.compile(rf"^[ ]*{words}\s*$", re.MULTILINE).search(document.text, position)):
            position = found.end()
            yield found.start(), ", ".join(section.about)
