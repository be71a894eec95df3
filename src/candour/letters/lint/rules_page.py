"""All rules as a page of the documentation."""

from __future__ import annotations

from itertools import groupby

from candour.letters.lint.findings import DecidedBy, Rule, rules

_HEAD = """# The rules of the linter

This page is made by `candour lint --list`; do not edit it. `candour lint --explain CODE` prints one rule.

An **error** is a defect in law and keeps a letter from being put up for clearance. A **warning** is poor practice or
likely to be challenged. An **info** is advice on the drafting. The last column says what a rule has to see: the text of
a letter, the decisions behind it, or what only the desk knows.
"""

_SEEN = {DecidedBy.TEXT: "text", DecidedBy.DECISIONS: "decisions", DecidedBy.DESK: "desk"}


def rules_page() -> str:
    """The page as Markdown: one table for each subject."""
    parts = [_HEAD]
    for subject, listed in groupby(rules().values(), key=lambda rule: rule.subject):
        parts.append(f"## {subject.replace('_', ' ').capitalize()}\n")
        parts.append("| code | severity | what is wrong | what to do instead | basis | seen in |")
        parts.append("|---|---|---|---|---|---|")
        parts.extend(_row(rule) for rule in listed)
        parts.append("")
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    cells = (rule.code, rule.severity, rule.message, rule.instead, rule.basis, _SEEN[rule.decided_by])
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
