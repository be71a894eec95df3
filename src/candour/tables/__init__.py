"""Tables of figures as values: read from what a person pastes, written as CSV that is safe to open."""

from candour.tables.csv import TableError, read_cells, write_csv

__all__ = ["TableError", "read_cells", "write_csv"]
