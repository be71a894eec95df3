"""Asks the gate for one rebuild that takes some seconds and tells on its output when it is under way.

Run by `test_room.py` as a program, to be killed. Argument: the file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from candour.files import Gate


def main() -> None:
    """Print the number of the gate's own process at the first progress, then go on."""
    with Gate() as gate:

        def tell(share: float, note: str) -> None:
            assert gate._process
            print(gate._process.pid, share, note, flush=True)  # noqa: T201  it is waited for

        gate.rebuild(Path(sys.argv[1]).read_bytes(), "long.csv", tell=tell)


if __name__ == "__main__":
    main()
