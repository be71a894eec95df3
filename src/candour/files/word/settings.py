"""Settings of a DOCX. ECMA-376 part 1, 17.15."""

from __future__ import annotations

from candour.files.markup import Element, attribute, local
from candour.files.word.gathered import Gathered

_TRACES = {"rsids", "docId"}


def read_settings(root: Element, gathered: Gathered, part: str) -> None:
    """What the settings give away: mail merge, variables, template, protection, revision numbers."""
    for element in root:
        name = local(element)
        if name == "mailMerge":
            gathered.add("D.mailmerge", part, _all_values(element))
        elif name == "docVars":
            for variable in element:
                text = f"{attribute(variable, 'name') or ''}={attribute(variable, 'val') or ''}"
                gathered.add("D.docvars", part, text)
        elif name == "attachedTemplate":
            gathered.add("D.attached_template", part)
        elif name in {"documentProtection", "writeProtection"}:
            gathered.add("D.doc_protection", part)
        elif name == "rsids":
            gathered.add("D.rsid", part, count=sum(1 for inner in element if local(inner) == "rsid"))
        elif name in {"saveThroughXslt", "attachedSchema", "schemaLibrary", "smartTagType", "captions"}:
            gathered.add("D.settings", part, _all_values(element), shown=name)
        elif name == "trackRevisions" and (attribute(element, "val") or "true") not in {"0", "false", "off"}:
            gathered.add("D.track_revisions", part)


def _all_values(element: Element) -> str:
    return " ".join(str(text) for inner in element.iter() for text in inner.attrib.values())
