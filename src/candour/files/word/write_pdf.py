"""A fresh PDF of nothing but visible blocks, typeset by Typst from data alone: no text of a document becomes markup."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import typst

from candour.files.visible import Block, Document, Paragraph, Picture

_MOMENT = datetime(1980, 1, 1, tzinfo=UTC)


def to_pdf(document: Document) -> bytes:
    """The document as PDF; the same blocks give the same bytes."""
    with (
        tempfile.TemporaryDirectory(prefix="candour-pdf-") as name,
        as_file(files(__package__) / "document.typ") as template,
    ):
        folder = Path(name)
        (folder / "document.typ").write_bytes(template.read_bytes())
        blocks = [_data(block, number, folder) for number, block in enumerate(document.blocks)]
        (folder / "blocks.json").write_text(json.dumps(blocks, ensure_ascii=False), encoding="utf-8", errors="replace")
        made = typst.compile(folder / "document.typ", root=folder, format="pdf", timestamp=_MOMENT)
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made


def _data(block: Block, number: int, folder: Path) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": _clean(block.text), "level": block.level, "mark": _clean(block.list_mark)}
    if isinstance(block, Picture):
        name = f"{number}.{'jpg' if block.media_type == 'image/jpeg' else 'png'}"
        (folder / name).write_bytes(block.data)
        return {"kind": "picture", "name": name, "width": block.width * 0.75}
    width = max(len(row) for row in block.rows)
    return {"kind": "table", "columns": width, "rows": [[_clean(cell) for cell in row] for row in block.rows]}


def _clean(text: str) -> str:
    return "".join(character if character >= " " or character in "\n\t" else " " for character in text)
