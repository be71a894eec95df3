"""Findings of one document while it is read: each code once for each place, with a count and a masked example."""

from __future__ import annotations

from dataclasses import dataclass, field

from candour.files.catalogue import found, hiding_place
from candour.files.findings import Severity
from candour.files.format import Inspected
from candour.files.masked import masked

_EXAMPLES = 4
_ORDER = {Severity.LOW: 0, Severity.MODERATE: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}


@dataclass(slots=True)
class _Entry:
    count: int = 0
    examples: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    severity: Severity | None = None


@dataclass(slots=True)
class Gathered:
    """What was met, by code and place. `into` takes the hidden texts at once, and the findings at the end."""

    into: Inspected
    entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)

    def add(
        self,
        code: str,
        place: str,
        hidden: str = "",
        *,
        count: int = 1,
        by: str = "",
        shown: str = "",
        severity: Severity | None = None,
    ) -> None:
        """Count one thing.

        `hidden` is the text that a reader does not see (masked in the report), `by` an author (masked as well), `shown`
        words of the format that may be shown as they are.
        """
        entry = self.entries.setdefault((code, place), _Entry())
        severity = severity or hiding_place(code).severity
        entry.count += count
        if entry.severity is None or _ORDER[severity] > _ORDER[entry.severity]:
            entry.severity = severity
        if hidden.strip():
            self.into.hidden.add(hidden)
            if len(entry.examples) < _EXAMPLES:
                entry.examples.append(masked(hidden, 60))
        if by and (name := masked(by, 24)) not in entry.names:
            self.into.hidden.add(by)
            entry.names.append(name)
        if shown and shown not in entry.names and len(entry.names) < 2 * _EXAMPLES:
            entry.names.append(shown)

    def report(self) -> None:
        """Turn everything into findings."""
        for (code, place), entry in self.entries.items():
            evidence = "; ".join([*entry.examples, *([f"({', '.join(entry.names)})"] if entry.names else [])])
            self.into.findings.append(found(code, place, entry.count, evidence, severity=entry.severity))
        self.entries.clear()
