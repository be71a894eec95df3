"""The reasons of a response, limb by limb: harm, factors for and against, balance, personal data.

Forces head their reasons in many ways. A heading says what kind of reasons follow and, mostly, for which section; where
none is named, the section named last counts, and where it is not clear which section is meant, the reasons are kept
without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from candour.law.catalogue import catalogue
from candour.law.provision import Provision
from candour.letters.passages import Block
from candour.letters.read.citations import NEEDS_HARM, cited, owes_test
from candour.letters.read.cues import cues
from candour.letters.read.tree import ClaimRead, Lines, QuestionRead, Words


class Kind(StrEnum):
    """A kind of reasons; the values are the names of the fields of a claim."""

    HARM = "harm"
    FAVOURING = "favouring"
    AGAINST = "against"
    BALANCE = "balance"
    PERSONAL = "personal_data"


@dataclass
class _Reasons:
    """The reasons found for one section, or for none in particular."""

    words: dict[Kind, list[Words]] = field(default_factory=dict)


_HEADING = 140
_STEP_ASIDE = re.compile(r"not (?:required|needed|necessary|applicable)|n/a", re.IGNORECASE)
_BALANCE = re.compile(r"\bbalanc(?:e|ing)(?: test| of|\s?[:–-]|$)", re.IGNORECASE)
_WEIGHS = re.compile(
    r"\b(?:factors?|considerations?|arguments?|reasons?|public interest)\b(?: [\w’]+){0,4}? "
    r"(?P<way>favou?r(?:ing|s|able)?|for|support(?:ing|s)?|against)\b(?P<what>.{0,60})",
    re.IGNORECASE,
)
_AGAINST_WHAT = re.compile(
    r"non-?\s?disclosure|non-?confirm|\bnot (?:disclos|confirm|releas|comply|provid)|neither|withh|maintain"
    r"|refus|exempt|no confirm",
    re.IGNORECASE,
)
_HARM = re.compile(r"\b(?:harm|prejudice)\b(?! to the rights)", re.IGNORECASE)
_PERSONAL = re.compile(
    r"\bpersonal (?:data|information)\b|\blegitimate interests?\b|\bdata protection\b|\bUK ?GDPR\b|\bGDPR\b",
    re.IGNORECASE,
)
_TEST = re.compile(r"public interest (?:test|considerations?|factors?)", re.IGNORECASE)
_OUTWEIGHS = re.compile(r"\boutweigh|\bon balance\b", re.IGNORECASE)
_HARMS = re.compile(r"\b(?:would|could|likely to)\b[^.]{0,80}?\b(?:prejudice|endanger|undermine|harm)", re.IGNORECASE)
_JOINT = re.compile(r".{3,100}?(?::|\s[–-]\s|\s—\s)\s?")
_SENTENCE_END = re.compile(r"[.?!]\s")
_BARE = re.compile(r"(?<![\d.(/])\d{2}A?(?![\d/)%])")
_SHORT_SECTION = re.compile(r"(?:section |s\.?\s?)?(?P<section>\d{2}A?)\b", re.IGNORECASE)


def read_reasons(
    body: Sequence[Block], exemptions: Sequence[Provision], questions: Iterable[QuestionRead], lines: Lines
) -> tuple[ClaimRead, ...]:
    """The claims of a response, one for each section relied on, in the order cited; then what belongs to none."""
    sections = list(dict.fromkeys(provision.section for provision in exemptions))
    if not sections:
        return ()
    found = _gathered(body, sections, lines)
    asked = list(questions)
    claims = [_claim(section, exemptions, found.get(section, _Reasons()), asked) for section in sections]
    shared = found.get("")
    return (*claims, _with_words(ClaimRead(()), shared)) if shared and shared.words else tuple(claims)


def _claim(
    section: str, exemptions: Iterable[Provision], reasons: _Reasons, asked: Iterable[QuestionRead]
) -> ClaimRead:
    limbs = tuple(provision for provision in exemptions if provision.section == section)
    about = tuple(question.number for question in asked if any(limb in limbs for limb in question.exemptions))
    return _with_words(ClaimRead(limbs, (), about), reasons)


def _with_words(claim: ClaimRead, reasons: _Reasons) -> ClaimRead:
    given = {kind.value: tuple(reasons.words[kind]) if reasons.words.get(kind) else None for kind in Kind}
    return ClaimRead(claim.limbs, claim.by_virtue_of, claim.about, **given)


def _gathered(body: Sequence[Block], sections: list[str], lines: Lines) -> dict[str, _Reasons]:
    """The reasons by section; those for no section in particular under the empty name."""
    found: dict[str, _Reasons] = {}
    kind: Kind | None = None
    named: list[str] = []
    context: list[str] = []
    for block in body:
        heads, rest = _heads(block)
        if heads is not None:
            own = _sections_in(block.text[: len(block.text) - len(rest)], sections)
            context = own or context
            named = own or context
            kind = heads if isinstance(heads, Kind) else None
            if kind and rest:
                start = len(block.text) - len(rest)
                _add(found, kind, named, sections, Words(rest, lines.of(block, start, len(block.text))))
        elif block.mark is None and _ends(block):
            kind = None
        else:
            context = _opened_by(block, sections) or context
            now = _shown(block, sections) if kind is None else kind
            if now:
                where = _sections_in(block.text, sections) or context if kind is None else named
                _add(found, now, where, sections, lines.words(block))
    return found


def _add(found: dict[str, _Reasons], kind: Kind, named: list[str], sections: list[str], words: Words) -> None:
    fitting = [section for section in named if _fits(kind, section)] or (
        alone if len(alone := [section for section in sections if _fits(kind, section)]) == 1 else [""]
    )
    for section in fitting:
        found.setdefault(section, _Reasons()).words.setdefault(kind, []).append(words)


def _fits(kind: Kind, section: str) -> bool:
    """Whether the law wants reasons of that kind for a section."""
    if kind is Kind.PERSONAL:
        return section == "40"
    if kind is Kind.HARM:
        return section in NEEDS_HARM
    return owes_test(Provision(section))


def _heads(block: Block) -> tuple[Kind | str | None, str]:
    """What a block heads, and the words after the heading on its line: `Factors against – the force relies on …`.

    An empty kind stands for a heading that opens a test without saying which side; None for a block that heads nothing.
    """
    text = block.text
    if len(text) <= _HEADING and not (text.endswith(".") and len(text) > _HEADING // 2):
        return (None if block.mark and block.mark.kind == "bullet" else _kind(text)), ""
    joint = _JOINT.match(text)
    if joint and not _SENTENCE_END.search(joint.group()):
        kind, rest = _kind(joint.group()), text[joint.end() :]
        if kind == "" and (inner := _JOINT.match(rest)) and not _SENTENCE_END.search(inner.group()):
            kind, rest = _kind(inner.group()) or "", rest[inner.end() :]
        return kind, rest if kind else ""
    return None, ""


def _kind(words: str) -> Kind | str | None:
    if _STEP_ASIDE.search(words):
        return ""
    if weighs := _WEIGHS.search(words):
        against = weighs["way"].lower() == "against"
        return Kind.AGAINST if against != bool(_AGAINST_WHAT.search(weighs["what"])) else Kind.FAVOURING
    if _BALANCE.search(words):
        return Kind.BALANCE
    if _TEST.search(words):
        return ""
    if _HARM.search(words):
        return Kind.HARM
    if _PERSONAL.search(words):
        return Kind.PERSONAL
    return "" if _SHORT_SECTION.match(words) and len(words) < _HEADING // 2 else None


def _sections_in(words: str, sections: list[str]) -> list[str]:
    """The sections relied on that the words name."""
    named = {provision.section for provision in cited(words)}
    named |= {
        found["section"] for found in re.finditer(r"\bs(?:ection)?\.?\s?(?P<section>\d{2}A?)", words, re.IGNORECASE)
    }
    if len(words) <= _HEADING:
        named |= set(_BARE.findall(words))
    return [section for section in sections if section in named] or _by_title(words, sections)


def _by_title(words: str, sections: list[str]) -> list[str]:
    """The sections whose title the words give: `Law Enforcement`."""
    flat = words.lower()
    return [section for section in sections if catalogue().exemption(section).title.lower() in flat]


def _opened_by(block: Block, sections: list[str]) -> list[str]:
    """The sections that a paragraph turns to in its first words: `Section 31 is a qualified exemption …`."""
    return _sections_in(block.text[:40], sections) if re.match(r"\W{0,3}(?:the )?s", block.text, re.IGNORECASE) else []


def _shown(block: Block, sections: list[str]) -> Kind | None:
    """The kind of reasons that a paragraph gives without a heading."""
    text = block.text
    if len(text) < 60:
        return None
    if (
        "40" in sections
        and len(_PERSONAL.findall(text)) + ("section 40" in text.lower()) > 0
        and _PERSONAL.search(text)
    ):
        return Kind.PERSONAL
    if _OUTWEIGHS.search(text) and any(owes_test(Provision(section)) for section in sections):
        return Kind.BALANCE
    if any(section in NEEDS_HARM for section in sections) and _HARMS.search(text):
        return Kind.HARM
    return None


def _ends(block: Block) -> bool:
    return bool(cues().end_heading.match(block.text) or cues().closing.match(block.text)) and len(block.text) < _HEADING
