"""A ZIP for somebody outside: an index page, its files and their digests; the same files give the same bytes."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every member: a ZIP cannot hold none."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: where it stands, what the index calls it and under what part, and its bytes."""

    path: str
    title: str
    part: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest that the manifest gives."""
        return hashlib.sha256(self.content).hexdigest()


def archive_of(index: bytes, members: list[Member]) -> bytes:
    """The bytes of the ZIP, with the index first and the digests of the members last."""
    manifest = "".join(f"{member.sha256}  {member.path}\n" for member in members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _write(archive, "index.html", index)
        for member in members:
            _write(archive, member.path, member.content)
        _write(archive, "SHA256SUMS", manifest.encode())
    return out.getvalue()


def parts_of(members: list[Member]) -> list[tuple[str, list[Member]]]:
    """The members under the headings of the index, in their order."""
    parts: dict[str, list[Member]] = {}
    for member in members:
        parts.setdefault(member.part, []).append(member)
    return list(parts.items())


def safe_name(name: str) -> str:
    """The name as any file system takes it."""
    return re.sub(r"[^\w.-]+", "-", name).lstrip(".") or "file"


def _write(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    info = zipfile.ZipInfo(path, _EPOCH)
    info.external_attr, info.compress_type, info.create_system = 0o644 << 16, zipfile.ZIP_DEFLATED, 3
    archive.writestr(info, content)
