"""Office packages (OOXML): parts by relationship and content type, never by path or ending.

Open Packaging Conventions, ECMA-376 part 2. Relationship types and namespaces are compared in their transitional and
their strict spelling alike.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from candour.files.findings import Blocked
from candour.files.markup import attribute, local, parse
from candour.files.zipped import Archive, is_litter

CONTENT_TYPES = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One arrow from a part (an empty source is the package). `type` is the last word of the type's address."""

    source: str
    id: str
    type: str
    target: str
    external: bool
    type_address: str


@dataclass(slots=True)
class Package:
    """Parts by name (no leading slash, as spelt in the container), with their types and relationships."""

    archive: Archive
    types: dict[str, str]
    relationships: dict[str, list[Relationship]] = field(default_factory=dict)
    dangling: list[Relationship] = field(default_factory=list)

    def of(self, part: str) -> list[Relationship]:
        """The relationships of a part."""
        return self.relationships.get(part, [])

    def targets(self, part: str, kind: str) -> Iterator[str]:
        """The parts that a part refers to by one type of relationship."""
        return (arrow.target for arrow in self.of(part) if arrow.type == kind and not arrow.external)

    def main(self) -> str:
        """The part where the document begins. Raises `Blocked` when there is none."""
        for target in self.targets("", "officeDocument"):
            return target
        raise Blocked("The file is damaged: it does not say where its content begins. Ask for it again.")

    def reachable(self) -> set[str]:
        """Every part that some relationship leads to, from the package on."""
        seen: set[str] = set()
        waiting = [""]
        while waiting:
            for arrow in self.of(waiting.pop()):
                if not arrow.external and arrow.target not in seen:
                    seen.add(arrow.target)
                    waiting.append(arrow.target)
        return seen

    def parts(self) -> list[str]:
        """Every entry that is neither the list of types nor a list of relationships."""
        return [name for name in self.archive.names() if name != CONTENT_TYPES and not is_relationships(name)]

    def orphans(self) -> list[str]:
        """Parts that no relationship leads to, and lists of relationships of parts that are not there."""
        reached = self.reachable()
        names = set(self.archive.names())
        stray = [name for name in self.parts() if name not in reached]
        return stray + [
            name for name in names if is_relationships(name) and _source(name) and _source(name) not in names
        ]

    def unused(self) -> list[str]:
        """Folders in which no file lies, and parts that the list of types names and that are not there."""
        names = [name.casefold() for name in self.archive.names()]
        folders = [info.filename for info in self.archive.zip.infolist() if info.is_dir()]
        empty = [folder for folder in folders if not any(name.startswith(folder.casefold()) for name in names)]
        known = set(names)
        listed = parse(self.archive.read(CONTENT_TYPES), CONTENT_TYPES)
        parts = [unquote(entry.get("PartName") or "").lstrip("/") for entry in listed if local(entry) == "Override"]
        endings = [entry.get("Extension") or "" for entry in listed if local(entry) == "Default"]
        return [
            *empty,
            *(part for part in parts if part.casefold() not in known),
            *(ending for ending in endings if not _ENDINGS.fullmatch(ending) and not _used(ending, names)),
        ]


_ENDINGS = re.compile(
    "xml|rels|bin|vml|jpe?g|jpe|png|gif|[ew]mf|bmp|tiff?|svg|wdp|pict|data|txt|xlsx?|docx?|odttf", re.IGNORECASE
)
"""Endings that programs list whether or not there is a part of the kind."""


def _used(ending: str, names: list[str]) -> bool:
    return any(name.endswith(f".{ending.casefold()}") for name in names)


def open_package(archive: Archive) -> Package:
    """A package over an opened container. Raises `Blocked` when its own lists cannot be read."""
    names = archive.names()
    by_folded = {name.casefold(): name for name in names}
    if CONTENT_TYPES not in names:
        raise Blocked("The file is damaged: it does not list its parts. Ask for it again.")
    package = Package(archive, _types(archive.read(CONTENT_TYPES), names))
    for name in names:
        if is_relationships(name) and not is_litter(name):
            source = _source(name)
            arrows = [_resolved(arrow, by_folded) for arrow in _arrows(archive.read(name), source, name)]
            package.relationships.setdefault(source, []).extend(arrows)
            package.dangling += [arrow for arrow in arrows if not arrow.external and arrow.target not in names]
    return package


def is_relationships(name: str) -> bool:
    """Whether an entry is a list of relationships."""
    return name.casefold().endswith(".rels") and posixpath.basename(posixpath.dirname(name)).casefold() == "_rels"


def main_content_type(archive: zipfile.ZipFile) -> str:
    """The content type of the part where the document begins; an empty text where there is none."""
    names = archive.namelist()
    by_folded = {name.casefold(): name for name in names}
    roots = next((name for name in names if name.casefold() == "_rels/.rels"), None)
    if roots is None:
        return ""
    types = _types(_head(archive, CONTENT_TYPES), names)
    for arrow in _arrows(_head(archive, roots), "", roots):
        if arrow.type == "officeDocument":
            return types.get(_resolved(arrow, by_folded).target, "")
    return ""


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(4_000_001)
    if len(data) > 4_000_000:
        raise Blocked(f"The file is damaged or an attack: {name} is far too large. Ask for it again.")
    return data


def _types(data: bytes, names: list[str]) -> dict[str, str]:
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for element in parse(data, CONTENT_TYPES):
        declared = element.get("ContentType") or ""
        if local(element) == "Default":
            defaults[(element.get("Extension") or "").casefold()] = declared
        elif local(element) == "Override":
            overrides[unquote(element.get("PartName") or "").lstrip("/").casefold()] = declared
    return {
        name: overrides.get(name.casefold()) or defaults.get(name.rpartition(".")[2].casefold(), "") for name in names
    }


def _source(name: str) -> str:
    folder, _, file = name.rpartition("_rels/")
    return folder + file[: -len(".rels")]


def _arrows(data: bytes, source: str, part: str) -> Iterator[Relationship]:
    for element in parse(data, part):
        if local(element) != "Relationship":
            continue
        address = (attribute(element, "Type") or "").strip()
        yield Relationship(
            source,
            attribute(element, "Id") or "",
            address.rstrip("/").rpartition("/")[2],
            attribute(element, "Target") or "",
            (attribute(element, "TargetMode") or "").casefold() == "external",
            address,
        )


def _resolved(arrow: Relationship, by_folded: dict[str, str]) -> Relationship:
    if arrow.external:
        return arrow
    target = unquote(arrow.target.partition("#")[0]).replace("\\", "/")
    if target.startswith("/"):
        path = posixpath.normpath(target).lstrip("/")
    else:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(arrow.source), target))
    found = by_folded.get(path.casefold(), path)
    return Relationship(arrow.source, arrow.id, arrow.type, found, external=False, type_address=arrow.type_address)
