"""The columns of a DataFrame through the DataFrame interchange protocol (data-apis.org, `__dataframe__`, version 0).

The protocol hands out columns as buffers in memory, so that no DataFrame library needs to be here. Libraries are
leaving it for that of Arrow (see `candour.tables.arrow`): polars 2 has, pandas 3 warns that it will.
"""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from candour.tables.cell_text import moment, plain, yes_or_no
from candour.tables.csv import TableError


class _Kind(IntEnum):
    """The kinds of data that the protocol knows."""

    INT = 0
    UINT = 1
    FLOAT = 2
    BOOL = 20
    STRING = 21
    DATETIME = 22
    CATEGORICAL = 23


class _Null(IntEnum):
    """The ways in which the protocol marks a missing value."""

    NON_NULLABLE = 0
    NAN = 1
    SENTINEL = 2
    BITMASK = 3
    BYTEMASK = 4


def exchanged_columns(frame: Any, wanted: Callable[[Sequence[str]], Sequence[str]]) -> dict[str, list[str]]:
    """The columns of a frame that `wanted` chooses among their names, as text; a missing value is empty.

    Raises TableError for a column that cannot be read.
    """
    with warnings.catch_warnings():
        # pandas 3 announces the protocol's end; it is asked only where Arrow's interface is not at hand.
        warnings.simplefilter("ignore", DeprecationWarning)
        exchanged = frame.__dataframe__()
    columns = {}
    for name in wanted([str(name) for name in exchanged.column_names()]):
        try:
            columns[name] = _column(exchanged.get_column_by_name(name), name)
        except (NotImplementedError, TypeError, ValueError) as error:
            # Libraries say in their own ways that the protocol has no word for what a column holds.
            if isinstance(error, TableError):
                raise
            raise TableError(f"“{name}” holds values that cannot be read. Give it as text.") from error
    return columns


def _column(column: Any, name: str) -> list[str]:
    """The cells of a column as text, chunk by chunk."""
    cells: list[str] = []
    for chunk in column.get_chunks():
        values, missing = _values(chunk, name)
        cells += ["" if gone else " ".join(value.split()) for value, gone in zip(values, missing, strict=True)]
    return cells


def _values(column: Any, name: str) -> tuple[list[str], NDArray[np.bool_]]:
    """The values of one chunk as text, and which of them are missing."""
    kind = column.dtype[0]
    match kind:
        case _Kind.STRING:
            return _strings(column), _missing(column, None)
        case _Kind.CATEGORICAL:
            codes = _numbers(column, name)
            categories = column.describe_categorical["categories"]
            if categories is None:
                raise TableError(f"The categories of “{name}” cannot be read. Give it as text.")
            labels = _column(categories, name)
            known = [labels[code] if 0 <= code < len(labels) else "" for code in codes.tolist()]
            return known, _missing(column, codes)
        case _Kind.BOOL:
            flags = _numbers(column, name)
            return yes_or_no(flags.tolist()), _missing(column, flags)
        case _Kind.DATETIME:
            numbers = _numbers(column, name)
            gone = _missing(column, numbers)
            written = moment(column.dtype[2], name)
            return ["" if lost else written(at) for at, lost in zip(numbers.tolist(), gone, strict=True)], gone
        case _Kind.INT | _Kind.UINT | _Kind.FLOAT:
            numbers = _numbers(column, name)
            return [plain(number) for number in numbers.tolist()], _missing(column, numbers)
        case _:
            raise TableError(f"“{name}” holds values of a kind that is no category or count. Give it as text.")


def _strings(column: Any) -> list[str]:
    buffers = column.get_buffers()
    data, _ = buffers["data"]
    offsets, (_, width, *_) = buffers["offsets"]
    count = column.size()
    at = _memory(offsets, np.dtype(f"i{width // 8}"), column.offset + count + 1)[column.offset :].tolist()
    letters = _memory(data, np.dtype(np.uint8), data.bufsize).tobytes()
    return [letters[begin:end].decode("utf-8", "replace") for begin, end in pairwise(at)]


def _numbers(column: Any, name: str) -> NDArray[Any]:
    data, dtype = column.get_buffers()["data"]
    kind, width = dtype[:2]
    count, begin = column.size(), column.offset
    if kind == _Kind.BOOL and width == 1:
        return _bits(data, begin, count)
    letter = {_Kind.UINT: "u", _Kind.FLOAT: "f", _Kind.BOOL: "u"}.get(kind, "i")
    try:
        form = np.dtype(f"{letter}{width // 8}")
    except TypeError as error:
        raise TableError(f"“{name}” holds numbers of {width} bits, which cannot be read. Give it as text.") from error
    return _memory(data, form, begin + count)[begin:]


def _missing(column: Any, numbers: NDArray[Any] | None) -> NDArray[np.bool_]:
    """Which values are missing, in the way in which the column marks them."""
    how, mark = column.describe_null
    count, begin = column.size(), column.offset
    nothing = np.zeros(count, dtype=np.bool_)
    if how == _Null.NAN and numbers is not None:
        return np.asarray(np.isnan(numbers), dtype=np.bool_)
    if how == _Null.SENTINEL and numbers is not None:
        return np.asarray(numbers == mark, dtype=np.bool_)
    validity = column.get_buffers()["validity"]
    if how not in {_Null.BITMASK, _Null.BYTEMASK} or validity is None:
        return nothing
    buffer, (_, width, *_) = validity
    bitwise = how == _Null.BITMASK or width == 1
    marks = _bits(buffer, begin, count) if bitwise else _memory(buffer, np.dtype(np.uint8), begin + count)[begin:]
    return np.asarray(marks == mark, dtype=np.bool_)


def _bits(buffer: Any, begin: int, count: int) -> NDArray[np.uint8]:
    packed = _memory(buffer, np.dtype(np.uint8), (begin + count + 7) // 8)
    return np.unpackbits(packed, bitorder="little")[begin : begin + count]


def _memory(buffer: Any, form: np.dtype[Any], count: int) -> NDArray[Any]:
    """A copy of the first `count` values of a buffer. Raises TableError where the buffer is shorter than that."""
    if count * form.itemsize > buffer.bufsize:
        raise TableError("The DataFrame says that it has more values than it holds.")
    if not count:
        return np.zeros(0, dtype=form)
    raw = (ctypes.c_char * (count * form.itemsize)).from_address(buffer.ptr)
    return np.frombuffer(bytes(raw), dtype=form, count=count)
