"""Taking the requester out of a text: for the people who decide, and for the published copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from candour.desk.answering.letter import response_of
from candour.desk.models import Case, Requester, Response
from candour.letters.model import Letter, Quote
from candour.letters.response import Answer, Asked
from candour.letters.response import Response as LetterResponse
from candour.letters.stored import from_plain

REMOVED = "[personal details removed]"
"""What stands where the requester's name or contact stood."""

# Begun only where a word begins, so that a long word without an @ is not searched from each of its letters.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/])(?:\+44\s?\(?0?\)?\s?|\+[1-9]\d{0,2}\s?|\(?0)\d(?:[\s()-]{0,2}\d){8,10}(?!\w)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_NATIONAL_INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?(?:\d{2}\s?){3}[A-D]\b", re.IGNORECASE)
_REGISTRATION_PLATE = re.compile(r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b")
_SHORTEST_NAME = 3
_SHORTEST_WHOLE_NAME = 4

T = TypeVar("T")


def mask(text: str, requester: Requester, taken: list[str] | None = None) -> str:
    """Words of a request without what tells who anybody is; each thing taken out is added to `taken`.

    The requester's name, each of their names, their addresses, and every e-mail address, telephone number, postcode,
    national insurance number and number plate.
    """
    patterns = (*_own_details(requester), _EMAIL, _PHONE, _POSTCODE, _NATIONAL_INSURANCE, _REGISTRATION_PLATE)
    return _without(text, patterns, taken if taken is not None else [])


def mask_answer(text: str, requester: Requester, taken: list[str] | None = None) -> str:
    """Words of ours without the requester's whole name and e-mail address.

    A single name may be an ordinary word (May, Young), and a line of an address the town of the force, so those stay.
    """
    name = requester.name.strip()
    whole = name if len(name) >= _SHORTEST_WHOLE_NAME else ""
    patterns = [_exact(known) for known in (whole, requester.email.strip()) if known]
    return _without(text, patterns, taken if taken is not None else [])


def masked_question(asked: Asked, requester: Requester) -> Asked:
    """A question as the people who decide may read it."""
    return change_text(asked, lambda text: mask(text, requester))


def blind_response(case: Case, dated: date) -> LetterResponse:
    """The response as the people who decide may read it: as it will be sent, but not who asked."""
    whole = response_of(case, dated)

    def asked(text: str) -> str:
        return mask(text, case.requester)

    return replace(
        whole,
        opening=asked(whole.opening),
        subject=asked(whole.subject),
        questions=change_text(whole.questions, asked),
        answers=change_text(whole.answers, lambda text: mask_answer(text, case.requester)),
    )


def published_letter(case: Case, response: Response, also: Iterable[str] = ()) -> tuple[Letter, tuple[str, ...]]:
    """The letter that was sent as it may be published, and each text that was taken out of it.

    From words of the request, which stand in quotations, every contact goes; from ours only those of the requester.
    Words that a person took out go wherever they stand: those kept with the response, and `also`.
    """
    sent: Letter = from_plain(response.frozen["letter"])
    taken: list[str] = []
    asked, answered = _ways(case, response, also, taken)
    public = replace(
        sent,
        subject=asked(sent.subject),
        salutation=case.authority.words.say("salutation_public"),
        addressee="",
        sections=_sections(sent.sections, asked, answered),
    )
    return public, tuple(dict.fromkeys(taken))


def published_answers(case: Case, response: Response) -> tuple[Answer, ...]:
    """The decisions and tables that the letter was composed from, as they may be published."""
    sent: LetterResponse = from_plain(response.frozen["response"])
    _, answered = _ways(case, response, (), [])
    return change_text(sent.answers, answered)


def published_questions(case: Case, response: Response, also: Iterable[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The title of the request and the questions that the letter answers, as they may be published."""
    sent: LetterResponse = from_plain(response.frozen["response"])
    asked, _ = _ways(case, response, also, [])
    return asked(sent.subject), tuple(asked(question.text) for question in sent.questions)


def _ways(
    case: Case, response: Response, also: Iterable[str], taken: list[str]
) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """What is done with words of the request, and what with words of ours."""
    # By its rows, so that whoever looks through many answers can have read them all at once.
    kept = [each.words for each in response.taken_out.all()]
    found = [_exact(words.strip()) for words in (*kept, *also) if words.strip()]
    return (
        lambda text: _without(mask(text, case.requester, taken), found, taken),
        lambda text: _without(mask_answer(text, case.requester, taken), found, taken),
    )


def change_text(value: T, change: Callable[[str], str]) -> T:
    """The same value with every text in it changed, however deep in tuples and data classes; enumerations stay."""
    return cast("T", _changed(value, change))


def _sections(sections: Any, asked: Callable[[str], str], answered: Callable[[str], str]) -> Any:
    return tuple(
        replace(
            section,
            blocks=tuple(
                change_text(block, asked if isinstance(block, Quote) else answered) for block in section.blocks
            ),
            sections=_sections(section.sections, asked, answered),
        )
        for section in sections
    )


def _own_details(requester: Requester) -> tuple[re.Pattern[str], ...]:
    lines = [line.strip() for line in requester.address.splitlines() if len(line.strip()) > _SHORTEST_NAME]
    exact = [text for text in (requester.name.strip(), requester.email.strip(), *lines) if text]
    names = [
        word for word in re.findall(r"[^\W\d_][\w\u0300-\u036f’'-]+", requester.name) if len(word) >= _SHORTEST_NAME
    ]
    return (
        *(_exact(text) for text in exact),
        # Single names only as written with a capital, so that Mark and mark are told apart.
        *(re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in names),
    )


def _exact(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)


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
