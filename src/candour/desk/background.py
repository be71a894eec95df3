"""The desk's own kinds of background work."""

from __future__ import annotations

from typing import Any

from candour.desk import data_set_work  # noqa: F401  its kinds of work are known once it is imported
from candour.desk.jobs import JobFailed, Run, job
from candour.desk.models import Authority
from candour.desk.uploads import KIND, check_in_background, forget
from candour.desk.verify import cases_without_trail, guard_findings, verify_chain


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


@job(KIND, "Look into a file and make it anew", forget=forget)
def check_file(run: Run) -> None:
    """The gate, for a file that is given. Raises JobFailed where the upload is not held any more."""
    check_in_background(run)
