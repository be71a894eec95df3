"""The registers that a force counts in: the names under which its tables are audited together.

A name that is almost one that is known is refused, so that tables of one register are not kept apart by a slip.
"""

from __future__ import annotations

from difflib import get_close_matches

from candour.desk.models import Case, LedgerRelease, LetterFigure, ProtectedCounts, RecordSet
from candour.desk.refusals import Refused
from candour.desk.sight import beside

_ALIKE = 0.86
"""From this likeness on, two names are taken for one."""


def known_registers(case: Case) -> list[str]:
    """Every register that a table, a figure or a data set of the force names, in alphabetical order.

    What only another case names that is restricted is left out until something of it has left the force.
    """
    authority = case.authority_id
    names = [
        *LedgerRelease.objects.filter(authority=authority).values_list("register", flat=True).distinct(),
        *RecordSet.objects.filter(authority=authority).values_list("title", flat=True),
        *ProtectedCounts.objects.filter(beside(case, "decision__case"), decision__case__authority=authority)
        .order_by("register")
        .values_list("register", flat=True)
        .distinct(),
        *LetterFigure.objects.filter(beside(case, "case"), case__authority=authority)
        .order_by("register")
        .values_list("register", flat=True)
        .distinct(),
    ]
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(_plain(name), name)
    return sorted(found.values(), key=str.casefold)


def named_register(case: Case, chosen: str, new: str) -> str:
    """The register that was named anew, else the one chosen from the list.

    Raises Refused for none, or one that is nearly known. Where only the spelling of capitals and spaces differs from a
    known name, it is that one.
    """
    known = {_plain(each): each for each in known_registers(case)}
    if not new.strip():
        if _plain(chosen) not in known:
            raise Refused("Choose the register that was counted, or name a new one")
        return known[_plain(chosen)]
    name = _plain(new)
    if name in known:
        return known[name]
    if alike := get_close_matches(name, known, 1, _ALIKE):
        raise Refused(
            f"There is a register “{known[alike[0]]}” already. Choose it from the list, or give the new one a name "
            "that nobody takes for it"
        )
    return " ".join(new.split())


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
