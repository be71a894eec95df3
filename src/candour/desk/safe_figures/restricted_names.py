"""Releases of restricted cases: what left is audited like everything else, and is named only to who may know of it.

A release goes by the reference of its case, so an audit would tell that reference to whoever it warns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from candour.desk.models import Case, LedgerRelease, StaffMember
from candour.desk.sight import hidden_from

RESTRICTED = "a restricted case"
"""What stands for the name of such a release."""


def names_hidden_from(person: StaffMember) -> list[str]:
    """The references of the releases of the person’s force which are of cases that they are not to know of."""
    rows = LedgerRelease.objects.filter(authority=person.authority_id, response__case__in=hidden_from(person))
    return list(rows.values_list("reference", flat=True).distinct())


def names_apart_from(case: Case) -> list[str]:
    """The references of the releases of restricted cases other than this one."""
    rows = LedgerRelease.objects.filter(authority=case.authority_id, response__case__restriction__isnull=False)
    return list(rows.exclude(response__case=case.pk).values_list("reference", flat=True).distinct())


def without_names(words: str, names: Iterable[str]) -> str:
    """The words with each of those references replaced."""
    # The longest first: one reference may begin with another.
    for name in sorted(names, key=len, reverse=True):
        words = re.sub(rf"(?<![\w/]){re.escape(name)}(?![\w/])", RESTRICTED, words)
    return words
