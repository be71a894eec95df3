"""What is done with an upload inside the sandbox. Nothing else calls this; the door is `candour.files.gate`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import import_module

from candour.files.catalogue import found
from candour.files.findings import Blocked, Finding, Inspection, Status
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.kinds import Kind, format_of, recognise
from candour.files.limits import Budget, Limits
from candour.files.masked import listed
from candour.files.proof import Proof, prove
from candour.files.visible import Visible

_ENDINGS: dict[str, set[Kind]] = {
    "xlsx": {Kind.XLSX},
    "xltx": {Kind.XLSX},
    "xlsm": {Kind.XLSM},
    "xltm": {Kind.XLSM},
    "xlam": {Kind.XLSM},
    "jpg": {Kind.JPEG},
    "jpe": {Kind.JPEG},
    "tif": {Kind.TIFF},
    "heif": {Kind.HEIC},
    "htm": {Kind.HTML},
    "xhtml": {Kind.HTML},
    "dib": {Kind.BMP},
    "avif": {Kind.HEIC},
    "txt": {Kind.CSV, Kind.EML},
    "tsv": {Kind.CSV},
    "tab": {Kind.CSV},
    "xlt": {Kind.XLS},
    "dot": {Kind.DOC},
    "dotx": {Kind.DOCX},
    "dotm": {Kind.DOCM},
    "xml": {Kind.WORDML},
    "ots": {Kind.ODS},
    "ott": {Kind.ODT},
}


@dataclass(slots=True)
class Rebuild:
    """A rebuild as the sandbox hands it over: the report on the original, the outputs, and the proof.

    `in_sight` is what is visible in the rebuilt file and should perhaps not be (codes `V.*`).
    """

    inspection: Inspection
    rebuilt: Rebuilt
    proof: Proof
    original: Visible
    in_sight: tuple[Finding, ...] = ()


def inspect(data: bytes, name: str, limits: Limits) -> Inspection:
    """The report on an upload. Whatever goes wrong is blocked with the reason; nothing is raised."""
    return inspect_within(data, name, Budget(limits))


def inspect_within(data: bytes, name: str, budget: Budget) -> Inspection:
    """The report on an upload, within a budget that may tell how far the work is."""
    with budget.stage(0.0, 1.0, "Looking into the file"):
        return _inspect(data, Context(name, budget, 0, _inspect_inner, _rebuild_inner))[0]


def rebuild(data: bytes, name: str, limits: Limits, version: str, shapes: tuple[str, ...] = ()) -> Rebuild:
    """An upload again with only what a reader can see, and the proof. Raises `Blocked`.

    `shapes` declares what each table is meant to be, such as “43 x 6 police force”, to be held against what is there.
    """
    return rebuild_within(data, name, Budget(limits), version, shapes)


def rebuild_within(  # noqa: PLR0917  what a job is made of
    data: bytes, name: str, budget: Budget, version: str, shapes: tuple[str, ...] = (), patterns: str = ""
) -> Rebuild:
    """An upload again, within a budget that may tell how far the work is. Raises `Blocked`.

    `patterns` is TOML with the force's own forms of references (see `plain_sight.references`).
    """
    context = Context(name, budget, 0, _inspect_inner, _rebuild_inner)
    with budget.stage(0.0, 0.35, "Looking into the file"):
        report, inspected = _inspect(data, context)
    if inspected is None or inspected.visible is None or report.status is Status.BLOCKED:
        raise Blocked(report.reason or "The file cannot be read.", report.findings)
    context.inspected = inspected
    try:
        with budget.stage(0.35, 0.55, "Making it anew"):
            rebuilt = _rebuild_inner(data, context)
        checks = []
        for number, output in enumerate(rebuilt.outputs):
            count = len(rebuilt.outputs)
            with budget.stage(
                0.55 + 0.25 * number / count, 0.55 + 0.25 * (number + 1) / count, "Checking what was made"
            ):
                inner = Context(output.name, budget.for_output(), 0, _inspect_inner, _rebuild_inner)
                checks.append(_inspect(output.data, inner))
        with budget.stage(0.8, 0.95, "Comparing it with the original"):
            proof = prove(report.sha256, inspected, rebuilt.outputs, checks, version)
        with budget.stage(0.95, 1.0, "Looking at what is in plain sight"):
            in_sight = look_at(rebuilt.visible, shapes, patterns)
    except Blocked as blocked:
        raise Blocked(blocked.reason, (*report.findings, *blocked.findings)) from None
    return Rebuild(report, rebuilt, proof, inspected.visible, in_sight)


def look_at(visible: Visible, shapes: tuple[str, ...], patterns: str = "") -> tuple[Finding, ...]:
    """What is in plain sight: names, identifiers, raw data, another shape than was declared."""
    try:
        sight = import_module("candour.files.plain_sight")
    except ModuleNotFoundError:
        return ()
    declared = tuple(sight.Shape.read(shape) for shape in shapes)
    return tuple(sight.look(visible, declared, sight.patterns_in(patterns)))


def _inspect(data: bytes, context: Context) -> tuple[Inspection, Inspected | None]:
    digest = hashlib.sha256(data).hexdigest()
    kind: Kind | None = None
    try:
        kind = recognise(data)
        inspected = format_of(kind).inspect(data, context)
        _check_ending(kind, context.name, inspected)
    except Blocked as blocked:
        report = Inspection(context.name, Status.BLOCKED, kind or "", 0.0, blocked.findings, blocked.reason, digest)
        return report, None
    except (MemoryError, RecursionError):
        reason = "The file needs more memory than an upload may use. Send a smaller extract."
        return Inspection(context.name, Status.BLOCKED, kind or "", 0.0, (), reason, digest), None
    except Exception as error:  # noqa: BLE001  a stranger's file may break any reader in any way; it never passes
        reason = f"The file is damaged: it could not be read to its end ({type(error).__name__}). Ask for it again."
        return Inspection(context.name, Status.BLOCKED, kind or "", 0.0, (), reason, digest), None
    why = inspected.blocked
    share = inspected.classified / inspected.total if inspected.total else 0.0
    if inspected.unknown and why is None:
        why = f"The file holds parts that nobody can classify: {listed(inspected.unknown)}. Save it in another form."
    status = Status.BLOCKED if why else Status.FINDINGS if inspected.findings else Status.CLEAN
    return Inspection(context.name, status, kind, share, tuple(inspected.findings), why, digest), inspected


def _inspect_inner(data: bytes, context: Context) -> Inspected:
    return format_of(recognise(data)).inspect(data, context)


def _rebuild_inner(data: bytes, context: Context) -> Rebuilt:
    return format_of(recognise(data)).rebuild(data, context)


def _check_ending(kind: Kind, name: str, inspected: Inspected) -> None:
    """A name that says another kind is a finding: programs that go by the name will show something else."""
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    fits = _ENDINGS.get(ending) or ({Kind(ending)} if ending in set(Kind) else None)
    if fits is not None and kind not in fits:
        inspected.findings.append(found("G.wrong_extension", name, 1, f"named .{ending}, is {kind.upper()}"))
