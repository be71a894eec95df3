"""The text of a request, split into the questions that it asks.

People number their questions in every way there is, or not at all. What the splitter finds is laid over the original
as spans that tile it: whatever is not a question stays in the opening, in a lead-in or in the closing, so that nothing
asked is ever lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from candour.letters.asking import Draft, draft_questions
from candour.letters.numbering import MarkKind
from candour.letters.passages import Block, read_blocks, tidy


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One part of a question: its letter or numeral, and its words."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question as asked.

    number: what a letter calls it, unique in its group. printed: the mark that stood there ("1.", "Q2)", "-").
    text: all its words, parts included, without the mark. lead_in: the sentence before it that it hangs on.
    start, end: its span in the original, mark included; lead_start: where its group heading or lead-in begins.
    """

    number: str
    text: str
    parts: tuple[AskedPart, ...] = ()
    group: str = ""
    lead_in: str = ""
    start: int = 0
    end: int = 0
    lead_start: int = 0
    printed: str = ""
    stem: str = ""
    """The words before the first part; all of them where there are no parts."""


@dataclass(frozen=True, slots=True)
class RequestText:
    """A request: its original text, and the same text as opening, questions and closing."""

    original: str
    opening: str
    questions: tuple[AskedQuestion, ...]
    closing: str
    closing_start: int = 0

    @property
    def context(self) -> str:
        """The opening without its greeting: what the requester wrote to be understood by."""
        blocks = [block for block in read_blocks(self.opening) if not block.greets]
        return "\n".join(block.unmarked.text for block in blocks)

    def pieces(self) -> tuple[str, ...]:
        """The original, cut at every boundary: joined together again it is the original, character for character."""
        bounds = [0]
        for question in self.questions:
            bounds += [question.lead_start, question.start]
        bounds += [self.closing_start, len(self.original)]
        return tuple(self.original[start:end] for start, end in pairwise(bounds))


def split_request(text: str) -> RequestText:
    """The questions that `text` asks, in order, with what stands around them."""
    drafts, closing = draft_questions(read_blocks(text))
    return _lay_out(text, drafts, closing)


def _lay_out(text: str, drafts: list[Draft], closing: list[Block]) -> RequestText:
    """The drafts as questions that tile the text."""
    starts = [draft.blocks[0].start for draft in drafts]
    leads = [draft.lead[0].start if draft.lead else start for draft, start in zip(drafts, starts, strict=True)]
    closing_start = closing[0].start if closing else len(text)
    ends = [*leads[1:], closing_start] if leads else []
    numbers = _numbers(drafts)
    questions = tuple(
        _question(draft, number, (lead, start, end))
        for draft, number, lead, start, end in zip(drafts, numbers, leads, starts, ends, strict=True)
    )
    opening = text[: leads[0]] if leads else text[:closing_start]
    return RequestText(text, tidy(opening), questions, tidy(text[closing_start:]), closing_start)


def _numbers(drafts: list[Draft]) -> list[str]:
    """The number of each question: as printed where that is unique in its group, else counted."""
    printed = [(draft.group, draft.mark.label if draft.mark else "") for draft in drafts]
    times = Counter(printed)
    counted = {group for (group, label), count in times.items() if count > 1 or not label}
    seen: Counter[str] = Counter()
    numbers: list[str] = []
    for group, label in printed:
        seen[group] += 1
        numbers.append(str(seen[group]) if group in counted else label)
    return numbers


def _question(draft: Draft, number: str, span: tuple[int, int, int]) -> AskedQuestion:
    lead, start, end = span
    bounds = [index for _, index in draft.parts] + [len(draft.blocks)]
    parts = tuple(
        AskedPart(letter, _words(draft.blocks[first:last]))
        for (letter, first), last in zip(draft.parts, bounds[1:], strict=True)
    )
    stem = draft.blocks[: draft.parts[0][1]] if draft.parts else draft.blocks
    return AskedQuestion(
        number=number,
        text=_words(draft.blocks, keep_marks=True),
        parts=parts,
        group=draft.group,
        lead_in="\n".join(b.unmarked.text for b in draft.lead if not (b.mark and b.mark.kind is MarkKind.GROUP)),
        start=start,
        end=end,
        lead_start=lead,
        printed=draft.mark.printed if draft.mark else "",
        stem=_words(stem, keep_marks=True) if stem else "",
    )


def _words(blocks: list[Block], keep_marks: bool = False) -> str:
    """The words of blocks, one to a line, the first without its mark."""
    rest = [(block.unmarked if keep_marks else block).text for block in blocks[1:]]
    return "\n".join(" ".join(words.split()) for words in [blocks[0].text, *rest] if words)
