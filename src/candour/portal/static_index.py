"""The index with which a browser searches the exported log: small files, of which a search fetches only a few.

`words/XX.json` holds, for every word that begins with XX, the entries with it and how much it counts there;
`entries/N.json` the titles and addresses of entries N*500 to N*500+499, the newest first;
`topics/SLUG.json` the numbers of the entries on a topic. The script that reads them
(frontend/static-search.js) takes words apart in the same way; a test compares the two.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from candour.desk.models import Publication
from candour.desk.publishing.topics import read
from candour.portal.data import outcome_labels, with_changes

LANGUAGES = ("en-gb", "cy")
IN_A_BLOCK = 500
TITLE_COUNTS = 5
MOST_COUNTED = 20
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ing", "es", "ed", "s")
_SHORTEST_STEM = 3


def words_of(text: str) -> list[str]:
    """The words of a text as they are looked for: small, without accents, without a common English ending."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return [stem(word) for word in _WORD.findall(plain)]


def stem(word: str) -> str:
    """The word without its ending, if enough is left of it."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def shard_of(word: str) -> str:
    """The name of the file that the word is in: the numbers of its first two characters."""
    return "-".join(f"{ord(character):x}" for character in word[:2])


def write_index(root: Path, entries: Any) -> None:
    """Write the index of the entries, in their order, into the folder."""
    (root / "words").mkdir(parents=True)
    (root / "entries").mkdir()
    (root / "topics").mkdir()
    postings: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    filed: dict[str, list[int]] = defaultdict(list)
    block: list[dict[str, Any]] = []
    number = -1
    with translation.override("en-gb"):
        for number, entry in enumerate(with_changes(entries).defer("content").iterator(chunk_size=200)):
            counted = Counter(words_of(entry.words))
            for word in words_of(entry.title):
                counted[word] += TITLE_COUNTS
            for word, count in counted.items():
                postings[shard_of(word)][word] += [number, min(count, MOST_COUNTED)]
            for slug in read(entry.topics):
                filed[slug].append(number)
            block.append(
                {
                    "title": entry.title,
                    "force": entry.authority.name,
                    "reference": entry.reference,
                    **{language[:2]: _in(language, entry) for language in LANGUAGES},
                }
            )
            if len(block) == IN_A_BLOCK:
                _json(root / "entries" / f"{number // IN_A_BLOCK}.json", block)
                block = []
    if block:
        _json(root / "entries" / f"{number // IN_A_BLOCK}.json", block)
    for shard, found in postings.items():
        _json(root / "words" / f"{shard}.json", found)
    for slug, numbers in filed.items():
        _json(root / "topics" / f"{slug}.json", numbers)
    _json(root / "about.json", {"entries": number + 1, "block": IN_A_BLOCK})


def _in(language: str, entry: Publication) -> dict[str, Any]:
    """What a list says of the entry in a language, and where it stands."""
    with translation.override(language):
        found: dict[str, Any] = {
            "address": reverse("portal:entry", args=[entry.authority.slug, entry.slug]),
            "responded": date_format(entry.responded, "j F Y"),
            "outcomes": outcome_labels(entry),
        }
        if (change := entry.replaced) and (later := change.replaced_by):
            found["replaced"] = {
                "word": gettext("Replaced"),
                "says": gettext("Read the answer that holds now:"),
                "address": reverse("portal:entry", args=[entry.authority.slug, later.slug]),
                "title": later.title,
                "reference": later.reference,
            }
        return found


def _json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
