"""Taking the requester out of a text: for the people who decide, and for the published copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from candour.desk.letter import response_of
from candour.desk.models import Case, Requester, Response
from candour.letters.response import Response as LetterResponse

REMOVED = "[personal details removed]"
"""What stands where the requester's name or contact stood."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/])(?:\+44\s?\(?0?\)?\s?|\(?0)\d(?:[\s()-]?\d){8,10}(?!\w)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b")
_SHORTEST_NAME = 3

T = TypeVar("T")


def mask(text: str, requester: Requester, taken: list[str] | None = None, *, contacts: bool = True) -> str:
    """The text without the requester's name, e-mail and postal address; each thing taken out is added to `taken`.

    With `contacts`, every e-mail address, telephone number and postcode goes too, whoever it belongs to.
    """
    patterns = [*own_details(requester), *((_EMAIL, _PHONE, _POSTCODE) if contacts else ())]
    return _without(text, patterns, taken if taken is not None else [])


def masked_response(case: Case, response: Response) -> tuple[LetterResponse, tuple[str, ...]]:
    """The response as it may be published, and each text that was taken out of it.

    From the words of the request every contact goes; from our answers only those of the requester, for ours stay.
    """
    public, taken = _masked(case, response.dated)
    return replace(public, requester=""), taken


def blind_response(case: Case, dated: date) -> LetterResponse:
    """The response as the people who decide may read it: as it will be sent, but not who asked."""
    return _masked(case, dated)[0]


def own_details(requester: Requester) -> tuple[re.Pattern[str], ...]:
    """What gives the requester away: the whole name and each name, the e-mail address, lines of the postal address."""
    lines = [line.strip() for line in requester.address.splitlines() if len(line.strip()) > _SHORTEST_NAME]
    exact = [text for text in (requester.name.strip(), requester.email.strip(), *lines) if text]
    names = [word for word in re.findall(r"[^\W\d_][\w’'-]+", requester.name) if len(word) >= _SHORTEST_NAME]
    return (
        *(re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE) for text in exact),
        # Single names only as written with a capital, so that Mark and mark are told apart.
        *(re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in names),
    )


def change_text(value: T, change: Callable[[str], str]) -> T:
    """The same value with every text in it changed, however deep in tuples and data classes; enumerations stay."""
    return cast("T", _changed(value, change))


def _masked(case: Case, dated: date) -> tuple[LetterResponse, tuple[str, ...]]:
    whole = response_of(case, dated)
    taken: list[str] = []

    def asked(text: str) -> str:
        return mask(text, case.requester, taken)

    def answered(text: str) -> str:
        return mask(text, case.requester, taken, contacts=False)

    public = replace(
        whole,
        opening=asked(whole.opening),
        subject=asked(whole.subject),
        questions=change_text(whole.questions, asked),
        answers=change_text(whole.answers, answered),
    )
    return public, tuple(dict.fromkeys(taken))


def _without(text: str, patterns: Iterable[re.Pattern[str]], taken: list[str]) -> str:
    for pattern in patterns:
        taken.extend(match.group() for match in pattern.finditer(text))
        text = pattern.sub(REMOVED, text)
    return text


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if type(value) is str:
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(item, change) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _changed(getattr(value, field.name), change) for field in fields(value)})
    return value
