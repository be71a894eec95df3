"""The desk's own kinds of background work."""

from __future__ import annotations

import threading
from typing import Any

from candour.desk.jobs import JobFailed, Run, job
from candour.desk.ledger import ledger_of
from candour.desk.models import Authority
from candour.desk.verify import cases_without_trail, guard_findings, verify_chain
from candour.tables.audit.releases import Audit, audit
from candour.tables.audit.search import within
from candour.tables.ledger.ledger import LedgerError
from candour.tables.protection import Protection

_AUDIT_SECONDS = 600.0
_NAMED = 100


@job("trail.verify", "Check that the trail is whole")
def verify_trail(run: Run) -> dict[str, Any]:
    """Walk the trail of the force that asked. Raises JobFailed, with what was found, when it is not whole."""
    authority = Authority.objects.get(pk=run.payload["authority"])
    run.progress(0, 1, "Reading the trail")
    report = verify_chain(authority)
    findings = [*guard_findings(), *cases_without_trail([authority])]
    if report.broken:
        findings.insert(0, report.broken.says)
    if findings:
        raise JobFailed(" ".join(findings))
    return {"says": f"The trail is whole: {report.events:,} events.", "events": report.events, "digest": report.digest}


@job("ledger.audit", "What the releases of a register tell together")
def audit_register(run: Run) -> dict[str, Any]:
    """Audit everything that was sent of a register. Raises JobFailed where it contradicts itself."""
    authority = Authority.objects.get(pk=run.payload["authority"])
    ledger = ledger_of(authority, run.payload["register"])
    total = len(ledger.releases)
    run.progress(0, total, "Reading the releases")
    in_time = within(_AUDIT_SECONDS)

    mine = threading.get_ident()

    def going() -> bool:
        # The audit asks in threads of its own as well, which hold no connection to the database.
        if threading.get_ident() == mine:
            run.progress(0, total, f"Attacking {total:,} releases together")
        return in_time()

    try:
        found = audit(ledger, None, Protection(authority.threshold), going)
    except LedgerError as error:
        raise JobFailed(str(error)) from error
    words = [each.words for each in found.findings]
    return {
        "says": _verdict(found),
        "findings": words[:_NAMED],
        "more": max(0, len(words) - _NAMED),
        "releases": total,
    }


def _verdict(found: Audit) -> str:
    known = f"{found.releases:,} release{'' if found.releases == 1 else 's'}"
    if not found.settled:
        return "Nothing is known to be safe: no register was found that agrees with every release."
    if found.safe:
        return f"{known}: they tell of no small count."
    sure = sum(not each.undecided for each in found.findings)
    open_ = len(found.findings) - sure
    told = f"{known}: {sure:,} small count{' is' if sure == 1 else 's are'} told"
    return f"{told}{f'; of {open_:,} more it was not decided' if open_ else ''}."
