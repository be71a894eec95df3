"""ZIP: each file inside goes through the gate by itself, and a new archive holds what came out."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.kinds import format_of, recognise
from candour.files.masked import listed, plain
from candour.files.proof import searched
from candour.files.visible import Bundle
from candour.files.zipped import Archive, open_archive

_MOMENT = (1980, 1, 1, 0, 0, 0)
_DOS_HIDDEN = 0x02


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in an archive, file by file. Raises `Blocked` for a bomb, a trick, or a file that may not pass."""
    inspected = Inspected()
    archive = open_archive(data, context.budget)
    inspected.findings.extend(archive.findings)
    names = archive.names()
    bundle = Bundle()
    inspected.visible = bundle
    inspected.know()
    ours = is_ours(data)
    if not ours:
        inspected.findings.append(found("Z.entries", "archive", len(archive.zip.infolist()), listed(names)))
    hidden = _hidden(archive)
    if hidden:
        inspected.findings.append(found("Z.hidden_file", "archive", len(hidden), listed(sorted(hidden))))
    for number, name in enumerate(names):
        content = archive.read(name)
        if _litter(name):
            inspected.hidden.add(name)
            inspected.hidden.add(content.decode("latin-1"))
            inspected.know()
            continue
        if name in hidden:
            _hide_member(name, content, inspected, context)
            continue
        if not ours and content.startswith(b"PK") and recognise(content) == "zip":
            inspected.findings.append(found("Z.nested", plain(name, 120)))
        with context.budget.stage(number / len(names), (number + 1) / len(names)):
            _tell_member(name, content, inspected, bundle, context)
    if ours:
        # The names in a new archive are made here, from the names that its reader saw and the kinds of the outputs.
        bundle.files = [("", visible) for _, visible in bundle.files]
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """A new archive of the rebuilt files, with one date for all. Raises `Blocked`."""
    archive = open_archive(data, context.budget)
    members: dict[str, bytes] = {}
    bundle = Bundle()
    lost: list[str] = []
    wanted = _wanted(archive)
    for number, name in enumerate(wanted):
        folder, _, leaf = name.rpartition("/")
        with context.budget.stage(number / len(wanted), (number + 1) / len(wanted)):
            rebuilt = context.rebuild_inner(archive.read(name), leaf or name)
        for output in rebuilt.outputs:
            path = _free(f"{folder}/{output.name}" if folder else output.name, members)
            members[path] = output.data
            bundle.files.append((path, output.shows or rebuilt.visible))
        lost.extend(f"{plain(name, 80)}: {what}" for what in rebuilt.lost)
    if _hidden(archive):
        lost.append("Files that a folder view does not show are left out.")
    if any(_litter(name) for name in archive.names()):
        lost.append("Files that an operating system left are gone.")
    whole = Output(f"{context.stem}.zip", "zip", _written(members), bundle)
    return Rebuilt([whole], bundle, lost)


def read_again(data: bytes) -> Bundle:
    """What an independent reader of each file sees in an archive that this package wrote. Raises `Blocked`."""
    bundle = Bundle()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            content = archive.read(info)
            bundle.files.append((info.filename, format_of(recognise(content)).read_again(content)))
    return bundle


def searchable(data: bytes) -> Iterator[bytes]:
    """Names and, for each file, the bytes in which words are looked for; the frame itself is written anew."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            content = archive.read(info)
            yield info.filename.encode()
            yield from searched(recognise(content), content)


def is_ours(data: bytes) -> bool:
    """Whether an archive is of the form that is written here: one date, no comment, nothing besides its files."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    return _written(members) == data


def _tell_member(name: str, content: bytes, inspected: Inspected, bundle: Bundle, context: Context) -> None:
    shown = plain(name, 120)
    try:
        inner = context.inspect_inner(content, name.rpartition("/")[2] or name)
    except Blocked as blocked:
        reason = f"{shown}, a file in the archive, may not pass: {blocked.reason}"
        raise Blocked(reason, (*inspected.findings, *blocked.findings)) from None
    for finding in inner.findings:
        place = f"{shown}: {finding.place}"
        inspected.findings.append(
            found(
                finding.code,
                place,
                finding.count,
                finding.evidence,
                severity=finding.severity,
                recovery=finding.recovery,
            )
        )
    if inner.blocked or inner.unknown:
        inspected.blocked = inner.blocked or f"{shown}: nobody can classify {listed(inner.unknown)}."
    inspected.know(max(1, inner.classified))
    inspected.hidden.update(inner.hidden)
    if inner.visible is not None:
        bundle.files.append((name, inner.visible))


def _hide_member(name: str, content: bytes, inspected: Inspected, context: Context) -> None:
    """A hidden file: all that it shows and holds is hidden, whatever it is."""
    inspected.hidden.add(name)
    inspected.know()
    try:
        inner = context.inspect_inner(content, name.rpartition("/")[2] or name)
    except Blocked:
        inspected.hidden.add(content.decode("latin-1"))
        return
    inspected.hidden.update(inner.hidden)
    for text in inner.visible.texts() if inner.visible is not None else ():
        inspected.hidden.add(text)


def _litter(name: str) -> bool:
    leaf = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or leaf in {".DS_Store", "Thumbs.db", "desktop.ini"} or leaf.startswith("._")


def _wanted(archive: Archive) -> list[str]:
    hidden = _hidden(archive)
    return [name for name in archive.names() if not _litter(name) and name not in hidden]


def _hidden(archive: Archive) -> set[str]:
    """Entries with the mark of a hidden file, which a folder view leaves out."""
    return {info.filename for info in archive.zip.infolist() if info.external_attr & _DOS_HIDDEN and not info.is_dir()}


def _free(path: str, taken: dict[str, bytes]) -> str:
    stem, dot, ending = path.rpartition(".")
    names = {name.casefold() for name in taken}
    candidate, number = path, 2
    while candidate.casefold() in names:
        candidate, number = f"{stem} ({number}){dot}{ending}", number + 1
    return candidate


def _written(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()
