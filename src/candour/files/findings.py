"""What an inspection says: what a reader of the file cannot see, where, how much, and who could get it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Severity(StrEnum):
    """How much a hiding place can give away.

    `CRITICAL`: a whole data set. `HIGH`: content, or a person. `MODERATE`: an identity or a path. `LOW`: a trace of the
    program or the machine.
    """

    CRITICAL = "C"
    HIGH = "H"
    MODERATE = "M"
    LOW = "L"

    @property
    def grave(self) -> bool:
        """Whether the file must not leave as it is, whatever anybody says."""
        return self in {Severity.CRITICAL, Severity.HIGH}


class Status(StrEnum):
    """How an inspection ended."""

    CLEAN = "clean"
    FINDINGS = "findings"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One hiding place that holds something.

    `code` is an entry of the catalogue, `place` the part, cell, stream or page in the words of the format, `count` how
    many things (cells, records, bytes, characters: the title of the code says which), `evidence` what the person who
    decides is shown, masked so that the report itself gives nobody away, `recovery` who could get it back and how.
    """

    code: str
    severity: Severity
    place: str
    count: int
    evidence: str = ""
    recovery: str = ""

    def as_data(self) -> dict[str, Any]:
        """The stable JSON shape."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "place": self.place,
            "count": self.count,
            "evidence": self.evidence,
            "recovery": self.recovery,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """The finding again from `as_data`."""
        return cls(
            str(data["code"]),
            Severity(data["severity"]),
            str(data["place"]),
            int(data["count"]),
            str(data.get("evidence", "")),
            str(data.get("recovery", "")),
        )


@dataclass(frozen=True, slots=True)
class Inspection:
    """The report on one file.

    `classified` is the share (0 to 1) of the parts, streams and byte ranges that are shown to the reader, known to be
    harmless, or a finding. Whatever is less than 1 is blocked. `sha256` is the digest of the bytes that were inspected.
    """

    file: str
    status: Status
    kind: str = ""
    classified: float = 0.0
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    sha256: str = ""

    @property
    def grave(self) -> tuple[Finding, ...]:
        """The findings of severity C and H."""
        return tuple(finding for finding in self.findings if finding.severity.grave)

    def as_data(self) -> dict[str, Any]:
        """The stable JSON shape of `candour inspect`; more keys may be added, none removed."""
        return {
            "file": self.file,
            "status": self.status.value,
            "classified": round(self.classified, 4),
            "findings": [finding.as_data() for finding in self.findings],
            "reason": self.reason,
            "kind": self.kind,
            "sha256": self.sha256,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """The report again from `as_data`."""
        return cls(
            str(data["file"]),
            Status(data["status"]),
            str(data.get("kind", "")),
            float(data["classified"]),
            tuple(Finding.from_data(finding) for finding in data["findings"]),
            data["reason"],
            str(data.get("sha256", "")),
        )


@dataclass(eq=False)
class Blocked(Exception):
    """The file may not pass, for a reason in plain words that says what to do; with what was found until then."""

    reason: str
    findings: tuple[Finding, ...] = field(default=())

    def __str__(self) -> str:
        return self.reason
