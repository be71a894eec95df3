"""Names of people and of police forces, by gazetteer."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_INITIAL = re.compile(r"[A-Z]\.?")
_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "lady", "rev", "pc", "ps", "dc", "ds", "di"}
)
_PAIR = re.compile(r"\b([A-Z][a-z’'-]+|[A-Z]{2,})[ \u00a0](?:[A-Z]\.? )?((?:Mac|Mc|O['’])?[A-Z][a-z’'-]+|[A-Z]{2,})\b")


@cache
def _gazetteer(key: str) -> frozenset[str]:
    data = tomllib.loads((files(__package__) / "names.toml").read_text(encoding="utf-8"))
    return frozenset(str(data[key]).split())


@cache
def _forces() -> tuple[frozenset[str], frozenset[str]]:
    data = tomllib.loads((files(__package__) / "forces.toml").read_text(encoding="utf-8"))
    return frozenset(data["words"]), frozenset(data["carried"])


@lru_cache(maxsize=65_536)
def is_force(text: str) -> bool:
    """Whether a cell is the name of a police force (or a total beside them), in any of the usual ways to write it."""
    words = [word for word in re.sub(r"[^a-z]+", " ", text.casefold().replace("&", " and ")).split() if word]
    names, carried = _forces()
    if " ".join(words) in names:
        return True
    return " ".join(word for word in words if word not in carried - {"of"}) in names or (
        " ".join(word for word in words if word not in carried) in names
    )


@lru_cache(maxsize=65_536)
def is_person(text: str) -> bool:
    """Whether a whole cell reads as the name of a person: “Sarah Okafor”, “OKAFOR, S”, “Okafor”, “Sarah”."""
    if len(text) > 60 or any(character.isdigit() for character in text) or is_force(text):
        return False
    words = [word for word in re.split(r"[\s,]+", text.strip()) if word]
    if words and words[0].casefold().rstrip(".") in _TITLES:
        words = words[1:]
    if not 1 <= len(words) <= 4 or not all(_INITIAL.fullmatch(word) or _WORD.fullmatch(word) for word in words):
        return False
    plain = [_bare(word) for word in words if not _INITIAL.fullmatch(word)]
    if not plain or any(word in _gazetteer("places_and_bodies") for word in plain[1:]):
        return False
    fore, sur = _gazetteer("forenames"), _gazetteer("surnames")
    if len(words) == 1:
        return plain[0] in fore | sur and plain[0] not in _gazetteer("ordinary")
    if len(plain) == 1:
        return plain[0] in sur | fore
    if not all(word[:1].isupper() for word in words):
        return False
    known = sum(word in fore or word in sur for word in plain)
    solid = sum(word in fore | sur and word not in _gazetteer("ordinary") for word in plain)
    return solid >= 1 and (known >= 2 or plain[0] in fore - _gazetteer("ordinary") or "," in text)


def people_in(text: str) -> list[str]:
    """Pairs of a known forename and a known surname in running text."""
    return [
        match.group()
        for match in _PAIR.finditer(text)
        if (first := _bare(match.group(1))) in _gazetteer("forenames")
        and (last := _bare(match.group(2))) in _gazetteer("surnames")
        and not (first in _gazetteer("ordinary") and last in _gazetteer("ordinary"))
    ]


def _bare(word: str) -> str:
    """A name as the gazetteer writes it; of a double-barrelled one, the first half."""
    return re.sub(r"['’.]", "", word.casefold().split("-")[0])
