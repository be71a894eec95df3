"""What a letter says an exemption is: absolute or qualified, class-based or prejudice-based."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.law.catalogue import Basis, Nature
from candour.law.provision import CitationError, Provision, parse_citation
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.law import limbs
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_WHOLE_FORTY = phrase(
    r"\bsections? 40\b(?! ?\()[^.\n]{0,80}\b(?:is|are)(?: also)? (?:an )?absolute\b"
    r"|\bs\.? ?40\b(?! ?\()[^.\n]{0,40}\b(?:is|are) (?:an )?absolute\b",
    "absolute",
)
_LIMB_NAMED = re.compile(r"in (?:this|these) (?:case|circumstance)|where|if |when |by virtue")
_DANGER_AS_PREJUDICE = phrase(
    r"\b38\b[^.\n]{0,60}prejudice[- ]based|prejudice[- ]based[^.\n]{0,80}\b38\b", "prejudice based", "prejudice-based"
)
_HARM_PRESUMED = phrase(
    r"absolute[^.\n]{0,160}(?:legislators?|legislation|parliament) (?:have|has"
    r"|had) (?:already )?(?:identified|decided|determined|recognised) that (?:there would be )?harm",
    "absolute",
)
_SORT = r"(?:absolute|qualified|class[- ]based|prejudice[- ]based)"
_DECLARED = phrase(
    r"\bsections? (?P<cited>\d\d[^.\n]{0,60}?) (?:is|are)(?: both| also)? (?:an? )?"
    rf"(?P<said>{_SORT}(?:[ ,&]+(?:and )?{_SORT}){{0,3}})",
    "absolute",
    "qualified",
    "class-based",
    "class based",
    "prejudice-based",
    "prejudice based",
)
_TITLE = re.compile(r"\s[-(:]?\s?[a-z][a-z ,'/-]{2,60}$")
_CLASSES = {"class": Basis.CLASS, "prejudice": Basis.PREJUDICE}


@check("L-CLS-01")
def all_of_forty_absolute(document: Document) -> Iterator[Spot]:
    """Section 40, with no limb named, is called absolute."""
    for found in document.own.find(_WHOLE_FORTY):
        if not _LIMB_NAMED.search(found.group()):
            yield document.own.at(found)
            return


@check("L-CLS-02")
def endangerment_called_prejudice(document: Document) -> Iterator[Spot]:
    """Section 38 is called prejudice-based."""
    found = document.own.first(_DANGER_AS_PREJUDICE)
    if found:
        yield document.own.at(found)


@check("L-CLS-03")
def wrong_nature(document: Document) -> Iterator[Spot]:
    """A sentence of the form “Section 43 is absolute” contradicts the catalogue."""
    for found in document.own.find(_DECLARED):
        wrong = [name for cited in _cited(found["cited"]) for name in _contradictions(cited, found["said"])]
        if wrong:
            yield document.own.at(found, "; ".join(wrong))


@check("L-CLS-04")
def absolute_explained_by_harm(document: Document) -> Iterator[Spot]:
    """Absolute exemption is explained by harm that Parliament foresaw."""
    found = document.own.first(_HARM_PRESUMED)
    if found:
        yield document.own.at(found)


def _cited(words: str) -> tuple[Provision, ...]:
    try:
        return parse_citation(_TITLE.sub("", words))
    except CitationError:
        return ()


def _contradictions(cited: Provision, said: str) -> Iterator[str]:
    """What is said of a provision and false of every limb that it can mean; 38 and 40 have rules of their own."""
    meant = limbs(cited)
    if not meant:
        return
    absolute = all(limb.nature is Nature.ABSOLUTE for limb in meant)
    qualified = all(limb.nature is Nature.QUALIFIED for limb in meant)
    if "absolute" in said and qualified:
        yield f"section {cited} is qualified"
    if "qualified" in said and absolute:
        yield f"section {cited} is absolute"
    for word, basis in _CLASSES.items():
        other = Basis.PREJUDICE if basis is Basis.CLASS else Basis.CLASS
        if re.search(rf"{word}[- ]based", said) and all(limb.basis is other for limb in meant):
            yield f"section {cited} is {other}-based"
