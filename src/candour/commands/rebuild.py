"""`candour rebuild`: the file again with only what a reader can see."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from candour.commands.progress import progress
from candour.commands.terminal import FINDINGS, Format, Output, content, one_line_errors, print_json

if TYPE_CHECKING:
    from candour.files import Output as RebuiltOutput


def rebuild(
    file: Annotated[str, typer.Argument(help="The file; - for standard input.", metavar="FILE")],
    out: Annotated[
        Path, typer.Option("-o", "--output", help="A folder for all outputs, or the name of the first one.")
    ],
    output: Format = Output.TEXT,
) -> None:
    """The file again with only what a reader can see, with the proof; ends with 1 when nothing may leave."""
    from candour.files import Blocked, Gate
    from candour.files.catalogue import hiding_place

    with one_line_errors():
        data = content(file)
        try:
            with progress(file) as tell, Gate() as gate:
                made = gate.rebuild(data, file, tell=tell)
        except Blocked as blocked:
            if output is Output.JSON:
                print_json(
                    {
                        "file": file,
                        "output": [],
                        "sha256": [],
                        "lost": [],
                        "proof": {"clean": False, "contained": False, "second_reader": False},
                        "reason": blocked.reason,
                    }
                )
            else:
                typer.echo(f"{file}: blocked. {blocked.reason}", err=True)
            raise typer.Exit(FINDINGS) from None
        paths = _paths(out, made.outputs)
        for path, written in zip(paths, made.outputs, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written.data)
        if output is Output.JSON:
            in_sight = [finding.as_data() for finding in made.in_sight]
            print_json(made.as_data() | {"output": [str(path) for path in paths], "in_sight": in_sight})
            return
        for path, written in zip(paths, made.outputs, strict=True):
            typer.echo(f"{path} ({len(written.data):,} bytes, SHA-256 {written.sha256})")
        typer.echo("Proved: nothing hidden in it, only what was visible, and a second reader sees the same.")
        for lost in made.lost:
            typer.echo(f"Not in it: {lost}")
        for finding in made.in_sight:
            title = hiding_place(finding.code).title
            typer.echo(
                f"In plain sight: {title}: {finding.count:,} ({finding.code}, {finding.place}) {finding.evidence}"
            )


def _paths(out: Path, outputs: tuple[RebuiltOutput, ...]) -> list[Path]:
    """Where each output goes: into a folder under its own name, or beside the file that was named.

    A file always gets the ending of what it is, so that nothing is named contrary to its content.
    """
    if out.is_dir() or not out.suffix:
        return [out / _plain(output.name) for output in outputs]
    wanted = out.suffix.lower().lstrip(".")
    first = next((output for output in outputs if _ending(output) == wanted), outputs[0])
    stem = Path(first.name).stem
    paths = []
    for output in outputs:
        if output is first:
            paths.append(out.with_suffix(f".{_ending(output)}"))
            continue
        rest = Path(output.name).stem
        rest = rest.removeprefix(stem) if rest.startswith(stem) else f" - {rest}"
        paths.append(out.with_name(_plain(f"{out.stem}{rest}.{_ending(output)}")))
    return paths


def _ending(output: RebuiltOutput) -> str:
    return output.name.rsplit(".", 1)[-1].lower()


def _plain(name: str) -> str:
    """A name without anything that leads to another folder."""
    return name.replace("/", "_").replace("\\", "_").lstrip(".") or "file"
