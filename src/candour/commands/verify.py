"""`candour verify`: the trail is whole, and agrees with heads that were kept elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from candour.commands.database import desk_database
from candour.commands.terminal import FINDINGS, Format, Output, UnusableInput, one_line_errors, print_json

KEY_VARIABLE = "CANDOUR_TRAIL_KEY_FILE"


def verify(  # noqa: PLR0917  a command has as many options as it has
    force: Annotated[
        list[str] | None, typer.Option(help="Only this force, by its short name; may be repeated.")
    ] = None,
    head: Annotated[Path | None, typer.Option(help="Add the signed heads to this file, if all is whole.")] = None,
    against: Annotated[Path | None, typer.Option(help="Compare with the heads of this file.")] = None,
    key: Annotated[
        Path | None, typer.Option(help=f"The file of the key that signs heads; {KEY_VARIABLE} names one.")
    ] = None,
    new_key: Annotated[Path | None, typer.Option(help="Make a new key in this file instead.")] = None,
    letters: Annotated[bool, typer.Option(help="Also take the digest of every cleared letter’s bytes.")] = False,
    output: Format = Output.TEXT,
) -> None:
    """The audit trail is whole: names the first broken link, and ends with 1 when there is one."""
    from candour.site.config import config

    with one_line_errors():
        if new_key:
            from candour.desk.audit_trail.head_key import make_key

            make_key(new_key)
            typer.echo(f"{new_key} (keep it where nobody reaches it who can change the database)")
            return
        key = key or config().trail_key_file
        if (head or against) and key is None:
            raise UnusableInput(f"heads are signed: name the file of the key with --key or {KEY_VARIABLE}")
        with desk_database():
            found = _verify(force or [], against, key, letters=letters)
            if head and found["whole"]:
                _add(head, key, force or [])
                found["added"] = str(head)
    if output is Output.JSON:
        print_json(found)
    else:
        _print(found, head)
    raise typer.Exit(0 if found["whole"] else FINDINGS)


def _verify(force: list[str], against: Path | None, key: Path | None, *, letters: bool) -> dict[str, Any]:
    from candour.desk.audit_trail.head_key import UnusableHeads, read_key
    from candour.desk.audit_trail.heads import compare
    from candour.desk.audit_trail.verification import cases_without_trail, guard_findings, letter_findings, verify_chain

    authorities = _authorities(force)
    chains = [verify_chain(authority) for authority in authorities]
    findings = [*guard_findings(), *cases_without_trail(authorities)]
    if letters:
        findings += letter_findings(authorities)
    compared = 0
    if against and key:
        try:
            compared, differing = compare(against, read_key(key), authorities)
        except UnusableHeads as error:
            raise UnusableInput(str(error)) from error
        findings += differing
    return {
        "whole": all(chain.whole for chain in chains) and not findings,
        "forces": [chain.as_json() for chain in chains],
        "findings": findings,
        "heads_compared": compared,
    }


def _add(path: Path, key: Path | None, force: list[str]) -> None:
    from candour.desk.audit_trail.head_key import UnusableHeads, read_key
    from candour.desk.audit_trail.heads import add_heads, current_heads

    assert key is not None
    try:
        add_heads(path, current_heads(_authorities(force)), read_key(key))
    except UnusableHeads as error:
        raise UnusableInput(str(error)) from error


def _authorities(slugs: list[str]) -> list[Any]:
    from candour.desk.models import Authority

    found = list(Authority.objects.filter(slug__in=slugs) if slugs else Authority.objects.all())
    unknown = set(slugs) - {authority.slug for authority in found}
    if unknown:
        known = ", ".join(Authority.objects.values_list("slug", flat=True)) or "none"
        raise UnusableInput(f"there is no force “{min(unknown)}”; known are {known}")
    return found


def _print(found: dict[str, Any], head: Path | None) -> None:
    for chain in found["forces"]:
        count = f"{chain['events']:,} event{'s' if chain['events'] != 1 else ''}"
        if chain["whole"]:
            typer.echo(f"{chain['force']}: whole, {count}, head {chain['head']['digest'][:16]}")
        else:
            typer.echo(f"{chain['force']}: BROKEN at event {chain['broken']['sequence']}, after {count} that hold")
            typer.echo(f"  {chain['broken']['says']}")
    for says in found["findings"]:
        typer.echo(says)
    if found["heads_compared"]:
        typer.echo(
            f"Compared with {found['heads_compared']} head{'' if found['heads_compared'] == 1 else 's'} kept elsewhere."
        )
    if "added" in found:
        typer.echo(f"The heads were added to {found['added']}.")
    elif head and not found["whole"]:
        typer.echo(f"No head was added to {head}, because the trail is not whole.")
    if found["whole"]:
        typer.echo("The trail is whole." if found["forces"] else "There is no force yet, so there is no trail.")
