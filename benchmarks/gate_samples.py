# ruff: noqa: INP001, T201 -- a script that prints a table
"""What the gate says of a folder of real files with a manifest of what each carries: what it misses, alarms, refuses.

Run `python benchmarks/gate_samples.py FOLDER [--json OUT] [--ending odt ods]`. The folder holds `MANIFEST.tsv` with
a column `file` and one that begins `hidden_items`: `code=count (where: evidence)`, parted by semicolons, or
`CLEAN CONTROL`.
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
_NEVER = ("encrypted", "encrypted_package", "signature", "dup_entry")
_SAID = ("password", "encrypted", "signed", "Nothing in the file is shown")
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


def is_benign(row: dict[str, object]) -> bool:
    """Whether a file is what an honest sender sends: not encrypted, signed, of double entries, or empty."""
    found = {str(code) for code in (*row["found"], *row["labels"])}  # type: ignore[misc]  # lists of texts
    said = str(row.get("refused", ""))
    if row["rebuilt"]:
        return True
    return not any(code.endswith(_NEVER) for code in found) and not any(word in said for word in _SAID)


def measured(folder: Path, endings: tuple[str, ...] = ()) -> list[dict[str, object]]:
    """One row for each file of the manifest."""
    rows: list[dict[str, object]] = []
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file, Gate() as gate:
        for entry in csv.DictReader(file, delimiter="\t"):
            if endings and not entry["file"].lower().endswith(endings):
                continue
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
            if row["rebuilt"]:
                again = [gate.inspect(output.data, output.name) for output in rebuilt.outputs]
                row["survives"] = sorted({finding.code for report in again for finding in report.findings})
            rows.append(row)
    return rows


def main() -> None:
    """Print what was missed, what was alarmed at, what was refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="Write every row to this file as well.")
    parser.add_argument("--ending", nargs="*", default=[], help="Only files whose names end so.")
    chosen = parser.parse_args()
    rows = measured(chosen.folder, tuple(chosen.ending))
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
        if row.get("survives"):
            print(f"survives a rebuild: {name}: {row['survives']}")
        if not row["rebuilt"]:
            refused[family(name)].append(f"{name}: {row['refused']}")
    print(f"C and H labels: {labels}, found by the same name: {found}")
    for kind, total in sorted(count.items()):
        print(f"{kind}: {len(refused[kind])} of {total} refused")
        for line in refused[kind]:
            print(f"  {line}")
    benign = [row for row in rows if is_benign(row)]
    stopped = sum(1 for row in benign if not row["rebuilt"])
    print(f"benign files refused: {stopped} of {len(benign)} ({stopped / max(1, len(benign)):.1%})")
    print(
        f"clean controls: {sum(1 for row in rows if row['clean'])}; rebuilt: {sum(1 for row in rows if row['rebuilt'])}"
    )
    print(f"slowest: {max(rows, key=lambda row: float(str(row['seconds'])))['file']}")


if __name__ == "__main__":
    main()
