"""Who answers, under what reference, and the dates: what the head of a response shows."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources

from candour.letters.read.flat import Flat


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a response; None for what the text does not show."""

    authority: str | None
    reference: str | None
    received: date | None
    responded: date | None
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Where each of them stands, by the name of its field."""


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_DAY_WORDS = rf"\d{{1,2}}\s?\^?(?:st|nd|rd|th)?,?\s{{0,3}}(?:of\s)?{_MONTH}\.?,?\s{{1,3}}\d{{4}}"
_DATE = rf"(?P<date>{_DAY_WORDS}|\d{{1,2}}[/.]\d{{1,2}}[/.](?:\d{{4}}|\d{{2}})(?!\d)|\d{{4}}-\d{{2}}-\d{{2}})"
_RECEIVED = re.compile(
    rf"(?:\breceived\b[^.\n?]{{0,60}}?|\bdate of (?:your )?request\s?:?\s{{0,20}}){_DATE}", re.IGNORECASE
)
_ASKED_ON = re.compile(rf"\brequest\b[^.\n?]{{0,60}}?\b(?:dated|on the|on|of)\s{_DATE}", re.IGNORECASE)
_RESPONDED = re.compile(
    rf"\b(?:date of (?:this )?(?:letter|response|reply)|date responded|response date|responded(?: on)?"
    rf"|date)\s{{0,3}}:?\s{{0,20}}{_DATE}",
    re.IGNORECASE,
)
_LONE_DATE = re.compile(
    rf"\s{{0,200}}(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?{_DATE}\s{{0,20}}$", re.IGNORECASE
)

_NUMBER = r"[A-Z0-9][A-Z0-9./_-]{0,30}\d[A-Z0-9/_-]{0,12}"
_SPACED = r"\d{1,5}[A-Z]?\s?[/-]\s?\d{2,4}(?!\d|[/-]\d)"
_OF_ANOTHER = re.compile(r"\b(?:your|y/?)\s{0,3}ref(?:erence)?\b", re.IGNORECASE)
_REFERENCES = (
    re.compile(
        rf"\b(?:(?:our|my|foi|request|case|the)\s)?ref(?:erence)?\.?\s{{0,2}}(?:number"
        rf"|no\.?)?\s{{0,2}}[:\u2013-]\s{{0,20}}(?P<reference>(?:FOIA?|EIR)\s?/?\s?(?:{_SPACED}|{_NUMBER})|{_SPACED}|{_NUMBER})",
        re.IGNORECASE,
    ),
    re.compile(rf"\breference (?:number|no\.?)\s{{1,3}}(?P<reference>{_NUMBER})", re.IGNORECASE),
    re.compile(
        rf"\b(?:(?:FOIA?|EIR|freedom of information) (?:request|response|case)\s?"
        rf"(?:ref(?:erence)?|number|no)?"
        rf"|(?:FOIA?|EIR|freedom of information|our|case) (?:ref(?:erence)?|number|no))"
        rf"\.?\s{{0,2}}(?:number|no\.?)?\s{{0,2}}[:\u2013-]?\s{{0,4}}(?P<reference>{_SPACED}(?!\d|/)|{_NUMBER}|\d{{4,10}})\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^\W{{0,3}}(?:foi )?request\s(?:no\.? |number )?(?P<reference>{_SPACED}|{_NUMBER})\W{{0,3}}$", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:request|reference|disclosure)\s{1,3}(?P<reference>\d{1,5}[A-Z]?/\d{2,4})(?![\d/])", re.IGNORECASE
    ),
    re.compile(rf"^\W{{0,3}}ref(?:erence)?\.?\s{{1,3}}(?P<reference>{_NUMBER}|{_SPACED})", re.IGNORECASE),
    re.compile(rf"\((?:foi )?ref(?:erence)?\.?\s?:?\s?(?P<reference>{_SPACED}|{_NUMBER})\)", re.IGNORECASE),
    re.compile(r"\((?P<reference>\d{1,5}[A-Z]?[/_]\d{2,4})\)"),
    re.compile(rf"\b(?P<reference>FOIA?(?:(?:\s?[/-]\s?|\s)(?:{_SPACED}|{_NUMBER}|\d{{3,8}})|\d{{2,6}}[/-]\d{{2,6}}))"),
    re.compile(r"\b[mo]/r(?:ef)?\.?\s{1,8}(?P<reference>[A-Z0-9][A-Z0-9/._-]{2,30})", re.IGNORECASE),
    re.compile(r"\b(?P<reference>01[./]FOI[./]\d{2}[./]\d{4,6}(?:/[A-Z])?)\b"),
)
_LONE = re.compile(r"\W{0,3}(?P<reference>\d{1,5}[A-Z]?\s?[/_-]\s?\d{2,4}|\d{2}\.FOI\.\d{2}\.\d{4,6})\W{0,3}$")
_FIRST = 6
_HEAD_LINES = 60
_BODY = re.compile(
    r"\b(?:[A-Z][\w\u2019'-]{1,30} ){1,4}(?:City|Borough|County|District|Metropolitan Borough) Council\b"
    r"|\bLondon Borough of [A-Z][\w\u2019'-]{1,30}(?: (?:and|upon) [A-Z][\w\u2019'-]{1,30}| Hamlets"
    r"| Forest)?|\b[A-Z][\w\u2019'-]{1,30}(?: (?:(?:and|&|of) )?[A-Z][\w\u2019'-]{1,30}){0,2} (?:Police(?! (?:Act"
    r"|Reform|Service|National|Headquarters|Federation|Force|Officer))|Constabulary)\b"
)
_LEADING = re.compile(
    r"^(?:Dear|The|From|For|And|If|In|At|By|That|Where|Contains|Email|Since|While|When|Please|Does|With|To|As)\s+"
)


def read_header(own: str, response: str) -> Header:
    """The head of a response. `own` is the page without furniture; `response` the authority's words in it."""
    lines = list(_first_lines(own))
    head = Flat(own, 0, lines[-1][0] + len(lines[-1][1]) if lines else 0)
    places: dict[str, tuple[int, int]] = {}
    authority = _authority(response) or _authority(own)
    if authority and (place := _first_named(authority, own)):
        places["authority"] = place
    reference = _reference(lines)
    if reference:
        places["reference"] = reference[1:]
    received = _received(Flat(own[:200_000]))
    if received:
        places["received"] = received[1:]
    responded = _responded(lines, head)
    if responded:
        places["responded"] = responded[1:]
    return Header(
        authority,
        reference[0] if reference else None,
        received[0] if received else None,
        responded[0] if responded else None,
        places,
    )


def _first_lines(own: str) -> Iterator[tuple[int, str]]:
    """The first lines that hold words, with their offsets."""
    start = count = 0
    for line in own[:100_000].splitlines(keepends=True):
        if line.strip() and count < _HEAD_LINES:
            count += 1
            yield start, line.rstrip("\r\n")[:1000]
        start += len(line)


def read_date(words: str) -> date | None:
    """The date in `words`, written in figures or in words, day first; None when there is no such day."""
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    try:
        if name := re.search("|".join(_MONTHS), words.lower()):
            return date(numbers[-1], _MONTHS.index(name.group()) + 1, numbers[0])
        first, second, third = numbers
        if first > 31:
            return date(first, second, third)
        return date(third + 2000 if third < 100 else third, second, first)
    except (ValueError, IndexError):
        return None


Dated = tuple[date, int, int]
"""A date and where it stands."""


def _received(flat: Flat) -> Dated | None:
    for pattern in (_RECEIVED, _ASKED_ON):
        if found := pattern.search(flat.text):
            return _dated(found, flat)
    return None


def _dated(found: re.Match[str], flat: Flat) -> Dated | None:
    value = read_date(found["date"])
    return (value, *flat.span(*found.span("date"))) if value else None


def _responded(lines: list[tuple[int, str]], head: Flat) -> Dated | None:
    for found in _RESPONDED.finditer(head.text):
        if "received" not in head.text[max(0, found.start() - 12) : found.end()].lower():
            return _dated(found, head)
    for start, line in lines:
        lone = _LONE_DATE.match(line) if len(line) < 300 else None
        if lone:
            value = read_date(lone["date"])
            return (value, start + lone.start("date"), start + lone.end("date")) if value else None
    return None


def _reference(lines: list[tuple[int, str]]) -> tuple[str, int, int] | None:
    """The authority's own reference and its place; what follows "Your reference" is the requester's."""
    ours = [(start, line) for start, line in lines if not _OF_ANOTHER.search(line)]
    for pattern in _REFERENCES:
        for start, line in ours:
            found = pattern.search(line)
            if found and "[" not in line[max(0, found.start() - 2) : found.start()]:
                reference = " ".join(found["reference"].split()).rstrip(".-/_")
                first, last = found.span("reference")
                return reference, start + first, start + last
    for start, line in ours[:_FIRST]:
        if found := _LONE.match(line):
            return (
                " ".join(found["reference"].split()),
                start + found.start("reference"),
                start + found.end("reference"),
            )
    return None


def _first_named(authority: str, own: str) -> tuple[int, int] | None:
    """Where the authority is first named, under any of its names."""
    known = _forces()
    for found in known.pattern.finditer(own[:400_000]):
        if known.names[found.group().lower()] == authority:
            return found.span()
    words = re.search(r"\s+".join(map(re.escape, authority.split())), own[:400_000])
    return words.span() if words else None


def _authority(text: str) -> str | None:
    """The public body named most often; the earlier one when two are named alike."""
    sample = text[:400_000]
    counts: Counter[str] = Counter()
    known = _forces()
    for found in known.pattern.finditer(sample):
        counts[known.names[found.group().lower()]] += 1
    for found in _BODY.finditer(sample):
        name = _LEADING.sub("", " ".join(found.group().split()))
        if name.lower() not in known.names and not known.pattern.search(name) and " " in name:
            counts[name] += 1
    return counts.most_common(1)[0][0] if counts else None


@dataclass(frozen=True, slots=True)
class _Forces:
    pattern: re.Pattern[str]
    names: dict[str, str]


@cache
def _forces() -> _Forces:
    data = tomllib.loads(
        resources.files("candour.letters.read").joinpath("authorities.toml").read_text(encoding="utf-8")
    )
    names = {name.lower(): force["name"] for force in data["force"] for name in (force["name"], *force["aliases"])}
    spelled = sorted(
        (name for force in data["force"] for name in (force["name"], *force["aliases"])), key=len, reverse=True
    )
    words = "|".join(
        re.escape(name) if len(name) < 5 or name == "the Met" else f"(?i:{re.escape(name)})" for name in spelled
    )
    return _Forces(re.compile(rf"\b(?:{words})\b"), names)
