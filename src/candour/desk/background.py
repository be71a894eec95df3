"""The desk's own kinds of background work."""

from __future__ import annotations

from typing import Any

from candour.desk.jobs import JobFailed, Run, job
from candour.desk.models import Authority
from candour.desk.retention import begin, destroy_case, finish
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


@job("retention.destroy", "Destroy cases whose time has come")
def destroy_cases(run: Run) -> dict[str, Any]:
    """Empty each case that was in the preview, one by one, and write the certificate; begun again, it goes on."""
    authority = Authority.objects.get(pk=run.payload["authority"])
    wanted = run.payload["cases"]
    destruction = begin(authority, run.made_by, run.job.pk)
    for done, case in enumerate(wanted):
        run.progress(done, len(wanted), "Destroying")
        destroy_case(case, destruction)
    result: dict[str, Any] = {}
    with run.effect(result):
        certificate = finish(destruction)
        count, left = certificate.cases, len(wanted) - certificate.cases
        kept = f" {left} stayed, because something keeps them by now." if left else ""
        result["says"] = f"{count} case{'s' if count != 1 else ''} destroyed, certificate {certificate.number}.{kept}"
    return result
