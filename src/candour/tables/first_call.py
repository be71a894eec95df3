"""The first call of every compiled loop, so that nobody waits for it later: `make setup` makes it."""

from __future__ import annotations

from datetime import date

import numpy as np

from candour.tables.audit.releases import audit
from candour.tables.cells import cell_system
from candour.tables.counts import CountTable
from candour.tables.dimensions import TOTAL, Dimension
from candour.tables.ledger.ledger import Column, Ledger, PrintedCell, Release
from candour.tables.rounding import round_table
from candour.tables.routes import Routes
from candour.tables.suppress import suppress


def compile_loops() -> None:
    """Protect a small table both ways and audit one; the compiled loops are kept beside their source."""
    axes = (Dimension("kind", ("a", "b", "c")), Dimension("year", ("2022", "2023", "2024")))
    table = CountTable(axes, np.array([[20, 31, 27], [9, 3, 12], [1, 6, 8]]))
    suppress(table)
    system = cell_system(table)
    small = (system.value > 0) & (system.value < 5)
    targets = np.flatnonzero(small)
    routes = Routes(system, small, system.copies.astype(np.float64), targets, -system.value[targets])
    routes.find()
    routes.improve(lambda: True)
    round_table(table, bytes(32))
    cells = tuple(PrintedCell((label,), shown) for label, shown in (("a", "20"), ("b", ""), ("c", ""), (TOTAL, "35")))
    audit(Ledger((Release("one", date(2024, 4, 1), columns=(Column("kind"),), cells=cells),)))
