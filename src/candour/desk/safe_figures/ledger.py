"""The ledger of releases: every table and figure enters it when it is sent, and is audited against it before.

What is of one register is audited together. What it tells together blocks a letter; what could not be decided in the
time that a page may take needs a reason of a person to go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from candour.desk.answering.letter import load_letter
from candour.desk.audit_trail.writing import record
from candour.desk.models import Authority, Case, EventKind, LedgerRelease, LetterFigure, Response, StaffMember
from candour.desk.refusals import Refused
from candour.desk.safe_figures.letter_figures import counted_figures
from candour.desk.safe_figures.pasted_tables import pasted_releases, unread_tables
from candour.desk.safe_figures.releases import (
    agreed_tables_of,
    population_in_words,
    release_of_counts,
    releases_of_figures,
)
from candour.desk.safe_figures.restricted_names import names_apart_from, without_names
from candour.desk.sight import beside
from candour.tables.audit.releases import Finding, audit
from candour.tables.audit.search import within
from candour.tables.ledger.file import release_as_data, release_of
from candour.tables.ledger.ledger import Ledger, LedgerError, Release
from candour.tables.protection import Protection

AUDIT = "ledger.audit"
"""The kind of work that asks what everything of a register tells together."""

_SECONDS = 20.0
"""How long the audit of one table may take before a person has to say that it may go on."""

_WHAT_TO_DO = (
    "Look at three things: on which day the figures were taken from the register; whom they leave out or are limited "
    "to; and what is counted. Say these with the counts, or with the figure. Where an earlier table was wrong, say "
    "that this one corrects it."
)


@dataclass(frozen=True, slots=True)
class Telling:
    """One count that is told: in words, of which register, by which releases; `by_itself`: by this answer alone."""

    words: str
    register: str
    because: tuple[str, ...]
    by_itself: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What the tables of a letter tell together with earlier ones, and why one could not be audited to the end.

    `unread`: pasted tables that cannot be read as counts, and so are not audited at all.
    """

    findings: tuple[Telling, ...]
    undecided: tuple[str, ...]
    unread: tuple[str, ...] = ()


class Tells(Refused):
    """Tables tell small counts together with earlier ones; no reason helps."""

    def __init__(self, findings: tuple[Telling, ...]) -> None:
        self.findings = findings
        super().__init__(" ".join(each.words for each in findings))


class NotAudited(Refused):
    """Whether tables tell something with earlier ones could not be decided; a person may go on with a reason."""


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A release that is about to leave: of which register, by which rules, and what it is called in a sentence."""

    register: str
    release: Release
    rules: Protection
    words: str


def told_by_tables(case: Case) -> Told:
    """What the tables and figures of an answer tell with everything that was sent of their registers, in sentences."""
    findings: list[Telling] = []
    undecided = [
        f"The table “{counts.title}” is of no register, so it is compared with nothing. Open its counts and say of "
        "which register it is."
        for counts in agreed_tables_of(case)
        if not counts.register
    ]
    entered: dict[str, Ledger] = {}
    names = names_apart_from(case)
    for each in _leaving(case):
        ledger = Ledger()
        if each.register:
            ledger = entered.get(each.register) or ledger_of(case.authority, each.register)
        try:
            result = audit(ledger, each.release, each.rules, within(_SECONDS))
        except LedgerError as error:
            said = without_names(str(error), names)
            undecided.append(f"{each.words} cannot be audited with earlier ones: {said} {_WHAT_TO_DO}")
            continue
        sure = [found for found in result.findings if not found.undecided]
        findings += [_telling(each, found, names) for found in sure]
        is_open = not result.settled or any(found.undecided for found in result.findings)
        if is_open and not sure:
            undecided.append(f"Whether {_small(each.words)} tells something with earlier ones was not decided.")
        if each.register:
            entered[each.register] = ledger.with_release(each.release)
    return Told(tuple(findings), tuple(undecided), tuple(unread_tables(case)))


def _leaving(case: Case) -> Iterator[_Leaving]:
    """Every release of an answer, each after those before it."""
    ledgers: dict[str, Ledger] = {}

    def known(register: str) -> Ledger:
        return ledgers.setdefault(register, ledger_of(case.authority, register))

    for counts in agreed_tables_of(case):
        if counts.register:
            release = release_of_counts(counts, known(counts.register))
            ledgers[counts.register] = known(counts.register).with_release(release)
            rules = replace(counts.protection, overrides={}, least_population=0, public=frozenset(), populations={})
            yield _Leaving(counts.register, release, rules, f"The table “{counts.title}”")
    for pasted in pasted_releases(case, known):
        if pasted.register:
            ledgers[pasted.register] = known(pasted.register).with_release(pasted.release)
        rules = pasted.rules(case.authority.threshold)
        yield _Leaving(pasted.register, pasted.release, rules, f"The table “{pasted.title}”")
    by_register: dict[str, list[LetterFigure]] = {}
    for figure in counted_figures(case):
        by_register.setdefault(figure.register, []).append(figure)
    for register, figures in by_register.items():
        for release in releases_of_figures(figures, known(register), case.reference):
            ledgers[register] = known(register).with_release(release)
            said = " and ".join(f"“{each.text}”" for each in figures)
            rules = Protection(case.authority.threshold)
            yield _Leaving(register, release, rules, f"The text of the letter ({said})")


def _telling(leaving: _Leaving, found: Finding, names: Iterable[str]) -> Telling:
    alone = found.because == (leaving.release.reference,)
    head = f"{leaving.words} by itself" if alone else f"Together with what was sent before, {_small(leaving.words)}"
    return Telling(f"{head} tells: {without_names(found.words, names)}", leaving.register, found.because, alone)


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


def require_untold(case: Case, actor: StaffMember, reason: str, *, excusable: bool = True) -> None:
    """Raise Tells where the tables of a case tell something together with earlier ones.

    Where that could not be decided, or a pasted table cannot be audited at all, a reason to go on is needed, which the
    trail keeps: else NotAudited is raised. Where nothing is `excusable`, a reason helps for tables that are no counts
    alone.
    """
    told = told_by_tables(case)
    if told.findings:
        raise Tells(told.findings)
    open_ = [*told.undecided, *told.unread]
    if not open_:
        return
    if told.undecided and not excusable:
        raise NotAudited(f"{' '.join(told.undecided)} The answer is public when it is sent, so no reason helps.")
    if not reason.strip():
        raise NotAudited(f"{' '.join(open_)} Give a reason to go on.")
    record(case, EventKind.OVERRIDDEN, actor, f"audit of releases: {reason.strip()}", facts={"not_audited": open_})


def enter_releases(response: Response) -> None:
    """Enter the tables and figures of a letter that has been sent into the ledger; once."""
    if LedgerRelease.objects.filter(response=response).exists():
        return
    for each in _leaving(load_letter(response)):
        if not each.register:
            continue
        LedgerRelease.objects.create(
            authority=response.case.authority,
            response=response,
            register=each.register,
            reference=each.release.reference,
            title=each.release.title,
            extracted=each.release.extracted,
            unit=each.release.unit,
            population=population_in_words(each.release),
            corrects=each.release.corrects,
            content=release_as_data(each.release),
        )


def rows_of(case: Case, register: str, references: Iterable[str]) -> list[LedgerRelease]:
    """The releases of a register by their references, in the order in which they were sent.

    Those of other cases that are restricted are left out.
    """
    known = LedgerRelease.objects.filter(beside(case, "response__case"), authority=case.authority_id)
    rows = known.filter(register=register, reference__in=list(references))
    return list(rows.defer("content").order_by("pk"))


def ledger_of(authority: Authority, register: str) -> Ledger:
    """Everything that was sent of a register; what was withdrawn from the log since is marked, and stays known."""
    rows = LedgerRelease.objects.filter(authority=authority, register=register).order_by("pk")
    found = rows.values_list("content", "response__publication__withdrawn_at")
    return Ledger(tuple(_as_known(release_of(content), withdrawn_at) for content, withdrawn_at in found))


def _as_known(release: Release, withdrawn_at: datetime | None) -> Release:
    return replace(release, withdrawn_on=timezone.localdate(withdrawn_at)) if withdrawn_at else release
