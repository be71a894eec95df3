"""DOC, the binary format of Word 97 to 2003. [MS-DOC]; [MS-CFB]."""

from __future__ import annotations

import contextlib
import struct

from candour.files.catalogue import found
from candour.files.cfb import Compound, open_compound
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.masked import masked
from candour.files.office import pictures
from candour.files.residue import words_in
from candour.files.visible import Block, Document, Paragraph, Visible
from candour.files.word.doc_file import DocFile, Unreliable, changes_in, is_complex, open_doc, strings_in
from candour.files.word.doc_text import DocText
from candour.files.word.gathered import Gathered
from candour.files.word.outputs import rebuilt_document

_PROPERTIES: tuple[str, ...] = (
    "title",
    "subject",
    "author",
    "keywords",
    "comments",
    "template",
    "last_saved_by",
    "category",
    "manager",
)
_PROPERTIES += ("company", "presentation_target", "content_type", "status")
_TELLING_TABLES = {
    51: "B.doc_revision_authors",
    71: "B.doc_savedby",
    60: "B.doc_variables",
    44: "B.doc_mailmerge",
    35: "B.doc_autosave",
    36: "B.doc_comment_authors",
}
_STREAMS = (
    ("objectpool/", "B.embedding"),
    ("macros/", "B.vba"),
    ("_vba_project_cur/", "B.vba"),
    ("msodatastore/", "B.xml_data"),
    ("_xmlsignatures", "B.signature"),
    ("_signatures", "B.signature"),
)
_HARMLESS = {"\x01compobj", "\x05summaryinformation", "\x05documentsummaryinformation", "\x01ole", "\x03objinfo"}
_MARK_LENGTH = 4


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a DOC. Raises `Blocked`, also where the visible text cannot be read reliably."""
    inspected, lost = _inspected(data, context)
    inspected.lost += lost
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The accepted view of a DOC as a fresh DOCX and PDF. Raises `Blocked`."""
    return rebuilt_document(context.inspected or inspect(data, context), context)


def read_again(data: bytes) -> Visible:
    """No rebuild writes DOC. Raises `Blocked`."""
    raise Blocked(f"A rebuild writes DOCX, not DOC ({len(data):,} bytes).")


def _inspected(data: bytes, context: Context) -> tuple[Inspected, list[str]]:
    inspected = Inspected()
    compound = open_compound(data, context.budget)
    gathered = Gathered(inspected)
    streams = {name.casefold(): name for name in compound.streams()}
    main = compound.read(streams["worddocument"])
    tables = {name: compound.read(original) for name, original in streams.items() if name in {"0table", "1table"}}
    _other_streams(compound, context, inspected, gathered)
    _properties(compound, inspected)
    _residue(compound, context, inspected)
    inspected.know(2)
    try:
        file = open_doc(main, tables)
    except Unreliable as refusal:
        if is_complex(main):
            gathered.add("B.doc_fastsave", "WordDocument", " ".join(list(words_in(main, context.budget))[:6]))
        gathered.report()
        raise Blocked(refusal.reason, tuple(inspected.findings)) from None
    except Blocked as refusal:
        gathered.add("B.encrypted", "WordDocument")
        gathered.report()
        raise Blocked(refusal.reason, tuple(inspected.findings)) from None
    unused = "0table" if file.flags & 0x0200 else "1table"
    if unused in tables:
        _words("B.doc_unused_table", streams[unused], tables[unused], context, gathered)
    _tables(file, gathered)
    text = DocText(file, gathered)
    blocks = _blocks(file, text, gathered)
    _left_over(file, context, gathered)
    gathered.report()
    inspected.visible = Document(blocks)
    lost = [f"{text.pictures} pictures or objects"] if text.pictures else []
    return inspected, lost


def _blocks(file: DocFile, text: DocText, gathered: Gathered) -> list[Block]:
    parts = text.parts()
    body = text.blocks(parts["text"])
    notes = text.blocks(parts["footnotes"]) + text.blocks(parts["endnotes"])
    boxes = text.blocks(parts["boxes"])
    above, below = _headers(file, text, parts["headers"], gathered)
    if comments := [inner for inner in text.blocks(parts["comments"]) if isinstance(inner, Paragraph)]:
        for comment in comments:
            gathered.add("B.doc_comments", "text", comment.text)
    if macros := "".join(character for character, _, _ in parts["macros"]).strip():
        gathered.add("B.doc_left_over", "text", macros)
    if floating := text.blocks(parts["header_boxes"]):
        above += [block for block in floating if block not in above]
    return [*above, *body, *boxes, *notes, *below]


def _headers(
    file: DocFile, text: DocText, characters: list[tuple[str, int, bytes]], gathered: Gathered
) -> tuple[list[Block], list[Block]]:
    """Headers and footers that some page shows, each once; the others are hidden. [MS-DOC] 2.3.3."""
    plc = file.block(11)
    count = max(0, len(plc) // 4)
    bounds = struct.unpack_from(f"<{count}I", plc, 0) if count else ()
    facing = bool(file.block(31)[:1] and file.block(31)[0] & 1)
    first = _first_pages(file)
    above: list[Block] = []
    below: list[Block] = []
    for place in range(6, len(bounds) - 1):
        kind, section = (place - 6) % 6, (place - 6) // 6
        story = text.blocks(characters[bounds[place] : bounds[place + 1]])
        shown = kind in {1, 3} or (kind in {0, 2} and facing) or (kind in {4, 5} and section in first)
        if not shown:
            if words := " ".join(Document(story).texts()).strip():
                gathered.add("B.doc_header_footer", "header", words)
            continue
        target = above if kind in {0, 1, 4} else below
        target += [block for block in story if block not in target]
    return above, below


def _first_pages(file: DocFile) -> set[int]:
    """The sections whose first page has a header of its own."""
    plc = file.block(6)
    count = (len(plc) - 4) // 16 if len(plc) >= 20 else 0
    first = set()
    for number in range(count):
        offset = struct.unpack_from("<I", plc, 4 * (count + 1) + 12 * number + 2)[0]
        if offset + 2 > len(file.main):
            continue
        length = struct.unpack_from("<H", file.main, offset)[0]
        changes = changes_in(file.main[offset + 2 : offset + 2 + length])
        if any(code == 0x300A and operand[0] for code, operand in changes):
            first.add(number)
    return first


def _tables(file: DocFile, gathered: Gathered) -> None:
    """Tables of strings beside the text: who saved it where, who changed it, variables."""
    for number, code in _TELLING_TABLES.items():
        block = file.block(number)
        if not block:
            continue
        if code in {"B.doc_variables", "B.doc_mailmerge", "B.doc_autosave"}:
            gathered.add(code, "Table", block.decode("utf-16-le", "ignore"), count=len(block))
            continue
        strings = _plain_strings(block) if number == 36 else strings_in(block)
        names = [name for name in strings if name.strip() and name != "Unknown"]
        for name in names:
            gathered.add(code, "Table", name)
    bookmarks = [name for name in strings_in(file.block(21)) if name and not name.startswith("_")]
    for name in bookmarks:
        gathered.add("B.doc_bookmark", "Table", name)
    for name in strings_in(file.block(31 + 1)):
        if name.strip() and name.casefold() not in {"normal", "normal.dot", "normal.dotm"}:
            gathered.add("B.doc_associated", "Table", name)


def _plain_strings(block: bytes) -> list[str]:
    """Strings one after another, each after its length (Xst)."""
    strings = []
    position = 0
    while position + 2 <= len(block):
        length = struct.unpack_from("<H", block, position)[0]
        strings.append(block[position + 2 : position + 2 + 2 * length].decode("utf-16-le", "replace"))
        position += 2 + 2 * length
    return strings


def _left_over(file: DocFile, context: Context, gathered: Gathered) -> None:
    """Text in the main stream that no piece shows: what a quick save replaced, and what stood there before."""
    covered = sorted((piece.offset, piece.offset + piece.size) for piece in file.pieces)
    first = struct.unpack_from("<I", file.main, 0x18)[0]
    last = min(struct.unpack_from("<I", file.main, 0x1C)[0], len(file.main))
    position = first
    gaps = []
    for start, end in covered:
        if start > position:
            gaps.append(file.main[position : min(start, last)])
        position = max(position, end)
    gaps.append(file.main[position:last])
    words = [
        word for gap in gaps for word in words_in(gap, context.budget) if sum(map(str.isalpha, word)) >= _MARK_LENGTH
    ]
    if file.complex:
        gathered.add("B.doc_fastsave", "WordDocument", " ".join(words), count=max(1, len(words)))
    elif words:
        gathered.add("B.doc_left_over", "WordDocument", " ".join(words), count=len(words))


def _other_streams(compound: Compound, context: Context, inspected: Inspected, gathered: Gathered) -> None:
    for name in compound.streams():
        lower = name.casefold()
        if lower in {"worddocument", "0table", "1table"}:
            continue
        data = compound.read(name)
        code = next((code for start, code in _STREAMS if lower.startswith(start)), None)
        if lower in _HARMLESS:
            inspected.know()
        elif lower == "data":
            inspected.know()
            for word in words_in(data, context.budget):
                inspected.hidden.add(word)
            _picture_data(name, data, gathered)
        elif code is not None:
            if code == "B.signature":
                inspected.blocked = "The file is digitally signed. Upload a copy saved without the signature."
            _words(code, name, data, context, gathered)
            inspected.know()
        elif data:
            inspected.wonder(name)
            for word in words_in(data, context.budget):
                inspected.hidden.add(word)


def _picture_data(name: str, data: bytes, gathered: Gathered) -> None:
    """What pictures in the stream of data carry beside their pixels."""
    for signature in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        start = data.find(signature)
        while start >= 0:
            for kind, content in pictures.carried(data[start:]):
                if not kind.startswith("bytes after"):
                    gathered.add("O.image_meta", name, content.decode("latin-1")[:400], shown=kind)
            start = data.find(signature, start + 8)


def _words(code: str, name: str, data: bytes, context: Context, gathered: Gathered) -> None:
    words = list(words_in(data, context.budget))
    for word in words:
        gathered.into.hidden.add(word)
    gathered.add(code, name, " ".join(words[:6]), count=max(1, len(data)))


def _properties(compound: Compound, inspected: Inspected) -> None:
    telling = []
    compound.check_properties()
    with contextlib.suppress(Exception):  # olefile raises whatever a damaged property set makes it raise
        metadata = compound.ole.get_metadata()
        for name in _PROPERTIES:
            value = getattr(metadata, name, None)
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
            if text.strip("\x00 ") and text.casefold().strip("\x00") not in {"normal", "normal.dot", "normal.dotm"}:
                telling.append(f"{name.replace('_', ' ')} {masked(text, 40)}")
                inspected.hidden.add(text)
    if telling:
        inspected.findings.append(found("B.summary_info", "properties", len(telling), "; ".join(telling)))


def _residue(compound: Compound, context: Context, inspected: Inspected) -> None:
    size = 0
    first = ""
    for place, content in compound.residue():
        for word in words_in(content, context.budget):
            inspected.hidden.add(word)
        size += len(content)
        first = first or place
    if size:
        inspected.findings.append(found("B.free_sector_residue", first, size))
