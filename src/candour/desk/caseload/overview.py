"""The caseload of a force as one person sees it: how many cases are in each stage and queue, and which a view shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import F, Q, QuerySet

from candour.desk.caseload.known_cases import known_cases
from candour.desk.caseload.open_cases import OpenCase
from candour.desk.caseload.queues import Onlooker, Queue, in_queue, onlooker
from candour.desk.models import Authority, Case, StaffMember
from candour.desk.sight import cases_seen_by, restricted_cases
from candour.desk.stage import FINAL, Stage, still_open

_BY_DATE = (F("due").asc(nulls_last=True), "received", "pk")


@dataclass(frozen=True)
class Overview:
    """The open cases of a force, the earliest due first, and how many others there are, for who looks today.

    `every_case`: open or not, those that who looks may see; no other stands in any of it.
    """

    every_case: QuerySet[Case]
    eyes: Onlooker
    cases: Sequence[OpenCase]
    final: Mapping[Stage, int]

    @cached_property
    def by_key(self) -> Mapping[int, OpenCase]:
        """The open cases by their keys."""
        return {case.key: case for case in self.cases}

    @cached_property
    def stages(self) -> Mapping[Stage, int]:
        """How many cases are in each stage."""
        counted = Counter(case.stage for case in self.cases)
        return {stage: self.final.get(stage, counted[stage]) for stage in Stage}

    @cached_property
    def queues(self) -> Mapping[Queue, list[OpenCase]]:
        """The open cases in each queue."""
        return {queue: in_queue(self.cases, queue, self.eyes) for queue in Queue}

    def chosen(self, queue: str, stage: str, words: str) -> Sequence[int] | QuerySet[Case, int]:
        """The keys of the cases that a view shows, the earliest due first: open ones, unless the stage says otherwise.

        `queue` and `stage`: their values; what is neither chooses nothing, and the stage `all` is every case. `words`:
        each stands in the reference or the title.
        """
        if queue not in Queue.values and stage in ("all", *FINAL):
            cases = self.every_case if stage == "all" else self.every_case.filter(final_stage=stage)
            keys = _with_words(cases, words).order_by(*_BY_DATE).values_list("pk", flat=True)
            # To look for words takes long, to count the keys that were found does not: it is done once.
            return list(keys) if words else keys
        shown: Sequence[OpenCase] = self.queues[Queue(queue)] if queue in Queue.values else self.cases
        if stage in Stage.values:
            shown = [case for case in shown if case.stage == stage]
        elif not stage:
            # What was answered and only waits to be published has no date any more: it stands after what has one.
            shown = sorted(shown, key=lambda case: case.stage is Stage.SENT)
        if words:
            named = set(_with_words(still_open(self.every_case), words).values_list("pk", flat=True))
            shown = [case for case in shown if case.key in named]
        return [case.key for case in shown]


def overview(authority: Authority, person: StaffMember, today: date) -> Overview:
    """The caseload of the force as the person sees it today, in seven queries at most, however many cases there are."""
    # The process knows the open cases for everybody, so what this person is not to know of is taken out here.
    restricted, known = restricted_cases(person), known_cases(authority)
    cases = [case for case in known.cases if case.key not in restricted.hidden]
    theirs = Counter(restricted.hidden.values())
    final = {stage: total - theirs[stage.value] for stage, total in known.final.items()}
    return Overview(cases_seen_by(person), onlooker(authority, person, today, restricted.seen), cases, final)


def _with_words(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    for word in words.split():
        cases = cases.filter(Q(reference__icontains=word) | Q(title__icontains=word))
    return cases
