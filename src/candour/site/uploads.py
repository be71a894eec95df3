"""Uploads while a request lasts: small ones in memory, larger ones sealed as they come, and none unsealed on a disk."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from candour.sealing import Sealing, unsealed
from candour.site.config import config


class TooLarge(Exception):
    """What is read is larger than any upload may be, so that nothing of it was kept."""


class SealedUploads(FileUploadHandler):
    """Takes every upload of every page. What is larger than any form allows is let pass by and told by its size.

    A sealed one is a file without a name, which is gone with the process whatever happens.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with an upload."""
        super().new_file(*args, **kwargs)
        self._came = 0
        self._memory: io.BytesIO | None = io.BytesIO()
        self._disk: BinaryIO | None = None
        self._sealing: Sealing | None = None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take some more of it."""
        self._came = start + len(raw_data)
        if self._came > config().largest_upload():
            self._drop()
        elif self._sealing:
            self._sealing.write(raw_data)
        elif self._memory:
            self._memory.write(raw_data)
            if self._came > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
                self._seal(self._memory.getvalue())

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """The upload as forms take it."""
        about = (self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)
        if self._memory:
            self._memory.seek(0)
            return InMemoryUploadedFile(self._memory, self.field_name, *about)
        if self._sealing and self._disk:
            self._sealing.finish()
            return UploadedFile(cast("IO[bytes]", _Unsealing(self._disk)), *about)
        return UploadedFile(cast("IO[bytes]", _Nothing()), *about)

    def upload_interrupted(self) -> None:
        """Let go of an upload that ended before it was whole."""
        self._drop()

    def _seal(self, data: bytes) -> None:
        folder = config().data_dir / "uploads"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._disk = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  the upload closes it, with the request
        self._sealing = Sealing(self._disk, config().seal_keys())
        self._sealing.write(data)
        self._memory = None

    def _drop(self) -> None:
        if self._disk:
            self._disk.close()
        self._memory = self._disk = self._sealing = None


class _Unsealing(io.RawIOBase):
    """What was sealed, to be read from its beginning as often as wanted."""

    def __init__(self, sealed: BinaryIO) -> None:
        self._sealed = sealed
        self.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("a sealed upload is read from its beginning")
        self._sealed.seek(0)
        self._pieces: Iterator[bytes] = unsealed(self._sealed, config().seal_keys())
        self._piece = memoryview(b"")
        return 0

    def readinto(self, buffer: Any) -> int:
        if not self._piece:
            self._piece = memoryview(next(self._pieces, b""))
        some = self._piece[: len(buffer)]
        buffer[: len(some)] = some
        self._piece = self._piece[len(some) :]
        return len(some)

    def readall(self) -> bytes:
        return b"".join([bytes(self._piece), *self._pieces])

    def close(self) -> None:
        self._sealed.close()
        super().close()


class _Nothing(io.RawIOBase):
    """An upload of which nothing was kept; a form that does not ask for its size must not take it for empty."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise TooLarge("The file is larger than any that is taken here.")
