"""Neither confirming nor denying: by the right provision, about the right question, without letting anything slip."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.law.decision import Outcome
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.law import denies, has_denial, withholds
from candour.letters.lint.registry import check
from candour.letters.lint.words import phrase

_DUTY = phrase(
    r"\bs(?:ection|\.)? ?1 ?\(1\) ?\(a\)|\bsection1\(1\)\(a\)|\bduty to (?:either )?confirm"
    r"|\bnot (?:obliged|required) to confirm|exclusion of the duty|refuse to confirm or deny that",
    "1(1)",
    "1 (1)",
    "duty to",
    "confirm",
    "exclusion",
)
_DENIAL_ARGUED = phrase(
    r"\bden(?:y|ies|ial|ying)\b|\bnot held\b|\bno information\b|\bno such information\b|\bor not\b"
    r"|\bnot hold|\bisn't\b|\bis not held"
)
_SLIPS = phrase(
    r"\bno lawful basis to (?:provide|release|disclose) (?:this|the) information"
    r"|\brelease would not be fair|\bwhether (?:the )?(?:disclosure"
    r"|release)(?: of any information)? would (?:be fair|lead)"
    r"|\bdisclosure of any information would lead|\bwould,? if (?:released|disclosed)"
    r"|\bdisclos(?:ing|ure of) (?:this|the) information (?:would|is)|\breleas(?:ing|e of) (?:this"
    r"|the) information (?:would|is)",
    "releas",
    "disclos",
    "lawful basis",
)
_OTHER = phrase(
    r"(?:confirm|deny)[^.\n]{0,60}?\b(?P<other>any (?:other|further) (?:relevant )?information)(?P<scope>[^.\n]{0,80})",
    "any other",
    "any further",
)
_NO_SCOPE = re.compile(
    r"^\s*(?:$|(?:that is |which is )?(?:relevant|relating|pertinent|in relation|in respect|with regards?"
    r"|held|exists?|within the scope|regarding|pertaining|falling)"
    r"(?: is held)?(?: (?:to|of|within))?(?: (?:this|your|the) (?:scope of (?:this|your|the) )?(?:request|question))?\b"
    r"(?=\s*(?:$|as\b|by\b|,|because|since|\b(?:does|would))))|^\s*(?:as|by virtue|because|since)\b"
)
_NO_INFERENCE = phrase(
    r"\bno inferences?\b|\bshould not be (?:taken|read|inferred|interpreted|construed)|\bnot be (?:taken"
    r"|interpreted|construed|seen) as|\bnot (?:necessarily )?(?:indicate|imply|infer)|\bdraw (?:any"
    r"|no) (?:inference|conclusion)",
    "infer",
    "not be ",
    "indicate",
    "imply",
    "draw ",
)
_PUBLIC_FIGURE = phrase(
    r"\b(?:announced|published|reported|released|stated|confirmed|revealed)\b[^\n]{0,120}?\b\d[\d,]*\d\b",
    "announced",
    "published",
    "reported",
    "released",
    "stated",
    "confirmed",
    "revealed",
)
_PUBLIC_DOMAIN = phrase(
    r"public domain|already public|(?:has|have|been|was|were) (?:been )?(?:published|announced"
    r"|made public)|publicly available|what is public",
    "public",
    "published",
    "announced",
)
_HOLDS = phrase(
    r"\b(?:we|i|force|police|constabulary) (?:do |does )?(?:not )?holds?\b(?! any of)"
    r"|\bconfirm (?:that )?[^.\n]{0,40}\bhold",
    "hold",
)
_LETTERED = re.compile(r"\(?[a-h][).] ?")
_CONCLUDED = re.compile(
    r"\b(?:left|resigned|retired|dismissed|sacked|convicted|charged|required to resign|no longer in|ended|closed)\b"
)
_EACH_PART = phrase(
    r"\b(?:each|every|any one) (?:part|of the (?:parts|questions|points))|\bparts? (?:\(?[a-h]\)?)\b"
    r"|(?<![(\w])[a-h]\) (?:to|and) |\bsub-?questions?",
    "part",
    "question",
    "each",
    "every",
    "any one",
    ") ",
)
_FIGURES_ABOVE = phrase(
    r"\b(?:in addition to|other than|apart from) the (?:figures|information|data|table|details)",
    "in addition to",
    "other than",
    "apart from",
)
_BUILDS_ON = phrase(
    r"\b(?:your answer to (?:question )?\d|for each|of those|of these|each (?:convicted|such)"
    r"|how many of (?:those|these|them))",
    "answer to",
    "each",
    "of those",
    "of these",
    "of them",
)


@check("L-NCND-01")
def duty_unnamed(document: Document) -> Iterator[Spot]:
    """Nothing names the duty in section 1(1)(a) or calls it by its name."""
    if document.denial and not document.own.has(_DUTY):
        yield document.own.at(document.denial)


@check("L-NCND-02")
def not_a_denial(document: Document) -> Iterator[Spot]:
    """In a letter that only denies, a section is cited and never by the subsection that lifts the duty."""
    if not document.denial or document.gives or not document.cites:
        return
    lifted = {item.section for item in document.provisions if denies(item)}
    if not lifted or document.own.has(_HOLDS):
        return
    for section, cite in document.first_cites.items():
        exact = [item for item in document.provisions if item.section == section and item.steps]
        if section not in lifted and not has_denial(section) and withholds(cite.provision):
            yield document.own.spot(cite.start, cite.end, f"section {section} has no subsection that lifts the duty")
        elif section not in lifted and not exact and document.is_bare(cite.paragraph):
            yield document.own.spot(cite.start, cite.end)


@check("L-NCND-02")
def claim_does_not_deny(document: Document) -> Iterator[Spot]:
    """A decision neither confirms nor denies by a limb that does not lift the duty."""
    start = document.first_words
    for decided in document.claims:
        if decided.decision.outcome is Outcome.NCND and not decided.claim.denies:
            yield Spot(start.start, start.end, f"section {decided.claim.cited}", decided.about)


@check("L-NCND-03")
def denial_unargued(document: Document) -> Iterator[Spot]:
    """Outside the decision itself no word is about a denial, though harm or the public interest is argued."""
    if not document.only_denies:
        return
    argued = [number for kind in ("harm", "factors_against") for _, below in document.under(kind) for number in below]
    if argued and not any(document.own.has(_DENIAL_ARGUED, *document.own.paragraphs[number]) for number in argued):
        yield document.own.spot(*document.own.paragraphs[argued[0]])


@check("L-NCND-04")
def slips(document: Document) -> Iterator[Spot]:
    """Where a limb that lifts the duty is reasoned, the words are about releasing or providing the information."""
    if document.denial is None:
        return
    for found in document.own.find(_SLIPS):
        about = document.governing[document.own.paragraph(found.start())]
        if about and about <= document.denying_sections:
            yield document.own.at(found)


@check("L-NCND-05")
def confirmed_elsewhere(document: Document) -> Iterator[Spot]:
    """Figures are given, a later question builds on them, and “any other information” is denied an answer."""
    if document.denial is None or not document.own.has(_FIGURES_ABOVE) or not document.asked.has(_BUILDS_ON):
        return
    for found in document.own.find(_OTHER):
        if _NO_SCOPE.search(found["scope"]):
            yield document.own.spot(found.start("other"), found.end())
            return


@check("L-NCND-05")
def disclosed_as_well(document: Document) -> Iterator[Spot]:
    """A decision neither confirms nor denies, and gives something."""
    start = document.first_words
    for answer in document.response.answers if document.response else ():
        decision = answer.decision
        if decision.outcome is Outcome.NCND and (decision.disclosed.strip() or decision.data):
            yield Spot(start.start, start.end, "", ", ".join(answer.about) or None)


@check("L-NCND-06")
def other_undefined(document: Document) -> Iterator[Spot]:
    """“Any other information” is not followed by what it is."""
    for found in document.own.find(_OTHER) if document.denial else ():
        if _NO_SCOPE.search(found["scope"]):
            yield document.own.spot(found.start("other"), found.end())
            return


@check("L-NCND-06")
def other_undefined_decided(document: Document) -> Iterator[Spot]:
    """A decision on any other information has no scope."""
    start = document.first_words
    for answer in document.response.answers if document.response else ():
        if answer.decision.other_information and not answer.decision.scope.strip():
            yield Spot(start.start, start.end, "", "any other information")


@check("L-NCND-07")
def other_than_nothing(document: Document) -> Iterator[Spot]:
    """“Any other information” is denied an answer in a letter that gives and confirms nothing."""
    if document.layout.ours or not document.only_denies or document.own.has(_FIGURES_ABOVE):
        return
    if found := document.own.first(_OTHER):
        yield document.own.spot(found.start("other"), found.end("other"))


@check("L-NCND-08")
def inference_open(document: Document) -> Iterator[Spot]:
    """No sentence warns against drawing an inference."""
    if document.denial is None or document.own.has(_NO_INFERENCE):
        return
    balances = [below for _, below in document.under("balance") if below]
    place = document.own.paragraphs[balances[-1][-1]] if balances else document.own.sentence(document.denial.start())
    yield document.own.spot(*place)


@check("L-NCND-09")
def departs_from_register(document: Document) -> Iterator[Spot]:
    """The limbs that lift the duty are not those of the register."""
    expected = set(document.desk.topic_limbs)
    if document.denial and expected and {item for item in document.provisions if denies(item)} != expected:
        names = ", ".join(str(item) for item in sorted(expected))
        yield document.own.at(document.denial, f"the register has {names}")


@check("L-NCND-10")
def public_already(document: Document) -> Iterator[Spot]:
    """The request reports figures that somebody published, and the answer says nothing of what is public."""
    if document.denial and document.asked.has(_PUBLIC_FIGURE) and not document.own.has(_PUBLIC_DOMAIN):
        yield document.own.at(document.denial)


@check("L-NCND-11")
def parts_unconsidered(document: Document) -> Iterator[Spot]:
    """Of several lettered parts one asks what has ended, and the answer takes no part by itself."""
    if not document.only_denies:
        return
    asked = document.asked
    parts = [number for number in range(len(asked.paragraphs)) if _LETTERED.match(asked.words(number))]
    if len(parts) < 2 or document.own.has(_EACH_PART):
        return
    for number in parts:
        if _CONCLUDED.search(asked.words(number)):
            yield asked.spot(*asked.paragraphs[number])
            return
