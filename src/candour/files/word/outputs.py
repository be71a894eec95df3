"""What a rebuild of running text hands over: a fresh DOCX, and a PDF where this installation can prove one."""

from __future__ import annotations

from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.kinds import Kind, format_of
from candour.files.visible import Document
from candour.files.word.write_docx import to_docx
from candour.files.word.write_pdf import to_pdf


def rebuilt_document(inspected: Inspected, context: Context, lost: list[str]) -> Rebuilt:
    """The outputs of a document. Raises `Blocked` when nothing is visible."""
    document = inspected.visible
    assert isinstance(document, Document)
    if inspected.blocked:
        raise Blocked(inspected.blocked)
    if not document.blocks:
        raise Blocked("Nothing in the file is visible, so there is nothing to rebuild.")
    outputs = [Output(f"{context.stem}.docx", "docx", to_docx(document), document)]
    try:
        format_of(Kind.PDF)
    except Blocked:
        lost = [*lost, "a PDF beside the DOCX (this installation cannot check one)"]
    else:
        outputs.append(Output(f"{context.stem}.pdf", "pdf", to_pdf(document), document))
    return Rebuilt(outputs, document, lost)
