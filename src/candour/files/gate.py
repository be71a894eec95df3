"""The one door for uploads: inspect, rebuild, prove, always in a process apart from the caller.

A crash, a kill, a time-out, a bomb, an encrypted or a damaged file ends in a report that says “blocked” and why; the
caller is never stuck and the file never passes.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from candour.files.findings import Blocked, Finding, Inspection, Status
from candour.files.format import Output
from candour.files.limits import MIB, Limits, Tell
from candour.files.proof import Proof
from candour.files.room import room

_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")
_NO_MEMORY = 3
_LOOKED_AT_EVERY = 0.2
_LONGEST_WORD = 2_000


@dataclass(frozen=True, slots=True)
class RebuiltFile:
    """A rebuild that the caller may keep: `outputs` may leave only if `proof.holds`.

    `original` and `rebuilt` are the beginnings of what can be seen in each (see `candour.files.preview`), to be shown
    side by side; `lost` says what a reader saw in the original and will not see; `in_sight` what is visible and perhaps
    should not be.
    """

    file: str
    inspection: Inspection
    outputs: tuple[Output, ...]
    lost: tuple[str, ...]
    proof: Proof
    original: dict[str, Any]
    rebuilt: dict[str, Any]
    in_sight: tuple[Finding, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The stable JSON shape of `candour rebuild`, without the bytes."""
        return {
            "file": self.file,
            "output": [output.name for output in self.outputs],
            "sha256": [output.sha256 for output in self.outputs],
            "lost": list(self.lost),
            "proof": self.proof.as_data(),
        }


class Gate:
    """A warm process that takes uploads one after another, each in a confined child of its own.

    Use it as a context for many files; `inspect_file` and `rebuild_file` open one for a single file.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, with whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()

    def inspect(self, data: bytes, name: str, tell: Tell | None = None) -> Inspection:
        """The report on an upload; never raises for what is in the file.

        `tell` is called now and then with how far it is; what it raises ends the work and is let through.
        """
        try:
            header, _ = self._run("inspect", data, name, tell)
        except Blocked as blocked:
            return Inspection(name, Status.BLOCKED, reason=blocked.reason, findings=blocked.findings)
        return Inspection.from_data(header["inspection"])

    def rebuild(
        self, data: bytes, name: str, shapes: tuple[str, ...] = (), *, patterns: str = "", tell: Tell | None = None
    ) -> RebuiltFile:
        """The upload again with only what a reader can see, with its proof.

        `tell` is called now and then with how far it is; what it raises ends the work and is let through.
        `shapes` declares what each table is meant to be, such as “43 x 6 police force”. `patterns` is TOML with the
        force's own forms of references, beside the usual ones (`plain_sight.references`). Raises `Blocked` when there
        is nothing that may leave, also when the proof does not hold.
        """
        header, blobs = self._run("rebuild", data, name, tell, shapes, patterns)
        if "blocked" in header:
            raise Blocked(header["blocked"], tuple(map(Finding.from_data, header["findings"])))
        outputs = []
        for entry in header["outputs"]:
            outputs.append(Output(entry["name"], entry["kind"], blobs[: entry["size"]]))
            blobs = blobs[entry["size"] :]
        inspection = Inspection.from_data(header["inspection"])
        proof = Proof.from_data(header["proof"])
        if not proof.holds or tuple(output.sha256 for output in outputs) != proof.outputs:
            why = "; ".join(proof.failures) or "the outputs are not those that were proved"
            raise Blocked(f"The rebuilt file could not be proved to be safe: {why}.", inspection.findings)
        return RebuiltFile(
            name,
            inspection,
            tuple(outputs),
            tuple(header["lost"]),
            proof,
            header["original"],
            header["rebuilt"],
            tuple(map(Finding.from_data, header["in_sight"])),
        )

    def _run(  # noqa: PLR0917  what a job is made of
        self,
        work: str,
        data: bytes,
        name: str,
        tell: Tell | None,
        shapes: tuple[str, ...] = (),
        patterns: str = "",
    ) -> tuple[dict[str, Any], bytes]:
        if len(data) > self.limits.upload:
            raise Blocked(f"The file is larger than {self.limits.upload // MIB:,} MB. Send a smaller extract.")
        limits = self.limits.for_upload(len(data))
        with room() as folder:
            (Path(folder) / "upload").write_bytes(data)
            job = {"work": work, "folder": folder, "name": name, "limits": asdict(limits)}
            job |= {"shapes": list(shapes), "patterns": patterns}
            try:
                status = self._answer(job, limits, tell)
            except BaseException:
                self.close()
                raise
            if status != 0:
                raise Blocked(_why(status))
            result = Path(folder) / "result"
            with result.open("rb") as file:
                header = json.loads(file.readline())
                return header, file.read()

    def _answer(self, job: dict[str, Any], limits: Limits, tell: Tell | None) -> int:
        process = self._started()
        assert process.stdin
        assert process.stdout
        line = b""
        with contextlib.suppress(OSError):
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
        watch = _Watch(Path(job["folder"]) / "progress", limits)
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not selector.select(_LOOKED_AT_EVERY):
                watch.look(tell)
        watch.look(tell)
        with contextlib.suppress(OSError):
            line = process.stdout.readline()
        if not line:
            self.close()
            return -signal.SIGKILL
        return int(json.loads(line)["status"])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
            environment |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "random"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "candour.files.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        return self._process


class _Watch:
    """How far the confined child is, and whether it has taken too long."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._begun = self._moved = time.monotonic()
        self._last: tuple[float, str] | None = None
        self._allowed = limits.wall

    def look(self, tell: Tell | None) -> None:
        """Pass on what the child says. Raises `Blocked` when its time is over and it does not get on.

        The child itself keeps to its time, which grows with the pages that it finds; this is for one that hangs.
        """
        now = time.monotonic()
        said = self._said()
        if said != self._last:
            self._last, self._moved = said, now
            if tell and said:
                tell(*said)
        late, hangs = now - self._begun - self._limits.standstill, now - self._moved > self._limits.standstill
        if late > self._limits.longest or (late > self._allowed and hangs):
            raise Blocked(f"The file could not be read within {now - self._begun:.0f} seconds. Send a smaller extract.")

    def _said(self) -> tuple[float, str] | None:
        try:
            with self._path.open("rb") as file:
                share, note, allowed = json.loads(file.read(_LONGEST_WORD))
            self._allowed = max(self._limits.wall, float(allowed))
            return float(share), str(note)
        except (OSError, ValueError, TypeError):  # nothing yet, or a child that a file has taken over
            return self._last


def inspect_file(data: bytes, name: str, limits: Limits | None = None) -> Inspection:
    """The report on one upload; never raises for what is in the file."""
    with Gate(limits) as gate:
        return gate.inspect(data, name)


def rebuild_file(data: bytes, name: str, limits: Limits | None = None, shapes: tuple[str, ...] = ()) -> RebuiltFile:
    """One upload again with only what a reader can see, with its proof. Raises `Blocked`."""
    with Gate(limits) as gate:
        return gate.rebuild(data, name, shapes)


def _why(status: int) -> str:
    if status == _NO_MEMORY:
        return "The file needs more memory than an upload may use. Send a smaller extract."
    if status in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}:
        return (
            "The file took more time, memory or room than an upload may use, and was stopped. Send a smaller extract."
        )
    return "The file made its reader fail, so nobody can say what is in it. Ask for it again in another form."
