"""The objects of a PDF, every one of them: which are of a known kind, and which hold text that no page shows."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import pikepdf

from candour.files.findings import Severity
from candour.files.pages.tally import Tally

_NAMED_AFTER = {"JS": "P.javascript", "XFA": "P.xfa", "RC": "P.annot_text", "RV": "P.form_values"}
_STREAM_ROLES = frozenset(
    [
        "Contents",
        "FontFile",
        "FontFile2",
        "FontFile3",
        "ToUnicode",
        "CharProcs",
        "JBIG2Globals",
        "JS",
        "XFA",
        "RC",
        "RV",
        "SMask",
        "Mask",
        "Thumb",
        "Encoding",
        "CIDToGIDMap",
        "CIDSet",
        "DestOutputProfile",
        "UseCMap",
        "Function",
        "TR",
        "TR2",
        "BG",
        "BG2",
        "UCR",
        "UCR2",
        "HT",
        "Functions",
        "G",
        "Certs",
        "OCSPs",
        "CRLs",
        "Cert",
        "OCSP",
        "CRL",
        "Metadata",
        "AP",
        "N",
        "D",
        "R",
        "Alternates",
        "Image",
        "Pattern",
        "Shading",
        "XObject",
        "Halftone",
        "ColorSpace",
        "CS",
    ]
)
_STREAM_TYPES = frozenset(
    [
        "/XObject",
        "/Metadata",
        "/EmbeddedFile",
        "/ObjStm",
        "/XRef",
        "/Pattern",
        "/CMap",
        "/Halftone",
        "/Font",
        "/Group",
        "/3D",
        "/Sound",
    ]
)


@dataclass(frozen=True, slots=True)
class _Keys:
    texts: dict[str, str]
    known: frozenset[str]
    begins: tuple[str, ...]
    named: frozenset[str]


@cache
def _keys() -> _Keys:
    data = tomllib.loads((files(__package__) / "pdf_keys.toml").read_text(encoding="utf-8"))
    known = set(data["harmless"]["keys"].split()) | set(data["texts"])
    return _Keys(
        data["texts"], frozenset(known), tuple(data["harmless"]["begins"]), frozenset(data["named"]["keys"].split())
    )


@dataclass(slots=True)
class Walked:
    """What a walk over the objects saw: which were reached, how many, and how many are of a known kind."""

    reached: set[tuple[int, int]] = field(default_factory=set)
    total: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    value: Any
    key: str
    owner: str
    code: str | None = None


def walk(pdf: pikepdf.Pdf, tally: Tally) -> Walked:
    """Visit every object that the trailer leads to; texts that no page shows and unknown entries go to `tally`."""
    walked = Walked()
    waiting = [_Step(pdf.trailer, "trailer", "file")]
    while waiting:
        step = waiting.pop()
        value = step.value
        if not isinstance(value, pikepdf.Object):
            continue
        if value.is_indirect:
            if value.objgen in walked.reached:
                continue
            walked.reached.add(value.objgen)
            walked.total += 1
            walked.known += 1
        if isinstance(value, pikepdf.String):
            _text(value, step, tally)
        elif isinstance(value, pikepdf.Array):
            waiting.extend(_Step(item, step.key, step.owner, step.code) for item in list(value))
        elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
            waiting.extend(_entries(value, step, tally))
    return walked


def _entries(value: Any, step: _Step, tally: Tally) -> Iterator[_Step]:
    is_stream = isinstance(value, pikepdf.Stream)
    kind = _kind(value, step)
    if is_stream and not _known_stream(value, step):
        tally.add("P.unknown", f"object {value.objgen[0]}", 1, text=text_of_stream(value), severity=Severity.HIGH)
    elif is_stream and (step.code or step.key in _NAMED_AFTER):
        tally.add(step.code or _NAMED_AFTER[step.key], f"object {value.objgen[0]}", 1, text_of_stream(value))
    keys = _keys()
    arbitrary = step.key in keys.named or kind in {"names", "info"}
    for name, item in list(value.items()):
        key = str(name)[1:]
        if step.key == "trailer" and key == "Info":
            yield _Step(item, key, "info", "P.info")
            continue
        if key == "PieceInfo":
            yield _Step(item, key, "pieceinfo", "P.pieceinfo")
            continue
        code = step.code
        if code is None and not arbitrary and key not in keys.known and not key.startswith(keys.begins):
            code = _unknown(key, item, step, tally)
        if code == "P.info" and key not in _USUAL_INFO:
            code = "P.info_custom"
        yield _Step(item, key, kind, code)


_USUAL_INFO = {"Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate", "Trapped"}


def _unknown(key: str, item: Any, step: _Step, tally: Tally) -> str | None:
    """An entry that ISO 32000 does not know: light when it is a number or a name, else the code for its texts."""
    if isinstance(item, (pikepdf.String, pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)):
        return "P.unknown"
    tally.add("P.unknown", f"entry {key} of {step.key}", 1, plainly=key, severity=Severity.LOW)
    return None


def _kind(value: Any, step: _Step) -> str:
    if str(value.get("/Subtype")) == "/Link":
        return "Link"
    for name in ("/Type", "/S", "/Subtype"):
        try:
            kind = value.get(name)
        except (TypeError, ValueError, pikepdf.PdfError):
            continue
        if isinstance(kind, pikepdf.Name):
            return str(kind)[1:]
    return "names" if step.key in {"Names", "Nums", "Kids"} and "/Limits" in value else step.key


def _known_stream(value: Any, step: _Step) -> bool:
    if step.key in _STREAM_ROLES or str(value.get("/Type")) in _STREAM_TYPES:
        return True
    if step.code is not None and step.code != "P.unknown":
        return True
    return any(
        name in value for name in ("/FunctionType", "/ShadingType", "/PatternType", "/HalftoneType", "/N", "/BBox")
    ) or (str(value.get("/Subtype")) in {"/Image", "/Form"})


def _text(value: pikepdf.String, step: _Step, tally: Tally) -> None:
    code = step.code if step.code is not None else _code_of(step)
    if not code:
        return
    text = str(value)
    if code in {"P.info", "P.identifier", "P.page_label", "P.named_dest", "P.output_intent", "P.signature"}:
        if text.strip("\x00 "):
            tally.add(code, step.key, 1, text)
        return
    if code == "P.actual_alt_text" and not text.strip():
        tally.add(code, step.owner, 1, plainly="blank", severity=Severity.LOW)
    tally.add_text(code, f"{step.key} of {step.owner}", text)


def _code_of(step: _Step) -> str:
    if step.owner == "Sig":
        return "" if step.key in {"Contents", "ByteRange", "Cert"} else "P.signature"
    if step.owner == "Link" and step.key == "Contents":
        return "P.link_uri"  # what a screen reader says of a link
    if step.owner == "StructElem" and step.key in {"T", "ID", "Title"}:
        return "P.actual_alt_text" if step.key == "T" else "P.identifier"
    if step.key in {"Names", "Limits", "Dests"}:
        return "P.named_dest"
    if step.owner in {"Encrypt", "Standard", "CryptFilter"} or step.key in {"ColorSpace", "CS"}:
        return ""
    return _keys().texts.get(step.key, "" if step.key in _SILENT else "P.unknown")


_SILENT = frozenset(
    ["Lookup", "Indexed", "SM", "TK", "DestOutputProfile", "DocChecksum", "O", "U", "Decode", "Filter", "DecodeParms"]
)

_WORDS = re.compile(rb"[\x20-\x7e]{3,}")


def text_of_stream(value: Any, limit: int = 2_000_000) -> str:
    """Whatever words are in a stream, inflated; an empty text when it cannot be."""
    try:
        data = bytes(value.read_bytes())[:limit]
    except (pikepdf.PdfError, RuntimeError, NotImplementedError):
        try:
            data = bytes(value.read_raw_bytes())[:limit]
        except (pikepdf.PdfError, RuntimeError):
            return ""
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return data.decode("utf-16", "ignore")
    return " ".join(match.group().decode("ascii") for match in _WORDS.finditer(data))
