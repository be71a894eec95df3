"""Views of the caseload that somebody keeps under a name, and may share with their team or with the whole force."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q

from candour.desk.models import Authority, SavedFilter, Sharing, StaffMember
from candour.desk.refusals import NotAllowed, Refused
from candour.desk.workflow import require_of_force

_KNOWN = ("queue", "stage", "q")
LONGEST = 500
"""Characters of what is kept of an address."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters that somebody finds above the caseload: those that they keep, and those that others share."""

    own: list[SavedFilter]
    shared: list[SavedFilter]


def filters_of(person: StaffMember) -> Filters:
    """What the person finds, each list by name, in one query.

    What was shared with a team is found by those who are in the team of its owner today.
    """
    by_others = Q(shared=Sharing.FORCE, person__authority=person.authority_id)
    if person.team_id is not None:
        by_others |= Q(shared=Sharing.TEAM, person__team=person.team_id, person__authority=person.authority_id)
    found = list(SavedFilter.objects.filter(Q(person=person) | by_others).select_related("person"))
    own = [each for each in found if each.person_id == person.pk]
    return Filters(own, [each for each in found if each.person_id != person.pk])


def shared_in(authority: Authority) -> list[SavedFilter]:
    """Everything that anybody of the force shares, with whomever, by name: for who may take it back."""
    shared = SavedFilter.objects.filter(person__authority=authority).exclude(shared=Sharing.NOBODY)
    return list(shared.select_related("person"))


def what_is_kept(query: str) -> str:
    """What a filter keeps of an address: which queue, which stage, which words; never which page, nor anything else."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name in _KNOWN])[:LONGEST]


def keep(person: StaffMember, name: str, query: str) -> SavedFilter:
    """Keep what the address chooses under the name; what the person kept under it before is replaced."""
    kept, _ = SavedFilter.objects.update_or_create(person=person, name=name, defaults={"query": what_is_kept(query)})
    return kept


def rename(kept: SavedFilter, name: str, actor: StaffMember | None) -> None:
    """Keep it under another name. Raises NotAllowed, Refused when the person keeps another under that name."""
    _require_own(kept, actor)
    if SavedFilter.objects.filter(person=kept.person, name=name).exclude(pk=kept.pk).exists():
        raise Refused("You keep another filter under this name. Choose a different one.")
    SavedFilter.objects.filter(pk=kept.pk).update(name=name)


def share(kept: SavedFilter, sharing: Sharing, actor: StaffMember | None) -> None:
    """Say who finds the filter from now on.

    Raises NotAllowed when it is somebody else’s, or the role shares nothing; Refused for who is in no team. Sharing it
    with nobody any more is always open to its owner.
    """
    owner = kept.person
    if sharing is not Sharing.NOBODY:
        if owner.authority is None:
            raise NotAllowed("You belong to no force.")
        require_of_force("share_filter", owner.authority, actor)
    _require_own(kept, actor)
    if sharing is Sharing.TEAM and owner.team_id is None:
        raise Refused("You are in no team. Share it with the force, or ask an administrator to put you into one.")
    SavedFilter.objects.filter(pk=kept.pk).update(shared=sharing)


def take_back(kept: SavedFilter, actor: StaffMember | None) -> None:
    """Share it with nobody any more; its owner keeps it. Raises NotAllowed."""
    if actor is not None and actor.pk == kept.person_id:
        share(kept, Sharing.NOBODY, actor)
        return
    if kept.person.authority is None:
        raise NotAllowed("This belongs to another force.")
    require_of_force("take_back_filter", kept.person.authority, actor)
    SavedFilter.objects.filter(pk=kept.pk).update(shared=Sharing.NOBODY)


def _require_own(kept: SavedFilter, actor: StaffMember | None) -> None:
    if actor is None or actor.pk != kept.person_id:
        raise NotAllowed("This filter is somebody else’s.")
