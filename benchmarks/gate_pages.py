# ruff: noqa: INP001, T201 -- a script that prints a table
"""Pages per second that the gate inspects and rebuilds, on one core: a made page, and published letters if at hand.

Run `python benchmarks/gate_pages.py [PDF...]`. The median of the rounds counts; the files are read beforehand.
`python benchmarks/gate_pages.py --long PAGES` takes one long PDF through the gate as the desk does, with its limits.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from candour.files import Gate, inside
from candour.files.kinds import load_formats
from candour.files.limits import Limits
from candour.files.visible import Pages

SHARED = Path(__file__).resolve().parents[2] / "shared"
ROUNDS = 3
LINES = 50


def made(pages: int = 4) -> bytes:
    """A PDF of pages of fifty lines, and a black box over one line of each."""
    lines = b"".join(
        f"BT /F 10 Tf 50 {790 - 14 * line} Td (Line {line}: forty two officers left the force) Tj ET\n".encode()
        for line in range(LINES)
    )
    content = lines + b"0 g 40 386 300 14 re f\n"
    kids = b" ".join(b"%d 0 R" % number for number in range(5, 5 + pages))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages)]
    objects += [b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    objects += [b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents 4 0 R>>"
    objects += [page] * pages
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (5 + pages) + b"".join(
        b"%010d 00000 n \n" % offset for offset in offsets
    )
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (5 + pages, start)
    return bytes(out)


def seconds(work: Callable[[], object]) -> float:
    """The median time of some rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def long(pages: int) -> None:
    """One long PDF through the gate, with the time that its limits would allow."""
    data = made(pages)
    limits = Limits().for_upload(len(data))
    told: list[float] = []
    begun = time.monotonic()
    with Gate() as gate:
        rebuilt = gate.rebuild(data, "long.pdf", tell=lambda share, _: told.append(share))
    taken = time.monotonic() - begun
    allowed = limits.wall + pages * limits.for_a_page
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    proof = "holds" if rebuilt.proof.holds else "fails"
    print(f"{pages} pages in {taken:.0f} s, {allowed:.0f} s allowed; told {len(told)} times; the proof {proof}")
    print(f"{used.ru_utime + used.ru_stime:.0f} s of processor, {len(rebuilt.outputs[0].data) / 1e6:.0f} MB made")


def main() -> None:
    """Print a line for each file."""
    if sys.argv[1:2] == ["--long"]:
        long(int(sys.argv[2]))
        return
    load_formats()
    files = {"made here": made()}
    paths = [Path(name) for name in sys.argv[1:]] or sorted((SHARED / "data" / "police_foi_pdfs").glob("[CHu]*.pdf"))
    for path in paths:
        if path.stat().st_size < 2_000_000:
            files[path.name] = path.read_bytes()
    print(f"{'file':32} {'pages':>5} {'inspect':>14} {'with rebuild and proof':>24}  (pages per second of CPU)")
    for name, data in files.items():
        rebuild = inside.rebuild(data, name, Limits(), "benchmark")
        assert isinstance(rebuild.original, Pages)
        pages = len(rebuild.original.pages)
        looked = pages / seconds(lambda data=data, name=name: inside.inspect(data, name, Limits()))
        whole = pages / seconds(lambda data=data, name=name: inside.rebuild(data, name, Limits(), "benchmark"))
        print(f"{name:32} {pages:5} {looked:14.1f} {whole:24.1f}")


if __name__ == "__main__":
    main()
