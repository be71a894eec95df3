"""Kill -9 at random moments of a working day: what was acknowledged is there, all else is whole or absent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

RUNS = int(os.environ.get("CANDOUR_CRASH_RUNS", "6"))
"""How often the day is killed; CANDOUR_CRASH_RUNS asks for more."""
SEED = os.environ.get("CANDOUR_CRASH_SEED", str(time.time_ns()))


def test_a_killed_day_leaves_every_step_whole_or_absent(tmp_path: Path) -> None:
    """The database is in a state that the day goes through, not before the last acknowledged step nor past the next."""
    program = Path(__file__).with_name("crash_day.py")
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "day"), str(RUNS), SEED],
        capture_output=True,
        text=True,
        check=False,
        timeout=60 + 30 * RUNS,
        env={**os.environ, "PYTHONPATH": str(program.parent.parent)},
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    states, acknowledged = result["states"], result["acknowledged"]
    assert len(states) > len(acknowledged) == 16
    for day in result["days"]:
        told = [int(line) for line in day["acknowledged"]]
        assert told == list(range(1, len(told) + 1)), (SEED, told)
        assert day["state"] in states, (SEED, told)
        reached = states.index(day["state"])
        first = acknowledged[told[-1] - 1] if told else 0
        last = acknowledged[min(len(told), len(acknowledged) - 1)]
        assert first <= reached <= last, (SEED, told, reached)
        assert all(day["chain"]), (SEED, told)
        assert day["sent"] <= day["mails"] <= 1, (SEED, told)
