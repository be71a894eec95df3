"""The columns of a DataFrame through the Arrow PyCapsule interface (`__arrow_c_stream__`), without Arrow.

The interface is three C structures (arrow.apache.org, "The Arrow C data interface" and "The Arrow C stream interface"),
read here with ctypes. What was handed over is copied as text and given back at once.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from candour.tables.cell_text import moment, plain, yes_or_no
from candour.tables.csv import TableError
from candour.tables.read_counts import MOST_ROWS


class _Schema(ctypes.Structure):
    """What a column is: its format, name and parts."""


class _Array(ctypes.Structure):
    """What a column holds: its buffers and parts."""


class _Stream(ctypes.Structure):
    """Batches of rows, one after the other."""


_release_schema = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))
_release_array = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))
_release_stream = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))
_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.POINTER(_Schema)),
    ("release", _release_schema),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.POINTER(_Array)),
    ("release", _release_array),
    ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", _release_stream),
    ("private_data", ctypes.c_void_p),
]

_NUMBERS = {
    "c": np.int8,
    "C": np.uint8,
    "s": np.int16,
    "S": np.uint16,
    "i": np.int32,
    "I": np.uint32,
    "l": np.int64,
    "L": np.uint64,
    "e": np.float16,
    "f": np.float32,
    "g": np.float64,
}
_STRUCT = "+s"
_VIEW_BYTES = 16
_LONGEST_INLINE = 12


def arrow_columns(frame: Any, wanted: Callable[[Sequence[str]], Sequence[str]]) -> dict[str, list[str]]:
    """The columns of a frame that `wanted` chooses among their names, as text; a missing value is empty.

    Raises TableError for a column that cannot be read, more than MOST_ROWS rows, and a stream that breaks off.
    """
    capsule = frame.__arrow_c_stream__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    stream = ctypes.cast(pointer(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))
    schema = _Schema()
    _asked(stream, stream.contents.get_schema(stream, ctypes.byref(schema)))
    try:
        return _batches(stream, schema, wanted)
    finally:
        schema.release(ctypes.byref(schema))


def _asked(stream: Any, code: int) -> None:
    if code:
        said = stream.contents.get_last_error(stream)
        raise TableError(f"The DataFrame cannot be read: {said.decode('utf-8', 'replace') if said else code}.")


def _batches(stream: Any, schema: _Schema, wanted: Callable[[Sequence[str]], Sequence[str]]) -> dict[str, list[str]]:
    if schema.format != _STRUCT.encode():
        raise TableError("What is handed over is one column and no DataFrame.")
    names = [(schema.children[at].contents.name or b"").decode("utf-8") for at in range(schema.n_children)]
    columns: dict[str, list[str]] = {name: [] for name in wanted(names)}
    rows = 0
    while True:
        batch = _Array()
        _asked(stream, stream.contents.get_next(stream, ctypes.byref(batch)))
        if not batch.release:
            return columns
        try:
            rows += batch.length
            if rows > MOST_ROWS:
                raise TableError(f"The DataFrame has more than {MOST_ROWS:,} rows. Count them first.")
            for name, cells in columns.items():
                at = names.index(name)
                part = _Part(
                    schema.children[at].contents, batch.children[at].contents, name, batch.offset, batch.length
                )
                columns[name] = cells + part.cells()
        finally:
            batch.release(ctypes.byref(batch))


class _Part:
    """One column of one batch. The offset of the batch counts for its columns as well."""

    _KNOWN: ClassVar[dict[str, str]] = {"u": "i4", "U": "i8"}

    def __init__(self, schema: _Schema, array: _Array, name: str, begin: int, length: int) -> None:
        self.schema, self.array, self.name = schema, array, name
        self.begin, self.length = begin + array.offset, length
        self.form = schema.format.decode("ascii")

    def cells(self) -> list[str]:
        """The values as text, with single spaces; a missing one is empty."""
        if self.form == "n":
            return [""] * self.length
        held = self._held()
        return [" ".join(value.split()) if there else "" for value, there in zip(self._values(held), held, strict=True)]

    def _values(self, held: NDArray[np.bool_]) -> list[str]:
        if self.schema.dictionary:
            return self._chosen(held)
        if self.form in _NUMBERS:
            return [plain(number) for number in self._numbers(_NUMBERS[self.form]).tolist()]
        if self.form in self._KNOWN:
            return self._strings(self._KNOWN[self.form])
        if self.form == "vu":
            return self._views(held)
        if self.form == "b":
            return yes_or_no(self._bits(1).tolist())
        if self.form.startswith(("tdD", "ts")):
            written = moment(self.form, self.name)
            numbers = self._numbers(np.int32 if self.form == "tdD" else np.int64)
            return [written(at) if there else "" for at, there in zip(numbers.tolist(), held, strict=True)]
        raise TableError(f"“{self.name}” holds values of a kind that is no category or count. Give it as text.")

    def _held(self) -> NDArray[np.bool_]:
        """Which values are there: a float that is no number is not."""
        held = self._bits(0).astype(np.bool_) if self.array.buffers[0] else np.ones(self.length, dtype=np.bool_)
        if self.form in {"e", "f", "g"}:
            held &= ~np.isnan(self._numbers(_NUMBERS[self.form]))
        return held

    def _chosen(self, held: NDArray[np.bool_]) -> list[str]:
        """The values of a column of categories, which holds the place of each in a dictionary."""
        dictionary = self.array.dictionary.contents
        known = _Part(self.schema.dictionary.contents, dictionary, self.name, 0, dictionary.length).cells()
        codes = self._numbers(_NUMBERS[self.form]).tolist()
        return [known[code] if there else "" for code, there in zip(codes, held, strict=True)]

    def _numbers(self, form: Any) -> NDArray[Any]:
        width = np.dtype(form).itemsize
        return np.frombuffer(self._bytes(1, self.begin * width, self.length * width), dtype=form)

    def _bits(self, buffer: int) -> NDArray[np.uint8]:
        first = self.begin // 8
        packed = self._bytes(buffer, first, (self.begin + self.length + 7) // 8 - first)
        bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), bitorder="little")
        return bits[self.begin - first * 8 :][: self.length]

    def _strings(self, form: str) -> list[str]:
        width = np.dtype(form).itemsize
        at = np.frombuffer(self._bytes(1, self.begin * width, (self.length + 1) * width), dtype=form).tolist()
        letters = self._bytes(2, at[0], at[-1] - at[0])
        return [letters[a - at[0] : b - at[0]].decode("utf-8", "replace") for a, b in pairwise(at)]

    def _views(self, held: NDArray[np.bool_]) -> list[str]:
        """Text as 16 bytes each: the length, then the text itself if it is short, or else where it is kept."""
        views = self._bytes(1, self.begin * _VIEW_BYTES, self.length * _VIEW_BYTES)
        found = []
        for start, there in zip(range(0, len(views), _VIEW_BYTES), held, strict=True):
            length, _, buffer, offset = np.frombuffer(views, dtype=np.int32, count=4, offset=start).tolist()
            if not there:
                letters = b""
            elif length <= _LONGEST_INLINE:
                letters = views[start + 4 : start + 4 + length]
            else:
                letters = self._bytes(2 + buffer, offset, length)
            found.append(letters.decode("utf-8", "replace"))
        return found

    def _bytes(self, buffer: int, begin: int, length: int) -> bytes:
        """A copy of a stretch of a buffer."""
        at = self.array.buffers[buffer]
        return ctypes.string_at(at + begin, length) if length and at else b""
