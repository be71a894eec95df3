"""What a page shows of a file, original beside rebuilt: its beginning, in bounded size, made in the sandbox.

A workbook is `sheets`, each with rows of cells. Anything else is `parts`: a document, a page, a mail, a file in an
archive. A part has a name and blocks: texts (with the level of a heading and the mark of a list), tables, and pictures
as small JPEGs in base 64.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from candour.files.pages.thumbnails import small
from candour.files.visible import Bundle, Document, Grid, Pages, Paragraph, Picture, Table, Transcript, Visible

MOST_ROWS = 2_000
MOST_COLUMNS = 40
MOST_SHEETS = 40
MOST_CELLS = 60_000
MOST_PARTS = 200
MOST_BLOCKS = 3_000
_LONGEST = 2_000


def preview(visible: Visible, pictures: Iterable[bytes] = ()) -> dict[str, Any]:
    """The beginning of what can be seen. `pictures` are its pages or frames as small JPEGs, in their order."""
    if isinstance(visible, Grid):
        return {"sheets": list(_sheets(visible)), "sheet_count": len(visible.sheets)}
    parts: list[dict[str, Any]] = []
    left = MOST_BLOCKS
    drawn = [_picture(data) for data in pictures]
    for name, blocks in islice(_parts(visible, "", drawn), MOST_PARTS):
        taken = list(islice(blocks, left))
        left -= len(taken)
        parts.append({"name": name, "blocks": taken})
        if not left:
            break
    return {"parts": parts}


def _sheets(grid: Grid) -> Iterator[dict[str, Any]]:
    left = MOST_CELLS
    for sheet in grid.sheets[:MOST_SHEETS]:
        columns = max(1, min(sheet.rows.width, MOST_COLUMNS))
        rows = [row[:MOST_COLUMNS] for row in islice(sheet.rows, min(MOST_ROWS, max(20, left // columns)))]
        left = max(0, left - columns * len(rows))
        yield {
            "name": sheet.name,
            "rows": rows,
            "row_count": sheet.rows.count,
            "column_count": sheet.rows.width,
        }


def _parts(
    visible: Visible, name: str, pictures: list[dict[str, Any]]
) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    match visible:
        case Grid():
            for sheet in visible.sheets:
                rows = [row[:MOST_COLUMNS] for row in islice(sheet.rows, 60)]
                yield _within(name, sheet.name), iter([{"rows": rows, "row_count": sheet.rows.count}])
        case Document():
            yield name or "Text", map(_block, visible.blocks)
        case Pages():
            for number, page in enumerate(visible.pages, 1):
                texts = [{"text": page.text[: 4 * _LONGEST]}] if page.text.strip() else []
                drawn = pictures[number - 1 : number]
                yield _within(name, f"Page {number}"), iter([*drawn, *texts])
        case Transcript():
            lines = [{"text": f"{header}: {value}"} for header, value in visible.headers]
            yield name or "The mail", iter([*lines, *({"text": text[:_LONGEST]} for text in visible.body)])
            for file, inner in visible.attachments:
                yield from _parts(inner, _within(name, f"Attachment {file}"), [])
        case Bundle():
            for file, inner in visible.files:
                yield from _parts(inner, _within(name, file), [])
        case _:
            yield name, ({"text": text[:_LONGEST]} for text in visible.texts())


def _within(name: str, inner: str) -> str:
    return f"{name}: {inner}" if name else inner


def _block(block: Paragraph | Table | Picture) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"text": block.text[:_LONGEST], "level": block.level, "mark": block.list_mark}
    if isinstance(block, Table):
        return {"rows": [list(row[:MOST_COLUMNS]) for row in block.rows[:60]], "row_count": len(block.rows)}
    return _picture(small(block.data)) | {"alt": block.alt}


def _picture(data: bytes) -> dict[str, Any]:
    return {"picture": base64.b64encode(data).decode("ascii")}
