"""`candour retention`: what would go by the rule of each force, and its destruction on the word of a manager."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from candour.commands.database import desk_database
from candour.commands.terminal import Format, Output, UnusableInput, one_line_errors, print_json
from candour.letters.model import day as written_day


def retention(
    force: Annotated[str, typer.Argument(help="The short name of the force.")],
    destroy: Annotated[bool, typer.Option(help="Destroy what is listed, now, and print the certificate.")] = False,
    by: Annotated[str, typer.Option(help="With --destroy: the log-in of the manager who asks for it.")] = "",
    output: Format = Output.TEXT,
) -> None:
    """Cases whose time has come: lists them and what is held; with --destroy, destroys them for good."""
    with one_line_errors(), desk_database():
        found = _run(force, by, destroy=destroy)
    if output is Output.JSON:
        print_json(found)
        return
    for case in found["going"]:
        typer.echo(f"{case['reference']}: closed {_day(case['closed_on'])}")
    for case in found["kept"]:
        typer.echo(f"{case['reference']}: closed {_day(case['closed_on'])}, stays: {case['why']}")
    if not found["going"]:
        typer.echo("Nothing would go today.")
    if found["certificate"]:
        typer.echo(found["certificate"])


def _day(iso: str) -> str:
    return written_day(date.fromisoformat(iso))


def _run(slug: str, by: str, *, destroy: bool) -> dict[str, Any]:
    from django.utils import timezone

    from candour.desk.keeping.retention import preview
    from candour.desk.models import Authority

    authority = Authority.objects.filter(slug=slug).first()
    if authority is None:
        known = ", ".join(Authority.objects.values_list("slug", flat=True)) or "none"
        raise UnusableInput(f"there is no force “{slug}”; known are {known}")
    going, kept = preview(authority, timezone.localdate())
    certificate = _destroy(authority, by, [case.pk for case in going]) if destroy else ""
    return {
        "force": slug,
        "going": [{"reference": case.reference, "closed_on": case.closed_on.isoformat()} for case in going],
        "kept": [
            {"reference": case.reference, "closed_on": case.closed_on.isoformat(), "why": case.why} for case in kept
        ],
        "certificate": certificate,
    }


def _destroy(authority: Any, by: str, cases: list[int]) -> str:
    from candour.desk.jobs import run_due
    from candour.desk.keeping.retention import ask_destruction
    from candour.desk.models import Destruction, StaffMember
    from candour.desk.refusals import Refused

    person = StaffMember.objects.filter(username=by, authority=authority).first()
    if person is None:
        raise UnusableInput("name the manager of the force who asks for it with --by")
    if not cases:
        return ""
    try:
        job = ask_destruction(authority, cases, person)
    except Refused as refusal:
        raise UnusableInput(str(refusal)) from refusal
    run_due()
    job.refresh_from_db()
    if job.state != "done":
        raise UnusableInput(f"it was not done: {job.error or 'the work waits for a worker'}")
    return Destruction.objects.filter(authority=authority).order_by("-number")[0].certificate
