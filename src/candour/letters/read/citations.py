"""Provisions that an authority cites as its own reasons, normalised: `31(1)(a)(b)(2)(b)` is three limbs.

A reader of letters meets much that looks like a citation and is none: postcodes, sections of other Acts, the duty in
section 1, the notice under section 17, the requester's own remarks. Only sections that can be claimed count here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from candour.law.catalogue import Kind, Nature, catalogue
from candour.law.provision import CitationError, Provision, parse_citation

CLAIMABLE = frozenset(exemption.section for exemption in catalogue().exemptions)
"""Sections of the Act under which a request can be refused."""

NEEDS_HARM = frozenset(limb.provision.section for limb in catalogue() if limb.harm)
"""Sections with a limb that turns on prejudice or endangerment."""

LAST_SUBSECTION = {
    "12": 5, "14": 2, "21": 3, "22": 2, "23": 5, "24": 4, "26": 3, "27": 5, "28": 4, "30": 6, "31": 3, "32": 4,
    "34": 4, "36": 7, "37": 2, "38": 2, "39": 3, "41": 2, "42": 2, "43": 3, "44": 3,
}  # fmt: skip
"""The last subsection of a section (FOIA 2000 as amended), claimable or not; in the others any is taken."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation in a text: what it names, and where it begins."""

    provisions: tuple[Provision, ...]
    start: int
    surface: str


_CITES = re.compile(r"(?P<word>[sS\u017f](?<!\w.)(?i:ections?|ects?\.?|s?\.?))[ \xa0]{0,2}(?=\d)")
"""A word that cites. Its first letter stands first, for a search can skip to a letter, and not to `\\b` or any case."""
_SECTION = re.compile(r"(?P<section>\d{2}A?)(?![0-9])(?!\s?\d[A-Z]{2}\b)")
_STEP = re.compile(r"\s?\(\s?(?P<step>\d{1,2}[A-Z]{0,2}|[a-z]|i{1,3}|iv|v|vi{1,3}|ix|x)\s?(?:\)|(?=\s?\())")
_JOINED_STEP = re.compile(
    r"\s?(?:,|&|/|\band\b|\bor\b)\s?(?:(?:and|or)\s)?(?=\(\s?(?:\d{1,2}[A-Z]{0,2}|[a-z]|[ivx]{1,4})\s?\))"
)
_SUBSECTION = re.compile(
    r",?\s?(?:and |with |by virtue of )?(?:sub-?sections?|subs?\.)\s?(?:\(?(?P<step>\d[A-Z]{0,2})\)?)(?=\(|\b)",
    re.IGNORECASE,
)
_JOINED_SECTION = re.compile(r"\s?(?:,|;|&|/|\band\b|\bor\b)\s?(?:(?:and|or)\s)?(?=\d{2}A?(?![0-9]))")
_CONDITION = re.compile(
    r"(?<=40\(2\)),?\s?(?:by virtue of|by way of|by reason of|via)\s(?=40\s?\(\s?[34])", re.IGNORECASE
)
"""Section 40(2) claimed through a condition, printed without the word “section” before the condition."""
_UNIT = re.compile(
    r"\s?(?:%|(?:working |calendar )?(?:days?|hours?|weeks?|months?|years?|officers?|cases?|people"
    r"|persons?|minutes?|staff|pages?)\b|[A-Z][a-z]+ \d{4})"
)
_STANDS_ALONE = re.compile(
    r"\s?(?:[.,;:()\u2013-]|$|(?:of|is|are|was|were|appl\w{1,6}|have|has|both|refers?|relates?|exemptions?|as|which)\b)"
)
_OTHER_LAW = re.compile(
    r"\s?(?:\([^()]{1,60}\)\s?)?,?\s?(?:of|in|under|from)\s(?:the\s)?(?P<law>(?:[A-Z][\w\u2019'&.-]{0,30}"
    r"|\d{4}|of|and|to|the|for|\([A-Z][\w ]{0,30}\)|etc\.?)"
    r"(?:[ ,](?:[A-Z][\w\u2019'&.-]{0,30}|\d{4}|of|and|to|the|for|\([A-Z][\w ]{0,30}\)|etc\.?)){0,9})"
)
_OTHER_LAW_BEFORE = re.compile(
    r"(?P<law>(?:[A-Z][\w\u2019'&-]{0,30} (?:of |and |to )?){1,7}(?:Act|Regulations?|Order"
    r"|Bill)(?: \d{4})?|DPA(?: \d{4})?|PACE|RIPA|POCA)[ ,:(\u2013-]{1,3}$"
)
_AFTER_LAW = " ,:(\u2013-\n"
_ENDS_OF_LAW = ("Act", "Regulation", "Regulations", "Order", "Bill", "DPA", "PACE", "RIPA", "POCA")
"""How the name of a law ends, if not with its year: looked for first, because before a citation hardly any stands."""
_LAW_WORDS = re.compile(
    r"\b(?:Act|Acts|Regulations?|Order|Code|Bill|Rules|DPA|GDPR|PACE|RIPA|POCA|MOPI|EIR|Directive|Convention|\d{4})\b"
)
_OUR_LAW = re.compile(r"\b(?:Freedom of Information|FOIA?|F\.O\.I|FoIA?)\b", re.IGNORECASE)
_ONLY_THE_ACT = re.compile(r"(?:said |that )?Act\b(?! \d{4})")
_WEIGHED_ONLY = re.compile(
    r"(?:\bis not (?:being )?(?:relying|relied) on|not (?:seek(?:ing)? to )?rel(?:y|ying) on"
    r"|\baware of the|consider(?:ed)? applying)[ a-z]{0,20}$",
    re.IGNORECASE,
)
_BY_VIRTUE = re.compile(r"\(\d[A-Z]?\)(?:\([a-z]+\))*,?\s(?:by virtue of|by reference to)\s(?:the\s)?$", re.IGNORECASE)
_JOINT = re.compile(r"\s?(?:,|&|/|and|or)\s?")
_THAT_ACT = re.compile(
    r"\s?(?:of|in|under) (?:that|the said|the same|the latter) (?:Act|Regulations?)\b", re.IGNORECASE
)
_NAMED_ACT = re.compile(
    r"(?:(?:[A-Z][\w\u2019'&-]{0,30}|of|and) ){0,7}(?:Act|Regulations?)\b(?: \d{4})?|\b(?:DPA|GDPR|FOIA?)\b"
)
_REACH = 90
_FAR = 400
_LONGEST = 300


@cache
def owes_test(provision: Provision) -> bool:
    """Whether a claim on the provision owes a public interest test, as far as its name alone says.

    Section 40 mostly owes none, and a letter that names only "section 40" is taken to mean that.
    """
    limbs = [limb for limb in catalogue() if limb.provision.within(provision) and limb.kind is not Kind.CONDITION]
    if not limbs and provision.parent:
        return owes_test(Provision(provision.section))
    return bool(limbs) and limbs[0].nature is Nature.QUALIFIED


def find_citations(text: str) -> list[Citation]:
    """The citations of claimable sections in `text`, in order, as its writer's own."""
    found: list[Citation] = []
    end, foreign = 0, False
    for opening in _CITES.finditer(text):
        if opening.start() < end:
            continue
        foreign = foreign and bool(_JOINT.fullmatch(text[end : opening.start()]))
        foreign = foreign or _is_set_aside(text[max(0, opening.start() - _REACH) : opening.start()])
        words, end = _walk(text, opening.end(), plural=opening["word"].lower().rstrip(".").endswith("s"))
        end = max(end, opening.end())
        foreign = foreign or _belongs_elsewhere(text[end : end + 2 * _REACH])
        foreign = foreign or (
            bool(_THAT_ACT.match(text, end)) and _last_named_is_another(text[max(0, end - _FAR) : end])
        )
        if words and not foreign:
            provisions = _provisions(words)
            if provisions:
                found.append(Citation(provisions, opening.start(), text[opening.start() : end]))
    return found


def cited(text: str) -> tuple[Provision, ...]:
    """The provisions that `text` relies on: each once, the more exact swallowing the bare section."""
    return exact(provision for citation in find_citations(text) for provision in citation.provisions)


def exact(provisions: Iterable[Provision]) -> tuple[Provision, ...]:
    """Provisions each once in the order met, without those that another one states more exactly."""
    once = list(dict.fromkeys(provisions))
    covered = {ancestor for provision in once for ancestor in _ancestors(provision)}
    return tuple(provision for provision in once if provision not in covered)


def _ancestors(provision: Provision) -> list[Provision]:
    found: list[Provision] = []
    parent = provision.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def _walk(text: str, start: int, plural: bool) -> tuple[str, int]:
    """The citation that begins at `start`, written the way `parse_citation` reads, and where it ends."""
    first = _SECTION.match(text, start)
    if first is None:
        return "", start
    words, position = first["section"], first.end()
    while len(words) < _LONGEST:
        if step := _STEP.match(text, position):
            words, position = f"{words}({step['step']})", step.end()
        elif joint := _JOINED_STEP.match(text, position):
            position = joint.end()
        elif named := _SUBSECTION.match(text, position):
            words, position = f"{words}({named['step']})", named.end()
        elif joint := _CONDITION.match(text, position):
            words, position = f"{words}, 40", joint.end() + 2
        elif (joint := _JOINED_SECTION.match(text, position)) and _continues(text, joint.end(), plural):
            section = _SECTION.match(text, joint.end())
            words, position = (
                f"{words}, {section['section'] if section else ''}",
                section.end() if section else joint.end(),
            )
        else:
            break
    return words, position


def _continues(text: str, position: int, plural: bool) -> bool:
    """Whether the number after a comma or "and" is another section, and not a count of something."""
    section = _SECTION.match(text, position)
    if section is None or section["section"] not in CLAIMABLE or _UNIT.match(text, section.end()):
        return False
    if plural or text[section.end() : section.end() + 2].lstrip().startswith("("):
        return True
    return text[position - 5 : position].rstrip().endswith(("and", "&")) and bool(
        _STANDS_ALONE.match(text, section.end())
    )


def _last_named_is_another(before: str) -> bool:
    """Whether the Act named last is not the Freedom of Information Act."""
    named = [found.group() for found in _NAMED_ACT.finditer(before) if found.group() not in {"Act", "the Act"}]
    return bool(named) and not _OUR_LAW.search(named[-1])


@lru_cache(maxsize=1_000)
def _provisions(words: str) -> tuple[Provision, ...]:
    try:
        return tuple(provision for provision in parse_citation(words) if _in_the_act(provision))
    except CitationError:
        return ()


def _in_the_act(provision: Provision) -> bool:
    """Whether a request can be refused under the section, and it has that subsection."""
    if provision.section not in CLAIMABLE or not provision.steps:
        return provision.section in CLAIMABLE
    digits = provision.steps[0].rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return digits.isdigit() and int(digits) <= LAST_SUBSECTION.get(provision.section, 9)


def _is_set_aside(before: str) -> bool:
    """Whether what stands before a citation makes it another Act's, a remark, or the ground of a denial."""
    if "postcode" in before[before.rfind(". ") + 1 :].lower():
        return True
    name = before.rstrip(_AFTER_LAW)
    law = _OTHER_LAW_BEFORE.search(before) if name.endswith(_ENDS_OF_LAW) or name[-1:].isdecimal() else None
    if law and not _OUR_LAW.search(law["law"]):
        return True
    return bool(_WEIGHED_ONLY.search(before) or _denies_by(before))


def _denies_by(before: str) -> bool:
    """`30(3) by virtue of section 30(1)(a)`: the second only says what would be exempt if it were held."""
    ground = _BY_VIRTUE.search(before)
    return bool(ground) and bool(
        re.search(r"(?:23\(5\)|24\(2\)|(?:30|31|35|36|43)\(3\)|38\(2\)|40\(5[AB]?\))", before[-40:])
    )


def _belongs_elsewhere(after: str) -> bool:
    """Whether the words after a citation name another Act."""
    found = _OTHER_LAW.match(after)
    if found is None or _OUR_LAW.search(found["law"]) or _ONLY_THE_ACT.match(found["law"]):
        return False
    return bool(_LAW_WORDS.search(found["law"]))
