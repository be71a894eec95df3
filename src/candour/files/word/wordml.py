"""Word 2003 XML: a document as one flat tree. The schemas of Office 2003 that Microsoft published (wordnet.xsd)."""

from __future__ import annotations

import re
from copy import deepcopy

from candour.files.catalogue import found
from candour.files.format import Context, Inspected, Rebuilt
from candour.files.markup import Element, comments_in, local, parse
from candour.files.masked import masked, plain
from candour.files.office.sweep import Sweep
from candour.files.residue import words_in
from candour.files.visible import Visible
from candour.files.word import docx
from candour.files.word.outputs import rebuilt_document
from candour.files.word.wordml_names import vocabulary
from candour.files.word.wordml_package import Unpacked, unpacked

_PLACE = "document"
_INSTRUCTION = 'progid="Word.Document"'
_NUMBERED = re.compile(r"wordml://[0-9A-Fa-f]{1,8}\.\w{3,4}|(?:edit|ole)data\.mso")
"""What Word itself calls the pictures and the stores in a flat document."""

_HARMLESS_TEMPLATES = {"", "normal", "normal.dot", "normal.dotm"}


def inspect(data: bytes, context: Context) -> Inspected:
    """Everything in a flat document. Raises `Blocked`."""
    root = parse(data, _PLACE)
    taken = unpacked(deepcopy(root))
    inspected = docx.inspect(taken.package, context)
    for name in taken.unknown:
        inspected.wonder(name)
    _properties(taken, inspected)
    _stored(taken, inspected, context)
    remarks = [text for text in comments_in(root) if text != _INSTRUCTION]
    for text in remarks:
        inspected.hidden.add(text)
    if remarks:
        inspected.findings.append(found("O.markup_comment", _PLACE, len(remarks), masked("; ".join(remarks[:3]))))
    _leave_no_word(root, inspected)
    return inspected


def rebuild(data: bytes, context: Context) -> Rebuilt:
    """The accepted view as a fresh DOCX and PDF. Raises `Blocked`."""
    return rebuilt_document(context.inspected or inspect(data, context), context)


def read_again(data: bytes) -> Visible:
    """What python-docx sees in the DOCX that a rebuild made."""
    return docx.read_again(data)


def _properties(taken: Unpacked, inspected: Inspected) -> None:
    telling = [
        (name, text)
        for name, text in taken.properties
        if text
        and name not in vocabulary("counts")
        and not (name == "Template" and text.casefold() in _HARMLESS_TEMPLATES)
    ]
    for code, entries in (("O.core_props", telling), ("O.custom_props", taken.custom)):
        for name, text in entries:
            inspected.hidden.add(text)
            if code == "O.custom_props":
                inspected.hidden.add(name)
        if entries:
            shown = "; ".join(f"{plain(name, 40)} {masked(text, 40)}" for name, text in entries[:6])
            inspected.findings.append(found(code, "properties", len(entries), shown))
        inspected.know()
    if taken.smart_tags:
        for text in taken.smart_tags:
            inspected.hidden.add(text)
        inspected.findings.append(
            found("D.settings", _PLACE, len(taken.smart_tags), masked("; ".join(taken.smart_tags[:4])))
        )


def _stored(taken: Unpacked, inspected: Inspected, context: Context) -> None:
    """Macros, tool bars and objects, which a flat document keeps as one store."""
    for name, content in taken.stored:
        for text in words_in(content, context.budget):
            inspected.hidden.add(text)
        code = "O.vba" if name == "docSuppData" else "O.embedding"
        inspected.findings.append(found(code, name, len(content)))
        inspected.know()


def _leave_no_word(root: Element, inspected: Inspected) -> None:
    """Hold every text and every attribute of the file itself against what is shown and what was found."""
    for element in root.iter():
        if local(element) == "binData":
            element.text = None  # a picture or a store, which was looked into as such
        for name, text in list(element.attrib.items()) if local(element) in {"binData", "imagedata"} else ():
            if _NUMBERED.fullmatch(str(text)):
                del element.attrib[name]
    sweep = Sweep()
    sweep.take(root, _PLACE)
    sweep.report(inspected)
