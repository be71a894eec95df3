"""What a check sees: a letter in its two voices, what it cites and where, and what it does.

Everything here is worked out once, when a check first asks, and shared by all checks. What the text does not show is
None or empty, and a rule whose premise it is stays silent.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate

from candour.law.decision import Claim, Decision
from candour.law.provision import Provision
from candour.letters.lint.findings import Spot
from candour.letters.lint.law import denies, withholds
from candour.letters.lint.layout import Layout, lay_out
from candour.letters.lint.signs import (
    DENIAL,
    GIVES,
    REFUSES,
    Dates,
    Heading,
    KindOfLetter,
    headings,
    is_of,
    latest_year,
    read_dates,
)
from candour.letters.lint.words import Words
from candour.letters.model import Letter
from candour.letters.read.citations import find_citations
from candour.letters.read.scopes import find_passages
from candour.letters.request import RequestText, split_request
from candour.letters.response import Response


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What only the desk knows, as far as it is given; None or empty keeps the rules silent that turn on it.

    moved: an event moved the date (fees, clarification, extension). unsafe: attachments that failed the inspection.
    unreachable: addresses that did not answer. topic_limbs: what the register has for this topic. reasons_recorded:
    whether the reasons left out under s17(4) are on record. decided_by, reviewed_by: who decided, and who reviewed.
    """

    received: date | None = None
    dated: date | None = None
    moved: bool = False
    unsafe: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    topic_limbs: tuple[Provision, ...] = ()
    reasons_recorded: bool | None = None
    decided_by: str = ""
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True)
class Cite:
    """One provision that the authority cites, and where; `paragraph` numbers the paragraphs of its own words."""

    provision: Provision
    start: int
    end: int
    paragraph: int

    @property
    def section(self) -> str:
        """The section alone."""
        return self.provision.section


@dataclass(frozen=True, slots=True)
class Decided:
    """One claim of a decision, with the questions it answers."""

    decision: Decision
    claim: Claim
    about: str


@dataclass
class Document:
    """A letter under the linter. `letter`, `response` and `desk` are there where the desk, not a file, asks."""

    text: str
    letter: Letter | None = None
    response: Response | None = None
    desk: DeskFacts = field(default_factory=DeskFacts)
    dated_as: date | None = None

    def __post_init__(self) -> None:
        self.layout: Layout = lay_out(self.text, ours=self.letter is not None)
        self.own: Words = self.layout.own
        self.asked: Words = self.layout.asked

    @cached_property
    def named(self) -> tuple[Cite, ...]:
        """Every provision that the authority names and under which a request can be refused, in order."""
        return tuple(
            Cite(provision, found.start, found.start + len(found.surface), self.own.paragraph(found.start))
            for found in find_citations(self.own.cased)
            if not _NOT_RELIED_ON.search(self.own.text, *self._around(found.start))
            if not self.layout.ours or self._claims_at(found.start)
            for provision in found.provisions
        )

    @cached_property
    def cites(self) -> tuple[Cite, ...]:
        """What the authority cites as its own reasons; nothing, where no word of the letter refuses anything."""
        refusing = self.denial is not None or self.own.has(REFUSES)
        return self.named if refusing else ()

    def _around(self, position: int) -> tuple[int, int]:
        """The sentence at `position`, as far as it is near, to the end of a word: patterns take its end for one."""
        start, end = self.own.sentence(position)
        if end > position + _NEAR:
            end = max(position, self.own.text.rfind(" ", position, position + _NEAR + 1))
        return max(start, position - _NEAR), end

    def _claims_at(self, position: int) -> bool:
        """Whether a citation at `position` of a letter of ours is a claim or heads its reasons, not only a mention."""
        start, end = self.own.paragraphs[self.own.paragraph(position)]
        claim = _OUR_CLAIM.match(self.own.text, start, end)
        return claim is not None and position < claim.end()

    def citing(self, *sections: str) -> Iterator[Cite]:
        """The citations of these sections, in order."""
        return (cite for cite in self.cites if cite.section in sections)

    @cached_property
    def first_cites(self) -> dict[str, Cite]:
        """Where each section is cited first."""
        first: dict[str, Cite] = {}
        for cite in self.cites:
            first.setdefault(cite.section, cite)
        return first

    @cached_property
    def provisions(self) -> frozenset[Provision]:
        """Everything cited, once."""
        return frozenset(cite.provision for cite in self.cites)

    @cached_property
    def denial(self) -> re.Match[str] | None:
        """Where the authority first says that it neither confirms nor denies."""
        return self.own.first(DENIAL)

    @cached_property
    def gives(self) -> bool:
        """Whether something is disclosed."""
        return self.own.has(GIVES)

    @cached_property
    def refuses(self) -> bool:
        """Whether something is refused, in words or by citing a ground."""
        return self.denial is not None or bool(self.cites and self.own.has(REFUSES))

    @cached_property
    def only_denies(self) -> bool:
        """Whether the letter does nothing but neither confirm nor deny."""
        substantive = (item for item in self.provisions if item.steps or item.section not in self.denying_sections)
        return self.denial is not None and not self.gives and not any(withholds(item) for item in substantive)

    @cached_property
    def denying_sections(self) -> frozenset[str]:
        """Sections cited only to lift the duty to confirm or deny."""
        lifted = {item.section for item in self.provisions if denies(item)}
        return frozenset(lifted - {item.section for item in self.provisions if item.steps and withholds(item)})

    def is_of(self, *kinds: KindOfLetter) -> bool:
        """Whether it is a letter of one of these kinds."""
        return is_of(self.own, *kinds)

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """The headings of the authority's words, in order; a line that only names an exemption is one (“limb”)."""
        found = {heading.paragraph: heading for heading in headings(self.own)}
        for number in self.cited_in:
            alone = not self.is_bare(number - 1) and not self.is_bare(number + 1)
            if number not in found and alone and self.is_bare(number):
                found[number] = Heading("limb", number, self.own.words(number))
        return tuple(found[number] for number in sorted(found))

    def under(self, kind: str) -> Iterator[tuple[Heading, range]]:
        """The headings of a kind, each with the numbers of the paragraphs below it."""
        for index, heading in enumerate(self.headings):
            if heading.kind == kind:
                after = self.headings[index + 1].paragraph if index + 1 < len(self.headings) else None
                yield heading, range(heading.paragraph + 1, after or len(self.own.paragraphs))

    @cached_property
    def cited_in(self) -> dict[int, list[Cite]]:
        """The citations of each paragraph."""
        found: dict[int, list[Cite]] = {}
        for cite in self.cites:
            found.setdefault(cite.paragraph, []).append(cite)
        return found

    def is_bare(self, paragraph: int) -> bool:
        """Whether a paragraph only names an exemption, as a list or a heading does."""
        cites = self.cited_in.get(paragraph)
        if not cites or cites[0].start - self.own.paragraphs[paragraph][0] > 12:
            return False
        words = self.own.words(paragraph)
        return len(words) <= 130 and not _SAYS_MORE.search(words)

    @cached_property
    def governing(self) -> tuple[frozenset[str], ...]:
        """For each paragraph, the sections that it is about: those it cites, or those of the heading above it."""
        headed = {heading.paragraph: heading.kind for heading in self.headings}
        current: frozenset[str] = frozenset()
        about: list[frozenset[str]] = []
        for number in range(len(self.own.paragraphs)):
            cites = self.cited_in.get(number, [])
            sections = frozenset(cite.section for cite in cites)
            begins = bool(cites) and cites[0].start - self.own.paragraphs[number][0] < 12
            if self.is_bare(number) and (self.is_bare(number - 1) or self.is_bare(number + 1)):
                current = frozenset()
            elif sections and (begins or number in headed):
                current = sections
            elif headed.get(number) in {"harm", "balance", "pit", "other", "attachments", "rights"}:
                current = frozenset()
            about.append(sections or current)
        return tuple(about)

    @cached_property
    def dates(self) -> Dates:
        """When the request came and when the letter went: as the desk has it, else the tree, else the text."""
        shown = read_dates(self.own)
        received = self.desk.received or (self.letter.received if self.letter else None) or shown.received
        dated = self.desk.dated or self.dated_as or (self.letter.dated if self.letter else None) or shown.dated
        return Dates(received, dated)

    @cached_property
    def latest_year(self) -> int:
        """The latest year that either voice names: the letter is no older than that."""
        return latest_year(self.own, self.asked)

    def after(self, day: date) -> bool:
        """Whether the letter is certainly later than `day`; a year that it names counts where it has no date."""
        return self.dates.dated > day if self.dates.dated else self.latest_year > day.year

    @cached_property
    def request(self) -> RequestText:
        """The request as the letter repeats it, cut into its questions."""
        return split_request(self.layout.parts.request)

    @cached_property
    def claims(self) -> tuple[Decided, ...]:
        """Every claim of the decisions, where they are given."""
        answers = self.response.answers if self.response else ()
        return tuple(
            Decided(answer.decision, claim, ", ".join(answer.about) or "any other information")
            for answer in answers
            for claim in answer.decision.claims
        )

    @cached_property
    def first_words(self) -> Spot:
        """The first line of the letter: the place of what is absent from it as a whole."""
        start, _ = self.own.paragraphs[0]
        origin = self.own.origin(start)
        end = self.text.find("\n", origin)
        return Spot(origin, end if end >= 0 else len(self.text))

    @cached_property
    def line_starts(self) -> list[int]:
        """Where each line begins, counting as `str.splitlines` does."""
        return list(accumulate((len(line) for line in self.text.splitlines(keepends=True)), initial=0))

    def line(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, from 1."""
        number = max(1, bisect_right(self.line_starts, offset, hi=max(1, len(self.line_starts) - 1)))
        return number, offset - self.line_starts[number - 1] + 1

    @cached_property
    def _questions_by_line(self) -> dict[int, str]:
        """The question that each line of an answer is about, as far as the text says so."""
        several = sum(bool(_NUMBERED.match(self.asked.words(at))) for at in range(len(self.asked.paragraphs))) > 1
        names = tuple(question.number for question in self.request.questions if not question.group) if several else ()
        passages = find_passages(self.layout.parts.response, names) if names else []
        found = {block.line: ", ".join(passage.about) for passage in passages for block in passage.blocks}
        found |= {block.line: item.number for item in self.layout.answered for block in item.answer}
        return found

    def question(self, line: int) -> str | None:
        """The question that a line is about."""
        if self.layout.ours:
            before = [label for offset, label in self.layout.headed if offset <= self.line_starts[line - 1]]
            return before[-1] if before else None
        return self._questions_by_line.get(line)


_NOT_RELIED_ON = re.compile(
    r"\bhave considered section|\bnot (?:claim|rely on) section|\bwe (?:previously )?relied on\b"
    r"|\bin our (?:earlier |previous |last )?reply\b|\b(?:(?:could|can|would) you (?:please )?(?:provide"
    r"|send|tell|confirm)|provide me with|send me|i am requesting)\b"
)
_NUMBERED = re.compile(r"\(?(?:q|question )?\d{1,2}[.):]|\(?[a-h][.)]")
_OUR_CLAIM = re.compile(
    r"(?:[-•] )?(?:(?:evidence of harm|public interest test|personal data"
    r"|opinion of the qualified person): )?section \d[^:]*"
)
"""How a paragraph of a letter of ours begins that states a claim or heads its reasons."""
_NEAR = 300
_SAYS_MORE = re.compile(
    r"\b(?:is|are|was|were|applies|apply|applied|provides?|allows?|states?|exempts?|because|as|when|would|refers)\b"
)
