"""The process that reads uploads: it forks a confined child for each job and says how the child ended.

A job is one line of JSON on standard input (`work`, `folder`, `name`, `limits`); the upload lies in the folder as
`upload`. The child leaves `result` there: a line of JSON, then the bytes of the outputs one after another; while it
works it writes to `progress` how far it is. The answer on standard output is one line of JSON with how the child ended.
"""

from __future__ import annotations

import csv
import json
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from candour import __version__
from candour.files import inside
from candour.files.confinement import confine
from candour.files.findings import Blocked
from candour.files.kinds import load_formats
from candour.files.limits import Budget, Limits, Tell
from candour.files.pages.thumbnails import thumbnails
from candour.files.preview import preview

_LONGEST_CELL = 1 << 26
_BETWEEN = 0.2
_LINE = 500
_LOOK_AT_CHILD = 5
"""Milliseconds between two looks at a child that works."""


def main() -> None:
    """Serve jobs until standard input ends."""
    load_formats()
    # A limit of the whole process, so it is set here and not by the module that reads tables of text.
    csv.field_size_limit(_LONGEST_CELL)
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            _work(job)
        status = _ended(child, Path(job["folder"]))
        sys.stdout.write(json.dumps({"status": os.waitstatus_to_exitcode(status)}) + "\n")
        sys.stdout.flush()


def _ended(child: int, folder: Path) -> int:
    """How the child ended. Whoever asked for the work may be killed meanwhile: then nobody is left to clear up."""
    watch = select.poll()
    watch.register(sys.stdin.fileno(), 0)  # a closed pipe is told without being asked for
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        if watch.poll(_LOOK_AT_CHILD):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            shutil.rmtree(folder, ignore_errors=True)
            sys.exit(1)


def _work(job: dict[str, Any]) -> None:
    """Do one job and end the process, whatever happens."""
    folder = Path(job["folder"])
    code = 1
    try:
        limits = Limits(**job["limits"])
        os.environ["TMPDIR"] = str(folder)
        data = (folder / "upload").read_bytes()
        with (folder / "result").open("wb") as result:
            budget = Budget(limits)
            budget.tell = _teller(folder / "progress", budget)
            confine(limits)
            for piece in _result(job, data, budget):
                result.write(piece)
        code = 0
    except MemoryError:
        code = 3
    finally:
        os._exit(code)


def _teller(path: Path, budget: Budget) -> Tell:
    """Writes how far the work is, and how long it may take by now, but not more often than anybody looks."""
    file = path.open("wb", buffering=0)
    written = 0.0

    def tell(share: float, note: str) -> None:
        nonlocal written
        now = time.monotonic()
        if now - written >= _BETWEEN:
            written = now
            file.seek(0)
            file.write(json.dumps([round(share, 4), note[:100], budget.allowed]).encode().ljust(_LINE) + b"\n")

    return tell


def _result(job: dict[str, Any], data: bytes, budget: Budget) -> Iterator[bytes]:
    name = job["name"]
    if job["work"] == "inspect":
        yield _line({"inspection": inside.inspect_within(data, name, budget).as_data()})
        return
    try:
        rebuild = inside.rebuild_within(data, name, budget, __version__, tuple(job["shapes"]), job["patterns"])
    except Blocked as blocked:
        yield _line({"blocked": blocked.reason, "findings": [finding.as_data() for finding in blocked.findings]})
        return
    outputs = rebuild.rebuilt.outputs
    yield _line(
        {
            "inspection": rebuild.inspection.as_data(),
            "proof": rebuild.proof.as_data(),
            "lost": rebuild.rebuilt.lost,
            "in_sight": [finding.as_data() for finding in rebuild.in_sight],
            "original": preview(rebuild.original, _pictures(data, rebuild.inspection.kind)),
            "rebuilt": preview(
                rebuild.rebuilt.visible,
                (picture for output in outputs for picture in _pictures(output.data, output.kind)),
            ),
            "outputs": [{"name": output.name, "kind": output.kind, "size": len(output.data)} for output in outputs],
        }
    )
    for output in outputs:
        yield output.data


def _pictures(data: bytes, kind: str) -> Iterator[bytes]:
    """Small pictures for a person; a file that can be rebuilt but not be drawn small is shown without them."""
    try:
        yield from thumbnails(data, kind)
    except Exception:  # noqa: BLE001  a stranger's file may break any reader in any way
        return


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=True).encode() + b"\n"


if __name__ == "__main__":
    main()
