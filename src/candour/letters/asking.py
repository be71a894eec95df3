"""Which blocks of a request are questions, which are parts of one, and which only stand around them.

Two ways of asking are told apart. Where at least one question is numbered, the numbers carry the structure. Where none
is, letters, bullets, question marks and unfinished sentences do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from candour.letters.numbering import Mark, MarkKind
from candour.letters.passages import Block


@dataclass(slots=True)
class Draft:
    """A question under construction: the blocks that belong to it, and where its parts begin."""

    blocks: list[Block]
    lead: list[Block] = field(default_factory=list)
    group: str = ""
    parts: list[tuple[str, int]] = field(default_factory=list)
    takes_parts: bool = False
    inner: int = 0

    @property
    def mark(self) -> Mark | None:
        """The mark that it opened with."""
        return self.blocks[0].mark


_NUMERIC = {MarkKind.NAMED, MarkKind.NUMBER, MarkKind.NUMBER_LETTER, MarkKind.DOTTED}
_ITEM = {MarkKind.LETTER, MarkKind.ROMAN, MarkKind.BULLET}
_ROMAN_ORDER = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_CLOSING = re.compile(
    r"(?:i (?:look forward|would (?:prefer|like) (?:the|this|to receive|my|a response)"
    r"|understand (?:that )?(?:you|under)"
    r"|am aware of|would be grateful for|hope)|if (?:you|this|it|the|any|my|for)\b.{0,200}\b(?:clarif|cost"
    r"|limit|refus|exempt"
    r"|refine|narrow|contact|advise|format|question)|should you|some parts of this request"
    r"|please (?:acknowledge|contact|use this"
    r"|(?:provide|send|supply) (?:the|this|your|all|me the) (?:information|response|reply|data"
    r"|answers?)\b.{0,30}\b(?:in|by|as|via))"
    r"|the act requires|this request for information|under the act|i can be contacted|my (?:preferred"
    r"|contact|address|email))",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"(?:under the (?:provisions of the )?(?:freedom|foi)|this is a|i am (?:writing|making|seeking)"
    r"|i(?: would|'d|\u2019d)? (?:like|wish)"
    r"|(?:please )?(?:treat|consider) this|(?:foi|freedom of information)\b|re:|subject:|request\b|in accordance with"
    r"|i hope)",
    re.IGNORECASE,
)
_ASKS_AT_ONCE = re.compile(
    r"\b(?:how (?:many|much|often|long)|number of|cop(?:y|ies) of|list of|details of)\b", re.IGNORECASE
)
_IMPERATIVE = re.compile(
    r"(?:please (?:also )?(?:provide|send|list|confirm|state|supply|tell|give|disclose|could|can)|(?:can"
    r"|could|would) you|how |what "
    r"|which |when |where |who |why |the (?:total )?(?:number|cost|amount) of)",
    re.IGNORECASE,
)
_NAMES_QUESTIONS = re.compile(r"\bquestions\b[^.?!]{0,80}:?$", re.IGNORECASE)
_GENERIC = re.compile(
    r"(?:\bfollowing(?: information| data| details| questions?)?(?: to me)?"
    r"|\btell me|\b(?:provide|send|supply|give|show)(?: me)?(?: with)?"
    r"|\bknow|\brequest|\brequested)"
    r"\s?[:;-]{1,3}$",
    re.IGNORECASE,
)


def draft_questions(blocks: list[Block]) -> tuple[list[Draft], list[Block]]:
    """The questions that the blocks of a request ask, and the blocks that close it; what is in neither opens it."""
    trusted = _trusted(blocks)
    numbered = any(block.mark and block.mark.kind in _NUMERIC for block in trusted)
    return _numbered(trusted) if numbered else _plain(trusted)


def _trusted(blocks: list[Block]) -> list[Block]:
    """The blocks, with a mark only where it fits the marks before it: a date at a line start is no question number."""
    kept: list[Block] = []
    number, outer, letter = 0, 0, ""
    for index, block in enumerate(blocks):
        mark = block.mark
        if mark is None:
            kept.append(block)
            continue
        if mark.kind is MarkKind.GROUP:
            mark = _group_mark(mark, blocks[index + 1 :])
            number, letter = (0, "") if mark and mark.kind is MarkKind.GROUP else (number, letter)
        elif mark.kind in {MarkKind.LETTER, MarkKind.ROMAN}:
            mark = _letter_mark(mark, letter)
            letter = mark.letter if mark else letter
        elif mark.kind in _NUMERIC:
            follows = mark.kind is MarkKind.NAMED or mark.number == 1 or number <= mark.number <= number + 3
            resumes = not follows and outer > 0 and mark.number == outer + 1
            fits = follows or resumes
            mark = mark if fits and mark.number else None
            if mark:
                outer = number if mark.number == 1 and number else 0 if resumes else outer
                number, letter = mark.number, ""
        kept.append(replace(block, mark=mark) if mark else block.unmarked)
    return kept


def _group_mark(mark: Mark, after: list[Block]) -> Mark | None:
    """A heading heads a group when numbered items stand below it; else `Request 2` is itself a question's mark."""
    for block in after:
        if block.mark and block.mark.kind is MarkKind.GROUP:
            break
        if block.mark and block.mark.kind in _NUMERIC:
            return mark if block.mark.number == 1 else None
        if mark.letter and not block.mark:
            return None
    return Mark(MarkKind.NAMED, mark.printed, mark.width, mark.number) if mark.number else None


def _letter_mark(mark: Mark, last: str) -> Mark | None:
    """A letter or numeral that begins or continues a list; `i` after `h` is a letter."""
    if len(mark.letter) == 1 and last and len(last) == 1 and ord(mark.letter) - ord(last) in {0, 1}:
        return Mark(MarkKind.LETTER, mark.printed, mark.width, letter=mark.letter)
    if mark.kind is MarkKind.ROMAN:
        follows = (
            last in _ROMAN_ORDER and mark.letter == _ROMAN_ORDER[(_ROMAN_ORDER.index(last) + 1) % len(_ROMAN_ORDER)]
        )
        return mark if mark.letter == "i" or follows else None
    return mark if mark.letter == "a" else None


def _numbered(blocks: list[Block]) -> tuple[list[Draft], list[Block]]:
    """Questions of a text that numbers at least one of them."""
    drafts: list[Draft] = []
    before: list[Block] = []
    group, heading = "", False
    for block in blocks:
        mark = block.mark
        if mark and mark.kind is MarkKind.GROUP:
            group, heading = _group_name(mark), True
            before = [block]
        elif mark and mark.kind in _NUMERIC and not (drafts and not heading and _is_part(drafts[-1], mark)):
            lead = before if heading else _lead_in(drafts[-1].blocks[1:] if drafts else before)
            if drafts and not heading and lead:
                del drafts[-1].blocks[-len(lead) :]
            drafts.append(Draft([block], lead, f"Request {mark.group}" if mark.group else group))
            before, heading = [], False
        elif heading or not drafts:
            before.append(block)
        else:
            _continue(drafts[-1], block)
    return drafts, _set_aside_closing(drafts)


def _is_part(draft: Draft, mark: Mark) -> bool:
    """Whether a number is a part of the open question: `1a` under `1`, or a list of its own below a colon."""
    own = draft.mark
    if own is None:
        return False
    if mark.kind is MarkKind.NUMBER_LETTER:
        return mark.number == own.number and not own.letter
    if mark.kind is MarkKind.DOTTED:
        return mark.number == own.number and own.kind is not MarkKind.DOTTED
    if mark.kind is not MarkKind.NUMBER:
        return False
    if draft.inner:
        return mark.number == draft.inner + 1
    last = draft.blocks[-1]
    hangs = len(draft.blocks) == 1 or not last.gap
    return mark.number == 1 and hangs and last.text.endswith(":")


def _continue(draft: Draft, block: Block) -> None:
    """Another block of the open question, as a part when it has a mark."""
    mark = block.mark
    if mark:
        if mark.kind is MarkKind.NUMBER:
            draft.inner = mark.number
        deeper = mark.kind is MarkKind.ROMAN and any(letter not in _ROMAN_ORDER for letter, _ in draft.parts)
        if not deeper and not (mark.kind is MarkKind.BULLET and _lettered(draft)):
            draft.parts.append((_part_letter(draft, mark), len(draft.blocks)))
    draft.blocks.append(block)


def _lettered(draft: Draft) -> bool:
    return any((mark := draft.blocks[index].mark) and mark.kind is not MarkKind.BULLET for _, index in draft.parts)


def _part_letter(draft: Draft, mark: Mark) -> str:
    if mark.kind is MarkKind.NUMBER:
        return str(mark.number)
    taken = len(draft.parts)
    return mark.letter or (chr(ord("a") + taken) if taken < 26 else str(taken + 1))


def _lead_in(blocks: list[Block]) -> list[Block]:
    """The last of `blocks`, when it leads in to what follows."""
    last = blocks[-1:] if blocks else []
    return last if last and last[0].mark is None and last[0].text.endswith(":") and not last[0].greets else []


def _plain(blocks: list[Block]) -> tuple[list[Draft], list[Block]]:
    """Questions of a text without numbers: lettered, bulleted, one to a line, or one piece of prose."""
    body = _after_opening(blocks)
    items = any(block.mark for block in body)
    several = sum(block.asks for block in body if not block.mark) > 1
    if all(block.signs_off or block.greets for block in body):
        return [], []
    if not items and not several:
        draft = [Draft(list(body))]
        return draft, _set_aside_closing(draft)
    drafts: list[Draft] = []
    lead: list[Block] = []
    for index, block in enumerate(body):
        after = body[index + 1] if index + 1 < len(body) else None
        if _opens(block, after, drafts[-1] if drafts else None, several):
            drafts.append(Draft([block], lead, takes_parts=_takes_parts(block, after)))
            lead = []
            continue
        if drafts and lead:
            _continue(drafts[-1], lead.pop())
        if not block.mark and after and after.mark and block.text.endswith(":"):
            lead = [block]
        elif drafts:
            _continue(drafts[-1], block)
    return drafts, _set_aside_closing(drafts)


def _opens(block: Block, after: Block | None, last: Draft | None, several: bool) -> bool:
    """Whether a block opens a question in a text without numbers."""
    if block.mark:
        return last is None or not (last.takes_parts or _is_deeper(block.mark, last.mark))
    if _takes_parts(block, after):
        return True
    if block.signs_off or _CLOSING.match(block.text):
        return False
    return block.asks or (several and last is not None and bool(_IMPERATIVE.match(block.text)))


def _is_deeper(mark: Mark, above: Mark | None) -> bool:
    order = [MarkKind.LETTER, MarkKind.ROMAN, MarkKind.BULLET]
    return above is not None and above.kind in _ITEM and order.index(mark.kind) > order.index(above.kind)


def _takes_parts(block: Block, after: Block | None) -> bool:
    """Whether the items below a sentence complete it, and so are its parts and not questions of their own."""
    if after is None or after.mark is None or block.mark or block.greets or _NAMES_QUESTIONS.search(block.text):
        return False
    if _GENERIC.search(block.text):
        return False
    return block.text[-1:] not in {".", "?", "!"} or block.text.endswith("; and")


def _after_opening(blocks: list[Block]) -> list[Block]:
    """The blocks after greeting and introduction; an introduction that already asks is the question."""
    start = 0
    while start < len(blocks) - 1:
        block = blocks[start]
        after = blocks[start + 1]
        introduces = _INTRODUCES.match(block.text) and not _ASKS_AT_ONCE.search(block.text) and not block.asks
        if block.mark or not (block.greets or (introduces and not after.signs_off and not after.mark)):
            break
        start += 1
    body = blocks[start:]
    return [] if body and body[0].greets and len(body) == 1 else body


def _set_aside_closing(drafts: list[Draft]) -> list[Block]:
    """The blocks at the end of the last question that no longer ask; they are taken off it."""
    if not drafts:
        return []
    blocks = drafts[-1].blocks
    for index in range(1, len(blocks)):
        ends = blocks[index].signs_off or _CLOSING.match(blocks[index].text)
        if ends and not any(block.mark or block.asks for block in blocks[index:]):
            drafts[-1].blocks = blocks[:index]
            return blocks[index:]
    return []


def _group_name(mark: Mark) -> str:
    return mark.printed.rstrip(" :.\u2013-").capitalize() if mark.number else mark.letter
