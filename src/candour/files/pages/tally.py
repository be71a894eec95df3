"""Findings as they are gathered: one for each code, however many places it has."""

from __future__ import annotations

from dataclasses import dataclass, field

from candour.files.catalogue import found, hiding_place
from candour.files.findings import Finding, Severity
from candour.files.masked import masked, plain
from candour.files.visible import HiddenTokens, tokens_of

_GRAVEST_FIRST = "CHML"


@dataclass(slots=True)
class _Gathered:
    severity: Severity
    place: str
    count: int = 0
    places: int = 0
    evidence: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What was found so far; `seen` are the tokens that the reader sees anyway."""

    seen: frozenset[str] = frozenset()
    hidden: HiddenTokens = field(default_factory=HiddenTokens)
    _gathered: dict[str, _Gathered] = field(default_factory=dict)

    def add(
        self,
        code: str,
        place: str,
        count: int = 1,
        text: str = "",
        *,
        plainly: str = "",
        severity: Severity | None = None,
    ) -> None:
        """Count something; `text` is what is hidden (shown masked), `plainly` what may be shown as it is."""
        severity = severity or hiding_place(code).severity
        entry = self._gathered.get(code)
        if entry is None:
            entry = self._gathered[code] = _Gathered(severity, place)
        if _GRAVEST_FIRST.index(severity) < _GRAVEST_FIRST.index(entry.severity):
            entry.severity, entry.place = severity, place
        entry.count += count
        entry.places += 1
        if text:
            self.hidden.add(text)
        shown = plainly or masked(text, 60)
        if shown and len(entry.evidence) < 4 and shown not in entry.evidence:
            entry.evidence.append(plain(shown, 100))

    def add_text(self, code: str, place: str, text: str, *, otherwise: Severity = Severity.LOW) -> None:
        """Count a text that stands apart from the page; it is light where the reader sees the same words anyway."""
        if not text.strip("\x00 \r\n\t"):
            return
        known = all(token in self.seen for token in tokens_of(text))
        self.add(code, place, 1, text, severity=otherwise if known else None)

    def has(self, code: str) -> bool:
        """Whether something was counted under a code."""
        return code in self._gathered

    def findings(self) -> list[Finding]:
        """One finding for each code, the gravest first."""
        result = []
        for code, entry in sorted(
            self._gathered.items(), key=lambda item: (_GRAVEST_FIRST.index(item[1].severity), item[0])
        ):
            place = entry.place if entry.places == 1 else f"{entry.place} and {entry.places - 1:,} more"
            result.append(found(code, place, entry.count, "; ".join(entry.evidence), severity=entry.severity))
        return result
