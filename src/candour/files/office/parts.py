"""Every part of an office package that its own format module does not read: known by relationship, or unknown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress

from candour.files.catalogue import found
from candour.files.findings import Blocked
from candour.files.format import Context, Inspected
from candour.files.markup import comments_in, local, parse, text_of
from candour.files.masked import listed, masked, plain
from candour.files.office import pictures
from candour.files.office.charts import read_chart
from candour.files.office.drawing import read_drawing
from candour.files.office.properties import inspect_core, inspect_custom, inspect_extended
from candour.files.office.sweep import Sweep
from candour.files.opc import CONTENT_TYPES, Package, Relationship, is_relationships
from candour.files.residue import words_in

_HARMLESS = {"theme", "themeOverride", "chartStyle", "chartColorStyle", "diagramColors", "diagramLayout", "font"}
_HARMLESS |= {"diagramQuickStyle", "fontTable", "tableStyles"}
_LARGE = 20_000_000
"""Bytes of a part above which it is read as a stream by its own module alone."""

_REMARK = re.compile(rb"<!--(.*?)-->|<\?(?!xml[\s?]|mso-)(.*?)\?>", re.DOTALL)
_SIGNED = "The file is digitally signed. A rebuilt file cannot carry the signature; upload a copy saved without it."


class OfficeParts:
    """The parts of one package that any office format may have.

    `own` names the parts that the format module reads itself; `titles` the names (folded) that the list of parts in
    the properties may hold; `seen` the texts that the document shows, against which charts are held.
    """

    def __init__(self, package: Package, inspected: Inspected, context: Context) -> None:
        self.package = package
        self.inspected = inspected
        self.context = context
        self.titles: set[str] | None = None
        self.seen: Callable[[str], bool] = lambda _text: False
        self.seen_words: Callable[[str], bool] = lambda _text: False
        """Whether the document shows every word of a text."""
        self.charts = 0
        self.pictures = 0
        self.words: list[str] = []
        """What drawings and charts show as words, which the rebuild will lose."""
        self.sweep = Sweep()
        """Words of all markup that is looked at here; the format module reports on them once it knows what is shown."""
        self._kinds: dict[str, set[str]] = defaultdict(set)
        for arrows in package.relationships.values():
            for arrow in arrows:
                if not arrow.external:
                    self._kinds[arrow.target].add(arrow.type)

    def inspect(self, own: Iterable[str]) -> None:
        """Classify every part that is not in `own`, and every relationship."""
        orphans = set(self.package.orphans())
        mine = set(own) | orphans
        for part in self.package.parts():
            if part not in mine:
                self._inspect_part(part)
        self._sweep(mine)
        self._orphans(orphans)
        self._unused()
        self._relationships()
        self._remarks(orphans)

    def _sweep(self, apart: set[str]) -> None:
        """Take up the words of every part of markup that its own reader may have read in part only."""
        for info in self.package.archive.zip.infolist():
            name = info.filename
            if name in apart or info.is_dir() or info.file_size > _LARGE or is_relationships(name):
                continue
            data = self.package.archive.zip.read(info)
            if name != CONTENT_TYPES and data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith(b"<"):
                with suppress(Blocked):  # markup of another kind, such as HTML: its reader has said what it is
                    self.sweep.take(parse(data, name), name, attributes=not self._kinds[name] & _HARMLESS - {"theme"})

    def _unused(self) -> None:
        """Folders without a file, and parts that are listed and not there: names that somebody gave."""
        unused = self.package.unused()
        for name in unused:
            self.inspected.hidden.add(name)
        if unused:
            self.inspected.findings.append(
                found("O.unused_entry", "package", len(unused), masked("; ".join(unused[:6])))
            )

    def _remarks(self, apart: set[str]) -> None:
        """Comments and instructions inside any markup of the package, which no program shows."""
        for info in self.package.archive.zip.infolist():
            if info.filename in apart or info.is_dir() or info.file_size > _LARGE:
                continue
            data = self.package.archive.zip.read(info)
            if not data[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
                continue
            remarks = [match.group(1) or match.group(2) for match in _REMARK.finditer(data)]
            for remark in remarks:
                self.inspected.hidden.add(remark.decode("utf-8", "replace"))
            if remarks:
                shown = masked("; ".join(remark.decode("utf-8", "replace") for remark in remarks[:3]))
                self.inspected.findings.append(found("O.markup_comment", info.filename, len(remarks), shown))

    def _orphans(self, orphans: set[str]) -> None:
        for part in sorted(orphans):
            self.hide_bytes(self.package.archive.read(part))
            self.inspected.know()
        if orphans:
            self.inspected.findings.append(found("O.orphan_part", min(orphans), len(orphans), listed(sorted(orphans))))

    def _relationships(self) -> None:
        outside: dict[str, list[Relationship]] = defaultdict(list)
        for source, arrows in self.package.relationships.items():
            self.inspected.know()
            for arrow in arrows:
                if arrow.external and not (arrow.type == "hyperlink" and self.seen_words(arrow.target)):
                    outside[source].append(arrow)
        for source, arrows in outside.items():
            for arrow in arrows:
                self.inspected.hidden.add(arrow.target)
            shown = ", ".join(f"{arrow.type} {masked(arrow.target, 60)}" for arrow in arrows[:3])
            self.inspected.findings.append(found("O.external_rel", source or "package", len(arrows), shown))
        if dangling := self.package.dangling:
            names = [arrow.target for arrow in dangling]
            for name in names:
                self.inspected.hidden.add(name)
            shown = masked("; ".join(names[:6]))
            self.inspected.findings.append(found("O.dangling_rel", dangling[0].source, len(names), shown))

    def _inspect_part(self, part: str) -> None:  # noqa: C901, PLR0912  one line for each kind of part
        kinds = self._kinds[part]
        data = self.package.archive.read(part)
        declared = self.package.types.get(part, "").casefold()
        inspected = self.inspected
        if "core-properties" in kinds:
            inspect_core(data, part, inspected, self.seen_words)
        elif kinds & {"extended-properties", "extendedProperties"}:
            inspect_extended(data, part, inspected, self.titles)
        elif kinds & {"custom-properties", "customProperties"}:
            inspect_custom(data, part, inspected)
        elif "thumbnail" in kinds:
            self.report("O.thumbnail", part, data)
        elif "classificationlabels" in kinds:
            self.report_markup("O.mip_label", part, data)
        elif kinds & {"webextension", "webextensiontaskpanes"}:
            self.report_markup("O.webextension", part, data)
        elif kinds & {"customXml", "customXmlProps", "customData", "customDataProps"}:
            self._custom_xml(part, data)
        elif "digital-signature" in declared or kinds & {"origin", "signature", "certificate"}:
            inspected.blocked = _SIGNED
            self.report("O.signature", part, data)
        elif kinds & {"vbaProject", "vbaProjectSignature", "vbaProjectSignatureAgile", "wordVbaData"}:
            self.report("O.vba", part, data)
        elif kinds & {"package", "oleObject"}:
            self._embedded(part, data)
        elif kinds & {"control", "activeXControlBinary", "ctrlProp"}:
            self.report("O.activex_ctrl", part, data)
        elif kinds & {"chart", "chartEx"}:
            self._chart(part, data)
        elif kinds & {"diagramData", "diagramDrawing"}:
            self.report_markup("O.smartart_data", part, data)
        elif "image" in kinds or declared.startswith("image/"):
            self._picture(part, data)
        elif "printerSettings" in kinds:
            self.report("O.printer_settings", part, data)
        elif kinds & {"ink", "customInk", "contentPart"}:
            self.report("O.ink", part, data)
        elif kinds & {"ui", "extensibility", "userCustomization", "attachedToolbars", "keyMapCustomizations"}:
            self.report("O.customizations", part, data)
        elif kinds & {"audio", "video", "media", "sound", "model3d", "model3D"}:
            self.report("O.media", part, data)
        elif "chartUserShapes" in kinds or "drawing" in kinds:
            self.drawing(part, data)
        elif kinds & _HARMLESS:
            self.hide_text_outside(part, data)
        else:
            inspected.wonder(f"{part} ({plain(declared or 'no type', 60)})")
            self.hide_bytes(data)
            return
        inspected.know()

    def report(self, code: str, part: str, data: bytes) -> None:
        """A part that is a finding as a whole: its size, and the beginning of its words."""
        words: list[str] = []
        for text in words_in(data, self.context.budget):
            self.inspected.hidden.add(text)
            if len(words) < 6:
                words.append(masked(text, 24))
        self.inspected.findings.append(found(code, part, len(data), " ".join(words)))

    def report_markup(self, code: str, part: str, data: bytes) -> None:
        """A part of markup that is a finding as a whole."""
        root = parse(data, part)
        texts = [text.strip() for text in map(str, root.itertext()) if text.strip()]
        self.hide_markup(data, part)
        self.inspected.findings.append(found(code, part, len(data), masked(" ".join(texts[:6]))))

    def hide_markup(self, data: bytes, part: str) -> None:
        """Count all text and all attributes of a part as hidden."""
        for element in parse(data, part).iter():
            for text in (element.text, element.tail, *map(str, element.attrib.values())):
                if text:
                    self.inspected.hidden.add(str(text))

    def hide_bytes(self, data: bytes) -> None:
        """Count all words in some bytes as hidden."""
        for text in words_in(data, self.context.budget):
            self.inspected.hidden.add(text)

    def hide_text_outside(self, part: str, data: bytes) -> None:
        """A harmless part of markup has no running text and no comments; where it has, they are hidden content."""
        if not data.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<"):
            return
        root = parse(data, part)
        texts = [text.strip() for text in map(str, root.itertext()) if text.strip()]
        texts += [text for text in comments_in(root) if text not in texts]
        if texts:
            for text in texts:
                self.inspected.hidden.add(text)
            self.inspected.findings.append(found("O.markup_comment", part, len(texts), masked(" ".join(texts))))

    def _custom_xml(self, part: str, data: bytes) -> None:
        code = "O.custom_xml"
        if b"D\x00a\x00t\x00a\x00M\x00a\x00s\x00h\x00u\x00p" in data or b"DataMashup" in data[:4000]:
            code = "X.datamashup"
        self.report(code, part, data)

    def _embedded(self, part: str, data: bytes) -> None:
        charted = any(
            arrow.target == part and "chart" in self.package.types.get(arrow.source, "").casefold()
            for arrows in self.package.relationships.values()
            for arrow in arrows
        )
        self.hide_bytes(data)
        evidence = ""
        try:
            inner = self.context.inspect_inner(data, part)
        except Blocked as blocked:
            evidence = blocked.reason
        except Exception as error:  # noqa: BLE001  the inner file may break its reader in any way; it is dropped whole
            evidence = f"cannot be read ({type(error).__name__})"
        else:
            self.inspected.hidden.update(inner.hidden)
            if inner.visible is not None:
                for text in inner.visible.texts():
                    self.inspected.hidden.add(text)
            evidence = ", ".join(sorted({finding.code for finding in inner.findings})[:8])
        self.inspected.findings.append(found("O.embedding", part, len(data), evidence))
        if charted:
            self.inspected.findings.append(found("O.chart_embedded_wb", part, len(data), evidence))

    def _chart(self, part: str, data: bytes) -> None:
        chart = read_chart(data, part)
        self.charts += 1
        self.words += chart.words
        self.sweep.know(chart.words)
        unseen = [text for _, text in chart.points if not self.seen(text)]
        for text in unseen:
            self.inspected.hidden.add(text)
        for formula in chart.formulas:
            self.inspected.hidden.add(formula)
        if chart.points:
            where = "; ".join(dict.fromkeys(masked(formula, 40) for formula in chart.formulas))
            what = f"{len(unseen):,} of them stand in no cell that is shown" if unseen else "all stand in cells shown"
            self.inspected.findings.append(found("O.chart_cache", part, len(chart.points), f"{what}: {where}"))
        if external := chart.external:
            self.inspected.findings.append(
                found("O.chart_external_ref", part, len(external), masked("; ".join(external)))
            )

    def _picture(self, part: str, data: bytes) -> None:
        kind = pictures.kind_of(data)
        self.pictures += 1
        if kind in pictures.VECTOR:
            self.report("O.vector_image", part, data)
            return
        carried = pictures.carried(data)
        if carried:
            for _, content in carried:
                self.hide_bytes(content)
            self.inspected.findings.append(
                found("O.image_meta", part, len(carried), listed(name for name, _ in carried))
            )
        if not kind:
            self.hide_bytes(data)
            self.inspected.findings.append(found("G.unclassified", part, len(data), "a picture of no known kind"))

    def drawing(self, part: str, data: bytes) -> None:
        """A part of DrawingML: crops, hidden shapes, descriptions; its visible words go to `words`."""
        drawn = read_drawing(parse(data, part))
        findings = self.inspected.findings
        if drawn.cropped:
            findings.append(found("O.cropped_image", part, len(drawn.cropped), "; ".join(drawn.cropped[:3])))
        if drawn.hidden:
            findings.append(found("O.hidden_shape", part, len(drawn.hidden), masked("; ".join(drawn.hidden_words))))
        if drawn.alternatives:
            findings.append(found("O.alt_text", part, len(drawn.alternatives), masked("; ".join(drawn.alternatives))))
        for text in (*drawn.hidden_words, *drawn.alternatives):
            self.inspected.hidden.add(text)
        self.words += drawn.words


def element_names(data: bytes, part: str) -> set[str]:
    """The names of all elements of a part, without their namespaces."""
    return {local(element) for element in parse(data, part).iter()}


def all_text(data: bytes, part: str) -> str:
    """All running text of a part."""
    return text_of(parse(data, part))
