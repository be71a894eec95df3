"""Messages of WhatDoTheyKnow, the site that publishes requests and whatever is sent back to them."""

from __future__ import annotations

import re

_SUBJECT = re.compile(r"\s*(?:re:\s*)?freedom of information (?:request|act request)\s*[-–:]\s*", re.IGNORECASE)
_FOOT = re.compile(r"\n-{10,}[ \t]*\n\s*Please use this email address for all replies to this request:", re.IGNORECASE)


def title_of(subject: str) -> str:
    """What a request is about, without the words that the site puts before it."""
    return _SUBJECT.sub("", subject, count=1).strip()


def without_foot(text: str) -> str:
    """The words of the requester, without the notice that the site puts below them."""
    found = _FOOT.search(text)
    return text[: found.start()].rstrip() + "\n" if found else text
