"""Extension lists of an OOXML workbook: what newer programs add. [MS-XLSX] 2.3."""

from __future__ import annotations

from collections.abc import Iterator

from candour.files.catalogue import found
from candour.files.format import Inspected
from candour.files.markup import Element, local
from candour.files.masked import listed, masked

_HARMLESS = {"workbookPr", "calcFeatures", "slicerStyles", "timelineStyles", "dxfs", "pivotTableDefinition"}
_HARMLESS |= {
    "pivotCacheDefinition",
    "cacheHierarchies",
    "externalLinkAlternateUrls",
    "tableSlicerCaches",
    "slicerList",
}
_HARMLESS |= {
    "timelineRefs",
    "slicerCaches",
    "timelineCacheRefs",
    "calcFeature",
    "slicer",
    "id",
    "slicerCachePivotTables",
}
_FIELDS = {"f", "sqref", "formula1", "formula2", "ref"}


def inspect_extensions(element: Element, place: str, inspected: Inspected) -> None:
    """An `extLst`: words and formulas in it are not shown; charts in cells are, and are lost."""
    for extension in element:
        names = [local(child) for child in extension]
        texts = list(_texts(extension))
        for text in texts:
            inspected.hidden.add(text)
        if any(name == "sparklineGroups" for name in names):
            count = sum(1 for child in extension.iter() if local(child) == "sparkline")
            inspected.findings.append(found("X.sparkline", place, count))
        elif any(name == "conditionalFormattings" for name in names):
            count = sum(1 for child in extension.iter() if local(child) == "cfRule")
            inspected.findings.append(found("X.cond_format", place, count, masked("; ".join(texts))))
        elif any(name == "dataValidations" for name in names):
            _validations(extension, place, inspected, texts)
        elif any(name in {"dataModel", "model"} for name in names):
            inspected.findings.append(found("X.connection", place, len(texts), masked("; ".join(texts))))
        elif texts:
            evidence = f"{listed(names)}: {masked('; '.join(texts))}"
            inspected.findings.append(found("X.extension", place, len(texts), evidence))


def _validations(extension: Element, place: str, inspected: Inspected, texts: list[str]) -> None:
    rules = [child for child in extension.iter() if local(child) == "dataValidation"]
    prompts = [text for rule in rules for text in (rule.get("prompt"), rule.get("error")) if text]
    literal = [text for text in texts if text.startswith('"')]
    if prompts:
        inspected.findings.append(found("X.dv_prompt", place, len(prompts), masked("; ".join(prompts))))
    if literal:
        inspected.findings.append(found("X.dv_literal_list", place, len(literal), masked("; ".join(literal))))
    inspected.findings.append(found("X.data_validation", place, len(rules), masked("; ".join(texts))))


_TELLING: tuple[str, ...] = (
    "name",
    "caption",
    "prompt",
    "promptTitle",
    "error",
    "errorTitle",
    "url",
    "connection",
    "sourceName",
    "author",
)
_TELLING += (
    "description",
    "tag",
    "xWindow",
    "displayName",
    "userId",
    "c",
    "n",
    "hint",
    "title",
    "connectionId",
    "target",
)


def _texts(extension: Element) -> Iterator[str]:
    """Words: running text, and attributes that hold words."""
    for child in extension.iter():
        name = local(child)
        if not name:
            yield str(child.text or "")
            continue
        if child.text and child.text.strip() and name != "sqref":
            yield child.text.strip()
        if name not in _HARMLESS:
            yield from (value for key in _TELLING if (value := child.get(key)) and not value.isdigit())
