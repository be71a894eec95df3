# ruff: noqa: INP001, T201 -- a script that prints a table
"""A long campaign of damaged files against the gate: `python benchmarks/gate_fuzz.py [--cpu 600] [--seed 1]`.

Each case is a canary of the tests, or a real sample where those are at hand, damaged at random, and looked into in a
process of its own with the limits of the gate. What ends in anything but a report is a fault: a reader that dies
without the gate blocking the file for it, one that takes longer than `SLOW` seconds of processor time or more than
`LARGE` of memory, and a file that passes with a word that nobody sees. Faults are printed with what makes them again,
and kept in a folder where one is given; ends with 1 where there is any. The same seed gives the same cases.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from files import test_fuzz  # noqa: E402
from files.test_wordml import PLANTED as WORDML  # noqa: E402
from files.test_wordml import TOKEN as WORDML_TOKEN  # noqa: E402

from candour.files import inside, inspect_file  # noqa: E402
from candour.files.findings import Blocked, Status  # noqa: E402
from candour.files.kinds import load_formats  # noqa: E402
from candour.files.limits import MIB, Limits  # noqa: E402

SLOW, LARGE, LONGEST = 20, 1024 * MIB, 60
SMALL = 120_000
"""Bytes of a real sample that is damaged: larger ones take the time of many cases."""


def seeds() -> dict[str, tuple[bytes, str]]:
    """Files by name, each with the word that is hidden in it; none where nobody planted one."""
    made = {name: (data, test_fuzz.TOKEN) for name, data in test_fuzz.seeds().items()}
    made |= {f"{place}.xml": (data, WORDML_TOKEN) for place, (_, data) in list(WORDML.items())[::4]}
    samples = sorted(path for path in test_fuzz.FOLDER.rglob("*") if path.is_file() and path.suffix != ".tsv")
    made |= {path.name: (path.read_bytes(), "") for path in samples if path.stat().st_size < SMALL}
    return made


def looked_into(data: bytes, name: str, token: str, *, rebuild: bool) -> dict[str, str]:
    """How a case ended: its status, and what is wrong with that."""
    report = inside.inspect(data, name, Limits(wall=LONGEST))
    if report.status is Status.BLOCKED:
        reason = report.reason or ""
        odd = reason.partition("to its end (")[2].partition(")")[0]
        return {"status": "blocked", "fault": "" if reason else "blocked without a reason", "odd": odd}
    if not rebuild or not token:
        return {"status": report.status.value, "fault": "", "odd": ""}
    try:
        made = inside.rebuild(data, name, Limits(wall=LONGEST), "fuzz")
    except Blocked:
        return {"status": report.status.value, "fault": "", "odd": ""}
    if any(token.casefold() in text.casefold() for text in made.original.texts()):
        return {"status": "shown", "fault": "", "odd": ""}
    leaks = any(test_fuzz._holds(output.data, token) for output in made.rebuilt.outputs)
    passes = report.status is Status.CLEAN and test_fuzz._holds(data, token)
    fault = "the word is in the rebuilt bytes" if leaks else "clean, with a word that nobody sees" if passes else ""
    return {"status": report.status.value, "fault": fault, "odd": "" if made.proof.holds else "not proved"}


def _case(data: bytes, name: str, token: str, out: int, *, rebuild: bool) -> NoReturn:
    code = 1
    try:
        limits = Limits()
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(10 * LONGEST)
        os.write(out, json.dumps(looked_into(data, name, token, rebuild=rebuild)).encode())
        code = 0
    except MemoryError:
        code = 3
    finally:
        os._exit(code)


def run(data: bytes, name: str, token: str, *, rebuild: bool) -> tuple[dict[str, str], float, int]:
    """One case in a process of its own: how it ended, its processor seconds, its largest memory in bytes."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _case(data, name, token, writing, rebuild=rebuild)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status, used = os.wait4(pid, 0)
    ended = os.waitstatus_to_exitcode(status)
    seconds, memory = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    result = json.loads(said) if said else _of_the_gate(data, name, ended)
    if seconds > SLOW:
        result["fault"] = result["fault"] or f"{seconds:.0f} seconds"
    if memory > LARGE:
        result["fault"] = result["fault"] or f"{memory // MIB} MiB"
    return result, seconds, memory


def _of_the_gate(data: bytes, name: str, ended: int) -> dict[str, str]:
    """What the gate itself makes of a file on which a library breaks down: it has to block it."""
    report = inspect_file(data, name)
    held = report.status is Status.BLOCKED and bool(report.reason)
    fault = "" if held else f"the reader ended with {ended}, and the gate says {report.status.value}"
    return {"status": "died, and blocked by the gate", "fault": fault, "odd": f"ended with {ended}"}


def main() -> int:
    """Run cases until the processor time is used up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu", type=float, default=600.0, help="Seconds of processor time.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="A folder for the files that made a fault.")
    chosen = parser.parse_args()
    load_formats()
    made = seeds()
    names, damages = sorted(made), sorted(test_fuzz.DAMAGES)
    dice = random.Random(chosen.seed)  # noqa: S311  damage needs no secrecy
    counts: Counter[str] = Counter()
    odd: Counter[str] = Counter()
    faults = []
    spent, slowest, largest = 0.0, (0.0, ""), (0, "")
    begun, number = time.monotonic(), 0
    while spent < chosen.cpu:
        number += 1
        name, damage, own = dice.choice(names), dice.choice(damages), dice.randrange(1 << 32)
        data, token = made[name]
        try:
            data = test_fuzz.DAMAGES[damage](data, random.Random(own))  # noqa: S311
        except (ValueError, OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
            continue  # a sample that is damaged already, or too small
        result, seconds, memory = run(data, name, token, rebuild=dice.random() < 0.5)
        spent += seconds
        slowest, largest = max(slowest, (seconds, name)), max(largest, (memory, name))
        counts[result["status"]] += 1
        if result["odd"]:
            odd[f"{result['odd']} in {name.rpartition('.')[2]}"] += 1
        if result["fault"]:
            faults.append((name, damage, own, result["fault"]))
            print(f"{name}: {damage} with {own}: {result['fault']}", flush=True)
            if chosen.keep:
                chosen.keep.mkdir(parents=True, exist_ok=True)
                (chosen.keep / f"{number} {name}").write_bytes(data)
    print(f"{number:,} cases of {len(names)} files in {spent:.0f} s of processor, {time.monotonic() - begun:.0f} s")
    print(", ".join(f"{count:,} {status}" for status, count in counts.most_common()))
    print(f"slowest {slowest[0]:.1f} s ({slowest[1]}), largest {largest[0] / MIB:.0f} MiB ({largest[1]})")
    print(
        "readers that broke off and blocked: " + (", ".join(f"{what} {n}" for what, n in odd.most_common(12)) or "none")
    )
    print(f"{len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
