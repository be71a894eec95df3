"""What a rebuild of running text hands over: a fresh DOCX, and a PDF of it that takes the way of every PDF."""

from __future__ import annotations

from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.visible import Document, tokens_of
from candour.files.word.write_docx import to_docx
from candour.files.word.write_pdf import to_pdf

LONGEST_PDF = 300_000
"""Characters: about a hundred pages. A longer text is handed over as DOCX alone."""


def rebuilt_document(inspected: Inspected, context: Context) -> Rebuilt:
    """The outputs of a document. Raises `Blocked` when its inspection says that nobody can tell what is visible."""
    document = inspected.visible
    assert isinstance(document, Document)
    if inspected.blocked:
        raise Blocked(inspected.blocked)
    lost = list(inspected.lost)
    if not document.blocks:
        lost = [*lost, "everything: the file shows no text and no picture that can be rebuilt"]
    outputs = [Output(f"{context.stem}.docx", "docx", to_docx(document), document)]
    pdf = _pdf(document, context)
    if isinstance(pdf, Output):
        outputs.append(pdf)
    else:
        lost = [*lost, f"a PDF beside the DOCX ({pdf})"]
    return Rebuilt(outputs, document, lost)


def _pdf(document: Document, context: Context) -> Output | str:
    """The document as a PDF that is proved as every PDF is; or why there is none."""
    if sum(len(text) for text in document.texts()) > LONGEST_PDF:
        return "the text is too long"
    try:
        outputs = context.rebuild_inner(to_pdf(document), f"{context.stem}.pdf").outputs
    except Blocked:
        return "this installation cannot check one"
    (output,) = outputs
    visible = {token for text in document.texts() for token in tokens_of(text)}
    seen = {token for text in (output.shows.texts() if output.shows else ()) for token in tokens_of(text)}
    return output if seen <= visible else "words would be broken at the ends of lines"
