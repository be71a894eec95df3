"""Bars for each quarter as an SVG picture: what a template draws, worked out as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candour.desk.statistics.quarters import QuarterFigures

HEIGHT, _STEP, _BAR, _LEFT, _TOP, _BELOW = 220, 49, 34, 40, 34, 86
"""In pixels of text at its usual size. Five quarters are no wider than the page of a narrow phone."""
_IN_REM = 16
_NARROWEST = 285
_PARTS = (
    ("in_time", "Within 20 working days"),
    ("in_extended_time", "Within an extension"),
    ("late", "Late"),
    ("open", "Not answered yet"),
    ("withdrawn", "Ended without an answer"),
)
_NICE = (1, 2, 5)
_LINES = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar. `kind` names its colour and pattern; `says` is its label for a pointer."""

    kind: str
    x: int
    y: float
    height: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole picture: pieces, the lines behind them with their numbers, the names below, what the colours mean.

    A name is that of the year and of the quarter, with the share that was in time.
    """

    width: int
    height: int
    bar: int
    pieces: tuple[Piece, ...]
    lines: tuple[tuple[float, int], ...]
    names: tuple[tuple[int, str, str, str], ...]
    key: tuple[tuple[str, str], ...]
    says: str

    @property
    def width_in_rem(self) -> str:
        """Its width on the page: it grows with the text around it."""
        return f"{self.width / _IN_REM}rem"

    @property
    def height_in_rem(self) -> str:
        """Its height, likewise."""
        return f"{self.height / _IN_REM}rem"


def chart_of(quarters: Sequence[QuarterFigures]) -> Chart:
    """Requests received in each quarter, by how far they got; the bars of all parts stand on each other."""
    most = max((sum(each.figures[name] for name, _ in _PARTS) for each in quarters), default=0)
    top = _nice(most)
    scale = HEIGHT / top
    pieces: list[Piece] = []
    names: list[tuple[int, str, str, str]] = []
    for place, each in enumerate(quarters):
        x, y = _LEFT + place * _STEP + (_STEP - _BAR) // 2, float(_TOP + HEIGHT)
        for name, label in _PARTS:
            count = each.figures[name]
            if count:
                y -= count * scale
                says = f"{each.quarter.name}: {label.lower()}, {count}"
                pieces.append(Piece(name, x, round(y, 1), round(count * scale, 1), says))
        year, quarter = each.quarter.short.split()
        names.append((x + _BAR // 2, year, quarter, each.percent_in_time))
    lines = tuple(
        (round(_TOP + HEIGHT - top * step / _LINES * scale, 1), top * step // _LINES) for step in range(_LINES + 1)
    )
    shown = tuple((name, label) for name, label in _PARTS if any(each.figures[name] for each in quarters))
    told = "; ".join(f"{each.quarter.short}: {each.figures['received']}, {each.percent_in_time}" for each in quarters)
    says = f"Requests received in each quarter, and of those answered the share in time. {told}."
    width = max(_LEFT + len(quarters) * _STEP, _NARROWEST)
    return Chart(width, _TOP + HEIGHT + _BELOW, _BAR, tuple(pieces), lines, tuple(names), shown, says)


def _nice(most: int) -> int:
    """A round number that is not less, and that four lines divide."""
    scale = 4
    while True:
        for each in _NICE:
            if scale * each >= most:
                return scale * each
        scale *= 10
