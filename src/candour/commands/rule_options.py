"""The options that say which counts are sensitive and what an attacker is left with: one meaning in every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from candour.commands.terminal import UnusableInput

if TYPE_CHECKING:  # the tables load numba and HiGHS, which the other commands can do without
    from candour.tables.protection import Aim, Protection

Threshold = Annotated[int, typer.Option(help="Counts of 1 to one less than this are sensitive.", min=1)]
AimName = Annotated[
    str, typer.Option(help="What an attacker must be left with: believable (0 or the threshold), width, undetermined.")
]
Width = Annotated[int, typer.Option(help="With the aim “width”: how wide the range of counts must be.", min=0)]
Zeros = Annotated[bool, typer.Option("--zeros", help="Counts of 0 are sensitive too.")]

THRESHOLD = 5
AIM = "believable"


def aim_of(name: str) -> Aim:
    """The aim of a name. Raises UnusableInput for a name of none."""
    from candour.tables.protection import Aim

    if name not in set(Aim):
        raise UnusableInput(f"“{name}” is no aim; known are {', '.join(Aim)}")
    return Aim(name)


def rules_of(threshold: int, aim: str, width: int, *, zeros: bool, **more: Any) -> Protection:
    """The rules that the options say; `more` are other fields of `Protection`.

    Raises UnusableInput for a name of no aim, TableError for settings that protect nothing.
    """
    from candour.tables.protection import Protection

    return Protection(threshold=threshold, aim=aim_of(aim), width=width, zeros=zeros, **more)


def names_in(text: str) -> tuple[str, ...]:
    """The names in an option that takes several with commas between."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
