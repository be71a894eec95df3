"""Who sees which cases: the one place that decides. Whatever staff are shown of cases is asked for through it.

A case is seen by everybody of its force whose role sees cases. A restricted one is seen by the people who are named on
it, and by those who read everything, so that no case is out of the sight of an audit; for anybody else there is no such
case. No role of those who work opens it: the request may be about a manager, or come from one.

Figures count restricted cases like all others. The desk itself, which acts without a person, sees every case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from candour.desk.models import Case, NamedPerson, Restriction, StaffMember
from candour.desk.models.staff import Role

_READS_EVERYTHING = Role.AUDITOR


@dataclass(frozen=True, slots=True)
class RestrictedCases:
    """The keys of the restricted cases of a force: those that a person sees, and those that they do not.

    `hidden` says of each in which final stage it is; empty of one that is open.
    """

    seen: frozenset[int]
    hidden: Mapping[int, str]


def cases_seen_by(person: StaffMember) -> QuerySet[Case]:
    """The cases of the person’s force that they see, destroyed ones among them; their role is not asked about."""
    return Case.objects.filter(open_to(person, "pk"), authority=person.authority_id)


def may_see(person: StaffMember, case: Case) -> bool:
    """Whether the case is among those; of an unrestricted one that was loaded with `restriction` without a query."""
    if case.authority_id != person.authority_id:
        return False
    return not is_restricted(case) or not is_hidden_from(person, case.pk)


def is_hidden_from(person: StaffMember, case_pk: int) -> bool:
    """Whether the person is not to know of the case of their force, as it is stored now: asked before every step."""
    return hidden_from(person).filter(case=case_pk).exists()


def is_restricted(case: Case) -> bool:
    """Whether only those see the case who are named on it."""
    return getattr(case, "restriction", None) is not None


def open_to(person: StaffMember, way: str = "case") -> Q:
    """Chooses the rows that the person may be shown; `way` leads from a row to its case. A row of no case is shown."""
    return ~Q(**{f"{way}__in": hidden_from(person)})


def beside(case: Case, way: str) -> Q:
    """Chooses the rows that the pages of a case may show to whoever sees it: its own, and those of no restricted case.

    `way` leads from a row to its case.
    """
    return Q(**{way: case.pk}) | Q(**{f"{way}__restriction__isnull": True})


def let_in(case: Case) -> Q:
    """Chooses the people of the force who see the case, as far as it is for the restriction to say."""
    if not is_restricted(case):
        return Q()
    named = NamedPerson.objects.filter(restriction=case.pk).values("person")
    return Q(pk__in=named) | Q(role=_READS_EVERYTHING)


def restricted_cases(person: StaffMember) -> RestrictedCases:
    """Every restricted case of the person’s force, by whether they see it; in one query."""
    is_named = Exists(NamedPerson.objects.filter(restriction=OuterRef("pk"), person=person))
    rows = Restriction.objects.filter(case__authority=person.authority_id).annotate(is_named=is_named)
    found = list(rows.values_list("pk", "is_named", "case__final_stage"))
    everything = person.role == _READS_EVERYTHING
    seen = frozenset(key for key, named, _ in found if named or everything)
    return RestrictedCases(seen, {key: stage for key, _, stage in found if key not in seen})


def hidden_from(person: StaffMember) -> QuerySet[Restriction, Any]:
    """The keys of the cases of the person’s force that they are not to know of, as a query."""
    kept = Restriction.objects.filter(case__authority=person.authority_id)
    if person.role == _READS_EVERYTHING:
        kept = kept.none()
    return kept.exclude(named__person=person).values("case")
