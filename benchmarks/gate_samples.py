# ruff: noqa: INP001, T201 -- a script that prints a table
"""What the gate says of a folder of real files with a manifest of what each carries: what it misses, alarms, refuses.

Run `python benchmarks/gate_samples.py FOLDER [--json OUT]`. The folder holds `MANIFEST.tsv` with a column `file` and
one that begins `hidden_items`: `code=count (where: evidence)`, parted by semicolons, or `CLEAN CONTROL`.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections import defaultdict
from pathlib import Path

from candour.files.catalogue import UnknownCode, hiding_place
from candour.files.findings import Blocked
from candour.files.gate import Gate

ITEM = re.compile(r"(?:^|; )([A-Z]+\.[^=;]+?)=(\d+)")
FAMILIES = {
    "workbooks": "xlsx xlsm xlsb xls ods csv tsv xltx xlam",
    "documents": "docx docm doc odt rtf dotx",
    "pages": "pdf jpg jpeg png heic tif tiff gif",
    "mail": "eml msg",
    "archives": "zip",
}


def family(name: str) -> str:
    """The family of formats of a file, by its name."""
    ending = name.rpartition(".")[2].lower()
    return next((family for family, endings in FAMILIES.items() if ending in endings.split()), "other")


def severity(code: str) -> str:
    """The severity that the catalogue gives a label, or `?` where it does not have it."""
    try:
        return hiding_place(code).severity.value
    except UnknownCode:
        return "?"


def measured(folder: Path) -> list[dict[str, object]]:
    """One row for each file of the manifest."""
    rows: list[dict[str, object]] = []
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file, Gate() as gate:
        for entry in csv.DictReader(file, delimiter="\t"):
            column = next(key for key in entry if key.startswith("hidden_items"))
            items = entry[column] or ""
            data = (folder / entry["file"]).read_bytes()
            start = time.perf_counter()
            report = gate.inspect(data, entry["file"].rpartition("/")[2])
            seconds = time.perf_counter() - start
            row: dict[str, object] = {
                "file": entry["file"],
                "labels": sorted({code for code, _ in ITEM.findall(items)}),
                "clean": "CLEAN CONTROL" in items,
                "status": report.status.value,
                "kind": report.kind,
                "reason": report.reason,
                "found": sorted({finding.code for finding in report.findings}),
                "grave": sorted({finding.code for finding in report.grave}),
                "seconds": round(seconds, 2),
            }
            try:
                rebuilt = gate.rebuild(data, entry["file"].rpartition("/")[2])
                row["rebuilt"] = True
                row["lost"] = list(rebuilt.lost)
            except Blocked as blocked:
                row["rebuilt"] = False
                row["refused"] = blocked.reason
            rows.append(row)
    return rows


def main() -> None:
    """Print what was missed, what was alarmed at, what was refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="Write every row to this file as well.")
    chosen = parser.parse_args()
    rows = measured(chosen.folder)
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    refused: dict[str, list[str]] = defaultdict(list)
    count: dict[str, int] = defaultdict(int)
    labels = found = 0
    for row in rows:
        name = str(row["file"])
        count[family(name)] += 1
        for code in row["labels"]:  # type: ignore[attr-defined]  # a list of texts
            if (grave := severity(code)) in "CH?":
                labels += 1
                if code in row["found"]:  # type: ignore[operator]
                    found += 1
                else:
                    print(f"not by this name ({grave}): {name}: {code}; found {' '.join(row['found'])}")  # type: ignore[arg-type]
        if row["clean"] and row["grave"]:
            print(f"alarm on a clean control: {name}: {row['grave']}")
        if not row["rebuilt"]:
            refused[family(name)].append(f"{name}: {row['refused']}")
    print(f"C and H labels: {labels}, found by the same name: {found}")
    for kind, total in sorted(count.items()):
        print(f"{kind}: {len(refused[kind])} of {total} refused")
        for line in refused[kind]:
            print(f"  {line}")
    print(f"slowest: {max(rows, key=lambda row: float(str(row['seconds'])))['file']}")


if __name__ == "__main__":
    main()
