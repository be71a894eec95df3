# ruff: noqa: INP001, T201 -- a script that prints a table
"""How fast the gate is and how much memory it takes, on a generated workbook of a million rows, against other readers.

Run `python benchmarks/gate_speed.py [--rows N] [--samples FOLDER]`. Each step runs in a process of its own, whose peak
memory is measured; MB/s are of processor time and of sheet XML, unpacked. openpyxl and calamine read the cells only.
mat2 is run where it is installed. With `--samples` every file of the folder is inspected by the command line as well.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

MB = 1_000_000

STEPS = {
    "candour inspect": (
        "from candour.files import inside\n"
        "report = inside.inspect(data, path, LIMITS); print(report.status, report.reason or '')"
    ),
    "candour rebuild and prove": (
        "from candour.files import inside\n"
        "made = inside.rebuild(data, path, LIMITS, 'benchmark'); print('proof', made.proof.holds)"
    ),
    "calamine, cells only": (
        "import io, python_calamine as calamine\n"
        "book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))\n"
        "print(sum(len(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).iter_rows()), 'cells')"
    ),
    "openpyxl, cells only": (
        "import io, openpyxl\n"
        "book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)\n"
        "print(sum(len(row) for sheet in book for row in sheet.iter_rows(values_only=True)), 'cells')"
    ),
}
_HEAD = (
    "import sys; path = sys.argv[1]; data = open(path, 'rb').read()\n"
    "from candour.files.limits import Limits as _Limits\n"
    "LIMITS = _Limits().for_upload(len(data))\n"
)


def workbook(path: Path, rows: int) -> None:
    """A sheet of text, whole numbers, decimals and a date, with one column hidden."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Crimes")
    sheet.set_column(5, 5, None, None, {"hidden": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for row in range(rows):
        sheet.write_string(row, 0, f"Avon {row % 997}")
        sheet.write_number(row, 1, row)
        sheet.write_number(row, 2, row % 100 / 10)
        sheet.write_string(row, 3, ("Burglary", "Theft", "Arson")[row % 3])
        sheet.write_number(row, 4, 45_000 + row % 1000, day)
        sheet.write_string(row, 5, f"Officer {row % 5003}")
    book.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--samples", type=Path)
    parser.add_argument("--step", default="", help="One step alone, by its name: its peak memory is then its own.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.xlsx"
        workbook(path, chosen.rows)
        with zipfile.ZipFile(path) as archive:
            xml = sum(info.file_size for info in archive.infolist() if "worksheets/" in info.filename) / MB
        print(f"{chosen.rows:,} rows x 6 columns, {path.stat().st_size / MB:.0f} MB, {xml:.0f} MB of sheet XML")
        for name, code in STEPS.items():
            if chosen.step in name:
                report(name, [sys.executable, "-c", PEAK.format(code=_HEAD + code), str(path)], xml)
        if shutil.which("mat2") and chosen.step in "mat2":
            report("mat2", ["mat2", str(path)], xml)
    if chosen.samples:
        files = sorted(map(str, chosen.samples.iterdir()))
        begun = time.perf_counter()
        command = [sys.executable, "-m", "candour", "inspect", "--format", "json", *files]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603  our own command
        print(f"{len(files)} samples inspected in {time.perf_counter() - begun:.1f} s", flush=True)


PEAK = (
    "{code}\n"
    "import resource as _r, time as _t\n"
    "print('PEAK', _r.getrusage(_r.RUSAGE_SELF).ru_maxrss // 1024, _t.process_time())"
)


def report(name: str, command: list[str], xml: float) -> None:
    """One line of the table: the process prints its own peak memory last, so that steps do not share one."""
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own commands
    seconds = time.perf_counter() - begun
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines() or [f"ended with {done.returncode}"]
    peak, busy = "?", seconds
    if lines[-1].startswith("PEAK "):
        _, peak, processor = lines.pop().split()
        busy = float(processor)
    said = lines[-1] if lines else ""
    print(
        f"{name:28} {seconds:7.1f} s, {busy:6.1f} s of processor {xml / busy:6.1f} MB/s {peak:>6} MB   {said}",
        flush=True,
    )


if __name__ == "__main__":
    main()
