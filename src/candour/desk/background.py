"""The desk's own kinds of background work."""

from __future__ import annotations

import threading
from typing import Any

from django.utils import timezone

from candour.desk.audit_trail.verification import cases_without_trail, guard_findings, verify_chain
from candour.desk.business_areas.task_mail import mail_about
from candour.desk.business_areas.tasks import any_task_open, due_for_chasing, escalate, remind
from candour.desk.checked_files.uploads import KIND, check_in_background, forget
from candour.desk.counting import data_set_work  # noqa: F401  its kinds of work are known once it is imported
from candour.desk.jobs import JobFailed, Run, job
from candour.desk.keeping.retention import begin, destroy_case, finish
from candour.desk.models import Authority, Task, TaskState
from candour.desk.refusals import Refused
from candour.desk.safe_figures.ledger import AUDIT, ledger_of
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


@job(AUDIT, "What the releases of a register tell together")
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


@job(KIND, "Look into a file and make it anew", forget=forget)
def check_file(run: Run) -> None:
    """The gate, for a file that is given. Raises JobFailed where the upload is not held any more."""
    check_in_background(run)


@job("task.mail", "Write to a business area", attempts=5)
def mail_area(run: Run) -> dict[str, Any] | None:
    """Send the mail of a task: what is asked, or a reminder, with its link; or the escalation, without one."""
    task = Task.objects.select_related("case__authority", "area", "question").get(pk=run.payload["task"])
    if task.state != TaskState.OPEN:
        return {"says": "The task was not open any more, so nothing was sent."}
    mail_about(task, run.payload["what"], run.job.key)
    return {"says": f"Sent to {task.area}."}


@job("task.chase", "Remind business areas and escalate", daily=any_task_open)
def chase(run: Run) -> dict[str, Any]:
    """Remind each area that has not answered in time, and tell whoever stands above it; each once."""
    to_remind, to_escalate = due_for_chasing(timezone.localdate())
    for done, (step, pk) in enumerate([*((remind, pk) for pk in to_remind), *((escalate, pk) for pk in to_escalate)]):
        run.progress(done, len(to_remind) + len(to_escalate), "Writing to business areas")
        try:
            step(pk, None)
        except Refused:
            continue  # answered or taken back meanwhile
    return {"says": f"{len(to_remind)} reminded, {len(to_escalate)} escalated."}


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
