"""Who answers, under what reference, and the dates: what the head of a response shows."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a response; None for what the text does not show."""

    authority: str | None
    reference: str | None
    received: date | None
    responded: date | None


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
_SPACED = r"\d{1,5}[A-Z]?\s?[/-]\s?\d{2,4}"
_OF_ANOTHER = re.compile(r"\b(?:your|y/?)\s{0,3}ref(?:erence)?\b", re.IGNORECASE)
_REFERENCES = (
    re.compile(
        rf"\b(?:(?:our|my|foi|request|case|the)\s)?ref(?:erence)?\.?\s{{0,2}}(?:number"
        rf"|no\.?)?\s{{0,2}}[:\u2013-]\s{{0,20}}(?P<reference>(?:FOIA?|EIR)\s?/?\s?{_NUMBER}|{_SPACED}|{_NUMBER})",
        re.IGNORECASE,
    ),
    re.compile(rf"\breference (?:number|no\.?)\s{{1,3}}(?P<reference>{_NUMBER})", re.IGNORECASE),
    re.compile(r"\((?P<reference>\d{1,5}[A-Z]?[/_]\d{2,4})\)"),
    re.compile(rf"\b(?P<reference>FOIA?(?:\s?[/-]\s?|\s)(?:{_SPACED}|{_NUMBER}|\d{{3,8}}))"),
    re.compile(r"\b[mo]/r(?:ef)?\.?\s{1,8}(?P<reference>[A-Z0-9][A-Z0-9/._-]{2,30})", re.IGNORECASE),
    re.compile(r"\b(?P<reference>01[./]FOI[./]\d{2}[./]\d{4,6}(?:/[A-Z])?)\b"),
)
_HEAD_LINES = 60
_BODY = re.compile(
    r"\b(?:[A-Z][\w\u2019'-]{1,30} ){1,4}(?:City|Borough|County|District|Metropolitan Borough) Council\b"
    r"|\bLondon Borough of [A-Z][\w\u2019'-]{1,30}(?: (?:and|upon) [A-Z][\w\u2019'-]{1,30}| Hamlets"
    r"| Forest)?|\b[A-Z][\w\u2019'-]{1,30}(?: (?:and|&) [A-Z][\w\u2019'-]{1,30})? (?:Police(?! (?:Act"
    r"|Reform|Service|National|Headquarters|Federation|Force|Officer))|Constabulary)\b"
)
_LEADING = re.compile(
    r"^(?:Dear|The|From|For|And|If|In|At|By|That|Where|Contains|Email|Since|While|When|Please|Does|With|To|As)\s+"
)


def read_header(own: str, response: str) -> Header:
    """The head of a response. `own` is the page without furniture; `response` the authority's words in it."""
    lines = [line for line in own.splitlines() if line.strip()][:_HEAD_LINES]
    head = "\n".join(lines)[:20_000]
    flat = " ".join(own[:200_000].split())
    return Header(_authority(response) or _authority(own), _reference(lines), _received(flat), _responded(lines, head))


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


def _received(flat: str) -> date | None:
    for pattern in (_RECEIVED, _ASKED_ON):
        if found := pattern.search(flat):
            return read_date(found["date"])
    return None


def _responded(lines: list[str], head: str) -> date | None:
    labelled = [
        found
        for found in _RESPONDED.finditer(head)
        if "received" not in head[max(0, found.start() - 12) : found.end()].lower()
    ]
    if labelled:
        return read_date(labelled[0]["date"])
    lone = next((found for line in lines if len(line) < 300 and (found := _LONE_DATE.match(line))), None)
    return read_date(lone["date"]) if lone else None


def _reference(lines: list[str]) -> str | None:
    """The authority's own reference; what follows "Your reference" is the requester's."""
    ours = [line[:1000] for line in lines if not _OF_ANOTHER.search(line[:1000])]
    for pattern in _REFERENCES:
        for line in ours:
            found = pattern.search(line)
            if found and "[" not in line[max(0, found.start() - 2) : found.start()]:
                return " ".join(found["reference"].split()).rstrip(".-/_")
    return None


def _authority(text: str) -> str | None:
    """The public body named most often; the earlier one when two are named alike."""
    sample = text[:400_000]
    counts: Counter[str] = Counter()
    known = _forces()
    for found in known.pattern.finditer(sample):
        counts[known.names[found.group().lower()]] += 1
    for found in _BODY.finditer(sample):
        name = _LEADING.sub("", " ".join(found.group().split()))
        if name.lower() not in known.names and not known.pattern.fullmatch(name) and " " in name:
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
