"""A letter in our own form, read by its headings and fixed sentences: nothing in it needs to be guessed.

What a person wrote into the letter may say anything, so only headings that stand where our letters have them count:
what the requester asked is indented, and a question's heading stands above words that are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from candour.law.provision import CitationError, Provision, parse_citation
from candour.letters.read.header import read_date
from candour.letters.read.outcome import ReadOutcome, denies, of_parts, read_as
from candour.letters.read.own_marks import WITHIN_REASONS, Head, marks
from candour.letters.read.own_pieces import Piece, read_pieces
from candour.letters.read.tree import ClaimRead, Lines, PartRead, Place, QuestionRead, Words

OTHER = "any other information"

_FACTS = re.compile(
    r"^[ ]*Our reference\b:?[ \t]*"
    r"(?P<reference>[^\n]*(?:\n(?![ ]*(?:Date received|Our reference)\b)[^\n]*){0,6})"
    r"\n+[ ]*Date received:?\s+(?P<received>\d{1,2} [A-Z][a-z]+ \d{4})[ ]*"
    r"\n+[ ]*Date of this letter:?\s+(?P<dated>\d{1,2} [A-Z][a-z]+ \d{4})",
    re.MULTILINE,
)
_BY_VIRTUE = re.compile(r"\s+by virtue of\s+section\s+")
_NAMED = re.compile(r"(?:(?P<group>[^;]+?), )?questions? (?P<numbers>[^;]+?)(?= and any other information$|$)")


@dataclass(frozen=True, slots=True)
class Facts:
    """The head of a letter in our own form."""

    authority: str
    reference: str | None
    received: date | None
    dated: date | None
    places: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter in our own form: its head, its questions, its claims, its attachments, and where single things stand."""

    facts: Facts
    questions: tuple[QuestionRead, ...]
    other: QuestionRead | None
    claims: tuple[ClaimRead, ...]
    attachments: tuple[Words, ...]
    heads: dict[Head, Place]


@dataclass
class _Section:
    """A run of pieces under one heading, with what the heading names."""

    head: Head
    names: dict[str, str]
    title: Piece
    pieces: list[Piece] = field(default_factory=list)


def read_own(text: str, lines: Lines) -> OwnLetter | None:
    """The letter, or None when the text is not one in our own form."""
    facts = _FACTS.search(text[:60_000])
    if facts is None:
        return None
    pieces = list(read_pieces(text))
    sections = list(_sections([piece for piece in pieces if piece.start > facts.end()]))
    asked = [section for section in sections if section.head in {Head.QUESTION, Head.PART, Head.OTHER}]
    if not any(section.head is Head.QUESTION for section in asked):
        return None
    if not _complete(sections):
        return None
    claims = tuple(_claims(sections, asked, lines))
    first_heads = {section.head: lines.place(section.title.start, section.title.end) for section in reversed(sections)}
    return OwnLetter(
        facts=_facts(facts, pieces),
        questions=tuple(_questions(asked, claims, lines)),
        other=next((_other(section, claims, lines) for section in asked if section.head is Head.OTHER), None),
        claims=claims,
        attachments=tuple(
            Words(piece.text.split(": ")[0], lines.place(piece.start, piece.end))
            for section in sections
            if section.head is Head.ATTACHMENTS
            for piece in section.pieces
        ),
        heads=first_heads,
    )


def _complete(sections: list[_Section]) -> bool:
    """Whether every section of reasons says what it relies on, as ours do."""
    wanted = sum(section.head is Head.REASONS for section in sections)
    return wanted == sum(any(_relied(section)) for section in sections if section.head is Head.RELY)


def _sections(pieces: list[Piece]) -> Iterator[_Section]:
    """The letter cut at its headings."""
    current: _Section | None = None
    in_reasons = False
    for index, piece in enumerate(pieces):
        found = None if piece.indented or piece.item else _heading(pieces, index, in_reasons)
        if found:
            if current:
                yield current
            current = _Section(found[0], found[1].groupdict(), piece)
            in_reasons = found[0] is Head.REASONS or (in_reasons and found[0] in WITHIN_REASONS)
        elif current:
            current.pieces.append(piece)
    if current:
        yield current


def _heading(pieces: list[Piece], index: int, in_reasons: bool) -> tuple[Head, re.Match[str]] | None:
    readings = marks().readings(pieces[index].text)
    return next(((head, found) for head, found in readings if _stands(head, pieces, index, in_reasons)), None)


def _stands(head: Head, pieces: list[Piece], index: int, in_reasons: bool) -> bool:
    """Whether a heading stands where our letters have it."""
    after = pieces[index + 1] if index + 1 < len(pieces) else None
    if after is None:
        return False
    if head is Head.QUESTION:
        return after.indented
    if head is Head.PART:
        return _told(after) is not None
    if head in WITHIN_REASONS:
        return in_reasons
    return not after.indented


def _told(piece: Piece) -> ReadOutcome | str | None:
    outcome = None if piece.indented else marks().outcome(piece.text)
    return read_as(outcome) if outcome else "undecided" if piece.text.startswith(marks().undecided) else None


def _facts(found: re.Match[str], pieces: list[Piece]) -> Facts:
    reference = " ".join(found["reference"].split())
    lead = len(found["reference"]) - len(found["reference"].lstrip())
    places = {
        "reference": (found.start("reference") + lead, found.start("reference") + len(found["reference"].rstrip())),
        "received": found.span("received"),
        "responded": found.span("dated"),
        "authority": (pieces[0].start, pieces[0].end),
    }
    first, last = pieces[0].text, pieces[-1].text
    authority = last if first.startswith(last) else first
    places["authority"] = (pieces[0].start, pieces[0].start + len(authority))
    return Facts(authority, reference or None, read_date(found["received"]), read_date(found["dated"]), places)


def _questions(asked: list[_Section], claims: tuple[ClaimRead, ...], lines: Lines) -> Iterator[QuestionRead]:
    for index, section in enumerate(asked):
        if section.head is not Head.QUESTION:
            continue
        parts = []
        for part in asked[index + 1 :]:
            if part.head is not Head.PART:
                break
            parts.append(part)
        yield _question(section, parts, claims, lines)


def _question(section: _Section, parts: list[_Section], claims: tuple[ClaimRead, ...], lines: Lines) -> QuestionRead:
    number = _number(section)
    quoted = []
    for piece in section.pieces:
        if not piece.indented:
            break
        quoted.append(piece)
    outcome, place = _outcome(section.pieces[len(quoted) :], lines)
    read = tuple(_part(part, number, claims, lines) for part in parts)
    limbs = _limbs(claims, number)
    if read:
        outcome = of_parts(part.outcome for part in read)
        limbs = tuple(dict.fromkeys(limb for part in read for limb in part.exemptions))
        place = read[0].outcome_place
    return QuestionRead(
        number=number,
        text="\n".join(piece.text for piece in quoted),
        outcome=outcome,
        exemptions=limbs,
        parts=read,
        place=lines.place(section.title.start, quoted[-1].end if quoted else section.title.end),
        outcome_place=place,
    )


def _part(section: _Section, number: str, claims: tuple[ClaimRead, ...], lines: Lines) -> PartRead:
    letter = section.names["letter"]
    outcome, place = _outcome(section.pieces, lines)
    return PartRead(letter, outcome, _limbs(claims, f"{number}{letter}"), place)


def _other(section: _Section, claims: tuple[ClaimRead, ...], lines: Lines) -> QuestionRead:
    scope = marks().scope.fullmatch(section.pieces[0].text) if section.pieces else None
    outcome, place = _outcome(section.pieces[bool(scope) :], lines)
    where = lines.place(section.title.start, section.title.end)
    return QuestionRead(OTHER, scope["scope"] if scope else "", outcome, _limbs(claims, OTHER), (), where, place)


def _outcome(pieces: list[Piece], lines: Lines) -> tuple[ReadOutcome | None, Place | None]:
    """What the fixed sentence tells, which comes first in every answer."""
    told = marks().outcome(pieces[0].text) if pieces else None
    if told is None:
        return None, None
    return read_as(told), lines.place(pieces[0].start, pieces[0].start + len(told.facts.tells))


def _number(section: _Section) -> str:
    number, group = section.names["number"], section.names.get("group", "")
    return _grouped(group, number) if group else number


def _grouped(group: str, number: str) -> str:
    """How a question of one of several requests is named: `R1.2`."""
    digits = re.fullmatch(r"Request (\d+)", group.strip())
    return f"R{digits.group(1)}.{number}" if digits else f"{group.strip()}.{number}"


def _limbs(claims: Iterable[ClaimRead], label: str) -> tuple[Provision, ...]:
    """The limbs claimed for one question or part; a ground is named with them unless it grounds a denial."""
    found: list[Provision] = []
    for claim in claims:
        if label in claim.about:
            found += claim.limbs
            found += () if any(denies(limb) for limb in claim.limbs) else claim.by_virtue_of
    return tuple(dict.fromkeys(found))


def _claims(sections: list[_Section], asked: list[_Section], lines: Lines) -> Iterator[ClaimRead]:
    """The claims of every section of reasons, each with its own harm, factors, balance and personal data."""
    groups: list[list[_Section]] = []
    for section in sections:
        if section.head is Head.REASONS:
            groups.append([section])
        elif section.head in WITHIN_REASONS and groups:
            groups[-1].append(section)
    known = _labels(asked)
    for title, *under in groups:
        about = _about(title.names["questions"], known)
        relied = [found for section in under if section.head is Head.RELY for found in _relied(section)]
        for position, name in enumerate(relied):
            earlier = relied[:position].count(name)
            yield _claim(name, about, _of_claim(under, name, earlier), lines)


def _relied(section: _Section) -> Iterator[str]:
    for piece in section.pieces:
        if piece.item and (found := marks().relied.match(piece.text)):
            yield found["cited"]


def _of_claim(sections: list[_Section], name: str, earlier: int) -> list[_Section]:
    """The sections of reasons that name the claim, the `earlier` ones of the same name left out."""
    runs: list[list[_Section]] = []
    opened: set[Head] = set()
    taking = False
    for section in sections:
        cited = section.names.get("cited")
        if cited is not None:
            taking = cited == name
            if taking and (not runs or section.head in opened):
                runs.append([])
                opened = set()
        if taking and section.head in WITHIN_REASONS - {Head.COST, Head.NO_INFERENCE}:
            runs[-1].append(section)
            opened.add(section.head)
    return runs[earlier] if earlier < len(runs) else []


def _claim(name: str, about: tuple[str, ...], sections: list[_Section], lines: Lines) -> ClaimRead:
    limbs, *grounds = (_parsed(words) for words in _BY_VIRTUE.split(name, maxsplit=1))

    def words(head: Head) -> tuple[Words, ...] | None:
        found = tuple(
            Words(piece.text, lines.place(piece.start, piece.end))
            for section in sections
            if section.head is head
            for piece in section.pieces
        )
        return found or None

    return ClaimRead(
        limbs, grounds[0] if grounds else (), about, words(Head.HARM), words(Head.FAVOURING), words(Head.AGAINST),
        words(Head.BALANCE), words(Head.PERSONAL),
    )  # fmt: skip


def _parsed(words: str) -> tuple[Provision, ...]:
    try:
        return parse_citation(words)
    except CitationError:
        return ()


def _labels(asked: list[_Section]) -> dict[str, str]:
    """Every question and part by the name that a list of questions gives it, with the name that a reading gives it."""
    known = {}
    number = group = plain = ""
    for section in asked:
        if section.head is Head.QUESTION:
            plain, group, number = section.names["number"], section.names.get("group", ""), _number(section)
            known[f"{group}, {plain}" if group else plain] = number
        elif section.head is Head.PART:
            letter = section.names["letter"]
            known[(f"{group}, {plain}" if group else plain) + letter] = number + letter
    return known


def _about(words: str, known: dict[str, str]) -> tuple[str, ...]:
    """The questions that a heading names: `questions 1, 2 and 4a and any other information`."""
    found: list[str] = []
    for run in words.split("; "):
        if named := _NAMED.match(run):
            group = named["group"]
            for number in re.split(r", | and ", named["numbers"]):
                label = f"{group}, {number}" if group else number
                found += [known[label]] if label in known else []
        if run.endswith(OTHER):
            found.append(OTHER)
    return tuple(found)
