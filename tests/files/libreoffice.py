"""LibreOffice as a second pair of eyes: what it shows of a file, in another format."""

from __future__ import annotations

import subprocess
import tempfile
from functools import cache
from pathlib import Path

_TRIES = 3


class NotLoadedError(Exception):
    """LibreOffice says that it cannot load the file at all."""


@cache
def _profile() -> str:
    """A profile for each process: two programs on one write nothing, and a new one takes seconds to set up."""
    return f"-env:UserInstallation={Path(tempfile.mkdtemp(prefix='office-')).as_uri()}"


def converted(path: Path, target: str) -> Path:
    """The file beside ``path`` that LibreOffice makes of it; ``target`` as its ``--convert-to`` takes it ("txt:Text").

    Now and then it ends with success and has written nothing (on a busy machine, in its first run with a profile):
    then it is asked again, and what it said stands in the error.

    :raises NotLoadedError: it cannot load the file.
    """
    out = path.with_suffix("." + target.split(":", maxsplit=1)[0])
    run = ["soffice", _profile(), "--headless", "--convert-to", target, "--outdir", str(path.parent), str(path)]
    said = b""
    for _ in range(_TRIES):
        done = subprocess.run(run, check=True, capture_output=True, timeout=180)
        if out.exists():
            return out
        said += done.stdout + done.stderr
        if b"could not be loaded" in said:
            raise NotLoadedError(path.name)
    message = f"LibreOffice wrote no {out.name} in {_TRIES} tries: {said.decode(errors='replace')}"
    raise AssertionError(message)
