"""What every release together tells: against an attacker who tries every register, and what must never change it."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.tables.audit import audit
from candour.tables.audit_rules import is_open
from candour.tables.protection import Aim, Protection
from tables.ledgers import Drawn, counted_by, drawn_ledgers

SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def rules(aim: Aim, *, zeros: bool = False) -> Protection:
    return Protection(threshold=3, aim=aim, width=2 if aim is Aim.WIDTH else 0, zeros=zeros)


@SLOW
@given(drawn_ledgers(), st.sampled_from(Aim), st.booleans())
def test_an_attacker_who_tries_every_register_knows_what_the_audit_says_and_no_more(
    drawn: Drawn, aim: Aim, zeros: bool
) -> None:
    protection = rules(aim, zeros=zeros)
    result = audit(drawn.ledger, protection=protection)
    assert result.system is not None and result.found is not None
    worlds = list(drawn.worlds(6))
    assert worlds
    told = {each.target: each for each in result.findings}
    for target, about in enumerate(result.system.targets):
        cells = counted_by(result.system, target, drawn.cells)
        if cells is None:
            continue
        counts = [sum(world[cell] for cell in cells) for world in worlds]
        low, high = min(counts), max(counts)
        down, up = is_open(protection, np.array([about.sensitive]), np.array([low]), np.array([high]))
        assert (target in told) == bool(down[0] or up[0]), (about, low, high, told.get(target))
        if target in told:
            assert (told[target].lower, told[target].upper) == (low, high), about
