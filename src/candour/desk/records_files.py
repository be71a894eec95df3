"""Where the files of data sets lie, and how an extract is sealed while it waits.

A sealed file is an encrypted PDF (AES-256, PDF 2.0) with the extract attached: the desk has a library for that already,
and needs no further one for its cryptography. Its password is made from the secret key and differs for every file.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pikepdf
from django.conf import settings

from candour.desk.models import RecordSet, RecordsUpload
from candour.records.dataset import SUFFIX, DataSet
from candour.site.config import config

_ATTACHED = "extract"
_NOT_A_NAME = re.compile(r"[^\w.\- ()]+")


def folder() -> Path:
    """The folder of the data sets, readable by its owner only."""
    path = config().data_dir / "records"
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def file_of(record_set: RecordSet) -> Path:
    """The file that holds the rows."""
    return folder() / f"{record_set.file}{SUFFIX}"


def seal(content: bytes, name: UUID) -> None:
    """Keep an extract so that it cannot be read without the secret key."""
    with pikepdf.new() as holder:
        holder.add_blank_page()
        holder.attachments[_ATTACHED] = pikepdf.AttachedFileSpec(holder, content, filename=_ATTACHED)
        key = _password(name)
        holder.save(_sealed(name), encryption=pikepdf.Encryption(owner=key, user=key, R=6))


def forget(name: UUID) -> None:
    """Take a sealed extract away."""
    _sealed(name).unlink(missing_ok=True)


@contextmanager
def unsealed(upload: RecordsUpload) -> Iterator[Path]:
    """The extract as a file under its own name, in a folder that is taken away again."""
    with tempfile.TemporaryDirectory(prefix="candour-extract-") as place:
        path = Path(place) / (_NOT_A_NAME.sub("_", upload.name)[-100:] or "extract")
        with pikepdf.open(_sealed(upload.file), password=_password(upload.file)) as holder:
            path.write_bytes(holder.attachments[_ATTACHED].get_file().read_bytes())
        yield path


@contextmanager
def reading(record_set: RecordSet) -> Iterator[DataSet]:
    """The data set, to be counted. Raises RecordsError."""
    with DataSet.open(file_of(record_set), read_only=True) as held:
        yield held


@contextmanager
def working_copy(record_set: RecordSet | None) -> Iterator[Path]:
    """A copy of the file of a data set to import into, or a place for a new one.

    Readers keep the file that they have open; nobody ever sees half of an import.
    """
    with tempfile.TemporaryDirectory(prefix="import-", dir=folder()) as place:
        path = Path(place) / f"copy{SUFFIX}"
        if record_set:
            shutil.copyfile(file_of(record_set), path)
        yield path


def _sealed(name: UUID) -> Path:
    return folder() / f"{name}.sealed"


def _password(name: UUID) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"records " + name.bytes, hashlib.sha256).hexdigest()
