"""DataFrames of any library through the interchange protocol: a stand-in always, real ones where installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.tables.csv import TableError
from candour.tables.frames import read_frame
from candour.tables.interchange import exchanged_columns
from candour.tables.read_counts import Columns, read_counts
from tables.tables import permuted, tables

INT, FLOAT, BOOL, STRING, DATETIME, CATEGORICAL = 0, 2, 20, 21, 22, 23


@dataclass
class Buffer:
    """Memory as the protocol hands it out."""

    held: np.ndarray[Any, Any]

    @property
    def ptr(self) -> int:
        """Where it begins."""
        return int(self.held.ctypes.data)

    @property
    def bufsize(self) -> int:
        """How many bytes it has."""
        return int(self.held.nbytes)


@dataclass
class Column:
    """A column of the stand-in: its kind, values, and how missing values are marked."""

    kind: int
    values: list[Any]
    form: str = ""
    missing: str = "none"
    offset: int = 0
    categories: Column | None = None
    chunks: int = 1
    describe_categorical: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.describe_categorical = {"is_dictionary": True, "categories": self.categories}
        self._data, self._offsets = self._filled()
        gone = [value is None for value in [*[0] * self.offset, *self.values]]
        packed = np.packbits(~np.array(gone, dtype=bool), bitorder="little")
        self._validity = Buffer(packed if self.missing == "bits" else np.array(gone, dtype=np.uint8))

    def _filled(self) -> tuple[Buffer, Buffer | None]:
        before: list[Any] = [None] * self.offset
        if self.kind == STRING:
            letters = [("junk" if value is None else value).encode() for value in [*before, *self.values]]
            ends = np.cumsum([0, *(len(word) for word in letters)]).astype(np.int64)
            return Buffer(np.frombuffer(b"".join(letters) + b"\0", dtype=np.uint8)), Buffer(ends)
        form = {FLOAT: np.float64, BOOL: np.uint8}.get(self.kind, np.int64)
        hole = np.nan if self.missing == "nan" else -1 if self.missing == "sentinel" else 0
        return Buffer(np.array([hole if v is None else v for v in [*before, *self.values]], dtype=form)), None

    @property
    def dtype(self) -> tuple[int, int, str, str]:
        """Kind, bits, Arrow format, order of bytes."""
        width = {STRING: 8, BOOL: 8}.get(self.kind, 64)
        return self.kind, width, self.form, "="

    @property
    def describe_null(self) -> tuple[int, Any]:
        """How a missing value is marked, and by what."""
        return {"none": (0, None), "nan": (1, None), "sentinel": (2, -1), "bits": (3, 0), "bytes": (4, 1)}[self.missing]

    def size(self) -> int:
        """How many values there are."""
        return len(self.values)

    def get_chunks(self) -> list[Column]:
        """The column in one piece or in two."""
        if self.chunks == 1:
            return [self]
        half = len(self.values) // 2
        parts = (self.values[:half], self.values[half:])
        return [Column(self.kind, part, self.form, self.missing, self.offset, self.categories) for part in parts]

    def get_buffers(self) -> dict[str, Any]:
        """The memory of the values, of the marks of missing ones and of the ends of words."""
        width = self.dtype[1]
        kind = INT if self.kind in {CATEGORICAL, DATETIME} else self.kind
        validity = (self._validity, (BOOL, 1 if self.missing == "bits" else 8, "", "="))
        return {
            "data": (self._data, (kind, width, "", "=")),
            "validity": validity if self.missing in {"bits", "bytes"} else None,
            "offsets": (self._offsets, (INT, 64, "l", "=")) if self._offsets else None,
        }


@dataclass
class Frame:
    """A DataFrame that is nothing but the protocol."""

    columns: dict[str, Column]

    def __dataframe__(self, *, nan_as_null: bool = False, allow_copy: bool = True) -> Frame:
        return self

    def column_names(self) -> list[str]:
        """The headings."""
        return list(self.columns)

    def num_rows(self) -> int:
        """How many rows there are."""
        return max((column.size() for column in self.columns.values()), default=0)

    def get_column_by_name(self, name: str) -> Column:
        """One column."""
        return self.columns[name]


def strings(*values: str | None, **more: Any) -> Column:
    return Column(STRING, list(values), "u", **more)


def counted(*values: int, **more: Any) -> Column:
    return Column(INT, list(values), "l", **more)


@given(tables(), st.integers(0, 5), st.sampled_from([1, 2]), st.integers(0, 99))
def test_a_frame_of_cells_is_read_as_the_same_cells_in_text(table: Any, offset: int, chunks: int, seed: int) -> None:
    other = permuted(table, seed)
    places = list(np.ndindex(*other.counts.shape))
    more: dict[str, Any] = {"offset": offset, "chunks": chunks}
    columns = {
        d.name: strings(*(other.innermost(place)[at] for place in places), **more)
        for at, d in enumerate(other.dimensions)
    }
    hierarchy = {}
    for at, dimension in enumerate(other.dimensions):
        if dimension.levels:
            hierarchy[dimension.name] = f"{dimension.name} group"
            columns[f"{dimension.name} group"] = strings(*(dimension.levels[0][place[at]] for place in places), **more)
    columns["freq"] = counted(*(int(other.counts[place]) for place in places), **more)
    read = read_frame(Frame(columns), Columns("freq", hierarchy))
    assert read.dimensions == other.dimensions
    assert np.array_equal(read.counts, other.counts)
    text = "\n".join(
        ",".join(row) for row in zip(*([name, *map(str, c.values)] for name, c in columns.items()), strict=True)
    )
    assert np.array_equal(read_counts(text, Columns("freq", hierarchy)).counts, read.counts)


def test_one_row_for_each_case() -> None:
    frame = Frame({"offence": strings("Theft", "Arson", "Theft"), "year": counted(2019, 2019, 2020)})
    read = read_frame(frame, Columns(unit="people"))
    assert read.value(("Theft", "Total")) == 2 and read.unit == "people"
    assert read.dimensions[1].categories == ("2019", "2020")


def test_kinds_of_columns_become_labels() -> None:
    frame = Frame(
        {
            "outcome": Column(CATEGORICAL, [1, 0, 1], categories=strings("charged", "no  action")),
            "dismissed": Column(BOOL, [True, False, True]),
            "on": Column(DATETIME, [0, 86_400_000, 90_061_500], form="tsm:"),
            "from": Column(DATETIME, [0, 1, 365], form="tdD"),
            "grade": Column(FLOAT, [1.0, 2.0, 1.0]),
        }
    )
    labels = {d.name: d.categories for d in read_frame(frame, Columns()).dimensions}
    assert labels == {
        "outcome": ("no action", "charged"),
        "dismissed": ("yes", "no"),
        "on": ("1970-01-01", "1970-01-02", "1970-01-02 01:01:01.500000"),
        "from": ("1970-01-01", "1970-01-02", "1971-01-01"),
        "grade": ("1", "2"),
    }


@pytest.mark.parametrize("missing", ["bits", "bytes"])
@pytest.mark.parametrize("offset", [0, 3])
def test_a_missing_category_is_refused(missing: str, offset: int) -> None:
    frame = Frame({"offence": strings("Theft", None, missing=missing, offset=offset), "freq": counted(1, 2)})
    with pytest.raises(TableError, match="Line 2: offence is empty"):
        read_frame(frame, Columns("freq"))


@pytest.mark.parametrize(("kind", "missing"), [(FLOAT, "nan"), (INT, "sentinel"), (INT, "bits"), (FLOAT, "bytes")])
def test_a_missing_count_is_refused_and_names_the_cell(kind: int, missing: str) -> None:
    frame = Frame({"offence": strings("Theft", "Arson"), "freq": Column(kind, [7, None], missing=missing)})
    with pytest.raises(TableError, match="Line 2: offence Arson is “”"):
        read_frame(frame, Columns("freq"))


def test_counts_that_are_no_counts_are_refused() -> None:
    for kind, value in ((INT, -1), (FLOAT, 1.5), (FLOAT, float("inf"))):
        frame = Frame({"offence": strings("Theft"), "freq": Column(kind, [value])})
        with pytest.raises(TableError, match="offence Theft"):
            read_frame(frame, Columns("freq"))


def test_whole_numbers_may_come_as_floats() -> None:
    frame = Frame({"offence": strings("Theft"), "freq": Column(FLOAT, [7.0])})
    assert read_frame(frame, Columns("freq")).counts.tolist() == [7]


def test_only_the_columns_that_are_asked_for_are_read() -> None:
    frame = Frame({"offence": strings("Theft"), "notes": Column(99, [0]), "freq": counted(7)})
    assert read_frame(frame, Columns("freq", by=("offence",))).counts.tolist() == [7]
    with pytest.raises(TableError, match="“notes” holds values of a kind"):
        read_frame(frame, Columns("freq"))
    with pytest.raises(TableError, match="no column “year”"):
        read_frame(frame, Columns("freq", by=("year", "offence")))


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(TableError, match="A list is no DataFrame"):
        read_frame([1], Columns())  # type: ignore[arg-type]
    with pytest.raises(TableError, match="no column"):
        read_frame(Frame({}), Columns())
    with pytest.raises(TableError, match="no rows"):
        read_frame(Frame({"offence": strings()}), Columns())


def test_a_frame_that_claims_more_than_it_holds_is_refused() -> None:
    column = counted(1, 2)
    column._data = Buffer(np.zeros(1, dtype=np.int64))
    with pytest.raises(TableError, match="more values than it holds"):
        read_frame(Frame({"offence": strings("Theft", "Arson"), "freq": column}), Columns("freq"))


ROWS = {
    "offence": ["Theft", "Arson, endangering life", "Theft", "Arson, endangering life"],
    "group": ["property"] * 4,
    "year": [2019, 2019, 2020, 2020],
    "on": [date(2020, 1, 1)] * 4,
    "freq": [7, 0, 3, 12],
}


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_real_libraries_where_they_are_installed(library: str) -> None:
    module = pytest.importorskip(library)
    make = module.table if library == "pyarrow" else module.DataFrame
    columns = Columns("freq", {"offence": "group"}, by=("offence", "year"))
    read = read_frame(make(ROWS), columns)
    assert read.counts.tolist() == [[7, 3], [0, 12]]
    assert read.value(("property", "2019")) == 7
    cases = read_frame(make({"offence": ["Theft", "Arson", "Theft"], "held": [True, False, True]}), Columns())
    assert cases.counts.tolist() == [[2, 0], [0, 1]]
    dated = read_frame(make(ROWS), Columns("freq", by=("on", "offence", "year")))
    assert dated.dimensions[0].categories == ("2020-01-01",)
    with pytest.raises(TableError, match="Line 2: offence is empty"):
        read_frame(make({"offence": ["Theft", None], "freq": [1, 2]}), Columns("freq"))
    sliced = make(ROWS)[1:4] if library != "pyarrow" else make(ROWS).slice(1, 3)
    assert read_frame(sliced, columns).counts.tolist() == [[0, 12], [0, 3]]


def test_pandas_through_the_older_protocol() -> None:
    pandas = pytest.importorskip("pandas")
    found = exchanged_columns(pandas.DataFrame(ROWS), lambda names: [name for name in names if name != "on"])
    assert found == {name: [str(value) for value in values] for name, values in ROWS.items() if name != "on"}
    with pytest.raises(TableError, match="“on” holds values that cannot be read"):
        exchanged_columns(pandas.DataFrame(ROWS), lambda names: names)


def test_pandas_without_arrow_is_read_through_the_older_protocol() -> None:
    """Pandas offers Arrow's interface even where Arrow is not installed, and then fails to keep the promise."""

    class WithoutArrow(Frame):
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise ImportError("pyarrow is not installed")

    frame = WithoutArrow({"offence": strings("Theft", "Arson"), "freq": counted(1, 2)})
    assert read_frame(frame, Columns("freq")).counts.tolist() == [1, 2]
