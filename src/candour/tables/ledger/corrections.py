"""What a correction takes back: figures of an earlier release that are wrong, or may be.

Readers hold both releases. What the correction prints otherwise is known from it; what the wrong release prints of
places that share cases with such a figure, and the correction does not print again, may have been wrong as well, so
that nothing is sure but what is left when the wrong part is taken from it: a total less the part that was wrong.
"""

from __future__ import annotations

from dataclasses import replace

from candour.tables.ledger.ledger import Ledger
from candour.tables.ledger.places import Condition, Periods, Picked, Place, outside
from candour.tables.ledger.statement import Statement

_Key = tuple[str, bool, Place]


def without_wrong(ledger: Ledger, found: list[Statement], *, doubting: bool = False) -> list[Statement]:
    """The statements without those that a later release says to be wrong, and with what remains sure of others.

    `doubting`: nothing of a wrong release is sure that shares cases with anything which its correction prints, be it
    not printed otherwise there. So it is where the two contradict each other all the same.
    """
    corrected_by = _corrected_by(ledger)
    if not corrected_by:
        return found
    of_release: dict[int, list[Statement]] = {}
    for each in found:
        of_release.setdefault(each.release, []).append(each)
    kept: list[Statement] = []
    for release, stated in of_release.items():
        sure = stated
        for later in corrected_by.get(release, ()):
            sure = _still_sure(sure, of_release.get(later, []), doubting=doubting)
        kept += sure
    return kept


def linked_by_corrections(ledger: Ledger) -> set[int]:
    """The places of the releases that correct one or are corrected."""
    corrected_by = _corrected_by(ledger)
    return {*corrected_by, *(later for each in corrected_by.values() for later in each)}


def _corrected_by(ledger: Ledger) -> dict[int, list[int]]:
    """For each release those that correct it, be it by way of another correction, in the order of the ledger."""
    place_of = {release.reference: index for index, release in enumerate(ledger.releases)}
    found: dict[int, list[int]] = {}
    for index, release in enumerate(ledger.releases):
        at, seen = release.corrects, set[str]()
        while at and at not in seen:
            seen.add(at)
            found.setdefault(place_of[at], []).append(index)
            at = ledger.releases[place_of[at]].corrects
    return found


def _still_sure(stated: list[Statement], correction: list[Statement], *, doubting: bool) -> list[Statement]:
    right = {_key(each): each for each in correction if not _says_nothing(each)}
    wrong = {
        _key(each): each
        for each in stated
        if (says := right.get(_key(each))) and not _is_same(each, says) and not _says_nothing(each)
    }
    kept = []
    for each in stated:
        touched = [other for other in (right if doubting else wrong).values() if _shares(each, other)]
        if not touched or _says_nothing(each) or (_key(each) in right and _key(each) not in wrong):
            kept.append(each)
        elif not doubting and _key(each) not in wrong and (sure := _less(each, touched)):
            kept.append(sure)
    return kept


def _key(each: Statement) -> _Key:
    return each.unit, each.distinct, each.place


def _is_same(one: Statement, two: Statement) -> bool:
    return (one.lower, one.upper, one.ratio) == (two.lower, two.upper, two.ratio)


def _says_nothing(each: Statement) -> bool:
    return each.upper is None and each.lower == 0 and each.ratio is None


def _shares(each: Statement, wrong: Statement) -> bool:
    """Whether a figure, or what it is a share of, counts cases that a wrong figure counts."""
    places = [(each.unit, each.distinct, each.place)]
    if each.ratio and not each.ratio.number:
        places.append((each.ratio.unit, each.ratio.distinct, each.ratio.place))
    return any(
        (unit, distinct) == (wrong.unit, wrong.distinct) and _overlap(place, wrong.place)
        for unit, distinct, place in places
    )


def _overlap(one: Place, two: Place) -> bool:
    others = dict(two.conditions)
    return all(name not in others or _meets(condition, others[name]) for name, condition in one.conditions)


def _meets(one: Condition, two: Condition) -> bool:
    if isinstance(one, Periods) and isinstance(two, Periods):
        return bool(one.meet(two).spans)
    if isinstance(one, Picked) and isinstance(two, Picked):
        both = one.meet(two)
        return both.out or bool(both.labels)
    return True


def _less(whole: Statement, parts: list[Statement]) -> Statement | None:
    """What is left of a figure without wrong parts that lie in it along one dimension and apart; None elsewhere."""
    place, lower, upper = whole.place, whole.lower, whole.upper
    along = {_along(whole.place, part.place) for part in parts}
    if whole.ratio or whole.distinct or upper is None or len(along) != 1 or None in along:
        return None
    (name,) = along
    for part in parts:
        if part.ratio or part.upper is None or not _overlap(place, part.place):
            return None
        condition = dict(part.place.conditions)[str(name)]
        rest = Picked(condition.labels, not condition.out) if isinstance(condition, Picked) else outside(condition)
        place = place.meet(str(name), rest)
        lower, upper = max(0, lower - part.upper), upper - part.lower
    if upper < lower:
        return None
    return replace(whole, name=f"{whole.name} less what was corrected", place=place, lower=lower, upper=upper)


def _along(whole: Place, part: Place) -> str | None:
    """The one dimension in which a part is narrower than a whole that holds it; None where there is no such one."""
    outer, inner = dict(whole.conditions), dict(part.conditions)
    narrower = [name for name, condition in inner.items() if outer.get(name) != condition]
    if len(narrower) != 1 or not set(outer) <= set(inner):
        return None
    (name,) = narrower
    return name if name not in outer or _holds(outer[name], inner[name]) else None


def _holds(outer: Condition, inner: Condition) -> bool:
    if isinstance(outer, Periods) and isinstance(inner, Periods):
        return outer.meet(inner) == inner
    return isinstance(outer, Picked) and isinstance(inner, Picked) and outer.meet(inner) == inner
