"""Columns through the Arrow PyCapsule interface, handed over by a stand-in for a DataFrame library."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from candour.tables import arrow
from candour.tables.csv import TableError
from candour.tables.frames import read_frame
from candour.tables.read_counts import Columns

_LONG = "Assault occasioning actual bodily harm"


class Handed:
    """A frame of batches. `columns`: name, format, and for each batch its buffers, the first of them validity."""

    def __init__(
        self, *columns: tuple[str, str, Sequence[list[bytes | None]]], rows: Sequence[int], **more: Any
    ) -> None:
        self.columns, self.rows, self.more = columns, rows, more
        self.released: list[str] = []
        self._kept: list[Any] = []
        self._sent = 0

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        stream = arrow._Stream()
        fields = dict(arrow._Stream._fields_)
        stream.get_schema = fields["get_schema"](self._schema)
        stream.get_next = fields["get_next"](self._next)
        said = ctypes.create_string_buffer(b"the file broke off")
        saying = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: ctypes.addressof(said))
        stream.get_last_error = ctypes.cast(saying, fields["get_last_error"])
        self._kept += [said, saying]
        self._kept.append(stream)
        new = ctypes.pythonapi.PyCapsule_New
        new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return new(ctypes.addressof(stream), b"arrow_array_stream", None)

    def _schema(self, _: Any, out: Any) -> int:
        children = [self._field(name, form) for name, form, _ in self.columns]
        out[0].format = self.more.get("form", b"+s")
        out[0].n_children = len(children)
        out[0].children = self._pointers(arrow._Schema, children)
        out[0].release = self._release(arrow._release_schema, "schema")
        return 0

    def _field(self, name: str, form: str) -> arrow._Schema:
        field = arrow._Schema(format=form.encode(), name=name.encode())
        if name in self.more.get("dictionaries", {}):
            field.dictionary = ctypes.pointer(arrow._Schema(format=b"u", name=b""))
        self._kept.append(field)
        return field

    def _next(self, _: Any, out: Any) -> int:
        if self._sent == len(self.rows):
            return int(self.more.get("fails", 0))
        at, self._sent = self._sent, self._sent + 1
        children = []
        for name, _form, batches in self.columns:
            child = self._array(batches[at], self.rows[at] + self.more.get("offset", 0))
            if words := self.more.get("dictionaries", {}).get(name):
                child.dictionary = ctypes.pointer(self._array(text(*words), len(words)))
            children.append(child)
        out[0].length, out[0].offset = self.rows[at], self.more.get("offset", 0)
        out[0].n_children, out[0].children = len(children), self._pointers(arrow._Array, children)
        out[0].release = self._release(arrow._release_array, f"batch {at}")
        return 0

    def _array(self, buffers: list[bytes | None], length: int) -> arrow._Array:
        held = [None if b is None else ctypes.create_string_buffer(b, max(len(b), 1)) for b in buffers]
        places = (ctypes.c_void_p * len(held))(*(None if b is None else ctypes.addressof(b) for b in held))
        array = arrow._Array(length=length, n_buffers=len(held), buffers=places)
        self._kept += [held, places, array]
        return array

    def _pointers(self, kind: Any, values: list[Any]) -> Any:
        row = (ctypes.POINTER(kind) * max(len(values), 1))(*(ctypes.pointer(value) for value in values))
        self._kept.append(row)
        return row

    def _release(self, kind: Any, what: str) -> Any:
        function = kind(lambda _: self.released.append(what))
        self._kept.append(function)
        return function


def numbers(form: str, *values: float, missing: Sequence[int] = ()) -> list[bytes | None]:
    return [held(len(values), missing), np.array(values, dtype=form).tobytes()]


def text(*words: str, missing: Sequence[int] = (), width: str = "i4") -> list[bytes | None]:
    letters = [word.encode() for word in words]
    ends = np.cumsum([0, *(len(word) for word in letters)])
    return [held(len(words), missing), ends.astype(width).tobytes(), b"".join(letters)]


def views(*words: str, missing: Sequence[int] = ()) -> list[bytes | None]:
    far, row = b"", b""
    for letters in (word.encode() for word in words):
        row += len(letters).to_bytes(4, "little")
        if len(letters) <= 12:
            row += letters.ljust(12, b"\0")
        else:
            row += letters[:4] + (0).to_bytes(4, "little") + len(far).to_bytes(4, "little")
            far += letters
    return [held(len(words), missing), row, far, len(far).to_bytes(8, "little")]


def held(many: int, missing: Sequence[int]) -> bytes | None:
    return np.packbits([at not in missing for at in range(many)], bitorder="little").tobytes() if missing else None


def test_text_in_three_forms_and_counts_in_batches() -> None:
    frame = Handed(
        ("offence", "vu", [views("Theft", _LONG), views(_LONG, "Theft")]),
        ("year", "u", [text("2019", "2019"), text("2020", "2020")]),
        ("outcome", "U", [text("charged", "charged", width="i8")] * 2),
        ("freq", "i", [numbers("i4", 7, 0), numbers("i4", 12, 3)]),
        rows=[2, 2],
    )
    read = read_frame(frame, Columns("freq"))
    assert [d.categories for d in read.dimensions] == [("Theft", _LONG), ("2019", "2020"), ("charged",)]
    assert read.counts[:, :, 0].tolist() == [[7, 3], [0, 12]]
    assert frame.released == ["batch 0", "batch 1", "schema"], "what was handed over is given back"


def test_an_offset_counts_for_every_kind_of_column() -> None:
    frame = Handed(
        ("offence", "vu", [views("junk", "Theft", _LONG, "Theft")]),
        ("group", "u", [text("junk", "a", "b", "a")]),
        ("held", "b", [[None, np.packbits([0, 1, 0, 1], bitorder="little").tobytes()]]),
        ("on", "tdD", [numbers("i4", 9, 0, 1, 0)]),
        ("rank", "C", [numbers("u1", 0, 1, 0, 1)]),
        rows=[3],
        offset=1,
        dictionaries={"rank": ("officer", "staff")},
    )
    read = read_frame(frame, Columns(None, {"offence": "group"}))
    labels = {d.name: d.categories for d in read.dimensions}
    assert labels == {
        "offence": ("Theft", _LONG),
        "held": ("yes", "no"),
        "on": ("1970-01-01", "1970-01-02"),
        "rank": ("staff", "officer"),
    }
    assert read.dimensions[0].levels == (("a", "b"),)
    assert read.value(("Theft", "yes", "1970-01-01", "staff")) == 2


@pytest.mark.parametrize(
    ("form", "buffers"),
    [
        ("u", text("a", "b", missing=[1])),
        ("vu", views("a", _LONG, missing=[1])),
        ("l", numbers("i8", 1, 2, missing=[1])),
        ("g", numbers("f8", 1, float("nan"))),
        ("tsu:", numbers("i8", 1, 2, missing=[1])),
        ("n", [None]),
    ],
)
def test_a_missing_value_is_refused(form: str, buffers: list[bytes | None]) -> None:
    line = 1 if form == "n" else 2
    with pytest.raises(TableError, match=f"Line {line}: offence is empty"):
        read_frame(Handed(("offence", form, [buffers]), rows=[2]), Columns())


def test_only_columns_that_are_asked_for_need_be_readable() -> None:
    frame = Handed(("offence", "u", [text("Theft")]), ("notes", "+l", [[None]]), rows=[1])
    assert read_frame(frame, Columns(by=("offence",))).counts.tolist() == [1]
    frame = Handed(("offence", "u", [text("Theft")]), ("notes", "+l", [[None]]), rows=[1])
    with pytest.raises(TableError, match="“notes” holds values of a kind"):
        read_frame(frame, Columns())
    assert frame.released == ["batch 0", "schema"]


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(TableError, match="the file broke off"):
        read_frame(Handed(("offence", "u", [text("Theft")]), rows=[1], fails=5), Columns())
    with pytest.raises(TableError, match="no rows"):
        read_frame(Handed(("offence", "u", []), rows=[]), Columns())
    with pytest.raises(TableError, match="one column and no DataFrame"):
        read_frame(Handed(("offence", "u", []), rows=[], form=b"u"), Columns())
    with pytest.raises(TableError, match="Two columns"):
        read_frame(Handed(("offence", "u", []), ("offence", "u", []), rows=[]), Columns())
