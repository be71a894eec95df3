"""Where the files of data sets lie: sealed, rows as well as extracts that wait; unsealed only to be worked on."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from candour.desk.checked_files.scratch import scratch
from candour.desk.models import RecordSet, RecordsUpload, SavedCount
from candour.records import RecordsError
from candour.records.dataset import SUFFIX, DataSet
from candour.sealing import PIECE, CannotUnseal, opened, seal_into
from candour.sealing import unsealed as unsealed_pieces
from candour.site.config import config

_NOT_A_NAME = re.compile(r"[^\w.\- ()]+")
_FRESH = 24 * 3600
_WORKING = 6
"""An import takes so many times the room of what is imported and of what is there."""


def folder() -> Path:
    """The folder of the data sets, readable by its owner only."""
    path = config().data_dir / "records"
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def rows_file(name: UUID) -> Path:
    """The sealed file of rows of that name."""
    return folder() / f"{name}{SUFFIX}"


def size_of(record_set: RecordSet) -> int:
    """How many bytes the rows take; 0 where the file is away."""
    path = rows_file(record_set.file)
    return path.stat().st_size if path.exists() else 0


def seal(content: Iterable[bytes], name: UUID) -> None:
    """Keep an extract so that it cannot be read without the key."""
    _seal(content, _sealed(name))


def forget(name: UUID) -> None:
    """Take a sealed extract away, with what was told about it."""
    _sealed(name).unlink(missing_ok=True)
    _told(name).unlink(missing_ok=True)


def seal_rows(path: Path, name: UUID) -> None:
    """Keep rows that were imported, under a name that no other file has."""
    with path.open("rb") as plain:
        _seal(iter(partial(plain.read, PIECE), b""), rows_file(name))


def forget_orphans(known: Collection[UUID]) -> None:
    """Take away rows that no data set names: an import that was killed had sealed them. Fresh ones may be at work."""
    names = {str(name) for name in known}
    for path in [*folder().glob(f"*{SUFFIX}"), *folder().glob("*.part"), *folder().glob("*.changed")]:
        if path.name.split(".")[0] not in names and time.time() - path.stat().st_mtime > _FRESH:
            path.unlink(missing_ok=True)


def tell(name: UUID, problems: Sequence[str]) -> None:
    """Keep what was not understood of an extract: it quotes the extract, so it is sealed as well."""
    _write_sealed(problems, _told(name))


def told(name: UUID) -> list[str]:
    """What was not understood of an extract, each with its line and reason."""
    path = _told(name)
    if not path.exists():
        return []
    try:
        found: list[str] = json.loads(opened(path.read_bytes(), config().seal_keys()))
    except CannotUnseal as error:
        raise RecordsError(str(error)) from error
    return found


def keep_changed_rows(saved: SavedCount, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the rows behind a saved count that changed, sealed, for as long as the rows of the data set stay these."""
    _write_sealed(rows, _changed(saved))


def changed_rows(saved: SavedCount) -> list[dict[str, Any]]:
    """The rows that `keep_changed_rows` kept. Raises RecordsError."""
    try:
        found: list[dict[str, Any]] = json.loads(opened(_changed(saved).read_bytes(), config().seal_keys()))
    except FileNotFoundError:
        raise RecordsError("The rows that were compared are not there. Put their file back from a copy.") from None
    except CannotUnseal as error:
        raise RecordsError(str(error)) from error
    return found


def forget_rows(name: UUID) -> None:
    """Take sealed rows away that no data set names any more, with what was found in them."""
    rows_file(name).unlink(missing_ok=True)
    for path in folder().glob(f"{name}.*.changed"):
        path.unlink(missing_ok=True)


@contextmanager
def unsealed(upload: RecordsUpload) -> Iterator[Path]:
    """The extract as a file under its own name, in a folder that is taken away again. Raises RecordsError."""
    sealed = _sealed(upload.file)
    with scratch(sealed.stat().st_size if sealed.exists() else 0) as place:
        path = place / (_NOT_A_NAME.sub("_", upload.name)[-100:] or "extract")
        _unseal(sealed, path)
        yield path


@contextmanager
def reading(record_set: RecordSet) -> Iterator[DataSet]:
    """The data set, to be counted. Its name is gone from the disk once it is open. Raises RecordsError."""
    with scratch(size_of(record_set)) as place:
        path = place / f"held{SUFFIX}"
        _unseal(rows_file(record_set.file), path)
        with DataSet.open(path, read_only=True) as held:
            path.unlink()
            yield held


@contextmanager
def working_copy(record_set: RecordSet | None, extract: int = 0) -> Iterator[Path]:
    """A copy of the rows of a data set to import into, or a place for new ones, with room for an extract.

    Nobody ever sees half of an import: what comes of it is sealed under a new name. Raises RecordsError.
    """
    with scratch(_WORKING * ((size_of(record_set) if record_set else 0) + extract)) as place:
        path = place / f"copy{SUFFIX}"
        if record_set:
            _unseal(rows_file(record_set.file), path)
        yield path


def _write_sealed(told: Sequence[Any], path: Path) -> None:
    _seal([json.dumps(told, ensure_ascii=False).encode()], path)


def _seal(content: Iterable[bytes], target: Path) -> None:
    """Seal into a file that takes the place of one of that name once it is whole."""
    partly = target.with_name(f"{target.name}.part")
    with open(partly, "wb", opener=_private) as out:
        seal_into(content, out, config().seal_keys())
        out.flush()
        os.fsync(out.fileno())
    partly.replace(target)


def _unseal(source: Path, target: Path) -> None:
    """What was sealed, readable by its owner only; no target is left where it cannot be opened. Raises RecordsError."""
    try:
        with source.open("rb") as hidden, open(target, "wb", opener=_private) as out:
            out.writelines(unsealed_pieces(hidden, config().seal_keys()))
    except CannotUnseal as error:
        target.unlink(missing_ok=True)
        raise RecordsError(str(error)) from error
    except FileNotFoundError as error:
        raise RecordsError("The file of the data set is not there. Put it back from a copy.") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sealed(name: UUID) -> Path:
    return folder() / f"{name}.sealed"


def _changed(saved: SavedCount) -> Path:
    return folder() / f"{saved.record_set.file}.{saved.pk}.changed"


def _told(name: UUID) -> Path:
    return folder() / f"{name}.told"
