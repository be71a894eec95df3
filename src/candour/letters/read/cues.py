"""The words by which a response shows what it does, compiled from `cues.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Cues:
    """Every cue, one pattern to a purpose: those that start a line are matched, the others searched for."""

    furniture: re.Pattern[str]
    quoted_mail: re.Pattern[str]
    request_heading: re.Pattern[str]
    request_introduction: re.Pattern[str]
    introduction_end: re.Pattern[str]
    request_label: re.Pattern[str]
    preamble: re.Pattern[str]
    asks_for_the_following: re.Pattern[str]
    opens_an_ask: re.Pattern[str]
    answers_below: re.Pattern[str]
    response_heading: re.Pattern[str]
    response_label: re.Pattern[str]
    numbered_response: re.Pattern[str]
    response_start: re.Pattern[str]
    heading_line: re.Pattern[str]
    undecided: re.Pattern[str]
    advises: re.Pattern[str]
    beyond_questions: re.Pattern[str]
    end_heading: re.Pattern[str]
    closing: re.Pattern[str]
    states_figures: re.Pattern[str]
    names_no_figure: frozenset[str]
    outcomes: dict[str, re.Pattern[str]]


@cache
def cues() -> Cues:
    """The cues shipped with the package."""
    data = tomllib.loads(resources.files("candour.letters.read").joinpath("cues.toml").read_text(encoding="utf-8"))
    request, response = data["request"], data["response"]
    return Cues(
        furniture=_any([f"(?:{line})$" for line in data["furniture"]["lines"]]),
        quoted_mail=_any(data["furniture"]["quoted_mail"]),
        request_heading=_any(request["headings"]),
        request_introduction=_any([rf"\b{words}" for words in request["introduces"]]),
        introduction_end=_any(request["introduction_ends"]),
        request_label=_any(request["labels"]),
        preamble=_any(request["preambles"]),
        asks_for_the_following=_any(request["asks_for_the_following"]),
        opens_an_ask=_any(request["opens_an_ask"]),
        answers_below=_any(response["answers_below"]),
        response_heading=_any(response["headings"]),
        response_label=_any(response["labels"]),
        numbered_response=_any(response["numbered"]),
        response_start=_any(response["starts"]),
        heading_line=_any(response["heading_lines"]),
        undecided=_any(response["undecided"]),
        advises=_any(response["advises"]),
        beyond_questions=_any(response["beyond_questions"]),
        end_heading=_any(response["end_headings"]),
        closing=_any(response["closes"]),
        states_figures=_any([rf"\b{phrase}" for phrase in data["states_figures"]["phrases"]]),
        names_no_figure=frozenset(data["names_no_figure"]["words"]),
        outcomes={
            name: _any([rf"\b{phrase}" for phrase in entry["phrases"]]) for name, entry in data["outcome"].items()
        },
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
