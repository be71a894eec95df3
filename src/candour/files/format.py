"""What a module for one kind of file offers to the gate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from candour.files.findings import Blocked, Finding
from candour.files.limits import Budget, Limits
from candour.files.visible import HiddenTokens, Visible


@dataclass(slots=True)
class Inspected:
    """What a format module found in one file.

    `classified` of `total` parts, streams, element families and byte ranges are shown, known to be harmless, or a
    finding; `unknown` names the rest, and blocks. `visible` is what a reader sees, `hidden` what the file holds
    besides. `blocked` is a reason why the file may not pass although it could be read: a signature, say.
    """

    findings: list[Finding] = field(default_factory=list)
    classified: int = 0
    total: int = 0
    unknown: list[str] = field(default_factory=list)
    visible: Visible | None = None
    hidden: HiddenTokens = field(default_factory=HiddenTokens)
    blocked: str | None = None
    refused: str | None = None
    """Why the file cannot be rebuilt, although it may be looked at."""
    lost: list[str] = field(default_factory=list)
    """What a reader of the original sees, or may see, and a reader of the rebuilt file will not."""

    def know(self, count: int = 1) -> None:
        """Count parts as classified."""
        self.classified += count
        self.total += count

    def wonder(self, what: str) -> None:
        """Count a part that nobody can classify; the file will be blocked."""
        self.total += 1
        self.unknown.append(what)


@dataclass(frozen=True, slots=True)
class Output:
    """One file that a rebuild made: its name, the kind that it is inspected as, and what a reader of it sees."""

    name: str
    kind: str
    data: bytes
    shows: Visible | None = None

    @property
    def sha256(self) -> str:
        """The digest by which the file is cleared and sent."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class Rebuilt:
    """A file again with only what a reader can see.

    `visible` is what the outputs show; `lost` says in plain words what a reader saw in the original and will not see.
    Each output is a whole rendering by itself (the same sheets as XLSX and as CSV), or a part of it.
    """

    outputs: list[Output]
    visible: Visible
    lost: list[str] = field(default_factory=list)


InnerInspection = Callable[[bytes, "Context"], Inspected]
InnerRebuild = Callable[[bytes, "Context"], Rebuilt]


@dataclass(slots=True)
class Context:
    """What a format module is told besides the bytes: the file's name, what is left of the limits, and how deep it is.

    `inspect_inner` and `rebuild_inner` take a file inside this one (an attachment, an embedded workbook) through the
    same door.
    """

    name: str
    budget: Budget = field(default_factory=lambda: Budget(Limits()))
    depth: int = 0
    inspecting: InnerInspection | None = None
    rebuilding: InnerRebuild | None = None
    inspected: Inspected | None = None
    """What `inspect` saw of this very file, when `rebuild` is called, so that it need not be read twice."""

    @property
    def stem(self) -> str:
        """The name without its folder and its ending, for the names of outputs."""
        name = self.name.replace("\\", "/").rsplit("/", 1)[-1]
        return (name.rsplit(".", 1)[0] if "." in name[1:] else name) or "file"

    def inspect_inner(self, data: bytes, name: str) -> Inspected:
        """Inspect a file inside this one. Raises `Blocked` (too deep, unreadable, not a kind that is known)."""
        inner = self._inner(name)
        assert self.inspecting
        return self.inspecting(data, inner)

    def rebuild_inner(self, data: bytes, name: str) -> Rebuilt:
        """Rebuild a file inside this one. Raises `Blocked`."""
        inner = self._inner(name)
        assert self.rebuilding
        return self.rebuilding(data, inner)

    def _inner(self, name: str) -> Context:
        if self.depth + 1 > self.budget.limits.depth:
            raise Blocked(
                f"Files are nested more than {self.budget.limits.depth} deep. Unpack them and send each by itself."
            )
        self.budget.check_time()
        return Context(name, self.budget, self.depth + 1, self.inspecting, self.rebuilding)


class Format(Protocol):
    """A module for one or more kinds of file."""

    def inspect(self, data: bytes, context: Context) -> Inspected:
        """Everything in the file. Raises `Blocked`; any other exception is blocked by the gate as damaged."""
        ...

    def rebuild(self, data: bytes, context: Context) -> Rebuilt:
        """The file again, made only from what `inspect` saw. Raises `Blocked`."""
        ...

    def read_again(self, data: bytes) -> Visible:
        """What a second, independent reader sees in a file of this kind that this package wrote.

        A module may also offer `blank() -> bytes`: a file as it writes it with nothing in it, whose words are those of
        the format and no leak.
        """
        ...
