"""Which steps clear a letter: rules as data, those of the program or a force's own, checked before they are used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from candour.desk.models.case import Profile
from candour.desk.models.response import LetterKind
from candour.desk.models.staff import Role
from candour.law import Outcome

MOST_STEPS = 4
_WHAT_FITS = {"outcomes", "sections", "words", "profile", "letters"}
_KEYS = {"name", "steps"} | _WHAT_FITS
_STEP_KEYS = {"name", "roles", "only", "informs"}
_SECTION = re.compile(r"[1-9][0-9]{0,2}[A-Z]?")


class ClearanceRulesError(ValueError):
    """The rules contradict themselves or the program; the message names the entry and what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One clearance: what it is called and which roles can give it. With `informs` the letter does not wait for it."""

    key: str
    name: str
    roles: tuple[str, ...]
    only: str
    informs: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rule looks at: the kind of a letter, what is decided in it, and the case it belongs to."""

    letter: str
    outcomes: frozenset[str]
    sections: frozenset[str]
    words: str
    profile: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Rounds of steps for the letters that it fits."""

    name: str
    rounds: tuple[tuple[Step, ...], ...]
    fits: Mapping[str, tuple[str, ...]]

    def is_for(self, matter: Matter) -> bool:
        """Whether everything that the rule names fits."""
        found = {
            "outcomes": matter.outcomes,
            "sections": matter.sections,
            "profile": {matter.profile},
            "letters": {matter.letter},
        }
        return all(
            any(_stands_in(word, matter.words) for word in wanted)
            if name == "words"
            else bool(found[name] & set(wanted))
            for name, wanted in self.fits.items()
        )


def rules_of(own: str) -> tuple[Rule, ...]:
    """The rules of a force: its own, or those of the program where it has none. Raises ClearanceRulesError."""
    return read_rules(own) if own.strip() else default_rules()


@cache
def default_rules() -> tuple[Rule, ...]:
    """The rules of the program. Raises ClearanceRulesError."""
    return read_rules(resources.files("candour.desk.clearing").joinpath("clearance.toml").read_text(encoding="utf-8"))


def rule_for(rules: tuple[Rule, ...], matter: Matter) -> Rule:
    """The first rule that fits; the last one always does."""
    return next(rule for rule in rules if rule.is_for(matter))


def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of this text, checked. Raises ClearanceRulesError naming what is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ClearanceRulesError(f"The rules are not TOML: {error}.") from error
    if unknown := set(raw) - {"steps", "rules"}:
        raise ClearanceRulesError(f"“{min(unknown)}” is not known. Write [steps.…] and [[rules]].")
    named, listed = raw.get("steps"), raw.get("rules")
    if not isinstance(named, dict) or not named or not isinstance(listed, list) or not listed:
        raise ClearanceRulesError("Give at least one [steps.…] and one [[rules]].")
    steps = {key: _step(key, entry) for key, entry in named.items()}
    rules = tuple(_rule(number, entry, steps) for number, entry in enumerate(listed, start=1))
    for rule in rules[:-1]:
        if not rule.fits:
            raise ClearanceRulesError(f"The rule “{rule.name}” fits every letter, so it must stand last.")
    if rules[-1].fits:
        raise ClearanceRulesError(
            f"The last rule, “{rules[-1].name}”, must fit every letter: name nothing but its steps."
        )
    return rules


def _step(key: str, entry: Any) -> Step:
    place = f"The step “{key}”"
    if not isinstance(entry, dict):
        raise ClearanceRulesError(f"{place} needs a name and roles.")
    _no_others(place, entry, _STEP_KEYS)
    name, roles, informs = entry.get("name"), entry.get("roles"), entry.get("informs", False)
    if not isinstance(name, str) or not name.strip() or len(name) > 60:
        raise ClearanceRulesError(f"{place} needs a name of at most 60 characters.")
    if not isinstance(informs, bool):
        raise ClearanceRulesError(f"{place}: “informs” is true or false.")
    found = _names(f"{place}: roles", roles, _CLEARING)
    only = entry.get("only", "")
    if not isinstance(only, str):
        raise ClearanceRulesError(f"{place}: “only” is a sentence.")
    return Step(key, name.strip(), found, only, informs)


def _rule(number: int, entry: Any, steps: Mapping[str, Step]) -> Rule:
    if not isinstance(entry, dict):
        raise ClearanceRulesError(f"Rule {number} needs a name and steps.")
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ClearanceRulesError(f"Rule {number} needs a name.")
    place = f"The rule “{name}”"
    _no_others(place, entry, _KEYS)
    rounds = entry.get("steps")
    if not isinstance(rounds, list) or not rounds or not all(isinstance(each, list) and each for each in rounds):
        raise ClearanceRulesError(f'{place}: write its steps as rounds, for example [["peer"], ["legal", "press"]].')
    keys = [key for each in rounds for key in each]
    if unknown := [key for key in keys if key not in steps]:
        raise ClearanceRulesError(f"{place} has the step “{unknown[0]}”, of which nothing is said under [steps].")
    if len(set(keys)) < len(keys) or len(keys) > MOST_STEPS:
        raise ClearanceRulesError(f"{place} needs one to {MOST_STEPS} steps, each once.")
    for each in rounds:
        if all(steps[key].informs for key in each) and (len(rounds) == 1 or each is not rounds[-1]):
            raise ClearanceRulesError(f"{place}: a round that only informs clears nothing. Put it beside another.")
    if all(steps[key].informs for key in keys):
        raise ClearanceRulesError(f"{place} clears nothing: all its steps only inform.")
    fits = {key: _fitting(f"{place}: {key}", key, entry[key]) for key in sorted(_WHAT_FITS & set(entry))}
    return Rule(name.strip(), tuple(tuple(steps[key] for key in each) for each in rounds), fits)


def _fitting(place: str, key: str, values: Any) -> tuple[str, ...]:
    match key:
        case "outcomes":
            return _names(place, values, {outcome.value for outcome in Outcome})
        case "profile":
            return _names(place, values, set(Profile.values))
        case "letters":
            return _names(place, values, set(LetterKind.values))
    found = _names(place, values, None)
    if key == "sections" and (odd := [each for each in found if not _SECTION.fullmatch(each)]):
        raise ClearanceRulesError(f'{place}: “{odd[0]}” is no section. Write sections as "36" or "40".')
    return found


def _names(place: str, values: Any, known: set[str] | None) -> tuple[str, ...]:
    texts = isinstance(values, list) and values and all(isinstance(each, str) and each.strip() for each in values)
    if not texts:
        raise ClearanceRulesError(f"{place} must be a list of texts.")
    if known is not None and (odd := [each for each in values if each not in known]):
        raise ClearanceRulesError(f"{place}: “{odd[0]}” is not known; known are {', '.join(sorted(known))}.")
    return tuple(values)


def _no_others(place: str, entry: Mapping[str, Any], known: set[str]) -> None:
    if unknown := set(entry) - known:
        raise ClearanceRulesError(
            f"{place} has the unknown key “{min(unknown)}”; known are {', '.join(sorted(known))}."
        )


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None


_CLEARING = {Role.OFFICER.value, Role.APPROVER.value, Role.MANAGER.value, Role.LEGAL.value, Role.PRESS.value}
"""The roles that can be asked to clear a letter, or be told of it."""
