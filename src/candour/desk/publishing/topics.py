"""What an answer is about: the topics of the disclosure log, and those that the words of a request propose.

A proposal reads the request alone, never the answer. For an answer that neither confirms nor denies it is the rule (see
`candour.desk.publishing.publish`), so that its topics tell nothing of what is held.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

OTHER = "other"
"""The topic of what fits no other."""
MOST = 3
"""Topics of one answer; who files it under all tells readers nothing."""
_TITLE_COUNTS = 2
_SAVED = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True)
class Topic:
    """One topic: its part of addresses, its name in English and Welsh, its source, the words that propose it."""

    slug: str
    title: str
    welsh: str
    source: str
    words: tuple[str, ...]

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """What finds each of the words in a text."""
        return tuple(re.compile(_pattern(word), re.IGNORECASE) for word in self.words)

    def weight(self, text: str) -> int:
        """How many different words of the topic stand in the text."""
        return sum(1 for pattern in self.patterns if pattern.search(text))


@cache
def topics() -> Mapping[str, Topic]:
    """Every topic by its slug, in the order in which lists show them."""
    text = resources.files("candour.desk.publishing").joinpath("topics.toml").read_text(encoding="utf-8")
    return {
        entry["slug"]: Topic(entry["slug"], entry["title"], entry["welsh"], entry["source"], tuple(entry["words"]))
        for entry in tomllib.loads(text)["topic"]
    }


def proposed(title: str, questions: Iterable[str]) -> tuple[str, ...]:
    """The topics that the words of a request propose, the likeliest first: one at least, MOST at most.

    A word in the title counts twice; a topic with less than half the weight of the first is left out. A request with
    no word of any topic is filed under OTHER.
    """
    asked = "\n".join(questions)
    weights = {slug: _TITLE_COUNTS * topic.weight(title) + topic.weight(asked) for slug, topic in topics().items()}
    best = max(weights.values())
    if not best:
        return (OTHER,)
    # Stable: of the same weight, the topic that lists show first.
    ranked = sorted(weights, key=lambda slug: -weights[slug])
    return tuple(slug for slug in ranked if 2 * weights[slug] >= best)[:MOST]


def chosen(slugs: Iterable[str]) -> tuple[str, ...]:
    """The topics that somebody chose, each once, in the order of lists. Raises ValueError that says what is wrong."""
    given = set(slugs)
    if unknown := sorted(given - set(topics())):
        raise ValueError(f"“{unknown[0]}” is no topic of the disclosure log.")
    if not given:
        raise ValueError("Choose at least one topic. What fits none is “Other”.")
    if len(given) > MOST:
        raise ValueError(f"Choose no more than {MOST} topics.")
    if OTHER in given and len(given) > 1:
        raise ValueError("“Other” is for what fits no topic: untick it, or the rest.")
    return tuple(slug for slug in topics() if slug in given)


def saved(slugs: Iterable[str]) -> str:
    """The topics in one value, each in angle brackets, so that values can be strung together and counted apart."""
    return "".join(f"<{slug}>" for slug in slugs)


def read(value: str) -> list[str]:
    """The topics that `saved` wrote, also where several of its values stand in a row."""
    return _SAVED.findall(value)


def _pattern(word: str) -> str:
    parts = (r"[\s-]?".join(map(re.escape, part.split("-"))).replace(r"\*", r"\w*") for part in word.split())
    phrase = r"\s+".join(parts).replace("’", "[’']")
    return rf"(?<!\w){phrase}(?!\w)"
