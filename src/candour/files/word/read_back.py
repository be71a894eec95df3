"""A second, independent reader for the DOCX that a rebuild writes: python-docx."""

from __future__ import annotations

import io

import docx
from docx.table import Table as DocxTable

from candour.files.findings import Blocked
from candour.files.visible import Document, Paragraph, Table


def read_docx(data: bytes) -> Document:
    """The paragraphs and tables of a DOCX as python-docx gives them. Raises `Blocked` when it cannot read the file."""
    try:
        opened = docx.Document(io.BytesIO(data))
        document = Document()
        for block in opened.iter_inner_content():
            if isinstance(block, DocxTable):
                document.blocks.append(Table(tuple(tuple(cell.text for cell in row.cells) for row in block.rows)))
            else:
                document.blocks.append(Paragraph(block.text))
    except Exception as error:  # noqa: BLE001  a reader that fails is a reader that sees something else
        raise Blocked(f"A second reader cannot read the file ({type(error).__name__}).") from None
    return document
