"""XML from a stranger: no entities, no network, no document type, bounded depth."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO

from lxml import etree

from candour.files.findings import Blocked

_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_PROLOGUE = 4096

Element = etree._Element
"""The name under which lxml's types are written."""


def parse(data: bytes, part: str) -> Element:
    """The root of a part. Raises `Blocked` for markup that is broken or declares a document type."""
    _refuse_doctype(data[:_PROLOGUE], part)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Blocked(f"The file is damaged: {part} cannot be read ({error.msg}). Ask for it again.") from None


def walk(stream: IO[bytes] | bytes, part: str, *, tags: tuple[str, ...] | None = None) -> Iterator[tuple[str, Element]]:
    """Start and end events of a part of any size. The caller clears what it has read.

    Raises `Blocked` for markup that is broken or declares a document type.
    """
    source = io.BytesIO(stream) if isinstance(stream, bytes) else stream
    head = source.read(_PROLOGUE)
    _refuse_doctype(head, part)
    events = etree.iterparse(
        _Resumed(head, source),
        events=("start", "end"),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=False,
    )
    try:
        yield from events
    except etree.XMLSyntaxError as error:
        raise Blocked(f"The file is damaged: {part} cannot be read ({error.msg}). Ask for it again.") from None


def local(element: Element) -> str:
    """The name of an element without its namespace; an empty text for a comment or an instruction."""
    tag = element.tag
    return str(tag).rpartition("}")[2] if element.__class__ is Element else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its name, whatever its namespace."""
    value = element.get(name)
    if value is not None:
        return value
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def text_of(element: Element) -> str:
    """All text inside an element."""
    return "".join(str(text) for text in element.itertext())


def comments_in(root: Element) -> Iterator[str]:
    """Comments and instructions anywhere in a part, also before and after its root."""
    for node in (*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()):
        if not local(node) and (text := str(node.text or "").strip()):
            yield text


def _refuse_doctype(head: bytes, part: str) -> None:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.decode("utf-16", "ignore").encode()
    if _DOCTYPE.search(head):
        raise Blocked(
            f"The file declares a document type in {part}, which no office program writes. It may be an attack."
        )


class _Resumed:
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return head
        return self._rest.read(size)


class Streamed:
    """A part of any size, one kind of element at a time; everything else stays in `root` for afterwards.

    `elements` yields each element of the name (under a parent of that name, where one is given) once it is complete
    and forgets it afterwards.
    """

    def __init__(self, stream: IO[bytes], part: str, name: str, parent: str = "") -> None:
        self._parent = parent
        self._stream = stream
        self._part = part
        self._name = name
        self.root: Element | None = None

    def elements(self) -> Iterator[Element]:
        """The elements, in order. Raises `Blocked` for markup that is broken or declares a document type."""
        head = self._stream.read(_PROLOGUE)
        _refuse_doctype(head, self._part)
        events = etree.iterparse(
            _Resumed(head, self._stream),
            events=("end",),
            tag="{*}" + self._name,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            remove_comments=False,
        )
        try:
            for _, element in events:
                parent = element.getparent()
                if self._parent and (parent is None or local(parent) != self._parent):
                    continue
                yield element
                element.clear()
                if parent is not None:
                    while len(parent) and parent[0] is not element:
                        del parent[0]
        except etree.XMLSyntaxError as error:
            raise Blocked(
                f"The file is damaged: {self._part} cannot be read ({error.msg}). Ask for it again."
            ) from None
        self.root = events.root
