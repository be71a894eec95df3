"""The linter: what `ruff` is to Python, this is to a refusal notice."""

from candour.letters.lint.document import DeskFacts
from candour.letters.lint.findings import DecidedBy, Finding, Rule, Severity, UnknownRule, explain, rules
from candour.letters.lint.main import lint_main
from candour.letters.lint.output import as_json, as_sarif, as_text
from candour.letters.lint.run import lint_letter, lint_text

__all__ = [
    "DecidedBy",
    "DeskFacts",
    "Finding",
    "Rule",
    "Severity",
    "UnknownRule",
    "as_json",
    "as_sarif",
    "as_text",
    "explain",
    "lint_letter",
    "lint_main",
    "lint_text",
    "rules",
]
