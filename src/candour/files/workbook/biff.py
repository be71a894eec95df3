"""Records of a binary workbook: every byte of the stream belongs to a known record, or is reported. [MS-XLS]."""

from __future__ import annotations

import struct
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Inspected
from candour.files.limits import Budget
from candour.files.masked import masked
from candour.files.residue import words_in

BOF = {0x0009, 0x0209, 0x0409, 0x0809}
EOF, FILEPASS, LBL, LABELSST, FORMULA, ROW = 0x0A, 0x2F, 0x18, 0xFD, {0x06, 0x206, 0x406}, {0x08, 0x208}
_WINDOW2, _DEFAULT_ROW, _NAMES = 0x023E, 0x0225, {0x18, 0x218}
_SUPBOOK, _EXTERNNAME = 0x1AE, {0x23, 0x223}
_LINKS = {_SUPBOOK, *_EXTERNNAME}
_FUTURE = range(0x0800, 0x0900)
"""Records of programs newer than the reader, which skips them."""


@cache
def _records() -> tuple[frozenset[int], dict[int, str]]:
    data = tomllib.loads((files(__package__) / "biff_records.toml").read_text(encoding="utf-8"))
    return frozenset(data["harmless"]), {
        number: code for code, numbers in data["finding"].items() for number in numbers
    }


@dataclass(frozen=True, slots=True)
class BoundSheet:
    """A sheet in the list of the workbook: where it begins, its state (0 shown, 1 hidden, 2 very hidden), its kind."""

    begins: int
    state: int
    kind: str
    name: str


_KINDS = {0: "worksheet", 1: "macro sheet", 2: "chart", 6: "module of macros"}


@dataclass(slots=True)
class Walk:
    """What the records of a stream told."""

    strings: Counter[int] = field(default_factory=Counter)
    formulas: int = 0
    zeros_hidden: int = 0
    collapsed: int = 0
    literals: list[str] = field(default_factory=list)
    locks: int = 0
    outside: bool = False
    drawings: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)
    """Drawing and object records, by where the sheet that they belong to begins."""
    sheets: list[BoundSheet] = field(default_factory=list)
    _begins: list[int] = field(default_factory=list)


def records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each record: where it begins, its type and its bytes. Raises `Blocked` for one that runs past the end."""
    position = 0
    depth = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if depth == 0 and kind not in BOF:
            return
        body = stream[position + 4 : position + 4 + length]
        if len(body) < length:
            raise Blocked("The file is cut short: its last record is not whole. Ask for it again.")
        depth += (kind in BOF) - (kind == EOF)
        yield position, kind, body
        position += 4 + length


def walk(stream: bytes, name: str, inspected: Inspected, budget: Budget) -> Walk:  # noqa: C901  one branch for each kind
    """Classify every record of a workbook stream. Raises `Blocked` when it is cut short."""
    told = Walk()
    harmless, findings = _records()
    counted: Counter[str] = Counter()
    samples: dict[str, list[str]] = {}
    unknown: Counter[int] = Counter()
    end = 0
    for position, kind, body in records(stream):
        end = position + 4 + len(body)
        if kind == FILEPASS:
            inspected.blocked = (
                "The file is encrypted with a password. Remove the password, save it, and upload it again."
            )
            inspected.findings.append(found("B.encrypted", name))
        if kind in _NAMES and not inspected.blocked:
            _name(body, inspected, counted, samples)
        elif kind in _LINKS or kind in findings or (_FUTURE.start <= kind < _FUTURE.stop and kind not in harmless):
            code = findings.get(kind) or (_link(kind, body, told) if kind in _LINKS else "B.future_record")
            if not code:
                continue
            counted[code] += 1
            for text in words_in(body, budget) if not inspected.blocked else ():
                inspected.hidden.add(text)
                if len(samples.setdefault(code, [])) < 4:
                    samples[code].append(masked(text, 40))
        elif kind not in harmless:
            unknown[kind] += 1
        _note(position, kind, body, told)
    for kind in unknown:
        inspected.wonder(f"{name}: record type 0x{kind:04x}")
    for code, count in counted.items():
        inspected.findings.append(found(code, name, count, "; ".join(samples.get(code, []))))
    inspected.know(len(counted) + 1)
    rest = stream[end:]
    if rest.strip(b"\x00"):
        for text in words_in(rest, budget):
            inspected.hidden.add(text)
        inspected.findings.append(found("B.free_sector_residue", f"{name}, after the last record", len(rest)))
    return told


def _note(position: int, kind: int, body: bytes, told: Walk) -> None:
    if kind in BOF:
        told._begins.append(position)
        told.drawings[position] = []
    elif kind == EOF and told._begins:
        told._begins.pop()
    elif kind == 0x85 and len(body) >= 7:
        told.sheets.append(_bound(body))
    elif kind == LABELSST and len(body) >= 10:
        told.strings[struct.unpack_from("<I", body, 6)[0]] += 1
    elif kind in FORMULA:
        told.formulas += 1
        told.literals += literals_of(body[20:])
    elif kind in _LOCKS and any(body):
        told.locks += 1
    elif kind == _WINDOW2 and len(body) >= 2:
        told.zeros_hidden += not struct.unpack_from("<H", body)[0] & 0x10
    elif kind in ROW and len(body) >= 14:
        told.collapsed += bool(struct.unpack_from("<H", body, 12)[0] & 0x10)
    elif kind in {0xEC, 0x5D} and told._begins:
        told.drawings[told._begins[-1]].append((kind, body))


_LOCKS = {0x12, 0x19, 0x63, 0xDD}
"""Records that lock a sheet, the windows, the objects, the scenarios."""


def literals_of(formula: bytes) -> list[str]:
    """Texts of three letters and more in a formula, each behind its mark and its length. [MS-XLS] 2.5.198.89."""
    texts = []
    position = formula.find(b"\x17")
    while 0 <= position < len(formula) - 3:
        length, wide = formula[position + 1], formula[position + 2] & 1
        raw = formula[position + 3 : position + 3 + length * (1 + wide)]
        text = raw.decode("utf-16-le" if wide else "latin-1", "replace")
        if length >= 3 and len(text) == length and text.isprintable():
            texts.append(text)
        position = formula.find(b"\x17", position + 1)
    return texts


def _link(kind: int, body: bytes, told: Walk) -> str:
    """A book that formulas refer to: this one, a set of functions, or another file, whose names follow."""
    if kind == _SUPBOOK:
        told.outside = not (len(body) == 4 and body[2:] in {b"\x01\x04", b"\x01\x3a"})
    return "B.external_link" if told.outside else ""


def _bound(body: bytes) -> BoundSheet:
    """A record that lists a sheet, in its form of Excel 97 or of Excel 5."""
    begins, state, kind, length = struct.unpack_from("<IBBB", body)
    rest = body[7:]
    if len(rest) == length:  # Excel 5: no flag of width
        name = rest.decode("cp1252", "replace")
    else:
        name = rest[1:].decode("utf-16-le" if rest[:1] == b"\x01" else "latin-1", "replace")
    return BoundSheet(begins, state & 3, _KINDS.get(kind, "unknown kind"), name)


def _name(body: bytes, inspected: Inspected, counted: Counter[str], samples: dict[str, list[str]]) -> None:
    """A defined name: hidden, standing for a value, or for a place."""
    if len(body) < 14:
        return
    flags, _, length, size = struct.unpack_from("<HBBH", body)
    wide = len(body) > 14 and body[14] & 1
    raw = body[15 : 15 + length * (2 if wide else 1)]
    built_in = bool(flags & 0x20)
    name = "built-in" if built_in else raw.decode("utf-16-le" if wide else "latin-1", "replace")
    formula = body[len(body) - size :] if size else b""
    if not built_in:
        inspected.hidden.add(name)
    code = "B.defname_hidden" if flags & 1 else "" if built_in else "B.defname"
    if formula[:1] in {b"\x17", b"\x1e", b"\x1f", b"\x20", b"\x60"}:
        code = "B.defname_literal"
        for pattern in (formula.decode("latin-1"), formula.decode("utf-16-le", "ignore")):
            inspected.hidden.add(pattern)
    for each in dict.fromkeys((code, "B.defname_hidden" if flags & 1 else "")):
        if each:
            counted[each] += 1
            samples.setdefault(each, [])
            if len(samples[each]) < 4:
                samples[each].append(masked(name, 30))
