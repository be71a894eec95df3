"""Whether every part of the request comes to something: held or not, given or refused, and what exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from candour.law.decision import Outcome
from candour.letters.compose import gaps
from candour.letters.lint.document import Document
from candour.letters.lint.findings import Spot
from candour.letters.lint.registry import check
from candour.letters.lint.signs import KindOfLetter
from candour.letters.lint.words import phrase

_NOT_CENTRAL = phrase(
    r"\bnot (?:(?:recorded|held|collated|stored|kept) (?:centrally|in a (?:central|searchable"
    r"|retrievable) \w+)|centrally (?:recorded|held|stored))"
    r"|\bno central(?:ly held)? (?:record|register)",
    "central",
    "searchable",
    "retrievable",
)
_SETTLED = phrase(
    r"\b(?:do|does|did)(?: not|n't) (?:currently )?hold|\bnot held\b(?! centrally| in a)"
    r"|\bno information (?:is )?held|section 12|\bs\.?12\b"
    r"|18 hours|eighteen hours|cost limit|appropriate limit|manual(?:ly)? |each (?:individual )?(?:record"
    r"|file|case)|\bwe hold\b|\bis held\b"
    r"|\bcan confirm\b|has been extracted|have been extracted|nil\b"
)
_NEAR = 700
_SHORTEST_QUESTION = 40
_ADDRESS = phrase(
    r"https?://(?!\S{0,12}ico\.org)|\bwww\.(?!ico\.)|\.gov\.uk|\[\d{1,2}\]", "http", "www.", ".gov.uk", "["
)
_CONFIRMS = phrase(
    r"\b(?:hold|holds|holding|held|possess(?:es)?|retains?)\b(?! in (?:strict "
    r"|the strictest )?confidence)(?! centrally)|\bin (?:our|its) possession",
    "hold",
    "held",
    "possess",
    "retain",
)
_NOTHING_FOUND = phrase(
    r"\bno (?:relevant )?(?:information|records?|documents?|data) (?:relevant to your request )?(?:was"
    r"|were|could be|has been|have been) (?:found|located|identified|traced)",
    "no ",
)
_HOLDS = phrase(r"\b(?:hold|holds|held)\b", "hold", "held")
_ATTACHED_WHOLE = phrase(
    r"(?:please )?(?:find|see) (?:the )?(?:attached|enclosed) (?:our|the|my) (?:response|answer|reply)s?\b",
    "attached",
    "enclosed",
)
_ONLY_ATTACHED = phrase(
    r"(?:the )?(?:information|answers?|response) (?:requested )?(?:is|are) (?:in the )?attached\b", "attached"
)
_NAMES_QUESTION = phrase(
    r"\b(?:questions?|q|parts?|points?) ?\d|(?:(?<=\n\n)|\A)\(?\d{1,2}[.)] ", "q", "part", "point", ")", "."
)
_NUMBERED = re.compile(r"\(?(?:q|question )?\d{1,2}[.):]|\(\d{1,2}\)")
_COURTESY = re.compile(
    r"acknowledg|receipt|let me know|clarif|contact|format|refus|cost|advise|email|e-mail|why not|exempt"
)
_LEADS = phrase(
    r"(?:(?<=\n\n)|\A)(?:in (?:relation|response|respect|regards?) (?:to|of) "
    r"|with regards? to )?(?:your )?(?:questions?|q) ?\d",
    "q",
)
_LEFT_OVER = phrase(
    r"\b(?:remaining|other|further|last|final|unnumbered|additional) questions?"
    r"|all (?:of )?(?:your )?questions",
    "question",
)
_IN_FULL = phrase(
    r"\b(?:can ?not|unable to|not able to|not be) (?:be )?(?:disclosed?|released?|provided?)(?: it| this)? in full",
    "in full",
)
_NAMED_AS_WITHHELD = phrase(
    r"(?:redact|remov|withh(?:eld|old)|omit|not (?:disclose|provide|release))\w*:? (?:the |any |all |those |these )?"
    r"(?:\d|names?|details of|columns?|rows?|fields?|identif|address|dates|locations|personal (?:data"
    r"|information|details)|following|case|pages?|questions?|parts? \d)"
    r"|(?:columns?|rows?|fields?|names|pages?|questions? \d[^.\n]{0,20}) (?:has|have|is|are|was|were"
    r"|been) (?:been )?(?:redacted|removed|withheld|omitted|exempt)"
)
_SCOPE = phrase(
    r"section (?P<section>\d\d)[^\n.]{0,40}? (?:refers|applies|relates) to (?P<whole>request \d+)(?! ?(?:,"
    r"|-|q|\w* ?question))",
    " to request",
)
_SCOPE_PART = r"{whole}\b ?[,:-]? ?(?:q|question )\d"


@check("L-OUT-01")
def unmapped(document: Document) -> Iterator[Spot]:
    """Several questions are answered by one sentence that points at an attachment and names none of them."""
    asks = bool(document.layout.parts.request)
    found = (document.own.first(_ATTACHED_WHOLE) or document.own.first(_ONLY_ATTACHED)) if asks else None
    if found and len(document.request.questions) > 1 and not document.own.has(_NAMES_QUESTION, found.end()):
        yield document.own.at(found, f"{len(document.request.questions)} questions, one answer")


@check("L-OUT-01")
def unnumbered(document: Document) -> Iterator[Spot]:
    """The answers go by number, and after the numbered questions stands one without."""
    asked = document.asked
    numbered = [n for n in range(len(asked.paragraphs)) if _NUMBERED.match(asked.words(n))]
    if not numbered or document.layout.answered:
        return
    for number in range(numbered[-1] + 1, len(asked.paragraphs)):
        words = asked.words(number)
        if words.endswith("?") and not _COURTESY.search(words) and len(words) > _SHORTEST_QUESTION:
            if len(list(document.own.find(_LEADS))) > 1 and not document.own.has(_LEFT_OVER):
                yield asked.spot(*asked.paragraphs[number], "it has no number, and the answers go by number")
            return


@check("L-OUT-01")
def answered_by_records(document: Document) -> Iterator[Spot]:
    """“Not recorded centrally” is all that a question is told."""
    yield from only_not_central(document)


@check("L-OUT-01")
def undecided(document: Document) -> Iterator[Spot]:
    """A question has no decision, or more than one."""
    if document.response is None:
        return
    start = document.first_words
    for gap in gaps(document.response):
        if gap.what.startswith(("Decide", "Choose an outcome")):
            yield Spot(start.start, start.end, f"{gap.about}: {gap.what}", gap.about)


@check("L-OUT-02")
def not_recorded_centrally(document: Document) -> Iterator[Spot]:
    """“Not recorded centrally” stands alone, without held, not held or the cost limit near it."""
    yield from only_not_central(document)


def only_not_central(document: Document) -> Iterator[Spot]:
    """Where “not recorded centrally” is all that is said: a defect under several rules at once."""
    own = document.own
    for found in own.find(_NOT_CENTRAL):
        start, end = own.sentence(found.start())[0], min(len(own.text), found.end() + _NEAR)
        if not own.has(_SETTLED, start, end):
            yield own.spot(*own.sentence(found.start()))


@check("L-CFM-01")
def not_confirmed(document: Document) -> Iterator[Spot]:
    """Section 21 is claimed; no word says that the information is held, and no address shows that it exists."""
    cite = document.first_cites.get("21")
    if cite and document.refuses and not document.own.has(_CONFIRMS) and not document.own.has(_ADDRESS):
        yield document.own.spot(cite.start, cite.end)


@check("L-SCP-01")
def in_part_of_what(document: Document) -> Iterator[Spot]:
    """Something is not disclosed “in full”, and nothing says what is left out."""
    found = document.own.first(_IN_FULL) if document.cites else None
    if found and not document.own.has(_NAMED_AS_WITHHELD):
        yield document.own.at(found)


@check("L-SCP-01")
def overlapping(document: Document) -> Iterator[Spot]:
    """One exemption is said to cover a whole request, another a question of the same request."""
    for found in document.own.find(_SCOPE):
        part = re.compile(_SCOPE_PART.format(whole=re.escape(found["whole"])))
        lines = [document.own.words(number) for number in range(len(document.own.paragraphs))]
        others = {
            section for number, line in enumerate(lines) if part.search(line) for section in document.governing[number]
        }
        if others - {found["section"]}:
            yield document.own.at(
                found, f"section {', '.join(sorted(others - {found['section']}))} is applied within it"
            )


@check("L-SCP-01")
def withheld_unnamed(document: Document) -> Iterator[Spot]:
    """A decision withholds and does not say what."""
    start = document.first_words
    for answer in document.response.answers if document.response else ():
        decision = answer.decision
        if decision.outcome and decision.outcome.facts.claims == "withhold" and not decision.withheld.strip():
            yield Spot(start.start, start.end, "", ", ".join(answer.about) or None)


@check("L-NH-01")
def nothing_found(document: Document) -> Iterator[Spot]:
    """Nothing was found, and the letter does not say whether it holds anything."""
    found = None if document.own.has(_HOLDS) else document.own.first(_NOTHING_FOUND)
    if found and not document.is_of(KindOfLetter.ENVIRONMENT):
        yield document.own.at(found)


@check("L-NH-01")
def not_held_unsaid(document: Document) -> Iterator[Spot]:
    """The decision is “not held”, and the letter does not say so."""
    said = Outcome.NOT_HELD.facts.tells.lower()
    if document.response is None or said in " ".join(document.text.lower().split()):
        return
    start = document.first_words
    for answer in document.response.answers:
        if answer.decision.outcome is Outcome.NOT_HELD:
            yield Spot(start.start, start.end, "", ", ".join(answer.about) or None)
