"""Findings as people read them, as JSON for programs, and as SARIF 2.1.0 for the tools of others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from candour import __version__
from candour.letters.lint.findings import Finding, Rule, Severity, rules

_SARIF_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LONGEST_QUOTE = 100


@dataclass(frozen=True, slots=True)
class Linted:
    """One file and what was found in it."""

    file: str
    findings: tuple[Finding, ...]


def as_text(files: Sequence[Linted]) -> str:
    """One entry for each finding: where, which rule, what is wrong, the words concerned, what to write instead."""
    lines: list[str] = []
    for linted in files:
        for finding in linted.findings:
            head = f"{linted.file}:{finding.line}:{finding.column}: {finding.code} {finding.severity}"
            lines.append(f"{head} {finding.message}")
            if finding.question:
                lines.append(f"    question: {finding.question}")
            if finding.quote:
                lines.append(f"    in: “{_short(finding.quote)}”")
            lines.append(f"    instead: {finding.instead} [{finding.basis}]")
    lines.append(_tally(files))
    return "\n".join(lines)


def as_json(files: Sequence[Linted]) -> str:
    """The findings as other programs rely on them."""
    shown = [{"file": linted.file, "findings": [_as_entry(finding) for finding in linted.findings]} for linted in files]
    return json.dumps(shown, ensure_ascii=False, indent=2)


def as_sarif(files: Sequence[Linted]) -> str:
    """The findings as a SARIF 2.1.0 log with one run."""
    used = {finding.code for linted in files for finding in linted.findings}
    told = [rule for rule in rules().values() if rule.code in used]
    driver = {"name": "candour lint", "version": __version__, "rules": [_as_sarif_rule(rule) for rule in told]}
    index = {rule.code: position for position, rule in enumerate(told)}
    results = [
        _as_sarif_result(linted.file, finding, index[finding.code]) for linted in files for finding in linted.findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _as_entry(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "basis": finding.basis,
        "instead": finding.instead,
        "line": finding.line,
        "column": finding.column,
        "quote": finding.quote,
        "question": finding.question,
    }


def _as_sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.message},
        "help": {"text": f"{rule.instead} ({rule.basis})"},
        "defaultConfiguration": {"level": _SARIF_LEVEL[rule.severity]},
        "properties": {"subject": rule.subject, "basis": rule.basis},
    }


def _as_sarif_result(file: str, finding: Finding, index: int) -> dict[str, Any]:
    region: dict[str, Any] = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "charOffset": finding.offset,
        "charLength": finding.end - finding.offset,
    }
    if finding.quote:
        region["snippet"] = {"text": finding.quote}
    place = {"physicalLocation": {"artifactLocation": {"uri": file.replace("\\", "/")}, "region": region}}
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _SARIF_LEVEL[finding.severity],
        "message": {"text": f"{finding.message} {finding.instead}"},
        "locations": [place],
    }


def _short(quote: str) -> str:
    return quote if len(quote) <= _LONGEST_QUOTE else quote[: _LONGEST_QUOTE - 1].rstrip() + "…"


def _tally(files: Sequence[Linted]) -> str:
    counts = dict.fromkeys(Severity, 0)
    for linted in files:
        for finding in linted.findings:
            counts[finding.severity] += 1
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    told = [f"{count} {names[severity]}{'s' if count != 1 else ''}" for severity, count in counts.items() if count]
    letters = f"{len(files)} letter{'s' if len(files) != 1 else ''}"
    return f"{', '.join(told) or 'nothing found'} in {letters}"
