# ruff: noqa: INP001, S603, S607, T201 -- a script that runs other tools and prints a table
"""What other tools find in a folder of files and the gate does not: mat2, exiftool, oletools (oleid) and x-ray.

Run `CANDOUR_PEERS=VENV python benchmarks/gate_peers.py FOLDER`. mat2 and exiftool are taken from the path; oletools and
x-ray, which are never dependencies, from the virtual environment that CANDOUR_PEERS names. A tool that is not there is
left out. For each tool: files in which it found something, files in which the gate found nothing of the kind (with what
the tool said), and files that the gate blocks, of which nothing leaves.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from candour.files.findings import Inspection, Status
from candour.files.gate import Gate

OLEID = """
import json, sys
from oletools.oleid import OleID
for path in sys.argv[1:]:
    told = {}
    try:
        for indicator in OleID(path).check():
            told[indicator.id] = str(indicator.value)
    except Exception as error:
        told["failed"] = str(error)
    print(json.dumps([path, told]))
"""
XRAY = """
import asyncio, json, sys, xray
for path in sys.argv[1:]:
    try:
        pages = xray.inspect(path)
        pages = asyncio.run(pages) if asyncio.iscoroutine(pages) else pages
        print(json.dumps([path, sum(len(boxes) for boxes in pages.values())]))
    except Exception as error:
        print(json.dumps([path, 0]))
"""
TELLING = {
    *("Author", "Creator", "LastModifiedBy", "LastModified", "Company", "Manager", "Title", "Subject", "Keywords"),
    *(
        "Comment",
        "UserComment",
        "Artist",
        "Copyright",
        "GPSLatitude",
        "GPSPosition",
        "SerialNumber",
        "OwnerName",
        "Category",
    ),
    *(
        "Initial-creator",
        "Printed-by",
        "HyperlinkBase",
        "XMPToolkit",
        "History",
        "Description",
        "ImageDescription",
        "Producer",
    ),
}
"""Tags of exiftool that name somebody or something."""

EMPTY = {"", "none", "false", "0", "unknown", "no", "error"}


def mat2_says(path: Path) -> str:
    """What `mat2 --show` lists; an empty text where there is nothing, or where mat2 does not know the file."""
    ran = subprocess.run(["mat2", "--show", str(path)], capture_output=True, check=False, timeout=120)
    lines = ran.stdout.decode("utf-8", "replace").splitlines()
    return "; ".join(line.strip() for line in lines if ":" in line and "Metadata for" not in line)[:300]


def exiftool_says(path: Path) -> str:
    """The telling tags."""
    ran = subprocess.run(["exiftool", "-j", "-a", str(path)], capture_output=True, check=False, timeout=120)
    tags = dict(json.loads(ran.stdout or b"[{}]")[0])
    return "; ".join(f"{key}={str(value)[:40]}" for key, value in tags.items() if key in TELLING and str(value).strip())


def with_peers(script: str, paths: Iterable[Path]) -> dict[str, object]:
    """What a script says of files, run by the environment of the peers; nothing where there is none."""
    python = Path(os.environ.get("CANDOUR_PEERS", "")) / "bin" / "python"
    if not os.environ.get("CANDOUR_PEERS") or not python.exists():
        return {}
    ran = subprocess.run([str(python), "-c", script, *map(str, paths)], capture_output=True, check=False, timeout=1200)
    said = {}
    for line in ran.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith("["):
            path, told = json.loads(line)
            said[path] = told
    return said


def unmatched_by_oleid(told: dict[str, str], report: Inspection) -> list[str]:
    """What oleid saw and the report has no finding for."""
    codes = {finding.code for finding in report.findings}
    wanted = {
        "vba": {"O.vba", "B.vba", "X.macrosheet", "B.macrosheet"},
        "xlm": {"X.macrosheet", "B.macrosheet"},
        "ext_rels": {"O.external_rel", "D.linked_picture", "X.external_link", "D.mailmerge"},
        "ObjectPool": {"B.embedding", "R.object", "O.embedding", "D.ole_object"},
        "flash": {"O.embedding", "B.embedding", "O.activex_ctrl", "B.activex", "R.object"},
    }
    seen = {key for key, value in told.items() if value.split(",")[0].strip().casefold() not in EMPTY}
    left = [key for key, known in wanted.items() if key in seen and not codes & known]
    return [f"{key}={told[key]}" for key in left]


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1])
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".tsv")
    office = [path for path in paths if path.suffix.lower() not in {".pdf", ".png", ".jpg", ".eml", ".csv", ".zip"}]
    oleid = with_peers(OLEID, office)
    xray = with_peers(XRAY, [path for path in paths if path.suffix.lower() == ".pdf"])
    figures: dict[str, list[int]] = {}
    with Gate() as gate:
        for path in paths:
            report = gate.inspect(path.read_bytes(), path.name)
            codes = {finding.code for finding in report.findings}
            said: dict[str, str] = {}
            if shutil.which("mat2"):
                said["mat2"] = "" if not (told := mat2_says(path)) else told if not codes else "="
            if shutil.which("exiftool"):
                said["exiftool"] = "" if not (told := exiftool_says(path)) else told if not codes else "="
            if (indicators := oleid.get(str(path))) is not None and isinstance(indicators, dict):
                any_seen = any(value.casefold() not in EMPTY for key, value in indicators.items() if key != "ftype")
                said["oleid"] = "; ".join(unmatched_by_oleid(indicators, report)) or ("=" if any_seen else "")
            if xray.get(str(path)):
                said["x-ray"] = "=" if "P.text_not_rendered" in codes else f"{xray[str(path)]} boxes"
            for tool, told in said.items():
                found = figures.setdefault(tool, [0, 0, 0])
                found[0] += bool(told)
                if told and told != "=":
                    blocked = report.status is Status.BLOCKED
                    found[2 if blocked else 1] += 1
                    print(f"{tool}: {path.name}{' (blocked)' if blocked else ''}: {told}")
    for tool, (total, missed, blocked) in figures.items():
        print(f"{tool}: found something in {total} files; not found here {missed}; blocked here {blocked}")


if __name__ == "__main__":
    main()
