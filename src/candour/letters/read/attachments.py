"""The files that a response names: listed on the page, under a heading, or in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from candour.letters.passages import Block

_HEADING = re.compile(r"(?:attachments?|enclosures?|documents attached|supporting documents)\s?:?$", re.IGNORECASE)
_ENDS = re.compile(r"(?:if you|your right|internal review|complain|yours|kind regards|why we|how to)", re.IGNORECASE)
_FILE = re.compile(
    r"(?<![\w/@.])[\w()\u2019'&-][\w ()\u2019'&,-]{0,80}\.(?:xlsx?|docx?|pdf|csv|ods|odt|zip"
    r"|pptx?|msg)\b",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?:titled|entitled|named|called)\s?[\u2018“\"']\s?(?P<name>[^\u2018\u2019”“\"']{3,120})")
_BARE_NAMES = re.compile(r"[A-Z0-9]\w{0,60}_\w{0,60}(?:\s[A-Z0-9]\w{0,60}_\w{0,60})*\s?$")
_GIVES = re.compile(
    r"\b(?:find|see|refer to|in)(?: the| our| an)? ((?:attached|enclosed)(?! (?:our|a|the) )"
    r"(?: (?:spreadsheet|document|table|file|report"
    r"|response|letter|pdf|data|information|copy|policy|notice|sheet)s?)?|attachments?|enclosures?)\b"
    r"|\bfind ((?:attached|enclosed) (?:a|the) (?:document|spreadsheet|table|file|copy|report|policy))\b"
    r"|\b(?:is|are) (?:now )?(attached|enclosed)\b"
    r"|\bwe (?:are attaching|attach|enclose) (a copy|copies|the [\w ]{2,30})",
    re.IGNORECASE,
)
_LEAD_WORDS = re.compile(
    r"^.{0,80}\b(?:attached|attachments?|enclosed|titled|the|in|see|document|spreadsheet|file)\s", re.IGNORECASE
)


def read_attachments(files: Iterable[str], response: list[Block]) -> tuple[str, ...]:
    """The names of attachments, each once, in the order met."""
    names = [*files, *_under_heading(response)]
    for block in response:
        names += [_LEAD_WORDS.sub("", found.group()) for found in _FILE.finditer(block.text)]
        if re.search(r"attach", block.text, re.IGNORECASE):
            names += [found["name"].strip() for found in _TITLED.finditer(block.text)]
    return tuple(dict.fromkeys(name for name in names if name)) or _unnamed(response)


def _unnamed(response: Iterable[Block]) -> tuple[str, ...]:
    """What an attachment is called in passing, where the response gives one and no name for it."""
    found = next((found for block in response if (found := _GIVES.search(block.text))), None)
    return (" ".join(next(filter(None, found.groups())).split()),) if found else ()


def _under_heading(response: list[Block]) -> list[str]:
    names: list[str] = []
    open_list = False
    for block in response:
        if _HEADING.match(block.text):
            open_list = True
        elif open_list and (_ENDS.match(block.text) or len(block.text) > 300):
            open_list = False
        elif open_list:
            names += _names(block)
    return names


def _names(block: Block) -> list[str]:
    """The names in one line of a list of attachments; what a file holds may follow its name after a colon."""
    text = block.text.strip()
    if _BARE_NAMES.match(text):
        return text.split()
    if file := _FILE.match(text):
        return [file.group()]
    return [text.split(": ")[0]] if block.mark and len(text) < 120 else []
