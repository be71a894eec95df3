"""Parts of an OOXML workbook that no reader is shown: data behind pivots, links, notes, logs. ECMA-376 part 1, 18."""

from __future__ import annotations

from collections.abc import Callable

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.markup import Element, Streamed, attribute, local, parse, text_of
from candour.files.masked import listed, masked
from candour.files.office.parts import OfficeParts
from candour.files.opc import Package

_TRUE = {"1", "true"}
_BINARY = {
    "pivotTable": "X.pivot_table",
    "pivotCacheDefinition": "X.pivot_shared_items",
    "pivotCacheRecords": "X.pivot_records",
    "slicerCache": "X.slicer_cache",
    "slicer": "X.slicer_cache",
    "timelineCache": "X.timeline_cache",
    "timeline": "X.timeline_cache",
    "queryTable": "X.query_table",
    "comments": "X.comments",
    "table": "X.table",
    "xmlMaps": "X.xml_map",
    "tableSingleCells": "X.xml_map",
    "volatileDependencies": "X.volatile",
}
"""The code of a part that is written as records instead of markup, as in XLSB."""

_ITEMS = {"s", "n", "d", "b", "e"}


class HiddenParts:
    """Reads the parts that belong to workbooks alone, by the type of the relationship that leads to them."""

    def __init__(self, package: Package, inspected: Inspected, office: OfficeParts) -> None:
        self.package = package
        self.inspected = inspected
        self.office = office
        self.fields: dict[str, list[str]] = {}
        """The names of the columns behind each list of pivot records."""
        self._readers: dict[str, Callable[[str], None]] = {
            "pivotTable": self.pivot_table,
            "pivotCacheDefinition": self.pivot_definition,
            "pivotCacheRecords": self.pivot_records,
            "slicerCache": lambda part: self.items("X.slicer_cache", part),
            "slicer": lambda part: self.items("X.slicer_cache", part),
            "timelineCache": lambda part: self.items("X.timeline_cache", part),
            "timeline": lambda part: self.items("X.timeline_cache", part),
            "powerPivotData": lambda part: self.whole("X.data_model", part),
            "connections": self.connections,
            "queryTable": lambda part: self.items("X.query_table", part),
            "externalLink": self.external,
            "comments": self.comments,
            "threadedComment": self.threaded,
            "person": self.persons,
            "revisionHeaders": lambda part: self.whole("X.revisions", part),
            "revisionLog": lambda part: self.whole("X.revisions", part),
            "usernames": lambda part: self.whole("X.revisions", part),
            "volatileDependencies": lambda part: self.items("X.volatile", part),
            "customProperty": lambda part: self.whole("X.custom_sheet_prop", part),
            "xmlMaps": lambda part: self.items("X.xml_map", part),
            "tableSingleCells": lambda part: self.items("X.xml_map", part),
            "namedSheetView": lambda part: self.items("X.named_view", part),
            "vmlDrawing": self.vml,
            "legacyDiagramText": lambda part: self.whole("X.vml_text", part),
            "table": self.table,
            "drawing": self.drawing,
            "sheetMetadata": self.metadata,
            "calcChain": self.calculation,
            "xlBinaryIndex": self.harmless,
            "FeaturePropertyBag": self.harmless,
        }

    def inspect(self, parts: dict[str, set[str]]) -> set[str]:
        """Every part whose relationship is known here; returns those that were read."""
        done: set[str] = set()
        ordered = sorted(parts, key=lambda part: "pivotCacheDefinition" not in parts[part])
        for part in ordered:
            kind = next((kind for kind in parts[part] if kind in self._readers), None)
            if kind is None and any(
                kind.startswith(("rdRichValue", "rdArray", "rdSupporting", "richStyles")) for kind in parts[part]
            ):
                self.whole("X.richdata", part)
            elif kind is None or not self._present(part):
                continue
            elif kind in _BINARY and not self._is_markup(part):
                self.whole(_BINARY[kind], part)
            else:
                self._readers[kind](part)
            self.inspected.know()
            done.add(part)
        return done

    def _present(self, part: str) -> bool:
        return part in self.package.types

    def _is_markup(self, part: str) -> bool:
        with self.package.archive.open(part) as stream:
            return stream.read(200).lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith(b"<")

    def _root(self, part: str) -> Element:
        return parse(self.package.archive.read(part), part)

    def add(self, code: str, part: str, count: int, evidence: str = "") -> None:
        """A finding in a part."""
        self.inspected.findings.append(found(code, part, count, evidence))

    def hide(self, *texts: str | None) -> None:
        """Words that nobody is shown."""
        for text in texts:
            if text:
                self.inspected.hidden.add(text)

    def whole(self, code: str, part: str) -> None:
        """A part that is a finding as a whole."""
        self.office.report(code, part, self.package.archive.read(part))

    def harmless(self, part: str) -> None:
        """A part with numbers only."""
        self.office.hide_bytes(self.package.archive.read(part))

    def calculation(self, part: str) -> None:
        """The order of calculation: names of cells, and nothing else."""
        data = self.package.archive.read(part)
        if data.lstrip(b"\xef\xbb\xbf").startswith(b"<"):
            names = {local(element) for element in parse(data, part)}
            if names - {"c", "extLst"}:
                self.inspected.wonder(f"{part}: {listed(sorted(names - {'c', 'extLst'}))}")

    def items(self, code: str, part: str) -> None:
        """A part of markup whose attributes and texts are values that nobody is shown."""
        words: list[str] = []
        count = 0
        for element in self._root(part).iter():
            values = [str(value) for key, value in element.attrib.items() if "uid" not in str(key).lower()]
            self.hide(element.text, *values)
            if local(element) in {"i", "item", "pt", "tp", "queryTableField", "slicer", "timeline", "nsvFilter"}:
                count += 1
            words += [value for name in ("name", "n", "v", "caption", "sourceName") if (value := element.get(name))]
            if element.text and element.text.strip():
                words.append(element.text.strip())
        self.add(code, part, count or len(words), masked("; ".join(dict.fromkeys(words))))

    def pivot_table(self, part: str) -> None:
        """A pivot table: the items that it filters out."""
        root = self._root(part)
        filtered = [
            element for element in root.iter() if local(element) == "item" and (element.get("h") or "") in _TRUE
        ]
        names = [value for element in root.iter() for key in ("name", "caption", "n") if (value := element.get(key))]
        self.hide(*names)
        if filtered:
            self.add("X.pivot_hidden_items", part, len(filtered), masked(root.get("name") or ""))
        self.add("X.pivot_table", part, 1, masked(root.get("name") or ""))

    def pivot_definition(self, part: str) -> None:
        """What a pivot cache says of its source, and the different values of each column."""
        root = self._root(part)
        self._who(root, part)
        names, values = [], 0
        for element in root.iter():
            if local(element) == "cacheField":
                names.append(element.get("name") or "?")
                self.hide(element.get("name"), element.get("caption"), element.get("formula"))
            elif local(element) == "sharedItems":
                for item in element:
                    if local(item) in _ITEMS:
                        values += 1
                        self.hide(item.get("v"))
            elif local(element) in {"groupItems", "calculatedItem", "cacheHierarchy"}:
                self.hide(*(child.get("v") for child in element), element.get("uniqueName"))
        self._source(root, part)
        for arrow in self.package.of(part):
            if arrow.type == "pivotCacheRecords":
                self.fields[arrow.target] = names
        if values:
            self.add("X.pivot_shared_items", part, values, f"{len(names)} columns: {listed(names)}")

    def _who(self, root: Element, part: str) -> None:
        if who := attribute(root, "refreshedBy"):
            self.hide(who)
            self.add("X.pivot_refreshed_by", part, 1, masked(who))

    def _source(self, root: Element, part: str) -> None:
        for element in root.iter():
            if local(element) in {"worksheetSource", "rangeSet", "cacheSource"}:
                words = [value for key in ("sheet", "name", "ref", "connectionId") if (value := element.get(key))]
                self.hide(*words)
                if local(element) != "cacheSource" and words:
                    self.add("X.pivot_source", part, 1, masked("; ".join(words)))

    def pivot_records(self, part: str) -> None:
        """The rows behind a pivot table."""
        rows = 0
        columns = 0
        with self.package.archive.open(part) as stream:
            streamed = Streamed(stream, part, "r")
            for record in streamed.elements():
                rows += 1
                columns = max(columns, len(record))
                for item in record:
                    self.hide(item.get("v"))
        names = self.fields.get(part, [])
        evidence = f"{rows:,} rows × {max(columns, len(names))} columns behind a pivot table: {listed(names, 10)}"
        if rows:
            self.add("X.pivot_records", part, rows, evidence)

    def connections(self, part: str) -> None:
        """Connections: where the data came from, and with which words."""
        data = self.package.archive.read(part)
        if not data.lstrip(b"\xef\xbb\xbf").startswith(b"<"):
            self.office.report("X.connections", part, data)
            return
        root = parse(data, part)
        names = [element.get("name") or "?" for element in root if local(element) == "connection"]
        for element in root.iter():
            self.hide(*map(str, element.attrib.values()), element.text)
        self.add("X.connection", part, len(names), masked("; ".join(names)))

    def external(self, part: str) -> None:
        """A link to another workbook or program, with the values copied from there."""
        data = self.package.archive.read(part)
        if not data.lstrip(b"\xef\xbb\xbf").startswith(b"<"):
            self.office.report("X.external_cache", part, data)
            self.add("X.external_link", part, 1)
            return
        cells = 0
        sheets: list[str] = []
        kinds: set[str] = set()
        values = 0
        for element in parse(data, part).iter():
            name = local(element)
            kinds.add(name)
            if name == "cell":
                cells += 1
                self.hide(text_of(element))
            elif name == "value":
                values += 1
                self.hide(text_of(element))
            elif name in {"sheetName", "definedName"}:
                sheets.append(element.get("val") or element.get("name") or "?")
                self.hide(element.get("val"), element.get("name"), element.get("refersTo"))
            elif name in {"ddeLink", "ddeItem", "oleItem", "oleLink"}:
                self.hide(*map(str, element.attrib.values()))
        if "ddeLink" in kinds:
            self.add("X.dde_link", part, max(values, 1))
        elif "oleLink" in kinds:
            self.add("X.ole_link", part, 1)
        if cells:
            evidence = f"{cells:,} cells of another workbook: {listed(masked(sheet, 40) for sheet in sheets)}"
            self.add("X.external_cache", part, cells, evidence)
        self.add("X.external_link", part, 1, listed(masked(sheet, 40) for sheet in sheets))

    def comments(self, part: str) -> None:
        """Notes with their authors."""
        root = self._root(part)
        notes = [text_of(element) for element in root.iter() if local(element) == "comment"]
        authors = [text_of(element) for element in root.iter() if local(element) == "author" and text_of(element)]
        self.hide(*notes, *authors)
        if notes:
            self.add("X.comments", part, len(notes), masked("; ".join(notes)))
        if authors:
            self.add("X.comment_authors", part, len(authors), masked("; ".join(authors)))

    def threaded(self, part: str) -> None:
        """Comments in threads, also those that were resolved."""
        root = self._root(part)
        texts = [text_of(element) for element in root if local(element) == "threadedComment"]
        self.office.hide_markup(self.package.archive.read(part), part)
        self.hide(*texts)
        self.add("X.threaded_comments", part, len(texts), masked("; ".join(texts)))

    def persons(self, part: str) -> None:
        """Persons with their accounts."""
        people = [element for element in self._root(part) if local(element) == "person"]
        for person in people:
            self.hide(*map(str, person.attrib.values()))
        if people:
            names = "; ".join(person.get("displayName") or "?" for person in people)
            self.add("X.persons", part, len(people), masked(names))

    def vml(self, part: str) -> None:
        """Old-style drawings: the boxes of notes, buttons, pictures of headers."""
        hidden = 0
        words: list[str] = []
        for element in self._lenient(part).iter():
            if local(element) in {"shape", "rect", "oval"} and not _is_note(element):
                hidden += "visibility:hidden" in (element.get("style") or "").replace(" ", "").lower()
            if local(element) == "textbox":
                words.append(" ".join(text_of(element).split()))
            self.hide(element.get("alt"), element.get("title"), attribute(element, "title"))
            if local(element) in {"FmlaMacro", "FmlaLink", "FmlaRange", "FmlaTxbx"}:
                self.hide(element.text)
        shown = [word for word in words if word]
        self.hide(*shown)
        if hidden:
            self.add("O.hidden_vml_shape", part, hidden, masked("; ".join(shown)))
        elif shown:
            self.add("X.vml_text", part, len(shown), masked("; ".join(shown)))
        if any(arrow.type == "image" for arrow in self.package.of(part)):
            self.add("X.hf_picture", part, sum(arrow.type == "image" for arrow in self.package.of(part)))

    def _lenient(self, part: str) -> Element:
        """VML is not always well-formed: it may hold HTML's unclosed line breaks."""
        data = self.package.archive.read(part)
        return parse(data.replace(b"<br>", b"<br/>").replace(b"<BR>", b"<BR/>"), part)

    def table(self, part: str) -> None:
        """A table: its name, the names of its columns, and words that no cell shows."""
        data = self.package.archive.read(part)
        if not data.lstrip(b"\xef\xbb\xbf").startswith(b"<"):
            self.office.hide_bytes(data)
            return
        root = parse(data, part)
        words = []
        for element in root.iter():
            if local(element) == "table":
                words += [value for key in ("comment",) if (value := element.get(key))]
                self.hide(element.get("name"), element.get("displayName"))
            elif local(element) == "tableColumn":
                self.hide(element.get("name"))
                words += [
                    value for key in ("totalsRowLabel",) if (value := element.get(key)) and not self.office.seen(value)
                ]
                name = element.get("name") or ""
                if not self.office.seen(name) and not name.startswith("Column"):
                    words.append(name)
            elif local(element) in {"calculatedColumnFormula", "totalsRowFormula"}:
                self.hide(element.text)
            elif local(element) == "filterColumn":
                values = [value for child in element.iter() if (value := child.get("val"))]
                self.hide(*values)
                self.add("X.filter_active", part, 1, masked("; ".join(values)))
        if words:
            self.hide(*words)
            self.add("X.table", part, len(words), masked("; ".join(words)))

    def drawing(self, part: str) -> None:
        """Pictures, shapes and charts on a sheet."""
        before = len(self.office.words)
        self.office.drawing(part, self.package.archive.read(part))
        words = self.office.words[before:]
        if words:
            self.hide(*words)
            self.add("X.textbox", part, len(words), masked("; ".join(words)))

    def metadata(self, part: str) -> None:
        """Metadata of cells: flags for new kinds of formula, and sometimes words of a cube."""
        data = self.package.archive.read(part)
        if not data.lstrip(b"\xef\xbb\xbf").startswith(b"<"):
            self.office.hide_bytes(data)
            return
        words = [
            value
            for element in parse(data, part).iter()
            if local(element) in {"s", "t", "n", "p"}
            if (value := element.get("v"))
        ]
        self.hide(*words)
        if words:
            self.add("X.metadata", part, len(words), masked("; ".join(words)))


def _is_note(element: Element) -> bool:
    return any(local(child) == "ClientData" and child.get("ObjectType") == "Note" for child in element)
