"""What an attacker can infer from every release together, and which releases tell it.

The attacker holds everything that was ever published about the register, knows what marks and rounding mean, and takes
extracts of different days for one register where they can be (which tells more than is true, never less). Where they
cannot, the extracts are told apart, and cases are only added from one to the next; where not even that fits what was
published, nothing is taken to hold between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from candour.tables.audit.because import Because, Reasons
from candour.tables.audit.building import build
from candour.tables.audit.contradiction import contradicting, fits
from candour.tables.audit.rules import is_open
from candour.tables.audit.search import Contradiction, Found, Search, Unsettled
from candour.tables.audit.system import System
from candour.tables.ledger.corrections import linked_by_corrections
from candour.tables.ledger.ledger import Ledger, LedgerError, Release
from candour.tables.ledger.statement import Statement
from candour.tables.ledger.statements import statements
from candour.tables.protection import Protection

Going = Callable[[], bool]
"""Whether the work may go on; asked between programs."""

MOST_EXPLAINED = 400
"""Of so many findings the shortest set of releases is looked for."""


_THREADS = 2


class Contradictory(LedgerError):
    """No register agrees with all that was published."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One count that is told: the range an attacker infers (`upper` None where nothing bounds it) and from what.

    `because`: the references of the shortest set of releases that tells; `is_shortest`: whether no smaller set does.
    `undecided`: neither this nor its opposite was shown in the time allowed. `kind` as of
    `candour.tables.audit.system.Target`; `words`: the finding as a sentence. `target`: its place among the targets.
    """

    cell: str
    unit: str
    lower: int
    upper: int | None
    because: tuple[str, ...]
    is_shortest: bool
    undecided: bool
    kind: str
    words: str
    target: int

    def as_data(self) -> dict[str, object]:
        """The finding as `candour audit --format json` prints it."""
        return {
            "cell": self.cell,
            "unit": self.unit,
            "lower": self.lower,
            "upper": self.upper,
            "because": list(self.because),
            "shortest": self.is_shortest,
            "undecided": self.undecided,
            "kind": self.kind,
            "words": self.words,
        }


@dataclass(frozen=True, eq=False)
class Audit:
    """The outcome: findings, those that were told already without the candidate, and notes on how it was done.

    `eras`: for each release the extract it was taken for; `linked`: whether cases were taken to be only added between
    extracts. `doubting`: whether corrections contradict what they correct. `targets`: how many counts were looked at.
    `settled` is false where not even one register was found that meets every claim: then nothing is known to be safe.
    """

    safe: bool
    releases: int
    findings: tuple[Finding, ...]
    already: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    eras: tuple[int, ...] = ()
    linked: bool = False
    doubting: bool = False
    targets: int = 0
    unknowns: int = 0
    settled: bool = True
    system: System | None = field(default=None, repr=False)
    found: Found | None = field(default=None, repr=False)
    protection: Protection = field(default_factory=Protection)
    ledger: Ledger = field(default_factory=Ledger, repr=False)

    def as_data(self) -> dict[str, object]:
        """The audit as `candour audit --format json` prints it."""
        return {
            "safe": self.safe,
            "releases": self.releases,
            "findings": [each.as_data() for each in self.findings],
            "already": [each.as_data() for each in self.already],
            "notes": list(self.notes),
            "targets": self.targets,
            "settings": self.protection.settings(),
        }


def audit(
    ledger: Ledger,
    candidate: Release | None = None,
    protection: Protection | None = None,
    going: Going = lambda: True,
) -> Audit:
    """What every release together tells; with a candidate, what it tells that the others do not.

    Raises LedgerError where a release cannot be understood, Contradictory where releases of one extract contradict each
    other, and TooLarge where the releases cross too many categories.
    """
    protection = protection or Protection()
    if protection.insiders:
        raise LedgerError("What insiders learn is found by `candour.tables.audit.insiders.audit_with_insiders`.")
    if protection.overrides or protection.least_population:
        raise LedgerError("The audit takes decisions on single cells from the ledger, where they stand as “accepted”.")
    whole = ledger.with_release(candidate) if candidate else ledger
    stated = statements(whole)
    doubting = _is_doubtful(whole, stated)
    if doubting:
        stated = statements(whole, doubting=True)
    if not stated:
        return Audit(safe=True, releases=len(whole.releases), findings=(), protection=protection, ledger=whole)
    try:
        search, eras, linked, notes = _search(whole, stated, protection, going)
    except Unsettled:
        note = "No register was found that agrees with every release, so nothing is known to be safe."
        return Audit(
            safe=False,
            releases=len(whole.releases),
            findings=(),
            notes=(note,),
            settled=False,
            protection=protection,
            ledger=whole,
        )
    if doubting:
        notes = [
            *notes,
            "A correction and what it corrects do not fit, so what both may speak of is taken from the correction.",
        ]
    found = search.found()
    findings, already = _findings(
        whole, search.system, found, protection, has_candidate=candidate is not None, going=going
    )
    return Audit(
        safe=not findings,
        releases=len(whole.releases),
        findings=tuple(findings),
        already=tuple(already),
        notes=tuple(notes),
        eras=tuple(eras),
        linked=linked,
        doubting=doubting,
        targets=len(search.system.targets),
        unknowns=search.system.count,
        system=search.system,
        found=found,
        protection=protection,
        ledger=whole,
    )


def _is_doubtful(ledger: Ledger, stated: Sequence[Statement]) -> bool:
    """Whether corrections contradict what they correct even without the figures that they print otherwise."""
    chosen = linked_by_corrections(ledger)
    some = [each for each in stated if each.release in chosen]
    return bool(some) and not fits(build(ledger, some, [0] * len(ledger.releases)))


def _search(
    ledger: Ledger, stated: Sequence[Statement], protection: Protection, going: Going
) -> tuple[Search, list[int], bool, list[str]]:
    """The search over the first way to take the extracts that some register agrees with."""
    many = len(ledger.releases)
    together = build(ledger, stated, [0] * many)
    try:
        return Search(together, protection, going), [0] * many, False, []
    except Contradiction:
        clash = _named(ledger, contradicting(together))
    eras = _eras(ledger, stated)
    if max(eras) == 0:
        raise Contradictory(_contradiction(clash))
    note = f"Releases {_list(clash)} cannot be of one extract, so {max(eras) + 1} extracts were told apart; "
    if not ledger.withdrawn:
        try:
            linked = build(ledger, stated, eras, linked=True)
            return Search(linked, protection, going), eras, True, [f"{note}cases were taken to be only added."]
        except Contradiction:
            pass
    apart = build(ledger, stated, eras)
    note += "since cases also vanish, nothing was taken to hold between them."
    try:
        return Search(apart, protection, going), eras, False, [note]
    except Contradiction:
        clash = _named(ledger, contradicting(apart))
        raise Contradictory(_contradiction(clash)) from None


def _eras(ledger: Ledger, stated: Sequence[Statement]) -> list[int]:
    """For each release the era of its extract: extracts in order of their days, a new era where one no longer fits."""
    days = sorted({release.extracted for release in ledger.releases})
    era_of = {}
    era, inside = 0, list[int]()
    for day in days:
        mine = [at for at, release in enumerate(ledger.releases) if release.extracted == day]
        chosen = set(inside + mine)
        some = [each for each in stated if each.release in chosen]
        if inside and not fits(build(ledger, some, [0] * len(ledger.releases))):
            era, inside = era + 1, []
        inside += mine
        era_of[day] = era
    return [era_of[release.extracted] for release in ledger.releases]


def _named(ledger: Ledger, releases: Sequence[int]) -> list[str]:
    return [ledger.releases[at].reference for at in releases]


def _contradiction(clash: list[str]) -> str:
    """What is wrong, and what to look at first."""
    if len(clash) == 1:
        return (
            f"Release {clash[0]} contradicts itself: no register agrees with all it prints. Are its totals right, are "
            "its groups known, and is every category listed? If not, say of the column that it is not complete."
        )
    return (
        f"Releases {_list(clash)} contradict each other: no register agrees with all they print. Are they of one unit "
        "and one extract, and do their labels mean the same?"
    )


def _findings(
    ledger: Ledger, system: System, found: Found, protection: Protection, *, has_candidate: bool, going: Going
) -> tuple[list[Finding], list[Finding]]:
    told = _distinct(system, found)
    last = len(ledger.releases) - 1

    def explained(places: Sequence[int]) -> list[tuple[int, Finding, bool]]:
        reasons = Reasons(system, found.registers)
        done = []
        for place in places:
            target = told[place]
            lower, upper = found.lower[[target]], found.upper[[target]]
            wanting = is_open(protection, np.array([system.targets[target].sensitive]), lower, upper)
            low, high = (int(lower[0]) if wanting[0][0] else None), (int(upper[0]) if wanting[1][0] else None)
            undecided = bool(found.undecided[target])
            is_known = has_candidate and not undecided and reasons.tells(target, low, high, range(last))
            if undecided:
                because = Because(tuple(range(last + 1)), is_shortest=False)
            elif place >= MOST_EXPLAINED or not going():
                because = Because(system.targets[target].releases, is_shortest=False)
            else:
                because = reasons.shortest(target, low, high, [last] if is_known else [])
            ends = int(lower[0]), int(upper[0])
            finding = _finding(ledger, system, target, ends, because=because, undecided=undecided, reasons=reasons)
            done.append((place, finding, is_known))
        return done

    # The solver lets go of the interpreter, so two threads use two cores; which finding goes where is fixed.
    with ThreadPoolExecutor(_THREADS) as threads:
        parts = list(threads.map(explained, [range(first, len(told), _THREADS) for first in range(_THREADS)]))
    every = sorted((each for part in parts for each in part), key=lambda each: each[0])
    return [each for _, each, known in every if not known], [each for _, each, known in every if known]


def counted(system: System, found: Found, target: int) -> bytes:
    """A key of the cases that a target counts, cells apart that are empty in every register."""
    columns, factors = system.target_row(target)
    counting = found.possible[columns]
    return columns[counting].tobytes() + factors[counting].tobytes()


def _distinct(system: System, found: Found) -> list[int]:
    """The targets that are told, without those that count the same cases as another, cells apart that are empty."""
    seen: dict[bytes, int] = {}
    for target in map(int, np.flatnonzero(found.told)):
        seen.setdefault(counted(system, found, target), target)
    derived = {target for target in seen.values() if system.targets[target].kind == "derived"}
    printed = [target for target in map(int, np.flatnonzero(found.told)) if system.targets[target].kind != "derived"]
    return sorted({*derived, *printed})


def _finding(
    ledger: Ledger,
    system: System,
    target: int,
    range_: tuple[int, int],
    *,
    because: Because,
    undecided: bool,
    reasons: Reasons,
) -> Finding:
    about = system.targets[target]
    lower, highest = range_
    upper = None if highest >= system.largest // 2 else highest
    references = tuple(ledger.releases[at].reference for at in because.releases)
    count = f"is {lower}" if lower == upper else f"is {lower} or more" if upper is None else f"is {lower} to {upper}"
    cell = about.name if about.kind != "new" else f"new since the extract before, {about.name}"
    if undecided:
        words = f"{cell}: it could not be shown that the number of {about.unit} is not told."
    else:
        signs = reasons.signs(target, because.releases) if len(because.releases) > 1 else {}
        plus = [ledger.releases[at].reference for at in because.releases if signs.get(at, 1) >= 0]
        minus = [ledger.releases[at].reference for at in because.releases if signs.get(at, 1) < 0]
        words = f"{cell}: the number of {about.unit} {count}, told by {_told_by(plus, minus)}."
        words += "".join(
            f" Release {each.reference} was withdrawn, but who read it still knows it."
            for each in (ledger.releases[at] for at in because.releases)
            if each.withdrawn_on
        )
    return Finding(
        cell, about.unit, lower, upper, references, because.is_shortest, undecided, about.kind, words, target
    )


def _told_by(plus: list[str], minus: list[str]) -> str:
    if not plus or not minus:
        every = plus + minus
        return f"release {every[0]} alone" if len(every) == 1 else f"releases {_list(every)} together"
    return f"release {' plus '.join(plus)} minus {' minus '.join(minus)}"


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
