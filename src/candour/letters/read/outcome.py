"""What a passage, a question and a whole response come to, from the words used and the limbs cited."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from functools import cache

from candour.law.catalogue import Kind, Limb, catalogue
from candour.law.decision import Outcome as Decided
from candour.law.provision import Provision
from candour.letters.read.cues import cues


class ReadOutcome(StrEnum):
    """What a question, or the response as a whole, came to, as far as the text shows."""

    FULL = "full"
    PARTIAL = "partial"
    REFUSED = "refused"
    NCND = "ncnd"
    NOT_HELD = "not_held"
    COST_REFUSAL = "cost_refusal"
    MIXED = "mixed"


class Signal(StrEnum):
    """One thing that a passage says it does; the names are those of the phrase lists in `cues.toml`."""

    DISCLOSED = "disclosed"
    WITHHELD = "withheld"
    NCND = "ncnd"
    NOT_HELD = "not_held"
    COST = "cost"


_OLD_DENIAL = Provision("40", ("5",))
"""Section 40(5) until 25 May 2018, which letters go on citing."""

_TELLS = {
    Decided.DISCLOSED: ReadOutcome.FULL,
    Decided.PARTLY_DISCLOSED: ReadOutcome.PARTIAL,
    Decided.WITHHELD: ReadOutcome.REFUSED,
    Decided.NCND: ReadOutcome.NCND,
    Decided.NOT_HELD: ReadOutcome.NOT_HELD,
    Decided.COST_LIMIT: ReadOutcome.COST_REFUSAL,
    Decided.VEXATIOUS: ReadOutcome.REFUSED,
    Decided.REPEATED: ReadOutcome.REFUSED,
    Decided.ALREADY_ACCESSIBLE: ReadOutcome.REFUSED,
    Decided.INTENDED_FOR_PUBLICATION: ReadOutcome.REFUSED,
}
_SENTENCES = tuple((decided.facts.tells, outcome) for decided, outcome in _TELLS.items())
_ONE_REFUSAL = {
    Signal.WITHHELD: ReadOutcome.REFUSED,
    Signal.NCND: ReadOutcome.NCND,
    Signal.NOT_HELD: ReadOutcome.NOT_HELD,
    Signal.COST: ReadOutcome.COST_REFUSAL,
}


def read_as(decided: Decided) -> ReadOutcome:
    """How a decision's outcome reads; every refusal that withholds reads alike."""
    return _TELLS[decided]


def told(text: str) -> ReadOutcome | None:
    """The outcome that a letter of our own tells in its fixed sentence; None when no such sentence stands there."""
    flat = " ".join(text.split())
    told_at = [
        (place, -len(sentence), outcome) for sentence, outcome in _SENTENCES if (place := flat.find(sentence)) >= 0
    ]
    return min(told_at)[2] if told_at else None


def signals(text: str, provisions: Collection[Provision]) -> frozenset[Signal]:
    """What a passage says it does, read together with the limbs it cites."""
    flat = " ".join(text.split())
    said = {signal for signal in Signal if cues().outcomes[signal.value].search(flat)}
    said |= _implied(provisions) if not said & set(_ONE_REFUSAL) else set()
    if Signal.COST not in said and Signal.DISCLOSED not in said and _sets_out_figures(flat):
        said.add(Signal.DISCLOSED)
    if said == {Signal.NOT_HELD} and cues().states_figures.search(flat):
        # A reply that has told what is not held goes on to answer the rest without saying that it discloses anything.
        said.add(Signal.DISCLOSED)
    sections = {provision.section for provision in provisions}
    if sections == {"12"} or (Signal.COST in said and not sections):
        said = (said - {Signal.WITHHELD}) | {Signal.COST}
    if sections and "12" not in sections and Signal.COST in said and Signal.DISCLOSED in said:
        said -= {Signal.COST}
    if Signal.COST in said:
        said -= {Signal.NOT_HELD, Signal.NCND}
    if Signal.NCND in said:
        said -= {Signal.NOT_HELD} if _substantive(provisions) else {Signal.NOT_HELD, Signal.WITHHELD}
    return frozenset(said)


def signals_of(outcome: ReadOutcome) -> tuple[Signal, ...]:
    """The signals that say an outcome, the plainest first."""
    return tuple(signal for signal, says in _ONE_REFUSAL.items() if says is outcome) or (
        (Signal.WITHHELD,)
        if outcome is ReadOutcome.PARTIAL
        else (Signal.DISCLOSED,)
        if outcome is ReadOutcome.FULL
        else ()
    )


def judge(said: Collection[Signal]) -> ReadOutcome | None:
    """The outcome of one passage, or of a response that gives no outcome for each question."""
    refusals = [signal for signal in said if signal in _ONE_REFUSAL]
    if not refusals:
        return ReadOutcome.FULL if Signal.DISCLOSED in said else None
    if Signal.DISCLOSED in said:
        return ReadOutcome.PARTIAL if refusals == [Signal.WITHHELD] else ReadOutcome.MIXED
    return _ONE_REFUSAL[refusals[0]] if len(refusals) == 1 else ReadOutcome.MIXED


def together(outcomes: Iterable[ReadOutcome | None]) -> ReadOutcome | None:
    """The outcome of a response whose questions all have one: theirs if they agree, else mixed."""
    each = list(outcomes)
    if not each or None in each:
        return None
    return each[0] if len(set(each)) == 1 else ReadOutcome.MIXED


def of_parts(outcomes: Iterable[ReadOutcome | None]) -> ReadOutcome | None:
    """The outcome of one question whose parts differ: something given and something refused is partial."""
    each = set(outcomes)
    if not each or None in each:
        return None
    if len(each) == 1:
        return each.pop()
    return ReadOutcome.PARTIAL if each & {ReadOutcome.FULL, ReadOutcome.PARTIAL} else ReadOutcome.MIXED


def _sets_out_figures(flat: str) -> bool:
    """Whether a name stands before its figure, as in `Horses: 12` or a row of a table."""
    return any(found["last"].lower() not in cues().names_no_figure for found in _FIGURE.finditer(flat))


_FIGURE = re.compile(
    r"(?P<last>[A-Za-z\u2019']{2,30}|\b(?:19|20)\d\d(?:/\d\d)?)\)?\s?[:|] ?\u00a3?\d{1,3}(?:,?\d{3}){0,3}(?:\.\d\d?)?%?"
    r"(?=\.?(?: \||$| \u00b6| (?!(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)\b)[A-Z(]))"
)


def _implied(provisions: Collection[Provision]) -> set[Signal]:
    """What citing limbs says where no words say it."""
    if not provisions:
        return set()
    if all(provision.section == "12" for provision in provisions):
        return {Signal.COST}
    bare = not any(provision.steps for provision in provisions)
    return {Signal.WITHHELD} if bare or _substantive(provisions) else {Signal.NCND}


def _substantive(provisions: Collection[Provision]) -> bool:
    """Whether a limb is cited that withholds information, and so says that it is held."""
    denied = {provision.section for provision in provisions if denies(provision)}
    return any(
        not denies(provision) and provision.section != "12" and (provision.steps or provision.section not in denied)
        for provision in provisions
    )


def denies(provision: Provision) -> bool:
    """Whether the limb lifts the duty to confirm or deny, as catalogued or before it was replaced."""
    subsection = Provision(provision.section, provision.steps[:1])
    return subsection == _OLD_DENIAL or any(limb.provision.within(subsection) for limb in _deniers())


@cache
def _deniers() -> tuple[Limb, ...]:
    return tuple(limb for limb in catalogue() if limb.kind is Kind.DENY)
